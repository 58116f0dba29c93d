"""The answer to "which provider serves this address" as a result."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.domain.resolution import Resolution, Settings


def _settings(settings: "Settings | None") -> dict[str, object] | None:
    if settings is None:
        return None
    return {
        "incoming": settings.incoming,
        "submission": settings.submission,
        "username": settings.username,
        "ews_url": settings.ews_url,
    }


RESOLUTION: "View[Resolution]" = View(
    {
        "address": lambda r: str(r.address),
        "domain": lambda r: r.address.domain,
        "provider": lambda r: r.provider and r.provider.name,
        "title": lambda r: r.provider and r.provider.title,
        "method": lambda r: r.method,
        "trust": lambda r: r.trust,
        "settings": lambda r: _settings(r.settings),
        "auth": lambda r: r.provider and r.provider.auth,
        "sign_in_help": lambda r: r.provider and r.provider.sign_in_help,
        "sign_in_url": lambda r: r.provider and r.provider.sign_in_url,
        "evidence": lambda r: r.evidence,
        "candidates": lambda r: r.candidates,
        "trace": lambda r: r.trace,
    },
    prose=lambda r: "\n".join(_answer(r)),
)


def _answer(resolution: "Resolution") -> Iterator[str]:
    provider, settings = resolution.provider, resolution.settings
    if provider is None or settings is None:
        return
    yield f"{resolution.address}: {provider.name} ({provider.title}), by {resolution.method}"
    for fact in resolution.evidence:
        yield f"  because {one_line(fact.fact)}: {one_line(fact.supports)}"
    if settings.incoming:
        yield f"  incoming {cell(plain(settings.incoming))} as {one_line(settings.username or '?')}"
    if settings.submission:
        yield f"  sending  {cell(plain(settings.submission))}"
    yield f"  sign in by {', '.join(provider.auth)}"
    if provider.sign_in_help:
        yield f"  {provider.sign_in_help} {provider.sign_in_url or ''}".rstrip()
