"""How values that SQL has no type for lie in a column."""

import json
from datetime import UTC, datetime

from mailctl.domain.servers import Endpoint, Security

_TO_THE_SECOND = len("2026-11-23T10:00:00")


def to_text(moment: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC, to the second, so that text order is time order."""
    # not strftime: its %Y writes the year 500 with three digits
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat()[:_TO_THE_SECOND] + "Z"


def to_text_or_none(moment: datetime | None) -> str | None:
    """Write a time, or nothing."""
    return None if moment is None else to_text(moment)


def from_text(text: str) -> datetime:
    """Read a time that `to_text` wrote."""
    return datetime.fromisoformat(text)


def from_text_or_none(text: str | None) -> datetime | None:
    """Read a time, or nothing."""
    return None if text is None else from_text(text)


def to_list(values: tuple[str, ...] | list[str]) -> str:
    """Write words as a JSON array."""
    if not values:
        return "[]"
    return json.dumps(list(values), ensure_ascii=False)


def from_list(text: str) -> tuple[str, ...]:
    """Read words that `to_list` wrote."""
    return tuple(json.loads(text)) if text != "[]" else ()


def to_endpoint(endpoint: Endpoint | None) -> str | None:
    """Write a server as a JSON array, or nothing."""
    if endpoint is None:
        return None
    return json.dumps([endpoint.host, endpoint.port, endpoint.security])


def from_endpoint(text: str | None) -> Endpoint | None:
    """Read a server that `to_endpoint` wrote."""
    if text is None:
        return None
    host, port, security = json.loads(text)
    return Endpoint(host, port, Security(security))
