"""account show and account set: what is chosen, what is the default, what cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailctl.domain.settings import SETTINGS
from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig import Rig

ADA = "ada@corp.example"
INTERNAL = ["corp.example", "*.xn--b-eha.example"]


@pytest.fixture
def ada(run: Run, hosting: str, at_the_rig: Rig) -> str:
    """An account that nobody has signed in to."""
    ran = run("account", "add", ADA, "--no-verify", "--password-stdin", typed="pw")
    assert ran.code == 0, (ran.err, hosting, at_the_rig)
    return ADA


def shown(run: Run) -> dict[str, Any]:
    ran = run("account", "show", ADA, "-o", "json")
    assert ran.code == 0, ran.err
    document: dict[str, Any] = json.loads(ran.out)
    return document


def set_(run: Run, *changes: str, typed: str | None = None) -> Ran:
    return run("account", "set", ADA, *changes, "-o", "json", typed=typed)


def refused(run: Run, *changes: str) -> str:
    before = shown(run)
    ran = set_(run, *changes)
    assert ran.code == ExitCode.USAGE
    assert shown(run) == before
    error = json.loads(ran.err)["error"]
    return f"{error['message']} ({error['hint']})"


@pytest.mark.usefixtures("ada")
def test_a_new_account_has_the_documented_defaults(run: Run) -> None:
    account = shown(run)
    assert account["settings"] == {
        "period": "7d",
        "folders": "default",
        "receive": True,
        "send": True,
        "display_name": "",
        "signature_text": "",
        "signature_html": "",
        "sync_interval": "10m",
        "bulk": "load",
        "internal": "load",
        "internal_domains": [],
        "no_reply": "load",
        "group_senders": "load",
        "invitations": "load",
        "blocklist": [],
        "attachments": "load",
        "aliases": [],
        "create_contacts": "none",
        "sent_copy": "auto",
    }
    assert account["chosen"] == []


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ("period=30d", "period", "30d"),
        ("period=all", "period", "all"),
        ("period=2026-01-02", "period", "2026-01-02"),
        ("folders=INBOX, Sent", "folders", "INBOX,Sent"),
        ("folders=default,!Archive/*", "folders", "default,!Archive/*"),
        ("send=no", "send", False),
        ("display-name=Ada  Lovelace", "display_name", "Ada Lovelace"),
        ("DISPLAY_NAME=Ada", "display_name", "Ada"),
        ("signature-text=--\nAda = me", "signature_text", "--\nAda = me"),
        ("sync-interval=1h", "sync_interval", "1h"),
        ("sync-interval=manual", "sync_interval", "manual"),
        ("bulk=skip", "bulk", "skip"),
        ("internal=skip", "internal", "skip"),
        ("no-reply=skip", "no_reply", "skip"),
        ("attachments=25M", "attachments", "25M"),
        ("group-senders=skip", "group_senders", "skip"),
        ("invitations=skip", "invitations", "skip"),
        ("internal-domains=Corp.example *.bü.example", "internal_domains", INTERNAL),
        ("blocklist=A@x.example, *.Y.example", "blocklist", ["a@x.example", "*.y.example"]),
        ("aliases=A.Lovelace@Corp.Example", "aliases", ["a.lovelace@corp.example"]),
    ],
)
@pytest.mark.usefixtures("ada")
def test_a_setting_is_changed_and_told_as_chosen(
    run: Run, change: str, name: str, value: object
) -> None:
    ran = set_(run, change)
    assert ran.code == 0, ran.err
    account = shown(run)
    assert account["settings"][name] == value
    assert account["chosen"] == [name]
    assert json.loads(ran.out) == account


@pytest.mark.usefixtures("ada")
def test_an_empty_value_is_the_default_again(run: Run) -> None:
    before = shown(run)
    set_(run, "period=30d", "bulk=skip")
    assert set_(run, "period=", "bulk=").code == 0
    assert shown(run) == before


@pytest.mark.usefixtures("ada")
def test_several_changes_are_made_together_or_not_at_all(run: Run) -> None:
    assert "soon" in refused(run, "bulk=skip", "period=soon")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("period=0d", "period"),
        ("period=yesterday", "7d"),
        ("folders=", ""),
        ("folders=!Junk", "no folder is chosen"),
        ("folders=\\Nonsense", "\\Sent"),
        ("receive=maybe", "true or false"),
        ("bulk=drop", "load or skip"),
        ("attachments=big", "25M"),
        ("group-senders=drop", "load or skip"),
        ("invitations=never", "load or skip"),
        ("internal-domains=gmail.com", "not one organisation's"),
        ("internal-domains=*.co.uk", "not one organisation's"),
        ("internal-domains=corp", "two labels"),
        ("internal-domains=*", "two labels"),
        ("blocklist=x.example", "@x.example"),
        ("blocklist=*", "everybody"),
        ("blocklist=*@*.*", "everybody's address"),
        ("blocklist=a b@x.example", "no @"),
        ("blocklist=.*[a-z]+@x.example", "no pattern of addresses"),
        ("blocklist+=a@b", "blocklist cannot be that"),
        ("sync-interval=all", "manual"),
        ("display-name=a\nb", "one line"),
        ("signature-text=@/no/such/file", "cannot be read"),
        ("aliases+=nobody", "nobody"),
        (f"aliases+={ADA.upper()}", "of the account itself"),
        ("period+=1d", "not a list"),
        ("colour=red", "period"),
        ("period", "KEY=VALUE"),
        ("=7d", "KEY=VALUE"),
        ("owner=a\nb", "one line"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_what_cannot_be_is_refused_with_the_reason(run: Run, change: str, said: str) -> None:
    if change == "folders=":
        assert set_(run, change).code == 0  # back to the default
        return
    assert said in refused(run, change)


@pytest.mark.usefixtures("ada")
def test_neither_receiving_nor_sending_is_refused(run: Run) -> None:
    assert set_(run, "send=false").code == 0
    assert "account disable" in refused(run, "receive=false")


@pytest.mark.usefixtures("ada")
def test_no_change_at_all_names_what_can_be_changed(run: Run) -> None:
    said = refused(run)
    assert all(name in said for name in SETTINGS)


@pytest.mark.usefixtures("ada")
def test_aliases_are_added_and_taken_away_one_by_one(run: Run) -> None:
    set_(run, "aliases+=a@corp.example")
    set_(run, "aliases+=B@corp.example,a@bücher.example")
    aliases = ["a@corp.example", "b@corp.example", "a@xn--bcher-kva.example"]
    assert shown(run)["settings"]["aliases"] == aliases
    set_(run, "aliases-=a@corp.example", "aliases-=a@XN--bcher-kva.example")
    assert shown(run)["settings"]["aliases"] == ["b@corp.example"]
    set_(run, "aliases-=b@corp.example")
    assert shown(run)["chosen"] == []


@pytest.mark.usefixtures("ada")
def test_folders_are_included_and_left_out_one_by_one(run: Run) -> None:
    set_(run, "folders-=Archive")
    set_(run, "folders+=Trash")
    assert shown(run)["settings"]["folders"] == "default,!Archive,Trash"
    set_(run, "folders+=Archive")
    assert shown(run)["settings"]["folders"] == "default,Trash,Archive"


@pytest.mark.usefixtures("ada")
def test_a_signature_comes_from_a_file_or_standard_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sig.html").write_text("<b>Ada</b>\r\nÜ\n", encoding="utf-8")
    assert set_(run, f"signature-html=@{tmp_path}/sig.html").code == 0
    assert set_(run, "signature-text=@-", typed="Ada\nCountess\n").code == 0
    settings = shown(run)["settings"]
    assert settings["signature_html"] == "<b>Ada</b>\nÜ"
    assert settings["signature_text"] == "Ada\nCountess"


@pytest.mark.usefixtures("ada")
def test_a_signature_that_is_no_text_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sig").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in refused(run, f"signature-text=@{tmp_path}/sig")


@pytest.mark.usefixtures("ada")
def test_an_owner_is_given_and_taken(run: Run) -> None:
    assert set_(run, "owner=Ada Lovelace").code == 0
    assert (shown(run)["owner"], shown(run)["default"]) == ("Ada Lovelace", True)
    assert set_(run, "owner=").code == 0
    assert (shown(run)["owner"], shown(run)["default"]) == (None, True)


def test_an_account_that_is_none_is_not_found(run: Run) -> None:
    assert run("account", "show", "nobody@corp.example").code == ExitCode.NOT_FOUND
    assert run("account", "set", "acc_x", "send=no").code == ExitCode.NOT_FOUND


@pytest.mark.usefixtures("ada")
def test_a_person_sees_which_values_are_defaults(run: Run) -> None:
    set_(run, "period=30d")
    lines = run("account", "show", ADA).out.splitlines()
    (period,) = [line for line in lines if line.startswith("  period:")]
    (folders,) = [line for line in lines if line.startswith("  folders:")]
    assert period.split() == ["period:", "30d"]
    assert folders.split() == ["folders:", "default", "(default)"]


def test_settings_are_chosen_as_the_account_is_added(run: Run, hosting: str) -> None:
    ran = run(
        *("account", "add", ADA, "--no-verify", "--password-stdin", "--owner", "Ada"),
        *("--display-name", "Ada L.", "--period", "30d", "--folders", "INBOX"),
        *("--no-send", "--set", "bulk=skip", "--set", "aliases+=al@corp.example", "-o", "json"),
        typed="pw",
    )
    assert ran.code == 0, (ran.err, hosting)
    account = shown(run)
    chosen = ["aliases", "bulk", "display_name", "folders", "period", "send"]
    assert account["chosen"] == chosen
    assert account["settings"]["aliases"] == ["al@corp.example"]
    added = json.loads(ran.out)["settings"]
    assert {name: added[name] for name in chosen} == {
        name: account["settings"][name] for name in chosen
    }


@pytest.mark.parametrize("option", ["owner=Ada", "period=soon", "nonsense"])
def test_a_bad_setting_stops_the_adding(run: Run, hosting: str, option: str) -> None:
    ran = run("account", "add", ADA, "--no-verify", "--password-stdin", "--set", option, typed="pw")
    assert ran.code == ExitCode.USAGE, hosting
    assert json.loads(run("account", "list", "-o", "json").out) == []


def test_a_direction_that_the_provider_lacks_stays_off(run: Run, at_the_rig: Rig) -> None:
    run("provider", "add", "inward", "--incoming", "mail.hosting.example")
    words = ("account", "add", ADA, "--provider", "inward", "--no-verify", "--password-stdin")
    assert run(*words, typed="pw").code == 0, at_the_rig
    assert "no server" in refused(run, "send=true")
    assert "no server" in refused(run, "send=")
    assert set_(run, "period=30d").code == 0


def test_an_owner_of_two_lines_is_refused_before_anything_else(run: Run, hosting: str) -> None:
    words = ("account", "add", ADA, "--no-verify", "--password-stdin", "--owner")
    assert run(*words, "a\nb", typed="pw").code == ExitCode.USAGE, hosting
    assert run(*words, " ", typed="pw").code == 0
    assert shown(run)["owner"] is None
