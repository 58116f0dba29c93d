"""apply: accounts whose tokens an app gets by itself, and those whose person has to agree."""

import json

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.rig import Mailbox, Rig

ISSUER = "https://oauth.hosting.example"
TEXT = f"""
oauth_apps:
- name: daemon
  issuer: corp
  client_id: mailctl-daemon
  secret: env:DAEMON_SECRET
  grant: client-credentials
  scopes: [mail]
  authorization_url: {ISSUER}/authorize
  token_url: {ISSUER}/token
providers:
- name: corp
  incoming: mail.hosting.example
  submission: mail.hosting.example
  oauth: corp
accounts:
- {{address: ADDRESS, provider: corp, oauth_app: daemon}}
"""


@pytest.fixture
def box(at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """A mailbox that the app may open."""
    monkeypatch.setenv("DAEMON_SECRET", "shh-daemon-secret")
    made = at_the_rig.address("ada")
    at_the_rig.oauth.act_for("mailctl-daemon", made.address)
    at_the_rig.oauth.set(lifetime_s=3600)
    return made


def test_an_app_signs_in_for_an_account_and_its_tokens_stay_out_of_the_export(
    run: Run, box: Mailbox
) -> None:
    text = TEXT.replace("ADDRESS", box.address)
    ran = run("apply", "-f", "-", "-o", "json", typed=text)
    assert (ran.code, json.loads(ran.out)["created"]) == (0, 3), ran.out
    assert json.loads(run("account", "show", box.address, "-o", "json").out)["state"] == "ok"
    assert run("sync", "run").code == 0
    assert run("diff", "-f", "-", typed=text).code == 0
    exported = run("export").out
    assert "shh-daemon-secret" not in exported
    ran = run("apply", "-f", "-", "-o", "json", typed=exported)
    assert (ran.code, json.loads(ran.out)["unchanged"]) == (0, 3)


def test_where_a_person_has_to_agree_nobody_is_asked(run: Run, box: Mailbox) -> None:
    text = TEXT.replace("ADDRESS", box.address).replace("client-credentials", "person")
    ran = run("apply", "-f", "-", "-o", "json", typed=text)
    assert ran.code == ExitCode.PARTIAL
    failed = json.loads(ran.out)["objects"][-1]
    assert (failed["result"], failed["error"]["code"]) == ("failed", "consent-refused")
    assert f"mailctl account add {box.address} --oauth --app daemon" in failed["error"]["hint"]


def test_how_an_account_with_tokens_is_reached_stays(run: Run, box: Mailbox) -> None:
    text = TEXT.replace("ADDRESS", box.address)
    assert run("apply", "-f", "-", typed=text).code == 0
    moved = text.replace("oauth_app: daemon", "oauth_app: daemon, secret: 'env:DAEMON_SECRET'")
    ran = run("apply", "-f", "-", "-o", "json", typed=moved)
    assert ran.code == ExitCode.PARTIAL
    assert "account reauth" in json.loads(ran.out)["objects"][-1]["error"]["hint"]
