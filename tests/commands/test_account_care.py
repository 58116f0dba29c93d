"""account default, disable, enable, status, test, remove."""

import json
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig import Mailbox, Rig
from tests.rig.faults import login_answered
from tests.rig.processes import reserved_ports


def add(run: Run, box: Mailbox, *options: str) -> Ran:
    ran = run("account", "add", box.address, "--password-stdin", *options, typed=box.password)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def ada(run: Run, hosting: str, at_the_rig: Rig) -> Mailbox:
    """A mailbox that is connected."""
    box = at_the_rig.address(f"ada-at-{hosting}")
    add(run, box)
    return box


def listed(run: Run) -> dict[str, dict[str, Any]]:
    return {each["address"]: each for each in json.loads(run("account", "list", "-o", "json").out)}


def status(run: Run, *options: str) -> tuple[int, list[dict[str, Any]]]:
    ran = run("account", "status", *options, "-o", "json")
    return ran.code, json.loads(ran.out)


def test_the_first_account_of_each_owner_is_their_default(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    second, bens = at_the_rig.address("second"), at_the_rig.address("ben")
    add(run, second)
    add(run, bens, "--owner", "Ben")
    defaults = {address: each["default"] for address, each in listed(run).items()}
    assert defaults == {ada.address: True, second.address: False, bens.address: True}


def test_another_account_becomes_the_default(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    second = at_the_rig.address("second")
    add(run, second)
    assert run("account", "default", second.address).code == 0
    defaults = {address: each["default"] for address, each in listed(run).items()}
    assert defaults == {ada.address: False, second.address: True}


def test_an_account_that_does_not_send_is_no_default(run: Run, ada: Mailbox) -> None:
    run("account", "set", ada.address, "send=false")
    ran = run("account", "default", ada.address)
    assert ran.code == ExitCode.USAGE
    assert "send=true" in ran.err


def test_a_disabled_account_is_not_synced_until_it_is_enabled(run: Run, ada: Mailbox) -> None:
    assert run("account", "disable", ada.address).code == 0
    assert listed(run)[ada.address]["state"] == "disabled"
    report = json.loads(run("sync", "run", "-o", "json").out)
    assert report["accounts"] == []
    assert status(run)[0] == 0
    assert run("account", "enable", ada.address).code == 0
    report = json.loads(run("sync", "run", "-o", "json").out)
    assert [each["state"] for each in report["accounts"]] == ["ok"]


def test_a_disabled_account_says_so_where_it_is_named(run: Run, ada: Mailbox) -> None:
    run("account", "disable", ada.address)
    ran = run("sync", "run", ada.address)
    assert ran.code == ExitCode.USAGE
    assert "account enable" in ran.err


def test_a_well_account_is_good(run: Run, ada: Mailbox) -> None:
    run("sync", "run")
    code, (one,) = status(run, "--max-age", "1h")
    assert (code, one["health"], one["state"]) == (0, "good", "ok")
    assert (one["last_error"], one["todo"], one["tls"]) == (None, None, "verified")
    assert one["address"] == ada.address
    assert 0 <= one["age_seconds"] < 60


def test_mail_that_is_too_old_is_stale(
    run: Run, ada: Mailbox, at_the_rig: Rig, home: object
) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"{home}/mailctl.db")) as raw:
        raw.execute("UPDATE account SET last_sync_at = '2026-01-01T00:00:00Z'")
        raw.commit()
    code, (one,) = status(run, "--max-age", "1h")
    assert (code, one["health"]) == (ExitCode.PARTIAL, "stale"), (ada, at_the_rig)
    assert one["todo"] == f"mailctl sync run {ada.address}"
    assert status(run)[0] == 0


def test_an_account_whose_password_changed_needs_a_person(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    at_the_rig.dovecot.add_user(ada.address, "another")
    assert run("sync", "run").code == ExitCode.AUTHORISATION
    code, (one,) = status(run)
    assert (code, one["health"], one["state"]) == (4, "auth-required", "auth-required")
    assert one["error_code"] == "authentication-refused"
    assert one["todo"] == f"mailctl account reauth {ada.address}"
    assert one["failing_since"] is not None
    assert one["next_try_at"] is None


def test_an_account_whose_server_is_away_is_failing_and_tried_again(
    run: Run, ada: Mailbox, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reserved_ports(1) as (port,):
        monkeypatch.setenv("MAILCTL_CONNECT_TO", f"mail.hosting.example:993:127.0.0.1:{port}")
        for failures in (1, 2):
            assert run("sync", "run").code == ExitCode.TEMPORARY
            code, (one,) = status(run)
            assert (code, one["health"]) == (ExitCode.PARTIAL, "failing"), ada
            assert (one["state"], one["failures"]) == ("temporary-failure", failures)
            assert one["next_try_at"] > one["failing_since"]
    for name, value in at_the_rig.environment().items():
        monkeypatch.setenv(name, value)
    assert run("sync", "run").code == 0
    assert status(run)[1][0]["failures"] == 0


def test_status_without_accounts_is_well(run: Run) -> None:
    assert status(run) == (0, [])


def test_a_test_tells_what_works(run: Run, ada: Mailbox) -> None:
    ran = run("account", "test", ada.address, "-o", "json")
    assert ran.code == 0, ran.err
    tried = json.loads(ran.out)
    assert [(each["check"], each["good"]) for each in tried["checks"]] == [
        ("receive", True),
        ("send", True),
    ]


def test_a_test_of_reading_leaves_sending_alone(run: Run, ada: Mailbox) -> None:
    tried = json.loads(run("account", "test", ada.address, "--receive", "-o", "json").out)
    assert [each["check"] for each in tried["checks"]] == ["receive"]


def test_a_test_mail_arrives(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    ben = at_the_rig.address("ben")
    run("account", "set", ada.address, "display-name=Ada, Countess")
    ran = run("account", "test", ada.address, "--send-test", ben.address, "-o", "json")
    assert ran.code == 0, ran.err
    add(run, ben)
    run("sync", "run", ben.address)
    (mail,) = json.loads(run("message", "list", "--account", ben.address, "-o", "json").out)
    assert mail["subject"] == "mailctl test"
    assert mail["from"] == {"name": "Ada, Countess", "address": ada.address}


def test_a_test_mail_that_is_refused_says_why(run: Run, ada: Mailbox) -> None:
    ran = run("account", "test", ada.address, "--send-test", "nobody@corp.example", "-o", "json")
    checks = json.loads(ran.out)["checks"]
    assert [each["good"] for each in checks] == [True, True, False]
    assert "no such user here" in checks[2]["detail"]
    assert ran.code == ExitCode.PARTIAL


def test_a_test_mail_is_sent_before_anything_is_stored(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    ada = at_the_rig.address("ada")
    ran = run(
        *("account", "add", ada.address, "--password-stdin", "--test-send", "nobody@corp.example"),
        typed=ada.password,
    )
    assert ran.code == ExitCode.REFUSED, hosting
    assert listed(run) == {}


def test_a_test_mends_the_state(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    at_the_rig.dovecot.add_user(ada.address, "another")
    assert run("account", "test", ada.address).code == ExitCode.AUTHORISATION
    assert listed(run)[ada.address]["state"] == "auth-required"
    at_the_rig.dovecot.add_user(ada.address, ada.password)
    assert run("account", "test", ada.address).code == 0
    assert listed(run)[ada.address]["state"] == "ok"


def test_what_is_removed_takes_its_secret_along(run: Run, ada: Mailbox, home: Any) -> None:
    assert len(json.loads((home / "vault.json").read_text())["secrets"]) == 1
    ran = run("account", "remove", ada.address, "--yes", "-o", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["secret"] == "removed"
    assert listed(run) == {}
    assert json.loads((home / "vault.json").read_text())["secrets"] == {}


def test_mail_of_a_removed_account_stays(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    at_the_rig.dovecot.append(ada.address, ada.password, "INBOX", b"Subject: kept\r\n\r\nx\r\n")
    run("sync", "run")
    removed = json.loads(run("account", "remove", ada.address, "--yes", "-o", "json").out)
    assert (removed["kept_messages"], removed["purged_messages"]) == (1, 0)
    (mail,) = json.loads(run("message", "list", "-o", "json").out)
    assert mail["subject"] == "kept"


def test_mail_is_purged_unless_another_account_has_it(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    ben = at_the_rig.address("ben")
    add(run, ben)
    shared = b"Message-ID: <1@x>\r\nSubject: shared\r\n\r\nx\r\n"
    for box in (ada, ben):
        at_the_rig.dovecot.append(box.address, box.password, "INBOX", shared)
    at_the_rig.dovecot.append(ada.address, ada.password, "INBOX", b"Subject: hers\r\n\r\nx\r\n")
    run("sync", "run")
    ran = run("account", "remove", ada.address, "--purge-mail", "--yes", "-o", "json")
    removed = json.loads(ran.out)
    assert (removed["kept_messages"], removed["purged_messages"]) == (0, 1)
    (mail,) = json.loads(run("message", "list", "-o", "json").out)
    assert mail["subject"] == "shared"
    counts = json.loads(run("db", "stats", "-o", "json").out)["counts"]
    assert (counts["messages"], counts["source_bytes"]) == (1, len(shared))


def test_a_removed_account_leaves_the_domain_learned(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada", domain="startup.example")
    add(run, box, "--provider", hosting)
    run("account", "remove", box.address, "--yes")
    assert "startup.example" in run("provider", "domains").out


def test_nobody_is_asked_where_nobody_is(run: Run, ada: Mailbox) -> None:
    ran = run("account", "remove", ada.address)
    assert ran.code == ExitCode.GUARD
    assert "--yes" in ran.err
    assert ada.address in listed(run)


def test_the_next_account_becomes_the_default_when_the_default_goes(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    second = at_the_rig.address("second")
    add(run, second)
    run("account", "remove", ada.address, "--yes")
    assert listed(run)[second.address]["default"] is True


def test_the_same_address_again_is_refused_with_its_owner_and_id(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada")
    account = json.loads(add(run, box, "--owner", "Ada L.", "-o", "json").out)
    ran = run("account", "add", box.address.upper(), "-o", "json")
    error = json.loads(ran.err)["error"]
    assert ran.code == ExitCode.CONFLICT, hosting
    assert (error["id"], error["owner"]) == (account["id"], "Ada L.")
    assert account["id"] in error["message"]
    assert "Ada L." in error["message"]


def test_mail_is_loaded_at_once_where_that_is_asked_for(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada")
    at_the_rig.dovecot.append(box.address, box.password, "INBOX", b"Subject: hi\r\n\r\nx\r\n")
    add(run, box, "--sync-now", "-o", "json")
    assert len(json.loads(run("message", "list", "-o", "json").out)) == 1, hosting


def test_folders_that_are_not_there_are_refused_with_those_that_are(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada")
    ran = run(
        *("account", "add", box.address, "--password-stdin", "--folders", "INBOX,Nowhere"),
        typed=box.password,
    )
    assert ran.code == ExitCode.NOT_FOUND, hosting
    assert "Sent" in ran.err
    assert listed(run) == {}


def test_only_the_folders_that_were_chosen_are_read(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada")
    for folder in ("INBOX", "Sent", "Trash"):
        mail = f"Subject: {folder}\r\n\r\nx\r\n".encode()
        at_the_rig.dovecot.append(box.address, box.password, folder, mail)
    add(run, box, "--folders", "Sent,\\Trash")
    run("sync", "run")
    subjects = {each["subject"] for each in json.loads(run("message", "list", "-o", "json").out)}
    assert subjects == {"Sent", "Trash"}, hosting
    run("account", "set", box.address, "folders=default")
    run("sync", "run")
    subjects = {each["subject"] for each in json.loads(run("message", "list", "-o", "json").out)}
    assert subjects == {"INBOX", "Sent", "Trash"}


def test_a_server_that_asks_for_a_pause_gets_it_in_later_runs(
    run: Run, hosting: str, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = at_the_rig.address("ada")
    add(run, box)
    answer = b"NO Request is throttled. Suggested Backoff Time: 299961 milliseconds"
    certificate = at_the_rig.authority.server()
    with login_answered(answer, certificate=certificate) as port:
        monkeypatch.setenv("MAILCTL_CONNECT_TO", f"mail.hosting.example:993:127.0.0.1:{port}")
        assert run("sync", "run").code == ExitCode.TEMPORARY, hosting
    code, (one,) = status(run)
    assert (code, one["state"], one["health"]) == (0, "throttled", "good")
    for name, value in at_the_rig.environment().items():
        monkeypatch.setenv(name, value)
    ran = run("sync", "run", box.address, "-o", "json")  # the server would answer now
    error = json.loads(ran.out)["accounts"][0]["error"]
    assert ran.code == ExitCode.TEMPORARY
    assert 200 < error["retry_after"] <= 300
    assert run("account", "test", box.address).code == 0  # a person may
    assert run("sync", "run").code == 0


def test_a_secret_that_another_account_reads_stays(
    run: Run, ada: Mailbox, at_the_rig: Rig, home: Any
) -> None:
    (name,) = json.loads((home / "vault.json").read_text())["secrets"]
    ben = Mailbox(at_the_rig.address("ben").address, ada.password)
    at_the_rig.dovecot.add_user(ben.address, ada.password)
    assert run("account", "add", ben.address, "--secret", f"vault:{name}").code == 0
    ran = run("account", "remove", ada.address, "--yes", "-o", "json")
    assert ben.address in json.loads(ran.out)["secret"]
    assert run("account", "test", ben.address).code == 0


def test_a_test_tells_how_the_server_is_talked_to_and_why(run: Run, ada: Mailbox) -> None:
    tried = json.loads(run("account", "test", ada.address, "--receive", "-o", "json").out)
    assert tried["profile"]["name"] == "dovecot"
    assert tried["profile"]["because"]
    assert isinstance(tried["profile"]["has_modseq"], bool)
    assert "profile: dovecot" in run("account", "test", ada.address, "--verbose").out
    assert "profile" not in run("account", "test", ada.address).out
    run("account", "set", ada.address, "receive=false")
    assert json.loads(run("account", "test", ada.address, "-o", "json").out)["profile"] is None
