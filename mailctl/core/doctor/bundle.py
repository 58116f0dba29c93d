"""What a bug report needs to say, made of fields that are known to name nobody."""

import json
import platform
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum

from mailctl.core.doctor.examine import Examination
from mailctl.core.doctor.findings import Finding
from mailctl.core.doctor.patient import Patient
from mailctl.core.doctor.pseudonyms import Pseudonyms
from mailctl.domain.accounts import Account
from mailctl.domain.providers import Origin, Provider
from mailctl.errors import StoreUnusable
from mailctl.records import dataclass
from mailctl.resolve.catalogue import Catalogue, load
from mailctl.store import folders, maintenance, runs
from mailctl.store.connection import Reading

_MOST_RUNS = 20
_AS_THEY_ARE = {
    *("mailctl", "schema", "catalogue", "python", "implementation", "sqlite", "tls_version"),
    *("versions", "certificate_ends_at", "expires_at"),
}
"""Details that hold versions and times, whoever has them."""
_TOLD_APART = {"path", "platform", "backups", "vault", "address"}
_SHOWN_VALUES = {"output", "no_input", "timeout", "region"}
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9]{1,8}")
_CHOSEN_VALUES = {
    *("period", "receive", "send", "sync-interval", "bulk", "internal", "no-reply"),
    *("group-senders", "invitations", "attachments", "create-contacts"),
}
README = """\
This is what `mailctl doctor --bundle` found, for a bug report. Look through it before you send it.

Left out by construction: addresses, names, domains and hosts but for those of providers that
everybody knows, folders, subjects, texts of mail, paths, ids of OAuth apps, places of secrets,
secrets. account-1, domain-1, host-1 are the same throughout; * stands for words that might have
named somebody.

report.json    what each look found
config.json    settings and where each came from; values only where they name nobody
accounts.json  each account: its provider, settings, state, last error, folders by use
runs.json      how the last syncs of each account ended
database.json  schema, sizes and numbers of rows
"""


@dataclass(frozen=True)
class Redaction:
    """How things are called in a bundle."""

    names: Pseudonyms
    catalogue: Catalogue


def redaction() -> Redaction:
    """Return names that leave nothing but what everybody knows."""
    catalogue = load()
    public = frozenset(_public(catalogue.providers()))
    known = {word for each in catalogue.providers() for word in each.name.split("-")}
    return Redaction(Pseudonyms(public.__contains__, known), catalogue)


def bundle(patient: Patient, found: Examination, by: Redaction) -> dict[str, str]:
    """Return the files of a bundle, by name."""
    documents: dict[str, object] = {
        "report.json": _report(found, by.names),
        "config.json": _config(found, by.names),
    }
    documents.update(_of_the_store(patient, found, by))
    written = {name: json.dumps(made, indent=2) + "\n" for name, made in documents.items()}
    return {"README.txt": README, **written}


def _public(providers: Iterator[Provider]) -> Iterator[str]:
    for provider in providers:
        yield from provider.domains
        yield from provider.mx
        for server in (provider.incoming, provider.submission):
            if server:
                yield server.host


def _report(found: Examination, names: Pseudonyms) -> dict[str, object]:
    return {
        "status": found.status,
        "offline": found.is_offline,
        "exit_code": int(found.exit_code),
        "seconds": found.seconds,
        "machine": {
            "system": names.words(platform.system()),
            "release": ".".join(re.findall(r"\d+", platform.release())[:3]),
            "machine": _matched(r"[a-z0-9_]{1,12}", platform.machine()),
        },
        "checks": [_finding(each, names) for each in found.findings],
    }


def _matched(pattern: str, text: str) -> str | None:
    return text if re.fullmatch(pattern, text) else None


def verbatim(found: Examination) -> str:
    """Return what stands in a bundle as it is: versions and the names of libraries."""
    return json.dumps(
        [
            value
            for finding in found.findings
            for name, value in finding.details.items()
            if name in _AS_THEY_ARE and _is_plain(value)
        ]
    )


def _finding(finding: Finding, names: Pseudonyms) -> dict[str, object]:
    return {
        "check": finding.check,
        "status": finding.status,
        "account": finding.account and names.account(finding.account),
        "found": names.words(finding.found),
        "todo": finding.todo and names.words(finding.todo),
        "cause": finding.cause and names.words(finding.cause),
        "exit_code": int(finding.exit_code),
        "seconds": finding.seconds,
        "details": _details(finding.details, names),
    }


def _details(details: Mapping[str, object], names: Pseudonyms) -> dict[str, object]:
    return {
        names.words(name): value
        if name in _AS_THEY_ARE and _is_plain(value)
        else _safe(value, names)
        for name, value in details.items()
        if name not in _TOLD_APART
    }


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | None) or (
        isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    )


def _safe(value: object, names: Pseudonyms) -> object:
    """Return the value where its type says that it names nobody, else what of it names nobody."""
    match value:
        case None | bool() | int() | float():
            return value
        case datetime():
            return _time(value)
        case Enum():
            return value.value
        case Mapping():
            return {names.words(str(name)): _safe(each, names) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_safe(each, names) for each in value]
        case _:
            return names.words(str(value))


def _config(found: Examination, names: Pseudonyms) -> dict[str, object]:
    return {
        "settings": [
            {
                "name": each.name,
                "source": each.source,
                "value": _value(each.name, each.value),
                "said_in": names.words(each.said_in) if each.said_in else None,
            }
            for each in found.settings
        ],
        "places": [
            {"name": each.name, "source": each.source, "exists": each.path.exists()}
            for each in found.places
        ],
    }


def _value(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    is_shown = name in _SHOWN_VALUES and _PLAIN_VALUE.fullmatch(value)
    return value if is_shown else f"set, {len(value.split(','))} parts"


def _of_the_store(patient: Patient, found: Examination, by: Redaction) -> dict[str, object]:
    """Return what the database tells, as far as it can be asked."""
    made: dict[str, object] = {}
    try:
        if not (patient.store.is_there and patient.store.is_of_today):
            return {}
        with patient.store.reading() as tx:
            made["database.json"] = {
                "schema": maintenance.schema_version(tx),
                "bytes": maintenance.file_bytes(patient.store),
                "counts": maintenance.counts(tx),
            }
            made["accounts.json"] = [_account(tx, each, by) for each in found.looked_at]
            made["runs.json"] = [
                run for each in found.looked_at for run in _runs(tx, each, by.names)
            ]
    except StoreUnusable as error:
        made["database.json"] = {"error": error.kind, "message": by.names.words(error.sentence)}
    return made


def _account(tx: Reading, account: Account, by: Redaction) -> dict[str, object]:
    names, trouble = by.names, account.trouble
    preset = by.catalogue.by_name(account.provider)
    uses = Counter(each.special_use or "other" for each in folders.of_account(tx, account.id))
    return {
        "account": names.account(account.address),
        "provider": names.provider(account.provider, is_preset=preset is not None),
        "origin": Origin.PRESET if preset else Origin.CUSTOM,
        "resolved_by": names.words(account.resolved_by),
        "auth": "oauth2" if account.oauth_app else "password",
        "secret": account.secret.scheme,
        "state": account.state,
        "created_at": _time(account.created_at),
        "last_sync_at": account.last_sync_at and _time(account.last_sync_at),
        "chosen": _chosen(account),
        "folders": dict(uses),
        "trouble": trouble
        and {
            "kind": trouble.kind,
            "message": names.words(trouble.sentence),
            "since": _time(trouble.since),
            "failures": trouble.failures,
            "next_try_at": trouble.next_try_at and _time(trouble.next_try_at),
        },
    }


def _chosen(account: Account) -> dict[str, str]:
    """Return which settings were chosen, and their values where these name nobody."""
    from mailctl.domain.settings import SETTINGS, written

    return {
        name: written(SETTINGS[name], account.settings) if name in _CHOSEN_VALUES else "chosen"
        for name in sorted(account.settings.chosen)
    }


def _runs(tx: Reading, account: Account, names: Pseudonyms) -> Iterator[dict[str, object]]:
    for run in runs.latest(tx, [account.id], limit=_MOST_RUNS):
        error = run.error or {}
        yield {
            "account": names.account(account.address),
            "started_at": _time(run.started_at),
            "seconds": run.seconds,
            "state": names.words(str(run.state)),
            **{name: getattr(run, name) for name in _NUMBERS},
            "skipped": {names.words(why): number for why, number in run.skipped.items()},
            "error": {
                "code": names.words(str(error.get("code"))),
                "message": names.words(str(error.get("message"))),
            }
            if error
            else None,
        }


_NUMBERS: Sequence[str] = ("folders", "seen", "stored", "updated", "gone", "failed", "bytes")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
