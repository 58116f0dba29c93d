"""A mailbox that cannot be connected: each reason has its code and hint, and nothing is kept."""

import json
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig import Rig, faults
from tests.rig.authority import Certificate
from tests.rig.processes import reserved_ports

HOST = "mail.hosting.example"
PASSWORD = "C4n4ry-of-this-test"
Port = AbstractContextManager[int]


def everything(home: Path) -> list[str]:
    """Return all that the store and the vault hold."""
    with closing(sqlite3.connect(home / "mailctl.db")) as raw:
        return [*raw.iterdump(), (home / "vault.json").read_text(encoding="utf-8")]


@pytest.fixture
def occupied(run: Run, hosting: str, at_the_rig: Rig, home: Path) -> list[str]:
    """A store that holds something already, and all that it holds."""
    box = at_the_rig.address("first")
    ran = run("account", "add", box.address, "--password-stdin", typed=box.password)
    assert ran.code == 0, (ran.err, hosting)
    return everything(home)


@dataclass(frozen=True)
class Failure:
    """A server that fails in its way, and what a person is told."""

    name: str
    imap: Callable[[Rig], Port]
    exit_code: ExitCode
    code: str
    said: str
    hint: str
    incoming_security: str = "tls"
    smtp: Callable[[Rig], Port] | None = None


def good_imap(rig: Rig) -> Port:
    return nullcontext(rig.dovecot.ports.imaps)


def shown(certificate: Callable[[Rig], Certificate]) -> Callable[[Rig], Port]:
    """Return a server that shows this certificate."""
    return lambda rig: faults.silent(certificate=certificate(rig))


@contextmanager
def nobody(_: Rig) -> Iterator[int]:
    """Yield a port at which nothing listens."""
    with reserved_ports(1) as (port,):
        yield port


def greeting(line: bytes) -> Callable[[Rig], Port]:
    """Return an SMTP server, with TLS, that greets or answers AUTH like this."""
    return lambda rig: faults.smtp({"AUTH": line}, certificate=rig.authority.server())


FAILURES = [
    Failure(
        "wrong password",
        good_imap,
        ExitCode.AUTHORISATION,
        "authentication-refused",
        "does not accept",
        "password",
    ),
    Failure(
        "refused connection",
        nobody,
        ExitCode.TEMPORARY,
        "unreachable",
        "refused the connection",
        "check the port",
    ),
    Failure(
        "expired certificate",
        shown(lambda rig: rig.authority.expired()),
        ExitCode.TLS,
        "tls-failure",
        "has expired",
        "renew",
    ),
    Failure(
        "certificate of an unknown authority",
        shown(lambda rig: rig.authority.untrusted()),
        ExitCode.TLS,
        "tls-failure",
        "authority",
        "--ca-file",
    ),
    Failure(
        "certificate for another name",
        shown(lambda rig: rig.authority.wrong_host()),
        ExitCode.TLS,
        "tls-failure",
        "elsewhere.example",
        "",
    ),
    Failure(
        "no STARTTLS",
        lambda _: faults.without_starttls(),
        ExitCode.TLS,
        "tls-failure",
        "does not offer STARTTLS",
        "993",
        incoming_security="starttls",
    ),
    Failure(
        "PREAUTH where STARTTLS is due",
        lambda _: faults.preauth(),
        ExitCode.TLS,
        "tls-failure",
        "before the connection is encrypted",
        "993",
        incoming_security="starttls",
    ),
    Failure(
        "PREAUTH",
        lambda rig: faults.preauth(certificate=rig.authority.server()),
        ExitCode.REFUSED,
        "server-refused",
        "PREAUTH",
        "",
    ),
    Failure(
        "a server that hangs after the greeting is due",
        lambda rig: faults.silent(certificate=rig.authority.server()),
        ExitCode.TEMPORARY,
        "unreachable",
        "stopped answering",
        "try again",
    ),
    Failure(
        "a server that hangs before the handshake",
        lambda _: faults.silent(),
        ExitCode.TEMPORARY,
        "unreachable",
        "did not answer",
        "port",
    ),
    Failure(
        "a server that hangs up",
        lambda rig: faults.closing(certificate=rig.authority.server()),
        ExitCode.TEMPORARY,
        "unreachable",
        "closed the connection",
        "try again",
    ),
    Failure(
        "reading works, sending is refused",
        good_imap,
        ExitCode.AUTHORISATION,
        "authentication-refused",
        "does not accept",
        "--no-send",
        smtp=greeting(b"535 5.7.8 no"),
    ),
    Failure(
        "reading works, sending is not there",
        good_imap,
        ExitCode.TEMPORARY,
        "unreachable",
        "refused the connection",
        "--no-send",
        smtp=nobody,
    ),
]


def attempt(run: Run, address: str, password: str, *options: str) -> Ran:
    words = ("account", "add", address, "--provider", "failing", "--password-stdin", "-o", "json")
    return run(*words, *options, typed=password)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_a_failure_has_its_code_and_hint_and_leaves_the_store_as_it_was(
    run: Run,
    at_the_rig: Rig,
    occupied: list[str],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: Failure,
) -> None:
    ada = at_the_rig.address("ada", domain="startup.example")
    password = PASSWORD if failure.name == "wrong password" else ada.password
    monkeypatch.setenv("MAILCTL_TIMEOUT", "1")
    smtp = failure.smtp or (lambda rig: nullcontext(rig.postfix.ports.smtps))
    with failure.imap(at_the_rig) as imap_port, smtp(at_the_rig) as smtp_port:
        detours = f"{HOST}:1993:127.0.0.1:{imap_port},{HOST}:1465:127.0.0.1:{smtp_port}"
        monkeypatch.setenv("MAILCTL_CONNECT_TO", detours)
        ran = run(
            *("provider", "add", "failing", "--incoming", f"{HOST}:1993"),
            *("--incoming-security", failure.incoming_security),
            *("--submission", f"{HOST}:1465", "--submission-security", "tls"),
        )
        assert ran.code == 0, ran.err
        before = everything(home)
        assert before != occupied
        ran = attempt(run, ada.address, password)
    error = json.loads(ran.err)["error"]
    assert (ran.code, error["code"]) == (failure.exit_code, failure.code), error
    assert failure.said in error["message"]
    assert failure.hint in (error["hint"] or "")
    assert everything(home) == before
    assert password not in ran.err
    assert ran.out == ""


@pytest.mark.usefixtures("occupied")
def test_a_host_that_is_not_there_is_unreachable(run: Run, home: Path) -> None:
    run("provider", "add", "failing", "--incoming", "nowhere.hosting.example")
    before = everything(home)
    ran = attempt(run, "ada@startup.example", PASSWORD)
    error = json.loads(ran.err)["error"]
    assert (ran.code, error["code"]) == (ExitCode.TEMPORARY, "unreachable")
    assert "nowhere.hosting.example" in error["message"]
    assert everything(home) == before


@pytest.mark.usefixtures("occupied")
def test_a_self_signed_certificate_is_refused(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    with faults.silent(certificate=certificate) as port:
        monkeypatch.setenv("MAILCTL_CONNECT_TO", f"{HOST}:993:127.0.0.1:{port}")
        run("provider", "add", "failing", "--incoming", HOST)
        before = everything(home)
        ran = attempt(run, "ada@startup.example", PASSWORD)
    error = json.loads(ran.err)["error"]
    assert (ran.code, error["code"]) == (ExitCode.TLS, "tls-failure")
    assert "self-signed" in error["message"]
    assert everything(home) == before


def test_a_timeout_that_is_none_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("0", "soon", "-1", "4000", "1e3"):
        monkeypatch.setenv("MAILCTL_TIMEOUT", text)
        ran = run("account", "add", "ada@gmail.com", "--password-stdin", typed="pw")
        assert ran.code == ExitCode.USAGE, text
        assert "MAILCTL_TIMEOUT" in ran.err


def self_signed(directory: Path) -> Certificate:
    """Return a certificate for HOST that vouches for itself."""
    import subprocess

    chain, key = directory / "self.pem", directory / "self.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", str(key), "-out", str(chain)),
        ],
        check=True,
        capture_output=True,
    )
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key)
    return Certificate(chain, key)
