"""From the rules' postings to the ledger's transfers: parties become accounts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinwheel.ledger.accounts import PlanAccounts
from pinwheel.ledger.post import TRANSFER
from pinwheel.market.groups.seats import SeatedOrder, Settled
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import ISSUED, KEPT, MEMBER, PARTIES, REFUND, REFUND_EXTERNAL

FROM_PARTY = np.zeros(max(PARTIES) + 1, dtype=np.int64)
TO_PARTY = np.zeros(max(PARTIES) + 1, dtype=np.int64)
for _reason, (_source, _target) in PARTIES.items():
    FROM_PARTY[_reason], TO_PARTY[_reason] = _source, _target


def batch_transfers(
    accounts: PlanAccounts, settled: Settled, refused: Sequence[SeatedOrder]
) -> NDArray[np.void]:
    """Transfers of a batch: what the settled groups move, and the money back of orders without a seat."""
    used = settled.posted
    rows = np.array(settled.postings.rows[:used], dtype=np.intp)
    holders = np.array(settled.postings.holders[:used], dtype=np.intp)
    orders = np.array([order.id for order in settled.orders], dtype=np.int64)
    posted = party_transfers(
        accounts,
        np.array(settled.postings.reasons[:used], dtype=np.int64),
        np.array(settled.postings.assets[:used], dtype=np.int64),
        np.array(settled.postings.amounts[:used], dtype=np.int64),
        settled.members[holders],
        orders[rows],
    )
    return np.concatenate([posted, refund_transfers(accounts, refused)]) if refused else posted


def refund_transfers(accounts: PlanAccounts, orders: Sequence[SeatedOrder]) -> NDArray[np.void]:
    """The whole payment of each order back, by the route it was paid."""
    route = np.array([order.route for order in orders], dtype=np.int64)
    return party_transfers(
        accounts,
        np.where(route == 1, REFUND_EXTERNAL, REFUND),
        np.full(len(orders), CASH),
        np.array([order.price for order in orders], dtype=np.int64),
        np.array([order.member_id for order in orders], dtype=np.int64),
        np.array([order.id for order in orders], dtype=np.int64),
    )


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
