"""The field names that scripts rely on, typed again by hand: add here what is added there."""

import io
from typing import Any

import pytest

from mailctl.output.render import Format, Printer
from mailctl.output.streams import Output
from mailctl.output.view import View
from mailctl.output.views import (
    accounts,
    applied,
    contacts,
    database,
    doctor,
    enrichment,
    links,
    merging,
    message_care,
    message_files,
    messages,
    oauth,
    outbox,
    providers,
    records,
    resolutions,
    schemas,
    secrets,
    statistics,
    sync,
    sync_states,
    threads,
    topics,
    versions,
)

MESSAGE_FIELDS = [
    *("id", "date", "from", "to", "subject", "account", "accounts", "folders", "flags"),
    *("thread_id", "size", "attachments", "links", "processed"),
]

WHO = ["id", "name", "job_title", "department", "companies"]
OPTIONS = ["emails", "phones", "webs", "socials", "addresses"]
KEPT = ["owner", "source", "tags", "created_at", "changed_at"]

APPLIED = ["objects", "created", "updated", "unchanged", "removed", "failed", "left", "is_dry_run"]
OBJECT = ["kind", "name", "result", "changes", "error", "place", "losses"]

CONTRACT: dict[str, tuple[View[Any], list[str]]] = {
    "apply": (applied.APPLIED, APPLIED),
    "diff": (applied.DIFFERENCE, APPLIED),
    "an object of apply": (applied.OBJECTS, OBJECT),
    "an object of diff": (applied.DIFFERENCES, OBJECT),
    "export": (
        applied.EXPORTED,
        [
            *("providers", "domains", "oauth_apps", "record_types", "link_rules"),
            *("enrich_policies", "companies", "accounts"),
        ],
    ),
    "contact proposals": (
        contacts.PROPOSED,
        ["address", "name", "company", "messages", "last_at"],
    ),
    "link list": (
        links.LINKS,
        [
            *("message", "kind", "object", "name", "step", "rule", "place", "evidence", "manual"),
            *("candidate", "made_at"),
        ],
    ),
    "link run": (
        links.LINK_RUN,
        ["messages", "added", "removed", "candidates", "records_created", "is_dry_run"],
    ),
    "link explain": (links.EXPLANATION, ["message", "links", "steps"]),
    "link rule list": (
        links.RULES,
        [
            *("id", "name", "position", "match", "in", "to", "by", "create", "enabled", "hits"),
            *("created_at", "changed_at"),
        ],
    ),
    "link rule test": (
        links.HITS,
        ["rule", "position", "place", "value", "records", "outcome"],
    ),
    "account list": (
        accounts.ACCOUNTS,
        [*("id", "address", "provider", "owner", "state", "default", "last_sync_at", "last_error")],
    ),
    "account add": (
        accounts.ADDED_ACCOUNT,
        [
            *("id", "address", "provider", "owner", "state", "created_at", "resolution"),
            *("learned_domain", "settings", "next"),
        ],
    ),
    "account show": (
        accounts.ACCOUNT,
        [
            *("id", "address", "provider", "owner", "state", "default", "last_sync_at"),
            *("last_error", "created_at", "login", "submission_login", "auth", "oauth_app"),
            *("secret", "error_code", "failing_since", "next_try_at", "resolution", "settings"),
            "chosen",
        ],
    ),
    "account status": (
        accounts.STATUSES,
        [
            *("id", "address", "owner", "health", "state", "last_sync_at", "age_seconds"),
            *("last_error", "error_code", "failing_since", "failures", "next_try_at", "tls"),
            "todo",
        ],
    ),
    "account test": (accounts.TRIED, ["id", "address", "state", "checks", "profile"]),
    "account test, a check": (accounts.CHECKS, ["check", "good", "seconds", "detail", "error"]),
    "account migrate": (
        accounts.MIGRATED,
        [
            *("id", "address", "provider", "former_provider", "username", "secret"),
            *("waiting_messages", "is_dry_run", "next"),
        ],
    ),
    "account remove": (
        accounts.REMOVED,
        ["id", "address", "purged_messages", "kept_messages", "secret"],
    ),
    "contact list": (contacts.CONTACT, [*WHO, *OPTIONS, *KEPT, "email", "company"]),
    "contact export": (
        contacts.SHEET,
        [*WHO, *OPTIONS, "owner", "tags"],
    ),
    "company export": (
        contacts.COMPANY_SHEET,
        ["id", "name", "domains", *OPTIONS, "owner", "tags"],
    ),
    "contact import": (
        contacts.IMPORT_REPORT,
        ["created", "updated", "unchanged", "failed", "errors", "is_dry_run"],
    ),
    "company list": (contacts.COMPANY, ["id", "name", "domains", *OPTIONS, *KEPT]),
    "enrich list": (
        enrichment.PROPOSALS,
        [
            *("id", "message", "sender", "contact", "contact_name", "field", "type", "ext"),
            *(
                "value",
                "old",
                "confidence",
                "date",
                "state",
                "evidence",
                "matched_by",
                "decided_at",
            ),
        ],
    ),
    "enrich run": (enrichment.FACT_RUN, ["messages", "facts", "taken", "waiting"]),
    "enrich policy": (enrichment.POLICIES, ["field", "policy", "threshold"]),
    "enrich test": (
        enrichment.TRIED,
        ["message", "sender", "reason", "signature", "facts"],
    ),
    "a fact of enrich test": (
        enrichment.FACTS,
        [
            *("field", "type", "ext", "value", "written", "line", "line_number", "confidence"),
            "evidence",
        ],
    ),
    "doctor": (
        doctor.EXAMINATION,
        ["status", "offline", "checks", "counts", "settings", "places", "seconds"],
    ),
    "doctor -v": (
        doctor.EXAMINATION_IN_FULL,
        ["status", "offline", "checks", "counts", "settings", "places", "seconds"],
    ),
    "a check of doctor": (
        doctor.FINDINGS,
        [
            *("check", "status", "account", "found", "todo", "cause", "exit_code", "seconds"),
            "details",
        ],
    ),
    "a setting of doctor": (
        doctor.SAID_SETTINGS,
        ["name", "value", "source", "said_in", "default"],
    ),
    "a place of doctor": (doctor.USED_PLACES, ["name", "path", "source", "exists"]),
    "db path": (database.DATABASE_PATH, ["path"]),
    "db check": (database.DATABASE_CHECK, ["path", "ok", "schema_version", "size_bytes"]),
    "db backup": (database.DATABASE_BACKUP, ["path", "size_bytes"]),
    "db stats": (database.DATABASE_STATS, ["path", "schema_version", "size_bytes", "counts"]),
    "message list": (messages.MESSAGES, MESSAGE_FIELDS),
    "message search": (messages.MESSAGES, MESSAGE_FIELDS),
    "message search --count": (messages.COUNT, ["count"]),
    "message thread": (threads.THREAD, [*MESSAGE_FIELDS, "parent_id", "depth"]),
    "message show": (
        messages.MESSAGE,
        [
            *MESSAGE_FIELDS,
            *("cc", "bcc", "reply_to", "message_id", "in_reply_to", "references", "defects"),
            *("copies", "text", "text_from", "urls", "files", "invitation", "report", "marks"),
            *("protection", "warnings", "headers"),
        ],
    ),
    "message show --headers": (messages.MESSAGE_WITH_HEADER, [*messages.MESSAGE.fields]),
    "message stats": (statistics.SUMS, ["value", "messages", "bytes", "unread", "account"]),
    "message export": (
        message_files.EXPORTED,
        ["format", "to", "messages", "written", "known", "updated", "failed", "errors"],
    ),
    "message import": (
        message_files.IMPORTED,
        ["imported", "known", "failed", "skipped", "errors", "indexed"],
    ),
    "message flag": (
        message_care.FLAGGED,
        ["id", "account", "folder", "uid", "flags", "changed", "error"],
    ),
    "message purge": (
        message_care.PURGED,
        ["id", "state", "date", "from", "subject", "size"],
    ),
    "message attachments list": (
        message_files.ATTACHMENTS,
        [
            *("message", "number", "name", "safe_name", "media_type", "size", "inline"),
            "content_id",
        ],
    ),
    "message attachments save": (
        message_files.SAVED_FILES,
        ["message", "number", "name", "path", "media_type", "size"],
    ),
    "secrets list": (secrets.KEPT, ["owner", "kind", "secret", "readable", "detail"]),
    "secrets move": (secrets.MOVED, ["owner", "kind", "before", "after", "outcome", "detail"]),
    "oauth app list": (
        oauth.APPS,
        [
            *("name", "issuer", "client_id", "grant", "tenant", "scopes", "secret", "created_at"),
            *("authorization_url", "token_url", "device_url"),
        ],
    ),
    "oauth status": (
        oauth.TOKENS,
        ["id", "address", "app", "state", "expires_at", "renewable", "scopes", "detail"],
    ),
    "provider list": (
        providers.PROVIDERS,
        [
            *("name", "title", "kind", "origin", "incoming", "submission", "ews_url", "login"),
            *("auth", "domains", "mx", "mx_trust", "receive", "send", "smtp_timeout_s", "ca_file"),
            *("sign_in_help", "sign_in_url", "docs_url", "submission_login", "oauth"),
            "files_sent",
        ],
    ),
    "provider domains": (
        providers.DOMAINS,
        ["domain", "provider", "origin", "created_at", "created_by", "includes_subdomains"],
    ),
    "provider import": (
        providers.IMPORTED,
        ["source", "provider", "status", "domains", "left", "error", "passed_over"],
    ),
    "provider detect": (
        resolutions.DETECTED,
        [
            *("address", "domain", "provider", "title", "method", "trust", "settings", "auth"),
            *("sign_in_help", "sign_in_url", "evidence", "candidates", "trace", "error"),
        ],
    ),
    "outbox list": (
        outbox.OUTGOING,
        [
            *("id", "state", "account", "from", "message_id", "message", "subject", "recipients"),
            *("attempts", "created_at", "send_at", "tried_at", "next_try_at", "sent_at", "size"),
            *("copy", "error", "idempotency_key", "addresses"),
        ],
    ),
    "send": (outbox.SENT, [*outbox.OUTGOING.fields]),
    "send --dry-run": (
        outbox.PREPARED,
        [
            *("account", "from", "recipients", "subject", "size", "send_at", "idempotency_key"),
            *("source", "addresses"),
        ],
    ),
    "sync run": (
        sync.SYNC_REPORT,
        ["accounts", "stored", "failed", "seconds", "indexed", "linked", "outbox"],
    ),
    "the last line of sync run -o ndjson": (
        sync.SYNC_SUMS,
        ["total", "stored", "failed", "seconds", "indexed", "linked", "outbox"],
    ),
    "an account of sync run": (
        sync.SYNC_ACCOUNTS,
        [
            *("account", "id", "state", "folders", "seen", "stored", "updated", "gone", "skipped"),
            *("failed", "bytes", "seconds", "error", "run"),
        ],
    ),
    "sync watch": (
        sync.HAPPENINGS,
        [
            *("at", "cause", "account", "id", "state", "folders", "seen", "stored", "updated"),
            *("gone", "skipped", "failed", "bytes", "seconds", "error", "run", "indexed"),
        ],
    ),
    "sync history": (
        sync.RUNS,
        [
            *("id", "account", "account_id", "started_at", "state", "seconds", "folders", "seen"),
            *("stored", "updated", "gone", "skipped", "failed", "bytes", "error"),
        ],
    ),
    "sync status": (
        sync_states.SYNC_STATES,
        [
            *("id", "address", "state", "last_sync_at", "age_seconds", "stale", "next_due_at"),
            *("running", "pid", "last_error", "error_code", "messages", "quarantined"),
            *("unindexed", "folders"),
        ],
    ),
    "folder list": (
        sync_states.MAIL_FOLDERS,
        [
            *("account", "path", "special_use", "synced", "through", "at_server", "messages"),
            *("held", "read_at"),
        ],
    ),
    "a folder of sync status": (
        sync_states.FOLDER_STATES,
        [
            *("account", "path", "special_use", "synced", "complete", "held", "gone"),
            *("quarantined", "left", "read_at", "since", "gone_at"),
        ],
    ),
    "sync errors": (
        sync_states.UNREAD,
        [
            *("account", "account_id", "folder", "uid", "reason", "attempts", "first_at"),
            *("last_at", "next_try_at"),
        ],
    ),
    "contact merge": (merging.MERGED, ["merge", "id", "name", "gone", "merged_at", "undone_at"]),
    "record list": (
        records.RECORDS,
        [
            *("id", "type", "number", "title", "fields", "owner", "source", "tags", "created_at"),
            "changed_at",
        ],
    ),
    "record import": (
        records.RECORDS_IMPORTED,
        ["created", "updated", "unchanged", "failed", "errors", "ignored", "is_dry_run"],
    ),
    "record type list": (
        records.RECORD_TYPES,
        ["name", "mask", "fields", "records", "created_at", "changed_at"],
    ),
    "sync verify": (sync_states.VERIFICATION, ["accounts", "equal", "seconds"]),
    "an account of sync verify": (
        sync_states.VERIFIED_ACCOUNTS,
        ["account", "id", "equal", "folders", "error"],
    ),
    "a folder of sync verify": (
        sync_states.VERIFIED_FOLDERS,
        [
            *("account", "path", "equal", "messages", "held", "checked", "missing", "extra"),
            *("reflagged", "different", "not_given", "quarantined", "left", "outside_period"),
            *("renumbered", "error"),
        ],
    ),
    "help": (topics.PAGES, ["topic", "title", "text"]),
    "help TOPIC": (topics.PAGE, ["topic", "title", "text"]),
    "schema": (schemas.SCHEMAS, ["command", "writes", "schema", "line"]),
    "version": (
        versions.VERSIONS,
        [
            *("mailctl", "schema", "catalogue", "python", "sqlite", "platform", "libraries"),
            "database",
        ],
    ),
}
MODULES = [
    accounts,
    applied,
    contacts,
    database,
    enrichment,
    links,
    merging,
    message_care,
    message_files,
    messages,
    oauth,
    outbox,
]
MODULES += [
    providers,
    records,
    resolutions,
    schemas,
    secrets,
    statistics,
    sync,
    sync_states,
    threads,
    topics,
    versions,
]


@pytest.mark.parametrize(("view", "names"), CONTRACT.values(), ids=CONTRACT)
def test_the_fields_are_those_that_were_promised(view: View[Any], names: list[str]) -> None:
    assert list(view.fields) == names


@pytest.mark.parametrize(("view", "names"), CONTRACT.values(), ids=CONTRACT)
def test_a_table_shows_only_what_there_is(view: View[Any], names: list[str]) -> None:
    assert set(view.table) <= set(names)


@pytest.mark.parametrize(("view", "names"), CONTRACT.values(), ids=CONTRACT)
def test_the_columns_of_a_spreadsheet_are_the_fields_in_their_order(
    view: View[Any], names: list[str]
) -> None:
    text = io.StringIO()
    Printer(Output(text), Format.CSV).list(view, [])
    assert text.getvalue() == ",".join(names) + "\n"


def test_no_view_is_without_a_promise() -> None:
    promised = [id(view) for view, _ in CONTRACT.values()]
    views = [value for module in MODULES for value in vars(module).values()]
    assert [view for view in views if isinstance(view, View) and id(view) not in promised] == []
