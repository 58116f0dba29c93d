"""The outbox walked through, account by account: what is due sent, what is uncertain looked up."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Credential, signing_in
from mailctl.core.access.due import refuse_known_bad
from mailctl.core.exit_codes import is_of_the_run
from mailctl.core.naming import account_named
from mailctl.core.sending.sent_copies import SentCopies
from mailctl.core.services import Services
from mailctl.core.side_by_side import side_by_side
from mailctl.domain import outgoing
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.health import ailing, is_paused, well
from mailctl.domain.ids import AccountId
from mailctl.domain.outgoing import Outcome, OutgoingId, OutgoingMessage, OutgoingState
from mailctl.errors import (
    AuthenticationRefused,
    BadUsage,
    DeliveryUncertain,
    Locked,
    MailctlError,
    ServerBusy,
    ServerRefused,
    StoreUnusable,
)
from mailctl.ports.mail import MailSender, Receipt
from mailctl.store import accounts, outbox, unsent

REMEMBERED = timedelta(days=90)
"""How long a mail in which nothing is to happen any more is remembered, with its key."""
_FORGOTTEN_AT_ONCE = 500
Describe = Callable[[MailctlError], dict[str, object]]
"""Turns a failure into the object that is kept and shown."""
Watch = Callable[[OutgoingMessage], None]
"""Is told of each mail that changed."""


@dataclass(frozen=True)
class DeliveryRequest:
    """Which mails are looked at: those named, those of the accounts named, or all."""

    ids: Sequence[OutgoingId] = ()
    accounts: Sequence[AccountId] | None = None
    is_hasty: bool = False
    """Whether the time of the next try is not waited for; a time that a person said is."""
    jobs: int = 1
    wait_s: float = 0
    """How long another process at the same account's outbox is waited for."""


@dataclass(frozen=True)
class DeliveryReport:
    """What became of the mails that were looked at."""

    messages: tuple[OutgoingMessage, ...] = ()
    held: tuple[Locked, ...] = ()
    """Whose outbox another process was at."""


def deliver(
    services: Services, request: DeliveryRequest, *, watch: Watch, describe: Describe
) -> DeliveryReport:
    """Send what is due, look up what is uncertain, and file what was sent.

    What happens to a mail is kept with it; nothing is raised for it. Raises StoreUnusable and
    Terminated; the next run goes on where this one ended.
    """
    with services.store.reading() as tx:
        waiting = unsent.accounts(tx)
        mails = [outbox.by_id(tx, each) for each in request.ids]
        whose = {each.account for each in mails if each is not None}
        wanted = [
            account_named(tx, account)
            for account in waiting
            if (not request.ids or account in whose)
            and (request.accounts is None or account in request.accounts)
        ]
    rounds = [_Round(services, account, request, watch, describe) for account in wanted]
    held = [each for each in side_by_side(rounds, _walked, jobs=request.jobs) if each is not None]
    _forget_old(services)
    messages = tuple(message for each in rounds for message in each.changed.values())
    return DeliveryReport(messages, tuple(held))


def _walked(each: "_Round") -> Locked | None:
    try:
        each.walk()
    except Locked as error:
        return error
    return None


def _forget_old(services: Services) -> None:
    before = services.now() - REMEMBERED
    with services.store.reading() as tx:
        old = outbox.finished_before(tx, before, limit=_FORGOTTEN_AT_ONCE)
    if old:
        with services.store.writing(durable=True) as tx:
            outbox.remove(tx, old)


@dataclass
class _Round:
    """One account's outbox, walked through once."""

    services: Services
    account: Account
    request: DeliveryRequest
    watch: Watch
    describe: Describe
    changed: dict[OutgoingId, OutgoingMessage] = field(default_factory=dict)

    def walk(self) -> None:
        """Do what is due. Raises Locked."""
        lock = f"outbox-{self.account.id}"
        called = f"the outbox of {self.account.address}"
        with self.services.locks.hold(lock, called=called, wait_s=self.request.wait_s):
            with self.services.store.reading() as tx:
                self.account = account_named(tx, self.account.id)
                mails = outbox.unfinished(tx, self.account.id)
            ids = self.request.ids
            mails = [self._recovered(each) for each in mails if not ids or each.id in ids]
            copies = SentCopies(self.services, self.account, self._keep, self.describe)
            due = [each for each in mails if self._is_due(each)]
            uncertain = [each for each in due if each.state is OutgoingState.UNCERTAIN]
            found = {each.id: each for each in copies.look_up(uncertain)}
            due = [found.get(each.id, each) for each in due]
            self._send([each for each in due if outgoing.pending(each)])
            mails = [self.changed.get(each.id, each) for each in mails]
            copies.file(mails)

    def _recovered(self, message: OutgoingMessage) -> OutgoingMessage:
        """Return a mail as it is: nobody else is at it, so an attempt under way died."""
        if message.state is not OutgoingState.SENDING:
            return message
        why = DeliveryUncertain(
            "mailctl was ended when all of the mail had been handed over: it may have been sent"
        )
        return self._keep(outgoing.interrupted(message, self.describe(why)))

    def _is_due(self, message: OutgoingMessage) -> bool:
        is_hasty = self.request.is_hasty
        return outgoing.is_due(message, at=self.services.now(), is_hasty=is_hasty)

    def _send(self, due: Sequence[OutgoingMessage]) -> None:
        """Send mails, over one connection as long as the server keeps it open."""
        waiting = deque(due)
        while waiting:
            try:
                self._refuse_idle()
            except MailctlError as error:  # no news: the server was not asked
                self._put_off(waiting, error)
                return
            try:
                signing_in(self.services, self.account, lambda used: self._over_one(used, waiting))
            except MailctlError as error:
                if isinstance(error, StoreUnusable) or is_of_the_run(error):
                    raise
                self._note(error)
                self._put_off(waiting, error)
                return
        if due and not is_paused(self.account, now=self.services.now()):
            self._note_well()

    def _put_off(self, waiting: Iterable[OutgoingMessage], error: MailctlError) -> None:
        """Let mails wait for their turn that nobody could try."""
        for message in waiting:
            tried = replace(message, attempts=message.attempts + 1, tried_at=self.services.now())
            self._conclude(tried, self._deferred(tried, error))

    def _refuse_idle(self) -> None:
        if not self.account.can_send or self.account.state is AccountState.DISABLED:
            what = "is disabled" if self.account.can_send else "does not send"
            raise BadUsage(f"{self.account.address} {what}")
        is_named = bool(self.request.ids)
        refuse_known_bad(self.account, now=self.services.now(), is_named=is_named)

    def _over_one(self, credential: Credential, waiting: deque[OutgoingMessage]) -> None:
        provider = provider_of(self.services.store, self.account)
        login = signin.sending(self.account, provider, credential)
        with self.services.mail.sender(login) as sender:
            while waiting and sender.is_open:
                self._attempt(sender, waiting.popleft())

    def _attempt(self, sender: MailSender, message: OutgoingMessage) -> None:
        message = self._keep(outgoing.begun(message, at=self.services.now()))
        if message.state is not OutgoingState.SENDING:
            return
        addresses = outgoing.pending(message)
        with self.services.store.reading() as tx:
            source = outbox.source(tx, message.id)

        def handing_over(receipt: Receipt) -> None:
            nonlocal message
            refused = self._refused(receipt)
            message = self._keep(
                outgoing.handed_over(message, refused, at=self.services.now()), is_told=False
            )

        try:
            receipt = sender.send(message.sender, addresses, source, on_handing_over=handing_over)
        except MailctlError as error:
            if isinstance(error, StoreUnusable) or is_of_the_run(error):
                raise
            if isinstance(error, ServerBusy) and error.retry_after_s:
                self._note(error)  # it wants no more for a while, whatever mail it is
            outcome = self._consequence(error)
            self._conclude(message, dict.fromkeys(outgoing.pending(message), outcome))
        else:
            sent: dict[str, Outcome] = dict.fromkeys(receipt.accepted, (OutgoingState.SENT, None))
            self._conclude(message, {**sent, **self._refused(receipt)})

    def _refused(self, receipt: Receipt) -> Mapping[str, Outcome]:
        return {address: self._consequence(error) for address, error in receipt.refused.items()}

    def _consequence(self, error: MailctlError) -> Outcome:
        """Return what a failure means for who was to get the mail."""
        state = OutgoingState.DEFERRED
        if isinstance(error, DeliveryUncertain):
            state = OutgoingState.UNCERTAIN
        elif isinstance(error, ServerRefused):
            state = OutgoingState.FAILED
        return state, self.describe(error)

    def _deferred(self, message: OutgoingMessage, error: MailctlError) -> Mapping[str, Outcome]:
        outcome = OutgoingState.DEFERRED, self.describe(error)
        return dict.fromkeys(outgoing.pending(message), outcome)

    def _conclude(self, message: OutgoingMessage, outcomes: Mapping[str, Outcome]) -> None:
        self._keep(outgoing.concluded(message, outcomes, at=self.services.now()))

    def _keep(self, message: OutgoingMessage, *, is_told: bool = True) -> OutgoingMessage:
        """Keep what became of a mail before anything follows from it, and return it.

        What a person did with it meanwhile stands: then that is returned.
        """
        with self.services.store.writing(durable=True) as tx:
            stored = outbox.by_id(tx, message.id)
            if stored is None:  # taken back by who queued it
                return replace(message, state=OutgoingState.CANCELLED)
            if outgoing.is_settled_elsewhere(message, stored):
                message = stored
            else:
                outbox.save(tx, message)
        self.changed[message.id] = message
        if is_told:
            self.watch(message)
        return message

    def _note(self, error: MailctlError) -> None:
        """Let nobody knock again at once where the server does not want that."""
        if isinstance(error, AuthenticationRefused | ServerBusy):
            self.account = ailing(self.account, error, now=self.services.now())
            with self.services.store.writing() as tx:
                accounts.record_health(tx, self.account)

    def _note_well(self) -> None:
        """Note that an account is well which no sync would find to be so."""
        is_noted = self.account.state is AccountState.OK and self.account.trouble is None
        if not self.account.can_receive and not is_noted:
            with self.services.store.writing() as tx:
                accounts.record_health(tx, well(self.account))


def counted(messages: Sequence[OutgoingMessage]) -> Iterator[tuple[str, int]]:
    """Yield how many mails are in each state that some are in."""
    for state in OutgoingState:
        number = sum(message.state is state for message in messages)
        if number:
            yield str(state), number
