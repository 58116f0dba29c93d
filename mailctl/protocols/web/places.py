"""Where a document may lie."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from mailctl.domain.resolution import Outcome

PORT = 443
_LONGEST = 2048
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # no blank, no control character, no backslash
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label of an address in any of its spellings begins with a digit; none of a name does.
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")
_LONGEST_HOST = 253


class NoDocument(Exception):
    """Why there is no document to be had."""

    def __init__(self, outcome: Outcome, detail: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.status = status


@dataclass(frozen=True)
class Place:
    """A document of an HTTPS server on its usual port: `target` is its path and query."""

    host: str
    target: str

    @property
    def url(self) -> str:
        """The place as a URL."""
        return f"https://{self.host}{self.target}"


def place(url: str) -> Place:
    """Return the place that the URL names. Raises NoDocument for any that is not allowed."""
    if len(url) > _LONGEST or not _PRINTABLE.fullmatch(url):
        raise _rejected("the URL is malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _rejected("the URL is malformed") from error
    if parts.scheme != "https":
        raise _rejected("the URL is not https")
    if port not in (None, PORT):
        raise _rejected(f"the URL has a port other than {PORT}")
    if "@" in parts.netloc:
        raise _rejected("the URL has a user name")
    query = f"?{parts.query}" if parts.query else ""
    return Place(_host(parts), f"{parts.path or '/'}{query}")


def redirected(start: Place, location: str) -> Place:
    """Return where a redirect leads. Raises NoDocument where it must not."""
    try:
        return place(urljoin(start.url, location))
    except ValueError as error:
        raise _rejected(f"{start.host} redirects: the URL is malformed") from error
    except NoDocument as no:
        raise _rejected(f"{start.host} redirects: {no.detail}") from no


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise _rejected("the URL has no plain host name")
    return host


def _rejected(detail: str) -> NoDocument:
    return NoDocument(Outcome.REJECTED, detail)
