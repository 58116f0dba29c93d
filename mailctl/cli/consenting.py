"""How a person agrees at an OAuth issuer, or why nobody could."""

import sys
from collections.abc import Callable

import typer

from mailctl.app import App
from mailctl.cli.asking import PasswordOptions, read_handed_over
from mailctl.core.access.credentials import Consent
from mailctl.domain.addresses import Address
from mailctl.domain.oauth import DeviceCode, Flow, OAuthApp
from mailctl.domain.secret import Secret
from mailctl.errors import ConsentRefused
from mailctl.output.terminal import one_line

_DISPLAYS = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")


def consenting(app: App, options: PasswordOptions, flow: Flow | None) -> Consent:
    """Return what lets a person agree, by the flow named or the best there is."""

    def consent(oauth_app: OAuthApp, client_secret: Secret | None, address: Address) -> Secret:
        handed_over = read_handed_over(app, options)
        if handed_over is not None:  # made elsewhere, for a host where nobody is
            return app.services.oauth.from_refresh_token(handed_over)
        _refuse_nobody(app, flow)
        match flow or _best(app, oauth_app):
            case Flow.BROWSER:
                return app.services.oauth.in_browser(
                    oauth_app, client_secret, login_hint=str(address), show=_showing_address(app)
                )
            case Flow.DEVICE:
                return app.services.oauth.by_device(
                    oauth_app, client_secret, show=_showing_code(app, address)
                )
            case Flow.PASTE:
                return app.services.oauth.by_paste(
                    oauth_app, client_secret, login_hint=str(address), ask=_asking_paste(app)
                )

    return consent


def _refuse_nobody(app: App, flow: Flow | None) -> None:
    """Raise ConsentRefused where no person can be asked; a flow that is named may do without us."""
    waits_elsewhere = flow in {Flow.BROWSER, Flow.DEVICE} and not app.refuses_questions
    if not (app.may_ask or waits_elsewhere):
        raise ConsentRefused(
            "nobody is here to agree at the issuer",
            hint="run it at a terminal, name --flow device, hand a refresh token over "
            "(--oauth --password-stdin), or register an app that signs in by itself: "
            "mailctl oauth app add --help",
        )


def _best(app: App, oauth_app: OAuthApp) -> Flow:
    if sys.platform == "darwin" or any(app.environment.get(name) for name in _DISPLAYS):
        return Flow.BROWSER
    return Flow.DEVICE if oauth_app.issuer.device_usable else Flow.PASTE


def _showing_address(app: App) -> Callable[[str], None]:
    def show(url: str) -> None:
        app.warn("agree in the browser; if none opened, open this on the same machine:")
        typer.echo(f"  {one_line(url)}", file=app.stderr)

    return show


def _showing_code(app: App, address: Address) -> Callable[[DeviceCode], None]:
    def show(code: DeviceCode) -> None:
        app.warn(
            f"sign in as {address} at {one_line(code.url)} and type the code "
            f"{one_line(code.user_code)}; it works for {int(code.lasts_s // 60)} minutes"
        )

    return show


def _asking_paste(app: App) -> Callable[[str], str]:
    def ask(url: str) -> str:
        app.warn("open this in any browser and agree:")
        typer.echo(f"  {one_line(url)}", file=app.stderr)
        app.warn("it ends at a page that cannot be opened: paste that page's address here")
        answer: str = typer.prompt("Address", hide_input=True, err=True)
        return answer.strip()

    return ask
