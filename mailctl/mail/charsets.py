"""Text from bytes whose charset label may be wrong, odd or hostile."""

import codecs

# What mailers write and what they mean.
_ALIASES = {
    "ansi_x3.4-1968": "windows-1252",
    "cp-1251": "windows-1251",
    "cp-850": "cp850",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "windows-1252",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "latin1": "windows-1252",
    "us-ascii": "utf-8",
    "utf8": "utf-8",
    "win-1251": "windows-1251",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-sjis": "shift_jis",
    "x-windows-949": "cp949",
}
# Python codecs that are no charsets: some raise, some decode to something else entirely.
_NO_CHARSETS = {
    *("base64", "bz2", "hex", "idna", "mbcs", "oem", "palmos", "punycode", "quopri", "rot13"),
    *("raw-unicode-escape", "undefined", "unicode-escape", "uu", "zlib"),
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
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if found.replace("_", "-") in _NO_CHARSETS else found


def _scalar(text: str) -> str:
    # utf-7 and its kin can decode to surrogates, which neither SQLite nor JSON takes
    return text.encode("utf-8", "replace").decode("utf-8")
