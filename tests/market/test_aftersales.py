"""After-sales: what may be asked, who answers, what goes back, what is owed and how it is paid."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery_stage import GIFTS, asked, operator, parcel, settled_orders
from pinwheel.ledger.models import Wallet
from pinwheel.market.activities.models import Activity
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.aftersales.services import approve, ask, refund, refuse, send_back, withdraw
from pinwheel.market.cashier.models import Refund, SandboxCharge
from pinwheel.market.cashier.services import send_waiting_refunds
from pinwheel.market.coupons.services import Terms, grant_coupons, make_template
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.services import receive, ship
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from pinwheel.rules.assets import CONSUMER_POINTS
from pinwheel.rules.reversal import reversed_by
from stage import Stage, findings

pytestmark = pytest.mark.usefixtures("shared_database")
State = AfterSale.State


def refused(action, *facts):
    with pytest.raises(Refused) as found:
        action(*facts)
    return found.value.code


def wallet(member):
    return Wallet.objects.get(pk=member)


# How much is reversed


@given(
    granted=st.integers(0, 10**12),
    paid=st.integers(1, 10**9),
    cuts=st.lists(st.integers(0, 10**9), max_size=6),
)
def test_refunds_together_reverse_what_their_sum_does(granted, paid, cuts):
    ends = sorted({min(cut, paid) for cut in cuts} | {paid})
    taken, before = 0, 0
    for end in ends:
        part = reversed_by(granted, paid, before, end - before)
        assert part >= 0
        taken += part
        assert taken == granted * end // paid  # rounded down, never more than its share
        before = end
    assert taken == granted


def test_more_than_was_paid_is_no_refund():
    with pytest.raises(ValueError, match="more would be refunded"):
        reversed_by(100, 100, 60, 41)


# The way of an after-sale


def test_a_refund_before_shipping_closes_the_parcel():
    stage, [order, other] = settled_orders()
    member = stage.members[0]
    before = wallet(member).cash
    one = asked(stage, order)
    assert refused(ship, order, "sf", "SF1234567", operator(), stage.now) == "aftersale_open"
    assert refused(asked, stage, order) == "aftersale_open"
    approve(one.pk, operator(), stage.now)
    assert wallet(member).cash == before + 10_000 - 100
    assert (wallet(member).consumer_points, wallet(member).shopping_credit) == (0, 0)
    assert (parcel(order).state, parcel(order).refunded) == (Delivery.State.CLOSED, 10_000)
    assert refused(approve, one.pk, operator(), stage.now) == "not_allowed_now"
    assert refused(refuse, one.pk, operator(), "late", stage.now) == "not_allowed_now"
    assert refused(asked, stage, order) == "not_allowed_now"
    assert wallet(stage.members[1]).consumer_points == 5_000
    assert parcel(other).refunded == 0
    assert findings() == []


def test_goods_come_back_before_the_money_does():
    stage, [order, _] = settled_orders()
    member, clerk = stage.members[0], operator()
    assert refused(asked, stage, order, "return_and_refund") == "not_allowed_now"  # nothing to send back yet
    ship(order, "sf", "SF1234567", clerk, stage.now)
    one = asked(stage, order, "return_and_refund", 2_500)
    assert refused(receive, order, member, stage.now) == "aftersale_open"
    assert refused(refund, one.pk, clerk, stage.now) == "not_allowed_now"
    assert approve(one.pk, clerk, stage.now).state == State.RETURNING
    assert refused(refund, one.pk, clerk, stage.now) == "not_allowed_now"
    assert refused(send_back, one.pk, stage.members[1], "sf", "SF7654321", stage.now) == "not_found"
    for _ in range(2):
        assert send_back(one.pk, member, "jd", "JD7654321", stage.now).state == State.SENT_BACK
    assert refused(withdraw, one.pk, member, stage.now) == "not_allowed_now"
    assert refund(one.pk, clerk, stage.now).state == State.REFUNDED
    assert (parcel(order).state, parcel(order).refunded) == (Delivery.State.SHIPPED, 2_500)
    assert wallet(member).consumer_points == 3_750
    assert receive(order, member, stage.now).state == Delivery.State.RECEIVED
    assert findings() == []


def test_refused_and_withdrawn_ones_move_nothing_and_free_the_parcel():
    stage, [order, _] = settled_orders()
    member, before = stage.members[0], wallet(stage.members[0])
    one = asked(stage, order)
    assert refused(refuse, one.pk, operator(), " ", stage.now) == "reason_missing"
    assert refuse(one.pk, operator(), "worn", stage.now).answer == "worn"
    two = asked(stage, order)
    assert refused(withdraw, two.pk, stage.members[1], stage.now) == "not_found"
    for _ in range(2):
        assert withdraw(two.pk, member, stage.now).state == State.WITHDRAWN
    assert refused(approve, two.pk, operator(), stage.now) == "not_allowed_now"
    after = wallet(member)
    assert (after.cash, after.consumer_points) == (before.cash, before.consumer_points)
    ship(order, "sf", "SF1234567", operator(), stage.now)
    assert findings() == []


def test_the_same_request_is_one_after_sale():
    stage, [order, _] = settled_orders()
    key, member = uuid4(), stage.members[0]
    asks = (order, member, AfterSale.Kind.REFUND_ONLY, 500, "late", key, stage.now)
    assert ask(*asks).pk == ask(*asks).pk
    assert refused(ask, *asks[:3], 501, *asks[4:]) == "idempotency_conflict"
    assert refused(ask, order, stage.members[1], *asks[2:]) == "not_found"


@pytest.mark.parametrize("amount", [0, -1, 10_001])
def test_no_more_than_was_paid(amount):
    stage, [order, _] = settled_orders()
    assert refused(asked, stage, order, "refund_only", amount) == "refund_too_large"


def test_a_reason_is_needed():
    stage, [order, _] = settled_orders()
    facts = (order, stage.members[0], AfterSale.Kind.REFUND_ONLY, None)
    assert refused(ask, *facts, " ", uuid4(), stage.now) == "reason_missing"
    assert refused(ask, *facts, "x" * 201, uuid4(), stage.now) == "reason_missing"


def test_a_large_refund_needs_a_second_person():
    stage, [order, _] = settled_orders(price=50_001)
    clerk = operator()
    one = asked(stage, order)
    assert approve(one.pk, clerk, stage.now).state == State.APPROVED
    assert refused(refund, one.pk, clerk, stage.now) == "same_person"
    with pytest.raises(IntegrityError, match="aftersale_second_person"), transaction.atomic():
        AfterSale.objects.filter(pk=one.pk).update(
            state=State.REFUNDED, batch=1, ended_by=clerk, ended_at=stage.now
        )
    assert refund(one.pk, operator(), stage.now).state == State.REFUNDED
    assert findings() == []


# Money by the route it came


def test_several_partial_refunds_go_outside_each_once():
    stage, [order, _] = settled_orders(external=True)
    for amount in (3_000, 2_000, None):
        approve(asked(stage, order, "refund_only", amount).pk, operator(), stage.now)
    refunds = Refund.objects.filter(payment__order_id=order)
    assert sorted(refunds.values_list("amount", flat=True)) == [2_000, 3_000, 5_000]
    send_waiting_refunds(stage.now)
    Refund.objects.filter(payment__order_id=order).update(state=Refund.State.WAITING)  # an answer got lost
    send_waiting_refunds(stage.now)
    assert SandboxCharge.objects.get(payment_id=refunds[0].payment_id).refunded == 10_000
    assert parcel(order).state == Delivery.State.CLOSED
    assert findings() == []


# Debts


def spend_points(member, stage):
    adjust_balances([member], CONSUMER_POINTS, [-wallet(member).consumer_points], 0, stage.now)


def test_what_a_member_no_longer_holds_is_owed_and_taken_from_later_rewards():
    stage, [order, _] = settled_orders()
    member, other = stage.members
    spend_points(member, stage)
    approve(asked(stage, order).pk, operator(), stage.now)
    debt = Debt.objects.get(order_id=order)
    assert (debt.member_id, debt.asset, debt.amount, debt.left) == (member, CONSUMER_POINTS, 5_000, 5_000)
    assert findings() == []
    for one in (member, other):
        stage.join(one)
    stage.settle()
    debt.refresh_from_db()
    assert (debt.left, wallet(member).consumer_points) == (0, 0)
    assert wallet(other).consumer_points == 10_000
    for one in (member, other):
        stage.join(one)
    stage.settle()
    assert wallet(member).consumer_points == 5_000  # a debt is paid once
    assert findings() == []


@settings(max_examples=15)
@given(parts=st.lists(st.integers(1, 6_000), min_size=1, max_size=4), held=st.integers(0, 5_000))
def test_reversed_and_owed_are_the_refunded_part(parts, held):
    """Whatever is refunded in whatever parts, and whatever the member still holds."""
    stage, [order, _] = settled_orders()
    member = stage.members[0]
    if held < 5_000:
        adjust_balances([member], CONSUMER_POINTS, [held - 5_000], 0, stage.now)
    refunded = 0
    for part in parts:
        if refunded + part > 10_000:
            assert refused(asked, stage, order, "refund_only", part) in (
                "refund_too_large",
                "not_allowed_now",
            )
            continue
        approve(asked(stage, order, "refund_only", part).pk, operator(), stage.now)
        refunded += part
    owed = sum(Debt.objects.filter(order_id=order, asset=CONSUMER_POINTS).values_list("left", flat=True))
    due = 5_000 * refunded // 10_000
    assert owed == max(0, due - held)
    assert wallet(member).consumer_points == max(0, held - due)
    assert findings() == []


def test_the_debts_of_two_members_are_their_own():
    stage, orders = settled_orders()
    for order, member in zip(orders, stage.members, strict=True):
        spend_points(member, stage)
        approve(asked(stage, order, "refund_only", 4_000).pk, operator(), stage.now)
    small = Stage("ordinary-group", GIFTS, price=1_000, at=stage.now)
    for member in stage.members:
        small.join(member)
    small.settle()
    lefts = Debt.objects.filter(member_id__in=stage.members, asset=CONSUMER_POINTS)
    assert sorted(lefts.values_list("left", flat=True)) == [1_500, 1_500]
    assert findings() == []


# What the database holds


@pytest.mark.parametrize(
    "change",
    [
        lambda order: Delivery.objects.filter(pk=order).update(refunded=10_001),
        lambda order: Delivery.objects.filter(pk=order).update(refunded=0),
        lambda order: Delivery.objects.filter(pk=order).update(paid=20_000),
        lambda order: Delivery.objects.filter(pk=order).delete(),
        lambda order: AfterSale.objects.filter(order_id=order).update(amount=1),
        lambda order: AfterSale.objects.filter(order_id=order).delete(),
        lambda order: Debt.objects.filter(order_id=order).update(left=5_000),
        lambda order: Debt.objects.filter(order_id=order).update(left=-1),
        lambda order: Debt.objects.filter(order_id=order).delete(),
    ],
)
def test_the_database_refuses(change):
    stage, [order, _] = settled_orders()
    spend_points(stage.members[0], stage)
    approve(asked(stage, order, "refund_only", 5_000).pk, operator(), stage.now)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        change(order)


@pytest.mark.usefixtures("database")
def test_what_a_coupon_paid_does_not_come_back_with_a_return():
    """100.00 with a coupon of 10.00: 90.00 were paid, and no more than that is refunded."""
    stage = Stage("ordinary-group", GIFTS, members=2, price=10_000)
    Activity.objects.filter(pk=stage.activity.pk).update(takes_coupons=True)
    tenner = Terms(("券", "Coupon"), threshold=5_000, discount=1_000, valid_seconds=7 * 86_400)
    [coupon] = grant_coupons(
        make_template(tenner, stage.now).pk, stage.members[:1], "x", operator(), stage.now
    )
    bought, _ = stage.take(
        replace(stage.request(stage.members[0]), coupon_id=coupon), stage.request(stage.members[1])
    )
    assert isinstance(bought, JoinResult)
    stage.settle()
    assert parcel(bought.order_id).paid == 9_000
    approve(asked(stage, bought.order_id).pk, operator(), stage.now)
    assert parcel(bought.order_id).refunded == 9_000
    assert findings() == []
