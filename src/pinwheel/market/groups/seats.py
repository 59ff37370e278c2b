"""Seats in work: the groups that a settlement fills, and who sits where."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from pinwheel.rules.counters import Counters
from pinwheel.rules.settle import Postings


@dataclass(slots=True)
class SeatedOrder:
    """A paid order, in the queue or in a seat."""

    id: int
    member_id: int
    price: int
    route: int
    flags: int
    discount: int = 0  # of the price: what a coupon paid
    deposit: int = 0  # of the price: what was paid first, in a presale

    @property
    def paid(self) -> int:
        """Fen that the member has paid for the seat, and gets back with a refund."""
        return self.deposit or self.price - self.discount


@dataclass(slots=True)
class PriceCut:
    """What one order of a ladder gets back as a tier is reached, in fen; its price is that much lower."""

    order: SeatedOrder
    amount: int


@dataclass(slots=True)
class OpenGroup:
    """A forming group, locked. `orders` are in seat order; those from `seated_before` on are new."""

    id: int
    draw_number: int
    leader_id: int
    size: int
    expires_at: datetime | None
    opened_at: datetime | None
    sealed_seed: bytes
    held_members: list[int]
    orders: list[SeatedOrder]
    seated_before: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.orders) >= self.size


@dataclass(slots=True)
class Drawn:
    """A filled group with its draw made: seat offsets in drawn order; none where nothing is drawn."""

    group: OpenGroup
    server_seed: bytes
    order: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Settled:
    """What the rules made of filled groups: columns over all their seats, and postings."""

    drawn: list[Drawn]
    orders: list[SeatedOrder]
    members: NDArray[np.int64]  # those whose balances may move, by their index in the postings
    bars: list[int]
    outcomes: list[int]
    postings: Postings
    counters: Counters
    posted: int = 0  # postings used
