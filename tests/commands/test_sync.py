"""sync run and the message commands, against real servers."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.rig import Mailbox, Rig, Stored
from tests.rig.samples import sample_mails


def mail(number: int) -> bytes:
    """Return a small mail that differs from all others."""
    return (
        f"From: Ben <ben@hosting.example>\r\nTo: ada@corp.example\r\nSubject: mail {number}\r\n"
        f"Message-ID: <{number}@hosting.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"\r\nbody {number}\r\n"
    ).encode()


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox, still empty."""
    made = at_the_rig.address("ada")
    ran = run("account", "add", made.address, "--password-stdin", typed=made.password)
    assert ran.code == ExitCode.OK, ran.err + hosting
    return made


def fill(rig: Rig, box: Mailbox, numbers: range, *, folder: str = "INBOX") -> None:
    """Put mails into a folder, received now."""
    stored = [Stored(mail(number)) for number in numbers]
    rig.dovecot.append_many(box.address, box.password, folder, stored)


def sync(run: Run, *options: str) -> dict[str, object]:
    """Run a sync and return what it reports of its one account."""
    report = json.loads(run("sync", "run", "-o", "json", *options).out)
    (account,) = report["accounts"]
    return dict(account)


def listed(run: Run, *options: str) -> list[dict[str, object]]:
    """Return the messages as JSON lists them."""
    return list(json.loads(run("message", "list", "-o", "json", *options).out))


def test_every_message_is_stored_once(run: Run, rig: Rig, box: Mailbox) -> None:
    for source in sample_mails(datetime.now(UTC), recipient=box.address):
        rig.dovecot.deliver(box.address, source)
    first, second = sync(run), sync(run)
    assert (first["stored"], first["failed"], first["error"]) == (12, 0, None)
    assert (second["stored"], second["seen"], second["bytes"]) == (0, 0, 0)
    assert len(listed(run)) == 12


def test_only_what_is_new_is_loaded(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(3))
    assert sync(run)["stored"] == 3
    fill(rig, box, range(3, 5))
    assert sync(run)["stored"] == 2


def test_a_message_in_two_folders_is_one_message(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(1))
    fill(rig, box, range(1), folder="Sent")
    assert sync(run)["stored"] == 2
    (message,) = listed(run)
    assert message["folders"] == ["INBOX", "Sent"]


def test_drafts_junk_and_trash_are_left_alone(run: Run, rig: Rig, box: Mailbox) -> None:
    for folder in ("Drafts", "Junk", "Trash"):
        fill(rig, box, range(1), folder=folder)
    assert sync(run)["stored"] == 0


def test_reading_marks_nothing_as_read(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(2))
    sync(run)
    with rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX", readonly=True)
        assert connection.search(None, "UNSEEN")[1] == [b"1 2"]


def test_flags_set_elsewhere_are_seen(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(2))
    sync(run)
    with rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX")
        connection.store("1", "+FLAGS", r"(\Seen \Flagged)")
    assert sync(run)["updated"] == 1
    assert [message["flags"] for message in listed(run)].count(["\\Flagged", "\\Seen"]) == 1


def test_a_deletion_elsewhere_leaves_the_message_out_of_listings(
    run: Run, rig: Rig, box: Mailbox
) -> None:
    fill(rig, box, range(3))
    sync(run)
    with rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX")
        connection.store("2", "+FLAGS", r"(\Deleted)")
        connection.expunge()
    assert sync(run)["gone"] == 1
    assert len(listed(run)) == 2


def test_a_folder_suddenly_empty_is_not_believed(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(3))
    sync(run)
    with rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX")
        connection.store("1:*", "+FLAGS", r"(\Deleted)")
        connection.expunge()
    refused = run("sync", "run")
    assert refused.code == ExitCode.GUARD
    assert "--allow-delete" in refused.err
    assert len(listed(run)) == 3
    assert sync(run, "--allow-delete")["gone"] == 3
    assert listed(run) == []


def test_only_mail_of_the_period_is_loaded_and_it_can_be_widened(
    run: Run, rig: Rig, box: Mailbox
) -> None:
    now = datetime.now(UTC)
    rig.dovecot.append_many(
        box.address,
        box.password,
        "INBOX",
        [
            Stored(mail(1), date=now - timedelta(days=40)),
            Stored(mail(2), date=now - timedelta(days=20)),
            Stored(mail(3), date=now - timedelta(days=1)),
        ],
    )
    assert sync(run)["stored"] == 1
    assert sync(run, "--since", "30d")["stored"] == 1
    assert sync(run, "--since", "all")["stored"] == 1
    assert sync(run)["stored"] == 0


def test_the_report_of_several_accounts_says_which_failed(run: Run, rig: Rig, box: Mailbox) -> None:
    other = rig.address("ben")
    run("account", "add", other.address, "--no-verify", "--password-stdin", typed="wrong")
    ran = run("sync", "run", "-o", "json")
    assert ran.code == ExitCode.PARTIAL
    first, second = json.loads(ran.out)["accounts"]
    assert (first["account"], first["error"]) == (box.address, None)
    assert second["error"]["code"] == "authentication-refused"
    assert other.address in ran.err


def test_a_refused_password_is_not_tried_again_by_itself(run: Run, rig: Rig, hosting: str) -> None:
    box = rig.address("ben")
    run("account", "add", box.address, "--no-verify", "--password-stdin", typed="wrong")
    assert run("sync", "run").code == ExitCode.AUTHORISATION
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    assert account["state"] == "auth-required", hosting
    rig.dovecot.add_user(box.address, "wrong")  # the server would take it from now on
    assert run("sync", "run").code == ExitCode.AUTHORISATION
    assert run("sync", "run", box.address).code == ExitCode.OK
    assert run("sync", "run").code == ExitCode.OK


def test_success_makes_an_unverified_account_ok(run: Run, at_the_rig: Rig, hosting: str) -> None:
    box = at_the_rig.address("ben")
    run("account", "add", box.address, "--no-verify", "--password-stdin", typed=box.password)
    assert run("sync", "run").code == ExitCode.OK, hosting
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    assert account["state"] == "ok"
    assert account["last_sync_at"] is not None


def test_an_account_is_named_by_id_or_address_in_any_case(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(1))
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    assert sync(run, box.address.upper())["stored"] == 1
    assert sync(run, "--account", account["id"], box.address)["stored"] == 0


@pytest.mark.usefixtures("box")
def test_an_account_that_is_none_is_not_found(run: Run) -> None:
    assert run("sync", "run", "ghost@corp.example").code == ExitCode.NOT_FOUND


def test_nothing_to_sync_is_no_failure(run: Run) -> None:
    ran = run("sync", "run", "-o", "json")
    assert ran.code == ExitCode.OK
    assert json.loads(ran.out)["accounts"] == []


def test_a_message_is_listed_with_the_fields_of_the_contract(
    run: Run, rig: Rig, box: Mailbox
) -> None:
    rig.dovecot.append(box.address, box.password, "INBOX", mail(7), flags=(r"\Seen",))
    sync(run)
    (message,) = listed(run)
    assert message["date"] == "2026-11-23T10:00:00Z"
    assert message["from"] == {"name": "Ben", "address": "ben@hosting.example"}
    assert message["to"] == [{"name": "", "address": "ada@corp.example"}]
    assert message["subject"] == "mail 7"
    assert message["account"] == box.address
    assert message["folders"] == ["INBOX"]
    assert message["flags"] == ["\\Seen"]
    assert message["size"] == len(mail(7))
    assert message["attachments"] == 0
    assert message["links"] == []


def test_a_message_is_shown_with_its_text(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(1))
    sync(run)
    (message,) = listed(run)
    shown = run("message", "show", str(message["id"]))
    assert "Subject: mail 0\n" in shown.out
    assert shown.out.endswith("\nbody 0\n")
    assert json.loads(run("message", "show", str(message["id"]), "-o", "json").out)["text"] == (
        "body 0"
    )


def test_a_message_that_is_none_is_not_found(run: Run) -> None:
    assert run("message", "show", "msg_nope").code == ExitCode.NOT_FOUND


def test_messages_are_listed_by_account_folder_and_number(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(3))
    fill(rig, box, range(3, 4), folder="Sent")
    sync(run)
    assert len(listed(run, "--folder", "Sent")) == 1
    assert len(listed(run, "--account", box.address)) == 4
    assert len(listed(run, "--limit", "2")) == 2
    assert run("message", "list", "--limit", "0").code == ExitCode.USAGE
