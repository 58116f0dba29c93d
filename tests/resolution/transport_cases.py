"""Where documents come from: redirects, certificates, private addresses."""

from mailctl.domain.resolution import Method, Outcome
from tests.resolution.cases import OWN, Case, Expected, Flaw, Sites, discovered, nothing, suggested
from tests.resolution.pages import (
    AUTOCONFIG,
    OWN_CONFIG,
    WELL_KNOWN,
    autoconfig,
    client_config,
    imap,
    redirect,
    smtp,
    well_known,
)
from tests.resolution.records import NODATA, addresses
from tests.rig import Page

MOVED = {"/config.xml": OWN_CONFIG}
FASTMAIL_CONFIG = client_config(
    imap("imap.fastmail.com:993 SSL"), smtp("smtp.fastmail.com:465 SSL")
)


def refused(words: str) -> Expected:
    """Return that autoconfig breaks a rule, and nothing else is found."""
    return nothing(autoconfig=Outcome.REJECTED, says={"autoconfig": words})


def foreign(who: str, *, provider: str | None = None) -> Expected:
    """Return that a stranger's document is shown, and a person has to agree."""
    return suggested(
        provider,
        Method.AUTOCONFIG,
        step="autoconfig",
        outcome=Outcome.UNTRUSTED,
        says={"autoconfig": f"it is {who} that says so"},
    )


def _chain(length: int) -> Sites:
    pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(1, length)}
    pages |= {AUTOCONFIG: redirect("/1"), f"/{length}": OWN_CONFIG}
    return {"autoconfig.{D}": pages}


REDIRECTS = (
    Case(
        "a document may be elsewhere under the domain's own name",
        "moved-own.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(redirect("https://www.{D}/config.xml")) | {"www.{D}": MOVED},
    ),
    Case(
        "a document may be elsewhere at the same host",
        "moved-path.example",
        discovered("well-known"),
        dns=NODATA,
        sites={"{D}": {WELL_KNOWN: redirect("/config.xml", 308), **MOVED}},
    ),
    Case(
        "three redirects are followed",
        "moved-thrice.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=_chain(3),
    ),
    Case(
        "a fourth redirect is not",
        "moved-too-often.example",
        refused("more than 3 times"),
        dns=NODATA,
        sites=_chain(4),
        asked={
            "autoconfig.{D}": (f"GET {AUTOCONFIG}", "GET /1", "GET /2", "GET /3"),
        },
    ),
    Case(
        "redirects in a circle are not followed round",
        "moved-loop.example",
        refused("in a loop"),
        dns=NODATA,
        sites={"autoconfig.{D}": {AUTOCONFIG: redirect("/1"), "/1": redirect(AUTOCONFIG)}},
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}", "GET /1")},
    ),
    Case(
        "a redirect to itself is not followed",
        "moved-self.example",
        refused("in a loop"),
        dns=NODATA,
        sites=autoconfig(redirect(AUTOCONFIG)),
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}",)},
    ),
    Case(
        "a redirect to nowhere is none",
        "moved-nowhere.example",
        nothing(autoconfig=Outcome.MISS, says={"autoconfig": "redirects nowhere"}),
        dns=NODATA,
        sites=autoconfig(Page(status=302)),
    ),
    Case(
        "a stranger's document needs a person's word",
        "moved-foreign.example",
        foreign("stranger-of-moved.example"),
        dns=NODATA,
        sites=autoconfig(redirect("https://stranger-of-moved.example/config.xml"))
        | {"stranger-of-moved.example": MOVED},
    ),
    Case(
        "a stranger's document for a known provider needs a person's word",
        "moved-known.example",
        foreign("stranger-of-known.example", provider="fastmail"),
        dns=NODATA,
        sites=autoconfig(redirect("https://stranger-of-known.example/config.xml"))
        | {"stranger-of-known.example": {"/config.xml": FASTMAIL_CONFIG}},
    ),
    Case(
        "a stranger that begins like the domain is a stranger",
        "moved-prefix.example",
        foreign("autoconfig.moved-prefix.example.evil.test"),
        dns=NODATA,
        sites=autoconfig(redirect("https://autoconfig.{D}.evil.test/config.xml"))
        | {"autoconfig.{D}.evil.test": MOVED},
    ),
    Case(
        "what comes back from a stranger is the domain's own",
        "moved-and-back.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(redirect("https://stranger-of-back.example/"))
        | {"stranger-of-back.example": {"/": redirect("https://www.{D}/config.xml")}}
        | {"www.{D}": MOVED},
    ),
    Case(
        "a stranger is not told the address",
        "moved-told.example",
        nothing(autoconfig=Outcome.MISS, says={"autoconfig": "400"}),
        dns=NODATA,
        sites=autoconfig(redirect("https://stranger-of-told.example/config.xml"))
        | {
            "stranger-of-told.example": {
                "/config.xml": Page(OWN_CONFIG.body, status_without_query=400)
            }
        },
        asked={
            "autoconfig.{D}": (f"GET {AUTOCONFIG}",),
            "stranger-of-told.example": ("GET /config.xml",),
        },
    ),
    Case(
        "the ISPDB may not send to strangers",
        "moved-ispdb.example",
        suggested(
            None,
            Method.AUTOCONFIG,
            step="ispdb",
            outcome=Outcome.UNTRUSTED,
            says={"ispdb": "it is stranger-of-ispdb.example that says so"},
        ),
        dns=NODATA,
        sites={"stranger-of-ispdb.example": MOVED},
        ispdb=redirect("https://stranger-of-ispdb.example/config.xml"),
    ),
    Case(
        "a redirect to plain HTTP is not followed, though it would lead to the document",
        "moved-http.example",
        refused("redirects: the URL is not https"),
        dns=NODATA,
        sites=autoconfig(redirect("http://www.{D}/config.xml")) | {"www.{D}": MOVED},
        asked={"www.{D}": ()},
    ),
    Case(
        "plain HTTP behind a redirect is not followed",
        "moved-http-late.example",
        refused("redirects: the URL is not https"),
        dns=NODATA,
        sites=autoconfig(redirect("https://www.{D}/a"))
        | {"www.{D}": {"/a": redirect("http://www.{D}/config.xml"), **MOVED}},
        asked={"www.{D}": ("GET /a",)},
    ),
)


def _away(number: int, location: str, words: str) -> Case:
    return Case(
        f"a redirect to {location} is not followed",
        f"moved-to{number}.example",
        refused(words),
        dns=NODATA,
        sites=autoconfig(redirect(location)),
    )


TARGETS = tuple(
    _away(number, *target)
    for number, target in enumerate(
        (
            ("https://127.0.0.1/config.xml", "no plain host name"),
            ("https://[::1]/config.xml", "no plain host name"),
            ("https://169.254.169.254/latest/meta-data/", "no plain host name"),
            ("https://10.0.0.1/", "no plain host name"),
            ("https://192.168.1.1/", "no plain host name"),
            ("https://[fd00::1]/", "no plain host name"),
            ("https://0.0.0.0/", "no plain host name"),
            ("https://0/", "no plain host name"),
            ("https://2130706433/", "no plain host name"),
            ("https://0x7f000001/", "no plain host name"),
            ("https://0x7f.1/", "no plain host name"),
            ("https://0177.0.0.1/", "no plain host name"),
            ("https://127.1/", "no plain host name"),
            ("https://localhost/", "no plain host name"),
            ("https://www.example:8443/", "a port other than 443"),
            ("https://ada:secret@www.example/", "a user name"),
            ("file:///etc/passwd", "not https"),
            ("ftp://www.example/config.xml", "not https"),
            ("gopher://www.example/1config.xml", "not https"),
            ("data:text/xml,%3CclientConfig/%3E", "not https"),
        )
    )
)


def _flawed(flaw: Flaw, words: str) -> Case:
    return Case(
        f"a certificate with a flaw is refused: {flaw}",
        f"flaw-{flaw}.example",
        nothing(
            autoconfig=Outcome.REJECTED,
            well_known=Outcome.REJECTED,
            says={
                "autoconfig": f"the certificate of autoconfig.{{D}} {words}",
                "well-known": words,
            },
        ),
        dns=NODATA,
        sites=autoconfig() | well_known(),
        flaws={"autoconfig.{D}": flaw, "{D}": flaw},
        asked={"autoconfig.{D}": (), "{D}": ()},
    )


CERTIFICATES = (
    _flawed(Flaw.WRONG_NAME, "is for another name"),
    _flawed(Flaw.EXPIRED, "has expired"),
    _flawed(Flaw.UNKNOWN_AUTHORITY, "was issued by an authority that this machine does not"),
    Case(
        "a flawed certificate at one place does not spoil another",
        "flaw-half.example",
        discovered("well-known", OWN, autoconfig="expired"),
        dns=NODATA,
        sites=autoconfig() | well_known(),
        flaws={"autoconfig.{D}": Flaw.EXPIRED},
    ),
    Case(
        "a flawed certificate behind a redirect is refused",
        "flaw-moved.example",
        refused("the certificate of www.{D} is for another name"),
        dns=NODATA,
        sites=autoconfig(redirect("https://www.{D}/config.xml")) | {"www.{D}": MOVED},
        flaws={"www.{D}": Flaw.WRONG_NAME},
        asked={"www.{D}": ()},
    ),
)


def _private(number: int, address: str) -> Case:
    hosts = ("@", "autoconfig", "autodiscover", "www")
    return Case(
        f"a web server at {address} is not connected to",
        f"private{number}.example",
        nothing(
            autoconfig=Outcome.REJECTED,
            well_known=Outcome.REJECTED,
            autodiscover=Outcome.REJECTED,
            says=dict.fromkeys(("autoconfig", "well-known", "autodiscover"), "private address"),
        ),
        dns="".join(addresses(host, address) for host in hosts),
    )


PRIVATE = (
    *(
        _private(number, address)
        for number, address in enumerate(
            (
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "192.168.1.1",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fd00::1",
                "fe80::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "64:ff9b::a00:1",
                "2002:7f00:1::",
            )
        )
    ),
    Case(
        "a redirect to a host at a private address is not followed",
        "private-moved.example",
        refused("inside.private-moved.example is at a private address (10.0.0.1)"),
        dns=NODATA + addresses("inside", "10.0.0.1", "fd00::1"),
        sites=autoconfig(redirect("https://inside.{D}/config.xml")),
    ),
    Case(
        "a redirect to a name of this machine is not followed",
        "private-alias.example",
        refused("is at a private address (127.0.0.1)"),
        dns=NODATA + "inside CNAME here\n" + addresses("here", "127.0.0.1"),
        sites=autoconfig(redirect("https://inside.{D}/config.xml")),
    ),
    Case(
        "several private addresses are as private as one",
        "private-many.example",
        nothing(autoconfig=Outcome.REJECTED),
        dns=NODATA + addresses("autoconfig", "127.0.0.1", "192.168.0.1", "::1", "fd00::7"),
    ),
)

CASES = (*REDIRECTS, *TARGETS, *CERTIFICATES, *PRIVATE)
