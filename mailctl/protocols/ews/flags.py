"""Flags as an Exchange server keeps them: read, flagged, the last verb, and categories.

The last verb is one: a mail that was answered and then forwarded is a forwarded one there. What
is set with it by Outlook and DavMail is set here too, so that each shows what the others did.
"""

import re
from collections.abc import Iterable
from typing import Any

from mailctl.domain.syncing import Flags

SEEN, DRAFT, FLAGGED = "\\Seen", "\\Draft", "\\Flagged"
ANSWERED, FORWARDED = "\\Answered", "$Forwarded"
FIELDS = ("is_read", "is_draft", "flag_status", "last_verb", "categories")
"""What has to be asked of a message to know its flags."""
_IS_FLAGGED = 2
_VERBS = {102: ANSWERED, 103: ANSWERED, 104: FORWARDED}
_DONE = {ANSWERED: (102, 261), FORWARDED: (104, 262)}
"""Verb and icon ([MS-OXOMSG] sections 2.2.1.19 and 2.2.1.10)."""
_NO_KEYWORD = re.compile(r'[\s\x00-\x1f\x7f(){%*"\\\]]')


def flags_of(letter: Any) -> Flags:
    """Return the flags of a message as exchangelib has it."""
    return as_flags(
        letter.categories or (),
        is_read=letter.is_read,
        is_draft=letter.is_draft,
        flag_status=letter.flag_status,
        last_verb=letter.last_verb,
    )


def as_flags(
    categories: Iterable[str],
    *,
    is_read: bool,
    is_draft: bool,
    flag_status: int | None,
    last_verb: int | None,
) -> Flags:
    """Return a message's marks as IMAP calls them; categories are keywords."""
    found = {keyword(name) for name in categories if name.strip()}
    if is_read:
        found.add(SEEN)
    if is_draft:
        found.add(DRAFT)
    if flag_status == _IS_FLAGGED:
        found.add(FLAGGED)
    if last_verb in _VERBS:
        found.add(_VERBS[last_verb])
    return frozenset(found)


def not_kept(add: Flags, remove: Flags) -> set[str]:
    """Return the flags that no Exchange server keeps, or not both of."""
    lacking = {
        flag for flag in add | remove if flag[0] == "\\" and flag not in {SEEN, FLAGGED, ANSWERED}
    }
    return lacking | ({ANSWERED, FORWARDED} if {ANSWERED, FORWARDED} <= add else set())


def changes(letter: Any, add: Flags, remove: Flags) -> dict[str, object]:
    """Return what to set of a message, by field; None takes the field away."""
    has = flags_of(letter)
    new, old = add - has, remove & has
    said: dict[str, object] = {}
    if SEEN in new | old:
        said["is_read"] = SEEN in new
    if FLAGGED in new | old:
        said["flag_status"] = _IS_FLAGGED if FLAGGED in new else None
    verbs = (new | old) & {ANSWERED, FORWARDED}
    if verbs:
        done = next((_DONE[flag] for flag in verbs & new), (None, None))
        said["last_verb"], said["icon_index"] = done
    added = {flag for flag in new if flag[0] != "\\" and flag != FORWARDED}
    kept = [name for name in letter.categories or () if keyword(name) not in old]
    if added or len(kept) != len(letter.categories or ()):
        said["categories"] = [*kept, *sorted(added)]
    return said


def keyword(category: str) -> str:
    """Return the keyword that stands for a category: it may have blanks, a keyword has none."""
    return _NO_KEYWORD.sub("_", category)
