"""Servers with the habits of known ones: they are synced as if they had none."""

import pytest

from mailctl.errors import ExitCode
from tests.hostile.conftest import Besiege
from tests.hostile.servers import counting_servers, every_server, some_servers
from tests.hostile.siege import Siege, filled, mail
from tests.rig.imap_model import QRESYNC, Cut, Extended, Faults, Mangling, Refusal


def follows(siege: Siege, *, rounds: int = 3) -> None:
    """Demand that each run brings all that happened before it, though the habit lasts."""
    for number in range(rounds):
        assert siege.sync().code == ExitCode.OK
        assert siege.differences() == []
        inbox = siege.box.inbox
        inbox.append(mail(700 + number))
        first, second, third, *_ = inbox.mails
        inbox.flag(first, r"\Flagged" if number % 2 else r"\Seen")
        inbox.expunge(second)
        siege.box.copy("INBOX", third, "Work")
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []


HABITS = {
    "says nothing of ENABLE": Faults(enables_silently=True),
    "knows no changes in any folder": Faults(no_modseq=True),
    "tells UIDNEXT in STATUS alone": Faults(unsaid=frozenset({"UIDNEXT"})),
    "tells HIGHESTMODSEQ in STATUS alone": Faults(unsaid=frozenset({"HIGHESTMODSEQ"})),
    "tells no states with a listing": Faults(unstated_folders=frozenset({"INBOX", "Work"})),
    "tells one state with a listing": Faults(unstated_folders=frozenset({"Work"})),
    "tells states first": Faults(states_first=True),
    "ignores RETURN": Faults(extended=Extended.PLAIN),
    "tells no tag in ESEARCH": Faults(extended=Extended.NO_TAG),
    "writes ESEARCH in small letters": Faults(extended=Extended.LOWER_CASE),
    "tells ESEARCH twice": Faults(extended=Extended.TWICE),
    "tells UIDs in any order": Faults(shuffled=True),
    "wants an introduction": Faults(wants_introduction=True),
    "takes no first word with a sign-in": Faults(
        refusals=(Refusal("AUTHENTICATE PLAIN .", b"BAD not like this"),)
    ),
    "takes no options of LIST": Faults(refusals=(Refusal(r"LIST (.*RETURN|\()", b"BAD what"),)),
    "takes commands up to 8000 bytes": Faults(longest_command=8000),
    "has no dates": Faults(mangling=Mangling.IMPOSSIBLE_DATE),
    "counts from nothing": Faults(mangling=Mangling.NEGATIVE_MODSEQ),
    "numbers its answers 0": Faults(mangling=Mangling.NUMBER_ZERO),
    "sends NULs": Faults(mangling=Mangling.NULS),
    "tells flags after the body": Faults(mangling=Mangling.FLAGS_AFTER_BODY),
    "tells the UID last": Faults(mangling=Mangling.UID_LAST),
    "tells everything twice": Faults(mangling=Mangling.TWICE),
    "cuts its answers into pieces": Faults(split=True),
    "numbers folders anew at every connection": Faults(uidvalidity_grows=True),
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
@some_servers
def test_a_server_with_a_habit_is_followed(
    besiege: Besiege, capabilities: frozenset[str], habit: Faults
) -> None:
    if habit.wants_introduction and "ID" not in capabilities:
        pytest.skip("nobody can introduce themselves there")
    siege = besiege(capabilities=capabilities, is_synced=False, count=9)
    siege.box.create("Work").append(mail(99))
    siege.server.arm(habit)
    siege.patience_s = 10
    follows(siege)
    siege.settle()


MALFORMED_VANISHED = {
    "nothing": (),
    "no number": (b"* VANISHED (EARLIER)",),
    "an empty list": (b"* VANISHED (EARLIER) ",),
    "no brackets": (b"* VANISHED EARLIER 2",),
    "words": (b"* VANISHED (EARLIER) two",),
    "nought": (b"* VANISHED (EARLIER) 0",),
    "numbers that nobody has": (b"* VANISHED (EARLIER) 900:4294967295",),
    "numbers too large": (b"* VANISHED (EARLIER) 99999999999999999999",),
    "a range without end": (b"* VANISHED (EARLIER) 900:*",),
    "blanks": (b"* VANISHED  (EARLIER)  2 , 3 ",),
}


@pytest.mark.parametrize("said", MALFORMED_VANISHED.values(), ids=MALFORMED_VANISHED)
@pytest.mark.parametrize("is_silent", [False, True], ids=["enabled", "silent"])
def test_what_vanished_is_found_though_the_server_cannot_say_it(
    besiege: Besiege, said: tuple[bytes, ...], is_silent: bool
) -> None:
    siege = besiege(capabilities=QRESYNC, count=9)
    siege.box.create("Work").append(mail(99))
    siege.server.arm(Faults(vanished_words=said, enables_silently=is_silent))
    follows(siege)
    siege.settle()


@every_server
def test_a_server_that_says_goodbye_for_ever_is_left(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=9)
    # the second connection may bring what the first one did not
    code = siege.lie(Faults(cut=Cut.BYES, cut_after=8)).code
    assert code in {ExitCode.OK, ExitCode.TEMPORARY}
    siege.settle(runs=1)


@every_server
def test_searches_cut_at_a_thousand_are_asked_again(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=1300)
    siege.patience_s = 10
    siege.server.arm(Faults(search_most=1000))
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []
    siege.box.inbox.append(mail(9999))
    siege.box.inbox.expunge(5, 700, 1299)
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []


@every_server
def test_commands_stay_short_in_a_folder_full_of_gaps(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    box = filled(0)
    siege = besiege(capabilities=capabilities, is_synced=False, box=box)
    inbox = box.inbox
    inbox.uidnext = 1_000_000
    for number in range(1200):
        inbox.append(mail(number))
        inbox.uidnext += 1
    assert siege.sync().code == ExitCode.OK
    for uid in list(inbox.mails)[::2]:
        inbox.flag(uid, r"\Answered")
    inbox.expunge(*list(inbox.mails)[1:200:2])
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []
    assert max(map(len, siege.server.heard)) < 8000


@every_server
def test_uids_up_to_the_last_one_are_numbers_as_all_others(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    box = filled(0)
    box.inbox.uidnext = (1 << 32) - 9
    siege = besiege(capabilities=capabilities, is_synced=False, box=box)
    siege.patience_s = 10
    for number in range(4):
        box.inbox.append(mail(number))
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []
    for number in range(4):
        box.inbox.append(mail(10 + number))
    box.inbox.expunge(min(box.inbox.mails))
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []


@counting_servers
def test_names_with_every_character_are_followed(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, count=2)
    for number, name in enumerate(
        ('say "hi"\\', "100% *sure*", "(a) {3}", "Büro", "日本語", "&", "~")
    ):
        siege.box.create(name).append(mail(50 + number))
    siege.settle(runs=1)
    for folder in siege.box:
        folder.append(mail(100 + len(folder.path)))
    siege.settle(runs=1)
