"""Every message on which the standard library's own parser is tested goes in."""

import os
import sysconfig
from pathlib import Path

import pytest

from mailctl.mail.parse import read_envelope
from tests.mail.soundness import look

# Debian has them in a package of its own, which tests/rig/install.sh unpacks.
PLACES = (
    Path(sysconfig.get_path("stdlib"), "test", "test_email", "data"),
    Path("/var/cache/mailctl-rig/messages"),
)
MESSAGES = next((found for place in PLACES if (found := sorted(place.glob("msg_*.txt")))), [])


def test_the_messages_are_there() -> None:
    if not MESSAGES and not os.environ.get("CI"):
        pytest.skip("they are not installed: make servers")
    assert len(MESSAGES) > 40


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_a_message_of_the_standard_library_is_read(path: Path, line_end: bytes) -> None:
    source = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end)
    look(source)
    assert read_envelope(source).size_bytes == len(source)
