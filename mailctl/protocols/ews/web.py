"""How exchangelib reaches a server: over our network, signed by us, and nowhere else."""

import re
import time
from typing import Any

import requests
import urllib3
from exchangelib.protocol import FailFast, Protocol
from exchangelib.transport import DEFAULT_HEADERS

from mailctl.domain.syncing import LARGEST_BYTES
from mailctl.errors import ServerRefused
from mailctl.ports.mail import Login
from mailctl.protocols import safe_words
from mailctl.protocols.ews.causes import failed
from mailctl.protocols.ews.signing import Wire
from mailctl.protocols.ews.statuses import answered, host_of, pause_s, refusal
from mailctl.protocols.ews.told import Told
from mailctl.protocols.network import Network
from mailctl.protocols.pacing import PacedTlsSocket
from mailctl.protocols.safe_words import own

PATIENCE_S = 60.0
"""How long the pauses that a server asks for may hold up one request."""
_PLAIN_BYTES = 64 << 20
"""More than any answer without sources has."""
_CODED = 1.4
"""How much larger a source is in Base64, with what stands around it."""
_HEAD_BYTES = 4096
_SLICE = 64 * 1024
_READS = re.compile(rb"Body>\s*<m:(?:Get|Find|SyncFolder)")


class Terms(FailFast):  # type: ignore[misc]
    """Tells what HTTP means by our errors, and repeats nothing by itself."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def raise_response_errors(self, response: requests.Response) -> None:
        """Raise Answered where it is no answer of EWS."""
        meaning = refusal(self._login, response)
        if meaning is not None:
            raise answered(response.status_code, meaning)


class Answer(requests.Response):
    """An answer that is read in slices: exchangelib asks for it byte by byte."""

    def iter_content(self, chunk_size: Any = 1, decode_unicode: Any = False) -> Any:
        """Return the slices, none smaller than 64 KiB but the last."""
        return super().iter_content(max(chunk_size or 1, _SLICE), decode_unicode)


class Session(requests.Session):
    """One connection, over which nothing goes while the server wants to be left alone."""

    session_id = 0
    usage_count = 0
    most_bytes = 0
    """How long an answer may be; 0: as long as those of EWS are."""

    def __init__(self, login: Login, network: Network, wire: Wire) -> None:
        super().__init__()
        self._login = login
        self._pauses = network.pauses
        self.headers.update(DEFAULT_HEADERS)
        self.headers["User-Agent"] = "mailctl"
        # no proxies, passwords or authorities that the environment names for others
        self.trust_env = False
        self.mount("https://", adapter(login, network, wire))

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        """Send a request, and read its answer as far as it fits in memory, however compressed.

        Raises Answered where it does not.
        """
        if options.get("stream"):
            return super().request(method, url, *args, **options)
        response = super().request(method, url, *args, **{**options, "stream": True})
        most = self.most_bytes or _PLAIN_BYTES + _source_bytes(options.get("data"))
        parts, size = [], 0
        for part in response.iter_content(_SLICE):
            parts.append(part)
            size += len(part)
            if size > most:
                response.close()
                host = host_of(str(url))
                meaning = ServerRefused(f"{host} answers with more than fits in memory")
                raise answered(response.status_code, meaning)
        response._content = b"".join(parts)  # noqa: SLF001  # what requests does, unbounded
        return response

    def post(self, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        """Send a request; what only reads is sent again after a pause that is short enough.

        Raises ServerBusy where the pause is longer.
        """
        whose = (host_of(str(url)), self._login.username)
        until = time.monotonic() + PATIENCE_S
        while True:
            left_s = self._pauses.left_s(whose)
            if time.monotonic() + left_s > until:
                said = f"{whose[0]} asks for a pause of {left_s:.0f} s"
                raise failed(said, "throttled", self._login.provider, retry_after_s=left_s)
            time.sleep(left_s)
            response = super().post(url, *args, **options)
            asked_s = pause_s(response)
            if asked_s is None:
                return response
            self._pauses.begin(whose, asked_s)
            if not _READS.search(options.get("data") or b""):
                return response


def _source_bytes(asked: bytes | None) -> int:
    """Return how much the sources may be that a request asks for: the largest is one alone."""
    is_for_sources = b"MimeContent" in (asked or b"")[:_HEAD_BYTES]
    return int(LARGEST_BYTES * _CODED) if is_for_sources else 0


def adapter(login: Login, network: Network, wire: Wire) -> requests.adapters.HTTPAdapter:
    """Return what opens the connection of a session."""
    provider = login.provider
    context = network.tls_context(provider.ca_file)

    class Connection(Told):
        def connect(self) -> None:
            public_only = provider.is_reached_in_public_only
            sock = network.open(
                self.host, self.port or 443, public_only=public_only, protocol="ews"
            )
            tls = network.wrap(sock, self.host, context)
            wire.opened(tls.getpeercert(binary_form=True))
            tls.told.happened(own("of the account"), safe_words.account(login.account))
            self.sock = tls
            self.is_verified = True

        def request(self, *args: Any, **options: Any) -> None:
            if self.sock is None:
                self.connect()
            if isinstance(self.sock, PacedTlsSocket):
                body = options.get("body") or b""
                self.sock.pace.begin(expected_bytes=len(body) + _source_bytes(body))
            super().request(*args, **options)

    class Pool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Connection

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = {"https": Pool}

        def build_response(self, *args: Any) -> requests.Response:
            response = super().build_response(*args)
            response.__class__ = Answer
            return response

        def cert_verify(self, *args: Any, **options: Any) -> None:
            """Leave it to the context, which trusts what every other protocol trusts."""

    return Adapter(pool_connections=1, pool_maxsize=1, pool_block=True, max_retries=0)


def protocol(config: Any, login: Login, network: Network, signature: Any) -> Protocol:
    """Return the Protocol whose requests our sessions make, known to nobody else.

    `signature` makes what signs the requests over a new wire.
    """

    class OurProtocol(Protocol):  # type: ignore[misc]
        TIMEOUT = network.idle_s

        def create_session(self) -> Session:
            wire = Wire()
            session = Session(login, network, wire)
            session.auth = signature(wire)
            return session

    # not called, for then exchangelib would keep it for ever, for all of the process
    return type.__call__(OurProtocol, config=config)
