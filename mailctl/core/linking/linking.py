"""Mail linked to what it is about, in batches that can be cut off anywhere.

Links follow from mail, people, rules and what was said by hand. Whatever changes one of these
queues the messages that it touches (triggers of the schema), in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from mailctl.core.linking.batches import Changed, Linker
from mailctl.core.linking.insiders import note_insiders
from mailctl.core.linking.rule_links import mentioned
from mailctl.core.linking.rule_matching import Finder
from mailctl.core.linking.rule_texts import texts_of
from mailctl.core.services import Services
from mailctl.domain.ids import MessageNumber
from mailctl.domain.link_rules import LinkRule
from mailctl.store import link_rules, linking
from mailctl.store.connection import Writing

LOCK = "links"
BATCH, CONVERSATIONS = 1_000, 200


@dataclass
class LinkRun:
    """What a run of linking did."""

    messages: int = 0
    """Messages that were looked at."""
    added: int = 0
    removed: int = 0
    """Links that are there, or no longer there, because of it."""
    candidates: int = 0
    """How many of those added need a person's choice."""
    created: int = 0
    """Records that rules made."""
    is_dry: bool = False

    def count(self, changed: Changed) -> None:
        """Add what became of a batch."""
        self.messages += changed.messages
        self.added += changed.added
        self.removed += changed.removed
        self.candidates += changed.candidates
        self.created += changed.created


def link_waiting(
    services: Services,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    wait_s: float = 0,
    is_for_changes: bool = False,
) -> LinkRun:
    """Link every message that is new or touched by a change, and return what that did.

    `is_for_changes` leaves new messages to the run that follows a sync.

    A run that is killed loses the batch it worked on, and the next one goes on there.
    Raises Locked where another run is linking for longer than `wait_s`.
    """
    with services.locks.hold(LOCK, called="the linking of mail", wait_s=wait_s):
        work = _Linking(services, is_for_changes)
        with services.store.reading() as tx:
            total = linking.count_waiting(tx)
        while True:
            with services.store.writing() as tx:
                is_more = work.go_on(tx)
            on_progress(work.done.messages, max(total, work.done.messages))
            if not is_more or should_stop():
                return work.done


def try_linking(services: Services, prepare: Callable[[Writing], None]) -> LinkRun:
    """Return what `link_waiting` would do after `prepare`; nothing is changed.

    It does the work and takes it back, and holds the write lock all the while.
    """
    work = _Linking(services, is_for_changes=False)
    with services.store.trying() as tx:
        prepare(tx)
        while work.go_on(tx):
            pass
    work.done.is_dry = True
    return work.done


@dataclass
class _Linking:
    services: Services
    is_for_changes: bool
    done: LinkRun = field(default_factory=LinkRun)
    _seen: int | None = None
    _linker: Linker | None = None
    _rules: dict[str, LinkRule] = field(default_factory=dict)

    def go_on(self, tx: Writing) -> bool:
        """Do a batch of what is to be done, and return whether there was anything."""
        linker = self._begin(tx)
        if self._scan(tx):
            return True
        if numbers := linking.waiting(tx, limit=BATCH):
            self.done.count(linker.link(tx, numbers, is_fresh=False))
            linking.done(tx, numbers)
            return True
        if not self.is_for_changes and (numbers := linking.fresh(tx, limit=BATCH)):
            self.done.count(linker.link(tx, numbers, is_fresh=True))
            linking.move_to(tx, numbers[-1])
            return True
        # at last, and each once: a conversation may have messages in many batches
        if threads := linking.waiting_conversations(tx, limit=CONVERSATIONS):
            self.done.count(linker.inherit(tx, threads))
            linking.conversations_done(tx, threads)
            return True
        return False

    def _begin(self, tx: Writing) -> Linker:
        """Return the linker, another one where somebody else wrote since: things may differ."""
        seen = linking.data_version(tx)
        if self._linker is not None and seen == self._seen:
            return self._linker
        if linking.state(tx).is_outdated:
            linking.begin_anew(tx)
        own = note_insiders(tx)
        rules = link_rules.all_(tx)
        self._seen, self._rules = seen, {rule.id: rule for rule in rules}
        self._linker = Linker(self.services, own, rules)
        return self._linker

    def _scan(self, tx: Writing) -> bool:
        """Let the rule that is farthest behind look into some mail; return whether one was."""
        behind = link_rules.behind(tx)
        if not behind:
            return False
        place = min(behind.values())
        rules = [each for each, scanned_to in behind.items() if scanned_to == place]
        numbers = link_rules.between(tx, place, limit=BATCH)
        for rule in rules:
            finder = Finder(self._rules[rule])
            places = self._rules[rule].places
            texts = texts_of(tx, numbers, places, folded=finder.sees_folded)
            linking.queue(tx, mentioned(finder, texts))
        last = numbers[-1] if numbers else MessageNumber(linking.state(tx).linked_to)
        link_rules.scanned(tx, rules, to=last)
        return True
