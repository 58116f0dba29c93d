"""Queries: the providers that an administrator added or that domains named themselves."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    LoginForm,
    MxTrust,
    Origin,
    Provider,
    ProviderKind,
    UsernameTemplate,
    login_form,
)
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import BadUsage
from mailctl.store.columns import from_list, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def add(tx: Writing, provider: Provider, *, at: datetime) -> None:
    """Store a new provider and its MX patterns; its name must be free."""
    tx.execute(
        """
        INSERT INTO provider (
            title, kind, origin,
            incoming_host, incoming_port, incoming_security,
            submission_host, submission_port, submission_security,
            ews_url, login, submission_login, auth, can_receive, can_send, smtp_timeout_s,
            ca_file, sign_in_help, sign_in_url, docs_url, oauth, files_sent, name, created_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (*_columns(provider), provider.name, to_text(at)),
    )
    _put_patterns(tx, provider)


def update(tx: Writing, provider: Provider) -> None:
    """Store a provider anew that is there under its name, and its MX patterns."""
    tx.execute(
        """
        UPDATE provider SET
            title = ?, kind = ?, origin = ?,
            incoming_host = ?, incoming_port = ?, incoming_security = ?,
            submission_host = ?, submission_port = ?, submission_security = ?,
            ews_url = ?, login = ?, submission_login = ?, auth = ?, can_receive = ?,
            can_send = ?, smtp_timeout_s = ?,
            ca_file = ?, sign_in_help = ?, sign_in_url = ?, docs_url = ?,
            oauth = ?, files_sent = ?
        WHERE name = ?
        """,
        (*_columns(provider), provider.name),
    )
    tx.execute("DELETE FROM provider_mx WHERE provider = ?", (provider.name,))
    _put_patterns(tx, provider)


def remove(tx: Writing, name: str) -> None:
    """Forget a provider, its MX patterns and the domains mapped to it."""
    tx.execute("DELETE FROM domain_mapping WHERE provider = ?", (name,))
    tx.execute("DELETE FROM provider WHERE name = ?", (name,))


def by_name(tx: Reading, name: str) -> Provider | None:
    """Return the provider of that name."""
    row = tx.execute(_SELECT + " WHERE name = ?", (name,)).fetchone()
    return None if row is None else _provider(tx, row)


def all_(tx: Reading) -> Iterator[Provider]:
    """Yield every provider, by name."""
    for row in tx.execute(_SELECT + " ORDER BY name").fetchall():
        yield _provider(tx, row)


def mx_patterns(tx: Reading) -> dict[str, ProviderName]:
    """Return which label suffix of an MX host names which provider."""
    rows = tx.execute("SELECT suffix, provider FROM provider_mx")
    return {row["suffix"]: ProviderName(row["provider"]) for row in rows}


_SELECT = """
    SELECT name, title, kind, origin,
        incoming_host, incoming_port, incoming_security,
        submission_host, submission_port, submission_security,
        ews_url, login, submission_login, auth, can_receive, can_send, smtp_timeout_s,
        ca_file, sign_in_help, sign_in_url, docs_url, oauth, files_sent
    FROM provider
"""


def _columns(provider: Provider) -> tuple[object, ...]:
    return (
        provider.title,
        provider.kind,
        provider.origin,
        *_server(provider.incoming),
        *_server(provider.submission),
        provider.ews_url,
        provider.login,
        provider.submission_login,
        to_list(provider.auth),
        provider.can_receive,
        provider.can_send,
        provider.smtp_timeout_s,
        provider.ca_file,
        provider.sign_in_help,
        provider.sign_in_url,
        provider.docs_url,
        provider.oauth,
        provider.files_sent,
    )


def _put_patterns(tx: Writing, provider: Provider) -> None:
    tx.executemany(
        "INSERT INTO provider_mx (suffix, provider) VALUES (?, ?)",
        [(suffix, provider.name) for suffix in provider.mx],
    )


def _server(endpoint: Endpoint | None) -> tuple[str | None, int | None, str | None]:
    if endpoint is None:
        return None, None, None
    return endpoint.host, endpoint.port, endpoint.security


def _endpoint(host: str | None, port: int, security: str) -> Endpoint | None:
    return None if host is None else Endpoint(host, port, Security(security))


def _login(text: str) -> LoginForm | UsernameTemplate:
    try:
        return login_form(text)
    except BadUsage as error:
        raise ValueError(error.sentence) from error


@from_row
def _provider(tx: Reading, row: sqlite3.Row) -> Provider:
    mx = tx.execute(
        "SELECT suffix FROM provider_mx WHERE provider = ? ORDER BY suffix", (row["name"],)
    )
    domains = tx.execute(
        "SELECT domain FROM domain_mapping WHERE provider = ? ORDER BY domain", (row["name"],)
    )
    return Provider(
        name=ProviderName(row["name"]),
        title=row["title"],
        kind=ProviderKind(row["kind"]),
        origin=Origin(row["origin"]),
        incoming=_endpoint(row["incoming_host"], row["incoming_port"], row["incoming_security"]),
        submission=_endpoint(
            row["submission_host"], row["submission_port"], row["submission_security"]
        ),
        ews_url=row["ews_url"],
        login=_login(row["login"]),
        submission_login=(
            None if row["submission_login"] is None else _login(row["submission_login"])
        ),
        auth=tuple(AuthMethod(word) for word in from_list(row["auth"])),
        domains=tuple(mapped["domain"] for mapped in domains),
        mx=tuple(pattern["suffix"] for pattern in mx),
        mx_trust=MxTrust.AUTO,
        can_receive=bool(row["can_receive"]),
        can_send=bool(row["can_send"]),
        smtp_timeout_s=row["smtp_timeout_s"],
        ca_file=row["ca_file"],
        sign_in_help=row["sign_in_help"],
        sign_in_url=row["sign_in_url"],
        docs_url=row["docs_url"],
        oauth=row["oauth"],
        files_sent=bool(row["files_sent"]),
    )
