"""Reading over IMAP from servers that lie, cut answers short or talk out of turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mailctl.domain.folders import RemoteFolder, SpecialUse
from mailctl.domain.servers import Security
from mailctl.domain.syncing import Arrived, Reflagged, Uid, Vanished
from mailctl.errors import (
    AuthenticationRefused,
    CursorExpired,
    MailctlError,
    ServerBusy,
    ServerRefused,
    Unreachable,
)
from mailctl.ports.mail import MailSource
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.source import Copies, changes, fetched, read
from tests.protocols.mailboxes import imap_login
from tests.protocols.servers import Imap, examined, told

NONE = frozenset[str]()


@contextmanager
def reading(server: Imap) -> Iterator[MailSource]:
    with (
        server.serving() as port,
        NetworkMailAccess(Network(idle_s=2)).source(
            imap_login(port, security=Security.NONE, password="C4n4ry")
        ) as source,
    ):
        yield source


def known(*uids: int) -> Copies:
    return Copies({Uid(uid): NONE for uid in uids})


def searched(*uids: int) -> list[bytes]:
    return [b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids)]


def uids_of(command: bytes) -> list[int]:
    """Return the UIDs that a FETCH or a SEARCH names."""
    named = command.split(b" ")[3 if b"SEARCH" in command else 2]
    found: list[int] = []
    for part in named.split(b","):
        first, _, last = part.partition(b":")
        found += range(int(first), (99 if last == b"*" else int(last or first)) + 1)
    return found


# Silence is not deletion


def test_a_search_that_is_cut_short_is_no_deletion() -> None:
    server = Imap({"EXAMINE": examined(3), "UID SEARCH": searched(3), "UID FETCH": told(3)})
    with reading(server) as source:
        assert changes(read(source, known(1, 2, 3))) == []


def test_a_search_without_answer_is_no_deletion() -> None:
    server = Imap({"EXAMINE": examined(0, uidnext=4), "UID SEARCH": b"OK nothing to say"})
    with reading(server) as source:
        assert changes(read(source, known(1, 2, 3))) == []


def test_a_listing_without_answer_is_no_deletion_although_a_second_look_finds_nothing() -> None:
    server = Imap(
        {
            "EXAMINE": examined(0, uidnext=4),
            "UID SEARCH UID [0-9]+:[*]": b"OK nothing to say",
            "UID SEARCH": searched(),
        }
    )
    with reading(server) as source:
        assert changes(read(source, known(1, 3))) == []


def test_a_second_look_that_finds_it_is_no_deletion() -> None:
    server = Imap(
        {
            "EXAMINE": examined(2, uidnext=4),
            "UID SEARCH UID [0-9]+:[*]": searched(1, 3),
            "UID SEARCH": searched(2),
            "UID FETCH": [told(1), told(3)],
        }
    )
    with reading(server) as source:
        assert changes(read(source, known(1, 2, 3))) == []


def test_two_searches_that_lack_it_are_a_deletion() -> None:
    server = Imap(
        {
            "EXAMINE": examined(2, uidnext=4),
            "UID SEARCH UID [0-9]+:[*]": searched(1, 3),
            "UID SEARCH": searched(),
            "UID FETCH": [told(1), told(3)],
        }
    )
    with reading(server) as source:
        (gone,) = changes(read(source, known(1, 2, 3)))
    assert gone == Vanished(Uid(2), "UID SEARCH UID 1:* lacks it")


def test_a_server_that_cuts_its_answers_to_a_thousand_is_asked_for_the_rest() -> None:
    everything = range(1, 3501)

    def search(command: bytes) -> list[bytes]:
        first, last = command.split(b" ")[3].split(b":")
        end = 3500 if last == b"*" else int(last)
        return searched(*[uid for uid in everything if int(first) <= uid <= end][-1000:])

    def fetch(command: bytes) -> list[bytes]:
        return [told(uid) for uid in uids_of(command)]

    server = Imap({"EXAMINE": examined(3500), "UID SEARCH": search, "UID FETCH": fetch})
    copies = Copies()
    with reading(server) as source:
        assert [c.uid for c in changes(read(source, copies))] == list(everything)
        assert changes(read(source, copies)) == []


def test_the_last_message_is_not_new_although_every_range_without_end_names_it() -> None:
    server = Imap(
        {"EXAMINE": examined(1, uidnext=4), "UID SEARCH": searched(3), "UID FETCH": told(3)}
    )
    copies = Copies()
    with reading(server) as source:
        first = read(source, copies)
        again = read(source, Copies(), first[-1].cursor)
    assert changes(again) == []


# Nothing is skipped


def test_a_message_that_is_there_but_not_told_of_holds_the_cursor_back() -> None:
    tells = {1: told(1), 3: told(3)}
    server = Imap(
        {
            "EXAMINE": examined(3),
            "UID SEARCH UID [0-9]+:": lambda c: searched(
                *[u for u in (1, 2, 3) if u >= int(c.split(b" ")[3].split(b":")[0])]
            ),
            "UID SEARCH": lambda c: searched(*uids_of(c)),
            "UID FETCH": lambda c: [tells[u] for u in uids_of(c) if u in tells],
        }
    )
    copies = Copies()
    with reading(server) as source:
        first = read(source, copies)
        assert [c.uid for c in changes(first)] == [1, 3]
        tells[2] = told(2)
        second = read(source, copies, first[-1].cursor)
        assert [c.uid for c in changes(second)] == [2]
        third = read(source, copies, second[-1].cursor)
    assert changes(third) == []
    assert (first[-1].is_whole, second[-1].is_whole) == (False, True)
    assert '"uidnext":2' in (first[-1].cursor or "")
    assert '"uidnext":4' in (second[-1].cursor or "")


def test_a_message_that_went_meanwhile_holds_nothing_back() -> None:
    server = Imap(
        {
            "EXAMINE": examined(2),
            "UID SEARCH UID [0-9]+:": searched(1, 2),
            "UID SEARCH": searched(),
            "UID FETCH": told(2),
        }
    )
    with reading(server) as source:
        (page,) = read(source, Copies())
    assert [c.uid for c in page.arrived] == [2]
    assert '"uidnext":3' in (page.cursor or "")


def test_one_message_that_cannot_be_read_does_not_spoil_the_others() -> None:
    def fetch(command: bytes) -> list[bytes]:
        asked = uids_of(command)
        return [b"NO System Error (Failure)"] if 5 in asked else [told(uid) for uid in asked]

    server = Imap(
        {
            "EXAMINE": examined(9),
            "UID SEARCH UID [0-9]+:": searched(*range(1, 10)),
            "UID SEARCH": searched(5),
            "UID FETCH": fetch,
        }
    )
    with reading(server) as source:
        pages = read(source, Copies())
    assert [c.uid for c in changes(pages)] == [1, 2, 3, 4, 6, 7, 8, 9]
    assert '"uidnext":5' in (pages[-1].cursor or "")


def test_a_server_that_refuses_everything_is_not_asked_for_ever() -> None:
    server = Imap(
        {
            "EXAMINE": examined(400),
            "UID SEARCH": searched(*range(1, 401)),
            "UID FETCH": b"NO never",
        }
    )
    with reading(server) as source, pytest.raises(ServerRefused, match="never"):
        read(source, Copies())
    assert len(server.heard) < 200


# What was not asked for


def test_flags_that_come_without_uid_are_nobodys() -> None:
    server = Imap(
        {
            "EXAMINE": examined(2),
            "UID SEARCH": searched(1, 2),
            "UID FETCH": [
                b"* 2 FETCH (FLAGS (\\Deleted))",
                told(1),
                b"* 1 FETCH (FLAGS (\\Seen) UID 77)",
                told(2, flags=b"(\\SEEN \\Recent $x)"),
            ],
        }
    )
    with reading(server) as source:
        found = changes(read(source, Copies()))
    assert [(c.uid, c.flags) for c in found if isinstance(c, Arrived)] == [
        (1, NONE),
        (2, frozenset({"\\Seen", "$x"})),
    ]


def test_flags_of_messages_that_we_lack_are_no_change() -> None:
    server = Imap(
        {
            "EXAMINE": examined(3),
            "UID SEARCH UID 4:": searched(3),
            "UID SEARCH": searched(1, 2, 3),
            "UID FETCH": [told(uid, flags=b"(\\Seen)") for uid in (1, 2, 3)],
        }
    )
    cursor = '{"uidvalidity":7,"uidnext":4,"highestmodseq":null}'
    with reading(server) as source:
        assert changes(read(source, known(2), cursor)) == [Reflagged(Uid(2), frozenset({"\\Seen"}))]


def test_an_unreadable_date_is_no_reason_to_leave_mail_out() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    answer = b'* 1 FETCH (UID 1 FLAGS NIL INTERNALDATE "00-Jan-0000 00:00:00 +0000" RFC822.SIZE 9)'
    server = Imap({"EXAMINE": examined(1), "UID SEARCH": searched(1), "UID FETCH": answer})
    with reading(server) as source:
        (found,) = changes(read(source, Copies(), since=since))
    assert isinstance(found, Arrived)
    assert (found.internal_date, found.flags) == (since, NONE)
    assert any(b"SINCE 31-Dec-2025" in line for line in server.heard)


def test_a_body_may_come_in_any_form() -> None:
    bodies = {
        1: [b"* 1 FETCH (BODY[] {4}", b"a\r\nb UID 1)"],
        2: [b'* 2 FETCH (UID 2 BODY[] "a \\"UID 3\\" b")'],
        3: [b"* 3 FETCH (UID 3 BODY[] NIL)"],
        4: [b'* 4 FETCH (UID 4 BODY[] "")'],
        5: [b"* 5 FETCH (UID 5 FLAGS () BODY[] {1}", b"x FLAGS (\\Seen))", b"* 6 EXPUNGE"],
    }
    server = Imap(
        {
            "EXAMINE": examined(5),
            "UID FETCH .*SIZE": lambda c: [told(u) for u in uids_of(c)],
            "UID FETCH": lambda c: [line for u in uids_of(c) for line in bodies[u]],
        }
    )
    with reading(server) as source:
        found = fetched(source, "INBOX", *range(1, 6))
    assert found == {1: b"a\r\nb", 2: b'a "UID 3" b', 5: b"x"}


def test_only_what_was_asked_for_is_given() -> None:
    server = Imap(
        {
            "EXAMINE": examined(2),
            "UID FETCH .*SIZE": [told(1), told(2)],
            "UID FETCH": [
                b"* 1 FETCH (UID 1 BODY[] {1}",
                b"x)",
                b"* 2 FETCH (UID 2 BODY[] {1}",
                b"y)",
            ],
        }
    )
    with reading(server) as source:
        assert [*fetched(source, "INBOX", 2)] == [2]


def test_a_literal_larger_than_memory_is_not_read() -> None:
    server = Imap(
        {
            "EXAMINE": examined(1),
            "UID FETCH .*SIZE": told(1),
            "UID FETCH": [b"* 1 FETCH (UID 1 BODY[] {3000000000}", b"abc)"],
        }
    )
    with reading(server) as source:
        with pytest.raises(Unreachable, match="far more"):
            fetched(source, "INBOX", 1)
        # What follows is the content of the mail, not an answer.
        with pytest.raises(Unreachable, match="in the middle of an answer"):
            source.folders()


# Numbering


def test_a_server_that_tells_the_next_uid_in_status_alone_is_asked_there() -> None:
    opened = [line for line in examined(2) if b"UIDNEXT" not in line]
    server = Imap(
        {
            "EXAMINE": opened,
            "STATUS": b"* STATUS INBOX (UIDNEXT 9)",
            "UID SEARCH": searched(1, 2),
            "UID FETCH": [told(1), told(2)],
        }
    )
    with reading(server) as source:
        (page,) = read(source, Copies())
    assert '"uidnext":9' in (page.cursor or "")


@pytest.mark.parametrize("cursor", ["nonsense", "[]", '{"uidnext":1}', '{"uidvalidity":"x"}'])
def test_a_cursor_that_cannot_be_read_starts_over(cursor: str) -> None:
    server = Imap({"EXAMINE": examined(1), "UID SEARCH": searched(1), "UID FETCH": told(1)})
    with reading(server) as source:
        assert [c.uid for c in changes(read(source, Copies(), cursor))] == [1]


def test_a_folder_that_is_numbered_anew_between_listing_and_fetching_is_not_mixed_up() -> None:
    validity = iter([7, 7, 8])

    def examine(_: bytes) -> list[bytes]:
        return [b"* 1 EXISTS", b"* OK [UIDVALIDITY %d] v" % next(validity), b"* OK [UIDNEXT 2] n"]

    server = Imap({"EXAMINE": examine, "UID SEARCH": searched(1), "UID FETCH": told(1)})
    with reading(server) as source:
        read(source, Copies())
        read(source, Copies(), folder="Other")
        with pytest.raises(CursorExpired):
            list(source.fetch("INBOX", [Uid(1)], numbering=7))


def test_a_numbering_that_is_not_told_any_more_changes_nothing() -> None:
    opened = [line for line in examined(0) if b"UIDVALIDITY" not in line]
    cursor = '{"uidvalidity":7,"uidnext":4,"highestmodseq":null,"exists":1}'
    with reading(Imap({"EXAMINE": opened})) as source, pytest.raises(ServerRefused, match="number"):
        read(source, known(2), cursor)


# Folders


def test_folders_in_every_spelling() -> None:
    server = Imap(
        {
            "LIST": [
                b'* LIST (\\HasNoChildren \\SENT) "/" "Gesendet"',
                b'* LIST (\\NoSelect) "/" Work',
                b'* LIST (\\NonExistent) "/" Gone',
                b'* LIST () NIL "&broken"',
                b'* LIST () "." 123',
                b'* LIST () "/" {4}',
                b"a b ",
                b'* LIST () "/" Inbox',
                b'* LIST () "/" "INBOX"',
                b"* LIST ((((",
                b"* LIST ()",
                b'* LIST () "/" "caf\xc3\xa9"',
            ]
        }
    )
    with reading(server) as source:
        found = {folder.path: folder for folder in source.folders()}
    assert next(iter(found)) == "INBOX"
    assert found["Gesendet"] == RemoteFolder("Gesendet", "/", SpecialUse.SENT, True, None)
    assert found["123"].delimiter == "."
    assert found["&broken"].delimiter is None
    assert [p for p, f in found.items() if not f.is_selectable] == ["Gone", "Work", "café"]


def test_a_folder_is_asked_for_by_the_name_that_its_server_gave() -> None:
    server = Imap({"LIST": [b'* LIST () "/" Inbox', b'* LIST () "/" "&broken"']})
    with reading(server) as source:
        read(source, Copies(), folder="INBOX")
        read(source, Copies(), folder="&broken")
    commands = [line.partition(b" ")[2] for line in server.heard]
    assert b'EXAMINE "Inbox"' in commands
    assert b'EXAMINE "&broken"' in commands


def test_a_listing_with_options_that_is_not_understood_is_asked_for_plainly() -> None:
    server = Imap(
        {"LIST .*RETURN": b"BAD what"},
        capabilities=b"IMAP4rev1 AUTH=PLAIN LIST-EXTENDED SPECIAL-USE LIST-STATUS CONDSTORE",
    )
    with reading(server) as source:
        assert [folder.path for folder in source.folders()] == ["INBOX"]


@pytest.mark.parametrize("modseq", [b"0", b"-1", b"NIL"])
def test_a_state_without_a_count_of_changes_is_none(modseq: bytes) -> None:
    status = b"* STATUS INBOX (UIDVALIDITY 1 UIDNEXT 2 MESSAGES 1 HIGHESTMODSEQ %s)" % modseq
    server = Imap({"STATUS": status}, capabilities=b"IMAP4rev1 AUTH=PLAIN CONDSTORE")
    with reading(server) as source:
        assert source.folders()[0].state is None


# Failures in the middle


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"NO [UNAVAILABLE] later", ServerBusy),
        (b"NO [NONEXISTENT] no such folder", ServerRefused),
        (b"BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds", ServerBusy),
        ([b"* BYE going down"], Unreachable),
        ([b"* OK [UIDVALIDITY nonsense] x"], ServerRefused),
        (b"NO you are C4n4ry", ServerRefused),
    ],
)
def test_what_a_server_says_later_is_told_apart_as_well(
    answer: bytes | list[bytes], expected: type[MailctlError]
) -> None:
    import traceback

    with reading(Imap({"EXAMINE": answer})) as source, pytest.raises(MailctlError) as caught:
        read(source, Copies())
    assert type(caught.value) is expected
    assert "C4n4ry" not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_falls_silent_is_unreachable() -> None:
    import time

    server = Imap({"EXAMINE": lambda _: time.sleep(5) or []})  # type: ignore[func-returns-value]
    with (
        server.serving() as port,
        pytest.raises(Unreachable, match="stopped answering"),
        NetworkMailAccess(Network(idle_s=1)).source(
            imap_login(port, security=Security.NONE)
        ) as source,
    ):
        read(source, Copies())


def test_an_unsafe_login_says_what_to_do() -> None:
    server = Imap({"EXAMINE": b"NO EXAMINE Unsafe Login. Please contact kefu@188.com for help"})
    with reading(server) as source, pytest.raises(AuthenticationRefused) as caught:
        read(source, Copies())
    assert "allow mail clients" in (caught.value.hint or "")


def test_folders_are_never_opened_for_writing() -> None:
    server = Imap(
        {
            "EXAMINE": examined(1),
            "UID SEARCH": searched(1),
            "UID FETCH .*BODY": [b"* 1 FETCH (UID 1 BODY[] {1}", b"x)"],
            "UID FETCH": told(1),
        }
    )
    with reading(server) as source:
        source.folders()
        read(source, Copies())
        fetched(source, "INBOX", 1)
    verbs = {line.split(b" ")[1] for line in server.heard if b" " in line}
    assert verbs <= {b"CAPABILITY", b"AUTHENTICATE", b"LIST", b"EXAMINE", b"UID", b"LOGOUT"}
    assert not [line for line in server.heard if b"BODY[" in line and b"BODY.PEEK[" not in line]
