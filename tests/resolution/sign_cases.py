"""Signs of a provider besides its exchangers: autodiscover's alias, SPF, TXT, backup exchangers."""

from mailctl.domain.resolution import Method, Outcome
from tests.resolution.cases import OWN, Case, Expected, discovered, nothing, servers, suggested
from tests.resolution.pages import autoconfig
from tests.resolution.records import NODATA, cname, mx, srv, txt

MIMECAST = mx("10 eu-smtp-inbound-1.mimecast.com.")
MICROSOFT365 = servers("outlook.office365.com:993 tls", "smtp.office365.com:587 starttls")
TO_MICROSOFT = cname("autodiscover", "autodiscover.outlook.com.")
SPF_MICROSOFT = txt("v=spf1 include:spf.protection.outlook.com -all")
SPF_GOOGLE = txt("v=spf1 include:_spf.google.com ~all")


def _gateway(number: int, exchanger: str, title: str) -> Case:
    return Case(
        f"{exchanger} filters for a mailbox that is elsewhere",
        f"gateway{number}.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.MISS, says={"mx": title}),
        dns=mx(f"10 {exchanger}."),
    )


GATEWAYS = tuple(
    _gateway(number, *family)
    for number, family in enumerate(
        (
            ("mxa-00112233.gslb.pphosted.com", "Proofpoint"),
            ("d12345a.ess.barracudanetworks.com", "Barracuda"),
            ("cluster1.eu.messagelabs.com", "Broadcom MessageLabs"),
            ("mx1.hc123-45.iphmx.com", "Cisco Secure Email"),
            ("mx01.hornetsecurity.com", "Hornetsecurity"),
            ("mx-01-eu-central-1.prod.hydra.sophos.com", "Sophos"),
        )
    )
)


def behind_gateway(provider: str, *, mx: Outcome = Outcome.GATEWAY, **more: str) -> Expected:
    """Return that signs suggest the provider behind a gateway."""
    return suggested(provider, mx=mx, says=more)


SUGGESTIONS = (
    Case(
        "behind a gateway SPF suggests the provider",
        "gateway-spf.example",
        suggested(
            "microsoft365",
            mx=Outcome.GATEWAY,
            settings=MICROSOFT365,
            says={"mx": "Mimecast", "signs": "include:spf.protection.outlook.com"},
        ),
        dns=MIMECAST + SPF_MICROSOFT,
    ),
    Case(
        "SPF may lead on by redirect, in capital letters, with a dot",
        "gateway-redirect.example",
        behind_gateway("gmail", signs="REDIRECT=_SPF.Google.com."),
        dns=MIMECAST + txt("V=SPF1 REDIRECT=_SPF.Google.com."),
    ),
    Case(
        "senders of newsletters in SPF say nothing",
        "gateway-bulk.example",
        behind_gateway("fastmail"),
        dns=MIMECAST
        + txt(
            "v=spf1 include:sendgrid.net include:amazonses.com include:servers.mcsv.net "
            "include:spf.messagingengine.com ?all"
        ),
    ),
    Case(
        "behind a gateway autodiscover's alias suggests the provider",
        "gateway-alias.example",
        suggested("microsoft365", Method.AUTODISCOVER, mx=Outcome.GATEWAY),
        dns=MIMECAST + TO_MICROSOFT,
    ),
    Case(
        "autodiscover's alias may go round a corner",
        "gateway-corner.example",
        suggested("rackspace", Method.AUTODISCOVER, mx=Outcome.GATEWAY),
        dns=MIMECAST
        + cname("autodiscover", "corner")
        + cname("corner", "Autodiscover.EmailSrvr.com."),
    ),
    Case(
        "behind a gateway a backup exchanger suggests the provider",
        "gateway-backup.example",
        behind_gateway("microsoft365", signs="20 backup.mail.protection.outlook.com"),
        dns=MIMECAST + mx("20 backup.mail.protection.outlook.com."),
    ),
    Case(
        "behind a gateway a backup exchanger suggests one's own provider",
        "gateway-own-backup.example",
        behind_gateway("acme", signs="20 mx.acme-hosting.example"),
        dns=MIMECAST + mx("20 mx.acme-hosting.example."),
        typed=("provider add acme --incoming imap.acme-hosting.example --mx acme-hosting.example",),
    ),
    Case(
        "all signs may agree",
        "gateway-agreeing.example",
        suggested("microsoft365", Method.AUTODISCOVER, mx=Outcome.GATEWAY),
        dns=MIMECAST + TO_MICROSOFT + SPF_MICROSOFT + txt("MS=ms12345678"),
    ),
    Case(
        "the mailbox counts for more than who may send",
        "gateway-disagreeing.example",
        suggested(
            "microsoft365",
            Method.AUTODISCOVER,
            mx=Outcome.GATEWAY,
            named=("microsoft365", "gmail"),
        ),
        dns=MIMECAST + TO_MICROSOFT + SPF_GOOGLE,
    ),
    Case(
        "without a gateway autodiscover's alias still suggests",
        "alias-only.example",
        suggested("microsoft365", Method.AUTODISCOVER, mx=Outcome.MISS),
        dns=mx("10 mail") + TO_MICROSOFT,
    ),
    Case(
        "SPF of many records comes whole",
        "gateway-many-texts.example",
        behind_gateway("gmail"),
        dns=MIMECAST
        + "".join(txt(f"{number:02} {'x' * 200}") for number in range(20))
        + SPF_GOOGLE,
    ),
)

UNDECIDED = (
    Case(
        "behind a gateway SPF of two providers names both",
        "gateway-two.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.AMBIGUOUS, named=("gmail", "zoho")),
        dns=MIMECAST + txt("v=spf1 include:_spf.google.com include:zoho.com -all"),
    ),
    Case(
        "a backup exchanger and SPF that disagree name both",
        "gateway-backup-spf.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.AMBIGUOUS, named=("gmail", "microsoft365")),
        dns=MIMECAST + mx("20 aspmx.l.google.com.") + SPF_MICROSOFT,
    ),
    Case(
        "a proof of ownership in TXT decides nothing",
        "gateway-txt.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.MISS, named=("microsoft365",)),
        dns=MIMECAST + txt("MS=ms12345678"),
    ),
    Case(
        "SPF without a gateway decides nothing",
        "spf-only.example",
        nothing(mx=Outcome.MISS, signs=Outcome.MISS, named=("gmail",)),
        dns=mx("10 mail") + SPF_GOOGLE,
    ),
    Case(
        "a forwarder is no gateway: SPF decides nothing",
        "forwarder-spf.example",
        nothing(mx=Outcome.FORWARDER, named=("gmail",)),
        dns=mx("10 mx1.improvmx.com.") + SPF_GOOGLE,
    ),
    Case(
        "whom SPF excludes it does not speak for",
        "gateway-excluded.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.MISS),
        dns=MIMECAST + txt("v=spf1 -include:_spf.google.com -all"),
    ),
    Case(
        "a record that is only like SPF says nothing",
        "gateway-spf10.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.MISS),
        dns=MIMECAST + txt("v=spf10 include:_spf.google.com", "include:_spf.google.com"),
    ),
    Case(
        "SPF that includes a look-alike says nothing",
        "gateway-spf-evil.example",
        nothing(mx=Outcome.GATEWAY, signs=Outcome.MISS),
        dns=MIMECAST + txt("v=spf1 include:_spf.google.com.evil.example include:x_spf.google.com"),
    ),
    Case(
        "autodiscover as an alias of a look-alike says nothing",
        "alias-evil.example",
        nothing(signs=Outcome.MISS),
        dns=NODATA + cname("autodiscover", "autodiscover.outlook.com.evil.example."),
    ),
    Case(
        "autodiscover that is an alias of itself says nothing",
        "alias-loop.example",
        nothing(mx=Outcome.NODATA, signs=Outcome.SERVFAIL),
        dns=NODATA + cname("autodiscover", "again") + cname("again", "autodiscover"),
    ),
    Case(
        "a domain where every name is an alias of a car park says nothing",
        "wildcard-alias.example",
        nothing(mx=Outcome.NODATA, srv=Outcome.NODATA, signs=Outcome.MISS),
        dns=NODATA + cname("*", "autodiscover.parking.example."),
    ),
    Case(
        "a domain where every name has every record says nothing of providers",
        "wildcard-all.example",
        nothing(
            mx=Outcome.MISS,
            autoconfig=Outcome.REJECTED,
            autodiscover=Outcome.REJECTED,
            says={"autoconfig": "private address (192.0.2.7)"},
        ),
        dns=mx("10 mail")
        + mx("10 mail", at="*")
        + "* A 192.0.2.7\n@ A 192.0.2.7\n"
        + txt("v=spf1 -all", at="*"),
    ),
)

OUTWEIGHED = (
    Case(
        "a domain's own document outweighs every sign",
        "gateway-own.example",
        discovered("autoconfig", mx="Mimecast"),
        dns=MIMECAST + SPF_MICROSOFT + TO_MICROSOFT,
        sites=autoconfig(),
    ),
    Case(
        "a domain's own servers behind a gateway need no sign",
        "gateway-srv.example",
        discovered("srv", OWN),
        dns=MIMECAST
        + SPF_MICROSOFT
        + srv("_imaps", "0 1 993 imap")
        + srv("_submissions", "0 1 465 smtp"),
    ),
    Case(
        "a provider that is known comes before a stranger's servers",
        "alias-and-foreign.example",
        suggested("microsoft365", Method.AUTODISCOVER),
        dns=mx("10 mail") + TO_MICROSOFT + srv("_imaps", "0 1 993 imap.stranger.example."),
    ),
)

CASES = (*GATEWAYS, *SUGGESTIONS, *UNDECIDED, *OUTWEIGHED)
