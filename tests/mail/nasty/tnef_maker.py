"""Makes a winmail.dat, for want of an Outlook."""

import struct


def tnef(*attributes: bytes) -> bytes:
    """Return a TNEF stream of these attributes."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def attribute(level: int, name: int, value: bytes) -> bytes:
    """Return one attribute with its checksum."""
    return (
        struct.pack("<BHHI", level, name, 0, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def properties(*each: bytes) -> bytes:
    """Return MAPI properties as the value of an attribute."""
    return struct.pack("<I", len(each)) + b"".join(each)


def variable(name: int, kind: int, value: bytes) -> bytes:
    """Return a property: a string (0x1e), Unicode (0x1f), octets (0x102) or an object (0x0d)."""
    padded = value + bytes(-len(value) % 4)
    return struct.pack("<HHII", kind, name, 1, len(value)) + padded


def begin_file() -> bytes:
    """Return the attribute that begins a file."""
    return attribute(2, 0x9002, bytes(14))


def old_file(name: bytes, octets: bytes) -> bytes:
    """Return a file as old programs write it: without properties."""
    return begin_file() + attribute(2, 0x8010, name + b"\0") + attribute(2, 0x800F, octets)


def new_file(name: str, octets: bytes, *more: bytes) -> bytes:
    """Return a file that is all properties."""
    long_name = variable(0x3707, 0x1F, (name + "\0").encode("utf-16-le"))
    return begin_file() + attribute(
        2, 0x9005, properties(long_name, variable(0x3701, 0x102, octets), *more)
    )


def message_within(octets: bytes) -> bytes:
    """Return a file that is a message."""
    within = bytes.fromhex("0703020000000000c000000000000046") + octets
    return begin_file() + attribute(2, 0x9005, properties(variable(0x3701, 0x0D, within)))
