"""Connections that end, stall or are refused: the next run goes on where this one could not."""

import time

import pytest

from mailctl.errors import ExitCode
from tests.hostile.conftest import Besiege
from tests.hostile.servers import every_server, some_servers
from tests.hostile.siege import Siege, mail
from tests.rig.imap_model import EVERYTHING, Cut, Faults, Refusal
from tests.soak import count

QUICK_MOMENTS = (1, 2, 3, 5, 8, 12, 17, 23, 31, 44, 60, 77)
MOMENTS = QUICK_MOMENTS if count(0, 1) == 0 else range(1, 201)

# Cut off (L5)


@some_servers
@pytest.mark.parametrize("cut", [Cut.CLOSE, Cut.RESET, Cut.BYE])
def test_a_first_run_cut_at_any_line_is_completed_by_the_next(
    besiege: Besiege, capabilities: frozenset[str], cut: Cut
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False)
    fresh = siege.save()
    for moment in MOMENTS:
        siege.restore(fresh)
        siege.lie(Faults(cut=cut, cut_after=moment, cut_within=moment % 30 or None))
        siege.settle(runs=1)


@some_servers
@pytest.mark.parametrize("cut", [Cut.CLOSE, Cut.RESET, Cut.BYE])
def test_a_later_run_cut_at_any_line_is_completed_by_the_next(
    besiege: Besiege, capabilities: frozenset[str], cut: Cut
) -> None:
    siege = besiege(capabilities=capabilities)
    for moment in MOMENTS:
        inbox = siege.box.inbox
        inbox.append(mail(1000 + moment))
        inbox.flag(min(inbox.mails), r"\Flagged" if moment % 2 else r"\Seen")
        inbox.expunge([*inbox.mails][1])
        siege.lie(Faults(cut=cut, cut_after=moment))
        siege.settle(runs=1)


@some_servers
def test_a_server_that_always_cuts_lets_us_get_further_each_time(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=25, size=700_000)
    siege.patience_s = 10
    siege.server.arm(Faults(cut=Cut.CLOSE, cut_after=90, cut_times=1000))
    seen = 0
    for _ in range(8):
        siege.sync()
        assert len(siege.present()) >= seen
        seen = len(siege.present())
    assert seen > 0
    siege.settle(runs=1)


@every_server
@pytest.mark.parametrize("moment", [1, 6, 25])
def test_silence_ends_after_the_time_that_was_set_and_is_named(
    besiege: Besiege, capabilities: frozenset[str], moment: int
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False)
    began = time.monotonic()
    ran = siege.lie(Faults(cut=Cut.SILENCE, cut_after=moment, cut_times=1000))
    assert time.monotonic() - began < 8
    assert ran.code == ExitCode.TEMPORARY
    assert "answer" in ran.err
    siege.settle(runs=1)


def test_a_slow_server_is_no_bad_one(besiege: Besiege) -> None:
    siege = besiege(capabilities=EVERYTHING, is_synced=False, count=1)
    siege.patience_s = 10
    siege.server.arm(Faults(cut=Cut.DRIP, drip_s=0.0005))
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []


@pytest.mark.skipif(count(0, 1) == 0, reason="takes two minutes and more: make soak")
def test_a_server_that_drips_does_not_hold_us_for_ever(besiege: Besiege) -> None:
    siege = besiege(is_synced=False)
    siege.deadline_s = 660
    assert siege.lie(Faults(cut=Cut.DRIP, drip_s=0.9)).code == ExitCode.TEMPORARY
    siege.settle(runs=1)


# Refusals (L7)

COMMANDS = {
    "sign-in": "(AUTHENTICATE|LOGIN)",
    "folders": "LIST",
    "status": "STATUS",
    "opening": "EXAMINE",
    "searching": "UID SEARCH",
    "fetching": "UID FETCH",
    "bodies": "UID FETCH .*BODY",
    "enabling": "ENABLE",
    "introduction": "ID ",
    "compression": "COMPRESS",
    "notification": "NOTIFY",
}
PASSING = {
    "throttled": b"NO [THROTTLED] slow down",
    "limit": b"NO [LIMIT] rate limit hit",
    "unavailable": b"NO [UNAVAILABLE] later",
    "over quota": b"NO [OVERQUOTA] Account exceeded command or bandwidth limits",
    "backoff": b"BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds",
}
LASTING = {"no": b"NO never", "bad": b"BAD what", "server bug": b"NO [SERVERBUG] oops"}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("answer", (PASSING | LASTING).values(), ids=PASSING | LASTING)
def test_a_command_that_is_refused_once_is_made_good(
    besiege: Besiege, command: str, answer: bytes
) -> None:
    siege = besiege(is_synced=False, count=12)
    siege.lie(Faults(refusals=(Refusal(command, answer, times=1),)))
    siege.settle()


@some_servers
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("answer", [b"NO never", b"BAD what"], ids=["no", "bad"])
def test_a_command_that_is_always_refused_takes_nothing_away(
    besiege: Besiege, capabilities: frozenset[str], command: str, answer: bytes
) -> None:
    siege = besiege(capabilities=capabilities, count=12)
    siege.box.inbox.append(mail(99))
    siege.box.inbox.expunge(2)
    siege.lie(Faults(refusals=(Refusal(command, answer),)))
    siege.settle()


@pytest.mark.parametrize("command", ["ENABLE", "ID ", "COMPRESS", "NOTIFY", "LIST .*RETURN"])
@pytest.mark.parametrize("answer", [b"NO never", b"BAD what"], ids=["no", "bad"])
def test_what_is_offered_and_then_refused_is_done_without(
    besiege: Besiege, command: str, answer: bytes
) -> None:
    siege = besiege(is_synced=False, count=12)
    assert siege.lie(Faults(refusals=(Refusal(command, answer),))).code == ExitCode.OK
    assert siege.differences() == []
    siege.box.inbox.append(mail(99))
    siege.box.inbox.expunge(2)
    siege.box.inbox.flag(3, r"\Flagged")
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []


@pytest.mark.parametrize("answer", [b"OK deflated, it is said", b"OK"], ids=["words", "none"])
def test_a_server_that_agrees_to_deflate_and_does_not_is_left(
    besiege: Besiege, answer: bytes
) -> None:
    siege = besiege(is_synced=False, count=5)
    ran = siege.lie(Faults(refusals=(Refusal("COMPRESS", answer),)))
    assert ran.code in {ExitCode.OK, ExitCode.TEMPORARY, ExitCode.REFUSED}
    siege.settle()


@some_servers
@pytest.mark.parametrize("command", ["EXAMINE", "UID SEARCH|UID FETCH"])
@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
def test_a_server_that_asks_for_a_pause_gets_it(
    besiege: Besiege, capabilities: frozenset[str], command: str, answer: bytes
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False)
    assert siege.lie(Faults(refusals=(Refusal(command, answer),))).code == ExitCode.TEMPORARY
    siege.server.forget()
    assert siege.sync().code == ExitCode.TEMPORARY
    assert siege.server.connections == 0
    siege.settle(runs=1)


@some_servers
def test_one_folder_that_is_refused_stops_no_other(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=5)
    for path in ("A", "B", "C"):
        siege.box.create(path).append(mail(ord(path)))
    refusal = Refusal('(EXAMINE|STATUS) "?B"?', b"NO [NOPERM] not yours")
    ran = siege.lie(Faults(refusals=(refusal,)))
    assert ran.code in {ExitCode.PARTIAL, ExitCode.REFUSED}
    assert len(siege.present("A")) == len(siege.present("C")) == 1
    siege.settle(runs=1)


@some_servers
def test_one_message_that_is_refused_stops_no_other(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=15)

    def asks_for_it(siege: Siege) -> Faults:
        # The fifth, alone or among others: 5 in a set, or in a range that covers it.
        named = r"UID FETCH (?=[\d,:*]*\b([1-4]:([5-9]|1\d|\*)|5(:\d+)?)\b|1:\*).*BODY"
        return Faults(refusals=(Refusal(named, b"NO System Error (Failure)"),))

    for _ in range(3):
        siege.lie(asks_for_it(siege))
    assert siege.present().keys() >= set(range(1, 16)) - {5}
    siege.settle()


@some_servers
def test_a_refused_password_is_tried_once(besiege: Besiege, capabilities: frozenset[str]) -> None:
    siege = besiege(capabilities=capabilities)
    siege.server.forget()
    wrong = Refusal("AUTHENTICATE|LOGIN", b"NO [AUTHENTICATIONFAILED] wrong")
    assert siege.lie(Faults(refusals=(wrong,))).code == ExitCode.AUTHORISATION
    tries = [c for c in siege.server.heard if c.upper().startswith((b"AUTH", b"LOGIN"))]
    assert len(tries) <= 2
    siege.server.forget()
    assert siege.run("sync", "run").code == ExitCode.AUTHORISATION
    assert siege.server.connections == 0
    siege.settle(runs=1)


# Folders (L4, L8)

ODD_FOLDERS = (
    rb'* LIST () "/" "../../etc"',
    rb'* LIST () "/" "a\\b"',
    rb'* LIST () NIL "&broken-"',
    rb'* LIST () "/" "&2D0-"',
    rb'* LIST () "/" inbox',
    rb'* LIST (\NonExistent) "/" "Gone"',
    b'* LIST () "/" {3}\r\na\0b',
    b'* LIST () "/" {4}\r\na\r\nb',
    b'* LIST () "/" "' + b"x" * 1000 + b'"',
    b'* LIST () "/" "' + b"/".join([b"d"] * 500) + b'"',
    b'* LIST () "/" "caf\xc3\xa9"',
    b'* LIST () "/" "cafe\xcc\x81"',
    b'* LIST () "/" "\xff\xfe"',
    b'* LIST () "/" 123',
    b'* LIST () "/" NIL',
    b'* LIST () "/" ""',
    b'* LIST () "too long" "x"',
    b"* LIST",
    b"* LIST () x",
    rb'* LIST (\Sent \Trash \Sent) "/" "Both"',
)


@every_server
def test_folders_of_any_name_are_no_reason_to_stop(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=5)
    siege.lie(Faults(odd_folders=ODD_FOLDERS))
    assert len(siege.present()) == 5
    siege.settle()


@some_servers
def test_a_thousand_folders_that_are_not_there_stop_nothing(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=5)
    siege.lie(Faults(more_folders=count(300, 5000)))
    assert len(siege.present()) == 5
    siege.settle()


@every_server
def test_folders_that_are_not_listed_lose_nothing(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=5)
    for path in ("Work", "Work/Änderungen & mehr"):
        siege.box.create(path).append(mail(len(path)))
    siege.settle()
    siege.box["Work"].append(mail(99))
    siege.lie(Faults(unlisted_folders=frozenset(siege.box.folders)))
    assert len(siege.present("Work")) == 1
    siege.lie(Faults(unlisted_folders=frozenset({"Work"})))
    assert len(siege.present("Work")) == 1
    siege.settle()
    siege.box.rename("Work", "Play")
    siege.settle()
    siege.box.delete("Play")
    siege.settle()
