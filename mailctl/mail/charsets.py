"""Text from bytes whose charset label may be wrong, odd or hostile."""

import codecs

# What mailers write and Python does not know.
_ALIASES = {
    "cp-1251": "windows-1251",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "win-1251": "windows-1251",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-sjis": "shift_jis",
    "x-windows-949": "cp949",
}
# What mailers mean, by Python's name of what they write.
_MEANT = {
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
}
# Python codecs that decode to something else entirely; and ascii, which says nothing
# of the octets that are not.
_NO_CHARSETS = {
    *("ascii", "charmap", "idna", "mbcs", "oem", "palmos", "punycode"),
    *("raw-unicode-escape", "unicode-escape"),
}


def decode(octets: bytes, label: str | None) -> str:
    """Return the text of `octets`, by the label where it is a charset and fits, else by a guess.

    Never raises and never gives a lone surrogate.
    """
    for charset in (_known(label), "utf-8"):
        if charset is not None:
            try:
                return _scalar(octets.decode(charset))
            except (UnicodeError, LookupError):
                continue
    return _scalar(octets.decode(_known(label) or "windows-1252", errors="replace"))


def _known(label: str | None) -> str | None:
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
        bytes(4).decode(found)  # refuses what is no text encoding, rot13 for one
    except (LookupError, ValueError):
        return None
    return None if found.replace("_", "-") in _NO_CHARSETS else _MEANT.get(found, found)


def _scalar(text: str) -> str:
    # utf-7 and its kin can decode to surrogates, which neither SQLite nor JSON takes
    return text.encode("utf-8", "replace").decode("utf-8")
