"""The ledger's monthly partitions, made ahead so that no payment waits for one."""

from datetime import datetime, timedelta

from pinwheel.ledger.post import raw_cursor

AHEAD = 3  # months


def ensure_months(now: datetime) -> None:
    """Make the partitions of this month and those to come."""
    cursor = raw_cursor()
    for month in range(AHEAD + 1):
        cursor.execute("SELECT ledger_ensure_month(%s)", (now + timedelta(days=31 * month),))
