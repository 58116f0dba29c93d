"""Traces of conversations with servers, an event a line."""

from mailctl.output.render import Format
from mailctl.output.terminal import one_line
from mailctl.output.values import as_json
from mailctl.ports.tracing import Direction, TraceEvent

_ARROWS = {Direction.SENT: ">", Direction.RECEIVED: "<", Direction.EVENT: "-"}


def trace_line(event: TraceEvent, format_: Format) -> str:
    """Return the event as a line for standard error, for programs a JSON object as errors are."""
    if format_ in {Format.JSON, Format.NDJSON}:
        return as_json({"trace": _document(event)}) + "\n"
    ms = "" if event.ms is None else f" ({event.ms:.0f} ms)"
    who = f"{event.protocol} {event.server} #{event.connection}"
    return (
        one_line(f"+{event.at_ms / 1000:.3f} {who} {_ARROWS[event.direction]} {event.said}{ms}")
        + "\n"
    )


def traceback_text(error: BaseException, format_: Format) -> str:
    """Return where an error came from, for programs as one JSON object too."""
    import traceback

    lines = traceback.format_exception(error)
    if format_ in {Format.JSON, Format.NDJSON}:
        said = "".join(lines).splitlines()
        return as_json({"traceback": said}) + "\n"
    return "".join(lines)


def _document(event: TraceEvent) -> dict[str, object]:
    return {
        "at_ms": round(event.at_ms, 1),
        "protocol": event.protocol,
        "server": event.server,
        "connection": event.connection,
        "direction": str(event.direction),
        "said": event.said,
        "ms": None if event.ms is None else round(event.ms, 1),
    }
