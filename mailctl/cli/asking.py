"""What a person is asked, or would have been asked had there been one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mailctl.app import App
from mailctl.domain.addresses import Address
from mailctl.domain.oauth import Flow
from mailctl.domain.providers import AuthMethod, Provider
from mailctl.domain.resolution import Resolution
from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.errors import BadUsage, GuardRefused, SecretMissing
from mailctl.output.terminal import one_line
from mailctl.resolve.discovered import shown

if TYPE_CHECKING:
    from mailctl.core.accounts.new_accounts import Persons

_STDIN_MAX = 64 << 10
_MOST_SHOWN = 15


@dataclass(frozen=True)
class PasswordOptions:
    """The ways a password may be handed over, none of them an argument's value."""

    from_stdin: bool = False
    file: Path | None = None
    command: str | None = None
    place: str | None = None
    """The value of --secret."""

    @property
    def is_given(self) -> bool:
        """Whether the password is handed over by an option."""
        return self.from_stdin or self.file is not None or self.command is not None

    def check(self) -> None:
        """Raise BadUsage for two answers to one question."""
        given = [self.from_stdin, self.file is not None, self.command is not None]
        if sum(given) > 1:
            raise BadUsage(
                "the password is given in more than one way",
                hint="use one of --password-stdin, --password-file and --password-command",
            )
        if self.is_given and (self.place or "").startswith(("env:", "command:")):
            raise BadUsage(
                f"a password cannot be written to {str(self.place).partition(':')[0]}:",
                hint="leave the password option out: it is read from there each time",
            )


def asking(app: App, options: PasswordOptions, flow: Flow | None) -> "Persons":
    """Return what a person is asked while an account is added."""
    from mailctl.cli.consenting import consenting
    from mailctl.core.accounts.new_accounts import Persons

    return Persons(
        choose=choosing(app),
        agree=agreeing(app),
        ask=handing_over(app, options),
        consent=consenting(app, options, flow),
        place=placing(app, options),
    )


def asked_address(app: App, address: str | None) -> str:
    """Return the address, asked of a person where none is given. Raises BadUsage."""
    if address is not None:
        return address
    if not app.may_ask:
        raise BadUsage("no address is given", hint="name the mailbox: mailctl account add ADDRESS")
    answer: str = typer.prompt("Mail address", err=True)
    return answer.strip()


def confirmed(app: App, question: str, *, is_sure: bool) -> None:
    """Return if a person says yes, or an option said so. Raises GuardRefused."""
    if is_sure:
        return
    if not app.may_ask:
        raise GuardRefused("nobody is here to say yes", hint="say it on the command line: --yes")
    if not typer.confirm(question, default=False, err=True):
        raise GuardRefused("left as it was")


def placing(app: App, options: PasswordOptions) -> Callable[[str], SecretRef]:
    """Return what says where an account's secret is kept."""

    def place(account_id: str) -> SecretRef:
        from mailctl.secrets.stores import parse_ref

        if options.place is not None:
            return parse_ref(options.place, own_name=account_id)
        return app.secrets.own_ref(account_id)

    return place


def tell_place(app: App, options: PasswordOptions, ref: SecretRef) -> None:
    """Tell a person where their secret went if that was our choice and no keyring's."""
    if options.place is None and ref.scheme is SecretScheme.VAULT:
        app.notice(
            f"no keyring here: the secret went to the encrypted vault {app.places.vault} "
            "(--secret chooses another place)"
        )


def handing_over(
    app: App, options: PasswordOptions
) -> Callable[[Provider, Address], Secret | None]:
    """Return what gives the password a person hands over, asked for as late as possible."""

    def hand_over(provider: Provider, address: Address) -> Secret | None:
        handed_over = read_handed_over(app, options)
        if handed_over is not None or _is_read(app, options.place):
            return handed_over
        return _asked(app, provider, address)

    return hand_over


def read_handed_over(app: App, options: PasswordOptions) -> Secret | None:
    """Return the secret that an option hands over, None where none does."""
    from mailctl.secrets import commands, files

    if options.from_stdin:
        line = app.stdin.buffer.readline(_STDIN_MAX)
        return files.first_line(line, "standard input")
    if options.file is not None:
        return files.read(options.file, app.environment)
    if options.command is not None:
        return commands.read(options.command)
    return None


def choosing(app: App) -> Callable[[Resolution], str | None]:
    """Return what lets a person choose a provider, None where nobody is there."""

    def choose(resolution: Resolution) -> str | None:
        if not app.may_ask:
            return None
        from mailctl.core.providers.providers import directory

        known = {str(each.name): each for each in directory(app.store).providers()}
        app.notice(f"no provider is known for {resolution.address.domain}; likely ones:")
        shown = [(str(each.provider), each.reason) for each in resolution.candidates]
        while True:
            for number, (name, why) in enumerate(shown, start=1):
                typer.echo(f"  {number}. {name}: {one_line(why)}", file=app.stderr)
            answer: str = typer.prompt("Provider (a number, a name, or words to search)", err=True)
            word = answer.strip().lower()
            if word.isascii() and word.isdigit() and 0 < int(word) <= len(shown):
                return shown[int(word) - 1][0]
            if word in known:
                return word
            shown = _matching(known, word)
            app.notice("these match:" if shown else f"nothing matches {one_line(answer)}")

    return choose


def _matching(known: Mapping[str, Provider], words: str) -> list[tuple[str, str]]:
    """Return names and titles of the providers that all of the words are about."""

    def is_about(provider: Provider, word: str) -> bool:
        return any(word in text.lower() for text in (provider.name, provider.title)) or any(
            domain.startswith(word) for domain in provider.domains
        )

    found = [
        (name, provider.title)
        for name, provider in known.items()
        if words and all(is_about(provider, word) for word in words.split())
    ]
    return found[:_MOST_SHOWN]


def agreeing(app: App) -> Callable[[Resolution], bool]:
    """Return what lets a person vouch for what was found; nobody there is no."""

    def agree(resolution: Resolution) -> bool:
        if not app.may_ask or resolution.provider is None:
            return False
        app.notice(f"found for {resolution.address.domain}, but nothing vouches for it:")
        typer.echo(f"  {one_line(shown(resolution.provider))}", file=app.stderr)
        for fact in resolution.evidence:
            typer.echo(f"  because {one_line(fact.fact)}", file=app.stderr)
        return typer.confirm("Is that right?", default=False, err=True)

    return agree


def _is_read(app: App, place: str | None) -> bool:
    """Whether the place has the secret; under a new account's own name there is none yet."""
    from mailctl.secrets.stores import parse_ref

    if place is None or not place.partition(":")[2]:
        return False
    return app.secrets.is_read_from(parse_ref(place, own_name=""))


def _asked(app: App, provider: Provider, address: Address) -> Secret:
    if not app.may_ask:
        raise SecretMissing(
            f"no password was given for {address}",
            hint="hand it over: --password-stdin, --password-file, --password-command, "
            "or --secret env:NAME|file:PATH|command:CMD",
        )
    word = "App password" if provider.auth[:1] == (AuthMethod.APP_PASSWORD,) else "Password"
    if provider.sign_in_help:
        app.notice(f"{provider.sign_in_help} {provider.sign_in_url or ''}".rstrip())
    answer: str = typer.prompt(f"{word} of {address}", hide_input=True, err=True)
    return Secret(answer)
