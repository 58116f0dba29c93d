"""Whatever a person can set up, files can declare; the rest is data."""

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from mailctl.core.access.oauth_apps import NewApp
from mailctl.core.apply.plan import KINDS
from mailctl.core.providers.describing import Description
from mailctl.output.contract.declared import DeclaredApp, DeclaredProvider, Export
from tests.commands.test_apply import EVERYTHING, applied
from tests.conftest import Run

DECLARED = {
    "provider": "providers",
    "provider_mx": "providers",
    "domain_mapping": "domains",
    "oauth_app": "oauth_apps",
    "record_type": "record_types",
    "link_rule": "link_rules",
    "enrich_policy": "enrich_policies",
    "company": "companies",
    "company_domain": "companies",
    "communication_option": "companies",
    "account": "accounts",
    "account_setting": "accounts",
}
"""The tables that files fill, and the section that does it."""
DATA = {
    "people and things, which `import` brings, and which of them are one": [
        *("contact", "contact_company", "contact_alias", "company_alias", "merging", "record"),
    ],
    "mail, and what was said of one mail, one person or one fact": [
        *("source", "message", "message_copy", "recipient", "outgoing", "outgoing_recipient"),
        *("hand_link", "processed_mark", "declined_mailbox", "fact"),
    ],
    "what syncing and reading know, and what follows from the rest": [
        *("folder", "quarantine", "skipped", "sync_run", "index_attempt", "enrich_state"),
        *("message_text", "thread_mention", "correspondent", "participation", "link"),
        *("link_state", "link_pending", "link_conversation_pending", "missed_mention"),
    ],
}


@pytest.fixture
def rows(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many rows each table has once a file has declared everything."""
    for name in ("PW", "CLIENT", "GREETING"):
        monkeypatch.setenv(name, "x")
    applied(run, EVERYTHING, "--no-verify")
    with closing(sqlite3.connect(home / "mailctl.db")) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("message_text_")  # SQLite's own, of the index
        ]
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
        }


def test_a_table_is_filled_by_files_or_holds_data(rows: dict[str, int]) -> None:
    assert set(rows) == {*DECLARED, *(name for names in DATA.values() for name in names)}
    assert [name for name in DECLARED if not rows[name]] == []


def test_every_section_is_exported_and_has_a_table() -> None:
    sections = [kind.section for kind in KINDS]
    assert sections == list(Export.__annotations__)
    assert set(sections) == set(DECLARED.values())


@pytest.mark.parametrize(
    ("said", "declared"),
    [
        (Description, DeclaredProvider.__annotations__),
        (NewApp, DeclaredApp.__annotations__),
    ],
)
def test_what_commands_say_of_a_thing_a_file_can_say(
    said: type, declared: dict[str, object]
) -> None:
    assert {each.name for each in fields(said)} <= set(declared)
