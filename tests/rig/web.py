"""A real nginx that answers for the web sites it is given, by HTTPS and by plain HTTP."""

import http.client
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .authority import Authority, Certificate
from .processes import LOOPBACK, POLL_S, START_TIMEOUT_S, ServerFailed, require
from .servers import Server
from .web_conf import READY_PATH, Page, Ports, Site, configuration

NGINX = "/usr/sbin/nginx"
_ACCEPTING = b"nginx: worker process\0"


class Web(Server):
    """One server for any number of hosts; sites may be added while it runs."""

    needs_root = False

    def __init__(self, authority: Authority, *, directory: Path | None = None) -> None:
        require(NGINX)
        super().__init__(directory)
        self.ports = Ports(*self.reserve(2))
        self._authority = authority
        self._certificate = authority.server()
        self._certificates = 0
        self._sites: dict[str, Site] = {}
        self._conf = self.directory / "nginx.conf"
        self._asked = self.directory / "asked"
        for name in ("bodies", "temp"):
            (self.directory / name).mkdir()

    def prepare(self) -> list[str]:
        self._configure()
        return self._nginx()

    def is_ready(self) -> bool:
        try:
            return self._answers()
        except (OSError, http.client.HTTPException):
            return False

    def add_sites(
        self,
        sites: Mapping[str, Mapping[str, Page]],
        *,
        certificate: Certificate | None = None,
    ) -> None:
        """Answer for these hosts from now on, each known by its paths, or answer for them anew.

        The path "*" stands for all that are not there. A host may be `*.domain`. Without a
        certificate the hosts show a good one, which is made for all such hosts at once.
        """
        for host, pages in sites.items():
            self._sites[host.lower()] = Site(pages, certificate)
            for page in pages.values():
                self._write(page)
        if certificate is None:
            self._certify()
        if self._guard is not None:
            self._configure()
            self._reload()

    def requests(self, host: str, *, scheme: str | None = None) -> list[str]:
        """Return what this host was asked, "METHOD PATH?QUERY" each, in order of their ends.

        From both ports unless a scheme, http or https, is given. A body that is still dripping
        and a handshake without a request are not among them.
        """
        self._answers()  # the one worker has finished with, and logged, whatever came before
        asked: list[str] = []
        for line in self._asked.read_text(errors="replace").split("\n")[:-1]:
            asked_host, asked_scheme, request = line.split(" ", 2)
            if asked_host == host.lower() and scheme in {None, asked_scheme}:
                asked.append(request.rpartition(" ")[0])  # without HTTP/1.1
        return asked

    def _write(self, page: Page) -> None:
        file = self.directory / "bodies" / page.file_name
        if not file.exists():
            file.write_bytes(page.body)

    def _certify(self) -> None:
        hosts = [host for host, site in self._sites.items() if site.certificate is None]
        self._certificates += 1
        self._certificate = self._authority.issue(
            f"{self.directory.name}-{self._certificates}", *hosts
        )

    def _configure(self) -> None:
        self._conf.write_text(
            configuration(self.directory, self.ports, self._sites, certificate=self._certificate)
        )

    def _reload(self) -> None:
        """Return when no worker with the old configuration takes connections any more.

        For a tenth of a second old and new ones do so side by side. An old one changes its title
        and stops listening in one go.
        """
        before = self._accepting()
        done = subprocess.run(
            self._nginx("-s", "reload"), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ServerFailed(f"nginx reload: {done.stderr.strip()}")
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (now := self._accepting()) or now & before:
            if time.monotonic() > deadline:
                raise ServerFailed(f"nginx does not reload:\n{self.log_text()[-2000:]}")
            time.sleep(POLL_S)

    def _nginx(self, *more: str) -> list[str]:
        # -e: without it nginx tries the log of the system first.
        return [NGINX, "-e", "stderr", "-p", str(self.directory), "-c", str(self._conf), *more]

    def _accepting(self) -> set[int]:
        """Return the workers that have not been told to go."""
        return {pid for pid in self.pids() if _title(pid).startswith(_ACCEPTING)}

    def _answers(self) -> bool:
        asking = http.client.HTTPConnection(LOOPBACK, self.ports.http, timeout=5)
        try:
            asking.request("GET", READY_PATH)
            return asking.getresponse().status == http.client.NO_CONTENT
        finally:
            asking.close()


def _title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # gone meanwhile
