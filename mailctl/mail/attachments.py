"""The files in a mail, in the order in which they stand there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from mailctl.domain.content import Attachment
from mailctl.domain.defects import Defect
from mailctl.mail import uuencoded
from mailctl.mail.blocks import PLAIN, kind_of
from mailctl.mail.charsets import decode
from mailctl.mail.file_names import safe_names
from mailctl.mail.headers import unfolded
from mailctl.mail.part_names import file_name, is_tnef
from mailctl.mail.parts import Part, is_attachment
from mailctl.mail.tnef import TnefFile, read_tnef

FILES_MAX = 2_000
# The same text once more, for one program alone.
_OTHER_VERSIONS = {"text/x-amp-html", "text/watch-html"}


@dataclass(frozen=True, slots=True)
class File:
    """A file, and how its octets are had."""

    name: str
    media_type: str
    is_inline: bool
    content_id: str | None
    octets: Callable[[], bytes]
    defect: Defect | None = None


def files(leaves: Sequence[Part]) -> list[File]:
    """Return the files of a mail: all that is not its text, at most FILES_MAX. Never raises."""
    return list(islice((file for part in leaves for file in _files_of(part)), FILES_MAX))


def names(leaves: Sequence[Part]) -> list[str]:
    """Return the names of the files as their senders wrote them, which may be empty."""
    return [file.name for file in files(leaves)]


def described(found: Sequence[File]) -> Iterator[tuple[Attachment, bytes]]:
    """Yield what can be told of each file, numbered from 1, and its octets."""
    names = safe_names((file.name, file.media_type) for file in found)
    for number, (file, name) in enumerate(zip(found, names, strict=True), start=1):
        octets = file.octets()
        attachment = Attachment(
            number=number,
            name=file.name,
            safe_name=name,
            media_type=file.media_type,
            size_bytes=len(octets),
            is_inline=file.is_inline,
            content_id=file.content_id,
        )
        yield attachment, octets


def _files_of(part: Part) -> Iterator[File]:
    if is_tnef(part):
        found = read_tnef(part.content())
        if found is not None:
            yield from map(_of_tnef, found.files)
        if found is None or not found.is_whole:
            yield replace(_file(part), defect=Defect.TNEF)
        return
    kind = kind_of(part)
    if (kind is None and part.media_type not in _OTHER_VERSIONS) or file_name(part):
        yield _file(part)
    if kind == PLAIN and _may_hold_files(part):
        _, uu_files = uuencoded.separated(part.content())
        yield from map(_uuencoded, uu_files)


def _file(part: Part) -> File:
    name = file_name(part)
    return File(
        name=name,
        media_type=part.media_type,
        is_inline=not is_attachment(part),
        content_id=unfolded(part.fields.first("content-id")).strip("<> ") or None,
        octets=part.content,
        defect=Defect.FILE_NAME if "\ufffd" in name else None,
    )


def _may_hold_files(part: Part) -> bool:
    is_there = part.source.find(b"begin ", part.fields.body, part.end) >= 0
    return is_there or part.encoding == "base64"


def _uuencoded(file: uuencoded.Uuencoded) -> File:
    def octets() -> bytes:
        return file.octets

    defect = None if file.is_whole else Defect.UUENCODE
    name = decode(file.name, None)
    return File(name, "application/octet-stream", False, None, octets, defect)


def _of_tnef(file: TnefFile) -> File:
    def octets() -> bytes:
        return file.octets

    return File(file.name, file.media_type, file.content_id is not None, file.content_id, octets)
