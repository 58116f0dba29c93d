"""contact and company merge, unmerge."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run


def done(run: Run, *words: str) -> Any:
    ran = run(*words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return json.loads(ran.out)


@pytest.fixture(autouse=True)
def _people(run: Run) -> None:
    for name in ("acme", "beta"):
        done(run, "company", "add", "--name", name.title(), "--domain", f"{name}.example")
    done(
        *(run, "contact", "add", "--name", "Ada", "--email", "ada@acme.example"),
        *("--company", "acme.example"),
    )
    done(
        *(run, "contact", "add", "--name", "A. Lovelace", "--email", "al@beta.example"),
        *("--company", "beta.example", "--job-title", "Boss"),
    )


def test_contacts_are_united_and_found_by_all_that_they_were_named_by(run: Run) -> None:
    second = done(run, "contact", "show", "al@beta.example")
    told = done(run, "contact", "merge", "ada@acme.example", "A. Lovelace")
    assert told["merge"].startswith("mrg_")
    assert told["gone"] == [{"id": second["id"], "name": "A. Lovelace"}]
    ada = done(run, "contact", "show", second["id"])
    assert ada == done(run, "contact", "show", "al@beta.example")
    assert (ada["id"], ada["name"], ada["job_title"]) == (told["id"], "Ada", "Boss")
    assert [each["name"] for each in ada["companies"]] == ["Acme", "Beta"]
    assert len(done(run, "contact", "list")) == 1


def test_an_old_id_still_changes_and_imports_who_was_kept(run: Run) -> None:
    second = done(run, "contact", "show", "al@beta.example")["id"]
    told = done(run, "contact", "merge", "ada@acme.example", second)
    assert done(run, "contact", "set", second, "job-title=CTO")["id"] == told["id"]


def test_a_file_from_before_a_merge_takes_nothing_from_who_was_kept(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "before.csv"
    file.write_text(run("contact", "export").out.replace("Ada,", "Ada King,"))
    done(run, "contact", "merge", "ada@acme.example", "al@beta.example")
    found = done(run, "contact", "import", str(file))
    assert (found["created"], found["updated"], found["unchanged"]) == (0, 1, 1)
    (ada,) = done(run, "contact", "list")
    assert (ada["name"], ada["job_title"]) == ("Ada King", "Boss")
    assert done(run, "contact", "import", str(file))["unchanged"] == 2


def test_united_contacts_are_taken_apart_by_the_id_that_was_given_up(run: Run) -> None:
    before = [{**each, "changed_at": 0} for each in done(run, "contact", "list")]
    told = done(run, "contact", "merge", "ada@acme.example", "al@beta.example")
    undone = done(run, "contact", "unmerge", told["gone"][0]["id"])
    assert undone["merge"] == told["merge"]
    assert undone["undone_at"] is not None
    assert [{**each, "changed_at": 0} for each in done(run, "contact", "list")] == before
    assert run("contact", "unmerge", told["merge"]).code == ExitCode.CONFLICT


@pytest.mark.parametrize("name", ["Ada", "al@beta.example"])
def test_the_newest_merge_is_undone_by_any_name_of_who_was_kept(run: Run, name: str) -> None:
    done(run, "contact", "merge", "ada@acme.example", "al@beta.example")
    done(run, "contact", "add", "--name", "Third", "--email", "third@acme.example")
    done(run, "contact", "merge", "Ada", "Third")
    assert done(run, "contact", "unmerge", name)["gone"][0]["name"] == "Third"
    assert done(run, "contact", "unmerge", name)["gone"][0]["name"] == "A. Lovelace"
    assert run("contact", "unmerge", "Ada").code == ExitCode.NOT_FOUND


def test_companies_are_united_with_their_people_and_taken_apart(run: Run) -> None:
    told = done(run, "company", "merge", "acme.example", "Beta")
    old = told["gone"][0]["id"]
    acme = done(run, "company", "show", "beta.example")
    assert acme["domains"] == ["acme.example", "beta.example"]
    assert done(run, "company", "show", old) == acme
    assert len(done(run, "contact", "list", "--company", old)) == 2
    done(run, "company", "unmerge", told["merge"])
    assert [each["name"] for each in done(run, "company", "list")] == ["Acme", "Beta"]
    (boss,) = done(run, "contact", "list", "--company", old)
    assert boss["name"] == "A. Lovelace"


def test_nothing_is_left_of_who_is_removed(run: Run, home: Path) -> None:
    done(run, "contact", "merge", "ada@acme.example", "al@beta.example")
    done(run, "contact", "unmerge", "Ada")
    told = done(run, "contact", "merge", "al@beta.example", "ada@acme.example")
    done(run, "contact", "remove", told["gone"][0]["id"], "--yes")
    done(run, "company", "merge", "Acme", "Beta")
    done(run, "company", "remove", "Acme", "--yes")
    with closing(sqlite3.connect(home / "mailctl.db")) as connection:
        for table in ("merging", "contact", "contact_alias", "company", "company_alias"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert run("contact", "unmerge", told["merge"]).code == ExitCode.NOT_FOUND


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("contact", "merge", "ada@acme.example"), ExitCode.USAGE),
        (("contact", "merge", "ada@acme.example", "Ada"), ExitCode.USAGE),
        (("contact", "merge", "ada@acme.example", "nobody"), ExitCode.NOT_FOUND),
        (("contact", "unmerge", "mrg_0000000000"), ExitCode.NOT_FOUND),
        (("company", "merge", "Acme", "acme.example"), ExitCode.USAGE),
        (("company", "unmerge", "Acme"), ExitCode.NOT_FOUND),
    ],
)
def test_what_cannot_be_united_or_taken_apart_is_refused(
    run: Run, words: tuple[str, ...], code: ExitCode
) -> None:
    ran = run(*words)
    assert ran.code == code
    assert ran.out == ""
