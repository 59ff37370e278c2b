"""What a join asks for, and how it is told from another."""

import hashlib
import uuid
from dataclasses import dataclass

from pinwheel.market.orders.models import Order

QUEUE = 0  # group id of the public queue
NO_COUPON = 0


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """One join. Ids are numbers; `group_id` QUEUE joins the public queue, `opens_group` a new one."""

    activity_id: int
    member_id: int
    request_key: uuid.UUID
    product_id: int | None = None
    group_id: int = QUEUE
    opens_group: bool = False
    route: int = Order.Route.BALANCE
    coupon_id: int = NO_COUPON
    sku_id: int | None = None  # None: the first of the product that is left
    most: int | None = None  # fen of the price that the member has agreed to; None: whatever it is

    @property
    def request_print(self) -> int:
        """What the request says, as a 63-bit number: the same key must come with the same print."""
        said: tuple[object, ...] = (
            self.activity_id,
            self.member_id,
            self.product_id,
            self.group_id,
            self.opens_group,
            self.route,
        )
        if self.coupon_id != NO_COUPON:  # what is left out changes no print of before
            said += ("coupon", self.coupon_id)
        if self.sku_id is not None:
            said += ("sku", self.sku_id)
        if self.most is not None:
            said += ("most", self.most)
        return int.from_bytes(hashlib.sha256(repr(said).encode()).digest()[:8], "big") >> 1


def request_key(caller: str, key: str) -> uuid.UUID:
    """A caller's idempotency key as a unique number: callers cannot meet each other's keys."""
    return uuid.UUID(bytes=hashlib.sha256(f"{caller}|{key}".encode()).digest()[:16])


@dataclass(frozen=True, slots=True)
class JoinResult:
    """What became of a join that was taken. `is_replay`: the same request was answered before."""

    order_id: int
    activity_id: int
    member_id: int
    group_id: int
    price: int  # fen
    state: int  # Order.State
    is_replay: bool = False
    discount: int = 0  # fen of the price that a coupon pays
    deposit: int = 0  # fen paid first, in a presale; 0: all is paid at once
