"""The labelled set is what it says it is, and the score counts right."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest

from mailctl.domain.messages import Envelope
from mailctl.mail.parse import read_envelope
from tests.conftest import Run
from tests.linking_set import files
from tests.linking_set.kinds import KINDS, LinkingSet, made
from tests.linking_set.labels import Labelled, Truth
from tests.linking_set.scoring import LINKS, score
from tests.linking_set.world import ALIASES, COLLEAGUES, MASKS, OWN, RULES, Contact


@pytest.fixture(scope="module")
def the_set() -> LinkingSet:
    return made()


def envelopes(the_set: LinkingSet) -> Iterator[tuple[Labelled, Envelope]]:
    for message in the_set.messages:
        yield message, read_envelope(message.source)


def test_it_is_large_and_has_every_kind(the_set: LinkingSet) -> None:
    counts = Counter(message.kind for message in the_set.messages)
    assert len(the_set.messages) >= 600
    assert counts.keys() == KINDS.keys()
    assert len(KINDS) > 60
    assert all(counts[name] >= kind.times >= 3 for name, kind in KINDS.items())


def test_the_same_seed_makes_the_same_bytes_and_another_one_others(the_set: LinkingSet) -> None:
    assert made().messages == the_set.messages
    assert made(2).messages != the_set.messages


def test_every_message_is_named_once(the_set: LinkingSet) -> None:
    found = [envelope.rfc_message_id for _, envelope in envelopes(the_set)]
    assert found == [message.message_id for message in the_set.messages]
    assert len(set(found)) == len(found)


def test_names_and_addresses_are_nobody_elses(the_set: LinkingSet) -> None:
    world = the_set.world
    companies = [each.name.casefold() for each in world.companies]
    assert len(set(companies)) == len(companies)
    domains = [domain for each in world.companies for domain in each.domains]
    assert len(set(domains)) == len(domains)
    people = everybody(the_set)
    assert len({each.name.casefold() for each in people}) == len(people)
    addresses = Counter(email for each in world.contacts for email in each.emails)
    assert max(addresses.values()) == 1


def everybody(the_set: LinkingSet) -> list[Contact]:
    world = the_set.world
    return [*world.contacts, *(two for _, two in (*world.twins, *world.strangers_sharing))]


def test_the_truth_names_only_who_and_what_there_is(the_set: LinkingSet) -> None:
    people = {each.name for each in everybody(the_set)}
    companies = {each.name for each in the_set.world.companies}
    records = {each.name for some in the_set.world.records.values() for each in some}
    for message in the_set.messages:
        truth = message.truth
        assert truth.contacts | truth.contact_candidates <= people
        assert truth.companies | truth.company_candidates <= companies
        assert truth.records <= records
        assert truth.tolerated <= records | companies
        assert not truth.contacts & truth.contact_candidates
        assert not truth.companies & truth.company_candidates


def test_nobody_of_ones_own_is_in_the_truth(the_set: LinkingSet) -> None:
    own = {address.lower() for address in (OWN, *ALIASES, *COLLEAGUES)}
    insiders = {c.name for c in the_set.world.contacts if own & set(c.emails)}
    domains = {"ourfirm.example", "sister.example"}
    firms = {c.name for c in the_set.world.companies if domains & set(c.domains)}
    assert (len(insiders), len(firms)) == (len(COLLEAGUES), 2)
    for message in the_set.messages:
        assert not insiders & message.truth.contacts
        assert not firms & message.truth.companies


UNREADABLE = {
    "somebody unknown answers in a conversation",
    "colleagues talk about a customer's message",
    "the newest person of a conversation",
    "two wrote it, a stranger and a contact",
}
"""Their contacts are those of the conversation, or stand behind the first sender."""


def test_who_is_linked_can_be_read_from_the_header(the_set: LinkingSet) -> None:
    by_name = {each.name: each for each in everybody(the_set)}
    gone = {kept.name: gone for kept, gone in the_set.world.merged}
    spelled = {"a mailbox that its provider spells in several ways", "an international domain"}
    spelled |= {"a mailbox under several domains of its provider"}
    spelled |= {kind for kind in KINDS if '"{local}"' in kind or "{email}.>" in kind}
    for message, envelope in envelopes(the_set):
        if message.kind in spelled | UNREADABLE:
            continue
        people = (envelope.sender, *envelope.to, *envelope.cc, *envelope.bcc, *envelope.reply_to)
        there = {untagged(each.address) for each in people if each is not None}
        for name in message.truth.contacts:
            emails = {*by_name[name].emails, *(gone[name].emails if name in gone else ())}
            assert {untagged(each) for each in emails} & there, message


def untagged(address: str) -> str:
    return re.sub(r"\+[^@]*", "", address.lower())


def test_numbers_in_the_truth_stand_in_the_mail_or_in_its_conversation(
    the_set: LinkingSet,
) -> None:
    elsewhere = re.compile(
        "conversation|answers without|comes with a later|stays|colleagues talk|not there"
    )
    for message, envelope in envelopes(the_set):
        text = envelope.subject + " " + words(message.source)
        for record in message.truth.records:
            number = record.partition(":")[2].lower()
            assert number in text.lower() or elsewhere.search(message.kind), message


def words(source: bytes) -> str:
    """Return what a person reads of the text, as the standard library has it."""
    part = message_from_bytes(source, policy=policy.default).get_body()
    assert isinstance(part, EmailMessage)
    text = re.sub(r"<[^>]*>", "", unescape(part.get_content()))
    return text.replace("\u00ad", "")


def test_all_numbers_fit_their_masks_and_are_found_by_their_rules(the_set: LinkingSet) -> None:
    for type_, records in the_set.world.records.items():
        patterns = [rule.pattern for rule in RULES if rule.type == type_]
        assert MASKS[type_]
        assert patterns
        for number in (*(each.number for each in records), *the_set.world.missing[type_]):
            assert all(re.fullmatch(pattern, number) for pattern in patterns)
        assert not {each.number for each in records} & set(the_set.world.missing[type_])


def test_a_perfect_answer_has_a_perfect_score(the_set: LinkingSet) -> None:
    perfect = {message.message_id: message.truth for message in the_set.messages}
    result = score(the_set.messages, perfect)
    assert result.differences == []
    for name in LINKS:
        tally = result.by_link[name]
        assert tally.right > 0, name
        assert (tally.precision, tally.recall) == (1, 1)


def test_what_is_wrong_and_what_is_missed_is_counted_where_it_belongs() -> None:
    truth = Truth(frozenset({"a", "b"}), records=frozenset({"r"}), tolerated=frozenset({"s"}))
    messages = [Labelled("1", "one", b"", truth), Labelled("2", "two", b"", Truth())]
    answer = replace(truth, contacts=frozenset({"a", "c"}), records=frozenset({"r", "s"}))
    result = score(messages, {"1": answer, "2": Truth(companies=frozenset({"x"}))})
    contacts, companies = result.by_link["contacts"], result.by_link["companies"]
    assert (contacts.right, contacts.wrong, contacts.missed) == (1, 1, 1)
    assert (contacts.precision, contacts.recall) == (0.5, 0.5)
    assert (companies.right, companies.wrong, companies.recall) == (0, 1, 1)
    assert (result.by_link["records"].precision, result.by_link["records"].recall) == (1, 1)
    assert result.by_kind["one"].right == 2
    assert dict(result.faulty) == {"one": 1, "two": 1}
    assert result.differences[0] == "one: 1: +contacts c, -contacts b"
    assert any("2 messages, 2 not as they should be" in line for line in result.lines())


def test_nothing_found_is_all_missed(the_set: LinkingSet) -> None:
    result = score(the_set.messages, {})
    assert result.by_link["contacts"].recall == 0
    assert result.by_link["contacts"].wrong == 0


def test_commands_take_over_all_of_it(run: Run, the_set: LinkingSet, tmp_path: Path) -> None:
    files.write(the_set, tmp_path)
    for words in files.setting_up(the_set.world, tmp_path):
        ran = run(*words)
        assert ran.code == 0, (words, ran.err)
    contacts = json.loads(run("contact", "list", "-o", "json").out)
    gone = {gone.name for _, gone in the_set.world.merged}
    expected = {each.name: set(each.companies) for each in everybody(the_set)}
    found = {c["name"]: {company["name"] for company in c["companies"]} for c in contacts}
    assert found == {name: firms for name, firms in expected.items() if name not in gone}
    companies = json.loads(run("company", "list", "-o", "json").out)
    assert {c["name"]: len(c["domains"]) for c in companies} == {
        each.name: len(each.domains) for each in the_set.world.companies
    }
    records = json.loads(run("record", "list", "-o", "json").out)
    assert len(records) == sum(map(len, the_set.world.records.values()))


def test_its_mail_can_be_taken_over(run: Run, the_set: LinkingSet, tmp_path: Path) -> None:
    files.write(the_set, tmp_path)
    mail = tmp_path / files.MAIL
    imported = json.loads(run("message", "import", str(mail), "-o", "json").out)
    assert (imported["imported"], imported["failed"]) == (len(the_set.messages), 0)
    truth = json.loads((tmp_path / files.TRUTH).read_text())
    assert {each["message_id"] for each in truth} == {m.message_id for m in the_set.messages}
