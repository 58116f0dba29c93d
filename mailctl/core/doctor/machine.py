"""Looks at what mailctl runs on: Python, libraries, this machine's clock."""

import platform
import re
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version

from mailctl import __version__
from mailctl.core.doctor.findings import Finding, Findings, failed, note, ok, warning
from mailctl.core.doctor.patient import Patient
from mailctl.errors import ExitCode, TlsFailure
from mailctl.resolve.catalogue import load
from mailctl.store.migrations import LATEST, sqlite_version
from mailctl.store.untouched import lacking_features

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SET_CLOCK = "set the clock, and let it be kept right: timedatectl set-ntp true"


def look_at_machine(findings: Findings, patient: Patient) -> None:
    """Look at everything that no account and no file has a part in."""
    findings.look("python", _python)
    findings.look("libraries", _libraries)
    findings.look("certificates", lambda: _certificates(patient))
    findings.look("clock", lambda: _clock(patient))


def _python() -> Finding:
    lacking = lacking_features()
    versions = {
        "mailctl": __version__,
        "schema": LATEST,
        "catalogue": load().version,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "sqlite": sqlite_version(),
        "platform": platform.platform(terse=True),
    }
    if lacking:
        return failed(
            f"the SQLite library {sqlite_version()} has no {' and no '.join(lacking)}",
            "use a Python whose SQLite is 3.37 or later, with FTS5",
            ExitCode.STORE,
            "sqlite-lacks-features",
            **versions,
        )
    return ok(
        f"mailctl {__version__} on Python {versions['python']}, SQLite {versions['sqlite']}, "
        f"{versions['platform']}",
        **versions,
    )


def _libraries() -> Finding:
    try:
        needed = requires("mailctl") or []
    except PackageNotFoundError:
        return note(
            "mailctl is not installed as a package: nobody can say which libraries it needs",
            "install it: pipx install mailctl",
        )
    there: dict[str, str] = {}
    missing = []
    for line in needed:
        named = _NAME.match(line)
        if named is None or "extra ==" in line:
            continue
        try:
            there[named[0]] = version(named[0])
        except PackageNotFoundError:
            missing.append(named[0])
    if missing:
        return failed(
            f"libraries are missing: {', '.join(missing)}",
            "install mailctl anew: pip install --force-reinstall mailctl",
            ExitCode.UNEXPECTED,
            "library-missing",
            versions=there,
            missing=missing,
        )
    return ok(f"{len(there)} libraries are there", versions=there)


def _certificates(patient: Patient) -> Finding:
    count = patient.inspector().authorities()
    named = patient.environment.get("SSL_CERT_FILE") or patient.environment.get("SSL_CERT_DIR")
    by = f", by {named}" if named else ""
    if not count:
        return failed(
            f"no certificate authority is trusted here{by}: no server can be",
            "unset SSL_CERT_FILE and SSL_CERT_DIR, or name a file that is there"
            if named
            else "install them: apt install ca-certificates",
            TlsFailure.exit_code,
            "no-authorities",
        )
    return ok(f"{count} certificate authorities are trusted{by}", authorities=count)


def _clock(patient: Patient) -> Finding:
    """Hold the clock against what mailctl was made with; servers are asked later."""
    now = patient.services.now()
    made_at = datetime.fromisoformat(load().version[:10]).replace(tzinfo=UTC)
    if now < made_at - timedelta(days=1):
        return failed(
            f"the clock says {now:%Y-%m-%d}, and this mailctl was made after that",
            f"certificates and tokens will be refused: {_SET_CLOCK}",
            TlsFailure.exit_code,
            "clock-wrong",
        )
    return ok(f"the clock says {now:%Y-%m-%d %H:%M:%S} UTC")


def clock_against(server: str, ahead_s: float) -> Finding:
    """Return what a server's clock says of this one."""
    details = {"server": server, "ahead_seconds": ahead_s}
    word = "ahead of" if ahead_s > 0 else "behind"
    said = f"the clock is {abs(ahead_s):.0f} seconds {word} that of {server}"
    if abs(ahead_s) > 300:
        return failed(
            said,
            f"certificates and tokens will be refused: {_SET_CLOCK}",
            TlsFailure.exit_code,
            "clock-wrong",
            **details,
        )
    if abs(ahead_s) > 30:
        return warning(said, f"tokens are used at the wrong time: {_SET_CLOCK}", **details)
    return ok(f"the clock agrees with that of {server} ({ahead_s:+.0f} s)", **details)
