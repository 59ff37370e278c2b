"""Every check of coupons and stock finds what it is for."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import transaction
from goods_damage import GOODS_DAMAGE
from test_stock import on_sale

from delivery_stage import asked
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.aftersales.services import approve
from pinwheel.market.audit import CHECKS
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.coupons.services import Terms, grant_coupons, make_template
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.pool.exchanging import exchange, set_left
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import CONSUMER_POINTS
from stage import Stage, damage_of, findings

BUT_DRAWS = ["draws_hold"]
GIVES = "{coupon: {title: {zh: 券, en: C}, threshold: 50.00, discount: 1.00, valid: 7d}}"


class Undo(Exception):
    """Takes the damage back."""


@pytest.fixture(scope="module")
def goods(shared_database) -> Stage:
    """A settled group with coupons given, a coupon used, pieces sold here and in the mall, one returned."""
    stage = Stage("ordinary-group", f"{{group.size: 2, budget: 9.00, each_join: [{GIVES}]}}", members=2)
    product = stage.make_product()
    sku = Sku.objects.create(id=new_id(stage.now), product=product, code="sku", price=100)
    receive(sku.pk, 9, "", None, stage.now)
    stage.activity = on_sale(stage, product, 3)
    Activity.objects.update(takes_coupons=True)
    template = make_template(Terms(("券", "C"), 5_000, 1_000, valid_seconds=86_400), stage.now)
    clerk = Operator.objects.create(username="clerk")
    [coupon] = grant_coupons(template.pk, stage.members[:1], "to audit", clerk, stage.now)
    take_joins([replace(stage.request(stage.members[0]), coupon_id=coupon)], stage.now)
    take_joins([stage.request(stage.members[1])], stage.now)
    stage.settle()
    adjust_balances(stage.members[:1], CONSUMER_POINTS, [9_000], 0, stage.now)
    item = ExchangeItem.objects.create(plan="", product=product, sku=sku, points=1_000, left=0)
    set_left(item, 2, None, stage.now)
    exchange(item.pk, 1_000, stage.members[0], uuid4(), stage.now)
    order = Order.objects.get(member_id=stage.members[0]).pk
    approve(asked(stage, order).pk, clerk, stage.now)  # it was never shipped: the piece is back
    return stage


def test_nothing_is_wrong_to_begin_with(goods):
    assert findings(BUT_DRAWS) == []


@pytest.mark.parametrize("what", GOODS_DAMAGE)
def test_damage_to_goods_is_found(what, goods):
    statement, check = GOODS_DAMAGE[what]
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount, "the damage did nothing"
        assert check in damage_of(CHECKS, cursor)
        raise Undo
