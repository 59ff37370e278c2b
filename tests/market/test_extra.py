"""The second article of a gift group: reserved with each join, sent with the goods, else back in stock."""

from dataclasses import replace

import pytest
from django.db import transaction

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.allotting import give_back_ended
from pinwheel.market.activities.services import create_activity, end, schedule
from pinwheel.market.audit import CHECKS
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.delivery.exports import to_ship_lines
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.ids import new_id
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.refusals import Refused
from stage import DAY, HOUR, MINUTE, Stage, changed, damage_of, findings

EXTRA = "{goods: {extra: CUP-RED, cost: 5.00, title: {zh: 红杯, en: Red cup}}}"
GIFT = f"{{group.size: 2, group.seating: queue, outcomes.0.gives: [{{goods: ordered}}, {EXTRA}]}}"


@pytest.fixture
def shop(database) -> Stage:
    """A shop with five red cups in stock."""
    stage = Stage("ordinary-group", members=6)
    product = stage.make_product()
    cup = Sku.objects.create(
        id=new_id(stage.now), product=product, code="CUP-RED", options_zh="红", price=500
    )
    receive(cup.pk, 5, "", None, stage.now)
    return stage


def on_sale(stage: Stage, changes: str = GIFT, stock: int | None = 4, ends=DAY, plan: str = "ordinary-group"):
    version = publish_plan_on_stage(changed(plan, changes), "", None, stage.now)
    stage.activity = create_activity(
        version, stage.products, stage.now, stage.now + ends, stage.now, stock=stock
    )
    schedule(stage.activity, stage.now)
    return stage.activity


def cups() -> int:
    return Sku.objects.get(code="CUP-RED").stock


def test_as_many_pieces_leave_stock_as_joins_can_be_taken_and_those_of_buyers_stay_away(shop):
    on_sale(shop)
    assert cups() == 1
    orders = [shop.join(member).order_id for member in shop.members[:3]]
    shop.settle()
    assert findings() == []
    parcels = dict(Delivery.objects.values_list("order_id", "extra_sku_id"))
    cup = Sku.objects.get(code="CUP-RED").pk
    assert parcels == {orders[0]: cup, orders[1]: cup}
    lines = "".join(to_ship_lines())
    assert lines.count("(红)") == 2
    shop.wait(2 * DAY)  # the third is refunded, the fourth was never taken
    assert shop.order(orders[2]).state == Order.State.REFUNDED
    assert cups() == 5 - 2
    assert findings() == []


def test_never_more_than_there_are(shop):
    on_sale(shop, stock=4)
    for member in shop.members[:4]:
        shop.join(member)
    assert shop.refusal(shop.members[4]).code == "sold_out"
    with pytest.raises(Refused) as info:
        on_sale(shop, stock=2)  # one cup is left
    assert info.value.code == "stock_short"


def test_what_lapses_after_the_end_comes_back_later(shop):
    on_sale(shop, ends=10 * MINUTE)
    shop.join(shop.members[0], external=True)
    shop.wait(10 * MINUTE)
    assert cups() == 4  # a payment may still arrive
    shop.wait(HOUR)
    assert cups() == 5
    give_back_ended(shop.now)
    assert cups() == 5
    assert findings() == []


def test_refusals_of_putting_on_sale(shop):
    for changes, stock, code in (
        (GIFT.replace("CUP-RED", "CUP-BLUE"), 2, "invalid"),
        (GIFT, None, "stock_needed"),
        (GIFT, 6, "stock_short"),
    ):
        with pytest.raises(Refused) as info:
            on_sale(shop, changes, stock)
        assert info.value.code == code
    assert cups() == 5
    shop.products = [Product.objects.get(skus__code="CUP-RED")]
    with pytest.raises(Refused) as info:
        on_sale(shop, GIFT, 2)
    assert info.value.code == "invalid"


def test_a_presale_may_have_one_too(shop):
    gives = GIFT.replace("group.seating: queue, ", "")
    on_sale(shop, gives, plan="presale-group", ends=3 * DAY)
    orders = [shop.join(member).order_id for member in shop.members[:2]]
    shop.settle()
    assert shop.order(orders[0]).state == Order.State.BALANCE_DUE
    assert findings() == []
    shop.wait(3 * DAY)
    assert cups() == 5
    assert findings() == []


def test_an_activity_stopped_early_gives_back(shop):
    activity = on_sale(shop)
    shop.join(shop.members[0])
    end(activity, shop.now)
    assert cups() == 5
    assert findings() == []


EXTRA_DAMAGE = {
    "a cup that nobody counted": (
        "UPDATE catalogue_stock_movement SET pieces = pieces - 1 WHERE kind = 1",
        "extra_pieces_are_given_or_left",
    ),
    "a parcel without its cup": ("UPDATE delivery_parcel SET extra_sku_id = 0", "parcels_have_their_extra"),
}


class Undo(Exception):
    """Takes the damage back."""


@pytest.mark.parametrize("what", EXTRA_DAMAGE)
def test_damage_is_found(what, shop):
    on_sale(shop)
    for member in shop.members[:2]:
        shop.join(member)
    shop.settle()
    assert findings() == []
    statement, check = EXTRA_DAMAGE[what]
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
        assert check in damage_of(CHECKS, cursor)
        raise Undo


def test_one_request_twice_reserves_once(shop):
    on_sale(shop)
    request = shop.request(shop.members[0], key="same")
    first, second = shop.take(request, replace(request))
    assert first.order_id == second.order_id
    assert shop.left() == 3
    assert findings() == []
