"""Line ends, which differ from copy to copy of one mail."""


def with_bare_line_feeds(octets: bytes) -> bytes:
    """Return the octets with each CRLF made an LF."""
    without = octets.replace(b"\r", b"")  # a ninth of the time of the replacement that is meant
    if len(octets) - len(without) == octets.count(b"\r\n"):
        return without
    return octets.replace(b"\r\n", b"\n")


def with_crlf(octets: bytes) -> bytes:
    """Return the octets with every line end a CRLF, as mail has them on its way."""
    if octets.count(b"\r\n") == octets.count(b"\n") == octets.count(b"\r"):
        return octets
    return octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
