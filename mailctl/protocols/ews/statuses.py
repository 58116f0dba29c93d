"""What HTTP says of a request that Exchange never got to see, or did not let in.

Sources: the EWS Managed API (456, AccountIsLocked), Evolution's EWS backend
(X-MS-Credential-Service-CredExpired), exchangelib's `RetryPolicy`,
https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
(403), https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
(503), and RFC 9110 section 10.2.3 (Retry-After).
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
from exchangelib import errors

from mailctl.errors import AuthenticationRefused, MailctlError, MailTooLarge
from mailctl.ports.mail import Login
from mailctl.protocols import signing_in
from mailctl.protocols.ews.causes import failed
from mailctl.protocols.ews.signing import Scheme, offered
from mailctl.protocols.pauses import LONGEST_S
from mailctl.protocols.words import plain

_OK, _SOAP_FAULT = 200, 500
_UNAUTHORIZED, _FORBIDDEN, _LOCKED = 401, 403, 456
_MOVED = {301, 302, 303, 307, 308}
_TOO_LARGE = 413
_TROUBLE = {500, 502, 504}
_BUSY = {429, 503} | _TROUBLE
_PAGE_OF_TROUBLE = "/ews/genericerrorpage.htm"
"""Where Exchange sends who came at a bad moment."""
_BOM = rb"\s*(?:\xef\xbb\xbf)?\s*"
_XML = re.compile(_BOM + rb"<(?:\?xml|\w+:Envelope)")
_PAGE = re.compile(_BOM + rb"<(?:!doctype\s+html|html)", re.IGNORECASE)
_BACK_OFF = re.compile(rb'Name="BackOffMilliseconds"[^<>]{0,20}>\s*(\d{1,9})\s*<')
_REASON = re.compile(r'reason="([^"]{1,200})"')
_LOOKED_AT = 4096


class Answered(errors.EWSError):  # type: ignore[misc]
    """The request went over, and what came back is no answer of EWS; it begins as exchangelib's.

    Whether the server did what it was asked is left open: only that is an error of ours at
    once which shows that nothing went over.
    """

    def __init__(self, status: int, meaning: MailctlError) -> None:
        super().__init__(f"Unknown failure in response. Code: {status} ({meaning.sentence})")
        self.meaning = meaning


class NotSignedIn(Answered, errors.UnauthorizedError):  # type: ignore[misc]
    """The server did nothing: it does not take the password or the token."""


def refusal(login: Login, response: requests.Response) -> MailctlError | None:
    """Return why it is no answer of EWS, None where it is one."""
    status, host = response.status_code, host_of(response.url)
    begin = response.content[:_LOOKED_AT]
    if status == _SOAP_FAULT and _XML.match(begin):
        return None
    if status == _OK:
        is_page = _PAGE.match(begin)
        return _wrong_address(login, "it answers with a web page") if is_page else None
    found = not_signed_in(login, response, host)
    if found is not None:
        return found
    is_bad_moment = _PAGE_OF_TROUBLE in response.headers.get("Location", "").lower()
    if status in _BUSY or (status in _MOVED and is_bad_moment):
        said = f"{host} cannot serve now (HTTP {status})"
        cause = "server-trouble" if status in _TROUBLE or is_bad_moment else "throttled"
        return failed(said, cause, login.provider, retry_after_s=pause_s(response))
    if status in _MOVED:
        return _moved(login, response, host)
    if status == _TOO_LARGE:
        return MailTooLarge(f"{host} takes no request as large as that (HTTP 413)")
    if status == _FORBIDDEN:
        return failed(f"{host} lets nobody in by EWS (HTTP 403)", "ews-off", login.provider)
    return _wrong_address(login, f"HTTP {status}")


def answered(status: int, meaning: MailctlError) -> Answered:
    """Return what stands for an answer with that meaning on its way through exchangelib."""
    is_known = isinstance(meaning, AuthenticationRefused)
    return (NotSignedIn if is_known else Answered)(status, meaning)


def pause_s(response: requests.Response) -> float | None:
    """Return for how many seconds the server wants to be left alone, an hour at most."""
    if response.headers.get("Retry-After") and response.status_code in _BUSY:
        return _retry_after_s(response.headers.get("Retry-After", "").strip())
    if b"ErrorServerBusy" not in response.content:
        return None
    asked = _BACK_OFF.search(response.content)
    return min(int(asked[1]) / 1000, LONGEST_S) if asked else None


def host_of(url: str) -> str:
    """Return the host of an address, empty where it has none."""
    with suppress(ValueError):
        return urlsplit(url).hostname or ""
    return ""


def _wrong_address(login: Login, said: str) -> MailctlError:
    where = login.provider.ews_url or login.provider.name
    return failed(f"there is no EWS at {where}: {said}", "not-ews", login.provider)


def not_signed_in(login: Login, response: requests.Response, host: str) -> MailctlError | None:
    """Return why the server does not take the password or the token."""
    status, provider = response.status_code, login.provider
    whose = f"{host} does not let {login.username} in"
    goes_to = response.headers.get("Location", "").lower()
    is_expired = response.headers.get("X-MS-Credential-Service-CredExpired", "").lower() == "true"
    if is_expired or (status in _MOVED and "expiredpassword.aspx" in goes_to):
        return failed(f"{whose}: the password has expired", "password-expired", provider)
    if status == _LOCKED or b"currently locked out" in response.content[:_LOOKED_AT]:
        # beside the status Exchange Online says where one unlocks it
        words = plain(response.reason or "", login.secret) if status == _LOCKED else ""
        return failed(f"{whose}: the account is locked {words}".rstrip(), "locked", provider)
    if status != _UNAUTHORIZED:
        return None
    there = offered(response)
    if login.is_token:
        if there and Scheme.BEARER not in there:
            return signing_in.no_way(host, login, takes_tokens=False)
        said = _REASON.search(response.headers.get("x-ms-diagnostics", ""))
        words = f": {plain(said[1], login.secret)}" if said else ""
        return failed(
            f"{host} does not accept the token of {login.username}{words}",
            "token-refused",
            provider,
        )
    if set(there) == {Scheme.BEARER}:
        return signing_in.no_way(host, login, takes_tokens=True)
    return failed(
        f"{host} does not accept user name or password of {login.username}",
        "wrong-password",
        provider,
    )


def _moved(login: Login, response: requests.Response, host: str) -> MailctlError:
    where = host_of(urljoin(response.url, response.headers.get("Location", "")))
    if where == host:
        return _wrong_address(login, "it leads to a web page (Outlook on the web?)")
    shown = plain(where, login.secret) or "nowhere"
    sentence = f"{host} sends us to {shown}, where no password of ours goes"
    return failed(sentence, "other-host", login.provider)


def _retry_after_s(said: str) -> float | None:
    if said.isascii() and said.isdecimal():
        return min(float(said[:9]), LONGEST_S) or None
    with suppress(ValueError, TypeError):
        left = parsedate_to_datetime(said) - datetime.now(UTC)
        return min(max(left.total_seconds(), 0.0), LONGEST_S) or None
    return None
