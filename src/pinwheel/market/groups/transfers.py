"""From the rules' postings to the ledger's transfers: parties become accounts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinwheel.ledger.accounts import PlanAccounts
from pinwheel.ledger.post import TRANSFER
from pinwheel.market.groups.seats import PriceCut, SeatedOrder, Settled
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import (
    COUPON_BACK,
    DEPOSIT_BACK,
    ISSUED,
    KEPT,
    MEMBER,
    PARTIES,
    REFUND,
    REFUND_EXTERNAL,
    TIER_REFUND,
    TIER_REFUND_EXTERNAL,
)

FROM_PARTY = np.zeros(max(PARTIES) + 1, dtype=np.int64)
TO_PARTY = np.zeros(max(PARTIES) + 1, dtype=np.int64)
for _reason, (_source, _target) in PARTIES.items():
    FROM_PARTY[_reason], TO_PARTY[_reason] = _source, _target


def batch_transfers(
    accounts: PlanAccounts,
    settled: Settled,
    refused: Sequence[SeatedOrder],
    cuts: Sequence[PriceCut] = (),
) -> NDArray[np.void]:
    """Transfers of a batch: differences given back, what the settled groups move, and the money back of
    orders without a seat.
    """
    used = settled.posted
    rows = np.array(settled.postings.rows[:used], dtype=np.intp)
    holders = np.array(settled.postings.holders[:used], dtype=np.intp)
    orders = np.array([order.id for order in settled.orders], dtype=np.int64)
    reasons = np.array(settled.postings.reasons[:used], dtype=np.int64)
    posted = party_transfers(
        accounts,
        reasons,
        np.array(settled.postings.assets[:used], dtype=np.int64),
        np.array(settled.postings.amounts[:used], dtype=np.int64),
        settled.members[holders],
        orders[rows],
    )
    parts = [cut_transfers(accounts, cuts)] if cuts else []
    parts.append(split_refunds(accounts, posted, settled.orders))
    if refused:
        parts.append(refund_transfers(accounts, refused))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def cut_transfers(accounts: PlanAccounts, cuts: Sequence[PriceCut]) -> NDArray[np.void]:
    """What ladders give back as tiers are reached, by the route it was paid."""
    return party_transfers(
        accounts,
        np.array([TIER_REFUND_EXTERNAL if cut.order.route else TIER_REFUND for cut in cuts], dtype=np.int64),
        np.full(len(cuts), CASH),
        np.array([cut.amount for cut in cuts], dtype=np.int64),
        np.array([cut.order.member_id for cut in cuts], dtype=np.int64),
        np.array([cut.order.id for cut in cuts], dtype=np.int64),
    )


def split_refunds(
    accounts: PlanAccounts, posted: NDArray[np.void], orders: Sequence[SeatedOrder]
) -> NDArray[np.void]:
    """Where a coupon paid a part of the price: of a refund that part goes back to the coupons' account.

    The rules settle every seat by its whole price; who had paid which part of it is told here.
    """
    discounts = {order.id: order.discount for order in orders if order.discount}
    if not discounts:
        return posted
    is_refund = np.isin(posted["reason"], (REFUND, REFUND_EXTERNAL))
    is_split = is_refund & np.isin(posted["about"], list(discounts))
    lines = [(about, discounts[about]) for about in posted["about"][is_split].tolist()]
    if not lines:  # who used one, has its payment kept
        return posted
    posted["amount"][is_split] -= np.array([discount for _, discount in lines], dtype=np.int64)
    return np.concatenate([posted, coupon_lines(accounts, lines)])


def coupon_lines(accounts: PlanAccounts, lines: Sequence[tuple[int, int]]) -> NDArray[np.void]:
    """The coupons' part of refunds, given as (order, fen), back to the coupons' account."""
    source, target = accounts.held, accounts.coupons
    return np.array(
        [(source, target, CASH, discount, COUPON_BACK, order) for order, discount in lines], dtype=TRANSFER
    )


def refund_transfers(accounts: PlanAccounts, orders: Sequence[SeatedOrder]) -> NDArray[np.void]:
    """The whole payment of each order back, by the route it was paid; a coupon's part to its account.

    Of a presale the payment is the deposit: a seat whose balance is paid is never refunded here.
    """
    route = np.array([order.route for order in orders], dtype=np.int64)
    to_balance = np.array([DEPOSIT_BACK if order.deposit else REFUND for order in orders], dtype=np.int64)
    posted = party_transfers(
        accounts,
        np.where(route == 1, REFUND_EXTERNAL, to_balance),
        np.full(len(orders), CASH),
        np.array([order.deposit or order.price for order in orders], dtype=np.int64),
        np.array([order.member_id for order in orders], dtype=np.int64),
        np.array([order.id for order in orders], dtype=np.int64),
    )
    return split_refunds(accounts, posted, orders)


def party_transfers(
    accounts: PlanAccounts, reasons: Any, assets: Any, amounts: Any, members: Any, about: Any
) -> NDArray[np.void]:
    """Transfers with the accounts that their reasons name; cash comes out of what was kept, or goes back."""
    numbers = np.array(accounts.of_party(), dtype=np.int64)
    source = FROM_PARTY[reasons]
    source = np.where((source == ISSUED) & (assets == CASH), KEPT, source)
    target = TO_PARTY[reasons]
    target = np.where((target == ISSUED) & (assets == CASH), KEPT, target)
    transfers = np.empty(len(reasons), dtype=TRANSFER)
    transfers["from_account"] = np.where(source == MEMBER, members, numbers[source])
    transfers["to_account"] = np.where(target == MEMBER, members, numbers[target])
    transfers["asset"] = assets
    transfers["amount"] = amounts
    transfers["reason"] = reasons
    transfers["about"] = about
    return transfers
