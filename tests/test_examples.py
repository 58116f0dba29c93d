"""What a reader copies works: the demo, and the commands of the README."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.test_help import COMMANDS
from tests.conftest import Run
from tests.rig import Rig

ROOT = Path(__file__).parent.parent
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_demo_runs_to_its_end(rig: Rig, tmp_path: Path) -> None:
    users = {"user@corp.example", "user@startup.example"}
    mailctl = tmp_path / "mailctl"
    mailctl.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailctl "$@"\n')
    mailctl.chmod(0o755)
    for user in users:
        rig.dovecot.add_user(user, "pw")
        rig.dovecot.append(user, "pw", "INBOX", b"From: ben@hosting.example\r\n\r\nhello\r\n")
    environment = {
        **os.environ,
        **rig.environment(),
        "PASSWORD": "pw",
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [ROOT / "examples" / "demo.sh"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "exit code 6" in done.stdout
    assert "startup.example is now recognised for everybody" in done.stdout


def test_invoices_are_sent_once_however_often_the_script_is_run(
    rig: Rig, run: Run, at_the_rig: Rig, hosting: str, tmp_path: Path
) -> None:
    for user in ("user@corp.example", "office@corp.example"):
        rig.dovecot.add_user(user, "pw")
    box = at_the_rig.address("ada")
    ran = run("account", "add", box.address, "--password-stdin", typed=box.password)
    assert ran.code == 0, ran.err
    (tmp_path / "bin").mkdir()
    mailctl = tmp_path / "bin" / "mailctl"
    mailctl.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailctl "$@"\n')
    mailctl.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    words = [str(ROOT / "examples" / "send-invoices.sh"), box.address]
    first, second = (
        subprocess.run(
            words, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        for _ in range(2)
    )
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout
    assert first.stdout.count("sent") == 2


def test_a_team_is_provisioned_and_a_second_run_finds_nothing_to_do(
    run: Run, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM", "Team")
    for name in ("sales", "support"):
        at_the_rig.dovecot.add_user(f"{name}@corp.example", "pw")
        monkeypatch.setenv(f"{name.upper()}_PASSWORD", "pw")
    words = ("apply", "-f", str(ROOT / "examples" / "provision.yaml"), "-o", "json")
    for result, count in (("created", 9), ("unchanged", 9)):
        ran = run(*words)
        assert ran.code == 0, ran.out
        assert json.loads(ran.out)[result] == count


def test_the_file_of_the_guide_can_be_applied(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (ROOT / "docs" / "guides" / "provisioning.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert shown is not None
    monkeypatch.setenv("TEAM", "Team")
    monkeypatch.setenv("SALES_PASSWORD", "pw")
    ran = run("apply", "--no-verify", "-f", "-", "-o", "json", typed=shown[1])
    assert (ran.code, json.loads(ran.out)["created"]) == (0, 3)


def shown_commands() -> list[str]:
    """Return every mailctl command that is shown, once, its pipes and redirections cut off."""
    text = "\n".join([README, *(page.read_text(encoding="utf-8") for page in GUIDES)])
    blocks = re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    command = re.compile(r"mailctl (?:'[^']*'|[^|>#'])*")
    found = [command.search(line) for line in lines if not line.startswith("  ")]
    words = [match[0].strip() for match in found if match]
    return [line for line in dict.fromkeys(words) if not line.startswith("mailctl &&")]


@pytest.mark.parametrize("line", shown_commands())
def test_a_command_that_is_shown_is_understood(run: Run, line: str) -> None:
    words = shlex.split(line)[1:]
    is_single = (words[0],) in COMMANDS
    assert run(*words[: 1 if is_single else 2], "--help").code == 0
    ran = run(*words, "--fields", "no_such_field", "--no-input", "--offline-check")
    assert "--offline-check" in ran.err, "only the option that we made up is refused"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_a_link_of_a_page_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_lists_every_exit_code() -> None:
    from mailctl.errors import ExitCode

    table = README[README.index("| exit |") :]
    for code in ExitCode:
        assert re.search(rf"\b{int(code)}\b", table), code


def test_the_detection_in_the_readme_is_what_is_printed(run: Run) -> None:
    shown = re.search(r"\$ mailctl provider detect ada@gmail.com\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    assert run("provider", "detect", "ada@gmail.com").out == shown[1]
