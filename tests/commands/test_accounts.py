"""account add and account list, as a person or a script meets them."""

import json
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig import Mailbox, Rig


def added(run: Run, box: Mailbox, *options: str) -> Ran:
    """Connect a mailbox as a script does."""
    words = ("account", "add", box.address, "--password-stdin", "--no-input", "-o", "json")
    return run(*words, *options, typed=box.password + "\n")


def everything_in(home: Path) -> bytes:
    """Return the bytes of all files of a mailctl home."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_the_provider_is_recognised_by_mx_and_nothing_is_asked(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = at_the_rig.address("ada")
    ran = added(run, box)
    assert ran.code == ExitCode.OK, ran.err
    account = json.loads(ran.out)
    assert account["id"].startswith("acc_")
    assert account["address"] == box.address
    assert account["provider"] == hosting
    assert account["owner"] is None
    assert account["state"] == "ok"
    assert account["resolution"]["method"] == "mx"
    assert account["resolution"]["provider"] == hosting
    assert account["resolution"]["evidence"][0]["fact"] == (
        "corp.example MX 10 mx1.hosting.example"
    )
    assert account["learned_domain"] is None
    assert account["settings"]["incoming"] == {
        "host": "mail.hosting.example",
        "port": 993,
        "security": "tls",
    }
    assert account["settings"]["username"] == box.address
    assert account["next"][0] == {
        "title": "Load mail",
        "command": f"mailctl sync run {box.address}",
    }


def test_a_preset_is_played_through_the_detour_to_the_rig(run: Run, at_the_rig: Rig) -> None:
    box = at_the_rig.address("ada", domain="gmail-hosted.example")
    ran = added(run, box)
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["provider"] == "gmail"


@pytest.mark.usefixtures("at_the_rig")
def test_an_unknown_domain_gives_candidates_and_stores_nothing(
    run: Run, hosting: str, home: Path
) -> None:
    ran = added(run, Mailbox("ada@unknown.example", "pw"))
    assert ran.code == ExitCode.CHOICE_NEEDED
    assert ran.out == ""
    error = json.loads(ran.err)["error"]
    assert error["code"] == "provider-not-recognised"
    assert error["exit_code"] == 6
    assert error["candidates"][0]["provider"] == hosting
    assert "--provider" in error["hint"]
    assert json.loads(run("account", "list", "-o", "json").out) == []
    assert not (home / "vault.json").exists()


def test_a_choice_is_remembered_for_everybody_in_any_spelling(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = at_the_rig.address("ada", domain="startup.example")
    ran = added(run, box, "--provider", hosting, "--owner", "Ada")
    assert ran.code == ExitCode.OK, ran.err
    account = json.loads(ran.out)
    assert account["learned_domain"] == "startup.example"
    assert account["resolution"]["method"] == "manual"
    detected = json.loads(run("provider", "detect", "BOB@STARTUP.Example", "-o", "json").out)
    assert detected["provider"] == hosting
    assert detected["method"] == "mapping"
    (domain,) = json.loads(run("provider", "domains", "-o", "json").out)
    assert (domain["origin"], domain["created_by"]) == ("learned", "Ada")


def test_a_choice_with_a_bad_password_leaves_nothing(
    run: Run, at_the_rig: Rig, hosting: str, home: Path
) -> None:
    box = at_the_rig.address("ada", domain="startup.example")
    ran = added(run, Mailbox(box.address, "C4n4ry-wrong"), "--provider", hosting)
    assert ran.code == ExitCode.AUTHORISATION
    assert json.loads(ran.err)["error"]["hint"]
    assert json.loads(run("account", "list", "-o", "json").out) == []
    assert json.loads(run("provider", "domains", "-o", "json").out) == []
    assert not (home / "vault.json").exists()
    assert b"C4n4ry" not in everything_in(home)
    assert "C4n4ry" not in ran.out + ran.err


def test_a_domain_is_not_learned_over_what_the_mx_says(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = at_the_rig.address("ada")
    assert json.loads(added(run, box, "--provider", hosting).out)["learned_domain"] is None


def test_a_domain_is_not_learned_without_a_sign_in(run: Run, hosting: str) -> None:
    box = Mailbox("ada@startup.example", "pw")
    account = json.loads(added(run, box, "--provider", hosting, "--no-verify").out)
    assert account["learned_domain"] is None
    assert account["state"] == "unverified"


def test_a_public_domain_is_never_learned(run: Run, at_the_rig: Rig, hosting: str) -> None:
    box = at_the_rig.address("ada", domain="yahoo.com")
    account = json.loads(added(run, box, "--provider", hosting).out)
    assert account["provider"] == hosting
    assert account["learned_domain"] is None


def test_a_public_domain_is_learned_where_that_is_insisted_on(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = at_the_rig.address("ada", domain="gmail.com")
    ran = added(run, box, "--provider", hosting, "--force")
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["learned_domain"] == "gmail.com"
    detected = json.loads(run("provider", "detect", "x@gmail.com", "-o", "json").out)
    assert detected["provider"] == hosting


@pytest.mark.usefixtures("hosting")
def test_a_domain_is_not_learned_while_its_name_server_fails(run: Run, at_the_rig: Rig) -> None:
    box = at_the_rig.address("ada", domain="broken.example")
    account = json.loads(added(run, box, "--provider", "hosting").out)
    assert account["learned_domain"] is None


@pytest.mark.usefixtures("hosting")
def test_the_same_mailbox_is_connected_once_however_it_is_written(
    run: Run, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada")
    assert added(run, box).code == ExitCode.OK
    again = added(run, Mailbox(box.address.upper(), box.password))
    assert again.code == ExitCode.CONFLICT
    assert json.loads(again.err)["error"]["code"] == "conflict"


@pytest.mark.usefixtures("at_the_rig", "hosting")
def test_a_missing_password_names_every_way_to_hand_it_over(run: Run) -> None:
    ran = run("account", "add", "ada@corp.example", "--no-input")
    assert ran.code == ExitCode.AUTHORISATION
    for option in ("--password-stdin", "--password-file", "--password-command", "--secret"):
        assert option in ran.err


def test_two_ways_to_hand_over_the_password_are_refused(run: Run, tmp_path: Path) -> None:
    ran = run(
        *("account", "add", "ada@gmail.com", "--password-stdin"),
        *("--password-file", str(tmp_path / "pw")),
    )
    assert ran.code == ExitCode.USAGE


@pytest.mark.usefixtures("hosting")
def test_the_secret_stays_in_the_environment_where_it_is(
    run: Run, at_the_rig: Rig, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = at_the_rig.address("ada")
    monkeypatch.setenv("ADA_PW", box.password)
    ran = run("account", "add", box.address, "--secret", "env:ADA_PW", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["settings"]["secret"] == "env:ADA_PW"
    assert run("sync", "run").code == ExitCode.OK
    assert box.password.encode() not in everything_in(home)


@pytest.mark.usefixtures("hosting")
def test_the_secret_is_read_from_a_private_file(run: Run, at_the_rig: Rig, tmp_path: Path) -> None:
    box = at_the_rig.address("ada")
    file = tmp_path / "pw"
    file.touch(mode=0o600)
    file.write_text(box.password + "\n")
    ran = run("account", "add", box.address, "--secret", f"file:{file}", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert run("sync", "run").code == ExitCode.OK


@pytest.mark.usefixtures("hosting")
def test_the_password_is_nowhere_in_plain_text(run: Run, at_the_rig: Rig, home: Path) -> None:
    box = at_the_rig.address("ada")
    ran = added(run, box, "--verbose")
    assert run("sync", "run", "--debug").code == ExitCode.OK
    assert box.password.encode() not in everything_in(home)
    assert box.password not in ran.out + ran.err


@pytest.mark.usefixtures("hosting")
def test_the_first_account_is_the_default_and_the_second_is_not(run: Run, at_the_rig: Rig) -> None:
    for name in ("ada", "ben"):
        added(run, at_the_rig.address(name))
    accounts = json.loads(run("account", "list", "-o", "json").out)
    assert [account["default"] for account in accounts] == [True, False]
    assert list(accounts[0]) == [
        *("id", "address", "provider", "owner", "state", "default"),
        *("last_sync_at", "last_error"),
    ]


@pytest.mark.usefixtures("hosting")
def test_an_account_may_be_for_sending_only(run: Run, at_the_rig: Rig) -> None:
    box = at_the_rig.address("ada")
    account = json.loads(added(run, box, "--no-receive").out)
    assert account["settings"]["receive"] is False
    assert json.loads(run("sync", "run", "-o", "json").out)["accounts"] == []


@pytest.mark.usefixtures("at_the_rig")
def test_a_provider_that_lets_nobody_in_is_said_so(run: Run) -> None:
    ran = added(run, Mailbox("ada@tuta.com", "pw"))
    assert ran.code == ExitCode.REFUSED
    assert json.loads(ran.err)["error"]["code"] == "server-refused"


@pytest.mark.usefixtures("at_the_rig")
def test_an_unknown_provider_is_not_found(run: Run) -> None:
    ran = added(run, Mailbox("ada@corp.example", "pw"), "--provider", "nope")
    assert ran.code == ExitCode.NOT_FOUND


def test_the_database_holds_a_reference_and_no_secret(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADA_PW", "C4n4ry")
    run("account", "add", "ada@gmail.com", "--no-verify", "--secret", "env:ADA_PW")
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        assert database.execute("SELECT secret FROM account").fetchall() == [("env:ADA_PW",)]


def listed(run: Run) -> list[str]:
    """Return the addresses of the connected mailboxes."""
    accounts = json.loads(run("account", "list", "-o", "json").out)
    return [account["address"] for account in accounts]


def test_the_secret_of_another_account_is_not_replaced_or_lost(run: Run, at_the_rig: Rig) -> None:
    gmail = ("account", "add", "--no-verify", "--secret", "vault:shared")
    assert run(*gmail, "ada@gmail.com", "--password-stdin", typed="first\n").code == ExitCode.OK
    ran = run(*gmail, "ben@gmail.com", "--password-stdin", typed="second\n")
    assert ran.code == ExitCode.AUTHORISATION
    assert "leave the password option out" in ran.err
    assert listed(run) == ["ada@gmail.com"]
    assert run(*gmail, "ben@gmail.com", "--no-input").code == ExitCode.OK


@pytest.mark.usefixtures("hosting")
def test_two_accounts_may_share_a_secret_that_is_kept(run: Run, at_the_rig: Rig) -> None:
    box = at_the_rig.address("ada")
    assert added(run, box, "--secret", "vault:shared").code == ExitCode.OK
    other = f"ada+lists@{box.address.partition('@')[2]}"
    ran = run(
        *("account", "add", other, "--username", box.address),
        *("--secret", "vault:shared", "--no-input", "-o", "json"),
    )
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["settings"]["secret"] == "vault:shared"


def test_a_name_that_the_vault_does_not_have_is_asked_for(run: Run) -> None:
    words = ("account", "add", "ada@gmail.com", "--no-verify", "--secret", "vault:new")
    ran = run(*words, "--no-input")
    assert ran.code == ExitCode.AUTHORISATION
    assert "no password was given" in ran.err


def test_a_failed_add_takes_back_the_secret_file_that_it_wrote(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "written"
    assert provider_that_goes_away(run).code == ExitCode.OK
    ran = run(
        *("account", "add", "ada@corp.example", "--provider", "fleeting", "--no-verify"),
        *("--secret", f"file:{file}", "--password-command", removing("fleeting")),
    )
    assert ran.code == ExitCode.CONFLICT
    assert not file.exists()


def test_a_provider_that_is_removed_while_the_password_is_fetched_gets_no_account(
    run: Run,
) -> None:
    assert provider_that_goes_away(run).code == ExitCode.OK
    ran = run(
        *("account", "add", "ada@corp.example", "--provider", "fleeting", "--no-verify"),
        *("--password-command", removing("fleeting"), "-o", "json"),
    )
    assert ran.code == ExitCode.CONFLICT
    assert "fleeting" in json.loads(ran.err)["error"]["message"]
    assert listed(run) == []


def provider_that_goes_away(run: Run) -> Ran:
    """Add a provider of one's own."""
    return run("provider", "add", "fleeting", "--incoming", "imap.fleeting.example")


def removing(provider: str) -> str:
    """Return a password command in which somebody else removes a provider meanwhile."""
    mailctl = shlex.join([sys.executable, "-m", "mailctl", "provider", "remove", provider])
    return shlex.join(["sh", "-c", f"{mailctl} >/dev/null; echo pw"])


@pytest.mark.usefixtures("at_the_rig")
def test_an_account_that_neither_receives_nor_sends_is_refused(run: Run) -> None:
    ran = added(run, Mailbox("ada@unknown.example", "pw"), "--no-send", "--no-receive")
    assert ran.code == ExitCode.USAGE
    assert "let it receive or send" in json.loads(ran.err)["error"]["hint"]


@pytest.mark.usefixtures("at_the_rig")
def test_an_account_in_a_direction_that_its_provider_lacks_is_refused(run: Run) -> None:
    run("provider", "add", "inward", "--incoming", "mail.hosting.example")
    box = Mailbox("ada@corp.example", "never looked at")
    ran = added(run, box, "--provider", "inward", "--no-receive")
    assert ran.code == ExitCode.USAGE
    assert "inward" in json.loads(ran.err)["error"]["message"]
    assert listed(run) == []


@pytest.mark.parametrize("place", ["env:ADA_PW", "command:pass show ada"])
@pytest.mark.parametrize(
    "password", [["--password-stdin"], ["--password-file", "pw"], ["--password-command", "pw"]]
)
def test_a_password_for_a_place_that_is_only_read_is_refused_before_anything_is_tried(
    run: Run, place: str, password: list[str]
) -> None:
    ran = run("account", "add", "ada@unreachable.example", "--secret", place, *password)
    assert ran.code == ExitCode.USAGE
    assert "leave the password option out" in ran.err


def test_a_provider_behind_a_bridge_is_refused_before_the_password_is_asked_for(run: Run) -> None:
    ran = run("account", "add", "ada@proton.me", "--no-input", "-o", "json")
    assert ran.code == ExitCode.REFUSED
    hint = json.loads(ran.err)["error"]["hint"]
    assert "Bridge" in hint
    assert "mailctl provider add NAME --incoming 127.0.0.1:1143" in hint


def test_a_field_that_does_not_exist_is_refused_before_anything_is_stored(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "pw")
    words = ("account", "add", "ada@gmail.com", "--no-verify", "--secret", "env:PW")
    assert run(*words, "--fields", "nope").code == ExitCode.USAGE
    assert listed(run) == []


def test_the_key_file_of_a_user_who_is_none_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_VAULT_KEY_FILE", "~no-such-user-here/key")
    ran = run("account", "add", "ada@gmail.com", "--no-verify", "--password-stdin", typed="pw")
    assert ran.code == ExitCode.USAGE
    assert "no-such-user-here" in ran.err
