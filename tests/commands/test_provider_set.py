"""provider set: one's own provider changes in what is named, and in nothing else."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run


@pytest.fixture
def acme(run: Run, tmp_path: Path) -> dict[str, Any]:
    """A provider of one's own in which everything is said."""
    authorities = tmp_path / "ca.pem"
    authorities.write_text("-----BEGIN CERTIFICATE-----\n")
    ran = run(
        *("provider", "add", "acme", "--title", "Acme", "--domain", "acme.example"),
        *("--incoming", "imap.acme.example", "--submission", "smtp.acme.example:2525"),
        *("--login", "local-part", "--submission-login", "address", "--auth", "app-password"),
        *("--mx", "mx.acme.example", "--mx", "mx.acme.test", "--ca-file", str(authorities)),
        *("--help-text", "Ask the desk.", "--help-url", "https://desk.acme.example/"),
        "--files-sent",
        *("-o", "json"),
    )
    assert ran.code == ExitCode.OK, ran.err
    described: dict[str, Any] = json.loads(ran.out)
    return described


def changed(run: Run, *words: str) -> dict[str, Any]:
    """Return acme after `provider set acme WORDS`."""
    ran = run("provider", "set", "acme", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    printed: dict[str, Any] = json.loads(ran.out)
    assert json.loads(run("provider", "show", "acme", "-o", "json").out) == printed
    return printed


@pytest.mark.parametrize(
    ("words", "difference"),
    [
        (("--title", "Other"), {"title": "Other"}),
        (("--title", ""), {"title": "acme"}),
        (
            ("--incoming", "imap2.acme.example"),
            {"incoming": {"host": "imap2.acme.example", "port": 993, "security": "tls"}},
        ),
        (
            ("--incoming", "imap.acme.example:10993"),
            {"incoming": {"host": "imap.acme.example", "port": 10993, "security": "tls"}},
        ),
        (
            ("--incoming-security", "starttls"),
            {"incoming": {"host": "imap.acme.example", "port": 143, "security": "starttls"}},
        ),
        (
            ("--submission-security", "tls"),
            {"submission": {"host": "smtp.acme.example", "port": 2525, "security": "tls"}},
        ),
        (
            ("--submission", "smtp", "--submission-security", "tls"),
            {"submission": {"host": "smtp", "port": 465, "security": "tls"}},
        ),
        (("--incoming", ""), {"incoming": None, "receive": False}),
        (("--submission", ""), {"submission": None, "send": False}),
        (("--login", "{local-part}#{domain}"), {"login": "{local-part}#{domain}"}),
        (("--submission-login", ""), {"submission_login": None}),
        (("--auth", "oauth2", "--auth", "password"), {"auth": ["oauth2", "password"]}),
        (
            ("--mx", "mx.acme.test", "--mx", "*.new.example"),
            {"mx": ["mx.acme.test", "new.example"]},
        ),
        (("--mx", ""), {"mx": []}),
        (("--ca-file", ""), {"ca_file": None}),
        (("--help-text", "", "--help-url", ""), {"sign_in_help": None, "sign_in_url": None}),
        (("--ews-url", "https://acme.example/EWS"), {"ews_url": "https://acme.example/EWS"}),
        (("--no-files-sent",), {"files_sent": False}),
    ],
)
def test_only_what_is_named_changes_and_twice_is_once(
    run: Run, acme: dict[str, Any], words: tuple[str, ...], difference: dict[str, Any]
) -> None:
    assert changed(run, *words) == {**acme, **difference}
    assert changed(run, *words) == {**acme, **difference}


@pytest.mark.usefixtures("acme")
def test_a_new_server_keeps_how_the_old_one_was_encrypted(run: Run) -> None:
    changed(run, "--incoming-security", "starttls")
    assert changed(run, "--incoming", "other.example")["incoming"] == {
        "host": "other.example",
        "port": 143,
        "security": "starttls",
    }


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--incoming", "", "--submission", ""),
        ("--incoming", "", "--incoming-security", "tls"),
        ("--incoming", "a b"),
        ("--login", ""),
        ("--login", "{who}"),
        ("--mx", "nodots"),
        ("--ca-file", "/nowhere/ca.pem"),
        ("--help-url", "ftp://acme.example/"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    run: Run, acme: dict[str, Any], words: tuple[str, ...]
) -> None:
    ran = run("provider", "set", "acme", *words, "-o", "json")
    assert ran.code == ExitCode.USAGE
    assert json.loads(ran.err)["error"]["hint"]
    assert json.loads(run("provider", "show", "acme", "-o", "json").out) == acme


def test_the_security_of_a_server_that_there_is_not_cannot_change(run: Run) -> None:
    run("provider", "add", "acme", "--incoming", "imap.acme.example")
    assert run("provider", "set", "acme", "--submission-security", "tls").code == ExitCode.USAGE


def test_a_preset_is_not_changed(run: Run) -> None:
    ran = run("provider", "set", "gmail", "--title", "Mine", "-o", "json")
    assert ran.code == ExitCode.USAGE
    assert "mailctl provider add" in json.loads(ran.err)["error"]["hint"]


def test_a_provider_that_there_is_not_is_not_found(run: Run) -> None:
    assert run("provider", "set", "nobody", "--title", "Mine").code == ExitCode.NOT_FOUND


def test_a_pattern_that_names_another_provider_is_taken(run: Run, acme: dict[str, Any]) -> None:
    run("provider", "add", "other", "--incoming", "other.example", "--mx", "other.example")
    taken = ("provider", "set", "acme", "--mx", "mx.acme.example", "--mx", "other.example")
    assert run(*taken).code == ExitCode.CONFLICT
    assert json.loads(run("provider", "show", "acme", "-o", "json").out) == acme


def test_an_exchange_server_cannot_lose_its_address(run: Run) -> None:
    run("provider", "add", "acme", "--kind", "ews", "--ews-url", "https://acme.example/EWS")
    assert run("provider", "set", "acme", "--ews-url", "").code == ExitCode.USAGE
    moved = changed(run, "--ews-url", "https://new.acme.example/EWS")
    assert moved["ews_url"] == "https://new.acme.example/EWS"
    assert (moved["receive"], moved["send"]) == (True, True)


@pytest.mark.usefixtures("acme")
def test_a_discovered_provider_stays_one(run: Run, home: Path) -> None:
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as connection:
        connection.execute("UPDATE provider SET origin = 'discovered'")
    assert changed(run, "--incoming", "imap2.acme.example")["origin"] == "discovered"


@pytest.mark.usefixtures("acme")
def test_a_changed_provider_is_what_an_address_is_recognised_by(run: Run) -> None:
    changed(run, "--incoming", "imap2.acme.example", "--login", "{domain}/{local-part}")
    found = json.loads(run("provider", "detect", "ada@acme.example", "-o", "json").out)
    assert found["settings"]["incoming"]["host"] == "imap2.acme.example"
    assert found["settings"]["username"] == "acme.example/ada"
