"""A session bus with a keyring on it, as a desktop has them (Secret Service API 0.2)."""

from contextlib import closing
from threading import Thread
from typing import Self

from jeepney import HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from .processes import require
from .servers import Server

_CONFIGURATION = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_DAEMON = "/usr/bin/dbus-daemon"
_DEFAULT = "/org/freedesktop/secrets/aliases/default"


class SecretService(Server):
    """Has one collection, which is locked or not. It is told what is asked of it."""

    needs_root = False

    def __init__(self, *, is_locked: bool, is_made: bool = True) -> None:
        super().__init__()
        self._is_locked = is_locked
        self._is_made = is_made
        self._socket = self.directory / "bus"
        self.asked: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """Where programs find the bus, and by what."""
        return {
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self._socket}",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }

    def prepare(self) -> list[str]:
        """Write the configuration of the bus."""
        require(_DAEMON)
        file = self.directory / "bus.conf"
        file.write_text(_CONFIGURATION.format(socket=self._socket), encoding="utf-8")
        return [_DAEMON, f"--config-file={file}", "--nofork", "--nopidfile"]

    def is_ready(self) -> bool:
        """Whether the bus takes connections."""
        try:
            self._connection().close()
        except OSError:
            return False
        return True

    def start(self) -> Self:
        """Start the bus, and the keyring upon it."""
        super().start()
        connection = self._connection()
        Proxy(message_bus, connection).RequestName("org.freedesktop.secrets")
        Thread(target=self._serve, args=(connection,), daemon=True).start()
        return self

    def _connection(self) -> DBusConnection:
        return open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])

    def _serve(self, connection: DBusConnection) -> None:
        with closing(connection):
            while True:
                try:
                    message = connection.receive()
                except OSError:  # the bus has ended
                    return
                if message.header.message_type is MessageType.method_call:
                    connection.send(self._answer(message))

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        self.asked.append(fields[HeaderFields.member])
        if fields[HeaderFields.path] != _DEFAULT or not self._is_made:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownObject")
        match fields[HeaderFields.member], message.body:
            case "Get", (_, "Locked"):
                return new_method_return(message, "v", (("b", self._is_locked),))
            case "Get", (_, "Label"):
                return new_method_return(message, "v", (("s", "Login"),))
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
