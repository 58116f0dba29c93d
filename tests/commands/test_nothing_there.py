"""Lists of nothing: a person is told so, a script gets an empty list."""

import json

import pytest

from mailctl.errors import ExitCode
from tests.commands.terminals import at_a_terminal
from tests.conftest import Run, Spawn

EMPTY = {
    "account list": "no account is connected: mailctl account add ADDRESS",
    "account status": "no account is connected: mailctl account add ADDRESS",
    "sync status": "no account is connected: mailctl account add ADDRESS",
    "sync history": "no run found",
    "sync errors": "every message could be read",
    "message list": "no messages found",
    "message search invoice": "no messages found",
    "contact list": "no contacts found",
    "contact proposals": "nobody is proposed",
    "company list": "no companies found",
    "record list": "no records found",
    "record type list": "there is no type of records: "
    "mailctl record type add invoice --field amount",
    "link list": "no links found",
    "link rule list": "there is no rule: mailctl link rule add --help",
    "enrich list": "nothing is proposed",
    "outbox list": "no mail found",
    "oauth app list": "there is no OAuth app: mailctl oauth app add google --client-id ID",
    "oauth status": "no account signs in by OAuth",
    "provider domains": "no domain is mapped: mailctl provider map-domain DOMAIN PROVIDER",
    "provider list --custom": "there is no provider of your own: mailctl provider add --help",
    "secrets list": "no secret is kept",
}


@pytest.mark.parametrize(("words", "said"), EMPTY.items())
def test_a_person_is_told_that_nothing_is_there(spawn: Spawn, words: str, said: str) -> None:
    ran = at_a_terminal(spawn, 200, *words.split())
    assert (ran.code, ran.out) == (ExitCode.OK, f"{said}\n")


@pytest.mark.parametrize("words", EMPTY)
def test_a_pipe_gets_nothing_where_nothing_is_there(run: Run, words: str) -> None:
    ran = run(*words.split())
    assert (ran.code, ran.out, ran.err) == (ExitCode.OK, "", "")


@pytest.mark.parametrize("words", EMPTY)
def test_an_empty_list_is_one_in_json(run: Run, words: str) -> None:
    assert json.loads(run(*words.split(), "-o", "json").out) == []


def test_a_sync_of_nothing_says_so(spawn: Spawn) -> None:
    ran = at_a_terminal(spawn, 80, "sync", "run")
    assert ran.code == ExitCode.OK
    assert ran.out.endswith("no account to sync\n")
    assert "0/0" not in ran.out
