"""The audit of what plans owe beyond the group: pools, runs of the days, prizes, counters, sponsors."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import psycopg
from django.db.models import Count, Min

from pinwheel.ledger.audit import AT_MOST, Finding
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import business_day, business_zone
from pinwheel.market.days.calendar import pays_daily, releases_daily, versions_sold
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.days.prepare import put_in
from pinwheel.market.groups.models import WinCounter
from pinwheel.market.prizes.services import choices_of
from pinwheel.market.promoters.models import Promoter
from pinwheel.rules.bars import SITTING_OUT
from pinwheel.rules.counters import Counters, count_result
from pinwheel.rules.money import share
from pinwheel.rules.outcomes import DRAWN, assign_outcomes
from pinwheel.rules.promoter import promoter_until
from pinwheel.rules.tables import PlanTables, has_counters

Cursor = psycopg.Cursor[Any]

# Balances of a plan's account in one asset: name, asset.
BALANCE = (
    "(SELECT coalesce(sum(b.amount), 0) FROM ledger_platform_account a JOIN ledger_platform_balance b"
    " ON b.account_id = a.id AND b.asset = {asset} WHERE a.plan = p.plan AND a.name = '{name}')"
)
# Reasons: rules/reasons.py; kinds of runs: days/models.py.
PROMISE_QUERIES: dict[str, tuple[str, str]] = {
    "pool_holds_its_points": (
        "plan's pool does not hold the points that its members have in it",
        "SELECT p.plan FROM (SELECT plan, sum(points) AS points FROM pool_share GROUP BY 1) p"
        f" WHERE p.points <> {BALANCE.format(asset=2, name='pool')}",
    ),
    "pool_shares_are_the_sum_of_moves": (
        "member's points in a pool are not what was moved",
        "SELECT coalesce(s.member_id, m.member_id) FROM pool_share s FULL JOIN"
        " (SELECT plan, member_id, sum(points) AS points FROM pool_move GROUP BY 1, 2) m"
        " ON m.plan = s.plan AND m.member_id = s.member_id"
        " WHERE coalesce(s.points, 0) <> coalesce(m.points, 0)",
    ),
    "moves_are_in_the_books": (
        "move of points or exchange without its one transfer",
        "SELECT m.id FROM (SELECT id, abs(points) AS points,"
        " CASE WHEN points > 0 THEN 20 ELSE 21 END AS reason FROM pool_move"
        " UNION ALL SELECT e.id, e.points, CASE WHEN i.plan = '' THEN 25 ELSE 22 END"
        " FROM pool_exchange e JOIN pool_exchange_item i ON i.id = e.item_id"
        " UNION ALL SELECT id, cash, 26 FROM pool_exchange WHERE cash > 0) m LEFT JOIN"
        " (SELECT about, reason, sum(amount) AS amount, count(*) AS lines FROM ledger_transfer"
        " WHERE reason IN (20, 21, 22, 25, 26) GROUP BY 1, 2) t ON t.about = m.id AND t.reason = m.reason"
        " WHERE t.lines IS DISTINCT FROM 1 OR t.amount <> m.points",
    ),
    "runs_paid_what_they_say": (
        "day's run and its transfers do not agree",
        "SELECT r.id FROM days_run r LEFT JOIN (SELECT about,"
        " sum(amount) FILTER (WHERE reason IN (15, 17, 19)) AS paid,"
        " count(*) FILTER (WHERE reason IN (15, 17, 19)) AS members,"
        " sum(amount) FILTER (WHERE reason = 14) AS used,"
        " sum(amount) FILTER (WHERE reason IN (16, 18)) AS funded"
        " FROM ledger_transfer WHERE reason BETWEEN 14 AND 19 GROUP BY 1) t ON t.about = r.id"
        " WHERE r.paid <> coalesce(t.paid, 0) OR r.members <> coalesce(t.members, 0)"
        " OR (r.kind = 1 AND r.paid <> coalesce(t.used, 0))"
        " OR (r.kind <> 1 AND r.state > 0 AND r.funded <> coalesce(t.funded, 0))",
    ),
    "day_transfers_are_of_runs": (
        "transfer of a release or dividend is about no run of its kind",
        "SELECT t.batch FROM ledger_transfer t LEFT JOIN days_run r ON r.id = t.about"
        " WHERE t.reason BETWEEN 14 AND 19"
        " AND r.kind IS DISTINCT FROM CASE WHEN t.reason < 16 THEN 1 WHEN t.reason < 18 THEN 2 ELSE 3 END",
    ),
    "shares_are_what_was_paid": (
        "dividend's shares are not what its run paid, or more than their part",
        "SELECT r.id FROM days_run r JOIN days_share s ON s.run_id = r.id WHERE r.kind <> 1 AND r.state = 2"
        " GROUP BY r.id HAVING sum(s.amount) <> r.paid OR sum(s.weight) <> r.weight"
        " OR bool_or(s.amount <> div(r.pool::numeric * s.weight, r.weight))",
    ),
    "pools_hold_what_is_left": (
        "plan's pool of a dividend is not what its runs left over",
        "SELECT p.plan FROM (SELECT plan, kind, sum(funded) FILTER (WHERE state > 0) - sum(paid) AS rest"
        " FROM days_run WHERE kind <> 1 GROUP BY 1, 2) p"
        " WHERE coalesce(p.rest, 0) <> CASE WHEN p.kind = 2 THEN "
        + BALANCE.format(asset=0, name="daily_pool")
        + " ELSE "
        + BALANCE.format(asset=0, name="monthly_pool")
        + " END",
    ),
    "days_before_are_done": (
        "day counts as done and a run of it is not",
        "SELECT r.id FROM days_run r JOIN days_plan p ON p.plan = r.plan"
        " WHERE r.kind <> 3 AND r.state <> 2 AND r.day <= p.done_through",
    ),
    "vouchers_were_chosen": (
        "voucher without its choice, or the other way round",
        "SELECT coalesce(v.order_id, c.order_id) FROM prizes_voucher v FULL JOIN"
        " (SELECT order_id, member_id, voucher_value FROM prizes_choice WHERE state = 2) c"
        " ON c.order_id = v.order_id WHERE v.value IS DISTINCT FROM c.voucher_value"
        " OR v.member_id IS DISTINCT FROM c.member_id",
    ),
    "sponsors_form_no_loop": (
        "member stands above themselves",
        "WITH RECURSIVE above AS (SELECT id AS member, sponsor_id AS sponsor FROM members_member"
        " WHERE sponsor_id IS NOT NULL UNION SELECT a.member, m.sponsor_id FROM above a"
        " JOIN members_member m ON m.id = a.sponsor WHERE m.sponsor_id IS NOT NULL)"
        " CYCLE member, sponsor SET is_cycle USING path"
        " SELECT DISTINCT member FROM above WHERE member = sponsor",
    ),
}


def days_have_their_runs(cursor: Cursor) -> Iterator[Finding]:
    """Of a plan that releases or shares every day, each closed day since the first has its run."""
    for days in PlanDays.objects.all():
        versions = [terms_of(version) for version in versions_sold(days.plan)]
        releases, pays = all(map(releases_daily, versions)), any(map(pays_daily, versions))
        for kind, is_on in ((DayRun.Kind.CREDIT_RELEASE, releases), (DayRun.Kind.DAILY_DIVIDEND, pays)):
            runs = DayRun.objects.filter(plan=days.plan, kind=kind).aggregate(
                first=Min("day"), all=Count("id")
            )
            if is_on and runs["all"] and runs["all"] <= (days.closed_through - runs["first"]).days:
                yield Finding("days_have_their_runs", days.plan, f"a day has no run of kind {kind.label}")


def days_owe_what_was_won(cursor: Cursor) -> Iterator[Finding]:
    """Each day's dividend was funded and weighed by the orders that won on the day before."""
    cursor.execute(
        "SELECT v.name, (g.finished_at AT TIME ZONE %s)::date + 1, v.id, o.outcome::int, o.price, count(*)"
        " FROM groups_group g JOIN orders_order o ON o.group_id = g.id AND o.seat > 0"
        " JOIN activities_activity a ON a.id = g.activity_id JOIN plans_version v ON v.id = a.plan_version_id"
        " WHERE g.state = 2 AND o.outcome >= 0 GROUP BY 1, 2, 3, 4, 5",
        (str(business_zone()),),
    )
    owed: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for plan, day, version, outcome, price, orders in cursor.fetchall():
        terms = terms_of(version)
        funded, weight = owed[plan, day]
        funded += put_in(terms, *(np.array([value]) for value in (price, orders, outcome)))
        weight += share(price, terms.plain.class_shares[outcome]) * orders
        owed[plan, day] = [funded, weight]
    for run in DayRun.objects.filter(kind=DayRun.Kind.DAILY_DIVIDEND).iterator():
        won = owed.pop((run.plan, run.day), [0, 0])
        if run.state != DayRun.State.NEW and won != [run.funded, run.weight]:
            yield Finding("days_owe_what_was_won", str(run.pk), "the orders won on the day before differ")
    closed = dict(PlanDays.objects.values_list("plan", "closed_through"))
    for (plan, day), (funded, _) in owed.items():
        if funded and day <= closed.get(plan, date.min):
            yield Finding("days_owe_what_was_won", plan, f"{day} has no run for the orders won before")


def prizes_are_of_winners(cursor: Cursor) -> Iterator[Finding]:
    """Every winning order whose class lets its holder choose has a choice, and no other has one."""
    classes = [
        (activity, outcome)
        for activity, version in Activity.objects.values_list("id", "plan_version_id")
        for outcome, choice in enumerate(choices_of(terms_of(version)))
        if choice is not None
    ]
    cursor.execute(
        "SELECT coalesce(o.id, c.order_id) FROM (SELECT o.id, o.member_id FROM orders_order o"
        " JOIN unnest(%s::bigint[], %s::int[]) AS k (activity_id, outcome)"
        " ON k.activity_id = o.activity_id AND k.outcome = o.outcome WHERE o.outcome >= 0) o"
        " FULL JOIN prizes_choice c ON c.order_id = o.id WHERE o.member_id IS DISTINCT FROM c.member_id"
        f" LIMIT {AT_MOST}",
        ([activity for activity, _ in classes], [outcome for _, outcome in classes]),
    )
    for (order,) in cursor.fetchall():
        yield Finding("prizes_are_of_winners", str(order), "its choice of a prize is missing or not due")


def counters_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every member's win counters are what the settled groups of the plan give, in their order."""
    counted: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * len(Counters._fields))
    for plan, tables, members, bars, drawn, outcomes in settled_in_order(cursor):
        places = [-1] * tables.size
        bars_held = assign_outcomes(tables, 0, [seat - 1 for seat in drawn], bars, places) == DRAWN
        for member, bits, outcome in zip(members, bars, outcomes, strict=True):
            row = counted[member, plan]
            columns = Counters(*([value] for value in row))
            used_up = bars_held and bits & SITTING_OUT != 0
            count_result(tables, 0, used_up, outcome < len(tables.class_counts) - 1, columns)
            row[:] = [column[0] for column in columns]
    for counter in WinCounter.objects.iterator():
        ours = counted.pop((counter.member_id, counter.plan), [0] * len(Counters._fields))
        if [getattr(counter, name) for name in Counters._fields] != ours:
            yield Finding(
                "counters_hold", str(counter.member_id), f"its counters under {counter.plan} differ"
            )
    for member, plan in counted:
        yield Finding("counters_hold", str(member), f"its counters under {plan} are missing")


Settled = tuple[str, PlanTables, list[int], list[int], list[int], list[int]]


def settled_in_order(cursor: Cursor) -> Iterator[Settled]:
    """Plan, tables, members, bars, drawn order and outcomes of each settled group that counts, as settled."""
    versions = dict(Activity.objects.values_list("id", "plan_version_id"))
    counting = [number for number, version in versions.items() if has_counters(terms_of(version).tables)]
    cursor.execute(
        "SELECT g.activity_id, g.seat_members, g.drawn_order, array_agg(o.bars::int ORDER BY o.seat),"
        " array_agg(o.outcome::int ORDER BY o.seat) FROM groups_group g"
        " JOIN orders_order o ON o.group_id = g.id AND o.seat > 0"
        " WHERE g.state = 2 AND g.drawn_order IS NOT NULL AND g.activity_id = ANY(%s)"
        " GROUP BY g.id ORDER BY g.settled_batch, (g.leader_id <> 0), g.draw_number",
        (counting,),
    )
    for activity, members, drawn, bars, outcomes in cursor.fetchall():
        terms = terms_of(versions[activity])
        if len(bars) == terms.tables.size == len(drawn):  # otherwise other checks say so
            yield terms.plan_name, terms.plain, members, bars, drawn, outcomes


def promoters_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every member's promoter days are what the paid joins of the plan give."""
    versions = dict(Activity.objects.values_list("id", "plan_version_id"))
    days = {number: terms_of(version).plan.promoter for number, version in versions.items()}
    making = [number for number, promoter in days.items() if promoter is not None]
    cursor.execute(
        "SELECT activity_id, member_id, paid_at FROM orders_order"
        " WHERE paid_batch <> 0 AND activity_id = ANY(%s) ORDER BY paid_batch, id",
        (making,),  # as they were counted: the clocks of two processes may differ around midnight
    )
    found: dict[tuple[int, str], tuple[int, date]] = {}
    for activity, member, paid_at in cursor.fetchall():
        key, today, rule = (
            (member, terms_of(versions[activity]).plan_name),
            business_day(paid_at),
            days[activity],
        )
        until, last = found.get(key, (0, date.min))
        if rule is not None and last < today:
            added = rule.day_with_join + (0 if key in found else rule.newcomer_days)
            if added:
                found[key] = (promoter_until(until, today.toordinal(), added), today)
    for promoter in Promoter.objects.iterator():
        until, _ = found.pop((promoter.member_id, promoter.plan), (0, date.min))
        if promoter.until.toordinal() != until:
            yield Finding("promoters_hold", str(promoter.member_id), f"its days under {promoter.plan} differ")
    for member, plan in found:
        yield Finding("promoters_hold", str(member), f"its days under {plan} are missing")
