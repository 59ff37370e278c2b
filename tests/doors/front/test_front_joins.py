"""Joins in the event loop answer exactly as Django's operation does, one by one and many at once."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from api_shop import Shop
from asgi_loop import Caller, Response, running
from django.core.handlers.wsgi import WSGIHandler

from pinwheel.doors.api.keys import make_key, revoke_key
from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.front.app import Front
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.orders import desk
from pinwheel.market.orders.models import Order

pytestmark = pytest.mark.database
SHOWN = ("content-type", "content-language", "www-authenticate", "idempotency-replayed", "x-request-id",
         "retry-after", "cache-control", "accept", "allow", "content-length")  # fmt: skip


@pytest.fixture
def front() -> Iterator[Caller]:
    with running(Front(WSGIHandler())) as caller:
        yield caller


def path_of(shop: Shop) -> str:
    return f"/api/v1/activities/{shop.activity_id}/joins"


def headers(shop: Shop, key: str, **more: str) -> dict[str, str]:
    own = {"Content-Type": "application/json", "X-Request-ID": "same", "Idempotency-Key": key}
    return shop.headers(**own) | more


def join(front: Caller, shop: Shop, member: int, key: str, **fields: Any) -> Response:
    body = json.dumps({"member": shop.members[member], "pay": "balance", **fields}).encode()
    return front.request("POST", path_of(shop), headers(shop, key), body)


def comparable(status: int, found: dict[str, str], body: bytes) -> Any:
    """What must be the same in both answers: ids of new things and moments are not.

    Django's LocaleMiddleware names a language on answers that have none.
    """
    text = re.sub(r"[MGO]0[0-9A-Z]{12}|\b[0-9]{16,19}\b|signature=[0-9a-f]{64}", "…", body.decode())
    lower = {name.lower(): value for name, value in found.items()}
    shown = {name: lower.get(name) for name in SHOWN}
    if status < 400:
        del shown["content-language"]
    return status, shown, text


Change = dict[str, Any]
REQUESTS: list[tuple[str, Change]] = [
    ("good", {}),
    ("product", {"fields": {"product": "PRODUCT"}}),
    ("leader", {"fields": {"open_group": True}}),
    ("external", {"fields": {"pay": "external"}}),
    ("charset", {"headers": {"Content-Type": "application/json; charset=utf-8"}}),
    ("chinese", {"headers": {"Accept-Language": "zh"}, "fields": {"pay": "gold"}}),
    ("unknown member", {"fields": {"member": "M" + "0" * 12 + "1"}}),
    ("no member", {"fields": {"member": "M" + "0" * 13}}),
    ("bad member", {"fields": {"member": "member"}}),
    ("unknown product", {"fields": {"product": "P" + "0" * 12 + "1"}}),
    ("unknown group", {"fields": {"group": "G" + "0" * 12 + "1"}}),
    ("both", {"fields": {"group": "G" + "0" * 12 + "1", "open_group": True}}),
    ("unknown field", {"fields": {"outcome": "winner"}}),
    ("wrong types", {"fields": {"member": 1, "pay": None, "open_group": "yes"}}),
    ("unknown activity", {"path": "/api/v1/activities/A0000000000001/joins"}),
    ("no activity", {"path": "/api/v1/activities/x/joins"}),
    ("encoded", {"path": "/api/v1/activities/ä ö/joins"}),
    ("query", {"query": "member=1&a=2&a=3"}),
    ("blank query", {"query": "a=&b"}),
    ("long query", {"query": "&".join(f"p{number}" for number in range(1100))}),
    ("empty", {"body": b""}),
    ("list", {"body": b"[]"}),
    ("null", {"body": b"null"}),
    ("broken", {"body": b'{"member":'}),
    ("not utf-8", {"body": b'{"member":"\xff"}'}),
    ("nul", {"body": rb'{"member":"\u0000"}'}),
    ("surrogate", {"body": rb'{"member":"\ud800"}'}),
    ("repeated", {"body": b'{"pay":"balance","pay":"external"}'}),
    ("deep", {"body": b"[" * 40000}),
    ("huge number", {"body": b'{"member":' + b"9" * 5000 + b"}"}),
    ("too large", {"body": b" " * 70_000}),
    ("far too large", {"body": b" " * 300_000}),
    ("too large, no key", {"body": b" " * 70_000, "headers": {"Authorization": ""}}),
    ("form", {"headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
    ("no type", {"headers": {"Content-Type": ""}}),
    ("no key", {"headers": {"Authorization": ""}}),
    ("basic", {"headers": {"Authorization": "Basic eDp5"}}),
    ("wrong key", {"headers": {"Authorization": f"Bearer pk_{'0' * 8}_{'0' * 40}"}}),
    ("narrow key", {"headers": {"Authorization": "NARROW"}}),
    ("no idempotency key", {"headers": {"Idempotency-Key": ""}}),
    ("bad idempotency key", {"headers": {"Idempotency-Key": "a b"}}),
    ("long idempotency key", {"headers": {"Idempotency-Key": "k" * 201}}),
]  # fmt: skip


def test_both_ways_answer_identically(shop, front):
    _, narrow = make_key("narrow", ["orders:read"], current_time())
    for name, change in REQUESTS:
        path, body, sent, query = asked(shop, change, f"{name} 0".replace(" ", "-"), 0, narrow)
        django = shop.client.generic(
            "POST", path, body, content_type=sent["Content-Type"], headers=sent, QUERY_STRING=query
        )
        path, body, sent, query = asked(shop, change, f"{name} 1".replace(" ", "-"), 1, narrow)
        loop = front.request("POST", path, sent, body, query)
        left = comparable(django.status_code, dict(django.headers), django.content)
        assert left == comparable(loop.status, loop.headers, loop.body), name


def asked(
    shop: Shop, change: Change, key: str, way: int, narrow: str
) -> tuple[str, bytes, dict[str, str], str]:
    """Path, body, headers and query of a request of the table, by another member each way."""
    sent = headers(shop, key) | change.get("headers", {})
    sent["Authorization"] = sent["Authorization"].replace("NARROW", f"Bearer {narrow}")
    fields = {"member": shop.members[way], "pay": "balance"} | change.get("fields", {})
    fields = {name: shop.product if value == "PRODUCT" else value for name, value in fields.items()}
    body = change.get("body", json.dumps(fields).encode())
    return change.get("path", path_of(shop)), body, sent, change.get("query", "")


def test_refusals_of_the_market_answer_identically(shop, front):
    def both(key: str) -> None:
        django = shop.join(key=f"{key}-1")
        django = shop.post(
            path_of(shop).removeprefix("/api/v1"),
            {"member": shop.members[0], "pay": "balance"},
            f"{key}-1",
            **{"X-Request-ID": "same", "Content-Type": "application/json"},
        )
        loop = join(front, shop, 0, f"{key}-2")
        assert loop.status >= 400
        left = comparable(django.status_code, dict(django.headers), django.content)
        right = comparable(loop.status, loop.headers, loop.body)
        for answer in (left, right):
            answer[1].pop("retry-after")  # seconds from now
        assert left == right

    Member.objects.update(is_frozen=True)
    both("frozen")
    Activity.objects.update(starts_at=current_time() + timedelta(days=2))
    both("not started")
    Activity.objects.update(state=Activity.State.DRAFT)
    both("draft")


def test_a_replay_is_known_whichever_way_it_came(shop, front):
    first = shop.join(0, key="k")
    again = join(front, shop, 0, "k")
    assert (again.status, again.body) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = join(front, shop, 1, "k")
    assert other.status == 409 and json.loads(other.body)["code"] == "idempotency_conflict"
    assert shop.join(0, key="k")["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == 1


def test_many_at_once_cross_together_and_each_gets_its_own_answer(shop, front, monkeypatch):
    batches = []
    taken = desk.take_batch
    monkeypatch.setattr(desk, "take_batch", lambda requests: batches.append(len(requests)) or taken(requests))

    async def all_at_once() -> list[Response]:
        calls = []
        for number in range(40):
            fields = {"member": shop.members[number % 4], "pay": "balance"}
            body = json.dumps(
                fields | ({"product": "P" + "0" * 12 + "1"} if number % 10 == 9 else {})
            ).encode()
            calls.append(front.exchange("POST", path_of(shop), headers(shop, f"k{number // 2}"), body, ""))
        return await asyncio.gather(*calls)

    answers = front.run(all_at_once())
    good = [json.loads(answer.body)["order"] for answer in answers if answer.status == 201]
    codes = [json.loads(answer.body)["code"] for answer in answers if answer.status != 201]
    assert len(good) == len({order["id"] for order in good}) == 20
    assert sorted(set(codes)) == ["idempotency_conflict", "not_found"] or set(codes) == {
        "idempotency_conflict"
    }
    assert Order.objects.count() == 20 and sum(batches) == 40 and len(batches) <= 8
    ferry = front.application._parts.joins.ferry
    assert (len(ferry.held), ferry.away) == (0, 0)


def test_a_lone_caller_does_not_linger(shop, front, monkeypatch):
    monkeypatch.setattr("pinwheel.doors.front.ferry.LINGER", 60.0)
    for number in range(3):
        assert join(front, shop, 0, f"k{number}").status == 201


def test_a_caller_that_goes_away_harms_nobody(shop, front):
    async def cut_off() -> None:
        body = json.dumps({"member": shop.members[0], "pay": "balance"}).encode()
        call = asyncio.ensure_future(front.exchange("POST", path_of(shop), headers(shop, "gone"), body, ""))
        await asyncio.sleep(0)
        call.cancel()

    front.run(cut_off())
    assert join(front, shop, 1, "next").status == 201


def test_a_desk_that_breaks_is_an_internal_error(shop, front, monkeypatch):
    def broken(requests: Any, now: Any) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(desk, "take_joins", broken)
    answer = join(front, shop, 0, "k")
    assert answer.status == 500 and json.loads(answer.body)["code"] == "internal_error"
    assert b"secret" not in answer.body


def test_a_revoked_key_is_refused_in_the_loop_too(shop, front):
    assert join(front, shop, 0, "a").status == 201
    revoke_key(ApiKey.objects.get(name="tests"), current_time())
    refused = join(front, shop, 0, "b")
    assert refused.status == 401 and "www-authenticate" in refused.headers
