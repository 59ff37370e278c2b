"""Idempotency keys: every POST has the effect of once, also when it comes many times at once."""

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from pinwheel.doors.api.idempotency import forget_handled
from pinwheel.doors.api.keys import SCOPES, make_key
from pinwheel.doors.api.models import HandledRequest
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order

pytestmark = pytest.mark.database
MEMBER = {"phone": "13800138000", "nickname": "n", "adult_confirmed": True}


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Results of so many calls begun together, each in a thread of its own."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait()
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_a_post_without_a_proper_key_is_refused(shop):
    body = {"member": shop.members[0], "pay": "balance"}
    paths = (f"/activities/{shop.activity_id}/joins", "/members", "/orders/O0/payments")
    for path, key in itertools.product(paths, ("", " ", "a b", "ä", "x" * 201, "a\x7f")):
        refused = shop.post(path, body, **{"Idempotency-Key": key})
        assert refused.status_code == 400 and refused.json()["code"] == "idempotency_key_required"
    assert not Order.objects.exists()


def test_a_join_sent_twice_is_one_order(shop):
    first, second = shop.join(key="k"), shop.join(key="k")
    assert first.status_code == second.status_code == 201 and first.content == second.content
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    for other in ({"member": 1}, {"product": shop.product}, {"open_group": True}, {"pay": "external"}):
        refused = shop.join(key="k", **other)
        assert refused.status_code == 409 and refused.json()["code"] == "idempotency_conflict"
    assert Order.objects.count() == 1


def test_a_refused_join_leaves_its_key_free(shop):
    shop.join(0, key="all", group="G" + "0" * 12 + "1")
    assert shop.join(0, key="all").status_code == 201


def test_keys_of_different_callers_do_not_meet(shop):
    assert shop.join(key="k").status_code == 201
    _, shop.key = make_key("other", list(SCOPES), current_time())
    answer = shop.join(1, key="k")
    assert answer.status_code == 201 and "Idempotency-Replayed" not in answer
    assert Order.objects.count() == 2


def test_fifty_joins_with_one_key_at_once_are_one_order(shop):
    answers = at_once(50, lambda _: shop.join(key="k"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
    assert Order.objects.count() == 1
    balance = shop.get(f"/members/{shop.members[0]}/balances").json()["cash"]
    assert balance == "941.00"


def test_fifty_joins_with_one_key_and_different_contents_are_one_order(shop):
    answers = at_once(50, lambda number: shop.join(number % 4, key="k"))
    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) == {201, 409} and Order.objects.count() == 1
    winner = {answer.json()["order"]["member"] for answer in answers if answer.status_code == 201}
    assert len(winner) == 1


def test_members_are_registered_once(shop):
    first, second = shop.post("/members", MEMBER, "k"), shop.post("/members", MEMBER, "k")
    assert first.status_code == second.status_code == 201 and first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    conflict = shop.post("/members", MEMBER | {"nickname": "m"}, "k")
    assert conflict.status_code == 409 and conflict.json()["code"] == "idempotency_conflict"
    refused = shop.post("/members", MEMBER, "other")
    assert refused.json()["code"] == "already_registered"
    assert HandledRequest.objects.count() == 1  # what was refused is not kept
    assert shop.post("/members", MEMBER | {"phone": "13800138001"}, "other").status_code == 201


def test_twenty_registrations_at_once_make_one_member(shop):
    before = Member.objects.count()
    answers = at_once(20, lambda _: shop.post("/members", MEMBER, "k"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
    assert Member.objects.count() == before + 1


def test_twenty_registrations_of_one_number_under_different_keys_make_one_member(shop):
    answers = at_once(20, lambda _: shop.post("/members", MEMBER))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


def test_old_answers_are_forgotten(shop):
    shop.post("/members", MEMBER, "k")
    assert forget_handled(current_time() - timedelta(days=1)) == 0
    assert forget_handled(current_time() + timedelta(seconds=1)) == 1
    assert shop.post("/members", MEMBER, "k").json()["code"] == "already_registered"
