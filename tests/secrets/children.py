"""What other processes do to a vault: python -m tests.secrets.children NAME …"""

import sys
from pathlib import Path

from mailctl.domain.secret import Secret
from mailctl.secrets.vault import Vault
from tests.store.children import main, say, wait


def keep(directory: str, writer: str, count: str) -> None:
    """Keep so many secrets of one's own, beginning when told to."""
    vault = Vault(Path(directory) / "vault.json", Path(directory) / "vault.key", is_key_ours=True)
    say("ready")
    wait()
    for number in range(int(count)):
        vault.write(f"{writer}-{number}", Secret(f"secret of {writer}-{number}"))
    say("kept")


if __name__ == "__main__":
    sys.exit(main({"keep": keep}))
