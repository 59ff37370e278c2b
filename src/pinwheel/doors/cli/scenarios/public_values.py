"""Public numbers in scenarios: two operators enter one for a group that waits."""

from datetime import datetime
from typing import Any

from pinwheel.market.groups.draws import DrawMaker
from pinwheel.market.public_values.entering import Told, confirm_number, enter_number
from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.public_values.settling import settle_known
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator


def give_number(value: Any, group_id: int | None, now: datetime, maker: DrawMaker) -> None:
    """`507`, or `{number: 507, second: 508, group: g1}`: what the first enters, and the second if other.

    Without a group: the one that has waited longest, or that waited last. Raises: Refused.
    """
    asked = value if isinstance(value, dict) else {"number": value}
    digits = str(asked["number"])
    clerk, second = (
        Operator.objects.get_or_create(username=name)[0] for name in ("scenario-clerk", "scenario-second")
    )
    group = waiting_group() if group_id is None else group_id
    enter_number(group, digits, Told("scenario", "scenario", now), clerk, now)
    confirm_number(group, str(asked.get("second", digits)), second, now)
    settle_known(now, maker)


def waiting_group() -> int:
    """The group that has waited longest, or that waited last. Raises: Refused not_waiting."""
    in_order = PublicValue.objects.order_by("frozen_at", "group_id")
    found = in_order.filter(state=PublicValue.State.WAITING).first() or in_order.last()
    if found is None:
        raise Refused("not_waiting")
    return found.group_id
