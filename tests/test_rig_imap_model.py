"""The IMAP server over a model answers as real ones do, until it is told to lie."""

import imaplib
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import imapclient
import pytest

from tests.rig.imap_model import (
    BARE,
    CONDSTORE,
    EVERYTHING,
    GMAIL,
    QRESYNC,
    SETS,
    Cut,
    Faults,
    Literal,
    Mailbox,
    ModelServer,
    Refusal,
)

SOURCES = [b"Subject: %d\r\nMessage-ID: <%d@x>\r\n\r\nbody %d\r\n" % (n, n, n) for n in range(5)]


@pytest.fixture
def box() -> Mailbox:
    made = Mailbox("ada@model.example", "secret")
    for source in SOURCES:
        made.inbox.append(source)
    return made


@contextmanager
def serving(box: Mailbox, capabilities: Collection[str] = EVERYTHING) -> Iterator[ModelServer]:
    with ModelServer(box, capabilities=capabilities) as server:
        yield server
    assert server.crashes == []


@contextmanager
def client(server: ModelServer) -> Iterator[imapclient.IMAPClient]:
    made = imapclient.IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5)
    made.login("ada@model.example", "secret")
    yield made
    made.logout()


class Line:
    """A client that writes commands itself, so that it may write several at once."""

    def __init__(self, server: ModelServer) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        self._stream = self._socket.makefile("rb")
        assert self.hear().startswith(b"* OK [CAPABILITY IMAP4rev1")
        assert self.ask(b'LOGIN ada@model.example "secret"')[-1].startswith(b"OK")

    def say(self, line: bytes) -> None:
        self._socket.sendall(line + b"\r\n")

    def hear(self) -> bytes:
        return self._stream.readline().removesuffix(b"\r\n")

    def ask(self, command: bytes, tag: bytes = b"x") -> list[bytes]:
        """Return what is answered, the end without its tag."""
        self.say(tag + b" " + command)
        return self.until(tag)

    def until(self, tag: bytes) -> list[bytes]:
        heard = []
        while not (line := self.hear()).startswith(tag + b" "):
            assert line or self._stream.peek(1), "the server hung up"
            heard.append(line)
        return [*heard, line.removeprefix(tag + b" ")]

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@contextmanager
def line(server: ModelServer) -> Iterator[Line]:
    made = Line(server)
    yield made
    made.close()


@pytest.mark.parametrize("name", SETS)
def test_imapclient_reads_a_folder_whatever_the_server_can_do(box: Mailbox, name: str) -> None:
    box.inbox.flag(2, r"\Seen", "$later")
    with serving(box, SETS[name]) as server, client(server) as imap:
        opened = imap.select_folder("INBOX", readonly=True)
        assert (opened[b"EXISTS"], opened[b"UIDNEXT"]) == (5, 6)
        assert (b"HIGHESTMODSEQ" in opened) == (name != "bare")
        assert imap.search("ALL") == [1, 2, 3, 4, 5]
        told = imap.fetch([1, 2], ["FLAGS", "RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[]"])
        assert told[1][b"BODY[]"] == SOURCES[0]
        assert set(told[2][b"FLAGS"]) == {rb"\Seen", b"$later"}
        assert told[2][b"RFC822.SIZE"] == len(SOURCES[1])


def test_a_wrong_password_is_refused_and_a_right_one_taken_in_each_way(box: Mailbox) -> None:
    with serving(box) as server:
        imap = imaplib.IMAP4("127.0.0.1", server.port)
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            imap.login("ada@model.example", "wrong")
        assert imap.authenticate("PLAIN", lambda _: b"\0ada@model.example\0secret")[0] == "OK"
        imap.logout()
        with line(server) as spoken:
            initial = b"AUTHENTICATE PLAIN AGFkYUBtb2RlbC5leGFtcGxlAHNlY3JldA=="
            assert spoken.ask(initial)[-1].startswith(b"OK [CAPABILITY")


def test_folders_are_listed_with_uses_and_states_where_that_is_offered(box: Mailbox) -> None:
    box.create("Gesendet & Ä", special_use="Sent").append(SOURCES[0])
    with serving(box, QRESYNC) as server:
        with client(server) as imap:
            assert [name for *_, name in imap.list_folders()] == ["INBOX", "Gesendet & Ä"]
        with line(server) as spoken:
            told = spoken.ask(
                b'LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT HIGHESTMODSEQ))'
            )
    assert told == [
        rb'* LIST (\HasNoChildren) "/" "INBOX"',
        b'* STATUS "INBOX" (MESSAGES 5 UIDNEXT 6 HIGHESTMODSEQ 6)',
        rb'* LIST (\HasNoChildren \Sent) "/" "Gesendet &- &AMQ-"',
        b'* STATUS "Gesendet &- &AMQ-" (MESSAGES 1 UIDNEXT 2 HIGHESTMODSEQ 2)',
        b"OK done",
    ]


def test_what_a_server_does_not_offer_is_bad(box: Mailbox) -> None:
    with serving(box, BARE) as server, line(server) as spoken:
        for command in (
            b'LIST "" "*" RETURN (SPECIAL-USE)',
            b"ENABLE QRESYNC",
            b"ID NIL",
            b"NAMESPACE",
            b"STATUS INBOX (HIGHESTMODSEQ)",
            b"EXAMINE INBOX (CONDSTORE)",
            b"IDLE",
            b"COMPRESS DEFLATE",
            b"XYZZY",
            b"FETCH (((",
        ):
            assert spoken.ask(command)[-1].startswith(b"BAD"), command
        assert spoken.ask(b"EXAMINE Nowhere")[-1].startswith(b"NO [NONEXISTENT]")
        assert spoken.ask(b"NOOP") == [b"OK done"]


def test_commands_may_be_sent_all_at_once(box: Mailbox) -> None:
    with serving(box) as server, line(server) as spoken:
        spoken.say(
            b"a EXAMINE INBOX\r\nb UID SEARCH RETURN (COUNT) ALL\r\n"
            b"c UID FETCH 1:2 (FLAGS)\r\nd NOOP"
        )
        assert spoken.until(b"a")[-1] == b"OK [READ-ONLY] open"
        assert spoken.until(b"b") == [b'* ESEARCH (TAG "b") UID COUNT 5', b"OK done"]
        assert len(spoken.until(b"c")) == 3
        assert spoken.until(b"d") == [b"OK done"]


def test_literals_are_taken_with_and_without_waiting(box: Mailbox) -> None:
    with serving(box) as server, line(server) as spoken:
        spoken.say(b"a EXAMINE {5}")
        assert spoken.hear() == b"+ go on"
        spoken.say(b"INBOX")
        assert spoken.until(b"a")[-1].startswith(b"OK")
        assert spoken.ask(b"EXAMINE {5+}\r\nINBOX")[-1].startswith(b"OK")


def test_searches_find_by_number_date_flag_and_change(box: Mailbox) -> None:
    box.inbox.append(b"x: y\r\n\r\n", internal_date=datetime(2026, 12, 24, tzinfo=UTC))
    box.inbox.flag(2, r"\Seen")
    with serving(box) as server, line(server) as spoken:
        spoken.ask(b"EXAMINE INBOX")
        for criteria, hits in {
            b"UID 2:4,9": b" 2 3 4",
            b"UID 7:*": b" 6",
            b"SINCE 24-Dec-2026": b" 6",
            b"NOT (SEEN) UID 1:3": b" 1 3",
            b"OR UID 1 UNSEEN UID 1": b" 1",
            b"MODSEQ 8": b" 2 (MODSEQ 8)",
            b"UID 99": b"",
        }.items():
            assert spoken.ask(b"UID SEARCH " + criteria) == [b"* SEARCH" + hits, b"OK done"]
        saved = spoken.ask(b"UID SEARCH RETURN (SAVE MIN MAX COUNT ALL) UID 2:3,5")
        assert saved[0] == b'* ESEARCH (TAG "x") UID MIN 2 MAX 5 ALL 2:3,5 COUNT 3'
        assert len(spoken.ask(b"UID FETCH $ (FLAGS)")) == 4


def test_parts_of_a_message_come_as_they_are_asked_for(box: Mailbox) -> None:
    with serving(box) as server, line(server) as spoken:
        spoken.ask(b"EXAMINE INBOX")
        told = b"\r\n".join(
            spoken.ask(
                b"UID FETCH 1 (BODY.PEEK[HEADER.FIELDS (Subject Date)] BODY.PEEK[]<3.5>"
                b" BODY.PEEK[TEXT] ENVELOPE)"
            )
        )
    assert b"BODY[HEADER.FIELDS (SUBJECT DATE)] {14}\r\nSubject: 0\r\n\r\n" in told
    assert b"BODY[]<3> {5}\r\nject: BODY[TEXT] {8}\r\nbody 0\r\n ENVELOPE" in told
    assert b'"<0@x>"' in told


def test_a_client_that_resynchronises_hears_what_changed_and_what_vanished(box: Mailbox) -> None:
    validity, modseq = box.inbox.uidvalidity, box.inbox.highestmodseq
    box.inbox.expunge(2, 4)
    box.inbox.flag(3, r"\Flagged")
    box.inbox.append(SOURCES[0])
    with serving(box, QRESYNC) as server, line(server) as spoken:
        resync = b"EXAMINE INBOX (QRESYNC (%d %d 1:5))" % (validity, modseq)
        assert spoken.ask(resync)[-1].startswith(b"BAD")
        assert spoken.ask(b"ENABLE QRESYNC") == [b"* ENABLED QRESYNC", b"OK done"]
        told = spoken.ask(resync)
        assert told[-3:-1] == [
            b"* VANISHED (EARLIER) 2,4",
            rb"* 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ (8))",
        ]
        changed = spoken.ask(b"UID FETCH 1:* (FLAGS) (CHANGEDSINCE %d VANISHED)" % modseq)
        assert changed == [
            b"* VANISHED (EARLIER) 2,4",
            rb"* 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ (8))",
            b"* 4 FETCH (UID 6 FLAGS () MODSEQ (9))",
            b"OK done",
        ]
        stale = b"EXAMINE INBOX (QRESYNC (%d %d))" % (validity - 1, modseq)
        assert not [each for each in spoken.ask(stale) if b"VANISHED" in each]


def test_a_server_that_forgot_names_everything_that_is_not_there(box: Mailbox) -> None:
    box.inbox.expunge(2)
    box.inbox.forget()
    with serving(box, QRESYNC) as server, line(server) as spoken:
        spoken.ask(b"ENABLE QRESYNC")
        told = spoken.ask(b"EXAMINE INBOX (QRESYNC (%d 1))" % box.inbox.uidvalidity)
    assert b"* VANISHED (EARLIER) 2" in told


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [(CONDSTORE, [b"* 4 EXPUNGE", b"* 2 EXPUNGE"]), (QRESYNC, [b"* VANISHED 2,4"])],
)
def test_what_happens_meanwhile_is_told_at_the_end_of_a_command(
    box: Mailbox, capabilities: Collection[str], expected: list[bytes]
) -> None:
    with serving(box, capabilities) as server, line(server) as spoken:
        if capabilities is QRESYNC:
            spoken.ask(b"ENABLE QRESYNC")
        spoken.ask(b"EXAMINE INBOX (CONDSTORE)")
        box.inbox.expunge(2, 4)
        box.inbox.append(SOURCES[0])
        assert spoken.ask(b"NOOP") == [*expected, b"* 4 EXISTS", b"OK done"]
        assert spoken.ask(b"NOOP") == [b"OK done"]


def test_an_idle_client_hears_at_once(box: Mailbox) -> None:
    with serving(box) as server, line(server) as spoken:
        spoken.ask(b"EXAMINE INBOX")
        spoken.say(b"i IDLE")
        assert spoken.hear() == b"+ idling"
        box.inbox.append(SOURCES[0])
        assert spoken.hear() == b"* 6 EXISTS"
        spoken.say(b"DONE")
        assert spoken.until(b"i") == [b"OK done"]


def test_a_client_that_wants_to_be_notified_hears_of_every_folder(box: Mailbox) -> None:
    other = box.create("Work")
    with serving(box, EVERYTHING) as server, line(server) as spoken:
        spoken.ask(b"EXAMINE INBOX")
        assert spoken.ask(
            b"NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MessageNew))"
        ) == [b"OK done"]
        other.append(SOURCES[0])
        assert spoken.hear().startswith(b'* STATUS "Work" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY')
        box.inbox.append(SOURCES[0])
        assert spoken.hear() == b"* 6 EXISTS"
        assert spoken.ask(b"NOOP") == [b"OK done"]


def test_lies_about_what_vanished_are_told_as_news(box: Mailbox) -> None:
    modseq = box.inbox.highestmodseq
    resync = b"EXAMINE INBOX (QRESYNC (%d %d))" % (box.inbox.uidvalidity, modseq)
    box.inbox.expunge(2)
    with serving(box, QRESYNC) as server, line(server) as spoken:
        spoken.ask(b"ENABLE QRESYNC")
        for lie, expected in (
            (Faults(vanished=frozenset({4, 5})), [b"* VANISHED (EARLIER) 2,4:5"]),
            (Faults(vanished_all=True), [b"* VANISHED (EARLIER) 1:5"]),
            (Faults(drop_vanished=True), []),
            (Faults(), [b"* VANISHED (EARLIER) 2"]),
        ):
            server.arm(lie)
            for command in (resync, b"UID FETCH 1:* (FLAGS) (CHANGEDSINCE %d VANISHED)" % modseq):
                told = spoken.ask(command)
                assert [each for each in told if b"VANISHED" in each] == expected


def test_a_folder_numbered_anew_stays_as_it_was_for_whoever_has_it_open(box: Mailbox) -> None:
    with serving(box) as server, client(server) as imap:
        before = imap.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"]
        box.renumber("INBOX", seed=3, first_uid=50)
        assert imap.search("ALL") == [1, 2, 3, 4, 5]
        again = imap.select_folder("INBOX", readonly=True)
        assert again[b"UIDVALIDITY"] > before
        assert imap.search("ALL") == [50, 51, 52, 53, 54]
        bodies = [
            told[b"BODY[]"] for told in imap.fetch(imap.search("ALL"), ["BODY.PEEK[]"]).values()
        ]
    assert sorted(bodies) == SOURCES
    assert bodies != SOURCES


def test_google_gives_ids_and_labels(box: Mailbox) -> None:
    box.inbox.append(SOURCES[0], labels=("\\Inbox", "+odd"))
    with serving(box, GMAIL) as server, line(server) as spoken:
        spoken.ask(b"EXAMINE INBOX")
        first, copy, label, _ = spoken.ask(b"UID FETCH 1,6 (X-GM-MSGID X-GM-THRID X-GM-LABELS)")
    assert first.split()[6] == copy.split()[6]
    assert copy.endswith(rb"X-GM-LABELS (\Inbox {4}")
    assert label == b"+odd))"


def test_deflated_connections_say_the_same(box: Mailbox) -> None:
    import zlib

    with serving(box) as server, line(server) as spoken:
        assert spoken.ask(b"COMPRESS DEFLATE")[-1].startswith(b"OK")
        squeeze, stretch = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-15)
        spoken._socket.sendall(squeeze.compress(b"a NOOP\r\n") + squeeze.flush(zlib.Z_SYNC_FLUSH))
        heard = b""
        while not heard.endswith(b"\r\n"):
            heard += stretch.decompress(spoken._socket.recv(4096))
    assert heard == b"a OK done\r\n"


def test_an_armed_server_lies_and_a_disarmed_one_does_not(box: Mailbox) -> None:
    with serving(box, BARE) as server:
        server.arm(
            Faults(
                omit=frozenset({2}),
                search_most=3,
                literal=Literal.SHORTER,
                spoiled=frozenset({1}),
                uidnext=2,
                refusals=(Refusal("NOOP", b"NO [THROTTLED] wait", first=2, times=1),),
            )
        )
        with line(server) as spoken:
            assert b"* OK [UIDNEXT 2] next" in spoken.ask(b"EXAMINE INBOX")
            assert spoken.ask(b"UID SEARCH ALL")[0] == b"* SEARCH 1 2 3"
            told = spoken.ask(b"UID FETCH 1:3 (BODY.PEEK[])")
            assert told[0] == b"* 1 FETCH (UID 1 BODY[] {%d}" % (len(SOURCES[0]) - 10)
            assert not [each for each in told if b"UID 2 " in each]
            ends = [spoken.ask(b"NOOP")[-1] for _ in range(3)]
            assert ends == [b"OK done", b"NO [THROTTLED] wait", b"OK done"]
        assert server.lied_about == {("INBOX", 1)}
        server.disarm()
        with line(server) as spoken:
            spoken.ask(b"EXAMINE INBOX")
            assert spoken.ask(b"UID SEARCH ALL")[0] == b"* SEARCH 1 2 3 4 5"


@pytest.mark.parametrize("cut", [Cut.CLOSE, Cut.RESET, Cut.BYE])
def test_a_connection_is_cut_at_the_line_that_was_named(box: Mailbox, cut: Cut) -> None:
    with serving(box) as server:
        # Greeting, sign-in, FLAGS, PERMANENTFLAGS: the fifth line is EXISTS.
        server.arm(Faults(cut=cut, cut_after=5))
        spoken = Line(server)
        spoken.say(b"a EXAMINE INBOX")
        try:
            heard = [each.rstrip() for each in spoken._stream]
        except ConnectionResetError:
            heard = [b"* FLAGS"]
        assert not [each for each in heard if b"EXISTS" in each]
        assert (heard[-1:] == [b"* BYE going down"]) == (cut is Cut.BYE)
        spoken.close()
        with line(server) as again:
            assert again.ask(b"EXAMINE INBOX")[-1].startswith(b"OK")


def test_answers_arrive_in_pieces_and_drop_by_drop(box: Mailbox) -> None:
    with serving(box) as server:
        server.arm(Faults(split=True, seed=4))
        with client(server) as imap:
            imap.select_folder("INBOX", readonly=True)
            told = imap.fetch(imap.search("ALL"), ["BODY.PEEK[]"])
            assert [each[b"BODY[]"] for each in told.values()] == SOURCES
        server.arm(Faults(cut=Cut.DRIP, drip_s=0.02, cut_after=3))
        with line(server) as spoken:
            began = time.monotonic()
            spoken.ask(b"NOOP")
            assert time.monotonic() - began > 0.1
