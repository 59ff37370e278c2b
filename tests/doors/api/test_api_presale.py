"""A presale through the API: deposit, balance due, paid once."""

from datetime import timedelta

import pytest
from api_shop import Shop, problem

from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import hear_callback
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import ORDER, PRODUCT, from_text
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.presale.services import refund_unpaid_balances
from stage import changed

pytestmark = pytest.mark.database


@pytest.fixture
def presale(shop: Shop) -> Shop:
    """The shop's activity is a presale of groups of two."""
    now = current_time()
    product = Product.objects.get(pk=from_text(PRODUCT, shop.product))
    version = publish_plan_on_stage(
        changed("presale-group", "{group.size: 2, offer.price: 50.00, offer.goods_cost: 10.00}"),
        "",
        None,
        now,
    )
    shop.activity = create_activity(version, [product], now, None, now)
    schedule(shop.activity, now)
    return shop


def two_join(shop: Shop) -> list[str]:
    orders = [shop.join(member=number).json()["order"] for number in range(2)]
    assert {(order["price"], order["deposit"], order["state"]) for order in orders} == {
        ("50.00", "20.00", "paid")
    }
    assert shop.get(f"/orders/{orders[0]['id']}").json()["balance"] is None
    settle_activity(shop.activity.pk, current_time())
    return [order["id"] for order in orders]


def test_a_balance_is_paid_once(presale: Shop) -> None:
    one, two = two_join(presale)
    order = presale.get(f"/orders/{one}").json()
    assert order["state"] == "balance_due"
    assert (order["balance"]["amount"], order["balance"]["state"], order["balance"]["pay"]) == (
        "30.00",
        "due",
        None,
    )
    paid = [presale.post(f"/orders/{one}/balance", {"pay": "balance"}, key="once") for _ in range(2)]
    assert paid[0].json() == paid[1].json() and paid[1].headers["Idempotency-Replayed"] == "true"
    answer = paid[0].json()
    assert (answer["order"]["state"], answer["order"]["balance"]["state"], answer["payment"]) == (
        "settled",
        "paid",
        None,
    )
    again = presale.post(f"/orders/{one}/balance", {"pay": "balance"})  # another key: it stands as it is
    assert again.json()["order"]["state"] == "settled"
    reasons = [
        line["reason"] for line in presale.get(f"/members/{order['member']}/statement").json()["items"]
    ]
    assert reasons.count("balance") == 1 and reasons.count("deposit") == 1
    problem(presale.post(f"/orders/{one}/balance", {"pay": "external"}), 409, "balance_paid")
    problem(presale.post(f"/orders/{one}/balance", {"pay": "points"}), 422, "invalid_request")
    problem(
        presale.post(f"/orders/{one}/balance", {"pay": "external"}, key="once"), 409, "idempotency_conflict"
    )
    assert presale.get(f"/orders/{two}").json()["state"] == "balance_due"


def test_a_balance_from_outside_and_one_that_comes_too_late(presale: Shop) -> None:
    one, two = two_join(presale)
    asked = presale.post(f"/orders/{one}/balance", {"pay": "external"}).json()
    assert (asked["payment"]["amount"], asked["payment"]["state"]) == ("30.00", "pending")
    assert asked["order"]["state"] == "balance_due"
    presale.post(f"/orders/{two}/balance", {"pay": "external"})
    confirm(one)
    assert presale.get(f"/orders/{one}").json()["balance"]["pay"] == "external"
    refund_unpaid_balances(current_time() + timedelta(days=3))
    confirm(two)
    late = presale.get(f"/orders/{two}").json()
    assert (late["state"], late["refunded"], late["balance"]["state"]) == ("refunded", "20.00", "over")
    for how in ("balance", "external"):
        problem(presale.post(f"/orders/{two}/balance", {"pay": how}), 409, "balance_over")


def confirm(order: str) -> None:
    payment = Payment.objects.get(order_id=from_text(ORDER, order))
    hear_callback("sandbox", Sandbox().signed_fields(payment, "paid"), current_time())


def test_what_has_no_balance(shop: Shop) -> None:
    order = shop.join().json()["order"]
    assert order["deposit"] == "0.00"
    for how in ("balance", "external"):
        problem(shop.post(f"/orders/{order['id']}/balance", {"pay": how}), 404, "not_found")
    problem(shop.post("/orders/O000000000001/balance", {"pay": "balance"}), 404, "not_found")
