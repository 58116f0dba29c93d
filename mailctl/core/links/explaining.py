"""Why a message has the links that it has: every step, what it compared, what it chose and left."""

from collections.abc import Iterator, Sequence

from mailctl.core.linking.batches import people_of
from mailctl.core.linking.insiders import insiders
from mailctl.core.linking.matching import PLACES, Found, Matcher, place_of
from mailctl.core.linking.rule_texts import texts_of
from mailctl.core.links.rules import hits
from mailctl.core.naming import message_named
from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.domain.link_rules import Place
from mailctl.domain.links import Link, LinkedObject, LinkingStep, Step
from mailctl.domain.mailboxes import mailbox_of
from mailctl.records import dataclass
from mailctl.store import link_rules, linking, links
from mailctl.store.connection import Reading

_RANKS = {place: rank for rank, places in enumerate(PLACES) for place in places}


@dataclass(frozen=True)
class Explanation:
    """A message, its links, and how they came about."""

    message: MessageId
    links: Sequence[Link]
    steps: Sequence[LinkingStep]


def explained(tx: Reading, name: str) -> Explanation:
    """Return why the message of that name is linked as it is. Raises NotFound, NameAmbiguous."""
    message = message_named(tx, name)
    (number,) = links.places_of(tx, [message])
    found = links.of_messages(tx, [message]).get(message, [])
    steps = [
        *_by_address(tx, number),
        *_by_rules(tx, number),
        *_by_hand(tx, number),
        *_by_conversation(tx, number, found),
    ]
    if number > linking.state(tx).linked_to:
        steps.append(LinkingStep("waiting", "", "not linked yet: mailctl link run"))
    return Explanation(message, found, steps)


def _by_address(tx: Reading, number: MessageNumber) -> Iterator[LinkingStep]:
    people = people_of(tx, [number]).get(number, [])
    matcher = Matcher(insiders(tx))
    matcher.learn(tx, {address for _, address in people})
    deciding, _ = place_of(matcher, people)
    for place, address in sorted(people, key=lambda each: (_RANKS[each[0]], each[0] != "to")):
        compared = f"{place} {address}"
        why = matcher.insiders.why(address)
        if why is not None:
            yield LinkingStep("insiders", compared, f"{why}: never linked")
            continue
        if mailbox_of(address) != address:
            compared += f" (mailbox {mailbox_of(address)})"
        found = matcher.of(address)
        if not found:
            yield LinkingStep("address", compared, "no contact, and no company has the domain")
        elif place not in deciding:
            names = ", ".join(_shown(tx, each) for each in found)
            yield LinkingStep("address", compared, f"left, for {deciding[0]} decides: {names}")
        else:
            for each in found:
                chosen = "candidate" if each.is_candidate else "linked"
                yield LinkingStep(each.step, compared, f"{chosen}: {_shown(tx, each)}")


def _by_rules(tx: Reading, number: MessageNumber) -> Iterator[LinkingStep]:
    rules = link_rules.all_(tx)
    if not rules:
        return
    texts = texts_of(tx, [number], list(Place))[number]
    found = list(hits(tx, texts, rules))
    for rule in rules:
        own = [hit for hit in found if hit.rule == rule.name]
        for hit in own:
            outcome = f"{hit.outcome}: {', '.join(hit.records)}" if hit.records else hit.outcome
            yield LinkingStep(f"rule {rule.name}", f"{hit.place} {hit.value!r}", outcome)
        if not own:
            where = ", ".join(rule.places)
            yield LinkingStep(f"rule {rule.name}", f"{where} with {rule.pattern!r}", "not found")


def _by_hand(tx: Reading, number: MessageNumber) -> Iterator[LinkingStep]:
    for said in links.said_of(tx, [number]).get(number, ()):
        name = _name(links.objects(tx, said.noun, [said.object])[said.object])
        outcome = "linked" if said.is_linked else "taken away: it does not come back by itself"
        yield LinkingStep(Step.MANUAL, name, outcome)


def _by_conversation(
    tx: Reading, number: MessageNumber, found: Sequence[Link]
) -> Iterator[LinkingStep]:
    others = linking.others_in_conversation(tx, number)
    if not others:
        return
    noun = "message" if others == 1 else "messages"
    compared = f"{others} other {noun} of the conversation"
    passed_on = [link for link in found if link.step is Step.THREAD]
    for link in passed_on:
        yield LinkingStep(
            Step.THREAD, compared, f"linked: {_name(link.object)}, as {link.evidence} is"
        )
    if not passed_on:
        yield LinkingStep(Step.THREAD, compared, "nothing that this message lacks")


def _shown(tx: Reading, found: Found) -> str:
    return _name(links.objects(tx, found.noun, [found.number])[found.number])


def _name(thing: LinkedObject) -> str:
    return f"{thing.kind} {thing.name} ({thing.id})"
