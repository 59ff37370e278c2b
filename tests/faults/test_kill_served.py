"""`pinwheel serve` and `pinwheel worker` are killed with SIGKILL while joins come in over HTTP."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from pinwheel.config.embedded import embedded_url
from pinwheel.doors.api.keys import make_key
from pinwheel.market.activities.services import end
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY, MEMBER, ORDER, from_text, to_text
from pinwheel.market.orders.models import Order, Participation, Waiting
from stage import Stage, findings

CLIENTS = 6
KILLS = 4
PATIENCE = 60  # seconds until the test gives up
SEED = 20261121


class Shop:
    """Web and worker as in production, each with its children in a process group of its own."""

    def __init__(self, database: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.env = os.environ | {"DATABASE_URL": embedded_url(database), "PINWHEEL_LOG_LEVEL": "WARNING"}
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, role: str) -> None:
        arguments = ["serve", "--port", str(self.port)] if role == "web" else ["worker"]
        errors = (self.folder / f"{role}.errors").open("ab")
        self.running[role] = subprocess.Popen(
            [sys.executable, "-m", "pinwheel", *arguments],
            env=self.env,
            stdout=errors,
            stderr=errors,
            start_new_session=True,
        )

    def kill(self, role: str) -> None:
        """No good-bye, to the children neither. The process must have been alive until now."""
        process = self.running.pop(role)
        assert process.poll() is None, f"{role} ended with {process.returncode}: {self.errors()}"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the web process did not answer: {self.errors()}")

    def errors(self) -> str:
        return "\n".join(path.read_text()[-2000:] for path in sorted(self.folder.glob("*.errors")))


class Clients:
    """Clients that ask again with the same key until they are answered, as a phone that lost its line."""

    def __init__(self, shop: Shop, key: str, stages: list[Stage]) -> None:
        self.shop, self.key, self.stages = shop, key, stages
        self.told: dict[str, int] = {}
        self.again = 0  # requests that were asked more than once
        self.refused: list[str] = []
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(CLIENTS)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Each client ends with an answer to its last request."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def run(self, number: int) -> None:
        count = 0
        while not self.stopping.is_set():
            count += 1
            self.ask(f"{number}-{count}", self.stages[count % len(self.stages)], number + count)

    def ask(self, name: str, stage: Stage, turn: int) -> None:
        member = stage.members[turn % len(stage.members)]
        activity = to_text(ACTIVITY, stage.activity.pk)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.shop.port}/api/v1/activities/{activity}/joins",
            data=json.dumps({"member": to_text(MEMBER, member), "pay": "balance"}).encode(),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Idempotency-Key": name,
                "Content-Type": "application/json",
            },
        )
        tries = 0
        while True:
            tries += 1
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    self.told[name] = from_text(ORDER, json.load(answer)["order"]["id"])
                    self.again += tries > 1
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    self.refused.append(error.read().decode())
                    return
            except (OSError, ValueError):
                pass  # cut off in the middle; the answer may be lost, the join may be taken
            time.sleep(0.05)


@pytest.mark.timeout(170)
def test_killed_web_and_worker_lose_and_double_nothing(database: str, tmp_path: Path) -> None:
    changes = "{group.size: 4, draw.seat_rules: [], limits.joins_per_day: null}"
    at = current_time() - timedelta(minutes=1)
    stages = [Stage("draw-on-fill", changes, members=16, cash=10**9, at=at) for _ in range(2)]
    key = make_key("test", ["joins:write"], current_time())[1]
    shop, dice = Shop(database, tmp_path), random.Random(SEED)
    clients = Clients(shop, key, stages)
    roles = ("web", "worker")
    try:
        for role in roles:
            shop.start(role)
        shop.wait_until_ready()
        clients.start()
        for number in range(KILLS):
            taken = len(clients.told)
            wait_until(lambda taken=taken: len(clients.told) > taken + 50, shop)
            time.sleep(dice.uniform(0.0, 0.5))
            victims = roles if number % 2 == 0 else (roles[number // 2 % 2],)
            for role in victims:
                shop.kill(role)
            for role in victims:
                shop.start(role)
            shop.wait_until_ready()
        clients.stop()
        wait_until(lambda: not Waiting.objects.exists(), shop)
    finally:
        clients.stopping.set()
        for role in list(shop.running):
            shop.kill(role)

    assert clients.refused == []
    assert clients.again > 0  # a kill did cut somebody off
    told = set(clients.told.values())
    assert len(told) == len(clients.told) == Order.objects.count()
    assert told == set(Order.objects.values_list("id", flat=True))
    for stage in stages:
        end(stage.reload(), current_time())
    settled = Group.objects.filter(state=Group.State.SETTLED).count()
    assert settled > 20
    assert set(Order.objects.values_list("state", flat=True)) <= {Order.State.SETTLED, Order.State.REFUNDED}
    assert Order.objects.filter(state=Order.State.SETTLED).count() == settled  # one winner each
    assert sum(Participation.objects.values_list("joins_total", flat=True)) == len(told)
    assert findings() == []


def wait_until(holds, shop: Shop) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing moved for {PATIENCE} seconds: {shop.errors()}")
