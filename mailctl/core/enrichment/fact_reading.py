"""Signatures read out of stored mail, the newest first, in batches that can be cut off anywhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mailctl.core.enrichment.fact_changes import take_unasked
from mailctl.core.enrichment.fact_keys import key_of_fact
from mailctl.core.linking.insiders import Insiders, insiders
from mailctl.core.linking.matching import key_of
from mailctl.core.services import Services
from mailctl.domain.addresses import Person
from mailctl.domain.facts import Fact, FactField
from mailctl.domain.ids import content_id
from mailctl.domain.mailboxes import mailbox_of
from mailctl.domain.proposals import FactId, StoredFact
from mailctl.store import facts, sources
from mailctl.store.columns import from_text
from mailctl.store.facts import Unread

LOCK = "signatures"
FEW = 500
"""So many of the newest messages are read after a sync; `enrich run` reads all."""
_BATCH = 100
_OWN_ADDRESS = 0.9


@dataclass
class FactRun:
    """What a run of reading found."""

    messages: int = 0
    """Messages that were looked at."""
    facts: int = 0
    """Facts that nobody had stated before."""
    taken: int = 0
    """Facts that were taken unasked, as a policy says."""
    waiting: int = 0
    """Messages that have not been read yet."""


def read_facts(
    services: Services,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    wait_s: float = 0,
) -> FactRun:
    """Read the signatures of all mail that was received and not read yet, the newest first.

    A run that is killed goes on with the batch that it worked on. Raises Locked where another
    run is reading for longer than `wait_s`.
    """
    with services.locks.hold(LOCK, called="the reading of signatures", wait_s=wait_s):
        reading = _Reading(services, FactRun())
        with services.store.writing() as tx:
            facts.begin(tx)
        with services.store.reading() as tx:
            total = facts.count_unread(tx)
        while not should_stop() and reading.go_on(_BATCH):
            on_progress(reading.done.messages, max(total, reading.done.messages))
        return reading.end()


def read_news(services: Services) -> FactRun:
    """Read the signatures of what came since the last run, FEW messages at most.

    Raises Locked where another run is reading.
    """
    with services.locks.hold(LOCK, called="the reading of signatures"):
        reading = _Reading(services, FactRun())
        reading.news()
        return reading.end()


@dataclass
class _Reading:
    services: Services
    done: FactRun

    def go_on(self, limit: int) -> bool:
        """Read a batch, and return whether there was anything to read."""
        with self.services.store.reading() as tx:
            messages = facts.unread(tx, limit=limit)
        found = self._found(messages)
        with self.services.store.writing() as tx:
            if messages:
                self.done.facts += facts.put(tx, found)
                facts.read_down_to(tx, messages[-1].number)
            else:
                facts.read_all(tx)
            self.done.taken += take_unasked(self.services, tx, {each.mailbox for each in found})
        self.done.messages += len(messages)
        return bool(messages)

    def news(self) -> None:
        with self.services.store.reading() as tx:
            messages = facts.news(tx, limit=FEW)
        found = self._found(messages)
        with self.services.store.writing() as tx:
            self.done.facts += facts.put(tx, found)
            if messages:
                facts.read_news(tx, messages[-1].number, messages[0].number)
            self.done.taken += take_unasked(self.services, tx, {each.mailbox for each in found})
        self.done.messages += len(messages)

    def end(self) -> FactRun:
        """Return what was done."""
        with self.services.store.reading() as tx:
            self.done.waiting = facts.count_unread(tx)
        return self.done

    def _found(self, messages: Sequence[Unread]) -> list[StoredFact]:
        with self.services.store.reading() as tx:
            own = insiders(tx)
        return [fact for each in messages for fact in self._stated(each, own)]

    def _stated(self, message: Unread, own: Insiders) -> Iterator[StoredFact]:
        """Yield what a message states of its sender, nothing where that is one of ours."""
        address = key_of(message.sender) if message.sender else None
        if address is None or own.why(address) is not None:
            return
        from mailctl.enrich.extract import read_signature  # where mail was received

        with self.services.store.reading() as tx:
            source = sources.of_numbered(tx, message.number)
        found = read_signature(source or b"", region=self.services.home_region())
        if key_of(found.sender_address) != address:
            return
        sender = Person(" ".join(found.sender_name.split()), address)
        for fact in found.facts:
            key = key_of_fact(fact)
            if key:
                yield _stored(fact, key, message, sender)
        if found.facts:
            yield _stored(_own_address(sender), address, message, sender)


def _own_address(sender: Person) -> Fact:
    """Return that the sender has the address that they wrote from: their contact may lack it."""
    return Fact(
        FactField.EMAIL,
        value=sender.address,
        written=sender.address,
        line=f"From: {sender.name} <{sender.address}>".replace(":  <", ": <"),
        number=0,
        confidence=_OWN_ADDRESS,
        evidence=("the sender writes from it",),
    )


def _stored(fact: Fact, key: str, message: Unread, sender: Person) -> StoredFact:
    mailbox = mailbox_of(sender.address)
    named = f"{mailbox}\0{fact.field}\0{key}".encode("utf-8", "replace")
    return StoredFact(
        id=FactId(content_id("prp", named)),
        mailbox=mailbox,
        sender=sender,
        field=fact.field,
        value=fact.value,
        key=key,
        type=fact.type,
        ext=fact.ext,
        confidence=fact.confidence,
        message=message.id,
        stated_at=from_text(message.date),
        line=fact.line,
        line_number=fact.number,
        evidence=fact.evidence,
    )
