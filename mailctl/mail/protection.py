"""What of a mail is signed or encrypted: told by its labels, never verified nor decrypted."""

from collections.abc import Iterator, Sequence

from mailctl.mail.part_names import file_name
from mailctl.mail.parts import Part

_ARMOUR_WITHIN = 4_096
_PKCS7 = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SIGNATURES = {
    "application/pgp-signature": "pgp-signed",
    "application/pgp-encrypted": "pgp-encrypted",
    "application/pkcs7-signature": "smime-signed",
    "application/x-pkcs7-signature": "smime-signed",
}
_ARMOUR = {
    b"-----BEGIN PGP MESSAGE-----": "pgp-encrypted",
    b"-----BEGIN PGP SIGNED MESSAGE-----": "pgp-signed",
}


def protection(leaves: Sequence[Part]) -> frozenset[str]:
    """Return of `pgp-` and `smime-`, `encrypted` and `signed`, what any part says it is."""
    return frozenset(label for part in leaves for label in _labels(part))


def _labels(part: Part) -> Iterator[str]:
    if part.media_type in _SIGNATURES:
        yield _SIGNATURES[part.media_type]
    elif part.media_type in _PKCS7:
        kind = (part.parameter("smime-type") or "").lower()
        name = (part.parameter("name") or "").lower()
        if kind != "certs-only":
            is_signed = kind == "signed-data" or name.endswith(".p7s")
            yield "smime-signed" if is_signed else "smime-encrypted"
    elif part.media_type == "application/octet-stream" and file_name(part).lower() == "smime.p7m":
        yield "smime-encrypted"  # as gateways relabel it
    elif part.media_type == "text/plain":
        beginning = part.content(_ARMOUR_WITHIN)
        yield from (label for armour, label in _ARMOUR.items() if armour in beginning)
