"""The decision on a join: checks from cheap to dear, each a named refusal, nothing written.

Source: modes page, section 2; refusal codes in the order of the scenarios page.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, is_open_at, next_opening
from pinwheel.market.clock import business_zone
from pinwheel.market.coupons.using import CouponState, Scope, refuse_coupon
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import NO_COUPON, QUEUE, JoinRequest
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.ladder import ladder_price, tiers_of
from pinwheel.plan.model import Plan
from pinwheel.plan.presale import deposit_of
from pinwheel.rules.seating import NO_SEAT

Offer = tuple[int, int]  # a product and its variant; 0: the product has none


@dataclass(slots=True)
class ActivityState:
    """An activity as the transaction sees it. `left`: joins that each offer may still take, None: any."""

    id: int
    state: int
    price: int
    starts_at: datetime
    ends_at: datetime | None
    terms: Terms
    left: dict[Offer, int | None]  # pieces, in the order shown
    takes_coupons: bool = False


@dataclass(slots=True)
class GroupState:
    """A leader's group, or a ladder's of the public queue, locked."""

    id: int
    activity_id: int
    state: int
    size: int
    expires_at: datetime | None
    members: list[int]  # of taken and held seats
    is_public: bool = False
    paid: int = 0  # of a ladder: its paid orders, seated or waiting for their seats
    is_opened: bool = False  # it was open in advance and gets its first member now
    leader_id: int = 0  # set when a member becomes its leader
    newly_held: list[int] = field(default_factory=list)


@dataclass(slots=True)
class MemberState:
    """A member's counts, locked with the wallet."""

    cash: int
    is_frozen: bool
    last_day: date | None = None  # of the last join of any activity
    has_joined: bool = False
    joins: dict[int, tuple[int, int, date]] = field(default_factory=dict)  # activity: total, on that day, day
    unpaid: dict[int, int] = field(default_factory=dict)  # activity: orders awaiting payment
    leads: dict[int, int] = field(default_factory=dict)  # activity: open groups that the member leads

    def joins_total(self, activity_id: int) -> int:
        return self.joins.get(activity_id, (0, 0, None))[0] + self.unpaid.get(activity_id, 0)

    def joins_on(self, activity_id: int, day: date) -> int:
        _, count, last = self.joins.get(activity_id, (0, 0, None))
        return (count if last == day else 0) + self.unpaid.get(activity_id, 0)


def refuse_time(activity: ActivityState, now: datetime) -> None:
    """Raises: Refused not_started, ended, outside_hours."""
    if activity.state == Activity.State.DRAFT:
        raise Refused("not_found")
    if now < activity.starts_at:
        raise Refused("not_started", {"opens": moment_text(activity.starts_at)})
    if has_ended(activity, now):
        raise Refused("ended")
    if not is_open_at(activity.terms.plan, now):
        raise Refused("outside_hours", {"opens": moment_text(next_opening(activity.terms.plan, now))})


def has_ended(activity: ActivityState | Activity, now: datetime) -> bool:
    """Whether an activity takes nobody any more: its end is over, or it was stopped."""
    over = activity.ends_at is not None and now >= activity.ends_at
    return over or activity.state == Activity.State.ENDED


def moment_text(value: datetime) -> str:
    """A moment as members read it, in the business time zone."""
    return value.astimezone(business_zone()).strftime("%Y-%m-%d %H:%M")


def choose_offer(activity: ActivityState, product: int | None, sku: int | None) -> Offer:
    """The product and the variant ordered; where no variant is named, the first that is left.

    Raises: Refused not_found, sold_out.
    """
    wanted = next(iter(activity.left))[0] if product is None else product
    offers = [offer for offer in activity.left if offer[0] == wanted and sku in (None, offer[1])]
    if not offers:
        raise Refused("not_found")
    for offer in offers:
        left = activity.left[offer]
        if left is None or left > 0:
            return offer
    raise Refused("sold_out")


def refuse_limits(activity: ActivityState, member_id: int, member: MemberState, day: date) -> None:
    """Raises: Refused limit_per_day, limit_total."""
    limits = activity.terms.plan.limits
    if limits.joins_per_day is not None and member.joins_on(activity.id, day) >= limits.joins_per_day:
        raise Refused("limit_per_day", {"limit": limits.joins_per_day})
    if limits.joins_total is not None and member.joins_total(activity.id) >= limits.joins_total:
        raise Refused("limit_total", {"limit": limits.joins_total})


def refuse_group(
    activity: ActivityState,
    request: JoinRequest,
    member: MemberState,
    group: GroupState | None,
    now: datetime,
) -> None:
    """Raises: Refused already_in_group, too_many_open_groups, group_full, group_not_found."""
    plan = activity.terms.plan
    seating = plan.group.seating
    if request.opens_group:
        if seating == "queue":
            raise Refused("group_not_found")
        if member.leads.get(activity.id, 0) >= plan.limits.open_groups:
            raise Refused("too_many_open_groups", {"limit": plan.limits.open_groups})
        return
    if request.group_id == QUEUE:
        if seating == "leader":
            raise Refused("group_not_found")
        return
    if group is None or group.activity_id != activity.id or not can_be_chosen(plan, group):
        raise Refused("group_not_found")
    if group.members.count(request.member_id) >= plan.limits.seats_per_group:
        raise Refused("already_in_group", {"limit": plan.limits.seats_per_group})
    if len(group.members) >= group.size:
        raise Refused("group_full")
    if group.state != 0 or (group.expires_at is not None and now >= group.expires_at):
        raise Refused("group_not_found")


def discount_of(
    activity: ActivityState,
    request: JoinRequest,
    product: int,
    coupons: dict[int, CouponState],
    categories: dict[int, list[int]],
    now: datetime,
) -> int:
    """What the request's coupon takes off the price, in fen; 0 without one.

    Raises: Refused coupon_not_taken, and what `refuse_coupon` says.
    """
    if request.coupon_id == NO_COUPON:
        return 0
    if not activity.takes_coupons or activity.terms.plan.presale is not None:
        raise Refused("coupon_not_taken")
    within: dict[int, Collection[int]] = {
        Scope.CATEGORIES: categories.get(product, []),
        Scope.PRODUCTS: [product],
        Scope.ACTIVITIES: [activity.id],
    }
    coupon = coupons.get(request.coupon_id)
    return refuse_coupon(coupon, request.member_id, activity.price, within, now)


def can_be_chosen(plan: Plan, group: GroupState) -> bool:
    """Whether a member may take a seat in just this group: a leader's, or a ladder's that has begun.

    In other groups of the public queue seats are given by the order of payment alone.
    """
    return not group.is_public or bool(tiers_of(plan) and group.members)


def ladder_group(
    activity: ActivityState, member_id: int, groups: Iterable[GroupState], now: datetime
) -> GroupState | None:
    """The first group of a ladder's public queue that has a seat for the member; None: a new one is opened.

    `groups`: those locked; of them the one that was opened first is taken.
    """
    per_group = activity.terms.plan.limits.seats_per_group
    begun = [group for group in groups if group.activity_id == activity.id and group.is_public]
    for group in sorted(begun, key=lambda one: (one.expires_at is None, one.expires_at or now)):
        if has_seat_for(group, member_id, per_group, now):
            return group
    return None


def price_of(activity: ActivityState, group: GroupState | None, most: int | None) -> int:
    """Fen that the next join pays: of a ladder what is in force with that seat, else the activity's price.

    `most`: what the member has agreed to. Raises: Refused price_risen.
    """
    price = activity.price
    if tiers_of(activity.terms.plan):
        price = ladder_price(activity.terms.plan, group.paid + 1 if group else 1)
    if most is not None and price > most:
        raise Refused("price_risen", {"price": format_amount(price)})
    return price


def refuse_member(request: JoinRequest, member: MemberState, to_pay: int) -> None:
    """`to_pay` in fen. Raises: Refused insufficient_balance, member_frozen."""
    if request.route == Order.Route.BALANCE and member.cash < to_pay:
        raise Refused(
            "insufficient_balance",
            {"needed": format_amount(to_pay), "held": format_amount(member.cash)},
        )
    if member.is_frozen:
        raise Refused("member_frozen")


def paid_at_first(activity: ActivityState, price: int, discount: int) -> int:
    """Fen that a join pays: the price less what a coupon pays, in a presale the deposit."""
    return deposit_of(activity.terms.plan.presale, price) or price - discount


def group_expiry(activity: ActivityState, now: datetime) -> datetime:
    """When a group that opens now expires: after the plan's time, or when the activity ends."""
    expiry = now + timedelta(seconds=activity.terms.plan.group.fill_within)
    return min(expiry, activity.ends_at) if activity.ends_at else expiry


def seat_of_payment(
    plan: Plan,
    state: int,
    group_id: int,
    member_id: int,
    groups: Callable[[bool], Iterable[GroupState]],
    now: datetime,
) -> int:
    """The group that a payment from outside is seated in while the activity runs, QUEUE, or NO_SEAT.

    In time it is the order's own; after the hold lapsed what is free, and then as the plan says.

    Args:
        state, group_id: of the order; LAPSED: nothing is held for it any more.
        groups: the order's own group where it still forms, and, if asked with True, the other leaders'
            groups of the activity, the fullest first, then the oldest.
    """
    is_next = plan.group.late_payment == "next_group"
    if state == Order.State.UNPAID:
        return group_id
    if group_id == QUEUE:
        return QUEUE if is_next else NO_SEAT
    for group in groups(is_next and plan.group.seating == "leader"):
        if has_seat_for(group, member_id, plan.limits.seats_per_group, now):
            return group.id
    return QUEUE if is_next and plan.group.seating == "either" else NO_SEAT


def has_seat_for(group: GroupState, member_id: int, per_group: int, now: datetime) -> bool:
    """Whether a group has a free seat for a member."""
    if group.state != 0 or len(group.members) >= group.size:
        return False
    if group.expires_at is not None and now >= group.expires_at:
        return False
    return group.members.count(member_id) < per_group
