"""Schemathesis goes through the API as its own OpenAPI describes it, with a shop behind it.

Every operation is called with what its schema allows and with what it does not: no answer may be a 5xx, and
each must be one that is described. Bounded and deterministic. Made-up ids of the right form are exchanged for
ids that exist, so that calls get past 404.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from api_server import served
from api_shop import Shop, open_shop, put_on_sale
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister

from pinwheel.doors.api.app import api
from pinwheel.market.clock import current_time
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import MEMBER, ORDER, PRODUCT, from_text
from pinwheel.market.prizes.models import PrizeChoice

pytestmark = [pytest.mark.database, pytest.mark.timeout(280)]
SEED = 20261120
# Whether these succeed is a matter of the day of the month and of points held.
BY_THE_CALENDAR = {
    "POST /api/v1/members/{member}/pools/{plan}/moves",
    "POST /api/v1/members/{member}/exchanges",
}
# These succeed only for an address, a parcel or a balance that there is; their own tests stand beside this.
BY_THE_STATE = {
    "GET /api/v1/orders/{order}/delivery",
    "POST /api/v1/members/{member}/addresses/{address}",
    "POST /api/v1/members/{member}/addresses/{address}/deletion",
    "POST /api/v1/orders/{order}/address",
    "POST /api/v1/orders/{order}/after-sales",
    "POST /api/v1/orders/{order}/balance",
    "POST /api/v1/orders/{order}/receipt",
}
PLAN = "national-group-buy"
SETTINGS = {
    "seed": SEED,
    "generation": {"deterministic": True, "max-examples": 5, "database": "none", "no-shrink": True},
    "phases": {
        "stateful": {"enabled": False},
        "fuzzing": {"enabled": True},
        "coverage": {"enabled": True},
        "examples": {"enabled": True},
    },
}
CURSOR = re.compile(r"[A-Za-z0-9_.:\-]{1,64}")
KEY = re.compile(r"[!-~]{1,200}")
PLAN_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NUMBER = re.compile(r"[0-9]{1,18}")
WRITTEN = re.compile(r"[^\x00-\x20\x7f-\xa0].{0,100}", re.DOTALL)
PHONE = re.compile(r"[0-9+() .\-]{5,30}")


@pytest.fixture
def known(database: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Public ids by the parameter that takes them, a key, and where the server answers."""
    shop = open_shop(members=6, cash=100_000_000)
    joined = shop.join(0, open_group=True).json()["order"]
    external = shop.join(1, pay="external").json()["order"]
    for member in (1, 2):
        shop.join(member, group=joined["group"])
    settle_activity(shop.activity.pk, current_time())
    put_on_sale(PLAN)
    offer_prize(external["id"], shop.members[1], shop)
    with served(database, tmp_path) as server:
        yield {
            "url": server.url,
            "key": shop.key,
            "activity": shop.activity_id,
            "member": shop.members[3],
            "product": shop.product,
            "group": joined["group"],
            "order": external["id"],
            "sponsor": shop.members[4],
            "plan": PLAN,
            **endpoint_of(shop),
        }


def endpoint_of(shop: Shop) -> dict[str, str]:
    """An endpoint of the caller's with a delivery."""
    made = shop.post("/webhooks", {"url": "https://mall.example/hooks", "types": ["order.paid"]}).json()["id"]
    return {"endpoint": made, "delivery": shop.post(f"/webhooks/{made}/test").json()["id"]}


def offer_prize(order: str, member: str, shop: Shop) -> None:
    """Let an order choose a prize, as a winning one may."""
    now = current_time()
    PrizeChoice.objects.create(
        order_id=from_text(ORDER, order),
        member_id=from_text(MEMBER, member),
        activity_id=shop.activity.pk,
        product_id=from_text(PRODUCT, shop.product),
        voucher_value=100_00,
        choose_from=10,
        made_at=now,
        due_at=now + timedelta(days=1),
    )


def is_id(name: str, value: object) -> bool:
    """Whether a value has the form of the public ids that a parameter of this name takes."""
    pattern = rf"{name[0].upper()}[0-7][0-9A-HJKMNP-TV-Z]{{12}}"
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def run_with(schema: Any, exchanger: "Exchanger") -> Iterator[events.EngineEvent]:
    """The events of a run in which made-up ids are exchanged for those that there are."""

    def before_call(context: Any, case: Any, **_: Any) -> None:
        exchanger.before_call(case)

    schemathesis.hook(before_call)
    try:
        yield from from_schema(schema).execute()
    finally:
        unregister(before_call)


class Exchanger:
    """Says what a schema cannot: which ids, cursors, keys and phone numbers there are."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.numbers = itertools.count(13_800_200_000)

    def ids(self, values: dict[str, Any]) -> None:
        for name in ("activity", "member", "product", "group", "order"):
            if is_id(name, values.get(name)):
                values[name] = self.known[name]
        if is_id("member", values.get("sponsor")):
            values["sponsor"] = self.known["sponsor"]
        for name in ("endpoint", "delivery"):
            if is_text(NUMBER, values.get(name)):
                values[name] = self.known[name]
        if is_text(PLAN_NAME, values.get("plan")):
            values["plan"] = self.known["plan"]

    def before_call(self, case: Any) -> None:
        """Change a case before it is sent; what is wrong in it stays wrong."""
        self.ids(case.path_parameters or {})
        query, headers = case.query or {}, case.headers or {}
        self.ids(query)
        if is_text(CURSOR, query.get("cursor")):
            del query["cursor"]
        if is_text(KEY, headers.get("Idempotency-Key")):
            headers["Idempotency-Key"] = f"key-{next(self.numbers)}"
        if isinstance(case.body, dict):
            self.ids(case.body)
            if is_text(NUMBER, case.body.get("area")):
                case.body["area"] = "110101"
            for name in ("receiver", "street"):  # no schema says which letters can be printed
                if is_text(WRITTEN, case.body.get(name)):
                    case.body[name] = "王小明"
            if is_text(PHONE, case.body.get("phone")):
                case.body["phone"] = f"+86{next(self.numbers)}"


def is_text(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def test_no_answer_is_undescribed(known):
    auth = {"auth": {"openapi": {"BearerKey": {"bearer": known["key"]}}}}
    config = SchemathesisConfig.from_dict(SETTINGS | auth)
    schema = schemathesis.openapi.from_url(known["url"] + "/api/v1/openapi.json", config=config)
    reached, failures, errors = set(), [], []
    for event in run_with(schema, Exchanger(known)):
        if isinstance(event, events.ScenarioFinished):
            reached |= well_answered(event.recorder)
            failures += failed_checks(event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(str(getattr(event, "value", None) or event.exception))
    assert not failures, "\n\n".join(failures[:20])
    assert not errors, "\n".join(errors)
    assert reached | BY_THE_CALENDAR | BY_THE_STATE == operations()


def operations() -> set[str]:
    """Every operation that the API describes."""
    paths = api.get_openapi_schema()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def well_answered(recorder: Any) -> set[str]:
    """The operation, if one of its calls was answered with a success."""
    answers = [interaction.response for interaction in recorder.interactions.values()]
    return {recorder.label} if any(answer and answer.status_code < 300 for answer in answers) else set()


def failed_checks(recorder: Any) -> list[str]:
    return [
        f"{recorder.label}: {check.name}: {check.failure_info.failure}"
        for checks in recorder.checks.values()
        for check in checks
        if check.failure_info is not None
    ]
