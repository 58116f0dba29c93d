"""A server with labels: All Mail is read alone, and its labels are the folders of a message."""

import json
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.hostile.conftest import Besiege
from tests.hostile.siege import ADDRESS, Siege, filled, mail
from tests.rig.imap_model import GMAIL, Folder

ALL, SENT = "[Gmail]/Alle Nachrichten", "[Gmail]/Gesendet"
NAMES = ["model", "GImap"]
"""A server that nobody knows, and Google's, which is read swiftly."""


def google(besiege: Besiege, name: str, *, hides_all: bool = False) -> Siege:
    """Return a mailbox as Google keeps it: three messages, in All Mail and below labels."""
    box = filled(0)
    everything = box.create(ALL, special_use="All")
    everything.is_selectable = not hides_all
    sent = box.create(SENT, special_use="Sent")
    box.create("[Gmail]/Spam", special_use="Junk").append(mail(66))
    work = box.create("Büro/Größe 2")
    everything.append(mail(1), labels=("\\Inbox", "\\Important", "Büro/Größe 2"))
    everything.append(mail(2), labels=("\\Sent", "\\Starred", 'say "hi"'))
    everything.append(mail(3), flags=[r"\Seen"])
    box.inbox.append(mail(1))
    work.append(mail(1))
    sent.append(mail(2))
    siege = besiege(capabilities=GMAIL, box=box, is_synced=False)
    siege.server.name = name
    return siege


def everything(siege: Siege) -> Folder:
    return siege.box[ALL]


def listed(siege: Siege, *options: str) -> list[dict[str, Any]]:
    ran = siege.run("message", "list", "-o", "json", *options)
    assert ran.code == ExitCode.OK, ran
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def folders(siege: Siege, *options: str) -> dict[str, set[str]]:
    """Return the folders of the messages by their subjects."""
    return {each["subject"]: set(each["folders"]) for each in listed(siege, *options)}


def reported(siege: Siege) -> dict[str, Any]:
    ran = siege.sync()
    assert ran.code == ExitCode.OK
    (account,) = json.loads(ran.out)["accounts"]
    return dict(account)


@pytest.mark.parametrize("name", NAMES)
def test_all_mail_is_read_alone_and_labels_are_folders(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    report = reported(siege)
    assert (report["folders"], report["stored"]) == (1, 3)
    assert folders(siege) == {
        "mail 1": {"INBOX", "\\Important", "Büro/Größe 2"},
        "mail 2": {SENT, "\\Starred", 'say "hi"'},
        "mail 3": {ALL},
    }
    assert siege.differences() == []


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_found_by_label(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    siege.sync()
    for path, subjects in {
        "INBOX": {"mail 1"},
        "Büro/Größe 2": {"mail 1"},
        SENT: {"mail 2"},
        ALL: {"mail 1", "mail 2", "mail 3"},
        "Büro": set(),
    }.items():
        assert folders(siege, "--folder", path).keys() == subjects, path


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_followed_as_flags_are(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    siege.sync()
    everything(siege).label(1, "Büro/Größe 2")
    everything(siege).label(3, "\\Inbox")
    everything(siege).flag(2, r"\Flagged")
    assert reported(siege)["updated"] == 3
    assert folders(siege) == {
        "mail 1": {"Büro/Größe 2"},
        "mail 2": {SENT, "\\Starred", 'say "hi"'},
        "mail 3": {"INBOX"},
    }
    everything(siege).label(1)
    everything(siege).append(mail(4), labels=("\\Inbox",))
    everything(siege).expunge(2)
    report = reported(siege)
    assert [report[key] for key in ("stored", "updated", "gone")] == [1, 1, 1]
    assert folders(siege) == {"mail 1": {ALL}, "mail 3": {"INBOX"}, "mail 4": {"INBOX"}}
    assert reported(siege)["updated"] == 0


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_compared_when_everything_is(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    siege.sync()
    everything(siege).mails[1].labels = ("\\Inbox",)  # and nobody counted the change
    assert siege.sync("--full").code == ExitCode.OK
    assert folders(siege)["mail 1"] == {"INBOX"}
    report = json.loads(siege.sync("--full").out)
    assert report["accounts"][0]["updated"] == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_server_says_which_messages_are_one_conversation(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    answer = mail(5).replace(b"Subject:", b"References: <1@x.example>\r\nSubject:", 1)
    everything(siege).append(answer)
    siege.sync()
    threads = {each["subject"]: each["thread_id"] for each in listed(siege)}
    assert threads["mail 1"] == threads["mail 5"] != threads["mail 2"]
    asked = [command for command in siege.server.heard if b"X-GM-THRID" in command]
    assert len(asked) > 0


@pytest.mark.parametrize("name", NAMES)
def test_where_all_mail_is_hidden_every_folder_is_read_and_the_test_says_so(
    besiege: Besiege, name: str
) -> None:
    siege = google(besiege, name, hides_all=True)
    assert reported(siege)["folders"] == 3
    assert folders(siege) == {"mail 1": {"INBOX", "Büro/Größe 2"}, "mail 2": {SENT}}
    siege.settle(runs=1)
    tried = siege.run("account", "test", ADDRESS, "-o", "json")
    assert tried.out.count("All Mail is hidden from IMAP") == 1


@pytest.mark.parametrize("name", NAMES)
def test_all_mail_that_is_hidden_later_is_known_in_the_folders(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    siege.box.inbox.append(mail(3), flags=[r"\Seen"])
    siege.box.inbox.append(mail(7, size=50_000))
    everything(siege).append(mail(7, size=50_000), labels=("\\Inbox",))
    siege.sync()
    siege.server.forget()
    siege.box.delete(ALL)
    assert siege.sync().code == ExitCode.OK
    assert siege.server.sent < 50_000
    assert folders(siege)["mail 7"] == {"INBOX"}


def test_folders_that_a_person_chose_are_read_as_they_are(besiege: Besiege) -> None:
    siege = google(besiege, "GImap")
    ran = siege.run("account", "set", ADDRESS, "folders=INBOX,\\Junk")
    assert ran.code == ExitCode.OK, ran
    assert reported(siege)["folders"] == 2
    assert folders(siege) == {"mail 1": {"INBOX"}, "mail 66": {"[Gmail]/Spam"}}


def test_the_status_says_which_folder_is_synced(besiege: Besiege) -> None:
    siege = google(besiege, "GImap")
    siege.sync()
    ran = siege.run("sync", "status", "-o", "json")
    (account,) = json.loads(ran.out)
    assert [each["path"] for each in account["folders"] if each["synced"]] == [ALL]


def test_a_comparison_looks_at_all_mail_alone(besiege: Besiege) -> None:
    siege = google(besiege, "GImap")
    siege.sync()
    ran = siege.run("sync", "verify", ADDRESS, "-o", "json")
    assert ran.code == ExitCode.OK, ran
    ((account,),) = [json.loads(ran.out)["accounts"]]
    assert [each["path"] for each in account["folders"]] == [ALL]


def synced(siege: Siege, *words: str) -> dict[str, str | None]:
    """Return the folders that are read, and through which other one."""
    ran = siege.run("folder", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran
    return {each["path"]: each["through"] for each in json.loads(ran.out) if each["synced"]}


@pytest.mark.parametrize("name", NAMES)
def test_folders_are_synced_through_all_mail_but_for_junk(besiege: Besiege, name: str) -> None:
    siege = google(besiege, name)
    assert synced(siege, "list", ADDRESS) == {
        "INBOX": ALL,
        ALL: None,
        SENT: ALL,
        "Büro/Größe 2": ALL,
    }


def test_junk_is_included_beside_all_mail(besiege: Besiege) -> None:
    siege = google(besiege, "GImap")
    assert synced(siege, "include", ADDRESS, "[Gmail]/Spam")["[Gmail]/Spam"] is None
    assert reported(siege)["stored"] == 4
    assert folders(siege)["mail 1"] == {"INBOX", "\\Important", "Büro/Größe 2"}


def test_what_all_mail_holds_is_included_already(besiege: Besiege) -> None:
    siege = google(besiege, "GImap")
    before = synced(siege, "list", ADDRESS)
    assert synced(siege, "include", ADDRESS, "INBOX", "Büro/*") == before
    assert reported(siege)["folders"] == 1


def test_a_label_is_not_excluded_from_all_mail(besiege: Besiege) -> None:
    siege = google(besiege, "GImap")
    ran = siege.run("folder", "exclude", ADDRESS, "Büro/*")
    assert ran.code == ExitCode.USAGE
    assert f"is a label of mail that is read from {ALL}" in ran.err
