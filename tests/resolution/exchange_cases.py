"""Exchange servers by Autodiscover: who is asked, and what of the answer is taken."""

from mailctl.domain.resolution import Method, Outcome
from tests.resolution.cases import Case, Flaw, discovered, nothing, servers, suggested
from tests.resolution.pages import (
    as_json,
    autoconfig,
    autodiscover,
    client_config,
    ews,
    pop3,
    redirect,
    smtp,
)
from tests.resolution.records import NODATA, addresses, cname, srv
from tests.rig import Page

URL = "https://owa.{D}/EWS/Exchange.asmx"
OWN = {"incoming": None, "submission": None, "username": "ada@{D}", "ews_url": URL}
QUESTION = "GET /autodiscover/autodiscover.json/v1.0/ada@{D}?Protocol=EWS"
MICROSOFT365 = {
    **servers("outlook.office365.com:993 tls", "smtp.office365.com:587 starttls"),
    "ews_url": "https://outlook.office365.com/EWS/Exchange.asmx",
}
TO_OWA = srv("_autodiscover", "0 1 443 owa")

FOUND = (
    Case(
        "an Exchange server of the domain's own decides",
        "ex-own.example",
        discovered("autodiscover", OWN),
        dns=NODATA,
        sites=autodiscover(ews(URL)),
        asked={"autodiscover.{D}": (QUESTION,)},
    ),
    Case(
        "Microsoft's own server leads to Microsoft 365",
        "ex-microsoft.example",
        discovered("autodiscover", MICROSOFT365, provider="microsoft365"),
        dns=NODATA,
        sites=autodiscover(ews("https://outlook.office365.com/EWS/Exchange.asmx")),
    ),
    Case(
        "the host in the SRV record is asked where autodiscover does not answer",
        "ex-srv.example",
        discovered("autodiscover", OWN),
        dns=NODATA + TO_OWA,
        sites=autodiscover(ews(URL), at="owa.{D}"),
        asked={"owa.{D}": (QUESTION,)},
    ),
    Case(
        "of several hosts in SRV records that of the lowest priority is asked",
        "ex-srv-many.example",
        discovered("autodiscover", OWN),
        dns=NODATA + srv("_autodiscover", "20 9 443 second", "10 1 443 owa", "10 0 443 third"),
        sites=autodiscover(ews(URL), at="owa.{D}") | {"second.{D}": {}, "third.{D}": {}},
        asked={"second.{D}": (), "third.{D}": ()},
    ),
    Case(
        "a flawed certificate at autodiscover leaves the SRV record",
        "ex-srv-flaw.example",
        discovered("autodiscover", OWN),
        dns=NODATA + TO_OWA,
        sites=autodiscover(ews(URL)) | autodiscover(ews(URL), at="owa.{D}"),
        flaws={"autodiscover.{D}": Flaw.WRONG_NAME},
        asked={"autodiscover.{D}": ()},
    ),
    Case(
        "a document with servers for all outweighs Exchange",
        "ex-outweighed.example",
        discovered("autoconfig"),
        dns=NODATA,
        sites=autoconfig() | autodiscover(ews(URL)),
    ),
    Case(
        "Exchange outweighs a document without a mailbox",
        "ex-outweighs.example",
        discovered("autodiscover", OWN, autoconfig="smtp.ex-outweighs.example:465"),
        dns=NODATA,
        sites=autoconfig(client_config(pop3("pop.{D}:995 SSL"), smtp("smtp.{D}:465 SSL")))
        | autodiscover(ews(URL)),
    ),
    Case(
        "the address is escaped in the question",
        "ex-escaped.example",
        discovered("autodiscover", {"username": '"a/b ?c"@{D}'}),
        '"a/b ?c"@{D}',
        NODATA,
        sites=autodiscover(ews(URL)),
        asked={
            "autodiscover.{D}": (
                "GET /autodiscover/autodiscover.json/v1.0/%22a%2Fb%20%3Fc%22@{D}?Protocol=EWS",
            )
        },
    ),
    Case(
        "a redirect under the domain's own name is followed",
        "ex-moved.example",
        discovered("autodiscover", OWN),
        dns=NODATA,
        sites=autodiscover(redirect("https://owa.{D}/v2")) | {"owa.{D}": {"/v2": ews(URL)}},
    ),
)

UNTRUSTED = (
    Case(
        "a redirect to a stranger is not followed, for it would be told the address",
        "ex-foreign.example",
        nothing(
            autodiscover=Outcome.REJECTED,
            says={"autodiscover": "stranger-of-ex.example, which may not be told"},
        ),
        dns=NODATA,
        sites=autodiscover(redirect("https://stranger-of-ex.example/v2"))
        | {"stranger-of-ex.example": {"/v2": ews(URL)}},
        asked={"stranger-of-ex.example": ()},
    ),
    Case(
        "autodiscover's alias suggests where its certificate is Microsoft's own",
        "ex-alias.example",
        suggested("microsoft365", Method.AUTODISCOVER, settings=MICROSOFT365),
        dns=NODATA + cname("autodiscover", "autodiscover.outlook.com."),
        sites=autodiscover(ews(URL)),
        flaws={"autodiscover.{D}": Flaw.WRONG_NAME},
    ),
)


def _rejected(name: str, domain: str, page: Page) -> Case:
    return Case(
        name,
        f"{domain}.example",
        nothing(
            autodiscover=Outcome.REJECTED,
            says={"autodiscover": "autodiscover.{D} gave no https address of EWS"},
        ),
        dns=NODATA,
        sites=autodiscover(page),
    )


REFUSED = (
    _rejected("Exchange without encryption is refused", "ex-http", ews("http://owa.{D}/EWS/")),
    _rejected("Exchange at an address is refused", "ex-literal", ews("https://127.0.0.1/EWS/")),
    _rejected("Exchange at an address in brackets is refused", "ex-v6", ews("https://[::1]/EWS/")),
    _rejected("Exchange at a number is refused", "ex-number", ews("https://2130706433/EWS/")),
    _rejected("Exchange at this machine is refused", "ex-localhost", ews("https://localhost/EWS/")),
    _rejected("Exchange with a user name is refused", "ex-user", ews("https://a@owa.{D}/EWS/")),
    _rejected("Exchange in a file is refused", "ex-file", ews("file:///etc/passwd")),
    _rejected("an answer that is a list is refused", "ex-list", as_json([URL])),
    _rejected("an answer without an address is refused", "ex-no-url", as_json({"Protocol": "EWS"})),
    _rejected("an answer with a number for an address is refused", "ex-int", as_json({"Url": 1})),
    _rejected("an answer that is too deep is refused", "ex-deep", Page(b"[" * 100_000)),
    _rejected("an answer that is no JSON is refused", "ex-html", Page(b"<html/>")),
    _rejected("an answer that is no text is refused", "ex-bytes", Page(b"\xff\xfe\x00\x80")),
    Case(
        "an error is no answer",
        "ex-error.example",
        nothing(autodiscover=Outcome.MISS, says={"autodiscover": "404"}),
        dns=NODATA,
        sites=autodiscover(as_json({"ErrorCode": "UserNotFound", "Url": URL}, status=404)),
    ),
    Case(
        "nobody signs in where a password is asked for",
        "ex-password.example",
        nothing(autodiscover=Outcome.MISS, says={"autodiscover": "401"}),
        dns=NODATA,
        sites=autodiscover(Page(b"", 401, headers={"WWW-Authenticate": 'Basic realm="x"'})),
        asked={"autodiscover.{D}": (QUESTION,)},
    ),
    Case(
        "a stranger in the SRV record is not asked",
        "ex-srv-foreign.example",
        nothing(
            autodiscover=Outcome.REJECTED, says={"autodiscover": "not under the domain's own name"}
        ),
        dns=NODATA + srv("_autodiscover", "0 1 443 stranger-of-ex3.example."),
        sites={"stranger-of-ex3.example": {"*": ews(URL)}},
        asked={"stranger-of-ex3.example": ()},
    ),
    Case(
        "a host at another port than that of HTTPS is not asked",
        "ex-srv-port.example",
        nothing(autodiscover=Outcome.MISS),
        dns=NODATA + srv("_autodiscover", "0 1 8443 owa"),
        sites=autodiscover(ews(URL), at="owa.{D}"),
        asked={"owa.{D}": ()},
    ),
    Case(
        "a domain may say that it has no autodiscover",
        "ex-srv-none.example",
        nothing(autodiscover=Outcome.MISS),
        dns=NODATA + srv("_autodiscover", "0 0 0 ."),
    ),
    Case(
        "a host in the SRV record at a private address is not connected to",
        "ex-srv-private.example",
        nothing(autodiscover=Outcome.REJECTED, says={"autodiscover": "private address (10.0.0.1)"}),
        dns=NODATA + TO_OWA + addresses("owa", "10.0.0.1"),
    ),
    Case(
        "the domain itself is not asked for Exchange",
        "ex-apex.example",
        nothing(autodiscover=Outcome.MISS),
        dns=NODATA,
        sites=autodiscover(ews(URL), at="{D}"),
        asked={"{D}": ("GET /.well-known/autoconfig/mail/config-v1.1.xml",)},
    ),
)

CASES = (*FOUND, *UNTRUSTED, *REFUSED)
