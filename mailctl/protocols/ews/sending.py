"""Mail handed over to an Exchange server: a draft is made, and then it is sent."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from exchangelib import errors, services
from exchangelib.properties import ItemId

from mailctl.errors import (
    AuthenticationRefused,
    ServerBusy,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from mailctl.ports.mail import Receipt
from mailctl.protocols.ews import envelopes
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.elements import GetLetters, Letter, SendOnce, UpdateLetters, paths
from mailctl.protocols.ews.envelopes import Recipients
from mailctl.protocols.ews.filing import known
from mailctl.protocols.ews.folders import distinguished
from mailctl.protocols.ews.refusals import told_of_handing_over, told_of_mail

_CONFLICT = (
    errors.ErrorIrresolvableConflict,
    errors.ErrorStaleObject,
    errors.ErrorInvalidChangeKey,
)
_FAILURES = (AuthenticationRefused, ServerBusy, ServerRefused, TlsFailure, Unreachable)
_RECIPIENTS = ("to_recipients", "cc_recipients", "bcc_recipients")


class EwsSender:
    """A signed-in mailbox that sends; the server files what it sent in the folder for that."""

    def __init__(self, mailbox: EwsMailbox) -> None:
        self._mailbox = mailbox
        self._account = mailbox.account
        self._drafts = distinguished(self._account, "drafts")
        self._sent = distinguished(self._account, "sentitems")
        self._is_open = True

    @property
    def largest_bytes(self) -> int | None:
        """None: how much it takes the server says by refusing more."""
        return None

    @property
    def is_open(self) -> bool:
        """Whether another mail can be sent: not once the server was lost or asked for a pause."""
        return self._is_open

    def verify(self) -> None:
        """Make sure that there are the folders through which mail is sent."""
        with told_of_mail(self._mailbox):
            answers = services.GetFolder(account=self._account).call(
                folders=[self._drafts, self._sent], additional_fields=None, shape="IdOnly"
            )
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        source: bytes,
        *,
        on_handing_over: Callable[[Receipt], None] = lambda receipt: None,
    ) -> Receipt:
        """Send a message to all of those recipients, or to nobody; see ports.mail.MailSender.

        The whole mail goes into a draft first, which the server sends to nobody; that is then
        read again, for it must name the very recipients. `sender` stands in the header.
        """
        try:
            return self._sent_to(recipients, source, on_handing_over)
        except Unreachable:
            self._is_open = False
            raise
        except ServerBusy as error:
            self._is_open = error.retry_after_s is None
            raise

    def _sent_to(
        self, recipients: Sequence[str], source: bytes, on_handing_over: Callable[[Receipt], None]
    ) -> Receipt:
        head = envelopes.head_of(source)
        rfc_message_id = envelopes.message_id(head)
        self._forget_interrupted(rfc_message_id)
        receipt = Receipt(tuple(recipients))
        shown = envelopes.recipients_of(head, recipients)
        draft = self._drafted(source, shown, rfc_message_id)
        try:
            draft = self._checked(draft, shown)
            on_handing_over(receipt)
        except BaseException as error:
            if not _is_left_alone(error):
                self._forget([draft.id])
            raise
        try:
            self._hand_over(draft)
        except (AuthenticationRefused, ServerBusy, ServerRefused) as error:  # it did not do it
            if not _is_left_alone(error):
                self._forget([draft.id])
            raise
        return receipt

    def _drafted(self, source: bytes, recipients: Recipients, rfc_message_id: str) -> ItemId:
        letter = Letter(
            mime_content=source,
            outgoing_mark=envelopes.outgoing_mark(rfc_message_id),
            to_recipients=list(recipients.to),
            cc_recipients=list(recipients.cc),
            bcc_recipients=list(recipients.bcc),
        )
        with told_of_mail(self._mailbox):
            made = services.CreateItem(account=self._account).get(
                items=[letter],
                folder=self._drafts,
                message_disposition="SaveOnly",
                send_meeting_invitations="SendToNone",
            )
            return ItemId(made.id, made.changekey)

    def _checked(self, draft: ItemId, shown: Recipients) -> ItemId:
        """Return the draft as it is now. Raises ServerRefused where it would go to others.

        Only how many they are can be compared: a server shows an alias as the address that it
        stands for.
        """
        ours = dict(zip(_RECIPIENTS, (shown.to, shown.cc, shown.bcc), strict=True))
        with told_of_mail(self._mailbox):
            there = self._read(draft, *_RECIPIENTS)
            idle = [each for each in ours if not ours[each] and getattr(there, each)]
            if idle:  # the header names only such as are not to get it
                self._clear(there, idle)
                there = self._read(draft, *_RECIPIENTS)
        wanted = sum(map(len, ours.values()))
        named = sum(len(getattr(there, each) or ()) for each in ours)
        if named != wanted:
            raise ServerRefused(
                f"{self._mailbox.host} would send the mail to {named} addresses, not to the "
                f"{wanted} that it is for",
                hint="send it to each of them by itself",
            )
        return ItemId(there.id, there.changekey)

    def _clear(self, draft: Any, fields: Sequence[str]) -> None:
        UpdateLetters(account=self._account).get(
            items=[(Letter(id=draft.id, changekey=draft.changekey), fields)],
            conflict_resolution="AlwaysOverwrite",
            message_disposition="SaveOnly",
            send_meeting_invitations_or_cancellations="SendToNone",
            suppress_read_receipts=True,
        )

    def _read(self, draft: ItemId, *fields: str) -> Any:
        return GetLetters(account=self._account).get(
            items=[ItemId(draft.id)], additional_fields=paths(*fields), shape="IdOnly"
        )

    def _hand_over(self, draft: ItemId) -> None:
        """Have the draft sent. That somebody changed it meanwhile says that it was not sent."""
        with told_of_handing_over(self._mailbox):
            try:
                self._send(draft)
            except _CONFLICT:
                there = self._read(draft)
                self._send(ItemId(there.id, there.changekey))

    def _send(self, draft: ItemId) -> None:
        SendOnce(account=self._account).get(items=[draft], saved_item_folder=self._sent)

    def _forget_interrupted(self, rfc_message_id: str) -> None:
        """Remove drafts of the mail that an attempt left which was ended before it sent them."""
        mark = envelopes.outgoing_mark(rfc_message_id)
        left = known(self._mailbox, self._drafts, rfc_message_id)
        ours = [each.id for each in left if each.outgoing_mark == mark and not each.is_submitted]
        self._forget(ours)

    def _forget(self, ids: Sequence[str]) -> None:
        """Remove drafts; the next attempt does it where that fails, and nobody gets them."""
        if not ids:
            return
        with suppress(*_FAILURES), told_of_mail(self._mailbox):
            list(
                services.DeleteItem(account=self._account).call(
                    items=[ItemId(each) for each in ids],
                    delete_type="HardDelete",
                    send_meeting_cancellations="SendToNone",
                    affected_task_occurrences="AllOccurrences",
                    suppress_read_receipts=True,
                )
            )


def _is_left_alone(error: BaseException) -> bool:
    """Whether the server is asked for nothing more now; the next attempt removes the draft."""
    if isinstance(error, ServerBusy):
        return error.retry_after_s is not None
    return isinstance(error, AuthenticationRefused | TlsFailure | Unreachable)
