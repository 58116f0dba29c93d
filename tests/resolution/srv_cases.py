"""What SRV records say of a domain's servers: which are taken, which not, and whose they are."""

from mailctl.domain.resolution import Method, Outcome
from tests.resolution.cases import OWN, Case, Expected, discovered, nothing, servers, suggested
from tests.resolution.pages import OWN_CONFIG, autoconfig, client_config, imap, smtp
from tests.resolution.records import NODATA, addresses, mx, srv

IMAPS = srv("_imaps", "0 1 993 imap")
SUBMISSIONS = srv("_submissions", "0 1 465 smtp")
FASTMAIL = servers("imap.fastmail.com:993 tls", "smtp.fastmail.com:465 tls")


def foreign(incoming: str | None, submission: str | None) -> Expected:
    """Return that servers of somebody else are named, and a person has to agree."""
    return suggested(
        None,
        Method.SRV,
        step="srv",
        outcome=Outcome.UNTRUSTED,
        settings=servers(incoming, submission),
        says={"srv": "not under {D}'s own name"},
    )


def rejected(**says: str) -> Expected:
    """Return that the records break a rule, and nothing else is found."""
    return nothing(srv=Outcome.REJECTED, says=says)


TAKEN = (
    Case(
        "servers under the domain's own name decide",
        "srv-own.example",
        discovered("srv", OWN),
        dns=mx("10 mail") + IMAPS + SUBMISSIONS,
    ),
    Case(
        "servers with STARTTLS decide where there are no others",
        "srv-starttls.example",
        discovered("srv", servers("imap.{D}:143 starttls", "smtp.{D}:587 starttls")),
        dns=srv("_imap", "0 1 143 imap") + srv("_submission", "0 1 587 smtp"),
    ),
    Case(
        "TLS from the start is taken before STARTTLS",
        "srv-both.example",
        discovered("srv", OWN),
        dns=IMAPS
        + SUBMISSIONS
        + srv("_imap", "0 9 143 plain")
        + srv("_submission", "0 9 587 plain"),
    ),
    Case(
        "a service that is not offered leaves the other",
        "srv-declined.example",
        discovered("srv", servers("imap.{D}:143 starttls", "smtp.{D}:465 tls")),
        dns=srv("_imaps", "0 0 0 .") + srv("_imap", "0 1 143 imap") + SUBMISSIONS,
    ),
    Case(
        "the lowest priority counts, whatever its weight",
        "srv-priority.example",
        discovered("srv", OWN),
        dns=srv("_imaps", "20 999 993 second", "10 0 993 imap", "30 1 993 third") + SUBMISSIONS,
    ),
    Case(
        "of equal priority the greatest weight counts",
        "srv-weight.example",
        discovered("srv", OWN),
        dns=srv("_imaps", "10 5 993 light", "10 60 993 imap", "10 0 993 never")
        + srv("_submissions", "5 1 465 smtp", "6 100 465 other"),
    ),
    Case(
        "an unusual port is taken",
        "srv-port.example",
        discovered("srv", servers("imap.{D}:9930 tls", "smtp.{D}:4650 tls")),
        dns=srv("_imaps", "0 1 9930 imap") + srv("_submissions", "0 1 4650 smtp"),
    ),
    Case(
        "the domain itself may be the server",
        "srv-apex.example",
        discovered("srv", servers("{D}:993 tls", "{D}:465 tls")),
        dns=srv("_imaps", "0 1 993 @") + srv("_submissions", "0 1 465 @"),
    ),
    Case(
        "servers next to a sub-domain are its own",
        "staff.srv-parent.example",
        discovered("srv", servers("imap.srv-parent.example:993 tls", "smtp.{D}:465 tls")),
        zones={
            "srv-parent.example": NODATA
            + srv("_imaps", "0 1 993 imap", at="staff")
            + srv("_submissions", "0 1 465 smtp.staff", at="staff")
        },
    ),
    Case(
        "a server of a provider that is known leads to the provider",
        "srv-known.example",
        discovered("srv", FASTMAIL, provider="fastmail"),
        dns=srv("_imaps", "0 1 993 imap.fastmail.com.")
        + srv("_submissions", "0 1 465 smtp.fastmail.com."),
    ),
    Case(
        "with a known provider's mailbox a stranger does not get what is sent",
        "srv-known-half.example",
        discovered("srv", FASTMAIL, provider="fastmail"),
        dns=srv("_imaps", "0 1 993 imap.fastmail.com.")
        + srv("_submissions", "0 1 465 smtp.stranger.example."),
    ),
    Case(
        "a server of one's own provider leads to it",
        "srv-custom.example",
        discovered("srv", servers("imap.acme.example:993 tls", None), provider="acme"),
        dns=srv("_imaps", "0 1 993 imap.acme.example."),
        typed=("provider add acme --incoming imap.acme.example",),
    ),
    Case(
        "servers at a private address are named, and not connected to",
        "srv-private.example",
        discovered("srv", OWN),
        dns=IMAPS + SUBMISSIONS + addresses("imap", "127.0.0.1", "::1") + "smtp A 10.0.0.1\n",
    ),
    Case(
        "SRV outweighs a document",
        "srv-outweighs.example",
        discovered("srv", OWN),
        dns=IMAPS + SUBMISSIONS,
        sites=autoconfig(client_config(imap("other.{D}:993 SSL"), smtp("other.{D}:465 SSL"))),
    ),
    Case(
        "a mailbox without a way to send is an answer",
        "srv-receiving.example",
        discovered("srv", servers("imap.{D}:993 tls", None)),
        dns=IMAPS,
    ),
    Case(
        "a document with both servers outweighs SRV with one",
        "srv-half.example",
        discovered("autoconfig", OWN, srv="box.srv-half.example:993"),
        dns=srv("_imaps", "0 1 993 box"),
        sites=autoconfig(OWN_CONFIG),
    ),
)

FOREIGN = (
    Case(
        "servers of a foreign domain need a person's word",
        "srv-foreign.example",
        foreign("imap.stranger.example:993 tls", "smtp.stranger.example:465 tls"),
        dns=srv("_imaps", "0 1 993 imap.stranger.example.")
        + srv("_submissions", "0 1 465 smtp.stranger.example."),
    ),
    Case(
        "a foreign server for sending spoils a mailbox of one's own",
        "srv-foreign-sending.example",
        foreign("imap.{D}:993 tls", "smtp.stranger.example:465 tls"),
        dns=IMAPS + srv("_submissions", "0 1 465 smtp.stranger.example."),
    ),
    Case(
        "a foreign server that begins like one's own needs a person's word",
        "srv-prefix.example",
        foreign("imap.srv-prefix.example.evil.test:993 tls", "smtp.{D}:465 tls"),
        dns=srv("_imaps", "0 1 993 imap.srv-prefix.example.evil.test.") + SUBMISSIONS,
    ),
    Case(
        "a foreign server that ends like one's own needs a person's word",
        "srv-suffix.example",
        foreign("imap.evilsrv-suffix.example:993 tls", "smtp.{D}:465 tls"),
        dns=srv("_imaps", "0 1 993 imap.evilsrv-suffix.example.") + SUBMISSIONS,
    ),
    Case(
        "a look-alike of a provider's server needs a person's word",
        "srv-look-alike.example",
        foreign("imap.fastmail.com.evil.test:993 tls", None),
        dns=srv("_imaps", "0 1 993 imap.fastmail.com.evil.test."),
    ),
    Case(
        "next to each other under a public suffix is foreign",
        "srv-suffixed.co.uk",
        foreign("imap.other-srv.co.uk:993 tls", "smtp.{D}:465 tls"),
        dns=srv("_imaps", "0 1 993 imap.other-srv.co.uk.") + SUBMISSIONS,
    ),
    Case(
        "customers of a shared name are foreign to each other",
        "srv-tenant.github.io",
        foreign("imap.other-tenant.github.io:993 tls", None),
        dns=srv("_imaps", "0 1 993 imap.other-tenant.github.io."),
    ),
    Case(
        "a car park that has every service needs a person's word",
        "srv-wildcard.example",
        foreign("parking.example:443 tls", "parking.example:443 tls"),
        dns=NODATA + "* SRV 0 1 443 parking.example.\n",
    ),
    Case(
        "a wildcard of one's own that has every service needs a person's word",
        "srv-own-wildcard.example",
        suggested(
            None,
            Method.SRV,
            step="srv",
            outcome=Outcome.UNTRUSTED,
            settings=servers("mail.{D}:993 tls", "mail.{D}:993 tls"),
            says={"srv": "one port for two services"},
        ),
        dns=NODATA + "* SRV 0 1 993 mail\n",
    ),
    Case(
        "a domain's own document outweighs foreign servers in SRV",
        "srv-foreign-document.example",
        discovered("autoconfig", OWN, srv="not under"),
        dns=srv("_imaps", "0 1 993 imap.stranger.example."),
        sites=autoconfig(),
    ),
)

REFUSED = (
    Case(
        "a domain may say that it offers nothing",
        "srv-nothing.example",
        nothing(srv=Outcome.MISS, says={"srv": "offers no IMAP"}),
        dns=NODATA
        + "".join(
            srv(service, "0 0 0 .")
            for service in ("_imaps", "_imap", "_submissions", "_submission")
        ),
    ),
    Case(
        "servers for sending alone are no mailbox",
        "srv-sending.example",
        nothing(srv=Outcome.NODATA),
        dns=SUBMISSIONS,
    ),
    Case(
        "POP3 alone is no mailbox",
        "srv-pop3.example",
        nothing(srv=Outcome.NODATA),
        dns=srv("_pop3s", "0 1 995 pop") + srv("_pop3", "0 1 110 pop") + SUBMISSIONS,
    ),
    Case(
        "a server at port 0 is none",
        "srv-port0.example",
        nothing(srv=Outcome.MISS),
        dns=srv("_imaps", "0 1 0 imap"),
    ),
    Case(
        "SRV of the domain above is not asked for",
        "below.srv-above.example",
        nothing(mx=Outcome.NODATA, srv=Outcome.NODATA),
        zones={
            "srv-above.example": IMAPS
            + SUBMISSIONS
            + mx("10 smtp.google.com.")
            + "below TXT exists\n"
        },
    ),
)


def _literal(number: int, target: str) -> Case:
    return Case(
        f"SRV that names {target} is refused",
        f"srv-literal{number}.example",
        rejected(srv="not the name of a host"),
        dns=srv("_imaps", f"0 1 993 {target}.") + srv("_submissions", f"0 1 465 {target}."),
    )


LITERALS = tuple(
    _literal(number, target)
    for number, target in enumerate(
        (
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0x1",
            "0177.0.0.01",
            "localhost",
            "imap_server.example",
        )
    )
)

CASES = (*TAKEN, *FOREIGN, *REFUSED, *LITERALS)
