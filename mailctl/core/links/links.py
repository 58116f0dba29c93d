"""Verbs on links: what mail is about, as a person says and sees it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from mailctl.core.contacts.contacts import company_named, contact_named
from mailctl.core.linking.linking import LinkRun, link_waiting, try_linking
from mailctl.core.naming import message_named
from mailctl.core.records.records import record_named
from mailctl.core.selection import messages_named
from mailctl.core.services import Services
from mailctl.domain.ids import MessageId
from mailctl.domain.links import Link, LinkedObject, ObjectNoun, Step
from mailctl.errors import BadUsage, NotFound
from mailctl.records import dataclass
from mailctl.store import linking, links, threads
from mailctl.store.connection import Reading, Writing

_WAIT_S = 30.0
_NOUNS = {
    "con_": ObjectNoun.CONTACT,
    "com_": ObjectNoun.COMPANY,
    "rec_": ObjectNoun.RECORD,
}


@dataclass(frozen=True)
class Which:
    """The messages that are meant, `-` among the names standing for those in the lines."""

    names: Sequence[str]
    lines: Iterable[bytes] = ()
    whole_conversation: bool = False
    """Whether the others of their conversations are meant too."""


@dataclass(frozen=True)
class LinksWanted:
    """Which links are asked for; None means any."""

    message: str | None = None
    object: str | None = None
    rule: str | None = None
    step: Step | None = None
    only_candidates: bool = False


def run_links(services: Services, *, since: datetime | None, is_dry: bool) -> LinkRun:
    """Link all mail anew, that of a time or later, or say what that would do.

    Raises Locked where another run is linking.
    """

    def prepare(tx: Writing) -> None:
        linking.queue_since(tx, since)

    if is_dry:
        return try_linking(services, prepare)
    with services.store.writing() as tx:
        prepare(tx)
    return link_waiting(services)


def add_links(services: Services, which: Which, object_name: str) -> list[Link]:
    """Link messages to a thing by hand and return these links.

    Raises NotFound, NameAmbiguous, BadUsage.
    """
    with services.store.writing(durable=True) as tx:
        meant = object_named(tx, object_name)
        ids = _messages(tx, which)
        _say(services, tx, ids, meant, is_linked=True)
    link_waiting(services, wait_s=_WAIT_S, is_for_changes=True)
    with services.store.reading() as tx:
        return _to(tx, ids, meant)


def remove_links(services: Services, which: Which, object_name: str) -> list[Link]:
    """Take links of messages to a thing away for good, and return them as they were.

    They do not come back by themselves. Raises NotFound where no message was linked to it,
    NameAmbiguous, BadUsage.
    """
    with services.store.writing(durable=True) as tx:
        meant = object_named(tx, object_name)
        ids = _messages(tx, which)
        were = _to(tx, ids, meant)
        if not were:
            raise NotFound(
                f"none of these messages is linked to {meant.name!r}",
                hint=f"see their links: mailctl link list --message {ids[0]}",
            )
        _say(services, tx, [each.message for each in were], meant, is_linked=False)
    link_waiting(services, wait_s=_WAIT_S, is_for_changes=True)
    return were


def listed_links(tx: Reading, wanted: LinksWanted) -> Iterator[Link]:
    """Yield links, those of the newest message first. Raises NotFound, NameAmbiguous, BadUsage."""
    meant = None if wanted.object is None else object_named(tx, wanted.object)
    rule = None if wanted.rule is None else _rule_id(tx, wanted.rule)
    candidates = True if wanted.only_candidates else None
    if wanted.message is not None:
        message = message_named(tx, wanted.message)
        for link in links.of_messages(tx, [message]).get(message, ()):
            if (meant is None or link.object.id == meant.id) and (
                candidates is None or link.is_candidate
            ):
                yield link
        return
    yield from links.all_(
        tx,
        noun=None if meant is None else meant.noun,
        object_id=None if meant is None else meant.id,
        rule=rule,
        step=wanted.step,
        candidates=candidates,
    )


def object_named(tx: Reading, name: str) -> LinkedObject:
    """Return the contact, company or record of that name.

    `contact:NAME`, `company:NAME`, `TYPE:NUMBER`, an id, or the address of a contact.
    Raises NotFound, NameAmbiguous, BadUsage.
    """
    word = name.strip()
    noun, colon, rest = word.partition(":")
    known = _NOUNS.get(word[:4])
    if known is ObjectNoun.CONTACT or (colon and noun == "contact") or (not colon and "@" in word):
        contact = contact_named(tx, rest if colon else word)
        return LinkedObject(ObjectNoun.CONTACT, contact.id, contact.name)
    if known is ObjectNoun.COMPANY or (colon and noun == "company"):
        company = company_named(tx, rest if colon else word)
        return LinkedObject(ObjectNoun.COMPANY, company.id, company.name)
    if known is ObjectNoun.RECORD or colon:
        record = record_named(tx, rest if noun == "record" and ":" in rest else word)
        return LinkedObject(ObjectNoun.RECORD, record.id, record.number, record.type)
    raise BadUsage(
        f"{name[:100]!r} names nothing that mail can be linked to",
        hint="write contact:NAME, company:NAME, TYPE:NUMBER of a record, or an id",
    )


def _messages(tx: Reading, which: Which) -> list[MessageId]:
    ids = messages_named(tx, which.names, which.lines)
    if which.whole_conversation:
        conversations = dict.fromkeys(threads.of_message(tx, each) for each in ids)
        ids = [each for thread in conversations for each in threads.messages(tx, thread)]
    return list(dict.fromkeys(ids))


def _say(
    services: Services,
    tx: Writing,
    ids: Sequence[MessageId],
    meant: LinkedObject,
    *,
    is_linked: bool,
) -> None:
    numbers = links.places_of(tx, ids)
    links.say(tx, numbers, meant.noun, meant.id, is_linked=is_linked, at=services.now())
    linking.queue(tx, numbers)


def _to(tx: Reading, ids: Sequence[MessageId], meant: LinkedObject) -> list[Link]:
    found = links.of_messages(tx, ids)
    return [link for each in ids for link in found.get(each, ()) if link.object.id == meant.id]


def _rule_id(tx: Reading, name: str) -> str:
    from mailctl.core.links.rules import rule_named

    return rule_named(tx, name).id
