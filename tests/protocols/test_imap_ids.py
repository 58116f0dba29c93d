"""What servers call a message and its conversation (RFC 8474)."""

import pytest

from mailctl.protocols.imap.answers import item
from mailctl.protocols.imap.items import items
from mailctl.protocols.imap.profiles import Profile, chosen

BODY = b" BODY[] {3}"


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        (b"EMAILID (M1) THREADID (T-2_x)", ("M1", "T-2_x")),
        (b"EMAILID (M1) THREADID NIL", ("M1", None)),
        (b"EMAILID (M1) THREADID (NIL)", ("M1", None)),
        (b"THREADID (NIL) EMAILID (M1)", ("M1", None)),
        (b"EMAILID (M1) THREADID (NILS)", ("M1", "NILS")),
        (b"EMAILID (M1)", ("M1", None)),
        (b"THREADID (T2) EMAILID (M1)", ("M1", "T2")),
        (b"threadid (T2) MODSEQ (7)", (None, "T2")),
        (b"THREADID ()", (None, None)),
        (b"THREADID (T2 T3)", (None, None)),
        (b"X-GM-THRID 12 X-GM-MSGID 34", ("34", "12")),
    ],
)
def test_ids_are_read_in_any_order(written: bytes, ids: tuple[str | None, str | None]) -> None:
    facts = b'UID 4 FLAGS () INTERNALDATE " 1-Jan-2026 00:00:00 +0000" RFC822.SIZE 3 '
    for head in (facts + written + BODY, written + b" " + facts.strip() + BODY):
        found = item([(b"* 3 FETCH (" + head, b"abc"), b")"])
        assert found is not None
        assert (found.server_id, found.thread, found.source) == (*ids, b"abc")


def test_what_a_body_says_is_no_id() -> None:
    found = item([b'* 3 FETCH (UID 4 BODY[] " THREADID (T9) EMAILID (M9) ")'])
    assert found is not None
    assert (found.server_id, found.thread) == (None, None)


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        (Profile(), ""),
        (Profile(has_object_ids=True), " EMAILID"),
        (Profile(has_object_ids=True, names_threads=True), " EMAILID THREADID"),
        (Profile(has_object_ids=True, has_labels=True), " X-GM-MSGID"),
    ],
)
def test_ids_are_asked_of_who_has_them(profile: Profile, asked: str) -> None:
    expected = f"(FLAGS INTERNALDATE RFC822.SIZE{asked})"
    assert items(profile, has_labels=False).facts == expected


@pytest.mark.parametrize(
    ("greeting", "capabilities", "names_threads"),
    [
        ("Cyrus IMAP ready", {"OBJECTID"}, True),
        ("Cyrus IMAP ready", set(), False),
        ("Gimap ready", {"OBJECTID", "X-GM-EXT-1"}, False),
        ("somebody is ready", {"OBJECTID"}, False),
    ],
)
def test_conversations_are_believed_of_servers_that_are_known(
    greeting: str, capabilities: set[str], names_threads: bool
) -> None:
    profile = chosen("mail.example", greeting, frozenset(capabilities), {})
    assert profile.names_threads == names_threads
