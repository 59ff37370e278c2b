"""A presale in the shop: what is paid now and what later, paid once however often it is sent."""

from datetime import timedelta

import pytest
import shop_stage as stage
from shop_html import fields_of, text_of

from pinwheel.ledger.models import Wallet
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, GROUP, ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import refund_unpaid_balances

pytestmark = pytest.mark.database


@pytest.fixture
def activity(database):
    return stage.on_sale("presale-group", lasts=timedelta(days=1))


def cash(member) -> int:
    return Wallet.objects.get(pk=member.pk).cash


@pytest.fixture
def due(activity):
    """A member whose group is full: the member, the order, and its address."""
    me = stage.member(cash=30_000)
    stage.join(activity, me.pk, *stage.members(4))
    stage.settle(activity)
    order = Order.objects.get(member_id=me.pk)
    return me, order, f"/orders/{to_text(ORDER, order.pk)}"


def test_the_activity_says_what_is_paid_when_and_that_the_deposit_goes_back(activity, client_of):
    page = f"/activities/{to_text(ACTIVITY, activity.pk)}"
    english = text_of(client_of().get(page))
    assert "Deposit ¥20.00 now balance ¥179.00, within 2 days of the group being full" in english
    assert "The deposit goes back in full" in english and "Join for a deposit of ¥20.00" in english
    chinese = text_of(client_of(language="zh-hans").get(page))
    assert "现付订金 ¥20.00" in chinese and "订金都全额原路退回" in chinese and "定金" not in chinese
    assert "deposit ¥20.00" in text_of(client_of().get("/"))


def test_a_join_pays_the_deposit(activity, client_of):
    me = stage.member(cash=2_000)
    client, path = client_of(me), f"/activities/{to_text(ACTIVITY, activity.pk)}/join"
    page = client.get(path)
    assert "Deposit, now ¥20.00 Balance, later ¥179.00" in text_of(page)
    assert "Pay the deposit of ¥20.00 and join" in text_of(page)
    client.post(path, fields_of(page) | {"pay_by": "balance"})
    assert (Order.objects.get(member_id=me.pk).deposit, cash(me)) == (2_000, 0)


def test_an_order_whose_balance_is_due_stands_in_its_tab_and_leads_to_the_page_that_pays(due, client_of):
    me, order, path = due
    client = client_of(me)
    tab = text_of(client.get("/orders?tab=balance"))
    assert "Balance due 1" in tab and "Pay the balance of ¥179.00 within" in tab
    shown = text_of(client.get(path))
    assert (
        "The group is full: pay the balance of ¥179.00." in shown and "all of your deposit goes back" in shown
    )
    assert f'href="{path}/balance"' in client.get(path).content.decode()
    group = text_of(client.get(f"/groups/{to_text(GROUP, order.group_id)}"))
    assert "Full: the balances are due" in group and "drawn when" not in group
    page = text_of(client.get(f"{path}/balance"))
    assert "Deposit, paid ¥20.00 Balance to pay ¥179.00" in page and "You have ¥280.00" in page


def test_the_balance_is_paid_once_however_often_the_form_is_sent(due, client_of):
    me, order, path = due
    client = client_of(me)
    sent = fields_of(client.get(f"{path}/balance"))
    for _time in range(3):
        assert client.post(f"{path}/balance", sent)["Location"] == path
    assert cash(me) == 30_000 - 19_900
    shown = text_of(client.get(path))
    assert "Deposit and balance are paid, ¥199.00 in all; the order is yours." in shown
    assert "nothing was paid twice" in shown
    assert "Balance paid after the deposit" in shown and "Deposit, held for the group" in shown
    assert client.get(f"{path}/balance")["Location"] == path
    assert Order.objects.get(pk=order.pk).state == Order.State.SETTLED


def test_too_little_money_offers_the_cashier_and_says_why(due, client_of):
    me, _, path = due
    Wallet.objects.filter(pk=me.pk).update(cash=100)
    client = client_of(me)
    page = client.get(f"{path}/balance")
    assert fields_of(page)["pay_by"] == "sandbox"
    refused = client.post(f"{path}/balance", {"pay_by": "balance"})
    assert refused.status_code == 422 and "179.00 is needed" in text_of(refused)
    assert client.post(f"{path}/balance", {"pay_by": "nobody"}).status_code == 422


def test_paid_at_the_cashier(due, client_of):
    me, order, path = due
    client = client_of(me)
    cashier = client.post(f"{path}/balance", {"pay_by": "sandbox"})["Location"]
    page = text_of(client.get(cashier))
    assert "¥179.00" in page and "a seat is held" not in page.lower()
    client.post(cashier, {"action": "later"})
    assert "the deposit goes back" in text_of(client.get(path))
    client.post(cashier, {"action": "twice"})
    assert Balance.objects.get(pk=order.pk).route == Order.Route.EXTERNAL
    assert "paid by external payment" in text_of(client.get(path))
    assert cash(me) == 28_000


def test_a_balance_that_was_not_paid_in_time(due, client_of):
    me, order, path = due
    client = client_of(me)
    client.post(f"{path}/balance", {"pay_by": "sandbox"})
    refund_unpaid_balances(current_time() + timedelta(days=2))
    shown = text_of(client.get(path))
    assert "Your deposit of ¥20.00 went back to you in full." in shown and "Deposit returned in full" in shown
    assert cash(me) == 30_000
    assert "was over at" in text_of(client.post(f"{path}/balance", {"pay_by": "balance"}, follow=True))
    payment = Payment.objects.get(order_id=order.pk)
    said = Sandbox().signed_fields(payment, "paid")
    assert client.post("/cashier/callback/sandbox", said).status_code == 200
    assert Balance.objects.get(pk=order.pk).sent_back == 17_900


def test_nobody_pays_for_another_and_an_order_paid_at_once_has_no_balance(due, client_of):
    _, order, path = due
    other = client_of(stage.member())
    assert other.get(f"{path}/balance").status_code == 404
    assert other.post(f"{path}/balance", {"pay_by": "balance"}).status_code == 404
    assert Balance.objects.get(pk=order.pk).state == Balance.State.DUE
    plain = stage.on_sale("ordinary-group")
    me = stage.member()
    [joined] = stage.join(plain, me.pk)
    assert client_of(me).get(f"/orders/{to_text(ORDER, joined.order_id)}/balance").status_code == 404


def test_pages_speak_chinese(due, client_of):
    me, _, path = due
    client = client_of(me, language="zh-hans")
    assert "请付尾款 ¥179.00" in text_of(client.get(path))
    page = text_of(client.get(f"{path}/balance"))
    assert "付尾款" in page and "订金全额原路退回" in page and "定金" not in page
    client.post(f"{path}/balance", {"pay_by": "balance"})
    assert "订单已成交" in text_of(client.get(path))
