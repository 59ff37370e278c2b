"""A real worker process settles what waits and does what the clock brings."""

import os
import subprocess
import sys
import time
from datetime import timedelta

from django.db import connection

from pinwheel.config.embedded import embedded_url
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.messages.models import Delivery, Message
from stage import Stage, findings

PATIENCE = 60  # seconds until the test gives up


def wait_for(stage: Stage, state: int) -> bool:
    """Whether a group of the stage reaches the state in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if Group.objects.filter(activity_id=stage.activity.pk, state=state).exists():
            return True
        time.sleep(0.2)
    return False


def is_told(member: int, count: int) -> bool:
    """Whether a member has so many messages, all sent by the log, in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        sent = Delivery.objects.filter(member_id=member, state=Delivery.State.SENT)
        if sent.count() == count == Message.objects.filter(member_id=member).count():
            return True
        time.sleep(0.2)
    return False


def test_a_worker_settles_expires_and_tells(database: str) -> None:
    full = Stage("leader-five", "{referral: null}", members=5, at=current_time())
    opened = full.join(full.members[0], opens=True)
    for member in full.members[1:]:
        full.join(member, group=opened.group_id)
    overdue = Stage("leader-five", "{referral: null}", members=1, at=current_time() - timedelta(hours=25))
    overdue.join(overdue.members[0], opens=True)

    worker = subprocess.Popen(
        [sys.executable, "-m", "pinwheel", "worker"],
        env=os.environ | {"DATABASE_URL": embedded_url(database), "PINWHEEL_MESSAGE_CHANNELS": "console"},
    )
    try:
        assert wait_for(full, Group.State.SETTLED)
        assert wait_for(overdue, Group.State.EXPIRED)
        assert is_told(full.members[0], 2) and is_told(overdue.members[0], 2)
    finally:
        worker.terminate()
        assert worker.wait(timeout=PATIENCE) == 0
    assert overdue.cash(overdue.members[0]) == 100_000
    assert findings() == []


# As a worker leaves it that was killed while it did what is due: the job runs for ever and holds its lock.
KILLED = (
    "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
    " RETURNING id) INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id)"
    " SELECT 'default', 'pinwheel.doors.worker.jobs.do_what_is_due', 'due', '{\"timestamp\": 1}', 'doing', id"
    " FROM dead"
)


def test_a_killed_workers_job_does_not_stop_the_clock(database: str) -> None:
    overdue = Stage("leader-five", "{referral: null}", members=1, at=current_time() - timedelta(hours=25))
    overdue.join(overdue.members[0], opens=True)
    with connection.cursor() as cursor:
        cursor.execute(KILLED)
    worker = subprocess.Popen(
        [sys.executable, "-m", "pinwheel", "worker"],
        env=os.environ | {"DATABASE_URL": embedded_url(database)},
    )
    try:
        assert wait_for(overdue, Group.State.EXPIRED)
    finally:
        worker.terminate()
        assert worker.wait(timeout=PATIENCE) == 0
