"""What is taken from a clientConfig document, and what never is."""

import codecs
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    LoginForm,
    Origin,
    Provider,
    ProviderKind,
    UsernameTemplate,
)
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.autoconfig import (
    ClientConfig,
    NotClientConfig,
    as_provider,
    read_client_config,
)
from mailctl.resolve.bounded_xml import DOCUMENT_MAX

OAUTH2, PASSWORD = AuthMethod.OAUTH2, AuthMethod.PASSWORD


def server(
    protocol: str = "imap",
    *,
    host: str = "imap.acme.example",
    port: str = "993",
    socket: str = "SSL",
    user: str = "%EMAILADDRESS%",
    auth: tuple[str, ...] = ("password-cleartext",),
) -> str:
    tag = "outgoingServer" if protocol == "smtp" else "incomingServer"
    ways = "".join(f"<authentication>{way}</authentication>" for way in auth)
    return (
        f'<{tag} type="{protocol}"><hostname>{host}</hostname><port>{port}</port>'
        f"<socketType>{socket}</socketType><username>{user}</username>{ways}</{tag}>"
    )


SMTP = server("smtp", host="smtp.acme.example", port="587", socket="STARTTLS")


def document(*parts: str, id_: str = ' id="acme.example"', domain: str = "acme.example") -> bytes:
    return (
        f'<?xml version="1.0"?><clientConfig version="1.1"><emailProvider{id_}>'
        f"<domain>{domain}</domain>{''.join(parts)}</emailProvider></clientConfig>"
    ).encode()


def read(*parts: str, domain: str | None = None) -> ClientConfig:
    return read_client_config(document(*parts), domain=domain)


def provider(*parts: str) -> Provider:
    return as_provider(read(*parts), name=ProviderName("acme"), origin=Origin.CUSTOM)


def incoming(*parts: str) -> Endpoint | None:
    found = read(*parts).incoming
    return None if found is None else found.endpoint


def test_a_document_becomes_a_provider() -> None:
    config = read(
        "<displayName> Acme\n Mail </displayName>",
        server("pop3", host="pop.acme.example"),
        server(user="%EMAILLOCALPART%", auth=("OAuth2", "password-cleartext")),
        SMTP.replace("<auth", "<authentication>OAuth2</authentication><auth", 1),
        '<documentation url="https://acme.example/help"><descr>Help</descr></documentation>',
    )
    assert config.id == "acme.example"
    assert config.domains == ("acme.example",)
    assert config.passed_over == ()
    made = as_provider(
        config, name=ProviderName("acme"), origin=Origin.DISCOVERED, domains=("acme.example",)
    )
    assert made == Provider(
        name=ProviderName("acme"),
        title="Acme Mail",
        kind=ProviderKind.IMAP,
        origin=Origin.DISCOVERED,
        incoming=Endpoint("imap.acme.example", 993, Security.TLS),
        submission=Endpoint("smtp.acme.example", 587, Security.STARTTLS),
        login=LoginForm.LOCAL_PART,
        submission_login=LoginForm.ADDRESS,
        auth=(OAUTH2, PASSWORD),
        domains=("acme.example",),
        docs_url="https://acme.example/help",
    )


def test_tls_comes_before_starttls_and_else_the_order_counts() -> None:
    starttls = server(host="a.acme.example", port="143", socket="STARTTLS")
    first, second = server(host="b.acme.example"), server(host="c.acme.example")
    assert incoming(starttls, first, second) == Endpoint("b.acme.example", 993, Security.TLS)
    assert incoming(starttls) == Endpoint("a.acme.example", 143, Security.STARTTLS)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (server(socket="plain"), "imap.acme.example: plain text"),
        (server(socket="never"), "imap.acme.example: no encryption that we know"),
        (server(socket=""), "imap.acme.example: no encryption that we know"),
        (server(port="0"), "imap.acme.example: no port"),
        (server(port="65536"), "imap.acme.example: no port"),
        (server(port="٩٩٣"), "imap.acme.example: no port"),
        (server(port="-1"), "imap.acme.example: no port"),
        (server(auth=("GSSAPI", "NTLM")), "imap.acme.example: no way to sign in that we know"),
        (server(auth=("none", "client-IP-address")), "no way to sign in that we know"),
        (server(auth=("TLS-client-cert",)), "no way to sign in that we know"),
        (server(auth=()), "no way to sign in that we know"),
        (server(host="imap.%EMAILDOMAIN%"), "imap.%EMAILDOMAIN%: it depends on the mail domain"),
        (server("pop3"), "imap.acme.example: pop3 is not spoken here"),
        (server("jmap"), "imap.acme.example: jmap is not spoken here"),
    ],
)
def test_what_cannot_be_used_is_passed_over_and_named(part: str, why: str) -> None:
    config = read(part, SMTP)
    assert config.incoming is None
    (note,) = config.passed_over
    assert note.endswith(why)


@pytest.mark.parametrize(
    "host",
    [
        *("", "localhost", "127.0.0.1", "[::1]", "::1", "0x7f.1", "0x7f.0x1", "2130706433"),
        *("10.0.0.1.", "imap_1.acme.example", "-imap.acme.example", "a..example", "a b.example"),
        *("imap.acme.example:993", "imap.acme.example/x", "user@acme.example", "bücher.example"),
        *("imap.acme.example\x85", "%EMAILADDRESS%", "%EMAILLOCALPART%.example", "*.acme.example"),
        *("xn--0.example", f"{'a' * 64}.example", f"{'a.' * 2000}example"),
    ],
)
def test_a_host_that_is_no_plain_name_is_not_taken(host: str) -> None:
    config = read_client_config(document(server(host=host)), domain="acme.example")
    assert config.incoming is None
    assert config.passed_over


def test_a_host_may_be_made_of_the_mail_domain() -> None:
    config = read(server(host=" IMAP.%EMAILDOMAIN%. "), domain="sub.acme.example")
    assert config.incoming is not None
    assert config.incoming.endpoint.host == "imap.sub.acme.example"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("%EMAILADDRESS%", LoginForm.ADDRESS),
        (" %EMAILADDRESS%\n", LoginForm.ADDRESS),
        ("%EMAILADDRESS", LoginForm.ADDRESS),
        ("%EMAILLOCALPART%", LoginForm.LOCAL_PART),
        ("%EMAILLOCALPART%@%EMAILDOMAIN%", LoginForm.ADDRESS),
        ("%EMAILDOMAIN%\\%EMAILLOCALPART%", UsernameTemplate("{domain}\\{local-part}")),
        ("%EMAILLOCALPART%.%EMAILDOMAIN%", UsernameTemplate("{local-part}.{domain}")),
        ("acme/%EMAILADDRESS%", UsernameTemplate("acme/{address}")),
        ("", LoginForm.MANUAL),
        ("ada", LoginForm.MANUAL),
        ("%EMAILUSER%", LoginForm.MANUAL),
        ("%EMAILLOCALPART", LoginForm.MANUAL),
        ("%EMAILADDRESS%%", LoginForm.MANUAL),
        ("%%EMAILADDRESS%%", LoginForm.MANUAL),
        ("%emailaddress%", LoginForm.MANUAL),
        ("{address}", LoginForm.MANUAL),
        ("%EMAILADDRESS%{x}", LoginForm.MANUAL),
        ("%EMAILADDRESS%\x9b", LoginForm.MANUAL),
        ("%EMAILADDRESS%\n%EMAILDOMAIN%", LoginForm.MANUAL),
        ("%EMAILADDRESS%" + "x" * 300, LoginForm.MANUAL),
    ],
)
def test_a_user_name_is_a_form_or_a_template_or_a_persons_to_say(
    written: str, form: LoginForm | UsernameTemplate
) -> None:
    assert provider(server(user=written)).login == form


@pytest.mark.parametrize(
    ("written", "form"),
    [("Ada@acme.example", LoginForm.ADDRESS), ("ada", LoginForm.LOCAL_PART)],
)
def test_a_server_may_write_out_the_address_that_it_was_told(written: str, form: LoginForm) -> None:
    config = read_client_config(document(server(user=written)), address="ada@acme.example")
    assert config.incoming is not None
    assert config.incoming.login is form


@pytest.mark.parametrize(
    ("written", "auth"),
    [
        (("password-cleartext",), (PASSWORD,)),
        (("plain",), (PASSWORD,)),
        (("password-encrypted", "secure"), (PASSWORD,)),
        (("OAuth2", "password-cleartext"), (OAUTH2, PASSWORD)),
        (("password-cleartext", "OAuth2"), (PASSWORD, OAUTH2)),
        (("NTLM", "password-encrypted", "GSSAPI"), (PASSWORD,)),
        (("future-magic", "oauth2"), (OAUTH2,)),
    ],
)
def test_every_way_to_sign_in_is_read_in_order(
    written: tuple[str, ...], auth: tuple[AuthMethod, ...]
) -> None:
    assert provider(server(auth=written)).auth == auth


def test_of_two_servers_only_the_ways_that_both_take_count() -> None:
    both = server(auth=("OAuth2", "plain")), SMTP
    assert provider(*both).auth == (PASSWORD,)
    assert provider(server(auth=("OAuth2",)), SMTP).auth == (OAUTH2,)


def test_a_service_with_pop_alone_only_sends() -> None:
    made = provider(server("pop3"), SMTP)
    assert (made.can_receive, made.can_send) == (False, True)
    assert made.incoming is None


@pytest.mark.parametrize(
    "part",
    [
        '<incomingServer type="exchange"><ewsURL>{}</ewsURL></incomingServer>',
        '<incomingServer type="ews"><url>{}</url></incomingServer>',
    ],
)
def test_an_exchange_server_is_known_by_its_https_address(part: str) -> None:
    url = "https://mail.acme.example/EWS/Exchange.asmx"
    made = provider(part.format(url))
    assert (made.kind, made.ews_url, made.incoming) == (ProviderKind.EWS, url, None)
    assert made.can_receive
    assert made.can_send
    assert provider(part.format(url), server()).kind is ProviderKind.IMAP
    assert read(part.format(url.replace("https", "http"))).ews_url is None


def test_where_nothing_can_be_used_there_is_no_provider() -> None:
    with pytest.raises(NotClientConfig, match="plain text"):
        provider(server(socket="plain"))
    with pytest.raises(NotClientConfig, match="no server"):
        provider()


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://acme.example/help?a=b#c", True),
        ("http://acme.example/", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://user@acme.example/", False),
        ("https://acme.example:99999/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1", False),
        ("https://acme.example/a b", False),
        ("https://acme.example/\x9b31m", False),
        ("https://acme.example/" + "a" * 3000, False),
        ("", False),
    ],
)
def test_a_help_page_is_a_web_address(url: str, is_taken: bool) -> None:
    found = read(f'<documentation url="{url}"/>').docs_url
    assert found == (url if is_taken else None)


def test_a_name_that_acts_on_a_terminal_is_not_taken() -> None:
    assert read("<displayName>Acme\u202e</displayName>").title is None
    assert read(f"<displayName>{'x' * 300}</displayName>").title is None
    assert read("<displayName>Émile 😀</displayName>").title == "Émile 😀"
    assert provider(server()).title == "acme.example"


def test_a_note_does_not_carry_what_acts_on_a_terminal() -> None:
    (note,) = read(server(host="\x9b31m" + "a" * 500)).passed_over
    assert note.isprintable()
    assert len(note) < 200


def test_domains_come_in_normal_form_and_once() -> None:
    more = "".join(
        f"<domain>{name}</domain>"
        for name in ("ACME.example.", "bücher.example", "nodots", "%EMAILDOMAIN%")
    )
    config = read(more, domain="sub.example")
    assert config.domains == ("acme.example", "xn--bcher-kva.example", "sub.example")
    assert config.passed_over == ("nodots: no mail domain",)
    assert "%EMAILDOMAIN%: no mail domain" in read(more).passed_over


def test_a_document_without_an_id_is_named_by_its_domain() -> None:
    bare = document(server(), id_="")
    assert read_client_config(bare).id == "acme.example"
    assert read_client_config(bare, domain="sub.example").id == "sub.example"
    with pytest.raises(NotClientConfig, match="id"):
        read_client_config(document(server(), id_="", domain=""))


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE clientConfig [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
]><clientConfig>&c;</clientConfig>"""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no XML"),
        (b"\0" * 100, "no XML"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "no XML"),
        (b"<html><body>parked</body></html>", "no clientConfig but html"),
        (b"<clientConfig/>", "no provider"),
        (b"<clientConfig>" + document(), "no XML"),
        (document()[:-1], "no XML"),
        (document() + b"<more/>", "no XML"),
        (LAUGHS, "DTD"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><clientConfig/>', "DTD"),
        (b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://x.example/">%e;]><x/>', "DTD"),
        (b"<clientConfig>&undeclared;</clientConfig>", "no XML"),
        (b"<a>" * 100 + b"</a>" * 100, "too many elements"),
        (b"<a>" + b"<b/>" * 30_000 + b"</a>", "too many elements"),
        (document() + b" " * DOCUMENT_MAX, "larger than 256 KiB"),
        (document().replace(b"Config", b"\xff\xfe"), "no XML"),
        (b'<?xml version="1.0" encoding="shift_jis"?><clientConfig/>', "encoding"),
        (b'<?xml version="1.0" encoding="windows-936"?><clientConfig/>', "encoding"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><clientConfig/>', "encoding"),
        (b'<?xml version="1.0" encoding="iso-8859-99"?><clientConfig/>', "encoding"),
    ],
)
def test_what_is_no_sound_document_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(NotClientConfig) as refused:
        read_client_config(content)
    assert why in refused.value.why


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16", b""),
        ("iso-8859-1", b""),
        ("iso-8859-15", b""),
        ("windows-1252", b""),
    ],
)
def test_a_document_may_be_in_another_encoding(encoding: str, mark: bytes) -> None:
    text = document("<displayName>Käse</displayName>", server()).decode()
    declared = text.replace('"1.0"', f'"1.0" encoding="{encoding}"')
    assert read_client_config(mark + declared.encode(encoding)).title == "Käse"


def test_the_largest_document_is_read_in_no_time() -> None:
    filler = "<domain>%EMAILDOMAIN%</domain>" * 8000
    started = time.process_time()
    config = read_client_config(document(filler, server()), domain="acme.example")
    assert time.process_time() - started < 1
    assert config.domains == ("acme.example",)
    many = "".join(server(host=f"h{number}") for number in range(1000))
    assert len(read(many).passed_over) <= 20


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ODD = st.sampled_from(
    ["%EMAILADDRESS%", "%EMAILDOMAIN%", "%EMAIL", "imap.a.example", "xn--a.example", "https://[",
     "993", "SSL", "plain", "OAuth2", "", "{address}", "::1"]
)  # fmt: skip
TAGS = st.sampled_from(
    ["domain", "hostname", "port", "socketType", "username", "authentication", "ewsURL", "url",
     "displayName", "documentation", "incomingServer", "outgoingServer", "emailProvider"]
)  # fmt: skip


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw an element whose names are those of the format and whose texts are anything."""
    tag, text = draw(TAGS), draw(TEXT | ODD)
    kind = draw(st.sampled_from(["imap", "smtp", "pop3", "ews", "exchange", "<"]) | ODD)
    inner = "".join(draw(st.lists(elements(depth - 1), max_size=4))) if depth else ""
    return f'<{tag} type="{kind}" url="{text}" id="{text}">{text}{inner}</{tag}>'


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with suppress(NotClientConfig):
        read_client_config(content, domain="acme.example")


@given(st.lists(elements(), max_size=5), st.none() | st.just("acme.example"))
def test_no_document_raises_anything_else(parts: list[str], domain: str | None) -> None:
    with suppress(NotClientConfig):
        config = read_client_config(document(server(), *parts), domain=domain)
        made = as_provider(config, name=ProviderName("acme"), origin=Origin.DISCOVERED)
        for endpoint in (made.incoming, made.submission):
            assert endpoint is None or endpoint.security is not Security.NONE
            assert endpoint is None or endpoint.host.isascii()
        assert all(text.isprintable() for text in (made.title, *config.passed_over))


@given(st.data())
def test_a_document_that_is_broken_anywhere_raises_nothing_else(data: st.DataObject) -> None:
    whole = document(server(), SMTP)
    place = data.draw(st.integers(0, len(whole)))
    with suppress(NotClientConfig):
        read_client_config(whole[:place] + data.draw(st.binary(max_size=4)) + whole[place + 1 :])
