"""The intake of joins: many in one transaction, each decided by itself.

Reads and locks first (products, groups, wallets, coupons), then a pure decision per join in order, then
writes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from django.db import IntegrityError, transaction

from pinwheel.ledger.post import post, raw_cursor
from pinwheel.ledger.wallets import LockedWallets
from pinwheel.market.clock import business_day
from pinwheel.market.coupons.models import Coupon
from pinwheel.market.coupons.using import CouponState, Scope, lock_coupons, use_coupons
from pinwheel.market.groups.opening import open_groups
from pinwheel.market.ids import new_ids
from pinwheel.market.messages.events import Fact, orders_met
from pinwheel.market.orders import decide, load, write
from pinwheel.market.orders.decide import ActivityState, GroupState, MemberState
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import NO_COUPON, QUEUE, JoinRequest, JoinResult
from pinwheel.market.orders.write import NewOrder
from pinwheel.market.promoters.services import count_promoter_days
from pinwheel.market.refusals import Refused
from pinwheel.market.wake import wake_settler
from pinwheel.plan.ladder import tiers_of
from pinwheel.plan.presale import deposit_of
from pinwheel.rules.reasons import HOLD

Cursor = psycopg.Cursor[Any]
ATTEMPTS = 4  # another process may take the same request key, or the last empty group, in between
LEADER_RESERVE = 8


class Book(NamedTuple):
    """Everything that the decisions of one transaction read and change."""

    activities: dict[int, ActivityState]
    groups: dict[int, GroupState]
    members: dict[int, MemberState]
    empty_groups: dict[int, list[GroupState]]  # by activity: open in advance, locked, for new leaders
    first_today: list[tuple[int, int]]  # (activity, member) of paid joins that are the day's first there
    coupons: dict[int, CouponState]
    categories: dict[int, list[int]]  # by product, where a coupon asks for them


class OutOfGroups(Exception):
    """No empty group is open in advance for a new leader; open some and come again."""

    def __init__(self, activity: ActivityState) -> None:
        self.activity = activity


def take_joins(requests: Sequence[JoinRequest], now: datetime) -> list[JoinResult | Refused]:
    """Take joins in their order, in one transaction; return for each what became of it, or its refusal."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return take_in_transaction(raw_cursor(), requests, now)
        except OutOfGroups as out:
            # Groups that others hold locked are no help: open as many as this batch may need.
            wanted = sum(request.opens_group or request.group_id == QUEUE for request in requests)
            size = out.activity.terms.plan.group.size
            open_groups(out.activity.id, size, max(wanted, LEADER_RESERVE), now)
        except (IntegrityError, psycopg.IntegrityError):
            if attempt == ATTEMPTS - 1:
                raise
    raise RuntimeError("joins could not be taken: the same keys kept arriving elsewhere")


def take_in_transaction(
    cursor: Cursor, requests: Sequence[JoinRequest], now: datetime
) -> list[JoinResult | Refused]:
    """As `take_joins`, inside the caller's transaction."""
    results: list[JoinResult | Refused | None] = [None] * len(requests)
    known = load.orders_of_keys(cursor, [request.request_key for request in requests])
    fresh: list[int] = []
    firsts: dict[Any, int] = {}
    for index, request in enumerate(requests):
        if request.request_key in known:
            results[index] = replay(request, known[request.request_key])
        elif request.request_key in firsts:
            continue  # answered below, from the first of its key
        else:
            firsts[request.request_key] = index
            fresh.append(index)
    if fresh:
        taken = take_fresh(cursor, [requests[index] for index in fresh], now)
        for index, result in zip(fresh, taken, strict=True):
            results[index] = result
    return [
        result if result is not None else same_key(request, requests, results, firsts)
        for request, result in zip(requests, results, strict=True)
    ]


def replay(request: JoinRequest, row: tuple[int, ...]) -> JoinResult | Refused:
    """The answer to a request whose key is known."""
    if row[0] != request.request_print:
        return Refused("idempotency_conflict")
    order_id, activity_id, member_id, group_id, price, state, discount, deposit = row[1:]
    return JoinResult(
        order_id, activity_id, member_id, group_id, price, state, True, discount=discount, deposit=deposit
    )


def same_key(
    request: JoinRequest,
    requests: Sequence[JoinRequest],
    results: Sequence[JoinResult | Refused | None],
    firsts: dict[Any, int],
) -> JoinResult | Refused:
    """The answer to a request whose key came twice in one batch: that of the first."""
    first = firsts[request.request_key]
    answer = results[first]
    if requests[first].request_print != request.request_print:
        return Refused("idempotency_conflict")
    if answer is None or isinstance(answer, Refused):
        return answer or Refused("not_found")
    return replace(answer, is_replay=True)


def take_fresh(cursor: Cursor, requests: Sequence[JoinRequest], now: datetime) -> list[JoinResult | Refused]:
    """Take joins whose keys are new."""
    activities = load.activities(cursor, {request.activity_id for request in requests})
    able = [r for r in requests if r.activity_id in activities]
    climbers = [r.activity_id for r in able if climbs(activities[r.activity_id], r)]
    open_to_all = load.open_ladder_groups(cursor, climbers)
    groups = load.lock_groups(cursor, {r.group_id for r in able if r.group_id != QUEUE}.union(open_to_all))
    load.count_paid(cursor, [one for one in groups.values() if is_ladder(activities.get(one.activity_id))])
    empty = load.lock_empty_groups(cursor, [r.activity_id for r in able if r.opens_group] + climbers)
    wallets, members = load.lock_members(
        cursor, {r.member_id for r in able}, {r.member_id for r in able if r.opens_group}
    )
    coupons = lock_coupons(cursor, {r.coupon_id for r in able if r.coupon_id != NO_COUPON})
    book = Book(
        activities, groups, members, empty, [], coupons, categories_asked(cursor, activities, coupons)
    )

    orders: list[NewOrder] = []
    results: list[JoinResult | Refused] = []
    for request, order_id in zip(requests, new_ids(now, len(requests)), strict=True):
        try:
            order = decide_join(request, order_id, book, now)
        except Refused as refused:
            results.append(refused)
            continue
        orders.append(order)
        results.append(
            JoinResult(
                order.id,
                order.activity_id,
                order.member_id,
                order.group_id,
                order.price,
                order.state,
                discount=order.discount,
                deposit=order.deposit,
            )
        )
    if orders:  # after this point it must succeed
        write_joins(cursor, orders, book, wallets, now)
    return results


def is_ladder(activity: ActivityState | None) -> bool:
    return activity is not None and bool(tiers_of(activity.terms.plan))


def climbs(activity: ActivityState, request: JoinRequest) -> bool:
    """Whether a join takes a place in a ladder's group of the public queue: its price is that group's."""
    return is_ladder(activity) and request.group_id == QUEUE and not request.opens_group


def categories_asked(
    cursor: Cursor, activities: dict[int, ActivityState], coupons: dict[int, CouponState]
) -> dict[int, list[int]]:
    """The categories of the activities' products, where one of the coupons is of categories."""
    if all(coupon.scope != Scope.CATEGORIES for coupon in coupons.values()):
        return {}
    return load.categories_of(cursor, {product for one in activities.values() for product, _ in one.left})


def decide_join(request: JoinRequest, order_id: int, book: Book, now: datetime) -> NewOrder:
    """Decide one join and count it in the book. Raises: Refused; the book is unchanged then."""
    activity = book.activities.get(request.activity_id)
    member = book.members.get(request.member_id)
    if activity is None or member is None:
        raise Refused("not_found")
    day = business_day(now)
    decide.refuse_time(activity, now)
    offer = product, sku = decide.choose_offer(activity, request.product_id, request.sku_id)
    decide.refuse_limits(activity, request.member_id, member, day)
    group = choose_group(activity, request, member, book, now)
    discount = decide.discount_of(activity, request, product, book.coupons, book.categories, now)
    price = decide.price_of(activity, group, request.most)
    decide.refuse_member(request, member, decide.paid_at_first(activity, price, discount))
    if request.opens_group or (group is None and climbs(activity, request)):
        group = take_empty_group(activity, request, book)

    if group is not None:
        group.members.append(request.member_id)
        group.newly_held.append(request.member_id)
        if request.opens_group:
            member.leads[activity.id] = member.leads.get(activity.id, 0) + 1
    left = activity.left[offer]
    if left is not None:
        activity.left[offer] = left - 1
    flags = 0
    if request.route == Order.Route.BALANCE:
        flags = count_paid_join(activity, request.member_id, member, book, day)
        member.cash -= decide.paid_at_first(activity, price, discount)
        if group is not None:
            group.paid += 1
    else:
        member.unpaid[activity.id] = member.unpaid.get(activity.id, 0) + 1
    if discount:
        book.coupons[request.coupon_id].state = Coupon.State.USED.value
    return NewOrder(
        id=order_id,
        activity_id=activity.id,
        member_id=request.member_id,
        product_id=product,
        group_id=group.id if group else QUEUE,
        price=price,
        request_key=request.request_key,
        request_print=request.request_print,
        state=Order.State.PAID if request.route == Order.Route.BALANCE else Order.State.UNPAID,
        route=request.route,
        flags=flags,
        discount=discount,
        deposit=deposit_of(activity.terms.plan.presale, activity.price),
        coupon_id=request.coupon_id,
        sku_id=sku,
    )


def choose_group(
    activity: ActivityState, request: JoinRequest, member: MemberState, book: Book, now: datetime
) -> GroupState | None:
    """The group that the join names, or that a ladder's queue has for it; None: a new one, or the queue.

    Raises: what `refuse_group` says.
    """
    group = book.groups.get(request.group_id) if request.group_id != QUEUE else None
    decide.refuse_group(activity, request, member, group, now)
    if climbs(activity, request):
        return decide.ladder_group(activity, request.member_id, book.groups.values(), now)
    return group


def count_paid_join(
    activity: ActivityState, member_id: int, member: MemberState, book: Book, day: date
) -> int:
    """Count a join that is paid at once; return its flags."""
    flags = load.flags_of_join(member, day)
    if load.is_first_today(member, activity.id, day):
        book.first_today.append((activity.id, member_id))
    load.count_join(member, activity.id, day)
    return flags


def take_empty_group(activity: ActivityState, request: JoinRequest, book: Book) -> GroupState:
    """Open a group that was open in advance: the member leads it, or it is a ladder's of the public queue.

    Raises: OutOfGroups.
    """
    waiting = book.empty_groups.get(activity.id)
    if not waiting:
        raise OutOfGroups(activity)
    group = waiting.pop(0)
    group.is_opened = True
    group.is_public = not request.opens_group
    group.leader_id = request.member_id if request.opens_group else 0
    book.groups[group.id] = group
    return group


def write_joins(
    cursor: Cursor, orders: list[NewOrder], book: Book, wallets: LockedWallets, now: datetime
) -> None:
    """Write what was decided: money held, orders, queue, counts, groups, stock, coupons; wake the settler."""
    paid = [order for order in orders if order.state == Order.State.PAID]
    unpaid = [order for order in orders if order.state == Order.State.UNPAID]
    if paid:
        accounts = [book.activities[order.activity_id].terms.accounts for order in paid]
        transfers = write.hold_transfers(paid, accounts, HOLD, [order.member_id for order in paid])
        batch = post(cursor, now, transfers, wallets)
        write.write_orders(cursor, paid, now, batch)
        write.write_waiting(cursor, paid, now)
        orders_met(cursor, Fact.PAID, [order.id for order in paid], now)
        write.count_joins(cursor, [(order.member_id, order.activity_id) for order in paid], business_day(now))
        for activity in book.activities.values():
            members = [member for number, member in book.first_today if number == activity.id]
            count_promoter_days(cursor, activity.terms, members, business_day(now))
    if unpaid:
        write.write_orders(cursor, unpaid, now, 0)
        write.write_unpaid(cursor, unpaid, now)
    write.write_held(cursor, book.groups.values(), book.activities, now)
    limited = [
        (order.activity_id, order.product_id, order.sku_id)
        for order in orders
        if book.activities[order.activity_id].left[order.product_id, order.sku_id] is not None
    ]
    if limited:
        write.take_stock(cursor, limited)
    use_coupons(
        cursor, [(order.id, order.coupon_id, order.discount) for order in orders if order.discount], now
    )
    wake_settler(cursor, {order.activity_id for order in paid})
