"""How the mailboxes of the rig's servers differ from the usual one."""

from tests.contracts.source import Customs


def _with_a_last_line_end(source: bytes) -> bytes:
    return source if source.endswith(b"\r\n") else source + b"\r\n"


DOVECOT = Customs()
CYRUS = Customs(refused_names=frozenset({'a "quoted" \\ name'}))
# No special use, everything below INBOX, names of UCS-2; each last line gets its end.
COURIER = Customs(
    prefix="INBOX.",
    special_uses=frozenset(),
    refused_names=frozenset({"😀"}),
    kept=_with_a_last_line_end,
)
