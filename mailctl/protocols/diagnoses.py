"""What a provider's refusal means: its cause, who has to act, and what they do.

Each row is a text that a provider or a server is known to say, without what varies in it.
Sources: the vendors' help pages named in the rows, RFC 5530 (response codes), RFC 3463
(enhanced status codes), https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
(AADSTS), and the sources of Dovecot, Courier, Cyrus, Postfix and Exim.
"""

import re
from dataclasses import replace
from enum import StrEnum
from functools import cache

from mailctl.records import dataclass

_MOST_READ = 4000


class Who(StrEnum):
    """Who has to act."""

    YOU = "you"
    ADMINISTRATOR = "administrator"
    PROVIDER = "provider"
    NOBODY = "nobody"
    """It passes by itself."""


class Kind(StrEnum):
    """Which failure of ours it is."""

    AUTHENTICATION = "authentication"
    BUSY = "busy"
    REFUSED = "refused"


@dataclass(frozen=True)
class Diagnosis:
    """A cause, in words of ours, and the way out."""

    cause: str
    explains: str
    acts: Who
    kind: Kind
    step: str
    url: str | None = None

    @property
    def hint(self) -> str:
        """What a person is told."""
        return f"{self.explains}: {self.step}" + (f" ({self.url})" if self.url else "")

    @property
    def details(self) -> dict[str, object]:
        """What a program is told."""
        return {"cause": self.cause, "who": self.acts, "url": self.url}


def diagnose(said: str) -> Diagnosis | None:
    """Return what the words mean, None where nothing is known of them."""
    text = said[:_MOST_READ]
    for pattern, cause, url in _rows():
        if pattern.search(text):
            return replace(of_cause(cause), url=url)
    return None


def of_cause(cause: str) -> Diagnosis:
    """Return what a cause means that a server says without words."""
    explains, acts, kind, step = _CAUSES[cause]
    return Diagnosis(cause, explains, acts, kind, step)


def all_causes() -> frozenset[str]:
    """Return every cause that there is a row for."""
    return frozenset(cause for _, cause, _ in _ROWS)


def row_of(said: str) -> int | None:
    """Return the number of the row that decides, for the tests."""
    rows = enumerate(_rows())
    return next((number for number, (pattern, *_) in rows if pattern.search(said)), None)


def row_count() -> int:
    """Return how many rows there are."""
    return len(_ROWS)


@cache
def _rows() -> list[tuple[re.Pattern[str], str, str | None]]:
    return [(re.compile(text, re.IGNORECASE), cause, url) for text, cause, url in _ROWS]


_REAUTH = "then: mailctl account reauth ADDRESS"
_BY_OAUTH = "sign in by OAuth: --oauth (mailctl oauth app add --help)"

_CAUSES = {
    "app-password-needed": (
        "the provider wants an app password and not the usual one",
        Who.YOU,
        Kind.AUTHENTICATION,
        f"make one on its web site, {_REAUTH}",
    ),
    "wrong-password": (
        "user name or password is wrong",
        Who.YOU,
        Kind.AUTHENTICATION,
        "check both; many providers want an app password here",
    ),
    "passwords-not-taken": (
        "passwords are no longer taken here",
        Who.YOU,
        Kind.AUTHENTICATION,
        _BY_OAUTH,
    ),
    "token-refused": (
        "the token is no longer good, or for something else",
        Who.YOU,
        Kind.AUTHENTICATION,
        "agree again: mailctl account reauth ADDRESS --oauth",
    ),
    "smtp-sign-in-off": (
        "signing in to send is switched off for the mailbox or the organisation",
        Who.ADMINISTRATOR,
        Kind.AUTHENTICATION,
        "switch it on, or connect the mailbox for reading alone: --no-send",
    ),
    "imap-off": (
        "IMAP is switched off for the mailbox",
        Who.YOU,
        Kind.AUTHENTICATION,
        f"switch it on in the mailbox's settings on the web, {_REAUTH}",
    ),
    "imap-off-by-plan": (
        "the mailbox's plan has no IMAP",
        Who.YOU,
        Kind.AUTHENTICATION,
        "change the plan, or ask who runs the mailbox",
    ),
    "unknown-client": (
        "the provider does not trust programs that it does not know",
        Who.YOU,
        Kind.AUTHENTICATION,
        f"allow mail clients in the mailbox's settings on the web, {_REAUTH}",
    ),
    "web-sign-in-needed": (
        "the provider wants to see you in a browser first",
        Who.YOU,
        Kind.AUTHENTICATION,
        f"sign in on its web site and confirm that it was you, {_REAUTH}",
    ),
    "locked": (
        "the account is locked after too many tries, for a while",
        Who.NOBODY,
        Kind.AUTHENTICATION,
        f"wait, check the password, {_REAUTH}",
    ),
    "account-off": (
        "the account is blocked or does not exist any more",
        Who.ADMINISTRATOR,
        Kind.AUTHENTICATION,
        "ask who runs the mailbox",
    ),
    "user-unknown": (
        "nobody of that name is known there",
        Who.YOU,
        Kind.AUTHENTICATION,
        "check the user name: --login NAME",
    ),
    "password-expired": (
        "the password has expired",
        Who.YOU,
        Kind.AUTHENTICATION,
        f"set a new one on the web, {_REAUTH}",
    ),
    "second-factor-needed": (
        "the organisation wants a second factor",
        Who.YOU,
        Kind.AUTHENTICATION,
        "agree in a browser: mailctl account reauth ADDRESS --oauth --flow browser",
    ),
    "consent-needed": (
        "you, or your administrator, have not allowed the app to read mail",
        Who.ADMINISTRATOR,
        Kind.AUTHENTICATION,
        "allow it at the issuer, then: mailctl account reauth ADDRESS --oauth",
    ),
    "policy-forbids": (
        "a rule of the organisation forbids it from this machine",
        Who.ADMINISTRATOR,
        Kind.AUTHENTICATION,
        "ask for an exception (conditional access)",
    ),
    "app-wrong": (
        "the OAuth app is not registered as mailctl knows it",
        Who.ADMINISTRATOR,
        Kind.REFUSED,
        "check id, secret and tenant; register it anew: mailctl oauth app add --help",
    ),
    "agreement-ended": (
        "what was agreed has ended or was taken back",
        Who.YOU,
        Kind.AUTHENTICATION,
        "agree again: mailctl account reauth ADDRESS --oauth",
    ),
    "encryption-needed": (
        "no password is taken without encryption",
        Who.ADMINISTRATOR,
        Kind.REFUSED,
        "set the provider to tls or starttls: mailctl provider set NAME --incoming-security tls",
    ),
    "not-allowed": (
        "the sign-in is right, the mailbox is not open to it",
        Who.ADMINISTRATOR,
        Kind.AUTHENTICATION,
        "ask who runs the mailbox for the right to it",
    ),
    "too-many-connections": (
        "too many programs are connected to the mailbox",
        Who.NOBODY,
        Kind.BUSY,
        "close other mail programs, or try again later",
    ),
    "throttled": (
        "the provider asks for a pause",
        Who.NOBODY,
        Kind.BUSY,
        "try again later",
    ),
    "server-trouble": (
        "the server has trouble of its own",
        Who.PROVIDER,
        Kind.BUSY,
        "try again later",
    ),
    "in-use": (
        "another program holds the mailbox",
        Who.NOBODY,
        Kind.BUSY,
        "try again later",
    ),
    "sending-limit": (
        "the mailbox has sent as much as it may for now",
        Who.NOBODY,
        Kind.BUSY,
        "try again tomorrow",
    ),
    "mailbox-full": (
        "the mailbox is full",
        Who.YOU,
        Kind.BUSY,
        "make room in it",
    ),
}

_GOOGLE_APP = "https://support.google.com/accounts/answer/185833"
_GOOGLE_IMAP = "https://support.google.com/mail/answer/7126229"
_GOOGLE_WEB = "https://support.google.com/mail/answer/7126229"
_GOOGLE_LIMITS = "https://support.google.com/a/answer/1071518"
_EXO_BASIC = (
    "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/"
    "deprecation-of-basic-authentication-exchange-online"
)
_EXO_SMTP = "https://aka.ms/smtp_auth_disabled"
_YAHOO_APP = "https://help.yahoo.com/kb/SLN15241.html"
_YANDEX_APP = "https://yandex.com/support/id/authorization/app-passwords.html"
_YANDEX_IMAP = "https://yandex.com/support/mail/mail-clients/others.html"
_MAIL_RU_APP = "https://help.mail.ru/mail/security/protection/external"
_ICLOUD_APP = "https://support.apple.com/102654"
_QQ_CODE = "https://service.mail.qq.com/detail/0/75"
_NETEASE = "https://help.mail.163.com/faq.do?m=list&categoryID=90"
_ZOHO_IMAP = "https://www.zoho.com/mail/help/imap-access.html"
_GMX_IMAP = "https://support.gmx.com/pop-imap/toggle.html"

# The more particular first: a text is what its first row says.
_ROWS: tuple[tuple[str, str, str | None], ...] = (
    # Google
    (r"application-specific password required", "app-password-needed", _GOOGLE_APP),
    (r"invalidsecondfactor", "app-password-needed", _GOOGLE_APP),
    (
        r"please log in via your web browser|web login ?required|webalert",
        "web-sign-in-needed",
        _GOOGLE_WEB,
    ),
    (r"not enabled for imap use|imap access is disabled for your domain", "imap-off", _GOOGLE_IMAP),
    (r"exceeded (?:command or )?bandwidth limits", "throttled", _GOOGLE_LIMITS),
    (r"daily (?:user )?sending (?:quota|limit) exceeded", "sending-limit", _GOOGLE_LIMITS),
    (r"username and password not accepted", "wrong-password", _GOOGLE_APP),
    (r"badcredentials", "wrong-password", _GOOGLE_APP),
    # Microsoft 365 and Outlook.com
    (r"basic authentication is disabled|basicauthblocked", "passwords-not-taken", _EXO_BASIC),
    (r"smtpclientauthentication is disabled", "smtp-sign-in-off", _EXO_SMTP),
    (r"security defaults policy", "passwords-not-taken", _EXO_BASIC),
    (r"user is authenticated but not connected", "server-trouble", None),
    (r"server unavailable\. 1\d", "server-trouble", None),
    (r"suggested backoff time", "throttled", None),
    (r"5\.7\.139", "wrong-password", _EXO_BASIC),
    (r"5\.7\.60|client does not have permissions to send as", "not-allowed", None),
    # Microsoft's issuer
    (r"aadsts(?:50034|50020|50059|90072)\b", "user-unknown", None),
    (r"aadsts50053\b", "locked", None),
    (r"aadsts(?:50055|50144)\b", "password-expired", None),
    (r"aadsts50057\b", "account-off", None),
    (r"aadsts(?:50076|50079|50072|50074|50158)\b", "second-factor-needed", None),
    (r"aadsts50126\b", "wrong-password", None),
    (r"aadsts(?:53000|53001|53003|530034|50105)\b", "policy-forbids", None),
    (r"aadsts(?:65001|65004|90094|900941)\b", "consent-needed", None),
    (r"aadsts(?:50173|70000|70008|700081|700082|700084|54005)\b", "agreement-ended", None),
    (r"aadsts(?:700016|7000215|7000222|7000218|90002|9002313|900144|50011)\b", "app-wrong", None),
    (r"aadsts(?:90033|50196|90055)\b", "throttled", None),
    # Yahoo and AOL
    (r"#auth005|too many bad auth attempts", "locked", _YAHOO_APP),
    (r"login server error", "server-trouble", None),
    (r"please (?:generate|use) an? app password", "app-password-needed", _YAHOO_APP),
    # Apple
    (r"app-specific password", "app-password-needed", _ICLOUD_APP),
    # Yandex and Mail.ru
    (r"invalid credentials or imap is disabled", "imap-off", _YANDEX_IMAP),
    (r"does not have access rights to this service", "imap-off", _YANDEX_IMAP),
    (r"application password is required", "app-password-needed", _YANDEX_APP),
    (
        r"neobhodim parol prilozheniya|help\.mail\.ru/\S*external",
        "app-password-needed",
        _MAIL_RU_APP,
    ),
    # QQ and NetEase
    (r"use authorization code|authorization code to log ?in", "app-password-needed", _QQ_CODE),
    (r"account is abnormal", "web-sign-in-needed", _QQ_CODE),
    (r"service is not open|login frequency limited", "imap-off", _QQ_CODE),
    (r"unsafe login", "unknown-client", _NETEASE),
    (r"err\.(?:login\.(?:passerr|reqcode)|authcode)", "app-password-needed", _NETEASE),
    # Others
    (r"you are yet to enable imap|imap access disabled|enable imap", "imap-off", _ZOHO_IMAP),
    (
        r"imap (?:&|and)? ?pop3 (?:access )?(?:is )?(?:not activated|disabled)|pop3/imap",
        "imap-off",
        _GMX_IMAP,
    ),
    (r"plan does not (?:include|support) imap|upgrade .{0,40}\bimap\b", "imap-off-by-plan", None),
    (r"two.?factor|2fa|second factor", "app-password-needed", None),
    (r"password (?:has )?expired|\[expired\]", "password-expired", None),
    (r"account (?:is |has been )?(?:locked|temporarily blocked)", "locked", None),
    (r"too many (?:failed|invalid|unsuccessful) (?:login|auth)", "locked", None),
    (
        r"(?:account|mailbox|user) (?:is |has been )?(?:disabled|suspended|blocked|deactivated)",
        "account-off",
        None,
    ),
    (r"\"status\":\"(?:400|401|invalid_token)\"|invalid_token", "token-refused", None),
    # Dovecot, Courier, Cyrus, Exchange, and RFC 5530
    (r"maximum (?:number of connections|connection limit)", "too-many-connections", None),
    (r"too many (?:simultaneous |concurrent |open )?connections", "too-many-connections", None),
    (r"\[(?:throttled|limit)\]|rate limit|throttled", "throttled", None),
    (r"\[inuse\]|mailbox (?:is )?(?:locked|in use)|already in use", "in-use", None),
    (r"\[overquota\]|mailbox full|quota exceeded|over quota", "mailbox-full", None),
    (r"temporary authentication failure|4\.7\.0 temporary", "server-trouble", None),
    (r"\[unavailable\]|temporar(?:y|ily)|try again later|\[serverbug\]", "server-trouble", None),
    (
        r"\[privacyrequired\]|plaintext authentication disallowed|must issue a starttls",
        "encryption-needed",
        None,
    ),
    (r"encryption required|5\.7\.11\b", "encryption-needed", None),
    (r"\[(?:authorizationfailed|noperm)\]|not permitted|no permission", "not-allowed", None),
    (r"\[contactadmin\]", "account-off", None),
    (r"\[authenticationfailed\]|authentication ?fail(?:ed|ure)", "wrong-password", None),
    (
        r"(?:incorrect|invalid|bad) (?:authentication data|username|password|credentials|login)",
        "wrong-password",
        None,
    ),
    (r"log[io]n (?:failed|failure|denied|incorrect|invalid)", "wrong-password", None),
    (
        r"authenticate failed|authentication (?:unsuccessful|credentials invalid|rejected)",
        "wrong-password",
        None,
    ),
)
