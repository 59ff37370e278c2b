"""The money of an after-sale: back by the route it came, and the order's rewards with it."""

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from pinwheel.ledger.accounts import PlanAccounts
from pinwheel.ledger.statements import lines_about
from pinwheel.ledger.wallets import LockedWallets
from pinwheel.market.aftersales.debts import REWARDS
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.cashier.models import Payment
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.groups.transfers import party_transfers
from pinwheel.market.ids import new_ids
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import RETURN_REFUND, RETURN_REFUND_EXTERNAL, REVERSED
from pinwheel.rules.reversal import reversed_by

Cursor = psycopg.Cursor[Any]


class Reversal(NamedTuple):
    """What goes back of one asset, in hundredths: taken now, and owed because the member lacks it."""

    asset: int
    taken: int
    owed: int


class Way(NamedTuple):
    """What of a refund goes back by one payment of an order: fen, and the payment's part and route."""

    part: int  # of Payment.Part
    route: int  # of Order.Route
    amount: int


def ways_back(order: Order, refunded: int, amount: int) -> list[Way]:
    """By which payments `amount` fen go back, `refunded` of the order having gone before.

    Of a presale the balance goes first and the deposit last, each by the route it was paid.
    """
    balance = balance_of(order)
    if balance is None:
        return [Way(Payment.Part.JOIN, order.route, amount)]
    of_balance = min(amount, max(0, balance.amount - refunded))
    ways = [
        Way(Payment.Part.BALANCE, balance.route, of_balance),
        Way(Payment.Part.JOIN, order.route, amount - of_balance),
    ]
    return [way for way in ways if way.amount]


def balance_of(order: Order) -> Balance | None:
    """The balance of a presale order; None where all was paid at once."""
    return Balance.objects.filter(pk=order.pk).first() if order.deposit else None


def granted_by(order: Order) -> dict[int, int]:
    """Hundredths that an order's settlement gave its member as rewards, by asset."""
    given: dict[int, int] = {}
    for line in lines_about(order.member_id, order.settled_batch, order.pk):
        if line.reason in REWARDS:
            given[line.asset] = given.get(line.asset, 0) + line.amount
    return given


def decide_reversals(
    order: Order, parcel: Delivery, ways: list[Way], wallets: LockedWallets
) -> list[Reversal]:
    """What a refund reverses; cash is also taken out of what goes to the balance."""
    amount = sum(way.amount for way in ways)
    to_balance = sum(way.amount for way in ways if way.route == Order.Route.BALANCE)
    [row] = wallets.rows_of([order.member_id])
    reversals = []
    for asset, granted in sorted(granted_by(order).items()):
        due = reversed_by(granted, parcel.paid, parcel.refunded, amount)
        held = int(wallets.balances[row, asset])
        if asset == CASH:
            held += to_balance
        if due:
            reversals.append(Reversal(asset, min(due, held), max(0, due - held)))
    return reversals


def refund_transfers(
    accounts: PlanAccounts, order: Order, ways: list[Way], reversals: list[Reversal]
) -> NDArray[np.void]:
    """The refund and what it reverses; every transfer is about the order."""
    taken = [reversal for reversal in reversals if reversal.taken]
    back = [RETURN_REFUND_EXTERNAL if way.route == Order.Route.EXTERNAL else RETURN_REFUND for way in ways]
    reasons = [*back, *(REVERSED for _ in taken)]
    return party_transfers(
        accounts,
        np.array(reasons, dtype=np.int64),
        np.array([*(CASH for _ in ways), *(reversal.asset for reversal in taken)], dtype=np.int64),
        np.array([*(way.amount for way in ways), *(reversal.taken for reversal in taken)], dtype=np.int64),
        np.full(len(reasons), order.member_id, dtype=np.int64),
        np.full(len(reasons), order.pk, dtype=np.int64),
    )


def write_debts(aftersale: AfterSale, plan: str, reversals: list[Reversal], now: datetime) -> None:
    """Note what the member did not hold any more."""
    owed = [reversal for reversal in reversals if reversal.owed]
    if not owed:
        return
    Debt.objects.bulk_create(
        Debt(
            id=debt_id,
            aftersale=aftersale,
            order_id=aftersale.order_id,
            member_id=aftersale.member_id,
            plan=plan,
            asset=reversal.asset,
            amount=reversal.owed,
            left=reversal.owed,
            made_at=now,
        )
        for debt_id, reversal in zip(new_ids(now, len(owed)), owed, strict=True)
    )
