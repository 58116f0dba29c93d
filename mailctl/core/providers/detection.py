"""Verbs on addresses: which provider serves them, and why."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from shlex import quote

from mailctl.core.providers.providers import directory
from mailctl.core.services import Services
from mailctl.domain.addresses import Address
from mailctl.domain.providers import Provider
from mailctl.domain.resolution import Resolution
from mailctl.errors import (
    BadAddress,
    BadUsage,
    ExitCode,
    MailctlError,
    ProviderNotRecognised,
    ResolutionUnavailable,
    UntrustedSettings,
)
from mailctl.records import dataclass
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.chain import resolve, resolve_each
from mailctl.resolve.discovered import shown
from mailctl.resolve.terms import TOTAL_S, Terms

_LIMIT_MAX_S = 300.0
_START_S = 0.4
"""What the limit has to leave for the start of the interpreter and for writing the answer."""


@dataclass(frozen=True)
class Manner:
    """How far a detection goes."""

    offline: bool = False
    is_private: bool = False
    """Whether the address is told to nobody, and the domain to nobody but its own servers."""
    limit_s: float = TOTAL_S
    """How long it may take, counted from the start of the program; for many, each domain."""


@dataclass(frozen=True)
class Detected:
    """What was found for one line, or why nothing was."""

    given: str
    resolution: Resolution | None
    error: MailctlError | None

    @property
    def exit_code(self) -> ExitCode:
        """What it would say to the shell, were it alone."""
        return self.error.exit_code if self.error else ExitCode.OK


def detect(services: Services, text: str, manner: Manner) -> Detected:
    """Return which provider serves the address. Raises BadAddress and BadUsage."""
    _refuse_limit(manner)
    resolution = resolve(
        parse_address(text),
        directory(services.store),
        internet=None if manner.offline else services.internet,
        timer=services.timer,
        terms=Terms(deadline(services, manner.limit_s), manner.is_private),
    )
    return _detected(text, resolution)


def detect_each(services: Services, lines: Iterable[str], manner: Manner) -> Generator[Detected]:
    """Yield what serves each address, in their order, each as soon as it is known.

    Empty lines are passed over; one that is no address has its error in its place.
    Raises BadUsage.
    """
    _refuse_limit(manner)
    parsed = [_parsed(line) for raw in _without_mark(lines) if (line := raw.strip())]
    asking = resolve_each(
        [address for _, address in parsed if isinstance(address, Address)],
        directory(services.store),
        internet=None if manner.offline else services.internet,
        timer=services.timer,
        limit_s=manner.limit_s,
        is_private=manner.is_private,
    )
    with closing(asking) as resolutions:
        for line, address in parsed:
            if isinstance(address, Address):
                yield _detected(line, next(resolutions))
            else:
                yield Detected(line, None, address)


def deadline(services: Services, limit_s: float = TOTAL_S) -> float:
    """Return when asking has to end, so that the whole command keeps to the limit."""
    return services.started + max(limit_s - _START_S, limit_s / 2)


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines without the byte order mark that some programs begin a file with."""
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix("\ufeff")


def _parsed(line: str) -> tuple[str, Address | BadAddress]:
    try:
        return line, parse_address(line)
    except BadAddress as error:
        return line, error


def _detected(text: str, resolution: Resolution) -> Detected:
    return Detected(text, resolution, failure(resolution))


def _refuse_limit(manner: Manner) -> None:
    if not 0 < manner.limit_s <= _LIMIT_MAX_S:
        raise BadUsage(
            f"{manner.limit_s:g} seconds are no time limit",
            hint=f"--timeout takes up to {_LIMIT_MAX_S:.0f} seconds",
        )


def recognised(resolution: Resolution) -> Provider:
    """Return the provider that was found, trusted or not.

    Raises ProviderNotRecognised or ResolutionUnavailable.
    """
    error = failure(resolution)
    if error is not None:
        raise error
    if resolution.provider is None:
        raise AssertionError("what did not fail has a provider")
    return resolution.provider


def failure(resolution: Resolution) -> MailctlError | None:
    """Return the error that says which providers a person may choose, None where one is found."""
    if resolution.provider is not None:
        return None
    address = resolution.address
    hint = (
        f"choose one: mailctl account add {quote(str(address))} --provider NAME\n"
        f"or for everybody: mailctl provider map-domain {address.domain} NAME"
    )
    details = {
        "domain": address.domain,
        "candidates": resolution.candidates,
        "trace": resolution.trace,
    }
    if resolution.is_temporary_failure:
        return ResolutionUnavailable(
            f"the name server gave no answer about {address.domain}",
            hint=f"try again later, or {hint}",
            details=details,
        )
    return ProviderNotRecognised(
        f"no provider is known for {address.domain}", hint=hint, details=details
    )


def untrusted(resolution: Resolution) -> UntrustedSettings:
    """Return the error that shows settings that nothing vouches for."""
    address, provider = resolution.address, recognised(resolution)
    written = quote(str(address))
    why = "; ".join(fact.fact for fact in resolution.evidence)
    return UntrustedSettings(
        f"nothing vouches that {shown(provider)} serves {address.domain} ({why}); "
        "no password was sent there",
        hint=f"if it is right: mailctl account add {written} --trust-discovered\n"
        f"or choose: mailctl account add {written} --provider NAME",
        details={
            "domain": address.domain,
            "method": resolution.method,
            "settings": resolution.settings,
            "evidence": resolution.evidence,
            "candidates": resolution.candidates,
        },
    )
