"""Options that do not go together are refused: none is passed over without a word."""

import pytest

from mailctl.errors import ExitCode
from tests.commands.linked_mail import own_account
from tests.conftest import Run


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--jitter", ["--jitter", "60s"]),
        ("--due", ["--due"]),
        ("--dry-run", ["--dry-run"]),
        ("--full", ["--full"]),
        ("--since", ["--since", "30d"]),
        ("--folder", ["--folder", "INBOX"]),
        ("--owner", ["--owner", "Ada"]),
        ("--account", ["--account", "ada@corp.example"]),
        ("--max-bytes", ["--max-bytes", "1M"]),
        ("--allow-delete", ["--allow-delete"]),
        ("name of an account", ["ada@corp.example"]),
    ],
)
def test_making_mail_searchable_takes_nothing_that_speaks_of_servers(
    run: Run, option: str, words: list[str]
) -> None:
    ran = run("sync", "run", "--index-only", *words)
    assert ran.code == ExitCode.USAGE
    assert f"{option} says how to ask one" in ran.err
    assert "mailctl sync run --index-only" in ran.err


def test_making_mail_searchable_takes_a_limit_of_time_and_a_number_of_jobs(run: Run) -> None:
    ran = run("sync", "run", "--index-only", "--max-duration", "10m", "--jobs", "2")
    assert ran.code == ExitCode.OK, ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("enrich accept prp_0123456789ab --field phone", "--all"),
        ("enrich accept prp_0123456789ab --min-confidence 0.9", "--all"),
        ("doctor --offline --force", "--bundle FILE"),
        ("forward msg_1 --to b@x.example --as-attachment --no-attachments", "--no-attachments"),
        ("completion bash --fields name", "leave out --fields"),
        ("account add a@x.example --no-oauth --app corp", "--oauth"),
        ("account add a@x.example --password-file pw --app corp", "--oauth"),
        (
            "oauth app add google --client-id x --service-account k --grant client-credentials",
            "leave --grant out",
        ),
    ],
)
def test_what_would_be_passed_over_is_wrong_usage(run: Run, words: str, said: str) -> None:
    ran = run(*words.split())
    assert ran.code == ExitCode.USAGE
    assert said in ran.err


def test_a_test_mail_is_more_than_reading(run: Run) -> None:
    own_account(run)
    ran = run("account", "test", "ada@corp.example", "--receive", "--send-test", "b@x.example")
    assert ran.code == ExitCode.USAGE
    assert "leave --receive out" in ran.err
