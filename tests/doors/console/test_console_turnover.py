"""Turnover and cash paid out are the ledger's own, whatever kind of group was sold."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.doors.console.ledger_selectors import plan_figures, platform_balances
from pinwheel.ledger.models import Transfer
from pinwheel.market.activities.services import end
from pinwheel.market.aftersales import services as aftersales
from pinwheel.market.presale.services import pay_balance
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import CAPTURE, RETURN_REFUND, RETURN_REFUND_EXTERNAL
from stage import HOUR, Stage

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("database")]


def moved(*reasons: int) -> int:
    found = Transfer.objects.filter(reason__in=reasons, asset=CASH).aggregate(sum=Sum("amount"))
    return int(found["sum"] or 0)


def turnover() -> int:
    """What the console says, held against every transfer. Nobody was paid anything here."""
    figures = plan_figures(platform_balances())
    captured = sum(plan.captured for plan in figures)
    assert captured == moved(CAPTURE) - moved(RETURN_REFUND, RETURN_REFUND_EXTERNAL)
    assert sum(plan.paid_out for plan in figures) == 0
    return captured


def test_a_ladder_sold_at_the_prices_with_which_its_groups_ended():
    shop = Stage("ladder-group", members=14)
    for member in shop.members:
        shop.join(member)
    shop.settle()
    assert turnover() == 10 * 6_900
    shop.wait(25 * HOUR)  # four more are past the first tier
    assert turnover() == 10 * 6_900 + 4 * 9_900


def test_a_presale_sold_what_was_paid_in_full():
    shop = Stage("presale-group", "{group.size: 3}", members=3)
    orders = [shop.join(member).order_id for member in shop.members]
    shop.settle()
    assert turnover() == 0
    pay_balance(orders[0], shop.members[0], shop.now)
    assert turnover() == 19_900
    shop.wait(49 * HOUR)  # the others get their deposits back
    assert turnover() == 19_900


def test_one_draw_at_the_end_sold_to_its_winners():
    changes = "{group.size: 3, outcomes.0.count: 2, outcomes.1.gives: []}"
    shop = Stage("draw-on-close", changes, members=6, ends=HOUR)
    for member in shop.members:
        shop.join(member)
    shop.settle()
    assert turnover() == 0
    end(shop.reload(), shop.now + timedelta(hours=1))
    assert turnover() == 2 * shop.plan.offer.price


def test_what_after_sales_gave_back_is_not_sold():
    stage, [order, _] = settled_orders()
    before = sum(plan.captured for plan in plan_figures(platform_balances()))
    one = asked(stage, order, "refund_only", 5_000)
    aftersales.approve(one.pk, operator(), stage.now)
    assert parcel(order).refunded == 5_000
    captured = sum(plan.captured for plan in plan_figures(platform_balances()))
    assert captured == before - 5_000 == moved(CAPTURE) - moved(RETURN_REFUND, RETURN_REFUND_EXTERNAL)
