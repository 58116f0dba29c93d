"""Looks at mailctl's files: where they are, whose they are, what the settings say."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from mailctl.core.doctor.findings import (
    Finding,
    Findings,
    failed,
    failed_by,
    note,
    ok,
    skipped,
    warning,
)
from mailctl.core.doctor.patient import Patient, UsedPlace
from mailctl.domain.near_names import meant
from mailctl.errors import ExitCode, StoreFull

_MIB = 1 << 20
_TOO_LITTLE, _LITTLE = 16 * _MIB, 512 * _MIB
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"}
_SHARED_FOLDERS = ("Dropbox", "OneDrive", "Google Drive", "Mobile Documents", "Nextcloud")


def look_at_home(findings: Findings, patient: Patient) -> None:
    """Look at the places and at the settings."""
    findings.look("home", lambda: _home(patient))
    findings.look("permissions", lambda: _permissions(patient))
    findings.look("disk-space", lambda: _disk_space(patient))
    findings.look("config", lambda: _config(patient))
    findings.look("secrets", lambda: _secrets(patient))


def _home(patient: Patient) -> Iterator[Finding]:
    faults = patient.faults.get("home", ())
    if faults:
        yield from map(failed_by, faults)
        return
    data, config = (each for each in patient.places if each.name in {"data", "config"})
    yield _directory(data)
    if config.path != data.path:
        yield _directory(config)


def _directory(place: UsedPlace) -> Finding:
    path, details = place.path, {"path": str(place.path), "source": place.source}
    where = f"{place.name} is kept in {path} (by {place.source})"
    if not path.exists():
        above = next(each for each in path.parents if each.exists())
        if not os.access(above, os.W_OK | os.X_OK):
            return _refused(f"{path} is not there and cannot be made in {above}", above, details)
        return note(
            f"{where}, which is not there yet",
            "nothing: it is made by the first command that keeps something",
            **details,
        )
    if not path.is_dir():
        return _refused(f"{path} is no directory", path, details)
    if not os.access(path, os.R_OK | os.X_OK):
        return _refused(f"{path} cannot be read", path, details)
    if not os.access(path, os.W_OK):
        return _refused(f"{path} cannot be written to", path, details)
    shared = next((name for name in _SHARED_FOLDERS if name in path.parts), None)
    kind = _file_system(path)
    if place.name == "data" and (shared or kind in _REMOTE):
        return warning(
            f"{path} lies on {shared or kind}, where SQLite's files may be torn apart",
            "keep the data on a disk of this machine: MAILCTL_HOME=DIRECTORY",
            **details,
        )
    return ok(where, **details)


def _refused(found: str, path: Path, details: dict[str, str]) -> Finding:
    todo = f"see its owner and mode: ls -ld {quote(str(path))}; or name another: MAILCTL_HOME=…"
    return failed(found, todo, ExitCode.STORE, "home-unusable", **details)


def _file_system(path: Path) -> str | None:
    """Return the kind of the file system, where Linux tells it."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    mounts = [words for line in lines if len(words := line.split()) > 2]
    holding = [each for each in mounts if path.resolve().is_relative_to(each[1])]
    return max(holding, key=lambda each: len(each[1]))[2] if holding else None


def _permissions(patient: Patient) -> Iterator[Finding]:
    seen = 0
    for path in _private(patient):
        try:
            found = path.stat()
        except OSError:  # not there, or told by `home`
            continue
        seen += 1
        if found.st_uid not in {os.geteuid(), 0}:
            yield warning(
                f"{path} is owned by another user ({found.st_uid})",
                f"take it over: sudo chown {os.geteuid()} {quote(str(path))}",
                path=str(path),
            )
        if found.st_mode & _OTHERS:
            mode = "700" if path.is_dir() else "600"
            yield warning(
                f"others may get into {path} (mode {stat.S_IMODE(found.st_mode):03o})",
                f"chmod {mode} {quote(str(path))}",
                path=str(path),
            )
    if not seen:
        yield skipped("there are no files yet")
    else:
        yield ok(f"{seen} files and directories were looked at", looked_at=seen)


def _private(patient: Patient) -> Iterator[Path]:
    for place in patient.places:
        if place.name == "database":
            yield from (place.path.with_name(place.path.name + each) for each in ("", "-wal"))
        elif place.name != "config file":
            yield place.path


def _disk_space(patient: Patient) -> Finding:
    if not patient.places:
        return skipped("it is not known where the files are")
    path = patient.place("data")
    there = next(each for each in (path, *path.parents) if each.exists())
    room = os.statvfs(there)
    free = room.f_bavail * room.f_frsize
    size = patient.store.path.stat().st_size if patient.store.is_there else 0
    details = {"free_bytes": free, "database_bytes": size}
    said = f"{free / _MIB:,.0f} MiB are free where the database is"
    is_full = free < _TOO_LITTLE or (room.f_files and not room.f_favail)
    if is_full:
        return failed(
            said if room.f_favail else f"no file can be made any more on the disk of {there}",
            f"make room: df -h {quote(str(there))}",
            StoreFull.exit_code,
            StoreFull.kind,
            **details,
        )
    if free < max(_LITTLE, size):
        return warning(
            f"{said}: too little for a copy of it before the next update",
            "make room, or move the data: MAILCTL_HOME=DIRECTORY",
            **details,
        )
    return ok(said, **details)


def _config(patient: Patient) -> Iterator[Finding]:
    faults = patient.faults.get("config", ())
    yield from map(failed_by, faults)
    for name in sorted(patient.environment):
        if name.startswith("MAILCTL_") and name not in patient.known_variables:
            yield warning(
                f"the environment has {name}, which means nothing to mailctl",
                meant(name, patient.known_variables).rstrip() or f"unset {name}",
                variable=name,
            )
    said = [each for each in patient.settings if each.said_in]
    if not faults:
        listed = ", ".join(f"{each.name} ({each.said_in})" for each in said)
        yield ok(f"settings: {listed}" if said else "every setting is at its default")


def _secrets(patient: Patient) -> Iterator[Finding]:
    faults = patient.faults.get("secrets", ())
    if faults:
        yield from map(failed_by, faults)
        return
    places = patient.secrets()
    details = {
        "keyring": places.keyring,
        "keyring_is_safe": places.is_keyring_safe,
        "keyring_is_locked": places.is_keyring_locked,
        "vault": dict(places.vault),
    }
    if places.vault.get("exists") and not places.vault.get("has_key"):
        yield failed(
            f"the key of the vault is not there: {places.vault['key_from']}",
            "put the key file back from a backup; without it its secrets are lost, and "
            "every account needs: mailctl account reauth ADDRESS",
            ExitCode.AUTHORISATION,
            "vault-key-missing",
            **details,
        )
    elif places.is_keyring_locked:
        yield warning(
            f"the keyring ({places.keyring}) is locked: no secret can be read from it",
            "unlock it: sign in at the desktop; where nobody does, keep secrets elsewhere: "
            "mailctl secrets move --to vault, or --secret file:PATH",
            **details,
        )
    elif places.is_keyring_safe:
        yield ok(f"new secrets are kept in the keyring ({places.keyring})", **details)
    else:
        yield ok("this machine has no safe keyring: new secrets are kept in the vault", **details)
