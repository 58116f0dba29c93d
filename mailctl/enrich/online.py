"""E-mail addresses, web pages and social profiles in the lines of a signature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from mailctl.enrich.words.net import (
    AT_HANDLE,
    EMAIL,
    HANDLE,
    MEETING,
    NAMES,
    NETWORKS,
    OBFUSCATED,
    PAGES,
    SHARE,
    URL,
)

_WRITTEN_DOT = re.compile(r"\s?[(\[](?:dot|punkt|\.)[)\]]\s?")


@dataclass(frozen=True, slots=True)
class Found:
    """One address of the net: what kind it is, its normal form and where it stands."""

    kind: str
    """`email`, `web`, or `social`."""
    network: str
    value: str
    written: str
    start: int
    end: int


def online_in(text: str) -> Iterator[Found]:
    """Yield the addresses in a piece of a line, e-mail first. Never raises."""
    yield from _emails(text)
    handles = list(_handles(text))
    yield from handles
    if "." in text:
        for found in URL.finditer(text):
            if any(each.start <= found.start() < each.end for each in handles):
                continue
            page = of_url(found[0])
            if page is not None:
                end = found.start() + len(page.written)
                yield replace(page, start=found.start(), end=end)


def _emails(text: str) -> Iterator[Found]:
    if "@" in text:
        for found in EMAIL.finditer(text):
            yield Found("email", "", _email(found[0]), found[0], found.start(), found.end())
    if "(" in text or "[" in text:
        for found in OBFUSCATED.finditer(text):
            address = f"{found[1]}@{_WRITTEN_DOT.sub('.', found[2])}"
            yield Found("email", "", _email(address), found[0], found.start(), found.end())


def _handles(text: str) -> Iterator[Found]:
    """Yield names at networks: `Telegram: @anna`."""
    if ":" in text:
        yield from filter(None, map(_handle, HANDLE.finditer(text)))
    if "@" in text:
        yield from filter(None, map(_handle, AT_HANDLE.finditer(text)))


def of_link(link: str) -> Found | None:
    """Return what a link leads to, None where it is nothing of these."""
    lower = link[:8].lower()
    if lower.startswith("mailto:"):
        address = EMAIL.search(unquote(link[7:300].partition("?")[0]))
        return None if address is None else Found("email", "", _email(address[0]), link, 0, 0)
    if lower.startswith("skype:"):
        name = link[6:80].partition("?")[0]
        return Found("social", "skype", f"skype:{name}", link, 0, 0) if name else None
    return of_url(link) if lower.startswith(("http://", "https://")) else None


def of_url(written: str) -> Found | None:
    """Return the page that an address written in a text names, None where it names none."""
    written = written.rstrip(".,:;!?)»”'\"*_、。")
    address = (
        written if written.lower().startswith(("http://", "https://")) else f"https://{written}"
    )
    try:
        parts = urlsplit(address[:400])
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return None
    is_short = len(host.rpartition(".")[0].rpartition(".")[2]) < 2 and host not in NETWORKS
    if (
        "." not in host
        or ".." in host
        or is_short
        or MEETING.search(address[:400])
        or SHARE.search(parts.path)
    ):
        return None
    bare = host.removeprefix("www.")
    network = next((NETWORKS[d] for d in _parents(bare) if d in NETWORKS), "")
    path = parts.path.rstrip("/")
    if network:
        query = (
            f"?{parts.query}"
            if network in {"whatsapp", "facebook"} and parts.query.startswith(("phone=", "id="))
            else ""
        )
        if not path and not query:
            return None
        return Found("social", network, f"https://{host}{path}{query}", written, 0, len(written))
    return Found("web", "", f"{parts.scheme.lower()}://{host}{path}", written, 0, len(written))


def _parents(host: str) -> Iterator[str]:
    yield host
    yield host.partition(".")[2]


def _email(written: str) -> str:
    local, _, domain = written.strip(".").rpartition("@")
    return f"{local}@{domain.lower()}"


def _handle(found: re.Match[str]) -> Found | None:
    name = " ".join(found["network"].lower().split())
    network = NAMES.get(name, name).replace(" ", "")
    handle = found["handle"].strip(".")
    if EMAIL.fullmatch(handle) and network != "skype":
        return None
    bare = handle.removeprefix("@")
    if network != "skype" and re.fullmatch(r"[+\d().-]{1,20}", bare):
        return None  # a number, and read as one
    if bare.lower() in {"http", "https", "www"} or network == "qq":
        return None
    page = PAGES.get(network)
    value = page.format(bare) if page else f"{network}:{bare}"
    if "." in bare and (of_url(bare) or Found("", "", "", "", 0, 0)).kind == "social":
        return None
    return Found("social", network, value, handle, found.start(), found.end())
