"""The catalogue is sound as data, and it tells whose a name, a domain or an exchanger is."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import AuthMethod, LoginForm, MxTrust, Origin, Provider, ProviderKind
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.catalogue import (
    PATH,
    Catalogue,
    MxMatchKind,
    build,
    load,
    mx_index,
)
from mailctl.resolve.platforms import at_domain
from mailctl.resolve.suffixes import SuffixIndex

RAW = json.loads(PATH.read_text(encoding="utf-8"))
PLATFORMS = [*RAW["gateways"], *RAW["forwarders"], *RAW["shared_platforms"]]
SUFFIXES = [suffix for entry in [*RAW["providers"], *PLATFORMS] for suffix in entry.get("mx", ())]
# Of the Public Suffix List what has two labels and lies near our suffixes.
PUBLIC_SUFFIXES = {
    *(f"co.{country}" for country in ("id", "il", "in", "jp", "kr", "nz", "th", "uk", "za")),
    *(f"com.{country}" for country in ("ar", "au", "br", "cn", "co", "hk", "mx", "my", "ph")),
    *(f"com.{country}" for country in ("sg", "tr", "tw", "ua", "vn")),
    *("ne.jp", "net.au", "or.jp"),
}

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)


@pytest.fixture
def catalogue() -> Catalogue:
    return load()


def provider(catalogue: Catalogue, name: str) -> Provider:
    found = catalogue.by_name(name)
    assert found is not None, name
    return found


def mx_owner(catalogue: Catalogue, host: str) -> tuple[str, str] | None:
    match = catalogue.match_mx(host)
    if match is None:
        return None
    return match.kind, match.provider.name if match.provider else match.title


def custom(name: str, *mx: str) -> Provider:
    return Provider(
        ProviderName(name), name.title(), ProviderKind.IMAP, origin=Origin.CUSTOM, mx=mx
    )


# The data


def test_the_source_keeps_to_its_schema() -> None:
    schema = json.loads(PATH.with_name("schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    source = yaml.safe_load(build.SOURCE.read_text(encoding="utf-8"))
    errors = jsonschema.Draft202012Validator(schema).iter_errors(source)
    assert [(list(error.path), error.message) for error in errors] == []


def test_the_schema_refuses_a_field_that_it_does_not_know() -> None:
    schema = json.loads(PATH.with_name("schema.json").read_text(encoding="utf-8"))
    changed = RAW | {"providers": [RAW["providers"][0] | {"colour": "red"}]}
    assert not jsonschema.Draft202012Validator(schema).is_valid(changed)


def test_the_json_is_what_the_yaml_says() -> None:
    assert build.main(["--check"]) == 0


def test_a_stale_json_fails_the_check_and_the_message_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "catalogue.json"
    stale.write_text("{}\n", encoding="utf-8")
    assert build.main(["--check"], result=stale) == 1
    assert "python -m mailctl.resolve.catalogue.build" in capsys.readouterr().err


def test_a_check_changes_nothing(tmp_path: Path) -> None:
    stale = tmp_path / "catalogue.json"
    stale.write_text("{}\n", encoding="utf-8")
    build.main(["--check"], result=stale)
    assert stale.read_text(encoding="utf-8") == "{}\n"


def test_a_build_writes_the_json_that_the_program_loads(tmp_path: Path) -> None:
    fresh = tmp_path / "catalogue.json"
    assert build.main([], result=fresh) == 0
    assert fresh.read_bytes() == PATH.read_bytes()


def test_the_catalogue_is_large_enough_to_be_of_use(catalogue: Catalogue) -> None:
    providers = list(catalogue.providers())
    assert len(providers) >= 140
    assert sum(len(each.domains) for each in providers) >= 850


def test_every_provider_can_be_built_and_found_by_its_name(catalogue: Catalogue) -> None:
    for each in catalogue.providers():
        assert catalogue.by_name(each.name) == each


def test_no_name_occurs_twice() -> None:
    assert twice(entry["name"] for entry in RAW["providers"]) == []


def test_no_domain_belongs_to_two_providers() -> None:
    assert twice(d for entry in RAW["providers"] for d in entry.get("domains", ())) == []


def test_no_exchanger_suffix_occurs_twice() -> None:
    assert twice(SUFFIXES) == []


def test_no_exchanger_suffix_is_public() -> None:
    assert [s for s in SUFFIXES if "." not in s or s in PUBLIC_SUFFIXES] == []


def test_no_provider_repeats_what_a_shorter_suffix_of_its_own_says() -> None:
    for entry in RAW["providers"]:
        own = entry.get("mx", [])
        assert [(s, t) for s in own for t in own if s.endswith(f".{t}")] == [], entry["name"]


def test_every_host_is_plain_letters_digits_and_hyphens(catalogue: Catalogue) -> None:
    plain = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
    hosts = [endpoint.host for each in catalogue.providers() for endpoint in endpoints(each)]
    assert [host for host in hosts if not plain.fullmatch(host)] == []


def test_nobody_needs_plain_text(catalogue: Catalogue) -> None:
    for each in catalogue.providers():
        assert Security.NONE not in {endpoint.security for endpoint in endpoints(each)}, each.name


def test_only_a_bridge_is_on_this_machine(catalogue: Catalogue) -> None:
    local = {
        p.kind for p in catalogue.providers() for e in endpoints(p) if e.host.startswith("127.")
    }
    assert local == {ProviderKind.BRIDGE}


def test_an_exchanger_of_low_confidence_never_chooses_alone() -> None:
    for entry in RAW["providers"]:
        if entry.get("mx_trust") == "auto":
            assert entry["confidence"]["mx"] != "low", entry["name"]


def test_every_issuer_that_a_provider_names_is_described(catalogue: Catalogue) -> None:
    for each in catalogue.providers():
        assert each.oauth is None or catalogue.oauth(each.oauth), each.name


def test_whoever_needs_an_app_password_or_oauth_is_told_how(catalogue: Catalogue) -> None:
    silent = [
        each.name
        for each in catalogue.providers()
        if AuthMethod.PASSWORD not in each.auth and not each.sign_in_help
    ]
    assert silent == []


def twice(items: Iterator[str] | list[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


def endpoints(each: Provider) -> list[Endpoint]:
    other = each.custom_domain
    all_of_them = [each.incoming, each.submission]
    if other:
        all_of_them += [other.incoming, other.submission]
    return [endpoint for endpoint in all_of_them if endpoint]


# By name and by domain


KNOWN = [
    ("gmail", "gmail.com", "imap.gmail.com"),
    ("gmail", "googlemail.com", "imap.gmail.com"),
    ("outlook", "outlook.com", "outlook.office365.com"),
    ("outlook", "hotmail.co.uk", "outlook.office365.com"),
    ("outlook", "live.com", "outlook.office365.com"),
    ("microsoft365", "onmicrosoft.com", "outlook.office365.com"),
    ("yahoo", "yahoo.com", "imap.mail.yahoo.com"),
    ("aol", "aol.com", "imap.aol.com"),
    ("icloud", "icloud.com", "imap.mail.me.com"),
    ("icloud", "me.com", "imap.mail.me.com"),
    ("yandex", "yandex.ru", "imap.yandex.com"),
    ("yandex", "ya.ru", "imap.yandex.com"),
    ("mail-ru", "mail.ru", "imap.mail.ru"),
    ("mail-ru", "inbox.ru", "imap.mail.ru"),
    ("mail-ru", "list.ru", "imap.mail.ru"),
    ("mail-ru", "bk.ru", "imap.mail.ru"),
    ("mail-ru", "internet.ru", "imap.mail.ru"),
    ("mail-ru", "xmail.ru", "imap.mail.ru"),
    ("mail-ru", "mail.ua", "imap.mail.ru"),
    ("mail-ru", "corp.mail.ru", "imap.mail.ru"),
    ("mail-ru", "vk.com", "imap.mail.ru"),
    ("rambler", "rambler.ru", "imap.rambler.ru"),
    ("rambler", "lenta.ru", "imap.rambler.ru"),
    ("gmx", "gmx.de", "imap.gmx.net"),
    ("gmx-com", "gmx.com", "imap.gmx.com"),
    ("web-de", "web.de", "imap.web.de"),
    ("t-online", "t-online.de", "secureimap.t-online.de"),
    ("fastmail", "fastmail.com", "imap.fastmail.com"),
    ("zoho", "zoho.com", "imap.zoho.com"),
    ("zoho-eu", "zoho.eu", "imap.zoho.eu"),
    ("zoho-in", "zoho.in", "imap.zoho.in"),
    ("zoho-au", "zoho.com.au", "imap.zoho.com.au"),
    ("zoho-jp", "zoho.jp", "imap.zoho.jp"),
    ("zoho-ca", "zohocloud.ca", "imap.zohocloud.ca"),
    ("proton", "proton.me", "127.0.0.1"),
    ("posteo", "posteo.de", "posteo.de"),
    ("mailbox-org", "mailbox.org", "imap.mailbox.org"),
    ("ovh", None, "ssl0.ovh.net"),
    ("ionos", "online.de", "imap.ionos.de"),
    ("infomaniak", "ik.me", "mail.infomaniak.com"),
    ("migadu", "migadu.com", "imap.migadu.com"),
    ("gandi", None, "mail.gandi.net"),
    ("orange", "wanadoo.fr", "imap.orange.fr"),
    ("free", "free.fr", "imap.free.fr"),
    ("libero", "libero.it", "imapmail.libero.it"),
    ("aruba", "aruba.it", "imaps.aruba.it"),
    ("comcast", "comcast.net", "imap.comcast.net"),
    ("att", "att.net", "imap.mail.att.net"),
    ("verizon", "verizon.net", "imap.aol.com"),
    ("rackspace", None, "secure.emailsrvr.com"),
    ("godaddy", None, "imap.secureserver.net"),
    ("namecheap", None, "mail.privateemail.com"),
    ("qq", "qq.com", "imap.qq.com"),
    ("netease-163", "163.com", "imap.163.com"),
    ("netease-126", "126.com", "imap.126.com"),
    ("netease-yeah", "yeah.net", "imap.yeah.net"),
    ("aliyun", "aliyun.com", "imap.aliyun.com"),
    ("naver", "naver.com", "imap.naver.com"),
    ("daum", "hanmail.net", "imap.daum.net"),
    ("yahoo-japan", "yahoo.co.jp", "imap.mail.yahoo.co.jp"),
    ("workmail", None, "imap.mail.us-east-1.awsapps.com"),
    ("workmail-us-west", None, "imap.mail.us-west-2.awsapps.com"),
    ("workmail-eu", None, "imap.mail.eu-west-1.awsapps.com"),
]


@pytest.mark.parametrize(("name", "domain", "imap_host"), KNOWN)
def test_a_well_known_provider_has_its_domain_and_its_server(
    catalogue: Catalogue, name: str, domain: str | None, imap_host: str
) -> None:
    found = catalogue.by_domain(domain) if domain else catalogue.by_name(name)
    assert found is not None
    assert found.incoming is not None
    assert (found.name, found.incoming.host) == (name, imap_host)


def test_a_preset_has_all_that_signing_in_takes(catalogue: Catalogue) -> None:
    icloud = provider(catalogue, "icloud")
    assert icloud.origin is Origin.PRESET
    assert icloud.incoming == Endpoint("imap.mail.me.com", 993, Security.TLS)
    assert icloud.submission == Endpoint("smtp.mail.me.com", 587, Security.STARTTLS)
    assert (icloud.login, icloud.submission_login) == (LoginForm.LOCAL_PART, LoginForm.ADDRESS)
    assert icloud.auth == (AuthMethod.APP_PASSWORD,)
    assert icloud.sign_in_help == "Make an app-specific password for your Apple account."
    assert (icloud.mx_trust, icloud.quirks) == (MxTrust.AUTO, "icloud")


def test_a_provider_that_lets_no_program_in_neither_receives_nor_sends(
    catalogue: Catalogue,
) -> None:
    tuta = provider(catalogue, "tuta")
    assert (tuta.kind, tuta.can_receive, tuta.can_send) == (ProviderKind.NONE, False, False)


def test_microsoft_365_is_read_by_imap_and_keeps_its_ews_address(catalogue: Catalogue) -> None:
    microsoft365 = provider(catalogue, "microsoft365")
    assert microsoft365.kind is ProviderKind.IMAP
    assert microsoft365.ews_url == "https://outlook.office365.com/EWS/Exchange.asmx"


def test_an_exchange_server_of_an_organisation_has_no_address_of_its_own(
    catalogue: Catalogue,
) -> None:
    exchange = provider(catalogue, "exchange")
    assert (exchange.kind, exchange.ews_url, exchange.incoming) == (ProviderKind.EWS, None, None)


FILING = {"gmail", "outlook", "microsoft365", "microsoft365-us", "microsoft365-cn", "yandex"}


def test_only_who_is_certain_to_files_what_is_submitted(catalogue: Catalogue) -> None:
    # a mail that they do not have is sent again, so a wrong name here sends it twice
    assert {each.name for each in catalogue.providers() if each.files_sent} == FILING


@pytest.mark.parametrize("name", ["", "nobody", "Gmail", "gmail.com"])
def test_an_unknown_name_finds_nobody(catalogue: Catalogue, name: str) -> None:
    assert catalogue.by_name(name) is None


@pytest.mark.parametrize(
    "domain",
    ["", "com", "example.org", "evilgmail.com", "gmail.com.evil.example", "mail.gmail.com"],
)
def test_a_domain_that_is_not_listed_finds_nobody(catalogue: Catalogue, domain: str) -> None:
    assert catalogue.by_domain(domain) is None


@pytest.mark.parametrize("domain", ["contoso.onmicrosoft.com", "a.b.onmicrosoft.com"])
def test_a_subdomain_counts_where_the_provider_includes_them(
    catalogue: Catalogue, domain: str
) -> None:
    assert catalogue.by_domain(domain) == provider(catalogue, "microsoft365")


def test_a_look_alike_of_an_included_subdomain_finds_nobody(catalogue: Catalogue) -> None:
    assert catalogue.by_domain("evilonmicrosoft.com") is None


def test_yahoo_japan_is_not_yahoo(catalogue: Catalogue) -> None:
    assert "yahoo.co.jp" not in provider(catalogue, "yahoo").domains


# By exchanger


PROVIDER_MX = [
    ("aspmx.l.google.com", "gmail"),
    ("alt1.aspmx.l.google.com", "gmail"),
    ("aspmx2.googlemail.com", "gmail"),
    ("gmail-smtp-in.l.google.com", "gmail"),
    ("smtp.google.com", "gmail"),
    ("outlook-com.olc.protection.outlook.com", "outlook"),
    ("hotmail-com.olc.protection.outlook.com", "outlook"),
    ("contoso-com.mail.protection.outlook.com", "microsoft365"),
    ("contosotest-com.o-v1.mx.microsoft", "microsoft365"),
    ("sdu-dk.i-v1.mx.microsoft", "microsoft365"),
    ("mta5.am0.yahoodns.net", "yahoo"),
    ("mx-eu.mail.am0.yahoodns.net", "yahoo"),
    ("mx-apac.mail.gm0.yahoodns.net", "yahoo"),
    ("mx-biz.mail.am0.yahoodns.net", "yahoo"),
    ("mx-aol.mail.gm0.yahoodns.net", "aol"),
    ("mailin-01.mx.aol.com", "aol"),
    ("ff-ip4-mx-vip1.prodigy.net", "att"),
    ("mx01.mail.icloud.com", "icloud"),
    ("mx1.mail.icloud.com", "icloud"),
    ("in1-smtp.messagingengine.com", "fastmail"),
    ("mx.zoho.com", "zoho"),
    ("smtpin.zoho.com", "zoho"),
    ("mx.zoho.eu", "zoho-eu"),
    ("mx.zoho.in", "zoho-in"),
    ("smtpin.zoho.in", "zoho-in"),
    ("mail.protonmail.ch", "proton"),
    ("mailsec.protonmail.ch", "proton"),
    ("mail.tutanota.de", "tuta"),
    ("home-mx.app.hey.com", "hey"),
    ("mx00.mail.com", "mail-com"),
    ("mx00.gmx.net", "gmx"),
    ("mx-ha02.web.de", "web-de"),
    ("mx00.t-online.de", "t-online"),
    ("mx.freenet.de", "freenet"),
    ("mx01.posteo.de", "posteo"),
    ("mxext1.mailbox.org", "mailbox-org"),
    ("mx00.ionos.de", "ionos"),
    ("mx00.kundenserver.de", "ionos"),
    ("mx00.ionos.com", "ionos-com"),
    ("mx00.ionos.fr", "ionos-fr"),
    ("mailin.rzone.de", "strato"),
    ("sw123.your-server.de", "hetzner"),
    ("mxlb.ispgateway.de", "domainfactory"),
    ("mx1.agenturserver.de", "mittwald"),
    ("mx.1blu.de", "1blu"),
    ("w0123456.kasserver.com", "all-inkl"),
    ("s66.goserver.host", "webgo"),
    ("mxf963.netcup.net", "netcup"),
    ("mx0.webpack.hosteurope.de", "hosteurope"),
    ("mta-gw.infomaniak.ch", "infomaniak"),
    ("mx01.cyon.ch", "cyon"),
    ("mx01.kolabnow.com", "kolabnow"),
    ("smtp-in.orange.fr", "orange"),
    ("mx1.free.fr", "free"),
    ("smtp-in.sfr.fr", "sfr"),
    ("smtpz4.laposte.net", "laposte"),
    ("mx1.mail.ovh.net", "ovh"),
    ("mx1.ovh.net", "ovh"),
    ("spool.mail.gandi.net", "gandi"),
    ("mail8.gandi.net", "gandi"),
    ("smtp-in.libero.it", "libero"),
    ("smtp-in.virgilio.it", "virgilio"),
    ("etb.mail.tiscali.it", "tiscali"),
    ("mx.kpnmail.nl", "kpn"),
    ("mxin5.ziggo.nl", "ziggo"),
    ("mx.soverin.net", "soverin"),
    ("mx1.telenet-ops.be", "telenet"),
    ("mx.bt.prod.cloud.openwave.ai", "bt"),
    ("mx.tt.xion.oxcs.net", "talktalk"),
    ("mail.telia.com", "telia"),
    ("mx1.pub.mailpod12-cph3.one.com", "one-com"),
    ("mx.runbox.com", "runbox"),
    ("mx.yandex.net", "yandex"),
    ("mx.yandex.ru", "yandex"),
    ("emx.mail.ru", "mail-ru"),
    ("mxs.mail.ru", "mail-ru"),
    ("inmx.rambler.ru", "rambler"),
    ("smtp.mailfence.com", "mailfence"),
    ("mx1.hushmail.com", "hushmail"),
    ("aspmx1.migadu.com", "migadu"),
    ("mailserver.purelymail.com", "purelymail"),
    ("arrow.mxrouting.net", "mxroute"),
    ("pb-mx1.pobox.com", "pobox"),
    ("mx1.emailsrvr.com", "rackspace"),
    ("smtp.secureserver.net", "godaddy"),
    ("mailstore1.secureserver.net", "godaddy"),
    ("mx1.privateemail.com", "namecheap"),
    ("mx1.sub4.homie.mail.dreamhost.com", "dreamhost"),
    ("mx1.hostinger.com", "hostinger"),
    ("mx1.titan.email", "titan"),
    ("mx.hover.com.cust.hostedemail.com", "hover"),
    ("inbound-smtp.us-east-1.amazonaws.com", "workmail"),
    ("inbound-smtp.eu-west-1.amazonaws.com", "workmail-eu"),
    ("mx1.larksuite.com", "lark"),
    ("mx1.zone.eu", "zone-ee"),
    ("mx0.123-reg.co.uk", "123-reg"),
    ("mx1.comcast.net", "comcast"),
    ("mx.mx-altice.prod.cloud.synchronoss.net", "optimum"),
    ("extmail.bigpond.com", "bigpond"),
    ("mx3.qq.com", "qq"),
    ("mxbiz1.qq.com", "exmail"),
    ("163mx01.mxmail.netease.com", "netease-163"),
    ("126mx01.mxmail.netease.com", "netease-126"),
    ("yeahmx01.mxmail.netease.com", "netease-yeah"),
    ("qiye163mx01.mxmail.netease.com", "netease-enterprise"),
    ("mx2.mail.aliyun.com", "aliyun"),
    ("mxn.mxhichina.com", "aliyun-enterprise"),
    ("mx1.mail.139.com", "139-mail"),
    ("mx1.naver.com", "naver"),
    ("mx1.mail.yahoo.co.jp", "yahoo-japan"),
    ("mail.rediffmailpro.com", "rediff"),
]

PLATFORM_MX = [
    ("mx0a-00123456.pphosted.com", "gateway", "Proofpoint"),
    ("mx1-us1.ppe-hosted.com", "gateway", "Proofpoint"),
    ("eu-smtp-inbound-1.mimecast.com", "gateway", "Mimecast"),
    ("d123456a.ess.barracudanetworks.com", "gateway", "Barracuda"),
    ("cluster1.eu.messagelabs.com", "gateway", "Broadcom MessageLabs"),
    ("mx1.hc1234-56.iphmx.com", "gateway", "Cisco Secure Email"),
    ("example.in.tmes.trendmicro.eu", "gateway", "Trend Micro"),
    ("mx-01-eu-central-1.prod.hydra.sophos.com", "gateway", "Sophos"),
    ("mx01.hornetsecurity.com", "gateway", "Hornetsecurity"),
    ("mx1.antispamcloud.com", "gateway", "N-able SpamExperts"),
    ("mx10.mailspamprotection.com", "gateway", "SiteGround spam filter"),
    ("route1.mx.cloudflare.net", "forwarder", "Cloudflare Email Routing"),
    ("mx1.improvmx.com", "forwarder", "ImprovMX"),
    ("fwd1.porkbun.com", "forwarder", "Porkbun forwarding"),
    ("mx1.forwardemail.net", "forwarder", "Forward Email"),
    ("eforward1.registrar-servers.com", "forwarder", "Namecheap forwarding"),
    ("mx1.simplelogin.co", "forwarder", "SimpleLogin"),
    ("inbound-smtp.eu-central-1.amazonaws.com", "forwarder", "Amazon SES"),
    ("mxa.mailgun.org", "forwarder", "Mailgun"),
    ("mx.sendgrid.net", "forwarder", "SendGrid"),
    ("inbound.postmarkapp.com", "forwarder", "Postmark"),
    ("mx.vmo2.atmailcloud.com", "shared", "Atmail cloud"),
    ("mx.xion.oxcs.net", "shared", "Open-Xchange cloud"),
    ("mx.xtra.smxcloud.com", "shared", "SMX"),
    ("mx.example.com.cust.hostedemail.com", "shared", "Tucows hosted email"),
]


@pytest.mark.parametrize(("host", "name"), PROVIDER_MX)
def test_an_exchanger_of_a_provider_tells_which(catalogue: Catalogue, host: str, name: str) -> None:
    assert mx_owner(catalogue, host) == ("provider", name)


@pytest.mark.parametrize(("host", "kind", "title"), PLATFORM_MX)
def test_an_exchanger_without_mailboxes_of_its_own_names_no_provider(
    catalogue: Catalogue, host: str, kind: str, title: str
) -> None:
    assert mx_owner(catalogue, host) == (kind, title)


@pytest.mark.parametrize(
    "host",
    [
        "aspmx.l.google.com.evil.example",
        "evilgoogle.com",
        "google.com",
        "evil-l.google.com",
        "xyour-server.de",
        "evil-larksuite.com",
        "larksuite.com.evil.example",
        "mx.evilzoho.com",
        "mail.protection.outlook.com.evil.example",
        "xmail.protection.outlook.com",
        "evil-mx.microsoft",
        "microsoft",
        "mxbiz1-qq.com",
        "mx9.qq.com",
        "mx.evil.mail.com",
        "ec2-192-0-2-1.compute-1.amazonaws.com",
        "inbound-smtp.us-east-1.amazonaws.com.evil.example",
        "aspmx.l.google.com..",
        "aspmx.l.goo\u212ale.com",
        "mail.proto\u0274mail.ch",
        "inbound-smtp.us-east-1.amazonaws.com/evil",
        ".",
        "",
        "com",
    ],
)
def test_a_look_alike_is_nobodys_exchanger(catalogue: Catalogue, host: str) -> None:
    assert catalogue.match_mx(host) is None


def test_a_kelvin_sign_is_not_the_letter_k(catalogue: Catalogue) -> None:
    assert catalogue.match_mx("mx01.\u212aolabnow.com") is None


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("gmr-smtp-in.l.google.com", ("forwarder", "Google and Squarespace domain forwarding")),
        ("gmail-smtp-in.l.google.com", ("provider", "gmail")),
        ("outlook-com.olc.protection.outlook.com", ("provider", "outlook")),
        ("mx-aol.mail.gm0.yahoodns.net", ("provider", "aol")),
        ("exchange.ionos.eu", ("provider", "ionos-exchange")),
        ("mx.tt.xion.oxcs.net", ("provider", "talktalk")),
    ],
)
def test_the_longest_suffix_wins(catalogue: Catalogue, host: str, owner: tuple[str, str]) -> None:
    assert mx_owner(catalogue, host) == owner


@pytest.mark.parametrize(
    "host", ["ASPMX.L.GOOGLE.COM", "aspmx.l.google.com.", "Aspmx.L.Google.com."]
)
def test_letter_case_and_one_trailing_dot_do_not_count(catalogue: Catalogue, host: str) -> None:
    match = catalogue.match_mx(host)
    assert match is not None
    assert (match.kind, match.suffix) == (MxMatchKind.PROVIDER, "l.google.com")


@given(label=LABEL, suffix=st.sampled_from(SUFFIXES))
def test_a_label_before_the_suffix_matches(label: str, suffix: str) -> None:
    match = load().match_mx(f"{label}.{suffix}")
    assert match is not None
    assert match.suffix in {suffix, f"{label}.{suffix}"}


@given(label=LABEL, suffix=st.sampled_from(SUFFIXES))
def test_letters_glued_to_the_suffix_do_not_match_it(label: str, suffix: str) -> None:
    match = load().match_mx(label + suffix)
    assert match is None or match.suffix != suffix


@given(host=st.text(max_size=40))
def test_no_text_breaks_the_match(host: str) -> None:
    match = load().match_mx(host)
    assert match is None or match.suffix in SUFFIXES


# An administrator's own providers


def test_a_custom_pattern_beats_a_preset_of_equal_length(catalogue: Catalogue) -> None:
    own = custom("own", "L.Google.com.")
    match = catalogue.match_mx("aspmx.l.google.com", custom=mx_index([own]))
    assert match is not None
    assert (match.kind, match.suffix, match.provider) == ("provider", "l.google.com", own)


def test_a_custom_pattern_beats_a_gateway_of_equal_length(catalogue: Catalogue) -> None:
    own = custom("own", "pphosted.com")
    match = catalogue.match_mx("mx0a-00123456.pphosted.com", custom=mx_index([own]))
    assert match is not None
    assert match.provider is own


def test_a_longer_preset_beats_a_custom_pattern(catalogue: Catalogue) -> None:
    match = catalogue.match_mx(
        "mx1.mail.icloud.com", custom=mx_index([custom("own", "icloud.com")])
    )
    assert match is not None
    assert match.provider == provider(catalogue, "icloud")


def test_a_custom_pattern_is_found_where_no_preset_matches(catalogue: Catalogue) -> None:
    own = custom("own", "mx.corp.example")
    match = catalogue.match_mx("a.mx.corp.example", custom=mx_index([own]))
    assert match is not None
    assert (match.title, match.provider) == ("Own", own)


def test_a_custom_pattern_that_does_not_match_changes_nothing(catalogue: Catalogue) -> None:
    own = mx_index([custom("own", "corp.example")])
    assert catalogue.match_mx("mx.zoho.eu", custom=own) == catalogue.match_mx("mx.zoho.eu")


def test_of_two_equal_suffixes_in_an_index_the_later_counts() -> None:
    assert SuffixIndex([("a.example", 1), ("A.example.", 2)]).longest("mx.a.example") == (
        "a.example",
        2,
    )


# A domain of the customer's own


def test_a_custom_domain_at_zoho_has_other_servers(catalogue: Catalogue) -> None:
    zoho = at_domain(provider(catalogue, "zoho-eu"), "corp.example")
    assert zoho.incoming == Endpoint("imappro.zoho.eu", 993, Security.TLS)
    assert zoho.submission == Endpoint("smtppro.zoho.eu", 465, Security.TLS)


def test_a_custom_domain_at_icloud_leaves_the_login_to_a_person(catalogue: Catalogue) -> None:
    icloud = at_domain(provider(catalogue, "icloud"), "corp.example")
    assert (icloud.login, icloud.submission_login) == (LoginForm.MANUAL, LoginForm.MANUAL)


def test_the_providers_own_domain_keeps_its_servers(catalogue: Catalogue) -> None:
    zoho = provider(catalogue, "zoho-eu")
    assert at_domain(zoho, "zohomail.eu") is zoho


def test_a_platform_whose_exchanger_is_the_server_is_reached_there(catalogue: Catalogue) -> None:
    found = at_domain(
        provider(catalogue, "all-inkl"), "corp.example", mx_host="W0123456.kasserver.com."
    )
    assert found.incoming == Endpoint("w0123456.kasserver.com", 993, Security.TLS)
    assert found.submission == Endpoint("w0123456.kasserver.com", 465, Security.TLS)


def test_a_platform_whose_exchanger_is_not_known_has_no_server(catalogue: Catalogue) -> None:
    assert at_domain(provider(catalogue, "all-inkl"), "corp.example").incoming is None


def test_a_platform_with_a_server_a_domain_is_reached_under_the_domain(
    catalogue: Catalogue,
) -> None:
    netcup = at_domain(provider(catalogue, "netcup"), "corp.example")
    assert netcup.incoming == Endpoint("mail.corp.example", 993, Security.TLS)


def test_a_server_that_only_the_customer_knows_stays_open(catalogue: Catalogue) -> None:
    assert at_domain(provider(catalogue, "hosteurope"), "corp.example").incoming is None


# OAuth


def test_google_grants_no_device_code_for_mail(catalogue: Catalogue) -> None:
    google = catalogue.oauth("google")
    assert google is not None
    assert (google.device_usable, google.pkce) == (False, True)
    assert google.scopes == ("https://mail.google.com/",)
    assert google.params == {"access_type": "offline", "prompt": "consent"}


def test_an_unknown_issuer_is_none(catalogue: Catalogue) -> None:
    assert catalogue.oauth("nobody") is None


# Cost


def in_a_fresh_process(code: str) -> str:
    """Run `code` with a list `events` of what the interpreter audits."""
    watch = "import sys; events = []; sys.addaudithook(lambda *event: events.append(event))\n"
    ran = subprocess.run(
        [sys.executable, "-c", watch + code], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_a_look_up_opens_no_socket() -> None:
    code = (
        "from mailctl.resolve.catalogue import load\n"
        "assert load().by_domain('gmail.com') and load().match_mx('mx.zoho.eu')\n"
        "print([name for name, _ in events if name.startswith('socket.')])"
    )
    assert in_a_fresh_process(code) == "[]"


def test_importing_the_catalogue_does_not_read_it() -> None:
    code = (
        "import mailctl.resolve.catalogue\n"
        "print([a for n, a in events if n == 'open' and str(a[0]).endswith('catalogue.json')])"
    )
    assert in_a_fresh_process(code) == "[]"


def test_a_look_up_needs_no_yaml() -> None:
    code = (
        "from mailctl.resolve.catalogue import load\n"
        "load().by_domain('gmail.com')\n"
        "print('yaml' in sys.modules)"
    )
    assert in_a_fresh_process(code) == "False"


def test_the_file_is_read_once_a_process() -> None:
    assert load() is load()
