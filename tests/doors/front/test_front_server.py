"""The real server: granian speaks to the front as the tests do, and stops without losing an answer."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from api_server import Server, served
from api_shop import Shop

from pinwheel.market.orders.models import Order

pytestmark = [pytest.mark.database, pytest.mark.timeout(180)]


@pytest.fixture
def server(database: str, shop: Shop, tmp_path: Path) -> Iterator[Server]:
    with served(database, tmp_path) as running:
        yield running


def talk(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)


def join(connection: http.client.HTTPConnection, shop: Shop, member: int, key: str, **fields: Any) -> Any:
    body = json.dumps({"member": shop.members[member], "pay": "balance", **fields})
    sent = shop.headers(**{"Idempotency-Key": key, "Content-Type": "application/json"})
    connection.request("POST", f"/api/v1/activities/{shop.activity_id}/joins", body, sent)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def test_everything_is_answered_over_one_connection(server, shop):
    line = talk(server)
    assert join(line, shop, 0, "a")[0] == 201
    status, external = join(line, shop, 1, "b", pay="external")
    assert status == 201 and external["payment"]["cashier_url"]
    line.request("GET", f"/api/v1/orders?member={shop.members[0]}&limit=5", headers=shop.headers())
    response = line.getresponse()
    assert response.status == 200 and len(json.loads(response.read())["items"]) == 1
    line.request("HEAD", "/api/v1/openapi.json")
    response = line.getresponse()
    assert (
        response.status == 200 and int(response.headers["Content-Length"]) > 10_000 and response.read() == b""
    )
    line.request("GET", "/%E6%97%A5%ff?x=%20")
    response = line.getresponse()
    assert response.status == 404 and response.read()
    line.request("POST", "/api/v1/members", b"x" * 70_000, shop.headers(**{"Idempotency-Key": "c"}))
    assert line.getresponse().status == 413


def test_a_live_page_over_the_wire_and_a_stop_that_loses_nothing(server, shop):
    page = talk(server)
    page.request("GET", f"/live/activities/{shop.activity_id}")
    events = page.getresponse()
    assert events.status == 200
    while not events.readline().startswith(b"data: {"):
        pass

    answers: list[Any] = []

    def keep_joining(member: int) -> None:
        line = talk(server)
        for number in range(10_000):
            try:
                answers.append(join(line, shop, member, f"k-{member}-{number}"))
            except (OSError, http.client.HTTPException):
                return  # the server takes no more requests

    members = [threading.Thread(target=keep_joining, args=(member,)) for member in range(4)]
    for member in members:
        member.start()
    time.sleep(1.0)
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 20
    for member in members:
        member.join(30)
    taken = {body["order"]["id"] for status, body in answers if status == 201}
    assert len(taken) == Order.objects.count()  # every order that was made was answered
    log = server.log.read_text()
    assert '"path": "/healthz"' not in log and '"status": 201' in log
    assert shop.key not in log and "+86138" not in log
