"""Which state of a parcel may follow which. Everything else is refused."""

from pinwheel.market.delivery.models import Delivery
from pinwheel.market.refusals import Refused

State = Delivery.State

MAY_FOLLOW: dict[int, frozenset[int]] = {
    State.CHOOSING: frozenset({State.TO_SHIP, State.CLOSED}),
    State.TO_SHIP: frozenset({State.SHIPPED, State.CLOSED}),
    State.SHIPPED: frozenset({State.RECEIVED, State.CLOSED}),
    State.RECEIVED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
IN_WORDS: dict[int, tuple[str, str]] = {
    State.CHOOSING: ("待选奖品", "waiting for the prize to be chosen"),
    State.TO_SHIP: ("待发货", "to be shipped"),
    State.SHIPPED: ("已发货", "shipped"),
    State.RECEIVED: ("已收货", "received"),
    State.CLOSED: ("已关闭", "closed"),
}


def refuse_state(parcel: Delivery, wanted: int) -> None:
    """Raises: Refused not_allowed_now unless the parcel's state may be followed by the wanted one."""
    if wanted not in MAY_FOLLOW[parcel.state]:
        raise Refused("not_allowed_now", {"state": IN_WORDS[parcel.state]})


def refuse_disputed(parcel: Delivery) -> None:
    """Raises: Refused aftersale_open."""
    if parcel.is_disputed:
        raise Refused("aftersale_open")
