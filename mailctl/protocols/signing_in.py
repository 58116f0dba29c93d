"""What must be true before a password goes to a server, whatever the protocol."""

from mailctl.domain.providers import Provider
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import AuthenticationRefused, ServerRefused, TlsFailure
from mailctl.ports import Login
from mailctl.protocols.network import is_loopback

_FORBIDDEN = "\r\n\0"


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
    """Return user name and password. Raises AuthenticationRefused if they could end a command."""
    password = login.secret.reveal()
    for text, name in ((login.username, "user name"), (password, "password")):
        if any(character in text for character in _FORBIDDEN):
            raise AuthenticationRefused(
                f"the {name} has a line break or a NUL in it, which no server takes",
                hint="a line break at the end often comes from a file or a pipe",
            )
    if not password:
        raise AuthenticationRefused("the password is empty", hint=sign_in_hint(login))
    return login.username, password


def not_accepted(host: str, login: Login, said: str) -> AuthenticationRefused:
    """Return the error of a server that does not accept the password."""
    words = f": {said}" if said else ""
    return AuthenticationRefused(
        f"{host} does not accept user name or password of {login.username}{words}",
        hint=sign_in_hint(login),
    )


def sign_in_hint(login: Login) -> str:
    """Return what a person can do about a refused password."""
    provider = login.provider
    if provider.sign_in_help:
        return " ".join(filter(None, (provider.sign_in_help, provider.sign_in_url)))
    if provider.sign_in_url:
        return f"see {provider.sign_in_url}"
    return "check user name and password; many providers want an app password here"
