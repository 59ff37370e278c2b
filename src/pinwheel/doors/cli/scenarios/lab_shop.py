"""The shop of the lab engine: joins, payments, seats and groups in memory, settled by the simulator.

Joins are decided by the market's own decisions, which know no database, and seated by its seating; from there
on it is the simulator.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pinwheel.doors.cli.scenarios.engine import Engine
from pinwheel.doors.cli.scenarios.lab_world import LabWorld, Seat
from pinwheel.doors.cli.scenarios.read import BadScenario, Scenario
from pinwheel.lab.world import JOINS_EVER, JOINS_TODAY, LAST_DAY
from pinwheel.ledger.accounts import PlanAccounts
from pinwheel.ledger.binary import moment
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.budgets.position import costs_under
from pinwheel.market.clock import business_day
from pinwheel.market.coupons.giving import EACH_JOIN, LEADER, coupons_in
from pinwheel.market.groups.finish import leader_row
from pinwheel.market.groups.ladder import cut_prices
from pinwheel.market.groups.load import Waiter
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.seat_orders import seat_in_groups
from pinwheel.market.groups.seats import Drawn, OpenGroup, SeatedOrder
from pinwheel.market.groups.settle import seat_in_time
from pinwheel.market.orders.decide import (
    ActivityState,
    GroupState,
    MemberState,
    group_expiry,
    has_ended,
    seat_of_payment,
)
from pinwheel.market.orders.intake import Book, decide_join
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import QUEUE, JoinRequest, JoinResult
from pinwheel.market.orders.write import SEAT_HOLD
from pinwheel.plan.ladder import is_formed_at, tiers_of
from pinwheel.plan.model import drawn_on_close
from pinwheel.rules.assets import CASH
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.seating import NO_SEAT

ACTIVITY = 1
NO_ACCOUNTS = PlanAccounts(0, 0, 0, 0, 0, 0, 0, 0)  # the lab has no ledger


class NotSimulated(Exception):
    """The scenario needs what is no part of the simulator; the text says what."""


@dataclass(slots=True)
class LabOrder(SeatedOrder):
    """An order; `hold_until` while it is not paid."""

    product_id: int = 0
    group_id: int = QUEUE
    state: int = Order.State.PAID.value
    refunded: int = 0
    outcome: int = NO_OUTCOME
    bars: int = 0
    hold_until: datetime | None = None


@dataclass(slots=True)
class LabGroup(OpenGroup):
    """A group; `finished`, `filled`: when it was, and the how-manieth that was."""

    state: int = Group.State.FORMING.value
    finished: tuple[datetime, int] | None = None
    filled: tuple[datetime, int] | None = None


class LabShop(Engine):
    """The activity of a scenario in play. Members' numbers are their rows in the world."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.activity_id = ACTIVITY
        self.members = {name: number for number, name in enumerate(scenario.members, start=1)}
        self.products = {code: number for number, code in enumerate(self.sale.products, start=1)}
        self.lab = LabWorld(scenario.plan, self.sale.price, len(self.members))
        self.is_ladder = bool(tiers_of(scenario.plan))
        self.first_day = business_day(self.now)
        self.activity = self.make_activity()
        self.all_orders: dict[int, LabOrder] = {}
        self.all_groups: dict[int, LabGroup] = {}
        self.ends = 0
        self.coupons: dict[int, list[datetime | None]] = {}  # given: until when, None: a link
        # Each group can use so much of the plan's budget; as long as that is not used up, it changes nothing.
        self.loss = costs_under(scenario.plan, self.sale.price).loss if scenario.plan.budget else 0

    def make_activity(self) -> ActivityState:
        plan, tables = self.scenario.plan, self.lab.game.tables
        return ActivityState(
            id=ACTIVITY,
            state=Activity.State.RUNNING.value,
            price=self.sale.price,
            starts_at=self.sale.starts_at,
            ends_at=self.sale.ends_at,
            terms=Terms(plan, plan.plan, 0, "", tables, tables, NO_ACCOUNTS),
            left=dict.fromkeys([(product, 0) for product in self.products.values()], self.sale.stock),
        )

    @abstractmethod
    def catch_up(self) -> None:
        """Begin every day that has begun, in order."""

    @property
    def today(self) -> int:
        """The day of the world that it is; there are books for it."""
        day = (business_day(self.now) - self.first_day).days
        self.lab.room_for_day(day)
        return day

    # Joins and payments

    def take(self, request: JoinRequest) -> JoinResult:
        self.catch_up()
        opened = self.new_group()
        groups = {number: self.group_state(group) for number, group in self.all_groups.items()}
        groups = {number: group for number, group in groups.items() if group.leader_id or self.is_ladder}
        members = {request.member_id: self.member_state(request.member_id)}
        empty = {ACTIVITY: [self.group_state(opened)]}
        book = Book({ACTIVITY: self.activity}, groups, members, empty, [], {}, {})
        new = decide_join(request, len(self.all_orders) + 1, book, self.now)

        # After this point it must succeed.
        order = LabOrder(new.id, new.member_id, new.price, new.route, 0, 0, 0, new.product_id, new.group_id)
        order.state = new.state
        self.all_orders[order.id] = order
        if request.opens_group:
            opened.leader_id = request.member_id
        if new.group_id == opened.id:
            self.open_now(opened)
        if new.group_id != QUEUE:
            self.all_groups[new.group_id].held_members.append(request.member_id)
        if new.state == Order.State.PAID:
            self.seat_paid(order)
        else:
            order.hold_until = self.now + SEAT_HOLD
        return JoinResult(new.id, ACTIVITY, new.member_id, new.group_id, new.price, new.state)

    def pay(self, order_id: int) -> None:
        self.catch_up()
        order = self.all_orders[order_id]
        if order.route != Order.Route.EXTERNAL:
            raise BadScenario("pay: the order is not paid from outside")
        if order.state not in (Order.State.UNPAID, Order.State.LAPSED):
            return
        # A lapsed order gave its piece back: it needs another before it can have a seat.
        has_piece = order.state == Order.State.UNPAID or self.take_piece(order.product_id)
        group_id = self.seat_to_take(order) if has_piece else NO_SEAT
        if order.state == Order.State.LAPSED and group_id > QUEUE:
            self.all_groups[group_id].held_members.append(order.member_id)
        order.group_id, order.hold_until = max(group_id, QUEUE), None
        if group_id != NO_SEAT:
            self.seat_paid(order)
            return
        self.count_paid(order)
        self.refund([order])
        if has_piece:
            self.give_back_pieces([order])

    def seat_to_take(self, order: LabOrder) -> int:
        """The group that a payment from outside is seated in now, QUEUE, or NO_SEAT."""
        if has_ended(self.activity, self.now):
            return NO_SEAT

        def groups(others: bool) -> list[GroupState]:
            ours = [group for group in self.forming() if group.id == order.group_id]
            rest = [group for group in self.forming() if group.leader_id and group.id != order.group_id]
            rest.sort(key=lambda group: (-len(group.orders), group.opened_at, group.id))
            return [self.group_state(group) for group in ours + (rest if others else [])]

        plan = self.scenario.plan
        return seat_of_payment(plan, order.state, order.group_id, order.member_id, groups, self.now)

    def count_paid(self, order: LabOrder) -> None:
        """Hold the money of a join and count it."""
        self.lab.hold(self.today, order.member_id, order.route == Order.Route.EXTERNAL, order.price)
        order.flags = self.lab.count_join(self.today, order.member_id)
        order.state = Order.State.PAID.value

    def seat_paid(self, order: LabOrder) -> None:
        """Hold, count and seat a join; settle the group that it fills."""
        self.count_paid(order)
        group = self.seat_in_queue(order) if order.group_id == QUEUE else self.seat_with_leader(order)
        if group is None:  # the group closed before the payment came
            self.refund([order])
            self.give_back_pieces([order])
            return
        order.group_id, order.state = group.id, Order.State.SEATED.value
        if group.opened_at is None:
            self.open_now(group)
        self.cut_prices(group)
        if group.is_full:
            self.settle(group)

    def seat_in_queue(self, order: LabOrder) -> LabGroup:
        groups = [group for group in self.forming() if not group.leader_id] + [self.new_group()]
        waiter = Waiter(0, QUEUE, moment(self.now), order)
        seat_in_time([waiter], [*groups], self.lab.game.tables.seats_per_group, self.now)
        return next(group for group in groups if order in group.orders)

    def seat_with_leader(self, order: LabOrder) -> LabGroup | None:
        closed = seat_in_groups([(order, order.group_id, moment(self.now))], self.forming())
        return None if closed else self.all_groups[order.group_id]

    # Groups

    def forming(self) -> list[LabGroup]:
        return [group for group in self.all_groups.values() if group.state == Group.State.FORMING]

    def new_group(self) -> LabGroup:
        """An empty group; it is none of ours before it opens."""
        number = len(self.all_groups) + 1
        return LabGroup(number, number, 0, self.scenario.plan.group.size, None, None, b"", [], [])

    def open_now(self, group: LabGroup) -> None:
        """Its time runs from here. Raises: NotSimulated where the plan's budget would have to be counted."""
        group.opened_at, group.expires_at = self.now, group_expiry(self.activity, self.now)
        self.all_groups[group.id] = group
        if len(self.all_groups) * self.loss > (self.scenario.plan.budget or 0):
            raise NotSimulated("budget")

    def cut_prices(self, group: LabGroup) -> None:
        """Of a ladder: give back what the tier that was reached takes off."""
        for cut in cut_prices(self.activity.terms, [group])[0]:
            is_external = cut.order.route == Order.Route.EXTERNAL
            self.lab.give_difference(self.today, cut.order.member_id, is_external, cut.amount)

    def settle(self, group: LabGroup) -> None:
        """Draw and settle a full group, or a ladder's that formed, through the simulator.

        Where the draw is at the end, the group waits for it.
        """
        if drawn_on_close(self.scenario.plan):
            group.state, group.filled = Group.State.FILLED.value, (self.now, len(self.filled()))
            return
        has_draw = len(self.scenario.plan.outcomes) > 1
        orders = self.orders_of(group)
        drawn = self.next_draw(group.size) if has_draw else list(range(len(orders)))
        bars, outcomes = self.lab.settle(
            self.today, seats_of_orders(orders), drawn, leader_row(Drawn(group, b""), 0)
        )
        self.write_down(group, bars, outcomes)

    def filled(self) -> list[LabGroup]:
        """Full groups that wait for the draw at the end, in the order in which they filled."""
        waiting = [group for group in self.all_groups.values() if group.state == Group.State.FILLED]
        return sorted(waiting, key=lambda group: group.filled or (self.now, 0))

    def draw_at_the_end(self) -> None:
        """Draw all full groups at once, and settle them."""
        groups = self.filled()
        if not groups:
            return
        size = self.scenario.plan.group.size
        seats = [seats_of_orders(self.orders_of(group)) for group in groups]
        bars, outcomes, held = self.lab.decide_closing(
            [seat for group in seats for seat in group], self.next_draw(size * len(groups))
        )
        for number, group in enumerate(groups):
            rows = slice(number * size, (number + 1) * size)
            decided = bars[rows], outcomes[rows], held
            self.lab.settle_decided(self.today, seats[number], decided, leader_row(Drawn(group, b""), 0))
            self.write_down(group, bars[rows], outcomes[rows])

    def write_down(self, group: LabGroup, bars: Sequence[int], outcomes: Sequence[int]) -> None:
        """Write what became of a group's orders: of each seat's bars and class."""
        orders = self.orders_of(group)
        keeps = self.lab.game.tables.class_keeps
        for order, bar, outcome in zip(orders, bars, outcomes, strict=True):
            order.state, order.bars, order.outcome = Order.State.SETTLED.value, bar, outcome
            if outcome == NO_OUTCOME or not keeps[outcome]:
                order.state, order.refunded = Order.State.REFUNDED.value, order.price
                self.give_back_pieces([order])
        self.give_coupons(group, orders)
        is_dissolved = outcomes[0] == NO_OUTCOME
        self.finish(group, Group.State.DISSOLVED if is_dissolved else Group.State.SETTLED)
        self.ends += 1

    def give_coupons(self, group: LabGroup, orders: Sequence[LabOrder]) -> None:
        """Count what a settled group gives: nothing moves."""
        first = leader_row(Drawn(group, b""), 0)
        for row, order in enumerate(orders):
            if order.outcome == NO_OUTCOME:
                continue
            scopes = (order.outcome, EACH_JOIN, *((LEADER,) if row == first else ()))
            for scope, _place, coupon in coupons_in(self.scenario.plan):
                if scope in scopes:
                    until = None if coupon.valid is None else self.now + timedelta(seconds=coupon.valid)
                    self.coupons.setdefault(order.member_id, []).append(until)

    def coupons_of(self, member_id: int) -> dict[str, int]:
        """How many coupons a member was given, by state; a link counts by itself."""
        given = self.coupons.get(member_id, ())
        return dict(
            Counter(
                "link" if until is None else "unused" if self.now < until else "expired" for until in given
            )
        )

    def close(self, groups: Sequence[LabGroup]) -> None:
        """Close forming groups: a ladder's that formed are settled, in the others everybody is refunded."""
        plan = self.scenario.plan
        formed = [group for group in groups if is_formed_at(plan, len(group.orders))]
        for group in sorted(formed, key=lambda one: (len(one.orders), one.id)):
            self.settle(group)
        for group in [one for one in groups if one not in formed]:
            orders = self.orders_of(group)
            self.refund(orders)
            self.give_back_pieces(orders)
            self.finish(group, Group.State.EXPIRED)
        self.ends += 1

    def finish(self, group: LabGroup, state: Group.State) -> None:
        group.state, group.finished = state.value, (self.now, self.ends)
        group.held_members.clear()

    def refund(self, orders: Sequence[LabOrder]) -> None:
        """Give the whole payment of each order back."""
        self.lab.refund(self.today, seats_of_orders(orders), [order.price for order in orders])
        for order in orders:
            order.state, order.refunded = Order.State.REFUNDED.value, order.price

    def orders_of(self, group: LabGroup) -> list[LabOrder]:
        """Orders in their seats."""
        return [self.all_orders[order.id] for order in group.orders]

    def take_piece(self, product_id: int) -> bool:
        left = self.activity.left[product_id, 0]
        if left is not None and left > 0:
            self.activity.left[product_id, 0] = left - 1
        return left is None or left > 0

    def give_back_pieces(self, orders: Sequence[LabOrder]) -> None:
        for order in orders:
            left = self.activity.left[order.product_id, 0]
            if left is not None:
                self.activity.left[order.product_id, 0] = left + 1

    # States, as the market's decisions read them

    def group_state(self, group: LabGroup) -> GroupState:
        members = [order.member_id for order in group.orders] + group.held_members
        return GroupState(
            group.id,
            ACTIVITY,
            group.state,
            group.size,
            group.expires_at,
            members,
            is_public=group.leader_id == 0,
            paid=len(group.orders),
            leader_id=group.leader_id,
        )

    def member_state(self, member_id: int) -> MemberState:
        facts = self.lab.world.facts[member_id].tolist()
        orders = [order for order in self.all_orders.values() if order.member_id == member_id]
        state = MemberState(cash=int(self.lab.world.members[member_id, CASH]), is_frozen=False)
        if facts[JOINS_EVER]:
            state.has_joined = True
            state.last_day = self.first_day + timedelta(days=facts[LAST_DAY])
            state.joins[ACTIVITY] = (facts[JOINS_EVER], facts[JOINS_TODAY], state.last_day)
        state.unpaid[ACTIVITY] = sum(order.state == Order.State.UNPAID for order in orders)
        state.leads[ACTIVITY] = sum(group.leader_id == member_id for group in self.forming())
        return state


def seats_of_orders(orders: Sequence[LabOrder]) -> list[Seat]:
    """The seats of orders, as the world takes them."""
    return [(order.member_id, order.flags, order.route) for order in orders]
