"""What a trace tells of IMAP, whatever a server writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.core.doctor.pseudonyms import Pseudonyms
from mailctl.domain.secret import Secret
from mailctl.ports.tracing import TraceEvent
from mailctl.protocols.imap.answers import Part
from mailctl.protocols.imap.pipeline import Reply
from mailctl.protocols.imap.told import told_command, told_greeting, told_reply, told_words
from mailctl.protocols.safe_words import own
from mailctl.protocols.trace import Trace

MARK = "zQ7marKe"
SECRET = Secret("zQ7s3cret")
NAMES = st.sampled_from(
    b"OK NO BAD BYE FETCH SEARCH ESEARCH FLAGS ID ENABLED VANISHED NAMESPACE CAPABILITY X".split()
)
WORDS = b'( ) [ ] " \\ FLAGS UID 12 {7} BODY[ <0> , ENVELOPE $Forwarded @ / . - = + :'.split()
MARKS = [MARK.encode(), MARK.lower().encode(), b"elFtYXJL", SECRET.reveal().encode()]
PIECES = st.sampled_from([*WORDS, *MARKS, b" ", b"\xff", b"\r", b"\x1b[2J"])
LINES = st.lists(PIECES, max_size=25).map(b"".join)
PARTS = st.lists(st.one_of(LINES, st.tuples(LINES, LINES)), min_size=1, max_size=5)


def trace() -> tuple[Trace, list[TraceEvent]]:
    heard: list[TraceEvent] = []
    words = Pseudonyms(lambda domain: False).words
    return Trace(heard.append, timer=lambda: 0.0, started=0.0, words=words), heard


def told(reply: Reply) -> str:
    listening, heard = trace()
    conversation = listening.conversation("imap", "mail.example:993")
    conversation.received(*told_reply(reply, conversation, SECRET))
    return heard[0].said


def holds_a_mark(said: str) -> bool:
    return any(mark.lower() in said.lower() for mark in (MARK, "elFtYXJL", SECRET.reveal()))


@given(name=NAMES, number=st.none() | st.integers(0, 2**32), parts=PARTS)
def test_no_answer_brings_a_mark_into_the_trace(
    name: bytes, number: int | None, parts: list[Part]
) -> None:
    first = parts[0]
    head = b"* " + name + b" "
    parts[0] = (head + first[0], first[1]) if isinstance(first, tuple) else head + first
    said = told(Reply(name, number, parts))
    assert not holds_a_mark(said)
    assert said.isprintable()


@given(LINES)
def test_no_greeting_brings_a_mark_into_the_trace(line: bytes) -> None:
    listening, heard = trace()
    conversation = listening.conversation("imap", "mail.example:993")
    conversation.received(*told_greeting(b"* OK " + line, conversation))
    assert not holds_a_mark(heard[0].said)


@given(LINES)
def test_no_command_brings_a_mark_into_the_trace_but_in_the_name_of_a_folder(line: bytes) -> None:
    command = "UID SEARCH " + line.decode("latin-1")
    assert not holds_a_mark(told_command(command))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ('EXAMINE "Aufträge" (QRESYNC (1 2))', 'EXAMINE "Aufträge" (QRESYNC (1 2))'),
        ("UID FETCH 1:250 (UID FLAGS BODY.PEEK[])", "UID FETCH 1:250 (UID FLAGS BODY.PEEK[])"),
        ('UID SEARCH HEADER MESSAGE-ID "<x@y>"', "UID SEARCH HEADER MESSAGE-ID (5 bytes)"),
        ("UID STORE 5 +FLAGS.SILENT (\\Seen mine)", "UID STORE 5 +FLAGS.SILENT (\\SEEN …)"),
        ('LIST "" "*" RETURN (SPECIAL-USE)', 'LIST "" "*" RETURN (SPECIAL-USE)'),
        ('EXAMINE "a\\"b\u202e"', 'EXAMINE "a"b"'),
    ],
)
def test_a_command_is_told_by_its_words(command: str, said: str) -> None:
    assert told_command(command) == said


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"LIST", None, [b'* LIST (\\HasChildren) "/" "a b"']), 'LIST "a b" (\\HASCHILDREN)'),
        (Reply(b"STATUS", None, [b"* STATUS x (UIDNEXT 3)"]), 'STATUS "x" (UIDNEXT 3)'),
        (Reply(b"SEARCH", None, [b"* SEARCH 1 2 3"]), "SEARCH (5 bytes)"),
        (
            Reply(b"FETCH", 3, [(b"* 3 FETCH (UID 9 FLAGS (\\Seen) BODY[] {5}", b"hello"), b")"]),
            "3 FETCH (UID 9 FLAGS (\\SEEN) BODY[] {5})",
        ),
        (Reply(b"NO", None, [b"* NO [LIMIT] too many zQ7"]), "NO [LIMIT] too many *"),
        (Reply(b"ID", None, [b'* ID ("name" "Dovecot" "user" "ada")']), "ID Dovecot"),
        (Reply(b"LIST", None, [b"* LIST ((("]), "LIST …"),
    ],
)
def test_an_answer_is_told_by_its_words(reply: Reply, said: str) -> None:
    assert told(reply) == said


def test_a_long_event_is_cut() -> None:
    listening, heard = trace()
    listening.conversation("imap", "x:993").sent(*[own("FETCH")] * 1000)
    assert len(heard[0].said) == 1200


def test_a_line_of_two_thousand_letters_is_looked_at_and_no_more() -> None:
    assert told_words("UID " * 5000).count("UID") == 500
