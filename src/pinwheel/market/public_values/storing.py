"""A public value becomes known: it is stored once, in time, and never changes."""

from datetime import datetime

from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.refusals import Refused

State = PublicValue.State


def lock_waiting(group_id: int, now: datetime) -> PublicValue:
    """The row of a group that waits, locked until the transaction ends.

    Raises: Refused not_waiting, value_too_late.
    """
    found = PublicValue.objects.select_for_update(no_key=True, of=("self",)).filter(pk=group_id).first()
    if found is None or found.state in (State.KNOWN, State.DRAWN):
        raise Refused("not_waiting")
    if found.state == State.OVERDUE or now >= found.due_at:
        raise Refused("value_too_late", {"due": found.due_at.isoformat(timespec="minutes")})
    return found


def store(waiting: PublicValue, value: bytes, published_at: datetime, now: datetime) -> None:
    """Write a locked row's value; who brings it has set signature, source and operators before."""
    waiting.value, waiting.published_at, waiting.known_at = value, published_at, now
    waiting.state, waiting.failure = State.KNOWN, ""
    waiting.save()
