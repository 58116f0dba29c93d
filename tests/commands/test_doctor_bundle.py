"""doctor --bundle: what a bug report needs, and nobody's name."""

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailctl.core.doctor.bundle import redaction
from mailctl.core.doctor.pseudonyms import Pseudonyms
from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig

FILES = {
    *("README.txt", "report.json", "config.json", "accounts.json", "runs.json", "database.json"),
}
CANARY = "kanarienvogel"
WORDS = ("--owner", f"Zwitscher {CANARY}", "--display-name", f"{CANARY} Piep")


def unpacked(octets: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        return {
            Path(each.name).name: archive.extractfile(each).read().decode()  # type: ignore[union-attr]
            for each in archive.getmembers()
        }


def bundled(run: Run, path: Path, *words: str) -> tuple[int, dict[str, str]]:
    ran = run("doctor", "--bundle", str(path), *words)
    return ran.code, unpacked(path.read_bytes())


@pytest.fixture
def canary(run: Run, at_the_rig: Rig) -> Mailbox:
    """A synced mailbox whose every name is a canary's."""
    box = at_the_rig.address(CANARY)
    run(
        *("provider", "add", CANARY, "--incoming", "mail.hosting.example"),
        *("--submission", "mail.hosting.example", "--mx", "hosting.example"),
    )
    mail = (
        f"From: {CANARY} <{CANARY}@{CANARY}.example>\r\nTo: {box.address}\r\n"
        f"Subject: {CANARY}\r\nMessage-ID: <{CANARY}@x.example>\r\n\r\n{CANARY}\r\n"
    )
    for folder in ("INBOX", CANARY):
        at_the_rig.dovecot.append(box.address, box.password, folder, mail.encode())
    added = run(
        *("account", "add", box.address, "--provider", CANARY, "--password-stdin", *WORDS),
        typed=box.password,
    )
    assert added.code == 0, added.err
    assert run("sync", "run").code == 0
    run("contact", "add", f"{CANARY} Müller", "--email", f"{CANARY}@other.example")
    run("company", "add", CANARY, "--domain", f"{CANARY}.example")
    return box


def test_a_bundle_says_what_a_report_needs(run: Run, canary: Mailbox, tmp_path: Path) -> None:
    assert canary.address
    path = tmp_path / "report.tar.gz"
    code, files = bundled(run, path)
    assert (code, set(files)) == (0, FILES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    report = json.loads(files["report.json"])
    login = next(each for each in report["checks"] if each["check"] == "account.login")
    assert login["account"] == "account-1@domain-1.example"
    assert login["details"]["profile"]["name"] == "dovecot"
    (account,) = json.loads(files["accounts.json"])
    assert (account["provider"], account["state"]) == ("provider-1", "ok")
    assert account["folders"]["other"] >= 1
    (last,) = json.loads(files["runs.json"])
    assert (last["stored"], last["error"]) == (2, None)
    assert json.loads(files["database.json"])["counts"]["messages"] == 1


def test_no_canary_is_in_a_bundle(run: Run, canary: Mailbox, tmp_path: Path) -> None:
    _, files = bundled(run, tmp_path / "report.tar.gz")
    text = "\n".join(files.values()).casefold()
    assert CANARY not in text
    for told in ("müller", "zwitscher", "piep", canary.password.casefold(), str(tmp_path)):
        assert told not in text
    assert "corp.example" not in text
    assert "hosting.example" not in text


def test_what_a_refusal_names_is_not_in_a_bundle(
    run: Run, canary: Mailbox, at_the_rig: Rig, tmp_path: Path
) -> None:
    at_the_rig.dovecot.add_user(canary.address, "another")
    run("sync", "run")
    _, files = bundled(run, tmp_path / "report.tar.gz")
    assert CANARY not in "\n".join(files.values()).casefold()
    (account,) = json.loads(files["accounts.json"])
    assert account["trouble"]["kind"] == "authentication-refused"
    assert "does not accept user name or password of account-1@" in account["trouble"]["message"]


def test_no_text_of_any_column_is_in_a_bundle(
    run: Run, canary: Mailbox, home: Path, tmp_path: Path
) -> None:
    assert canary.address
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as raw:
        spoiled = set(_spoil(raw))
    assert {("account", "evidence"), ("folder", "cursor"), ("message", "subject")} <= spoiled
    _, files = bundled(run, tmp_path / "report.tar.gz", "--offline")
    assert CANARY not in "\n".join(files.values()).casefold()
    assert "report.json" in files


def _spoil(raw: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Put a canary into every column of text that lets one in."""
    tables = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table.startswith(("message_text", "sqlite_")):
            continue
        for _, column, kind, *_ in raw.execute(f"PRAGMA table_info({table})").fetchall():
            if kind != "TEXT":
                continue
            try:
                raw.execute(f"UPDATE {table} SET {column} = '{CANARY}' || rowid || {column}")
            except sqlite3.Error:  # a rule of the schema keeps it out
                continue
            yield table, column


def test_a_bundle_is_made_of_a_damaged_database_too(
    run: Run, canary: Mailbox, home: Path, tmp_path: Path
) -> None:
    assert canary.address
    (home / "mailctl.db").write_bytes(b"Dear diary, " * 1000)
    code, files = bundled(run, tmp_path / "report.tar.gz")
    assert code == ExitCode.STORE
    checks = json.loads(files["report.json"])["checks"]
    assert any(each["cause"] == "store-damaged" for each in checks)


def test_a_file_that_is_there_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.tar.gz"
    path.write_text("mine")
    ran = run("doctor", "--offline", "--bundle", str(path))
    assert (ran.code, path.read_text()) == (ExitCode.CONFLICT, "mine")
    assert run("doctor", "--offline", "--bundle", str(path), "--force").code == 0
    assert "report.json" in unpacked(path.read_bytes())
    assert [each.name for each in tmp_path.iterdir()] == ["report.tar.gz"]


def test_a_bundle_goes_to_standard_output(spawn: Spawn, tmp_path: Path) -> None:
    import subprocess

    done = subprocess.run(
        spawn.words("doctor", "--offline", "--bundle", "-"), capture_output=True, check=True
    )
    assert "report.json" in unpacked(done.stdout)


def test_a_bundle_that_would_name_somebody_is_not_written(
    run: Run, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(mode=0o700)
    monkeypatch.setenv("MAILCTL_REGION", "Xquark")
    monkeypatch.setenv("USER", "xquark")
    ran = run("doctor", "--offline", "--bundle", str(tmp_path / "report.tar.gz"))
    assert ran.code == ExitCode.GUARD
    assert not (tmp_path / "report.tar.gz").exists()


def test_a_secret_in_a_bundle_would_be_seen() -> None:
    from mailctl.domain.secret import Secret

    assert Secret("s3cret").is_in("it is s3cret")
    assert not Secret("").is_in("nothing")


@pytest.fixture
def names() -> Pseudonyms:
    return redaction().names


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("imap.gmail.com refused the connection", "imap.gmail.com refused the connection"),
        ("mail.acme.test:993 did not answer", "host-1.example:993 did not answer"),
        ("ada@gmail.com and bob@acme.test", "account-1@gmail.com and account-2@domain-1.example"),
        (
            "the file /home/ada/my mail/x.db is damaged",
            "the file PATH mailPATH is damaged",
        ),
        ("Ada Lovelace was here", "* was here"),
        ("CORP\\ada is not accepted", "* is not accepted"),
        ("at 192.168.1.7 on port 993", "at IP on port 993"),
        ("Python 3.11.7, TLSv1.3", "Python 3.11.7, TLSv1.3"),
        ("[AUTHENTICATIONFAILED] Authentication failed.",) * 2,
        ("4.7.0 Temporary authentication failure",) * 2,
        ("call 00491701234567 now", "call * now"),
        ("Ünïcode überall", "*"),
        ("acc_01hxyz is it", "* is it"),
        ("whole: schema 16, 1.5 MiB", "whole: schema 16, 1.5 MiB"),
        ("on Linux-6.1.0-18-amd64-x86_64-with-glibc2.36",) * 2,
        ("on Linux-6.1.0-acme-glibc2.36", "on host-1.example"),
        ("last sync at 2026-12-01 10:00 UTC",) * 2,
    ],
)
def test_a_sentence_names_nobody(names: Pseudonyms, said: str, shown: str) -> None:
    assert names.words(said) == shown


def test_the_same_is_called_the_same(names: Pseudonyms) -> None:
    assert names.words("ada@acme.test") == names.words("ADA@acme.test")
    assert names.account("ada@acme.test") != names.account("bob@acme.test")


def test_every_finding_of_a_sound_home_is_still_understood(
    run: Run, canary: Mailbox, tmp_path: Path
) -> None:
    assert canary.address
    _, files = bundled(run, tmp_path / "report.tar.gz")
    found: list[dict[str, Any]] = json.loads(files["report.json"])["checks"]
    gaps = {each["check"]: each["found"] for each in found if each["found"].count("*") > 2}
    assert gaps == {}
