"""What the API promises: shapes, languages, pages, and a problem document for whatever goes wrong."""

import json
from datetime import timedelta

import pytest
from api_shop import Shop, open_shop, problem
from django.test import Client

from pinwheel.doors.api.app import api
from pinwheel.doors.api.codes import CODES, kind_of
from pinwheel.doors.api.keys import SCOPES, make_key
from pinwheel.doors.api.languages import language_of
from pinwheel.doors.api.schemas.orders import JoinedOut
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import SENTENCES

pytestmark = pytest.mark.database


def test_a_join_from_the_first_request_to_the_evidence_of_its_draw(database):
    shop = open_shop("draw-on-fill", members=10)
    for member in range(10):
        answer = shop.join(member)
        assert answer.status_code == 201
        order = JoinedOut.model_validate_json(answer.content).order
        assert (order.state, order.price, order.group) == ("paid", "100.00", None)
    settle_activity(shop.activity.pk, current_time())

    orders = shop.get(f"/orders?member={shop.members[0]}").json()["items"]
    group = shop.get(f"/groups/{orders[0]['group']}").json()
    assert group["state"] == "settled" and group["taken"] == group["size"] == 10
    assert [seat["seat"] for seat in group["seats"]] == list(range(1, 11))
    assert {seat["member"] for seat in group["seats"]} == set(shop.members)
    draw = shop.get(f"/draws/{group['id']}").json()
    assert draw["draw_id"] == group["draw"] and draw["server_seed"] == group["server_seed"]
    assert [seat["outcome"] for seat in draw["seats"]] == [seat["outcome"] for seat in group["seats"]]
    statement = shop.get(f"/members/{shop.members[0]}/statement").json()["items"]
    assert statement[-1]["reason"] == "adjustment" and statement[-1]["amount"] == "1000.00"
    assert {line["about"] for line in statement[:-1]} == {orders[0]["id"]}
    heads = shop.get("/ledger/heads").json()["heads"]
    assert sum(head["length"] for head in heads) == len({line["batch"] for line in statement}) + 9


def test_an_external_join_brings_its_payment_and_can_ask_for_it_again(shop):
    answer = shop.join(pay="external").json()
    order, payment = answer["order"], answer["payment"]
    assert order["state"] == "unpaid" and payment["state"] == "pending"
    assert payment["order"] == order["id"] and payment["amount"] == order["price"]
    assert payment["cashier_url"].startswith("http://127.0.0.1:8000/cashier/sandbox?")
    again = shop.post(f"/orders/{order['id']}/payments", key="again")
    assert again.status_code == 200 and again.json() == payment
    replay = shop.post(f"/orders/{order['id']}/payments", key="again")
    assert replay.json() == payment and replay["Idempotency-Replayed"] == "true"
    paid = shop.join(1).json()["order"]
    problem(shop.post(f"/orders/{paid['id']}/payments"), 404, "not_found")
    problem(shop.post(f"/orders/{order['id']}/payments", {"x": 1}), 422, "invalid_request")


def test_leaders_groups(shop):
    opened = shop.join(0, open_group=True).json()["order"]["group"]
    assert shop.join(1, group=opened).json()["order"]["group"] == opened
    problem(shop.join(1, group=opened), 409, "already_in_group")
    problem(shop.join(2, group="G" + "0" * 12 + "1"), 404, "group_not_found")
    problem(shop.join(2, group="G" + "0" * 13), 404, "not_found")
    problem(shop.join(2, group=opened, open_group=True), 422, "invalid_request")
    settle_activity(shop.activity.pk, current_time())
    group = shop.get(f"/groups/{opened}").json()
    assert group["leader"] == shop.members[0] and group["taken"] == 2 and group["server_seed"] is None
    assert shop.get(f"/draws/{opened}").json()["commit"] == group["commit"]


def test_members(shop):
    body = {"phone": "13800138000", "nickname": "小王", "adult_confirmed": True, "language": "en"}
    made = shop.post("/members", body)
    assert made.status_code == 201
    member = made.json()
    assert (member["phone"], member["nickname"], member["language"]) == ("+8613800138000", "小王", "en")
    assert shop.get(f"/members/{member['id']}").json() == member
    balances = shop.get(f"/members/{member['id']}/balances").json()
    assert balances.pop("member") == member["id"] and set(balances.values()) == {"0.00"}
    problem(shop.post("/members", body), 409, "already_registered")
    problem(shop.post("/members", body | {"phone": "12345"}), 422, "invalid")
    problem(
        shop.post("/members", body | {"phone": "13800138001", "adult_confirmed": False}), 409, "adults_only"
    )


def test_refusals_say_what_is_allowed_and_when(database):
    shop = open_shop(cash=100)
    refused = problem(shop.join(), 409, "insufficient_balance")
    assert refused["details"] == {"needed": "59.00", "held": "1.00"}
    assert "59.00" in refused["detail"]
    Activity.objects.update(starts_at=current_time() + timedelta(hours=2))
    answer = shop.join()
    refused = problem(answer, 409, "not_started")
    assert refused["next_possible_at"].endswith("+08:00")
    assert 7000 <= int(answer["Retry-After"]) <= 7200
    Member.objects.update(is_frozen=True)
    Activity.objects.update(starts_at=current_time() - timedelta(hours=2), price=100)
    problem(shop.join(), 409, "member_frozen")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("EN-us,zh;q=0.5", "en"),
        ("fr, en;q=0.3, zh;q=0.9", "zh"),
        ("fr", "zh"),
        ("*", "zh"),
        ("en;q=0", "zh"),
        ("zh-Hant-TW", "zh"),
        (";;;,,q=", "zh"),
        ("en" * 9000, "zh"),
    ],
)
def test_the_language_is_the_callers(header, language):
    assert language_of(header) == language


def test_problems_and_rules_come_in_both_languages(shop):
    path = f"/activities/{shop.activity_id}"
    english, chinese = (shop.get(path, **{"Accept-Language": code}).json() for code in ("en", "zh-CN"))
    assert english["headline"].startswith("Ordinary group") and chinese["headline"].startswith("普通拼团")
    assert english["plan"] == chinese["plan"] and len(english["explanation"]) == len(chinese["explanation"])
    refused = shop.get("/orders/O", **{"Accept-Language": "zh"})
    assert problem(refused, 404, "not_found")["detail"] == "没有找到。"
    assert refused["Content-Language"] == "zh-Hans"


def all_pages(shop: Shop, path: str) -> list[list[dict]]:
    """The items of each page, by following the cursors."""
    pages, cursor = [], ""
    while cursor is not None:
        page = shop.get(path + cursor).json()
        pages.append(page["items"])
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    return pages


def test_pages_hold_together(shop):
    for member in (0, 1, 0, 0, 2):
        shop.join(member)
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page = shop.get(
            f"/orders?member={shop.members[0]}&limit=2" + (f"&cursor={cursor}" if cursor else "")
        ).json()
        seen += [order["id"] for order in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert len(seen) == 3 and seen == sorted(seen, reverse=True) and pages == 2

    whole = shop.get(f"/activities/{shop.activity_id}/orders").json()
    assert len(whole["items"]) == 5 and whole["next_cursor"] is None
    first = shop.get(f"/activities/{shop.activity_id}/orders?limit=2").json()
    assert first["items"] == whole["items"][:2] and first["next_cursor"] == first["items"][-1]["id"]

    numbers, cursor = [], ""
    while cursor is not None:
        page = shop.get(
            f"/activities/{shop.activity_id}/groups?limit=5" + (f"&cursor={cursor}" if cursor else "")
        ).json()
        numbers += [int(group["draw"][-6:]) for group in page["items"]]
        cursor = page["next_cursor"]
    assert numbers == list(range(len(numbers), 0, -1))
    for path in (
        f"/orders?member={shop.members[0]}&cursor=nonsense",
        f"/activities/{shop.activity_id}/groups?cursor=M1",
        f"/members/{shop.members[0]}/statement?cursor=1",
        "/activities?cursor=1",
    ):
        assert problem(shop.get(path), 422, "invalid_request")["errors"][0]["name"] == "cursor"


QUERIES = [
    ("/orders?member=M0&limit=1", "string_pattern_mismatch"),
    ("/orders", "missing"),
    ("/activities?limit=0", "greater_than_equal"),
    ("/activities?limit=201", "less_than_equal"),
    ("/activities?limit=x", "int_parsing"),
    ("/activities?limit=" + "9" * 5000, "int_parsing_size"),
    ("/activities?limit=1&limit=1", "repeated"),
    ("/activities?page=1", "extra_forbidden"),
    ("/activities?state=draft", "literal_error"),
    ("/activities?cursor=%00", "string_pattern_mismatch"),
    ("/activities?cursor=%ff", "string_pattern_mismatch"),
]


def test_query_parameters_are_refused_by_name(shop):
    for path, code in QUERIES:
        errors = problem(shop.get(path), 422, "invalid_request")["errors"]
        assert [error["code"] for error in errors] == [code], path
        assert errors[0]["place"] == "query" and errors[0]["detail"]


def test_drafts_are_not_shown(shop):
    Activity.objects.update(state=Activity.State.DRAFT)
    assert shop.get("/activities").json() == {"items": [], "next_cursor": None}
    problem(shop.get(f"/activities/{shop.activity_id}"), 404, "not_found")
    problem(shop.get(f"/activities/{shop.activity_id}/orders"), 404, "not_found")
    problem(shop.join(), 404, "not_found")


def test_addresses_and_methods_that_there_are_not(shop):
    problem(shop.get("/nowhere"), 404, "not_found")
    problem(shop.get(""), 404, "not_found")
    problem(shop.get("/members/"), 404, "not_found")
    refused = shop.client.put("/api/v1/activities", headers=shop.headers())
    problem(refused, 405, "method_not_allowed")
    assert refused["Allow"] == "GET"
    assert shop.client.head("/api/v1/activities", headers=shop.headers()).status_code == 200


def test_what_django_turns_down_is_a_problem_too(shop):
    problem(shop.get("/activities?" + "&".join(f"p{number}=1" for number in range(1100))), 400, "bad_request")
    problem(shop.get("/activities", Host="elsewhere.example"), 400, "bad_request")
    shown = shop.client.get("/", headers={"Host": "elsewhere.example"})
    assert shown.status_code == 400 and shown["Content-Type"].startswith("text/html")


def test_what_breaks_is_a_problem_too(shop, monkeypatch):
    from pinwheel.doors.api.routes import members

    def broken(*_):
        raise RuntimeError("secret words")

    monkeypatch.setattr(members, "found_member", broken)
    document = problem(shop.get(f"/members/{shop.members[0]}"), 500, "internal_error")
    assert "secret" not in json.dumps(document) and document["instance"][12:] in document["detail"]


def test_request_ids(shop):
    sent = shop.get("/activities", **{"X-Request-ID": "abc-1.2_3"})
    assert sent["X-Request-ID"] == "abc-1.2_3"
    for bad in ("a b", "x" * 65, "ä", ""):
        assert shop.get("/activities", **{"X-Request-ID": bad})["X-Request-ID"] != bad


def test_every_refusal_has_a_status_and_every_code_both_languages():
    assert set(SENTENCES) <= set(CODES)
    assert kind_of("a_code_of_tomorrow").status == 409
    for code, kind in CODES.items():
        assert 400 <= kind.status < 600
        for words in (kind.title, kind.sentence or SENTENCES[code]):
            assert all(text.strip() for text in words)


def test_the_description_names_every_field_and_error(database):
    schema = api.get_openapi_schema()
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert operation["security"] == [{"BearerKey": []}] and operation["tags"], path
            assert {400, 401, 403, 404, 422, 500, 503} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                kinds = set(response["content"])
                assert kinds == {"application/problem+json" if status >= 400 else "application/json"}
            assert all(parameter["description"] for parameter in operation["parameters"])
    for name, shape in schema["components"]["schemas"].items():
        if name.endswith(("Out", "Body")):
            for field, details in shape["properties"].items():
                assert "description" in details, f"{name}.{field}"
    text = json.dumps(schema, default=str)
    assert all(scope in text for scope in SCOPES) and all(code in text for code in CODES)


def test_codes_are_explained_where_their_type_leads(database):
    client = Client()
    assert "库存已售完" in client.get("/problems/sold_out").content.decode()
    assert client.get("/problems/nothing").status_code == 404


def test_keys_reach_only_their_scopes(shop):
    _, text = make_key("narrow", ["activities:read"], current_time())
    shop.key = text
    assert shop.get("/activities").status_code == 200
    for path, scope in (
        (f"/members/{shop.members[0]}", "members:read"),
        (f"/members/{shop.members[0]}/balances", "members:read"),
        (f"/members/{shop.members[0]}/statement", "statements:read"),
        (f"/orders?member={shop.members[0]}", "orders:read"),
        ("/orders/O0", "orders:read"),
        (f"/activities/{shop.activity_id}/groups", "groups:read"),
        ("/groups/G0", "groups:read"),
        ("/draws/G0", "groups:read"),
        ("/ledger/heads", "statements:read"),
    ):
        refused = shop.get(path)
        assert scope in problem(refused, 403, "missing_scope")["detail"]
        assert f'scope="{scope}"' in refused["WWW-Authenticate"]
    assert "joins:write" in problem(shop.join(), 403, "missing_scope")["detail"]
    assert "members:write" in problem(shop.post("/members", {}), 403, "missing_scope")["detail"]
