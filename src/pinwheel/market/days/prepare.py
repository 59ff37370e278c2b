"""What a run has to share, and by which weights: fixed once, before anybody is paid."""

from datetime import datetime
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from pinwheel.ledger.binary import copy_in, encode_rows, fetch_columns
from pinwheel.ledger.post import TRANSFER, post
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.days.calendar import ONE_DAY, day_start
from pinwheel.market.days.models import DayRun
from pinwheel.plan.promises import Amount
from pinwheel.rules.assets import CASH
from pinwheel.rules.money import share
from pinwheel.rules.reasons import (
    DAILY_DIVIDEND_FUNDED,
    DAILY_POOL,
    KEPT,
    MONTHLY_DIVIDEND_FUNDED,
    MONTHLY_POOL,
)

Cursor = psycopg.Cursor[Any]
SHARE_COLUMNS = [("run_id", "i8"), ("member_id", "i8"), ("weight", "i8"), ("amount", "i8")]
WON_COLUMNS = [
    ("member_id", "i8"),
    ("version_id", "i8"),
    ("outcome", "i2"),
    ("price", "i8"),
    ("orders", "i8"),
]

# Seats of the plan's groups that were settled from one moment to another.
SETTLED_SEATS = (
    " FROM groups_group g JOIN activities_activity a ON a.id = g.activity_id"
    " JOIN plans_version v ON v.id = a.plan_version_id"
    " WHERE v.name = %s AND g.state = 2 AND g.finished_at >= %s AND g.finished_at < %s"
)


def prepare_release(cursor: Cursor, run: DayRun, now: datetime) -> None:
    """Count the joins that each member had settled on the day that ended."""
    credit = terms_of(run.version_id).plan.credit
    if credit is None or not credit.accelerated_release:
        return
    cursor.execute(
        "INSERT INTO days_share (run_id, member_id, weight, amount)"
        " SELECT %s, member, count(*), 0 FROM (SELECT unnest(g.seat_members) AS member"
        + SETTLED_SEATS  # of a presale not: seats of its group may have been refunded
        + " AND NOT EXISTS (SELECT FROM presale_balance b WHERE b.group_id = g.id)) AS seats"
        " GROUP BY member",
        (run.pk, run.plan, day_start(run.day - ONE_DAY), day_start(run.day)),
    )


def prepare_daily_dividend(cursor: Cursor, run: DayRun, now: datetime) -> None:
    """Fund the pool from yesterday's winning orders, and weigh the winners by the price they won.

    Each order by the plan version that it was sold under.
    """
    won = fetch_columns(
        cursor,
        "SELECT o.member_id, a.plan_version_id AS version_id, o.outcome, o.price, count(*) AS orders"
        + SETTLED_SEATS.replace(" WHERE", " JOIN orders_order o ON o.id = ANY(g.seats) WHERE")
        + " GROUP BY 1, 2, 3, 4 ORDER BY 1",
        WON_COLUMNS,
        (run.plan, day_start(run.day - ONE_DAY), day_start(run.day)),
    )
    weights, funded = np.zeros(len(won["member_id"]), dtype=np.int64), 0
    for version in np.unique(won["version_id"]).tolist():
        terms = terms_of(version)
        ours = won["version_id"] == version
        prices, orders = won["price"][ours].astype(np.int64), won["orders"][ours].astype(np.int64)
        classes = won["outcome"][ours].astype(np.intp)
        weights[ours] = share(prices, terms.tables.class_shares[classes]) * orders
        funded += put_in(terms, prices, orders, classes)
    members, rows = np.unique(won["member_id"].astype(np.int64), return_inverse=True)
    totals = np.zeros(len(members), dtype=np.int64)
    np.add.at(totals, rows, weights)
    write_shares(cursor, run, members[totals > 0], totals[totals > 0])
    fund(cursor, run, funded, DAILY_POOL, DAILY_DIVIDEND_FUNDED, now)


def put_in(
    terms: Terms, prices: NDArray[np.int64], orders: NDArray[np.int64], classes: NDArray[np.intp]
) -> int:
    """What the winning orders among these put into the pool, under the terms they were sold."""
    if not terms.has_draw or terms.plan.dividends is None or terms.plan.dividends.daily is None:
        return 0
    per_win: Amount = terms.plan.dividends.daily.per_win
    is_win = classes < len(terms.tables.class_counts) - 1
    each = per_win.fixed + share(prices[is_win], per_win.ppm)  # type: ignore[arg-type]
    return int((each * orders[is_win]).sum())


def prepare_monthly_dividend(cursor: Cursor, run: DayRun, now: datetime) -> None:
    """Fund the pool with the month's profit, and weigh members by their points in the pool."""
    cursor.execute(
        "INSERT INTO days_share (run_id, member_id, weight, amount)"
        " SELECT %s, member_id, points, 0 FROM pool_share WHERE plan = %s AND points > 0",
        (run.pk, run.plan),
    )
    row = cursor.execute(
        "SELECT coalesce(sum(weight), 0)::bigint FROM days_share WHERE run_id = %s", (run.pk,)
    )
    run.weight = row.fetchone()[0]  # type: ignore[index]
    fund(cursor, run, run.funded, MONTHLY_POOL, MONTHLY_DIVIDEND_FUNDED, now)


def write_shares(cursor: Cursor, run: DayRun, members: NDArray[np.int64], weights: NDArray[np.int64]) -> None:
    """Write who shares in a run, and the weight of all."""
    columns = {"run_id": run.pk, "member_id": members, "weight": weights, "amount": 0}
    if len(members):
        copy_in(cursor, "days_share", SHARE_COLUMNS, encode_rows(SHARE_COLUMNS, columns, len(members)))
    run.weight = int(weights.sum())


def fund(cursor: Cursor, run: DayRun, amount: int, pool: int, reason: int, now: datetime) -> None:
    """Move an amount into the pool; what there is to share then includes what was left over before.

    What an earlier run of the kind has still to pay is not shared again.
    """
    accounts = terms_of(run.version_id).accounts.of_party()
    if amount:
        transfer = np.array([(accounts[KEPT], accounts[pool], CASH, amount, reason, run.pk)], dtype=TRANSFER)
        post(cursor, now, transfer, lock_wallets(cursor, []))
    # One statement: a payment in between would count on one side only.
    row = cursor.execute(
        "SELECT ((SELECT coalesce(sum(amount), 0) FROM ledger_platform_balance"
        " WHERE account_id = %s AND asset = %s) - (SELECT coalesce(sum(pool - paid), 0) FROM days_run"
        " WHERE plan = %s AND kind = %s AND id <> %s AND state <> %s))::bigint",
        (-accounts[pool], CASH, run.plan, run.kind, run.pk, DayRun.State.DONE.value),
    ).fetchone()
    run.funded, run.pool = amount, row[0] if row else 0
