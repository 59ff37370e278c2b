"""Webhooks: signed, tried again, never to a private network, whatever the other side does."""

import ipaddress
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from pinwheel.config.environment import environment
from pinwheel.market.clock import current_time
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.refusals import Refused
from pinwheel.market.webhooks import post, send, services
from pinwheel.market.webhooks.events import TYPES
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent
from pinwheel.market.webhooks.post import Turned, checked_address, checked_url, is_public, post_event
from pinwheel.market.webhooks.secrets import secrets_of
from pinwheel.market.webhooks.send import BACKOFF, MOST_TRIES, forget_old_webhooks, send_webhooks
from stage import DAY, Stage

pytestmark = pytest.mark.database
HOOK = "https://mall.example/hooks"
State = HookDelivery.State


class Ear(BaseHTTPRequestHandler):
    """Answers as its path says, and remembers what it heard."""

    heard: list[tuple[str, dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Ear.heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        kind = self.path.strip("/").split("?")[0]
        if kind == "slow":
            time.sleep(1.5)
        if kind == "silent":
            self.close_connection = True
            return
        status = {"failing": 500, "redirecting": 302, "gone": 410}.get(kind, 200)
        self.send_response(status)
        if kind == "redirecting":
            self.send_header("Location", "/fine")
        if kind == "huge":
            self.send_header("Content-Length", str(1 << 40))
            self.end_headers()
            try:
                for _ in range(1000):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
            return
        if kind == "dripping":
            self.send_header("Content-Length", "100000")
            self.end_headers()
            try:
                for _ in range(100):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
            except OSError:
                pass
            return
        self.end_headers()
        self.wfile.write(b"thank you")

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()


@pytest.fixture(autouse=True)
def to_private(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own server lies in a private network."""
    Ear.heard.clear()
    changed = environment().model_copy(update={"webhooks_to_private_networks": True})
    for module in (send, services):
        monkeypatch.setattr(module, "environment", lambda: changed)
    monkeypatch.setattr(post, "READ", 0.5)
    monkeypatch.setattr(post, "WHOLE", 1.0)


def endpoint(url: str, *types: str) -> Endpoint:
    return services.make_endpoint("mall", url, types or tuple(TYPES), current_time())


def filled() -> Stage:
    """An ordinary group of three, full and told."""
    stage = Stage("ordinary-group", members=3)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    tell_members(current_time())
    return stage


def ping(path: str, server: str) -> HookDelivery:
    """A test event sent to an endpoint of the server once, and what became of it."""
    made = endpoint(server + path)
    delivery = services.send_test(made.pk, current_time())
    send_webhooks(current_time, once())
    delivery.refresh_from_db()
    return delivery


def once() -> Any:
    rounds = iter([True])
    return lambda: next(rounds, False)


def test_what_happens_is_told_signed_and_verified(database: str, server: str) -> None:
    made = endpoint(f"{server}/fine?shop=1", "order.paid", "group.settled")
    filled()
    assert send_webhooks(current_time) == 4
    assert [path for path, _, _ in Ear.heard] == ["/fine?shop=1"] * 4
    heard = [Webhook(services.newest_secret(made)).verify(body, headers) for _, headers, body in Ear.heard]
    assert [event["type"] for event in heard] == ["order.paid"] * 3 + ["group.settled"]
    assert [len(heard[3]["data"]["orders"]), heard[0]["data"]["price"]] == [3, "59.00"]
    with pytest.raises(WebhookVerificationError):
        Webhook(services.newest_secret(made)).verify(Ear.heard[0][2] + b" ", Ear.heard[0][1])
    assert {row.state for row in HookDelivery.objects.all()} == {State.SENT}
    assert {(row.status, row.answer, row.tries) for row in HookDelivery.objects.all()} == {
        (200, "thank you", 1)
    }


def test_only_what_is_wanted_is_written(database: str) -> None:
    filled()
    assert not HookEvent.objects.exists()
    made = endpoint(HOOK, "group.settled")
    filled()
    assert [event.type for event in HookEvent.objects.all()] == ["group.settled"]
    services.change_endpoint(made.pk, HOOK, ["group.settled"], False)
    filled()
    assert HookEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/failing", 500, "http_500"),
        ("/redirecting", 302, "http_302"),
        ("/slow", 0, "timeout"),
        ("/silent", 0, "broken_off"),
        ("/huge", 200, ""),
        ("/dripping", 200, ""),
        ("/fine", 200, ""),
    ],
)
def test_whatever_an_endpoint_does(database: str, server: str, path: str, status: int, reason: str) -> None:
    delivery = ping(path, server)
    assert (delivery.status, delivery.reason) == (status, reason)
    assert delivery.state == (State.WAITING if reason else State.SENT)
    assert len(Ear.heard) == 1  # nothing was followed
    assert len(delivery.answer) <= 300 and delivery.took < 5000


def test_nobody_is_there(database: str) -> None:
    assert ping("/x", "http://127.0.0.1:9").reason in ("not_reached", "timeout")


def test_an_event_is_tried_again_and_given_up(database: str, server: str) -> None:
    made, now = endpoint(f"{server}/failing"), current_time()
    services.send_test(made.pk, now)
    names = set()

    def clock() -> datetime:
        return now

    for number in range(MOST_TRIES):
        assert send_webhooks(clock) == 0
        delivery = HookDelivery.objects.get()
        assert delivery.tries == number + 1
        names.add(Ear.heard[-1][1]["webhook-id"])
        assert send_webhooks(clock) == 0 and len(Ear.heard) == number + 1  # not before its time
        if number < len(BACKOFF):
            assert delivery.next_try_at == now + timedelta(seconds=BACKOFF[number])
            now = delivery.next_try_at
    assert delivery.state == State.FAILED and len(names) == 1
    services.replay(delivery.pk, now)
    send_webhooks(lambda: now, once())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.replays) == (State.WAITING, 1, 1)
    assert {headers["webhook-id"] for _, headers, _ in Ear.heard} == names


def test_an_endpoint_that_is_down_is_switched_off_and_on_again(database: str, server: str) -> None:
    made, now = endpoint(f"{server}/failing"), current_time()
    for _ in range(20):
        services.send_test(made.pk, now)
    send_webhooks(lambda: now)
    send_webhooks(lambda: now)
    made.refresh_from_db()
    assert made.is_enabled and made.failures == 20
    send_webhooks(lambda: now + 3 * DAY)
    made.refresh_from_db()
    assert (made.is_enabled, made.disabled_reason) == (False, "down")
    heard = len(Ear.heard)
    send_webhooks(lambda: now + 4 * DAY)
    assert len(Ear.heard) == heard
    services.change_endpoint(made.pk, f"{server}/fine", ["order.paid"], True)
    assert send_webhooks(lambda: now + 4 * DAY) == 20
    made.refresh_from_db()
    assert (made.failures, made.failing_since) == (0, None)


def test_an_endpoint_that_is_gone_is_switched_off_at_once(database: str, server: str) -> None:
    ping("/gone", server)
    assert Endpoint.objects.get().disabled_reason == "http_410"


def test_a_slow_endpoint_holds_up_itself_alone(database: str, server: str) -> None:
    slow, fine = endpoint(f"{server}/slow"), endpoint(f"{server}/fine")
    for made in (slow, slow, slow, fine, fine):
        services.send_test(made.pk, current_time())
    assert send_webhooks(current_time, once()) == 2
    tries = HookDelivery.objects.filter(endpoint_id=slow.pk).order_by("id").values_list("tries", flat=True)
    assert list(tries) == [1, 0, 0]  # after the first silence the rest waits


def test_both_secrets_sign_after_a_rotation(database: str, server: str) -> None:
    made = endpoint(f"{server}/fine")
    old = services.newest_secret(made)
    made = services.rotate_secret(made.pk, current_time())
    assert services.newest_secret(made) != old
    services.send_test(made.pk, current_time())
    send_webhooks(current_time)
    _, headers, body = Ear.heard[0]
    for secret in (old, services.newest_secret(made)):
        assert Webhook(secret).verify(body, headers)["type"] == "endpoint.test"
    assert secrets_of(made, current_time() + 2 * DAY) == [services.newest_secret(made)]


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_private_addresses_are_refused(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))
    url = f"https://[{text}]/" if ":" in text else f"https://{text}/"
    with pytest.raises(Turned, match="private_address"):
        checked_url(url, False)


def test_public_addresses_are_not() -> None:
    for text in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"):
        assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://mall.example/",
            "ftp://mall.example/",
            "https://",
            "mall.example",
            "https://a:b@mall.example/",
        ),
        *(
            "https://localhost/",
            "https://x.internal/",
            "https://mall.example/#x",
            "https://mall.example:99999/",
        ),
        *(
            "https://mall.example/ x",
            "https://商城.example/",
            "https://[::1",
            "https://mall.example/" + "x" * 500,
        ),
    ],
)
def test_addresses_that_are_refused(database: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "environment", environment)
    with pytest.raises(Refused) as refused:
        services.make_endpoint("mall", url, ["order.paid"], current_time())
    assert refused.value.code == "endpoint_refused" and not Endpoint.objects.exists()


def test_a_name_that_points_inside_is_not_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """One private address among several is enough; the name is resolved once and never again."""
    answers = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(post.socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Turned, match="private_address"):
        checked_address(checked_url(HOOK, False), False)
    answer = post_event(HOOK, "{}", 1, ["whsec_AAAA"], current_time(), False)
    assert (answer.status, answer.reason) == (0, "private_address")


def test_an_address_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(post.socket, "getaddrinfo", fails)
    assert post_event(HOOK, "{}", 1, ["whsec_AAAA"], current_time(), False).reason == "host_not_found"


def test_types_and_numbers_of_endpoints_have_limits(database: str) -> None:
    for types in ([], ["nothing"], ["order.paid", "nothing"]):
        with pytest.raises(Refused, match=r"order\.paid"):
            services.make_endpoint("mall", HOOK, types, current_time())
    made = [endpoint(HOOK) for _ in range(services.MOST_OF_A_CLIENT)]
    with pytest.raises(Refused, match="10"):
        endpoint(HOOK)
    services.change_endpoint(made[0].pk, HOOK, ["order.paid"], False)
    endpoint(HOOK)
    with pytest.raises(Refused, match="10"):
        services.change_endpoint(made[0].pk, HOOK, ["order.paid"], True)
    with pytest.raises(Refused):
        services.replay(1, current_time())


def test_old_events_are_forgotten(database: str, server: str) -> None:
    ping("/fine", server)
    assert forget_old_webhooks(current_time()) == 0
    assert forget_old_webhooks(current_time() + 31 * DAY) == 1
    assert not HookDelivery.objects.exists()


def test_the_document_is_what_the_page_says() -> None:
    event = HookEvent(type="order.paid", data={"order": "O"}, at=current_time())
    assert set(json.loads(send.document_of(event))) == {"type", "timestamp", "data"}
