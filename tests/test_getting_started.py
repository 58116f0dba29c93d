"""The first page of the site: what it shows is what is printed, from detecting to sending."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.rig import Rig
from tests.rig.samples import sample_mails

ROOT = Path(__file__).parent.parent
GUIDES = ROOT / "docs" / "guides"
PAGE = (GUIDES / "getting-started.md").read_text(encoding="utf-8")
WRITER = "ada@corp.example"


def console(text: str) -> list[tuple[str, str]]:
    """Return each command of a page's consoles with what is shown below it."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    parts = re.split(r"^\$ (.*)\n", blocks, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def masked(text: str) -> str:
    """Return what is printed without what differs each time: ids, times, the width of columns."""
    text = re.sub(r"\b(msg|acc|out)_[0-9a-z]+", r"\1_…", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    return re.sub(r" {2,}", "  ", re.sub(r"\b\d\.\d+$", "SECONDS", text, flags=re.MULTILINE))


def test_the_first_page_shows_what_is_printed(
    run: Run, at_the_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting = ("provider", "add", "hosting", "--title", "Hosting Inc.", "--mx", "hosting.example")
    servers = ("--incoming", "mail.hosting.example", "--submission", "mail.hosting.example")
    assert run(*hosting, *servers).code == 0
    address = "first-steps@corp.example"
    at_the_rig.dovecot.add_user(address, "pw")
    for source in sample_mails(datetime.now(UTC), recipient=address):
        at_the_rig.dovecot.deliver(address, source)
    (tmp_path / "bin").mkdir()
    mailctl = tmp_path / "bin" / "mailctl"
    mailctl.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailctl "$@"\n', encoding="utf-8")
    mailctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PW", "pw")
    steps = console(PAGE)
    assert len(steps) >= 8
    for line, shown in steps:
        ran = subprocess.run(
            ["bash", "-c", line.replace(WRITER, address)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        assert (ran.returncode, ran.stderr) == (0, ""), line
        assert masked(ran.stdout).replace(address, WRITER) == masked(shown), line


@pytest.mark.parametrize("page", sorted(GUIDES.glob("*.md")), ids=lambda page: page.stem)
def test_a_block_of_a_guide_is_of_a_kind_that_is_tested(page: Path) -> None:
    kinds = re.findall(r"^```(\S+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    # here, in test_examples, test_shell_examples and test_debug
    tested = {"sh", "bash", "console", "yaml", "trace"}
    assert set(kinds) <= tested | {"{include}", "{literalinclude}"}
    if "console" in kinds:
        assert page.stem in {"getting-started", "connecting"}
