"""apply, diff, export: things as files declare them, once, and nothing the second time."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.rig import Rig

EVERYTHING = r"""
providers:
  - name: acme
    title: Acme Mail
    incoming: imap.acme.example
    submission: smtp.acme.example:465
    submission_security: tls
    login: '{domain}\{local-part}'
    mx: [mx.acme.example]
    domains: [acme.example]
domains:
  - {domain: teams.acme.example, provider: gmail, includes_subdomains: true}
oauth_apps:
  - {name: google, client_id: abc, secret: "env:CLIENT", scopes: [a, b]}
record_types:
  - {name: invoice, mask: "INV-###", fields: [amount]}
link_rules:
  - {name: invoices, match: '(INV-\d{3})', to: "record:invoice", in: subject}
enrich_policies:
  - {field: phone, policy: auto:0.95}
  - {field: address, policy: off}
companies:
  - name: Acme
    domains: [acme.example]
    emails: [hello@acme.example|work]
    phones: ['+49 30 1234567 ext. 12|work', '+49 30 7654321']
    tags: [customer]
---
accounts:
  - address: Ada@Acme.example
    provider: acme
    secret: env:PW
    owner: Ada
    settings:
      period: 30d
      aliases: [a@acme.example, b@acme.example]
      signature_text: "@file stays, ${GREETING} and $${LITERAL}\nAda"
  - {address: ben@gmail.com, secret: "env:PW", enabled: false}
"""


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PW": "x", "CLIENT": "y", "GREETING": "kind regards"}.items():
        monkeypatch.setenv(name, value)


def applied(run: Run, text: str, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code and the objects of `apply -f - WORDS`."""
    ran = run("apply", "-f", "-", *words, "-o", "json", typed=text)
    assert ran.out, ran.err
    objects: list[dict[str, Any]] = json.loads(ran.out)["objects"]
    return ran.code, objects


def results(objects: list[dict[str, Any]]) -> dict[str, str]:
    return {each["name"]: each["result"] for each in objects}


def account(run: Run, address: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run("account", "show", address, "-o", "json").out)
    return shown


@contextmanager
def untouched(home: Path) -> Iterator[None]:
    """Fail if anybody writes to the database: by its version, its bytes and its log."""
    database = home / "mailctl.db"

    def files() -> dict[str, tuple[int, int]]:
        found = (Path(f"{database}{suffix}") for suffix in ("", "-wal"))
        return {each.name: (each.stat().st_size, each.stat().st_mtime_ns) for each in found}

    with closing(sqlite3.connect(database)) as watcher:
        watcher.execute("SELECT count(*) FROM account").fetchone()
        version = watcher.execute("PRAGMA data_version").fetchone()
        before = files()
        yield
        assert watcher.execute("PRAGMA data_version").fetchone() == version
        assert files() == before


def test_everything_is_made_once_and_a_second_run_finds_nothing_to_do(run: Run, home: Path) -> None:
    code, objects = applied(run, EVERYTHING, "--no-verify")
    assert (code, {each["result"] for each in objects}) == (0, {"created"})
    assert [each["kind"] for each in objects] == [
        *("provider", "domain", "domain", "oauth-app", "record-type", "link-rule"),
        *("enrich-policy", "enrich-policy", "company", "account", "account"),
    ]
    with untouched(home):
        code, objects = applied(run, EVERYTHING)
    assert (code, {each["result"] for each in objects}) == (0, {"unchanged"})
    assert all(each["changes"] == [] and each["error"] is None for each in objects)


def test_a_second_run_goes_through_while_somebody_else_holds_the_write_lock(
    run: Run, home: Path
) -> None:
    applied(run, EVERYTHING, "--no-verify")
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert applied(run, EVERYTHING)[0] == 0


@pytest.mark.parametrize("format_", ["yaml", "json", "table"])
def test_what_is_exported_is_unchanged_when_it_is_applied(run: Run, format_: str) -> None:
    applied(run, EVERYTHING, "--no-verify")
    written = run("export", "-o", format_)
    code, objects = applied(run, written.out)
    assert (code, set(results(objects).values())) == (0, {"unchanged"})
    assert len(objects) == 11


def test_an_export_makes_the_same_things_elsewhere(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(run, EVERYTHING, "--no-verify")
    first = run("export").out
    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / "other"))
    assert applied(run, first, "--no-verify")[0] == 0
    assert run("export").out == first


def test_an_export_names_secrets_and_holds_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "tops3cret")
    applied(run, EVERYTHING, "--no-verify")
    exported = run("export").out
    assert "env:PW" in exported
    assert "tops3cret" not in exported


def test_only_what_differs_is_changed_and_told(run: Run) -> None:
    applied(run, EVERYTHING, "--no-verify")
    code, (ada,) = applied(
        run,
        "accounts: [{address: ada@acme.example, owner: Team, settings: {period: , bulk: skip}}]",
    )
    assert (code, ada["result"]) == (0, "updated")
    assert ada["changes"] == [
        {"field": "owner", "before": "Ada", "after": "Team"},
        {"field": "settings.period", "before": "30d", "after": None},
        {"field": "settings.bulk", "before": None, "after": "skip"},
    ]
    settings = account(run, "ada@acme.example")["settings"]
    assert (settings["period"], settings["bulk"]) == ("7d", "skip")
    assert settings["aliases"] == ["a@acme.example", "b@acme.example"], "what is not said stays"


@pytest.mark.parametrize(
    "change",
    [
        "providers: [{name: acme, incoming: imap2.acme.example}]",
        "domains: [{domain: acme.example, provider: fastmail}]",
        "oauth_apps: [{name: google, client_id: other}]",
        "record_types: [{name: invoice, fields: [amount, due]}]",
        "link_rules: [{name: invoices, enabled: false}]",
        "enrich_policies: [{field: phone, policy: auto}]",
        "companies: [{name: Acme, domains: [acme.example, acme.test.example]}]",
        "accounts: [{address: ben@gmail.com, enabled: true}]",
    ],
)
def test_every_kind_of_object_can_be_changed(run: Run, change: str) -> None:
    applied(run, EVERYTHING, "--no-verify")
    code, objects = applied(run, change)
    assert (code, [each["result"] for each in objects]) == (0, ["updated"])
    assert len(objects[0]["changes"]) == 1
    code, objects = applied(run, change)
    assert (code, [each["result"] for each in objects]) == (0, ["unchanged"])


def test_a_dry_run_tells_what_it_would_do_and_does_nothing(run: Run, home: Path) -> None:
    applied(run, EVERYTHING, "--no-verify")
    changes = """
accounts:
- {address: ada@acme.example, owner: Bo}
- {address: c@gmail.com, secret: "env:PW"}
"""
    with untouched(home):
        code, objects = applied(run, changes, "--dry-run")
    assert (code, results(objects)) == (
        0,
        {"ada@acme.example": "updated", "c@gmail.com": "created"},
    )


def test_how_many_ended_how_is_told_on_standard_error(run: Run) -> None:
    made = run("apply", "-f", "-", "--no-verify", typed=EVERYTHING)
    assert made.err == "mailctl: 11 created\n"
    change = "accounts:\n- {address: ada@acme.example, owner: Bo}\n"
    rehearsed = run("apply", "-f", "-", "--prune", "--dry-run", typed=change)
    assert rehearsed.err == "mailctl: dry run, nothing was done: 1 to update, 1 to remove\n"
    differing = run("diff", "-f", "-", "--prune", typed=change)
    assert differing.err == "mailctl: 1 to update, 1 to remove\n"
    assert run("diff", "-f", "-", typed="{}").err == "mailctl: nothing is declared\n"
    assert run("apply", "-f", "-", "--quiet", typed=EVERYTHING).err == ""
    assert run("apply", "-f", "-", "-o", "json", typed=EVERYTHING).err == ""


def test_a_diff_ends_with_1_where_something_differs_and_with_0_where_nothing_does(
    run: Run,
) -> None:
    assert run("diff", "-f", "-", typed=EVERYTHING).code == 1
    applied(run, EVERYTHING, "--no-verify")
    same = run("diff", "-f", "-", typed=EVERYTHING)
    assert (same.code, same.out) == (0, "")
    differing = run("diff", "-f", "-", typed="link_rules:\n- {name: invoices, position: 5}\n")
    assert differing.code == 1
    assert differing.out.splitlines() == [
        "~ link-rule invoices  (<stdin>:2:3)",
        "    position: 10 → 5",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, "Ada\nLovelace", ": Ada …"),
        ("Ada\nLovelace", None, ": Ada … → (default)"),
        ("Ada\nLovelace\nx", "Ada\nKing\nx", ", line 2: Lovelace → King"),
        ("Ada\nLovelace", "Ada\nKing\nx", ", line 2: Lovelace → King …"),
        ("Ada", "Ada\n\nx", ", line 2: (no line) → (empty) …"),
        ("Ada\n\nx", "Ada\nKing\nx", ", line 2: (empty) → King"),
    ],
)
def test_of_a_longer_text_the_first_line_that_differs_is_shown(
    run: Run, before: str | None, after: str | None, shown: str
) -> None:
    def text(signature: str | None) -> str:
        settings = json.dumps({"signature_text": signature})
        return f"accounts: [{{address: a@gmail.com, secret: env:PW, settings: {settings}}}]"

    assert run("apply", "-f", "-", "--no-verify", typed=text(before)).code == 0
    ran = run("diff", "-f", "-", typed=text(after))
    assert ran.out.splitlines()[1:] == [f"    settings.signature_text{shown}"]
    (thing,) = json.loads(run("diff", "-f", "-", "-o", "json", typed=text(after)).out)["objects"]
    (change,) = thing["changes"]
    assert (change["before"], change["after"]) == (before, after)


def test_files_and_directories_are_taken_together(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "teams"
    (directory / "sub").mkdir(parents=True)
    # each refers to what the other declares, whichever is read first
    (directory / "a.yml").write_text(
        "accounts: [{address: ada@x.example, provider: x, secret: env:PW}]"
    )
    (directory / "sub" / "b.json").write_text(
        '{"providers":\t[{\n\t"name": "x",\n\t"incoming": "h.x.example",\n'
        '\t"submission": "h.x.example",\n\t"title": "\\ud83d\\ude00"}]}'
    )
    (directory / ".hidden.yaml").write_text("no: good")
    (tmp_path / "c.yaml").write_text("domains: [{domain: x.example, provider: x}]")
    ran = run("apply", "--no-verify", "-f", str(directory), "-f", str(tmp_path / "c.yaml"))
    assert ran.code == 0, ran.err
    assert json.loads(run("provider", "show", "x", "-o", "json").out)["title"] == "😀"


def test_an_account_that_fails_in_the_middle_leaves_the_others_and_a_rerun_mends_it(
    run: Run, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = [at_the_rig.address(name) for name in ("ada", "ben", "cy")]
    for number, box in enumerate(boxes):
        monkeypatch.setenv(f"PW{number}", box.password)
    monkeypatch.setenv("PW1", "n0t-it")
    text = "accounts:\n" + "".join(
        f"- {{address: {box.address}, provider: {hosting}, secret: 'env:PW{number}'}}\n"
        for number, box in enumerate(boxes)
    )
    code, objects = applied(run, text)
    assert code == ExitCode.PARTIAL
    assert [each["result"] for each in objects] == ["created", "failed", "created"]
    error = objects[1]["error"]
    assert error["code"] == "authentication-refused"
    assert "n0t-it" not in json.dumps(objects)
    monkeypatch.setenv("PW1", boxes[1].password)
    code, objects = applied(run, text)
    assert [each["result"] for each in objects] == ["unchanged", "created", "unchanged"]
    assert code == 0
    assert {account(run, box.address)["state"] for box in boxes} == {"ok"}


def test_a_failing_object_of_a_batch_takes_nothing_of_the_others_along(run: Run) -> None:
    text = """
accounts:
- {address: ada@gmail.com, secret: "env:PW"}
- {address: ben@gmail.com, secret: "env:NOT_THERE"}
- {address: cy@gmail.com, secret: "env:PW"}
"""
    code, objects = applied(run, text, "--no-verify")
    assert code == ExitCode.PARTIAL
    assert [each["result"] for each in objects] == ["created", "failed", "created"]
    said = run("apply", "--no-verify", "-f", "-", typed=text)
    assert said.code == ExitCode.PARTIAL
    assert (
        "mailctl: <stdin>:4:3: account ben@gmail.com: the environment variable NOT_THERE is not set"
    ) in said.err, "among many, which one and where"
    assert said.err.endswith("mailctl: 1 failed, 2 unchanged\n")


def test_where_everything_fails_the_exit_code_is_that_of_the_failure(run: Run) -> None:
    code, _ = applied(run, "accounts: [{address: a@gmail.com, secret: 'env:NO'}]", "--no-verify")
    assert code == ExitCode.AUTHORISATION


def test_a_hint_that_many_failures_share_is_said_once(run: Run) -> None:
    lines = [
        f"- {{address: u{n}@acme.example, provider: gone, secret: 'env:PW'}}\n" for n in range(3)
    ]
    gone = "providers: [{name: gone, incoming: '127.0.0.1:9', incoming_security: none}]\n"
    text = gone + "accounts:\n" + "".join(lines)
    ran = run("apply", "-f", "-", typed=text)
    assert ran.err.count("account u") == 3
    hints = [line for line in ran.err.splitlines() if line.startswith("hint: ")]
    assert len(hints) == 1, ran.err
    _, objects = applied(run, text)
    assert [bool(each["error"]["hint"]) for each in objects[1:]] == [True] * 3


def test_an_account_moves_to_another_provider_and_secret_after_a_sign_in(
    run: Run, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = at_the_rig.address("ada")
    monkeypatch.setenv("NEW", box.password)
    before = f"accounts: [{{address: {box.address}, provider: gmail, secret: 'env:PW'}}]"
    after = f"accounts: [{{address: {box.address}, provider: {hosting}, secret: 'env:NEW'}}]"
    applied(run, before, "--no-verify")
    id_ = account(run, box.address)["id"]
    monkeypatch.setenv("NEW", "wrong")
    code, (moved,) = applied(run, after)
    assert (code, moved["result"]) == (ExitCode.AUTHORISATION, "failed")
    assert account(run, box.address)["provider"] == "gmail"
    monkeypatch.setenv("NEW", box.password)
    code, (moved,) = applied(run, after)
    assert (code, moved["result"]) == (0, "updated")
    assert {each["field"] for each in moved["changes"]} == {"provider", "secret"}
    shown = account(run, box.address)
    assert (shown["id"], shown["provider"], shown["state"]) == (id_, hosting, "ok")


def test_another_secret_and_login_are_tried_before_they_are_stored(
    run: Run, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = at_the_rig.address("ada")
    monkeypatch.setenv("PW", box.password)
    monkeypatch.setenv("NEW", "n0t-it")
    text = f"accounts: [{{address: {box.address}, provider: {hosting}, secret: 'env:PW'}}]"
    assert applied(run, text)[0] == 0
    code, (ada,) = applied(run, text.replace("env:PW", "env:NEW"))
    assert (code, ada["error"]["code"]) == (ExitCode.AUTHORISATION, "authentication-refused")
    assert run("account", "test", box.address).code == 0, "the old one is there still"
    code, (ada,) = applied(run, text.replace("env:PW", "env:NEW"), "--no-verify")
    assert (code, [each["field"] for each in ada["changes"]]) == (0, ["secret"])
    assert account(run, box.address)["state"] == "unverified"
    monkeypatch.setenv("NEW", box.password)
    assert run("account", "test", box.address).code == 0
    login = f"accounts: [{{address: {box.address}, login: nobody@corp.example}}]"
    assert applied(run, login)[1][0]["result"] == "failed"
    assert f"login: {box.address}" in run("export").out


def test_an_account_that_is_to_rest_is_made_without_a_sign_in(
    run: Run, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = at_the_rig.address("gone")
    monkeypatch.setenv("PW", "n0t-it")
    said = f"address: {box.address}, provider: {hosting}, secret: 'env:PW'"
    assert applied(run, f"accounts: [{{{said}}}]")[0] == ExitCode.AUTHORISATION
    assert applied(run, f"accounts: [{{{said}, enabled: false}}]")[0] == 0
    assert account(run, box.address)["state"] == "disabled"


def test_an_account_moves_unseen_where_nothing_is_to_be_tried(run: Run) -> None:
    moving = "accounts: [{address: ada@acme.example, provider: PROVIDER, secret: 'env:PW'}]"
    assert applied(run, moving.replace("PROVIDER", "gmail"), "--no-verify")[0] == 0
    moved = moving.replace("PROVIDER", "fastmail")
    code, (ada,) = applied(run, moved, "--no-verify")
    assert (code, ada["result"]) == (0, "updated")
    shown = account(run, "ada@acme.example")
    assert (shown["provider"], shown["state"]) == ("fastmail", "unverified")
    assert applied(run, moved)[1][0]["result"] == "unchanged"


def test_pruning_wants_to_be_sure_and_takes_only_what_sections_do_not_name(run: Run) -> None:
    applied(run, EVERYTHING, "--no-verify")
    kept = "domains: [{domain: acme.example, provider: acme}]\naccounts: [{address: ben@gmail.com}]"
    refused = run("apply", "-f", "-", "--prune", "-o", "json", typed=kept)
    assert refused.code == ExitCode.GUARD
    gone = json.loads(refused.err)["error"]["removed"]
    assert gone == ["domain teams.acme.example", "account ada@acme.example"]
    assert len(json.loads(run("account", "list", "-o", "json").out)) == 2
    assert run("diff", "-f", "-", "--prune", typed=kept).code == 1

    code, objects = applied(run, kept, "--prune", "--yes")
    assert code == 0
    assert results(objects) == {
        "acme.example": "unchanged",
        "ben@gmail.com": "unchanged",
        "teams.acme.example": "removed",
        "ada@acme.example": "removed",
    }
    listed = json.loads(run("account", "list", "-o", "json").out)
    assert [each["address"] for each in listed] == ["ben@gmail.com"]
    assert json.loads(run("company", "list", "-o", "json").out), "a section not named stays"


def test_a_default_account_is_made_by_saying_so(run: Run) -> None:
    text = """
accounts:
- {address: ada@gmail.com, secret: "env:PW"}
- {address: work@gmail.com, secret: "env:PW", default: true}
"""
    applied(run, text, "--no-verify")
    assert account(run, "work@gmail.com")["default"]
    assert set(results(applied(run, text)[1]).values()) == {"unchanged"}


def test_nothing_is_learned_of_a_domain_by_applying(
    run: Run, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = at_the_rig.address("ada", domain="startup.example")
    monkeypatch.setenv("PW", box.password)
    text = f"accounts: [{{address: {box.address}, provider: {hosting}, secret: 'env:PW'}}]"
    assert applied(run, text)[0] == 0
    assert json.loads(run("provider", "domains", "-o", "json").out) == []


def test_lines_of_json_are_one_an_object(run: Run) -> None:
    ran = run("apply", "--no-verify", "-f", "-", "-o", "ndjson", typed=EVERYTHING)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["kind"] for line in lines][:2] == ["provider", "domain"]


def test_a_thousand_accounts_are_all_there(run: Run) -> None:
    lines = [f"- {{address: user{n}@gmail.com, secret: 'env:PW'}}\n" for n in range(1000)]
    code, objects = applied(run, "accounts:\n" + "".join(lines), "--no-verify")
    assert (code, len(objects)) == (0, 1000)
    assert len(json.loads(run("account", "list", "-o", "json").out)) == 1000
