"""Races about one exchange's goods. The race of two operators is also met with its guard taken away."""

from uuid import uuid4

import pytest
from together import Rendezvous, of_kind, together

from delivery_stage import HOME, operator
from pinwheel.market.delivery.addresses import add_address
from pinwheel.market.due import run_due
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.messages.events import Fact
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Event
from pinwheel.market.pool import parcels
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem, ExchangeParcel
from pinwheel.market.refusals import Refused
from pinwheel.rules.assets import CONSUMER_POINTS
from stage import Stage, findings

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
State = ExchangeParcel.State


def given():
    """A stage, its member, and an exchange whose goods wait to be shipped."""
    stage = Stage("ordinary-group", members=1)
    [member] = stage.members
    add_address(member, HOME, True, stage.now)
    adjust_balances([member], CONSUMER_POINTS, [1_000], 0, stage.now)
    item = ExchangeItem.objects.create(plan="", product=stage.products[0], points=1_000, left=1)
    return stage, member, exchange(item.pk, 1_000, member, uuid4(), stage.now).pk


def ship_at_once(*numbers):
    """Operators who note different numbers for the same goods; answers, and how often it was told."""
    stage, _, number = given()
    people = [(operator(), said) for said in numbers]
    answers = together(
        *(
            lambda clerk=clerk, said=said: parcels.ship_exchange(number, "sf", said, clerk, stage.now)
            for clerk, said in people
        )
    )
    told = Event.objects.filter(fact=Fact.TOLD, kind=BY_NAME["exchange_shipped"].number, about=number)
    return ExchangeParcel.objects.get(pk=number), answers, told.count()


def test_one_of_several_operators_ships():
    found, answers, told = ship_at_once("SF1000001", "SF1000002", "SF1000003")
    [noted] = of_kind(answers, ExchangeParcel)
    assert {answer.code for answer in of_kind(answers, Refused)} == {"not_allowed_now"}
    assert (found.tracking_number, found.shipped_by) == (noted.tracking_number, noted.shipped_by)
    assert told == 1
    assert findings() == []


def test_the_same_number_at_once_is_noted_and_told_once():
    found, answers, told = ship_at_once(*["SF1000001"] * 4)
    assert len(of_kind(answers, ExchangeParcel)) == 4, answers
    assert (found.state, told) == (State.SHIPPED, 1)


def test_received_by_the_member_and_by_the_clock_is_received_once():
    stage, member, number = given()
    due = parcels.ship_exchange(number, "sf", "SF1000001", operator(), stage.now).due_at
    answers = together(
        lambda: run_due(due),
        lambda: run_due(due),
        lambda: parcels.receive_exchange(number, member, due),
        lambda: parcels.receive_exchange(number, member, due),
    )
    assert of_kind(answers, Exception) == []
    found = ExchangeParcel.objects.get(pk=number)
    assert (found.state, found.received_at, found.due_at) == (State.RECEIVED, due, None)
    assert findings() == []


# Without the guard; last, for what it leaves behind is wrong


def test_without_the_lock_the_second_number_covers_the_first(monkeypatch):
    """Both were told that theirs is noted; one number is gone, and the member was told both."""
    point = Rendezvous(2)

    def read_parcel(exchange_id):
        found = ExchangeParcel.objects.get(pk=exchange_id)
        point.wait()
        return found

    monkeypatch.setattr(parcels, "lock_parcel", read_parcel)
    _, answers, told = ship_at_once("SF1000001", "SF1000002")
    assert {noted.tracking_number for noted in of_kind(answers, ExchangeParcel)} == {"SF1000001", "SF1000002"}
    assert told == 2
