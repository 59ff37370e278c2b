"""A presale: a deposit takes the seat, the balance is paid once the group is full.

Source: modes page, section 11 (预售拼购). The deposit is 订金: it is held, and goes back in full unless
the balance is paid. It is no earnest money that a buyer could forfeit.
"""

from typing import Annotated

from pydantic import AfterValidator

from pinwheel.plan import amounts, values
from pinwheel.plan.base import Part
from pinwheel.plan.promises import Amount, WrittenAmount
from pinwheel.plan.values import refused
from pinwheel.rules.money import share

EARNEST_MONEY = "定金"  # what a buyer forfeits: never said of a deposit that is returned
DEPOSIT_ALLOWED = (
    "an amount above 0 in yuan, as 20.00, or a rate of the price above 0% and below 100%, as 20%",
    "大于 0 的金额（元，例如 20.00），或价格的 0% 与 100% 之间的比例（例如 20%）",
)


def _is_a_part(amount: Amount) -> Amount:
    if amount.fixed > 0 or 0 < amount.ppm < amounts.PPM:
        return amount
    raise refused(*DEPOSIT_ALLOWED, found=amounts.format_rate(amount.ppm) if amount.ppm else "0.00")


class Presale(Part):
    """Pay a part now and the rest later.

    Attributes:
        deposit: what a join pays: an amount (fen), or a rate (ppm) of the price.
        balance_within: seconds from the filling of the group in which the rest is to be paid.
    """

    deposit: Annotated[WrittenAmount, AfterValidator(_is_a_part)]
    balance_within: values.Seconds


def deposit_of(presale: Presale | None, price: int) -> int:
    """Fen that a join pays at first where there is a presale, rounded down; 0: it pays all at once."""
    return presale.deposit.fixed + share(price, presale.deposit.ppm) if presale else 0


def is_part_of(presale: Presale, price: int) -> bool:
    """Whether at this price (fen) both the deposit and the balance are something."""
    return 0 < deposit_of(presale, price) < price
