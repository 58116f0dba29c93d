"""A real Cyrus IMAP, run from where its packages were unpacked."""

from pathlib import Path

from .authority import Authority
from .cyrus_conf import CHAIN, KEY, configuration, services
from .imap import ImapServer, greeting
from .processes import UNPACKED, require, run_as_root

ROOT = UNPACKED / "cyrus"
_PROGRAMS = ROOT / "usr/lib/cyrus/bin"
_PASSWORDS = ROOT / "usr/sbin/saslpasswd2"
# Runs as root with what it needs of the environment, which sudo would not hand on.
_ADD_USER = 'printf %s "$3" | "$1" -p -c -f "$2" -u "$4" "$5" && chown mail "$2"'


class Cyrus(ImapServer):
    """One server; users may be added while it runs."""

    def __init__(self, authority: Authority, *, directory: Path | None = None) -> None:
        require(str(_PROGRAMS / "master"), str(_PASSWORDS))
        super().__init__(authority, directory)
        (self._port,) = self.reserve(1)
        self._passwords = self.directory / "sasldb2"

    @property
    def imaps_port(self) -> int:
        return self._port

    def prepare(self) -> list[str]:
        self._copy_certificate()
        run_as_root("install", "-d", "-o", "mail", "-g", "mail", str(self.directory / "state"))
        conf, listening = self.directory / "imapd.conf", self.directory / "cyrus.conf"
        conf.write_text(configuration(self.directory, self._passwords))
        listening.write_text(services(_PROGRAMS, conf, self._port))
        pid_file = str(self.directory / "state" / "pid")
        master = [str(_PROGRAMS / "master"), "-C", str(conf), "-M", str(listening), "-p", pid_file]
        return ["env", *_environment(), *master]

    def _copy_certificate(self) -> None:
        """Give the daemons, which are not root when they read the key, files of their own."""
        certificate = self._authority.server()
        for file, name in ((certificate.chain_file, CHAIN), (certificate.key_file, KEY)):
            target = str(self.directory / name)
            run_as_root("install", "-o", "mail", "-m", "0400", str(file), target)

    def is_ready(self) -> bool:
        return greeting(self._port, tls=True).startswith(b"* OK")

    def add_user(self, address: str, password: str) -> None:
        """Give the address this password; the mailbox is made when it first signs in."""
        name, _, domain = address.lower().partition("@")
        words = (str(_PASSWORDS), str(self._passwords), password, domain, name)
        run_as_root("env", *_environment(), "sh", "-euc", _ADD_USER, "sh", *words)


def _environment() -> list[str]:
    """Return where libraries and the ways to sign in are found."""
    libraries = sorted({str(library.parent) for library in ROOT.glob("**/lib/**/*.so.*")})
    (sasl,) = ROOT.glob("usr/lib/*/sasl2")
    return [f"LD_LIBRARY_PATH={':'.join(libraries)}", f"SASL_PATH={sasl}"]
