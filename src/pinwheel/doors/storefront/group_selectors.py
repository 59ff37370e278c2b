"""What the pages say about groups: seats, who sits there, what was drawn, what barred whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.db import connection

from pinwheel.doors.storefront.languages import page_language
from pinwheel.doors.storefront.public_value_selectors import PublicValueView, public_value_view
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.commits import closing_commit, own_commit
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id
from pinwheel.market.groups.states import has_formed
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.market.public_values.evidence import frozen_bars
from pinwheel.plan.model import Plan
from pinwheel.plan.seat_rule_words import bar_reason
from pinwheel.plan.view import text_of
from pinwheel.rules.bars import bar_names

FULLEST_KEPT = 3  # seconds
SEATS_SHOWN = 120  # of a larger group: its prizes, its barred seats, one's own, and so many others
STATE_NAMES = {state.value: state.name.lower() for state in Group.State}
NO_NAME = "?"
HUES = 12


@dataclass(frozen=True)
class SeatView:
    """One seat. `place`: when it was drawn, 1 first; 0 where nothing was drawn.

    `hue`: number of its holder's colour; `bars`: each rule that barred it, in plain words.
    """

    number: int
    initial: str = ""
    name: str = ""
    hue: int = 0
    is_taken: bool = False
    is_own: bool = False
    is_leader: bool = False
    order_id: int = 0
    outcome: str = ""
    is_prize: bool = False
    place: int = 0
    bars: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class GroupView:
    """A group as its page shows it.

    `held`: seats kept for members who are paying; `hidden`: those of a large group not shown one by one.
    """

    id: int
    activity_id: int
    number: int
    state: str
    size: int
    taken: int
    draw_id: str
    commit: str
    committed_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None
    draws_on_close: bool
    leader_id: int
    leader_name: str
    is_drawn: bool
    held: int
    seats: list[SeatView]
    hidden: int
    rest_title: str
    public_value: PublicValueView | None = None

    @property
    def missing(self) -> int:
        return self.size - self.taken - self.held

    @property
    def is_forming(self) -> bool:
        return self.state in ("forming", "formed", "filled")

    @property
    def was_full(self) -> bool:
        """Whether it waited, full, for a public value."""
        return self.public_value is not None

    @property
    def own(self) -> list[SeatView]:
        return [seat for seat in self.seats if seat.is_own]

    @property
    def prizes(self) -> list[SeatView]:
        """Seats of the classes that were drawn, in drawn order."""
        return sorted((seat for seat in self.seats if seat.is_prize), key=lambda seat: seat.place)

    @property
    def barred(self) -> list[SeatView]:
        return [seat for seat in self.seats if seat.bars]


@dataclass(frozen=True)
class GroupLine:
    """A group in a list. `prizes`: the seat numbers drawn first, with masked names."""

    id: int
    number: int
    state: str
    size: int
    taken: int
    commit: str
    draw_id: str
    leader_name: str
    leader_hue: int
    leader_initial: str
    expires_at: datetime | None
    finished_at: datetime | None
    has_own: bool
    was_full: bool = False  # it waited for its draw, or for its public value

    @property
    def missing(self) -> int:
        return self.size - self.taken


def masked(nickname: str) -> str:
    """The first character of a nickname; the rest stays private."""
    return f"{nickname[:1] or NO_NAME}**"


def hue_of(member_id: int) -> int:
    """The number of a colour (of the style sheet's) that stays a member's own."""
    return member_id % HUES


def nicknames(member_ids: Collection[int]) -> dict[int, str]:
    found = Member.objects.filter(pk__in=set(member_ids)).order_by()
    return dict(found.values_list("id", "nickname"))


def group_view(group: Group, activity: Activity, viewer_id: int) -> GroupView:
    """One group in a few queries. `viewer_id`: whose seats are marked; 0 for nobody's."""
    terms, language = terms_of(activity.plan_version_id), page_language()
    plan, commit = terms.plan, closing_commit(activity) or own_commit(group)
    orders = {order.pk: order for order in Order.objects.filter(pk__in=group.seats)}
    names = nicknames([*group.seat_members, group.leader_id])
    places = {seat: place for place, seat in enumerate(group.drawn_order or (), start=1)}
    for order_id, bars in frozen_bars(group).items():
        orders[order_id].bars = bars
    taken = [
        seat_view(group, number, orders[order_id], plan, names, viewer_id, places.get(number, 0))
        for number, order_id in enumerate(group.seats, start=1)
    ]
    empty = [SeatView(number) for number in range(len(taken) + 1, group.size + 1)]
    seats = shown_seats(taken + (empty if group.state == Group.State.FORMING else []))
    return GroupView(
        id=group.pk,
        activity_id=activity.pk,
        number=group.draw_number,
        state="formed" if has_formed(group, plan) else STATE_NAMES[group.state],
        size=group.size,
        taken=group.taken,
        draw_id=commit.draw,
        commit=commit.commit,
        committed_at=commit.committed_at,
        expires_at=group.expires_at,
        finished_at=group.finished_at,
        draws_on_close=terms.draws_on_close,
        leader_id=group.leader_id,
        leader_name=masked(names.get(group.leader_id, "")) if group.leader_id else "",
        is_drawn=bool(group.drawn_order)
        or (terms.draws_on_close and group.state in (Group.State.SETTLED, Group.State.DISSOLVED)),
        held=len(group.held_members),
        seats=seats,
        hidden=(group.size if group.state == Group.State.FORMING else len(taken)) - len(seats),
        rest_title=text_of(plan.outcomes[-1].title, language),
        public_value=public_value_view(group, plan),
    )


def seat_view(
    group: Group,
    number: int,
    order: Order,
    plan: Plan,
    names: dict[int, str],
    viewer_id: int,
    place: int,
) -> SeatView:
    nickname = names.get(order.member_id, NO_NAME)
    outcome = plan.outcomes[order.outcome] if order.outcome >= 0 else None
    return SeatView(
        number=number,
        initial=nickname[:1].upper(),
        name=masked(nickname),
        hue=hue_of(order.member_id),
        is_taken=True,
        is_own=order.member_id == viewer_id,
        is_leader=group.leader_id == order.member_id,
        order_id=order.pk,
        outcome=text_of(outcome.title, page_language()) if outcome else "",
        is_prize=0 <= order.outcome < len(plan.outcomes) - 1,
        place=place,
        bars=[bar_reason(name, page_language()) for name in bar_names(order.bars)],
    )


def shown_seats(seats: list[SeatView]) -> list[SeatView]:
    """The seats of a large group that matter, filled up with its first ones, in seat order."""
    if len(seats) <= SEATS_SHOWN:
        return seats
    matter = [seat for seat in seats if seat.is_own or seat.is_prize or seat.bars or seat.is_leader]
    others = [seat for seat in seats if seat not in matter]
    return sorted(matter + others[: max(SEATS_SHOWN - len(matter), 0)], key=lambda seat: seat.number)


def queue_group(activity_id: int) -> Group | None:
    """The group of the public queue that is filled next."""
    return (
        Group.objects.filter(activity_id=activity_id, state=Group.State.FORMING, leader_id=0)
        .extra(select={"is_empty": "taken = 0"}, order_by=["is_empty", "draw_number"])
        .first()
    )


def leader_groups(activity_id: int, now: datetime, viewer_id: int, at_most: int = 20) -> list[GroupLine]:
    """Open groups of leaders in which somebody has paid a seat, the fullest first."""
    wanted = fullest_groups(activity_id, now, at_most)
    found = Group.objects.filter(pk__in=wanted, state=Group.State.FORMING, expires_at__gt=now)
    return group_lines(list(found.order_by("-taken", "id")), viewer_id)


def fullest_groups(activity_id: int, now: datetime, at_most: int) -> list[int]:
    """Open groups of leaders, the fullest first. Where there are more than are shown, they are kept for a
    moment: finding the fullest of many thousand looks at each of them.
    """
    key = f"shop-fullest-{connection.settings_dict['NAME']}-{activity_id}"
    kept: list[int] | None = cache.get(key)
    if kept is not None:
        return kept
    open_groups = Group.objects.filter(
        activity_id=activity_id,
        state=Group.State.FORMING,
        leader_id__gt=0,
        taken__gt=0,
        expires_at__gt=now,
    )
    found = list(open_groups.order_by("-taken", "id").values_list("id", flat=True)[:at_most])
    if len(found) == at_most:
        cache.set(key, found, FULLEST_KEPT)
    return found


def recent_groups(activity_id: int, viewer_id: int, at_most: int = 8) -> list[GroupLine]:
    """Groups that came to an end with somebody in them, the newest first."""
    ended = (Group.State.SETTLED, Group.State.DISSOLVED, Group.State.EXPIRED)
    found: list[Group] = []
    for state in ended:  # the index holds each state in the order of draw numbers
        of_state = Group.objects.filter(activity_id=activity_id, state=state, taken__gt=0)
        found += of_state.order_by("-draw_number")[:at_most]
    newest = sorted(found, key=lambda group: group.finished_at or group.committed_at, reverse=True)
    return group_lines(newest[:at_most], viewer_id)


def full_groups(activity_id: int, viewer_id: int, at_most: int = 8) -> list[GroupLine]:
    """Full groups that wait for their public value, the one that has waited longest first."""
    found = Group.objects.filter(activity_id=activity_id, state=Group.State.FILLED)
    return group_lines(list(found.order_by("filled_at", "draw_number")[:at_most]), viewer_id)


def waiting_draws(activity_id: int, at_most: int = 500) -> list[GroupLine]:
    """Draws whose commits are public and whose groups still form: those in work, and the next ones."""
    found = Group.objects.filter(activity_id=activity_id, state=Group.State.FORMING)
    return group_lines(list(found.order_by("draw_number")[:at_most]), 0)


def group_lines(groups: Sequence[Group], viewer_id: int) -> list[GroupLine]:
    names = nicknames([group.leader_id for group in groups if group.leader_id])
    return [
        GroupLine(
            id=group.pk,
            number=group.draw_number,
            state=STATE_NAMES[group.state],
            size=group.size,
            taken=group.taken + len(group.held_members),
            commit=bytes(group.commit).hex(),
            draw_id=draw_id(group.activity_id, group.draw_number),
            leader_name=masked(names.get(group.leader_id, "")) if group.leader_id else "",
            leader_hue=hue_of(group.leader_id),
            leader_initial=names.get(group.leader_id, NO_NAME)[:1].upper(),
            expires_at=group.expires_at,
            finished_at=group.finished_at,
            has_own=viewer_id > 0 and viewer_id in (*group.seat_members, *group.held_members),
            was_full=group.filled_at is not None,
        )
        for group in groups
    ]
