"""Seating: paid orders take seats in the order of their payment.

Source: modes page, section 2. Groups are numbered 0… in the order in which they were opened.
"""

from pinwheel.rules.mark import Ints, rule

NO_SEAT = -1


@rule
def seat_in_queue(
    holders: Ints, capacity: int, per_group: int, taken: Ints, last_group: Ints, in_last: Ints, placed: Ints
) -> int:
    """Seat orders of a public queue, first come first seated, no member more than `per_group` times a group.

    A member's seats lie in groups of rising number: every earlier group is full or holds that member,
    so it is enough to remember each holder's last group.

    Args:
        holders: (orders,) index of each order's holder, in payment order.
        capacity: seats of a group.
        per_group: seats that one member may hold in one group.
        taken: (groups,) seats taken, changed in place.
        last_group: (holders,) the last group in which each holder sits, or -1; changed in place.
        in_last: (holders,) how many seats the holder has there; changed in place.
        placed: (orders,) receives the group of each order, or NO_SEAT when the open groups ran out.
    Returns: how many orders were seated; the others keep NO_SEAT.
    """
    first_open = 0
    seated = 0
    groups = len(taken)
    for order in range(len(holders)):
        while first_open < groups and taken[first_open] >= capacity:
            first_open += 1
        holder = holders[order]
        group = first_open
        if last_group[holder] >= 0 and last_group[holder] >= group:
            group = last_group[holder]
            if in_last[holder] >= per_group:
                group += 1
        while group < groups and taken[group] >= capacity:
            group += 1
        if group >= groups:
            placed[order] = NO_SEAT
            continue
        if group == last_group[holder]:
            in_last[holder] += 1
        else:
            last_group[holder] = group
            in_last[holder] = 1
        taken[group] += 1
        placed[order] = group
        seated += 1
    return seated
