"""Which charset octets are in that nothing says anything true of.

Letters are counted, no dictionaries: enough to tell scripts apart, and the charsets of Russian,
Japanese, Chinese and Korean, in which unlabelled mail is usual.
"""

import re

LATIN = "windows-1252"

_SAMPLE, _WIDE_SAMPLE = 8_192, 512
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_LETTER = re.compile(rb"[A-Za-z]")
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_SMALL = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїє"
# Four letters in ten of Russian, Ukrainian and Bulgarian are these.
_FREQUENT = "оеаинтсОЕАИНТС"
_SIGNS = "№«»–—…“”„\xa0"
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_KANA = re.compile("[\u3041-\u30f6\u30fc]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u4e00-\u9fff]")
_ODD = re.compile("[\ue000-\uf8ff\uff61-\uff9f\u2500-\u257f\u0370-\u03ff\u0400-\u04ff]")
_ENOUGH, _FEWEST, _FEWEST_OF_PAIRS = 0.3, 4, 6


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
    sample = _around_the_first(octets)
    beyond = len(_BEYOND_ASCII.findall(sample))
    in_runs = sum(map(len, _RUN.findall(sample)))
    # words of Latin letters have accents here and there
    if beyond < _FEWEST or 2 * beyond < len(_LETTER.findall(sample)) or 4 * in_runs < 3 * beyond:
        return LATIN
    east, east_score = _of_the_far_east(sample)
    cyrillic, cyrillic_score = _cyrillic(sample, beyond)
    best = east if east_score > cyrillic_score else cyrillic
    return best if max(east_score, cyrillic_score) > _ENOUGH else LATIN


def _around_the_first(octets: bytes) -> bytes:
    first = _BEYOND_ASCII.search(octets)
    start = first.start() if first is not None else 0
    return octets[start : start + _SAMPLE]


def _cyrillic(sample: bytes, beyond: int) -> tuple[str, float]:
    """Return the best charset, and how far its letters are as frequent as they use to be."""
    counts = [sample.count(octet) for octet in range(256)]

    def share(characters: str, charset: str) -> float:
        return sum(counts[octet] for octet in characters.encode(charset, "ignore")) / beyond

    def score(charset: str) -> float:
        small, capital = share(_SMALL, charset), share(_SMALL.upper(), charset)
        if small + capital + share(_SIGNS, charset) < 0.9:
            return 0.0
        return 1.2 * share(_FREQUENT, charset) + 0.05 * (small - capital)

    scores = {charset: score(charset) for charset in _CYRILLIC}
    best = max(_CYRILLIC, key=scores.__getitem__)
    return best, scores[best]


def _of_the_far_east(sample: bytes) -> tuple[str, float]:
    """Return the best charset, and how far it gives what people of its language write."""
    best, best_score = LATIN, 0.0
    if len(sample) < _FEWEST_OF_PAIRS:
        return best, best_score
    for charset in ("euc_jp", "cp932", "euc_kr", "gb18030", "big5"):
        text = _whole(sample, charset)
        if text is None:
            continue
        beyond = sum(not character.isascii() for character in text)
        score = _likely(text, charset) - len(_ODD.findall(text)) / beyond
        if charset in {"gb18030", "big5"}:
            score = min(score, 0.7 * len(_HAN.findall(_common(sample, charset))) / beyond)
        if score > best_score:
            best, best_score = charset, score
    return best, best_score


def _likely(text: str, charset: str) -> float:
    beyond = sum(not character.isascii() for character in text)
    if charset == "euc_kr":
        return (len(_HANGUL.findall(text)) - len(_HAN.findall(text))) / beyond
    if charset in {"euc_jp", "cp932"}:
        return 1.5 * len(_KANA.findall(text)) / beyond
    return len(_HAN.findall(text)) / beyond


def _whole(sample: bytes, charset: str) -> str | None:
    for cut in (0, 1):  # the sample may end within a character
        try:
            return sample[: len(sample) - cut].decode(charset)
        except UnicodeDecodeError:
            continue
    return None


def _common(sample: bytes, charset: str) -> str:
    """Return the characters of the first, frequent, level of the charset."""
    first = range(0xB0, 0xD8) if charset == "gb18030" else range(0xA4, 0xC7)
    kept = bytearray()
    place = 0
    while place < len(sample) - 1:
        if sample[place] < 0x80:
            place += 1
            continue
        if sample[place] in first:
            kept += sample[place : place + 2]
        place += 2
    return bytes(kept).decode(charset, "ignore")
