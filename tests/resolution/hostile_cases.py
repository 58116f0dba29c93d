"""Documents that are wrong or mean harm: nothing of them is used."""

import gzip
from collections.abc import Mapping

from mailctl.domain.resolution import Outcome
from tests.resolution.cases import OWN, Case, discovered, nothing
from tests.resolution.pages import (
    AUTOCONFIG,
    OWN_CONFIG,
    PARKED,
    WELL_KNOWN,
    autoconfig,
    client_config,
    dripping,
    exchange,
    imap,
    padded,
    pop3,
    smtp,
    well_known,
    with_headers,
    xml,
)
from tests.resolution.records import NODATA, mx
from tests.rig import Page

KIB = 1 << 10
IMAPS, SMTPS = imap("imap.{D}:993 SSL"), smtp("smtp.{D}:465 SSL")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE clientConfig [<!ENTITY l0 "lol">{LAUGHS}]>'


def _rejected(
    name: str,
    domain: str,
    page: Page,
    words: str,
    *,
    asked: Mapping[str, tuple[str, ...]] | None = None,
) -> Case:
    return Case(
        name,
        f"{domain}.example",
        nothing(autoconfig=Outcome.REJECTED, says={"autoconfig": words}),
        dns=NODATA,
        sites=autoconfig(page),
        asked={"autoconfig.{D}": (f"GET {AUTOCONFIG}",)} | dict(asked or {}),
    )


XML = (
    _rejected(
        "a document with a billion laughs is not read",
        "bomb-laughs",
        client_config(imap("imap.{D}:993 SSL", user="&l9;"), SMTPS, before=BOMB),
        "DTD",
    ),
    _rejected(
        "an entity that is a file is not read",
        "bomb-file",
        client_config(
            imap("&x;:993 SSL"),
            before='<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        ),
        "DTD",
    ),
    _rejected(
        "a DTD is not asked for",
        "bomb-dtd",
        client_config(
            IMAPS, before=f'<!DOCTYPE c SYSTEM "https://autoconfig.bomb-dtd.example{WELL_KNOWN}">'
        ),
        "DTD",
    ),
    _rejected(
        "a parameter entity is not read",
        "bomb-parameter",
        client_config(IMAPS, before="<!DOCTYPE c [<!ENTITY % x \"<!ENTITY y 'z'>\"> %x;]>"),
        "DTD",
    ),
    _rejected(
        "XInclude is not known",
        "bomb-xinclude",
        client_config(
            IMAPS.replace(
                "imap.{D}",
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
                'href="file:///etc/hostname"/>',
            )
        ),
        "no host name",
    ),
    _rejected(
        "a document that is too deep is not read",
        "bomb-deep",
        client_config("<a>" * 1000, "</a>" * 1000),
        "too deep",
    ),
    _rejected(
        "a document of too many elements is not read",
        "bomb-many",
        client_config(IMAPS, SMTPS, "<a/>" * 25_000),
        "too many elements",
    ),
    _rejected(
        "a document in an encoding that hides is not read",
        "xml-utf7",
        xml(OWN_CONFIG.body.decode().replace("UTF-8", "UTF-7")),
        "encoding",
    ),
    _rejected(
        "a document in another encoding than it says is not read",
        "xml-latin1",
        Page(OWN_CONFIG.body.replace(b"Mail of", b"Bo\xeete de")),
        "no XML",
    ),
    _rejected("a document without an end is none", "xml-cut", Page(OWN_CONFIG.body[:-9]), "no XML"),
    _rejected("a document without anything is none", "xml-empty", Page(b""), "no XML"),
    _rejected(
        "another kind of document is none",
        "xml-other",
        client_config(IMAPS, SMTPS, root="Autodiscover"),
        "no clientConfig",
    ),
    _rejected(
        "a document without a provider is none",
        "xml-no-provider",
        xml("<clientConfig/>"),
        "no provider",
    ),
)

SERVERS = (
    _rejected(
        "plain text alone is refused",
        "xml-plain",
        client_config(imap("imap.{D}:143 plain"), smtp("smtp.{D}:25 plain")),
        "imap.xml-plain.example: plain text",
    ),
    _rejected(
        "POP3 alone is refused",
        "xml-pop",
        client_config(pop3("pop.{D}:995 SSL")),
        "pop3 is not spoken here",
    ),
    _rejected(
        "plain text and POP3 are refused together",
        "xml-plain-pop",
        client_config(imap("imap.{D}:143 plain"), pop3("pop.{D}:995 SSL")),
        "plain text",
    ),
    _rejected(
        "a document without a server is refused", "xml-no-server", client_config(), "no server"
    ),
    _rejected(
        "a way to sign in that nobody knows is refused",
        "xml-gssapi",
        client_config(imap("imap.{D}:993 SSL", auth="GSSAPI")),
        "no way to sign in",
    ),
    _rejected(
        "an Exchange server without encryption is refused",
        "xml-exchange-http",
        client_config(exchange("http://owa.{D}/EWS/Exchange.asmx")),
        "no https address",
    ),
    _rejected(
        "an Exchange server at an address is refused",
        "xml-exchange-literal",
        client_config(exchange("https://169.254.169.254/EWS/Exchange.asmx")),
        "no https address",
    ),
    *(
        _rejected(
            f"a server at port {port} is refused",
            f"xml-port{number}",
            client_config(imap(f"imap.{{D}}:{port} SSL")),
            "no port",
        )
        for number, port in enumerate(("0", "65536", "-1", "imaps"))
    ),
)


def _host(number: int, written: str) -> Case:
    return _rejected(
        f"a document that names the host {written!r} is refused",
        f"xml-host{number}",
        client_config(imap(f"{written}:993 SSL"), smtp(f"{written}:465 SSL")),
        "no host name",
    )


HOSTS = tuple(
    _host(number, written)
    for number, written in enumerate(
        (
            "127.0.0.1",
            "::1",
            "[::1]",
            "169.254.169.254",
            "10.0.0.1",
            "192.168.0.1",
            "fd00::1",
            "0.0.0.0",
            "2130706433",
            "0177.0.0.1",
            "0x7f000001",
            "0x7f.0x1",
            "localhost",
            "%EMAILLOCALPART%.stranger.example",
            "%EMAILADDRESS%",
            "imap.example/../x",
            "imap_1.example",
            "ímap.example",
            "",
        )
    )
)

PACKED = gzip.compress(bytes(20_000_000))

SIZES = (
    Case(
        "a document of 256 KiB is read",
        "size-most.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(padded(OWN_CONFIG, 256 * KIB, domain="size-most.example")),
    ),
    _rejected(
        "a document of a byte more is not",
        "size-more",
        padded(OWN_CONFIG, 256 * KIB + 1, domain="size-more.example"),
        "longer than 256 KiB",
    ),
    _rejected(
        "a document of 10 MB is not read",
        "size-10mb",
        padded(OWN_CONFIG, 10_000_000, domain="size-10mb.example"),
        "longer than 256 KiB",
    ),
    _rejected(
        "a document that unpacks to 20 MB is not unpacked",
        "size-gzip",
        Page(PACKED, headers={"Content-Encoding": "gzip"}),
        "compressed",
    ),
    _rejected(
        "a packed document without a word of it is no document",
        "size-gzip-silent",
        Page(PACKED),
        "no XML",
    ),
    _rejected(
        "a document packed in any other way is not unpacked",
        "size-brotli",
        Page(OWN_CONFIG.body, headers={"Content-Encoding": "br"}),
        "compressed",
    ),
    _rejected(
        "a header of more than 16 KiB is not read",
        "size-header",
        with_headers(OWN_CONFIG, {f"X-{number}": "x" * 2000 for number in range(10)}),
        "header longer than 16 KiB",
    ),
)

TIMES = (
    Case(
        "a server that drips ends with the time",
        "drip.example",
        nothing(autoconfig=Outcome.TIMEOUT, well_known=Outcome.MISS),
        dns=NODATA,
        sites=autoconfig(dripping(OWN_CONFIG, 30)),
        options=("--timeout", "1"),
        within_s=3,
    ),
    Case(
        "a server that drips does not keep from another answer",
        "drip-other.example",
        discovered("ispdb", OWN, autoconfig="without it"),
        dns=NODATA,
        sites=autoconfig(dripping(OWN_CONFIG, 30)),
        ispdb=OWN_CONFIG,
        within_s=4,
    ),
    Case(
        "an answer of more weight may be a little late",
        "drip-little.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig(dripping(OWN_CONFIG, 700)),
        ispdb=client_config(imap("other.{D}:993 SSL"), smtp("other.{D}:465 SSL")),
        within_s=4,
    ),
)

EVERYWHERE = ("{D}", "autoconfig.{D}", "autodiscover.{D}")

PARKS = (
    Case(
        "a parked domain that says yes to everything says nothing",
        "parked-table.example",
        nothing(
            mx=Outcome.NODATA,
            autoconfig=Outcome.REJECTED,
            well_known=Outcome.REJECTED,
            ispdb=Outcome.MISS,
            autodiscover=Outcome.REJECTED,
        ),
        dns=NODATA + "* A 127.0.0.1\n",
        sites={host: {"*": PARKED} for host in EVERYWHERE},
    ),
    Case(
        "a parked domain that is well-formed says nothing",
        "parked-xhtml.example",
        nothing(
            autoconfig=Outcome.REJECTED,
            autodiscover=Outcome.REJECTED,
            says={"autoconfig": "no clientConfig but html"},
        ),
        dns=mx("10 mail"),
        sites={host: {"*": xml("<html><clientConfig/></html>")} for host in EVERYWHERE},
    ),
    Case(
        "a parked domain that is empty says nothing",
        "parked-empty.example",
        nothing(autoconfig=Outcome.REJECTED, autodiscover=Outcome.REJECTED),
        dns=NODATA,
        sites={host: {"*": Page(b"")} for host in EVERYWHERE},
    ),
    Case(
        "a parked autoconfig does not keep from the ISPDB",
        "parked-ispdb.example",
        discovered("ispdb"),
        dns=NODATA,
        sites={host: {"*": PARKED} for host in EVERYWHERE},
        ispdb=OWN_CONFIG,
    ),
    Case(
        "a site that has a page for all but the document says nothing",
        "parked-404.example",
        nothing(well_known=Outcome.MISS, says={"well-known": "404"}),
        dns=NODATA,
        sites=well_known(Page(PARKED.body, 404)),
    ),
)

CASES = (*XML, *SERVERS, *HOSTS, *SIZES, *TIMES, *PARKS)
