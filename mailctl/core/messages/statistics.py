"""How much mail there is, by when it was sent, by whom, and by where it lies."""

from datetime import datetime

from mailctl.core.naming import account_named
from mailctl.domain.statistics import IN_TIME, By, Sum, added_up
from mailctl.store import statistics
from mailctl.store.connection import Reading


def count_messages(
    tx: Reading,
    by: By,
    *,
    account: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    limit: int | None = None,
) -> list[Sum]:
    """Return the sums: times in their order, of anything else those of most messages first.

    `limit` leaves so many: the newest times, else the first. Raises NotFound for an
    account that is none.
    """
    counted = statistics.Counted(
        account=None if account is None else account_named(tx, account).id,
        since=since,
        before=before,
    )
    sums = added_up(statistics.sums(tx, by, counted), by)
    if by in IN_TIME:
        return sums if limit is None else sums[-limit:]
    sums.sort(key=lambda each: (-each.messages, each.value or "", each.account or ""))
    return sums[:limit]
