"""What an Exchange server's answer means for a mail: refused, to be tried again, or unknown.

The codes: https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from exchangelib import errors

from mailctl.errors import (
    DeliveryUncertain,
    MailctlError,
    MailTooLarge,
    ServerBusy,
    ServerRefused,
    Unreachable,
)
from mailctl.protocols.diagnoses import Diagnosis, Kind, Who
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.failures import failure
from mailctl.protocols.words import plain

_TOO_LARGE = Diagnosis(
    "too-large",
    "the mail is larger than the server takes",
    Who.YOU,
    Kind.REFUSED,
    "send less at once",
)
_NOT_ALLOWED = Diagnosis(
    "sender-not-allowed",
    "the server does not let this account send as that address",
    Who.YOU,
    Kind.REFUSED,
    "check --from, or ask the administrator for the right to send as it",
)
_LIMIT = Diagnosis(
    "sending-limit",
    "the mailbox has sent as much as it may for now",
    Who.NOBODY,
    Kind.BUSY,
    "wait",
)
_FULL = Diagnosis("mailbox-full", "the mailbox is full", Who.YOU, Kind.BUSY, "make room in it")
_RECIPIENTS = Diagnosis(
    "recipient-unknown",
    "the server takes an address for none, and told nobody of the mail",
    Who.YOU,
    Kind.REFUSED,
    "check the addresses",
)
_SENSELESS = Diagnosis(
    "mail-not-understood",
    "the server cannot make sense of the mail",
    Who.YOU,
    Kind.REFUSED,
    "send it in another form",
)
_DRAFT_GONE = Diagnosis(
    "draft-removed",
    "somebody removed the draft of the mail before it was sent",
    Who.NOBODY,
    Kind.BUSY,
    "wait",
)
_CAUSES: tuple[tuple[type[Exception], Diagnosis], ...] = (
    (errors.ErrorMessageSizeExceeded, _TOO_LARGE),
    (errors.ErrorAttachmentSizeLimitExceeded, _TOO_LARGE),
    (errors.ErrorDataSizeLimitExceeded, _TOO_LARGE),
    (errors.ErrorSendAsDenied, _NOT_ALLOWED),
    (errors.ErrorSubmissionQuotaExceeded, _LIMIT),
    (errors.ErrorQuotaExceeded, _FULL),
    (errors.ErrorInvalidRecipients, _RECIPIENTS),
    (errors.ErrorMissingRecipients, _RECIPIENTS),
    (errors.ErrorMailRecipientNotFound, _RECIPIENTS),
    (errors.ErrorMimeContentInvalid, _SENSELESS),
    (errors.ErrorMimeContentInvalidBase64String, _SENSELESS),
    (errors.ErrorMimeContentConversionFailed, _SENSELESS),
    (errors.ErrorUnsupportedMimeConversion, _SENSELESS),
    (errors.ErrorContentConversionFailed, _SENSELESS),
    (errors.ErrorItemNotFound, _DRAFT_GONE),
)
_AMBIGUOUS = (
    errors.ErrorTimeoutExpired,
    errors.ErrorInternalServerError,
    errors.ErrorInternalServerTransientError,
    errors.ErrorItemNotFound,
    errors.ErrorMailboxFailover,
    errors.ErrorMailboxMoveInProgress,
    errors.ErrorMailboxStoreUnavailable,
)
"""What a server may say after it has done what it was asked, or half of it; an item that is not
there any more was sent or removed by somebody."""
_RAISED = (
    *(errors.EWSError, requests.RequestException, OSError),
    *(ValueError, TypeError, LookupError, AttributeError),
)
_NOT_SAID = re.compile(r"\A(?:Caused by|Reraised from)\b")
"""How exchangelib's own words begin, where what it raises is no answer to the request."""


def all_causes() -> frozenset[str]:
    """Return every cause that there is a code for."""
    return frozenset(diagnosis.cause for _, diagnosis in _CAUSES)


@contextmanager
def told_of_mail(mailbox: EwsMailbox) -> Iterator[None]:
    """Turn what exchangelib raises into an error of ours, while the server has no mail to send.

    Raises MailTooLarge, Unreachable, AuthenticationRefused, ServerBusy or ServerRefused.
    """
    try:
        yield
    except MailctlError:
        raise
    except _RAISED as error:
        raise _meaning(mailbox, error) from None


@contextmanager
def told_of_handing_over(mailbox: EwsMailbox) -> Iterator[None]:
    """Turn what exchangelib raises into an error of ours, when the server may have the mail.

    Only an answer that says so means that it does not: else DeliveryUncertain is raised.
    """
    try:
        yield
    except MailctlError:
        raise  # of a connection that could not be made: nothing went over it
    except _RAISED as error:
        meaning = _meaning(mailbox, error)
        if _is_an_answer(error):
            raise meaning from None
        raise DeliveryUncertain(
            f"{meaning.sentence} when all of the mail had been handed over: it may have been sent",
            hint="find out before you send it again: mailctl outbox flush looks it up",
        ) from None


def _is_an_answer(error: Exception) -> bool:
    """Whether the server itself says that it did not do what it was asked."""
    if isinstance(error, errors.UnauthorizedError):
        return True
    is_code = isinstance(error, errors.ResponseMessageError) and not isinstance(error, _AMBIGUOUS)
    return is_code and not _NOT_SAID.match(str(error))


def _meaning(mailbox: EwsMailbox, error: Exception) -> MailctlError:
    said = plain(str(error)[:300], mailbox.login.secret)
    for code, diagnosis in _CAUSES:
        if isinstance(error, code):
            return _declined(mailbox.host, said, code, diagnosis)
    meaning = failure(mailbox.host, mailbox.login, error)
    is_of_exchange = isinstance(error, errors.ResponseMessageError)
    if isinstance(meaning, ServerRefused) and not (
        is_of_exchange or isinstance(meaning, MailTooLarge)
    ):
        # whatever answered was not asked about the mail: that is no reason to give it up
        return Unreachable(meaning.sentence, hint=meaning.hint, details=meaning.details)
    return meaning


def _declined(host: str, said: str, code: type[Exception], why: Diagnosis) -> MailctlError:
    details = {"ews_code": code.__name__, **why.details}
    if why.kind is Kind.BUSY:
        sentence = f"{host} does not take the mail now: {said}"
        return ServerBusy(sentence, hint=why.hint, details=details)
    refused = MailTooLarge if why is _TOO_LARGE else ServerRefused
    return refused(f"{host} refused: {said}", hint=why.hint, details=details)
