"""Promoter days: how long a join makes its holder a promoter.

Source: modes page, section 7. Days are counted as whole numbers, one a business day.
"""

from pinwheel.rules.mark import rule


@rule
def promoter_until(until: int, today: int, days: int) -> int:
    """The last day on which a member is a promoter, after `days` more.

    Days are added to the end of what is still valid, or start today if nothing is.

    Args:
        until: the last valid day so far; any day before today means none.
        days: 0 leaves it as it is.
    """
    if days <= 0:
        return until
    if until >= today:
        return until + days
    return today + days - 1
