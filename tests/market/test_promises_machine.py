"""Random joins, days, outages, pool moves, profits and choices: after each step the audit finds nothing.

A small National Group-Buy with every rule on. What is refused changes nothing; what is paid is paid once.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kept_database import fresh_database
from pinwheel.ledger.models import Wallet
from pinwheel.market.clock import business_day
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.days.services import run_days
from pinwheel.market.due import run_due
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.pool.profit import confirm_profit, enter_profit
from pinwheel.market.pool.services import move_points
from pinwheel.market.prizes.models import PrizeChoice
from pinwheel.market.prizes.services import choose_product, choose_voucher, prize_list
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import ASSETS, DIVIDEND_POINTS, SHOPPING_CREDIT
from stage import DAY, START, Stage, findings

MEMBERS = 6
who = st.integers(0, MEMBERS - 1)
CHANGES = """
group.size: 3
outcomes.0.count: 2
draw.conflict: draw_anyway
limits.seats_per_group: 2
draw.seat_rules:
  - first_join_of_day_in_front
  - newcomer_in_front
  - {after_wins_in_a_row: {wins: 2, sit_out: 1}}
  - {after_wins_in_total: {wins: 3, sit_out: 2}}
  - {at_most: {wins: 2, of_joins: 3}}
credit: {static_release: 1%, accelerated_release: 2%}
referral: {release_to_sponsor: {direct: 1.00, indirect: 1%, valid_promoters_only: true}}
"""


class Owed(RuleBasedStateMachine):
    """One plan and six members; the clock only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = fresh_database()
        self.scratch.__enter__()
        self.stage = Stage("national-group-buy", CHANGES, members=MEMBERS, cash=10_000_000, at=START)
        self.plan, self.members = self.stage.plan.plan, self.stage.members
        adjust_balances(self.members, DIVIDEND_POINTS, [100_000] * MEMBERS, 0, START)
        adjust_balances(self.members, SHOPPING_CREDIT, [30_000] * MEMBERS, 0, START)
        self.item = ExchangeItem.objects.create(
            plan=self.plan, product=self.stage.products[0], points=10_000, left=2
        )
        self.clerk, self.boss = (Operator.objects.create_user(name, password="x") for name in "ab")

    def teardown(self) -> None:
        self.scratch.__exit__(None, None, None)

    def unless_refused(self, action, *facts) -> None:
        before = self.money()
        try:
            action(*facts)
        except Refused:
            assert self.money() == before

    def money(self) -> list[tuple[int, ...]]:
        return list(Wallet.objects.order_by("pk").values_list(*ASSETS))

    @rule(joiners=st.lists(who, min_size=1, max_size=7))
    def join(self, joiners: list[int]) -> None:
        for one in joiners:
            self.stage.ask(self.members[one])
        settle_activity(self.stage.activity.pk, self.stage.now)

    @rule(days=st.integers(1, 9), is_outage=st.booleans(), hours=st.integers(0, 23))
    def time_passes(self, days: int, is_outage: bool, hours: int) -> None:
        """Day by day, or all at once after an outage."""
        until = self.stage.now + timedelta(days=days, hours=hours)
        while not is_outage and self.stage.now + DAY < until:
            self.stage.now += DAY
            run_due(self.stage.now)
            run_days(self.stage.now)
        self.stage.now = until
        run_due(until)
        run_days(until)

    @rule(one=who, points=st.sampled_from([10_000, 20_000, -10_000, 5_000]))
    def move(self, one: int, points: int) -> None:
        self.unless_refused(move_points, self.plan, self.members[one], points, uuid4(), self.stage.now)

    @rule(one=who)
    def give_points_for_goods(self, one: int) -> None:
        self.unless_refused(exchange, self.item.pk, 10_000, self.members[one], uuid4(), self.stage.now)

    @rule(profit=st.integers(0, 30_000))
    def share_profit(self, profit: int) -> None:
        def both() -> None:
            entry = enter_profit(self.plan, business_day(self.stage.now), profit, self.clerk, self.stage.now)
            confirm_profit(entry.pk, self.boss, self.stage.now)

        self.unless_refused(both)
        run_days(self.stage.now)

    @rule(one=who, other=who)
    def bring(self, one: int, other: int) -> None:
        self.unless_refused(bind_sponsor, self.members[one], self.members[other], self.stage.now)

    @rule(is_voucher=st.booleans())
    def choose(self, is_voucher: bool) -> None:
        choice = PrizeChoice.objects.filter(state=PrizeChoice.State.OPEN).order_by("order_id").first()
        if choice is None:
            return
        if is_voucher:
            self.unless_refused(choose_voucher, choice.pk, choice.member_id, self.stage.now)
        else:
            product = prize_list(choice.activity_id, choice.choose_from)[0].pk
            self.unless_refused(choose_product, choice.pk, choice.member_id, product, self.stage.now)

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert findings() == []

    @invariant()
    def every_day_that_is_done_is_whole(self) -> None:
        for days in PlanDays.objects.all():
            ours = DayRun.objects.filter(plan=days.plan, day__lte=days.done_through)
            assert not ours.exclude(state=DayRun.State.DONE).exists()

    @invariant()
    def nobody_brought_themselves(self) -> None:
        assert not any(member.sponsor_id == member.pk for member in Member.objects.all())


@pytest.mark.timeout(200)
def test_what_is_owed_is_paid_once_whatever_happens() -> None:
    Owed.TestCase.settings = settings(
        max_examples=7,
        stateful_step_count=14,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    Owed.TestCase("runTest").runTest()
