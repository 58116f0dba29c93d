"""A plain loop of exchangelib over an inbox, which keeps nothing.

usage: exchange_loop.py URL ADDRESS only|all     (PASSWORD and SSL_CERT_FILE in the environment)

Asks for the source alone, or for all that an item has. Prints how many sources came.
"""

import os
import sys

import exchangelib
from exchangelib.version import EXCHANGE_2016, Version


def main(url: str, address: str, way: str) -> None:
    """Read it as exchangelib's own documentation does."""
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"]
    account = exchangelib.Account(
        address,
        access_type=exchangelib.DELEGATE,
        default_timezone=exchangelib.UTC,
        config=exchangelib.Configuration(
            service_endpoint=url,
            credentials=exchangelib.Credentials(address, os.environ["PASSWORD"]),
            auth_type=exchangelib.BASIC,
            version=Version(EXCHANGE_2016),
        ),
    )
    every = account.inbox.all()
    count = sum(
        isinstance(item.mime_content, bytes)
        for item in (every.only("mime_content") if way == "only" else every)
    )
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
