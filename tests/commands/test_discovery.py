"""Servers that a domain names itself: which a password may go to, and what is kept of them."""

import json
import time
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run, Spawn
from tests.rig import Mailbox, Rig
from tests.rig.nameservers import silent_nameserver

OWN, FOREIGN = "own-srv.example", "foreign-srv.example"


@pytest.fixture
def domains(at_the_rig: Rig) -> Rig:
    """The rig, whose hosting.example names its own hosts, and a domain that names a stranger's."""
    imap, smtp = at_the_rig.dovecot.ports.imaps, at_the_rig.postfix.ports.smtps
    at_the_rig.dns.add_zones(
        {
            FOREIGN: f"""
_imaps._tcp SRV 0 1 {imap} mail.hosting.example.
_submissions._tcp SRV 0 1 {smtp} mail.hosting.example.
""",
            OWN: """
_imaps._tcp SRV 0 1 993 mail
_submissions._tcp SRV 0 1 465 mail
mail A 127.0.0.1
""",
        }
    )
    return at_the_rig


def added(run: Run, box: Mailbox, *options: str) -> Ran:
    words = ("account", "add", box.address, "--password-stdin", "--no-input", "-o", "json")
    return run(*words, *options, typed=box.password + "\n")


def providers(run: Run) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(
        run("provider", "list", "--custom", "-o", "json").out
    )
    return listed


def test_servers_under_the_domains_own_name_need_no_choice(run: Run, domains: Rig) -> None:
    box = domains.address("ada", domain="hosting.example")
    ran = added(run, box)
    assert ran.code == ExitCode.OK, ran.err
    account = json.loads(ran.out)
    assert account["resolution"]["method"] == "srv"
    assert account["provider"] == "hosting-example"
    assert account["learned_domain"] is None
    (provider,) = providers(run)
    assert (provider["name"], provider["origin"]) == ("hosting-example", "discovered")
    assert run("sync", "run", box.address).code == ExitCode.OK


def test_a_provider_that_was_discovered_is_stored_once(run: Run, domains: Rig) -> None:
    for name in ("ada", "bob"):
        assert added(run, domains.address(name, domain="hosting.example")).code == ExitCode.OK
    assert len(providers(run)) == 1


def test_what_was_discovered_is_left_to_be_found_again_where_an_export_is_applied(
    run: Run, domains: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = domains.address("ada", domain="hosting.example")
    monkeypatch.setenv("PW", box.password)
    ran = run("account", "add", box.address, "--secret", "env:PW", "--no-input")
    assert ran.code == ExitCode.OK, ran.err
    exported = run("export", "-o", "json").out
    assert json.loads(exported)["providers"] == []
    assert "provider" not in json.loads(exported)["accounts"][0]
    for result in ("unchanged", "created"):
        ran = run("apply", "--prune", "-f", "-", "-o", "json", typed=exported)
        assert (ran.code, json.loads(ran.out)[result]) == (0, 1), ran.out
        monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / "elsewhere"))
    assert [each["origin"] for each in providers(run)] == ["discovered"]


def test_settings_that_nothing_vouches_for_are_shown_and_get_no_password(
    run: Run, domains: Rig
) -> None:
    box = domains.address("ada", domain=FOREIGN)
    ran = added(run, box)
    assert ran.code == ExitCode.GUARD
    error = json.loads(ran.err)["error"]
    assert error["code"] == "untrusted-settings"
    assert error["settings"]["incoming"]["host"] == "mail.hosting.example"
    assert "--trust-discovered" in error["hint"]
    assert box.password not in ran.err
    assert box.address not in domains.dovecot.log_text()
    assert (providers(run), run("account", "list", "-o", "json").out) == ([], "[]\n")


def test_detect_shows_untrusted_settings_with_their_trust(run: Run, domains: Rig) -> None:
    ran = run("provider", "detect", f"ada@{FOREIGN}", "-o", "json")
    assert ran.code == ExitCode.OK
    found = json.loads(ran.out)
    assert (found["provider"], found["method"]) == (None, "srv")
    assert found["trust"] == "unauthenticated"
    assert found["settings"]["incoming"]["host"] == "mail.hosting.example"
    assert "srv" in [s["step"] for s in found["trace"] if s["outcome"] == "untrusted"]


def test_a_word_for_one_account_makes_up_for_trust_and_is_no_word_for_others(
    run: Run, domains: Rig
) -> None:
    ran = added(run, domains.address("ada", domain=FOREIGN), "--trust-discovered")
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["learned_domain"] is None
    ran = added(run, domains.address("bob", domain=FOREIGN))
    assert ran.code == ExitCode.GUARD


def test_a_provider_that_is_named_is_not_learned_where_the_domain_names_its_own(
    run: Run, domains: Rig, hosting: str
) -> None:
    ran = added(run, domains.address("ada", domain="hosting.example"), "--provider", hosting)
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["learned_domain"] is None


def test_a_mapped_provider_that_was_discovered_goes_by_its_name(run: Run, domains: Rig) -> None:
    assert added(run, domains.address("ada", domain="hosting.example")).code == ExitCode.OK
    assert run("provider", "map-domain", "other.example", "hosting-example").code == ExitCode.OK
    ran = run("provider", "detect", "ada@other.example", "-o", "json")
    assert json.loads(ran.out)["provider"] == "hosting-example"


def test_a_command_to_paste_quotes_what_a_shell_would_act_on(run: Run) -> None:
    ran = run("provider", "detect", "a`id`&b@unknown.example", "--offline")
    assert "account add 'a`id`&b@unknown.example' --provider" in ran.err


def test_a_refused_sign_in_keeps_nothing_of_what_was_discovered(run: Run, domains: Rig) -> None:
    box = domains.address("ada", domain=FOREIGN)
    wrong = Mailbox(box.address, "wrong")
    assert added(run, wrong, "--trust-discovered").code == ExitCode.AUTHORISATION
    assert providers(run) == []
    assert json.loads(run("provider", "domains", "-o", "json").out) == []


@pytest.mark.parametrize("options", [(), ("--trust-discovered",)])
def test_a_discovered_server_at_a_private_address_is_not_connected_to(
    run: Run, domains: Rig, options: tuple[str, ...]
) -> None:
    ran = added(run, Mailbox(f"ada@{OWN}", "secret"), *options)
    assert ran.code == ExitCode.GUARD
    error = json.loads(ran.err)["error"]
    assert "private address" in error["message"]
    assert "mailctl provider add" in error["hint"]


def test_without_an_answer_from_dns_the_manual_way_is_named_in_time(spawn: Spawn) -> None:
    started = time.monotonic()
    with silent_nameserver() as nameserver:
        ran = spawn(
            *("provider", "detect", "ada@corp.example", "-o", "json"),
            environment={"MAILCTL_DNS": nameserver},
        )
    assert time.monotonic() - started < 9  # 5 s, and the machine may be busy
    assert ran.code == ExitCode.TEMPORARY
    error = json.loads(ran.err)["error"]
    assert error["code"] == "resolution-unavailable"
    assert "mailctl account add ada@corp.example --provider NAME" in error["hint"]
    steps = {step["step"]: step["outcome"] for step in json.loads(ran.out)["trace"]}
    assert steps["mx"] == "timeout"


def test_the_time_limit_is_a_persons_to_choose(spawn: Spawn) -> None:
    with silent_nameserver() as nameserver:
        started = time.monotonic()
        ran = spawn(
            *("provider", "detect", "ada@corp.example", "--timeout", "1"),
            environment={"MAILCTL_DNS": nameserver},
        )
        assert time.monotonic() - started < 4.5
    assert ran.code == ExitCode.TEMPORARY
    assert "provider map-domain corp.example" in ran.err


@pytest.mark.parametrize("seconds", ["0", "-1", "301", "nan"])
def test_a_time_limit_that_is_none_is_refused(run: Run, seconds: str) -> None:
    assert run("provider", "detect", "a@b.example", "--timeout", seconds).code == ExitCode.USAGE


@pytest.mark.usefixtures("at_the_rig", "hosting")
def test_many_addresses_are_answered_in_their_order(run: Run) -> None:
    typed = "ada@gmail.com\n\nno address\nbob@corp.example\neve@unknown.example\nada@gmail.com\n"
    ran = run("provider", "detect", "-", "-o", "ndjson", typed=typed)
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["address"], row["provider"], row["method"]) for row in rows] == [
        ("ada@gmail.com", "gmail", "preset"),
        ("no address", None, None),
        ("bob@corp.example", "hosting", "mx"),
        ("eve@unknown.example", None, None),
        ("ada@gmail.com", "gmail", "preset"),
    ]
    assert [row["error"] and row["error"]["code"] for row in rows] == [
        None,
        "bad-address",
        None,
        "provider-not-recognised",
        None,
    ]
    assert ran.code == ExitCode.PARTIAL


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ada@gmail.com\nbob@aol.com\n", ExitCode.OK),
        ("", ExitCode.OK),
        ("nonsense\n", ExitCode.USAGE),
        ("ada@corp.example\nnonsense\n", ExitCode.CHOICE_NEEDED),
        (b"ad\xff@gmail.com\n", ExitCode.USAGE),
        (b"ada@gmail.com", ExitCode.OK),
        (b"ada@gmail.com\r\nbob@gmail.com\r\n", ExitCode.OK),
    ],
)
def test_the_exit_code_sums_up_many_addresses(run: Run, typed: str | bytes, code: ExitCode) -> None:
    assert run("provider", "detect", "-", "--offline", "-o", "ndjson", typed=typed).code == code


def test_nothing_is_learned_while_a_name_server_fails_anywhere(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    # MX and SRV have nothing to say; the aliases that the rest needs go round in a loop
    at_the_rig.dns.add_zone(
        "shaky.example", "@ TXT nothing\nautoconfig CNAME auto\nauto CNAME autoconfig"
    )
    ran = added(run, at_the_rig.address("ada", domain="shaky.example"), "--provider", hosting)
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["learned_domain"] is None


def test_a_byte_order_mark_is_no_part_of_the_first_address(run: Run) -> None:
    ran = run("provider", "detect", "-", "-o", "ndjson", typed=b"\xef\xbb\xbfada@gmail.com\n")
    assert json.loads(ran.out)["settings"]["username"] == "ada@gmail.com"


@pytest.mark.parametrize("hidden", ["\ufeff", "\u202e", "\u200b", "\u2066", "\u200f"])
def test_an_address_hides_no_character(run: Run, hidden: str) -> None:
    assert run("provider", "detect", f"a{hidden}da@gmail.com").code == ExitCode.USAGE


@pytest.mark.parametrize("url", ["notaurl", "http://mail.acme.example/EWS", "file:///etc/passwd"])
def test_a_web_service_is_reached_by_https_alone(run: Run, url: str) -> None:
    ran = run("provider", "add", "acme", "--kind", "ews", "--ews-url", url)
    assert ran.code == ExitCode.USAGE


def test_an_address_of_ipv6_is_shown_as_it_is_typed(run: Run) -> None:
    ran = run("provider", "add", "lo", "--incoming", "[::1]:1143")
    assert "[::1]:1143 (tls)" in ran.out


def test_a_path_that_is_empty_imports_nothing(run: Run) -> None:
    assert run("provider", "import", "").code == ExitCode.USAGE
