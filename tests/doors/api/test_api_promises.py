"""What National Group-Buy owes beyond the group, through the API: sponsors, counters, pool, prizes."""

from datetime import timedelta

import pytest
from api_shop import PLAN, Shop, at, open_shop, problem

from pinwheel.doors.api.routes import pool as pool_routes
from pinwheel.doors.api.routes import prizes as prize_routes
from pinwheel.market.clock import current_time
from pinwheel.market.days.services import run_days
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import PRODUCT, from_text
from pinwheel.market.naming.services import rename_asset
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.pool.profit import confirm_profit, enter_profit
from pinwheel.market.staff.models import Operator

pytestmark = pytest.mark.database


def test_a_sponsor_is_bound_once_and_never_in_a_loop(shop: Shop) -> None:
    first, second, third, _ = shop.members
    code = shop.get(f"/members/{first}/invitation").json()["code"]
    assert shop.get(f"/members/{first}/invitation").json()["code"] == code
    bound = shop.post(f"/members/{second}/sponsor", {"code": code.lower()}, key="bind")
    assert bound.json()["sponsor"] == first
    again = shop.post(f"/members/{second}/sponsor", {"code": code.lower()}, key="bind")
    assert again.json() == bound.json() and again["Idempotency-Replayed"] == "true"
    assert shop.get(f"/members/{second}/sponsor").json() == bound.json()
    problem(shop.post(f"/members/{second}/sponsor", {"sponsor": third}), 409, "sponsor_bound")
    problem(shop.post(f"/members/{first}/sponsor", {"sponsor": first}), 409, "self_sponsoring")
    problem(shop.post(f"/members/{first}/sponsor", {"sponsor": second}), 409, "sponsor_loop")
    problem(shop.post(f"/members/{third}/sponsor", {"code": "00000000"}), 404, "not_found")
    problem(shop.post(f"/members/{third}/sponsor", {}), 422, "invalid_request")
    problem(shop.post(f"/members/{third}/sponsor", {"code": code, "sponsor": first}), 422, "invalid_request")
    assert shop.get(f"/members/{third}/sponsor").json()["sponsor"] is None


def test_the_standing_says_what_bars_the_next_join(database: str) -> None:
    shop = open_shop(PLAN, members=10)
    for member in range(10):
        shop.join(member)
    settle_activity(shop.activity.pk, current_time())
    standing = shop.get(f"/members/{shop.members[0]}/plans/{PLAN}/standing").json()
    assert standing["window_joins"] == 1 and standing["sit_out"] == 0
    assert standing["promoter_until"] is not None and standing["sentences"]
    problem(shop.get(f"/members/{shop.members[0]}/plans/no-such-plan/standing"), 404, "not_found")


def test_points_move_by_the_calendar(pooled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(3))
    assert pooled.get(f"/pools/{PLAN}").json()["phase"] == "open"
    moved = pooled.move("300.00", key="one")
    assert moved.status_code == 201 and moved.json()["points"] == "300.00"
    assert pooled.move("300.00", key="one").json() == moved.json()
    problem(pooled.move("200.00", key="one"), 409, "idempotency_conflict")
    assert pooled.move("100", "out").json()["points"] == "-100.00"
    problem(pooled.move("150.00"), 409, "not_a_multiple")
    problem(pooled.move("0"), 409, "not_a_multiple")
    assert problem(pooled.move("400.00"), 409, "insufficient_points")["details"]["held"] == "300.00"
    problem(pooled.move("999999999999.00"), 409, "not_a_multiple")
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(6))
    refused = problem(pooled.move("100.00", "out"), 409, "pool_in_only")
    assert refused["next_possible_at"].startswith("2026-12-01T00:00:00")
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(30))
    problem(pooled.move("100.00"), 409, "pool_frozen")
    problem(pooled.move("12.345"), 422, "invalid_request")
    held = pooled.get(f"/members/{pooled.members[0]}/pools/{PLAN}").json()
    assert (held["in_pool"], held["free"]) == ("200.00", "300.00")
    listed = pooled.get(f"/members/{pooled.members[0]}/pool-moves?limit=1").json()
    assert [item["points"] for item in listed["items"]] == ["-100.00"]
    rest = pooled.get(f"/members/{pooled.members[0]}/pool-moves?cursor={listed['next_cursor']}").json()
    assert [item["points"] for item in rest["items"]] == ["300.00"] and rest["next_cursor"] is None
    problem(pooled.get(f"/members/{pooled.members[0]}/pool-moves?cursor=x"), 422, "invalid_request")


def test_goods_for_points_while_the_pool_is_open(pooled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    item = ExchangeItem.objects.create(
        plan=PLAN, product_id=from_text(PRODUCT, pooled.product), points=20_000, left=1
    )
    body = {"item": str(item.pk), "points": "200.00"}
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(7))
    problem(pooled.post(f"/members/{pooled.members[0]}/exchanges", body), 409, "exchange_closed")
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(5))
    assert pooled.get(f"/pools/{PLAN}").json()["items"][0]["left"] == 1
    cheaper = body | {"points": "100.00"}
    problem(pooled.post(f"/members/{pooled.members[0]}/exchanges", cheaper), 409, "price_changed")
    given = pooled.post(f"/members/{pooled.members[0]}/exchanges", body, key="give")
    assert given.status_code == 201 and given.json()["points"] == "200.00"
    assert pooled.post(f"/members/{pooled.members[0]}/exchanges", body, key="give").json() == given.json()
    problem(pooled.post(f"/members/{pooled.members[1]}/exchanges", body), 409, "sold_out")
    lines = pooled.get(f"/members/{pooled.members[0]}/statement").json()["items"]
    assert (lines[0]["reason"], lines[0]["amount"]) == ("exchange", "-200.00")


def test_a_months_dividend_is_listed(pooled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_routes, "current_time", lambda: at(3))
    for member, points in ((0, "200.00"), (1, "100.00")):
        assert pooled.move(points, member=member).status_code == 201
    clerk, second = (Operator.objects.create_user(name, password="x") for name in ("clerk", "second"))
    entry = enter_profit(PLAN, at(26).date(), 10_000, clerk, at(26))
    confirm_profit(entry.pk, second, at(26))
    run_days(at(26))
    [share] = pooled.get(f"/members/{pooled.members[0]}/dividends").json()["items"]
    assert (share["kind"], share["amount"]) == ("monthly_dividend", "66.66")
    assert (share["pool"], share["weight"], share["weights"]) == ("100.00", "200.00", "300.00")
    assert pooled.get(f"/members/{pooled.members[2]}/dividends").json()["items"] == []


def test_a_winner_chooses_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop(PLAN, members=10)
    for member in range(10):
        shop.join(member)
    settle_activity(shop.activity.pk, current_time())
    orders = [shop.get(f"/orders?member={member}").json()["items"][0] for member in shop.members]
    first, second, third = (order["id"] for order in orders if order["outcome"] == "winner")
    loser = next(order["id"] for order in orders if order["outcome"] == "other")
    problem(shop.get(f"/orders/{loser}/prize"), 404, "not_found")
    prize = shop.get(f"/orders/{first}/prize").json()
    assert prize["state"] == "open" and prize["voucher_value"] == "100.00"
    product = prize["products"][0]["product"]
    chosen = shop.post(f"/orders/{first}/prize", {"product": product}, key="choose")
    assert chosen.json()["state"] == "product" and chosen.json()["products"] == []
    assert shop.post(f"/orders/{first}/prize", {"product": product}, key="choose").json() == chosen.json()
    problem(shop.post(f"/orders/{first}/prize", {"voucher": True}), 409, "choice_made")
    assert shop.post(f"/orders/{second}/prize", {"voucher": True}).json()["state"] == "voucher"
    elsewhere = "P" + "0" * 12 + "1"
    problem(shop.post(f"/orders/{third}/prize", {"product": elsewhere}), 409, "not_on_the_list")
    problem(shop.post(f"/orders/{third}/prize", {}), 422, "invalid_request")
    later = current_time() + timedelta(days=8)
    monkeypatch.setattr(prize_routes, "current_time", lambda: later)
    problem(shop.post(f"/orders/{third}/prize", {"product": product}), 409, "choice_over")


def test_assets_have_the_names_that_the_operator_gave(shop: Shop) -> None:
    rename_asset("dividend_points", "金叶子", "golden leaves")
    names = {asset["asset"]: (asset["zh"], asset["en"]) for asset in shop.get("/assets").json()["assets"]}
    assert names["dividend_points"] == ("金叶子", "golden leaves")
    assert names["cash"] == ("零钱", "cash")
