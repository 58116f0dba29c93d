"""What is said of a mailbox to be connected, who is asked on the way, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from shlex import quote

from mailctl.core.access.credentials import Ask, Consent, Wish
from mailctl.domain.accounts import Account
from mailctl.domain.providers import Provider
from mailctl.domain.resolution import Resolution, Settings
from mailctl.domain.secret import Secret, SecretRef

Choose = Callable[[Resolution], str | None]
"""Asks a person for a provider, None where nobody can be asked."""
Agree = Callable[[Resolution], bool]
"""Asks a person whether what was found is right; nobody there is no."""
PlaceSecret = Callable[[str], SecretRef]
"""Says where the secret of the account of that id is kept."""


@dataclass(frozen=True)
class NewAccount:
    """A mailbox as a person asks for it."""

    address: str
    provider: str | None = None
    owner: str | None = None
    username: str | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    """The settings that are not to be at their defaults, as written."""
    wish: Wish = field(default_factory=Wish)
    verify: bool = True
    test_send_to: str | None = None
    """Whom a mail is sent to before anything is stored."""
    trusts_discovered: bool = False
    """Whether a password may go to servers that nothing vouches for."""
    forces_learning: bool = False
    """Whether the domain is learned although it is one of a public mail service."""
    learns: bool = True
    """Whether the domain may be learned at all; else nobody is asked about a provider named."""


@dataclass(frozen=True)
class Persons:
    """What a person is asked on the way, and where nobody is there, what options say."""

    choose: Choose
    agree: Agree
    ask: Ask
    consent: Consent
    place: PlaceSecret


@dataclass(frozen=True)
class Step:
    """Something that a person may want to do next, and the command for it."""

    title: str
    command: str


@dataclass(frozen=True)
class AddedAccount:
    """A new account, why it has its provider, and what comes next."""

    account: Account
    resolution: Resolution
    settings: Settings
    learned_domain: str | None

    @property
    def next(self) -> tuple[Step, ...]:
        """The commands that a person is told of."""
        address = quote(self.account.address)
        load = Step("Load mail", f"mailctl sync run {address}")
        look = Step("Look at it", f"mailctl message list --account {address}")
        settle = Step("Settings", f"mailctl account show {address}")
        return (load, look, settle) if self.account.can_receive else (settle,)


@dataclass(frozen=True)
class ReadyAccount:
    """An account that can be stored: its provider is known, and its secret was good."""

    account: Account
    provider: Provider
    resolution: Resolution
    given: Secret | None
    """What is to be written to the place of its secret, None where it lies there."""
    learned_domain: str | None
