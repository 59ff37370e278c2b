"""A shop with many activities at once: how long its pages and lists take at the server.

Everything is put in by set statements, so of the audit nothing applies here. Pages are asked for through
Django's own client: no network, one request at a time. "Nothing kept" is a request after everything that is
kept for some seconds was forgotten. `SHELVES_PART=0.01` makes everything a hundredth.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import median
from typing import NamedTuple

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bench.ground import (
    FIRST_MEMBER,
    bench_database,
    connection,
    current_time,
    make_activities,
    make_members,
    with_budget,
)
from bench.table import Row
from pinwheel.doors.storefront.sessions import MEMBER_KEY, PRINT_KEY, password_print
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.activities.stopping import carry_on_stops, confirm_stop, propose_stop
from pinwheel.market.catalogue.models import Product
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import ACTIVITY, GROUP, MEMBER, ORDER, new_id, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinRequest, JoinResult, request_key
from pinwheel.market.orders.result_files import result_lines
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.load import playbook_text

PART = float(os.environ.get("SHELVES_PART", "1"))
ACTIVITIES = max(20, int(1_000 * PART))
OPEN_GROUPS = int(100_000 * PART)
ORDERS = int(1_000_000 * PART)
MEMBERS = int(200_000 * PART)
SIZE, TAKEN = 5, 2  # of leaders' groups: seats, and those taken in groups that are open
STOPPED = int(20_000 * PART)  # open groups of an activity that is stopped
ROUNDS = int(os.environ.get("SHELVES_ROUNDS", "20"))
LIMIT = 200  # ms: what a page may take
PLANS = ("leader-five", "draw-on-fill", "national-group-buy", "leader-five")
STEP = 1 << 21  # from one id to the next: a millisecond

# Copies of an activity on sale, with their products. Activity number 0 is the busy one.
MORE_ACTIVITIES = (
    "INSERT INTO activities_activity (id, title_zh, title_en, state, price, starts_at, ends_at, created_at,"
    " plan_version_id, takes_coupons) SELECT a.id + n, a.title_zh || n, a.title_en || ' ' || n, a.state,"
    " a.price, a.starts_at, a.ends_at, a.created_at, a.plan_version_id, false FROM activities_activity a,"
    " generate_series(1, %s) AS n WHERE a.id = %s"
)
MORE_OFFERS = (
    'INSERT INTO activities_activity_product (activity_id, product_id, sku_id, "left", position)'
    " SELECT a.id, p.product_id, NULL, NULL, p.position FROM activities_activity a,"
    " activities_activity_product p WHERE p.activity_id = %s AND a.id > %s AND a.id <= %s"
)
# Settled groups are 0 … over - 1, open ones follow. Three of ten are of the busy activity, ids[1].
SHELF = (
    "CREATE TEMPORARY TABLE shelf AS SELECT n, %(base)s + n * %(step)s::bigint AS id,"
    " (%(ids)s::bigint[])[CASE WHEN n %% 10 < 3 THEN 1 ELSE 2 + (n / 10 * 7 + n %% 10 - 3) %% %(others)s END]"
    " AS activity_id, n >= %(over)s AS is_open,"
    " CASE WHEN n < %(over)s THEN n * %(size)s"
    " ELSE %(over)s::bigint * %(size)s + (n - %(over)s) * %(taken)s END AS first,"
    " CASE WHEN n < %(over)s THEN %(size)s ELSE %(taken)s END AS taken"
    " FROM generate_series(0::bigint, %(groups)s - 1) AS n"
)
GROUPS = (
    "INSERT INTO groups_group (id, activity_id, draw_number, leader_id, size, taken, state, seats,"
    " seat_members, held_members, committed_at, opened_at, expires_at, finished_at, commit, sealed_seed,"
    " server_seed, settled_batch) SELECT s.id, s.activity_id,"
    " 100 + row_number() OVER (PARTITION BY s.activity_id ORDER BY n),"
    " %(member)s + s.first %% %(members)s, %(size)s, s.taken, CASE WHEN is_open THEN 0 ELSE 2 END,"
    " ARRAY(SELECT %(order)s + (s.first + k) * %(step)s FROM generate_series(0, s.taken - 1) AS k),"
    " ARRAY(SELECT %(member)s + (s.first + k) %% %(members)s FROM generate_series(0, s.taken - 1) AS k),"
    " '{}', now() - interval '2 days', now() - interval '1 hour', now() + interval '23 hours',"
    " CASE WHEN NOT is_open THEN now() - make_interval(secs => n %% 86400) END, sha256(n::text::bytea),"
    " sha256(n::text::bytea) || sha256('x'), CASE WHEN NOT is_open THEN sha256(n::text::bytea) END,"
    " CASE WHEN is_open THEN 0 ELSE 1 END FROM shelf s"
)
FILL_ORDERS = (
    "INSERT INTO orders_order (id, activity_id, member_id, product_id, group_id, price, refunded,"
    " created_at, paid_at, request_key, request_print, paid_batch, settled_batch, state, route,"
    " flags, seat, outcome, bars) SELECT %(order)s + (s.first + k) * %(step)s, s.activity_id,"
    " %(member)s + (s.first + k) %% %(members)s, %(product)s, s.id, 10000,"
    " CASE WHEN is_open OR k = 0 THEN 0 ELSE 10000 END,"
    " now() - make_interval(secs => (n %% 86400)::int), now() - make_interval(secs => (n %% 86400)::int),"
    " gen_random_uuid(), 0, 1, CASE WHEN is_open THEN 0 ELSE 1 END,"
    " CASE WHEN is_open THEN 2 WHEN k = 0 THEN 3 ELSE 4 END, 0, 0, k + 1,"
    " CASE WHEN is_open THEN -1 WHEN k = 0 THEN 0 ELSE 1 END, 0"
    " FROM shelf s, generate_series(0, s.taken - 1) AS k"
)
# Some wait for a seat and some for their payment, all of the last activity.
ON_THE_WAY = (
    "INSERT INTO orders_order (id, activity_id, member_id, product_id, group_id, price, refunded,"
    " created_at, request_key, request_print, state, route, flags, paid_batch, settled_batch, seat,"
    " outcome, bars) SELECT %(order)s + (%(orders)s + n) * %(step)s, %(last)s, %(member)s + n %% %(members)s,"
    " %(product)s, 0, 10000, 0, now(), gen_random_uuid(), 0, n %% 2, n %% 2, 0, 0, 0, 0, -1, 0"
    " FROM generate_series(1::bigint, %(way)s) AS n"
)
UNPAID = (
    "INSERT INTO orders_unpaid (order_id, member_id, activity_id, group_id, hold_until)"
    " SELECT id, member_id, activity_id, 0, now() + interval '1 hour' FROM orders_order WHERE state = 0"
)
WAITING = (
    "INSERT INTO orders_waiting (activity_id, order_id, member_id, group_id, price, paid_at, route, flags)"
    " SELECT activity_id, id, member_id, 0, price, now(), 0, 0 FROM orders_order WHERE state = 1"
)
PARCELS = (
    "INSERT INTO delivery_parcel (order_id, member_id, activity_id, product_id, paid, made_at, state)"
    " SELECT id, member_id, activity_id, product_id, price, now(), 1"
    " FROM orders_order WHERE state = 3"
)


class Shelves(NamedTuple):
    """What is on sale. `busy` has three of ten groups."""

    busy: Activity
    activities: list[int]
    groups: list[int]
    orders: list[int]


def activities() -> list[int]:
    """Running activities of several plans; the busy one first."""
    now = current_time()
    product = Product.objects.create(
        id=new_id(now), code="shelf", name_zh="茶", name_en="Tea", price=100_00, created_at=now
    )
    found: list[int] = []
    for playbook in PLANS:
        version = publish_on_stage(with_budget(playbook_text(playbook)), None, now)
        first = create_activity(version, [product], now, None, now)
        schedule(first, now)
        more = ACTIVITIES // len(PLANS) - 1
        with connection.cursor() as cursor:
            cursor.execute(MORE_ACTIVITIES, (more, first.pk))
            cursor.execute(MORE_OFFERS, (first.pk, first.pk, first.pk + more))
        found += range(first.pk, first.pk + more + 1)
        time.sleep(0.01)  # ids carry their millisecond
    return found


def fill(members: range) -> Shelves:
    """Activities, open and settled groups, and their orders."""
    ids = activities()
    leaders = [n for n in ids if Activity.objects.get(pk=n).plan_version.name == "leader-five"]
    open_seats = OPEN_GROUPS * TAKEN
    groups = OPEN_GROUPS + (ORDERS - open_seats) // SIZE
    now = current_time()
    facts = {
        "base": new_id(now) - groups * STEP,
        "order": new_id(now) - (ORDERS + 100_000) * STEP,
        "step": STEP,
        "ids": leaders,
        "others": len(leaders) - 1,
        "over": groups - OPEN_GROUPS,
        "groups": groups,
        "taken": TAKEN,
        "size": SIZE,
        "member": members[0],
        "members": len(members),
        "product": Product.objects.get().pk,
        "orders": ORDERS,
        "way": ORDERS // 100,
        "last": ids[ACTIVITIES // len(PLANS)],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (SHELF, GROUPS, FILL_ORDERS, ON_THE_WAY, UNPAID, WAITING, PARCELS):
            cursor.execute(statement, facts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    some = list(Group.objects.filter(taken__gt=0).values_list("id", flat=True)[:: max(1, groups // 200)])
    orders = list(Order.objects.order_by("id").values_list("id", flat=True)[:200])
    return Shelves(Activity.objects.get(pk=leaders[0]), ids, some, orders)


Ask = Callable[[], object]


class Queries:
    """Counts what a page asks the database, and how long that takes."""

    def __init__(self) -> None:
        self.count, self.seconds, self.slowest = 0, 0.0, (0.0, "")

    def __call__(self, execute: Ask, query: str, *arguments: object) -> object:
        started = time.perf_counter()
        try:
            return execute(query, *arguments)  # type: ignore[call-arg]
        finally:
            took = time.perf_counter() - started
            self.count, self.seconds = self.count + 1, self.seconds + took
            self.slowest = max(self.slowest, (took, query))


def timed(name: str, ask: Ask) -> Row:
    """Milliseconds at the server: the median, and how long all but one of twenty take."""
    ask()  # what a fresh process compiles
    gc.collect()
    gc.freeze()  # as the web process does once it has loaded everything
    cache.clear()
    started = time.perf_counter()
    ask()
    cold = 1000 * (time.perf_counter() - started)
    times, busy, queries = [], 0.0, Queries()
    for _ in range(ROUNDS):
        started, used = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(queries):
            ask()
        busy += 1000 * (time.process_time() - used)
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    p95 = times[int(0.95 * len(times))]
    asked = f"{queries.count / ROUNDS:.0f} queries {1000 * queries.seconds / ROUNDS:.0f} ms"
    said = f"p95 {p95:,.0f} ms, nothing kept {cold:,.0f} ms; processor {busy / ROUNDS:.0f} ms, {asked}"
    if p95 >= LIMIT:
        said += f"; OVER {LIMIT} ms"
    if os.environ.get("SHELVES_QUERIES") and queries.slowest[0] > 0.03:
        print(f"{name}: {1000 * queries.slowest[0]:.0f} ms: {queries.slowest[1]}", file=sys.stderr)
    return Row(name, median(times), "ms", said)


def getter(client: Client, addresses: Iterator[str]) -> Ask:
    def ask() -> None:
        answer = client.get(next(addresses))
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} {answer.request['PATH_INFO']}")

    return ask


def shop_rows(shelves: Shelves) -> list[Row]:
    """The member's pages."""
    member = Member.objects.get(pk=FIRST_MEMBER + 7)
    client = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    session = client.session
    session[MEMBER_KEY], session[PRINT_KEY] = member.pk, password_print(member)
    session.save()
    busy = f"/activities/{to_text(ACTIVITY, shelves.busy.pk)}"
    others = [f"/activities/{to_text(ACTIVITY, number)}" for number in shelves.activities[3::41]]
    groups = [f"/groups/{to_text(GROUP, number)}" for number in shelves.groups]
    pages = {
        "home": ["/"],
        "the busy activity": [busy],
        "its changing part": [f"{busy}/live"],
        "other activities": others,
        "a group": groups,
        **{f"own orders, {tab}": [f"/orders?tab={tab}"] for tab in ("all", "unpaid", "forming", "to_ship")},
    }
    return [timed(f"shop: {name}", getter(client, cycle(paths))) for name, paths in pages.items()]


def console_rows(shelves: Shelves) -> list[Row]:
    """The operator's lists, with every tab and search."""
    client = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    client.force_login(Operator.objects.create_superuser("bench", "", "bench-pass-phrase"))
    lists = {
        kind: reverse(f"admin:{kind}_changelist")
        for kind in ("activities_activity", "orders_order", "groups_group")
    }
    orders, groups, shown = lists["orders_order"], lists["groups_group"], lists["activities_activity"]
    order = shelves.orders[7]
    found = {
        "order": to_text(ORDER, order),
        "member": to_text(MEMBER, FIRST_MEMBER + 7),
        "group": to_text(GROUP, shelves.groups[3]),
        "activity": to_text(ACTIVITY, shelves.busy.pk),
        "phone": str(Member.objects.get(pk=FIRST_MEMBER + 7).phone),
    }
    pages = {
        "overview": [reverse("admin:index")],
        "activities": [shown],
        **{f"activities, state {n}": [f"{shown}?state={n}"] for n in range(4)},
        "activities, search": [f"{shown}?q=9"],
        "an activity": [reverse("admin:activities_activity_change", args=[shelves.busy.pk])],
        "an activity, stop": [reverse("admin:activities_activity_stop", args=[shelves.busy.pk])],
        "orders": [orders],
        "orders, older": [f"{orders}?before={order + 100_000 * STEP}"],
        **{f"orders, state {n}": [f"{orders}?state={n}"] for n in range(6)},
        **{f"orders, route {n}": [f"{orders}?route={n}"] for n in range(2)},
        **{f"orders, by {kind}": [f"{orders}?q={term}"] for kind, term in found.items()},
        "orders of an activity": [f"{orders}?activity_id={shelves.busy.pk}"],
        "orders of an activity, state 2": [f"{orders}?activity_id={shelves.busy.pk}&state=2"],
        "groups": [groups],
        **{f"groups, state {n}": [f"{groups}?state={n}"] for n in (0, 1, 2, 3, 4, 5, 100)},
        "groups of an activity": [f"{groups}?activity_id={shelves.busy.pk}"],
        "groups of an activity, forming": [f"{groups}?activity_id={shelves.busy.pk}&state=0"],
    }
    return [timed(f"console: {name}", getter(client, cycle(paths))) for name, paths in pages.items()]


def export_rows(shelves: Shelves) -> list[Row]:
    """The results of the busy activity: how soon they begin, and how fast they come."""
    started = time.perf_counter()
    lines = result_lines(shelves.busy.pk)
    rows = next(lines).count("\n")
    first = 1000 * (time.perf_counter() - started)
    for part in lines:
        rows += part.count("\n")
    took = time.perf_counter() - started
    return [
        Row("results: first lines", first, "ms"),
        Row("results: rows", rows / took, "1/s", f"{rows:,} rows in {took:,.1f} s"),
    ]


def stop_rows(members: range) -> list[Row]:
    """An activity with many open groups, made by joins, is stopped; other joins go on between its batches."""
    stopped, other = make_activities(2, "leader-five")
    joins = [join(stopped, member, number) for number, member in enumerate(members[:STOPPED])]
    for first in range(0, len(joins), 1000):
        take_joins(joins[first : first + 1000], current_time())
        settle_activity(stopped.pk, current_time())
    proposes, confirms = (Operator.objects.create_user(name) for name in ("proposes", "confirms"))
    stop = propose_stop(stopped.pk, "bench", proposes, current_time())
    confirm_stop(stop.pk, confirms, current_time())
    waits: list[float] = []

    def join_beside() -> bool:
        started = time.perf_counter()
        [answer] = take_joins([join(other, members[-1 - len(waits)], len(waits))], current_time())
        waits.append(1000 * (time.perf_counter() - started))
        return isinstance(answer, JoinResult)

    started = time.monotonic()
    carry_on_stops(current_time, join_beside)
    took = time.monotonic() - started
    stop.refresh_from_db()
    waits.sort()
    said = f"{stop.groups_closed:,} groups, {format_amount(stop.refunded)} yuan in {took:,.1f} s"
    note = f"{len(waits)} joins, one after each batch; the slowest {waits[-1]:,.0f} ms"
    return [
        Row("a stop: groups refunded", stop.groups_closed / took, "1/s", said),
        Row("joins elsewhere meanwhile", median(waits), "ms", note),
    ]


def join(activity: Activity, member: int, number: int) -> JoinRequest:
    key = request_key(f"bench shelves {activity.pk}", str(number))
    return JoinRequest(activity_id=activity.pk, member_id=member, request_key=key, opens_group=True)


def run() -> list[Row]:
    """Fill, ask, say how busy the machine was."""
    load = os.getloadavg()[0]
    with bench_database():
        started = time.monotonic()
        shelves = fill(make_members(MEMBERS))
        took = time.monotonic() - started
        rows = [*shop_rows(shelves), *console_rows(shelves), *export_rows(shelves)]
        connection.close()
    with bench_database():
        rows += stop_rows(make_members(2 * STOPPED + 1000))
        connection.close()
    size = f"{ACTIVITIES:,} activities, {OPEN_GROUPS:,} open groups, {ORDERS:,} orders"
    note = f"{size}; load {load:.1f} before, {os.getloadavg()[0]:.1f} after"
    return [Row("filled", took, "s", note), *rows]
