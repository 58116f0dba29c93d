"""Phone numbers in the lines of a signature: what is one, of which kind, with which extension."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailctl.enrich.words.phones import (
    BEHIND,
    CANDIDATE,
    DASHES,
    EXTENSION,
    LABEL,
    MASKS,
    NANP,
    NO_PHONE,
    TRUNK,
    TWO,
)

CANDIDATES_MAX = 20
"""Numbers of a message that are looked at."""

_BETWEEN = " ()./-–‑—\xa0\u2010\u2011"
_ONLY_LABEL = re.compile(r"[^\d@]{1,26}$")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as found in a line."""

    e164: str
    written: str
    type: str
    ext: str
    is_labelled: bool
    has_code: bool
    start: int
    end: int


def phones_in(text: str, regions: Sequence[str], carried: str = "") -> Iterator[Phone]:
    """Yield the numbers in a piece of a line; `carried` is the label that stood before it alone.

    A number without a country code is of the first region where it is one, and needs a label
    or the look of one. Never raises.
    """
    if sum(map(str.isdigit, text)) < 6:
        return
    masked = MASKS.sub(lambda found: "\x01" * len(found[0]), text)
    last_end = 0
    last_type = ""
    for found in CANDIDATE.finditer(masked):
        if _goes_on(masked, found.end()):
            continue
        whole = found.start() + len(found[0].rstrip(_BETWEEN))
        for start, end in _pieces(masked, found.start(), whole):
            before = carried + masked[last_end:start] if last_end == 0 else masked[last_end:start]
            phone = _phone(masked, start, end, before[-40:], regions, last_type)
            if phone is not None:
                yield phone
                last_end, last_type = phone.end, phone.type


def only_label(text: str) -> bool:
    """Return whether a piece is the label of a number that stands elsewhere."""
    stripped = text.strip()
    if not stripped or _ONLY_LABEL.match(stripped) is None or len(stripped.split()) > 3:
        return False
    found = LABEL.search(stripped)
    if found is None:
        return False
    return found.start() == 0 or only_label(stripped[: found.start()])


def e164_of_link(link: str, regions: Sequence[str]) -> str | None:
    """Return the number that a `tel:` link dials, None where that is none."""
    digits = re.sub(r"[^\d+]", "", link[4:40].replace("%2B", "+").replace("%20", ""))
    found = _parsed(digits, tuple(regions), True)
    return None if found is None else found[0]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers that stand in a row of digits one after the other."""
    place = start
    for joint in TWO.finditer(text, start, end):
        if _digits(text[place : joint.start()]) >= 7 and _digits(text[joint.end() : end]) >= 6:
            yield place, joint.start()
            place = joint.end()
    yield place, end


def _goes_on(text: str, end: int) -> bool:
    """Return whether what looks like a number is the beginning of a word, or of an address."""
    if end == len(text) or not (text[end].isalnum() or text[end] in "@%_="):
        return False
    return text[end - 1].isdigit() and EXTENSION.match(text, end) is None


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _phone(
    text: str, start: int, end: int, before: str, regions: Sequence[str], last_type: str
) -> Phone | None:
    written = text[start:end].strip(" -/.")
    if written.count("(") < written.count(")"):
        written = written.rstrip(")").strip()
    count = _digits(written)
    has_code = written.startswith(("+", "(+", "00"))
    if not 6 <= count <= 17 or (count > 15 and not has_code):
        return None
    label = LABEL.search(before)
    behind = BEHIND.match(text, end)
    is_listed = (
        not label
        and last_type
        and re.fullmatch(r"[\s,;/]{1,4}(?:и|and|und|e|y|та|oder|or)?\s?", before)
    )
    is_alone = not any(map(str.isalpha, text)) and _looks_like_one(written, count)
    is_labelled = label is not None or behind is not None or bool(is_listed) or is_alone
    other = NO_PHONE.search(before)
    if other is not None and not behind and (label is None or other.start() <= label.start()):
        return None
    if not is_labelled and not has_code and not _looks_like_one(written, count):
        return None
    ext = EXTENSION.match(text, end)
    found = _parsed(_bare(written), tuple(regions), is_labelled)
    if found is None:
        return None
    number, usual = found
    marked = behind or label
    kind = marked.lastgroup if marked is not None else last_type if is_listed else ""
    if kind in {"any", "", None} or (is_listed and kind == "work"):
        kind = usual
    return Phone(
        number,
        written,
        kind or "",
        ext[1] if ext else "",
        is_labelled,
        has_code,
        max(start - (len(label[0].lstrip(" ,;|(")) if label else 0), 0),
        max(end, ext.end() if ext else 0, behind.end() if behind else 0),
    )


def _looks_like_one(written: str, count: int) -> bool:
    """Return whether digits without label and code are grouped as those of phones are."""
    if count < 9 and not written.startswith(("0", "(")):
        return False
    groups = re.split(r"[ ().\-–/]+", written.strip("()"))
    return written.startswith(("0", "(", "8 ", "8(", "8-")) or (count >= 9 and len(groups) >= 3)


def _bare(written: str) -> str:
    """Return the number without the trunk zero after a country code, and with `+` for `00`."""
    bare = DASHES.sub("-", written)
    if bare.startswith(("+", "(+", "00")):
        bare = TRUNK.sub("", bare)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    return bare.replace("(+", "+", 1) if bare.startswith("(+") else bare


@lru_cache(maxsize=4096)
def _parsed(bare: str, regions: tuple[str, ...], is_labelled: bool) -> tuple[str, str] | None:
    """Return the number in E.164 and its type, None where it can be none."""
    if bare.startswith("+"):
        return _known(bare, None, is_strict=False)
    if NANP.match(bare) and "MX" not in regions:
        regions = (*(r for r in regions if r in {"US", "CA"}), "US", *regions)
    if bare.startswith(("8 ", "8(", "8-")) and sum(map(str.isdigit, bare)) == 11:
        regions = (*(r for r in regions if r in {"RU", "KZ", "BY"}), "RU", *regions)
    for region in dict.fromkeys(regions):
        found = _known(bare, region, is_strict=True)
        if found is not None:
            return found
    if not is_labelled:
        return None
    has_trunk = bare.startswith("0")
    likely = (region for region in regions if not (has_trunk and region in {"US", "CA"}))
    return next((n for region in likely if (n := _known(bare, region, is_strict=False))), None)


def _known(bare: str, region: str | None, *, is_strict: bool) -> tuple[str, str] | None:
    import phonenumbers  # 20 ms, for mail that has numbers

    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    is_valid = kind != phonenumbers.PhoneNumberType.UNKNOWN
    if not is_valid and (is_strict or not phonenumbers.is_possible_number(number)):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, "mobile" if kind == phonenumbers.PhoneNumberType.MOBILE else "work"
