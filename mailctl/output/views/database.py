"""The database as a result."""

from pathlib import Path
from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.database import Backup, Checked, Stats

DATABASE_PATH: "View[Path]" = View({"path": lambda p: p}, prose=str)

DATABASE_CHECK: "View[Checked]" = View(
    {
        "path": lambda c: c.path,
        "ok": lambda c: True,
        "schema_version": lambda c: c.schema_version,
        "size_bytes": lambda c: c.size_bytes,
    }
)

DATABASE_BACKUP: "View[Backup]" = View(
    {"path": lambda b: b.path, "size_bytes": lambda b: b.size_bytes},
)

DATABASE_STATS: "View[Stats]" = View(
    {
        "path": lambda s: s.path,
        "schema_version": lambda s: s.schema_version,
        "size_bytes": lambda s: s.size_bytes,
        "counts": lambda s: s.counts,
    }
)
