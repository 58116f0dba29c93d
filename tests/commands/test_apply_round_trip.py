"""export, then apply where nothing is: whatever was declared, the same comes out again."""

import json
from itertools import count as numbers
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from tests.soak import count

_FIRST = numbers()
_CHARACTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
WORD = st.one_of(
    st.sampled_from(["no", "0123", "~", "null", "2026-01-01", "${PW}", "$${PW}", "a: b", "- #x"]),
    st.text(_CHARACTERS, min_size=1, max_size=20).filter(lambda text: bool(text.strip())),
)
NAME = st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True)
LABEL = st.sampled_from(["corp", "startup", "bücher", "例え", "a-b", "x1"])
DOMAIN = st.builds("{}.{}".format, LABEL, st.sampled_from(["example", "test", "co.example"]))
ADDRESS = st.builds("{}@{}".format, st.sampled_from(["ada", "b+c", "jürgen", "O'N.x"]), DOMAIN)
SERVER = st.builds("{}.example:{}".format, NAME, st.integers(1, 65535))
SECRET = st.sampled_from(["env:PW", "command:echo  x"])
FLAG = st.booleans()


def things(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Lists of up to three things, whose first field names each once."""
    name = next(iter(required))
    each = st.fixed_dictionaries(required, optional=optional)
    return st.lists(each, max_size=3, unique_by=lambda thing: str(thing[name]).casefold())


PROVIDERS = things(
    {"name": NAME.map("own-{}".format), "incoming": SERVER},
    {
        "title": WORD,
        "submission": SERVER,
        "submission_security": st.sampled_from(["tls", "starttls"]),
        "login": st.sampled_from(["address", "local-part", "manual", r"{domain}\{local-part}"]),
        "auth": st.lists(st.sampled_from(["password", "app-password"]), min_size=1, unique=True),
        "sign_in_help": WORD,
        "files_sent": FLAG,
    },
)
DOMAINS = things(
    {"domain": DOMAIN, "provider": st.sampled_from(["gmail", "fastmail"])},
    {"includes_subdomains": FLAG},
)
TYPES = things({"name": NAME}, {"mask": st.sampled_from(["D-##", "INV-####"])})
COMPANIES = things(
    {"name": WORD},
    {
        "domains": st.lists(DOMAIN, max_size=2),
        "emails": st.lists(ADDRESS, max_size=2),
        "phones": st.just(["+49 30 1234567 ext. 12|work", "+49 30 7654321"]),
        "addresses": st.lists(WORD, max_size=2),
        "owner": WORD,
        "tags": st.lists(WORD, max_size=3),
    },
)
POLICIES = things(
    {"field": st.sampled_from(["name", "phone", "address", "web"])},
    {"policy": st.sampled_from(["off", "propose", "auto:0.90"])},
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "period": st.sampled_from(["30d", "all", "2026-01-01"]),
        "folders": st.just(["INBOX", "Sent"]),
        "display_name": WORD,
        "signature_text": st.lists(WORD, max_size=3).map("\n".join),
        "send": FLAG,
        "bulk": st.sampled_from(["load", "skip"]),
        "sync_interval": st.sampled_from(["15m", "2h"]),
        "aliases": st.sampled_from([[], ["a@alias.example"], ["a@ü.example", "b@ü.example"]]),
        "blocklist": st.just(["*.ads.example", "x@y.example"]),
    },
)
ACCOUNTS = things(
    {"address": ADDRESS, "provider": st.just("gmail"), "secret": SECRET},
    {
        "login": WORD,
        "owner": st.sampled_from(["Ada", "Bo"]),
        "enabled": FLAG,
        "settings": SETTINGS,
    },
)
EVERYTHING = st.fixed_dictionaries(
    {
        "providers": PROVIDERS,
        "domains": DOMAINS,
        "record_types": TYPES,
        "enrich_policies": POLICIES,
        "companies": COMPANIES,
        "accounts": ACCOUNTS,
    }
)


def literal(value: Any) -> Any:
    """Return the value as it is written so that it means itself."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {name: literal(each) for name, each in value.items()}
    return [literal(each) for each in value] if isinstance(value, list) else value


@settings(
    max_examples=count(12, 100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(everything=EVERYTHING)
def test_what_is_exported_makes_the_same_where_nothing_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, everything: dict[str, Any]
) -> None:
    for policy in everything["enrich_policies"]:
        policy.setdefault("policy", "off")
    taken: set[str] = set()
    for company in everything["companies"]:  # a domain is of one company alone
        free = [each for each in company.get("domains", ()) if each not in taken]
        taken.update(free)
        company["domains"] = free
    monkeypatch.setenv("PW", "tops3cret")
    text = json.dumps(literal(everything))

    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / str(next(_FIRST))))
    made = run("apply", "-f", "-", "--no-verify", typed=text)
    assert made.code == 0, made.err
    assert run("diff", "-f", "-", typed=text).out == ""
    first = run("export").out
    assert "tops3cret" not in first
    assert run("diff", "-f", "-", "--prune", typed=first).out == ""

    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / str(next(_FIRST))))
    again = run("apply", "-f", "-", "--no-verify", typed=first)
    assert again.code == 0, again.err
    assert run("export").out == first


def test_a_default_account_that_does_not_send_is_made_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "x")
    mute = "{secret: 'env:PW', settings: {send: false}, enabled: false, address: "
    text = f"accounts: [{mute}b@gmail.com}}, {mute}a@gmail.com}}]"
    assert run("apply", "-f", "-", "--no-verify", typed=text).code == 0
    first = run("export").out
    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / "other"))
    again = run("apply", "-f", "-", "--no-verify", typed=first)
    assert (again.code, again.err) == (0, "mailctl: 2 created\n")
    assert run("export").out == first
