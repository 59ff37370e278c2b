"""The price of a ladder (阶梯拼团). Source: modes page, section 2."""

from pinwheel.rules.mark import Ints, rule


@rule
def price_at(sizes: Ints, prices: Ints, seats: int) -> int:
    """The price in force once so many seats are taken.

    Args:
        sizes: (tiers,) seats from which each tier holds, rising.
        prices: (tiers,) fen, falling.
        seats: seats taken; below the first tier its price is what is paid.
    Returns: fen.
    """
    tier = 0
    while tier + 1 < len(sizes) and seats >= sizes[tier + 1]:
        tier += 1
    return int(prices[tier])
