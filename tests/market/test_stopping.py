"""Stopping an activity: a reason, a second person, everything unfinished back, nothing full cut off."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import RestrictViolation

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities import stopping
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.services import end_due
from pinwheel.market.activities.stopping import carry_on_stops, confirm_stop, propose_stop, reject_stop
from pinwheel.market.audit import CHECKS
from pinwheel.market.cashier.models import Refund
from pinwheel.market.groups.models import ClosingDraw, Group
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Message
from pinwheel.market.orders.models import Order, Unpaid, Waiting
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from stage import DAY, HOUR, MINUTE, Stage, damage_of, findings, in_seat_order

pytestmark = pytest.mark.usefixtures("database")
THREE = "{group.size: 3, draw.seat_rules: []}"


def people():
    return Operator.objects.get_or_create(username="first")[0], Operator.objects.get_or_create(
        username="second"
    )[0]


def confirmed(shop: Stage, reason: str = "the supplier failed") -> ActivityStop:
    first, second = people()
    return confirm_stop(propose_stop(shop.activity.pk, reason, first, shop.now).pk, second, shop.now)


def stop(shop: Stage) -> ActivityStop:
    """Stop and refund everything; the draws are in seat order."""
    found = confirmed(shop)
    carry_on_stops(lambda: shop.now, maker=in_seat_order)
    found.refresh_from_db()
    return found


def test_a_ladder_that_has_formed_is_settled_as_it_is_and_a_smaller_one_goes_back():
    shop = Stage("ladder-group", "{limits: {seats_per_group: 2}, group.seating: either}", members=6)
    for member in shop.members[:4]:
        shop.join(member)
    small = shop.join(shop.members[4], opens=True).group_id
    shop.join(shop.members[5], group=small)
    shop.settle()
    done = stop(shop)
    assert [group.taken for group in shop.groups(Group.State.SETTLED)] == [4]
    assert (done.groups_closed, done.seats_refunded, done.refunded) == (1, 2, 19_800)
    assert [shop.cash(member) for member in shop.members] == [100_000 - 9_900] * 4 + [100_000] * 2
    assert findings() == []


def test_everything_unfinished_goes_back_and_full_groups_are_settled():
    shop = Stage("draw-on-fill", THREE, members=9)
    for member in shop.members[:4]:
        shop.join(member)
    shop.settle()  # one group settled, one with a seat
    for member in shop.members[4:7]:
        shop.join(member)  # these wait: two fill the group, the third sits alone
    unpaid = shop.join(shop.members[7], external=True)
    done = stop(shop)
    states = [group.state for group in shop.groups() if group.taken]
    assert states == [Group.State.SETTLED, Group.State.SETTLED, Group.State.EXPIRED]
    assert (done.state, done.groups_closed, done.seats_refunded, done.refunded) == (2, 1, 1, 10_000)
    assert done.unpaid_cancelled == 1 and shop.order(unpaid.order_id).state == Order.State.LAPSED
    assert not Unpaid.objects.exists() and not Waiting.objects.exists()
    assert shop.refusal(shop.members[8]).code == "ended"
    assert findings(["draws_hold"]) == []


def test_money_goes_back_by_the_route_it_came_and_a_later_payment_too():
    shop = Stage("draw-on-fill", members=3)
    balance = shop.join(shop.members[0])
    outside = shop.join(shop.members[1], external=True)
    shop.callback(outside.order_id)
    late = shop.join(shop.members[2], external=True)
    stop(shop)
    assert shop.cash(shop.members[0]) == 100_000 and shop.order(balance.order_id).refunded == 10_000
    assert Refund.objects.get(pk=outside.order_id).amount == 10_000
    shop.callback(late.order_id)
    assert shop.order(late.order_id).state == Order.State.REFUNDED
    assert Refund.objects.get(pk=late.order_id).amount == 10_000
    assert findings() == []


def test_a_leaders_group_full_of_paid_seats_is_settled_though_nobody_was_seated_yet():
    shop = Stage("leader-five", members=7)
    group = shop.join(shop.members[0], opens=True).group_id
    for member in shop.members[1:5]:
        shop.join(member, group=group)
    other = shop.join(shop.members[5], opens=True).group_id
    shop.join(shop.members[6], group=other, external=True)
    stop(shop)
    assert Group.objects.get(pk=group).state == Group.State.SETTLED
    assert Group.objects.get(pk=other).state == Group.State.EXPIRED
    assert shop.cash(shop.members[5]) == 100_000
    assert findings(["draws_hold"]) == []


def test_what_is_drawn_at_the_end_is_drawn_at_once_among_the_full_groups():
    """The prizes that were promised are given: a stop is no way out of them."""
    small = "{group.size: 3, outcomes.0.count: 2, limits: {seats_per_group: 1}, budget: 500.00}"
    shop = Stage("draw-on-close", small, members=8, ends=DAY)
    for member in shop.members:
        shop.join(member)
    shop.settle()
    done = stop(shop)
    assert ClosingDraw.objects.get().state == ClosingDraw.State.FINISHED
    assert Order.objects.filter(outcome=0, state=Order.State.SETTLED).count() == 2
    assert Order.objects.filter(outcome=1, state=Order.State.REFUNDED).count() == 4
    assert (done.groups_closed, done.seats_refunded) == (1, 2)
    assert findings(["draws_hold"]) == []


def test_members_are_told_that_it_was_stopped():
    shop = Stage("draw-on-fill", members=1)
    shop.join(shop.members[0])
    stop(shop)
    tell_members(shop.now)
    assert Message.objects.filter(kind=BY_NAME["stopped"].number, member_id=shop.members[0]).exists()


def test_an_announced_activity_is_stopped_before_it_begins():
    shop = Stage("draw-on-fill", members=1, starts=HOUR)
    starts = shop.activity.starts_at
    assert stop(shop).state == ActivityStop.State.DONE
    assert (shop.reload().state, shop.activity.starts_at) == (Activity.State.ENDED, starts)
    assert {group.state for group in shop.groups()} == {Group.State.UNUSED}


def test_pieces_go_back_into_the_activity():
    shop = Stage("draw-on-fill", members=2, stock=5)
    shop.join(shop.members[0])
    shop.join(shop.members[1], external=True)
    assert shop.left() == 3
    stop(shop)
    assert shop.left() == 5


# Refusals


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_each_refusal():
    shop = Stage("draw-on-fill", members=1)
    first, second = people()
    activity = shop.activity.pk
    assert refusal(lambda: propose_stop(activity, "  ", first, shop.now)) == "reason_missing"
    assert refusal(lambda: propose_stop(activity, "x" * 201, first, shop.now)) == "reason_missing"
    assert refusal(lambda: propose_stop(7, "why", first, shop.now)) == "not_found"
    asked = propose_stop(activity, "why", first, shop.now)
    assert refusal(lambda: propose_stop(activity, "why", second, shop.now)) == "stop_open"
    assert refusal(lambda: confirm_stop(asked.pk, first, shop.now)) == "same_person"
    reject_stop(asked.pk, first, shop.now)  # one's own is taken back
    assert refusal(lambda: confirm_stop(asked.pk, second, shop.now)) == "already_decided"
    again = propose_stop(activity, "why", first, shop.now)
    confirm_stop(again.pk, second, shop.now)
    assert refusal(lambda: confirm_stop(again.pk, second, shop.now)) == "already_decided"
    assert refusal(lambda: reject_stop(again.pk, second, shop.now)) == "already_decided"
    assert refusal(lambda: propose_stop(activity, "why", first, shop.now)) == "ended"


def test_an_activity_whose_time_is_over_is_not_stopped():
    shop = Stage("draw-on-fill", members=1, ends=HOUR)
    first, second = people()
    asked = propose_stop(shop.activity.pk, "why", first, shop.now)
    assert refusal(lambda: confirm_stop(asked.pk, second, shop.now + HOUR)) == "ended"
    shop.wait(2 * HOUR)
    assert refusal(lambda: confirm_stop(asked.pk, second, shop.now)) == "ended"
    reject_stop(asked.pk, second, shop.now)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE activities_stop SET reason = 'another'",
        "UPDATE activities_stop SET state = 0",
        "UPDATE activities_stop SET refunded = 1",
        "DELETE FROM activities_stop",
    ],
)
def test_the_database_keeps_what_was_decided(damage):
    shop = Stage("draw-on-fill", members=1)
    stop(shop)
    with pytest.raises(RestrictViolation), transaction.atomic():
        raw_cursor().execute(damage)


def test_the_database_asks_for_a_second_person():
    shop = Stage("draw-on-fill", members=1)
    first, _ = people()
    asked = propose_stop(shop.activity.pk, "why", first, shop.now)
    with pytest.raises(IntegrityError, match="stop_second_person"), transaction.atomic():
        ActivityStop.objects.filter(pk=asked.pk).update(state=1, decided_by=first, decided_at=shop.now)


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (
            "UPDATE groups_group SET state = 0 WHERE state = 3",
            "stopped_activities_owe_nothing",
        ),
        ("UPDATE activities_stop SET refunded = 1", "stops_refunded_what_they_say"),
    ],
)
def test_the_audit_sees_damage(damage, check):
    shop = Stage("draw-on-fill", members=1)
    shop.join(shop.members[0])
    confirmed(shop)
    shop.now += MINUTE
    carry_on_stops(lambda: shop.now)
    assert findings() == []
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage)
        assert check in damage_of(CHECKS, cursor)
        transaction.set_rollback(True)


# Bit by bit


def test_it_is_done_in_batches_and_other_work_goes_on_between(monkeypatch):
    monkeypatch.setattr(stopping, "AT_ONCE", 2)
    shop = Stage("leader-five", members=7)
    for member in shop.members:
        shop.join(member, opens=True)
    shop.settle()
    asked = confirmed(shop)
    rounds = iter([True, True, False])
    assert carry_on_stops(lambda: shop.now, lambda: next(rounds)) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.groups_closed) == (ActivityStop.State.STOPPING, 4)
    assert findings() == []
    end_due(shop.now)  # the clock leaves it to the stop
    assert Group.objects.filter(state=Group.State.FORMING, taken__gt=0).count() == 3
    assert carry_on_stops(lambda: shop.now) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.groups_closed, asked.refunded) == (2, 7, 70_000)
    assert carry_on_stops(lambda: shop.now) == 0
    assert findings() == []


def test_a_worker_that_dies_leaves_nothing_half_done(monkeypatch):
    monkeypatch.setattr(stopping, "AT_ONCE", 2)
    shop = Stage("leader-five", members=5)
    for member in shop.members:
        shop.join(member, opens=True)
    shop.settle()
    asked = confirmed(shop)
    count_done, calls = stopping.count_done, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise ConnectionError("gone")
        count_done(*arguments)

    monkeypatch.setattr(stopping, "count_done", dies)
    with pytest.raises(ConnectionError):
        carry_on_stops(lambda: shop.now)
    asked.refresh_from_db()
    assert asked.groups_closed == Group.objects.filter(state=Group.State.EXPIRED).count() == 2
    monkeypatch.setattr(stopping, "count_done", count_done)
    carry_on_stops(lambda: shop.now)
    asked.refresh_from_db()
    assert (asked.groups_closed, asked.seats_refunded) == (5, 5)
    assert [shop.cash(member) for member in shop.members] == [100_000] * 5
    assert findings() == []


def test_two_stops_take_turns(monkeypatch):
    monkeypatch.setattr(stopping, "AT_ONCE", 1)
    big, small = Stage("leader-five", members=4), Stage("leader-five", members=1)
    for shop in (big, small):
        for member in shop.members:
            shop.join(member, opens=True)
        shop.settle()
        confirmed(shop)
    left = iter([True] * 6 + [False])
    assert carry_on_stops(lambda: small.now, lambda: next(left)) == 1  # the small one is not behind the big
    assert small.reload().stops.get().state == ActivityStop.State.DONE


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["join", "outside", "unpaid", "settle", "opens"]), max_size=14),
    st.booleans(),
)
def test_whatever_was_going_on_everybody_is_paid_back_or_has_a_result(steps, twice):
    shop = Stage("leader-five", "{group.seating: either}", members=len(steps))
    held = []
    for member, what in zip(shop.members, steps, strict=True):
        if what == "settle":
            shop.settle()
        elif what in ("outside", "unpaid"):
            order = shop.join(member, external=True).order_id
            if what == "outside":
                shop.callback(order)
            else:
                held.append(order)
        else:
            shop.join(member, opens=what == "opens")
    done = stop(shop)
    if twice:
        carry_on_stops(lambda: shop.now)
    for order in held[::2]:
        shop.callback(order)
    own = Order.objects.filter(activity_id=shop.activity.pk)
    assert set(own.values_list("state", flat=True)) <= {3, 4, 5}
    groups = Group.objects.filter(activity_id=shop.activity.pk)
    assert set(groups.values_list("state", flat=True)) <= {2, 3, 5}
    assert all(group.taken == group.size for group in groups.filter(state=2))
    expired = groups.filter(state=3)
    assert done.groups_closed == expired.count()
    assert done.refunded == shop.activity.price * sum(expired.values_list("taken", flat=True))
    with connection.cursor():
        assert findings(["draws_hold"]) == []


def test_nothing_is_refunded_of_another_activity():
    one, other = Stage("draw-on-fill", members=1), Stage("draw-on-fill", members=1)
    one.join(one.members[0])
    other.join(other.members[0])
    other.now += timedelta(seconds=1)
    stop(one)
    assert Order.objects.get(activity_id=other.activity.pk).state == Order.State.PAID
    other.settle()
    assert Order.objects.get(activity_id=other.activity.pk).state == Order.State.SEATED
