"""Groups whose price falls as they grow: differences by the route paid, and the end before the last tier."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinwheel.ledger.models import PlatformAccount, PlatformBalance, Transfer
from pinwheel.market.activities.services import end, schedule
from pinwheel.market.cashier.models import Refund
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import ensure_reserve
from pinwheel.market.ids import new_id
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.payment import lapse_holds
from pinwheel.market.refusals import Refused
from pinwheel.plan.ladder import ladder_price
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import TIER_REFUND, TIER_REFUND_EXTERNAL
from stage import DAY, HOUR, MINUTE, Stage, findings

pytestmark = pytest.mark.usefixtures("database")
PLAN = "ladder-group"


def begun(stage: Stage) -> list[Group]:
    return [group for group in stage.groups() if group.taken or group.held_members]


def prices(stage: Stage) -> list[tuple[int, int]]:
    found = Order.objects.filter(activity_id=stage.activity.pk).order_by("id")
    return list(found.values_list("price", "price_cut"))


def test_each_pays_the_price_in_force_and_gets_the_difference_back():
    stage = Stage(PLAN, members=9, cash=10_000)
    paid = []
    for member in stage.members:
        paid.append(stage.join(member).price)
        stage.settle()
    assert paid == [9900, 9900, 9900, 9900, 8900, 8900, 8900, 7900, 7900]
    assert [stage.cash(member) for member in stage.members] == [2100] * 9
    assert {price for price, _ in prices(stage)} == {7900}
    assert Transfer.objects.filter(reason=TIER_REFUND).count() == 5 + 0 + 7 - 1
    assert findings() == []


def test_the_price_in_force_is_all_one_needs_to_hold():
    stage = Stage(PLAN, members=4)
    poor = Stage(PLAN, members=1, cash=8_900).members[0]
    for member in stage.members:
        stage.join(member)
    assert stage.join(poor).price == 8900  # nobody is seated yet, but they have paid
    stage.settle()
    assert stage.cash(poor) == 0


def test_the_last_tier_ends_the_group_at_once():
    stage = Stage(PLAN, members=11)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    second, first = sorted(begun(stage), key=lambda group: group.taken)
    assert (first.state, first.taken, second.taken) == (Group.State.SETTLED, 10, 1)
    assert [stage.cash(member) for member in stage.members[:10]] == [100_000 - 6900] * 10
    assert stage.cash(stage.members[10]) == 100_000 - 9900
    assert findings() == []


@pytest.mark.parametrize(
    ("joins", "state", "kept"), [(2, "expired", 0), (3, "settled", 9900), (6, "settled", 8900)]
)
def test_at_the_deadline_a_formed_group_goes_through_and_a_smaller_one_is_refunded(joins, state, kept):
    stage = Stage(PLAN, members=joins)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    stage.wait(25 * HOUR)
    [group] = [group for group in stage.groups() if group.taken]
    assert Group.State(group.state).label == state
    assert [stage.cash(member) for member in stage.members] == [100_000 - kept] * joins
    account = PlatformAccount.objects.get(plan=PLAN, name="kept")
    found = PlatformBalance.objects.filter(account_id=account.pk, asset=CASH)
    assert sum(balance.amount for balance in found) == kept * joins
    assert findings() == []


def test_what_was_paid_from_outside_goes_back_there():
    stage = Stage(PLAN, members=5)
    orders = [stage.join(member, external=True).order_id for member in stage.members]
    for order in orders:
        stage.callback(order)
    stage.settle()
    stage.wait(MINUTE)
    assert [stage.order(order).price_cut for order in orders] == [1000] * 5
    assert list(Refund.objects.values_list("amount", "state")) == [(1000, Refund.State.DONE)] * 5
    assert Transfer.objects.filter(reason=TIER_REFUND_EXTERNAL).count() == 5
    stage.wait(25 * HOUR)
    assert {stage.order(order).state for order in orders} == {Order.State.SETTLED}
    assert findings() == []


def test_an_unpaid_seat_lowers_nobodys_price():
    stage = Stage(PLAN, members=6)
    for member in stage.members[:3]:
        stage.join(member)
    stage.join(stage.members[3], external=True)  # holds a seat, has not paid
    assert stage.join(stage.members[4]).price == 9900
    stage.settle()
    assert stage.join(stage.members[5]).price == 8900
    stage.settle()
    assert findings() == []


def test_who_has_not_paid_when_the_group_ends_gets_the_payment_back():
    stage = Stage(PLAN, members=4, ends=HOUR)
    for member in stage.members[:3]:
        stage.join(member)
    stage.settle()
    stage.now += 50 * MINUTE
    late = stage.join(stage.members[3], external=True).order_id
    stage.wait(15 * MINUTE)
    stage.callback(late)
    stage.settle()
    assert stage.order(late).state == Order.State.REFUNDED
    assert [stage.order(order.id).state for order in Order.objects.exclude(pk=late)] == [
        Order.State.SETTLED
    ] * 3
    assert findings() == []


def test_a_group_that_nobody_paid_for_is_open_in_advance_again():
    stage = Stage(PLAN, members=2)
    first = stage.join(stage.members[0], external=True)
    stage.now += HOUR
    lapse_holds(stage.now)
    assert begun(stage) == []
    second = stage.join(stage.members[1])
    stage.settle()
    assert [group.taken for group in begun(stage)] == [1]
    assert second.price == 9900 and stage.order(first.order_id).state == Order.State.LAPSED
    stage.callback(first.order_id)  # late: its own group has begun anew, or there is no seat
    stage.settle()
    assert findings() == []


def test_a_begun_group_can_be_joined_by_its_link_and_an_empty_one_cannot():
    stage = Stage(PLAN, members=3)
    group = stage.join(stage.members[0]).group_id
    assert stage.join(stage.members[1], group=group).group_id == group
    empty = next(one for one in stage.groups() if not one.taken and not one.held_members)
    assert stage.refusal(stage.members[2], group=empty.pk).code == "group_not_found"


def test_groups_of_other_queues_cannot_be_chosen():
    stage = Stage("draw-on-fill", "{group.size: 3, draw.seat_rules: []}", members=2)
    stage.join(stage.members[0])
    stage.settle()
    [group] = begun(stage)
    assert stage.refusal(stage.members[1], group=group.pk).code == "group_not_found"


def test_leaders_have_ladders_too():
    stage = Stage(PLAN, "{group.seating: leader}", members=5)
    group = stage.join(stage.members[0], opens=True).group_id
    paid = [stage.join(member, group=group).price for member in stage.members[1:]]
    stage.settle()
    assert paid == [9900, 9900, 9900, 8900]
    assert {price for price, _ in prices(stage)} == {8900}
    stage.wait(2 * DAY)
    assert stage.groups(Group.State.SETTLED)[0].taken == 5
    assert findings() == []


def test_a_stopped_ladder_settles_what_has_formed_and_refunds_the_rest():
    stage = Stage(PLAN, "{group.tiers: [{size: 2, price: 99.00}, {size: 3, price: 89.00}]}", members=6)
    for member in stage.members[:5]:
        stage.join(member)
    stage.settle()
    stage.now += MINUTE
    lone = Stage(PLAN, members=1)
    lone.join(lone.members[0])
    lone.settle()
    for shop in (stage, lone):
        end(shop.activity, stage.now)
    assert sorted(group.taken for group in stage.groups(Group.State.SETTLED)) == [2, 3]
    assert [group.taken for group in lone.groups(Group.State.EXPIRED)] == [1]
    assert findings() == []


REFUSALS = {
    "a price of its own": lambda stage: setattr(stage.activity, "price", 9_000),
    "coupons": lambda stage: setattr(stage.activity, "takes_coupons", True),
}


def draft(stage: Stage) -> None:
    stage.activity.state = 0
    stage.activity.save()


@pytest.mark.parametrize("what", REFUSALS)
def test_a_ladder_sells_at_its_tiers_prices_alone(what):
    stage = Stage(PLAN)
    REFUSALS[what](stage)
    draft(stage)
    with pytest.raises(Refused) as refused:
        schedule(stage.activity, stage.now)
    assert refused.value.code == "invalid"


def test_a_ladder_has_no_variants():
    stage = Stage(PLAN)
    offer = stage.activity.offers.get()
    product = offer.product
    offer.sku = Sku.objects.create(id=new_id(stage.now), product=product, code="s", price=product.price)
    offer.save()
    draft(stage)
    with pytest.raises(Refused) as refused:
        schedule(stage.activity, stage.now)
    assert "variants" in refused.value.sentence("en")


steps = st.lists(
    st.tuples(
        st.sampled_from(["join", "ask", "pay", "settle", "wait", "batch"]), st.integers(0, 13), st.booleans()
    ),
    max_size=40,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_happens_all_seats_of_a_group_have_paid_the_same(history):
    stage = Stage(PLAN, "{group.seating: either, group.fill_within: 2h}", members=14, ends=DAY)
    open_orders: list[int] = []
    for what, number, flag in history:
        member = stage.members[number]
        if what == "join":
            stage.ask(member, opens=flag)
        elif what == "ask":
            answer = stage.ask(member, external=True)
            if not isinstance(answer, Refused):
                from pinwheel.market.cashier.services import ask_payment

                ask_payment(answer.order_id, "sandbox", stage.now)
                open_orders.append(answer.order_id)
        elif what == "pay" and open_orders:
            stage.callback(open_orders.pop(number % len(open_orders)))
        elif what == "batch":
            stage.take(*(stage.request(one) for one in stage.members[: number + 1]))
        elif what == "wait":
            stage.wait((1 + number) * 10 * MINUTE)
        else:
            stage.settle()
    ensure_reserve(stage.activity.pk, 10, 8, stage.now)
    stage.settle()
    assert findings() == []
    for group in stage.groups(Group.State.FORMING):
        found = {order.price for order in Order.objects.filter(group_id=group.pk, seat__gt=0)}
        assert found <= {ladder_price(stage.plan, group.taken)}
    stage.wait(2 * DAY)
    assert findings() == []
    for group in stage.groups(Group.State.SETTLED):
        assert group.taken >= 3
        found = set(Order.objects.filter(group_id=group.pk, seat__gt=0).values_list("price", flat=True))
        assert found == {ladder_price(stage.plan, group.taken)}
    spent = sum(100_000 - stage.cash(member) for member in stage.members)
    by_balance = Order.objects.filter(activity_id=stage.activity.pk, state=Order.State.SETTLED, route=0)
    assert spent == sum(by_balance.values_list("price", flat=True))
