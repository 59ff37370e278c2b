"""Asking relays of the beacon over HTTP: whatever the other side does, it is a short code, nothing more."""

import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from beacon_chain import RECORDED, RECORDED_SIGNATURE, answer

from pinwheel.config.environment import Environment
from pinwheel.market.public_values import relays
from pinwheel.market.public_values.relays import Unusable, ask_relay, read_round
from pinwheel.rules.beacon import CHAIN

HEARD: list[str] = []


class Relay(BaseHTTPRequestHandler):
    """Answers as the first part of its path says."""

    def do_GET(self) -> None:
        HEARD.append(self.path)
        kind = self.path.split("/")[1]
        if kind == "silent":
            self.close_connection = True
            return
        if kind == "slow":
            time.sleep(1.5)
        body = {"fine": answer(RECORDED, RECORDED_SIGNATURE), "garbage": b"\xff\x00<html>"}.get(kind, b"{}")
        self.send_response({"redirecting": 302, "failing": 500, "unknown": 404}.get(kind, 200))
        if kind == "redirecting":
            self.send_header("Location", "/fine")
        self.send_header("Content-Length", str(1 << 40 if kind == "huge" else len(body)))
        self.end_headers()
        self.wfile.write(body if kind != "cut" else body[:1])
        if kind == "huge":
            try:
                for _ in range(1000):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
        if kind == "dripping":
            try:
                for _ in range(40):
                    self.wfile.write(b"x")
                    time.sleep(0.05)
            except OSError:
                pass

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address():
    served = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(relays, "READ", 0.5)
    monkeypatch.setattr(relays, "WHOLE", 1.0)
    HEARD.clear()


def test_a_relay_is_asked_for_the_round_of_the_chain(address):
    body = ask_relay(f"{address}/fine/", RECORDED)
    assert [f"/fine/{CHAIN}/public/{RECORDED}"] == HEARD
    assert read_round(body, RECORDED, address).signature == RECORDED_SIGNATURE


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("redirecting", "http_302"),
        ("failing", "http_500"),
        ("unknown", "http_404"),
        ("slow", "timeout"),
        ("huge", "too_large"),
    ],
)
def test_what_is_no_answer_is_a_short_code(address, kind, why):
    with pytest.raises(Unusable, match=f"^{why}$"):
        ask_relay(f"{address}/{kind}", RECORDED)
    assert len(HEARD) == 1  # nothing was followed, nothing repeated


@pytest.mark.parametrize("kind", ["silent", "garbage", "dripping"])
def test_a_broken_answer_is_no_round(address, kind):
    with pytest.raises(Unusable):
        read_round(ask_relay(f"{address}/{kind}", RECORDED), RECORDED, address)


@pytest.mark.parametrize(
    "relay", ["http://127.0.0.1:1", "https://no-such-host.invalid", "http://[::1", "ftp://x"]
)
def test_an_address_that_cannot_be_reached(relay):
    with pytest.raises(Unusable):
        ask_relay(relay, RECORDED)


def test_relays_are_addresses(monkeypatch):
    monkeypatch.setenv("PINWHEEL_DRAND_RELAYS", "https://a.example, http://b.example:8080")
    assert Environment().drand_relays == ["https://a.example", "http://b.example:8080"]
    monkeypatch.setenv("PINWHEEL_DRAND_RELAYS", "a.example")
    with pytest.raises(ValueError, match="no address of a relay"):
        Environment()


def test_checking_a_signature_leaves_the_depth_of_calls_as_it_was():
    """The library raises it for the whole process, where deeply nested JSON would then end it."""
    code = "import sys; a = sys.getrecursionlimit(); import pinwheel.rules.beacon_signature; "
    code += "assert sys.getrecursionlimit() == a"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
