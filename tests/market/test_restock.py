"""Pieces that members send back: in stock again with the refund, once, unless an operator says otherwise."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery_stage import asked, operator, parcel
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.services import schedule
from pinwheel.market.aftersales.models import AfterSale, Restocked
from pinwheel.market.aftersales.restock import pieces_to_judge
from pinwheel.market.aftersales.services import approve, refund, refuse
from pinwheel.market.audit import CHECKS
from pinwheel.market.catalogue.models import Sku, StockMovement
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.ids import new_id
from pinwheel.market.refusals import Refused
from return_stage import Sold
from stage import Stage, damage_of, findings

pytestmark = pytest.mark.usefixtures("shared_database")
BUT_DRAWS = ["draws_hold"]


def test_what_comes_back_is_on_sale_again():
    sold = Sold().shipped()
    one = sold.sent_back()
    assert [sku.pk for sku in pieces_to_judge(one)] == [sold.sku.pk]
    assert sold.stock() == 0  # it is still on its way
    clerk = operator()
    refund(one.pk, clerk, sold.stage.now)
    assert sold.stock() == 1
    moved = StockMovement.objects.get(sku=sold.sku, kind=StockMovement.Kind.RETURNED)
    assert (moved.pieces, moved.about, moved.operator) == (1, one.pk, clerk)
    with pytest.raises(Refused, match="cannot be done now"):
        refund(one.pk, clerk, sold.stage.now)
    assert sold.stock() == 1
    assert pieces_to_judge(AfterSale.objects.get(pk=one.pk)) == []
    assert findings(BUT_DRAWS) == []
    schedule(sold.draft(1), sold.stage.now)  # another activity sells it
    assert sold.stock() == 0
    assert findings(BUT_DRAWS) == []


def test_what_is_damaged_is_refunded_and_stays_off_sale():
    sold = Sold().shipped()
    one = sold.sent_back()
    refund(one.pk, operator(), sold.stage.now, [sold.sku.pk])
    assert parcel(sold.order).refunded == 10_000
    assert sold.stock() == 0 and not Restocked.objects.filter(order_id=sold.order).exists()
    assert findings(BUT_DRAWS) == []


def test_of_several_returns_of_an_order_a_piece_comes_back_once():
    sold = Sold().shipped()
    refund(sold.sent_back(2_500).pk, operator(), sold.stage.now)
    assert sold.stock() == 1
    again = sold.sent_back()
    assert pieces_to_judge(again) == []
    refund(again.pk, operator(), sold.stage.now)
    assert sold.stock() == 1
    assert findings(BUT_DRAWS) == []


def test_a_second_return_brings_what_the_first_did_not():
    sold = Sold(with_cup=True).shipped()
    first = sold.sent_back(2_500)
    assert {sku.pk for sku in pieces_to_judge(first)} == {sold.sku.pk, sold.cup.pk}
    refund(first.pk, operator(), sold.stage.now, [sold.sku.pk])
    assert (sold.stock(), sold.stock(sold.cup)) == (0, 1)
    second = sold.sent_back()
    assert [sku.pk for sku in pieces_to_judge(second)] == [sold.sku.pk]
    refund(second.pk, operator(), sold.stage.now)
    assert (sold.stock(), sold.stock(sold.cup)) == (1, 1)
    assert findings(BUT_DRAWS) == []


def test_the_table_of_the_page_comes_out():
    page = (Path(__file__).parents[2] / "docs/algorithms/returns.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (r[a-z ]+) \| (\d+)\.00 \| ([a-z ]+) \| (\d) \| (\d) \|$", page, re.MULTILINE)
    assert len(rows) == 3
    sold = Sold(with_cup=True).shipped()
    for step, yuan, kept_off, of_variant, of_second in rows:
        amount, off = int(yuan) * 100, [sold.sku.pk] if kept_off == "the variant" else []
        if step.startswith("return"):
            refund(sold.sent_back(amount).pk, operator(), sold.stage.now, off)
        else:
            approve(asked(sold.stage, sold.order, "refund_only", amount).pk, operator(), sold.stage.now, off)
        assert (sold.stock(), sold.stock(sold.cup)) == (int(of_variant), int(of_second)), step
    assert parcel(sold.order).state == Delivery.State.CLOSED


def test_a_refund_without_a_return_brings_nothing_back():
    sold = Sold().shipped()
    one = asked(sold.stage, sold.order)
    assert pieces_to_judge(one) == []
    approve(one.pk, operator(), sold.stage.now)
    assert (parcel(sold.order).state, sold.stock()) == (Delivery.State.CLOSED, 0)
    assert findings(BUT_DRAWS) == []


def test_a_whole_refund_before_shipping_frees_the_piece_that_never_left():
    sold = Sold()
    part = asked(sold.stage, sold.order, "refund_only", 4_000)
    assert pieces_to_judge(part) == []
    approve(part.pk, operator(), sold.stage.now)
    assert sold.stock() == 0  # it is still to be shipped
    rest = asked(sold.stage, sold.order)
    assert [sku.pk for sku in pieces_to_judge(rest)] == [sold.sku.pk]
    approve(rest.pk, operator(), sold.stage.now)
    assert (parcel(sold.order).state, sold.stock()) == (Delivery.State.CLOSED, 1)
    assert findings(BUT_DRAWS) == []


def test_nothing_comes_back_before_the_second_person():
    sold = Sold(yuan=600)
    one, clerk = asked(sold.stage, sold.order), operator()
    assert pieces_to_judge(one) == []  # approving pays nothing yet
    one = approve(one.pk, clerk, sold.stage.now)
    assert sold.stock() == 0
    assert [sku.pk for sku in pieces_to_judge(one)] == [sold.sku.pk]
    with pytest.raises(Refused, match="another operator"):
        refund(one.pk, clerk, sold.stage.now)
    assert sold.stock() == 0
    refund(one.pk, operator(), sold.stage.now)
    assert sold.stock() == 1
    assert findings(BUT_DRAWS) == []


def test_a_refused_return_brings_nothing_back():
    sold = Sold().shipped()
    refuse(sold.sent_back().pk, operator(), "another thing was sent", sold.stage.now)
    assert sold.stock() == 0
    assert findings(BUT_DRAWS) == []


def test_goods_without_variants_have_no_stock_to_go_back_to():
    stage = Stage("ordinary-group", "{group.size: 2}", members=2)
    order = stage.join(stage.members[0]).order_id
    stage.join(stage.members[1])
    stage.settle()
    before = StockMovement.objects.count()
    approve(asked(stage, order).pk, operator(), stage.now)
    assert StockMovement.objects.count() == before
    assert findings(BUT_DRAWS) == []


@settings(max_examples=20)
@given(
    steps=st.lists(
        st.tuples(st.integers(1, 6_000), st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=4
    ),
    is_shipped=st.booleans(),
)
def test_whatever_comes_back_in_whatever_parts_is_counted_once(steps, is_shipped):
    """Steps: fen, whether goods come back, and which of the two pieces is damaged."""
    sold = Sold(with_cup=True)
    if is_shipped:
        sold.shipped()
    expected = {sold.sku.pk: 0, sold.cup.pk: 0}
    for amount, is_return, sku_damaged, cup_damaged in steps:
        left = parcel(sold.order).paid - parcel(sold.order).refunded
        if left == 0:
            break
        amount = min(amount, left)
        kept_off = [sold.sku.pk] * sku_damaged + [sold.cup.pk] * cup_damaged
        if is_return and is_shipped:
            refund(sold.sent_back(amount).pk, operator(), sold.stage.now, kept_off)
        else:
            one = asked(sold.stage, sold.order, "refund_only", amount)
            approve(one.pk, operator(), sold.stage.now, kept_off)
        if (is_return and is_shipped) or (not is_shipped and amount == left):
            for sku_id in expected:
                expected[sku_id] |= sku_id not in kept_off
    assert {sku_id: Sku.objects.get(pk=sku_id).stock for sku_id in expected} == expected
    assert findings(BUT_DRAWS) == []


@pytest.fixture
def back() -> Sold:
    sold = Sold().shipped()
    refund(sold.sent_back(2_500).pk, operator(), sold.stage.now)
    return sold


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Restocked.objects.filter(pk=row.pk).delete(),
        lambda row: Restocked.objects.filter(pk=row.pk).update(order_id=1),
        lambda row: Restocked.objects.create(
            aftersale=row.aftersale,
            order_id=row.order_id,
            sku=row.sku,
            movement=StockMovement.objects.exclude(pk=row.movement_id)[0],
        ),
        lambda row: StockMovement.objects.create(
            id=new_id(row.aftersale.asked_at), sku=row.sku, kind=5, pieces=-1, at=row.aftersale.asked_at
        ),
    ],
)
def test_the_database_refuses(change, back):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        change(Restocked.objects.get(order_id=back.order))


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Restocked.objects.all(),
        lambda row: StockMovement.objects.filter(pk=row.movement_id),
        lambda row: AfterSale.objects.filter(pk=row.aftersale_id),
    ],
)
def test_the_audit_finds_pieces_from_nowhere(change, back):
    class Undo(Exception):
        """Takes the damage back."""

    row = Restocked.objects.get(order_id=back.order)
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        change(row)._raw_delete("default")
        assert "returned_pieces_are_of_refunds" in damage_of(CHECKS, cursor)
        raise Undo


def test_a_piece_that_was_received_is_no_return(back):
    receive(back.sku.pk, 1, "", None, back.stage.now)
    assert back.stock() == 2
    assert findings(BUT_DRAWS) == []
