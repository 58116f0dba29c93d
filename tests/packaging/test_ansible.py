"""The playbook of examples/ansible connects accounts at real servers, and changes nothing twice."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.packaging.distributions import ROOT, TOOLS, Distributions, packages_in_reach
from tests.rig import Rig

# Of the play alone: the team of the other examples has another password.
SALES, SUPPORT, OFFICE = (f"{name}.play@corp.example" for name in ("sales", "support", "office"))
PASSWORD = "C4n4ry-of-the-play"


@dataclass(frozen=True)
class Host:
    """A user of this machine, at home in a directory, and the playbook to provision it by."""

    directory: Path
    environment: dict[str, str]
    source: str

    def play(self, *options: str, playbook: str = "mail.yml") -> Ran:
        """Run the playbook as one types it."""
        words = ("-i", "inventory", "--vault-password-file", "vault-key", "-e", self.source)
        return self.run(TOOLS / "ansible-playbook", *words, *options, playbook)

    def run(self, *words: str | Path) -> Ran:
        """Run a program beside the playbook."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.directory / "examples" / "ansible",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            stdin=subprocess.DEVNULL,
        )
        assert PASSWORD not in done.stdout + done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def accounts(self) -> list[str]:
        """Return the addresses of the accounts that are there."""
        ran = self.run(self.mailctl, "account", "list", "--jq", ".[].address")
        assert ran.code == 0, ran.err
        return ran.out.split()

    @property
    def mailctl(self) -> Path:
        return self.directory / "home" / ".local" / "bin" / "mailctl"

    def declare(self, old: str, new: str) -> str:
        """Write a playbook that says something else, and return its name."""
        place = self.directory / "examples" / "ansible"
        text = (place / "mail.yml").read_text(encoding="utf-8")
        assert old in text
        (place / "other.yml").write_text(text.replace(old, new), encoding="utf-8")
        return "other.yml"


def changed(ran: Ran) -> int:
    """Return how many tasks say that they changed something, of a play that went well."""
    assert ran.code == 0, ran.out + ran.err
    found = re.search(r"changed=(\d+) .*failed=0", ran.out)
    assert found is not None
    return int(found[1])


@pytest.fixture(scope="session")
def bare(distributions: Distributions, rig: Rig, workshop: Path) -> Host:
    """A host where nothing of ours is."""
    directory = workshop / "ansible"
    shutil.copytree(ROOT / "examples", directory / "examples")
    (directory / "home").mkdir(parents=True)
    place = directory / "examples" / "ansible"
    playbook = place.joinpath("mail.yml")
    text = playbook.read_text(encoding="utf-8")
    playbook.write_text(text.replace("@corp.example", ".play@corp.example"), encoding="utf-8")
    place.joinpath("inventory").write_text(
        "[mail]\nhere ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n",
        encoding="utf-8",
    )
    place.joinpath("vault-key").write_text("key of the vault", encoding="utf-8")
    place.joinpath("passwords.yml").write_text(
        f"sales_password: {PASSWORD}\nsupport_password: {PASSWORD}\n", encoding="utf-8"
    )
    for address in (SALES, SUPPORT):
        rig.dovecot.add_user(address, PASSWORD)
    environment = {
        **packages_in_reach(),
        **rig.environment(),
        "PATH": "/usr/bin:/bin",
        "HOME": str(directory / "home"),
        "LANG": "C.UTF-8",
    }
    host = Host(directory, environment, f"mailctl_source={distributions.wheel.as_uri()}")
    words = ("encrypt", "--vault-password-file", "vault-key", "passwords.yml")
    assert host.run(TOOLS / "ansible-vault", *words).code == 0
    return host


@pytest.fixture(scope="session")
def host(bare: Host) -> Host:
    """The same after the first play, which was tried by --check before."""
    assert changed(bare.play("--check")) > 0
    assert not bare.mailctl.exists()
    assert not (bare.directory / "home" / ".config").exists()
    assert changed(bare.play()) > 0
    return bare


def test_a_second_play_changes_nothing_and_neither_would_a_third(host: Host) -> None:
    assert host.accounts() == [SALES, SUPPORT]
    assert changed(host.play()) == 0
    assert changed(host.play("--check")) == 0


def test_check_mode_shows_a_change_that_the_play_then_makes_once(host: Host) -> None:
    playbook = host.declare("period: 30d", "period: 60d")
    for _ in range(2):
        assert changed(host.play("--check", playbook=playbook)) == 1
    assert changed(host.play(playbook=playbook)) == 1
    assert changed(host.play(playbook=playbook)) == 0
    shown = host.run(host.mailctl, "account", "show", SALES, "--jq", ".settings.period")
    assert shown.out.strip() == "60d"


def test_what_is_declared_wrongly_fails_in_check_mode_already(host: Host) -> None:
    ran = host.play("--check", playbook=host.declare("bulk: skip", "bulk: maybe"))
    assert ran.code != 0
    assert "bulk" in ran.out + ran.err


def test_an_account_that_is_refused_fails_the_play_and_leaves_the_others(
    host: Host, rig: Rig
) -> None:
    other = f"      - address: {SUPPORT}"
    rest = 'owner: X, password: "{{ sales_password }}"'
    more = f"""\
      - {{address: nobody@corp.example, {rest}}}
      - {{address: {OFFICE}, {rest}}}
"""
    rig.dovecot.add_user(OFFICE, PASSWORD)
    ran = host.play(playbook=host.declare(other, more + other))
    assert ran.code != 0
    assert "nobody@corp.example" in ran.out + ran.err
    assert set(host.accounts()) == {SALES, SUPPORT, OFFICE}
    assert host.run(host.mailctl, "account", "remove", OFFICE, "--yes").code == 0


def test_passwords_are_in_files_that_only_the_user_reads(host: Host) -> None:
    secrets = host.directory / "home" / ".config" / "mailctl" / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    files = {file.name: file.stat().st_mode & 0o777 for file in secrets.iterdir()}
    assert {SALES: 0o600, SUPPORT: 0o600}.items() <= files.items()


def test_the_service_that_was_brought_loads_mail(host: Host, rig: Rig) -> None:
    units = host.directory / "home" / ".config" / "systemd" / "user"
    assert (units / "mailctl-sync.timer").exists()
    service = (units / "mailctl-sync.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", service, re.MULTILINE)
    rig.dovecot.append(SALES, PASSWORD, "INBOX", b"Subject: by a timer\r\n\r\nhello\r\n")
    words = command.replace("%h", host.environment["HOME"]).replace("--due ", "").split()
    assert host.run(*words).code == 0
    listed = host.run(host.mailctl, "message", "list", "--jq", ".[].subject")
    assert "by a timer" in listed.out
