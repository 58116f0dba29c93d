"""What servers really say of mails and recipients, and what that means."""

from pathlib import Path

import pytest

from mailctl.errors import MailctlError, MailTooLarge, ServerBusy, ServerRefused
from mailctl.protocols.smtp.causes import all_causes
from mailctl.protocols.smtp.refusals import declined

# code, words, cause, what it is
SAID: list[tuple[int, str, str | None, type[MailctlError]]] = [
    (450, "4.2.0 <ben@x.example>: Recipient address rejected: Greylisted, see http://postgrey",
     "greylisted", ServerBusy),
    (451, "4.7.1 Greylisting in action, please come back in 00:05:00", "greylisted", ServerBusy),
    (451, "4.7.1 Please try again later", "greylisted", ServerBusy),
    (450, "Graylisted, please try again", "greylisted", ServerBusy),
    (452, "4.5.3 Too many recipients", "too-many-recipients", ServerBusy),
    (452, "4.5.3 Your message has too many recipients.", "too-many-recipients", ServerBusy),
    (550, "5.4.5 Daily user sending limit exceeded. For more information on Gmail", "sending-limit",
     ServerBusy),
    (554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", "sending-limit",
     ServerBusy),
    (550, "5.5.1 You have exceeded the maximum number of recipients per day", "sending-limit",
     ServerBusy),
    (550, "5.7.60 SMTP; Client does not have permissions to send as this sender",
     "sender-not-allowed", ServerRefused),
    (553, "5.7.1 <x@corp.example>: Sender address rejected: not owned by user ada",
     "sender-not-allowed", ServerRefused),
    (554, "5.2.252 SendAsDenied; ada@x not allowed to send as x@corp.example", "sender-not-allowed",
     ServerRefused),
    (550, "Sender address is not allowed.", "sender-not-allowed", ServerRefused),
    (554, "5.7.1 <ben@x.example>: Relay access denied", "relaying-denied", ServerRefused),
    (530, "5.7.0 Authentication required", "relaying-denied", ServerRefused),
    (550, "5.7.1 Unable to relay", "relaying-denied", ServerRefused),
    (550, "relay not permitted", "relaying-denied", ServerRefused),
    (552, "5.2.2 <ben@x.example>: user is over quota", "recipient-full", ServerRefused),
    (452, "4.2.2 The email account that you tried to reach is over quota.", "recipient-full",
     ServerBusy),
    (550, "Mailbox full", "recipient-full", ServerRefused),
    (550, "5.2.1 The email account that you tried to reach is disabled", "recipient-off",
     ServerRefused),
    (550, "Mailbox disabled for this recipient", "recipient-off", ServerRefused),
    (551, "5.1.6 User has moved; please try <new@x.example>", "recipient-moved", ServerRefused),
    (550, "5.1.1 The email account that you tried to reach does not exist.", "recipient-unknown",
     ServerRefused),
    (550, "5.1.1 <ben@x.example>: Recipient address rejected: User unknown in mailbox table",
     "recipient-unknown", ServerRefused),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "recipient-unknown",
     ServerRefused),
    (550, "No such user here", "recipient-unknown", ServerRefused),
    (450, "4.1.2 <ben@nowhere.example>: Recipient address rejected: Domain not found",
     "domain-unknown", ServerBusy),
    (550, "5.1.2 bad destination system", "domain-unknown", ServerRefused),
    (552, "5.3.4 Message size exceeds fixed limit", "too-large", MailTooLarge),
    (552, "5.2.3 Your message exceeded Google's message size limits", "too-large", MailTooLarge),
    (552, "Requested mail action aborted: exceeded storage allocation", "recipient-full",
     ServerRefused),
    (552, "no", None, MailTooLarge),
    (554, "5.7.1 Message rejected as spam by content filtering", "taken-for-spam", ServerRefused),
    (554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
     "taken-for-spam", ServerRefused),
    (550, "5.7.1 recipient refused by policy", "forbidden", ServerRefused),
    (550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
     "forbidden", ServerRefused),
    (550, "Requested action not taken: client at 10.5.7.1 is odd", None, ServerRefused),
    (451, "4.3.0 later", None, ServerBusy),
    (554, "", None, ServerRefused),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words", "cause", "failure"), SAID)
def test_a_real_text_has_its_cause(
    code: int, words: str, cause: str | None, failure: type[MailctlError]
) -> None:
    error = declined("smtp.x.example", code, words)
    assert (error.details.get("cause"), type(error)) == (cause, failure)
    assert error.details["smtp_code"] == code
    assert error.hint or cause is None


def test_every_cause_has_been_said() -> None:
    assert all_causes() == {cause for _, _, cause, _ in SAID if cause}


def test_the_manual_names_every_cause() -> None:
    manual = Path("docs/diagnoses.md").read_text(encoding="utf-8")
    assert [cause for cause in sorted(all_causes()) if f"| `{cause}` |" not in manual] == []
