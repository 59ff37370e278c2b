"""The overview's figures are the ledger's, and add up with orders and wallets."""

import pytest
from console_shop import Shop
from django.db import connection
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.ledger_selectors import liabilities, plan_figures, platform_balances
from pinwheel.ledger.models import Transfer, Wallet
from pinwheel.market.orders.models import Order
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.reasons import REWARD

pytestmark = pytest.mark.database


def test_turnover_is_what_settled_orders_kept(shop: Shop):
    kept = Order.objects.filter(state=Order.State.SETTLED).aggregate(sum=Sum(F("price") - F("refunded")))
    figures = plan_figures(platform_balances())
    assert sum(plan.captured for plan in figures) == kept["sum"] > 0


def test_cash_paid_out_is_what_members_got_of_it(shop: Shop):
    paid = Transfer.objects.filter(reason=REWARD, asset=CASH).aggregate(sum=Sum("amount"))["sum"]
    assert sum(plan.paid_out for plan in plan_figures(platform_balances())) == paid > 0


def test_money_held_is_that_of_orders_on_their_way(shop: Shop):
    waiting = Order.objects.filter(state__in=(Order.State.PAID, Order.State.SEATED))
    held = sum(plan.held for plan in plan_figures(platform_balances()))
    assert held == waiting.aggregate(sum=Sum("price"))["sum"] > 0


def test_liabilities_are_the_sum_of_wallets(shop: Shop):
    owed = liabilities(platform_balances())
    sums = Wallet.objects.aggregate(**{f"{asset}_sum": Sum(asset) for asset in ASSETS})
    assert owed == [sums[f"{asset}_sum"] for asset in ASSETS]


def test_the_overview_needs_few_queries_and_shows_what_waits(shop: Shop):
    client = shop.staff.client("boss")
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as queries:
        html = client.get(reverse("admin:index")).content.decode()
    assert len(queries) <= 35
    for word in ("refunds stuck", "adjustments", "draft refused", "Liabilities outstanding", "Payout ratio"):
        assert word in html


def test_every_column_of_the_accounts_adds_up_to_zero(shop: Shop):
    sections = shop.staff.client("finance").get(reverse("admin:ledger_accounts")).context_data["sections"]
    cells = [[str(cell) for cell in row[2:]] for row in sections[0].rows]
    for column in zip(*cells, strict=True):
        numbers = [cell.split(">")[1].split("<")[0].replace(",", "") for cell in column]
        assert sum(int(number.replace(".", "")) for number in numbers) == 0


@pytest.mark.parametrize(
    ("hundredths", "shown"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456_789, "1,234,567.89"), (-100, "-1.00")],
)
def test_amounts_are_exact(hundredths, shown):
    assert text.amount_text(hundredths) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 3, "33.33%"), (5, 5, "100.00%"), (7, 2, "350.00%"), (0, 9, "0.00%"), (1, 0, "–")],
)
def test_rates_are_cut_to_two_decimals(part, whole, shown):
    assert text.rate_text(part, whole) == shown
