"""What exchangelib does not know of messages and folders: properties of MAPI, by their tags."""

from collections.abc import Sequence

from exchangelib import util
from exchangelib.extended_properties import ExtendedProperty
from exchangelib.fields import FieldPath
from exchangelib.items import (
    MeetingCancellation,
    MeetingMessage,
    MeetingRequest,
    MeetingResponse,
    Message,
    PostItem,
)


class SearchKey(ExtendedProperty):  # type: ignore[misc]
    """PidTagSearchKey: what a move and a copy leave as it is (MS-OXPROPS 2.991)."""

    property_tag = 0x300B
    property_type = "Binary"


class FlagStatus(ExtendedProperty):  # type: ignore[misc]
    """PidTagFlagStatus: 2 is flagged, 1 is done (MS-OXOFLAG 2.2.1.1)."""

    property_tag = 0x1090
    property_type = "Integer"


class LastVerb(ExtendedProperty):  # type: ignore[misc]
    """PidTagLastVerbExecuted: what was done with it last (MS-OXOMSG 2.2.1.4)."""

    property_tag = 0x1081
    property_type = "Integer"


TNS = f"{{{util.TNS}}}"
"""The namespace of what an item says."""
_MAIL_CLASSES = (
    Message,
    MeetingMessage,
    MeetingRequest,
    MeetingResponse,
    MeetingCancellation,
    PostItem,
)
for _kind in _MAIL_CLASSES:  # some inherit from others what they have
    for _name, _property in {
        "search_key": SearchKey,
        "flag_status": FlagStatus,
        "last_verb": LastVerb,
    }.items():
        if _name not in {field.name for field in _kind.FIELDS}:
            _kind.register(_name, _property)


def of_messages(names: Sequence[str]) -> list[FieldPath]:
    """Return what is to be asked of messages."""
    return [FieldPath(field=Message.get_field_by_fieldname(name)) for name in names]
