"""The set as files, and the commands that make what its mail is linked to."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.linking_set.kinds import LinkingSet
from tests.linking_set.labels import Truth
from tests.linking_set.world import ALIASES, INTERNAL_DOMAINS, MASKS, OWN, RULES, World

MAIL, CONTACTS, COMPANIES, RECORDS = "mail", "contacts.csv", "companies.csv", "records.ndjson"
RULES_FILE, TRUTH = "rules.json", "truth.json"


def write(made: LinkingSet, folder: Path) -> None:
    """Write the mail (NNNN.eml), what it is linked to, and the truth into a directory."""
    mail = folder / MAIL
    mail.mkdir(parents=True)
    for number, message in enumerate(made.messages):
        (mail / f"{number:04d}.eml").write_bytes(message.source)
    _write_rows(
        folder / CONTACTS,
        ("name", "email", "company"),
        [
            (each.name, ";".join(each.emails), ";".join(each.companies))
            for each in made.world.contacts
        ],
    )
    _write_rows(
        folder / COMPANIES,
        ("name", "domains", "emails"),
        [(c.name, ";".join(c.domains), ";".join(c.emails)) for c in made.world.companies],
    )
    records = [asdict(each) for some in made.world.records.values() for each in some]
    (folder / RECORDS).write_text("".join(json.dumps(each) + "\n" for each in records))
    (folder / RULES_FILE).write_text(json.dumps([asdict(rule) for rule in RULES], indent=1))
    truth = [
        {"message_id": each.message_id, "kind": each.kind, **_document(each.truth)}
        for each in made.messages
    ]
    (folder / TRUTH).write_text(json.dumps(truth, indent=1))


def account_settings() -> list[str]:
    """Return what is set of the account, whose address is `world.OWN`."""
    return [f"aliases={','.join(ALIASES)}", f"internal-domains={','.join(INTERNAL_DOMAINS)}"]


def setting_up(world: World, folder: Path) -> list[list[str]]:
    """Return the commands, without `mailctl`, that make all of it from the files of `write`.

    Link rules are left to whoever has them: see `world.RULES`. Names of companies are told
    before the contacts that name them, and merges come last.
    """
    made = [
        ["company", "add", "--name", each.name]
        + [word for domain in each.domains for word in ("--domain", domain)]
        + [word for email in each.emails for word in ("--email", email)]
        for each in world.companies
    ]
    made.append(["contact", "import", str(folder / CONTACTS)])
    # a row with an address that is known is a row about the contact that has it
    for _, second in (*world.twins, *world.strangers_sharing):
        who = ("--name", second.name, "--email", second.email, "--company", second.companies[0])
        made.append(["contact", "add", "--allow-duplicate", *who])
    made += [["contact", "merge", kept.email, gone.email] for kept, gone in world.merged]
    made += [["record", "type", "add", type_, "--mask", mask] for type_, mask in MASKS.items()]
    made.append(["record", "import", str(folder / RECORDS)])
    return made


def account_added() -> list[str]:
    """Return the command that connects the account without a server."""
    added = ["account", "add", OWN, "--no-verify", "--password-stdin"]
    return added + [word for each in account_settings() for word in ("--set", each)]


def _document(truth: Truth) -> dict[str, list[str]]:
    return {name: sorted(value) for name, value in asdict(truth).items()}


def _write_rows(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
