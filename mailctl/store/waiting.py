"""Queries: whether mail waits for something. Every sync asks, and mostly it does not."""

from mailctl.store.connection import Reading


def are_unlinked(tx: Reading) -> bool:
    """Whether some message waits to be linked, anew or at all, or a rule to look for itself."""
    return bool(
        tx.execute(
            """
            SELECT EXISTS (SELECT 1 FROM link_pending)
                OR EXISTS (SELECT 1 FROM link_conversation_pending)
                OR (SELECT coalesce(max(number), 0) FROM message) > linked_to
                OR EXISTS (SELECT 1 FROM link_rule WHERE is_enabled AND scanned_to < linked_to)
            FROM link_state
            """
        ).fetchone()[0]
    )


def are_touched(tx: Reading) -> bool:
    """Whether some linked message waits to be linked anew, or a rule to look for itself."""
    return bool(
        tx.execute(
            """
            SELECT EXISTS (SELECT 1 FROM link_pending)
                OR EXISTS (SELECT 1 FROM link_conversation_pending)
                OR EXISTS (SELECT 1 FROM link_rule WHERE is_enabled AND scanned_to < linked_to)
            FROM link_state
            """
        ).fetchone()[0]
    )


def are_unread(tx: Reading) -> bool:
    """Whether there are messages newer than all that have been read."""
    row = tx.execute(
        """
        SELECT (SELECT coalesce(max(number), 0) FROM message) > max(high, read_to)
        FROM enrich_state
        """
    ).fetchone()
    return bool(row[0])
