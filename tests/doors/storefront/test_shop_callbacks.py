"""Where providers call back: verified, once, in any order, whatever is sent."""

import json

import pytest
import shop_stage as stage

from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_payment
from pinwheel.market.clock import current_time
from pinwheel.market.orders.models import Order

pytestmark = pytest.mark.database
PATH = "/cashier/callback/sandbox"


@pytest.fixture
def payment(database) -> Payment:
    activity = stage.on_sale("national-group-buy")
    [join] = stage.join(activity, stage.member().pk, route=Order.Route.EXTERNAL)
    return ask_payment(join.order_id, "sandbox", current_time())


@pytest.mark.parametrize("kind", ["form", "json"])
def test_a_signed_callback_counts_once_and_repeats_are_welcome(payment, client_of, kind):
    fields = Sandbox().signed_fields(payment, "paid")
    client = client_of(enforce_csrf_checks=True)  # a provider has no token of ours
    for _ in range(3):
        if kind == "form":
            response = client.post(PATH, fields)
        else:
            response = client.post(PATH, json.dumps(fields), content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (200, "ok")
    assert Order.objects.get().state == Order.State.PAID


def test_a_belated_failure_changes_nothing(payment, client_of):
    client = client_of()
    client.post(PATH, Sandbox().signed_fields(payment, "paid"))
    assert client.post(PATH, Sandbox().signed_fields(payment, "failed")).status_code == 200
    assert Payment.objects.get().state == Payment.State.PAID


def signed(fields: dict[str, str]) -> dict[str, str]:
    return fields | {"signature": Sandbox().signature(fields)}


def test_what_is_not_ours_is_refused(payment, client_of):
    client, good = client_of(), Sandbox().signed_fields(payment, "paid")
    assert client.post(PATH, good | {"amount": "1"}).status_code == 400
    assert client.post(PATH, good | {"signature": "签名"}).status_code == 400
    assert client.post(PATH, {}).status_code == 400
    assert client.post(PATH, good | {"more": "1"}).status_code == 400
    assert client.post(PATH, signed({**good, "amount": "1"})).status_code == 422
    assert client.post(PATH, signed({**good, "payment": "7"})).status_code == 404
    assert client.post("/cashier/callback/alipay", good).status_code == 404
    for body in (b"", b"[]", b"{", b"\xff", b'{"payment": 1}', b"null", b"[" * 100_000):
        assert client.post(PATH, body, content_type="application/json").status_code == 400, body[:20]
    assert client.get(PATH).status_code == 405
    assert Order.objects.get().state == Order.State.UNPAID
