"""A real Courier IMAP, in a root directory of its own: its paths are compiled in."""

import base64
import itertools
import pwd
import socket
from hashlib import sha256
from pathlib import Path

from .authority import Authority
from .courier_conf import ACCOUNTS_SOCKET, CERTIFICATE, DIRECTORIES, files, start_script
from .imap import MaildirServer, greeting
from .processes import UNPACKED, require, run_as_root

ROOT = UNPACKED / "courier"
_moments = itertools.count(1)
# $1 the root, $2 where the tables are as text, $3 the user's mailbox, $4 a moment of its own
_ADD_USER = """
install -d -o mail -g mail -m 0700 "$3" "$3/cur" "$3/new" "$3/tmp"
for table in userdbshadow userdb; do
    made=/etc/courier/$table.made
    chroot "$1" /usr/lib/courier/courier-authlib/makedatprog - "$made.new" "$made" <"$2/$table"
    touch -d "@$4" "$1$made"
    mv "$1$made" "$1/etc/courier/$table.dat"
done
"""


class Courier(MaildirServer):
    """One server; users may be added while it runs."""

    def __init__(self, authority: Authority, *, directory: Path | None = None) -> None:
        require(str(ROOT / "usr/sbin/couriertcpd"))
        super().__init__(authority, directory)
        (self._port,) = self.reserve(1)
        self._root = self.directory / "root"
        self._passwords: dict[str, str] = {}

    @property
    def imaps_port(self) -> int:
        return self._port

    def prepare(self) -> list[str]:
        self._make_root()
        script = self.directory / "start.sh"
        script.write_text(start_script(str(self._root), self._port))
        return ["sh", str(script)]

    def is_ready(self) -> bool:
        return self._knows_users() and greeting(self._port, tls=True).startswith(b"* OK")

    def maildir(self, address: str) -> Path:
        return self._root / "mail" / address.lower()

    def add_user(self, address: str, password: str) -> None:
        """Make the mailbox of this address, or give it another password."""
        digest = base64.b64encode(sha256(password.encode()).digest()).decode()
        self._passwords[address.lower()] = f"{{SHA256}}{digest}"
        owner = pwd.getpwnam("mail")
        users, passwords = "", ""
        for user, secret in self._passwords.items():
            users += f"{user}\tuid={owner.pw_uid}|gid={owner.pw_gid}|home=/mail|mail=/mail/{user}\n"
            passwords += f"{user}\tsystempw={secret}\n"
        (self.directory / "userdb").write_text(f"{users}.\n")
        (self.directory / "userdbshadow").write_text(f"{passwords}.\n")
        words = (self._root, self.directory, self.maildir(address), next(_moments))
        run_as_root("sh", "-euc", _ADD_USER, "sh", *map(str, words))

    def _make_root(self) -> None:
        """Copy the programs and put the files around them that they cannot do without."""
        owner = pwd.getpwnam("mail")
        written = {
            **files(owner.pw_uid, owner.pw_gid),
            CERTIFICATE: self._certificate(),
        }
        run_as_root("cp", "-a", str(ROOT), str(self._root))
        run_as_root("install", "-d", *(str(self._root / name) for name in DIRECTORIES))
        run_as_root("chmod", "1777", str(self._root / "tmp"))
        for name, text in written.items():
            file = self.directory / Path(name).name
            file.write_text(text)
            run_as_root("install", "-m", "0644", str(file), str(self._root / name))

    def _certificate(self) -> str:
        certificate = self._authority.server()
        return certificate.key_file.read_text() + certificate.chain_file.read_text()

    def _knows_users(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asking:
            return asking.connect_ex(str(self._root / ACCOUNTS_SOCKET)) == 0
