"""Which charset octets are in that nothing says anything true of.

chardet knows how often pairs of octets stand together in the languages of each charset. What mail
is like is decided here: which charsets count, and that what may be Western is taken for that.
"""

import re

LATIN = "windows-1252"

_SAMPLE, _BEFORE, _WIDE_SAMPLE = 8_192, 256, 512
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_LETTER = re.compile(rb"[A-Za-z]")
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_SMALL = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїє"
# Four letters in ten of Russian, Ukrainian and Bulgarian are these.
_FREQUENT = "оеаинтсОЕАИНТС"
_SIGNS = "№«»–—…“”„\xa0"
_MIXED = re.compile("[а-яёіїє][А-ЯЁІЇЄ]")
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_WESTERN = "cp1252"  # what chardet says where nothing fits
_LATIN = ("cp1250", "cp1254", "cp1257", "iso8859-2")
_OTHERS = (
    *("cp1253", "cp1255", "cp1256", "cp874"),
    *("cp932", "euc-jp", "cp949", "gb18030", "big5"),
    *_CYRILLIC,
)
_FEWEST = 3
_FEW = 8
_SURE = 1.5
"""How much likelier than Western another charset of Latin letters has to be."""


def utf_16_of(octets: bytes) -> str | None:
    """Return which UTF-16 or UTF-32 it is by its byte order mark or its zeros, None if none."""
    if octets.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = octets[:_WIDE_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = max(even, odd)
    if most < 2 or most * 8 <= len(sample) or min(even, odd) * 4 > most:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def guessed(octets: bytes) -> str:
    """Return the charset that octets beyond ASCII, which are not UTF-8, are most likely in."""
    if (wide := utf_16_of(octets)) is not None:
        return wide
    sample = _from_the_first(octets)
    beyond = len(_BEYOND_ASCII.findall(sample))
    if beyond < _FEWEST:
        return LATIN
    in_runs = sum(map(len, _RUN.findall(sample)))
    # words of Latin letters have accents here and there
    if 2 * beyond < len(_LETTER.findall(sample)) or 4 * in_runs < 3 * beyond:
        return _latin(_from_the_first(octets, before=_BEFORE))
    cyrillic, score = _cyrillic(sample, beyond)
    likely = next((name for name in _scores(sample, _OTHERS) if name != _WESTERN), None)
    # Words in capitals, and single ones, are told better by their letters than by pairs.
    if likely is None or likely in _CYRILLIC or beyond < _FEW:
        return cyrillic if score else likely or LATIN
    return likely


def _latin(sample: bytes) -> str:
    scores = _scores(sample, _LATIN)
    western = scores.pop(_WESTERN, 0.0)
    other, score = next(iter(scores.items()), ("", 0.0))
    return other if score > _SURE * western else LATIN


def _scores(sample: bytes, among: tuple[str, ...]) -> dict[str, float]:
    """Return how likely the sample is in each charset that it may be in, the best one first."""
    from chardet import detect_all  # 15 ms, and models of 60: few mails need it

    found = detect_all(
        sample, include_encodings=(*among, _WESTERN), compat_names=False, ignore_threshold=True
    )
    return {
        each["encoding"]: each["confidence"]
        for each in found
        if each["encoding"] is not None and each["confidence"] > 0
    }


def _from_the_first(octets: bytes, *, before: int = 0) -> bytes:
    first = _BEYOND_ASCII.search(octets)
    start = first.start() if first is not None else 0
    return octets[max(0, start - before) : start + _SAMPLE]


def _cyrillic(sample: bytes, beyond: int) -> tuple[str, float]:
    """Return the best charset, and how far its letters are as frequent as they use to be."""
    counts = [sample.count(octet) for octet in range(256)]

    def share(characters: str, charset: str) -> float:
        return sum(counts[octet] for octet in characters.encode(charset, "ignore")) / beyond

    def score(charset: str) -> float:
        small, capital = share(_SMALL, charset), share(_SMALL.upper(), charset)
        if small + capital + share(_SIGNS, charset) < 0.9:
            return 0.0
        mixed = len(_MIXED.findall(sample.decode(charset, "replace"))) / beyond
        return max(1.2 * share(_FREQUENT, charset) + 0.05 * (small - capital) - 2 * mixed, 0.0)

    scores = {charset: score(charset) for charset in _CYRILLIC}
    best = max(_CYRILLIC, key=scores.__getitem__)
    return best, scores[best]
