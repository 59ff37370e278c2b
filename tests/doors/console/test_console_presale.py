"""A presale in the console: an order shows both payments, the list finds balances that are due."""

import pytest
from console_shop import page
from django.urls import reverse

from pinwheel.market.cashier.services import ask_balance_payment
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.services import pay_balance
from stage import HOUR, Stage

pytestmark = pytest.mark.database


@pytest.fixture
def orders(staff):
    stage = Stage("presale-group", "{group.size: 3}", members=3)
    joined = [stage.join(member).order_id for member in stage.members]
    stage.settle()
    return stage, joined


def shown(staff, order: int) -> str:
    return staff.client("audit").get(page(Order.objects.get(pk=order))).content.decode()


def test_the_page_of_an_order_shows_deposit_and_balance(staff, orders):
    stage, [one, two, three] = orders
    text = shown(staff, one)
    assert "Deposit and balance" in text and "group full, balance due" in text and "179.00" in text
    pay_balance(one, stage.members[0], stage.now)
    text = shown(staff, one)
    assert "balance paid from balance" in text and "Balance paid by" in text
    ask_balance_payment(two, "sandbox", stage.now)
    stage.callback(two, part=1)
    assert "Payment state" in shown(staff, two)
    ask_balance_payment(three, "sandbox", stage.now)
    stage.wait(48 * HOUR)
    stage.callback(three, part=1)
    text = shown(staff, three)
    assert "not paid in time, deposit refunded" in text and "Balance sent back" in text
    assert "deposit back to balance, in full" in text


def test_the_list_finds_orders_whose_balance_is_due(staff, orders):
    stage, [one, *others] = orders
    pay_balance(one, stage.members[0], stage.now)
    address = reverse("admin:orders_order_changelist") + f"?state={Order.State.BALANCE_DUE.value}"
    listed = staff.client("audit").get(address).content.decode()
    assert all(to_text(ORDER, order) in listed for order in others) and to_text(ORDER, one) not in listed
