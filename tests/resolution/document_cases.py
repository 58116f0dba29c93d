"""Documents of domains and of the public ISPDB: which counts, and what is taken from it."""

from mailctl.domain.resolution import Outcome
from tests.resolution.cases import OWN, Case, Settings, discovered, nothing, servers
from tests.resolution.pages import (
    AUTOCONFIG,
    OWN_CONFIG,
    WELL_KNOWN,
    autoconfig,
    client_config,
    exchange,
    imap,
    pop3,
    smtp,
    well_known,
    xml,
)
from tests.resolution.records import NODATA, mx
from tests.rig import Page

FASTMAIL = servers("imap.fastmail.com:993 tls", "smtp.fastmail.com:465 tls")
OTHER_CONFIG = client_config(imap("other.{D}:993 SSL"), smtp("other.{D}:465 SSL"))
NAMED = "GET /mail/config-v1.1.xml?emailaddress=ada@{D}"
TOLD = Page(OWN_CONFIG.body, status_without_query=400)
IMAPS, SMTPS = imap("imap.{D}:993 SSL"), smtp("smtp.{D}:465 SSL")

PLACES = (
    Case(
        "a document at autoconfig decides",
        "doc-autoconfig.example",
        discovered("autoconfig", mx="mail.doc-autoconfig.example"),
        dns=mx("10 mail"),
        sites=autoconfig(),
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}",)},
    ),
    Case(
        "a document at the well-known place decides",
        "doc-well-known.example",
        discovered("well-known"),
        dns=NODATA,
        sites=well_known(),
        asked={"{D}": (f"GET {WELL_KNOWN}",)},
    ),
    Case(
        "a document of the ISPDB decides",
        "doc-ispdb.example",
        discovered("ispdb"),
        dns=NODATA,
        ispdb=OWN_CONFIG,
    ),
    Case(
        "autoconfig outweighs the well-known place",
        "doc-first.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig() | well_known(OTHER_CONFIG),
        ispdb=OTHER_CONFIG,
    ),
    Case(
        "the well-known place outweighs the ISPDB",
        "doc-second.example",
        discovered("well-known"),
        dns=NODATA,
        sites=well_known(),
        ispdb=OTHER_CONFIG,
    ),
    Case(
        "what autoconfig spoils the well-known place makes good",
        "doc-spoilt.example",
        discovered("well-known", autoconfig="no XML"),
        dns=NODATA,
        sites=autoconfig(xml("<clientConfig>")) | well_known(),
    ),
    Case(
        "servers of a provider that is known lead to the provider",
        "doc-known.example",
        discovered("autoconfig", FASTMAIL, provider="fastmail"),
        dns=NODATA,
        sites=autoconfig(
            client_config(imap("imap.fastmail.com:993 SSL"), smtp("smtp.stranger.example:465 SSL"))
        ),
    ),
    Case(
        "the ISPDB may name a provider that is known",
        "doc-ispdb-known.example",
        discovered("ispdb", FASTMAIL, provider="fastmail"),
        dns=NODATA,
        ispdb=client_config(imap("imap.fastmail.com:993 SSL"), smtp("smtp.fastmail.com:465 SSL")),
    ),
    Case(
        "servers of a foreign host are taken from a domain's own document",
        "doc-foreign.example",
        discovered(
            "autoconfig", servers("imap.hoster.example:993 tls", "smtp.hoster.example:465 tls")
        ),
        dns=NODATA,
        sites=autoconfig(
            client_config(imap("imap.hoster.example:993 SSL"), smtp("smtp.hoster.example:465 SSL"))
        ),
    ),
    Case(
        "a server that has to be told the address is told",
        "doc-told.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(TOLD),
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}", NAMED)},
    ),
    Case(
        "a server that was told the address may write it out",
        "doc-written-out.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(
            Page(
                client_config(
                    imap("imap.{D}:993 SSL", user="ada@{D}"),
                    smtp("smtp.{D}:465 SSL", user="ada@{D}"),
                ).body,
                status_without_query=400,
            )
        ),
    ),
    Case(
        "in private it is not told",
        "doc-private.example",
        nothing(autoconfig=Outcome.MISS, says={"autoconfig": "400"}),
        dns=NODATA,
        sites=autoconfig(TOLD),
        options=("--private",),
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}",)},
    ),
    Case(
        "a server that refuses for another reason is not told",
        "doc-refused.example",
        nothing(autoconfig=Outcome.MISS, says={"autoconfig": "403"}),
        dns=NODATA,
        sites=autoconfig(Page(OWN_CONFIG.body, status_without_query=403)),
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}",)},
    ),
    Case(
        "the address is escaped when it is told",
        "doc-escaped.example",
        discovered("autoconfig", servers(OWN["incoming"], OWN["submission"], "ada+a&b=c#d@{D}")),
        "ada+a&b=c#d@{D}",
        NODATA,
        sites=autoconfig(TOLD),
        asked={
            "autoconfig.{D}": (
                f"GET {AUTOCONFIG}",
                f"GET {AUTOCONFIG}?emailaddress=ada%2Ba%26b%3Dc%23d@{{D}}",
            )
        },
    ),
)


def _status(status: int) -> Case:
    return Case(
        f"a document with the status {status} is none",
        f"doc-status{status}.example",
        nothing(autoconfig=Outcome.MISS, says={"autoconfig": str(status)}),
        dns=NODATA,
        sites=autoconfig(Page(OWN_CONFIG.body, status)),
    )


def _taken(name: str, domain: str, settings: Settings, *parts: str) -> Case:
    return Case(
        name,
        f"{domain}.example",
        discovered("autoconfig", settings),
        dns=NODATA,
        sites=autoconfig(client_config(*parts)),
    )


STATUSES = tuple(map(_status, (206, 300, 401, 404, 410, 500, 503)))

CONTENTS = (
    _taken(
        "TLS from the start is taken before STARTTLS, wherever it stands",
        "xml-tls-first",
        OWN,
        *(imap("imap.{D}:143 STARTTLS"), IMAPS, smtp("smtp.{D}:587 STARTTLS"), SMTPS),
    ),
    _taken(
        "STARTTLS is taken where there is nothing better",
        "xml-starttls",
        servers("imap.{D}:143 starttls", "smtp.{D}:587 starttls"),
        *(imap("imap.{D}:143 STARTTLS"), smtp("smtp.{D}:587 STARTTLS")),
    ),
    _taken(
        "plain text is passed over for TLS",
        "xml-plain-first",
        OWN,
        *(imap("imap.{D}:143 plain"), IMAPS, smtp("smtp.{D}:25 plain"), SMTPS),
    ),
    _taken(
        "IMAP is taken before POP3", "xml-pop-first", OWN, pop3("pop.{D}:995 SSL"), IMAPS, SMTPS
    ),
    _taken(
        "POP3 is no mailbox, but mail can be sent",
        "xml-pop-only",
        servers(None, "smtp.{D}:465 tls"),
        *(pop3("pop.{D}:995 SSL"), SMTPS),
    ),
    _taken(
        "a document of a mailbox alone is an answer",
        "xml-imap-only",
        servers("imap.{D}:993 tls", None),
        IMAPS,
    ),
    _taken(
        "host names may hold the domain",
        "xml-host-domain",
        OWN,
        *(imap("imap.%EMAILDOMAIN%:993 SSL"), smtp("smtp.%EMAILDOMAIN%:465 SSL")),
    ),
    _taken(
        "host names in capitals with a dot at the end are taken in normal form",
        "xml-capitals",
        OWN,
        *(imap("IMAP.XML-Capitals.EXAMPLE.:993 SSL"), SMTPS),
    ),
    _taken(
        "blanks and new lines around values do not count",
        "xml-blanks",
        OWN,
        *(imap("\n  imap.{D} \n:993 SSL"), SMTPS),
    ),
    _taken(
        "an Exchange server is taken with its address",
        "xml-exchange",
        {"incoming": None, "ews_url": "https://owa.{D}/EWS/Exchange.asmx"},
        exchange("https://owa.{D}/EWS/Exchange.asmx"),
    ),
    _taken(
        "IMAP is taken before Exchange",
        "xml-exchange-too",
        OWN,
        *(exchange("https://owa.{D}/EWS/Exchange.asmx"), IMAPS, SMTPS),
    ),
    Case(
        "of several providers in a document the first counts",
        "xml-two-providers.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(
            client_config(
                IMAPS, SMTPS, '</emailProvider><emailProvider id="x">', imap("b.{D}:1 SSL")
            )
        ),
    ),
    Case(
        "a document in UTF-16 is read",
        "xml-utf16.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(
            Page(
                OWN_CONFIG.body.decode()
                .replace("UTF-8", "UTF-16")
                .replace("{D}", "xml-utf16.example")
                .encode("utf-16")
            )
        ),
    ),
    Case(
        "only a token of an issuer opens some servers",
        "xml-oauth2.example",
        discovered("autoconfig", OWN, auth=("oauth2",)),
        dns=NODATA,
        sites=autoconfig(
            client_config(
                imap("imap.{D}:993 SSL", auth="OAuth2"), smtp("smtp.{D}:465 SSL", auth="OAuth2")
            )
        ),
    ),
    Case(
        "a document with one server is outweighed by one with both",
        "xml-half.example",
        discovered("ispdb", OWN, autoconfig="smtp.xml-half.example:465"),
        dns=NODATA,
        sites=autoconfig(client_config(pop3("pop.{D}:995 SSL"), SMTPS)),
        ispdb=OWN_CONFIG,
    ),
)


def _user(number: int, written: str, username: str | None) -> Case:
    return Case(
        f"the user name {written!r} in a document means {username!r}",
        f"xml-user{number}.example",
        discovered("autoconfig", {"incoming": "imap.{D}:993 tls", "username": username}),
        dns=NODATA,
        sites=autoconfig(
            client_config(
                imap("imap.{D}:993 SSL", user=written), smtp("smtp.{D}:465 SSL", user=written)
            )
        ),
    )


USERS = tuple(
    _user(number, *pair)
    for number, pair in enumerate(
        (
            ("%EMAILLOCALPART%", "ada"),
            ("%EMAILLOCALPART%@%EMAILDOMAIN%", "ada@{D}"),
            ("%EMAILDOMAIN%\\%EMAILLOCALPART%", "{D}\\ada"),
            ("%EMAILLOCALPART%.mail", "ada.mail"),
            ("%EMAILADDRESS", "ada@{D}"),
            ("", None),
            ("joe", None),
            ("%REALNAME%", None),
            ("%EMAILLOCALPART", None),
            ("{address}", None),
            ("address", None),
            ("local-part", None),
            ("joe@{D}", None),
        )
    )
)

CASES = (*PLACES, *STATUSES, *CONTENTS, *USERS)
