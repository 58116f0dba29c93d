"""What messages are made of, as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.message_files import AttachedFile, SavedFile

ATTACHMENTS: "View[AttachedFile]" = View(
    {
        "message": lambda f: f.message,
        "number": lambda f: f.attachment.number,
        "name": lambda f: f.attachment.name,
        "safe_name": lambda f: f.attachment.safe_name,
        "media_type": lambda f: f.attachment.media_type,
        "size": lambda f: f.attachment.size_bytes,
        "inline": lambda f: f.attachment.is_inline,
        "content_id": lambda f: f.attachment.content_id,
    },
    table=("number", "safe_name", "media_type", "size", "inline"),
)

SAVED_FILES: "View[SavedFile]" = View(
    {
        "message": lambda f: f.message,
        "number": lambda f: f.attachment.number,
        "name": lambda f: f.attachment.name,
        "path": lambda f: f.path,
        "media_type": lambda f: f.attachment.media_type,
        "size": lambda f: f.attachment.size_bytes,
    },
    table=("message", "number", "path", "size"),
)
