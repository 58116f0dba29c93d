"""The way to every kind of grant: the port `Authoriser` over HTTPS."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from mailctl.domain.oauth import AccessToken, AppGrant, DeviceCode, OAuthApp
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, ConsentRefused, GrantRevoked, MailctlError, SecretMissing
from mailctl.ports import Clock
from mailctl.protocols.network import Network
from mailctl.protocols.oauth import answers, browsers, devices, forms, grants, posting
from mailctl.protocols.oauth.callbacks import code_in, pasted_code
from mailctl.protocols.oauth.failures import Moment
from mailctl.protocols.oauth.forms import CodeRequest
from mailctl.protocols.oauth.grants import Grant
from mailctl.protocols.oauth.loopback import PATIENCE_S, Visit, listening
from mailctl.protocols.oauth.posting import Answer, Form

# Where nothing listens: the browser shows an error, and the address to copy. Google and
# Microsoft take any port of loopback, so also none; others compare with what is
# registered, and this is what a person can register.
PASTE_REDIRECT = "http://127.0.0.1/callback"

_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})


class OAuthAuthoriser:
    """Gets grants; nothing that is sent to a token endpoint is ever sent twice.

    A code is of one use, and an issuer that sees it again takes the tokens back (RFC 6749
    section 4.1.2). `environment` says whether there may be a browser.
    """

    def __init__(
        self,
        network: Network,
        clock: Clock,
        *,
        environment: Mapping[str, str] = _NO_ENVIRONMENT,
        patience_s: float = PATIENCE_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._network = network
        self._clock = clock
        self._environment = environment
        self._patience_s = patience_s
        self._sleep = sleep

    def in_browser(
        self,
        app: OAuthApp,
        client_secret: Secret | None,
        *,
        login_hint: str,
        show: Callable[[str], None],
    ) -> Secret:
        """Return the grant that a person gives in a browser on this machine."""
        _require_authorization_url(app)
        with listening() as listener:
            request = CodeRequest(app, redirect_uri=listener.redirect_uri, login_hint=login_hint)
            show(request.url)
            browsers.open_browser(request.url, self._environment)
            code = _code(listener.visit(self._patience_s), app, request)
        return self._exchanged(app, request, code, client_secret)

    def by_device(
        self, app: OAuthApp, client_secret: Secret | None, *, show: Callable[[DeviceCode], None]
    ) -> Secret:
        """Return the grant that a person gives by typing a code in somewhere (RFC 8628)."""
        pending = devices.request(app, client_secret, self._post)
        show(pending.shown)
        members = devices.agreed(app, client_secret, pending, post=self._post, sleep=self._sleep)
        return grants.pack(self._grant(app, members))

    def by_paste(
        self,
        app: OAuthApp,
        client_secret: Secret | None,
        *,
        login_hint: str,
        ask: Callable[[str], str],
    ) -> Secret:
        """Return the grant of a browser elsewhere, whose last address `ask` returns."""
        _require_authorization_url(app)
        request = CodeRequest(app, redirect_uri=PASTE_REDIRECT, login_hint=login_hint)
        code = pasted_code(ask(request.url), app.issuer.name, request.state)
        return self._exchanged(app, request, code, client_secret)

    def by_app(self, app: OAuthApp, client_secret: Secret, *, address: str) -> Secret:
        """Return the grant of an app that signs in by itself, for that mailbox."""
        return self._of_app(app, client_secret, address, Moment.FIRST)

    def from_refresh_token(self, refresh_token: Secret) -> Secret:
        """Return a grant made elsewhere, to be renewed before its first use."""
        return grants.pack(grants.elsewhere(refresh_token))

    def renewed(self, app: OAuthApp, client_secret: Secret | None, grant: Secret) -> Secret:
        """Return the grant with a new access token, and a new refresh token if that rotates."""
        old = grants.unpack(grant)
        if not app.is_persons:
            if client_secret is None:
                raise _no_secret(app)
            return self._of_app(app, client_secret, old.subject or "", Moment.RENEWAL)
        if old.refresh_token is None:
            raise GrantRevoked(
                f"what was agreed with {app.issuer.name} cannot be renewed: "
                "it came without a refresh token",
                hint="agree again: mailctl account reauth ADDRESS",
            )
        form = forms.renewal(app, old.refresh_token, client_secret)
        new = self._granted(app, form, Moment.RENEWAL, asked=old.scopes or app.issuer.scopes)
        return grants.pack(answers.following(new, old))

    def access(self, grant: Secret) -> AccessToken:
        """Return the access token in the grant, without asking anybody."""
        return grants.unpack(grant).access()

    def _exchanged(
        self, app: OAuthApp, request: CodeRequest, code: Secret, client_secret: Secret | None
    ) -> Secret:
        form = request.exchange(code, client_secret)
        return grants.pack(self._granted(app, form, Moment.FIRST, asked=app.issuer.scopes))

    def _of_app(self, app: OAuthApp, client_secret: Secret, address: str, moment: Moment) -> Secret:
        match app.grant:
            case AppGrant.CLIENT_CREDENTIALS:
                form = forms.client_credentials(app, client_secret)
            case AppGrant.SERVICE_ACCOUNT:
                form = self._statement(app, client_secret, address)
            case AppGrant.PERSON:
                raise BadUsage(
                    f"the app {app.name} is for people to agree to: it cannot sign in by itself"
                )
        new = self._granted(app, form, moment, asked=forms.app_scopes(app))
        # A refresh token of an app would only outlive its secret.
        return grants.pack(replace(new, refresh_token=None, subject=address or None))

    def _statement(self, app: OAuthApp, key_file: Secret, address: str) -> Form:
        from mailctl.protocols.oauth import service_accounts  # jwt and its ciphers are heavy

        if not address:
            raise BadUsage(
                "a service account signs in for one mailbox, and none is named",
                hint="sign in again: mailctl account reauth ADDRESS",
            )
        signed = service_accounts.assertion(app, key_file, address=address, now=self._clock())
        return forms.statement(app, signed, key_file)

    def _granted(
        self, app: OAuthApp, form: Form, moment: Moment, *, asked: tuple[str, ...]
    ) -> Grant:
        answer = self._post(form)
        members = answers.accepted(answer, app.issuer.name, secrets=form.secrets, moment=moment)
        return answers.grant(members, app.issuer.name, now=self._clock(), asked=asked)

    def _grant(self, app: OAuthApp, members: Mapping[str, object]) -> Grant:
        name, asked = app.issuer.name, app.issuer.scopes
        return answers.grant(members, name, now=self._clock(), asked=asked)

    def _post(self, form: Form) -> Answer:
        return posting.post(self._network, form, self._clock)


def _code(visit: Visit, app: OAuthApp, request: CodeRequest) -> Secret:
    """Return the code that the browser brought, and tell the person at the browser."""
    try:
        code = code_in(visit.found, app.issuer.name, request.state)
    except MailctlError as error:
        is_no = isinstance(error, ConsentRefused) and "error" in visit.found
        visit.reply(
            "Access was not given. You can close this window."
            if is_no
            else "mailctl refused this answer: it cannot be used. Go back to the terminal."
        )
        raise
    visit.reply("mailctl has the answer. Close this window and go back to the terminal.")
    return code


def _require_authorization_url(app: OAuthApp) -> None:
    if not app.issuer.authorization_url:
        raise BadUsage(
            f"{app.issuer.name} has no address at which a person agrees",
            hint="agree by device code" if app.issuer.device_usable else None,
        )


def _no_secret(app: OAuthApp) -> SecretMissing:
    return SecretMissing(
        f"the app {app.name} has no secret to sign in with", hint="mailctl oauth app add"
    )
