"""The files and the text in a winmail.dat, as Outlook packs them (MS-OXTNEF).

Read by us, for the one library that does it was last released in 2021 and raises on what is
damaged. Nothing in it is believed: lengths are bounded by what is there, depth and number too.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailctl.mail.charsets import decode
from mailctl.mail.lzfu import uncompressed

FILES_MAX = 500
_DEPTH_MAX, _PROPERTIES_MAX = 3, 10_000

_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BHHI")
_BODY, _FILE_TITLE, _FILE_DATA = 0x800C, 0x8010, 0x800F
_FILE_BEGINS, _PROPERTIES, _FILE_PROPERTIES, _CODE_PAGE = 0x9002, 0x9003, 0x9005, 0x9007

_TEXT, _RTF, _HTML, _INTERNET_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_DATA, _SHORT_NAME, _LONG_NAME, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x3001
_MEDIA_TYPE, _CONTENT_ID = 0x370E, 0x3712
_OBJECT, _STRING, _UNICODE, _BINARY, _MANY = 0x0D, 0x1E, 0x1F, 0x102, 0x1000
_VARIABLE = {_OBJECT, _STRING, _UNICODE, _BINARY}
_SIZES = {
    **dict.fromkeys((0x01, 0x02, 0x03, 0x04, 0x0A, 0x0B), 4),
    **dict.fromkeys((0x05, 0x06, 0x07, 0x14, 0x40), 8),
    0x48: 16,
}
_NAMED = 0x8000
# An object says by 16 octets what it is; the ends of these are the same.
_MESSAGE_WITHIN = bytes.fromhex("0703020000000000c000000000000046")
_CODE_PAGES = {20127: "ascii", 20866: "koi8-r", 28591: "iso-8859-1", 65001: "utf-8"}
_MEDIA_TYPE_OF_ANY = "application/octet-stream"


@dataclass(slots=True)
class TnefFile:
    """One file."""

    name: str = ""
    media_type: str = _MEDIA_TYPE_OF_ANY
    content_id: str | None = None
    octets: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What is in a winmail.dat; `text` and `html` may be empty."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)
    is_whole: bool = True
    """False where it is cut, or has something in it that cannot be read."""


def read_tnef(octets: bytes, depth: int = 0) -> Tnef | None:
    """Return what is in there, None if it is no TNEF or holds nothing. Never raises."""
    if not octets.startswith(_SIGNATURE):
        return None
    reader = _Reader(depth)
    try:
        for level, name, value in _attributes(octets, reader.found):
            reader.take(level, name, value)
            if len(reader.found.files) == FILES_MAX:
                reader.found.is_whole = False
                break
    except _Damaged:
        reader.found.is_whole = False
    reader.end_file()
    found = reader.found
    if not (found.text or found.html) and reader.rtf:
        found.files.insert(0, TnefFile("body.rtf", "application/rtf", None, reader.rtf))
    return found if found.files or found.text or found.html else None


class _Damaged(Exception):
    """What follows cannot be read; within this module only."""


@dataclass(slots=True)
class _Reader:
    depth: int
    found: Tnef = field(default_factory=Tnef)
    rtf: bytes = b""
    charset: str = "windows-1252"
    file: TnefFile | None = None
    within: Tnef | None = None
    """A message that is the file."""

    def take(self, level: int, name: int, value: bytes) -> None:
        match name:
            case _ if name == _FILE_BEGINS:
                self.end_file()
                self.file = TnefFile()
            case _ if name == _CODE_PAGE and len(value) >= 4:
                self.charset = _charset(_number(value))
            case _ if name == _BODY:
                self.found.text = self._string(value)
            case _ if name == _PROPERTIES and level == 1:
                self._take_properties(value)
            case _ if self.file is None:
                return
            case _ if name == _FILE_TITLE:
                self.file.name = self.file.name or self._string(value)
            case _ if name == _FILE_DATA:
                self.file.octets = value
            case _ if name == _FILE_PROPERTIES:
                self._take_file_properties(self.file, value)

    def end_file(self) -> None:
        file, self.file = self.file, None
        if file is not None and self.within is not None:
            text = self.within.text or self.within.html
            if text:
                kind = "plain" if self.within.text else "html"
                extension = ".txt" if self.within.text else ".html"
                name = f"{file.name}{extension}" if file.name else ""
                self._keep(TnefFile(name, f"text/{kind}", None, text.encode()))
            for inner in self.within.files:
                self._keep(inner)
            self.found.is_whole = self.found.is_whole and self.within.is_whole
        elif file is not None and (file.octets or file.name):
            self._keep(file)
        self.within = None

    def _keep(self, file: TnefFile) -> None:
        if len(self.found.files) < FILES_MAX:
            self.found.files.append(file)
        else:
            self.found.is_whole = False

    def _string(self, value: bytes, kind: int = _STRING) -> str:
        if kind == _UNICODE:
            return decode(value, "utf-16-le").rstrip("\0")
        return decode(value.rstrip(b"\0"), self.charset)

    def _take_properties(self, value: bytes) -> None:
        html, html_charset = b"", self.charset
        for name, kind, content in _properties(value):
            if name == _TEXT:
                self.found.text = self._string(content, kind) or self.found.text
            elif name == _HTML and kind == _UNICODE:
                self.found.html = self._string(content, kind)
            elif name == _HTML:
                html = content.rstrip(b"\0")
            elif name == _INTERNET_CODE_PAGE and len(content) >= 4:
                html_charset = _charset(_number(content))
            elif name == _RTF:
                self.rtf = uncompressed(content)
        if html:
            self.found.html = decode(html, html_charset)

    def _take_file_properties(self, file: TnefFile, value: bytes) -> None:
        names: dict[int, str] = {}
        for name, kind, content in _properties(value):
            if name == _DATA and kind == _OBJECT and content.startswith(_MESSAGE_WITHIN):
                self._take_message(file, content[len(_MESSAGE_WITHIN) :])
            elif name == _DATA and content:
                is_object = kind == _OBJECT and content[4:16] == _MESSAGE_WITHIN[4:]
                file.octets = content[16:] if is_object else content
            elif kind in {_STRING, _UNICODE}:
                names[name] = self._string(content, kind)
        for name in (_DISPLAY_NAME, _SHORT_NAME, _LONG_NAME):
            # the title may be the short name of DOS
            if names.get(name) and (name == _LONG_NAME or not file.name):
                file.name = names[name]
        media_type = names.get(_MEDIA_TYPE, "").strip().lower()
        if media_type.count("/") == 1 and media_type.isprintable():
            file.media_type = media_type
        file.content_id = names.get(_CONTENT_ID, "").strip("<> ") or None

    def _take_message(self, file: TnefFile, octets: bytes) -> None:
        if self.depth < _DEPTH_MAX:
            self.within = read_tnef(octets, self.depth + 1)
        if self.within is None:
            file.octets = octets
            self.found.is_whole = False


def _attributes(octets: bytes, found: Tnef) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, name and value of each attribute."""
    place = len(_SIGNATURE) + 2
    while place + _ATTRIBUTE.size <= len(octets):
        level, name, _, length = _ATTRIBUTE.unpack_from(octets, place)
        if level not in {1, 2}:
            found.is_whole = False
            return
        place += _ATTRIBUTE.size
        if place + length > len(octets):
            found.is_whole = False
        yield level, name, octets[place : place + length]
        place += length + 2  # and a checksum


def _properties(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield name, type and the first value of each MAPI property."""
    place = 4
    for _ in range(min(_number(octets), _PROPERTIES_MAX)):
        kind, name = _number(octets, place, 2), _number(octets, place + 2, 2)
        place += 4
        if name >= _NAMED:
            is_string = _number(octets, place + 16)
            place += 20
            place += 4 + (_padded(_number(octets, place)) if is_string else 0)
        has_many, kind = bool(kind & _MANY), kind & ~_MANY
        if kind in _VARIABLE:
            count = _number(octets, place)
            place += 4
            values = []
            for _ in range(min(count, _PROPERTIES_MAX)):
                length = _number(octets, place)
                if place + 4 + length > len(octets):
                    raise _Damaged
                values.append(octets[place + 4 : place + 4 + length])
                place += 4 + _padded(length)
            yield name, kind, values[0] if values else b""
        else:
            place, value = _fixed(octets, place, kind, has_many=has_many)
            yield name, kind, value


def _fixed(octets: bytes, place: int, kind: int, *, has_many: bool) -> tuple[int, bytes]:
    size = _SIZES.get(kind)
    if size is None:
        raise _Damaged
    if not has_many:
        return place + size, octets[place : place + size]
    each = 2 if kind in {0x02, 0x0B} else size
    length = _padded(_number(octets, place) * each)
    return place + 4 + length, octets[place + 4 : place + 4 + each]


def _number(octets: bytes, place: int = 0, size: int = 4) -> int:
    if place + size > len(octets):
        raise _Damaged
    return int.from_bytes(octets[place : place + size], "little")


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _charset(code_page: int) -> str:
    return _CODE_PAGES.get(code_page) or f"cp{code_page}"
