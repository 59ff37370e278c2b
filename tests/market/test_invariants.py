"""Anything may happen in any order: the audit stays clean, and cash is what a plain oracle says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pinwheel.market.activities.services import end
from pinwheel.market.due import run_due
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.requests import JoinResult
from stage import DAY, HOUR, MINUTE, SECOND, Stage, findings

PRICE, REWARD, SIZE, MEMBERS, PURSE = 10_000, 500, 3, 4, 45_000
HOLD, FILL = 30 * MINUTE, DAY
CHANGES = "{group.size: 3, draw.seat_rules: [], limits.joins_per_day: null}"


@dataclass
class Place:
    """An order in the oracle's eyes."""

    member: int
    external: bool
    asked_at: datetime
    state: str = "unpaid"  # unpaid, lapsed, seated, kept, refunded


@dataclass
class Table:
    """A group in the oracle's eyes."""

    expires: datetime
    places: list[Place] = field(default_factory=list)
    is_open: bool = True


class Oracle:
    """The rules of one plan as a shopkeeper tells them: three to a group, the first seat wins."""

    def __init__(self) -> None:
        self.cash = dict.fromkeys(range(MEMBERS), PURSE)
        self.back_outside = 0
        self.unpaid: list[Place] = []
        self.tables: list[Table] = []
        self.has_ended = False

    def open_tables(self) -> list[Table]:
        return [table for table in self.tables if table.is_open]

    def give_back(self, place: Place) -> None:
        place.state = "refunded"
        if place.external:
            self.back_outside += PRICE
        else:
            self.cash[place.member] += PRICE

    def seat(self, place: Place, now: datetime) -> None:
        if not place.external:
            self.cash[place.member] -= PRICE
        if self.has_ended:
            self.give_back(place)
            return
        fits = [t for t in self.open_tables() if place.member not in [p.member for p in t.places]]
        table = fits[0] if fits else Table(now + FILL)
        if not fits:
            self.tables.append(table)
        place.state = "seated"
        table.places.append(place)
        if len(table.places) == SIZE:
            table.is_open = False
            table.places[0].state = "kept"
            for loser in table.places[1:]:
                self.give_back(loser)
                self.cash[loser.member] += REWARD

    def close(self, tables: list[Table]) -> None:
        for table in tables:
            table.is_open = False
            for place in table.places:
                self.give_back(place)

    def clock(self, now: datetime) -> None:
        for place in self.unpaid:
            if place.state == "unpaid" and place.asked_at + HOLD <= now:
                place.state = "lapsed"
        self.close([table for table in self.open_tables() if table.expires <= now])


class Market(RuleBasedStateMachine):
    """The live market and the oracle, told the same."""

    orders = Bundle("orders")

    @initialize()
    def open_shop(self) -> None:
        self.stage = Stage("draw-on-fill", CHANGES, members=MEMBERS, cash=PURSE)
        self.stage.now += SECOND
        self.oracle = Oracle()

    def is_due(self) -> None:
        """What is due is done before anything else happens."""
        run_due(self.stage.now)
        self.oracle.clock(self.stage.now)

    @rule(members=st.lists(st.integers(0, MEMBERS - 1), min_size=1, max_size=6))
    def join(self, members: list[int]) -> None:
        """Several joins in one batch, paid from balance."""
        self.is_due()
        asked_at = self.stage.now
        answers = self.stage.take(*(self.stage.request(self.stage.members[member]) for member in members))
        spent = dict.fromkeys(members, 0)
        taken = []
        for member, answer in zip(members, answers, strict=True):
            can_pay = self.oracle.cash[member] - spent[member] >= PRICE
            expected = "ended" if self.oracle.has_ended else None if can_pay else "insufficient_balance"
            assert (None if isinstance(answer, JoinResult) else answer.code) == expected
            if expected is None:
                spent[member] += PRICE
                taken.append(Place(member, False, asked_at))
        self.stage.settle()
        for place in taken:
            self.oracle.seat(place, self.stage.now)

    @rule(target=orders, member=st.integers(0, MEMBERS - 1))
    def join_external(self, member: int) -> tuple[int, Place] | None:
        self.is_due()
        if self.oracle.has_ended:
            assert self.stage.refusal(self.stage.members[member], external=True).code == "ended"
            return None
        place = Place(member, True, self.stage.now)
        self.oracle.unpaid.append(place)
        return self.stage.join(self.stage.members[member], external=True).order_id, place

    @rule(order=orders, times=st.integers(1, 3))
    def pay(self, order: tuple[int, Place] | None, times: int) -> None:
        """In time, late, after the end, and more than once."""
        if order is None:
            return
        self.is_due()
        number, place = order
        for _ in range(times):
            self.stage.callback(number)
        self.stage.settle()
        if place.state in ("unpaid", "lapsed"):
            self.oracle.seat(place, self.stage.now)

    @rule(order=orders)
    def fail(self, order: tuple[int, Place] | None) -> None:
        if order is not None:
            self.is_due()
            self.stage.callback(order[0], "failed")

    @rule(order=orders)
    def ask_twice(self, order: tuple[int, Place] | None) -> None:
        """The same request again changes nothing, whatever became of the order since."""
        if order is not None and not self.oracle.has_ended:
            again = self.stage.request(self.stage.members[order[1].member], key="again")
            self.is_due()
            first, second = self.stage.take(again, again)
            assert isinstance(first, JoinResult) == isinstance(second, JoinResult)
            if isinstance(first, JoinResult):
                assert first.order_id == second.order_id and second.is_replay
                if not first.is_replay:
                    self.stage.settle()
                    self.oracle.seat(Place(order[1].member, False, self.stage.now), self.stage.now)

    @rule(time=st.sampled_from([SECOND, 29 * MINUTE, 31 * MINUTE, 6 * HOUR, 25 * HOUR]))
    def wait(self, time: timedelta) -> None:
        self.stage.now += time
        self.is_due()

    @rule(dice=st.integers(0, 9))
    def stop(self, dice: int) -> None:
        """An operator stops the activity, now and then."""
        if dice or self.oracle.has_ended:
            return
        self.is_due()
        end(self.stage.reload(), self.stage.now)
        self.oracle.has_ended = True
        self.oracle.close(self.oracle.open_tables())

    @invariant()
    def cash_is_what_the_oracle_says(self) -> None:
        if hasattr(self, "stage"):
            cash = [self.stage.cash(member) for member in self.stage.members]
            assert cash == list(self.oracle.cash.values())

    def teardown(self) -> None:
        if not hasattr(self, "stage"):
            return
        self.is_due()
        assert findings(["draws_hold"]) == []
        settled = len(self.stage.groups(Group.State.SETTLED))
        kept = [table for table in self.oracle.tables if table.places and table.places[0].state == "kept"]
        assert settled == len(kept)


@pytest.mark.timeout(120)
def test_whatever_happens_the_books_and_the_oracle_agree(shared_database):
    run_state_machine_as_test(
        Market,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
