"""Sets of UIDs as commands name them, in portions that servers take."""

from collections.abc import Iterable, Iterator, Sequence

from mailctl.domain.syncing import Uid

MOST_UIDS = 500
# Exchange Online takes lines of about 4 KB where others take 8 KB and more.
LONGEST = 4000
HIGHEST = Uid(2**32 - 1)


def sequence_set(uids: Sequence[Uid]) -> str:
    """Return ascending UIDs as IMAP writes them: `1:3,7`."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and runs[-1][1] + 1 == uid:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs)


def ranges(text: bytes) -> list[tuple[int, int]]:
    """Return the runs of a set as servers write it, `1:3,7`; what is no number is left out."""
    found = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        if first.isdigit() and (last or first).isdigit():
            low, high = sorted((int(first), int(last or first)))
            found.append((low, high))
    return found


def portions(uids: Iterable[Uid], longest: int = LONGEST) -> Iterator[list[Uid]]:
    """Yield the UIDs ascending, each once, in portions that fit into one command."""
    portion: list[Uid] = []
    length = 0
    for uid in sorted(set(uids)):
        begins_run = not portion or portion[-1] + 1 != uid
        added = 2 * len(str(uid)) + 3 if begins_run else 0
        if portion and (len(portion) >= MOST_UIDS or length + added > longest):
            yield portion
            portion, length, added = [], 0, 2 * len(str(uid)) + 3
        portion.append(uid)
        length += added
    if portion:
        yield portion


def blocks(first: Uid, following: Uid, *, size: int) -> Iterator[tuple[Uid, Uid]]:
    """Yield ranges of UIDs from `first` on; the last one, with `following` in it, has no end."""
    begin = int(first)
    while begin + size < following:
        yield Uid(begin), Uid(begin + size - 1)
        begin += size
    yield Uid(begin), HIGHEST


def in_words(first: Uid, last: Uid) -> str:
    """Return a range as a command names it."""
    return f"{first}:{'*' if last == HIGHEST else last}"
