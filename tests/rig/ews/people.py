"""Who may sign in to the Exchange server, by what, and whose mailboxes are open to them."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from .mailbox import ExchangeMailbox
from .ntlm import Handshake, Refused
from .soap import SOAP, Refusal, T

_IMPERSONATED = f"{{{SOAP}}}Header/{{{T}}}ExchangeImpersonation/{{{T}}}ConnectingSID/*"


@dataclass
class Person:
    """A user of the domain; their own mailbox comes first."""

    name: str
    password: str
    mailboxes: list[ExchangeMailbox] = field(default_factory=list)
    is_app: bool = False
    """An app has no mailbox and acts as others, if it says so in each request."""


class People:
    """All who are known, and how the server lets them show who they are."""

    def __init__(self, certificate: bytes) -> None:
        self._certificate = certificate
        self._by_name: dict[str, Person] = {}
        self.mailboxes: dict[str, ExchangeMailbox] = {}
        self.tokens: dict[str, str] = {}
        """Whose name each access token shows."""
        self.owner_of: Callable[[str], str | None] = self.tokens.get
        """Whose a token is: a test may ask an issuer instead."""
        self.offers: tuple[str, ...] = ("Basic",)
        """What WWW-Authenticate lists."""

    def add(self, mailbox: ExchangeMailbox, *, username: str, password: str, upn: str = "") -> None:
        """Let somebody sign in, under the name with the domain or their principal name."""
        person = Person(username, password, [mailbox])
        self.mailboxes[mailbox.address] = mailbox
        for name in (username, upn):
            self._by_name[name.lower()] = person

    def add_app(self, token: str) -> None:
        """Let an app in by that token, as whomever it names."""
        self._by_name[f"app:{token}".lower()] = Person(f"app:{token}", "", is_app=True)
        self.tokens[token] = f"app:{token}"

    def grant(self, username: str, mailbox: ExchangeMailbox) -> None:
        """Open another mailbox to somebody; one that is nobody's own is a shared one."""
        self.mailboxes[mailbox.address] = mailbox
        self._by_name[username.lower()].mailboxes.append(mailbox)

    def withdraw(self, username: str, mailbox: ExchangeMailbox) -> None:
        """Close a mailbox to somebody again."""
        self._by_name[username.lower()].mailboxes.remove(mailbox)

    def by_password(self, coded: str) -> Person | None:
        """Return who it is by HTTP's basic authentication (RFC 7617)."""
        try:
            username, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        person = self._by_name.get(username.lower())
        return person if person and person.password == password else None

    def by_token(self, token: str) -> Person | None:
        """Return who it is by an access token (RFC 6750)."""
        return self._by_name.get((self.owner_of(token) or "").lower())

    def handshake(self) -> Handshake:
        """Return a new handshake by NTLM."""
        return Handshake(self._certificate)

    def by_handshake(self, handshake: Handshake, message: bytes) -> Person | None:
        """Return who it is by the last message of a handshake."""
        try:
            return self._by_name.get(handshake.user(message, self._password_of).lower())
        except Refused:
            return None

    def _password_of(self, username: str) -> str | None:
        person = self._by_name.get(username.lower())
        return None if person is None else person.password

    def mailbox(self, person: Person, body: bytes) -> ExchangeMailbox:
        """Return the mailbox that a request is about. Raises Refusal."""
        envelope = ET.fromstring(body)
        acts_as = envelope.findtext(_IMPERSONATED)
        if person.is_app and acts_as is None:
            raise Refusal("ErrorAccessDenied", "ExchangeImpersonation SOAP header must be present.")
        if acts_as is not None and not person.is_app:
            raise Refusal("ErrorImpersonateUserDenied", "The account does not have permission.")
        own = acts_as or (person.mailboxes[0].address if person.mailboxes else "")
        address = (_named(envelope) or own).lower()
        found = self.mailboxes.get(address)
        if found is None:
            said = "The SMTP address has no mailbox associated with it."
            raise Refusal("ErrorNonExistentMailbox", said)
        if found not in person.mailboxes and acts_as != address:
            raise Refusal("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return found


def _named(envelope: ET.Element) -> str | None:
    """Return whose folder or item is asked for: by address, or as our ids say it."""
    address = envelope.findtext(
        f".//{{{T}}}DistinguishedFolderId/{{{T}}}Mailbox/{{{T}}}EmailAddress"
    )
    if address is not None:
        return address
    for kind in ("FolderId", "ItemId", "ParentItemId"):
        named = envelope.find(f".//{{{T}}}{kind}")
        if named is not None:
            try:
                said = base64.b64decode(named.get("Id", ""), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return None
            return said.partition("/")[0] if "/" in said else None
    return None
