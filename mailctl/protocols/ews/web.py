"""How exchangelib reaches a server: over our network, and nowhere that it is sent to."""

from typing import Any

import requests
import urllib3
from exchangelib.protocol import Protocol
from urllib3.connection import HTTPSConnection

from mailctl.domain.providers import Provider
from mailctl.protocols.network import Network
from mailctl.protocols.pacing import PacedTlsSocket


def protocol_class(provider: Provider, network: Network) -> type[Protocol]:
    """Return the Protocol that reaches that provider over our network."""
    context = network.tls_context(provider.ca_file)

    class Connection(HTTPSConnection):
        def connect(self) -> None:
            public_only = provider.is_reached_in_public_only
            sock = network.open(self.host, self.port or 443, public_only=public_only)
            self.sock = network.wrap(sock, self.host, context)
            self.is_verified = True

        def request(self, *args: Any, **options: Any) -> None:
            if isinstance(self.sock, PacedTlsSocket):
                self.sock.pace.begin()
            super().request(*args, **options)

    class Pool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Connection

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = {"https": Pool}

        def cert_verify(self, *args: Any, **options: Any) -> None:
            """Leave it to the context, which trusts what every other protocol trusts."""

    class ProviderProtocol(Protocol):  # type: ignore[misc]
        HTTP_ADAPTER_CLS = Adapter
        TIMEOUT = network.idle_s
        USERAGENT = "mailctl"

        @classmethod
        def raw_session(cls, *args: Any, **options: Any) -> Any:
            session = super().raw_session(*args, **options)
            # no proxies, passwords or authorities that the environment names for others
            session.trust_env = False
            return session

    return ProviderProtocol
