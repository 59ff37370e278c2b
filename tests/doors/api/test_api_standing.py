"""Sponsors at registration, statements that say what they are about, scopes, and fields as they come."""

from datetime import timedelta
from typing import Any

import pytest
from api_shop import PLAN, Shop, at, open_shop, problem
from pydantic import create_model
from test_api_once import at_once

from pinwheel.doors.api.app import api
from pinwheel.doors.api.idempotency import request_print
from pinwheel.doors.api.keys import make_key
from pinwheel.doors.api.models import HandledRequest
from pinwheel.doors.api.problems import problem_document
from pinwheel.doors.api.routes import pool as pool_routes
from pinwheel.doors.api.statements import MEANINGS
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.days.models import DayRun, DayShare
from pinwheel.market.days.services import run_days
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import MEMBER, PRODUCT, from_text
from pinwheel.market.members.models import Member
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove
from pinwheel.market.prizes.models import Voucher
from pinwheel.market.refusals import Refused
from pinwheel.plan.load import playbook_text
from pinwheel.rules.reasons import REASONS

pytestmark = pytest.mark.database
NEWCOMER = {"phone": "13800138000", "nickname": "小王", "adult_confirmed": True}


@pytest.fixture
def settled(database: str) -> Shop:
    """National Group-Buy with one settled group of ten members."""
    shop = open_shop(PLAN, members=10)
    for member in range(10):
        assert shop.join(member).status_code == 201
    settle_activity(shop.activity.pk, current_time())
    return shop


def test_a_member_is_registered_with_who_brought_them(shop: Shop) -> None:
    first = shop.members[0]
    made = shop.post("/members", NEWCOMER | {"sponsor": first}, key="new")
    assert made.status_code == 201 and made.json()["sponsor"] == first
    assert shop.post("/members", NEWCOMER | {"sponsor": first}, key="new").json() == made.json()
    problem(shop.post("/members", NEWCOMER, key="new"), 409, "idempotency_conflict")
    assert shop.get(f"/members/{made.json()['id']}/sponsor").json()["bound_at"] == made.json()["created_at"]
    code = shop.get(f"/members/{made.json()['id']}/invitation").json()["code"]
    body = NEWCOMER | {"phone": "13800138001", "invitation_code": code.lower(), "sponsor": None}
    assert shop.post("/members", body).json()["sponsor"] == made.json()["id"]
    assert shop.post("/members", NEWCOMER | {"phone": "13800138002"}).json()["sponsor"] is None


def test_an_unknown_sponsor_registers_nobody(shop: Shop) -> None:
    before = Member.objects.count()
    for wrong in ({"sponsor": "M" + "0" * 12 + "1"}, {"invitation_code": "00000000"}):
        problem(shop.post("/members", NEWCOMER | wrong, key="k"), 404, "not_found")
    assert Member.objects.count() == before
    assert shop.post("/members", NEWCOMER, key="k").status_code == 201  # the key was not used up


def test_a_field_that_says_nothing_is_the_same_request(shop: Shop) -> None:
    made = shop.post("/members", NEWCOMER, key="k")
    again = shop.post("/members", NEWCOMER | {"sponsor": None, "invitation_code": None}, key="k")
    assert again.json() == made.json() and again["Idempotency-Replayed"] == "true"
    before, after = (
        create_model("Before", a=(int, 1)),
        create_model("After", a=(int, 1), new=(str | None, None)),
    )
    prints = {request_print("POST", "/x", body) for body in (before(), after(), after(new=None))}
    assert len(prints) == 1 and request_print("POST", "/x", after(new="")) not in prints


FIELDS: list[tuple[str, Any, str, str]] = [
    ("/members", NEWCOMER | {"invitation_code": "七K2M9QXZ"}, "/invitation_code", "string_pattern_mismatch"),
    ("/members", NEWCOMER | {"invitation_code": 7}, "/invitation_code", "string_type"),
    ("/members", NEWCOMER | {"sponsor": "M1"}, "/sponsor", "string_pattern_mismatch"),
    ("/members/{member}/sponsor", {"code": "７Ｋ２Ｍ９ＱＸＺ"}, "/code", "string_pattern_mismatch"),
    ("/members/{member}/sponsor", {"code": "7K2M9QXZ\n"}, "/code", "string_pattern_mismatch"),
    ("/members/{member}/sponsor", {"code": "7K2M9QXZ", "by": 1}, "/by", "extra_forbidden"),
    ("/members/{member}/sponsor", {}, "", "sponsor_or_code"),
    ("/members/{member}/pools/{plan}/moves", {"direction": "in", "points": 100}, "/points", "string_type"),
    (
        "/members/{member}/pools/{plan}/moves",
        {"direction": "in", "points": "１００"},
        "/points",
        "string_pattern_mismatch",
    ),
    (
        "/members/{member}/pools/{plan}/moves",
        {"direction": "in", "points": "-100.00"},
        "/points",
        "string_pattern_mismatch",
    ),
    (
        "/members/{member}/pools/{plan}/moves",
        {"direction": "in", "points": "1000000000000.00"},
        "/points",
        "string_pattern_mismatch",
    ),
    (
        "/members/{member}/pools/{plan}/moves",
        {"direction": "up", "points": "1"},
        "/direction",
        "literal_error",
    ),
    ("/members/{member}/exchanges", {"item": 1, "points": "1"}, "/item", "string_type"),
    ("/members/{member}/exchanges", {"item": "0", "points": "1"}, "/item", "string_pattern_mismatch"),
    ("/members/{member}/exchanges", {"item": "9" * 19, "points": "1"}, "/item", "string_pattern_mismatch"),
    ("/members/{member}/exchanges", {"item": "1"}, "/points", "missing"),
    ("/orders/O0/prize", {"voucher": "true"}, "/voucher", "bool_type"),
    ("/orders/O0/prize", {"product": "P1"}, "/product", "string_pattern_mismatch"),
    ("/orders/O0/prize", {}, "", "product_or_voucher"),
]


def test_wrong_fields_are_named_in_both_languages_and_nothing_is_done(pooled: Shop) -> None:
    members = Member.objects.count()
    for path, body, name, code in FIELDS:
        address = path.format(member=pooled.members[0], plan=PLAN)
        for language in ("en", "zh"):
            answer = pooled.post(address, body, **{"Accept-Language": language})
            errors = problem(answer, 422, "invalid_request")["errors"]
            assert [(error["name"], error["code"]) for error in errors] == [(name, code)], (path, body)
            assert errors[0]["detail"].isascii() == (language == "en")
            assert errors[0]["detail"] not in ("The value is not right.", "值不正确。")
    both = NEWCOMER | {"sponsor": pooled.members[0], "invitation_code": "7K2M9QXZ"}
    errors = problem(pooled.post("/members", both), 422, "invalid_request")["errors"]
    assert errors[0]["code"] == "sponsor_or_invitation_code"
    assert Member.objects.count() == members and not PoolMove.objects.exists()


ELSEWHERE = "M" + "0" * 12 + "1"


def test_nobody_elses_and_no_unknown_plan(pooled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan without a pool, a plan that is none, a member who is none: not found."""
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(3))
    member = pooled.members[0]
    body = {"direction": "in", "points": "100.00"}
    for plan in ("ordinary-group", "no-such-plan", "a" * 300, "全民拼购"):
        problem(pooled.get(f"/pools/{plan}"), 404, "not_found")
        problem(pooled.get(f"/members/{member}/pools/{plan}"), 404, "not_found")
        problem(pooled.post(f"/members/{member}/pools/{plan}/moves", body), 404, "not_found")
    for path in ("sponsor", "invitation", "prizes", "vouchers", "dividends", "exchanges", "pool-moves"):
        problem(pooled.get(f"/members/{ELSEWHERE}/{path}"), 404, "not_found")
    for path in (f"plans/{PLAN}/standing", f"pools/{PLAN}"):
        problem(pooled.get(f"/members/{ELSEWHERE}/{path}"), 404, "not_found")
    # Also where more is asked for than anybody could hold.
    huge = {"direction": "in", "points": "999999999900.00"}
    problem(pooled.post(f"/members/{ELSEWHERE}/pools/{PLAN}/moves", huge), 404, "not_found")
    problem(pooled.post(f"/members/{ELSEWHERE}/exchanges", {"item": "1", "points": "1"}), 404, "not_found")
    item = {"item": "9" * 18, "points": "999999999999.99"}
    problem(pooled.post(f"/members/{member}/exchanges", item), 404, "not_found")
    problem(pooled.post(f"/members/{ELSEWHERE}/sponsor", {"sponsor": member}), 404, "not_found")
    problem(pooled.post(f"/members/{member}/sponsor", {"sponsor": ELSEWHERE}), 404, "not_found")


def test_a_move_of_more_than_all_names_what_is_held(pooled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(3))
    refused = problem(pooled.move("999999999900.00"), 409, "insufficient_points")
    assert refused["details"] == {"needed": "999999999900.00", "held": "500.00"}
    refused = problem(pooled.move("100.00", "out"), 409, "insufficient_points")
    assert refused["details"] == {"needed": "100.00", "held": "0.00"}
    Member.objects.filter(pk=from_text(MEMBER, pooled.members[0])).update(is_frozen=True)
    problem(pooled.move("100.00"), 409, "member_frozen")
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(30))
    refused = problem(pooled.move("150.00", member=1), 409, "pool_frozen")
    assert refused["details"]["next"] == "2026-12-01"
    assert refused["next_possible_at"] == "2026-12-01T00:00:00+08:00"
    assert not PoolMove.objects.exists()


@pytest.mark.parametrize("code", ["pool_in_only", "pool_frozen", "exchange_closed", "month_not_frozen"])
def test_whatever_names_a_next_day_names_it_for_machines(code: str) -> None:
    refused = Refused(code, {"next": "2026-12-01"})
    status, headers, content = problem_document(refused, "en", "x", at(30))
    assert status == 409 and content["next_possible_at"] == "2026-12-01T00:00:00+08:00"
    assert headers["Retry-After"] == str(12 * 3600) and "2026-12-01" in content["detail"]


def test_statement_lines_say_what_they_are_about(pooled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(3))
    member = pooled.members[0]
    product = from_text(PRODUCT, pooled.product)
    item = ExchangeItem.objects.create(plan=PLAN, product_id=product, points=20_000, left=1)
    moved = [pooled.move("200.00"), pooled.move("100.00", "out")]
    given = pooled.post(f"/members/{member}/exchanges", {"item": str(item.pk), "points": "200.00"})
    lines = pooled.get(f"/members/{member}/statement?limit=3").json()["items"]
    named = [(line["reason"], line["about_kind"], line["about"]) for line in lines]
    assert named == [
        ("exchange", "exchange", given.json()["id"]),
        ("pool_out", "move", moved[1].json()["id"]),
        ("pool_in", "move", moved[0].json()["id"]),
    ]
    adjusted = pooled.get(f"/members/{member}/statement").json()["items"][-1]
    assert (adjusted["reason"], adjusted["about_kind"], adjusted["about"]) == ("adjustment", None, None)
    [listed] = pooled.get(f"/members/{member}/exchanges").json()["items"]
    assert listed == given.json() and listed["product"] == pooled.product
    assert pooled.get(f"/members/{pooled.members[1]}/exchanges").json()["items"] == []
    for cursor in ("²", "٣", "-1", "1.0", str(1 << 63)):
        problem(pooled.get(f"/members/{member}/exchanges?cursor={cursor}"), 422, "invalid_request")


def test_a_daily_dividend_is_listed_by_the_run_that_the_statement_names(settled: Shop) -> None:
    run_days(current_time() + timedelta(days=1))
    [winner, *_] = [member for member in settled.members if outcome_of(settled, member) == "winner"]
    line = settled.get(f"/members/{winner}/statement").json()["items"][0]
    [share] = settled.get(f"/members/{winner}/dividends").json()["items"]
    assert (line["reason"], line["about_kind"], line["about"]) == ("daily_dividend", "run", share["run"])
    assert (share["kind"], share["amount"], share["is_paid"]) == ("daily_dividend", line["amount"], True)
    assert share["weight"] == "100.00" and share["weights"] == "300.00"
    DayShare.objects.update(amount=0)
    DayRun.objects.filter(pk=int(share["run"])).update(state=DayRun.State.PAYING, position=0, paid=0)
    [share] = settled.get(f"/members/{winner}/dividends").json()["items"]
    assert (share["amount"], share["is_paid"]) == ("0.00", False)
    DayRun.objects.filter(pk=int(share["run"])).update(position=from_text(MEMBER, winner))
    [share] = settled.get(f"/members/{winner}/dividends").json()["items"]
    assert share["is_paid"]


def outcome_of(shop: Shop, member: str) -> str:
    outcome: str = shop.get(f"/orders?member={member}").json()["items"][0]["outcome"]
    return outcome


def test_prizes_and_vouchers_of_a_member_are_listed(settled: Shop) -> None:
    winners = [member for member in settled.members if outcome_of(settled, member) == "winner"]
    [prize] = settled.get(f"/members/{winners[0]}/prizes?state=open").json()["items"]
    assert prize == settled.get(f"/orders/{prize['order']}/prize").json() and prize["products"]
    chosen = settled.post(f"/orders/{prize['order']}/prize", {"voucher": True}, key="v")
    again = settled.post(f"/orders/{prize['order']}/prize", {"voucher": True}, key="v")
    assert again.json() == chosen.json() and Voucher.objects.count() == 1
    assert settled.get(f"/members/{winners[0]}/prizes?state=open").json()["items"] == []
    assert settled.get(f"/members/{winners[0]}/prizes").json()["items"] == [chosen.json()]
    [voucher] = settled.get(f"/members/{winners[0]}/vouchers").json()["items"]
    assert (voucher["order"], voucher["value"]) == (prize["order"], "100.00")
    assert settled.get(f"/members/{winners[1]}/vouchers").json()["items"] == []
    problem(settled.get(f"/members/{winners[0]}/prizes?state=won"), 422, "invalid_request")
    problem(settled.get(f"/members/{winners[0]}/prizes?cursor=x"), 422, "invalid_request")
    second = settled.get(f"/members/{winners[1]}/prizes").json()["items"][0]["order"]
    conflict = settled.post(f"/orders/{second}/prize", {"voucher": True}, key="v")
    problem(conflict, 409, "idempotency_conflict")


def test_pages_of_prizes_hold_together(settled: Shop) -> None:
    for _ in range(2):
        for member in range(10):
            settled.join(member)
    settle_activity(settled.activity.pk, current_time())
    for member in settled.members:
        seen, cursor = [], ""
        while cursor is not None:
            page = settled.get(f"/members/{member}/prizes?limit=1{cursor}").json()
            seen += [prize["order"] for prize in page["items"]]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        won = settled.get(f"/orders?member={member}").json()["items"]
        assert seen == [order["id"] for order in won if order["outcome"] == "winner"]


def test_the_standing_is_of_the_version_on_sale(settled: Shop) -> None:
    path = f"/members/{settled.members[0]}/plans/{PLAN}/standing"
    before = settled.get(path).json()
    text = playbook_text(PLAN)
    publish_on_stage(text.replace("of_joins: 5", "of_joins: 9"), None, current_time())  # not on sale
    assert settled.get(path).json() == before
    Activity.objects.update(state=Activity.State.DRAFT)
    problem(settled.get(path), 404, "not_found")
    chinese = settled.get(path, **{"Accept-Language": "zh"})
    assert chinese.json()["detail"] == "没有找到。"


SCOPES = {
    "members:read": [
        "/members/{member}/sponsor",
        "/members/{member}/invitation",
        "/members/{member}/plans/{plan}/standing",
        "/members/{member}/pools/{plan}",
        "/assets",
        "/members/{member}/addresses",
    ],
    "activities:read": ["/pools/{plan}"],
    "statements:read": [
        "/members/{member}/pool-moves",
        "/members/{member}/exchanges",
        "/members/{member}/dividends",
    ],
    "orders:read": [
        "/members/{member}/prizes",
        "/members/{member}/vouchers",
        "/orders/O0/prize",
        "/orders/O0/delivery",
    ],
}
POSTS = {
    "members:write": ["/members", "/members/{member}/sponsor"],
    "points:write": ["/members/{member}/pools/{plan}/moves", "/members/{member}/exchanges"],
    "prizes:write": ["/orders/O0/prize"],
    "delivery:write": [
        "/members/{member}/addresses",
        "/members/{member}/addresses/1",
        "/members/{member}/addresses/1/deletion",
        "/orders/O0/address",
        "/orders/O0/receipt",
        "/orders/O0/after-sales",
    ],
}


def test_each_operation_has_its_scope_and_each_post_its_idempotency_key(pooled: Shop) -> None:
    _, everything = make_key("all of them", [*SCOPES, *POSTS], current_time())
    _, nothing = make_key("none of them", ["groups:read"], current_time())
    for scopes, call in ((SCOPES, pooled.get), (POSTS, pooled.post)):
        for scope, paths in scopes.items():
            for path in paths:
                address = path.format(member=pooled.members[0], plan=PLAN)
                pooled.key = nothing
                assert f"scope {scope}" in problem(call(address), 403, "missing_scope")["detail"]
                pooled.key = everything
                assert call(address).status_code not in (401, 403), address
                if call == pooled.post:
                    refused = pooled.post(address, {}, **{"Idempotency-Key": "ä"})
                    problem(refused, 400, "idempotency_key_required")


def test_every_reason_is_named_and_described(database: str) -> None:
    assert set(MEANINGS) == set(REASONS)
    text = str(api.get_openapi_schema()["info"]["description"])
    for number, name in REASONS.items():
        assert f"| `{name}` | {MEANINGS[number].about} | {MEANINGS[number].meaning} |" in text


def test_the_same_move_and_exchange_many_times_at_once_are_one(
    pooled: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(3))
    product = from_text(PRODUCT, pooled.product)
    item = ExchangeItem.objects.create(plan=PLAN, product_id=product, points=10_000, left=5)
    body = {"item": str(item.pk), "points": "100.00"}
    path = f"/members/{pooled.members[0]}/exchanges"
    for call in (lambda _: pooled.move("100.00", key="m"), lambda _: pooled.post(path, body, key="e")):
        answers = at_once(8, call)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        HandledRequest.objects.all().delete()  # as old answers are: the move itself remembers its key
        assert call(0).json() == answers[0].json()
    assert PoolMove.objects.count() == Exchange.objects.count() == 1
