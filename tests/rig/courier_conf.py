"""The configuration of the rig's Courier as text: an environment and two programs."""

from collections.abc import Mapping

from .processes import LOOPBACK

CERTIFICATE = "certificate.pem"
ACCOUNTS_SOCKET = "run/courier/authdaemon/socket"
# What its programs look for, below their root.
DIRECTORIES = ("dev", "etc/courier", "run/courier/authdaemon", "mail", "tmp")
# What Debian offers, and no more: no CONDSTORE, MOVE, SPECIAL-USE, LIST-STATUS or LITERAL+.
_CAPABILITIES = (
    "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE "
    "AUTH=PLAIN"
)
_ENVIRONMENT = {
    "IMAP_CAPABILITY": _CAPABILITIES,
    "IMAP_CAPABILITY_TLS": _CAPABILITIES,
    "IMAP_IDLE_TIMEOUT": "1",
    "IMAP_KEYWORDS": "1",
    "IMAP_TLS": "1",
    "IMAP_USELOCKS": "1",
    "MAILDIRPATH": "Maildir",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "TLS_CERTFILE": f"/{CERTIFICATE}",
    "TLS_VERIFYPEER": "NONE",
}


def start_script(root: str, port: int) -> str:
    """Return what runs both programs: who knows the users, and who answers."""
    variables = " ".join(f'{name}="{value}"' for name, value in _ENVIRONMENT.items())
    inside = f"env -i {variables} chroot {root}"
    return f"""
{inside} /usr/lib/courier/courier-authlib/authdaemond &
{inside} /usr/sbin/couriertcpd -address={LOOPBACK} -maxprocs=1000 -maxperip=1000 \\
    -nodnslookup -noidentlookup {port} \\
    /usr/bin/couriertls -server -tcpd -user=courier \\
    /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir &
wait
"""


def files(uid: int, gid: int) -> Mapping[str, str]:
    """Return what must stand below its root; `courier` reads mail as this user and group."""
    return {
        "dev/null": "",
        "etc/passwd": f"root:x:0:0::/:\ncourier:x:{uid}:{gid}::/:\n",
        "etc/group": f"root:x:0:\ncourier:x:{gid}:\n",
        "etc/courier/authdaemonrc": (
            'authmodulelist="authuserdb"\nauthmodulelistorig="authuserdb"\ndaemons=2\n'
        ),
    }
