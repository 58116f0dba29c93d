"""What is sent to issuers: authorisation addresses and the forms for the token endpoint."""

import secrets
from urllib.parse import urlencode

from oauthlib.oauth2 import BackendApplicationClient, DeviceClient, WebApplicationClient

from mailctl.domain.oauth import OAuthApp
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage
from mailctl.protocols.oauth.posting import Form, place

_STATE_BYTES = 32
_VERIFIER_LENGTH = 96
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What is ours to say; an issuer's own parameters must not change it.
_RESERVED = {
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "uri",
}


class CodeRequest:
    """A request for a code, whose state and verifier are of one use (RFC 7636)."""

    def __init__(self, app: OAuthApp, *, redirect_uri: str, login_hint: str) -> None:
        self._app = app
        self._client = WebApplicationClient(app.client_id)
        self._redirect_uri = redirect_uri
        self._verifier: str | None = None
        if app.issuer.pkce:
            self._verifier = self._client.create_code_verifier(_VERIFIER_LENGTH)
        self.state = Secret(secrets.token_urlsafe(_STATE_BYTES))
        self.url = self._url(login_hint)

    def exchange(self, code: Secret, client_secret: Secret | None) -> Form:
        """Return the form that gives the code for tokens."""
        body = self._client.prepare_request_body(
            code=code.reveal(),
            redirect_uri=self._redirect_uri,
            code_verifier=self._verifier,
            **_authentication(client_secret),  # type: ignore[arg-type]  # the stubs know no others
        )
        kept = () if self._verifier is None else (Secret(self._verifier),)
        return _form(self._app, body, code, client_secret, *kept)

    def _url(self, login_hint: str) -> str:
        address = self._app.issuer.authorization_url or ""
        place(address)
        scheme, _, rest = address.partition(":")
        params = {k: v for k, v in self._app.issuer.params.items() if k not in _RESERVED}
        if login_hint:
            params["login_hint"] = login_hint
        # oauthlib knows no loopback, to which place() allows plain HTTP.
        encrypted = self._client.prepare_request_uri(
            f"https:{rest}",
            redirect_uri=self._redirect_uri,
            scope=_joined(self._app.issuer.scopes),
            state=self.state.reveal(),
            **self._challenge(),
            **params,
        )
        return scheme + encrypted.removeprefix("https")

    def _challenge(self) -> dict[str, str]:
        if self._verifier is None:
            return {}
        challenge = self._client.create_code_challenge(self._verifier, "S256")
        return {"code_challenge": challenge, "code_challenge_method": "S256"}


def device_request(app: OAuthApp, client_secret: Secret | None) -> Form:
    """Return the form that asks for a device code (RFC 8628 section 3.1).

    oauthlib would put it into the address, client secret included.
    """
    members = {"client_id": app.client_id, **_authentication(client_secret)}
    if app.issuer.scopes:
        members["scope"] = " ".join(app.issuer.scopes)
    return _form(app, urlencode(members), client_secret, url=app.issuer.device_url)


def device_poll(app: OAuthApp, device_code: Secret, client_secret: Secret | None) -> Form:
    """Return the form that asks whether a person agreed (RFC 8628 section 3.4)."""
    body = DeviceClient(app.client_id).prepare_request_body(
        device_code.reveal(), include_client_id=True, **_authentication(client_secret)
    )
    return _form(app, body, device_code, client_secret)


def renewal(app: OAuthApp, refresh_token: Secret, client_secret: Secret | None) -> Form:
    """Return the form for new tokens, of the scopes that were agreed to (RFC 6749 section 6)."""
    body = WebApplicationClient(app.client_id).prepare_refresh_body(
        refresh_token=refresh_token.reveal(),
        client_id=app.client_id,
        **_authentication(client_secret),
    )
    return _form(app, body, refresh_token, client_secret)


def client_credentials(app: OAuthApp, client_secret: Secret) -> Form:
    """Return the form by which an app signs in by itself (RFC 6749 section 4.4)."""
    body = BackendApplicationClient(app.client_id).prepare_request_body(
        scope=_joined(app_scopes(app)),
        include_client_id=True,
        client_secret=readable(client_secret),
    )
    return _form(app, body, client_secret)


def statement(app: OAuthApp, assertion: Secret, key_file: Secret) -> Form:
    """Return the form that hands in a signed statement (RFC 7523 section 2.1)."""
    body = urlencode({"grant_type": _JWT_BEARER, "assertion": assertion.reveal()})
    return _form(app, body, assertion, key_file)


def app_scopes(app: OAuthApp) -> tuple[str, ...]:
    """Return what an app asks for that signs in by itself."""
    return app.issuer.app_scopes or app.issuer.scopes


def readable(client_secret: Secret) -> str:
    """Return the client secret itself. Raises BadUsage for what cannot be sent.

    An encoder's error would hold the secret.
    """
    text = client_secret.reveal()
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadUsage(
            "the client secret is no text in UTF-8", hint="copy it again: mailctl oauth app add"
        )
    return text


def _authentication(client_secret: Secret | None) -> dict[str, str]:
    # In the body rather than in a header (RFC 6749 section 2.3.1): Google, Microsoft and
    # Yahoo take it there, and issuers differ in how they undo the encoding of a header.
    return {} if client_secret is None else {"client_secret": readable(client_secret)}


def _joined(scopes: tuple[str, ...]) -> str | None:
    return " ".join(scopes) or None


def _form(app: OAuthApp, body: str, *kept: Secret | None, url: str | None = None) -> Form:
    known = tuple(secret for secret in kept if secret)
    return Form(url or app.issuer.token_url, Secret(body), known)
