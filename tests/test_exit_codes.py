"""Every class of failure, made to happen in a process of its own, ends with its exit code."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailctl import errors
from mailctl.errors import ExitCode, MailctlError
from mailctl.output.streams import OutputClosed, OutputFailed
from mailctl.store.connection import Store
from tests.conftest import Ran, Spawn
from tests.rig import Mailbox, Rig
from tests.rig.faults import login_answered, silent
from tests.rig.processes import reserved_ports
from tests.rig.submission import Odd, Submission
from tests.store.samples import deliver, folder, mail

JSON = ("-o", "json")


@dataclass(frozen=True)
class Stage:
    """What a scenario has to play with."""

    spawn: Spawn
    rig: Rig
    home: Path
    tmp: Path

    def mailctl(self, *words: str, typed: str = "") -> Ran:
        """Run mailctl at the rig."""
        return self.spawn(*words, typed=typed, environment=self.rig.environment())

    def connected(self) -> Mailbox:
        """Return a mailbox with two messages that is connected and synced."""
        box = self.rig.address("ada")
        for number in (b"1", b"2"):
            self.rig.dovecot.append(
                box.address, box.password, "INBOX", b"Subject: " + number + b"\r\n\r\nhello\r\n"
            )
        self.add_provider("hosting", "mail.hosting.example")
        ran = self.mailctl(
            *("account", "add", box.address, "--password-stdin"),
            *("--provider", "hosting"),
            typed=box.password,
        )
        assert ran.code == 0, ran.err
        assert self.mailctl("sync", "run").code == 0
        return box

    def add_provider(self, name: str, host: str, *options: str) -> None:
        """Add a provider that only receives, from this host."""
        ran = self.mailctl("provider", "add", name, "--incoming", host, *options)
        assert ran.code == 0, ran.err

    def loopback_account(self, port: int) -> Ran:
        """Try to connect an account at a server on this machine that needs no TLS."""
        self.add_provider("local", f"127.0.0.1:{port}", "--incoming-security", "none")
        return self.mailctl(
            *("account", "add", "ada@local.example", "--provider", "local"),
            *("--password-stdin", *JSON),
            typed="pw",
        )


def bad_usage(stage: Stage) -> Ran:
    return stage.mailctl("provider", "map-domain", "nodots", "gmail", *JSON)


def bad_address(stage: Stage) -> Ran:
    return stage.mailctl("account", "add", "ada", *JSON)


def bad_declarations(stage: Stage) -> Ran:
    return stage.mailctl("apply", "-f", "-", *JSON, typed="acounts: []")


def name_ambiguous(stage: Stage) -> Ran:
    store = Store(stage.home / "mailctl.db")
    with store.writing() as tx:
        for uid in (1, 2):
            deliver(tx, folder(tx), uid, mail(message_id="<same@x.example>", body=str(uid)))
    store.close()
    return stage.mailctl("message", "show", "<same@x.example>", *JSON)


def bad_query(stage: Stage) -> Ran:
    return stage.mailctl("message", "search", "(invoice", *JSON)


def secret_missing(stage: Stage) -> Ran:
    return stage.mailctl("account", "add", "ada@gmail.com", "--no-input", *JSON)


def secret_store_unusable(stage: Stage) -> Ran:
    file = stage.tmp / "pw"
    file.write_text("pw\n")
    file.chmod(0o644)
    return stage.mailctl("account", "add", "ada@gmail.com", "--secret", f"file:{file}", *JSON)


def authentication_refused(stage: Stage) -> Ran:
    stage.add_provider("hosting", "mail.hosting.example")
    return stage.mailctl(
        *("account", "add", "ada@corp.example", "--provider", "hosting"),
        *("--password-stdin", *JSON),
        typed="wrong",
    )


def unreachable(stage: Stage) -> Ran:
    with reserved_ports(1) as (port,):
        return stage.loopback_account(port)


def server_busy(stage: Stage) -> Ran:
    with login_answered(b"NO [UNAVAILABLE] try again later") as port:
        return stage.loopback_account(port)


def mail_stale(stage: Stage) -> Ran:
    stage.add_provider("hosting", "mail.hosting.example")
    stage.mailctl(
        *("account", "add", "ada@corp.example", "--no-verify", "--provider", "hosting"),
        "--password-stdin",
        typed="pw",
    )
    return stage.mailctl("sync", "status", "--max-age", "1h", *JSON)


def resolution_unavailable(stage: Stage) -> Ran:
    return stage.mailctl("account", "add", "ada@broken.example", "--no-input", *JSON)


def provider_not_recognised(stage: Stage) -> Ran:
    return stage.mailctl("account", "add", "ada@unknown.example", "--no-input", *JSON)


def not_found(stage: Stage) -> Ran:
    return stage.mailctl("provider", "show", "nope", *JSON)


def guard_refused(stage: Stage) -> Ran:
    box = stage.connected()
    with stage.rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX")
        connection.store("1:*", "+FLAGS", r"(\Deleted)")
        connection.expunge()
    return stage.mailctl("sync", "run", *JSON)


def untrusted_settings(stage: Stage) -> Ran:
    stage.rig.dns.add_zone("spoofed.example", "_imaps._tcp SRV 0 1 993 mail.hosting.example.")
    return stage.mailctl("account", "add", "ada@spoofed.example", "--no-input", *JSON)


def conflict(stage: Stage) -> Ran:
    stage.add_provider("hosting", "mail.hosting.example")
    return stage.mailctl("provider", "add", "hosting", "--incoming", "a.example", *JSON)


def store_unusable(stage: Stage) -> Ran:
    stage.home.parent.mkdir(exist_ok=True)
    stage.home.write_text("a file where a directory should be")
    return stage.mailctl("account", "list", *JSON)


def store_damaged(stage: Stage) -> Ran:
    stage.home.mkdir()
    (stage.home / "mailctl.db").write_bytes(b"no database, whatever it is called" * 100)
    return stage.mailctl("account", "list", *JSON)


def store_too_new(stage: Stage) -> Ran:
    stage.mailctl("account", "list")
    with closing(sqlite3.connect(stage.home / "mailctl.db")) as database:
        database.execute("PRAGMA user_version = 9999")
    return stage.mailctl("account", "list", *JSON)


def store_full(stage: Stage) -> Ran:
    with small_disk(stage.home) as disk:
        (disk / "filler").write_bytes(b"\0" * (disk_bytes(disk) - 8192))
        return stage.mailctl("account", "list", *JSON)


def store_busy(stage: Stage) -> Ran:
    stage.mailctl("account", "list")
    holder = sqlite3.connect(stage.home / "mailctl.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        return stage.mailctl("provider", "map-domain", "corp.example", "gmail", *JSON)
    finally:
        holder.close()


def locked(stage: Stage) -> Ran:
    stage.connected()
    (lock,) = (stage.home / "locks").glob("acc_*")
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return stage.mailctl("sync", "run", *JSON)


def tls_failure(stage: Stage) -> Ran:
    stage.add_provider("liar", f"localhost:{stage.rig.dovecot.ports.imaps}")
    return stage.spawn(
        *("account", "add", "ada@corp.example", "--provider", "liar", "--password-stdin", *JSON),
        typed="pw",  # the authority of the rig is not trusted here
        environment={"MAILCTL_DNS": stage.rig.dns.address},
    )


def server_refused(stage: Stage) -> Ran:
    return stage.mailctl("account", "add", "ada@tuta.com", "--password-stdin", *JSON, typed="pw")


def terminated(stage: Stage) -> Ran:
    return stopped_by(stage, signal.SIGTERM)


def output_closed(stage: Stage) -> Ran:
    with subprocess.Popen(
        stage.spawn.words("provider", "list", "-o", "ndjson"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.readline()
        command.stdout.close()
        said = command.stderr.read()
    return Ran(command.returncode, "", said)


def output_failed(stage: Stage) -> Ran:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        done = subprocess.run(
            stage.spawn.words("provider", "list", *JSON),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    return Ran(done.returncode, "", done.stderr)


def oauth_app_missing(stage: Stage) -> Ran:
    return stage.mailctl(
        "account", "add", "ada@corp.example", "--provider", "gmail", "--oauth", *JSON
    )


def consent_refused(stage: Stage) -> Ran:
    stage.mailctl("oauth", "app", "add", "google", "--client-id", "id")
    return stage.mailctl(
        "account", "add", "ada@corp.example", "--provider", "gmail", "--oauth", *JSON
    )


def grant_revoked(stage: Stage) -> Ran:
    """A refresh token that the issuer does not know any more."""
    issuer = "https://oauth.hosting.example"
    stage.mailctl(
        *("oauth", "app", "add", "corp", "--client-id", "mailctl-public"),
        *("--authorization-url", f"{issuer}/authorize", "--token-url", f"{issuer}/token"),
    )
    stage.add_provider("corp", "mail.hosting.example", "--oauth", "corp")
    return stage.mailctl(
        *("account", "add", "ada@corp.example", "--provider", "corp", "--oauth"),
        *("--password-stdin", *JSON),
        typed="long-gone",
    )


def sent(stage: Stage, server: Submission) -> Ran:
    """Try to send a mail through a server that answers as it likes."""
    with server.serving() as port:
        stage.mailctl(
            *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
            *("--submission-security", "none"),
        )
        ran = stage.mailctl(
            *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
            "--password-stdin",
            typed="pw",
        )
        assert ran.code == 0, ran.err
        return stage.mailctl("send", "--to", "ben@x.example", "--body", "hi", *JSON)


def mail_failed(stage: Stage) -> Ran:
    return sent(stage, Submission({"RCPT": b"550 5.1.1 no such user"}))


def mail_deferred(stage: Stage) -> Ran:
    return sent(stage, Submission({"RCPT": b"450 4.7.1 greylisted"}))


def mail_too_large(stage: Stage) -> Ran:
    return sent(stage, Submission(extensions=(b"SIZE 10", b"AUTH PLAIN")))


def delivery_uncertain(stage: Stage) -> Ran:
    return sent(stage, Submission({".": Odd.CLOSE}))


SCENARIOS: dict[type[MailctlError], Callable[[Stage], Ran]] = {
    errors.AuthenticationRefused: authentication_refused,
    errors.BadAddress: bad_address,
    errors.BadDeclarations: bad_declarations,
    errors.BadQuery: bad_query,
    errors.BadUsage: bad_usage,
    errors.Conflict: conflict,
    errors.ConsentRefused: consent_refused,
    errors.DeliveryUncertain: delivery_uncertain,
    errors.GrantRevoked: grant_revoked,
    errors.GuardRefused: guard_refused,
    errors.UntrustedSettings: untrusted_settings,
    errors.Locked: locked,
    errors.MailDeferred: mail_deferred,
    errors.MailFailed: mail_failed,
    errors.MailStale: mail_stale,
    errors.MailTooLarge: mail_too_large,
    errors.NameAmbiguous: name_ambiguous,
    errors.NotFound: not_found,
    errors.OAuthAppMissing: oauth_app_missing,
    errors.ProviderNotRecognised: provider_not_recognised,
    errors.ResolutionUnavailable: resolution_unavailable,
    errors.SecretMissing: secret_missing,
    errors.SecretStoreUnusable: secret_store_unusable,
    errors.ServerBusy: server_busy,
    errors.ServerRefused: server_refused,
    errors.StoreBusy: store_busy,
    errors.StoreDamaged: store_damaged,
    errors.StoreFull: store_full,
    errors.StoreTooNew: store_too_new,
    errors.StoreUnusable: store_unusable,
    errors.Terminated: terminated,
    errors.TlsFailure: tls_failure,
    errors.Unreachable: unreachable,
    OutputClosed: output_closed,
    OutputFailed: output_failed,
}
SILENT = {OutputClosed}
OF_FOLDERS_ALONE = {errors.CursorExpired}
"""No command ends with it: sync verify tells it of a folder, and a sync finds out what is which."""


@pytest.fixture
def stage(spawn: Spawn, rig: Rig, home: Path, tmp_path: Path) -> Stage:
    """A fresh home at the rig."""
    return Stage(spawn, rig, home, tmp_path)


@pytest.mark.parametrize("kind", SCENARIOS, ids=lambda kind: kind.kind)
def test_a_failure_ends_with_its_exit_code_and_says_why(
    kind: type[MailctlError], stage: Stage
) -> None:
    if kind is errors.StoreFull and os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    ran = SCENARIOS[kind](stage)
    assert ran.code == kind.exit_code, ran
    assert "Traceback" not in ran.err
    if kind in SILENT:
        assert ran.err == ""
        return
    error = said(ran)
    assert error["code"] == kind.kind
    assert error["exit_code"] == kind.exit_code
    assert error["retryable"] is kind.retryable
    assert error["message"]


def test_every_class_of_failure_has_a_scenario() -> None:
    assert set(SCENARIOS) | OF_FOLDERS_ALONE == set(concrete(MailctlError))
    assert not OF_FOLDERS_ALONE & set(SCENARIOS)


def test_ctrl_c_ends_with_130_and_says_nothing(stage: Stage) -> None:
    ran = stopped_by(stage, signal.SIGINT)
    assert (ran.code, ran.err) == (ExitCode.INTERRUPTED, "")


def test_a_stop_while_the_program_is_still_starting_ends_with_143(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STOP_AT_THE_FIRST_IMPORT_OF_TYPER)
    done = subprocess.run(
        [sys.executable, "-m", "mailctl", "account", "list"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (ExitCode.TERMINATED, "")


STOP_AT_THE_FIRST_IMPORT_OF_TYPER = """
import os, signal, sys

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Stop())
"""


def test_some_accounts_failing_is_partly_done(stage: Stage) -> None:
    stage.connected()
    stage.mailctl(
        *("account", "add", "ben@corp.example", "--no-verify", "--provider", "hosting"),
        "--password-stdin",
        typed="wrong",
    )
    ran = stage.mailctl("sync", "run", *JSON)
    assert ran.code == ExitCode.PARTIAL
    assert json.loads(ran.out)["failed"] == 1


def test_an_option_that_does_not_exist_is_wrong_usage(stage: Stage) -> None:
    ran = stage.mailctl("account", "list", "--nope", *JSON)
    assert ran.code == ExitCode.USAGE
    assert said(ran)["code"] == "bad-usage"


def concrete(kind: type[MailctlError]) -> Iterator[type[MailctlError]]:
    """Yield all classes of failure below `kind`."""
    for child in kind.__subclasses__():
        yield child
        yield from concrete(child)


def said(ran: Ran) -> dict[str, object]:
    """Return the error that the program reported, from whichever place has it."""
    last = ran.err.strip().splitlines()[-1]
    if last.startswith("{"):
        return dict(json.loads(last)["error"])
    (account,) = json.loads(ran.out)["accounts"]
    return dict(account["error"])


def stopped_by(stage: Stage, signum: signal.Signals) -> Ran:
    """Send a signal to a command that waits for a server which says nothing."""
    with silent() as port:
        stage.add_provider("local", f"127.0.0.1:{port}", "--incoming-security", "none")
        command = subprocess.Popen(
            stage.spawn.words(
                *("account", "add", "ada@local.example", "--provider", "local"),
                *("--secret", "env:PW", *JSON),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **stage.rig.environment(), "PW": "pw"},
        )
        wait_until_connected(command.pid, port)
        command.send_signal(signum)
        out, err = command.communicate(timeout=10)
    return Ran(command.returncode, out, err)


def wait_until_connected(pid: int, port: int) -> None:
    """Return when the process has a connection to the port."""
    wanted = f":{port:04X} 01"
    for _ in range(400):
        table = Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii")
        if wanted in table:
            return
        time.sleep(0.05)
    raise AssertionError("the command never connected")


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Mount a disk of half a megabyte."""
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def disk_bytes(place: Path) -> int:
    """Return what is free."""
    room = os.statvfs(place)
    return room.f_bavail * room.f_frsize
