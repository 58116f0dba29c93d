"""The providers that the catalogue knows, as a page: is mine among them, and how do I sign in?"""

from collections.abc import Iterator

from docs.generate.markdown import page, prose, table
from mailctl.domain.providers import Provider
from mailctl.resolve.catalogue import load

_SHOWN = 3
_ABOUT = """\
They are recognised by their domains, or by the mail exchangers of their customers' domains.
`mailctl provider show NAME` tells all of one. Others are found by [what their domain
says](../guides/connecting.md), or described by you.
"""


def presets() -> Iterator[tuple[str, str]]:
    """Yield the name of the page's file, and its text."""
    providers = sorted(load().providers(), key=lambda each: each.title.casefold())
    rows = map(_row, providers)
    text = [f"# {len(providers)} providers that are known\n", _ABOUT]
    head = ("provider", "name", "domains", "sign in by", "before that")
    yield "reference/presets.md", page([*text, *table(head, rows)])


def _row(provider: Provider) -> tuple[str, ...]:
    domains = list(provider.domains)
    more = f" and {len(domains) - _SHOWN} more" if len(domains) > _SHOWN else ""
    return (
        prose(provider.title),
        f"`{provider.name}`",
        prose(", ".join(domains[:_SHOWN]) + more),
        ", ".join(provider.auth),
        " ".join(filter(None, [prose(provider.sign_in_help or ""), _link(provider.sign_in_url)])),
    )


def _link(url: str | None) -> str:
    return f"<{url}>" if url else ""
