"""What happens in mailboxes every day, and that a sync makes our copies equal to the server's."""

import base64
import random
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.contracts.customs import ODD_SOURCES, Customs
from tests.contracts.elsewhere import ImapElsewhere
from tests.contracts.stage import Stage, mail, mails
from tests.protocols.mailboxes import fresh_name
from tests.rig import ImapServer, Mailbox, Rig, ServerFailed
from tests.rig.imap import MaildirServer
from tests.rig.relay import breaking_off
from tests.soak import count

# What no connection can compress.
LARGE = b"Subject: large\r\n\r\n" + base64.encodebytes(random.Random(1).randbytes(300_000))
BIG = b"Subject: big\r\n\r\n" + b"".join(
    b"%070d\r\n" % line for line in range((count(8, 50) << 20) // 72)
)


class Scenarios:
    """Each through the program itself. Subclass once per server, never per test."""

    customs: Customs

    @pytest.fixture
    def stage(self, run: Run, at_the_rig: Rig, server: ImapServer, home: Path) -> Stage:
        """An account that takes everything of all folders, at an empty mailbox."""
        box = Mailbox(f"{fresh_name()}@corp.example", "secret")
        server.add_user(box.address, box.password)
        incoming, trusted = f"localhost:{server.imaps_port}", str(at_the_rig.ca_file)
        added = run("provider", "add", "here", "--incoming", incoming, "--ca-file", trusted)
        assert added.code == ExitCode.OK, added.err
        connected = run(
            *("account", "add", box.address, "--provider", "here", "--password-stdin"),
            *("--no-send", "--period", "all", "--folders", "all"),
            typed=box.password,
        )
        assert connected.code == ExitCode.OK, connected.err
        return Stage(run, home, ImapElsewhere(server, box, self.customs))

    def test_all_mail_of_a_new_account_comes(self, stage: Stage) -> None:
        stage.elsewhere.put(*mails(range(20)))
        stage.elsewhere.put(*mails(range(20, 25)), folder="Work")
        assert stage.settle()["stored"] == 25
        assert len(stage.message_ids()) == 25

    def test_new_mail_comes_alone(self, stage: Stage) -> None:
        stage.elsewhere.put(*mails(range(3)))
        stage.settle()
        stage.elsewhere.put(*mails(range(3, 5)))
        assert stage.settle()["stored"] == 2

    def test_mail_that_comes_after_everything_was_removed_comes(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1))
        stage.settle()
        stage.elsewhere.expunge(1)
        stage.elsewhere.put(mail(2))
        report = stage.settle()
        assert (report["stored"], report["gone"]) == (1, 1)

    def test_flags_and_keywords_are_followed(self, stage: Stage) -> None:
        stage.elsewhere.put(*mails(range(4)))
        stage.settle()
        stage.elsewhere.flag(1, "+FLAGS", "\\Seen", "\\Flagged", "\\Answered")
        stage.elsewhere.flag(2, "+FLAGS", self.customs.spare_flag)
        stage.elsewhere.flag(3, "+FLAGS", "$Label1", "Weekend")
        assert stage.settle()["updated"] == 3
        stage.elsewhere.flag(1, "-FLAGS", "\\Seen")
        stage.elsewhere.flag(2, "FLAGS")
        stage.elsewhere.flag(3, "FLAGS", "Weekend")
        assert stage.settle()["updated"] == 3

    def test_flags_are_those_of_each_copy(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1), flags=("\\Seen",))
        stage.elsewhere.put(mail(1), folder="Work", flags=("\\Flagged",))
        stage.settle()
        assert {copy.flags for copy in stage.live()} == {
            frozenset({"\\Seen"}),
            frozenset({"\\Flagged"}),
        }

    def test_an_expunged_message_is_gone_with_evidence_and_stays_a_message(
        self, stage: Stage
    ) -> None:
        stage.elsewhere.put(*mails(range(20)))
        stage.settle()
        uid = stage.elsewhere.uid(7)
        stage.elsewhere.expunge(7)
        assert stage.settle()["gone"] == 1
        (gone,) = stage.gone()
        assert gone.uid == uid
        assert gone.gone_evidence
        assert gone.message in stage.message_ids()
        assert len(stage.message_ids()) == 20

    def test_many_that_vanish_at_once_are_believed_when_a_person_says_so(
        self, stage: Stage
    ) -> None:
        stage.elsewhere.put(*mails(range(20)))
        stage.settle()
        stage.elsewhere.expunge(*range(1, 21))
        stage.sync(code=ExitCode.GUARD)
        assert (len(stage.live()), stage.gone()) == (20, [])
        assert stage.settle("--allow-delete")["gone"] == 20
        assert len(stage.message_ids()) == 20

    def test_a_message_moved_by_copying_is_the_same_message(self, stage: Stage) -> None:
        stage.elsewhere.create("Work")
        stage.elsewhere.put(*mails(range(20)))
        stage.settle()
        before = stage.messages()
        stage.elsewhere.move_by_copying(3, 5, to="Work")
        report = stage.settle()
        assert report["gone"] == 2
        assert before == stage.messages() | stage.messages("Work")
        assert len(stage.messages("Work")) == 2

    def test_a_message_moved_away_and_back_is_the_same_message(self, stage: Stage) -> None:
        stage.elsewhere.create("Work")
        stage.elsewhere.put(*mails(range(5)))
        stage.settle()
        before = stage.messages()
        stage.elsewhere.move_by_copying(3, to="Work")
        stage.settle()
        stage.elsewhere.move_by_copying(1, to="INBOX", folder="Work")
        stage.settle()
        assert stage.messages() == before

    def test_a_copied_message_is_one_message_in_two_folders(self, stage: Stage) -> None:
        stage.elsewhere.create("Work")
        stage.elsewhere.put(*mails(range(3)))
        stage.settle()
        stage.elsewhere.copy(2, to="Work")
        stage.settle()
        ((digest, ids),) = stage.messages("Work").items()
        assert stage.messages()[digest] == ids
        assert len(stage.message_ids()) == 3

    def test_the_same_mail_in_two_folders_is_one_message(self, stage: Stage) -> None:
        for folder in ("INBOX", "Work"):
            stage.elsewhere.put(mail(1), folder=folder)
        stage.settle()
        assert len(stage.live()) == 2
        assert len(stage.message_ids()) == 1

    def test_the_same_mail_twice_in_a_folder_is_one_message(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1), mail(1))
        stage.settle()
        assert len(stage.live()) == 2
        assert len(stage.message_ids()) == 1

    def test_other_content_with_the_same_message_id_is_another_message(self, stage: Stage) -> None:
        for body in ("one", "two"):
            stage.elsewhere.put(mail(1, body=body))
        stage.settle()
        assert len(stage.message_ids()) == 2

    def test_mails_without_a_message_id_stay_apart(self, stage: Stage) -> None:
        stage.elsewhere.put(*[mail(number, message_id=None) for number in (1, 2, 1)])
        stage.settle()
        assert len(stage.message_ids()) == 2

    def test_a_folder_created_meanwhile_is_read(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1))
        stage.settle()
        stage.elsewhere.create("Empty")
        stage.elsewhere.put(*mails(range(2, 5)), folder="Projects")
        assert stage.settle()["stored"] == 3

    def test_a_folder_that_was_renamed_has_the_same_messages(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1))
        stage.elsewhere.put(*mails(range(2, 22)), folder="Old")
        stage.settle()
        before = stage.messages("Old")
        stage.elsewhere.rename("Old", "New")
        stage.settle()
        assert stage.messages("New") == before
        assert stage.messages("Old") == {}

    def test_folders_below_one_that_was_renamed_go_with_it(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1), folder="Old")
        below = self.customs.delimiter.join(("Old", "2026", "May"))
        stage.elsewhere.put(*mails(range(2, 5)), folder=below)
        stage.settle()
        before = stage.messages(below)
        stage.elsewhere.rename("Old", "New")
        stage.settle()
        assert stage.messages(self.customs.delimiter.join(("New", "2026", "May"))) == before

    def test_the_copies_in_a_deleted_folder_are_gone_and_the_messages_stay(
        self, stage: Stage
    ) -> None:
        stage.elsewhere.put(mail(1))
        stage.elsewhere.put(*mails(range(2, 5)), folder="Old")
        stage.settle()
        stage.elsewhere.delete("Old")
        assert stage.settle()["gone"] == 3
        assert all(copy.gone_evidence for copy in stage.gone())
        assert len(stage.message_ids()) == 4

    def test_a_folder_made_anew_with_the_same_mail_has_the_same_messages(
        self, stage: Stage
    ) -> None:
        stage.elsewhere.put(*mails(range(20)), folder="Work")
        stage.settle()
        before = stage.messages("Work")
        stage.elsewhere.delete("Work")
        # in another order, and with a new one in front
        stage.elsewhere.put(mail(99), *mails(reversed(range(20))), folder="Work")
        stage.settle()
        assert before.items() <= stage.messages("Work").items()
        assert len(stage.message_ids()) == 21

    def test_a_folder_made_anew_with_most_of_its_mail_lacks_the_rest(self, stage: Stage) -> None:
        stage.elsewhere.put(*mails(range(20)), folder="Work")
        stage.settle()
        before = stage.messages("Work")
        stage.elsewhere.delete("Work")
        stage.elsewhere.put(*mails(range(1, 22)), folder="Work")
        stage.settle()
        assert len(before.items() & stage.messages("Work").items()) == 19
        assert len(stage.message_ids()) == 22

    def test_a_folder_made_anew_with_other_mail_has_that_and_loses_no_message(
        self, stage: Stage
    ) -> None:
        stage.elsewhere.put(*mails(range(5)), folder="Work")
        stage.settle()
        stage.elsewhere.delete("Work")
        stage.elsewhere.put(*mails(range(10, 15)), folder="Work")
        stage.settle("--allow-delete")
        assert len(stage.messages("Work")) == 5
        assert len(stage.message_ids()) == 10

    def test_a_folder_that_took_the_name_of_a_deleted_one_has_its_own_messages(
        self, stage: Stage
    ) -> None:
        self.make_two_folders(stage, "Old", "New")
        while stage.elsewhere.uidvalidity("Old") == stage.elsewhere.uidvalidity("New"):
            stage.elsewhere.delete("New")
            stage.elsewhere.put(*mails(range(10, 15)), folder="New")
        self.give_the_name_of_a_deleted_folder(stage, "Old", "New")

    def make_two_folders(self, stage: Stage, one: str, other: str) -> None:
        """Make folders with as many messages each, but others."""
        stage.elsewhere.put(*mails(range(5)), folder=one)
        stage.elsewhere.put(*mails(range(10, 15)), folder=other)

    def give_the_name_of_a_deleted_folder(self, stage: Stage, deleted: str, other: str) -> None:
        """Let the other take the place of the deleted one, which a sync must see."""
        stage.settle()
        before, known = stage.messages(other), stage.message_ids()
        stage.elsewhere.delete(deleted)
        stage.elsewhere.rename(other, deleted)
        stage.settle("--allow-delete")
        assert stage.messages(deleted) == before
        assert stage.messages(other) == {}
        assert stage.message_ids() == known

    def test_folders_of_any_name_are_read(self, stage: Stage) -> None:
        for number, name in enumerate(self.customs.odd_names):
            stage.elsewhere.put(mail(number), folder=name)
        assert stage.settle()["stored"] == len(self.customs.odd_names)

    def test_a_folder_ten_levels_down_is_read(self, stage: Stage) -> None:
        deep = self.customs.delimiter.join(f"level {number}" for number in range(10))
        stage.elsewhere.put(*mails(range(2)), folder=deep)
        stage.settle()
        assert len(stage.messages(deep)) == 2

    def test_odd_mail_comes_byte_for_byte(self, stage: Stage) -> None:
        for source in self.customs.odd_sources:
            stage.elsewhere.put(source, verbatim=True)
        assert stage.settle()["stored"] == len(self.customs.odd_sources)

    def test_mail_that_the_server_is_said_to_refuse_it_refuses(self, stage: Stage) -> None:
        for called in self.customs.refused_sources:
            with pytest.raises(ServerFailed):
                stage.elsewhere.put(ODD_SOURCES[called], verbatim=True)

    def test_a_big_message_comes_byte_for_byte(self, stage: Stage) -> None:
        stage.elsewhere.put(mail(1), BIG, mail(2))
        report = stage.settle()
        assert report["stored"] == 3
        assert len(stage.live()) == 3

    def test_the_mailbox_is_untouched(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.elsewhere.put(*mails(range(3)), flags=("\\Seen", "Weekend"))
        stage.elsewhere.put(*mails(range(3, 6)), folder="Work")
        self._untouched_by_sync(stage)
        stage.elsewhere.put(mail(6), LARGE)
        stage.elsewhere.flag(2, "FLAGS", "\\Flagged")
        self._untouched_by_failing_sync(stage, monkeypatch)
        self._untouched_by_sync(stage)

    def _untouched_by_sync(self, stage: Stage) -> None:
        before = stage.elsewhere.look()
        stage.settle()
        assert stage.elsewhere.look() == before

    def _untouched_by_failing_sync(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        before = stage.elsewhere.look()
        port = stage.elsewhere.port
        with breaking_off(port, after_bytes=50_000) as relay, monkeypatch.context() as patched:
            patched.setenv("MAILCTL_CONNECT_TO", f"localhost:{port}:127.0.0.1:{relay}")
            report = stage.sync(code=ExitCode.PARTIAL)
        assert report["failed"] == 1
        assert stage.elsewhere.look() == before


class MovingScenarios(Scenarios):
    """For servers with MOVE (RFC 6851)."""

    def test_a_moved_message_is_the_same_message(self, stage: Stage) -> None:
        stage.elsewhere.create("Work")
        stage.elsewhere.put(*mails(range(20)))
        stage.settle()
        before = stage.messages()
        stage.elsewhere.move(3, 5, to="Work")
        assert stage.settle()["gone"] == 2
        assert before == stage.messages() | stage.messages("Work")
        assert len(stage.messages("Work")) == 2


class DeliveredScenarios(Scenarios):
    """For servers whose mail lies in files, where no APPEND has looked at it."""

    @pytest.fixture
    def files(self, server: ImapServer) -> MaildirServer:
        assert isinstance(server, MaildirServer)
        return server

    @pytest.mark.parametrize(
        "source",
        [
            b"Subject: nul\n\na\0b \0\0\n",
            b"\0",
            b"",
            b"\n",
            b"Subject: cr\n\none\rtwo\r\nthree\n",
            b"From ben Mon Nov 23 10:00:00 2026\nSubject: mbox\n\nbody\n",
        ],
        ids=["NUL", "one NUL", "nothing", "one line end", "all line ends", "mbox"],
    )
    def test_what_lies_on_the_disk_comes_as_the_server_gives_it(
        self, stage: Stage, files: MaildirServer, source: bytes
    ) -> None:
        stage.elsewhere.put(mail(1))
        files.deliver_file(stage.elsewhere.box.address, source)
        assert stage.settle()["stored"] == 2
