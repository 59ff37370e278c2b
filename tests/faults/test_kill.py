"""Both processes are killed at random moments and started again: nothing is lost or doubled."""

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from crashing import request_of

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import end
from pinwheel.market.cashier.models import Refund, SandboxCharge
from pinwheel.market.clock import current_time
from pinwheel.market.due import run_due
from pinwheel.market.groups.models import Group
from pinwheel.market.members.models import Member
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order, Participation, Waiting
from stage import Stage, findings

HERE = Path(__file__).parent
BOOT = """
import pathlib, sys
sys.path[:0] = sys.argv[1:3]
import django
django.setup()
import crashing
crashing.main(sys.argv[3], sys.argv[4], pathlib.Path(sys.argv[5]), sys.argv[6])
"""
KILLS = 5
SEED = 20261120


class Processes:
    """The two processes, killed with SIGKILL and started again."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.runs = 0

    def start(self, role: str) -> None:
        self.runs += 1
        errors = (self.folder / f"{role}-{self.runs}.errors").open("wb")
        arguments = str(HERE), str(HERE.parent), role, self.database, str(self.folder), str(self.runs)
        command = [sys.executable, "-c", BOOT, *arguments]
        self.running[role] = subprocess.Popen(command, stderr=errors, stdout=errors)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if len(list(self.folder.glob("*.ready"))) == self.runs:
                return
            time.sleep(0.02)
        raise AssertionError(self.errors() or "a process did not start")

    def kill(self, role: str) -> None:
        """No good-bye: SIGKILL. The process must have been alive until now."""
        process = self.running.pop(role)
        assert process.poll() is None, f"{role} ended with {process.returncode}: {self.errors()}"
        process.kill()
        process.wait(10)

    def errors(self) -> str:
        return "\n".join(path.read_text()[-2000:] for path in sorted(self.folder.glob("*.errors")))


def lines(folder: Path, kind: str) -> list[list[str]]:
    """Whole lines only: the last may have been cut by the kill."""
    texts = (path.read_text() for path in sorted(folder.glob(f"*.{kind}")))
    return [line.split() for text in texts for line in text.rpartition("\n")[0].splitlines()]


def run_and_kill(processes: Processes, dice: random.Random) -> None:
    roles = ("joins", "settles")
    for role in roles:
        processes.start(role)
    for number in range(KILLS):
        processes.wait_until_ready()
        time.sleep(dice.uniform(0.15, 0.8))
        victims = roles if number % 2 == 0 else (roles[number // 2 % 2],)
        for role in victims:
            processes.kill(role)
        if number < KILLS - 1:
            for role in victims:
                processes.start(role)
    for role in list(processes.running):
        processes.kill(role)


@pytest.mark.timeout(110)
def test_after_five_kills_every_order_is_at_its_one_end(database, tmp_path):
    at = current_time() - timedelta(minutes=1)
    changes = "{group.size: 4, draw.seat_rules: [], limits.joins_per_day: null}"
    stages = [
        Stage("draw-on-fill", changes, stock=stock, members=12, cash=10**9, at=at) for stock in (None, 10**6)
    ]
    processes = Processes(database, tmp_path)
    try:
        run_and_kill(processes, random.Random(SEED))
    finally:
        for role in list(processes.running):
            processes.kill(role)

    told = {key: int(order) for key, order in lines(tmp_path, "told")}
    asked = [key for (key,) in lines(tmp_path, "asked")]
    assert len(told) > 50, processes.errors()
    every_answer_is_an_order(told, asked)
    drain(stages, asked)
    every_order_has_one_end(stages)
    assert findings() == []  # the draws as well: all were made by draw-v1


def every_answer_is_an_order(told: dict[str, int], asked: list[str]) -> None:
    """Before anything is repaired: what a client was told is there, once; what it was not may be or not."""
    activities = list(Activity.objects.order_by("id").values_list("id", flat=True))
    members = list(Member.objects.order_by("id").values_list("id", flat=True))
    by_key = dict(Order.objects.values_list("request_key", "id"))
    assert len(by_key) == Order.objects.count()
    for key, order in told.items():
        assert by_key.get(request_of(key, activities, members).request_key) == order, key
    keys = {request_of(key, activities, members).request_key for key in asked}
    assert set(by_key) <= keys


def drain(stages: list[Stage], asked: list[str]) -> None:
    """Clients that were not answered ask again; then the activities end and refunds are sent."""
    activities = list(Activity.objects.order_by("id").values_list("id", flat=True))
    members = list(Member.objects.order_by("id").values_list("id", flat=True))
    before = Order.objects.count()
    answers = [take_joins([request_of(key, activities, members)], current_time())[0] for key in asked]
    assert Order.objects.count() == before + sum(not answer.is_replay for answer in answers)
    later = current_time() + timedelta(minutes=31)
    run_due(later)
    for stage in stages:
        end(stage.reload(), later)
    while Refund.objects.filter(state=Refund.State.WAITING).exists():
        run_due(later)


def every_order_has_one_end(stages: list[Stage]) -> None:
    settled = Group.objects.filter(state=Group.State.SETTLED)
    assert settled.count() > 5
    ends = {Order.State.SETTLED, Order.State.REFUNDED, Order.State.LAPSED}
    assert set(Order.objects.values_list("state", flat=True)) <= ends
    assert not Waiting.objects.exists()
    paid = Order.objects.exclude(state=Order.State.LAPSED)
    assert sum(Participation.objects.values_list("joins_total", flat=True)) == paid.count()
    back = paid.filter(route=Order.Route.EXTERNAL, state=Order.State.REFUNDED)
    assert sum(SandboxCharge.objects.values_list("refunded", flat=True)) == 10_000 * back.count()
    kept = paid.filter(state=Order.State.SETTLED).count()
    assert kept == settled.count()  # one winner each, so no group was settled twice
    limited = stages[1]
    assert limited.left() == 10**6 - paid.filter(activity_id=limited.activity.pk, state=3).count()
