"""Two joins of a ladder at once: met first without their lock."""

import pytest
from test_races import unguarded
from together import of_kind, together

from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.orders import load
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from stage import Stage, findings

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]


def join_at_once(seated, joining):
    """A ladder of 3, 5, 8 and 10 in which some sit, and so many more who join at the same moment."""
    stage = Stage("ladder-group", members=seated + joining)
    for member in stage.members[:seated]:
        stage.join(member)
    stage.settle()
    requests = [stage.request(member) for member in stage.members[seated:]]
    calls = ((lambda request=request: take_joins([request], stage.now)[0]) for request in requests)
    return stage, together(*calls)


def test_of_two_who_reach_a_tier_together_one_pays_its_price_and_all_have_paid_it_in_the_end():
    stage, answers = join_at_once(3, 2)
    assert sorted(answer.price for answer in of_kind(answers, JoinResult)) == [8900, 9900], answers
    together(*[lambda: settle_activity(stage.activity.pk, stage.now)] * 2)
    assert [stage.cash(member) for member in stage.members] == [100_000 - 8900] * 5
    assert findings(BUT_DRAWS) == []


def test_without_the_lock_on_the_group_both_pay_the_higher_price(monkeypatch):
    monkeypatch.setattr(load, "lock_ladders", lambda cursor, activities: None)
    unguarded(monkeypatch, load, "lock_groups", 2)
    _, answers = join_at_once(3, 2)
    assert [answer.price for answer in of_kind(answers, JoinResult)] == [9900, 9900], answers


def test_the_first_two_sit_in_one_group():
    _, answers = join_at_once(0, 2)
    assert len({answer.group_id for answer in of_kind(answers, JoinResult)}) == 1, answers


def test_without_the_lock_on_the_ladder_the_first_two_open_two_groups(monkeypatch):
    monkeypatch.setattr(load, "lock_ladders", lambda cursor, activities: None)
    unguarded(monkeypatch, load, "open_ladder_groups", 2)
    _, answers = join_at_once(0, 2)
    assert len({answer.group_id for answer in of_kind(answers, JoinResult)}) == 2, answers


def test_twenty_at_once_fill_two_groups_to_the_last_seat():
    stage, answers = join_at_once(0, 20)
    assert len(of_kind(answers, JoinResult)) == 20, answers
    together(*[lambda: settle_activity(stage.activity.pk, stage.now)] * 3)
    assert {order.price for order in Order.objects.filter(activity_id=stage.activity.pk)} == {6900}
    assert [stage.cash(member) for member in stage.members] == [100_000 - 6900] * 20
    assert findings(BUT_DRAWS) == []
