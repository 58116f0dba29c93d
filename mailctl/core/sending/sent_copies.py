"""Copies of sent mail: filed once, and asked whether a mail was sent."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Credential, signing_in
from mailctl.core.exit_codes import is_of_the_run
from mailctl.core.services import Services
from mailctl.domain import outgoing
from mailctl.domain.accounts import Account
from mailctl.domain.outgoing import (
    CopyState,
    OutgoingMessage,
    OutgoingState,
    RecipientKind,
    SentCopy,
)
from mailctl.domain.providers import Provider
from mailctl.domain.settings import AUTO, NO_COPY
from mailctl.errors import (
    DeliveryUncertain,
    MailctlError,
    NotFound,
    ServerRefused,
    StoreUnusable,
)
from mailctl.mail.compose import bcc_field
from mailctl.ports.mail import MailFiler
from mailctl.store import outbox

SETTLED_AFTER = timedelta(minutes=10)
"""How long a provider that files by itself gets until a mail it does not have was not taken."""
_UNFILED = {CopyState.WANTED, CopyState.FILING}


@dataclass
class SentCopies:
    """An account's folder for sent mail, opened where something is to be done in it."""

    services: Services
    account: Account
    keep: Callable[[OutgoingMessage], OutgoingMessage]
    describe: Callable[[MailctlError], dict[str, object]]

    def look_up(self, mails: Sequence[OutgoingMessage]) -> list[OutgoingMessage]:
        """Return uncertain mails after a look for them: sent, to be sent again, or as before.

        One that lies in a mailbox of ours was sent. That it is not in the folder for sent mail
        says something only where the provider files what it takes.
        """
        with self.services.store.reading() as tx:
            is_here = {mail.id: outbox.is_held(tx, mail.message) for mail in mails}
        done = [self._sent(mail) for mail in mails if is_here[mail.id]]
        rest = [mail for mail in mails if not is_here[mail.id]]
        if not rest or not self.account.can_receive:
            return done + [self._later(mail) for mail in rest]

        def look(filer: MailFiler) -> None:
            folder = self._folder(filer)
            while rest:
                done.append(self._looked_up(filer, folder, rest[0]))
                rest.pop(0)

        self._opened(look)
        return done + [self._later(mail) for mail in rest]

    def file(self, mails: Iterable[OutgoingMessage]) -> None:
        """Put a copy of each mail that was sent, and has none yet, into the folder for it."""
        wanted = [
            mail
            for mail in mails
            if mail.sent_at is not None and mail.copy.state in _UNFILED and mail.accepted
        ]
        if not wanted:
            return

        def file(filer: MailFiler) -> None:
            folder = self._folder(filer) or filer.new_sent_folder()
            while wanted:
                mail = wanted.pop(0)
                try:
                    self._file(filer, folder, mail)
                except ServerRefused as error:  # of this mail; another may be smaller
                    self._unfiled(mail, error)

        error = self._opened(file)
        if error is not None:
            for mail in wanted:
                self._unfiled(mail, error)

    def _file(self, filer: MailFiler, folder: str, mail: OutgoingMessage) -> None:
        try:
            is_there = filer.holds(folder, mail.rfc_message_id)
        except NotFound:
            is_there = False
        if not is_there:
            mail = self._keep_copy(mail, SentCopy(CopyState.FILING, folder))
            with self.services.store.reading() as tx:
                source = outbox.source(tx, mail.id)
            at = mail.sent_at or self.services.now()
            try:
                blind = [r.address for r in mail.recipients if r.kind is RecipientKind.BCC]
                filer.append(folder, bcc_field(blind) + source, received_at=at)
            except DeliveryUncertain as error:
                self._keep_copy(mail, SentCopy(CopyState.FILING, folder, self.describe(error)))
                raise
        self._keep_copy(mail, SentCopy(CopyState.FILED, folder))

    def _unfiled(self, mail: OutgoingMessage, error: MailctlError) -> None:
        with self.services.store.reading() as tx:
            mail = outbox.by_id(tx, mail.id) or mail
        is_over = isinstance(error, ServerRefused)
        state = CopyState.FAILED if is_over else mail.copy.state
        self._keep_copy(mail, SentCopy(state, mail.copy.folder, self.describe(error)))

    def _keep_copy(self, mail: OutgoingMessage, copy: SentCopy) -> OutgoingMessage:
        return self.keep(replace(mail, copy=copy))

    def _looked_up(
        self, filer: MailFiler, folder: str | None, mail: OutgoingMessage
    ) -> OutgoingMessage:
        try:
            is_there = folder is not None and filer.holds(folder, mail.rfc_message_id)
        except NotFound:
            is_there = False
        if is_there:
            copy = mail.copy
            if copy.state in _UNFILED:
                copy = SentCopy(CopyState.FILED, folder)
            return self._sent(replace(mail, copy=copy))
        since = mail.handed_over_at or mail.created_at
        is_settled = self.services.now() - since >= SETTLED_AFTER
        if self._tells_by_absence and folder is not None and is_settled:
            return self._to_be_sent(mail)
        return self._later(mail)

    def _sent(self, mail: OutgoingMessage) -> OutgoingMessage:
        at = mail.handed_over_at or self.services.now()
        outcome = OutgoingState.SENT, None
        return self.keep(outgoing.concluded(mail, self._uncertain(mail, outcome), at=at))

    def _to_be_sent(self, mail: OutgoingMessage) -> OutgoingMessage:
        outcome = OutgoingState.DEFERRED, mail.error
        after = outgoing.concluded(mail, self._uncertain(mail, outcome), at=self.services.now())
        return self.keep(replace(after, next_try_at=None))

    def _later(self, mail: OutgoingMessage) -> OutgoingMessage:
        return self.keep(replace(mail, next_try_at=self.services.now() + SETTLED_AFTER))

    def _uncertain(
        self, mail: OutgoingMessage, outcome: outgoing.Outcome
    ) -> dict[str, outgoing.Outcome]:
        return {
            each.address: outcome
            for each in mail.recipients
            if each.state is OutgoingState.UNCERTAIN
        }

    def _folder(self, filer: MailFiler) -> str | None:
        chosen = self.account.settings.sent_copy
        # a provider that files by itself does not know what was chosen here
        is_its_own = chosen in {AUTO, NO_COPY} or self._there.files_sent
        return filer.sent_folder() if is_its_own else chosen

    @cached_property
    def _provider(self) -> Provider:
        return provider_of(self.services.store, self.account)

    @property
    def _tells_by_absence(self) -> bool:
        """Whether a mail that its folder for sent mail does not have was not taken."""
        return self._there.files_sent and not self._there.renames_mail

    @cached_property
    def _there(self) -> Provider:
        return signin.provider_of(self.account, self._provider)

    def _opened(self, use: Callable[[MailFiler], None]) -> MailctlError | None:
        """Sign in for filing; return why that, or what is done there, failed."""

        def opened(credential: Credential) -> None:
            login = signin.receiving(self.account, self._provider, credential)
            with self.services.mail.filer(login) as filer:
                use(filer)

        try:
            signing_in(self.services, self.account, opened)
        except MailctlError as error:
            if isinstance(error, StoreUnusable) or is_of_the_run(error):
                raise
            return error
        return None
