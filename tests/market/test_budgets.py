"""Budgets: an activity whose groups can lose is carried by what was set aside, and ends by itself."""

from datetime import timedelta

import pytest
from budget_damage import BUDGET_DAMAGE
from django.db import IntegrityError, transaction

from pinwheel.ledger.models import Wallet
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.audit import CHECKS
from pinwheel.market.budgets import services
from pinwheel.market.budgets.models import Allotment
from pinwheel.market.budgets.position import costs_of, position_of
from pinwheel.market.budgets.services import free_groups
from pinwheel.market.days.services import run_days
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused
from stage import DAY, Stage, damage_of, findings, in_seat_order

pytestmark = pytest.mark.usefixtures("database")

# Groups of 4: one wins goods worth 30.00 of the 100.00 paid, three get 30.00 each: 100 - 30 - 90 = -20.00.
LOSING = (
    "{{group.size: 4, limits: null, draw.seat_rules: [], dividends: null, promoter: null,"
    " offer.payment_fee: 0%, outcomes.0.count: 1, outcomes.0.gives: [{winner}], outcomes.1.gives: [{other}],"
    " budget: {budget}{more}}}"
)


def stage(budget: str, winner: str = "{goods: ordered}", other: str = "{cash: 30%}", more: str = "") -> Stage:
    changes = LOSING.format(budget=budget, winner=winner, other=other, more=more)
    return Stage("national-group-buy", changes, members=60)


def play(shop: Stage, joins: int, first: int = 0) -> list[str]:
    """So many joins of different members, settled one by one; what each answer is."""
    said = []
    for number in range(first, first + joins):
        answer = shop.ask(shop.members[number % len(shop.members)])
        said.append(answer.code if isinstance(answer, Refused) else "taken")
        shop.settle()
    return said


def test_an_activity_ends_when_its_budget_carries_no_group_more():
    shop = stage("65.00")  # three groups of 20.00
    assert play(shop, 12) == ["taken"] * 12
    assert Group.objects.filter(state=Group.State.SETTLED).count() == 3
    assert play(shop, 1, 12) == ["taken"]  # turned away at its seat, with everything back
    assert Order.objects.get(member_id=shop.members[12]).state == Order.State.REFUNDED
    assert Wallet.objects.get(member_id=shop.members[12]).cash == 100_000
    shop.activity.refresh_from_db()
    assert shop.activity.state == Activity.State.ENDED
    assert Allotment.objects.get().stopped_at is not None
    assert play(shop, 2, 13) == ["ended", "ended"]
    stands = position_of(raw_cursor(), shop.plan.plan)
    assert (stands.left, stands.used) == (-60_00, 60_00)
    assert findings(but=["draws_hold"]) == []


def test_groups_that_joined_in_time_are_not_cut_off():
    """Everything is paid before the settler comes: exactly the groups that the budget carries settle."""
    shop = stage("45.00")
    for member in shop.members[:20]:
        shop.ask(member)
    shop.settle()
    states = list(Order.objects.order_by("id").values_list("state", flat=True))
    settled, refunded = states[:8], states[8:]
    assert Order.objects.exclude(outcome=-1).count() == len(settled)
    assert set(refunded) == {Order.State.REFUNDED}
    assert Group.objects.filter(state=Group.State.SETTLED).count() == 2
    assert findings(but=["draws_hold"]) == []


def test_a_budget_carries_no_group_in_part():
    shop = stage("19.99")
    assert play(shop, 5)[:1] == ["taken"]
    assert not Group.objects.filter(state=Group.State.SETTLED).exists()
    assert set(Order.objects.values_list("state", flat=True)) == {Order.State.REFUNDED}


def test_what_a_plan_gains_carries_further_groups():
    """A choice that was not taken as a voucher leaves 70.00, so more groups than the budget alone carries."""
    shop = stage(
        "60.00", "{goods: {choose_from: 2, or_voucher: 100%, choose_within: 1d}}", other="{cash: 10%}"
    )
    costs = costs_of(shop.activity.plan_version_id, shop.activity.price)
    assert costs.loss == 30_00  # 100 - 100 (voucher) - 30
    play(shop, 8)
    assert position_of(raw_cursor(), shop.plan.plan).left == -60_00  # both may still be vouchers
    shop.wait(timedelta(days=1, minutes=1))  # not chosen: the product ordered, 30.00
    assert position_of(raw_cursor(), shop.plan.plan).left == 80_00
    assert play(shop, 4, 8) == ["taken"] * 4
    assert Group.objects.filter(state=Group.State.SETTLED).count() == 3


def test_credit_counts_when_it_is_granted_and_a_release_changes_nothing():
    shop = stage("400.00", "{goods: ordered}, {shopping_credit: 100%}", "", ", credit: {static_release: 10%}")
    play(shop, 4)
    before = position_of(raw_cursor(), shop.plan.plan)
    assert (before.owed, before.left) == (100_00, 100_00 - 30_00 - 100_00)
    shop.now += DAY
    run_days(shop.now)
    after = position_of(raw_cursor(), shop.plan.plan)
    assert (after.owed, after.kept, after.left) == (90_00, before.kept - 10_00, before.left)


def test_two_activities_of_a_plan_share_its_budget():
    shop = stage("65.00")
    terms = terms_of(shop.activity.plan_version_id)
    play(shop, 4)
    other = stage("65.00")
    other.activity.plan_version_id = shop.activity.plan_version_id
    other.activity.save(update_fields=["plan_version_id"])
    play(other, 12)
    assert Group.objects.filter(state=Group.State.SETTLED).count() <= 3
    with transaction.atomic():
        allotment = Allotment.objects.get(activity=shop.activity)
        assert free_groups(raw_cursor(), allotment, terms) <= 0
    assert position_of(raw_cursor(), shop.plan.plan).used <= 65_00


def test_finished_groups_are_counted_once_however_long_an_activity_runs(monkeypatch):
    asked = []
    real = services.done_before
    monkeypatch.setattr(services, "done_before", lambda activity: asked.append(activity) or real(activity))
    play(stage("1000.00"), 20)
    assert len(asked) == 1 and Allotment.objects.get().settled == 5


def test_leaders_groups_are_carried_one_by_one():
    """100.00 less goods of 20.00 and four times 30.00: a group loses 40.00, and the budget carries one."""
    shop = Stage(
        "leader-five",
        "{budget: 45.00, offer.payment_fee: 0%, outcomes.1.gives: [{cash: 30%}], group.leader.gives: []}",
        members=20,
    )
    first, second = (shop.join(member, opens=True) for member in shop.members[:2])
    shop.settle()
    states = dict(Order.objects.values_list("id", "state"))
    assert (states[first.order_id], states[second.order_id]) == (Order.State.SEATED, Order.State.REFUNDED)
    for member in shop.members[2:6]:
        shop.join(member, group=first.group_id)  # the group that is carried fills
    shop.settle()
    assert Group.objects.get(pk=first.group_id).state == Group.State.SETTLED
    assert Allotment.objects.get().stopped_at is None
    third = shop.join(shop.members[6], opens=True)
    shop.settle()
    assert Order.objects.get(pk=third.order_id).state == Order.State.REFUNDED
    assert Allotment.objects.get().stopped_at is not None
    assert position_of(raw_cursor(), shop.plan.plan).used == 40_00
    assert findings(but=["draws_hold"]) == []


def test_the_database_refuses_more_groups_than_were_allotted():
    shop = stage("65.00")
    play(shop, 4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allotment.objects.update(settled=10**6)
    assert shop.settle(in_seat_order) == 0


@pytest.mark.parametrize("what", BUDGET_DAMAGE)
def test_the_audit_finds_damage(what):
    statement, check = BUDGET_DAMAGE[what]
    shop = stage("65.00")
    play(shop, 8)
    with transaction.atomic():
        cursor = raw_cursor()
        assert damage_of(CHECKS, cursor) == {"draws_hold"}  # the test made the draws
        cursor.execute(statement)
        assert check in damage_of(CHECKS, cursor)
        transaction.set_rollback(True)


@pytest.mark.parametrize(("budget", "other"), [("null", "{cash: 30%}"), ("0.00", "{cash: 1%}")])
def test_no_budget_is_kept_where_none_is_stated_or_nothing_can_be_lost(budget, other):
    play(stage(budget, other=other), 12)
    assert not Allotment.objects.exists()
