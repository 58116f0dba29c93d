"""The files in a mail, in the order in which they stand there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailctl.domain.content import Attachment
from mailctl.mail.file_names import safe_names
from mailctl.mail.headers import unfolded
from mailctl.mail.parts import Part, is_attachment
from mailctl.mail.text import file_name

READ_IN_PLACE = {"text/plain", "text/html"}


@dataclass(frozen=True, slots=True)
class File:
    """A file, and how its octets are had."""

    name: str
    media_type: str
    is_inline: bool
    content_id: str | None
    octets: Callable[[], bytes]


def files(leaves: Sequence[Part]) -> list[File]:
    """Return the files of a mail: all that is not its text."""
    return [_file(part) for part in leaves if _is_file(part)]


def described(found: Sequence[File]) -> tuple[Attachment, ...]:
    """Return what can be told of the files, numbered from 1."""
    names = safe_names((file.name, file.media_type) for file in found)
    return tuple(
        Attachment(
            number=number,
            name=file.name,
            safe_name=name,
            media_type=file.media_type,
            size_bytes=len(file.octets()),
            is_inline=file.is_inline,
            content_id=file.content_id,
        )
        for number, (file, name) in enumerate(zip(found, names, strict=True), start=1)
    )


def _is_file(part: Part) -> bool:
    return is_attachment(part) or part.media_type not in READ_IN_PLACE or bool(file_name(part))


def _file(part: Part) -> File:
    content_id = unfolded(part.fields.first("content-id")).strip("<> ")
    return File(
        name=file_name(part),
        media_type=part.media_type,
        is_inline=not is_attachment(part),
        content_id=content_id or None,
        octets=part.content,
    )
