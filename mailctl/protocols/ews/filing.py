"""Copies of sent mail put into a mailbox over EWS, and looked up there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from exchangelib import EWSDateTime, services
from exchangelib.errors import ErrorFolderExists
from exchangelib.folders import Folder

from mailctl.domain.folders import SpecialUse
from mailctl.errors import NotFound
from mailctl.protocols.ews import folders as listing
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.elements import EqualsAny, FindLetters, Letter, paths
from mailctl.protocols.ews.envelopes import head_of, message_id, outgoing_mark
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.folders import DELIMITER, EwsFolder
from mailctl.protocols.ews.refusals import told_of_handing_over
from mailctl.protocols.words import plain

_READ = 1
_SENT = "Sent Items"


class EwsFiler:
    """A signed-in mailbox into which mail is put, and nothing else done.

    Everything here raises Unreachable, ServerBusy, AuthenticationRefused or ServerRefused.
    """

    def __init__(self, mailbox: EwsMailbox) -> None:
        self._mailbox = mailbox

    def sent_folder(self) -> str | None:
        """Return the folder that the server itself files sent mail in."""
        uses = {each.remote.special_use: path for path, each in self._folders.items()}
        return uses.get(SpecialUse.SENT)

    def new_sent_folder(self) -> str:
        """Return the path of a folder for sent mail; servers always have one."""
        return _SENT

    def holds(self, folder: str, rfc_message_id: str) -> bool:
        """Whether the folder has a mail of that Message-ID; raises NotFound without the folder.

        A mail that is still on its way out of the mailbox counts as one in the folder for sent
        mail, where it comes to lie.
        """
        found = self._folders.get(folder)
        if found is None:
            raise NotFound(f"{self._mailbox.host} has no folder {plain(folder)}")
        if known(self._mailbox, self._as_parent(found), rfc_message_id):
            return True
        if found.remote.special_use is not SpecialUse.SENT:
            return False
        account = self._mailbox.account
        if known(self._mailbox, listing.distinguished(account, "outbox"), rfc_message_id):
            return True
        drafts = known(self._mailbox, listing.distinguished(account, "drafts"), rfc_message_id)
        return any(each.is_submitted for each in drafts)

    def append(self, folder: str, source: bytes, *, received_at: datetime) -> None:
        """Put a mail into the folder, as read, making the folder where there is none.

        Raises MailTooLarge, and DeliveryUncertain where no answer came.
        """
        where = self._folders.get(folder) or self._made(folder)
        letter = Letter(
            mime_content=source,
            message_flags=_READ,
            delivery_time=EWSDateTime.from_datetime(received_at.astimezone(UTC)),
            outgoing_mark=outgoing_mark(message_id(head_of(source))),
        )
        with told_of_handing_over(self._mailbox):
            services.CreateItem(account=self._mailbox.account).get(
                items=[letter],
                folder=self._as_parent(where),
                message_disposition="SaveOnly",
                send_meeting_invitations="SendToNone",
            )

    def _made(self, path: str) -> EwsFolder:
        """Make a folder, and those above it. Raises ServerRefused."""
        above, _, name = path.rpartition(DELIMITER)
        parent = listing.distinguished(self._mailbox.account, "msgfolderroot")
        if above:
            parent = self._as_parent(self._folders.get(above) or self._made(above))
        self._create(parent, name)
        self.__dict__.pop("_folders", None)  # the listing of before
        found = self._folders.get(path)
        if found is None:
            raise NotFound(f"{self._mailbox.host} does not show the folder {plain(path)}")
        return found

    def _create(self, parent: Any, name: str) -> None:
        made = Folder(root=self._mailbox.account.root, name=name, folder_class="IPF.Note")
        service = services.CreateFolder(account=self._mailbox.account)
        with translated(self._mailbox.host, self._mailbox.login):
            for answer in service.call(parent_folder=parent, folders=[made]):
                if isinstance(answer, Exception) and not isinstance(answer, ErrorFolderExists):
                    raise answer

    def _as_parent(self, folder: EwsFolder) -> Any:
        return Folder(root=self._mailbox.account.root, id=folder.id)

    @cached_property
    def _folders(self) -> Mapping[str, EwsFolder]:
        return listing.listed(self._mailbox)


def known(mailbox: EwsMailbox, folder: Any, rfc_message_id: str) -> Sequence[Any]:
    """Return the messages of a folder that have this Message-ID, or were sent with it by us."""
    terms = [("outgoing_mark", outgoing_mark(rfc_message_id))]
    if rfc_message_id.isprintable():
        terms.append(("message_id", f"<{rfc_message_id}>"))
    fields = paths("message_id", "outgoing_mark", "is_submitted")
    with translated(mailbox.host, mailbox.login):
        found = list(
            FindLetters(account=mailbox.account).call(
                folders=[folder],
                additional_fields=fields,
                restriction=EqualsAny(*terms),
                order_fields=None,
                shape="IdOnly",
                query_string=None,
                depth="Shallow",
                calendar_view=None,
                max_items=None,
                offset=0,
            )
        )
    # servers compare without regard to case, and this one counts
    values = {value for _, value in terms}
    return [each for each in found if values & {each.message_id, each.outgoing_mark}]
