"""What the benchmarks stand on: their mail, their scale, and the server with a million messages."""

import imaplib
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header
from itertools import pairwise
from statistics import mean, median

import pytest

from benchmarks import million
from benchmarks.children import Took, took
from benchmarks.mail import folders, messages
from benchmarks.measured import Measured, compared

COUNT = 3000
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def mail() -> list[bytes]:
    return list(messages(COUNT, 7))


@pytest.fixture
def many() -> Iterator[imaplib.IMAP4]:
    with million.serving(1000) as port, imaplib.IMAP4("127.0.0.1", port) as imap:
        imap.login("ada@corp.example", "any")
        imap.select("INBOX", readonly=True)
        yield imap


def test_the_same_seed_makes_the_same_mail(mail: list[bytes]) -> None:
    assert list(messages(100, 7)) == mail[:100]
    assert list(messages(100, 8)) != mail[:100]


def test_mail_is_as_large_as_mail_is(mail: list[bytes]) -> None:
    sizes = [len(source) for source in mail]
    assert 2500 < median(sizes) < 3500
    assert 4200 < mean(sizes) < 6200
    assert max(sizes) > 100_000


def test_mail_is_whole(mail: list[bytes]) -> None:
    for source in mail[:500]:
        parsed = message_from_bytes(source, policy=policy.compat32)
        assert not any(part.defects for part in parsed.walk())
        assert b"\n" not in source.replace(b"\r\n", b"")
        for part in parsed.walk():
            if part.get_content_maintype() == "text":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                content.decode(str(part.get_content_charset()))
        for words, charset in decode_header(parsed["Subject"]):
            assert isinstance(words, str) or words.decode(charset or "ascii")


def test_mail_is_of_every_kind(mail: list[bytes]) -> None:
    parsed = [message_from_bytes(source) for source in mail]
    kinds = {part.get_content_type() for message in parsed for part in message.walk()}
    charsets = {part.get_content_charset() for message in parsed for part in message.walk()}
    assert kinds == {
        *("text/plain", "text/html", "application/pdf", "image/png"),
        *("multipart/mixed", "multipart/alternative", "multipart/related"),
    }
    assert charsets >= {
        *("us-ascii", "utf-8", "iso-8859-1", "windows-1251", "koi8-r"),
        *("gb2312", "gb18030", "iso-2022-jp", "shift_jis"),
    }
    known = {message["Message-ID"] for message in parsed}
    assert len(known) == COUNT
    answers = [message["In-Reply-To"] for message in parsed if message["In-Reply-To"]]
    assert len(answers) > COUNT / 4
    assert known.issuperset(answers)


@pytest.mark.parametrize("count", [100, 20_000])
def test_every_message_is_in_a_folder(count: int) -> None:
    sizes = dict(folders(count))
    assert len(sizes) == 21
    assert sum(sizes.values()) == count


def test_a_child_is_not_charged_for_what_its_parent_holds() -> None:
    ballast = b"x" * (200 * MEGABYTE)
    ran = took([sys.executable, "-I", "-S", "-c", "print(1)"], {})
    assert ran.peak_bytes < 50 * MEGABYTE < len(ballast)
    assert ran.out == "1\n"
    assert ran.cpu_s > 0


def test_a_failing_command_says_so() -> None:
    with pytest.raises(AssertionError, match="ended with 3"):
        took([sys.executable, "-c", "raise SystemExit(3)"], {})


def test_a_limit_is_for_the_ratio_where_there_is_a_peer() -> None:
    pairs = [(Took(3, 0, 0), Took(2, 0, 0)), (Took(1, 0, 0), Took(2, 0, 0))]
    assert not compared("a", "b", pairs, limit=1).is_over
    assert compared("a", "b", pairs, limit=0.9).is_over
    trips = Measured("a", "b", 4, 9, None, 3, "round trips")
    assert trips.is_over
    assert trips.row == "| `a` | b | 4 round trips | 9 round trips |  | 3 round trips |"


def test_the_server_of_many_finds_and_sends_what_is_asked(many: imaplib.IMAP4) -> None:
    assert many.uid("SEARCH", "UID", "2:3,999:*") == ("OK", [b"2 3 999 1000"])
    many.uid("SEARCH", "RETURN", "(COUNT ALL)", "ALL")
    (found,) = many.response("ESEARCH")[1]
    assert found is not None
    assert found.endswith(b"UID COUNT 1000 ALL 1:1000")
    _, items = many.uid("FETCH", "1:*", "(FLAGS RFC822.SIZE BODY.PEEK[])")
    literals = [item for item in items if isinstance(item, tuple)]
    assert len(literals) == 1000
    for (head, source), (_, other) in pairwise(literals):
        assert f"RFC822.SIZE {len(source)} BODY[] {{{len(source)}}}" in head.decode()
        assert source != other
    assert many.uid("FETCH", "1:*", "(FLAGS) (CHANGEDSINCE 1)") == ("OK", [None])
