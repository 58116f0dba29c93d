"""What must be true before a password goes to a server, whatever the protocol."""

from mailctl.domain.providers import Provider
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import AuthenticationRefused, ServerRefused, TlsFailure
from mailctl.ports.mail import Login
from mailctl.protocols.diagnoses import diagnose
from mailctl.protocols.network import is_loopback

_FORBIDDEN = "\r\n\0\x01"
# Here the provider's own words on how to sign in help more.
_VAGUE = {"wrong-password", "token-refused"}
_REAUTH = "agree again: mailctl account reauth ADDRESS --oauth"


def endpoint_of(endpoint: Endpoint | None, provider: Provider, purpose: str) -> Endpoint:
    """Return the endpoint where there is one that a password may go to.

    Raises ServerRefused where there is none, TlsFailure where it is in plain text to
    anything but this machine.
    """
    if endpoint is None:
        raise ServerRefused(
            f"provider {provider.name} has no server for {purpose}",
            hint=f"mailctl provider show {provider.name}",
        )
    if endpoint.security is Security.NONE and not is_loopback(endpoint.host):
        raise TlsFailure(
            f"{endpoint.host} is set to be used without encryption: only this machine may be",
            hint=f"set provider {provider.name} to tls or starttls",
        )
    return endpoint


def credentials(login: Login) -> tuple[str, str]:
    """Return user name and password or token.

    Raises AuthenticationRefused for what could end a command.
    """
    secret, what = login.secret.reveal(), "token" if login.is_token else "password"
    for text, name in ((login.username, "user name"), (secret, what)):
        if any(character in text for character in _FORBIDDEN):
            raise AuthenticationRefused(
                f"the {name} has a line break or a NUL in it, which no server takes",
                hint="a line break at the end often comes from a file or a pipe",
            )
    if not secret:
        raise AuthenticationRefused(f"the {what} is empty", hint=sign_in_hint(login))
    return login.username, secret


def not_accepted(host: str, login: Login, said: str) -> AuthenticationRefused:
    """Return the error of a server that does not accept the password or the token."""
    words = f": {said}" if said else ""
    what = "the token" if login.is_token else "user name or password"
    found = diagnose(said)
    return AuthenticationRefused(
        f"{host} does not accept {what} of {login.username}{words}",
        hint=found.hint if found and found.cause not in _VAGUE else sign_in_hint(login),
        details=found.details if found else None,
    )


def no_way(host: str, login: Login, *, takes_tokens: bool) -> ServerRefused:
    """Return the error of a server that offers no way for what there is to show."""
    if login.is_token:
        return ServerRefused(
            f"{host} takes no OAuth tokens",
            hint="sign in with a password: mailctl account reauth ADDRESS --no-oauth",
        )
    hint = "the provider may want OAuth, or an app password"
    if takes_tokens:
        hint = "it wants OAuth: mailctl account add ADDRESS --oauth"
    return ServerRefused(f"{host} offers no way to sign in with a password", hint=hint)


def sign_in_hint(login: Login) -> str:
    """Return what a person can do about a refused password."""
    provider = login.provider
    if login.is_token:
        return _REAUTH
    if provider.sign_in_help:
        return " ".join(filter(None, (provider.sign_in_help, provider.sign_in_url)))
    if provider.sign_in_url:
        return f"see {provider.sign_in_url}"
    return "check user name and password; many providers want an app password here"
