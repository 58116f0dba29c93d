"""The program put before the set: all of it taken over, and the links that it made."""

import json
from collections.abc import Callable
from pathlib import Path

from mailctl.errors import ExitCode
from mailctl.mail.parse import read_envelope
from mailctl.store.messages import public_id
from tests.conftest import Ran
from tests.linking_set import files
from tests.linking_set.kinds import LinkingSet
from tests.linking_set.labels import Truth
from tests.linking_set.world import RULES

Runs = Callable[..., Ran]
"""Types a command, with what is `typed` into it."""


def take_over(run: Runs, made: LinkingSet, folder: Path, *, is_mail_first: bool = False) -> None:
    """Connect the account, and store the set, the mail at last or before all that it is about."""
    files.write(made, folder)
    done(run(*files.account_added(), "--provider", "gmail", typed="pw"))
    if is_mail_first:
        done(run("message", "import", str(folder / files.MAIL)))
    for words in files.setting_up(made.world, folder):
        done(run(*words))
    for rule in RULES:
        words = ["link", "rule", "add", "--name", rule.name, "--match", rule.pattern]
        words += ["--to", f"record:{rule.type}", "--in", ",".join(rule.places)]
        done(run(*words, "--position", str(rule.position)))
    if not is_mail_first:
        done(run("message", "import", str(folder / files.MAIL)))


def links_found(run: Runs, made: LinkingSet) -> dict[str, Truth]:
    """Return the links that there are, by Message-ID."""
    names = {public_id(read_envelope(m.source).identity): m.message_id for m in made.messages}
    found: dict[str, Truth] = {}
    for line in done(run("link", "list", "-o", "ndjson")).out.splitlines():
        link = json.loads(line)
        message_id = names[link["message"]]
        found[message_id] = found.get(message_id, Truth()) | _truth(link)
    return found


def _truth(link: dict[str, str]) -> Truth:
    noun, _, type_ = link["kind"].partition(":")
    name = frozenset({f"{type_}:{link['name']}" if type_ else link["name"]})
    if noun == "record":
        return Truth(records=name)
    if noun == "contact":
        return Truth(contact_candidates=name) if link["candidate"] else Truth(contacts=name)
    return Truth(company_candidates=name) if link["candidate"] else Truth(companies=name)


def done(ran: Ran) -> Ran:
    """Return what ran well."""
    assert ran.code == ExitCode.OK, ran.err
    return ran
