"""Whether something happened in folders, seen by numbers that Exchange keeps of each."""

import time
from collections.abc import Sequence
from typing import Any

from exchangelib import services
from exchangelib.extended_properties import ExtendedProperty
from exchangelib.fields import FieldPath
from exchangelib.folders import Folder, Root
from exchangelib.properties import FolderId

from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.folders import EwsFolder, distinguished

POLL_S = 20.0
_FIRST_POLL_S = 1.0
"""Where something happened, more often follows at once."""
_AT_ONCE_S = 1.0


class _LastCommit(ExtendedProperty):  # type: ignore[misc]
    """When an item was last created or changed in the folder (PidTagLocalCommitTimeMax)."""

    property_tag = 0x670A
    property_type = "SystemTime"


class _Deleted(ExtendedProperty):  # type: ignore[misc]
    """How many items were ever deleted from the folder (PidTagDeletedCountTotal)."""

    property_tag = 0x670B
    property_type = "Integer"


# [MS-OXPROPS]; the change key of a folder says nothing of what is in it
_OWN = {"last_commit": _LastCommit, "deleted_total": _Deleted}
for _name, _property in _OWN.items():
    Folder.register(_name, _property)
_FIELDS = ("total_count", "unread_count", "child_folder_count", *_OWN)
_ROOT = "root"

_Marks = tuple[object, ...]


class Watching:
    """Compares what Exchange says of folders with what it said before: one request a look.

    A folder made meanwhile shows in the count of the one above it, and its own marks are
    compared from the next look on.
    """

    def __init__(self, mailbox: EwsMailbox) -> None:
        self._mailbox = mailbox
        self._before: dict[str, _Marks] = {}
        self._looked_at = -POLL_S
        self._pause_s = _FIRST_POLL_S
        self.has_other_folders = False
        """Whether folders were made or removed when something was seen last."""

    def wait(self, folders: Sequence[EwsFolder], at_most_s: float) -> bool:
        """Return whether something happened since the last wait; the first one only looks."""
        until = time.monotonic() + at_most_s
        has_just_looked = at_most_s > 0 and time.monotonic() - self._looked_at < _AT_ONCE_S
        while True:
            if not has_just_looked and self._has_changed(folders):
                self._pause_s = _FIRST_POLL_S
                return True
            has_just_looked = False
            left_s = until - time.monotonic()
            if left_s <= 0:
                return False
            time.sleep(min(left_s, self._pause_s, POLL_S))
            self._pause_s = min(2 * self._pause_s, POLL_S)

    def _has_changed(self, folders: Sequence[EwsFolder]) -> bool:
        now = self._marks(folders)
        self._looked_at = time.monotonic()
        was, self._before = self._before, {**self._before, **now}
        changed = [each for each, marks in now.items() if was.get(each, marks) != marks]
        children = _FIELDS.index("child_folder_count")
        self.has_other_folders = any(
            len(marks) != len(_FIELDS) or was[each][children:][:1] != marks[children:][:1]
            for each, marks in now.items()
            if each in changed
        )
        return bool(changed)

    def _marks(self, folders: Sequence[EwsFolder]) -> dict[str, _Marks]:
        """Return what tells of changes, by the folders' ids; that one went tells as well."""
        account = self._mailbox.account
        root = Root(account=account)
        asked = [Folder(root=root, _id=FolderId(id=each.id)) for each in folders]
        fields = [FieldPath(field=Folder.get_field_by_fieldname(name)) for name in _FIELDS]
        with translated(self._mailbox.host, self._mailbox.login):
            answers = services.GetFolder(account=account).call(
                folders=[distinguished(account, "msgfolderroot"), *asked],
                additional_fields=fields,
                shape="IdOnly",
            )
            names = [_ROOT, *(each.id for each in folders)]
            return {name: _marks_of(answer) for name, answer in zip(names, answers, strict=True)}


def _marks_of(answer: Any) -> _Marks:
    if isinstance(answer, Exception):
        return (type(answer).__name__,)
    return tuple(getattr(answer, name, None) for name in _FIELDS)
