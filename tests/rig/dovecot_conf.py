"""The configuration of the rig's Dovecot as text."""

from dataclasses import dataclass
from pathlib import Path

from .authority import Certificate
from .processes import LOOPBACK

# What Dovecot 2.3 offers after login: it cannot take words away, only show another list.
CAPABILITIES = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES "
    "THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN "
    "NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN "
    "CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE "
    "SAVEDATE LITERAL+ NOTIFY SPECIAL-USE COMPRESS=DEFLATE"
)
TOKENS_CONF = "oauth2.conf.ext"
SPECIAL_FOLDERS = ("Drafts", "Sent", "Trash", "Junk")


@dataclass(frozen=True)
class Habits:
    """How one Dovecot differs from the usual one.

    A hidden capability is no longer advertised, yet the server still understands it.
    """

    hide_capabilities: tuple[str, ...] = ()
    failure_delay_s: int = 0
    auth_penalty: bool = False
    connections_per_user: int = 1000
    token_mechanisms: str = "xoauth2 oauthbearer"


@dataclass(frozen=True)
class Ports:
    """Where one Dovecot listens; `auth` speaks Dovecot's own protocol, for Postfix."""

    imaps: int
    imap: int
    lmtp: int
    auth: int


def configuration(
    directory: Path,
    ports: Ports,
    *,
    certificate: Certificate,
    habits: Habits,
    takes_tokens: bool = False,
) -> str:
    """Return dovecot.conf for a server whose files all lie below the directory."""
    return "\n".join(
        (
            _general(directory, certificate, habits, takes_tokens=takes_tokens),
            _services(ports, habits),
            _tokens(directory, habits) if takes_tokens else "",
            _users(directory),
            _folders(),
            _capabilities(habits),
        )
    )


def _general(
    directory: Path, certificate: Certificate, habits: Habits, *, takes_tokens: bool
) -> str:
    token_mechanisms = f" {habits.token_mechanisms}" if takes_tokens else ""
    return f"""
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/log
protocols = imap lmtp
listen = {LOOPBACK}
ssl = yes
ssl_cert = <{certificate.chain_file}
ssl_key = <{certificate.key_file}
disable_plaintext_auth = yes
login_trusted_networks =
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256{token_mechanisms}
auth_username_format = %Lu
auth_failure_delay = {habits.failure_delay_s} s
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = {habits.connections_per_user}
mail_plugins = zlib
postmaster_address = postmaster@hosting.example
hostname = mail.hosting.example
recipient_delimiter = +
stats_writer_socket_path =
protocol imap {{
  mail_plugins = zlib imap_zlib
}}
"""


def _services(ports: Ports, habits: Habits) -> str:
    return f"""
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = {"0600" if habits.auth_penalty else "0"}
  }}
}}
service imap-login {{
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {ports.lmtp}
  }}
}}
service auth {{
  inet_listener postfix {{
    port = {ports.auth}
  }}
}}
"""


def _tokens(directory: Path, habits: Habits) -> str:
    return f"""
passdb {{
  driver = oauth2
  mechanisms = {habits.token_mechanisms}
  args = {directory}/{TOKENS_CONF}
}}
"""


def tokens_conf(introspection_url: str) -> str:
    """Return what Dovecot must know to ask the issuer whose a token is (RFC 7662)."""
    return f"""
introspection_mode = post
introspection_url = {introspection_url}
username_attribute = username
active_attribute = active
active_value = true
"""


def _users(directory: Path) -> str:
    # One file per user: Dovecot looks at most once a second whether a file has changed, so a
    # user added to a common file might be unknown for the rest of the second.
    return f"""
passdb {{
  driver = passwd-file
  args = username_format=%u {directory}/users/%u
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={directory}/mail/%u allow_all_users=no
}}
"""


def _folders() -> str:
    folders = "\n".join(
        f"  mailbox {name} {{\n    auto = subscribe\n    special_use = \\{name}\n  }}"
        for name in SPECIAL_FOLDERS
    )
    return f"namespace inbox {{\n  inbox = yes\n  separator = /\n{folders}\n}}\n"


def _capabilities(habits: Habits) -> str:
    if not habits.hide_capabilities:
        return ""
    shown = (word for word in CAPABILITIES.split() if word not in habits.hide_capabilities)
    return f"imap_capability = {' '.join(shown)}\n"
