"""Money: the one split, and shares that are rounded down.

Source: modes page, section 0. Amounts in hundredths, rates in parts per million.
"""

from collections.abc import Sequence

from pinwheel.rules.mark import rule

MILLION = 1_000_000


@rule
def share(amount: int, ppm: int) -> int:
    """A rate of an amount, rounded down to the hundredth. Both must not be negative."""
    return amount * ppm // MILLION


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weights so that nothing is lost: floor all, then hand out by largest remainder.

    Ties go to the earlier one; weight 0 gets 0.
    Raises: ValueError if the amount or a weight is negative, or all weights are 0 while the amount is not.
    """
    if amount < 0 or any(weight < 0 for weight in weights):
        raise ValueError("amount and weights must not be negative")
    total = sum(weights)
    if total == 0:
        if amount:
            raise ValueError("nobody to share with: every weight is 0")
        return [0] * len(weights)
    shares = [amount * weight // total for weight in weights]
    left = amount - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for index in by_remainder[:left]:
        shares[index] += 1
    return shares
