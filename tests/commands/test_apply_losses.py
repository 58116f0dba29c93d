"""What goes along with what files change or prune, though no file holds it: told, and guarded."""

import json
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig.submission import Submission

DEALS = "record_types: [{name: deal, fields: [stage]}]\n"


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "x")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")


def done(run: Run, *words: str, typed: str | None = None) -> str:
    ran = run(*words, typed=typed)
    assert ran.code == 0, ran.err
    return ran.out


def losses(run: Run, text: str, *words: str) -> dict[str, int]:
    """Return what `diff` says would go along with the last object of a file."""
    ran = run("diff", "-f", "-", *words, "-o", "json", typed=text)
    assert ran.code == 1, ran.err
    found: dict[str, int] = json.loads(ran.out)["objects"][-1]["losses"]
    return found


def refused(run: Run, text: str, *words: str) -> dict[str, Any]:
    ran = run("apply", "-f", "-", *words, "-o", "json", typed=text)
    assert (ran.code, ran.out) == (ExitCode.GUARD, "")
    error: dict[str, Any] = json.loads(ran.err)["error"]
    return error


def pruned(run: Run, text: str, *words: str) -> Ran:
    ran = run("apply", "-f", "-", "--prune", "--yes", *words, typed=text)
    assert ran.code == 0, ran.err
    return ran


def test_records_go_with_their_type_only_where_somebody_says_so(run: Run) -> None:
    done(run, "apply", "-f", "-", typed=DEALS)
    for number in "12":
        done(run, "record", "add", f"deal:{number}")
    nothing = "record_types: []"
    shown = run("diff", "-f", "-", "--prune", typed=nothing).out
    assert shown == "- record-type deal\n    takes along: 2 records\n"
    assert losses(run, nothing, "--prune") == {"records": 2}
    rehearsed = run("apply", "-f", "-", "--prune", "--dry-run", typed=nothing).err
    assert rehearsed.endswith("nothing was done: 1 to remove; takes along: 2 records\n")
    assert "--prune --yes --with-data" in refused(run, nothing, "--prune")["hint"]
    error = refused(run, nothing, "--prune", "--yes")
    assert error["losses"] == {"records": 2}
    assert "record-type deal: 2 records" in error["message"]
    assert len(json.loads(done(run, "record", "list", "-o", "json"))) == 2
    pruned(run, nothing, "--with-data")
    assert json.loads(done(run, "record", "list", "-o", "json")) == []


def test_the_second_word_alone_lets_nothing_go(run: Run) -> None:
    done(run, "apply", "-f", "-", typed=DEALS)
    refused(run, "record_types: []", "--prune", "--with-data")


def test_a_type_without_records_needs_no_second_word(run: Run) -> None:
    done(run, "apply", "-f", "-", typed=DEALS)
    pruned(run, "record_types: []")


def test_values_of_a_field_that_goes_are_counted_and_kept(run: Run) -> None:
    done(run, "apply", "-f", "-", typed=DEALS)
    done(run, "record", "add", "deal:1", "--field", "stage=won")
    other = "record_types: [{name: deal, fields: [amount]}]"
    assert losses(run, other) == {"values": 1}
    assert refused(run, other, "--yes")["losses"] == {"values": 1}
    done(run, "apply", "-f", "-", "--yes", "--with-data", typed=other)
    assert losses(run, DEALS) == {}


def test_who_belongs_to_a_company_is_counted_before_it_is_pruned(run: Run) -> None:
    done(run, "company", "add", "--name", "Acme", "--domain", "acme.example")
    done(run, "contact", "add", "--name", "Ada", "--company", "Acme")
    assert losses(run, "companies: []", "--prune") == {"memberships": 1}
    assert refused(run, "companies: []", "--prune", "--yes")["losses"] == {"memberships": 1}
    pruned(run, "companies: []", "--with-data")
    assert json.loads(done(run, "contact", "show", "Ada", "-o", "json"))["company"] is None


def test_mail_that_an_outbox_remembers_is_counted_before_its_account_is_pruned(run: Run) -> None:
    with Submission().serving() as port:
        done(
            run,
            *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
            *("--submission-security", "none"),
        )
        done(
            run,
            *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
            *("--secret", "env:PW", "--no-verify"),
        )
        done(run, "send", "--to", "ben@x.example", "--body", "x")
    assert losses(run, "accounts: []", "--prune") == {"outgoing_messages": 1}
    refused(run, "accounts: []", "--prune", "--yes")
    assert "1 removed" in pruned(run, "accounts: []", "--with-data").err


@pytest.fixture
def _in_the_vault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account whose password is in the vault."""
    monkeypatch.setenv("MAILCTL_VAULT_PASSWORD", "correct horse")
    done(run, "provider", "add", "acme", "--incoming", "a.example", "--oauth", "google")
    done(
        run,
        *("account", "add", "ada@a.example", "--provider", "acme", "--no-verify"),
        *("--password-stdin", "--secret", "vault"),
        typed="pw",
    )


@pytest.mark.usefixtures("_in_the_vault")
def test_a_way_to_sign_in_that_goes_tells_who_signs_in_anew(run: Run) -> None:
    tokens = "providers: [{name: acme, auth: [oauth2]}]"
    assert losses(run, tokens) == {"sign_ins": 1, "secrets": 1}
    shown = run("diff", "-f", "-", typed=tokens).out
    assert "    takes along: 1 sign-in, 1 secret\n" in shown
    assert losses(run, "providers: [{name: acme, title: Acme}]") == {}
    done(run, "apply", "-f", "-", typed=tokens)
    (account,) = json.loads(done(run, "account", "list", "-o", "json"))
    assert account["state"] == "auth-required"


@pytest.mark.usefixtures("_in_the_vault")
def test_a_secret_that_goes_with_its_account_is_told_and_needs_no_second_word(run: Run) -> None:
    assert losses(run, "accounts: []", "--prune") == {"secrets": 1}
    pruned(run, "accounts: []")


@pytest.mark.usefixtures("_in_the_vault")
def test_a_secret_that_an_account_leaves_behind_where_it_moves_is_told(run: Run) -> None:
    done(run, "provider", "add", "next", "--incoming", "b.example")
    moved = "accounts: [{address: ada@a.example, provider: next, secret: 'env:PW'}]"
    assert losses(run, moved) == {"secrets": 1}
    done(run, "apply", "-f", "-", "--no-verify", typed=moved)
    assert json.loads(done(run, "secrets", "list", "-o", "json"))[0]["secret"] == "env:PW"
