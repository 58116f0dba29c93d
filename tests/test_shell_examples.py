"""The examples for shells, cron and systemd do what they say, even where there is little else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.linked_mail import OWN, Post, done, own_account
from tests.conftest import Run
from tests.rig import Rig

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
ONE_LINERS = [
    line
    for page in (EXAMPLES / "one-liners.md", *(ROOT / "docs" / "guides").glob("*.md"))
    for line in re.findall(r"```bash\n(.*?)\n```", page.read_text(encoding="utf-8"), re.DOTALL)
]
READ_ONLY = """
set -eu
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,bind,ro /
mount -o remount,bind,rw "$1"
shift
exec setsid "$@"
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with mailctl in it."""
    (tmp_path / "bin").mkdir()
    mailctl = tmp_path / "bin" / "mailctl"
    mailctl.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m mailctl "$@"\n', encoding="utf-8"
    )
    mailctl.chmod(0o755)
    return f"{tmp_path}/bin:/usr/local/bin:/usr/bin:/bin"


@pytest.fixture
def _store(run: Run, tmp_path: Path) -> None:
    """Mail with a company whose people share an address, and of others."""
    own_account(run)
    done(run, "company", "add", "--name", "Acme", "--domain", "acme.example")
    for name in ("Bob", "Beth"):
        twin = ("--name", name, "--email", "office@acme.example", "--allow-duplicate")
        done(run, "contact", "add", *twin)
    post = Post(run, tmp_path)
    for number in range(4):
        sender = "office@acme.example" if number % 2 else "eve@else.example"
        post.deliver(str(number), f"From: {sender}", f"To: {OWN}", f"Subject: mail {number}")


@pytest.mark.usefixtures("_store")
@pytest.mark.parametrize("line", ONE_LINERS)
def test_a_one_liner_works_where_every_part_of_a_pipe_must(
    line: str, path: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "PATH": path, "OUT": str(tmp_path), "HOME": str(tmp_path)}
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
    assert "Traceback" not in ran.stderr
    assert ran.stdout or ">" in line or "diff" in line


def commands_of_cron() -> list[str]:
    lines = (EXAMPLES / "cron" / "crontab").read_text(encoding="utf-8").splitlines()
    return [line.split(maxsplit=5)[5] for line in lines if re.match(r"[*\d]", line)]


def command_of_systemd() -> str:
    text = (EXAMPLES / "systemd" / "mailctl-sync.service").read_text(encoding="utf-8")
    found = re.search(r"^ExecStart=%h/\.local/bin/(.*)$", text, re.MULTILINE)
    assert found is not None
    return found[1]


def test_a_team_is_provisioned_and_synced_where_there_is_next_to_nothing(
    at_the_rig: Rig, path: str, tmp_path: Path
) -> None:
    """No HOME, no terminal, no D-Bus, nothing writable but MAILCTL_HOME, and the locale C."""
    if os.geteuid() != 0:
        pytest.skip("a root directory that is read-only needs root")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for name in ("sales", "support"):
        at_the_rig.dovecot.add_user(f"{name}@corp.example", "pw")
        at_the_rig.dovecot.empty(f"{name}@corp.example")
        mail = f"From: ben@hosting.example\r\nSubject: {name}\r\n\r\nhello\r\n".encode()
        at_the_rig.dovecot.append(f"{name}@corp.example", "pw", "INBOX", mail)
    passwords = {"SALES_PASSWORD": "pw", "SUPPORT_PASSWORD": "pw", "TEAM": "Team"}
    environment = {**at_the_rig.environment(), **passwords, "PATH": path, "LANG": "C"}
    environment["MAILCTL_HOME"] = str(home)

    def typed(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", str(home), "sh", "-c", line],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    applied = typed(f"mailctl apply -f {EXAMPLES}/provision.yaml -o json --jq .created")
    assert (applied.returncode, applied.stdout.strip()) == (0, "9"), applied.stderr
    for line in (*commands_of_cron(), command_of_systemd()):
        ran = typed(line)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", ""), line
    assert typed("mailctl message list -o json --jq length").stdout.strip() == "2"
    assert typed("touch /tmp/x").returncode != 0, "the root directory can be written to"
