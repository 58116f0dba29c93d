"""Pictures within HTML as parts of their own: many readers show no `data:` addresses."""

import binascii
import re
from base64 import b64decode
from hashlib import sha256

from mailctl.domain.drafts import DraftFile

_DATA = re.compile(
    r"""(\bsrc\s*=\s*["']?)data:image/(png|jpeg|gif|webp|svg\+xml);base64,([A-Za-z0-9+/=\s]+)""",
    re.IGNORECASE,
)


def with_parts_for_images(html: str) -> tuple[str, list[DraftFile]]:
    """Return HTML that names its pictures by `cid:` (RFC 2392), and the pictures, each once."""
    found: dict[str, DraftFile] = {}

    def named(match: re.Match[str]) -> str:
        try:
            octets = b64decode("".join(match[3].split()), validate=True)
        except (binascii.Error, ValueError):
            return match[0]
        kind = match[2].lower()
        content_id = f"{sha256(octets).hexdigest()[:16]}@inline"
        name = f"image{len(found) + 1}.{kind.partition('+')[0]}"
        found.setdefault(content_id, DraftFile(name, f"image/{kind}", octets, content_id))
        return f"{match[1]}cid:{content_id}"

    return _DATA.sub(named, html), list(found.values())
