"""What the owner of a mailbox is to a message, however the address is spelled."""

import pytest

from mailctl.core.roles import role_of
from mailctl.domain.messages import Role
from mailctl.mail.parse import read_envelope


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ("From: Ada <ADA@Corp.Example>", Role.FROM),
        ("To: b@x.example, ada@corp.example", Role.TO),
        ("Cc: ada@corp.example", Role.CC),
        ("Bcc: ada@corp.example", Role.BCC),
        ("To: list@x.example", None),
        ("To: ada@corp.example\r\nFrom: ada@corp.example", Role.FROM),
        ("To: ada@corp.example.evil.example", None),
        ("To: ada+x@corp.example", None),
    ],
)
def test_the_owner_has_a_role_in_the_message(fields: str, role: Role | None) -> None:
    envelope = read_envelope(fields.encode() + b"\r\n\r\nbody")
    assert role_of("ada@corp.example", envelope) == role


@pytest.mark.parametrize("written", ["ada@bücher.example", "ada@XN--BCHER-KVA.example"])
def test_a_role_is_found_in_any_spelling_of_the_domain(written: str) -> None:
    envelope = read_envelope(f"To: {written}\r\n\r\n".encode())
    assert role_of("ada@xn--bcher-kva.example", envelope) == Role.TO
