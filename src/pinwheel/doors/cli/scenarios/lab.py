"""The lab engine: plays a scenario through the simulator, in memory.

A business day begins with the first step after midnight; a live worker that comes late pays the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pinwheel.doors.cli.scenarios.engine import (
    Amounts,
    GroupFacts,
    MemberFacts,
    OrderFacts,
    known,
    opening_amounts,
)
from pinwheel.doors.cli.scenarios.lab_shop import LabGroup, LabShop
from pinwheel.doors.cli.scenarios.read import BadScenario, Scenario
from pinwheel.lab.pool import move_points, share_profit
from pinwheel.lab.world import PROMOTER_UNTIL, counters_of
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import day_start
from pinwheel.market.groups.models import Group
from pinwheel.market.members.sponsors import refuse_binding, refuse_change, stated_reason
from pinwheel.market.orders.models import Order
from pinwheel.market.pool.calendar import pool_calendar
from pinwheel.market.pool.profit import refuse_open_month, refuse_profit
from pinwheel.market.pool.services import refuse_move, refuse_too_few
from pinwheel.market.refusals import Refused
from pinwheel.plan.ladder import is_formed_at
from pinwheel.plan.model import awaits_value, extra_of
from pinwheel.plan.promises import MonthlyDividend
from pinwheel.rules.assets import ASSETS, CASH, DIVIDEND_POINTS
from pinwheel.rules.bars import bar_names
from pinwheel.rules.reasons import DAILY_POOL, KEPT, MONTHLY_POOL

# Steps about goods and coupons: the simulator knows of none.
NOT_SIMULATED = (
    "ask_balance",
    "choose",
    "exchange",
    "goods_for_points",
    "grant_coupon",
    "pay_balance",
    "public_value",
    "receive",
    "return",
    "ship",
    "use_coupon",
)
UNFINISHED = (Order.State.PAID, Order.State.SEATED)


class LabEngine(LabShop):
    """One scenario in play, in memory."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        # Days are begun from the one on which the activity first was on sale.
        self.begun = (business_day(self.sale.starts_at) - self.first_day).days
        self.months: set[str] = set()
        for name, amounts in opening_amounts(scenario).items():
            self.grant(self.members[name], amounts)
        for name, stage in scenario.members.items():
            if "sponsor" in stage:
                self.bind_sponsor(self.members[name], known(self.members, stage["sponsor"], "member"))

    # The clock

    def catch_up(self) -> None:
        """Begin every day that has begun, in order."""
        for day in range(self.begun + 1, self.today + 1):
            self.lab.begin_day(day)
            self.begun = day

    def next_moment(self) -> datetime | None:
        moments = [order.hold_until for order in self.all_orders.values() if order.hold_until]
        moments += [group.expires_at for group in self.forming() if group.expires_at]
        moments.append(day_start(self.first_day + timedelta(days=self.begun + 1)))
        if self.activity.ends_at and self.activity.state != Activity.State.ENDED:
            moments.append(self.activity.ends_at)
        return min(moments)

    def run_clock(self) -> None:
        self.lapse_holds()
        if self.activity.ends_at and self.activity.ends_at <= self.now:
            self.activity.state = Activity.State.ENDED.value
            self.draw_at_the_end()
            self.close(self.forming())
        over = [group for group in self.forming() if group.expires_at and group.expires_at <= self.now]
        self.close(over)
        self.catch_up()

    def lapse_holds(self) -> None:
        """Let unpaid orders lapse whose time to pay is over; their seats and pieces are free again."""
        for order in self.all_orders.values():
            if order.hold_until is None or order.hold_until > self.now:
                continue
            order.state, order.hold_until = Order.State.LAPSED.value, None
            self.give_back_pieces([order])
            group = self.all_groups.get(order.group_id)
            if group is not None and order.member_id in group.held_members:
                group.held_members.remove(order.member_id)

    # What is not a join

    def grant(self, member_id: int, amounts: Amounts) -> None:
        self.catch_up()
        for asset, amount in amounts.items():
            if not self.lab.adjust(self.today, member_id, ASSETS.index(asset), amount):
                raise BadScenario(f"{asset}: more would be taken than a member has")

    def bind_sponsor(self, member_id: int, sponsor_id: int) -> None:
        bound_to, above = self.lab.sponsor_of(member_id), self.lab.and_above(sponsor_id)
        refuse_binding(member_id, bound_to, sponsor_id, above)
        self.lab.set_sponsor(member_id, sponsor_id)

    def change_sponsor(self, member_id: int, sponsor_id: int | None, reason: str) -> None:
        stated_reason(reason)
        bound_to, above = self.lab.sponsor_of(member_id), self.lab.and_above(sponsor_id)
        refuse_change(member_id, bound_to, sponsor_id, above)
        self.lab.set_sponsor(member_id, sponsor_id)

    def monthly(self) -> MonthlyDividend:
        """The plan's monthly dividend. Raises: Refused not_found where there is none, or not yet."""
        dividends = self.scenario.plan.dividends
        if dividends is None or dividends.monthly is None or self.now < self.sale.starts_at:
            raise Refused("not_found")
        return dividends.monthly

    def move_points(self, member_id: int, points: int) -> None:
        self.catch_up()
        refuse_move(pool_calendar(self.monthly(), self.now), points)
        outside = self.lab.world.members[member_id, DIVIDEND_POINTS]
        refuse_too_few(abs(points), int(outside if points > 0 else self.lab.pool.points[member_id]))
        move_points(self.lab.pool, member_id, points, self.today, self.lab.world)

    def distribute(self, month: datetime, profit: int) -> None:
        self.catch_up()
        refuse_open_month(self.monthly(), month.date(), self.now)
        refuse_profit(profit, bool(self.lab.pool.points.any()))
        name = f"{month:%Y-%m}"
        if name in self.months:
            raise Refused("profit_entered", {"month": name})
        self.months.add(name)
        share_profit(self.lab.pool, profit, self.today, self.lab.world)

    # What came out

    def balances(self, member_id: int) -> Amounts:
        return dict(zip(ASSETS, self.lab.world.members[member_id].tolist(), strict=False))

    def member_facts(self, member_id: int) -> MemberFacts:
        until = self.lab.day_or_none(member_id, PROMOTER_UNTIL)
        sponsor = self.lab.sponsor_of(member_id)
        return MemberFacts(
            promoter_until=until if until is None else str(self.first_day + timedelta(days=until)),
            sit_out=int(counters_of(self.lab.world.facts).sit_out[member_id]),
            sponsor=self.name_of(sponsor) if sponsor else None,
            in_pool=int(self.lab.pool.points[member_id]),
            owes={},
            coupons=self.coupons_of(member_id),
        )

    def order_facts(self, order_id: int) -> OrderFacts:
        order = self.all_orders[order_id]
        state, route = Order.State(order.state).label, Order.Route(order.route).label
        return OrderFacts(state=state, refunded=order.refunded, route=route, choice=None)

    def group_facts(self) -> list[GroupFacts]:
        finished = [group for group in self.all_groups.values() if group.finished]
        # As in a ledger's batch, those that end together stand in the order of opening.
        finished.sort(key=lambda group: (group.finished, group.opened_at, group.id))
        others = sorted(self.filled() + self.forming(), key=lambda group: (group.opened_at, group.id))
        return [self.facts_of_group(group) for group in finished + others]

    def facts_of_group(self, group: LabGroup) -> GroupFacts:
        orders = list(enumerate(self.orders_of(group), start=1))
        last = len(self.scenario.plan.outcomes) - 1
        state = Group.State(group.state)
        is_formed = state == Group.State.FORMING and is_formed_at(self.scenario.plan, len(orders))
        return GroupFacts(
            state="formed" if is_formed else state.label,
            seats=" ".join(self.name_of(order.member_id) for _, order in orders),
            winners=[seat for seat, order in orders if 0 <= order.outcome < last],
            barred={seat: bar_names(order.bars) for seat, order in orders if order.bars},
        )

    def kept(self) -> int:
        return sum(int(self.lab.held_by(party)[CASH]) for party in (KEPT, DAILY_POOL, MONTHLY_POOL))

    def state_print(self) -> object:
        self.catch_up()
        return (
            self.lab.world.members.tobytes(),
            self.lab.world.moved.tobytes(),
            [(order.id, order.state, order.group_id) for order in self.all_orders.values()],
            [(group.id, group.state, tuple(group.held_members)) for group in self.all_groups.values()],
            dict(self.activity.left),
            self.lab.pool.points.tobytes(),
            sorted(self.months),
        )

    def findings(self) -> Iterator[str]:
        """Where balances are not what moved."""
        waiting = sum(order.price for order in self.all_orders.values() if order.state in UNFINISHED)
        return self.lab.findings(waiting)


def not_simulated(scenario: Scenario) -> list[str]:
    """What a scenario needs that is no part of the simulator."""
    steps = [value["step"] if kind == "refused" else {kind: value} for kind, value in scenario.steps]
    found = {kind for step in steps for kind in step if kind in NOT_SIMULATED}
    expected = [scenario.expect, *(value for kind, value in scenario.steps if kind == "expect")]
    orders = [facts for part in expected for facts in part.get("orders", {}).values()]
    if awaits_value(scenario.plan):
        found.add("draw.public_value")
    if scenario.plan.presale is not None:
        found.add("presale")
    if extra_of(scenario.plan) is not None:
        found.add("goods: extra")
    return sorted(found | {"choice" for facts in orders if "choice" in facts})
