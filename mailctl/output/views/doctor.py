"""What `doctor` found, as a result."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mailctl.output.columns import padded, shorten
from mailctl.output.lines import Span, Style
from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailctl.core.doctor.examine import Examination
    from mailctl.core.doctor.findings import Finding
    from mailctl.core.doctor.patient import SaidSetting, UsedPlace
    from mailctl.output.lines import Line

FINDINGS: "View[Finding]" = View(
    {
        "check": lambda f: f.check,
        "status": lambda f: f.status,
        "account": lambda f: f.account,
        "found": lambda f: f.found,
        "todo": lambda f: f.todo,
        "cause": lambda f: f.cause,
        "exit_code": lambda f: int(f.exit_code),
        "seconds": lambda f: f.seconds,
        "details": lambda f: f.details,
    },
    table=("check", "status", "account", "found", "todo"),
)

SAID_SETTINGS: "View[SaidSetting]" = View(
    {
        "name": lambda s: s.name,
        "value": lambda s: s.value,
        "source": lambda s: s.source,
        "said_in": lambda s: s.said_in,
        "default": lambda s: s.default,
    }
)

USED_PLACES: "View[UsedPlace]" = View(
    {
        "name": lambda p: p.name,
        "path": lambda p: p.path,
        "source": lambda p: p.source,
        "exists": lambda p: p.path.exists(),
    }
)

_LONGEST_VALUE = 60
_SHOWN_ALWAYS = {"note", "warning", "failed"}
_STYLES = {"failed": Style.WARNING, "warning": Style.BOLD, "skipped": Style.DIM}


def _page(examination: "Examination", places: int | None) -> "Iterator[Line]":
    yield from _found(examination, _SHOWN_ALWAYS)
    hidden = examination.counts["ok"] + examination.counts["skipped"]
    more = "; all of them: mailctl doctor -v" if hidden else ""
    yield [Span(_summary(examination) + more)]


def _whole_page(examination: "Examination", places: int | None) -> "Iterator[Line]":
    yield from _found(examination, {*_SHOWN_ALWAYS, "ok", "skipped"})
    yield [Span("settings", Style.BOLD)]
    for setting in examination.settings:
        said = shorten(setting.value or setting.default or "-", _LONGEST_VALUE)
        whence = f"  by {setting.said_in}" if setting.said_in else "  by default"
        yield [Span(f"  {setting.name + ':':16} {said}"), Span(whence, Style.DIM)]
    yield [Span("")]
    yield [Span(_summary(examination))]


def _found(examination: "Examination", wanted: set[str]) -> "Iterator[Line]":
    """Yield what was found that is wanted, below whom it is of."""
    groups: dict[str | None, list[Finding]] = {}
    for finding in examination.findings:
        if finding.status in wanted:
            groups.setdefault(finding.account, []).append(finding)
    for whose, findings in groups.items():
        yield [Span(whose or "this machine", Style.BOLD)]
        for finding in findings:
            status = finding.status.upper() if finding.status == "failed" else finding.status
            name = padded(finding.check.removeprefix("account."), 12)
            yield [
                Span("  "),
                Span(padded(status, 8), _STYLES.get(finding.status, Style.PLAIN)),
                Span(f"{name} {finding.found}"),
            ]
            for line in (finding.todo or "").splitlines():
                yield [Span(f"{'':10}-> {line}", Style.DIM)]
        yield [Span("")]


def _summary(examination: "Examination") -> str:
    counts = [f"{number} {status}" for status, number in examination.counts.items() if number]
    how_many = len(examination.findings)
    return f"{how_many} checks in {examination.seconds:.1f} s: {', '.join(counts)}"


EXAMINATION: "View[Examination]" = View(
    {
        "status": lambda e: e.status,
        "offline": lambda e: e.is_offline,
        "checks": lambda e: [FINDINGS.document(each) for each in e.findings],
        "counts": lambda e: e.counts,
        "settings": lambda e: [SAID_SETTINGS.document(each) for each in e.settings],
        "places": lambda e: [USED_PLACES.document(each) for each in e.places],
        "seconds": lambda e: e.seconds,
    },
    rows=Rows(lambda e: e.findings, FINDINGS, are_lines=True),
    page=_page,
)
EXAMINATION_IN_FULL = replace(EXAMINATION, page=_whole_page)
