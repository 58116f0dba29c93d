"""apply: files that are wrong are refused with every mistake and its place, and nothing is done."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run

SOUND = "accounts: [{address: ada@gmail.com, secret: 'env:PW'}]"


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "x")


def mistakes(run: Run, text: str | bytes) -> list[dict[str, Any]]:
    """Return what is said to be wrong, in the order of the places."""
    ran = run("apply", "-f", "-", "--no-verify", "-o", "json", typed=text)
    assert (ran.code, ran.out) == (ExitCode.USAGE, ""), ran.out + ran.err
    error = json.loads(ran.err)["error"]
    assert error["code"] == "bad-declarations"
    found: list[dict[str, Any]] = error["mistakes"]
    return found


def one(run: Run, text: str | bytes) -> tuple[int, int, str]:
    """Return line, column and sentence of the only mistake."""
    (mistake,) = mistakes(run, text)
    return mistake["line"], mistake["column"], mistake["message"]


TWENTY = """\
providers:
  - name: Not A Name
    incoming: imap.acme.example
  - name: acme
    incoming: 'not a host!'
    submision: smtp.acme.example
    auth: [pasword]
  - name: gmail
    incoming: imap.acme.example
  - name: other
    incoming: imap.other.example
    incoming_security: ssl
domains:
  - domain: nodots
    provider: gmail
  - domain: x.example
    provider: nobody
record_types:
  - name: invoice
    mask: '#+#'
link_rules:
  - name: broken
    match: '('
    to: record:invoice
  - name: lost
    match: x
    to: record:unheard
companies:
  - domains: [acme.example]
accounts:
  - address: no address
    secret: env:PW
  - address: ada@gmail.com
  - address: ben@gmail.com
    secret: env:PW
    password: hunter2
  - address: cy@gmail.com
    secret: hunter2
    settings:
      period: soon
      colour: blue
  - address: Ben@gmail.com
    secret: ${NOT_SET}
  - just words
acounts: []
"""
PLACES = [
    *((2, 5), (5, 15), (6, 5), (7, 12), (8, 5), (12, 24)),  # providers
    *((14, 13), (17, 15), (20, 11), (23, 12), (27, 9), (29, 5)),
    *((31, 14), (33, 5), (36, 5), (38, 13), (40, 15), (41, 15)),  # accounts
    *((43, 13), (44, 5), (45, 1)),
]


def test_every_mistake_is_told_with_its_place_and_nothing_is_changed(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(TWENTY)
    ran = run("apply", "--no-verify", "-f", str(file), "-o", "json")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    found = json.loads(ran.err)["error"]["mistakes"]
    places = [(each["line"], each["column"]) for each in found]
    assert places == PLACES, ran.err
    assert {each["file"] for each in found} == {str(file)}
    assert "hunter2" not in ran.err
    for noun in ("account", "record type", "link rule", "company"):
        assert json.loads(run(*noun.split(), "list", "-o", "json").out) == []
    said = run("apply", "--no-verify", "-f", str(file))
    assert said.err.count(f"\n  {file}:") == len(PLACES)
    assert (
        f"  {file}:6:5: provider has no field 'submision' (hint: is submission meant?)" in said.err
    )
    assert f"there are {len(PLACES)} mistakes" in said.err
    assert "hunter2" not in said.err


def test_a_mistake_in_one_file_keeps_all_of_them_from_being_applied(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "b.yaml").write_text("accounts:\n  - {address: b@gmail.com]")
    ran = run("apply", "-f", str(tmp_path), "--no-verify")
    assert ran.code == ExitCode.USAGE
    assert "b.yaml:2:26: this is no YAML" in ran.err
    assert json.loads(run("account", "list", "-o", "json").out) == []


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: b: c", (1, 5), "no YAML"),
        ("- a", (1, 1), "mapping of sections"),
        ("accounts: x", (1, 11), "accounts is a list"),
        ("accounts:\n  a: b", (2, 3), "accounts is a list"),
        ("accounts: [[x]]", (1, 12), "has fields with names"),
        ("x-a: 1\nx-a: 2", (2, 1), "said twice"),
        ("x-a: !!python/object:os.system 1", (1, 6), "means nothing here"),
        ("x-a: &a [*a]", (1, 6), "holds itself"),
        ("{? [a, b] : c}", (1, 4), "a name is one word"),
        ("x-a: ${A B}", (1, 6), "written ${NAME}"),
        ("x-a: 'x ${open'", (1, 6), "written ${NAME}"),
        ("x-a: ${MISSING_HERE}", (1, 6), "MISSING_HERE is not set"),
        (b"x-a: b\nx-b: \xff", (2, 6), "no UTF-8"),
        ("x-a: b\nx-b: a\x01", (2, 7), "control character"),
        ('{"x-a": [1, 2}', (1, 14), "no YAML"),
        ("x-a: " + "[" * 50_000, (1, 1005), "no YAML"),
        ("providers: [{name: p, incoming: [a]}]", (1, 33), "incoming is one value"),
        ("accounts: [{address: , secret: 'env:PW'}]", (1, 12), "has no address"),
        ("enrich_policies: [{field: phone, policy: sometimes}]", (1, 42), "is no policy"),
        ("enrich_policies: [{field: fax, policy: off}]", (1, 27), "field cannot be that"),
        ("enrich_policies: [{policy: off}]", (1, 19), "has no field"),
        ("enrich_policies: [{field: phone}]", (1, 19), "has no policy"),
        ("accounts: [{address: a@gmail.com, default: no idea, secret: 'env:PW'}]", (1, 44), "true"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    run: Run, text: str | bytes, place: tuple[int, int], said: str
) -> None:
    line, column, sentence = one(run, text)
    assert said in sentence
    assert (line, column) == place


@pytest.mark.parametrize("text", ["", "# only a remark\n", "---\n---\n"])
def test_files_in_which_nothing_stands_are_refused_for_what_was_to_write_them_failed(
    run: Run, text: str
) -> None:
    ran = run("apply", "-f", "-", typed=text)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "nothing stands in <stdin>" in ran.err
    assert run("apply", "-f", "-", typed="{}").code == ExitCode.OK


def test_a_thing_declared_twice_is_told_where_it_was_first(run: Run) -> None:
    (mistake,) = mistakes(
        run, f"{SOUND}\n---\naccounts:\n- {{address: ADA@gmail.com, secret: 'env:PW'}}"
    )
    assert (mistake["line"], mistake["hint"]) == (4, "first at <stdin>:1:12")


def test_what_follows_from_a_mistake_is_not_told_as_well(run: Run) -> None:
    text = """
providers: [{name: acme, incoming: '!'}]
domains: [{domain: acme.example, provider: acme}]
"""
    assert one(run, text)[0] == 2


def test_two_defaults_of_one_owner_are_a_mistake(run: Run) -> None:
    text = "accounts:\n" + "".join(
        f"- {{address: {name}@gmail.com, secret: 'env:PW', owner: Ada, default: true}}\n"
        for name in ("a", "b")
    )
    assert one(run, text)[0] == 3


def test_a_secret_in_the_place_of_its_reference_is_never_repeated(run: Run) -> None:
    text = "accounts: [{address: a@gmail.com, secret: 'tops3cret'}]"
    for format_ in ("json", "table"):
        ran = run("apply", "-f", "-", "-o", format_, "--debug", typed=text)
        assert ran.code == ExitCode.USAGE
        assert "tops3cret" not in ran.out + ran.err


def test_laughs_by_the_billion_take_no_memory(run: Run) -> None:
    lines = ["x-0: &l0 [a, a, a, a, a, a, a, a, a, a]"]
    lines += [f"x-{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 15)]
    lines += ["accounts: [{address: a@gmail.com, secret: 'env:PW', settings: {blocklist: *l14}}]"]
    assert "a list of values" in one(run, "\n".join(lines))[2]


@pytest.mark.parametrize("path", ["nowhere.yaml", ""])
def test_a_file_that_is_not_there_is_bad_usage(run: Run, path: str) -> None:
    assert run("apply", "-f", path).code == ExitCode.USAGE


@pytest.mark.parametrize("command", ["apply", "diff"])
def test_files_that_the_shell_expanded_are_told_to_stand_behind_an_f_each(
    run: Run, command: str
) -> None:
    ran = run(command, "-f", "a.yaml", "b.yaml", "c.yaml")
    assert ran.code == ExitCode.USAGE
    assert f"hint: -f stands before each file: mailctl {command} -f A -f B, or -f DIR" in ran.err
    other = run("account", "list", "b.yaml")
    assert "-f" not in other.err


def test_a_directory_without_files_is_bad_usage(run: Run, tmp_path: Path) -> None:
    ran = run("diff", "-f", str(tmp_path))
    assert (ran.code, "no .yaml" in ran.err) == (ExitCode.USAGE, True)


def test_an_export_is_no_table_of_cells(run: Run) -> None:
    assert run("export", "-o", "csv").code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("acounts: []", "is accounts meant?"),
        ("accounts: [{adress: a@gmail.com, secret: 'env:PW'}]", "is address meant?"),
        ("accounts: [{address: a@gmail.com, provider: gmial, secret: 'env:PW'}]", "is gmail"),
        (
            "{providers: [{name: acme, incoming: a.b}], domains: [{domain: a.b, provider: acne}]}",
            "is acme meant?",
        ),
        (
            "accounts: [{address: a@gmail.com, secret: 'env:PW', settings: {peroid: 3d}}]",
            "is period meant?",
        ),
        ("domains: [{domain: '*.a.example', provider: gmail}]", "includes_subdomains: true"),
        ("accounts:\n\t- address: a@gmail.com", "no tabs"),
    ],
)
def test_a_slip_is_one_mistake_that_tells_what_may_be_meant(run: Run, text: str, hint: str) -> None:
    (mistake,) = mistakes(run, text)
    assert hint in mistake["hint"]


def test_what_an_option_names_is_told_in_the_words_of_files(run: Run) -> None:
    (mistake,) = mistakes(run, "providers: [{name: acme}]")
    assert "incoming:" in mistake["hint"]
    assert one(run, "oauth_apps: [{name: google}]")[2] == "the oauth app google has no client_id"


def test_a_section_that_was_left_empty_is_never_pruned(run: Run) -> None:
    assert run("apply", "-f", "-", "--no-verify", typed=SOUND).code == 0
    refused = run("apply", "-f", "-", "--prune", "--yes", typed="accounts:\ndomains: []\n")
    assert refused.code == ExitCode.USAGE
    assert "<stdin>:1:1: nothing stands in accounts" in refused.err
    assert "write accounts: []" in refused.err
    assert len(json.loads(run("account", "list", "-o", "json").out)) == 1
    kept = run("apply", "-f", "-", "--prune", typed=f"accounts:\n---\n{SOUND}")
    assert kept.code == 0, "another document fills it"
    assert run("apply", "-f", "-", "--prune", "--yes", typed="accounts: []").code == 0
    assert json.loads(run("account", "list", "-o", "json").out) == []


def test_a_file_that_is_come_to_twice_is_read_once(run: Run, tmp_path: Path) -> None:
    team = tmp_path / "team"
    team.mkdir()
    (team / "a.yaml").write_text(SOUND)
    (team / "b.yaml").symlink_to("a.yaml")
    (team / "loop").symlink_to(".")
    ran = run("apply", "--no-verify", "-f", str(team), "-f", str(team / "a.yaml"))
    assert (ran.code, ran.err) == (0, "mailctl: 1 created\n")


def test_what_a_link_leads_to_is_declared_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "a.yaml").write_text(SOUND)
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "shared").symlink_to("../shared")
    ran = run("diff", "-f", str(tmp_path / "team"))
    assert ran.err == "mailctl: 1 to create\n"


def test_what_cannot_be_found_in_a_directory_is_refused_for_it_would_be_pruned(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "b.yaml").symlink_to("gone.yaml")
    ran = run("diff", "-f", str(tmp_path))
    assert ran.code == ExitCode.USAGE
    assert "b.yaml cannot be read: No such file" in ran.err


UNKNOWN_FIELD = """
record_types: [{name: deal, fields: [stage]}]
link_rules: [{name: r, match: x, to: 'record:deal', by: amount}]
"""
MADE_BY_TITLE = """
record_types: [{name: deal}]
link_rules: [{name: r, match: x, to: 'record:deal', by: title, create: true}]
"""
ONE_DOMAIN_TWICE = "companies: [{name: A, domains: a.example}, {name: B, domains: a.example}]"
ONE_PATTERN_TWICE = """
providers:
- {name: a, incoming: a.example, mx: [mx.example]}
- {name: b, incoming: b.example, mx: ['*.mx.example']}
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (UNKNOWN_FIELD, "records of type deal have no 'amount' to compare"),
        (MADE_BY_TITLE, "only made by their number"),
        (ONE_DOMAIN_TWICE, "the domain a.example is of the company A already"),
        (ONE_PATTERN_TWICE, "the MX pattern mx.example already names the provider a"),
    ],
)
def test_what_apply_would_refuse_is_refused_by_diff(run: Run, text: str, said: str) -> None:
    ran = run("diff", "-f", "-", typed=text)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert said in ran.err
    assert one(run, text)[2].count(said) == 1


def test_a_rule_may_compare_a_field_that_the_same_file_gives_its_type(run: Run) -> None:
    assert run("apply", "-f", "-", typed="record_types: [{name: deal}]").code == 0
    rule = "link_rules: [{name: r, match: x, to: 'record:deal', by: stage}]\n"
    assert "no 'stage'" in one(run, rule)[2]
    ran = run("apply", "-f", "-", typed=rule + "record_types: [{name: deal, fields: [stage]}]")
    assert ran.code == 0, ran.err


def test_an_mx_pattern_may_go_from_one_provider_to_the_next(run: Run) -> None:
    old = "providers: [{name: a, incoming: a.example, mx: [mx.example]}]"
    assert run("apply", "-f", "-", typed=old).code == 0
    taken = "{name: b, incoming: b.example, mx: [mx.example]}"
    assert "already names the provider a" in one(run, f"providers: [{taken}]")[2]
    ran = run("apply", "-f", "-", typed=f"providers: [{{name: a, mx: []}}, {taken}]")
    assert ran.code == 0, ran.err


A_HAS = "companies: [{name: A, domains: [a.example]}, {name: C}]"
"""A company with a domain."""
SERVED = """
providers: [{name: a, incoming: a.example, mx: [mx.example]}]
accounts: [{address: ada@a.example, provider: a, secret: env:PW}]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SERVED, SERVED.replace("name: a", "name: b").replace("provider: a", "provider: b")),
        (A_HAS, "companies: [{name: B, domains: [b.example, a.example]}, {name: C}]"),
        (A_HAS, "companies: [{name: C, domains: [a.example]}]"),
    ],
)
def test_what_only_one_can_have_passes_from_what_is_pruned_in_one_run(
    run: Run, old: str, new: str
) -> None:
    assert run("apply", "-f", "-", "--no-verify", typed=old).code == 0
    ran = run("apply", "-f", "-", "--no-verify", "--prune", "--yes", typed=new)
    assert ran.code == 0, ran.err
    again = run("diff", "-f", "-", "--prune", typed=new)
    assert again.code == 0, again.out


def test_what_something_else_needs_is_not_pruned_and_takes_nothing_along(run: Run) -> None:
    text = """
providers: [{name: acme, incoming: a.example}]
domains: [{domain: a.example, provider: acme}]
record_types: [{name: deal}]
link_rules: [{name: r, match: x, to: record:deal}]
accounts: [{address: ada@b.example, provider: acme, secret: env:PW}]
"""
    assert run("apply", "-f", "-", "--no-verify", typed=text).code == 0
    for command in (["diff"], ["apply", "--yes"]):
        ran = run(*command, "--prune", "-f", "-", typed="{providers: [], record_types: []}")
        assert ran.code == ExitCode.USAGE
        assert "<stdin>:1:2: provider acme is not declared and would be pruned, and " in ran.err
        assert "account ada@b.example needs it" in ran.err
        assert "domain a.example needs it" in ran.err
        assert "record type deal is not declared" in ran.err
    assert run("diff", "--prune", "-f", "-", typed=text).code == 0
    other = text.replace("acme", "next")
    moved = run("apply", "--prune", "--yes", "--no-verify", "-f", "-", typed=other)
    assert moved.code == 0, moved.err
    nothing = "{providers: [], domains: [], record_types: [], link_rules: [], accounts: []}"
    gone = run("apply", "--prune", "--yes", "-f", "-", typed=nothing)
    assert (gone.code, gone.err) == (0, "mailctl: 5 removed\n")
