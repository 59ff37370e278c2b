"""Paying the shares of a dividend, some members at a time."""

from datetime import datetime
from typing import Any

import numpy as np
import psycopg

from pinwheel.ledger.binary import IntegerArray, fetch_columns
from pinwheel.ledger.post import TRANSFER, post
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.days.models import DayRun
from pinwheel.market.messages.events import tell
from pinwheel.rules.assets import CASH
from pinwheel.rules.dividends import dividend
from pinwheel.rules.reasons import DAILY_DIVIDEND, MONTHLY_DIVIDEND, PARTIES

Cursor = psycopg.Cursor[Any]


def pay_dividends(cursor: Cursor, run: DayRun, chunk: int, now: datetime) -> bool:
    """Pay the next shares of a run, which is locked; True if there were none left."""
    shares = fetch_columns(
        cursor,
        "SELECT member_id, weight FROM days_share WHERE run_id = %s AND member_id > %s"
        " ORDER BY member_id LIMIT %s",
        [("member_id", "i8"), ("weight", "i8")],
        (run.pk, run.position, chunk),
    )
    members = shares["member_id"].astype(np.int64)
    if not len(members):
        return True
    amounts = np.array(
        [dividend(run.pool, weight, run.weight) for weight in shares["weight"].tolist()], dtype=np.int64
    )
    paid = amounts > 0
    if paid.any():
        wallets = lock_wallets(cursor, members[paid])
        is_daily = run.kind == DayRun.Kind.DAILY_DIVIDEND
        reason = DAILY_DIVIDEND if is_daily else MONTHLY_DIVIDEND
        transfers = np.zeros(int(paid.sum()), dtype=TRANSFER)
        transfers["from_account"] = terms_of(run.version_id).accounts.of_party()[PARTIES[reason][0]]
        transfers["to_account"] = members[paid]
        transfers["asset"], transfers["reason"], transfers["about"] = CASH, reason, run.pk
        transfers["amount"] = amounts[paid]
        post(cursor, now, transfers, wallets)
        cursor.execute(
            "UPDATE days_share AS s SET amount = d.amount FROM unnest(%s, %s) AS d (member_id, amount)"
            " WHERE s.run_id = %s AND s.member_id = d.member_id",
            (IntegerArray(members[paid]), IntegerArray(amounts[paid]), run.pk),
        )
        kind = "daily_dividend" if is_daily else "monthly_dividend"
        tell(cursor, kind, members[paid].tolist(), run.pk, now, amounts=amounts[paid].tolist())
    run.position = int(members[-1])
    run.members += int(paid.sum())
    run.paid += int(amounts.sum())
    return False
