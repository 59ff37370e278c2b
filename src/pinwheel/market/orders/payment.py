"""A payment from outside has arrived: in time it takes its seat, late it finds another or goes back."""

from datetime import datetime
from typing import Any

import psycopg
from django.db import transaction

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import post, raw_cursor
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.activities import door
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.cashier.refunds import request_refunds
from pinwheel.market.clock import business_day
from pinwheel.market.coupons.using import give_back_coupons, take_coupon_again
from pinwheel.market.groups.seats import SeatedOrder
from pinwheel.market.groups.transfers import refund_transfers
from pinwheel.market.messages.events import Fact, orders_met
from pinwheel.market.orders import load, write
from pinwheel.market.orders.decide import (
    GroupState,
    MemberState,
    can_be_chosen,
    has_ended,
    seat_of_payment,
)
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import QUEUE
from pinwheel.market.orders.write import NewOrder
from pinwheel.market.promoters.services import count_promoter_days
from pinwheel.market.wake import wake_settler
from pinwheel.rules.reasons import HOLD_EXTERNAL
from pinwheel.rules.seating import NO_SEAT

Cursor = psycopg.Cursor[Any]


def take_payment(order_id: int, now: datetime) -> None:
    """Take a confirmed payment of an order. Must run in a transaction; a second call changes nothing."""
    found = Order.objects.get(pk=order_id)
    cursor = raw_cursor()
    door.hold_open(cursor, [found.activity_id])
    activity = Activity.objects.get(pk=found.activity_id)
    terms = terms_of(activity.plan_version_id)
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.state not in (Order.State.UNPAID, Order.State.LAPSED):
        return
    # A lapsed order gave its piece back: it needs another before it can have a seat.
    piece = (order.activity_id, order.product_id, order.sku_id)
    has_piece = order.state == Order.State.UNPAID or write.take_piece(cursor, piece)
    group_id = seat_to_take(cursor, order, activity, terms, now) if has_piece else NO_SEAT
    wallets = lock_wallets(cursor, [order.member_id])
    # It gave its coupon back as well; without it the price is not paid.
    asks_coupon = order.discount and order.state == Order.State.LAPSED and group_id != NO_SEAT
    if asks_coupon and not take_coupon_again(cursor, order.pk, order.discount, now):
        leave_seat(cursor, group_id, order.member_id)
        group_id = NO_SEAT
    states = {order.member_id: MemberState(cash=0, is_frozen=False)}
    load.read_counts(cursor, IntegerArray([order.member_id]), states)

    # After this point it must succeed.
    day = business_day(now)
    row = as_new_order(order, max(group_id, QUEUE), load.flags_of_join(states[order.member_id], day))
    transfers = write.hold_transfers([row], [terms.accounts], HOLD_EXTERNAL, terms.accounts.outside)
    batch = post(cursor, now, transfers, wallets)
    order.paid_at, order.paid_batch, order.flags = now, batch, row.flags
    order.group_id, order.state = row.group_id, Order.State.PAID
    order.save(update_fields=["paid_at", "paid_batch", "flags", "group_id", "state"])
    write.count_joins(cursor, [(order.member_id, order.activity_id)], day)
    count_promoter_days(cursor, terms, [order.member_id], day)
    cursor.execute("DELETE FROM orders_unpaid WHERE order_id = %s", (order.pk,))
    if group_id == NO_SEAT:
        refund_late(cursor, order, terms, now)
        if has_piece:
            write.give_back_pieces(cursor, [piece])
        orders_met(cursor, Fact.NO_SEAT, [order.pk], now)
    else:
        write.write_waiting(cursor, [row], now)
        orders_met(cursor, Fact.PAID, [order.pk], now)
        wake_settler(cursor, {order.activity_id})


def seat_to_take(cursor: Cursor, order: Order, activity: Activity, terms: Terms, now: datetime) -> int:
    """The group that the order is seated in now: its own, another, the public queue, or NO_SEAT."""
    if has_ended(activity, now):
        return NO_SEAT

    def groups(others: bool) -> list[GroupState]:
        wanted = [order.group_id, *(groups_with_seats(cursor, order, now) if others else [])]
        locked = load.lock_groups(cursor, set(wanted))
        found = [locked[group_id] for group_id in wanted if group_id in locked]
        return [group for group in found if can_be_chosen(terms.plan, group)]

    group_id = seat_of_payment(terms.plan, order.state, order.group_id, order.member_id, groups, now)
    if order.state == Order.State.LAPSED and group_id > QUEUE:
        hold_seat(cursor, group_id, order.member_id)
    return group_id


def groups_with_seats(cursor: Cursor, order: Order, now: datetime) -> list[int]:
    """Leaders' groups of the activity that still form, the fullest first, then the oldest."""
    cursor.execute(
        "SELECT id FROM groups_group WHERE activity_id = %s AND state = 0 AND leader_id <> 0"
        " AND id <> %s AND expires_at > %s AND taken < size ORDER BY taken DESC, opened_at, id LIMIT 20",
        (order.activity_id, order.group_id, now),
    )
    return [row[0] for row in cursor.fetchall()]


def hold_seat(cursor: Cursor, group_id: int, member_id: int) -> None:
    """Hold a seat of a locked leader's group for a member."""
    cursor.execute(
        "UPDATE groups_group SET held_members = held_members || %s::bigint WHERE id = %s",
        (member_id, group_id),
    )


def leave_seat(cursor: Cursor, group_id: int, member_id: int) -> None:
    """Give up the seat that was just held for a member in a locked leader's group."""
    if group_id == QUEUE:
        return
    cursor.execute(
        "UPDATE groups_group SET held_members = held_members[:cardinality(held_members) - 1]"
        " WHERE id = %s AND held_members[cardinality(held_members)] = %s",
        (group_id, member_id),
    )


def refund_late(cursor: Cursor, order: Order, terms: Terms, now: datetime) -> None:
    """Send a payment that found no seat back to where it came from."""
    late = SeatedOrder(
        order.pk, order.member_id, order.price, order.route, order.flags, order.discount, order.deposit
    )
    wallets = lock_wallets(cursor, [])
    batch = post(cursor, now, refund_transfers(terms.accounts, [late]), wallets)
    order.state, order.refunded, order.settled_batch = Order.State.REFUNDED, order.to_pay, batch
    order.save(update_fields=["state", "refunded", "settled_batch"])
    request_refunds(cursor, [(order.pk, order.to_pay)], now)
    if order.discount:
        give_back_coupons(cursor, [order.pk], now)


def as_new_order(order: Order, group_id: int, flags: int) -> NewOrder:
    """The order as the queue takes it."""
    return NewOrder(
        id=order.pk,
        activity_id=order.activity_id,
        member_id=order.member_id,
        product_id=order.product_id,
        group_id=group_id,
        price=order.price,
        request_key=order.request_key,
        request_print=order.request_print,
        state=Order.State.PAID,
        route=order.route,
        flags=flags,
        discount=order.discount,
        deposit=order.deposit,
        sku_id=order.sku_id,
    )


def lapse_holds(now: datetime, at_most: int = 500) -> int:
    """Let unpaid orders lapse whose time to pay is over; their seats are free again. Returns how many."""
    lapsed = 0
    while True:
        with transaction.atomic():
            cursor = raw_cursor()
            cursor.execute(
                "SELECT order_id FROM orders_unpaid WHERE hold_until <= %s ORDER BY order_id LIMIT %s",
                (now, at_most),
            )
            due = [row[0] for row in cursor.fetchall()]
            if not due:
                return lapsed
            lapsed += lapse(cursor, due, now)


def lapse(cursor: Cursor, due: list[int], now: datetime) -> int:
    """Lapse these orders where they are still unpaid; return how many were."""
    cursor.execute(
        "SELECT id, member_id, group_id, discount, activity_id, product_id, sku_id FROM orders_order"
        " WHERE id = ANY(%s) AND state = %s"
        " ORDER BY id FOR NO KEY UPDATE",
        (IntegerArray(due), Order.State.UNPAID.value),
    )
    orders = cursor.fetchall()
    write.give_back_pieces(cursor, [order[4:] for order in orders])
    groups = load.lock_groups(cursor, {order[2] for order in orders if order[2]})
    for _, member_id, group_id, *_ in orders:
        if group_id in groups and groups[group_id].state == 0:
            cursor.execute(
                "UPDATE groups_group SET held_members = held_members[:p - 1] || held_members[p + 1:]"
                " FROM (SELECT array_position(held_members, %s) AS p FROM groups_group WHERE id = %s) AS at"
                " WHERE id = %s AND p IS NOT NULL",
                (member_id, group_id, group_id),
            )
    # A group that nobody sits in any more, not even its leader, is open in advance again.
    cursor.execute(
        "UPDATE groups_group SET leader_id = 0, opened_at = NULL, expires_at = NULL"
        " WHERE id = ANY(%s) AND state = 0 AND taken = 0 AND held_members = '{}'",
        (IntegerArray(sorted(groups)),),
    )
    ids = [order[0] for order in orders]
    cursor.execute(
        "UPDATE orders_order SET state = %s WHERE id = ANY(%s)",
        (Order.State.LAPSED.value, IntegerArray(ids)),
    )
    cursor.execute("DELETE FROM orders_unpaid WHERE order_id = ANY(%s)", (IntegerArray(due),))
    give_back_coupons(cursor, [order[0] for order in orders if order[3]], now)
    return len(ids)
