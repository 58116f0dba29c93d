"""Files that stand uuencoded in a text, as they did before there was MIME."""

import binascii
import re
from dataclasses import dataclass

_FILES_MAX = 100
_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,1000})\r?$", re.MULTILINE)
_LINE = re.compile(rb"([^\r\n]*+)(?:\r?\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Uuencoded:
    """One file, by the name that stands at its beginning, raw."""

    name: bytes
    octets: bytes
    is_whole: bool


def separated(octets: bytes) -> tuple[bytes, list[Uuencoded]]:
    """Return a text without the files in it, and the files. Never raises."""
    if b"begin " not in octets:
        return octets, []
    files: list[Uuencoded] = []
    rest: list[bytes] = []
    place = 0
    while len(files) < _FILES_MAX and (begin := _BEGIN.search(octets, place)) is not None:
        content, end, is_whole = _decoded(octets, min(begin.end() + 1, len(octets)))
        if content:
            rest.append(octets[place : begin.start()])
            files.append(Uuencoded(begin[1].strip(), content, is_whole))
        else:
            end = begin.end()
            rest.append(octets[place:end])
        place = end
    return b"".join([*rest, octets[place:]]), files


def _decoded(octets: bytes, place: int) -> tuple[bytes, int, bool]:
    """Return what the lines say, where they end, and whether an end is there."""
    found: list[bytes] = []
    while place < len(octets) and (line := _LINE.match(octets, place)) is not None:
        if line[1].rstrip() == b"end":
            return b"".join(found), line.end(), True
        length = (line[1][0] - 32) & 63 if line[1] else 0
        wanted = (length + 2) // 3 * 4 + 1
        if not line[1] or not 32 <= line[1][0] <= 96 or len(line[1]) > wanted + 2:
            break
        if len(line[1].rstrip(b"\r ")) < wanted * 2 // 3:  # blanks at its end may be lost
            break
        try:
            found.append(binascii.a2b_uu(line[1][:wanted].ljust(wanted)))
        except binascii.Error:
            break
        place = line.end()
    return b"".join(found), place, False
