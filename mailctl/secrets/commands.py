"""A secret that a program prints, such as `pass show mail/ada`."""

import os
import shlex
import subprocess

from mailctl.domain.secret import Secret
from mailctl.errors import SecretMissing
from mailctl.secrets.files import first_line

TIMEOUT_S = 60
VAULT_KEY = "MAILCTL_VAULT_KEY"
"""The variable that may hold the key of the vault; no program of others needs it."""


def read(command: str) -> Secret:
    """Return the first line that the command prints.

    The words are split as a shell does, and run without one. Raises SecretMissing.
    """
    try:
        words = shlex.split(command)
        ran = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=TIMEOUT_S,
            check=True,
            env={name: value for name, value in os.environ.items() if name != VAULT_KEY},
        )
    except (ValueError, IndexError) as error:
        raise _failed("cannot be understood") from error
    except subprocess.TimeoutExpired:
        # not "from": the exception holds what the command has printed so far
        raise _failed(f"printed no secret within {TIMEOUT_S} s") from None
    except subprocess.CalledProcessError as error:
        raise _failed(f"ended with exit code {error.returncode}") from None
    except OSError as error:
        raise _failed(f"cannot be run: {error.strerror}") from error
    return first_line(ran.stdout, "the output of the password command")


def _failed(what: str) -> SecretMissing:
    return SecretMissing(
        f"the password command {what}", hint="run it by hand; it must print the secret alone"
    )
