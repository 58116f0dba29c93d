"""The provider commands."""

import json
import socket

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
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
        ("cname.example", None),
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
