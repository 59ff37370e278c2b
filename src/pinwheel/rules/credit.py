"""Daily release of shopping credit, static and accelerated.

Source: modes page, section 5. Amounts in hundredths, rates in parts per million.
"""

from pinwheel.rules.mark import rule
from pinwheel.rules.money import MILLION


@rule
def daily_release(balance: int, held: int, static_ppm: int, accelerated_ppm: int, joins: int) -> int:
    """What is released of one balance at the start of a business day, rounded down.

    Args:
        balance: credit as the day began.
        held: credit that is there now; no more than that is released.
        joins: settled on the day that ended.
    """
    released = balance * (static_ppm + joins * accelerated_ppm) // MILLION
    return max(0, min(released, balance, held))
