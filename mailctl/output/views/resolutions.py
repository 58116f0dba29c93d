"""The answer to "which provider serves this address" as a result."""

from collections.abc import Callable, Iterator
from shlex import quote
from typing import TYPE_CHECKING

from mailctl.output.complaints import error_document
from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.providers.detection import Detected
    from mailctl.domain.providers import Provider
    from mailctl.domain.resolution import Resolution, Settings
    from mailctl.errors import MailctlError


def _settings(settings: "Settings | None") -> dict[str, object] | None:
    if settings is None:
        return None
    return {
        "incoming": settings.incoming,
        "submission": settings.submission,
        "username": settings.username,
        "ews_url": settings.ews_url,
    }


def _of(read: "Callable[[Resolution], object]") -> "Callable[[Detected], object]":
    """Return the field of a line that was an address; there is none where it was not."""
    return lambda detected: detected.resolution and read(detected.resolution)


def _of_provider(read: "Callable[[Provider], object]") -> "Callable[[Detected], object]":
    return _of(lambda resolution: resolution.provider and read(resolution.provider))


def _name(resolution: "Resolution") -> str | None:
    """Return the provider's name; servers that were only just discovered have none."""
    provider = resolution.provider
    is_new = provider and provider.origin == "discovered" and resolution.method != "mapping"
    return None if provider is None or is_new else provider.name


DETECTED: "View[Detected]" = View(
    {
        "address": lambda d: str(d.resolution.address) if d.resolution else d.given,
        "domain": _of(lambda r: r.address.domain),
        "provider": _of(_name),
        "title": _of_provider(lambda p: p.title),
        "method": _of(lambda r: r.method),
        "trust": _of(lambda r: r.trust),
        "settings": _of(lambda r: _settings(r.settings)),
        "auth": _of_provider(lambda p: p.auth),
        "sign_in_help": _of_provider(lambda p: p.sign_in_help),
        "sign_in_url": _of_provider(lambda p: p.sign_in_url),
        "evidence": lambda d: d.resolution.evidence if d.resolution else (),
        "candidates": lambda d: d.resolution.candidates if d.resolution else (),
        "trace": lambda d: d.resolution.trace if d.resolution else (),
        "error": lambda d: d.error and _error(d.error),
    },
    table=("address", "provider", "method", "trust", "error"),
    prose=lambda d: "\n".join(_answer(d.resolution)) if d.resolution else "",
)


def _error(error: "MailctlError") -> dict[str, object]:
    """Return the failure without what stands in fields of its own."""
    document = error_document(error)
    return {name: document[name] for name in ("code", "message", "retryable", "exit_code")}


def _answer(resolution: "Resolution") -> Iterator[str]:
    provider, settings = resolution.provider, resolution.settings
    if provider is None or settings is None:
        return
    name = _name(resolution) or "its own servers"
    yield f"{resolution.address}: {name} ({one_line(provider.title)}), by {resolution.method}"
    for fact in resolution.evidence:
        yield f"  because {one_line(fact.fact)}: {one_line(fact.supports)}"
    if settings.incoming:
        yield f"  incoming {cell(plain(settings.incoming))} as {one_line(settings.username or '?')}"
    if settings.submission:
        yield f"  sending  {cell(plain(settings.submission))}"
    if settings.ews_url and not settings.incoming:
        yield f"  Exchange {one_line(settings.ews_url)}"
    yield f"  sign in by {', '.join(provider.auth)}"
    if provider.sign_in_help:
        yield f"  {provider.sign_in_help} {provider.sign_in_url or ''}".rstrip()
    if resolution.trust and not resolution.trust.allows_password:
        yield "  nothing vouches for that: a person has to agree before a password goes there"
        yield (
            f"  if it is right: mailctl account add {one_line(quote(str(resolution.address)))} "
            "--trust-discovered"
        )
