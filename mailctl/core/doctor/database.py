"""Looks at the database: whether it is whole, of today, and what waits in it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shlex import quote

from mailctl.core.doctor.findings import (
    Finding,
    Findings,
    Status,
    failed,
    note,
    ok,
    skipped,
    warning,
)
from mailctl.core.doctor.patient import Patient, Wish
from mailctl.domain.outgoing import UNFINISHED, OutgoingState
from mailctl.errors import ExitCode, StoreDamaged, StoreUnusable
from mailctl.store import linking, maintenance, outbox, runs, unindexed
from mailctl.store.files import backups_beside
from mailctl.store.migrations import LATEST

_LOOKS, _BETWEEN_S = 5, 0.1
_LATER = timedelta(minutes=5)


def look_at_database(findings: Findings, patient: Patient, wish: Wish) -> bool:
    """Look at the database, and return whether it can be asked about accounts."""
    findings.look("locks", lambda: _locks(patient))
    found = findings.look("database", lambda: _database(patient, wish))
    if not _is_readable(patient, found):
        for check in ("backlog", "outbox"):
            findings.tell(check, skipped("the database cannot be asked"))
        return False
    findings.look("clock", lambda: _newest(patient))
    findings.look("backlog", lambda: _backlog(patient))
    findings.look("outbox", lambda: _outbox(patient))
    return True


def _is_readable(patient: Patient, found: list[Finding]) -> bool:
    """Whether queries make sense: a damaged database may still tell of its accounts."""
    (first,) = found
    return patient.store.is_there and first.details.get("schema_version") == LATEST


def _locks(patient: Patient) -> Finding:
    store = patient.store
    for _ in range(_LOOKS):
        if not store.is_being_written():
            return ok("nobody keeps others from writing")
        time.sleep(_BETWEEN_S)
    return note(
        f"another process has been writing to {store.path} for longer than a moment",
        f"see which: fuser -v {quote(str(store.path))}",
    )


def _database(patient: Patient, wish: Wish) -> Finding:
    store = patient.store
    if not patient.places:
        return skipped("it is not known where it is")
    if not store.is_there:
        return note(
            f"there is no database yet in {store.path.parent}",
            "connect a mailbox: mailctl account add ADDRESS",
        )
    was_quiet = not store.is_in_use
    try:
        return _looked_into(patient, wish)
    except StoreDamaged as error:
        if was_quiet and store.is_in_use:  # somebody began to write to what we took for quiet
            store.close()
            return _looked_into(patient, wish)
        return _damaged(store.path, error.sentence, _version(patient))


def _version(patient: Patient) -> int | None:
    try:
        return patient.store.version()
    except StoreUnusable:
        return None


def _looked_into(patient: Patient, wish: Wish) -> Finding:
    store = patient.store
    version = store.version()
    size = maintenance.file_bytes(store)
    details: dict[str, object] = {"schema_version": version, "size_bytes": size}
    with store.reading() as tx:
        wrong = maintenance.findings_within(tx, wish.integrity_s)
    if wrong:
        more = f" (and {len(wrong) - 1} more findings)" if len(wrong) > 1 else ""
        found = f"{store.path} is damaged: {wrong[0]}{more}"
        return _damaged(store.path, found, version)
    details["is_whole"] = None if wrong is None else True
    if version == 0:
        return _damaged(store.path, f"{store.path} is empty", None)
    if version < LATEST:
        return note(
            f"{store.path} has the schema {version}; the next command makes it {LATEST}",
            "it keeps a copy first; to let it happen now: mailctl db check",
            **details,
        )
    if wrong is None:
        return note(
            f"{store.path} (schema {version}) was not read to its end in {wish.integrity_s:g} s",
            "read all of it: mailctl db check",
            **details,
        )
    return ok(f"{store.path} is whole: schema {version}, {size / (1 << 20):,.1f} MiB", **details)


def _damaged(path: Path, found: str, version: int | None) -> Finding:
    backups = backups_beside(path)
    # a log that stays would be taken for that of whatever comes in its place
    there = [each for each in ("", "-wal", "-shm") if path.with_name(path.name + each).exists()]
    moves = [f"mv {quote(f'{path}{each}')} {quote(f'{path}.damaged{each}')}" for each in there]
    kept = f"keep it: {'; '.join(moves)}; then "
    if backups:
        todo = f"{kept}put the newest backup in its place: cp {quote(str(backups[-1]))} "
        todo += quote(str(path))
    else:
        todo = (
            f"{kept}connect the accounts anew and sync, mail comes from the servers; what only "
            f"this file had may be saved: sqlite3 {quote(f'{path}.damaged')} .recover"
        )
    details: dict[str, object] = {"schema_version": version} if version else {}
    return failed(
        found,
        todo,
        ExitCode.STORE,
        StoreDamaged.kind,
        backups=[each.name for each in backups],
        **details,
    )


def _newest(patient: Patient) -> Iterator[Finding]:
    """Yield what is stored of times that are yet to come."""
    now = patient.services.now()
    with patient.store.reading() as tx:
        latest = [run.started_at for run in runs.latest(tx, [], limit=1)]
    if latest and latest[0] > now + _LATER:
        yield warning(
            f"the last sync is noted at {latest[0]:%Y-%m-%d %H:%M} UTC, which is yet to come",
            "this clock is behind, or was ahead then: timedatectl",
        )


def _backlog(patient: Patient) -> Finding:
    with patient.store.reading() as tx:
        searchable, linked = unindexed.count(tx), linking.count_waiting(tx)
    details = {"unindexed": searchable, "unlinked": linked}
    if searchable or linked:
        return note(
            f"{searchable} messages wait to be searchable, {linked} to be linked",
            "the next sync does it; or at once: mailctl sync run --index-only",
            **details,
        )
    return ok("every message is searchable and linked", **details)


def _outbox(patient: Patient) -> Iterator[Finding]:
    now = patient.services.now()
    with patient.store.reading() as tx:
        mails = outbox.list_(tx, states=UNFINISHED)
    uncertain = [each for each in mails if each.state is OutgoingState.UNCERTAIN]
    late = [
        each
        for each in mails
        if each.state in {OutgoingState.QUEUED, OutgoingState.DEFERRED, OutgoingState.SENDING}
        and (each.next_try_at or each.send_at or each.created_at) < now - timedelta(hours=1)
    ]
    if uncertain:
        yield warning(
            f"of {len(uncertain)} mails nobody knows whether they were sent",
            f"look for them in Sent, then say so: mailctl outbox show {uncertain[0].id}",
            uncertain=len(uncertain),
        )
    if late:
        whose = sorted({each.address for each in late})
        yield warning(
            f"{len(late)} mails should have left an hour ago ({', '.join(whose[:3])})",
            "send them: mailctl outbox flush",
            late=len(late),
        )
    if not (uncertain or late):
        yield Finding(Status.OK, f"{len(mails)} mails on their way out, none of them stuck")
