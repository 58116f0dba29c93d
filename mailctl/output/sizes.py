"""Sizes as people read them."""


def size_text(size_bytes: int) -> str:
    """Return a size in the unit that keeps it short: 812 B, 3.4 MB."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
