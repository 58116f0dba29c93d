"""The names of defects, which scripts rely on."""

import re
from pathlib import Path

from mailctl.domain.defects import MEANINGS, Defect

DOCUMENT = Path(__file__).parents[2] / "docs" / "defects.md"


def test_every_defect_is_explained_once_in_the_document() -> None:
    rows = re.findall(
        r"^\| `(.+?)` \| (.+) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert rows == [(defect.value, MEANINGS[defect]) for defect in Defect]


def test_no_name_goes_away() -> None:
    assert {defect.value for defect in Defect} >= {
        *("date", "from", "message-id", "body", "mbox-line", "byte-order-mark", "header-line"),
        *("header-unended", "header-too-long", "header-charset", "encoded-word", "media-type"),
        *("boundary", "boundary-twice", "unclosed", "too-deep", "too-many-parts"),
        *("multipart-encoded", "transfer-encoding", "base64", "quoted-printable", "uuencode"),
        *("charset-unknown", "charset-wrong", "nul", "text-cut", "file-name", "partial"),
        *("external-body", "calendar", "report", "tnef", "too-many-files"),
    }
