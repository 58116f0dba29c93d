"""What is made from the commands: current, sound, and where the package's files are looked for."""

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pexpect
import pytest

from docs.generate.__main__ import DOCS, main
from docs.generate.roff import escaped, prose
from mailctl.cli.main import Nouns
from mailctl.errors import ExitCode
from mailctl.output.topics.pages import every_page
from tests.commands.test_help import COMMANDS

ROOT = DOCS.parent
PAGES = [
    *("man1/mailctl.1", *(f"man1/mailctl-{noun}.1" for noun in Nouns.nouns)),
    *(f"man7/mailctl-{topic}.7" for topic in every_page()),
]
"""What has to be there, told apart from what makes it."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a wheel is installed that was made of a source distribution, as an index does."""
    work = tmp_path_factory.mktemp("package")
    hatch = [sys.executable, "-m", "hatchling", "build", "-d", str(work)]
    subprocess.run([*hatch, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
        archive.extractall(work, filter="data")
    source = next(work.glob("mailctl-*/"))
    subprocess.run([*hatch, "-t", "wheel"], cwd=source, check=True, capture_output=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--prefix"]
    place = work / "installed"
    ran = subprocess.run(
        [*pip, str(place), "--ignore-installed", str(next(work.glob("*.whl")))],
        check=False,
        capture_output=True,
        text=True,
        env={key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
    )
    assert ran.returncode == 0, ran.stderr
    return place


@pytest.fixture
def path() -> str:
    """A PATH on which mailctl is, with the same Python as the tests."""
    return f"{Path(sys.executable).parent}:/usr/bin:/bin"


def test_what_is_made_from_the_commands_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_what_is_stale_missing_or_left_over_is_told_and_then_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], docs=tmp_path) == 0
    (tmp_path / "man" / "man1" / "mailctl-sync.1").write_text("of yesterday")
    (tmp_path / "reference" / "account.md").unlink()
    (tmp_path / "man" / "man1" / "mailctl-fax.1").write_text("a noun that went")
    assert main(["--check"], docs=tmp_path) == 1
    told = capsys.readouterr().err
    for name in ("mailctl-sync.1", "account.md", "mailctl-fax.1", "make docs"):
        assert name in told
    assert main([], docs=tmp_path) == 0
    assert main(["--check"], docs=tmp_path) == 0


@pytest.mark.parametrize("page", PAGES)
def test_a_man_page_is_installed_and_sound(page: str, installed: Path) -> None:
    file = str(installed / "share" / "man" / page)
    for check in (
        ["mandoc", "-T", "lint", "-W", "warning", file],
        ["groff", "-man", "-ww", "-z", "-T", "ascii", file],
    ):
        ran = subprocess.run(check, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_no_other_man_pages_are_installed(installed: Path) -> None:
    there = [file for file in (installed / "share" / "man").rglob("*") if file.is_file()]
    assert sorted(str(file.relative_to(installed / "share" / "man")) for file in there) == sorted(
        PAGES
    )


def rendered(file: Path) -> str:
    """Return what a person sees, without bold, on one line a paragraph."""
    ran = subprocess.run(
        ["mandoc", "-T", "ascii", "-O", "width=200", file],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(".\x08", "", ran.stdout)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_manual_with_examples_that_can_be_copied(
    words: tuple[str, ...], installed: Path
) -> None:
    from docs.generate.tree import every_noun

    said = rendered(installed / "share" / "man" / "man1" / f"mailctl-{words[0]}.1")
    assert f"mailctl {' '.join(words)}" in said
    noun = next(noun for noun in every_noun() if noun.name == words[0])
    command = next(command for command in noun.commands if command.words == words)
    for example in command.examples:
        assert example in said
    for option in command.options:
        assert option.names in said


@pytest.mark.parametrize("noun", list(Nouns.nouns))
def test_each_man_page_tells_every_exit_code(noun: str) -> None:
    said = rendered(DOCS / "man" / "man1" / f"mailctl-{noun}.1")
    told = said.partition("EXIT STATUS")[2].partition("SEE ALSO")[0]
    for code in ExitCode:
        assert re.search(rf"(?m)^ +{int(code)} +\S", told)


def test_text_that_looks_like_roff_says_itself(tmp_path: Path) -> None:
    hostile = [".TH of\\fBit", "'quoted' \"twice\"", "a\\e-b ~x^ `y`", "-o", "naïve ₤", ""]
    page = tmp_path / "page.1"
    lines = ['.TH X 1 2026-12-01 "x" "x"', ".SH NAME", r"x \- y", ".nf", *map(escaped, hostile)]
    page.write_text("\n".join([*lines, ".fi", ""]))
    said = subprocess.run(
        ["mandoc", "-T", "utf8", page], capture_output=True, text=True, check=True
    ).stdout
    for text in hostile:
        assert text in said


def test_backticks_are_bold() -> None:
    assert prose("a `--b` c") == r"a \fB\-\-b\fR c"


def test_man_finds_the_page(installed: Path, path: str) -> None:
    ran = subprocess.run(
        ["mman", "-M", installed / "share" / "man", "-T", "ascii", "1", "mailctl-account"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": path},
    )
    assert "MAILCTL-ACCOUNT(1)" in ran.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("mailctl acc", "account"),
        ("mailctl account mig", "migrate"),
        ("mailctl message attachments s", "save"),
        ("mailctl sync run --allow", "--allow-delete"),
        ("mailctl account list --out", "--output"),
        ("mailctl account list -o nd", "ndjson"),
    ],
)
class TestCompletion:
    """What the installed scripts offer where somebody presses TAB."""

    def test_bash(self, typed: str, offered: str, installed: Path, path: str) -> None:
        script = installed / "share" / "bash-completion" / "completions" / "mailctl"
        words = typed.split()
        ask = (
            f"source {script}; COMP_LINE='{typed}'; "
            f"COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
            f"$(complete -p mailctl | sed 's/.*-F \\([^ ]*\\) .*/\\1/') mailctl; "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        ran = subprocess.run(
            ["bash", "--norc", "-c", ask],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PATH": path},
        )
        assert offered in ran.stdout.split()

    def test_zsh_at_the_first_tab(
        self, typed: str, offered: str, installed: Path, path: str, tmp_path: Path
    ) -> None:
        functions = installed / "share" / "zsh" / "site-functions"
        with pexpect.spawn(
            "zsh",
            ["-f", "-i"],
            env={**os.environ, "PATH": path, "TERM": "dumb", "ZDOTDIR": str(tmp_path)},
            encoding="utf-8",
            timeout=20,
            dimensions=(24, 200),
        ) as shell:
            shell.sendline(f"PS1='>>'; fpath=({functions} $fpath); autoload -U compinit")
            shell.sendline("compinit -D; print rea''dy")
            shell.expect_exact("ready")
            shell.send(f"{typed}\t")
            shell.expect_exact(offered.removeprefix(typed.rpartition(" ")[2]))

    def test_fish(
        self, typed: str, offered: str, installed: Path, path: str, tmp_path: Path
    ) -> None:
        ran = subprocess.run(
            ["fish", "-c", f"complete -C '{typed}'"],
            capture_output=True,
            text=True,
            check=True,
            env={
                **os.environ,
                "PATH": path,
                "HOME": str(tmp_path),
                "XDG_DATA_DIRS": f"{installed}/share:/usr/share",
            },
        )
        assert offered in [line.partition("\t")[0] for line in ran.stdout.splitlines()]
