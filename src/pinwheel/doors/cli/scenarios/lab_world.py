"""The simulator's world as a scenario uses it: seat by seat and day by day, in plain Python.

Every rule that it applies is called where the simulator calls it; here its columns are filled and read.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pinwheel.lab import closing, life, settling
from pinwheel.lab.figures import PARTY_NAMES, cash_parties
from pinwheel.lab.game import all_seats, game_of
from pinwheel.lab.pool import make_pool
from pinwheel.lab.world import (
    BARS,
    KNOWN,
    NEVER,
    NOBODY,
    OUTCOMES,
    POOL,
    SEAT_DRAWN,
    SEAT_EXTERNAL,
    SEAT_FLAGS,
    SEAT_HOLDER,
    SPONSOR,
    THERE,
    counters_of,
    make_world,
    postings_of,
    seats_of,
)
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.model import Plan
from pinwheel.rules import reasons
from pinwheel.rules.assets import ASSETS, CASH, DIVIDEND_POINTS
from pinwheel.rules.close import ClosingSeats, decide_closing
from pinwheel.rules.outcomes import DRAWN
from pinwheel.rules.reasons import PARTIES
from pinwheel.rules.settle import add, post_refunds

FIRST_DAYS = 64  # of books; there are more when they are needed
Seat = tuple[int, int, int]  # holder, flags, 1 if paid from outside


class LabWorld:
    """A world with its game. Row 0 of its members is nobody: the market writes 0 where there is none."""

    def __init__(self, plan: Plan, price: int, members: int) -> None:
        self.game = game_of(plan, price)
        self.world = make_world(self.game.tables, int(self.game.ladder.sizes[0]), members + 1, FIRST_DAYS)
        self.world.numbers[[KNOWN, THERE]] = members + 1
        self.pool = make_pool(members + 1)

    def room_for_day(self, day: int) -> None:
        """Make sure that there are books for a day."""
        moved, days = self.world.moved, self.world.days
        missing = day + 1 - len(days)
        if missing > 0:
            more = max(missing, len(days))
            self.world = self.world._replace(
                moved=np.concatenate([moved, np.zeros((more, *moved.shape[1:]), dtype=np.int64)]),
                days=np.concatenate([days, np.zeros((more, days.shape[1]), dtype=np.int64)]),
            )

    def begin_day(self, day: int) -> None:
        """Midnight, as in every run of the simulator."""
        life.begin_day(self.game, day, self.world)

    def count_join(self, day: int, member: int) -> int:
        """Count a paid join; return its flags."""
        promises = self.game.promises
        return life.count_join(day, promises.newcomer_days, promises.day_with_join, self.world.facts, member)

    def adjust(self, day: int, member: int, asset: int, amount: int) -> bool:
        """Give (or take) without a plan's reason; False, and nothing done, where there is too little."""
        if self.world.members[member, asset] + amount < 0:
            return False
        self.world.members[member, asset] += amount
        self.world.moved[day, reasons.ADJUSTMENT, asset] += amount
        return True

    def hold(self, day: int, member: int, is_external: bool, price: int) -> None:
        """Hold the price of a join for its group, in fen."""
        self.move(day, member, reasons.HOLD_EXTERNAL if is_external else reasons.HOLD, price)

    def give_difference(self, day: int, member: int, is_external: bool, amount: int) -> None:
        """Give back what a ladder's tier takes off, in fen."""
        self.move(day, member, reasons.TIER_REFUND_EXTERNAL if is_external else reasons.TIER_REFUND, amount)

    def move(self, day: int, member: int, reason: int, amount: int) -> None:
        self.apply(day, add(postings_of(self.world), 0, 0, member, reason, CASH, amount))

    def refund(self, day: int, seats: Sequence[Seat], prices: Sequence[int]) -> None:
        """Give the price of these seats, in fen, back by the route it was paid."""
        self.write_seats(seats)
        columns, postings = seats_of(self.world, 0), postings_of(self.world)
        used = 0
        for row, price in enumerate(prices):
            used = post_refunds(price, row, row + 1, columns, postings, used)
        self.apply(day, used)

    def apply(self, day: int, posted: int) -> None:
        """Apply so many postings."""
        world = self.world
        settling.apply_postings(self.game.signs, world.postings, posted, world.members, world.moved[day])

    def write_seats(self, seats: Sequence[Seat]) -> None:
        columns = np.array(seats, dtype=np.int64).reshape(-1, 3).T
        self.world.seats[[SEAT_HOLDER, SEAT_FLAGS, SEAT_EXTERNAL], : len(seats)] = columns

    def settle(
        self, day: int, seats: Sequence[Seat], drawn: Sequence[int], leader_row: int
    ) -> tuple[list[int], list[int]]:
        """Settle one group, full or a ladder's that formed; return each seat's bars and class.

        Args:
            drawn: seat offsets in drawn order.
            leader_row: of the leader's seat, or -1.
        """
        size, columns = len(seats), self.world.seats
        self.write_seats(seats)
        columns[SEAT_DRAWN, :size] = drawn
        columns[BARS, :size] = 0
        self.world.leader_rows[0] = leader_row
        settling.settle_drawn(self.game, size, day, 1, self.world)
        return columns[BARS, :size].tolist(), columns[OUTCOMES, :size].tolist()

    def decide_closing(
        self, seats: Sequence[Seat], drawn: Sequence[int]
    ) -> tuple[list[int], list[int], bool]:
        """Draw the seats of all full groups at once: each seat's bars and class, and whether bars held."""
        holders, flags, _ = np.array(seats, dtype=np.int64).reshape(-1, 3).T
        bars, outcomes = (np.zeros(len(seats), dtype=np.int64) for _ in range(2))
        result = decide_closing(
            all_seats(self.game.tables, len(seats)),
            ClosingSeats(holders, flags, np.array(drawn, dtype=np.int64)),
            counters_of(self.world.facts),
            np.zeros(len(self.world.members), dtype=np.int64),
            bars,
            outcomes,
        )
        return bars.tolist(), outcomes.tolist(), result == DRAWN

    def settle_decided(
        self,
        day: int,
        seats: Sequence[Seat],
        decided: tuple[Sequence[int], Sequence[int], bool],
        leader_row: int,
    ) -> None:
        """Settle one group of which was decided by the draw at the end: bars, classes, whether bars held."""
        bars, outcomes, bars_held = decided
        self.write_seats(seats)
        self.world.seats[BARS, : len(seats)] = bars
        self.world.seats[OUTCOMES, : len(seats)] = outcomes
        self.world.leader_rows[0] = leader_row
        closing.settle_part(self.game, day, len(seats), bars_held, self.world)

    def sponsor_of(self, member: int) -> int | None:
        """Who brought a member."""
        sponsor = int(self.world.facts[member, SPONSOR])
        return None if sponsor == NOBODY else sponsor

    def set_sponsor(self, member: int, sponsor: int | None) -> None:
        self.world.facts[member, SPONSOR] = NOBODY if sponsor is None else sponsor

    def and_above(self, sponsor: int | None) -> set[int]:
        """A sponsor and everybody who stands above."""
        found: set[int] = set()
        while sponsor is not None and sponsor not in found:
            found.add(sponsor)
            sponsor = self.sponsor_of(sponsor)
        return found

    def day_or_none(self, member: int, fact: int) -> int | None:
        """A member's fact that is a day."""
        day = int(self.world.facts[member, fact])
        return None if day == NEVER else day

    def held_by(self, party: int) -> NDArray[np.int64]:
        """(assets,) What a party has of all that moved under the plan."""
        moved = self.world.moved.sum(axis=0)
        held = np.zeros(len(ASSETS), dtype=np.int64)
        for reason in PARTIES:
            for asset in range(len(ASSETS)):
                giving, getting = cash_parties(reason) if asset == CASH else PARTIES[reason]
                held[asset] += moved[reason, asset] * (int(getting == party) - int(giving == party))
        return held

    def findings(self, waiting: int) -> Iterator[str]:
        """Where balances are not what moved. `waiting`: fen paid by joins neither settled nor refunded."""
        world, pool = self.world, self.pool
        granted = world.moved[:, reasons.ADJUSTMENT].sum(axis=0)
        members = self.held_by(reasons.MEMBER) + granted
        for asset, name in enumerate(ASSETS):
            yield from differs(f"books.members.{name}", members[asset], world.members[:, asset].sum())
        there = {
            reasons.HELD: (CASH, waiting),
            reasons.DAILY_POOL: (CASH, world.numbers[POOL]),
            reasons.MONTHLY_POOL: (CASH, pool.left[0]),
            reasons.POOL: (DIVIDEND_POINTS, pool.points.sum()),
        }
        for party, (asset, amount) in there.items():
            path = f"books.{PARTY_NAMES[party]}.{ASSETS[asset]}"
            yield from differs(path, self.held_by(party)[asset], amount)
        if (world.members[:, CASH : len(ASSETS)] < 0).any():
            yield "books.members: expected nothing below 0.00 got a balance that is"


def differs(path: str, expected: int, got: int) -> Iterator[str]:
    """An amount in the books that is not what it should be."""
    if expected != got:
        yield f"{path}: expected {format_amount(int(expected))} got {format_amount(int(got))}"
