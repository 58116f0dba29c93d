"""A conversation with one client: who it is, which folder it has open, what it was told."""

import base64
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from . import fetching, folders, notifying, searching
from .ends import Ended, Refused
from .mailboxes import Folder, Mailbox
from .parsing import Token, Unparsable, text, tokens, words
from .updates import View
from .voice import HungUp, Voice

if TYPE_CHECKING:
    from .server import ModelServer

TICK_S = 0.05
"""How often a waiting server looks for news."""

Handler = Callable[["Session", list[Token]], Iterator[bytes]]


class Session:
    """The state of a connection; commands are functions of it that yield untagged answers."""

    def __init__(self, server: "ModelServer", voice: Voice) -> None:
        self.server = server
        self.voice = voice
        self.mailbox: Mailbox | None = None
        self.view: View | None = None
        """The folder that is open, as the client knows it."""
        self.enabled: set[bytes] = set()
        self.watch: notifying.Watch | None = None
        """The folders that the client wants to hear of at any time."""
        self.is_introduced = False
        self.saved: list[int] = []
        """What `$` stands for: UIDs."""
        self.tag = b"*"
        self.ending = b"OK done"

    def has(self, *capabilities: str) -> bool:
        """Whether the server has all of these."""
        return set(capabilities) <= set(self.server.capabilities)

    def require(self, *capabilities: str) -> None:
        """Refuse the command where the server has not all of these."""
        if not self.has(*capabilities):
            raise Refused(b"BAD unknown command or argument")

    @property
    def box(self) -> Mailbox:
        if self.mailbox is None:
            raise Refused(b"BAD sign in first")
        return self.mailbox

    @property
    def open(self) -> View:
        if self.view is None:
            raise Refused(b"BAD no folder is open")
        return self.view

    def folder(self, name: bytes) -> Folder:
        """Return the folder that a command names."""
        folder = self.box.folders.get(folders.path_of(self, name))
        if folder is None or not folder.is_selectable:
            raise Refused(b"NO [NONEXISTENT] no such mailbox")
        return folder

    def serve(self) -> None:
        """Answer until the client leaves. Raises HungUp."""
        self.voice.say(b"* OK [CAPABILITY %s] ready" % self._capabilities())
        while True:
            self._wait_with_news()
            line = self.voice.command()
            self.tag, _, command = line.partition(b" ")
            self.server.heard.append(command)
            self.ending = b"OK done"
            ending = self.server.plan.begin(command)
            if ending is None:
                ending = self._answer(command)
            if ending:
                self.voice.say(self.tag + b" " + ending)
            if command.upper() == b"LOGOUT":
                self.voice.flush()
                return

    def _wait_with_news(self) -> None:
        """Tell what happens until the next command comes, if the client wants that."""
        if self.watch is None:
            return
        self.voice.flush()
        while not self.voice.hears_within(TICK_S):
            if self.server.is_stopping:
                raise HungUp
            for line in self.watch.news(self):
                self.voice.say(line)
            self.voice.flush()

    def _answer(self, command: bytes) -> bytes:
        """Say what is to be said before the end of the command, and return the end."""
        try:
            verb, arguments = _parsed(command)
            handler = _HANDLERS.get(verb)
            if handler is None:
                return b"BAD unknown command"
            for line in handler(self, arguments):
                self.voice.say(line)
            self._tell_news(verb)
        except Ended:
            return b""
        except Refused as refused:
            return refused.ending
        except (Unparsable, IndexError, ValueError) as error:
            return b"BAD " + str(error).encode()
        return self.ending

    def _tell_news(self, verb: bytes) -> None:
        """Tell what happened to the open folder, where the command allows for that."""
        if self.view is None or verb in {b"FETCH", b"SEARCH"}:
            return
        for line in self.server.plan.faults.unsolicited:
            self.voice.say(line)
        for line in self.view.news(self):
            self.voice.say(line)

    def _capabilities(self) -> bytes:
        return " ".join(self.server.capabilities).encode()


def _parsed(command: bytes) -> tuple[bytes, list[Token]]:
    verb, *arguments = tokens(command)
    if not isinstance(verb, bytes):
        raise Unparsable("no command")
    verb = verb.upper()
    if verb == b"UID":
        verb += b" " + words(arguments.pop(0))[0]
    return verb, arguments


def _capability(session: Session, _: list[Token]) -> Iterator[bytes]:
    yield b"* CAPABILITY " + " ".join(session.server.capabilities).encode()


def _authenticate(session: Session, arguments: list[Token]) -> Iterator[bytes]:
    if text(arguments[0]).upper() != b"PLAIN":
        raise Refused(b"NO no such mechanism")
    if len(arguments) > 1:
        answer = text(arguments[1])
    else:
        session.voice.say(b"+ ")
        answer = session.voice.line().strip()
    if answer == b"*":
        raise Refused(b"BAD cancelled")
    _, address, password = base64.b64decode(answer).split(b"\0")
    _sign_in(session, address, password)
    return iter(())


def _login(session: Session, arguments: list[Token]) -> Iterator[bytes]:
    _sign_in(session, text(arguments[0]), text(arguments[1]))
    return iter(())


def _sign_in(session: Session, address: bytes, password: bytes) -> None:
    mailbox = session.server.mailboxes.get(address.decode())
    if mailbox is None or mailbox.password != password.decode():
        raise Refused(b"NO [AUTHENTICATIONFAILED] wrong")
    session.mailbox = mailbox
    session.ending = b"OK [CAPABILITY %s] welcome" % " ".join(session.server.capabilities).encode()


def _id(session: Session, _: list[Token]) -> Iterator[bytes]:
    session.require("ID")
    session.is_introduced = session.mailbox is not None
    yield b'* ID ("name" "%s")' % session.server.name.encode()


def _enable(session: Session, arguments: list[Token]) -> Iterator[bytes]:
    session.require("ENABLE")
    known = {b"CONDSTORE", b"QRESYNC", b"UTF8=ACCEPT"}
    asked = {name.upper() for name in arguments if isinstance(name, bytes)}
    fresh = {name for name in asked & known if session.has(name.decode())}
    session.enabled |= fresh
    if b"QRESYNC" in fresh:
        session.enabled.add(b"CONDSTORE")
    if not session.server.plan.faults.enables_silently:
        yield b"* ENABLED" + b"".join(b" " + name for name in sorted(fresh))


def _namespace(session: Session, _: list[Token]) -> Iterator[bytes]:
    session.require("NAMESPACE")
    yield b'* NAMESPACE (("" "/")) NIL NIL'


def _noop(session: Session, _: list[Token]) -> Iterator[bytes]:
    return iter(())


def _close(session: Session, _: list[Token]) -> Iterator[bytes]:
    assert session.open
    session.view = None
    return iter(())


def _unselect(session: Session, arguments: list[Token]) -> Iterator[bytes]:
    session.require("UNSELECT")
    return _close(session, arguments)


def _idle(session: Session, _: list[Token]) -> Iterator[bytes]:
    session.require("IDLE")
    session.voice.say(b"+ idling")
    session.voice.flush()
    while not session.voice.hears_within(TICK_S):
        if session.server.is_stopping:
            raise HungUp
        if session.watch is not None:
            yield from session.watch.news(session)
        elif session.view is not None:
            yield from session.view.news(session)
        session.voice.flush()
    if session.voice.line().strip().upper() != b"DONE":
        raise Refused(b"BAD DONE was expected")


def _compress(session: Session, arguments: list[Token]) -> Iterator[bytes]:
    session.require("COMPRESS=DEFLATE")
    if words(arguments[0]) != [b"DEFLATE"]:
        raise Refused(b"NO no such algorithm")
    session.voice.say(session.tag + b" OK deflated from here on")
    session.voice.deflate()
    # The command has ended already: what follows would be one more end.
    raise Ended


def _logout(session: Session, _: list[Token]) -> Iterator[bytes]:
    yield b"* BYE bye"


_HANDLERS: dict[bytes, Handler] = {
    b"CAPABILITY": _capability,
    b"AUTHENTICATE": _authenticate,
    b"LOGIN": _login,
    b"ID": _id,
    b"ENABLE": _enable,
    b"NAMESPACE": _namespace,
    b"LIST": folders.list_,
    b"STATUS": folders.status,
    b"EXAMINE": folders.examine,
    b"SELECT": folders.select,
    b"SEARCH": searching.search,
    b"UID SEARCH": searching.uid_search,
    b"FETCH": fetching.fetch,
    b"UID FETCH": fetching.uid_fetch,
    b"NOOP": _noop,
    b"CHECK": _noop,
    b"CLOSE": _close,
    b"UNSELECT": _unselect,
    b"IDLE": _idle,
    b"NOTIFY": notifying.notify,
    b"COMPRESS": _compress,
    b"LOGOUT": _logout,
}
