"""help: pages for people that do not say what is not so."""

import os
import re
import shlex
import textwrap
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import mailctl
from mailctl.cli.main import Nouns
from mailctl.config.settings import VARIABLES
from mailctl.domain.query_language import FIELDS
from mailctl.domain.secret import SecretScheme
from mailctl.domain.settings import SETTINGS, AccountSettings, written
from mailctl.errors import ExitCode
from mailctl.output.contract.declared import Export
from mailctl.output.render import Format
from mailctl.output.topics.pages import every_page
from tests.commands.test_help import COMMANDS
from tests.conftest import Run
from tests.test_examples import README

PACKAGE = Path(mailctl.__file__).parent
TOPICS = ["environment", "exit-codes", "files", "output", "query", "secrets", "settings"]


def lines_of(topic: str) -> list[str]:
    """Return the commands that a page shows."""
    return [
        line.strip()
        for line in every_page()[topic].text.splitlines()
        if re.match(r"  (?:\S.*\| )?mailctl ", line)
    ]


def test_the_topics_are_listed(run: Run) -> None:
    ran = run("help", "--jq", ".[].topic")
    assert ran.out.split() == TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_explained(run: Run, topic: str) -> None:
    ran = run("help", topic)
    assert (ran.code, ran.out) == (ExitCode.OK, every_page()[topic].text)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_fits_a_terminal(topic: str) -> None:
    assert max(map(len, every_page()[topic].text.splitlines())) <= 80


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_a_command_is_that_which_it_gives(run: Run, words: tuple[str, ...]) -> None:
    assert run("help", *words).out == run(*words, "--help").out


def test_the_help_of_a_noun_lists_its_commands(run: Run) -> None:
    assert "map-domain" in run("help", "provider").out


def test_a_topic_that_there_is_not_leads_to_those_there_are(run: Run) -> None:
    ran = run("help", "account", "fly")
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, "")
    assert "hint: mailctl help" in ran.err


@pytest.mark.parametrize("line", [line for topic in TOPICS for line in lines_of(topic)])
def test_a_command_of_a_page_is_understood(run: Run, line: str) -> None:
    words = shlex.split(line[line.index("mailctl ") :].split(" 2>&1")[0].split(" > ")[0])[1:]
    ran = run(*words, "--fields", "no_such_field", "--no-input", "--made-up")
    assert "--made-up" in ran.err, "only the option that we made up is refused"


def test_exit_codes_mean_what_the_readme_says() -> None:
    told = dict(re.findall(r"^  (\d+) +(.+)$", every_page()["exit-codes"].text, re.MULTILINE))
    assert {int(number) for number in told} == set(ExitCode)
    table = README[README.index("| exit | meaning | exit") :].partition("\n\n")[0]
    for row in table.splitlines()[2:]:
        _, *cells, _ = [cell.strip() for cell in row.split("|")]
        for numbers, meaning in zip(cells[::2], cells[1::2], strict=True):
            several = numbers.split(", ")
            meanings = meaning.split(", ") if len(several) > 1 else [meaning]
            assert [told.get(number, "") for number in several] == meanings


def test_every_field_of_a_query_is_told() -> None:
    page = every_page()["query"].text
    fields = set(re.findall(r"\b([a-z]+):(?=[ \n])", page.partition("Days begin")[0]))
    assert fields | {"has"} == set(FIELDS)
    assert "has:attachment" in page


def test_every_format_and_every_place_of_a_secret_is_told(run: Run) -> None:
    for form in Format:
        assert f"-o {form}" in every_page()["output"].text
    for scheme in SecretScheme:
        assert re.search(rf"^  {scheme}\b", every_page()["secrets"].text, re.MULTILINE)


def test_every_section_and_field_of_a_file_is_told() -> None:
    page = every_page()["files"].text
    for section, list_ in get_type_hints(Export).items():
        told = page[page.index(f"  {section} ") :].partition("\n  ")
        words = re.findall(r"\w+", re.split(r"\n(?=  ?\S|\n)", "".join(told), maxsplit=1)[0])
        assert set(get_type_hints(get_args(list_)[0])) <= set(words), section


def test_every_variable_and_every_name_of_the_config_file_is_told() -> None:
    page = every_page()["environment"].text
    for path in PACKAGE.rglob("*.py"):
        for name in re.findall(r"MAILCTL_[A-Z_]+", path.read_text(encoding="utf-8")):
            assert name in page or name in {"MAILCTL_COMPLETE", "MAILCTL_SOAK"}, path
    listed = page[page.index("There stand") :].partition("\n\n")[0]
    for name in VARIABLES:
        assert re.search(rf"\b{name}\b", listed), name


def test_the_config_file_that_is_shown_can_be_read(run: Run) -> None:
    shown = re.search(r"\n\n(  output: .*?)\n\n", every_page()["environment"].text, re.DOTALL)
    assert shown is not None
    home = Path(os.environ["MAILCTL_HOME"])
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "config.yaml").write_text(textwrap.dedent(shown[1]))
    assert run("account", "list").out == "[]\n"


def test_every_setting_is_told_with_its_default() -> None:
    page = every_page()["settings"].text
    for name, setting in SETTINGS.items():
        assert re.search(rf"^  .*\b{name}\b", page, re.MULTILINE), name
        line = re.search(rf"^  {name} .*", page, re.MULTILINE)
        if line and (default := line[0][20:29].strip()):
            assert default == written(setting, AccountSettings()), name


def test_the_first_help_leads_to_the_topics(run: Run) -> None:
    assert "mailctl help" in run("--help").out
    assert "help" in Nouns.nouns
