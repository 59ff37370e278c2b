"""What the page of a group shows: its seats with their orders and bars, and its draw."""

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.links import (
    activity_link,
    batch_link,
    list_url,
    member_link,
    order_link,
    page_url,
)
from pinwheel.doors.console.lookups import activity_titles, member_names
from pinwheel.doors.console.page import Facts, Table
from pinwheel.doors.console.words import (
    GROUP_STATES,
    ORDER_STATES,
    PUBLIC_VALUE_STATES,
    bars_in_words,
    flags_in_words,
    group_state,
)
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id
from pinwheel.market.orders.models import Order
from pinwheel.market.public_values.evidence import value_of
from pinwheel.market.public_values.models import PublicValue

MOST_SHOWN = 500  # seats on one page; the list of the group's orders goes on from there


def terms_of_group(group: Group) -> Terms:
    """The terms that the group runs under."""
    version: int = Activity.objects.values_list("plan_version_id", flat=True).get(pk=group.activity_id)
    return terms_of(version)


def outcome_title(terms: Terms, outcome: int) -> str:
    """The name of an outcome class in the operator's language; a dash for none."""
    if outcome < 0:
        return text.NOTHING
    title = terms.plan.outcomes[outcome].title
    return title.zh if in_chinese() else title.en


def group_facts(group: Group) -> Facts:
    titles = activity_titles([group.activity_id])
    names = member_names([group.leader_id])
    leader = member_link(group.leader_id, names.get(group.leader_id, "")) if group.leader_id else None
    return Facts(
        _("Group"),
        [
            (_("State"), text.state_label(GROUP_STATES, group_state(group))),
            (_("Public id"), text.code(ids.to_text(ids.GROUP, group.pk))),
            (_("Activity"), activity_link(group.activity_id, titles.get(group.activity_id, ""))),
            (_("Leader"), leader or _("none: public queue")),
            (_("Seats"), text.figure(f"{group.taken} / {group.size}")),
            (_("Opened"), text.moment_cell(group.opened_at)),
            (_("Expires"), text.moment_cell(group.expires_at)),
            (_("Finished"), text.moment_cell(group.finished_at)),
            (_("Settled by batch"), batch_link(group.settled_batch)),
        ],
    )


def seats(group: Group) -> Table:
    """Who sits where, and what became of it."""
    terms = terms_of_group(group)
    shown = group.seats[:MOST_SHOWN]
    orders = Order.objects.in_bulk(shown)
    names = member_names(group.seat_members[:MOST_SHOWN])
    drawn = {seat: place for place, seat in enumerate(group.drawn_order or [], start=1)}
    rows = []
    for seat, order_id in enumerate(shown, start=1):
        order = orders[order_id]
        rows.append(
            (
                text.count(seat),
                order_link(order_id),
                member_link(order.member_id, names.get(order.member_id, "")),
                text.lines(flags_in_words(order.flags)),
                text.state_label(ORDER_STATES, order.state),
                text.count(drawn[seat]) if seat in drawn else text.NOTHING,
                outcome_title(terms, order.outcome),
                text.lines(bars_in_words(order.bars)),
                text.amount(order.refunded),
            )
        )
    headers = [
        _("Seat"),
        _("Order"),
        _("Member"),
        _("About the join"),
        _("State"),
        _("Drawn as no."),
        _("Result"),
        _("Could not win because"),
        _("Refunded"),
    ]
    more = None
    if len(shown) < len(group.seats):
        more = (_("All its orders"), list_url(Order, f"q={ids.to_text(ids.GROUP, group.pk)}"))
    return Table(_("Seats"), headers, rows, right=[0, 5, 8], more=more)


def held_seats(group: Group) -> Table:
    """Members who joined the leader's group and have no seat yet."""
    names = member_names(group.held_members)
    rows = [(member_link(member, names.get(member, "")),) for member in group.held_members]
    return Table(_("Seats held until payment"), [_("Member")], rows)


def value_link(value: PublicValue) -> object:
    """Where the group's public value stands, with the way to its page."""
    label = text.state_label(PUBLIC_VALUE_STATES, value.state)
    shown = value.number or bytes(value.value or b"").hex()
    known = [text.code(shown)] if shown else []
    return text.lines([text.link(page_url(PublicValue, value.pk), label), *known])


def draw_facts(group: Group) -> Facts:
    """The draw's commitment, and what it revealed."""
    is_finished = group.finished_at is not None
    seed = bytes(group.server_seed).hex() if is_finished and group.server_seed else ""
    order = " ".join(map(str, group.drawn_order or []))
    value = value_of(group)
    public = [(_("Public value"), value_link(value))] if value else []
    return Facts(
        _("Draw"),
        [
            (_("Draw id"), text.code(draw_id(group.activity_id, group.draw_number))),
            (_("Committed"), text.moment_cell(group.committed_at)),
            (_("Commitment (SHA-256)"), text.code(bytes(group.commit).hex())),
            (_("Revealed seed"), text.code(seed) if seed else _("secret until the group is finished")),
            (_("Seats in drawn order"), text.code(order) if order else text.NOTHING),
            *public,
        ],
    )
