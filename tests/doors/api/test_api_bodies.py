"""Bodies as they come: every bad one gets its problem, none reaches the database or breaks the server."""

import itertools

import pytest

from pinwheel.doors.api.bodies import MOST_BYTES, read_json
from pinwheel.doors.api.problems import Problem
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order

pytestmark = pytest.mark.database
JSON = "application/json"

BAD = [
    (JSON, b"", "malformed_json"),
    (JSON, b"{", "malformed_json"),
    (JSON, b"{}{}", "malformed_json"),
    (JSON, b"\xff\xfe{}", "malformed_json"),
    (JSON, '{"a":"ä"}'.encode("latin-1"), "malformed_json"),
    (JSON, b'\xef\xbb\xbf{"a":1}', "malformed_json"),
    (JSON, b'{"a":1,"a":1}', "malformed_json"),
    (JSON, b'{"a":{"b":1,"b":2}}', "malformed_json"),
    (JSON, b"NaN", "malformed_json"),
    (JSON, b"[-Infinity]", "malformed_json"),
    (JSON, b"[" * 17 + b"]" * 17, "malformed_json"),
    (JSON, b"[" * 30_000, "malformed_json"),
    (JSON, b'{"a":' * 9_000, "malformed_json"),
    (JSON, b"9" * 5000, "malformed_json"),
    (JSON, b'"\x00"', "malformed_json"),
    (JSON, rb'{"a":"\u0000"}', "invalid_request"),
    (JSON, rb'{"\u0000":1}', "invalid_request"),
    (JSON, rb'["\ud800"]', "invalid_request"),
    (JSON, b" " * (MOST_BYTES + 1), "body_too_large"),
    ("", b"{}", "unsupported_media_type"),
    ("text/plain", b"{}", "unsupported_media_type"),
    ("application/json; charset=gbk", b"{}", "unsupported_media_type"),
    ("application/x-www-form-urlencoded", b"a=1", "unsupported_media_type"),
]


@pytest.mark.parametrize(("content_type", "body", "code"), BAD)
def test_what_is_no_proper_json_is_refused(content_type, body, code):
    with pytest.raises(Problem) as refused:
        read_json(content_type, body)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b" [1] ", [1]),
        (b"[" * 16 + b"]" * 16, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
        (rb'"\ud83d\ude00"', "😀"),
        (b'{"a":[{"b":1},{"b":1}]}', {"a": [{"b": 1}, {"b": 1}]}),
        (b"[" + b",".join([b"{}"] * 100) + b"]", [{}] * 100),
        (b"1e400", float("inf")),
    ],
)
def test_what_is_proper_is_read(body, value):
    assert read_json("Application/JSON; charset=UTF-8", body) == value


FIELDS = [
    ({"phone": 1}, "/phone", "string_type"),
    ({"phone": "1" * 31}, "/phone", "string_too_long"),
    ({"phone": "13800138000x"}, "/phone", "string_pattern_mismatch"),
    ({"phone": None}, "/phone", "string_type"),
    ({"nickname": ""}, "/nickname", "string_too_short"),
    ({"nickname": "n" * 41}, "/nickname", "string_too_long"),
    ({"nickname": "a\x00b"}, "/nickname", "forbidden_character"),
    ({"nickname": 10**300}, "/nickname", "string_type"),
    ({"adult_confirmed": "true"}, "/adult_confirmed", "bool_type"),
    ({"adult_confirmed": 1}, "/adult_confirmed", "bool_type"),
    ({"language": "fr"}, "/language", "literal_error"),
    ({"sponsor~/x": "M1"}, "/sponsor~0~1x", "extra_forbidden"),
    ({"id": 1}, "/id", "extra_forbidden"),
]


def test_wrong_fields_are_named_and_nothing_is_done(shop):
    members = Member.objects.count()
    for (change, name, code), language in itertools.product(FIELDS, ("en", "zh")):
        body = {"phone": "13800138000", "nickname": "n", "adult_confirmed": True} | change
        answer = shop.post("/members", body, **{"Accept-Language": language})
        assert answer.status_code == 422
        error = answer.json()["errors"][0]
        assert (error["place"], error["name"], error["code"]) == ("body", name, code)
        assert error["detail"].isascii() == (language == "en")
    assert Member.objects.count() == members


def test_a_body_must_be_an_object(shop):
    for body in (b"[]", b"null", b"1", b'"x"', b"[{}]"):
        answer = shop.client.generic(
            "POST",
            f"/api/v1/activities/{shop.activity_id}/joins",
            body,
            content_type=JSON,
            headers=shop.headers(**{"Idempotency-Key": "k"}),
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "model_type"
    assert not Order.objects.exists()


def test_every_wrong_field_is_named_at_once(shop):
    answer = shop.post(f"/activities/{shop.activity_id}/joins", {"group": 5, "extra": 1})
    errors = answer.json()["errors"]
    assert {error["name"] for error in errors} == {"/group", "/extra", "/member", "/pay"}
    assert answer.json()["detail"].startswith("The request is wrong in 4 place(s)")
