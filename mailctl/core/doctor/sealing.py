"""The last look at a bundle, and its writing: where anything in it names somebody, none is made."""

import gzip
import io
import os
import platform
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shlex import quote

from mailctl.core.doctor.patient import Patient
from mailctl.core.doctor.pseudonyms import Pseudonyms
from mailctl.domain.accounts import Account
from mailctl.errors import BadUsage, Conflict, GuardRefused, MailctlError, StoreUnusable
from mailctl.store import identifying

_SHORTEST = 4


def refuse_names(
    files: Mapping[str, str],
    patient: Patient,
    names: Pseudonyms,
    looked_at: Sequence[Account],
    *,
    harmless: str,
) -> None:
    """Raise GuardRefused where something that is stored, or a secret, stands in the files.

    Whoever is called like something in the `harmless` text is not named by it.
    """
    text = "\n".join(files.values()).casefold()
    known = _Public(names, f"{files['README.txt']}\n{harmless}".casefold())
    for told in _told(patient):
        for needle in _spellings(told):
            if needle not in known and _stands_in(needle, text):
                raise _refused()
    for account in looked_at:
        if account.secret.scheme.asks_nobody:
            with suppress(MailctlError):  # told by account.secret
                if patient.services.secrets.read(account.secret).is_in("\n".join(files.values())):
                    raise _refused()


def packed(files: Mapping[str, str], at: datetime) -> bytes:
    """Return the files as one .tar.gz."""
    raw = io.BytesIO()
    stamp = int(at.timestamp())
    with (
        gzip.GzipFile(fileobj=raw, mode="wb", mtime=stamp) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as archive,
    ):
        for name, text in files.items():
            octets = text.encode()
            entry = tarfile.TarInfo(f"mailctl-doctor/{name}")
            entry.size, entry.mtime, entry.mode = len(octets), stamp, 0o600
            archive.addfile(entry, io.BytesIO(octets))
    return raw.getvalue()


def write(path: Path, octets: bytes, *, replaces: bool) -> None:
    """Write the file, mode 0600, whole or not at all.

    Raises Conflict where there is one that is not to be replaced, BadUsage where none can be made.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(octets)
            if replaces:
                partial.replace(path)
            else:
                os.link(partial, path)  # unlike a rename, it never replaces
        finally:
            partial.unlink(missing_ok=True)
    except FileExistsError as error:
        raise Conflict(f"{path} exists already", hint="name another file, or --force") from error
    except OSError as error:
        raise BadUsage(
            f"{path} cannot be written: {error.strerror}",
            hint=f"ls -ld {quote(str(path.parent))}",
        ) from error


def _told(patient: Patient) -> Iterator[str]:
    """Yield what is known to tell who somebody is."""
    for name in ("HOME", "USER", "LOGNAME", "MAILCTL_HOME"):
        yield patient.environment.get(name) or ""
    yield platform.node()
    with suppress(StoreUnusable):  # what cannot be read was not read for the bundle either
        if patient.store.is_there and patient.store.is_of_today:
            with patient.store.reading() as tx:
                yield from identifying.texts(tx)


def _spellings(told: str) -> Iterator[str]:
    text = " ".join(told.casefold().split())
    local_part, at, domain = text.rpartition("@")
    for each in (text, local_part, domain if at else ""):
        if len(each) >= _SHORTEST and any(map(str.isalpha, each)):
            yield each


class _Public:
    """What says nothing of anybody, though somebody may be called so."""

    def __init__(self, names: Pseudonyms, harmless: str) -> None:
        self._names, self._harmless = names, harmless

    def __contains__(self, needle: str) -> bool:
        is_known = self._names.is_known(needle) or self._names.is_public(needle)
        return is_known or _stands_in(needle, self._harmless)


def _stands_in(needle: str, text: str) -> bool:
    """Whether the text has it as a word, not as a part of one."""
    if needle not in text:
        return False
    return re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", text) is not None


def _refused() -> GuardRefused:
    return GuardRefused(
        "the bundle would name somebody: it was not written",
        hint="report this, with the output of: mailctl doctor",
    )
