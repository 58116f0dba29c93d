"""What is asked of the messages of a folder, by what its server knows of them."""

from mailctl.protocols.imap.profiles import Profile
from mailctl.records import dataclass

_LABELS = "X-GM-THRID X-GM-LABELS"


@dataclass(frozen=True)
class Items:
    """The words of FETCH for one folder."""

    flags: str
    """What may change."""
    facts: str
    """What is asked before anything is known of a message."""
    rows: str
    """Everything at once."""


def items(profile: Profile, *, has_labels: bool) -> Items:
    """Return what to ask of the messages of a folder."""
    thread = "THREADID" if profile.names_threads else ""
    more = " ".join(filter(None, (profile.id_item, thread, _LABELS if has_labels else "")))
    facts = f"FLAGS INTERNALDATE RFC822.SIZE {more}".rstrip()
    return Items(
        flags="(FLAGS X-GM-LABELS)" if has_labels else "(FLAGS)",
        facts=f"({facts})",
        rows=f"(UID {facts} BODY.PEEK[])",
    )
