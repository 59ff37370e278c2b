"""Addresses, parcels and after-sales over the API: each once, each for its own."""

import pytest
from api_shop import Shop, problem

from delivery_stage import operator
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.aftersales.services import approve
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.correcting import correct_tracking
from pinwheel.market.delivery.models import Address
from pinwheel.market.delivery.services import ship
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import ORDER, from_text
from stage import findings

pytestmark = pytest.mark.database
ADDRESS = {"receiver": "李雷", "phone": "13800138000", "area": "110101", "street": "长安街 1 号"}


def settled(shop: Shop) -> list[str]:
    orders = [shop.join(member).json()["order"]["id"] for member in range(3)]
    settle_activity(shop.activity.pk, current_time())
    return orders


def test_addresses_are_added_changed_and_deleted(shop: Shop) -> None:
    path = f"/members/{shop.members[0]}/addresses"
    first = shop.post(path, ADDRESS, key="a")
    assert first.status_code == 201
    assert shop.post(path, ADDRESS, key="a").json() == first.json()
    number = first.json()["id"]
    assert (first.json()["city"], first.json()["district"], first.json()["is_default"]) == (
        "北京市",
        "东城区",
        True,
    )
    changed = shop.post(f"{path}/{number}", {**ADDRESS, "receiver": "韩梅梅"})
    assert (changed.status_code, changed.json()["receiver"]) == (200, "韩梅梅")
    foreign = f"/members/{shop.members[1]}/addresses/{number}"
    problem(shop.post(foreign, ADDRESS), 404, "not_found")
    problem(shop.post(f"{foreign}/deletion"), 404, "not_found")
    problem(shop.post(path, {**ADDRESS, "area": "110100"}), 422, "unknown_area")
    problem(shop.post(path, {**ADDRESS, "area": "x"}), 422, "invalid_request")
    assert [item["id"] for item in shop.get(path).json()["items"]] == [number]
    assert shop.post(f"{path}/{number}/deletion").json()["id"] == number
    assert not Address.objects.exists()


def test_an_order_is_followed_from_parcel_to_refund(shop: Shop) -> None:
    order, other, _ = settled(shop)
    member = shop.members[0]
    where = shop.post(f"/members/{member}/addresses", ADDRESS).json()["id"]
    assert shop.get(f"/orders/{order}/delivery").json()["state"] == "to_ship"
    problem(shop.post(f"/orders/{other}/address", {"address": where}), 404, "not_found")
    assert shop.post(f"/orders/{order}/address", {"address": where}).json()["id"] == where
    problem(shop.post(f"/orders/{order}/receipt"), 409, "not_allowed_now")
    ship(from_text(ORDER, order) or 0, "sf", "SF1234567", operator(), current_time())
    shipped = shop.get(f"/orders/{order}/delivery").json()
    assert (shipped["state"], shipped["carrier"]["en"], shipped["tracking_number"]) == (
        "shipped",
        "SF Express",
        "SF1234567",
    )
    assert shipped["corrections"] == []
    correct_tracking(from_text(ORDER, order) or 0, "zto", "ZTO7654321", operator(), current_time())
    corrected = shop.get(f"/orders/{order}/delivery").json()
    assert corrected["tracking_number"] == "ZTO7654321"
    assert [one["tracking_number"] for one in corrected["corrections"]] == ["SF1234567"]
    assert shop.post(f"/orders/{order}/receipt", key="r").json()["state"] == "received"
    wish = {"kind": "refund_only", "amount": "10.00", "reason": "scratched"}
    problem(shop.post(f"/orders/{order}/after-sales", {**wish, "amount": "9999.00"}), 409, "refund_too_large")
    asked = shop.post(f"/orders/{order}/after-sales", wish, key="w")
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    assert shop.post(f"/orders/{order}/after-sales", wish, key="w").json() == asked.json()
    problem(shop.post(f"/orders/{order}/after-sales", wish), 409, "aftersale_open")
    approve(AfterSale.objects.get().pk, operator(), current_time())
    done = shop.get(f"/orders/{order}/delivery").json()
    assert (done["refunded"], done["after_sales"][0]["state"]) == ("10.00", "refunded")
    assert findings() == []


def test_without_goods_there_is_no_delivery(shop: Shop) -> None:
    order = shop.join(0).json()["order"]["id"]
    problem(shop.get(f"/orders/{order}/delivery"), 404, "not_found")
    problem(shop.post(f"/orders/{order}/receipt"), 404, "not_found")
    wish = {"kind": "refund_only", "reason": "x"}
    problem(shop.post(f"/orders/{order}/after-sales", wish), 404, "not_found")
