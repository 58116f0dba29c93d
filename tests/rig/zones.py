"""The domains of the rig and what their DNS says."""

import itertools

_serials = itertools.count(1)

# Every name below .example that is not here does not exist. The two members of the loop are no
# zones of their own, for the top of a zone cannot be an alias.
PARENT = "example"
LOOP = """
loop CNAME again.loop
again.loop CNAME loop
"""
BROKEN = "broken.example"

ZONES = {
    PARENT: LOOP,
    "corp.example": """
@ MX 10 mx1.hosting.example.
@ MX 20 mx2.hosting.example.
@ TXT "v=spf1 mx -all"
""",
    "gmail-hosted.example": "@ MX 1 smtp.google.com.",
    "m365.example": "@ MX 0 m365-example.mail.protection.outlook.com.",
    "gateway.example": "@ MX 10 eu-smtp-inbound-1.mimecast.com.",
    "lookalike.example": "@ MX 10 aspmx.l.google.com.evil.example.",
    "nullmx.example": "@ MX 0 .",
    "nomx.example": "@ A 127.0.0.1",
    "xn--bcher-kva.example": """
@ MX 10 mx1.hosting.example.
@ MX 20 mx2.hosting.example.
""",
    "cname.example": """
@ MX 10 mail
mail CNAME mx1.hosting.example.
""",
    "mixed.example": """
@ MX 10 smtp.google.com.
@ MX 10 mx1.hosting.example.
""",
    # Knot lower-cases names as it loads them: shouting_nameserver() brings the capitals back.
    "capitals.example": "@ MX 10 MX1.Hosting.EXAMPLE.",
    BROKEN: "@ this is no zone file",
}


def hosting(*, imaps: int, submission: int, smtps: int) -> str:
    """Return the records of hosting.example, whose services run on the given ports."""
    hosts = "\n".join(f"{host} A 127.0.0.1" for host in ("mail", "imap", "smtp", "mx1", "mx2"))
    return f"""
@ MX 10 mx1
@ MX 20 mx2
@ TXT "v=spf1 mx -all"
{hosts}
_imaps._tcp SRV 0 1 {imaps} imap
_submission._tcp SRV 0 1 {submission} smtp
_submissions._tcp SRV 0 1 {smtps} smtp
"""


def zone_file(records: str) -> tuple[int, str]:
    """Return a complete zone with these records, and its serial, which is always a new one."""
    serial = next(_serials)
    return (
        serial,
        f"""$TTL 60
@ SOA ns.hosting.example. hostmaster.hosting.example. {serial} 3600 600 86400 60
@ NS ns.hosting.example.
{records}
""",
    )
