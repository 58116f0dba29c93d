"""The parts that a message's source is made of, within bounds that no stranger can stretch."""

from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import cast

# compat32 reads parameters in quadratic time and every line once a level.
_PART_FIELD_MAX, _DEPTH_MAX, _PARTS_MAX = 4_096, 30, 1_000


class Part(Message):
    """A part that knows how deep it lies; what lies too deep is not looked into."""

    depth = 0

    def attach(self, payload: Message) -> None:  # type: ignore[override]
        """Add a part below this one."""
        if isinstance(payload, Part):
            payload.depth = self.depth + 1
        super().attach(payload)

    def get_content_type(self) -> str:
        """Return the type in lower case."""
        return "application/octet-stream" if self.is_too_deep else super().get_content_type()

    @property
    def is_too_deep(self) -> bool:
        """Whether the part is left closed."""
        return self.depth > _DEPTH_MAX


@dataclass(frozen=True)
class Parts:
    """The parts without parts of their own, in order; a forwarded message is one of them."""

    leaves: tuple[Part, ...]
    complete: bool
    """False where some could not be read or were too many or too deep."""


class _ShortFields(policy.Compat32):
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_PART_FIELD_MAX]


def parts(source: bytes) -> Parts:
    """Return the parts of a message. Never raises."""
    try:
        root = cast(Part, BytesParser(_class=Part, policy=_ShortFields()).parsebytes(source))
    except (RecursionError, ValueError, LookupError, TypeError):
        return Parts((), complete=False)
    leaves: list[Part] = []
    waiting = [root]
    while waiting and len(leaves) < _PARTS_MAX:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting += reversed([below for below in part.get_payload() if isinstance(below, Part)])
        else:
            leaves.append(part)
    return Parts(tuple(leaves), complete=not waiting and not any(p.is_too_deep for p in leaves))


def is_attachment(part: Part) -> bool:
    """Whether a part is meant to be saved rather than read in place."""
    disposition = str(part.get("content-disposition") or "").strip().lower()
    if disposition.startswith("attachment"):
        return True
    kind = part.get_content_maintype()
    return kind not in {"text", "multipart"} and not disposition.startswith("inline")
