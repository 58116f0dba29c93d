"""What messages are made of, as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.mail_files.exporting import ExportReport
    from mailctl.core.mail_files.importing import ImportReport
    from mailctl.core.messages.files import AttachedFile, SavedFile

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
    nothing="no attachments",
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

EXPORTED: "View[ExportReport]" = View(
    {
        "format": lambda r: r.format,
        "to": lambda r: r.target,
        "messages": lambda r: r.messages,
        "written": lambda r: r.written,
        "known": lambda r: r.known,
        "updated": lambda r: r.updated,
        "failed": lambda r: r.failed,
        "errors": lambda r: r.errors,
    }
)

IMPORTED: "View[ImportReport]" = View(
    {
        "imported": lambda r: r.imported,
        "known": lambda r: r.known,
        "failed": lambda r: r.failed,
        "skipped": lambda r: r.skipped,
        "errors": lambda r: r.errors,
        "indexed": lambda r: r.indexed,
    }
)
