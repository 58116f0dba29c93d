"""The configuration of the rig's Cyrus as text."""

from pathlib import Path

from .processes import LOOPBACK

CHAIN = "chain.pem"
KEY = "key.pem"
_SPECIAL_FOLDERS = ("Drafts", "Sent", "Trash", "Junk")


def configuration(directory: Path, passwords: Path) -> str:
    """Return imapd.conf for a server whose files all lie below the directory."""
    return "\n".join((_general(directory, passwords), _places(directory), _folders()))


def services(programs: Path, conf: Path, port: int) -> str:
    """Return cyrus.conf: what the master starts, first, for each connection, and beside them."""
    return f"""
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {conf} -r"
}}
SERVICES {{
  imaps cmd="{programs}/imapd -s -C {conf}" listen="{LOOPBACK}:{port}" prefork=1
}}
DAEMON {{
  idled cmd="{programs}/idled -C {conf}"
}}
"""


def _general(directory: Path, passwords: Path) -> str:
    # Folders are named with / below nothing, as elsewhere. Deleted is gone, at once and for good.
    # Nothing has to outlive the machine.
    return f"""
cyrus_user: mail
cyrus_group: mail
servername: mail.hosting.example
virtdomains: userid
defaultdomain: internal.invalid
unixhierarchysep: yes
altnamespace: yes
expunge_mode: immediate
delete_mode: immediate
munge8bit: no
allowplaintext: no
failedloginpause: 0
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {passwords}
sasl_mech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256
tls_server_cert: {directory}/{CHAIN}
tls_server_key: {directory}/{KEY}
tls_session_timeout: 0
skiplist_unsafe: yes
"""


def _places(directory: Path) -> str:
    state = directory / "state"
    return f"""
configdirectory: {state}/conf
defaultpartition: default
partition-default: {state}/spool
sievedir: {state}/sieve
idlesocket: {state}/idle
notifysocket: {state}/notify
lmtpsocket: {state}/lmtp
mboxname_lockpath: {state}/lock
proc_path: {state}/proc
temp_path: {state}/temp
"""


def _folders() -> str:
    named = "|".join(_SPECIAL_FOLDERS)
    uses = "\n".join(f"xlist-{name.lower()}: {name}" for name in _SPECIAL_FOLDERS)
    # 0: without a limit; less: no mailbox is made by signing in
    return f"""
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: {named}
autocreate_subscribe_folders: {named}
{uses}
"""
