"""Headers in every state, read as the standard library reads them."""

import time
from email import policy
from email.parser import BytesHeaderParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailctl.mail.fields import read_fields
from mailctl.mail.headers import unfolded

PIECES = st.sampled_from(
    [
        *(b"From: a <b@c>\r\n", b"To: a\r\n\tb@c\r\n", b"Subject: y", b"message-ID: <x@y>\n"),
        *(b"From x\r\n", b"From x\n", b"Subject:\n", b"Cc : x\n", b"x y: z\n", b": x", b":"),
        *(b"no field", b"\r\n", b"\n", b"\r", b" fold", b"\tfold", b" ", b"\xff", b"\0"),
    ]
)
BOM = b"\xef\xbb\xbf"
HEADERS = (
    st.lists(PIECES | st.binary(max_size=3), max_size=14)
    .map(b"".join)
    .filter(lambda source: not source.startswith(BOM))  # which the library takes for the body
)


def of_the_standard_library(source: bytes) -> tuple[dict[str, list[str]], int]:
    parsed = BytesHeaderParser(policy=policy.compat32).parsebytes(source)
    values: dict[str, list[str]] = {}
    for name, value in parsed.raw_items():
        values.setdefault(name.lower(), []).append(unfolded(str(value)))
    return values, len(source) - len(parsed.get_payload())  # one character an octet


@given(HEADERS)
@example(b"Subject: x\r\nFrom somebody\r\n\r\nbody")
@example(b"From: a@b\r\n\r\r\n\r\n")
def test_fields_and_their_end_are_those_of_the_standard_library(source: bytes) -> None:
    values, body = of_the_standard_library(source)
    fields = read_fields(source)
    assert fields.body == body
    for name in ("from", "to", "cc", "subject", "message-id"):
        assert [unfolded(value) for value in fields.all(name)] == values.get(name, [])
        assert fields.count(name) == len(fields.all(name))
        assert unfolded(fields.first(name)) == (values.get(name) or [""])[0]


@given(HEADERS, HEADERS, st.binary(max_size=20))
def test_a_header_in_the_middle_is_read_like_one_alone(
    before: bytes, source: bytes, after: bytes
) -> None:
    start, end = len(before), len(before) + len(source)
    alone = read_fields(source)
    among = read_fields(before + source + after, start, end)
    assert (among.values, among.body) == (alone.values, alone.body + start)


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_a_long_header_is_read_like_a_short_one(line_end: bytes) -> None:
    received = b"Received: from a by b" + line_end
    header = received * 5_000 + b"Subject: far" + line_end + b" away" + line_end
    fields = read_fields(header + line_end + b"body")
    assert unfolded(fields.first("subject")) == "far away"
    assert fields.body == len(header + line_end)


def test_a_header_has_an_end_within_reach() -> None:
    assert read_fields(b"X: y\r\n" * 300_000).body == 1 << 20


@pytest.mark.parametrize(
    "source",
    [
        *(b"x" * 2_000_000, b" " * 2_000_000, b"\r" * 2_000_000, b"a:\n " * 400_000),
        *(b":" * 2_000_000, b"From \n" * 300_000, b"x" * 40_000 + b"\n\n"),
        *(b"a:\r" * 600_000, b"\n\r" * 1_000_000, b" \n" * 1_000_000, b"x" * 1_000_000 + b":"),
    ],
    ids=lambda source: repr(source[:8]),
)
def test_a_huge_header_takes_no_longer_than_its_size(source: bytes) -> None:
    started = time.process_time()
    read_fields(source)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("source", "defects"),
    [
        (b"Subject: x\r\n\r\n", ()),
        (b"Subject: x\r\n", ()),
        (b"\r\nbody", ()),
        (b"", ()),
        (BOM + b"Subject: x\r\n\r\n", ("byte-order-mark",)),
        (b"From ada Mon Jan 1\nSubject: x\n\n", ("mbox-line",)),
        (b"Subject: x\nFrom ada\nTo: y\n\n", ("header-line",)),
        (b" folded\nSubject: x\n\n", ("header-line",)),
        (b": x\nSubject: x\n\n", ("header-line",)),
        (b"Subject: x\nthis is no field\n\n", ("header-unended",)),
        (b"Subject: x\nFrom ada", ("header-line", "header-unended")),
        (b"Subject: " + b"x" * (1 << 20) + b"\n\n", ("header-too-long",)),
        (
            BOM + b"From ada\nSubject: x\nbody",
            ("byte-order-mark", *("header-unended", "mbox-line")),
        ),
    ],
)
def test_what_is_wrong_with_a_header_is_told(source: bytes, defects: tuple[str, ...]) -> None:
    assert read_fields(source).defects == defects


def test_a_byte_order_mark_hides_no_field() -> None:
    assert read_fields(BOM + b"Subject: x\r\n\r\n").first("subject") == " x"
