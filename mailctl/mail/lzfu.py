"""RTF as Outlook compresses it (MS-OXRTFCP)."""

import struct

_COMPRESSED_MAX = 1 << 20
_HEADER = struct.Struct("<II4sI")
_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_RING = 4_096


def uncompressed(octets: bytes) -> bytes:
    """Return the RTF, as far as it can be read, of at most 1 MB compressed. Never raises.

    A step of it makes at most 17 octets of two, so no bomb is in it.
    """
    if len(octets) < _HEADER.size:
        return b""
    _, size, kind, _ = _HEADER.unpack_from(octets)
    body = octets[_HEADER.size : _HEADER.size + _COMPRESSED_MAX]
    if kind == b"MELA":
        return body[:size]
    return _expanded(body)[:size] if kind == b"LZFu" else b""


def _expanded(body: bytes) -> bytes:
    written = bytearray(_BEGINNING)
    place = 0
    while place < len(body):
        control, place = body[place], place + 1
        for bit in range(8):
            if not control >> bit & 1:
                written += body[place : place + 1]
                place += 1
                continue
            pair = int.from_bytes(body[place : place + 2], "big")
            place += 2
            start, length = pair >> 4, (pair & 15) + 2
            # where the ring stands: an index of it means the last octet written there
            back = (len(written) - start) % _RING
            if back == 0 or place > len(body):  # the end says where the ring stands
                return bytes(written[len(_BEGINNING) :])
            if back > len(written):
                return bytes(written[len(_BEGINNING) :])
            for _ in range(length):
                written.append(written[-back])
    return bytes(written[len(_BEGINNING) :])
