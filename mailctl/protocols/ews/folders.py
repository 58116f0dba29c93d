"""The folders of an Exchange mailbox, with their paths and what they are for."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from exchangelib import services
from exchangelib.fields import FieldPath
from exchangelib.folders import Folder, MsgFolderRoot, Root
from exchangelib.properties import DistinguishedFolderId, Mailbox

from mailctl.domain.folders import RemoteFolder, SpecialUse
from mailctl.protocols.ews.failures import translated
from mailctl.records import dataclass

if TYPE_CHECKING:
    from mailctl.protocols.ews.connection import EwsMailbox

DELIMITER = "/"
_MOST_FOLDERS = 10_000
_DEEPEST = 100
_USES = {
    "inbox": SpecialUse.INBOX,
    "sentitems": SpecialUse.SENT,
    "drafts": SpecialUse.DRAFTS,
    "deleteditems": SpecialUse.TRASH,
    "junkemail": SpecialUse.JUNK,
    "archive": SpecialUse.ARCHIVE,
}
_FIELDS = ("name", "folder_class", "total_count", "parent_folder_id")


@dataclass(frozen=True)
class EwsFolder:
    """A folder as the server lists it, and under which id."""

    id: str
    remote: RemoteFolder

    @property
    def numbering(self) -> int:
        """Which folder of that path it is: one that was made anew has another id."""
        return int.from_bytes(hashlib.sha256(self.id.encode()).digest()[:4]) >> 1 or 1


def listed(mailbox: "EwsMailbox") -> dict[str, EwsFolder]:
    """Return the folders that hold mail, by path; INBOX first. Raises what a request does."""
    with translated(mailbox.host, mailbox.login):
        uses = {each: _USES[name] for name, each in mailbox.uses.items()}
        found = {each.id: each for each in _below_root(mailbox.account)}
        if None in found:
            raise ValueError("a folder has no id")  # left out it would be gone
        folders = [_folder(each, found, uses) for each in found.values() if _holds_mail(each)]
    by_path = {each.remote.path: each for each in folders if each.remote.path}
    order = sorted(by_path, key=lambda path: (path != "INBOX", path))
    return {path: by_path[path] for path in order}


def _below_root(account: Any) -> Iterator[Any]:
    service = services.FindFolder(account=account)
    return service.call(  # type: ignore[no-any-return]
        folders=[distinguished(account, "msgfolderroot")],
        additional_fields=_fields(),
        restriction=None,
        shape="IdOnly",
        depth="Deep",
        max_items=_MOST_FOLDERS,
        offset=0,
    )


def ids_by_use(account: Any) -> dict[str, str]:
    """Return the ids of the folders that the server calls by their use, as inbox.

    Raises what exchangelib does where there is no inbox to be seen.
    """
    asked = [distinguished(account, name) for name in _USES]
    service = services.GetFolder(account=account)
    answers = service.call(folders=asked, additional_fields=None, shape="IdOnly")
    found: dict[str, str] = {}
    for name, answer in zip(_USES, answers, strict=False):
        if not isinstance(answer, Exception):
            found[name] = answer.id
        elif name == "inbox":
            raise answer
    return found


def distinguished(account: Any, name: str) -> Any:
    """Return the folder that every mailbox has for that use, as requests name it."""
    whose = Mailbox(email_address=account.primary_smtp_address)
    return MsgFolderRoot(
        root=Root(account=account), _distinguished_id=DistinguishedFolderId(id=name, mailbox=whose)
    )


def _fields() -> list[Any]:
    return [FieldPath(field=Folder.get_field_by_fieldname(name)) for name in _FIELDS]


def _holds_mail(folder: Any) -> bool:
    return folder.folder_class is None or str(folder.folder_class).startswith("IPF.Note")


def _folder(folder: Any, found: Mapping[str, Any], uses: Mapping[str, SpecialUse]) -> EwsFolder:
    use = uses.get(folder.id)
    return EwsFolder(
        folder.id,
        RemoteFolder(
            path=_path(folder, found, uses),
            delimiter=DELIMITER,
            special_use=use,
            is_selectable=True,
            state=None,
            messages=folder.total_count,
        ),
    )


def _path(folder: Any, found: Mapping[str, Any], uses: Mapping[str, SpecialUse]) -> str:
    """Return the names from the root down; the inbox is INBOX whatever its language."""
    names: list[str] = []
    each = folder
    while each is not None and len(names) < _DEEPEST:
        is_inbox = uses.get(each.id) is SpecialUse.INBOX
        names.append("INBOX" if is_inbox else str(each.name or "").replace(DELIMITER, "_"))
        parent = each.parent_folder_id
        each = found.get(parent.id) if parent is not None else None
    return DELIMITER.join(reversed(names))
