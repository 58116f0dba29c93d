"""Changes of what mail is linked to, and the links that follow them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from mailctl.core.services import Services
from mailctl.errors import Locked
from mailctl.store import waiting

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def settled(
    verb: Callable[Concatenate[Services, _Given], _Made],
) -> Callable[Concatenate[Services, _Given], _Made]:
    """Make a verb link anew, once it is done, what its change touched.

    What is touched is queued with the change itself, so that nothing is lost where it ends before.
    """

    @wraps(verb)
    def settling(services: Services, /, *args: _Given.args, **named: _Given.kwargs) -> _Made:
        made = verb(services, *args, **named)
        settle(services)
        return made

    return settling


def settle(services: Services) -> None:
    """Link the mail anew that changes touched; a run that is linking does that for us.

    Where several changes are one transaction, whoever made it settles when it has ended.
    """
    if services.store.is_together:
        return
    with services.store.reading() as tx:
        if not waiting.are_touched(tx):
            return
    from mailctl.core.linking.linking import link_waiting  # only where there is something to link

    try:
        link_waiting(services, is_for_changes=True)
    except Locked:
        return
