"""The open things that the verbs work with."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from mailctl.domain.ids import RANDOM_BYTES, random_id
from mailctl.ports import AccountLocks, Authoriser, Clock, Entropy, Internet, SecretStore, Timer
from mailctl.ports.mail import MailAccess
from mailctl.records import dataclass
from mailctl.store.connection import Store


@dataclass(frozen=True)
class Services:
    """The store, and the world as ports see it."""

    store: Store
    mail: MailAccess
    online: Callable[[], Internet]
    """Makes `internet`: most runs ask nobody where a mailbox is."""
    secrets: SecretStore
    authoriser: Callable[[], Authoriser]
    """Makes `oauth`: what it is built on costs more than most runs can spare."""
    locks: AccountLocks
    clock: Clock
    timer: Timer
    started: float
    """When the program began, by the timer's clock: time limits count from there."""
    entropy: Entropy
    shared_blocklist: Callable[[], tuple[str, ...]] = tuple
    """Reads `blocklist`."""
    home_region: Callable[[], str | None] = lambda: None
    """Reads `region`, the country of phones without a code."""

    @cached_property
    def internet(self) -> Internet:
        """Whom a resolution may ask."""
        return self.online()

    @cached_property
    def oauth(self) -> Authoriser:
        """What gets grants from OAuth issuers."""
        return self.authoriser()

    @cached_property
    def blocklist(self) -> tuple[str, ...]:
        """With whom no account loads mail, in the form of `policy_words.blocked`."""
        return self.shared_blocklist()

    def now(self) -> datetime:
        """Return the time, to the second: finer is not kept."""
        return self.clock().replace(microsecond=0)

    def new_id(self, prefix: str) -> str:
        """Return an id that nothing else has."""
        return random_id(prefix, self.entropy(RANDOM_BYTES))
