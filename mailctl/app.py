"""The composition root: the only place that names concrete adapters."""

import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TextIO

from mailctl.config.places import Places, credential, named_path, places
from mailctl.config.settings import Settings
from mailctl.errors import BadUsage
from mailctl.output.render import Format, Printer
from mailctl.output.streams import Output
from mailctl.records import dataclass
from mailctl.store.connection import Store

if TYPE_CHECKING:
    from mailctl.core.services import Services
    from mailctl.errors import MailctlError
    from mailctl.ports import Authoriser, Internet
    from mailctl.ports.inspection import Inspector
    from mailctl.protocols.network import Network
    from mailctl.protocols.trace import Trace
    from mailctl.secrets.stores import Secrets

_TEXT_MAX = 1 << 20
JSON_FORMATS = {Format.JSON, Format.NDJSON}


class Color(StrEnum):
    """Whether text for people is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Options:
    """What every command understands; None where nothing was said."""

    output: Format | None = None
    fields: str | None = None
    jq: str | None = None
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    no_input: bool = False
    color: Color | None = None


@dataclass
class App:
    """One run of mailctl: its streams, its settings, its adapters, each made when asked for."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    options: Options = field(default_factory=Options)
    """Complete when the command line has been read."""
    started: float = field(default_factory=time.perf_counter)

    @cached_property
    def places(self) -> Places:
        """Where the files are."""
        return places(self.environment)

    @cached_property
    def settings(self) -> Settings:
        """What the environment and the config file say."""
        return Settings(self.environment, self.places.config_file)

    @cached_property
    def store(self) -> Store:
        """The database."""
        return Store(self.places.database)

    def close(self) -> None:
        """Let go of what was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @property
    def format(self) -> Format:
        """How results are written.

        Raises BadUsage for a setting that is no format, or one of which jq knows nothing.
        """
        if self.options.output is not None:
            if self.options.jq is not None and self.options.output not in JSON_FORMATS:
                raise BadUsage("--jq selects from JSON", hint="-o json or -o ndjson")
            return self.options.output
        found = self.said_format
        if self.options.jq is not None and found not in JSON_FORMATS:
            return Format.JSON
        return found

    @property
    def said_format(self) -> Format:
        """The format that the settings name. Raises BadUsage where that is none."""
        word = self.settings.text("output") or Format.TABLE
        try:
            return Format(word)
        except ValueError as error:
            raise BadUsage(
                f"{word!r} is no output format", hint=f"choose one of {', '.join(Format)}"
            ) from error

    @property
    def printer(self) -> Printer:
        """Writes results to standard output."""
        return self._printer(Output(self.stdout))

    @contextmanager
    def paged(self, *, wanted: bool = True) -> Iterator[Printer]:
        """Give what writes results through a pager where a person reads them at a terminal."""
        if not (wanted and self.format is Format.TABLE and self.has_screen):
            yield self.printer
            return
        from mailctl.output.pager import paged

        with paged(self.stdout, self._pager, self.environment) as output:
            yield self._printer(output)

    def _printer(self, output: Output) -> Printer:
        chosen = self.options.fields or ""
        names = tuple(name.strip() for name in chosen.split(",") if name.strip())
        return Printer(
            *(output, self.format, names),
            is_colored=self._may_color(self.stdout),
            jq=self.options.jq,
        )

    @property
    def has_screen(self) -> bool:
        """Whether a person reads the results as they come."""
        return self.stdout.isatty() and self.environment.get("TERM") != "dumb"

    @property
    def _pager(self) -> str:
        """The command of the pager; nothing where it was said that there is none."""
        said = self.environment.get("MAILCTL_PAGER")
        if said is None:
            said = self.settings.text("pager") or self.environment.get("PAGER")
        return "less" if said is None else said

    @property
    def may_ask(self) -> bool:
        """Whether there is a person to ask."""
        return not self.refuses_questions and self.stdin.isatty() and self.stderr.isatty()

    @property
    def refuses_questions(self) -> bool:
        """Whether it was said that nobody must be asked."""
        return self.options.no_input or self.settings.flag("no_input")

    @property
    def is_colored(self) -> bool:
        """Whether standard error may carry colour."""
        return self._may_color(self.stderr)

    def _may_color(self, stream: TextIO) -> bool:
        """Return whether a stream may carry colour (https://no-color.org)."""
        if self.options.color is Color.ALWAYS:
            return True
        if self.options.color is Color.NEVER or self.environment.get("NO_COLOR"):
            return False
        return stream.isatty() and self.environment.get("TERM") != "dumb"

    @cached_property
    def secrets(self) -> "Secrets":
        """The keyring, the vault and the other places of secrets."""
        from mailctl.domain.secret import Secret
        from mailctl.secrets.commands import VAULT_KEY
        from mailctl.secrets.files import is_credential
        from mailctl.secrets.stores import Secrets
        from mailctl.secrets.vault import Vault

        key = self.environment.get(VAULT_KEY)
        if key:
            vault = Vault(
                self.places.vault, self.places.vault_key, is_key_ours=False, key=Secret(key)
            )
            return Secrets(vault, self.environment)
        named = self.settings.text("vault_key_file")
        given = credential(self.environment, "mailctl-vault-key")
        file = named_path("vault_key_file", named) if named else given or self.places.vault_key
        vault = Vault(
            self.places.vault,
            file,
            is_key_ours=not (named or given),
            is_credential=is_credential(file, self.environment),
        )
        return Secrets(vault, self.environment)

    @cached_property
    def network(self) -> "Network":
        """How connections are opened."""
        from mailctl.protocols.network import Network

        return Network.from_environment(
            {
                "MAILCTL_CONNECT_TO": self.settings.text("connect_to") or "",
                "MAILCTL_DNS": self.settings.text("dns") or "",
                "MAILCTL_TIMEOUT": self.settings.text("timeout") or "",
            },
            self._trace() if self.is_debugging else None,
        )

    @property
    def is_debugging(self) -> bool:
        """Whether conversations with servers, and where errors came from, are told."""
        if self.options.debug:
            return True
        try:
            return self.settings.flag("debug")
        except BadUsage:  # the settings are what failed
            return False

    def _trace(self) -> "Trace":
        from mailctl.core.doctor.pseudonyms import Pseudonyms
        from mailctl.output.traces import trace_line
        from mailctl.protocols.trace import Trace

        names = Pseudonyms(lambda domain: False)
        return Trace(
            lambda event: self.tell(trace_line(event, self.error_format)),
            timer=time.perf_counter,
            started=self.started,
            words=names.words,
        )

    @cached_property
    def services(self) -> "Services":
        """All that the verbs work with."""
        from mailctl.core.services import Services
        from mailctl.protocols.access import NetworkMailAccess
        from mailctl.store.locks import FileLocks

        return Services(
            store=self.store,
            mail=NetworkMailAccess(self.network),
            online=self._internet,
            secrets=self.secrets,
            authoriser=self._authoriser,
            locks=FileLocks(self.places.locks),
            clock=_now,
            timer=time.perf_counter,
            started=self.started,
            entropy=os.urandom,
            shared_blocklist=self._blocklist,
            home_region=lambda: self.settings.text("region"),
        )

    def _blocklist(self) -> tuple[str, ...]:
        text = self.settings.text("blocklist")
        if text is None:
            return ()
        from mailctl.core.accounts.policy_words import read_blocklist

        return read_blocklist(text)

    def inspector(self) -> "Inspector":
        """Return what looks at servers without signing in."""
        from mailctl.protocols.inspection import NetworkInspector

        return NetworkInspector(self.network, _now)

    def _internet(self) -> "Internet":
        from mailctl.ports import Internet
        from mailctl.protocols.dns import DnsNameServer
        from mailctl.protocols.web import HttpsWeb

        network = self.network
        told = network.told("dns", network.nameserver or "of the system")
        names = DnsNameServer(network.nameserver, told=told)
        return Internet(names, HttpsWeb(network, names))

    def _authoriser(self) -> "Authoriser":
        from mailctl.protocols.oauth.authoriser import OAuthAuthoriser

        return OAuthAuthoriser(self.network, _now, environment=self.environment)

    def now(self) -> datetime:
        """Return the time of the system's clock."""
        return _now()

    def text_of(self, path: str) -> str:
        """Return the text in a file, `-` being standard input. Raises BadUsage."""
        try:
            if path == "-":
                return self.stdin.buffer.read(_TEXT_MAX).decode()
            with Path(path).open("rb") as file:
                return file.read(_TEXT_MAX).decode()
        except OSError as error:
            raise BadUsage(
                f"the file {path} cannot be read: {error.strerror}", hint=f"ls -l {path}"
            ) from error
        except UnicodeDecodeError as error:
            raise BadUsage(f"the file {path} is no UTF-8 text", hint=f"file {path}") from error

    def octets_of(self, path: str, *, most: int) -> bytes:
        """Return what is in a file, `-` being standard input. Raises BadUsage."""
        try:
            if path == "-":
                found = self.stdin.buffer.read(most + 1)
            else:
                # a pipe without a writer would be waited for, for ever
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                with open(descriptor, "rb") as file:  # noqa: PTH123 (it is open already)
                    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                        raise BadUsage(f"{path} is no regular file", hint=f"ls -l {quote(path)}")
                    found = file.read(most + 1)
        except OSError as error:
            raise BadUsage(
                f"the file {path} cannot be read: {error.strerror}", hint=f"ls -l {quote(path)}"
            ) from error
        except ValueError as error:  # a table of paths may hold anything
            raise BadUsage(
                f"{path!a} is no path: it holds a NUL or half a character",
                hint="see what names the file",
            ) from error
        if len(found) > most:
            raise BadUsage(f"{path} is larger than {most >> 20} MiB", hint="send a link to it")
        return found

    def notice(self, text: str) -> None:
        """Tell a person something on standard error, unless they want quiet."""
        if not self.options.quiet:
            self.tell(f"mailctl: {text}\n")

    def warn(self, text: str) -> None:
        """Tell a person what they must not miss, or asked for."""
        self.tell(f"mailctl: {text}\n")

    def detail(self, text: str) -> None:
        """Tell a person who wants to know more."""
        if self.options.verbose or self.is_debugging:
            self.tell(f"mailctl: {text}\n")

    def complain(
        self, error: "MailctlError", *, about: str | None = None, has_hint: bool = True
    ) -> int:
        """Say a failure on standard error, of what it is, and return its exit code.

        Without its hint where that was said already.
        """
        from mailctl.output.complaints import complaint

        if self.is_debugging:
            from mailctl.output.traces import traceback_text

            self.tell(traceback_text(error, self.error_format))
        text = complaint(
            *(error, self.error_format),
            colored=self.is_colored,
            about=about,
            has_hint=has_hint,
        )
        self.tell(text)
        return int(error.exit_code)

    @property
    def error_format(self) -> Format:
        """How failures are said, also where the settings are what failed."""
        try:
            return self.format
        except BadUsage:
            return Format.TABLE

    def tell(self, text: str) -> None:
        """Write to standard error as it is."""
        with suppress(OSError):  # nobody is listening: the exit code still speaks
            self.stderr.write(text)
            self.stderr.flush()


def _now() -> datetime:
    return datetime.now(UTC)
