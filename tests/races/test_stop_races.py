"""An activity is stopped while groups fill and payments arrive; first met without the door that guards it."""

import threading

import pytest
from together import of_kind, together

from pinwheel.market.activities import door
from pinwheel.market.activities.models import ActivityStop
from pinwheel.market.activities.services import end
from pinwheel.market.activities.stopping import carry_on_stops, confirm_stop, propose_stop
from pinwheel.market.groups.models import Group
from pinwheel.market.orders import load, payment
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from stage import HOUR, Stage, findings, in_seat_order

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]
IN_VAIN = 1.0  # seconds to wait for one that the door keeps out
PATIENCE = 20.0  # seconds to wait for one that comes, on a busy machine too


def proposed(shop):
    first = Operator.objects.get_or_create(username="proposes")[0]
    return propose_stop(shop.activity.pk, "race", first, shop.now).pk


def stop(shop, number):
    second = Operator.objects.get_or_create(username="confirms")[0]
    confirm_stop(number, second, shop.now)
    carry_on_stops(lambda: shop.now, maker=in_seat_order)


class Meeting:
    """Somebody has read that the activity runs; then it is stopped and refunded, then the other goes on."""

    def __init__(self, monkeypatch, module, name, seconds):
        self.was_read, self.is_stopped = threading.Event(), threading.Event()
        real = getattr(module, name)

        def read(*arguments):
            answer = real(*arguments)
            if not self.was_read.is_set():
                self.was_read.set()
                self.is_stopped.wait(seconds)
            return answer

        monkeypatch.setattr(module, name, read)

    def with_stop(self, shop, act):
        number = proposed(shop)

        def stops():
            self.was_read.wait(PATIENCE)
            stop(shop, number)
            self.is_stopped.set()

        answers = together(act, stops)
        assert [a for a in of_kind(answers, Exception) if not isinstance(a, Refused)] == []
        return answers[0], ActivityStop.objects.get(pk=number)


def the_last_seat(monkeypatch, seconds):
    """Two of three sit; the third joins while the activity is stopped."""
    shop = Stage("draw-on-fill", "{group.size: 3, draw.seat_rules: []}", members=3)
    for member in shop.members[:2]:
        shop.join(member)
    shop.settle()
    request = shop.request(shop.members[2])
    meeting = Meeting(monkeypatch, load, "activities", seconds)
    answer, stopped = meeting.with_stop(shop, lambda: take_joins([request], shop.now)[0])
    return shop, answer, stopped


def test_who_took_the_last_seat_while_it_was_stopped_has_a_result_with_the_others(monkeypatch):
    shop, answer, stopped = the_last_seat(monkeypatch, IN_VAIN)
    assert isinstance(answer, JoinResult), answer
    group = Group.objects.get(activity_id=shop.activity.pk, taken__gt=0)
    assert (group.state, group.taken, stopped.state) == (Group.State.SETTLED, 3, ActivityStop.State.DONE)
    assert stopped.refunded == 0
    assert findings(BUT_DRAWS) == []


def test_without_the_door_the_last_seat_would_be_left_behind(monkeypatch):
    """The group is dissolved, and then somebody's money waits for it for ever."""
    monkeypatch.setattr(door, "hold_open", lambda cursor, activity_ids: None)
    shop, answer, stopped = the_last_seat(monkeypatch, PATIENCE)
    assert isinstance(answer, JoinResult) and stopped.state == ActivityStop.State.DONE
    assert Order.objects.get(pk=answer.order_id).state == Order.State.PAID
    assert {finding.check for finding in findings(BUT_DRAWS)} == {"stopped_activities_owe_nothing"}
    end(shop.reload(), shop.now)  # the damage is mended for the tests that follow
    assert findings(BUT_DRAWS) == []


def a_payment(monkeypatch, seconds):
    """A payment from outside arrives while the activity is stopped."""
    shop = Stage("draw-on-fill", members=1)
    order = shop.join(shop.members[0], external=True).order_id
    meeting = Meeting(monkeypatch, payment, "terms_of", seconds)
    _, stopped = meeting.with_stop(shop, lambda: shop.callback(order))
    return shop, order, stopped


def test_a_payment_that_arrives_while_it_is_stopped_goes_back(monkeypatch):
    shop, order, stopped = a_payment(monkeypatch, IN_VAIN)
    assert shop.order(order).state == Order.State.REFUNDED
    assert (stopped.state, stopped.unpaid_cancelled) == (ActivityStop.State.DONE, 0)
    assert findings(BUT_DRAWS) == []


def test_without_the_door_the_payment_would_wait_for_ever(monkeypatch):
    monkeypatch.setattr(door, "hold_open", lambda cursor, activity_ids: None)
    shop, order, stopped = a_payment(monkeypatch, PATIENCE)
    assert stopped.state == ActivityStop.State.DONE
    assert shop.order(order).state == Order.State.PAID
    assert {finding.check for finding in findings(BUT_DRAWS)} == {"stopped_activities_owe_nothing"}
    end(shop.reload(), shop.now)
    assert findings(BUT_DRAWS) == []


def test_the_last_full_group_is_in_the_draw_at_the_end_or_refunded(monkeypatch):
    """Who fills a group while the one draw of an activity is made must not be left out of it for ever."""
    changes = "{group.size: 3, outcomes.0.count: 1, limits: {seats_per_group: 1}, budget: 500.00}"
    shop = Stage("draw-on-close", changes, members=6, ends=HOUR)
    for member in shop.members[:5]:
        shop.join(member)
    shop.settle()
    request = shop.request(shop.members[5])
    meeting = Meeting(monkeypatch, load, "activities", IN_VAIN)
    meeting.with_stop(shop, lambda: take_joins([request], shop.now)[0])
    states = Group.objects.filter(activity_id=shop.activity.pk, taken__gt=0).values_list("state", flat=True)
    assert set(states) == {Group.State.SETTLED}
    assert findings(BUT_DRAWS) == []


def test_two_workers_and_a_crowd_while_it_is_stopped():
    """Everybody is paid back once or has a result, whoever came first."""
    shop = Stage("draw-on-fill", "{group.size: 3, draw.seat_rules: []}", members=30)
    outside = [shop.join(member, external=True).order_id for member in shop.members[:6]]
    number = proposed(shop)

    def join(part):
        return lambda: [take_joins([shop.request(m)], shop.now)[0] for m in shop.members[6 + part :: 3]]

    def pay():
        for order in outside:
            shop.callback(order)

    work = lambda: carry_on_stops(lambda: shop.now, maker=in_seat_order)  # noqa: E731
    answers = together(join(0), join(1), join(2), pay, lambda: stop(shop, number), work, work)
    assert of_kind(answers, Exception) == []
    work()
    own = Order.objects.filter(activity_id=shop.activity.pk)
    assert set(own.values_list("state", flat=True)) <= {3, 4, 5}
    groups = Group.objects.filter(activity_id=shop.activity.pk, taken__gt=0)
    assert all(group.taken == 3 for group in groups.filter(state=Group.State.SETTLED))
    assert findings(BUT_DRAWS) == []
