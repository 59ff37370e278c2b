"""Paying the balance of a presale order, and what becomes of deposits whose balance was not paid in time.

One at a time per activity, as everything that settles: the activity's lock is taken first, then stock, the
group, the balance, the wallet. So a balance is paid or its deposit goes back, never both, and never twice.
"""

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import psycopg
from django.db import transaction

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import TRANSFER, post, raw_cursor
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.refunds import request_balance_refund
from pinwheel.market.coupons.giving import coupons_given
from pinwheel.market.days.closing import settled_not_before
from pinwheel.market.groups import load, write
from pinwheel.market.groups.transfers import refund_transfers
from pinwheel.market.members.models import Member
from pinwheel.market.messages.events import Fact, orders_met, tell
from pinwheel.market.orders.decide import moment_text
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.settling import (
    finish_groups_that_are_over,
    lock_filled_groups,
    lock_stock,
    seated_order,
    settle_order,
)
from pinwheel.market.refusals import Refused
from pinwheel.market.wake import tell_watchers
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import BALANCE_EXTERNAL, REFUND_EXTERNAL

Cursor = psycopg.Cursor[Any]
AT_ONCE = 200  # deposits a transaction
State = Balance.State


class Locked(NamedTuple):
    """A presale order and its balance, locked."""

    activity: Activity
    terms: Terms
    order: Order
    balance: Balance


def pay_balance(order_id: int, member_id: int, now: datetime) -> Order:
    """Pay the balance from the member's cash; the order settles with it. Again: it is paid once.

    Raises: Refused not_found, balance_over, insufficient_balance, member_frozen.
    """
    found = Order.objects.filter(pk=order_id, member_id=member_id, deposit__gt=0).first()
    if found is None:
        raise Refused("not_found")
    activity = Activity.objects.get(pk=found.activity_id)
    coupons_given(terms_of(activity.plan_version_id), now)  # their templates are made before the transaction
    with transaction.atomic():
        cursor = raw_cursor()
        locked = lock_balance(cursor, activity, order_id)
        if locked.balance.state == State.PAID:
            return locked.order
        refuse_over(locked.balance, now)
        wallets = lock_wallets(cursor, [member_id])
        held = int(wallets.balances[0, CASH])
        if held < locked.balance.amount:
            raise Refused(
                "insufficient_balance",
                {"needed": format_amount(locked.balance.amount), "held": format_amount(held)},
            )
        if Member.objects.filter(pk=member_id, is_frozen=True).exists():
            raise Refused("member_frozen")

        # After this point it must succeed.
        now = settled_not_before(cursor, locked.terms.plan_name, now)
        settle_order(cursor, *locked, Order.Route.BALANCE, wallets, now)
        tell_watchers(cursor, {activity.pk})
    return locked.order


def refuse_over(balance: Balance, now: datetime) -> None:
    """Raises: Refused balance_over."""
    if balance.state == State.OVER or now >= balance.due_at:
        raise Refused("balance_over", {"until": moment_text(balance.due_at)})


def lock_balance(cursor: Cursor, activity: Activity, order_id: int) -> Locked:
    """The order and its balance, locked after the activity and the group.

    Raises: Refused not_found while no balance is asked for.
    """
    load.lock_activity(cursor, activity.pk)
    lock_stock(cursor, activity)
    group_id = Balance.objects.filter(pk=order_id).values_list("group_id", flat=True).first()
    if group_id is None:
        raise Refused("not_found")
    lock_filled_groups(cursor, [group_id])
    balance = Balance.objects.select_for_update(no_key=True).get(pk=order_id)
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    return Locked(activity, terms_of(activity.plan_version_id), order, balance)


def take_balance(payment: Payment, now: datetime) -> None:
    """Take a confirmed payment of a balance from outside, in the callback's transaction, which comes once.

    In time it settles the order. Too late, or paid from the balance meanwhile: it goes back at once.
    """
    cursor = raw_cursor()
    activity = Activity.objects.get(pk=Order.objects.get(pk=payment.order_id).activity_id)
    locked = lock_balance(cursor, activity, payment.order_id)
    balance, order = locked.balance, locked.order
    is_taken = balance.state == State.DUE and now < balance.due_at
    wallets = lock_wallets(cursor, [order.member_id])

    # After this point it must succeed.
    if is_taken:
        now = settled_not_before(cursor, locked.terms.plan_name, now)
        settle_order(cursor, *locked, Order.Route.EXTERNAL, wallets, now)
    else:
        if balance.state == State.DUE:
            give_back(cursor, activity, locked.terms, [balance], now)
        send_back(cursor, locked, payment, now)
    tell_watchers(cursor, {activity.pk})


def send_back(cursor: Cursor, locked: Locked, payment: Payment, now: datetime) -> None:
    """A balance from outside that is not taken goes back to where it came from, in the same batch."""
    accounts, order, amount = locked.terms.accounts, locked.order, payment.amount
    lines = [
        (accounts.outside, accounts.held, CASH, amount, BALANCE_EXTERNAL, order.pk),
        (accounts.held, accounts.outside, CASH, amount, REFUND_EXTERNAL, order.pk),
    ]
    post(cursor, now, np.array(lines, dtype=TRANSFER), lock_wallets(cursor, []))
    Balance.objects.filter(pk=order.pk).update(sent_back=amount)
    request_balance_refund(cursor, payment.pk, amount, now)
    tell(cursor, "balance_sent_back", [order.member_id], order.pk, now, amounts=[amount])


def refund_unpaid_balances(now: datetime) -> int:
    """Give back the deposits whose balance was not paid in time; return how many."""
    due = Balance.objects.filter(state=State.DUE, due_at__lte=now)
    refunded = 0
    for activity_id in list(due.order_by("activity_id").values_list("activity_id", flat=True).distinct()):
        activity = Activity.objects.get(pk=activity_id)
        while some := refund_some(activity, now):
            refunded += some
    return refunded


def refund_some(activity: Activity, now: datetime) -> int:
    """Give back the next overdue deposits of an activity in one transaction; return how many."""
    with transaction.atomic():
        cursor = raw_cursor()
        load.lock_activity(cursor, activity.pk)
        due = Balance.objects.filter(activity_id=activity.pk, state=State.DUE, due_at__lte=now)
        chosen = list(due.order_by("order_id").values_list("order_id", "group_id")[:AT_ONCE])
        if not chosen:
            return 0
        lock_stock(cursor, activity)
        lock_filled_groups(cursor, {group for _, group in chosen})
        rows = Balance.objects.select_for_update(no_key=True).filter(pk__in=[order for order, _ in chosen])
        overdue = [balance for balance in rows.order_by("pk") if balance.state == State.DUE]
        terms = terms_of(activity.plan_version_id)
        if overdue:
            give_back(cursor, activity, terms, overdue, settled_not_before(cursor, terms.plan_name, now))
            tell_watchers(cursor, {activity.pk})
        return len(overdue)


def give_back(
    cursor: Cursor, activity: Activity, terms: Terms, balances: list[Balance], now: datetime
) -> None:
    """Refund the deposits of these locked balances in full, by the routes they were paid.

    No part of a deposit is kept. Stock goes back, and a group without another balance to come is over.
    """
    orders = Order.objects.select_for_update(no_key=True).in_bulk([balance.pk for balance in balances])
    seats = [seated_order(orders[balance.pk]) for balance in balances]
    wallets = lock_wallets(cursor, [seat.member_id for seat in seats])

    # After this point it must succeed.
    batch = post(cursor, now, refund_transfers(terms.accounts, seats), wallets)
    write.refund_unseated(cursor, seats, batch)
    write.send_refunds(cursor, seats, now)
    write.give_back_stock(cursor, activity.pk, seats)
    ids = [balance.pk for balance in balances]
    cursor.execute(
        "UPDATE presale_balance SET state = %s, ended_at = %s, batch = %s WHERE order_id = ANY(%s)",
        (State.OVER.value, now, batch, IntegerArray(ids)),
    )
    orders_met(cursor, Fact.BALANCE_OVER, ids, now)
    finish_groups_that_are_over(cursor, activity.pk, {balance.group_id for balance in balances}, batch, now)
