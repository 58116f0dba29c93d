"""E-mail addresses, web pages and social profiles in the lines of a signature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,5}[^\W\d_]{2,24}(?![\w-]|\.\w|@)")
_OBFUSCATED = re.compile(r"([\w.+-]{1,64})\s?[(\[]\s?(?:at|@|ät)\s?[)\]]\s?([\w-]{1,63}(?:(?:\.|\s?[(\[](?:dot|punkt|\.)[)\]]\s?)[\w-]{2,63}){1,4})", re.IGNORECASE)
_URL = re.compile(
    r"(?:https?://|(?<![\w@./-])www\.)[^\s<>\"'|，,;（()\]\[\u3000-\u303f]{2,300}"
    r"|(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|net|org|edu|gov|biz|info|name|pro|mobi|travel|jobs|aero|coop|museum|cat|eus|gal|agency|studio|tech|dev|app|shop|store|consulting|group|digital|law|legal|systems|solutions|cloud|xyz|online|site|gmbh|berlin|hamburg|koeln|wien|swiss|paris|bzh|london|nyc|world"
    r"|life|media|team|works|email|company|expert|services|capital|ventures|partners|energy|health|clinic|dental|academy|school|foundation|engineering|design|photography|events|art|gallery|energy|bio|eco|moscow|tokyo|global|software|finance|estate|properties|builders|construction|restaurant|cafe|vin|wine|blog|space|technology"
    r"|a[cdefgilmortuwz]|b[abdeghrsyz]|c[achilmnoruyz]|d[ekmoz]|e[cegsut]|f[ijmor]|g[degiprt]|h[kntru]|i[delnorst]|j[eop]|k[egrwyz]|l[abiktuvy]|m[adegklnoqstuxyz]|n[aglouz]|om|p[aehkltry]|qa|r[osu]|s[aceghikmnotuvy]|t[hnortvwz]|u[agksyz]|v[en]|y[te]|z[amw])"
    r"(?:/[^\s<>\"'|，,;（()\]\[\u3000-\u303f]{0,200})?(?![\w@-]|\.[a-z])"
    r"|(?<![\w@./-])(?:[\w-]{2,60}\.){1,2}(?:рф|укр|москва)(?![\w-])",
    re.IGNORECASE,
)
_NETWORKS = {
    "linkedin.com": "linkedin", "lnkd.in": "linkedin", "t.me": "telegram", "telegram.me": "telegram", "telegram.org": "telegram", "wa.me": "whatsapp", "api.whatsapp.com": "whatsapp", "whatsapp.com": "whatsapp",
    "twitter.com": "x", "x.com": "x", "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook", "vk.com": "vk", "vk.ru": "vk", "github.com": "github", "gitlab.com": "gitlab", "instagram.com": "instagram",
    "xing.com": "xing", "xing.to": "xing", "youtube.com": "youtube", "ok.ru": "ok", "skype.com": "skype", "tiktok.com": "tiktok", "behance.net": "behance", "dribbble.com": "dribbble", "medium.com": "medium",
    "mastodon.social": "mastodon", "bsky.app": "bluesky", "threads.net": "threads", "viber.click": "viber", "orcid.org": "orcid", "researchgate.net": "researchgate", "weibo.com": "weibo", "line.me": "line", "signal.me": "signal",
    "stackoverflow.com": "stackoverflow", "habr.com": "habr", "note.com": "note", "pinterest.com": "pinterest",
}  # fmt: skip
_MEETING = re.compile(r"(?:zoom\.us|teams\.microsoft|meet\.google|calendly|webex|outlook\.office|bookings|aka\.ms|safelinks|urldefense|goo\.gl|maps\.|unsubscribe|mailchi|list-manage|doodle\.com|google\.[a-z]+/maps)", re.IGNORECASE)
_HANDLE = re.compile(
    r"(?<!\w)(?P<network>linked ?in|telegram|телеграм|телеграмм?|tg|whats ?app|skype|скайп|twitter|facebook|fb|vk|вк|вконтакте|github|instagram|insta|ig|xing|wechat|微信|weixin|line(?: ?id)?|viber|twitter/x|x \(twitter\)|mastodon|bluesky|qq|kakaotalk)"
    r"(?:\s?id|号)?\s{0,2}[:：]\s{0,3}(?P<handle>@?(?:live:)?[\w.+@-]{2,64})(?![/\w])",
    re.IGNORECASE,
)
_AT_HANDLE = re.compile(r"(?<!\w)(?P<network>telegram|tg|телеграм|twitter|x|instagram|insta|ig|github|skype|vk|threads)\s{1,2}(?P<handle>@[\w.]{2,40})(?!\w)", re.IGNORECASE)
_NAMES = {
    "linked in": "linkedin", "телеграм": "telegram", "телеграмм": "telegram", "tg": "telegram", "whats app": "whatsapp", "скайп": "skype", "twitter": "x", "twitter/x": "x", "x (twitter)": "x", "fb": "facebook", "вк": "vk",
    "вконтакте": "vk", "insta": "instagram", "ig": "instagram", "微信": "wechat", "weixin": "wechat", "line id": "line", "lineid": "line",
}  # fmt: skip
_PAGES = {
    "linkedin": "https://www.linkedin.com/in/{}", "telegram": "https://t.me/{}", "x": "https://x.com/{}", "facebook": "https://www.facebook.com/{}", "vk": "https://vk.com/{}", "github": "https://github.com/{}",
    "instagram": "https://www.instagram.com/{}", "xing": "https://www.xing.com/profile/{}", "whatsapp": "https://wa.me/{}", "threads": "https://www.threads.net/@{}",
}  # fmt: skip
_SHARE = re.compile(r"/(?:share|sharer|intent|home\?|dialog)", re.IGNORECASE)


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
    if "@" in text:
        for found in EMAIL.finditer(text):
            yield Found("email", "", _email(found[0]), found[0], found.start(), found.end())
    if "(" in text or "[" in text:
        for found in _OBFUSCATED.finditer(text):
            domain = re.sub(r"\s?[(\[](?:dot|punkt|\.)[)\]]\s?", ".", found[2])
            yield Found("email", "", _email(f"{found[1]}@{domain}"), found[0], found.start(), found.end())
    taken: list[Found] = []
    for pattern in (_HANDLE, _AT_HANDLE):
        for found in pattern.finditer(text):
            handle = _handle(found)
            if handle is not None:
                taken.append(handle)
    yield from taken
    if "." in text:
        for found in _URL.finditer(text):
            if any(each.start <= found.start() < each.end for each in taken):
                continue
            page = of_url(found[0])
            if page is not None:
                yield Found(page.kind, page.network, page.value, page.written, found.start(), found.start() + len(page.written))


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
    address = written if written.lower().startswith(("http://", "https://")) else f"https://{written}"
    try:
        parts = urlsplit(address[:400])
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return None
    if "." not in host or ".." in host or _MEETING.search(address[:400]) or _SHARE.search(parts.path):
        return None
    bare = host.removeprefix("www.")
    network = next((_NETWORKS[d] for d in _parents(bare) if d in _NETWORKS), "")
    path = parts.path.rstrip("/")
    if network:
        query = f"?{parts.query}" if network in {"whatsapp", "facebook"} and parts.query.startswith(("phone=", "id=")) else ""
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
    network = _NAMES.get(name, name).replace(" ", "")
    handle = found["handle"].strip(".")
    if EMAIL.fullmatch(handle) and network != "skype":
        return None
    bare = handle.removeprefix("@")
    if network in {"whatsapp", "viber", "telegram"} and re.fullmatch(r"[+\d().-]{1,20}", bare):
        return None  # a number, and read as one
    if bare.lower() in {"http", "https", "www"} or network == "qq":
        return None
    page = _PAGES.get(network)
    value = page.format(bare) if page else f"{network}:{bare}"
    if "." in bare and (of_url(bare) or Found("", "", "", "", 0, 0)).kind == "social":
        return None
    return Found("social", network, value, handle, found.start(), found.end())
