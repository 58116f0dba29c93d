"""What is known before anybody is asked: mappings, presets, providers of one's own."""

from mailctl.domain.resolution import Method, Outcome, Trust
from tests.resolution.cases import Case, Expected, Settings, by_mx, discovered, nothing, servers
from tests.resolution.cases import suggested as suggestion
from tests.resolution.pages import autoconfig, client_config, imap, smtp
from tests.resolution.records import NODATA, mx

GMAIL = servers("imap.gmail.com:993 tls", "smtp.gmail.com:465 tls")
FASTMAIL = servers("imap.fastmail.com:993 tls", "smtp.fastmail.com:465 tls")
ACME = servers("imap.acme.example:993 tls", "smtp.acme.example:587 starttls")
ADD_ACME = "provider add acme --incoming imap.acme.example --submission smtp.acme.example"


def mapped(provider: str, settings: Settings | None = None) -> Expected:
    """Return that a person's mapping decides, and nobody is asked."""
    return Expected(
        provider=provider,
        method=Method.MAPPING,
        trust=Trust.USER,
        settings=settings,
        steps={"mapping": Outcome.HIT},
    )


def preset(provider: str, settings: Settings | None = None) -> Expected:
    """Return that the domain is a preset's own, and nobody is asked."""
    return Expected(
        provider=provider,
        method=Method.PRESET,
        trust=Trust.BUILTIN,
        settings=settings,
        steps={"mapping": Outcome.MISS, "preset": Outcome.HIT},
    )


MAPPINGS = (
    Case(
        "a mapping decides whatever the exchangers say",
        "mapped.example",
        mapped("fastmail", FASTMAIL),
        dns=mx("10 smtp.google.com."),
        typed=("provider map-domain {D} fastmail",),
    ),
    Case(
        "a mapping needs no name server",
        "mapped-offline.example",
        mapped("fastmail", FASTMAIL),
        typed=("provider map-domain {D} fastmail",),
        options=("--offline",),
    ),
    Case(
        "a mapping outweighs a preset",
        "gmail.com",
        mapped("fastmail", FASTMAIL),
        typed=("provider map-domain gmail.com fastmail",),
    ),
    Case(
        "a mapping of a domain is none of the domain below it",
        "below.mapped-exactly.example",
        nothing(mapping=Outcome.MISS),
        zones={"mapped-exactly.example": "below TXT exists\n"},
        typed=("provider map-domain mapped-exactly.example fastmail",),
    ),
    Case(
        "a mapping may include all domains below",
        "far.below.mapped-with-all.example",
        mapped("fastmail", FASTMAIL),
        typed=("provider map-domain mapped-with-all.example fastmail --include-subdomains",),
    ),
    Case(
        "the nearest mapping counts",
        "far.near.mapped-twice.example",
        mapped("gmail", GMAIL),
        typed=(
            "provider map-domain mapped-twice.example fastmail --include-subdomains",
            "provider map-domain near.mapped-twice.example gmail --include-subdomains",
        ),
    ),
    Case(
        "an exact mapping counts before one that includes",
        "near.mapped-nearer.example",
        mapped("gmail", GMAIL),
        typed=(
            "provider map-domain mapped-nearer.example fastmail --include-subdomains",
            "provider map-domain near.mapped-nearer.example gmail",
        ),
    ),
    Case(
        "a mapping that includes ends at a label",
        "notmapped-label.example",
        nothing(mapping=Outcome.MISS),
        dns=NODATA,
        typed=("provider map-domain mapped-label.example fastmail --include-subdomains",),
    ),
    Case(
        "a mapping in another spelling is the same",
        "xn--mller-kva.example",
        mapped("fastmail", servers("imap.fastmail.com:993 tls", "smtp.fastmail.com:465 tls")),
        address="ada@müller.example",
        typed=("provider map-domain XN--MLLER-KVA.Example. fastmail",),
    ),
    Case(
        "a mapping to one's own provider",
        "mapped-own.example",
        mapped("acme", ACME),
        typed=(ADD_ACME, "provider map-domain {D} acme"),
    ),
    Case(
        "a domain that is named with a provider of one's own is mapped",
        "named-own.example",
        mapped("acme", ACME),
        typed=(f"{ADD_ACME} --domain {{D}}",),
    ),
    Case(
        "a mapping that was taken back is none",
        "unmapped.example",
        by_mx("gmail", GMAIL),
        dns=mx("10 smtp.google.com."),
        typed=("provider map-domain {D} fastmail", "provider unmap-domain {D}"),
    ),
    Case(
        "with a mapping a provider's servers are those for other people's domains",
        "mapped-zoho.example",
        mapped("zoho", servers("imappro.zoho.com:993 tls", "smtppro.zoho.com:465 tls")),
        typed=("provider map-domain {D} zoho",),
    ),
)

PRESETS = (
    Case("a preset's own domain needs no name server", "googlemail.com", preset("gmail", GMAIL)),
    Case(
        "a preset may want another user name",
        "icloud.com",
        preset(
            "icloud", servers("imap.mail.me.com:993 tls", "smtp.mail.me.com:587 starttls", "ada")
        ),
    ),
    Case(
        "at its own domain a provider has its own servers",
        "zoho.com",
        preset("zoho", servers("imap.zoho.com:993 tls", "smtp.zoho.com:465 tls")),
    ),
    Case(
        "a preset may include the domains below it",
        "corp.onmicrosoft.com",
        preset("microsoft365", {"incoming": "outlook.office365.com:993 tls"}),
    ),
    Case(
        "a preset may be an answer without servers", "tuta.com", preset("tuta", servers(None, None))
    ),
    Case(
        "most presets do not include the domains below them",
        "mail.gmail.com",
        nothing(preset=Outcome.MISS, mx=Outcome.REFUSED),
    ),
    Case(
        "a domain that ends in half a label of a preset is none",
        "notgmail.com",
        nothing(preset=Outcome.MISS, mx=Outcome.REFUSED),
    ),
    Case(
        "a domain that only begins like a preset is none",
        "gmail.com.evil.example",
        nothing(preset=Outcome.MISS, mx=Outcome.NXDOMAIN),
    ),
    Case(
        "a domain with a Cyrillic letter is no preset",
        "xn--gmil-63d.com",
        nothing(preset=Outcome.MISS, mx=Outcome.REFUSED),
        address="ada@gmаil.com",
    ),
)

OWN_PROVIDERS = (
    Case(
        "a provider of one's own is recognised by its exchangers",
        "custom-mx.example",
        by_mx("acme", ACME, mx="10 mx7.acme.example"),
        dns=mx("10 mx7.acme.example."),
        typed=(f"{ADD_ACME} --mx acme.example",),
    ),
    Case(
        "its exchangers end at a label",
        "custom-mx-label.example",
        nothing(mx=Outcome.MISS),
        dns=mx("10 mx.evilacme.example."),
        typed=(f"{ADD_ACME} --mx acme.example",),
    ),
    Case(
        "a longer name of one's own counts before a preset's",
        "custom-longer.example",
        by_mx("acme", ACME),
        dns=mx("10 acme.mail.protection.outlook.com."),
        typed=(f"{ADD_ACME} --mx acme.mail.protection.outlook.com",),
    ),
    Case(
        "a preset's longer name counts before one's own",
        "custom-shorter.example",
        by_mx("microsoft365"),
        dns=mx("10 acme.mail.protection.outlook.com."),
        typed=(f"{ADD_ACME} --mx outlook.com",),
    ),
    Case(
        "a gateway of one's own may be a provider",
        "custom-gateway.example",
        by_mx("acme", ACME),
        dns=mx("10 acme.mimecast.com."),
        typed=(f"{ADD_ACME} --mx acme.mimecast.com",),
    ),
    Case(
        "one's own provider and a preset of equal preference are never chosen between",
        "custom-mixed.example",
        nothing(mx=Outcome.AMBIGUOUS, named=("gmail", "acme")),
        dns=mx("10 aspmx.l.google.com.", "10 mx.acme.example."),
        typed=(f"{ADD_ACME} --mx acme.example",),
    ),
    Case(
        "a document that names servers of one's own provider leads to it",
        "custom-document.example",
        discovered("autoconfig", ACME, provider="acme"),
        dns=NODATA,
        sites=autoconfig(client_config(imap("imap.acme.example:993 SSL"), smtp("x.{D}:465 SSL"))),
        typed=(ADD_ACME,),
    ),
    Case(
        "a user name may be made of the parts of the address",
        "custom-template.example",
        by_mx("acme", {"username": "{D}/ada"}),
        dns=mx("10 mx.acme.example."),
        typed=(f"{ADD_ACME} --mx acme.example --login {{domain}}/{{local-part}}",),
    ),
    Case(
        "where nothing is found one's own providers are offered first",
        "custom-offered.example",
        nothing(mx=Outcome.NODATA),
        dns=NODATA,
        typed=(ADD_ACME,),
    ),
    Case(
        "one's own provider comes after what the evidence suggests",
        "custom-after.example",
        suggestion("ovh", step="mx"),
        dns=mx("1 mx1.mail.ovh.net."),
        typed=(ADD_ACME,),
    ),
)

CASES = (*MAPPINGS, *PRESETS, *OWN_PROVIDERS)
