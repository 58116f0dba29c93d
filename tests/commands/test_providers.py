"""The provider commands."""

import json
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.rig import Rig


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to open a socket fail loudly."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.usefixtures("no_sockets")
def test_a_preset_domain_is_recognised_without_a_socket(run: Run) -> None:
    found = json.loads(run("provider", "detect", "Ada@GMail.com", "-o", "json").out)
    assert found["provider"] == "gmail"
    assert found["method"] == "preset"
    assert found["domain"] == "gmail.com"
    assert found["settings"]["incoming"]["host"] == "imap.gmail.com"
    assert found["settings"]["username"] == "Ada@gmail.com"


@pytest.mark.usefixtures("no_sockets")
def test_offline_asks_nobody(run: Run) -> None:
    ran = run("provider", "detect", "ada@corp.example", "--offline", "-o", "json")
    assert ran.code == ExitCode.CHOICE_NEEDED
    found = json.loads(ran.out)
    assert found["provider"] is None
    assert found["trace"][-1]["outcome"] == "skipped"


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("corp.example", "hosting"),
        ("cname.example", "hosting"),
        ("bücher.example", "hosting"),
        ("xn--bcher-kva.example", "hosting"),
        ("gmail-hosted.example", "gmail"),
        ("m365.example", "microsoft365"),
        ("gateway.example", None),
        ("lookalike.example", None),
        ("nullmx.example", None),
        ("nomx.example", None),
        ("loop.example", None),
        ("mixed.example", None),
        ("unknown.example", None),
    ],
)
@pytest.mark.usefixtures("at_the_rig", "hosting")
def test_the_mail_exchangers_decide(run: Run, domain: str, provider: str | None) -> None:
    found = json.loads(run("provider", "detect", f"ada@{domain}", "-o", "json").out)
    assert found["provider"] == provider
    assert found["method"] == (provider and "mx")


@pytest.mark.usefixtures("at_the_rig", "hosting")
def test_an_administrators_word_wins_over_the_mail_exchangers(run: Run) -> None:
    assert run("provider", "map-domain", "Corp.Example.", "fastmail", "--by", "root").code == 0
    found = json.loads(run("provider", "detect", "ada@corp.example", "-o", "json").out)
    assert (found["provider"], found["method"]) == ("fastmail", "mapping")
    (mapped,) = json.loads(run("provider", "domains", "-o", "json").out)
    assert mapped["origin"] == "admin"
    assert mapped["created_by"] == "root"
    assert run("provider", "unmap-domain", "CORP.example").code == ExitCode.OK
    found = json.loads(run("provider", "detect", "ada@corp.example", "-o", "json").out)
    assert found["method"] == "mx"


def test_a_domain_that_is_not_mapped_cannot_be_unmapped(run: Run) -> None:
    assert run("provider", "unmap-domain", "corp.example").code == ExitCode.NOT_FOUND


def test_a_domain_cannot_be_mapped_to_a_provider_that_is_none(run: Run) -> None:
    assert run("provider", "map-domain", "corp.example", "nope").code == ExitCode.NOT_FOUND


@pytest.mark.parametrize("domain", ["corp", "a..b", "-a.example", "[192.0.2.1]", "a b.example"])
def test_what_is_no_domain_is_refused(run: Run, domain: str) -> None:
    assert run("provider", "map-domain", "--", domain, "gmail").code == ExitCode.USAGE


def test_every_preset_is_listed_and_can_be_shown(run: Run) -> None:
    listed = json.loads(run("provider", "list", "-o", "json").out)
    assert len(listed) >= 140
    shown = json.loads(run("provider", "show", "gmail", "-o", "json").out)
    assert shown == next(provider for provider in listed if provider["name"] == "gmail")


def test_a_provider_of_ones_own_is_added_with_its_domains_and_removed(run: Run) -> None:
    ran = run(
        *("provider", "add", "acme", "--title", "Acme", "--incoming", "imap.acme.example:1993"),
        *(
            "--submission",
            "smtp.acme.example",
            "--domain",
            "Acme.Example",
            "--mx",
            "*.acme.example",
        ),
        *("--login", "local-part", "--auth", "app-password", "-o", "json"),
    )
    assert ran.code == ExitCode.OK, ran.err
    acme = json.loads(ran.out)
    assert acme["incoming"] == {"host": "imap.acme.example", "port": 1993, "security": "tls"}
    assert acme["submission"] == {
        "host": "smtp.acme.example",
        "port": 587,
        "security": "starttls",
    }
    assert acme["mx"] == ["acme.example"]
    assert acme["domains"] == ["acme.example"]
    found = json.loads(run("provider", "detect", "ada@acme.example", "-o", "json").out)
    assert found["settings"]["username"] == "ada"
    assert json.loads(run("provider", "list", "--custom", "-o", "json").out) == [acme]
    assert run("provider", "remove", "acme").code == ExitCode.OK
    assert json.loads(run("provider", "domains", "-o", "json").out) == []


@pytest.mark.usefixtures("at_the_rig")
def test_a_provider_in_use_is_not_removed(run: Run, rig: Rig, hosting: str) -> None:
    box = rig.address("ada")
    run("account", "add", box.address, "--password-stdin", typed=box.password)
    ran = run("provider", "remove", hosting, "-o", "json")
    assert ran.code == ExitCode.CONFLICT
    assert json.loads(ran.err)["error"]["accounts"] == [box.address]


@pytest.mark.parametrize(
    "words",
    [
        ("acme",),
        ("Acme!", "--incoming", "imap.acme.example"),
        ("acme", "--incoming", "imap.acme.example:99999"),
        ("acme", "--incoming", ":993"),
        ("acme", "--incoming", "imap.acme.example", "--kind", "pop3"),
        ("acme", "--kind", "ews"),
        ("acme", "--kind", "bridge", "--incoming", "imap.acme.example"),
        ("acme", "--kind", "none", "--incoming", "imap.acme.example"),
        ("acme", "--incoming", "https://imap.acme.example"),
        ("acme", "--incoming", "https://foo bar:993"),
        ("acme", "--incoming", "foo bar"),
        ("acme", "--incoming", "imap_1.acme.example"),
        ("acme", "--incoming", "-imap.acme.example"),
        ("acme", "--incoming", "imap..example"),
        ("acme", "--incoming", "192.0.2.999"),
        ("acme", "--incoming", "7"),
        ("acme", "--incoming", ""),
        ("acme", "--incoming", "imap.acme.example:"),
        ("acme", "--incoming", "imap.acme.example:٩٩٣"),
        ("acme", "--incoming", "imap.acme.example:0"),
        ("acme", "--incoming", "[imap.acme.example]:993"),
        ("acme", "--incoming", "[192.0.2.1]:993"),
        ("acme", "--incoming", "[::1]993"),
        ("acme", "--incoming", "[::1"),
        ("acme", "--incoming", "::g"),
        ("acme", "--submission", "smtp.acme.example:smtp"),
        ("acme", "--incoming", "imap.acme.example", "--login", "e-mail"),
        ("acme", "--incoming", "imap.acme.example", "--login", "{user}"),
        ("acme", "--incoming", "imap.acme.example", "--login", ""),
        ("acme", "--incoming", "imap.acme.example", "--submission-login", "pop"),
        ("acme", "--incoming", "imap.acme.example", "--help-url", "desk"),
        ("acme", "--incoming", "imap.acme.example", "--help-url", "javascript:alert(1)"),
    ],
)
def test_a_provider_that_cannot_be_meant_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("provider", "add", *words).code == ExitCode.USAGE


@pytest.mark.usefixtures("hosting")
def test_a_name_or_a_pattern_is_taken_once(run: Run) -> None:
    again = run("provider", "add", "hosting", "--incoming", "a.example")
    assert again.code == ExitCode.CONFLICT
    other = run("provider", "add", "other", "--incoming", "a.example", "--mx", "hosting.example")
    assert other.code == ExitCode.CONFLICT


def test_explain_tells_every_step_on_standard_error(run: Run) -> None:
    ran = run("provider", "detect", "ada@gmail.com", "--explain")
    assert "mapping   miss" in ran.err
    assert "preset    hit" in ran.err


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("imap.acme.example", "imap.acme.example", 993),
        (" IMAP.Acme.Example.:1993 ", "imap.acme.example", 1993),
        ("bücher.example", "xn--bcher-kva.example", 993),
        ("localhost:1993", "localhost", 1993),
        ("mailhost", "mailhost", 993),
        ("192.0.2.1", "192.0.2.1", 993),
        ("192.0.2.1:1993", "192.0.2.1", 1993),
        ("::1", "::1", 993),
        ("[::1]", "::1", 993),
        ("[2001:DB8::1]:1993", "2001:db8::1", 1993),
    ],
)
def test_a_server_is_a_host_name_or_an_address_and_perhaps_a_port(
    run: Run, written: str, host: str, port: int
) -> None:
    ran = run("provider", "add", "acme", "--incoming", written, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["incoming"] == {"host": host, "port": port, "security": "tls"}


def test_what_an_administrator_says_of_signing_in_is_shown(run: Run) -> None:
    ran = run(
        *("provider", "add", "acme", "--incoming", "imap.acme.example"),
        *("--submission", "smtp.acme.example", "--login", "{domain}\\{local-part}"),
        *("--submission-login", "local-part", "--help-text", "Ask the desk for a password."),
        *("--help-url", "https://desk.acme.example/", "--domain", "acme.example", "-o", "json"),
    )
    assert ran.code == ExitCode.OK, ran.err
    acme = json.loads(ran.out)
    assert acme["login"] == "{domain}\\{local-part}"
    assert acme["submission_login"] == "local-part"
    assert acme["sign_in_help"] == "Ask the desk for a password."
    assert acme["sign_in_url"] == "https://desk.acme.example/"
    assert json.loads(run("provider", "show", "acme", "-o", "json").out) == acme
    found = json.loads(run("provider", "detect", "ada@acme.example", "-o", "json").out)
    assert found["settings"]["username"] == "acme.example\\ada"


def test_a_script_may_name_the_security_of_a_server_that_there_is_not(run: Run) -> None:
    ran = run(
        *("provider", "add", "acme", "--kind", "ews", "--ews-url", "https://acme.example/EWS"),
        *("--incoming-security", "tls", "--submission-security", "starttls"),
    )
    assert ran.code == ExitCode.OK, ran.err


def test_a_domain_is_mapped_with_all_below_it_only_when_that_is_said(run: Run) -> None:
    words = ("provider", "map-domain", "corp.example", "fastmail", "-o", "json")
    assert json.loads(run(*words).out)["includes_subdomains"] is False
    below = ("provider", "detect", "ada@a.corp.example", "--offline", "-o", "json")
    assert json.loads(run(*below).out)["provider"] is None
    assert json.loads(run(*words, "--include-subdomains").out)["includes_subdomains"] is True
    assert json.loads(run(*below).out)["provider"] == "fastmail"
    (listed,) = json.loads(run("provider", "domains", "-o", "json").out)
    assert listed["includes_subdomains"] is True


def test_a_preset_is_not_replaced_by_a_provider_of_its_name(run: Run) -> None:
    run("provider", "map-domain", "corp.example", "gmail")
    ran = run("provider", "add", "gmail", "--incoming", "imap.elsewhere.example", "-o", "json")
    assert ran.code == ExitCode.CONFLICT
    assert json.loads(ran.err)["error"]["message"] == "gmail is the name of a preset"
    assert run("provider", "remove", "gmail").code == ExitCode.NOT_FOUND
    (domain,) = json.loads(run("provider", "domains", "-o", "json").out)
    assert domain["provider"] == "gmail"


def test_the_authorities_of_a_provider_are_found_from_any_directory_later(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ca.pem").write_text("Ours\n-----BEGIN CERTIFICATE-----\nMIIB\n")
    words = ("provider", "add", "acme", "--incoming", "imap.acme.example", "-o", "json")
    ran = run(*words, "--ca-file", "ca.pem")
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["ca_file"] == str(tmp_path / "ca.pem")


@pytest.mark.parametrize(
    ("file", "why"),
    [("none.pem", "cannot be read"), (".", "cannot be read"), ("key.pem", "no certificate")],
)
def test_a_file_that_holds_no_authorities_is_refused(
    run: Run, tmp_path: Path, file: str, why: str
) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\n")
    words = ("provider", "add", "acme", "--incoming", "imap.acme.example", "-o", "json")
    ran = run(*words, "--ca-file", str(tmp_path / file))
    assert ran.code == ExitCode.USAGE
    error = json.loads(ran.err)["error"]
    assert why in error["message"]
    assert error["hint"]
    assert run("provider", "list", "--custom").out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("add", "acme", "--incoming", "imap.acme.example"),
        ("map-domain", "corp.example", "gmail"),
    ],
)
def test_a_field_that_does_not_exist_is_refused_before_anything_is_stored(
    run: Run, words: tuple[str, ...]
) -> None:
    assert run("provider", *words, "--fields", "nope").code == ExitCode.USAGE
    assert run("provider", "list", "--custom").out == ""
    assert run("provider", "domains").out == ""


def test_a_domain_is_not_mapped_to_a_provider_that_is_being_removed(
    run: Run, spawn: Spawn, home: Path
) -> None:
    run("provider", "add", "acme", "--incoming", "imap.acme.example")
    remover = sqlite3.connect(home / "mailctl.db", isolation_level=None)
    remover.execute("BEGIN IMMEDIATE")
    remover.execute("DELETE FROM provider")
    with subprocess.Popen(
        spawn.words("provider", "map-domain", "corp.example", "acme"), stderr=subprocess.PIPE
    ) as mapping:
        time.sleep(2)  # it has read the providers by now and waits for the remover
        remover.execute("COMMIT")
        remover.close()
        mapping.communicate(timeout=30)
    assert mapping.returncode == ExitCode.NOT_FOUND
    assert run("provider", "domains").out == ""
