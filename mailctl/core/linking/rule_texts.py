"""The texts in which rules look."""

from collections.abc import Collection, Mapping

from mailctl.domain.ids import MessageNumber
from mailctl.domain.link_rules import Place
from mailctl.store import link_rules, sources
from mailctl.store.connection import Reading

Texts = Mapping[Place, str]


def texts_of(
    tx: Reading, numbers: Collection[int], places: Collection[Place], *, folded: bool = False
) -> dict[int, Texts]:
    """Return what stands in these places of messages.

    The index has the text of a message already; only where folding may have changed it is
    the source read again, unless what is `folded` will do.
    """
    subjects = link_rules.subjects(tx, numbers) if Place.SUBJECT in places else {}
    bodies = link_rules.indexed_bodies(tx, numbers) if Place.BODY in places else {}
    return {
        number: {
            Place.SUBJECT: subjects.get(number, ""),
            Place.BODY: _body(tx, number, bodies.get(number, ""), folded=folded),
        }
        for number in numbers
    }


def _body(tx: Reading, number: int, indexed: str, *, folded: bool) -> str:
    if folded or indexed.isascii():
        return indexed
    from mailctl.mail.text import searchable_words  # for other scripts alone

    source = sources.of_numbered(tx, MessageNumber(number))
    return searchable_words(source or b"").body.encode("utf-8", "replace").decode()
