"""What mail exchangers say: providers, gateways, forwarders, look-alikes, nothing."""

from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.errors import ExitCode
from tests.resolution.cases import (
    Case,
    Expected,
    Nameserver,
    by_mx,
    discovered,
    nothing,
    servers,
    suggested,
)
from tests.resolution.pages import autoconfig
from tests.resolution.records import NODATA, addresses, cname, mx

GMAIL = servers("imap.gmail.com:993 tls", "smtp.gmail.com:465 tls")
MICROSOFT365 = servers("outlook.office365.com:993 tls", "smtp.office365.com:587 starttls")


def _decided(number: int, exchanger: str, provider: str, incoming: str) -> Case:
    return Case(
        f"{exchanger} is an exchanger of {provider}",
        f"mx{number}.example",
        by_mx(provider, {"incoming": incoming, "username": "ada@{D}"}),
        dns=mx(f"10 {exchanger}."),
    )


DECIDED = tuple(
    _decided(number, *family)
    for number, family in enumerate(
        (
            ("smtp.google.com", "gmail", "imap.gmail.com:993 tls"),
            ("alt1.aspmx.l.google.com", "gmail", "imap.gmail.com:993 tls"),
            (
                "m365-corp.mail.protection.outlook.com",
                "microsoft365",
                "outlook.office365.com:993 tls",
            ),
            ("corp-com.p-v1.mx.microsoft", "microsoft365", "outlook.office365.com:993 tls"),
            ("in1-smtp.messagingengine.com", "fastmail", "imap.fastmail.com:993 tls"),
            ("mx.zoho.eu", "zoho-eu", "imappro.zoho.eu:993 tls"),
            ("mx00.ionos.de", "ionos", "imap.ionos.de:993 tls"),
            ("mx00.ionos.com", "ionos-com", "imap.ionos.com:993 tls"),
            ("smtpin.rzone.de", "strato", "imap.strato.de:993 tls"),
            ("www123.your-server.de", "hetzner", "mail.your-server.de:993 tls"),
            ("mxlb.ispgateway.de", "domainfactory", "sslin.df.eu:993 tls"),
            ("mxext1.mailbox.org", "mailbox-org", "imap.mailbox.org:993 tls"),
            ("mx.yandex.net", "yandex", "imap.yandex.com:993 tls"),
            ("aspmx1.migadu.com", "migadu", "imap.migadu.com:993 tls"),
            ("mx1.emailsrvr.com", "rackspace", "secure.emailsrvr.com:993 tls"),
            ("mxbiz1.qq.com", "exmail", "imap.exmail.qq.com:993 tls"),
        )
    )
)

PROVIDERS = (
    Case(
        "several exchangers of one provider agree",
        "agree.example",
        by_mx("gmail", GMAIL, mx="1 aspmx.l.google.com (Gmail and Google Workspace)"),
        dns=mx("1 aspmx.l.google.com.", "1 smtp.google.com.", "5 alt1.aspmx.l.google.com."),
    ),
    Case(
        "the lowest preference counts, wherever it stands",
        "lowest.example",
        by_mx("fastmail"),
        dns=mx("30 smtp.google.com.", "10 in1-smtp.messagingengine.com.", "20 mx.yandex.net."),
    ),
    Case(
        "a less preferred exchanger of a stranger changes nothing",
        "backup.example",
        by_mx("gmail", GMAIL),
        dns=mx("10 smtp.google.com.", "20 mx.backup.example."),
    ),
    Case(
        "capital letters in an answer do not count",
        "capital-mx.example",
        by_mx("gmail", GMAIL, mx="10 aspmx.l.google.com"),
        dns=mx("10 aspmx.l.google.com."),
        nameserver=Nameserver.SHOUTING,
    ),
    Case(
        "an exchanger of one's own name may be an alias of a provider's",
        "aliased-mx.example",
        by_mx("gmail", GMAIL),
        dns=mx("10 mail") + cname("mail", "aspmx.l.google.com."),
    ),
    Case(
        "a domain may be an alias of one that has exchangers",
        "shop.aliased.example",
        by_mx("microsoft365", MICROSOFT365),
        zones={
            "aliased.example": cname("shop", "real.aliased.example.")
            + mx("0 aliased.mail.protection.outlook.com.", at="real")
        },
    ),
    Case(
        "at a shared host the exchanger is the server",
        "mx-target.example",
        by_mx(
            "all-inkl", servers("w0123456.kasserver.com:993 tls", "w0123456.kasserver.com:465 tls")
        ),
        dns=mx("10 w0123456.kasserver.com."),
    ),
    Case(
        "with a domain of one's own a provider may have other servers",
        "zoho-customer.example",
        by_mx("zoho", servers("imappro.zoho.com:993 tls", "smtppro.zoho.com:465 tls")),
        dns=mx("10 mx.zoho.com.", "20 mx2.zoho.com."),
    ),
    Case(
        "what iCloud calls a customer nobody can tell",
        "icloud-customer.example",
        by_mx("icloud", servers("imap.mail.me.com:993 tls", "smtp.mail.me.com:587 starttls", None)),
        dns=mx("10 mx01.mail.icloud.com."),
    ),
    Case(
        "a provider that lets no program in is an answer",
        "tuta-customer.example",
        by_mx("tuta", {"incoming": None, "submission": None}),
        dns=mx("10 mail.tutanota.de."),
    ),
    Case(
        "Proton is reached by its bridge on this machine",
        "proton-customer.example",
        by_mx("proton", servers("127.0.0.1:1143 starttls", "127.0.0.1:1025 starttls")),
        dns=mx("10 mail.protonmail.ch.", "20 mailsec.protonmail.ch."),
    ),
)

SUGGESTIONS = (
    Case(
        "a platform that is not proven to be one provider's is only suggested",
        "ovh-customer.example",
        suggested(
            "ovh", step="mx", settings=servers("ssl0.ovh.net:993 tls", "ssl0.ovh.net:465 tls")
        ),
        dns=mx("1 mx1.mail.ovh.net."),
    ),
    Case(
        "the consumers' Outlook is not Microsoft 365",
        "olc.example",
        suggested("outlook", step="mx"),
        dns=mx("2 corp.olc.protection.outlook.com."),
    ),
    Case(
        "AOL's exchangers at Yahoo are AOL's",
        "aol-customer.example",
        suggested("aol", step="mx"),
        dns=mx("1 mx-aol.mail.gm0.yahoodns.net."),
    ),
    Case(
        "where only the customer knows the server none is made up",
        "hosteurope-customer.example",
        suggested("hosteurope", step="mx", settings=servers(None, None)),
        dns=mx("10 mx0.hosteurope.de."),
    ),
    Case(
        "where the host follows from the domain it is told",
        "netcup-customer.example",
        suggested("netcup", step="mx", settings=servers("mail.{D}:993 tls", "mail.{D}:465 tls")),
        dns=mx("10 mx2f1a.netcup.net."),
    ),
    Case(
        "a domain's own document outweighs a suggestion",
        "ovh-own.example",
        discovered("autoconfig"),
        dns=mx("1 mx1.mail.ovh.net."),
        sites=autoconfig(),
    ),
    Case(
        "two providers of equal preference are never chosen between",
        "mixed-mx.example",
        nothing(named=("gmail", "fastmail"), mx=Outcome.AMBIGUOUS),
        dns=mx("10 aspmx.l.google.com.", "10 in1-smtp.messagingengine.com."),
    ),
    Case(
        "a provider and a stranger of equal preference are only candidates",
        "half-mixed.example",
        nothing(named=("gmail",), mx=Outcome.AMBIGUOUS),
        dns=mx("10 smtp.google.com.", "10 mx.elsewhere.example."),
    ),
    Case(
        "a platform of several providers is none of them",
        "shared-platform.example",
        nothing(mx=Outcome.AMBIGUOUS, says={"mx": "Tucows"}),
        dns=mx("10 mx.shared.example.cust.a.hostedemail.com."),
    ),
    Case(
        "a forwarder is no mailbox",
        "forwarded.example",
        nothing(mx=Outcome.FORWARDER, says={"mx": "Cloudflare Email Routing"}),
        dns=mx("10 route1.mx.cloudflare.net."),
    ),
    Case(
        "Google's forwarding for domains is no Gmail",
        "forwarded-google.example",
        nothing(mx=Outcome.FORWARDER),
        dns=mx("5 gmr-smtp-in.l.google.com.", "10 alt1.gmr-smtp-in.l.google.com."),
    ),
    Case(
        "a provider behind a forwarder is a candidate",
        "forwarded-backup.example",
        nothing(named=("gmail",), mx=Outcome.FORWARDER),
        dns=mx("10 mx1.improvmx.com.", "20 aspmx.l.google.com."),
    ),
)


def _look_alike(number: int, exchanger: str, what: str) -> Case:
    return Case(
        f"{exchanger} {what}",
        f"look-alike{number}.example",
        nothing(mx=Outcome.MISS),
        dns=mx(f"10 {exchanger}."),
    )


LOOK_ALIKES = tuple(
    _look_alike(number, *family)
    for number, family in enumerate(
        (
            ("aspmx.l.google.com.evil.example", "only begins like Google's"),
            ("evilsmtp.google.com", "is another host of Google"),
            ("aspmx.xl.google.com", "has another label"),
            ("aspmx-l-google.com", "has hyphens for dots"),
            ("mail.protection.outlook.com.evil.example", "only begins like Microsoft's"),
            ("evilmail.protection.outlook.com", "ends in half a label of Microsoft's"),
            ("mx.myaol.com", "is not AOL's"),
            ("mx.evil-larksuite.com", "is not Lark's"),
            ("mx.xyour-server.de", "is not Hetzner's"),
            ("mx.fakerzone.de", "is not Strato's"),
            ("smtp.xn--ggle-55da.com", "has Cyrillic letters"),
            ("mx.evilmimecast.com", "is no gateway"),
        )
    )
)

NONE = (
    Case(
        "a domain that takes no mail has no provider, and nobody else is asked",
        "null-mx.example",
        nothing(mx=Outcome.NULL_MX, srv=Outcome.SKIPPED, autoconfig=Outcome.SKIPPED),
        dns=mx("0 ."),
        sites=autoconfig(),
        asked={"autoconfig.{D}": ()},
    ),
    Case(
        "a null exchanger among real ones is passed over",
        "half-null-mx.example",
        by_mx("gmail", GMAIL),
        dns=mx("0 .", "10 smtp.google.com."),
    ),
    Case(
        "a domain without exchangers has no provider, though it has an address",
        "address-only.example",
        nothing(mx=Outcome.NODATA, srv=Outcome.NODATA),
        dns=addresses("@", "127.0.0.7"),
    ),
    Case(
        "an exchanger that nobody knows says nothing",
        "own-mx.example",
        nothing(mx=Outcome.MISS, says={"mx": "10 mail.own-mx.example"}),
        dns=mx("10 mail"),
    ),
    Case(
        "an exchanger that is an alias of itself says nothing",
        "mx-loop.example",
        nothing(mx=Outcome.MISS),
        dns=mx("10 mail") + cname("mail", "again") + cname("again", "mail"),
    ),
    Case(
        "an exchanger that is an alias of a look-alike says nothing",
        "mx-alias-evil.example",
        nothing(mx=Outcome.MISS),
        dns=mx("10 mail") + cname("mail", "aspmx.l.google.com.evil.example."),
    ),
    Case(
        "an exchanger that is an address says nothing",
        "mx-literal.example",
        nothing(mx=Outcome.MISS),
        dns=mx("10 127.0.0.1."),
    ),
    Case(
        "an existing domain of which nothing is known has no provider",
        "bare.example",
        nothing(
            mapping=Outcome.MISS,
            preset=Outcome.MISS,
            mx=Outcome.NODATA,
            srv=Outcome.NODATA,
            autoconfig=Outcome.MISS,
            well_known=Outcome.MISS,
            ispdb=Outcome.MISS,
            autodiscover=Outcome.MISS,
            signs=Outcome.MISS,
        ),
        dns=NODATA,
    ),
    Case(
        "offline nobody is asked",
        "offline.example",
        nothing(mx=Outcome.SKIPPED, says={"mx": "offline"}),
        dns=mx("10 smtp.google.com."),
        options=("--offline",),
    ),
)

FAILURES = (
    Case(
        "a domain that does not exist has no provider, and nobody else is asked",
        "does-not-exist.example",
        nothing(mx=Outcome.NXDOMAIN, srv=Outcome.SKIPPED, ispdb=Outcome.SKIPPED),
        sites=autoconfig(),
        asked={"autoconfig.{D}": ()},
    ),
    Case(
        "a name server that fails may know later",
        "servfail.example",
        nothing(code=ExitCode.TEMPORARY, mx=Outcome.SERVFAIL, srv=Outcome.SERVFAIL),
        dns="@ this is no zone file",
    ),
    Case(
        "where the name server fails the domain's web server may still answer",
        "servfail-own.example",
        discovered("autoconfig", mx="SERVFAIL"),
        dns="@ this is no zone file",
        sites=autoconfig(),
    ),
    Case(
        "a name server that refuses will not know later",
        "refused.test",
        nothing(mx=Outcome.REFUSED, srv=Outcome.NODATA),
    ),
    Case(
        "a domain that is an alias of itself cannot be told",
        "one.circle.example",
        nothing(code=ExitCode.TEMPORARY, mx=Outcome.SERVFAIL, says={"mx": "loop"}),
        zones={"circle.example": cname("one", "two") + cname("two", "one")},
    ),
    Case(
        "a name server that is silent may answer later",
        "silent.example",
        nothing(code=ExitCode.TEMPORARY, mx=Outcome.TIMEOUT, srv=Outcome.TIMEOUT),
        nameserver=Nameserver.SILENT,
        options=("--timeout", "1"),
        within_s=3,
    ),
    Case(
        "with a silent name server the domain's web server decides",
        "silent-own.example",
        discovered("autoconfig"),
        sites=autoconfig(),
        nameserver=Nameserver.SILENT,
        within_s=4,
    ),
    Case(
        "with a silent name server what is known needs no answer",
        "gmail.com",
        Expected(provider="gmail", method=Method.PRESET, trust=Trust.BUILTIN, settings=GMAIL),
        nameserver=Nameserver.SILENT,
        within_s=3,
    ),
    Case(
        "an exchanger outweighs a document that was there first",
        "late.example",
        by_mx("gmail", GMAIL),
        dns=mx("10 smtp.google.com."),
        sites=autoconfig(),
        nameserver=Nameserver.LATE,
        asked={"autoconfig.{D}": ("GET /mail/config-v1.1.xml",)},
    ),
    Case(
        "an exchanger that comes after the time is up is not waited for",
        "too-late.example",
        nothing(code=ExitCode.TEMPORARY, mx=Outcome.TIMEOUT),
        dns=mx("10 smtp.google.com."),
        nameserver=Nameserver.LATE,
        options=("--timeout", "0.4"),
        within_s=2,
    ),
)

CASES = (*DECIDED, *PROVIDERS, *SUGGESTIONS, *LOOK_ALIKES, *NONE, *FAILURES)
