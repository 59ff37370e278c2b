"""Seating a batch: which waiting order takes which seat. Decides only; nothing is written."""

from collections.abc import Sequence

from pinwheel.ledger.binary import moment
from pinwheel.market.groups.seats import OpenGroup, SeatedOrder
from pinwheel.rules.seating import NO_SEAT, seat_in_queue


def seat_queue(
    orders: Sequence[SeatedOrder], groups: Sequence[OpenGroup], per_group: int
) -> list[SeatedOrder]:
    """Seat orders of the public queue in these forming groups; return those for which none was free."""
    if not groups:
        return list(orders)
    index_of: dict[int, int] = {}
    for order in orders:
        index_of.setdefault(order.member_id, len(index_of))
    last_group = [-1] * len(index_of)
    in_last = [0] * len(index_of)
    for number, group in enumerate(groups):
        for seated in group.orders:
            holder = index_of.get(seated.member_id)
            if holder is None:
                continue
            in_last[holder] = in_last[holder] + 1 if last_group[holder] == number else 1
            last_group[holder] = number
    placed = [NO_SEAT] * len(orders)
    seat_in_queue(
        [index_of[order.member_id] for order in orders],
        groups[0].size,
        per_group,
        [len(group.orders) for group in groups],
        last_group,
        in_last,
        placed,
    )
    left = []
    for order, number in zip(orders, placed, strict=True):
        if number == NO_SEAT:
            left.append(order)
        else:
            groups[number].orders.append(order)
    return left


def seat_in_groups(
    waiting: Sequence[tuple[SeatedOrder, int, int]], groups: Sequence[OpenGroup]
) -> list[SeatedOrder]:
    """Seat orders in the leaders' groups that hold their seats; return those whose group is closed.

    Args:
        waiting: orders, each with its group and the moment of its payment.
    """
    by_id = {group.id: group for group in groups}
    left = []
    for order, group_id, paid_at in waiting:
        group = by_id.get(group_id)
        if group is None or group.is_full or (group.expires_at and paid_at >= moment(group.expires_at)):
            left.append(order)
            continue
        group.orders.append(order)
        if order.member_id in group.held_members:
            group.held_members.remove(order.member_id)
    return left
