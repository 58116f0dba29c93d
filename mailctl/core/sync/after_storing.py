"""What is made of mail once it is stored: searchable, linked, its signatures read."""

from collections.abc import Callable

from mailctl.core.services import Services
from mailctl.domain.sync_events import IndexHeld, Indexing, Linking, SyncEvent
from mailctl.errors import Locked, MailctlError, Terminated
from mailctl.records import dataclass
from mailctl.store import unindexed, waiting

Watch = Callable[[SyncEvent], None]
"""Is told of progress, by several threads where there are several jobs."""


@dataclass
class Made:
    """How far that came."""

    searchable: int = 0
    """Messages that became searchable."""
    links: int = 0
    """Links that were added."""


def made_of_it(
    services: Services, watch: Watch, is_late: Callable[[], bool], *, wait_s: float = 0
) -> tuple[Made, MailctlError | None]:
    """Return what was made of stored mail, and why not all was.

    Another run that is at it is no failure: it finds what we stored.
    """
    made = Made()
    try:
        _index(services, watch, is_late, made, wait_s)
        _link(services, watch, is_late, made, wait_s)
        _enrich(services, is_late)
    except Terminated:
        raise
    except MailctlError as error:
        return made, error
    return made, None


def _index(
    services: Services, watch: Watch, is_late: Callable[[], bool], made: Made, wait_s: float
) -> None:
    with services.store.reading() as tx:
        if not unindexed.count(tx):
            return
    from mailctl.core.messages.indexing import (
        index_pending,  # only where there is something to read
    )

    def tell(done: int, total: int) -> None:
        made.searchable = done
        watch(Indexing(done, total))

    try:
        index_pending(services, on_progress=tell, should_stop=is_late, wait_s=wait_s)
    except Locked as held:
        watch(IndexHeld(held.sentence))


def _link(
    services: Services, watch: Watch, is_late: Callable[[], bool], made: Made, wait_s: float
) -> None:
    with services.store.reading() as tx:
        if not waiting.are_unlinked(tx):
            return
    from mailctl.core.linking.linking import link_waiting  # only where there is something to link

    def tell(done: int, total: int) -> None:
        watch(Linking(done, total))

    try:
        run = link_waiting(services, on_progress=tell, should_stop=is_late, wait_s=wait_s)
    except Locked as held:
        watch(IndexHeld(held.sentence))
    else:
        made.links = run.added


def _enrich(services: Services, is_late: Callable[[], bool]) -> None:
    """Read the signatures of what is new; a run that is at it already does that for us."""
    with services.store.reading() as tx:
        if is_late() or not waiting.are_unread(tx):
            return
    from mailctl.core.enrichment.fact_reading import (
        read_news,  # only where there is something to read
    )

    try:
        read_news(services)
    except Locked:
        return
