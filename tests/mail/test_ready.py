"""A finished mail is sent as it is, but for its Bcc and what it lacks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.outgoing import Letter
from mailctl.errors import BadUsage
from mailctl.mail.headers import PEOPLE_MAX
from mailctl.mail.parse import read_envelope
from mailctl.mail.ready import ready

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEAD = b"From: Ada <ada@corp.example>\r\nTo: ben@x.example\r\n"


def letter(source: bytes) -> Letter:
    return ready(source, at=NOON, message_id="mail_1@corp.example")


def test_what_it_lacks_is_put_in_front_and_the_rest_is_left_alone() -> None:
    rest = HEAD + b"X-Odd:   a\r\n\tb \r\nsubject:x\r\n\r\n.\r\n\xff\r\n"
    assert letter(rest).source == (
        b"Date: Wed, 25 Nov 2026 12:00:00 +0000\r\nMessage-ID: <mail_1@corp.example>\r\n" + rest
    )


def test_a_whole_mail_is_not_touched() -> None:
    source = b"Message-ID: <1@x>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n" + HEAD + b"\r\nx\r\n"
    found = letter(source)
    assert found.source == source
    assert found.sender == "ada@corp.example"
    assert [each.address for each in found.recipients] == ["ben@x.example"]


@given(
    st.sampled_from([b"Bcc:", b"BCC:", b"bcc:"]),
    st.lists(st.sampled_from([b" a@hidden.example", b",", b"\r\n ", b"\n\t", b"\r "])),
    st.integers(0, 2),
)
def test_no_spelling_of_bcc_is_handed_over(name: bytes, value: list[bytes], place: int) -> None:
    fields = [b"From: ada@corp.example\r\n", b"To: ben@x.example\r\n"]
    fields.insert(place, name + b"".join(value) + b"\r\n")
    found = letter(b"".join(fields) + b"\r\nBcc: in the text\r\n")
    assert b"hidden" not in found.source
    assert read_envelope(found.source).bcc == ()
    assert found.source.endswith(b"\r\n\r\nBcc: in the text\r\n")
    is_meant = any(b"@" in each for each in value)
    assert [each.address for each in found.recipients if each.kind == "bcc"] == (
        ["a@hidden.example"] if is_meant else []
    )


@given(st.binary(max_size=300))
def test_any_octets_are_refused_or_sound(octets: bytes) -> None:
    try:
        found = letter(HEAD + octets)
    except BadUsage:
        return
    source = found.source
    assert source.count(b"\n") == source.count(b"\r") == source.count(b"\r\n")
    assert b"\0" not in source
    assert read_envelope(source).bcc == ()
    assert read_envelope(source).rfc_message_id is not None
    assert found.recipients


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\r\n",
        b"hello\r\n\r\nx",
        b"To: ben@x.example\r\n\r\nx",
        b"From: ada@corp.example\r\n\r\nx",
        HEAD,
        HEAD + b"From: eve@x.example\r\n\r\nx",
        HEAD + b"To: eve@x.example\r\n\r\nx",
        HEAD + b"Message-ID: <1@x>\r\nMessage-ID: <2@x>\r\n\r\nx",
        HEAD + b"Message-ID: <>\r\n\r\nx",
        HEAD + b"Cc: eve@x.example, nobody\r\n\r\nx",
        HEAD + b"Cc: @x\r\n\r\nx",
        HEAD + b"Cc: " + b"a@x.example,\r\n " * (PEOPLE_MAX + 1) + b"\r\n\r\nx",
        HEAD + b"Bcc: eve@x.example <>\r\n\r\nx",
        HEAD + b"Bcc : eve@x.example\r\n\r\nx",
        HEAD + b"Bcc\xa0: eve@x.example\r\n\r\nx",
        b" " + HEAD + b"\r\nx",
        HEAD + b"Resent-To: eve@x.example\r\n\r\nx",
        HEAD + b"\r\nx\0y",
        HEAD + b"\r\n" + b"x" * 999,
        b"From: ada@corp.example\r\nTo: nobody\r\n\r\nx",
    ],
)
def test_what_no_server_should_get_is_refused(source: bytes) -> None:
    with pytest.raises(BadUsage):
        letter(source)
