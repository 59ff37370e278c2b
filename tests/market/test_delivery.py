"""Addresses and parcels: who may do what in which state, each thing once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from delivery_stage import HOME, asked, operator, parcel, settled_orders
from pinwheel.config.environment import environment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.delivery.addresses import (
    MOST_ADDRESSES,
    add_address,
    change_address,
    choose_address,
    delete_address,
)
from pinwheel.market.delivery.areas import names, place, tree
from pinwheel.market.delivery.carriers import CARRIERS, read_carrier
from pinwheel.market.delivery.invoices import state_invoice
from pinwheel.market.delivery.models import Address, Delivery, Invoice
from pinwheel.market.delivery.services import receive, receive_due, ship
from pinwheel.market.delivery.states import MAY_FOLLOW
from pinwheel.market.prizes.services import choose_product, choose_voucher, lapse_choices
from pinwheel.market.refusals import Refused
from stage import DAY, SECOND, START, Stage, findings, in_seat_order, make_members

pytestmark = pytest.mark.usefixtures("shared_database")
State = Delivery.State
NUMBER = "SF1234567890"


def refused(action, *facts):
    with pytest.raises(Refused) as found:
        action(*facts)
    return found.value.code


# Addresses


def test_every_district_lies_in_a_city_of_a_province():
    districts = [code for code in names() if not code.endswith("00")]
    assert len(districts) > 2500
    assert place("110101")[1:] == ("北京市", "北京市", "东城区")
    assert all(place(code).district == names()[code] for code in districts)
    assert sum(len(within) for _, _, cities in tree() for _, _, within in cities) == len(districts)


@pytest.mark.parametrize("area", ["", "110100", "110000", "999999", "110199", "11010", "东城区"])
def test_an_unknown_district_is_refused(area):
    [member] = make_members(1, 0, START)
    assert refused(add_address, member, HOME._replace(area=area), False, START) == "unknown_area"
    assert not Address.objects.filter(member_id=member).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"receiver": " "}, {"receiver": "李" * 41}, {"street": ""}, {"street": "a\u202eb"}, {"phone": "12"}],
)
def test_what_is_not_an_address_is_refused(wrong):
    [member] = make_members(1, 0, START)
    assert refused(add_address, member, HOME._replace(**wrong), False, START) == "invalid"


def test_one_address_is_the_default():
    [member, other] = make_members(2, 0, START)
    first = add_address(member, HOME, False, START)
    second = add_address(member, HOME, True, START)
    third = add_address(member, HOME, False, START)

    def defaults():
        return list(Address.objects.filter(member_id=member, is_default=True).values_list("pk", flat=True))

    assert first.is_default and defaults() == [second.pk]
    change_address(member, third.pk, HOME, True)
    assert defaults() == [third.pk]
    change_address(member, third.pk, HOME, False)  # there is always one
    assert defaults() == [third.pk]
    delete_address(member, third.pk)
    assert defaults() == [second.pk]
    assert refused(delete_address, member, third.pk) == "not_found"
    assert refused(delete_address, other, second.pk) == "not_found"
    assert refused(change_address, other, second.pk, HOME, True) == "not_found"
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(member_id=member).update(is_default=True)


def test_there_are_not_too_many():
    [member] = make_members(1, 0, START)
    for _ in range(MOST_ADDRESSES):
        add_address(member, HOME, False, START)
    assert refused(add_address, member, HOME, False, START) == "too_many_addresses"


# Parcels


def test_settled_orders_with_goods_have_a_parcel_and_others_none():
    stage = Stage("draw-on-fill", "{group.size: 3, draw.seat_rules: []}", members=3)
    orders = [stage.join(member).order_id for member in stage.members]
    stage.settle(in_seat_order)
    with_goods = set(Delivery.objects.filter(pk__in=orders).values_list("pk", flat=True))
    assert with_goods == {order for order in orders if stage.order(order).outcome == 0}
    assert 0 < len(with_goods) < 3
    assert findings(["draws_hold"]) == []


def test_a_parcel_goes_from_shipping_to_receipt_once():
    stage, [order, other] = settled_orders()
    clerk, member = operator(), stage.members[0]
    assert refused(receive, order, member, stage.now) == "not_allowed_now"
    ship(order, "顺丰速运", " sf1234 567890 ", clerk, stage.now)
    shipped = parcel(order)
    assert (shipped.state, shipped.carrier, shipped.tracking_number) == (State.SHIPPED, "sf", NUMBER)
    assert (shipped.receiver, shipped.city, shipped.street) == ("李雷", "北京市", HOME.street)
    assert ship(order, "sf", NUMBER, clerk, stage.now + DAY).shipped_at == shipped.shipped_at
    assert refused(ship, order, "jd", NUMBER, clerk, stage.now) == "shipped_otherwise"
    assert refused(receive, order, stage.members[1], stage.now) == "not_found"
    assert receive(order, member, stage.now).received_at == stage.now
    assert receive(order, member, stage.now + DAY).received_at == stage.now
    assert refused(ship, order, "sf", NUMBER, clerk, stage.now) == "not_allowed_now"
    assert parcel(other).state == State.TO_SHIP
    assert findings(["draws_hold"]) == []


def test_the_table_of_states_is_what_services_allow():
    """Every pair of states: shipping and receipt are refused unless the table has them."""
    stage, [order, _] = settled_orders()
    clerk = operator()
    told = {"receiver": "x", "carrier": "jd", "tracking_number": "JD12345", "shipped_at": stage.now}
    for state in State.values:
        for wanted, action in (
            (State.SHIPPED, lambda: ship(order, "sf", NUMBER, clerk, stage.now)),
            (State.RECEIVED, lambda: receive(order, stage.members[0], stage.now)),
        ):
            if state == wanted:
                continue
            Delivery.objects.filter(pk=order).update(state=state, **told)
            if wanted in MAY_FOLLOW[state]:
                assert action().state == wanted
            else:
                assert refused(action) == "not_allowed_now"
    Delivery.objects.filter(pk=order).update(state=State.RECEIVED)


def test_without_an_address_nothing_is_shipped_and_the_chosen_one_counts():
    stage, [order, other] = settled_orders()
    member = stage.members[0]
    Address.objects.filter(member_id=member).delete()
    assert refused(ship, order, "sf", NUMBER, operator(), stage.now) == "address_missing"
    add_address(member, HOME, True, stage.now)
    chosen = add_address(member, HOME._replace(receiver="韩梅梅"), False, stage.now)
    foreign = Address.objects.get(member_id=stage.members[1])
    assert refused(choose_address, order, member, foreign.pk) == "not_found"
    assert refused(choose_address, other, member, chosen.pk) == "not_found"
    choose_address(order, member, chosen.pk)
    change_address(member, chosen.pk, HOME._replace(receiver="韩梅"), False)
    ship(order, "sf", NUMBER, operator(), stage.now)
    assert parcel(order).receiver == "韩梅"
    change_address(member, chosen.pk, HOME._replace(receiver="later"), False)
    assert parcel(order).receiver == "韩梅"
    assert refused(choose_address, order, member, chosen.pk) == "not_allowed_now"


@pytest.mark.parametrize(
    ("carrier", "number", "code"),
    [
        ("pigeon", NUMBER, "unknown_carrier"),
        ("", NUMBER, "unknown_carrier"),
        ("sf", "12345", "bad_tracking_number"),
        ("sf", "=1+1+1+1", "bad_tracking_number"),
        ("sf", "1" * 33, "bad_tracking_number"),
    ],
)
def test_what_no_carrier_has_is_refused(carrier, number, code):
    stage, [order, _] = settled_orders()
    assert refused(ship, order, carrier, number, operator(), stage.now) == code


def test_a_carrier_is_known_by_each_of_its_names():
    for code, (chinese, english) in CARRIERS.items():
        assert {read_carrier(text) for text in (code, chinese, f" {english} ", english.upper())} == {code}


def test_a_parcel_counts_as_received_after_the_days_of_the_setting():
    stage, [order, other] = settled_orders()
    for one in (order, other):
        ship(one, "sf", NUMBER, operator(), stage.now)
    asked(stage, other)
    due = stage.now + timedelta(days=environment().receipt_after_days)
    with transaction.atomic():
        receive_due(raw_cursor(), due - SECOND)
        assert parcel(order).state == State.SHIPPED
        assert receive_due(raw_cursor(), due + 9 * DAY) > 0  # late: caught up
        assert receive_due(raw_cursor(), due + 9 * DAY) == 0
    assert (parcel(order).state, parcel(order).is_received_by_clock) == (State.RECEIVED, True)
    assert parcel(other).state == State.SHIPPED  # disputed
    assert findings(["draws_hold"]) == []


# Prizes to choose

CHOICE = (
    "{group.size: 2, outcomes.0.count: 1, draw.seat_rules: [], dividends: null,"
    " outcomes.0.gives: [{goods: {choose_from: 2, or_voucher: 50%, choose_within: 2d}}]}"
)


@pytest.mark.parametrize("ends", ["product", "voucher", "lapsed"])
def test_a_parcel_waits_for_the_winners_choice(ends):
    stage = Stage("national-group-buy", CHOICE, members=2, products=2)
    order = stage.join(stage.members[0], product=stage.products[0].pk).order_id
    stage.join(stage.members[1], product=stage.products[0].pk)
    stage.settle(in_seat_order)
    assert parcel(order).state == State.CHOOSING
    assert refused(ship, order, "sf", NUMBER, operator(), stage.now) == "not_allowed_now"
    if ends == "product":
        choose_product(order, stage.members[0], stage.products[1].pk, stage.now)
    elif ends == "voucher":
        choose_voucher(order, stage.members[0], stage.now)
    else:
        assert lapse_choices(stage.now + 2 * DAY) == 1
    kept = stage.products[1 if ends == "product" else 0].pk
    assert parcel(order).product_id == kept
    assert parcel(order).state == (State.CLOSED if ends == "voucher" else State.TO_SHIP)
    assert findings(["draws_hold"]) == []


# Invoices


def test_an_invoice_is_for_a_kept_order_and_a_company_has_its_tax_number():
    stage, [order, _] = settled_orders()
    member, now = stage.members[0], stage.now
    company, person = Invoice.Kind.COMPANY, Invoice.Kind.PERSON
    good = ("某某公司", "91110000MA0012345X", "a@example.com", now)
    assert state_invoice(order, member, company, *good).tax_number == "91110000MA0012345X"
    assert state_invoice(order, member, person, *good).tax_number == ""
    assert Invoice.objects.filter(pk=order).count() == 1
    assert refused(state_invoice, order, stage.members[1], person, *good) == "not_found"
    assert refused(state_invoice, order, member, company, "x", "", "a@example.com", now) == "invalid"
    assert refused(state_invoice, order, member, person, "x", "", "nobody", now) == "invalid"
    assert refused(state_invoice, order, member, person, "", "", "a@example.com", now) == "invalid"
    unsettled = stage.join(member).order_id
    assert refused(state_invoice, unsettled, member, person, *good) == "not_allowed_now"
