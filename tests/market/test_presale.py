"""Presales: a deposit takes the seat, the balance settles the order, and no deposit is ever kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from presale_damage import PRESALE_DAMAGE

from pinwheel.doors.storefront.static.storefront import verify_draw
from pinwheel.ledger.models import Transfer
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.aftersales.services import approve, ask
from pinwheel.market.audit import CHECKS
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.cashier.services import ask_balance_payment, send_waiting_refunds
from pinwheel.market.days.services import run_days
from pinwheel.market.due import next_due, run_due
from pinwheel.market.groups.evidence import evidence
from pinwheel.market.groups.models import Group
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.messages.expand import remind_of_balances, tell_members
from pinwheel.market.messages.kinds import BY_NUMBER
from pinwheel.market.messages.models import Message
from pinwheel.market.orders.decide import discount_of
from pinwheel.market.orders.load import activities as load_activities
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import request_key
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance, refund_unpaid_balances
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.rules import reasons
from pinwheel.rules.assets import SHOPPING_CREDIT
from stage import DAY, HOUR, MINUTE, SECOND, Stage, damage_of, findings

TWO = "{group.size: 2, offer.payment_fee: 0%}"
DUE, PAID, OVER = Balance.State.DUE, Balance.State.PAID, Balance.State.OVER
OUTSIDE = Payment.Part.BALANCE


def full(changes: str = TWO, external: tuple[int, ...] = (), **how) -> tuple[Stage, list[int]]:
    """A full group whose balances are due; the seats in `external` were paid from outside."""
    stage = Stage("presale-group", changes, members=2, **how)
    orders = []
    for number, member in enumerate(stage.members):
        order = stage.join(member, external=number in external).order_id
        if number in external:
            stage.callback(order)
        orders.append(order)
    stage.settle()
    return stage, orders


def refusal(call, *arguments) -> Refused:
    with pytest.raises(Refused) as info:
        call(*arguments)
    return info.value


def moved(order: int) -> dict[int, int]:
    """Fen that moved about an order in cash, by reason."""
    found: dict[int, int] = {}
    for line in Transfer.objects.filter(about=order, asset=0):
        found[line.reason] = found.get(line.reason, 0) + line.amount
    return found


@pytest.fixture
def shop(database) -> None:
    """A database of its own for each test."""


def test_a_join_pays_the_deposit_and_nobody_settles_when_the_group_fills(shop):
    stage, [one, two] = full(stock=5)
    assert stage.cash(stage.members[0]) == 100_000 - 2_000
    assert [stage.order(order).state for order in (one, two)] == [Order.State.BALANCE_DUE] * 2
    [group] = stage.groups(Group.State.FILLED)
    due = Balance.objects.get(pk=one)
    assert (due.amount, due.state, due.due_at - due.asked_at) == (17_900, DUE, timedelta(hours=48))
    assert (due.group_id, next_due()) == (group.pk, due.due_at)
    assert moved(one) == {reasons.DEPOSIT: 2_000}
    assert stage.left() == 3
    assert findings() == []


def test_an_order_settles_with_its_own_balance_and_the_group_with_its_last(shop):
    stage, [one, two] = full(stock=5)
    pay_balance(one, stage.members[0], stage.now)
    order = stage.order(one)
    assert (order.state, order.outcome, order.refunded) == (Order.State.SETTLED, 0, 0)
    assert moved(one) == {reasons.DEPOSIT: 2_000, reasons.BALANCE: 17_900, reasons.CAPTURE: 19_900}
    assert stage.cash(stage.members[0]) == 100_000 - 19_900
    assert stage.order(two).state == Order.State.BALANCE_DUE
    assert stage.groups(Group.State.FILLED)
    assert findings() == []
    pay_balance(two, stage.members[1], stage.now)
    [group] = stage.groups(Group.State.SETTLED)
    assert group.server_seed is not None and group.settled_batch == stage.order(two).settled_batch
    assert findings() == []


def test_the_evidence_of_a_group_holds_also_where_a_balance_was_not_paid(shop):
    stage, [one, _] = full()
    pay_balance(one, stage.members[0], stage.now)
    [group] = stage.groups(Group.State.FILLED)
    assert "server_seed" not in evidence(group)
    stage.wait(3 * DAY)
    [group] = stage.groups(Group.State.SETTLED)
    told = evidence(group)
    assert all(holds for _, holds, _ in verify_draw.verify(told)), verify_draw.verify(told)
    assert [seat["outcome"] for seat in told["seats"]] == ["buyer", "buyer"]
    assert told["frozen_at"] == group.filled_at.isoformat()


def test_a_double_tap_pays_once(shop):
    stage, [one, _] = full()
    for _time in range(3):
        assert pay_balance(one, stage.members[0], stage.now).state == Order.State.SETTLED
    assert moved(one)[reasons.BALANCE] == 17_900
    assert stage.cash(stage.members[0]) == 100_000 - 19_900


def test_who_does_not_pay_gets_all_of_the_deposit_back_by_the_route_paid(shop):
    stage, [one, two] = full(external=(1,), stock=5)
    stage.wait(48 * HOUR - 2 * SECOND)  # the clock stands two seconds after the filling
    assert {balance.state for balance in Balance.objects.all()} == {DUE}
    stage.wait(2 * SECOND)
    assert [stage.order(order).state for order in (one, two)] == [Order.State.REFUNDED] * 2
    assert [stage.order(order).refunded for order in (one, two)] == [2_000, 2_000]
    assert moved(one) == {reasons.DEPOSIT: 2_000, reasons.DEPOSIT_BACK: 2_000}
    assert moved(two) == {reasons.HOLD_EXTERNAL: 2_000, reasons.REFUND_EXTERNAL: 2_000}
    assert Refund.objects.get(pk=two).amount == 2_000
    assert stage.cash(stage.members[0]) == 100_000
    assert stage.left() == 5
    assert stage.groups(Group.State.SETTLED)
    assert findings() == []
    assert refund_unpaid_balances(stage.now) == 0
    assert refusal(pay_balance, one, stage.members[0], stage.now).code == "balance_over"


def test_a_group_that_does_not_fill_gives_every_deposit_back(shop):
    stage = Stage("presale-group", "{group.size: 3}", members=2, stock=5)
    one = stage.join(stage.members[0]).order_id
    two = stage.join(stage.members[1], external=True).order_id
    stage.callback(two)
    stage.settle()
    stage.wait(8 * DAY)
    assert moved(one) == {reasons.DEPOSIT: 2_000, reasons.DEPOSIT_BACK: 2_000}
    assert Refund.objects.get(pk=two).amount == 2_000
    assert (stage.cash(stage.members[0]), stage.left()) == (100_000, 5)
    assert not Balance.objects.exists()
    assert findings() == []


def test_a_deposit_that_comes_too_late_goes_back_at_once(shop):
    stage = Stage("presale-group", TWO, members=1, ends=HOUR)
    order = stage.join(stage.members[0], external=True).order_id
    stage.wait(2 * HOUR)
    stage.callback(order)
    assert (stage.order(order).state, stage.order(order).refunded) == (Order.State.REFUNDED, 2_000)
    assert findings() == []


def test_a_balance_from_outside_settles_the_order_however_often_it_is_confirmed(shop):
    stage, [one, _] = full()
    payment = ask_balance_payment(one, "sandbox", stage.now)
    assert ask_balance_payment(one, "sandbox", stage.now).pk == payment.pk
    assert payment.amount == 17_900
    stage.callback(one, "failed", part=OUTSIDE)
    assert stage.order(one).state == Order.State.BALANCE_DUE
    for _time in range(2):
        stage.callback(one, part=OUTSIDE)
    assert moved(one) == {reasons.DEPOSIT: 2_000, reasons.BALANCE_EXTERNAL: 17_900, reasons.CAPTURE: 19_900}
    assert Balance.objects.get(pk=one).route == Order.Route.EXTERNAL
    assert refusal(ask_balance_payment, one, "sandbox", stage.now).code == "balance_paid"
    assert findings() == []


def test_a_balance_confirmed_after_its_time_goes_back_at_once(shop):
    stage, [one, two] = full(external=(0,), stock=2)
    ask_balance_payment(one, "sandbox", stage.now)
    ask_balance_payment(two, "sandbox", stage.now)
    stage.now += 48 * HOUR
    stage.callback(one, part=OUTSIDE)  # before the job has run: the deposit goes back with it
    assert Balance.objects.get(pk=one).state == OVER
    run_due(stage.now)
    for _time in range(2):
        stage.callback(two, part=OUTSIDE)  # after it has run
    for order in (one, two):
        assert stage.order(order).state == Order.State.REFUNDED
        assert Balance.objects.get(pk=order).sent_back == 17_900
        assert moved(order)[reasons.BALANCE_EXTERNAL] == 17_900
    payment = Payment.objects.get(order_id=two, part=OUTSIDE)
    assert Refund.objects.get(pk=payment.pk).amount == 17_900
    assert (Refund.objects.count(), stage.left()) == (3, 2)
    assert findings() == []
    assert send_waiting_refunds(stage.now) == 1  # the job has sent the deposit and the first


def test_a_balance_paid_by_both_routes_comes_back_by_the_second(shop):
    stage, [one, _] = full()
    ask_balance_payment(one, "sandbox", stage.now)
    pay_balance(one, stage.members[0], stage.now)
    stage.callback(one, part=OUTSIDE)
    assert stage.order(one).state == Order.State.SETTLED
    assert Balance.objects.get(pk=one).sent_back == 17_900
    assert moved(one)[reasons.REFUND_EXTERNAL] == 17_900
    assert findings() == []


def test_refusals_of_paying(shop):
    stage, [one, _] = full(cash=10_000)
    member, other = stage.members
    assert refusal(pay_balance, one, other, stage.now).code == "not_found"
    assert refusal(pay_balance, 1, member, stage.now).code == "not_found"
    short = refusal(pay_balance, one, member, stage.now)
    assert (short.code, short.details) == ("insufficient_balance", {"needed": "179.00", "held": "80.00"})
    assert refusal(ask_balance_payment, 1, "sandbox", stage.now).code == "not_found"
    assert refusal(ask_balance_payment, one, "sandbox", stage.now + 48 * HOUR).code == "balance_over"
    forming = Stage("presale-group", TWO, members=1)
    seated = forming.join(forming.members[0]).order_id
    forming.settle()
    assert refusal(pay_balance, seated, forming.members[0], forming.now).code == "not_found"
    assert refusal(ask_balance_payment, seated, "sandbox", forming.now).code == "not_found"


def test_a_frozen_member_pays_nothing(shop):
    stage, [one, _] = full()
    Member.objects.filter(pk=stage.members[0]).update(is_frozen=True)
    assert refusal(pay_balance, one, stage.members[0], stage.now).code == "member_frozen"
    assert moved(one) == {reasons.DEPOSIT: 2_000}


def test_the_end_of_the_activity_does_not_touch_balances(shop):
    stage, [one, two] = full(ends=HOUR)
    stage.wait(2 * HOUR)
    assert stage.groups(Group.State.FILLED)
    pay_balance(one, stage.members[0], stage.now)
    stage.wait(48 * HOUR)
    assert [stage.order(order).state for order in (one, two)] == [Order.State.SETTLED, Order.State.REFUNDED]
    assert findings() == []


def test_rewards_are_of_the_whole_price_and_only_for_who_paid_it(shop):
    gives = "outcomes.0.gives: [{goods: ordered}, {consumer_points: 10%}, {cash: 1.00}]"
    stage, [one, two] = full(f"{{group.size: 2, {gives}}}")
    pay_balance(one, stage.members[0], stage.now)
    stage.wait(3 * DAY)
    assert stage.cash(stage.members[0]) == 100_000 - 19_900 + 100
    assert stage.cash(stage.members[1]) == 100_000
    assert sum(line.amount for line in Transfer.objects.filter(about=one, asset=3)) == 1_990
    assert not Transfer.objects.filter(about=two, reason=reasons.REWARD).exists()
    assert findings() == []


def test_a_coupon_that_the_plan_gives_goes_to_who_paid(shop):
    coupon = "{coupon: {title: {zh: 券, en: C}, threshold: 50.00, discount: 1.00, valid: 7d}}"
    stage, [one, _] = full(f"{{group.size: 2, outcomes.0.gives: [{{goods: ordered}}, {coupon}]}}")
    pay_balance(one, stage.members[0], stage.now)
    assert findings() == []  # while the group is full
    stage.wait(3 * DAY)
    assert findings() == []


def test_an_activity_whose_price_leaves_no_balance_or_that_takes_coupons_is_refused(shop):
    with pytest.raises(Refused) as info:
        Stage("presale-group", "{offer.goods_cost: 1.00}", price=2_000)
    assert info.value.code == "invalid"
    assert "20.00" in info.value.sentence("zh")
    with pytest.raises(Refused) as info:
        Stage("presale-group", "{offer.goods_cost: 0.00, presale.deposit: 1%}", price=50)
    assert info.value.code == "invalid"


def test_an_activity_says_deposit_and_takes_no_coupons(shop):
    stage = Stage("presale-group", TWO)
    for how in ({"title": ("定金预售", "Presale")}, {"takes_coupons": True}):
        draft = create_activity(
            stage.activity.plan_version, stage.products, stage.now, None, stage.now, **how
        )
        assert refusal(schedule, draft, stage.now).code == "invalid"
    asked = replace(stage.request(1), coupon_id=5)
    assert refusal(discount_of_coupon, stage, asked).code == "coupon_not_taken"


def discount_of_coupon(stage: Stage, asked) -> None:
    activity = load_activities(raw_cursor(), [stage.activity.pk])[stage.activity.pk]
    activity.takes_coupons = True
    discount_of(activity, asked, 1, {}, {}, stage.now)


def test_messages_name_deposit_balance_and_time(shop):
    stage, [one, two] = full()
    pay_balance(one, stage.members[0], stage.now)
    tell_members(stage.now)
    assert remind_of_balances(stage.now) == 0
    assert remind_of_balances(stage.now + 37 * HOUR) == 1  # a quarter of the time is left
    assert remind_of_balances(stage.now + 38 * HOUR) == 0
    stage.wait(3 * DAY)
    tell_members(stage.now)

    def told(order: int) -> list[tuple[str, int]]:
        found = Message.objects.filter(about=order).order_by("id")
        return [(BY_NUMBER[one.kind].name, one.amount) for one in found]

    assert told(one) == [("deposit_paid", 2_000), ("balance_due", 17_900), ("balance_paid", 19_900)]
    assert told(two) == [
        ("deposit_paid", 2_000),
        ("balance_due", 17_900),
        ("balance_lapsing", 17_900),
        ("balance_over", 2_000),
    ]
    words = [text for kind in BY_NUMBER.values() for text in (kind.body.zh, kind.title.zh, kind.label.zh)]
    assert not any("定金" in text for text in words)


def test_a_return_goes_back_by_both_routes(shop):
    stage, [one, two] = full(external=(0, 1))
    pay_balance(one, stage.members[0], stage.now)
    ask_balance_payment(two, "sandbox", stage.now)
    stage.callback(two, part=OUTSIDE)
    clerk = Operator.objects.create(username="clerk")

    def give_back(order: int, member: int, amount: int) -> None:
        key = request_key("test", f"{order} {amount}")
        asked = ask(order, member, AfterSale.Kind.REFUND_ONLY, amount, "broken", key, stage.now)
        approve(asked.pk, clerk, stage.now)

    give_back(one, stage.members[0], 17_000)
    assert stage.cash(stage.members[0]) == 100_000 - 17_900 + 17_000
    give_back(one, stage.members[0], 2_900)  # 9.00 to the balance, the deposit to the outside
    assert stage.cash(stage.members[0]) == 100_000
    give_back(two, stage.members[1], 19_900)  # in two refunds, one by each payment
    of_deposit, of_balance = (
        Payment.objects.get(order_id=two, part=part) for part in (Payment.Part.JOIN, OUTSIDE)
    )
    amounts = dict(Refund.objects.values_list("payment_id", "amount"))
    assert (amounts[of_deposit.pk], amounts[of_balance.pk]) == (2_000, 17_900)
    assert findings() == []


def test_the_database_refuses_what_cannot_be(shop):
    stage, [one, _] = full()
    pay_balance(one, stage.members[0], stage.now)
    for change in (
        "DELETE FROM presale_balance",
        f"UPDATE presale_balance SET amount = 1 WHERE order_id = {one}",
        f"UPDATE presale_balance SET state = 0, ended_at = NULL, batch = 0 WHERE order_id = {one}",
        f"UPDATE presale_balance SET sent_back = 1 WHERE order_id = {one}",
        f"UPDATE orders_order SET deposit = price WHERE id = {one}",
        f"UPDATE orders_order SET discount = 1 WHERE id = {one}",
    ):
        with pytest.raises(Exception, match=r"kept|violates"), transaction.atomic():
            raw_cursor().execute(change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(id=1, order_id=one, part=0, provider="s", amount=1, created_at=stage.now)
        Payment.objects.create(id=2, order_id=one, part=0, provider="s", amount=1, created_at=stage.now)


def test_days_of_another_version_count_no_presale_seats(shop):
    """A newer version releases by settled joins: those of a presale, which may be refunded, are none."""
    stage, orders = full()
    for order, member in zip(orders, stage.members, strict=True):
        pay_balance(order, member, stage.now)
    credit = "presale: null, credit: {accelerated_release: 10%}, budget: 9.00"
    newer = Stage("presale-group", f"{{group.size: 1, {credit}}}", members=1, at=stage.now)
    newer.join(newer.members[0])
    newer.settle()
    adjust_balances([*stage.members, *newer.members], SHOPPING_CREDIT, [1_000] * 3, 0, newer.now)
    run_days(newer.now + DAY)
    released = Transfer.objects.filter(reason=reasons.DAILY_RELEASED_CASH)
    assert list(released.values_list("to_account", "amount")) == [(newer.members[0], 100)]
    assert findings() == []


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "outside", "ask", "confirm", "twice", "wait", "end"]), st.integers(0, 2)
    ),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS, st.sets(st.integers(0, 2)), st.sampled_from(["20.00", "33.33%", "0.01", "198.99"]))
def test_whatever_members_do_every_fen_is_where_it_belongs(database, acts, external, deposit):
    """Any order of payments, callbacks and hours: the audit is clean, and each seat is whole or all back."""
    written = deposit if not deposit.endswith("%") else f'"{deposit}"'
    stage = Stage("presale-group", f"{{group.size: 3, presale.deposit: {written}}}", members=3, stock=3)
    orders = []
    for number, member in enumerate(stage.members):
        orders.append(stage.join(member, external=number in external).order_id)
        if number in external:
            stage.callback(orders[-1])
    stage.settle()
    for act, who in acts:
        play(stage, act, orders[who], stage.members[who])
    assert findings() == []
    stage.wait(3 * DAY)
    assert findings() == []
    for number, (order, member) in enumerate(zip(orders, stage.members, strict=True)):
        state, balance = stage.order(order).state, Balance.objects.get(pk=order)
        paid_here = 0
        if state == Order.State.SETTLED:
            paid_here += 0 if number in external else stage.order(order).deposit
            paid_here += balance.amount if balance.route == Order.Route.BALANCE else 0
        assert state in (Order.State.SETTLED, Order.State.REFUNDED)
        assert stage.cash(member) == 100_000 - paid_here
    settled = Order.objects.filter(activity_id=stage.activity.pk, state=Order.State.SETTLED).count()
    assert stage.left() == 3 - settled


def play(stage: Stage, act: str, order: int, member: int) -> None:
    try:
        if act == "pay":
            pay_balance(order, member, stage.now)
        elif act == "ask":
            ask_balance_payment(order, "sandbox", stage.now)
        elif act == "wait":
            stage.wait(17 * HOUR)
        elif act == "end":
            stage.now += 17 * HOUR  # and no job runs
        elif act in ("outside", "confirm", "twice"):
            if act == "outside":
                ask_balance_payment(order, "sandbox", stage.now)
            if Payment.objects.filter(order_id=order, part=OUTSIDE).exists():
                for _time in range(2 if act == "twice" else 1):
                    stage.callback(order, part=OUTSIDE)
    except Refused as refused:
        assert refused.code in ("balance_over", "balance_paid"), refused


class Undo(Exception):
    """Takes the damage back."""


@pytest.fixture(scope="module")
def presale(shared_database) -> Stage:
    """Groups with balances due, paid by each route, over and late, and a return by both routes."""
    waiting, _ = full()
    stage, [one, two] = full(external=(0, 1))
    ask_balance_payment(two, "sandbox", stage.now)
    stage.callback(two, part=OUTSIDE)
    pay_balance(one, stage.members[0], stage.now)
    clerk = Operator.objects.create(username="clerk")
    key = request_key("test", "return")
    asked = ask(two, stage.members[1], AfterSale.Kind.REFUND_ONLY, 19_900, "broken", key, stage.now)
    approve(asked.pk, clerk, stage.now)
    late, [three, _] = full(TWO.replace("{", "{presale.balance_within: 1h, "))
    ask_balance_payment(three, "sandbox", late.now)
    late.now += HOUR + MINUTE
    refund_unpaid_balances(late.now)
    late.callback(three, part=OUTSIDE)
    assert Balance.objects.filter(state=DUE).count() == 2
    return waiting


def test_nothing_is_wrong_to_begin_with(presale):
    assert findings() == []


@pytest.mark.parametrize("what", PRESALE_DAMAGE)
def test_damage_is_found(what, presale):
    statements, check = PRESALE_DAMAGE[what]
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements.split(";"):
            cursor.execute(statement)
            assert cursor.rowcount, "the damage did nothing"
        assert check in damage_of(CHECKS, cursor)
        raise Undo
