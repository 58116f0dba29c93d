"""Accounts that sign in by OAuth: every way to agree, renewal, rotation and revocation.

The issuer is Authlib's server; Dovecot and Postfix ask it whose each token is.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run, Spawn
from tests.rig import Mailbox, Rig

ISSUER = "https://oauth.hosting.example"
# Follows the redirects of a real browser, to the port on loopback and no further.
BROWSER = """
import re, ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[1])
url = re.sub("^https://[^/]+", "https://localhost:" + sys.argv[2], sys.argv[3])
context.check_hostname = False
print(urllib.request.urlopen(url, context=context, timeout=20).read().decode())
"""


@pytest.fixture
def corp(run: Run, at_the_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A provider whose issuer is the rig's, an app there, and a browser that agrees at once."""
    add_app(run, "mailctl-public")
    ran = run(
        *("provider", "add", "corp", "--incoming", "mail.hosting.example", "--oauth", "corp"),
        *("--submission", "mail.hosting.example", "--mx", "hosting.example"),
    )
    assert ran.code == 0, ran.err
    assert json.loads(run("provider", "show", "corp", "-o", "json").out)["auth"][0] == "oauth2"
    browser = tmp_path / "browser.py"
    browser.write_text(BROWSER)
    command = f"{sys.executable} {browser} {at_the_rig.ca_file} {at_the_rig.oauth.https_port} %s"
    monkeypatch.setenv("BROWSER", command)
    at_the_rig.oauth.set(lifetime_s=3600, rotates=True)
    return at_the_rig


def add_app(run: Run, client_id: str, *options: str, typed: str | None = None) -> Ran:
    ran = run(
        *("oauth", "app", "add", "corp", "--client-id", client_id, "--scope", "mail"),
        *("--authorization-url", f"{ISSUER}/authorize", "--token-url", f"{ISSUER}/token"),
        *("--device-url", f"{ISSUER}/device/code", *options),
        typed=typed,
    )
    assert ran.code == 0, ran.err
    return ran


def connect(run: Run, rig: Rig, *options: str) -> Mailbox:
    """Connect a mailbox in a browser."""
    box = rig.address("ada")
    ran = run("account", "add", box.address, "--oauth", "--flow", "browser", *options)
    assert ran.code == 0, ran.err
    return box


def account(run: Run, box: Mailbox) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run("account", "show", box.address, "-o", "json").out)
    return shown


def tokens(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("oauth", "status", "-o", "json").out)
    return found


def token_requests(rig: Rig) -> int:
    return sum(line.startswith("POST /token") for line in rig.oauth.requests())


def test_a_person_agrees_in_the_browser_and_mail_flows(run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    shown = account(run, box)
    assert (shown["state"], shown["auth"], shown["oauth_app"]) == ("ok", "oauth2", "corp")
    corp.dovecot.append(box.address, box.password, "INBOX", b"Subject: hi\r\n\r\nx\r\n")
    assert run("sync", "run").code == 0
    assert len(json.loads(run("message", "list", "-o", "json").out)) == 1
    assert "GET /authorize 302" in corp.oauth.requests()


def test_mail_is_sent_and_filed_with_a_token(run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    ran = run("send", "--to", box.address, "--subject", "to myself", "--body", "x", "-o", "json")
    assert ran.code == 0, ran.err
    sent = json.loads(ran.out)
    assert (sent["state"], sent["copy"]["state"]) == ("sent", "filed")
    before = token_requests(corp)
    corp.oauth.expire(box.address)
    ran = run("send", "--to", box.address, "--subject", "again", "--body", "x", "-o", "json")
    assert ran.code == 0, ran.err
    assert (json.loads(ran.out)["state"], token_requests(corp) - before) == ("sent", 1)


def test_the_tokens_are_told_about_but_never_shown(run: Run, corp: Rig) -> None:
    connect(run, corp)
    (one,) = tokens(run)
    assert (one["state"], one["renewable"], one["app"]) == ("valid", True, "corp")
    assert one["scopes"] == ["mail"]


def test_a_browser_with_a_client_secret(run: Run, corp: Rig) -> None:
    run("oauth", "app", "remove", "corp")
    add_app(run, "mailctl-secret", "--client-secret-stdin", typed="shh-client-secret")
    connect(run, corp)
    assert (
        json.loads(run("oauth", "app", "list", "-o", "json").out)[0]["secret"] == "vault:oauth-corp"
    )


def test_an_app_whose_secret_is_wrong_is_refused_by_name(run: Run, corp: Rig) -> None:
    run("oauth", "app", "remove", "corp")
    add_app(run, "mailctl-secret", "--client-secret-stdin", typed="not-it")
    box = corp.address("ada")
    ran = run("account", "add", box.address, "--oauth", "--flow", "browser", "-o", "json")
    error = json.loads(ran.err.splitlines()[-1])["error"]
    assert ran.code == ExitCode.REFUSED
    assert "cannot authenticate" in error["message"]
    assert "mailctl oauth app" in error["hint"]
    assert json.loads(run("account", "list", "-o", "json").out) == []


def test_who_says_no_in_the_browser_gets_no_account(run: Run, corp: Rig) -> None:
    box = corp.address("deny")
    ran = run("account", "add", box.address, "--oauth", "--flow", "browser")
    assert ran.code == ExitCode.AUTHORISATION
    assert "access_denied" in ran.err
    assert json.loads(run("account", "list", "-o", "json").out) == []


def test_a_code_is_typed_in_somewhere_else(spawn: Spawn, run: Run, corp: Rig) -> None:
    box = corp.address("ada")
    before = set(corp.oauth.pending())
    adding = subprocess.Popen(
        spawn.words("account", "add", box.address, "--oauth", "--flow", "device"),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    deadline = time.monotonic() + 20
    while not (given := set(corp.oauth.pending()) - before):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (code,) = given
    corp.oauth.approve(code, box.address)
    out, err = adding.communicate(timeout=30)
    assert adding.returncode == 0, err
    assert code in err
    assert "connected" in out
    assert account(run, box)["state"] == "ok"


def test_an_address_is_pasted_from_a_browser_elsewhere(run: Run, corp: Rig) -> None:
    import ssl
    import urllib.error
    import urllib.request

    box = corp.address("ada")
    words = ["-m", "mailctl", "account", "add", box.address, "--oauth", "--flow", "paste"]
    person = pexpect.spawn(
        sys.executable, words, timeout=20, encoding="utf-8", dimensions=(50, 4000)
    )
    person.expect(r"https://oauth\.hosting\.example/\S+")
    url = str(person.after).replace(ISSUER, f"https://localhost:{corp.oauth.https_port}")
    context = ssl.create_default_context(cafile=corp.ca_file)
    context.check_hostname = False

    class Stays(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object, **__: object) -> None:
            return None

    opener = urllib.request.build_opener(Stays, urllib.request.HTTPSHandler(context=context))
    with pytest.raises(urllib.error.HTTPError) as moved:
        opener.open(url)
    moved.value.close()
    person.expect("Address: ")
    person.sendline(moved.value.headers["Location"])
    person.expect(f"connected {box.address}")
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 0
    assert account(run, box)["state"] == "ok"


def test_a_token_that_still_lasts_is_used_again(run: Run, corp: Rig) -> None:
    connect(run, corp)
    before = token_requests(corp)
    assert run("sync", "run").code == 0
    assert token_requests(corp) == before


def test_a_token_near_its_end_is_renewed_and_the_rotated_one_kept(run: Run, corp: Rig) -> None:
    corp.oauth.set(lifetime_s=60)
    connect(run, corp)
    before = token_requests(corp)
    for _ in range(3):  # each needs the refresh token that the one before brought
        assert run("sync", "run").code == 0
    assert token_requests(corp) == before + 3


def test_an_issuer_that_does_not_rotate_keeps_the_old_refresh_token(run: Run, corp: Rig) -> None:
    corp.oauth.set(lifetime_s=60, rotates=False)
    connect(run, corp)
    for _ in range(2):
        assert run("sync", "run").code == 0


def test_a_token_that_the_server_no_longer_takes_is_renewed_once(run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    corp.oauth.expire(box.address)  # before its time
    before = token_requests(corp)
    assert run("sync", "run").code == 0
    assert token_requests(corp) == before + 1


def test_what_is_revoked_needs_the_person_and_names_the_command(run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    corp.oauth.revoke(box.address)
    ran = run("sync", "run")
    assert ran.code == ExitCode.AUTHORISATION
    shown = account(run, box)
    assert (shown["state"], shown["error_code"]) == ("auth-required", "grant-revoked")
    (status,) = json.loads(run("account", "status", "-o", "json").out)
    assert status["todo"] == f"mailctl account reauth {box.address}"
    assert tokens(run)[0]["state"] == "revoked"
    before = token_requests(corp)
    assert run("sync", "run").code == ExitCode.AUTHORISATION
    assert token_requests(corp) == before  # not tried again by itself
    assert run("account", "reauth", box.address, "--flow", "browser").code == 0
    assert run("sync", "run").code == 0


def test_two_runs_at_once_renew_once(spawn: Spawn, run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    corp.oauth.expire(box.address)
    before = token_requests(corp)
    both = [
        subprocess.Popen(
            spawn.words("account", "test", box.address),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(4)
    ]
    for one in both:
        _, err = one.communicate(timeout=60)
        assert one.returncode == 0, err
    assert token_requests(corp) == before + 1
    assert account(run, box)["state"] == "ok"


def test_a_refresh_token_made_elsewhere_connects_without_anybody(run: Run, corp: Rig) -> None:

    box = connect(run, corp)
    refresh = corp.oauth.secrets()[-1]
    run("account", "remove", box.address, "--yes")
    ran = run(
        *("account", "add", box.address, "--oauth", "--password-stdin", "--no-input", "-o", "json"),
        typed=refresh,
    )
    assert ran.code == 0, ran.err
    assert account(run, box)["auth"] == "oauth2"


def test_nobody_there_to_agree_is_said_with_the_ways_out(run: Run, corp: Rig) -> None:
    box = corp.address("ada")
    for options in ([], ["--no-input"], ["--no-input", "--flow", "device"]):
        ran = run("account", "add", box.address, "--oauth", *options)
        assert ran.code == ExitCode.AUTHORISATION
        assert "--flow device" in ran.err


def test_tokens_need_a_place_that_can_be_written(run: Run, corp: Rig) -> None:
    box = corp.address("ada")
    ran = run("account", "add", box.address, "--oauth", "--flow", "browser", "--secret", "env:X")
    assert ran.code == ExitCode.AUTHORISATION
    assert "--secret vault" in ran.err


def test_an_app_with_an_administrators_word_opens_mailboxes_by_itself(run: Run, corp: Rig) -> None:
    run("oauth", "app", "remove", "corp")
    add_app(
        run,
        "mailctl-daemon",
        *("--grant", "client-credentials", "--client-secret-stdin"),
        typed="shh-daemon-secret",
    )
    box = corp.address("ada")
    corp.oauth.act_for("mailctl-daemon", box.address)
    ran = run("account", "add", box.address, "--no-input", "-o", "json")
    assert ran.code == 0, ran.err
    corp.oauth.set(lifetime_s=60)
    assert run("sync", "run").code == 0


def test_a_google_service_account_opens_mailboxes_by_its_key(
    run: Run, corp: Rig, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    name = f"robot-{os.urandom(4).hex()}@project.iam.gserviceaccount.com"
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    corp.oauth.add_client(name, grants=[grant], public_key=public.decode())
    file = tmp_path / "key.json"
    file.touch(0o600)
    file.write_text(
        json.dumps({"client_email": name, "private_key": private, "private_key_id": "1"})
    )
    ran = run("oauth", "app", "add", "google", "--client-id", name, "--service-account", str(file))
    assert ran.code == 0, ran.err
    box = corp.address("ada", domain="gmail-hosted.example")
    ran = run("account", "add", box.address, "--oauth", "--no-input", "-o", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["provider"] == "gmail"
    assert run("sync", "run").code == 0


@pytest.mark.parametrize(
    ("issuer", "domain", "provider", "options"),
    [
        ("google", "gmail-hosted.example", "gmail", []),
        ("microsoft", "m365.example", "microsoft365", ["--tenant", "contoso.example"]),
    ],
)
def test_the_big_issuers_are_known_by_name(
    run: Run, corp: Rig, issuer: str, domain: str, provider: str, options: list[str]
) -> None:
    ran = run("oauth", "app", "add", issuer, "--client-id", "mailctl-public", *options)
    assert ran.code == 0, ran.err
    box = corp.address("ada", domain=domain)
    words = ("account", "add", box.address, "--oauth", "--flow", "browser", "-o", "json")
    ran = run(*words)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["provider"] == provider
    assert run("account", "test", box.address).code == 0
    if issuer == "microsoft":
        assert "POST /contoso.example/oauth2/v2.0/token 200" in corp.oauth.requests()


def test_an_app_in_use_is_not_removed(run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    ran = run("oauth", "app", "remove", "corp")
    assert ran.code == ExitCode.CONFLICT
    assert box.address in ran.err


def test_a_password_account_goes_over_to_oauth_and_back(run: Run, corp: Rig) -> None:
    box = corp.address("ada")
    run("account", "add", box.address, "--password-stdin", typed=box.password)
    assert account(run, box)["auth"] == "password"
    assert run("account", "reauth", box.address, "--oauth", "--flow", "browser").code == 0
    assert account(run, box)["auth"] == "oauth2"
    assert run("sync", "run").code == 0
    ran = run("account", "reauth", box.address, "--password-stdin", typed=box.password)
    assert ran.code == 0, ran.err
    assert account(run, box)["auth"] == "password"
    assert run("sync", "run").code == 0


def test_a_provider_that_goes_over_to_oauth_drops_the_passwords(
    run: Run, corp: Rig, home: Path
) -> None:
    box = corp.address("ada")
    run("account", "add", box.address, "--password-stdin", typed=box.password)
    assert run("provider", "set", "corp", "--auth", "oauth2").code == 0
    assert json.loads((home / "vault.json").read_text())["secrets"] == {}
    assert account(run, box)["state"] == "auth-required"
    assert run("account", "reauth", box.address, "--flow", "browser").code == 0
    assert (account(run, box)["state"], account(run, box)["auth"]) == ("ok", "oauth2")


def test_no_code_and_no_token_is_written_anywhere_in_the_clear(
    spawn: Spawn, run: Run, corp: Rig, home: Path
) -> None:
    box = connect(run, corp)
    said = ""
    for words in (
        ["account", "show", box.address, "--debug"],
        ["account", "test", box.address, "--debug", "-v"],
        ["sync", "run", "--debug", "-v"],
        ["oauth", "status", "-o", "json"],
    ):
        ran = spawn(*words)
        said += ran.out + ran.err
    corp.oauth.revoke(box.address)
    ran = spawn("sync", "run", "--debug")
    said += ran.out + ran.err
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    secrets = corp.oauth.secrets()
    assert len(secrets) >= 3
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in kept


def oauth_finding(run: Run, *options: str) -> tuple[int, dict[str, Any]]:
    ran = run("doctor", *options, "-o", "json")
    checks = json.loads(ran.out)["checks"]
    return ran.code, next(each for each in checks if each["check"] == "account.oauth")


def test_doctor_tells_until_when_a_token_is_good_and_for_what(run: Run, corp: Rig) -> None:
    connect(run, corp)
    before = token_requests(corp)
    code, found = oauth_finding(run)
    assert (code, found["status"]) == (0, "ok")
    assert found["details"]["scopes"] == ["mail"]
    assert found["details"]["renewable"] is True
    assert found["details"]["expires_at"]
    assert token_requests(corp) == before  # a token that is good is not renewed


def test_doctor_tells_that_a_grant_was_taken_back(run: Run, corp: Rig) -> None:
    box = connect(run, corp)
    corp.oauth.revoke(box.address)
    assert run("sync", "run").code == ExitCode.AUTHORISATION
    code, found = oauth_finding(run, "--offline")
    assert (code, found["status"]) == (ExitCode.AUTHORISATION, "failed")
    assert f"reauth {box.address} --oauth" in found["todo"]
