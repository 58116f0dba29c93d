"""A name that nothing has, and what was probably meant."""

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run


@pytest.fixture(autouse=True)
def _things(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "pw")
    for words in (
        ("account", "add", "ada@gmail.com", "--no-verify", "--secret", "env:PW"),
        ("oauth", "app", "add", "google", "--client-id", "id"),
        ("record", "type", "add", "invoice"),
        ("link", "rule", "add", "--name", "numbers", "--match", r"(\d+)", "--to", "record:invoice"),
    ):
        assert run(*words).code == ExitCode.OK


@pytest.mark.parametrize(
    ("words", "code", "name"),
    [
        ("account show ada@gmial.com", ExitCode.NOT_FOUND, "ada@gmail.com"),
        ("sync run --account aad@gmail.com", ExitCode.NOT_FOUND, "ada@gmail.com"),
        ("account set ada@gmail.com perod=30d", ExitCode.USAGE, "period"),
        ("account list --fields adress", ExitCode.USAGE, "address"),
        ("provider show gmial", ExitCode.NOT_FOUND, "gmail"),
        ("provider map-domain corp.example fastmial", ExitCode.NOT_FOUND, "fastmail"),
        ("oauth app remove gogle", ExitCode.NOT_FOUND, "google"),
        ("record type show invoce", ExitCode.NOT_FOUND, "invoice"),
        ("link rule remove nubmers", ExitCode.NOT_FOUND, "numbers"),
        ("help exit-code", ExitCode.NOT_FOUND, "exit-codes"),
        ("help acount add", ExitCode.NOT_FOUND, "account"),
        ("help account ad", ExitCode.NOT_FOUND, "add"),
        ("schema account lst", ExitCode.NOT_FOUND, "account list"),
    ],
)
def test_a_slip_in_a_name_is_answered_with_the_nearest_one(
    run: Run, words: str, code: ExitCode, name: str
) -> None:
    ran = run(*words.split())
    assert ran.code == code
    assert f"hint: is {name} meant? " in ran.err
