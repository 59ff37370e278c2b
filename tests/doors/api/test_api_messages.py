"""Messages and webhooks through the API."""

import pytest
from api_shop import Shop, open_shop, problem
from standardwebhooks import Webhook

from pinwheel.doors.api.keys import make_key, rotate_key
from pinwheel.doors.api.models import ApiKey
from pinwheel.market.clock import current_time
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.models import Address
from pinwheel.market.webhooks.models import HookDelivery
from pinwheel.market.webhooks.send import OF_ONE, claim

pytestmark = pytest.mark.database
HOOK = {"url": "https://mall.example/hooks", "types": ["order.paid", "group.settled"]}


def filled(shop: Shop) -> None:
    for member in range(3):
        shop.join(member)
    settle_activity(shop.activity.pk, current_time())
    tell_members(current_time())


def test_messages_are_listed_and_read(shop: Shop) -> None:
    filled(shop)
    path = f"/members/{shop.members[0]}/messages"
    newest, oldest = shop.get(path).json()["items"]
    assert (newest["kind"], oldest["kind"], oldest["amount"]) == ("filled", "paid", "59.00")
    assert newest["title"] == {"zh": "拼团成功", "en": "Your group is full"}
    assert newest["page"] == f"/orders/{newest['about']}" and newest["read_at"] is None
    page = shop.get(f"{path}?limit=1").json()
    assert shop.get(f"{path}?limit=1&cursor={page['next_cursor']}").json()["items"] == [oldest]
    read = {"messages": [newest["id"]]}
    for _ in range(2):
        assert shop.post(f"{path}/read", read, key="one").json() == {"read": 1, "unread": 1}
    assert [item["id"] for item in shop.get(f"{path}?unread=true").json()["items"]] == [oldest["id"]]
    assert [item["id"] for item in shop.get(f"{path}?unread=false").json()["items"]] == [newest["id"]]
    elsewhere = f"/members/{shop.members[1]}/messages/read"
    assert shop.post(elsewhere, {"messages": [oldest["id"]]}).json() == {"read": 0, "unread": 2}
    assert shop.post(f"{path}/read", {"all": True}).json() == {"read": 1, "unread": 0}
    for wrong in (
        {},
        {"all": False},
        {"all": True, "messages": ["1"]},
        {"messages": []},
        {"messages": ["x"]},
    ):
        problem(shop.post(f"{path}/read", wrong), 422, "invalid_request")
    problem(shop.get("/members/M0000000000001/messages"), 404, "not_found")


def test_a_mall_says_where_a_member_is_reached(shop: Shop) -> None:
    path = f"/members/{shop.members[0]}/channels"
    said = shop.post(path, {"channel": "wechat", "address": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"}).json()
    assert said["address"] == Address.objects.get().address and Address.objects.get().confirmed_at
    shop.post(path, {"channel": "wechat", "address": ""})
    assert not Address.objects.exists()
    problem(shop.post(path, {"channel": "sms", "address": "1"}), 422, "invalid_request")


def test_an_endpoint_from_its_making_to_a_replay(shop: Shop) -> None:
    made = shop.post("/webhooks", HOOK, key="make")
    assert made.status_code == 201 and shop.post("/webhooks", HOOK, key="make").json() == made.json()
    endpoint = made.json()["id"]
    assert shop.get("/webhooks").json()["endpoints"] == [made.json()]
    filled(shop)
    deliveries = shop.get(f"/webhooks/{endpoint}/deliveries").json()["items"]
    assert [item["type"] for item in deliveries] == ["group.settled"] + ["order.paid"] * 3
    assert {item["state"] for item in deliveries} == {"waiting"}
    secret = shop.get(f"/webhooks/{endpoint}/secret").json()["secret"]
    assert Webhook(secret) and len(claim(current_time())[0].deliveries) == 4 <= OF_ONE
    HookDelivery.objects.update(state=HookDelivery.State.FAILED, status=500, reason="http_500")
    failed = shop.get(f"/webhooks/{endpoint}/deliveries?state=failed&limit=1").json()["items"][0]
    assert (failed["status"], failed["reason"], failed["next_try_at"]) == (500, "http_500", None)
    path = f"/webhooks/{endpoint}/deliveries/{failed['id']}/replay"
    for _ in range(2):
        again = shop.post(path, key="again").json()
        assert (again["state"], again["replays"], again["event"]) == ("waiting", 1, failed["event"])
    assert shop.post(f"/webhooks/{endpoint}/test").json()["type"] == "endpoint.test"
    shop.post(f"/webhooks/{endpoint}/secret")
    rotated = shop.get(f"/webhooks/{endpoint}/secret").json()
    assert rotated["secret"] != secret and rotated["old_until"]
    off = shop.post(f"/webhooks/{endpoint}", HOOK | {"enabled": False}).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "switched_off")


def test_endpoints_are_refused_with_the_reason(shop: Shop) -> None:
    for url in (
        "https://127.0.0.1/",
        "https://localhost/x",
        "http://mall.example/",
        "https://10.0.0.1:8443/",
    ):
        refused = problem(shop.post("/webhooks", HOOK | {"url": url}), 409, "endpoint_refused")
        assert "https" in refused["detail"]
    problem(shop.post("/webhooks", HOOK | {"types": ["nothing"]}), 422, "invalid")
    problem(shop.post("/webhooks", HOOK | {"url": "mall.example"}), 422, "invalid_request")
    for _ in range(10):
        assert shop.post("/webhooks", HOOK).status_code == 201
    problem(shop.post("/webhooks", HOOK), 409, "too_many_endpoints")


def test_endpoints_belong_to_a_client_and_outlive_a_rotation_of_its_key(shop: Shop) -> None:
    endpoint = shop.post("/webhooks", HOOK).json()["id"]
    delivery = shop.post(f"/webhooks/{endpoint}/test").json()["id"]
    _, other = make_key("another mall", ["webhooks:write"], current_time())
    _, rotated = rotate_key(ApiKey.objects.get(name="tests"), current_time(), current_time() - current_time())
    mine = shop.key
    shop.key = other
    assert shop.get("/webhooks").json()["endpoints"] == []
    for path in (f"/webhooks/{endpoint}/secret", f"/webhooks/{endpoint}/deliveries", "/webhooks/x/secret"):
        problem(shop.get(path), 404, "not_found")
    for path in ("test", "secret", f"deliveries/{delivery}/replay"):
        problem(shop.post(f"/webhooks/{endpoint}/{path}"), 404, "not_found")
    problem(shop.post(f"/webhooks/{endpoint}", HOOK | {"enabled": False}), 404, "not_found")
    shop.key = rotated
    assert [item["id"] for item in shop.get("/webhooks").json()["endpoints"]] == [endpoint]
    shop.key = mine


def test_scopes_are_needed(database: str) -> None:
    shop = open_shop()
    _, shop.key = make_key("poor", ["members:read"], current_time())
    problem(shop.get("/webhooks"), 403, "missing_scope")
    problem(shop.get(f"/members/{shop.members[0]}/messages"), 403, "missing_scope")
