"""The configuration of the rig's Postfix as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .authority import Certificate
from .processes import LOOPBACK


@dataclass(frozen=True)
class Ports:
    """Where one Postfix listens; `mx` asks for no password."""

    submission: int
    smtps: int
    mx: int


@dataclass(frozen=True)
class Manners:
    """How one Postfix differs from the usual one; EHLO keywords in any case."""

    hide_keywords: tuple[str, ...] = ()
    message_size_limit_bytes: int = 10_240_000


REFUSALS = """\
/^reject@/   550 5.7.1 recipient refused by policy
/^nobody@/   550 5.1.1 no such user here
/^tempfail@/ 450 4.2.0 try again later
/^full@/     552 5.2.2 mailbox full
"""

_UNIX_SERVICES = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def main_cf(
    directory: Path,
    domains: Iterable[str],
    *,
    lmtp_port: int,
    auth_port: int,
    certificate: Certificate,
    manners: Manners,
) -> str:
    """Return main.cf for a server whose files all lie below the directory."""
    hidden = ", ".join(("silent-discard", *manners.hide_keywords))
    return f"""
compatibility_level = 3.6
queue_directory = {directory}/spool
data_directory = {directory}/state
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {directory}/log
maillog_file_prefixes = {directory}
inet_interfaces = {LOOPBACK}
inet_protocols = ipv4
myhostname = smtp.hosting.example
mydestination =
mynetworks =
local_transport = error:5.1.1 nobody lives here
alias_maps =
alias_database =
virtual_mailbox_domains = {" ".join(domains)}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:{LOOPBACK}:{lmtp_port}
default_transport = error:5.1.2 the rig sends nothing to the world outside
disable_dns_lookups = yes
smtpd_peername_lookup = no
recipient_delimiter = +
message_size_limit = {manners.message_size_limit_bytes}
mailbox_size_limit = 0
strict_rfc821_envelopes = yes
local_header_rewrite_clients = permit_sasl_authenticated
smtpd_tls_cert_file = {certificate.chain_file}
smtpd_tls_key_file = {certificate.key_file}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{LOOPBACK}:{auth_port}
smtpd_discard_ehlo_keywords = {hidden}
smtpd_recipient_restrictions = check_recipient_access regexp:{directory}/refusals,
  permit_sasl_authenticated, reject_unauth_destination
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
in_flow_delay = 0
"""


def master_cf(ports: Ports) -> str:
    """Return master.cf: three ways in, and the usual daemons behind them."""
    login = (
        "-o smtpd_sasl_auth_enable=yes "
        "-o smtpd_client_restrictions=permit_sasl_authenticated,reject"
    )
    return f"""
{LOOPBACK}:{ports.mx} inet n - n - - smtpd
{LOOPBACK}:{ports.submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt {login}
{LOOPBACK}:{ports.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes {login}
{_UNIX_SERVICES}"""
