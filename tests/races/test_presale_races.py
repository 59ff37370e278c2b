"""Two pay one balance, or one pays while its deposit goes back. First met with the guard taken away."""

import pytest
from django.db import connection
from together import Rendezvous, of_kind, together

from pinwheel.market.cashier.services import ask_balance_payment
from pinwheel.market.groups import load
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.payment import lapse_holds
from pinwheel.market.presale import services
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance, refund_unpaid_balances
from pinwheel.market.refusals import Refused
from stage import HOUR, MINUTE, SECOND, Stage, findings

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(120)]
TWO = "{group.size: 2, presale.balance_within: 1h}"
OUTSIDE = 1


def balances_due(changes: str = TWO) -> tuple[Stage, list[int]]:
    stage = Stage("presale-group", changes, members=2, stock=2)
    orders = [stage.join(member).order_id for member in stage.members]
    stage.settle()
    return stage, orders


def without_guard(monkeypatch, parties: int) -> None:
    """Neither the activity's lock nor the balance's row is taken; all have read before one goes on."""
    point = Rendezvous(parties)
    real = services.refuse_over

    def met(balance, now):
        real(balance, now)
        point.wait()

    monkeypatch.setattr(load, "lock_activity", lambda cursor, activity, wait=True: True)
    monkeypatch.setattr(services, "lock_filled_groups", lambda cursor, groups: None)
    monkeypatch.setattr(services, "lock_stock", lambda cursor, activity: False)
    monkeypatch.setattr(Balance.objects, "select_for_update", lambda **how: Balance.objects.all())
    monkeypatch.setattr(Order.objects, "select_for_update", lambda **how: Order.objects.all())
    monkeypatch.setattr(services, "refuse_over", met)


def test_a_balance_paid_six_times_at_once_is_paid_once():
    stage, [order, _] = balances_due()
    answers = together(*[lambda: pay_balance(order, stage.members[0], stage.now)] * 6)
    assert len(of_kind(answers, Order)) == 6, answers
    assert stage.cash(stage.members[0]) == 100_000 - 19_900
    assert findings() == []


def without_triggers() -> None:
    """The database's own refusal of a second end, so that it is seen what the locks are for."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE presale_balance DISABLE TRIGGER USER")


def test_without_the_locks_the_database_has_to_refuse(monkeypatch):
    stage, [order, _] = balances_due()
    without_guard(monkeypatch, 2)
    answers = together(*[lambda: pay_balance(order, stage.members[0], stage.now)] * 2)
    monkeypatch.undo()
    [refused] = of_kind(answers, Exception)
    assert "is kept" in str(refused)
    assert findings() == []


def test_without_locks_and_database_it_is_paid_twice(monkeypatch):
    stage, [order, _] = balances_due(TWO.replace("{", "{outcomes.0.gives: [], "))  # no parcel refuses either
    without_guard(monkeypatch, 2)
    without_triggers()
    answers = together(*[lambda: pay_balance(order, stage.members[0], stage.now)] * 2)
    assert of_kind(answers, Exception) == []
    monkeypatch.undo()
    assert stage.cash(stage.members[0]) < 100_000 - 19_900


def test_paid_from_the_balance_and_confirmed_from_outside_at_once():
    stage, [order, _] = balances_due()
    ask_balance_payment(order, "sandbox", stage.now)
    answers = together(
        lambda: pay_balance(order, stage.members[0], stage.now),
        lambda: stage.callback(order, part=OUTSIDE),
        lambda: stage.callback(order, part=OUTSIDE),
    )
    assert of_kind(answers, Exception) == []
    balance = Balance.objects.get(pk=order)
    assert stage.order(order).state == Order.State.SETTLED
    assert balance.sent_back == (17_900 if balance.route == Order.Route.BALANCE else 0)
    assert findings() == []


def pay_and_give_back(stage, order):
    """One second before the end the member pays, and the job has the time a second later."""
    due = Balance.objects.get(pk=order).due_at
    return together(
        lambda: pay_balance(order, stage.members[0], due - SECOND), lambda: refund_unpaid_balances(due)
    )


def test_a_balance_is_paid_or_its_deposit_goes_back_and_never_both():
    for _time in range(5):
        stage, [order, _] = balances_due()
        paid, refunded = pay_and_give_back(stage, order)
        is_paid = stage.order(order).state == Order.State.SETTLED
        assert refunded == (1 if is_paid else 2)
        assert isinstance(paid, Order) if is_paid else paid.code == "balance_over"
        assert stage.cash(stage.members[0]) == 100_000 - (19_900 if is_paid else 0)
        assert stage.left() == (1 if is_paid else 2)
        assert findings() == []


def test_without_locks_and_database_a_deposit_goes_back_that_was_paid_up(monkeypatch):
    stage, [order, _] = balances_due()
    without_guard(monkeypatch, 2)
    without_triggers()
    point = services.refuse_over
    real = services.give_back

    def met(cursor, activity, terms, balances, now):
        point(balances[0].__class__(state=0, due_at=now + HOUR), now)
        real(cursor, activity, terms, balances, now)

    monkeypatch.setattr(services, "give_back", met)
    pay_and_give_back(stage, order)
    monkeypatch.undo()
    assert findings() != []


def test_a_group_fills_while_a_hold_lapses():
    """The last seat is held by an unpaid deposit whose time is over, and another wants it."""
    stage = Stage("presale-group", "{group.size: 2, group.seating: leader}", members=3, stock=2)
    leader = stage.join(stage.members[0], opens=True)
    stage.settle()
    held = stage.join(stage.members[1], group=leader.group_id, external=True).order_id
    stage.now += 30 * MINUTE
    answers = together(
        lambda: lapse_holds(stage.now),
        lambda: stage.callback(held),
        lambda: stage.ask(stage.members[2], group=leader.group_id),
        lambda: refund_unpaid_balances(stage.now),
    )
    assert [answer for answer in of_kind(answers, Exception) if not isinstance(answer, Refused)] == []
    stage.settle()
    group = Group.objects.get(pk=leader.group_id)
    assert group.state == Group.State.FILLED
    assert Balance.objects.filter(group_id=group.pk, state=Balance.State.DUE).count() == 2
    assert findings() == []
