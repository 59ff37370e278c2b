"""Races on public values. Each is first met with its guard taken away; the triggers still stand."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from together import Rendezvous, Unlocked, of_kind, together

from pinwheel.market.groups import load
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order
from pinwheel.market.public_values import entering, fetching, settling
from pinwheel.market.public_values.entering import Told, confirm_number, enter_number
from pinwheel.market.public_values.fetching import fetch_rounds
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from pinwheel.market.public_values.relays import Round
from pinwheel.market.public_values.settling import refund_overdue, settle_known
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from stage import MINUTE, SECOND, Stage, findings

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(120)]
SMALL = "{group.size: 3, draw.seat_rules: [], draw.conflict: draw_anyway, draw.public_value_within: 1h, "
NUMBER = SMALL + "draw.public_value: public_number, draw.public_event: {zh: 号码, en: the number}}"
DRAND = SMALL + "draw.public_value: drand}"


def stage(changes):
    """One full group that waits, and a minute later."""
    shop = Stage("draw-on-fill", changes, members=3)
    for member in shop.members:
        shop.join(member)
    shop.settle()
    shop.now += MINUTE
    return shop


def signed(monkeypatch):
    """Any round is had at once."""
    monkeypatch.setattr(fetching, "read_round", lambda body, number, relay: Round(number, b"s" * 48, relay))


def unlocked(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)


def fetch_twice(shop):
    return together(*(lambda: fetch_rounds(lambda: shop.now, ask=lambda *_: b"") for _ in range(2)))


def refunds():
    return Order.objects.filter(state=Order.State.REFUNDED).count()


# --- two workers fetch one round ------------------------------------------------------------------------


def test_two_workers_that_fetch_one_round_settle_it_once(monkeypatch):
    shop = stage(DRAND)
    signed(monkeypatch)
    answers = fetch_twice(shop)
    assert sorted(answers) == [0, 1]
    assert shop.groups()[0].state == Group.State.SETTLED
    assert findings() == []


def test_without_its_locks_a_known_value_is_settled_twice_at_once(monkeypatch):
    shop = stage(DRAND)
    signed(monkeypatch)
    point, seen, real = Rendezvous(2), [], settling.finish_groups

    def met(cursor, *arguments):
        seen.append(1)
        point.wait()
        return real(cursor, *arguments)

    monkeypatch.setattr(fetching, "settle_known", lambda *_: 0)
    assert fetch_rounds(lambda: shop.now, ask=lambda *_: b"") == 1
    unlocked(monkeypatch)
    monkeypatch.setattr(load, "lock_activity", lambda *_: True)
    real_groups = load.lock_groups
    monkeypatch.setattr(
        load, "lock_groups", lambda cursor, *arguments: real_groups(Unlocked(cursor), *arguments)
    )
    monkeypatch.setattr(settling, "finish_groups", met)
    answers = together(*(lambda: settle_known(shop.now) for _ in range(2)))
    assert len(seen) == 2  # both were about to settle it; the trigger of finished groups stopped one
    assert len(of_kind(answers, Exception)) == 1
    assert findings() == []


# --- a value that arrives while its group is refunded ---------------------------------------------------


def number_and_refund(shop):
    """The second operator confirms a moment before the limit, while the clock's job is just past it."""
    first, second = (Operator.objects.create(username=name) for name in ("first", "second"))
    value = PublicValue.objects.get()
    enter_number(value.group_id, "507", Told("x", "x", shop.now), first, shop.now)
    before = value.due_at - timedelta(microseconds=1)
    return together(
        lambda: confirm_number(value.group_id, "507", second, before),
        lambda: refund_overdue(value.due_at + SECOND),
    )


def test_a_value_and_the_limit_at_once_give_one_of_both():
    shop = stage(NUMBER)
    answers = number_and_refund(shop)
    was_late = isinstance(answers[0], Refused)
    assert answers[1] == (1 if was_late else 0)
    settle_known(shop.now)
    assert shop.groups()[0].state == (Group.State.EXPIRED if was_late else Group.State.SETTLED)
    assert refunds() == (3 if was_late else 2)
    assert findings() == []


def test_without_the_rows_lock_a_group_is_refunded_whose_value_is_known(monkeypatch):
    shop = stage(NUMBER)
    point, real_close, real_store = Rendezvous(2), settling.close_groups, entering.store

    def close(*arguments, **named):
        point.wait()
        return real_close(*arguments, **named)

    def store(*arguments):
        point.wait()
        return real_store(*arguments)

    unlocked(monkeypatch)
    monkeypatch.setattr(settling, "close_groups", close)
    monkeypatch.setattr(entering, "store", store)
    answers = number_and_refund(shop)
    assert of_kind(answers, Exception)  # both had begun; the trigger of known values stopped one of them


# --- the second operator confirms twice -----------------------------------------------------------------


def confirm_twice(shop):
    first, second = (Operator.objects.create(username=name) for name in ("first", "second"))
    group = PublicValue.objects.get().group_id
    enter_number(group, "507", Told("x", "x", shop.now), first, shop.now)
    return together(*(lambda: confirm_number(group, "507", second, shop.now) for _ in range(2)))


def test_a_number_that_is_confirmed_twice_at_once_counts_once():
    shop = stage(NUMBER)
    answers = confirm_twice(shop)
    [refused] = of_kind(answers, Refused)
    assert refused.code == "not_waiting" and answers.count(None) == 1
    assert NumberEntry.objects.count() == 2
    settle_known(shop.now)
    assert findings() == []


def test_without_the_rows_lock_two_confirmations_both_begin(monkeypatch):
    shop = stage(NUMBER)
    point, seen, real = Rendezvous(2), [], entering.open_entry

    def met(group):
        found = real(group)
        if found is not None:
            seen.append(found.pk)
            point.wait()
        return found

    first, second = (Operator.objects.create(username=name) for name in ("first", "second"))
    group = PublicValue.objects.get().group_id
    enter_number(group, "507", Told("x", "x", shop.now), first, shop.now)
    unlocked(monkeypatch)
    monkeypatch.setattr(entering, "open_entry", met)
    answers = together(*(lambda: confirm_number(group, "507", second, shop.now) for _ in range(2)))
    assert len(seen) == 2  # both found it open; the trigger of ended entries stopped one
    assert len(of_kind(answers, Exception)) == 1 and not of_kind(answers, Refused)
