"""Races about one order's goods. Each is also met with its guard taken away."""

import pytest
from together import Rendezvous, of_kind, together

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.ledger.models import Wallet
from pinwheel.market.aftersales import services as aftersales
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.delivery import services as delivery
from pinwheel.market.delivery.correcting import correct_tracking
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.refusals import Refused
from stage import findings

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]


def unlocked(monkeypatch, parties=2):
    """Read the parcel (and the after-sale) without a lock; those who read meet before they go on."""
    point = Rendezvous(parties)

    def read_parcel(order_id):
        found = Delivery.objects.get(pk=order_id)
        point.wait()
        return found

    monkeypatch.setattr(delivery, "lock_parcel", read_parcel)
    monkeypatch.setattr(aftersales, "lock_aftersale", lambda number: AfterSale.objects.get(pk=number))


def holds_its_parcel(order):
    """Whether an open after-sale, if there is one, finds the parcel as it was when it was asked for."""
    found = AfterSale.objects.filter(order_id=order, state__lt=4).first()
    now = parcel(order)
    return now.is_disputed == (found is not None) and (found is None or found.parcel_state == now.state)


def ship_and_ask():
    stage, [order, _] = settled_orders()
    clerk = operator()
    answers = together(
        lambda: delivery.ship(order, "sf", "SF1234567", clerk, stage.now), lambda: asked(stage, order)
    )
    return order, answers


def test_asked_for_while_it_is_shipped_ends_in_one_state():
    for _ in range(5):
        order, answers = ship_and_ask()
        assert holds_its_parcel(order)
        shipped, wanted = answers
        assert isinstance(wanted, AfterSale)
        if isinstance(shipped, Refused):
            assert shipped.code == "aftersale_open"
            assert wanted.parcel_state == Delivery.State.TO_SHIP
        else:
            assert wanted.parcel_state == Delivery.State.SHIPPED
    assert findings(BUT_DRAWS) == []


def receive_and_return():
    stage, [order, _] = settled_orders()
    delivery.ship(order, "sf", "SF1234567", operator(), stage.now)
    member = stage.members[0]
    answers = together(
        lambda: delivery.receive(order, member, stage.now), lambda: asked(stage, order, "return_and_refund")
    )
    return order, answers


def test_received_while_a_return_is_opened_ends_in_one_state():
    for _ in range(5):
        order, answers = receive_and_return()
        assert holds_its_parcel(order)
        assert isinstance(answers[1], AfterSale)
        assert isinstance(answers[0], Delivery) or answers[0].code == "aftersale_open"
    assert findings(BUT_DRAWS) == []


def approve_twice(people=2):
    stage, [order, _] = settled_orders()
    member = stage.members[0]
    before = Wallet.objects.get(pk=member).cash
    one = asked(stage, order, "refund_only", 5_000)
    clerks = [operator() for _ in range(people)]
    answers = together(
        *(lambda clerk=clerk: aftersales.approve(one.pk, clerk, stage.now) for clerk in clerks)
    )
    return order, answers, Wallet.objects.get(pk=member).cash - before


def test_one_of_several_operators_refunds():
    order, answers, back = approve_twice(5)
    assert len(of_kind(answers, AfterSale)) == 1
    assert {answer.code for answer in of_kind(answers, Refused)} == {"not_allowed_now"}
    assert back == 5_000 - 50  # the reward of 1.00 is reversed by half
    assert parcel(order).refunded == 5_000
    assert findings(BUT_DRAWS) == []


def correct_and_receive():
    stage, [order, _] = settled_orders()
    clerk = operator()
    delivery.ship(order, "sf", "SF1234567", clerk, stage.now)
    answers = together(
        lambda: correct_tracking(order, "zto", "ZTO7654321", clerk, stage.now),
        lambda: delivery.receive(order, stage.members[0], stage.now),
    )
    return order, answers


def test_a_number_corrected_while_the_parcel_is_received_ends_received():
    for _ in range(5):
        order, answers = correct_and_receive()
        now = parcel(order)
        assert (now.state, now.due_at) == (Delivery.State.RECEIVED, None)
        assert now.corrections.count() == isinstance(answers[0], Delivery)
        if isinstance(answers[0], Refused):
            assert (answers[0].code, now.tracking_number) == ("not_allowed_now", "SF1234567")
        else:
            assert now.tracking_number == "ZTO7654321"
    assert findings(BUT_DRAWS) == []


def correct_at_once(*numbers):
    stage, [order, _] = settled_orders()
    clerk = operator()
    delivery.ship(order, "sf", "SF1234567", clerk, stage.now)
    answers = together(
        *(
            lambda number=number: correct_tracking(order, "zto", number, clerk, stage.now)
            for number in numbers
        )
    )
    assert len(of_kind(answers, Delivery)) == len(numbers), answers
    return parcel(order), list(parcel(order).corrections.order_by("id"))


def test_the_same_correction_at_once_is_kept_and_told_once():
    _, kept = correct_at_once(*["ZTO7654321"] * 4)
    assert len(kept) == 1


def test_corrections_at_once_follow_each_other_and_the_last_one_counts():
    now, kept = correct_at_once("ZTO7654321", "ZTO7654322", "ZTO7654323")
    steps = {one.old_number: one.new_number for one in kept}
    number = "SF1234567"
    for _ in range(3):
        number = steps[number]
    assert len(kept) == 3 and now.tracking_number == number


# Without the guard; last, for what they leave behind is wrong


def test_without_the_lock_a_parcel_leaves_under_its_after_sale(monkeypatch):
    unlocked(monkeypatch)
    order, _ = ship_and_ask()
    assert not holds_its_parcel(order)


def test_without_the_lock_a_receipt_passes_a_return(monkeypatch):
    unlocked(monkeypatch)
    order, _ = receive_and_return()
    assert not holds_its_parcel(order)


def test_without_the_lock_only_the_database_stops_the_second_refund(monkeypatch):
    """Both decide; the trigger on ended after-sales refuses the second, as a failure and not as an answer."""
    unlocked(monkeypatch)
    _, answers, back = approve_twice()
    failures = [answer for answer in of_kind(answers, Exception) if not isinstance(answer, Refused)]
    assert len(failures) == 1 and "is kept" in str(failures[0])
    assert back == 4_950


def test_without_the_lock_two_corrections_start_from_the_same_number(monkeypatch):
    unlocked(monkeypatch)
    _, kept = correct_at_once("ZTO7654321", "ZTO7654322")
    assert [one.old_number for one in kept] == ["SF1234567"] * 2
