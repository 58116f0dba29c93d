"""What name servers and web servers answer."""

from dataclasses import dataclass

from mailctl.domain.resolution import Outcome


@dataclass(frozen=True)
class MxRecord:
    """A mail exchanger: lower preference first, host without the trailing dot."""

    preference: int
    host: str


@dataclass(frozen=True)
class MxAnswer:
    """What the name server said; records only where the outcome is a hit."""

    outcome: Outcome
    records: tuple[MxRecord, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class SrvRecord:
    """A server of a service: lower priority first; host without the trailing dot.

    An empty host says that the service is not offered (RFC 2782).
    """

    priority: int
    weight: int
    port: int
    host: str


@dataclass(frozen=True)
class SrvAnswer:
    """What the name server said; records only where the outcome is a hit."""

    outcome: Outcome
    records: tuple[SrvRecord, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class TextAnswer:
    """What the name server said; texts only where the outcome is a hit."""

    outcome: Outcome
    texts: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class AliasAnswer:
    """What the name server said; names only where the outcome is a hit.

    They are all of the chain, the first one being what the owner of the alias wrote.
    """

    outcome: Outcome
    names: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class WebAnswer:
    """What a web server said; a body only where the outcome is a hit.

    `url` is what gave the answer, after all redirects.
    """

    outcome: Outcome
    url: str
    body: bytes = b""
    detail: str = ""
    status: int | None = None
