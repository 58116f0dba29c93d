"""Names that a disk can take, made of what strangers call their files."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

NAME_BYTES_MAX = 255
_EXTENSION_MAX, _LOOKED_AT_MAX = 32, 4_096
# Controls, surrogates, unassigned; formats too, of which bidi overrides are some.
_UNFIT = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # words of Persian and emoji are made with them
_SEPARATORS = re.compile(r'[/\\:*?"<>|\u2044\u2215\u29f5\u29f8\uff0f\uff3c]+')
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?=\.|\Z)",
    re.IGNORECASE,
)
_EXTENSIONS = {
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/ms-tnef": ".dat",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "video/mp4": ".mp4",
}


def safe_names(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield for each name and media type a name that is fit for a disk and was not yielded yet.

    It is one component, not hidden, no option, no device of Windows, in NFC, of at most
    NAME_BYTES_MAX bytes of UTF-8, and keeps its extension. Letter case makes no difference.
    """
    taken: set[str] = set()
    next_number: dict[str, int] = {}
    for name, media_type in files:
        wanted = safe_name(name, media_type)
        chosen, number = wanted, next_number.get(wanted.casefold(), 2)
        while chosen.casefold() in taken:
            chosen = _numbered(wanted, number)
            number += 1
        next_number[wanted.casefold()] = number
        taken.add(chosen.casefold())
        yield chosen


def alternatives(name: str) -> Iterator[str]:
    """Yield a safe name, and then, without end, names that may stand in for it."""
    yield name
    for number in count(2):
        yield _numbered(name, number)


def safe_name(name: str, media_type: str) -> str:
    """Return the name made fit for a disk; one that says nothing is made of the media type."""
    # the end is kept of a very long one, for the extension's sake
    looked_at = name if len(name) <= _LOOKED_AT_MAX else name[: _LOOKED_AT_MAX // 2] + name[-64:]
    # compatibility forms would bring separators back, so canonical ones alone
    flat = _SEPARATORS.sub("_", "".join(filter(_is_fit, unicodedata.normalize("NFC", looked_at))))
    flat = " ".join(flat.split()).lstrip("._-~ ").rstrip(". ")
    if not flat:
        flat = "attachment" + (_EXTENSIONS.get(media_type) or _of_any(media_type))
    if _DEVICES.match(flat):
        flat = "_" + flat
    return _shortened(flat, NAME_BYTES_MAX)


def _of_any(media_type: str) -> str:
    return ".txt" if media_type.startswith(("text/", "message/")) else ".bin"


def _is_fit(character: str) -> bool:
    return (
        character in _JOINERS or character == " " or unicodedata.category(character) not in _UNFIT
    )


def _numbered(name: str, number: int) -> str:
    stem, extension = _parted(name)
    suffix = f"-{number}{extension}"
    return _cut(stem, NAME_BYTES_MAX - len(suffix.encode())) + suffix


def _shortened(name: str, limit: int) -> str:
    if len(name.encode()) <= limit:
        return name
    stem, extension = _parted(name)
    return _cut(stem, limit - len(extension.encode())) + extension


def _parted(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > _EXTENSION_MAX:
        return name, ""
    return stem, dot + extension


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode("utf-8", "ignore").rstrip(". ")
