"""A process is killed in the middle of a day's run, several times: everybody is paid exactly once."""

import os
import random
import subprocess
import sys
import time

import pytest

from pinwheel.config.embedded import embedded_url
from pinwheel.ledger.models import Wallet
from pinwheel.market.days.models import DayRun
from pinwheel.market.days.services import run_days
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.rules.assets import SHOPPING_CREDIT
from stage import DAY, Stage, findings

MEMBERS = 3_000
KILLS = 5
RUN = """
import sys
from datetime import datetime
import django
django.setup()
from pinwheel.market.days.services import run_days
print("ready", flush=True)
run_days(datetime.fromisoformat(sys.argv[1]), 10)
"""


@pytest.mark.timeout(110)
def test_a_killed_run_goes_on_where_it_was(database: str) -> None:
    stage = Stage(
        "national-group-buy", "{dividends: null, credit: {static_release: 1%}}", members=MEMBERS, cash=0
    )
    adjust_balances(stage.members, SHOPPING_CREDIT, [10_000] * MEMBERS, 0, stage.now)
    later, dice, places = stage.now + 2 * DAY, random.Random(5), []
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, later.isoformat()],
            env=os.environ | {"DATABASE_URL": embedded_url(database)},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(dice.uniform(0.05, 0.4))
        assert process.poll() is None, "it was done before it was killed"
        process.kill()
        process.wait(10)
        places.append(list(DayRun.objects.order_by("day").values_list("members", flat=True)))
    assert places[0] != places[-1] and sum(places[-1]) < 2 * MEMBERS  # killed in the middle, and it went on

    run_days(later)
    assert [run.members for run in DayRun.objects.all()] == [MEMBERS, MEMBERS]
    assert set(Wallet.objects.values_list("shopping_credit", "cash")) == {(10_000 - 100 - 99, 199)}
    assert findings() == []
