"""Pictures within HTML as parts of their own: many readers show no `data:` addresses."""

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from html import escape
from urllib.parse import quote

from mailctl.domain.drafts import DraftFile
from mailctl.errors import BadUsage
from mailctl.mail import head

_DATA = re.compile(
    r"""(\bsrc\s*=\s*)(["'])?data:image/(png|jpe?g|gif|webp|svg\+xml);base64,"""
    r"""((?(2)[A-Za-z0-9+/=\s]+(?=\2)|[A-Za-z0-9+/=]+))""",
    re.IGNORECASE,
)
_PLAIN_ID = re.compile(r"[A-Za-z0-9!#$&'*+./=?^_{|}~@-]{1,60}\Z")


def with_parts_for_images(html: str) -> tuple[str, list[DraftFile]]:
    """Return HTML that names its pictures by `cid:` (RFC 2392), and the pictures, each once."""
    found: dict[str, DraftFile] = {}

    def named(match: re.Match[str]) -> str:
        begin, kind = f"{match[1]}{match[2] or ''}", match[3].lower()
        try:
            octets = b64decode("".join(match[4].split()), validate=True)
        except (binascii.Error, ValueError):
            return match[0]
        kind = "jpeg" if kind == "jpg" else kind
        content_id = _id_of(octets)
        name = f"image{len(found) + 1}.{kind.partition('+')[0]}"
        found.setdefault(content_id, DraftFile(name, f"image/{kind}", octets, content_id))
        return f"{begin}cid:{content_id}"

    return _DATA.sub(named, html), list(found.values())


def with_plain_ids(html: str, files: Sequence[DraftFile]) -> tuple[str, list[DraftFile]]:
    """Return HTML and the pictures it shows, called by what a Content-ID may be (RFC 2392).

    A name with blanks or umlauts is none; in HTML it may stand as it is, or with %20 and the like.
    Raises BadUsage for two of one name.
    """
    found: list[DraftFile] = []
    known: set[str | None] = set()
    for file in files:
        name = head.checked(file.content_id or "", "a Content-ID")
        if file.content_id in known:
            raise BadUsage(f"two pictures are called {name!a}", hint="rename one of them")
        known.add(file.content_id)
        if not _PLAIN_ID.match(name):
            content_id = _id_of(name.encode())
            for spelled in dict.fromkeys((name, escape(name), quote(name, safe=""))):
                html = re.sub(
                    rf"(?i:cid:){re.escape(spelled)}(?=[\"'\s>)])", f"cid:{content_id}", html
                )
            file = replace(file, content_id=content_id)
        found.append(file)
    return html, found


def _id_of(octets: bytes) -> str:
    return f"{sha256(octets).hexdigest()[:16]}@inline"
