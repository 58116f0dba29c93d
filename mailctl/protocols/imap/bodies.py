"""The sources of messages that arrived: recognised where we hold them, fetched where not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailctl.domain.ids import SourceId
from mailctl.domain.syncing import LARGEST_BYTES, Arrived, Uid
from mailctl.errors import MailctlError, Unreachable
from mailctl.ports.mail import Fact, FolderRequest
from mailctl.protocols.imap.portions import asked
from mailctl.protocols.imap.session import Session

_HEADER = "(BODY.PEEK[HEADER])"
_BATCH_BYTES = 4 * 1024 * 1024
_BATCH_MESSAGES = 100
BROKEN_OFF = "the server broke off: {}"
_NOT_GIVEN = "listed by the server but not given"


class Bodies:
    """Gets the sources of messages in the open folder."""

    def __init__(self, session: Session, *, is_whole: bool = True) -> None:
        self._session = session
        self._item = "(BODY.PEEK[])" if is_whole else _HEADER

    def sources(self, sizes: dict[Uid, int]) -> Iterator[tuple[Uid, bytes]]:
        """Yield UID and source of those messages that the server gives."""
        expected = sum(sizes.values())
        for items in asked(
            list(sizes),
            lambda part: self._session.fetch(part, self._item, expected_bytes=expected),
        ):
            sources = {item.uid: item.source for item in items if item.source is not None}
            for uid in sources.keys() & sizes.keys():
                # Some servers give nothing for a message that they cannot read.
                if sources[uid] or not sizes[uid]:
                    yield uid, sources[uid]


class ArrivedBodies(Bodies):
    """Gets what a folder's arrivals say, as far as we want it and do not hold it."""

    def __init__(self, session: Session, request: FolderRequest) -> None:
        super().__init__(session, is_whole=request.with_bodies)
        self._request = request
        self._may_know = not request.holdings.is_empty()

    def of(self, arrived: Sequence[Arrived]) -> Iterator[Arrived]:
        """Yield the messages with their sources, or with what stands for them, ascending.

        A connection that breaks over a message asked for alone leaves it to be tried later.
        """
        if not self._request.with_sources:
            yield from arrived
            return
        try:
            known = self._recognised(arrived)
        except Unreachable as error:
            if len(arrived) == 1:
                yield replace(arrived[0], trouble=BROKEN_OFF.format(error.sentence))
            raise
        wanted = [each for each in arrived if each.uid not in known and self._is_wanted(each)]
        read = self._read(wanted)
        coming = next(read, None)
        for each in arrived:
            if coming is not None and coming.uid == each.uid:
                yield coming
                coming = next(read, None)
            else:
                yield known.get(each.uid, each)

    def _is_wanted(self, arrived: Arrived) -> bool:
        if arrived.uid in self._request.leave or arrived.size_bytes > LARGEST_BYTES:
            return False
        return self._request.takes is None or self._request.takes(arrived.size_bytes)

    def _recognised(self, arrived: Sequence[Arrived]) -> dict[Uid, Arrived]:
        """Return those of which we hold the source already, by size, time and the server's word.

        Where the server has no word for it, or a new one, the whole header has to be equal.
        """
        if not (self._may_know and arrived):
            return {}
        same = self._request.same.sources if self._request.same else {}
        found = {
            each.uid: replace(each, same_as=same[each.uid]) for each in arrived if each.uid in same
        }
        arrived = [each for each in arrived if each.uid not in found]
        facts = {each.uid: (each.internal_date, each.size_bytes) for each in arrived}
        held = self._request.holdings.alike(set(facts.values()))
        alike = [each for each in arrived if facts[each.uid] in held]
        found |= self._identified(alike)
        alike = [each for each in alike if each.uid not in found]
        for batch in batches({each.uid: 4096 for each in alike}):
            headers = self._headers(list(batch))
            for each in alike:
                header = headers.get(each.uid)
                digest = header and self._with_header(facts[each.uid], header)
                if digest:
                    found[each.uid] = replace(each, same_as=digest)
        return found

    def _identified(self, alike: Sequence[Arrived]) -> dict[Uid, Arrived]:
        """Return those whose size, time and id a message has that we hold."""
        named = {
            each: (each.server_id, (each.internal_date, each.size_bytes))
            for each in alike
            if each.server_id is not None
        }
        held = self._request.holdings.identified(set(named.values())) if named else {}
        return {
            each.uid: replace(each, same_as=held[name])
            for each, name in named.items()
            if name in held
        }

    def _with_header(self, fact: Fact, header: bytes) -> SourceId | None:
        return self._request.holdings.with_header(fact, header)

    def _headers(self, uids: Sequence[Uid]) -> dict[Uid, bytes]:
        return {
            item.uid: item.source
            for items in asked(uids, lambda part: self._session.fetch(part, _HEADER))
            for item in items
            if item.source
        }

    def _read(self, wanted: Sequence[Arrived]) -> Iterator[Arrived]:
        by_uid = {each.uid: each for each in wanted}
        sizes = {each.uid: each.size_bytes for each in wanted}
        most = 1 if self._request.is_gentle else _BATCH_MESSAGES
        for batch in batches(sizes, most=most):
            try:
                given = dict(self.sources(batch))
            except MailctlError as error:
                if len(batch) == 1:
                    yield from (
                        replace(by_uid[uid], trouble=BROKEN_OFF.format(error.sentence))
                        for uid in batch
                    )
                raise
            for uid in sorted(batch):
                source = given.pop(uid, None)
                trouble = _NOT_GIVEN if source is None else None
                yield replace(by_uid[uid], source=source, trouble=trouble)


def batches(sizes: dict[Uid, int], *, most: int = _BATCH_MESSAGES) -> Iterator[dict[Uid, int]]:
    """Yield portions whose sources fit into memory; a larger message comes alone."""
    batch: dict[Uid, int] = {}
    total = 0
    for uid, size in sizes.items():
        if batch and (total + size > _BATCH_BYTES or len(batch) >= most):
            yield batch
            batch, total = {}, 0
        batch[uid] = size
        total += size
    if batch:
        yield batch
