"""An activity with a hundred thousand seats ends and is drawn, while others join beside it."""

import threading
import time
from datetime import timedelta
from itertools import count

from bench.ground import bench_database, connection, current_time, make_activities, make_members
from bench.intake import measure, settle_rest, shop
from bench.table import Row
from pinwheel.doors.api.keys import make_key
from pinwheel.ledger.audit import LEDGER_CHECKS
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, end, schedule
from pinwheel.market.audit import audit
from pinwheel.market.catalogue.models import Product
from pinwheel.market.groups.models import ClosingDraw, Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinRequest, request_key
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.plan.load import playbook_text

SEATS = 100_000
AT_ONCE = 2_000
CLIENTS = 8


def filled_activity(members: range) -> Activity:
    """An activity of `draw-on-close` whose groups are full and wait for its end."""
    now = current_time()
    product = Product.objects.create(
        id=new_id(now), code="close", name_zh="茶", name_en="Tea", price=9_90, created_at=now
    )
    plan = playbook_text("draw-on-close").replace("budget: 500.00", "budget: 900000.00")
    activity = create_activity(
        publish_on_stage(plan, None, now), [product], now, now + timedelta(days=1), now
    )
    schedule(activity, now)
    for first in range(0, SEATS, AT_ONCE):
        take_joins(
            [
                JoinRequest(
                    activity_id=activity.pk,
                    member_id=members[number],
                    request_key=request_key("bench closing", str(number)),
                )
                for number in range(first, first + AT_ONCE)
            ],
            current_time(),
        )
        settle_activity(activity.pk, current_time())
    return activity


def run() -> list[Row]:
    """How long the end takes, in how many transactions, and what joins by the same members feel of it."""
    with bench_database():
        members = make_members(200_000)
        closing = filled_activity(members)
        [other] = make_activities(1)
        key = make_key("bench", ["joins:write"], current_time())[1]
        numbers = count(members[0], 5_000)
        with shop():
            measure(key, CLIENTS, next(numbers), "warm-up", [other])
            [quiet] = measure(key, CLIENTS, next(numbers), "quiet", [other])
            beside: list[Row] = []
            load = threading.Thread(
                target=lambda: beside.extend(measure(key, CLIENTS, next(numbers), "beside", [other]))
            )
            load.start()
            time.sleep(1)  # so that the load has begun
            started = time.monotonic()
            end(Activity.objects.get(pk=closing.pk), current_time())
            took = time.monotonic() - started
            load.join()
            settle_rest()
        draw = ClosingDraw.objects.get(pk=closing.pk)
        of_it = Order.objects.filter(activity_id=closing.pk)
        settled = Group.objects.filter(activity_id=closing.pk, state=Group.State.SETTLED).count()
        won = of_it.filter(outcome=0).count()
        batches = of_it.values("settled_batch").distinct().count()
        # The members' opening money is put in by set statements: of the ledger's own checks nothing applies.
        ledger = {check.__name__ for check in LEDGER_CHECKS}
        found = sum(len(findings) for name, findings in audit() if name not in ledger)
        connection.close()
    return [
        Row(
            "the end, drawn and settled",
            took,
            "s",
            f"{len(draw.outcomes)} seats, {settled} groups, {won} winners",
        ),
        Row("seats a second", SEATS / took, "1/s", f"in {batches} transactions of at most {AT_ONCE} seats"),
        quiet._replace(name=f"joins elsewhere, {CLIENTS} clients, before"),
        beside[0]._replace(
            name="joins elsewhere by the same members, beside it",
            note=f"{beside[0].value / quiet.value:.0%} of before; {beside[0].note}",
        ),
        Row("findings of the audit", found, "", "0 expected"),
    ]
