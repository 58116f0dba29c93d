"""What providers say when they refuse: real texts, their cause, and who has to act."""

import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.protocols import diagnoses
from mailctl.protocols.diagnoses import diagnose
from tests.conftest import Run
from tests.rig import faults

TEXTS = [
    # Google
    (("[ALERT] Application-specific password required: https://support.google.com/accounts/answer/"
     "185833 (Failure)"), "app-password-needed", "you"),
    (("5.7.9 Application-specific password required. For more information, go to 5.7.9 "
     "https://support.google.com/mail/?p=InvalidSecondFactor"), "app-password-needed", "you"),
    ("https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp", "app-password-needed",
     "you"),
    (("[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/"
     "78754 (Failure)"), "web-sign-in-needed", "you"),
    ("[WEBALERT https://accounts.google.com/signin/continue] Web login required.",
     "web-sign-in-needed", "you"),
    (("[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and "
     "enable your account for IMAP access. (Failure)"), "imap-off", "you"),
    (("[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator "
     "for questions about this feature. (Failure)"), "imap-off", "you"),
    ("[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", "throttled", "nobody"),
    (("5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to "
     "https://support.google.com/a/answer/166852"), "sending-limit", "nobody"),
    (("5.7.8 Username and Password not accepted. For more information, go to 5.7.8 "
     "https://support.google.com/mail/?p=BadCredentials"), "wrong-password", "you"),
    ("https://support.google.com/mail/?p=BadCredentials 1a-2b - gsmtp", "wrong-password", "you"),
    ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "wrong-password", "you"),
    ("[ALERT] Too many simultaneous connections. (Failure)", "too-many-connections", "nobody"),
    # Microsoft
    ("5.7.139 Authentication unsuccessful, basic authentication is disabled. [XX.prod.outlook.com]",
     "passwords-not-taken", "you"),
    ("AUTHENTICATE failed. BasicAuthBlocked", "passwords-not-taken", "you"),
    (("5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. "
     "Visit https://aka.ms/smtp_auth_disabled for more information."), "smtp-sign-in-off",
     "administrator"),
    (("5.7.139 Authentication unsuccessful, user is locked by your organization's security "
     "defaults policy. Contact your administrator."), "passwords-not-taken", "you"),
    ("5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
     "wrong-password", "you"),
    ("User is authenticated but not connected.", "server-trouble", "provider"),
    ("Server Unavailable. 15", "server-trouble", "provider"),
    ("Request is throttled. Suggested Backoff Time: 299961 milliseconds", "throttled", "nobody"),
    ("5.7.60 SMTP; Client does not have permissions to send as this sender", "not-allowed",
     "administrator"),
    ("5.7.3 Authentication unsuccessful [XX.namprd.prod.outlook.com]", "wrong-password", "you"),
    ("LOGIN failed.", "wrong-password", "you"),
    ("AUTHENTICATE failed.", "wrong-password", "you"),
    # Microsoft's issuer
    ("AADSTS50034: The user account {EmailHidden} does not exist in the contoso.com directory.",
     "user-unknown", "you"),
    ("AADSTS90072: User account from identity provider does not exist in tenant.", "user-unknown",
     "you"),
    ("AADSTS50053: The account is locked, you've tried to sign in too many times.", "locked",
     "nobody"),
    ("AADSTS50055: The password is expired.", "password-expired", "you"),
    ("AADSTS50057: The user account is disabled.", "account-off", "administrator"),
    (("AADSTS50076: Due to a configuration change made by your administrator, you must use "
     "multi-factor authentication to access."), "second-factor-needed", "you"),
    ("AADSTS50126: Error validating credentials due to invalid username or password.",
     "wrong-password", "you"),
    ("AADSTS53003: Access has been blocked by Conditional Access policies.", "policy-forbids",
     "administrator"),
    ("AADSTS65001: The user or administrator has not consented to use the application.",
     "consent-needed", "administrator"),
    ("AADSTS700082: The refresh token has expired due to inactivity.", "agreement-ended", "you"),
    ("AADSTS70008: The provided authorization code or refresh token has expired.",
     "agreement-ended", "you"),
    ("AADSTS700016: Application with identifier 'x' was not found in the directory.", "app-wrong",
     "administrator"),
    ("AADSTS7000215: Invalid client secret provided.", "app-wrong", "administrator"),
    ("AADSTS7000222: The provided client secret keys are expired.", "app-wrong", "administrator"),
    ("AADSTS90033: A transient error has occurred. Please try again.", "throttled", "nobody"),
    # Yahoo, AOL, Apple
    ("5.7.0 (#AUTH005) Too many bad auth attempts.", "locked", "nobody"),
    ("LOGIN Server error - Please try again later", "server-trouble", "provider"),
    ("[AUTHORIZATIONFAILED] Please generate an app password to sign in", "app-password-needed",
     "you"),
    ("[AUTHENTICATIONFAILED] LOGIN Invalid credentials", "wrong-password", "you"),
    ("[ALERT] Sign in with an app-specific password", "app-password-needed", "you"),
    # Yandex, Mail.ru
    ("[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=abc", "imap-off",
     "you"),
    ("5.7.8 Error: authentication failed: This user does not have access rights to this service",
     "imap-off", "you"),
    ("[AUTHENTICATIONFAILED] Application password is REQUIRED", "app-password-needed", "you"),
    (("5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / "
     "Application password is REQUIRED"), "app-password-needed", "you"),
    ("NEOBHODIM parol prilozheniya", "app-password-needed", "you"),
    # QQ, NetEase
    (("Login fail. Please use authorization code to login. More information at "
     "http://service.mail.qq.com/cgi-bin/help?subtype=1&no=1001256"), "app-password-needed", "you"),
    (("Login fail. Account is abnormal, service is not open, password is incorrect, login "
     "frequency limited, or system is busy."), "web-sign-in-needed", "you"),
    ("Login fail. Service is not open", "imap-off", "you"),
    ("SELECT Unsafe Login. Please contact kefu@188.com for help", "unknown-client", "you"),
    ("ERR.LOGIN.REQCODE", "app-password-needed", "you"),
    # Others
    ("You are yet to enable IMAP for your account. Please contact your administrator", "imap-off",
     "you"),
    ("authentication failed: IMAP & POP3 not activated", "imap-off", "you"),
    ("Your plan does not include IMAP access", "imap-off-by-plan", "you"),
    ("Two-factor authentication is on: other password please", "app-password-needed", "you"),
    ("[EXPIRED] Password expired", "password-expired", "you"),
    ("[AUTHENTICATIONFAILED] Account is locked", "locked", "nobody"),
    ("Too many failed login attempts", "locked", "nobody"),
    ("[AUTHENTICATIONFAILED] Account has been suspended", "account-off", "administrator"),
    ('{"status":"invalid_token","schemes":"bearer"}', "token-refused", "you"),
    # Dovecot, Courier, Cyrus, Exchange, Postfix, Exim, RFC 5530
    ("[LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
     "too-many-connections", "nobody"),
    ("Maximum connection limit reached for ::ffff:192.0.2.1", "too-many-connections", "nobody"),
    ("[THROTTLED] slow down", "throttled", "nobody"),
    ("[INUSE] Mailbox in use", "in-use", "nobody"),
    ("5.2.2 mailbox full", "mailbox-full", "you"),
    ("[UNAVAILABLE] Temporary authentication failure. [host:2024]", "server-trouble", "provider"),
    ("[UNAVAILABLE] Internal error occurred", "server-trouble", "provider"),
    ("[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
     "encryption-needed", "administrator"),
    ("5.7.0 Must issue a STARTTLS command first", "encryption-needed", "administrator"),
    ("5.7.11 Encryption required for requested authentication mechanism", "encryption-needed",
     "administrator"),
    ("[AUTHORIZATIONFAILED] No permission to authorize as that user", "not-allowed",
     "administrator"),
    ("[CONTACTADMIN] Something is wrong", "account-off", "administrator"),
    ("[AUTHENTICATIONFAILED] Authentication failed.", "wrong-password", "you"),
    ("5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "wrong-password", "you"),
    ("Login failed: authentication failure", "wrong-password", "you"),
    ("Incorrect authentication data", "wrong-password", "you"),
    ("LOGIN failed", "wrong-password", "you"),
    ("Login incorrect", "wrong-password", "you"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "cause", "who"), TEXTS, ids=[text[:60] for text, *_ in TEXTS])
def test_a_real_text_has_its_cause(said: str, cause: str, who: str) -> None:
    found = diagnose(said)
    assert found is not None
    assert (found.cause, found.acts) == (cause, who)
    assert found.step
    assert found.details["cause"] == cause


def test_there_are_as_many_as_promised() -> None:
    assert len(TEXTS) >= 40
    assert len({cause for _, cause, _ in TEXTS}) >= 20


def test_every_row_decides_some_real_text() -> None:
    deciding = {diagnoses.row_of(said) for said, *_ in TEXTS}
    assert set(range(diagnoses.row_count())) - deciding == set()


@pytest.mark.parametrize(
    "said", ["", "OK", "Mailbox does not exist", "command unknown", "🙂", "recipient refused"]
)
def test_other_words_mean_nothing(said: str) -> None:
    assert diagnose(said) is None


def test_the_manual_names_every_cause() -> None:
    manual = Path("docs/diagnoses.md").read_text(encoding="utf-8")
    assert [cause for cause in sorted(diagnoses.all_causes()) if f"`{cause}`" not in manual] == []


@pytest.mark.parametrize(
    ("answer", "code", "cause"),
    [
        (b"NO [ALERT] Application-specific password required", 4, "app-password-needed"),
        (b"NO [ALERT] Your account is not enabled for IMAP use.", 4, "imap-off"),
        (b"NO [AUTHENTICATIONFAILED] nope", 4, "wrong-password"),
        (b"NO [UNAVAILABLE] Temporary authentication failure.", 5, "server-trouble"),
        (b"NO [LIMIT] Maximum number of connections from user+IP exceeded", 5,
         "too-many-connections"),
        (b"BAD User is authenticated but not connected.", 5, "server-trouble"),
    ],
)  # fmt: skip
def test_an_imap_refusal_tells_cause_and_way_out(
    run: Run, answer: bytes, code: int, cause: str
) -> None:
    with faults.login_answered(answer) as port:
        server = f"127.0.0.1:{port}"
        run("provider", "add", "local", "--incoming", server, "--incoming-security", "none")
        ran = run(
            *("account", "add", "ada@local.example", "--provider", "local"),
            *("--password-stdin", "-o", "json"),
            typed="pw",
        )
    error = json.loads(ran.err)["error"]
    assert (ran.code, error["cause"]) == (code, cause)
    assert error["hint"]


@pytest.mark.parametrize(
    ("answer", "code", "cause"),
    [
        ((b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
         b"Tenant."), ExitCode.AUTHORISATION, "smtp-sign-in-off"),
        (b"534 5.7.9 Application-specific password required.", ExitCode.AUTHORISATION,
         "app-password-needed"),
        (b"454 4.7.0 Temporary authentication failure", ExitCode.TEMPORARY, "server-trouble"),
        (b"530 5.7.0 Must issue a STARTTLS command first", ExitCode.REFUSED, "encryption-needed"),
    ],
)  # fmt: skip
def test_an_smtp_refusal_tells_cause_and_way_out(
    run: Run, answer: bytes, code: ExitCode, cause: str
) -> None:
    with faults.smtp({"AUTH": answer}) as port:
        server = f"127.0.0.1:{port}"
        run("provider", "add", "local", "--submission", server, "--submission-security", "none")
        ran = run(
            *("account", "add", "ada@local.example", "--provider", "local"),
            *("--password-stdin", "-o", "json"),
            typed="pw",
        )
    error = json.loads(ran.err)["error"]
    assert (ran.code, error["cause"]) == (code, cause)
