"""Dividends: a pool shared by weights, and the calendar of the monthly pool.

Source: modes page, section 6. Amounts in hundredths.
"""

from pinwheel.rules.mark import rule

OPEN, IN_ONLY, FROZEN = 0, 1, 2


@rule
def dividend(pool: int, weight: int, total: int) -> int:
    """One share of a pool, rounded down; what rounding leaves over stays in the pool for the next period.

    Args:
        weight, total: this member's weight and all weights together; total must be positive.
    """
    return pool * weight // total


@rule
def pool_phase(day: int, open_until: int, in_only_until: int) -> int:
    """OPEN, IN_ONLY or FROZEN on a day of the month (1 to 31)."""
    if day <= open_until:
        return OPEN
    if day <= in_only_until:
        return IN_ONLY
    return FROZEN
