"""A small shop for tests of the API: a plan on sale, members with money, a key; and how problems look."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from pinwheel.doors.api.keys import SCOPES, make_key
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, MEMBER, PRODUCT, new_id, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.services import create_many
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.plan.load import playbook_text
from pinwheel.rules.assets import CASH

PLAN = "national-group-buy"
numbers = count(1)
Body = dict[str, Any]


@dataclass
class Shop:
    """What tests name: public ids and the text of a key that may do everything."""

    activity: Activity
    product: str
    members: list[str]
    key: str
    client: Client

    @property
    def activity_id(self) -> str:
        return to_text(ACTIVITY, self.activity.pk)

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Accept-Language": "en", **more}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get("/api/v1" + path, headers=self.headers(**headers))

    def post(self, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """A POST with an idempotency key of its own unless one is given."""
        sent = self.headers(**{"Idempotency-Key": key or f"k-{next(numbers)}"}) | headers
        data = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            "POST", "/api/v1" + path, data, content_type="application/json", headers=sent
        )

    def move(self, points: str, direction: str = "in", member: int = 0, key: str = "") -> Any:
        """Move points into the pool of National Group-Buy or out of it."""
        body = {"direction": direction, "points": points}
        return self.post(f"/members/{self.members[member]}/pools/{PLAN}/moves", body, key)

    def join(self, member: int = 0, key: str = "", **fields: Any) -> Any:
        body = {"member": self.members[member], "pay": "balance", **fields}
        return self.post(f"/activities/{self.activity_id}/joins", body, key)


def at(day: int) -> datetime:
    """Noon in Shanghai on a day of November 2026."""
    return datetime(2026, 11, day, 4, tzinfo=UTC)


def problem(response: Any, status: int, code: str) -> Body:
    """The problem document of a response, checked for its form."""
    assert (response.status_code, response.json().get("code")) == (status, code), response.content
    assert response["Content-Type"] == "application/problem+json"
    document: Body = response.json()
    assert document["status"] == status
    assert document["type"] == f"/problems/{code}"
    assert document["instance"] == f"urn:request:{response['X-Request-ID']}"
    assert document["title"] and document["detail"]
    return document


def put_on_sale(playbook: str, now: datetime | None = None, more: str = "") -> Activity:
    """An activity of a playbook with one product, begun an hour ago. `more`: text after the playbook's."""
    moment = now or current_time()
    version = publish_on_stage(playbook_text(playbook) + more, None, moment)
    product, _ = Product.objects.get_or_create(
        code="steak",
        defaults={
            "id": new_id(moment),
            "name_zh": "牛排",
            "name_en": "Steak",
            "price": 5900,
            "created_at": moment,
        },
    )
    activity = create_activity(version, [product], moment - timedelta(hours=1), None, moment)
    schedule(activity, moment)
    return activity


def open_shop(
    playbook: str = "ordinary-group", members: int = 4, cash: int = 100_000, now: datetime | None = None
) -> Shop:
    """Put a playbook on sale. Cash in fen for each member."""
    moment = now or current_time()
    activity = put_on_sale(playbook, moment)
    product = activity.products.get()
    phones = [f"+86138{number:08d}" for number in range(members)]
    ids = create_many(phones, [f"member {number}" for number in range(members)], "", moment)
    if cash:
        adjust_balances(ids, CASH, [cash] * members, 0, moment)
    _, text = make_key("tests", list(SCOPES), moment)
    return Shop(
        activity,
        to_text(PRODUCT, product.pk),
        [to_text(MEMBER, member) for member in ids],
        text,
        Client(raise_request_exception=False),
    )
