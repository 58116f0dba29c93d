"""Settings, and which of two values counts."""

from pathlib import Path

import pytest

from mailctl.app import App
from mailctl.config.settings import DEFAULTS, VARIABLES, Setting, Settings, Source
from mailctl.errors import BadUsage
from mailctl.protocols.network import Network


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def test_the_environment_beats_the_file(file: Path) -> None:
    file.write_text("output: yaml\n")
    settings = Settings({"MAILCTL_OUTPUT": "csv"}, file)
    assert settings["output"] == Setting("csv", Source.ENVIRONMENT)


def test_the_file_beats_the_default(file: Path) -> None:
    file.write_text("output: yaml\n")
    assert Settings({}, file)["output"] == Setting("yaml", Source.FILE)


def test_an_empty_variable_says_nothing(file: Path) -> None:
    file.write_text("output: yaml\n")
    assert Settings({"MAILCTL_OUTPUT": ""}, file).text("output") == "yaml"


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "---\n", "output:\n", "\ufeff"])
def test_what_nobody_says_is_the_default(file: Path, text: str | None) -> None:
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert Settings({}, file)["output"] == Setting(None, Source.DEFAULT)


def test_a_broken_file_is_no_matter_while_the_environment_says_it(file: Path) -> None:
    file.write_text("[")
    assert Settings({"MAILCTL_OUTPUT": "json"}, file).text("output") == "json"


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("MAILCTL_OUTPUT", "output"),
        ("MAILCTL_NO_INPUT", "no_input"),
        ("MAILCTL_DNS", "dns"),
        ("MAILCTL_DEBUG", "debug"),
        ("MAILCTL_CONNECT_TO", "connect_to"),
        ("MAILCTL_VAULT_KEY_FILE", "vault_key_file"),
    ],
)
def test_every_setting_has_its_variable(file: Path, variable: str, name: str) -> None:
    assert Settings({variable: "x"}, file).text(name) == "x"


@pytest.mark.parametrize(
    "octets",
    [
        *(
            b"[",
            b"a: b: c",
            b"\t- x",
            b"output: 'x",
            b"output: \0",
            b"- output",
            b"just text",
            b"7",
        ),
        *(b"output: !!python/object/apply:os.system ['true']", b"!!python/object:x.Y {}"),
        *(b"output: !!python/name:os.system", b"? [a]\n: b", b"output: *nobody"),
        *(b"output: 2024-99-99", b"\xff\xfe\xff", b"[" * 2_000),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_name(file: Path, octets: bytes) -> None:
    file.write_bytes(octets)
    with pytest.raises(BadUsage) as refused:
        Settings({}, file).text("output")
    assert str(file) in refused.value.sentence
    assert "\n" not in refused.value.sentence


def test_a_directory_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadUsage):
        Settings({}, tmp_path).text("output")


def test_unknown_settings_are_named_with_the_known_ones(file: Path) -> None:
    file.write_text("outptu: json\noutput: json\n7: x\n")
    with pytest.raises(BadUsage) as refused:
        Settings({}, file).text("output")
    assert "7, outptu" in refused.value.sentence
    known = "output, no_input, dns, connect_to, timeout, vault_key_file, pager"
    assert known in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("written", "is_on"),
    [
        *(
            ("yes", True),
            ("true", True),
            ("on", True),
            ("1", True),
            ("TRUE", True),
            ("'Yes'", True),
        ),
        *(
            ("no", False),
            ("false", False),
            ("0", False),
            ("off", False),
            ("''", False),
            ("2", False),
        ),
    ],
)
def test_yes_or_no_is_read_in_every_spelling(file: Path, written: str, is_on: bool) -> None:
    file.write_text(f"no_input: {written}\n")
    assert Settings({}, file).flag("no_input") is is_on
    assert (
        Settings({"MAILCTL_NO_INPUT": written.strip("'")}, Path("/none")).flag("no_input") is is_on
    )


def test_a_flag_that_nobody_set_is_off(file: Path) -> None:
    assert not Settings({}, file).flag("no_input")


def test_in_a_home_that_is_a_file_there_are_no_settings(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("notes")
    assert Settings({}, tmp_path / "home" / "config.yaml").text("output") is None


def test_the_defaults_that_are_told_are_those_that_hold(tmp_path: Path) -> None:
    assert set(DEFAULTS) <= set(VARIABLES)
    assert App(environment={"MAILCTL_HOME": str(tmp_path)}).said_format == DEFAULTS["output"]
    assert float(DEFAULTS["timeout"]) == Network.from_environment({}).idle_s
