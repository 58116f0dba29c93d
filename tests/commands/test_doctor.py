"""doctor: what is wrong is found, the rest is looked at all the same, and nothing is changed."""

import csv
import hashlib
import io
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailctl.errors import ExitCode
from mailctl.store.connection import Store
from mailctl.store.migrations import LATEST
from tests.commands.boxes import break_password, connected, fill
from tests.conftest import Run, Spawn
from tests.disks import mounted
from tests.rig import Mailbox, Rig
from tests.rig.ews import ExchangeServer
from tests.rig.faults import serving, silent, smtp
from tests.rig.nameservers import silent_nameserver
from tests.rig.processes import reserved_ports
from tests.soak import count

Check = dict[str, Any]


def doctor(run: Run, *words: str) -> tuple[int, dict[str, list[Check]]]:
    """Run doctor and return its exit code and what each look found."""
    ran = run("doctor", *words, "-o", "json")
    found: dict[str, list[Check]] = {}
    for each in json.loads(ran.out)["checks"]:
        found.setdefault(each["check"], []).append(each)
    assert without_a_way_out(found) == []
    return ran.code, found


def statuses(found: dict[str, list[Check]]) -> dict[str, set[str]]:
    return {name: {each["status"] for each in checks} for name, checks in found.items()}


def without_a_way_out(found: dict[str, list[Check]]) -> list[Check]:
    """Return what is not well, and of which nobody says what to do."""
    well = {"ok", "skipped"}
    return [
        each
        for checks in found.values()
        for each in checks
        if each["status"] not in well and not each["todo"]
    ]


def not_well(found: dict[str, list[Check]]) -> set[str]:
    return {name for name, said in statuses(found).items() if said & {"failed", "warning"}}


def every_file(directory: Path) -> dict[str, tuple[str, int, int]]:
    """Return the content, the time of the last change and the mode of all that is there."""
    return {
        str(path): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
            path.stat().st_mode,
        )
        for path in [directory, *directory.rglob("*")]
    }


@pytest.fixture
def ada(run: Run, hosting: str, at_the_rig: Rig) -> Mailbox:
    """A mailbox that is connected and synced."""
    box = connected(run, at_the_rig, f"ada-at-{hosting}")
    fill(at_the_rig, box, range(3))
    assert run("sync", "run").code == 0
    return box


def detour(monkeypatch: pytest.MonkeyPatch, rig: Rig, *leads: str) -> None:
    """Lead connections elsewhere than the rig does."""
    usual = rig.environment()["MAILCTL_CONNECT_TO"]
    monkeypatch.setenv("MAILCTL_CONNECT_TO", ",".join([*leads, usual]))


def test_a_healthy_account_is_found_so(run: Run, ada: Mailbox) -> None:
    code, found = doctor(run)
    assert (code, not_well(found)) == (0, set())
    assert {"python", "libraries", "clock", "home", "permissions", "disk-space", "config"} <= set(
        found
    )
    for check in ("login", "folders", "sending", "tls", "mapping", "sync", "state", "secret"):
        assert statuses(found)[f"account.{check}"] <= {"ok", "note"}, check
    assert {each["account"] for each in found["account.login"]} == {ada.address}
    incoming, submission = found["account.tls"]
    assert incoming["details"]["server"] == "mail.hosting.example:993"
    assert incoming["details"]["tls_version"].startswith("TLSv1.")
    assert submission["details"]["purpose"] == "submission"
    assert incoming["details"]["certificate_days"] > 300


def test_a_look_changes_nothing(run: Run, ada: Mailbox, home: Path) -> None:
    assert ada.address
    before = every_file(home)
    assert doctor(run)[0] == 0
    assert every_file(home) == before


WRITER = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("BEGIN IMMEDIATE")
store.execute("UPDATE account SET owner = 'nobody yet'")
print("writing", flush=True)
sys.stdin.read()
"""


def test_a_look_changes_nothing_while_another_process_writes(
    spawn: Spawn, ada: Mailbox, home: Path
) -> None:
    assert ada.address
    words = [sys.executable, "-c", WRITER, str(home / "mailctl.db")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        before = every_file(home)
        ran = spawn("doctor", "-o", "json")
        assert every_file(home) == before
        writer.communicate()
    assert ran.code == 0, ran.out
    found = {each["check"]: each for each in json.loads(ran.out)["checks"]}
    assert (found["locks"]["status"], found["database"]["status"]) == ("note", "ok")
    assert "fuser" in found["locks"]["todo"]


def test_what_lies_in_the_log_of_a_killed_process_is_seen(
    spawn: Spawn, ada: Mailbox, home: Path
) -> None:
    script = (
        "import os, sqlite3, sys\n"
        "store = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "store.execute(\"UPDATE account SET state = 'disabled'\")\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(home / "mailctl.db")], check=True)
    assert (home / "mailctl.db-wal").stat().st_size > 0
    before = every_file(home)
    ran = spawn("doctor", ada.address, "--offline", "-o", "ndjson")
    assert every_file(home) == before
    found = {each["check"]: each for each in map(json.loads, ran.out.splitlines())}
    assert found["account.state"]["details"]["state"] == "disabled"


def test_no_home_is_made(run: Run, home: Path) -> None:
    code, found = doctor(run)
    assert code == 0
    assert statuses(found)["database"] == {"note"}
    assert "account add" in found["database"][0]["todo"]
    assert not home.exists()


def test_without_any_home_the_rest_is_looked_at(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILCTL_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.setattr(Path, "home", _homeless)
    code, found = doctor(run)
    assert code == ExitCode.USAGE
    assert statuses(found)["home"] == {"failed"}
    assert "MAILCTL_HOME" in found["home"][0]["todo"]
    assert statuses(found)["python"] == {"ok"}


def _homeless() -> Path:
    raise RuntimeError("could not determine home directory")


def test_a_home_that_is_a_file_is_said(run: Run, home: Path) -> None:
    home.write_text("not a directory")
    code, found = doctor(run)
    assert code == ExitCode.STORE
    assert statuses(found)["home"] == {"failed"}


def test_a_home_that_cannot_be_written_is_said(
    run: Run, ada: Mailbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only = home.with_name("read-only")
    with mounted(read_only, "16m") as disk:
        for name in ("mailctl.db", "vault.json"):
            shutil.copy(home / name, read_only / name)
        disk.make_read_only()
        monkeypatch.setenv("MAILCTL_HOME", str(read_only))
        code, found = doctor(run, ada.address, "--offline")
    assert code == ExitCode.STORE
    assert statuses(found)["home"] == {"failed"}
    assert statuses(found)["database"] == {"ok"}
    assert statuses(found)["account.state"] == {"ok"}


def test_a_machine_that_trusts_nobody_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    code, found = doctor(run)
    assert code == ExitCode.TLS
    assert statuses(found)["certificates"] == {"failed"}
    assert "SSL_CERT_FILE" in found["certificates"][0]["todo"]


def test_files_that_others_may_read_are_said(run: Run, ada: Mailbox, home: Path) -> None:
    assert ada.address
    (home / "mailctl.db").chmod(0o644)
    code, found = doctor(run, "--offline")
    (one,) = [each for each in found["permissions"] if each["status"] == "warning"]
    assert (code, one["todo"]) == (0, f"chmod 600 {home / 'mailctl.db'}")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("dsn: 1.2.3.4", "dsn"),
        ("{{", "not YAML"),
        ("output: xml", "xml"),
        ("timeout: soon", "soon"),
        ("connect_to: nonsense", "nonsense"),
        ("vault_key_file: ~nobody-here/key", "nobody-here"),
    ],
)
def test_a_wrong_config_file_is_told_and_ends_nothing(
    run: Run, ada: Mailbox, home: Path, written: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MAILCTL_CONNECT_TO", "MAILCTL_DNS"):
        monkeypatch.delenv(name)
    (home / "config.yaml").write_text(written)
    code, found = doctor(run, "--offline")
    assert code == ExitCode.USAGE
    (wrong,) = [
        each for each in (*found["config"], *found["secrets"]) if each["status"] == "failed"
    ]
    assert said in wrong["found"]
    assert wrong["todo"]
    assert {each["account"] for each in found["account.state"]} == {ada.address}


def test_a_wrong_format_of_the_environment_is_told_in_a_table(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_OUTPUT", "xml")
    ran = run("doctor", "--offline")
    assert ran.code == ExitCode.USAGE
    assert "FAILED  config" in ran.out
    assert "'xml' is no output format" in ran.out


def test_a_variable_that_means_nothing_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILCTL_TIMOUT", "5")
    _, found = doctor(run)
    (odd,) = [each for each in found["config"] if each["status"] == "warning"]
    assert odd["todo"] == "is MAILCTL_TIMEOUT meant?"


def test_each_setting_says_where_it_came_from(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(mode=0o700)
    (home / "config.yaml").write_text("region: DE\n")
    monkeypatch.setenv("MAILCTL_TIMEOUT", "7")
    shown = json.loads(run("doctor", "-o", "json").out)
    settings = {each["name"]: each for each in shown["settings"]}
    assert settings["region"]["said_in"] == str(home / "config.yaml")
    assert (settings["timeout"]["source"], settings["timeout"]["said_in"]) == (
        "environment",
        "MAILCTL_TIMEOUT",
    )
    assert settings["pager"] == {
        "name": "pager",
        "value": None,
        "source": "default",
        "said_in": None,
        "default": "less",
    }
    places = {each["name"]: each for each in shown["places"]}
    assert places["data"]["source"] == "MAILCTL_HOME"


def test_a_wrong_password_is_found_and_not_shown_twice(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    box = break_password(run, at_the_rig, f"ada-at-{hosting}")
    code, found = doctor(run)
    assert code == ExitCode.AUTHORISATION
    (login,) = found["account.login"]
    assert (login["status"], login["cause"]) == ("failed", "wrong-password")
    assert box.address in login["found"]
    assert statuses(found)["account.sending"] == {"skipped"}


def test_a_refused_account_is_tried_only_where_it_is_named(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    at_the_rig.dovecot.add_user(ada.address, "another")
    run("sync", "run")
    code, found = doctor(run)
    assert (code, statuses(found)["account.login"]) == (ExitCode.AUTHORISATION, {"skipped"})
    at_the_rig.dovecot.add_user(ada.address, ada.password)
    _, found = doctor(run, ada.address)
    assert statuses(found)["account.login"] == {"ok"}


def test_a_server_that_is_down_is_told_for_each_look(
    run: Run, ada: Mailbox, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.address
    with reserved_ports(1) as (port,):
        detour(monkeypatch, at_the_rig, f"mail.hosting.example:993:127.0.0.1:{port}")
        code, found = doctor(run)
    assert code == ExitCode.TEMPORARY
    assert statuses(found)["account.login"] == {"failed"}
    assert statuses(found)["account.sending"] == {"ok"}
    assert "refused the connection" in found["account.tls"][0]["found"]


def test_a_server_that_says_nothing_is_given_up(
    run: Run, ada: Mailbox, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.address
    with silent(certificate=at_the_rig.authority.server()) as port:
        detour(monkeypatch, at_the_rig, f"mail.hosting.example:993:127.0.0.1:{port}")
        code, found = doctor(run, "--timeout", "1")
    assert code == ExitCode.TEMPORARY
    assert "not over after 1 seconds" in found["account.login"][0]["found"]


@pytest.mark.parametrize(
    ("name", "said"), [("expired", "has expired"), ("wrong_host", "is for another name")]
)
def test_a_wrong_certificate_is_told(
    run: Run,
    ada: Mailbox,
    at_the_rig: Rig,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    said: str,
) -> None:
    assert ada.address
    certificate = getattr(at_the_rig.authority, name)()
    with silent(certificate=certificate) as port:
        detour(monkeypatch, at_the_rig, f"mail.hosting.example:993:127.0.0.1:{port}")
        code, found = doctor(run)
    assert code == ExitCode.TLS
    assert said in found["account.tls"][0]["found"]


def test_a_certificate_that_ends_soon_is_warned_of(
    run: Run, ada: Mailbox, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.address
    soon = at_the_rig.authority.issue_ending("ends-soon", 5, "mail.hosting.example")
    with smtp({}, certificate=soon) as port:
        detour(
            monkeypatch,
            at_the_rig,
            f"mail.hosting.example:465:127.0.0.1:{port}",
            f"mail.hosting.example:587:127.0.0.1:{port}",
        )
        run(
            *("provider", "set", "hosting", "--submission", "mail.hosting.example:465"),
            *("--submission-security", "tls"),
        )
        code, found = doctor(run)
    (one,) = [each for each in found["account.tls"] if each["status"] == "warning"]
    assert (code, one["details"]["certificate_days"]) == (0, 5)


@pytest.mark.parametrize(
    ("greeting", "status", "code"),
    [
        (b"220 x ESMTP ready at Mon, 23 Nov 2020 10:00:00 +0000", "failed", ExitCode.TLS),
        (b"220 x ESMTP ready", "ok", ExitCode.OK),
    ],
)
def test_the_clock_is_held_against_that_of_a_server(
    run: Run,
    ada: Mailbox,
    at_the_rig: Rig,
    monkeypatch: pytest.MonkeyPatch,
    greeting: bytes,
    status: str,
    code: ExitCode,
) -> None:
    assert ada.address
    with smtp({"greeting": greeting}, certificate=at_the_rig.authority.server()) as port:
        detour(monkeypatch, at_the_rig, f"mail.hosting.example:465:127.0.0.1:{port}")
        run(
            *("provider", "set", "hosting", "--submission", "mail.hosting.example:465"),
            *("--submission-security", "tls"),
        )
        ended, found = doctor(run)
    assert ended == code
    assert found["clock"][-1]["status"] == status


def test_a_silent_name_server_is_told_and_nothing_else_waits(
    run: Run, ada: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.address
    with silent_nameserver() as address:
        monkeypatch.setenv("MAILCTL_DNS", address)
        code, found = doctor(run, "--timeout", "2")
    assert code == ExitCode.TEMPORARY
    assert statuses(found)["dns"] == {"failed"}
    assert statuses(found)["account.login"] == {"ok"}


def test_offline_nobody_is_asked(
    run: Run, ada: Mailbox, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    with (
        serving(asked.append) as port,
        silent_nameserver() as nameserver,
    ):
        monkeypatch.setenv("MAILCTL_DNS", nameserver)
        detour(monkeypatch, at_the_rig, f"mail.hosting.example:993:127.0.0.1:{port}")
        code, found = doctor(run, ada.address, "--offline")
    assert (code, asked) == (0, [])
    assert not {"dns", "account.login", "account.tls", "account.mapping"} & set(found)


def test_a_chosen_folder_that_is_gone_is_told(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    at_the_rig.dovecot.append(ada.address, ada.password, "Projects", b"Subject: x\r\n\r\nx\r\n")
    assert run("account", "set", ada.address, "folders=INBOX,Projects").code == 0
    with at_the_rig.dovecot.login(ada.address, ada.password) as client:
        client.delete("Projects")
    code, found = doctor(run)
    assert code == ExitCode.NOT_FOUND
    (folders,) = found["account.folders"]
    assert (folders["status"], folders["cause"]) == ("failed", "folder-missing")
    assert "Projects" in folders["found"]


def test_exchangers_that_contradict_a_mapping_are_told(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    assert ada.address
    other = at_the_rig.address("ada", domain="gmail-hosted.example")
    ran = run(
        *("account", "add", other.address, "--provider", "hosting", "--password-stdin"),
        typed=other.password,
    )
    assert ran.code == 0, ran.err
    run("provider", "map-domain", "gmail-hosted.example", "hosting")
    code, found = doctor(run)
    (odd,) = [each for each in found["account.mapping"] if each["status"] == "warning"]
    assert (code, odd["account"]) == (0, other.address)
    assert odd["details"]["mapped_to"] == "hosting"
    assert odd["details"]["mx_provider"] == "gmail"


def test_a_learned_domain_whose_exchangers_changed_is_told(
    run: Run, hosting: str, at_the_rig: Rig
) -> None:
    at_the_rig.dns.add_zone("moving.example", "@ MX 10 mx.here.test.\n@ MX 20 other.here.test.")
    box = at_the_rig.address("ada", domain="moving.example")
    words = ("account", "add", box.address, "--provider", hosting, "--password-stdin")
    assert run(*words, typed=box.password).code == 0
    assert statuses(doctor(run)[1])["account.mapping"] == {"ok"}
    at_the_rig.dns.add_zone("moving.example", "@ MX 10 mx.elsewhere.test.")
    code, found = doctor(run)
    (odd,) = found["account.mapping"]
    assert (code, odd["status"]) == (0, "warning")
    assert "were mx.here.test when it was learned to be at hosting" in odd["found"]
    run("provider", "map-domain", "moving.example", hosting)  # a person says that it is right
    assert statuses(doctor(run)[1])["account.mapping"] == {"ok"}


def test_an_unknown_account_is_told_beside_the_rest(run: Run, ada: Mailbox) -> None:
    assert ada.address
    code, found = doctor(run, "nobody@corp.example")
    assert code == ExitCode.NOT_FOUND
    assert statuses(found)["accounts"] == {"failed"}
    assert statuses(found)["database"] == {"ok"}


def test_an_exchange_account_is_looked_at(run: Run, at_the_rig: Rig) -> None:
    with ExchangeServer(at_the_rig.authority) as server:
        server.add("ada@corp.example", username="CORP\\ada", password="right")
        run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
        added = run(
            *("account", "add", "ada@corp.example", "--provider", "corp", "--login", "CORP\\ada"),
            "--password-stdin",
            typed="right",
        )
        assert added.code == 0, added.err
        code, found = doctor(run)
    assert code == 0, found
    assert statuses(found)["account.login"] == {"ok"}
    assert statuses(found)["account.sending"] == {"ok"}
    assert found["account.tls"][0]["details"]["certificate_days"] > 0
    assert "sent" in found["account.folders"][0]["details"]["roles"]


def test_a_database_of_a_newer_mailctl_is_told(run: Run, ada: Mailbox, home: Path) -> None:
    assert ada.address
    with closing(sqlite3.connect(home / "mailctl.db")) as raw:
        raw.execute(f"PRAGMA user_version = {LATEST + 1}")
    code, found = doctor(run)
    assert code == ExitCode.STORE
    assert found["database"][0]["cause"] == "store-too-new"
    assert statuses(found)["python"] == {"ok"}


def test_an_older_database_stays_as_it_is(run: Run, ada: Mailbox, home: Path) -> None:
    assert ada.address
    with closing(sqlite3.connect(home / "mailctl.db")) as raw:
        raw.execute(f"PRAGMA user_version = {LATEST - 1}")
    before = every_file(home)
    code, found = doctor(run)
    assert (code, statuses(found)["database"]) == (0, {"note"})
    assert every_file(home) == before


def test_a_damaged_database_names_the_newest_backup(run: Run, ada: Mailbox, home: Path) -> None:
    assert ada.address
    run("db", "backup")
    (backup,) = home.glob("*.backup.db")
    with (home / "mailctl.db").open("rb+") as file:
        file.truncate(20_000)
    code, found = doctor(run)
    assert code == ExitCode.STORE
    assert f"cp {backup}" in found["database"][0]["todo"]


def test_the_advice_for_a_damaged_database_works_step_by_step(
    run: Run, ada: Mailbox, home: Path
) -> None:
    run("db", "backup")
    database, log = home / "mailctl.db", home / "mailctl.db-wal"
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE account SET owner = 'of the log'")
        left = log.read_bytes()
    log.write_bytes(left)  # as a process leaves it that is killed
    (home / "mailctl.db-shm").write_bytes(bytes(32768))
    with database.open("rb+") as file:
        file.truncate(20_000)
    code, found = doctor(run)
    assert code == ExitCode.STORE
    for step in re.findall(r"(?:mv|cp) \S+ [^\s;]+", found["database"][0]["todo"]):
        subprocess.run(["sh", "-c", step], check=True)
    assert run("db", "check").code == ExitCode.OK
    shown = json.loads(run("account", "show", ada.address, "-o", "json").out)
    assert shown["owner"] != "of the log"
    assert (home / "mailctl.db.damaged-wal").read_bytes() == left


def test_a_file_cut_to_nothing_is_damaged(run: Run, ada: Mailbox, home: Path) -> None:
    assert ada.address
    os.truncate(home / "mailctl.db", 0)
    code, found = doctor(run)
    assert (code, statuses(found)["database"]) == (ExitCode.STORE, {"failed"})


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small database, as bytes."""
    from tests.store.samples import deliver, folder, mail

    path = tmp_path_factory.mktemp("sound") / "mailctl.db"
    with closing(Store(path)) as store, store.writing() as tx:
        for uid in range(1, 40):
            deliver(tx, folder(tx), uid, mail(message_id=f"<{uid}@x.example>", body="x" * 400))
    return path.read_bytes()


@pytest.mark.parametrize("seed", range(count(20, 400)))
def test_flipped_bytes_are_told_and_end_nothing(
    run: Run, home: Path, sound: bytes, seed: int
) -> None:
    numbers = random.Random(seed)
    content = bytearray(sound)
    if seed % 4 == 3:
        del content[numbers.randrange(1, len(content)) :]
    for _ in range(50):
        end = min(len(content), numbers.choice([4096, len(content)]))
        content[numbers.randrange(0, end)] ^= 1 << numbers.randrange(8)
    home.mkdir(mode=0o700)
    (home / "mailctl.db").write_bytes(bytes(content))
    before = every_file(home)
    code, found = doctor(run, "--offline")  # anything but a MailctlError is raised here
    assert code in {ExitCode.OK, ExitCode.STORE, ExitCode.NOT_FOUND, ExitCode.AUTHORISATION}
    assert statuses(found)["python"] == {"ok"}
    if statuses(found)["database"] == {"failed"}:
        assert code == ExitCode.STORE
        assert found["database"][0]["todo"]
    assert every_file(home) == before


def test_every_format_tells_the_same(run: Run, ada: Mailbox) -> None:
    assert ada.address
    whole = json.loads(run("doctor", "--offline", "-o", "json").out)
    names = [each["check"] for each in whole["checks"]]
    assert whole["counts"]["ok"] == sum(each["status"] == "ok" for each in whole["checks"])
    lines = run("doctor", "--offline", "-o", "ndjson").out.splitlines()
    assert [json.loads(line)["check"] for line in lines] == names
    rows = csv.DictReader(io.StringIO(run("doctor", "--offline", "-o", "csv").out))
    assert [row["check"] for row in rows] == names
    read = yaml.safe_load(run("doctor", "--offline", "-o", "yaml").out)
    assert [each["check"] for each in read["checks"]] == names
    table = run("doctor", "--offline", "--fields", "check,status").out.splitlines()
    assert [line.split()[0] for line in table[1:]] == names


def test_problems_alone_are_shown_and_all_with_v(run: Run, ada: Mailbox, home: Path) -> None:
    (home / "mailctl.db").chmod(0o644)
    short, whole = run("doctor", "--offline").out, run("doctor", "--offline", "-v").out
    assert "this machine\n  warning permissions" in short
    assert "-> chmod 600" in short
    assert "python" not in short
    assert short.splitlines()[-1].endswith("mailctl doctor -v")
    assert "ok      python" in whole
    assert f"{ada.address}\n" in whole
    assert "by MAILCTL_CONNECT_TO" in whole


def test_data_and_config_in_places_of_their_own_are_both_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAILCTL_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    _, found = doctor(run, "--offline")
    told = {each["details"]["path"]: each["details"]["source"] for each in found["home"]}
    config = Path(os.environ["HOME"]) / ".config" / "mailctl"
    assert told == {str(tmp_path / "data" / "mailctl"): "XDG_DATA_HOME", str(config): "HOME"}


def test_a_keyring_that_cannot_be_had_is_told(spawn: Spawn) -> None:
    keyring = {"PYTHON_KEYRING_BACKEND": "no.such.Keyring"}
    ran = spawn("doctor", "--offline", "-o", "json", environment=keyring)
    found = {each["check"]: each for each in json.loads(ran.out)["checks"]}
    assert (ran.code, found["secrets"]["status"]) == (ExitCode.AUTHORISATION, "failed")
    assert "--secret vault" in found["secrets"]["todo"]


def test_a_secret_that_is_missing_is_told_once(run: Run, ada: Mailbox, home: Path) -> None:
    (home / "vault.json").unlink()
    ran = run("doctor", "-o", "json")
    found = {each["check"]: each for each in json.loads(ran.out)["checks"]}
    assert ran.code == ExitCode.AUTHORISATION
    assert found["account.secret"]["status"] == "failed"
    assert (found["account.login"]["status"], found["account.login"]["found"]) == (
        "skipped",
        "not tried: its secret cannot be read",
    )
    assert "account.sending" not in found
