"""Messages as our requests name them, and exchangelib's services that speak of them.

Its own `Message` is made with importance, sensitivity and requests for receipts, which would
take the place of what the MIME content says, and knows only properties registered for everybody.
"""

from typing import Any

from exchangelib import errors, services
from exchangelib.extended_properties import ExtendedProperty
from exchangelib.fields import (
    BooleanField,
    CharListField,
    DateTimeField,
    ExtendedPropertyField,
    FieldPath,
    IdElementField,
    IntegerField,
    MailboxListField,
    MimeContentField,
    TextField,
)
from exchangelib.properties import IdChangeKeyMixIn, ItemId
from exchangelib.util import create_element

from mailctl.protocols.ews.properties import FlagStatus, LastVerb


class MessageFlags(ExtendedProperty):  # type: ignore[misc]
    """PidTagMessageFlags ([MS-OXCMSG] section 2.2.1.6): 1 is read, 8 is a draft."""

    property_tag = 0x0E07
    property_type = "Integer"


class DeliveryTime(ExtendedProperty):  # type: ignore[misc]
    """PidTagMessageDeliveryTime, which EWS shows as DateTimeReceived."""

    property_tag = 0x0E06
    property_type = "SystemTime"


class IconIndex(ExtendedProperty):  # type: ignore[misc]
    """PidTagIconIndex ([MS-OXOMSG] section 2.2.1.10): which envelope Outlook shows."""

    property_tag = 0x1080
    property_type = "Integer"


class OutgoingMark(ExtendedProperty):  # type: ignore[misc]
    """By what a mail that we sent is known wherever it lies, whatever its Message-ID became."""

    property_set_id = "5c6b2f0e-8d4b-4a53-9b61-6d61696c6374"
    property_name = "mailctl-outgoing"
    property_type = "String"


class Letter(IdChangeKeyMixIn):  # type: ignore[misc]
    """A message with what we ask or say of it, in the order of types.xsd."""

    ELEMENT_NAME = "Message"
    ID_ELEMENT_CLS = ItemId

    mime_content = MimeContentField(field_uri="item:MimeContent")
    _id = IdElementField(field_uri="item:ItemId", value_cls=ItemId)
    datetime_received = DateTimeField(field_uri="item:DateTimeReceived", is_read_only=True)
    size = IntegerField(field_uri="item:Size", is_read_only=True)
    categories = CharListField(field_uri="item:Categories")
    is_submitted = BooleanField(field_uri="item:IsSubmitted", is_read_only=True)
    is_draft = BooleanField(field_uri="item:IsDraft", is_read_only=True)
    message_flags = ExtendedPropertyField(value_cls=MessageFlags)
    delivery_time = ExtendedPropertyField(value_cls=DeliveryTime)
    flag_status = ExtendedPropertyField(value_cls=FlagStatus)
    last_verb = ExtendedPropertyField(value_cls=LastVerb)
    icon_index = ExtendedPropertyField(value_cls=IconIndex)
    outgoing_mark = ExtendedPropertyField(value_cls=OutgoingMark)
    to_recipients = MailboxListField(field_uri="message:ToRecipients")
    cc_recipients = MailboxListField(field_uri="message:CcRecipients")
    bcc_recipients = MailboxListField(field_uri="message:BccRecipients")
    message_id = TextField(field_uri="message:InternetMessageId")
    is_read = BooleanField(field_uri="message:IsRead")

    __slots__ = ("account",)

    def __init__(self, **named: Any) -> None:
        self.account = named.pop("account", None)
        super().__init__(**named)


def paths(*names: str) -> list[Any]:
    """Return the fields of those names as requests ask for them."""
    return [FieldPath(field=Letter.get_field_by_fieldname(name)) for name in names]


class GetLetters(services.GetItem):  # type: ignore[misc]
    """GetItem; whatever kind of item it is, what comes of it is a Letter."""

    def _elem_to_obj(self, elem: Any) -> Any:
        return Letter.from_xml(elem=elem, account=self.account)


class FindLetters(services.FindItem):  # type: ignore[misc]
    """FindItem; whatever kind of item it is, what comes of it is a Letter."""

    def _elem_to_obj(self, elem: Any) -> Any:
        return Letter.from_xml(elem=elem, account=self.account)


class UpdateLetters(services.UpdateItem):  # type: ignore[misc]
    """UpdateItem; that somebody else changed an item meanwhile is an answer to that item."""

    ERRORS_TO_CATCH_IN_RESPONSE = (
        *services.UpdateItem.ERRORS_TO_CATCH_IN_RESPONSE,
        errors.ErrorIrresolvableConflict,
        errors.ErrorStaleObject,
    )


class SendOnce(services.SendItem):  # type: ignore[misc]
    """SendItem, never tried again in another version of the protocol."""

    ERRORS_TO_CATCH_IN_RESPONSE = ()

    @classmethod
    def supported_api_versions(cls) -> list[str]:
        """Return none beside the one that the mailbox was opened with."""
        return []


class EqualsAny:
    """The restriction of FindItem to items of which one of these properties has that value."""

    def __init__(self, *terms: tuple[str, str]) -> None:
        self._terms = terms

    def to_xml(self, version: Any) -> Any:
        """Return the element. Raises ValueError for what no XML can say."""
        parts = [self._equal(name, value) for name, value in self._terms]
        restriction = create_element("m:Restriction")
        joined = restriction if len(parts) == 1 else create_element("t:Or")
        for part in parts:
            joined.append(part)
        if joined is not restriction:
            restriction.append(joined)
        return restriction

    @staticmethod
    def _equal(name: str, value: str) -> Any:
        equal = create_element("t:IsEqualTo")
        (path,) = paths(name)
        equal.append(path.to_xml())
        constant = create_element("t:FieldURIOrConstant")
        constant.append(create_element("t:Constant", attrs={"Value": value}))
        equal.append(constant)
        return equal
