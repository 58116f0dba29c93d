"""Query: what is stored that tells who somebody is, or what their mail is about."""

from collections.abc import Iterator

from mailctl.store.connection import Reading

_MOST = 20_000
"""Of each kind: the newest."""


def texts(tx: Reading) -> Iterator[str]:
    """Yield names, addresses and subjects, in no order, the same perhaps several times."""
    for row in tx.execute(_EVERYTHING, {"most": _MOST}):
        yield row[0]


_EVERYTHING = """
    SELECT address FROM account UNION ALL
    SELECT username FROM account UNION ALL
    SELECT submission_username FROM account UNION ALL
    SELECT owner FROM account WHERE owner IS NOT NULL UNION ALL
    SELECT substr(secret, instr(secret, ':') + 1) FROM account UNION ALL
    SELECT value FROM account_setting
        WHERE name IN ('display-name', 'aliases', 'signature-text', 'internal-domains') UNION ALL
    SELECT name FROM provider UNION ALL
    SELECT title FROM provider UNION ALL
    SELECT incoming_host FROM provider WHERE incoming_host IS NOT NULL UNION ALL
    SELECT submission_host FROM provider WHERE submission_host IS NOT NULL UNION ALL
    SELECT domain FROM domain_mapping UNION ALL
    SELECT client_id FROM oauth_app UNION ALL
    SELECT tenant FROM oauth_app WHERE tenant IS NOT NULL UNION ALL
    SELECT path FROM folder WHERE special_use IS NULL UNION ALL
    SELECT subject FROM outgoing UNION ALL
    SELECT address FROM outgoing_recipient UNION ALL
    SELECT * FROM (SELECT name FROM contact ORDER BY number DESC LIMIT :most) UNION ALL
    SELECT * FROM (SELECT name FROM company LIMIT :most) UNION ALL
    SELECT * FROM (SELECT value FROM communication_option LIMIT :most) UNION ALL
    SELECT * FROM (SELECT subject FROM message ORDER BY number DESC LIMIT :most) UNION ALL
    SELECT * FROM (
        SELECT from_name FROM message WHERE from_name IS NOT NULL ORDER BY number DESC LIMIT :most
    ) UNION ALL
    SELECT * FROM (
        SELECT from_address FROM message WHERE from_address IS NOT NULL
        ORDER BY number DESC LIMIT :most
    )
"""
