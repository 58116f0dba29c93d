"""Sizes as people write them: 500k, 25M, 2G."""

import re

from mailctl.errors import BadUsage

_WRITTEN = re.compile(r"([0-9]{1,9})(k|m|g)?\Z", re.IGNORECASE)
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def parse_size(text: str) -> int:
    """Return the bytes. Raises BadUsage."""
    written = _WRITTEN.match(text.strip())
    if written is None or int(written[1]) == 0:
        raise BadUsage(f"{text!r} is no size", hint="write bytes, or a number and k, M or G (25M)")
    return int(written[1]) * UNITS[(written[2] or "").lower()]
