"""No command loads what it does not use."""

import os
import subprocess
import sys

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected, fill
from tests.conftest import Run
from tests.rig import Rig
from tests.rig.ews import ExchangeServer

HEAVY = {
    "cryptography",
    "dns",
    "email",
    "exchangelib",
    "idna",
    "imapclient",
    "imaplib",
    "jq",
    "keyring",
    "mailctl.mail.parse",
    "mailctl.protocols",
    "mailctl.resolve.catalogue",
    "pydantic",
    "requests",
    "rich",
    "smtplib",
    "ssl",
    "yaml",
}
FOR_EXCHANGE_ALONE = {"exchangelib", "lxml", "mailctl.protocols.ews", "requests", "spnego"}
NOT_FOR_AN_IDLE_MAILBOX = {
    "asyncio",
    "email",
    "imapclient",
    "importlib.metadata",
    "keyring",
    "logging",
    "mailctl.core.providers.describing",
    "mailctl.core.messages.indexing",
    "mailctl.core.access.oauth_apps",
    "mailctl.core.sync.pages",
    "mailctl.domain.answers",
    "mailctl.domain.messages",
    "mailctl.domain.oauth",
    "mailctl.domain.resolution",
    "mailctl.mail.parse",
    "mailctl.protocols.dns",
    "mailctl.protocols.imap.changing",
    "mailctl.protocols.imap.told",
    "mailctl.protocols.web",
    "mailctl.resolve.catalogue",
    "mailctl.store.messages",
    "mailctl.store.sources",
    "multiprocessing",
    "pickle",
    "rich",
    "smtplib",
}
NOT_FOR_A_LISTING = {
    "csv",
    "mailctl.core.services",
    "mailctl.domain.answers",
    "mailctl.domain.providers",
    "mailctl.domain.resolution",
    "mailctl.ports",
    "socket",
}


def loaded_by(*words: str) -> set[str]:
    """Return the modules that a command has loaded at its end."""
    program = (
        "import sys\n"
        "from mailctl.cli.main import commands\n"
        f"sys.argv = ['mailctl', *{words!r}]\n"
        "try:\n    commands()\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("account", "list"),
        ("account", "list", "-o", "json"),
        ("message", "list"),
        ("message", "list", "-o", "ndjson"),
        ("message", "search", "word"),
        ("db", "path"),
    ],
    ids=" ".join,
)
def test_a_command_loads_nothing_that_it_does_not_use(words: tuple[str, ...]) -> None:
    assert loaded_by(*words) & HEAVY == set()


@pytest.mark.parametrize(
    "words",
    [
        ("account", "list"),
        ("account", "status"),
        ("account", "test", "ada@corp.example"),
        ("db", "stats"),
        ("message", "list"),
        ("outbox", "list"),
        ("provider", "list"),
        ("provider", "add", "corp", "--kind", "ews", "--ews-url", "https://ex.example/EWS/e.asmx"),
        ("provider", "detect", "ada@gmail.com", "--offline"),
        ("sync", "run"),
        ("sync", "status"),
        ("sync", "verify", "ada@corp.example"),
    ],
    ids=" ".join,
)
def test_no_command_that_is_not_about_exchange_loads_what_speaks_to_it(
    run: Run, at_the_rig: Rig, hosting: str, words: tuple[str, ...]
) -> None:
    box = at_the_rig.address("ada")
    add = ("account", "add", box.address, "--provider", hosting, "--password-stdin", "--no-send")
    assert run(*add, typed=box.password).code == ExitCode.OK
    fill(at_the_rig, box, range(2))
    if "verify" in words:
        assert run("sync", "run").code == ExitCode.OK
    loaded = loaded_by(*(box.address if word == "ada@corp.example" else word for word in words))
    assert loaded & FOR_EXCHANGE_ALONE == set()


def test_a_command_about_an_exchange_account_loads_it(run: Run, at_the_rig: Rig) -> None:
    with ExchangeServer(at_the_rig.authority) as server:
        server.add("ada@corp.example", username="ada", password="pw")
        run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
        add = ("account", "add", "ada@corp.example", "--provider", "corp", "--login", "ada")
        assert run(*add, "--password-stdin", "--no-send", typed="pw").code == ExitCode.OK
        assert "exchangelib" in loaded_by("sync", "run")
        assert loaded_by("account", "list") & FOR_EXCHANGE_ALONE == set()


def test_a_listing_of_accounts_loads_only_what_accounts_are() -> None:
    assert loaded_by("account", "list") & NOT_FOR_A_LISTING == set()


def test_a_sync_of_an_idle_mailbox_loads_nothing_for_mail(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, box, range(3))
    assert run("sync", "run").code == ExitCode.OK
    loaded = loaded_by("sync", "run", "--quiet")
    assert "mailctl.protocols.imap.session" in loaded
    assert loaded & NOT_FOR_AN_IDLE_MAILBOX == set()


def test_the_formats_that_cost_are_loaded_when_asked_for() -> None:
    assert "yaml" in loaded_by("account", "list", "-o", "yaml")


def test_an_index_that_is_complete_costs_nothing_to_look_at() -> None:
    costly = {"multiprocessing", "mailctl.core.messages.indexing", "mailctl.mail.text", "rich"}
    assert loaded_by("sync", "run", "--index-only") & costly == set()
    assert loaded_by("sync", "run", "--quiet") & (costly - {"mailctl.mail.text"}) == set()


def test_a_preset_is_detected_without_dns_or_yaml() -> None:
    heavy = loaded_by("provider", "detect", "ada@gmail.com", "--offline") & HEAVY
    assert heavy <= {"mailctl.resolve.catalogue", "mailctl.protocols"}
