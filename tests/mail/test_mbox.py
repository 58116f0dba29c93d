"""mbox: what is written comes back, and what strangers wrote is read."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.mbox import Boxed, boxed, read_mbox
from tests.contracts.customs import ODD_SOURCES

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OPENING = b"From ben@example.net Fri Jan  2 03:04:05 2026\n"


def read(content: bytes, *, most_bytes: int = 1 << 20) -> list[Boxed]:
    return list(read_mbox(io.BytesIO(content), most_bytes=most_bytes))


def sources(content: bytes) -> list[bytes | None]:
    return [found.source for found in read(content)]


def with_last_end(source: bytes) -> bytes:
    return source if not source or source.endswith(b"\n") else source + b"\n"


def test_a_message_begins_with_its_sender_and_date() -> None:
    assert boxed(b"Subject: 1\n\n1\n", "ben@example.net", AT) == (
        OPENING + b"Subject: 1\n\n1\n" + b"\n"
    )


@pytest.mark.parametrize("sender", [None, "", "a b@x", "a\nFrom b@x", "ü@x", "a" * 999])
def test_a_sender_that_would_break_the_line_is_nobody(sender: str | None) -> None:
    assert boxed(b"", sender, AT).startswith(b"From MAILER-DAEMON Fri ")


def test_odd_sources_come_back_as_they_were() -> None:
    odd = list(ODD_SOURCES.values())
    content = b"".join(boxed(source, "ben@example.net", AT) for source in odd)
    assert sources(content) == [with_last_end(source) for source in odd]


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    *(b"From ", b">", b">From ", b"\n", b"\r\n", b"\r", b"\0", b"x" * 70_000),
                    *(b"a: b\n", OPENING, b"\n\n" + OPENING, b"Content-Length: 3\n"),
                ]
            )
        ).map(b"".join)
    )
)
def test_whatever_is_written_comes_back(written: list[bytes]) -> None:
    content = b"".join(boxed(source, "ben@example.net", AT) for source in written)
    found = read(content)
    assert [each.source for each in found] == [with_last_end(source) for source in written]
    assert all(each.received_at == AT for each in found)


@given(st.binary(max_size=2000))
def test_no_bytes_raise(content: bytes) -> None:
    read(content)
    read(OPENING + content)


def test_mboxo_loses_the_quote_that_every_reader_takes_off() -> None:
    assert sources(OPENING + b"a: b\n\n>From here\n>>From there\n> From\n") == [
        b"a: b\n\nFrom here\n>From there\n> From\n"
    ]


def test_a_line_that_only_begins_with_from_ends_no_message() -> None:
    body = b"a: b\n\nFrom here on 10:30 is late\n\nFrom 2024 on\n"
    assert sources(OPENING + body) == [body]


def test_an_opening_within_a_paragraph_ends_no_message() -> None:
    body = b"a: b\n\nline\n" + OPENING + b"line\n"
    assert sources(OPENING + body) == [body]


def test_a_content_length_that_lies_hides_no_message() -> None:
    lie = b"Content-Length: 9999\n\nshort\n"
    assert sources(OPENING + lie + b"\n" + OPENING + b"a: b\n\n2\n") == [lie, b"a: b\n\n2\n"]


def test_a_content_length_that_is_too_short_cuts_nothing() -> None:
    whole = b"Content-Length: 2\n\nlonger than said\n"
    assert sources(OPENING + whole) == [whole]


def test_an_mbox_of_windows_keeps_its_line_ends() -> None:
    content = (OPENING + b"a: b\n\n1\n\n" + OPENING + b"a: b\n\n2\n\n").replace(b"\n", b"\r\n")
    assert sources(content) == [b"a: b\r\n\r\n1\r\n", b"a: b\r\n\r\n2\r\n"]


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (b"From - Fri Jan  2 03:04:05 2026", AT),
        (b"From MAILER-DAEMON Fri Jan 02 03:04:05 2026", AT),
        (b"From 1734@xxx Fri Jan 02 05:04:05 +0200 2026", AT),
        (b"From a b@x Thu Jan  1 22:04:05 2026 -0500", AT),
        (b"From ben@x Fri, 2 Jan 2026 03:04:05 +0000", AT),
        (b"From ben@x Fri Jan  2 03:04 2026 remote from host", AT.replace(second=0)),
        (b"From ben@x Fri Jan 32 03:04:05 2026", None),
        (b"From ben@x Fri Jan  2 25:04:05 2026", None),
    ],
)
def test_openings_of_other_programs_are_known(opening: bytes, expected: datetime | None) -> None:
    mail = opening + b"\na: b\n\nbody\n\n"
    found = read(mail + mail)
    assert [each.source for each in found] == [b"a: b\n\nbody\n"] * 2
    assert {each.received_at for each in found} == {expected}


def test_a_first_line_without_a_date_begins_a_message_all_the_same() -> None:
    assert read(b"From somebody\na: b\n\nbody\n") == [Boxed(b"a: b\n\nbody\n", None, 0)]


def test_what_has_no_first_line_has_no_message() -> None:
    assert read(b"a: b\n\nbody\n") == []
    assert read(b"") == []


def test_a_message_that_is_too_large_is_passed_over_and_told() -> None:
    large = OPENING + b"a: b\n\n" + b"x" * 200_000 + b"\n\n"
    found = read(large + OPENING + b"a: b\n\n2\n", most_bytes=100_000)
    assert found == [Boxed(None, AT, 0), Boxed(b"a: b\n\n2\n", AT, len(large))]
