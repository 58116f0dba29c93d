"""Failures said to a person on one line, or to a program as one JSON object."""

from mailctl.errors import MailctlError
from mailctl.output.columns import width
from mailctl.output.render import Format
from mailctl.output.terminal import harmless, one_line
from mailctl.output.values import as_json, plain

_BEFORE_MARK, _BEHIND_MARK = 50, 25


def error_document(error: MailctlError) -> dict[str, object]:
    """Return what the JSON contract says of a failure."""
    return {
        "code": error.kind,
        "message": error.sentence,
        "hint": error.hint,
        "retryable": error.retryable,
        "retry_after": error.retry_after_s,
        "exit_code": int(error.exit_code),
        **{name: plain(value) for name, value in error.details.items()},
    }


def complaint(
    error: MailctlError,
    format_: Format,
    *,
    colored: bool,
    about: str | None = None,
    has_hint: bool = True,
) -> str:
    """Return the text that belongs on standard error; `about` begins it where many may fail.

    A program is always told the hint.
    """
    if format_ in {Format.JSON, Format.NDJSON}:
        return as_json({"error": error_document(error)}) + "\n"
    name = "\x1b[1;31mmailctl:\x1b[0m" if colored else "mailctl:"
    sentence = f"{about}: {error.sentence}" if about else error.sentence
    lines = [f"{name} {one_line(sentence)}"]
    lines += _pointed_at(error.details.get("query"), error.details.get("column"))
    lines += _mistakes(error.details.get("mistakes"))
    candidates = error.details.get("candidates")
    if isinstance(candidates, list | tuple):
        lines += [f"  {one_line(str(candidate))}" for candidate in map(_candidate, candidates)]
    if error.hint and has_hint:
        # indented, so that no line of a stranger's begins like one of ours
        lines.append(f"hint: {harmless(error.hint)}".replace("\n", "\n      "))
    return "\n".join(lines) + "\n"


def _pointed_at(query: object, column: object) -> list[str]:
    """Return what was asked and, below it, a mark at the column that is meant."""
    if not (isinstance(query, str) and isinstance(column, int) and query.strip()):
        return []
    first = max(0, column - 1 - _BEFORE_MARK)
    before, behind = query[first : column - 1], query[column - 1 :][:_BEHIND_MARK]
    place = width(one_line(before))
    return [f"  {one_line(before)}{one_line(behind)}", f"  {' ' * place}^"]


def _mistakes(mistakes: object) -> list[str]:
    """Return a line for each mistake in files, as compilers write them."""
    lines = []
    for each in mistakes if isinstance(mistakes, list) else ():
        hint = f" (hint: {each['hint']})" if each["hint"] else ""
        text = f"{each['file']}:{each['line']}:{each['column']}: {each['message']}{hint}"
        lines.append(f"  {one_line(text)}")
    return lines


def _candidate(candidate: object) -> str:
    document = plain(candidate)
    if isinstance(document, dict):
        return f"{document.get('provider')}: {document.get('reason')}"
    return str(document)
