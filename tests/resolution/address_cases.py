"""How addresses may be written, and what cannot be one: nobody is asked about that."""

from mailctl.domain.resolution import Outcome
from mailctl.errors import ExitCode
from tests.resolution.cases import Case, Expected, by_mx, discovered, nothing, servers
from tests.resolution.known_cases import preset
from tests.resolution.pages import autoconfig, autodiscover, ews
from tests.resolution.records import NODATA, mx, srv

GOOGLE = mx("10 smtp.google.com.")


def named(username: str) -> Expected:
    """Return that the exchangers lead to Gmail, where the user has this name."""
    return by_mx("gmail", {"incoming": "imap.gmail.com:993 tls", "username": username})


def gmail(username: str) -> Expected:
    """Return that the preset is Gmail, where the user has this name."""
    return preset("gmail", {"incoming": "imap.gmail.com:993 tls", "username": username})


SPELLINGS = (
    Case("capitals in a domain do not count", "gmail.com", gmail("Ada@gmail.com"), "Ada@GMail.COM"),
    Case(
        "one dot at the end does not count", "gmail.com", gmail("ada@gmail.com"), "ada@gmail.com."
    ),
    Case("blanks around do not count", "gmail.com", gmail("ada@gmail.com"), " ada@gmail.com\t"),
    Case("a tag stays", "gmail.com", gmail("ada+news@gmail.com"), "ada+news@gmail.com"),
    Case(
        "full width letters are letters", "gmail.com", gmail("ada@gmail.com"), "ada@ＧＭＡＩＬ.com"
    ),
    Case("an ideographic dot is a dot", "gmail.com", gmail("ada@gmail.com"), "ada@gmail。com"),
    Case("a full width dot is a dot", "gmail.com", gmail("ada@gmail.com"), "ada@gmail．com"),
    Case(
        "a quoted name may hold blanks and an @",
        "quoted.example",
        named('"ada @ home"@quoted.example'),
        '"ada @ home"@{D}',
        GOOGLE,
    ),
    Case(
        "a name may have letters of any script",
        "any-script.example",
        named("ада@any-script.example"),
        "ада@{D}",
        GOOGLE,
    ),
    Case(
        "a name may be 64 octets long",
        "long-name.example",
        named(f"{'a' * 64}@long-name.example"),
        f"{'a' * 64}@{{D}}",
        GOOGLE,
    ),
    Case(
        "a label may be 63 octets long",
        f"{'a' * 63}.example",
        named(f"ada@{'a' * 63}.example"),
        dns=GOOGLE,
    ),
    Case(
        "a domain of capitals and a dot at its end is asked for in normal form",
        "spelt.example",
        named("Ada@spelt.example"),
        "Ada@SPELT.Example.",
        GOOGLE,
    ),
    Case(
        "a domain may begin with a number",
        "1und2.example",
        named("ada@1und2.example"),
        dns=GOOGLE,
    ),
)

INTERNATIONAL = (
    Case(
        "a domain in letters of its own language",
        "xn--bcher-laden-thb.example",
        named("ada@xn--bcher-laden-thb.example"),
        "ada@bücher-laden.example",
        GOOGLE,
    ),
    Case(
        "the same domain in capitals",
        "xn--kln-sna.example",
        named("ada@xn--kln-sna.example"),
        "ada@KÖLN.Example",
        GOOGLE,
    ),
    Case(
        "a domain as it goes over the wire",
        "xn--rzte-koa.example",
        named("ada@xn--rzte-koa.example"),
        "ada@XN--RZTE-koa.EXAMPLE.",
        GOOGLE,
    ),
    Case(
        "a sharp s is not ss",
        "xn--strae-eins-83a.example",
        named("ada@xn--strae-eins-83a.example"),
        "ada@straße-eins.example",
        GOOGLE,
        {"strasse-eins.example": mx("10 in1-smtp.messagingengine.com.")},
    ),
    Case(
        "a domain with an ideographic dot",
        "xn--r8jz45g.example",
        named("ada@xn--r8jz45g.example"),
        "ada@例え。example",
        GOOGLE,
    ),
    Case(
        "a domain in Cyrillic has servers of its own",
        "xn--80a1acny.example",
        discovered("srv", servers("imap.{D}:993 tls", "smtp.{D}:465 tls", "ada@{D}")),
        "ada@почта.example",
        srv("_imaps", "0 1 993 imap") + srv("_submissions", "0 1 465 smtp"),
    ),
    Case(
        "a domain in Greek has a document of its own",
        "xn--mxacd.example",
        discovered("autoconfig"),
        "ada@αβγ.example",
        NODATA,
        sites=autoconfig(),
    ),
)

BELOW = (
    Case(
        "a domain below another has exchangers of its own",
        "staff.below.example",
        named("ada@staff.below.example"),
        zones={
            "below.example": mx("10 in1-smtp.messagingengine.com.")
            + mx("10 smtp.google.com.", at="staff")
        },
    ),
    Case(
        "exchangers of the domain above are not asked for",
        "absent.above.example",
        nothing(mx=Outcome.NXDOMAIN),
        zones={"above.example": GOOGLE},
    ),
    Case(
        "documents of the domain above are not asked for",
        "staff.parent.co.uk",
        nothing(mx=Outcome.NODATA, autoconfig=Outcome.MISS, autodiscover=Outcome.MISS),
        zones={"parent.co.uk": "staff TXT exists\n"},
        sites={
            "autoconfig.parent.co.uk": autoconfig()["autoconfig.{D}"],
            "autodiscover.parent.co.uk": {"*": ews("https://owa.parent.co.uk/EWS/Exchange.asmx")},
        },
        asked={"autoconfig.parent.co.uk": (), "autodiscover.parent.co.uk": ()},
    ),
    Case(
        "nothing above a domain under a public suffix is asked for",
        "alone.co.uk",
        nothing(mx=Outcome.NODATA, autoconfig=Outcome.MISS, autodiscover=Outcome.MISS),
        dns=NODATA,
        sites={
            "autoconfig.co.uk": autoconfig()["autoconfig.{D}"],
            "co.uk": {"*": ews("https://owa.co.uk/EWS/Exchange.asmx")},
            **autodiscover(ews("https://owa.co.uk/EWS/Exchange.asmx"), at="autodiscover.co.uk"),
            **autodiscover(ews("https://owa.uk/EWS/Exchange.asmx"), at="autodiscover.uk"),
        },
        asked=dict.fromkeys(
            ("autoconfig.co.uk", "co.uk", "autodiscover.co.uk", "autodiscover.uk"), ()
        ),
    ),
)
_NO_ADDRESSES = {
    "an empty address": "",
    "a name alone": "ada",
    "a domain alone": "@gmail.com",
    "a name without a domain": "ada@",
    "two unquoted @": "ada@home@gmail.com",
    "a domain of one label": "ada@localhost",
    "an address of a machine": "ada@[127.0.0.1]",
    "an address of a machine without brackets": "ada@127.0.0.1",
    "an address of a machine in version 6": "ada@[IPv6:::1]",
    "an empty label": "ada@gmail..com",
    "a label that begins with a hyphen": "ada@-gmail.com",
    "a label of 64 octets": f"ada@{'a' * 64}.example",
    "a domain of more than 253 octets": f"ada@{'.'.join(['a' * 50] * 5)}.example",
    "a name of 65 octets": f"{'a' * 65}@gmail.com",
    "a blank in the name": "ada b@gmail.com",
    "a blank in the domain": "ada@gmail .com",
    "an underscore in the domain": "ada@g_mail.com",
    "a line break": "ada@gmail.com\nbob@gmail.com",
    "a NUL": "ada\0@gmail.com",
    "an address with a display name": "Ada <ada@gmail.com>",
    "two dots at the end": "ada@gmail.com..",
    "a slash in the domain": "ada@evil.example/gmail.com",
    "a port": "ada@gmail.com:993",
    "a broken international name": "ada@xn--a.example",
}

REFUSED = tuple(
    Case(f"{what} is no mail address", "no.invalid", Expected(code=ExitCode.USAGE), address)
    for what, address in _NO_ADDRESSES.items()
)

CASES = (*SPELLINGS, *INTERNATIONAL, *BELOW, *REFUSED)
