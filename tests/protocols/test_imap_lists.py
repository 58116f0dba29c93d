"""Answers and folder names are read as IMAPClient reads them, only quicker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import imap_utf7
from imapclient.exceptions import ProtocolError
from imapclient.response_parser import parse_response

from mailctl.protocols.imap.answers import Part
from mailctl.protocols.imap.lists import parsed
from mailctl.protocols.imap.names import path_of, wire_name

PIECES = st.sampled_from(
    [
        *(b"(", b")", b" ", b"\t", b"\0", b"%", b'"', b"{3}", b"[x]", b"[a b", b"&-"),
        *(b"NIL", b"nil", b"0", b"007", b"12", rb"\Seen", b"\xc3\xa9"),
        *(b'"a b"', b'"(x"', rb'"a\"b"', b'"\xc3\xa9"'),
    ]
)
RUNS = st.text(alphabet="&-,/+ABCabc012=~\x7fé\n")


@pytest.mark.parametrize(
    "line",
    [
        rb'(\HasNoChildren \Sent) "/" Sent',
        rb'(\Noselect) NIL "a \"quoted\" name"',
        b'"Sent Items" (UIDVALIDITY 1 UIDNEXT 007 MESSAGES 12)',
        b'("name" "Dovecot" "support-url" NIL)',
        b"(" * 40 + b"x" + b")" * 40,
        b"",
    ],
)
def test_an_answer_is_read_as_by_imapclient(line: bytes) -> None:
    assert parsed([line]) == parse_response([line])


def test_a_name_in_a_literal_is_read_as_by_imapclient() -> None:
    data: list[Part] = [(b'() "/" {4}', b"a(b)"), b""]
    assert parsed(data) == ((), b"/", b"a(b)")


@given(st.lists(PIECES, max_size=12).map(b"".join))
def test_any_answer_is_read_as_by_imapclient(line: bytes) -> None:
    def read_by(reader: object) -> object:
        try:
            return reader([line])  # type: ignore[operator]
        except (ProtocolError, ValueError, TypeError) as error:
            return type(error)

    assert read_by(parsed) == read_by(parse_response)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_path_is_written_as_by_imapclient(path: str) -> None:
    assert wire_name(path) == imap_utf7.encode(path)


@given(st.one_of(st.binary(), RUNS.map(str.encode)))
def test_a_path_comes_back_or_the_name_stays_as_it_is(name: bytes) -> None:
    path = path_of(name)
    if wire_name(path) == name and name.upper() != b"INBOX":
        assert path == imap_utf7.decode(name)
