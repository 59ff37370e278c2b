"""The worker is killed while it tells and sends: nothing is lost, and the inbox has nothing twice."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from pinwheel.config.embedded import embedded_url
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.messages.events import tell
from pinwheel.market.messages.models import Delivery, Event, Message
from stage import Stage, findings

GROUPS = 60
KILLS = 5
RUN = """
import sys, time
from datetime import timedelta
import django
django.setup()
from pinwheel.market.clock import current_time
from pinwheel.market.messages import expand, send
expand.EVENTS, send.AT_ONCE, send.LEASE = 3, 8, timedelta(seconds=1)

class Book:
    def send(self, parcel):
        with open(sys.argv[1], "a") as book:
            book.write(parcel.key + "\\n")
        time.sleep(0.002)
        return parcel.key

send.SENDERS = {number: Book for number in send.SENDERS}
print("ready", flush=True)
while True:
    expand.tell_members(current_time())
    send.send_messages(current_time)
    time.sleep(0.05)
"""


def start(database: str, book: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(book)],
        env=os.environ | {"DATABASE_URL": embedded_url(database), "PINWHEEL_MESSAGE_CHANNELS": "console"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.timeout(200)
def test_killed_workers_lose_nothing_and_tell_nothing_twice(database: str, tmp_path: Path) -> None:
    stage = Stage("ordinary-group", members=30)
    for number in range(3 * GROUPS):
        stage.join(stage.members[number % 30])
    stage.settle()
    tell(raw_cursor(), "daily_dividend", stage.members, 1, stage.now, amounts=[100] * 30)
    expected = 2 * 3 * GROUPS + 30
    book, dice, seen = tmp_path / "book", random.Random(7), []
    for _ in range(KILLS):
        process = start(database, book)
        time.sleep(dice.uniform(0.1, 0.5))
        process.kill()
        process.wait(10)
        sent = Delivery.objects.filter(state=Delivery.State.SENT)
        seen.append((Message.objects.count(), sent.count()))
    assert seen[0] != seen[-1] and seen[0][1] < expected  # killed in the middle, and the next went on

    process = start(database, book)
    try:
        waited = time.monotonic() + 100
        while Event.objects.exists() or Delivery.objects.filter(state=Delivery.State.WAITING).exists():
            assert time.monotonic() < waited, "waited in vain"
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait(10)
    told = Counter(Message.objects.values_list("member_id", "kind", "about"))
    assert len(told) == expected == Message.objects.count() and set(told.values()) == {1}
    deliveries = Delivery.objects.filter(state=Delivery.State.SENT)
    assert deliveries.count() == expected
    handed = Counter(book.read_text().split())
    assert set(handed) == {f"pinwheel-{number}" for number in deliveries.values_list("id", flat=True)}
    again = sum(count - 1 for count in handed.values())
    assert again <= KILLS * 8  # what was in hand at a kill, under the same key
    assert findings(["draws_hold"]) == []
