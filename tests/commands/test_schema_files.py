"""schema files: what an editor may know of a file before apply reads it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mailctl.domain.settings import SETTINGS
from tests.commands.test_apply import EVERYTHING, applied
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "provisioning.md").read_text(encoding="utf-8")
WRITTEN = [
    EVERYTHING,
    (ROOT / "examples" / "provision.yaml").read_text(encoding="utf-8"),
    *(text for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "accounts:" in text),
]


@pytest.fixture
def schema(run: Run) -> dict[str, Any]:
    """What the command prints."""
    printed: dict[str, Any] = json.loads(run("schema", "files").out)
    Draft202012Validator.check_schema(printed)
    return printed


def fits(schema: dict[str, Any], text: str) -> bool:
    return all(Draft202012Validator(schema).is_valid(each) for each in yaml.safe_load_all(text))


@pytest.mark.parametrize("text", WRITTEN)
def test_what_apply_takes_fits(schema: dict[str, Any], text: str) -> None:
    assert len(WRITTEN) == 3
    for document in yaml.safe_load_all(text):
        Draft202012Validator(schema).validate(document)


def test_what_is_exported_fits(
    run: Run, schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PW", "CLIENT", "GREETING"):
        monkeypatch.setenv(name, "x")
    applied(run, EVERYTHING, "--no-verify")
    assert fits(schema, run("export").out)
    assert fits(schema, run("export", "-o", "json").out)


@pytest.mark.parametrize(
    "text",
    [
        "accounts: [{address: a@x.example, settings: {sync-interval: 10m, aliases: [b@x.ex]}}]",
        "accounts: [{address: a@x.example, enabled: 'yes', default: no, owner: , secret: vault}]",
        "accounts: [{address: a@x.example, secret: '${PLACE}', enabled: '${ON}'}]",
        "domains: [{domain: x.example, provider: 163}]",
        "companies: [{name: X, domains: x.example}]",
        "enrich_policies: [{field: phone, policy: off}]",
        "accounts:",
        "x-anything: [1, {a: b}]",
    ],
)
def test_a_word_may_be_written_as_yaml_likes(schema: dict[str, Any], text: str) -> None:
    assert fits(schema, text)


@pytest.mark.parametrize(
    "text",
    [
        "acounts: []",
        "accounts: [{secret: 'env:PW'}]",
        "accounts: [{address: a@x.example, secret: hunter2}]",
        "accounts: [{address: a@x.example, password: hunter2}]",
        "accounts: [{address: a@x.example, default: no idea}]",
        "accounts: [{address: a@x.example, settings: {colour: blue}}]",
        "providers: [{name: x, kind: pop3}]",
        "providers: [{name: x, incoming: [a]}]",
        "enrich_policies: [{field: fax, policy: off}]",
        "accounts: {a: b}",
        "accounts: [words]",
        "[]",
    ],
)
def test_a_mistake_does_not_fit(schema: dict[str, Any], text: str) -> None:
    assert not fits(schema, text)


def test_each_object_has_the_fields_that_apply_takes(run: Run, schema: dict[str, Any]) -> None:
    for section, told in schema["properties"].items():
        ran = run("apply", "-f", "-", "-o", "json", typed=f"{section}: [{{'~': 1}}]")
        hints = [each["hint"] for each in json.loads(ran.err)["error"]["mistakes"]]
        taken = next(hint for hint in hints if hint and hint.startswith("it has "))
        shape = schema["$defs"][told["items"]["$ref"].rpartition("/")[2]]
        assert set(shape["properties"]) == set(taken.removeprefix("it has ").split(", ")), section


def test_the_settings_are_those_of_accounts(schema: dict[str, Any]) -> None:
    known = set(schema["$defs"]["DeclaredAccount"]["properties"]["settings"]["properties"])
    assert known == {*SETTINGS, *(each.attribute for each in SETTINGS.values())}
