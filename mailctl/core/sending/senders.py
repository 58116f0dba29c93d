"""Who sends: the account a mail goes out from, and the name and address in From."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from shlex import quote

from mailctl.core.access.account_provider import provider_of
from mailctl.core.naming import address_key
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Signature
from mailctl.domain.providers import Provider
from mailctl.errors import BadUsage, NameAmbiguous, NotFound
from mailctl.mail.head import checked
from mailctl.mail.mailboxes import mailboxes, quoted_name
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts


@dataclass(frozen=True)
class Sender:
    """An account that may send, and who stands in From."""

    account: Account
    provider: Provider
    person: Person

    @property
    def signature(self) -> Signature:
        """What the account's owner has under their mails."""
        settings = self.account.settings
        return Signature(settings.signature_text, settings.signature_html)


def people(texts: Iterable[str]) -> tuple[Person, ...]:
    """Return the people whom options name, several with commas between. Raises BadAddress."""
    found: list[Person] = []
    for text in texts:
        checked(text, "an address")
        named = [(name, address) for name, address in mailboxes(text) if name or address]
        if not named:
            parse_address(text)  # says what is wrong with it
        for name, address in named:
            if _may_be_two(text, name, address):
                raise BadUsage(
                    f"{text!r} is not clear", hint="put commas between addresses: a@b.example, ..."
                )
            found.append(Person(name, str(parse_address(address or name))))
    return tuple(found)


def _may_be_two(text: str, name: str, address: str) -> bool:
    """Whether somebody meant two addresses, of which one would be lost as a name."""
    if "@" not in name or quoted_name(name) in text:
        return False
    return " " in name or f"<{address}>" not in text


def sender_named(services: Services, said: str | None) -> Sender:
    """Return who sends: the account or alias that is said, else the only or the default one.

    Raises NotFound, NameAmbiguous where several would do, BadUsage for one that does not send.
    """
    with services.store.reading() as tx:
        everyone = accounts.all_(tx)
    if said is None:
        account = _usual(everyone)
        return _sender(services, account, Person("", account.address))
    known = next((each for each in everyone if each.id == said.strip()), None)
    if known is not None:
        return _sender(services, known, Person("", known.address))
    named = people([said])
    if len(named) != 1:
        raise BadUsage(f"{said!r} names several people", hint="a mail is from one: --from ADDRESS")
    return _sender(services, _owner_of(everyone, named[0].address), named[0])


def sender_of(
    services: Services, holders: Sequence[str], addressees: Iterable[str], said: str | None
) -> Sender:
    """Return who answers a mail: who is said, else who got it, by the address it came to.

    `holders` are the accounts that hold the mail, `addressees` to whom it went. Raises what
    `sender_named` does.
    """
    if said is not None:
        return sender_named(services, said)
    with services.store.reading() as tx:
        all_theirs = [each for each in accounts.all_(tx) if each.address in holders]
    theirs = [each for each in all_theirs if _may_send(each)]
    if all_theirs and not theirs:  # whoever else could is not whom the mail was written to
        raise BadUsage(
            f"{all_theirs[0].address} got the mail, and does not send",
            hint="answer it from another account: --from ADDRESS",
        )
    asked = [_key(address) for address in addressees]
    for account in theirs:
        own = [address for address in sorted(account.own_addresses) if _key(address) in asked]
        if own:
            return _sender(services, account, Person("", own[0]))
    if theirs:
        return _sender(services, theirs[0], Person("", theirs[0].address))
    return sender_named(services, None)


def _usual(everyone: Sequence[Account]) -> Account:
    able = [account for account in everyone if _may_send(account)]
    if not able:
        raise NotFound(
            "there is no account that sends",
            hint="connect one: mailctl account add ADDRESS; or let one send: "
            "mailctl account set ADDRESS send=true",
        )
    if len(able) == 1:
        return able[0]
    defaults = [account for account in able if account.is_default]
    if len(defaults) != 1:
        raise NameAmbiguous(
            "several accounts could send this",
            hint="say which: --from ADDRESS",
            details={"candidates": [account.address for account in defaults or able][:10]},
        )
    return defaults[0]


def _owner_of(everyone: Sequence[Account], address: str) -> Account:
    key = _key(address)
    own = [account for account in everyone if _key(account.address) == key]
    aliases = [a for a in everyone if any(_key(alias) == key for alias in a.settings.aliases)]
    found = own or aliases
    if not found:
        raise NotFound(
            f"no account is {address}, and none has it as an alias",
            hint=f"see the accounts: mailctl account list; or add the alias: "
            f"mailctl account set ACCOUNT aliases+={quote(address)}",
        )
    if len(found) > 1:
        raise NameAmbiguous(
            f"{address} is an alias of several accounts",
            hint="take it from all but one: mailctl account set ACCOUNT aliases-=ADDRESS",
            details={"candidates": [account.address for account in found]},
        )
    return found[0]


def _sender(services: Services, account: Account, person: Person) -> Sender:
    address = quote(account.address)
    if account.state is AccountState.DISABLED:
        raise BadUsage(f"{account.address} is disabled", hint=f"mailctl account enable {address}")
    if not account.can_send:
        raise BadUsage(
            f"{account.address} does not send",
            hint=f"let it: mailctl account set {address} send=true",
        )
    provider = provider_of(services.store, account)
    if not provider.can_send:
        raise BadUsage(
            f"the provider {provider.name} of {account.address} does not send",
            hint="send from another account: --from ADDRESS",
        )
    name = person.name or account.settings.display_name
    return Sender(account, provider, Person(name, person.address))


def _may_send(account: Account) -> bool:
    return account.can_send and account.state is not AccountState.DISABLED


def _key(address: str) -> str:
    return address_key(parse_address(address))
