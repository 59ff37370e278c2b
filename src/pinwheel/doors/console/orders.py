"""Orders: read only, with everything the ledger moved for each."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import BEFORE, LIST_PAGE, MOST, ReadOnlyAdmin, is_key
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import activity_link, group_link, member_link, shop_group
from pinwheel.doors.console.lookups import activity_titles, goods_names, member_names
from pinwheel.doors.console.order_page import order_facts, order_money, presale_money
from pinwheel.doors.console.order_parcel import order_sections
from pinwheel.doors.console.page import Action, Section
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.transfers import TransferTable, transfers_of_order
from pinwheel.doors.console.words import ORDER_STATES, ROUTES
from pinwheel.market import ids
from pinwheel.market.groups.models import Group
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import read_phone
from pinwheel.market.orders.models import Order, Unpaid, Waiting
from pinwheel.market.presale.models import Balance
from pinwheel.market.refusals import Refused

State = Order.State
NEAR = 20_000  # orders among which those that are seated are looked for first
SEATED_NEAR = (
    "SELECT id FROM (SELECT id, state FROM orders_order WHERE id < %(before)s{within} ORDER BY id DESC"
    " LIMIT %(near)s) AS near WHERE state = 2 ORDER BY id DESC LIMIT %(most)s"
)
SEATED_ANYWHERE = (
    "SELECT s.order_id FROM groups_group g CROSS JOIN unnest(g.seats) AS s (order_id)"
    " WHERE g.state IN (0, 1) AND g.taken > 0 AND s.order_id < %(before)s{within}"
    " ORDER BY s.order_id DESC LIMIT %(most)s"
)


def in_state(orders: QuerySet[Any], state: int) -> QuerySet[Any]:
    """Orders of one state. The states on the way are few and stand in small tables of their own."""
    if state == State.UNPAID:
        return orders.filter(state=state, pk__in=Unpaid.objects.values("order_id"))
    if state == State.PAID:
        return orders.filter(state=state, pk__in=Waiting.objects.values("order_id"))
    if state == State.LAPSED:
        return orders.filter(state=state, paid_at=None)
    if state == State.BALANCE_DUE:
        due = Balance.objects.filter(state=Balance.State.DUE)
        return orders.filter(state=state, pk__in=due.values("order_id"))
    return orders.filter(state=state)


class OrderStates(number_filter(gettext_lazy("state"), "state", words_of(ORDER_STATES), in_state)):  # type: ignore[misc]
    """Orders of one state. Those that sit in a group are found through the groups that are not over."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != str(State.SEATED.value) or request.GET.get(SEARCH_VAR):
            found: QuerySet[Any] = super().queryset(request, queryset)
            return found
        asked, before = request.GET.get("activity_id", ""), request.GET.get(BEFORE, "")
        newest = newest_seated(
            int(asked) if is_key(asked) else None, int(before) if is_key(before) else MOST, LIST_PAGE + 1
        )
        return queryset.filter(state=State.SEATED, pk__in=newest)


def newest_seated(activity_id: int | None, before: int, at_most: int) -> list[int]:
    """The newest orders older than `before` that have a seat in a group that forms or waits for its draw.

    They are mostly among the newest of all; where they are not, they are found through their groups.
    """
    within = "" if activity_id is None else " AND activity_id = %(activity)s"
    asked = {"before": before, "activity": activity_id, "most": at_most, "near": NEAR}
    found: list[int] = []
    with connection.cursor() as cursor:
        for query in (SEATED_NEAR, SEATED_ANYWHERE):
            cursor.execute(query.format(within=within), asked)
            found = [row[0] for row in cursor.fetchall()]
            if len(found) == at_most:
                break
    return found


@admin.register(Order, site=SITE)
class OrderAdmin(ReadOnlyAdmin):
    """Orders, newest first."""

    list_display = (
        "public_id",
        "made",
        "activity",
        "member",
        "product",
        "price_figure",
        "refunded_figure",
        "state_word",
        "group",
    )
    list_filter = (
        OrderStates,
        number_filter(gettext_lazy("payment route"), "route", ROUTES),
    )
    search_fields = ("id",)
    search_help_text = gettext_lazy("order O…, member M…, group G…, activity A…, or phone")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        own = lookup in ("activity_id", "member_id")
        return own or super().lookup_allowed(lookup, value, request)

    def attach(self, rows: Sequence[Any]) -> None:
        titles = activity_titles(order.activity_id for order in rows)
        members = member_names(order.member_id for order in rows)
        products = goods_names((order.pk, order.product_id) for order in rows)
        for order in rows:
            order.activity_title = titles.get(order.activity_id, "")
            order.member_name = members.get(order.member_id, "")
            order.product_name = products.get(order.pk, text.NOTHING)

    def search(self, queryset: Any, term: str) -> Any:
        return narrowed(queryset, term)

    def page_title(self, found: Order) -> str:
        return ids.to_text(ids.ORDER, found.pk)

    def page_actions(self, request: HttpRequest, found: Order) -> Sequence[Action]:
        if not found.group_id:
            return []
        return [Action(_("Its group in the shop"), shop_group(found.group_id), "storefront")]

    def sections(self, request: HttpRequest, found: Order) -> Sequence[Section]:
        sections: list[Section] = [order_facts(found), order_money(found)]
        presale = presale_money(found)
        sections += [presale] if presale else []
        sections += order_sections(request, found.pk)
        rows = transfers_of_order(found)
        sections.append(TransferTable(rows).section(_("What the ledger moved for it")))
        return sections

    @admin.display(description=gettext_lazy("Order"))
    def public_id(self, order: Order) -> SafeString:
        return text.code(ids.to_text(ids.ORDER, order.pk))

    @admin.display(description=gettext_lazy("Ordered"))
    def made(self, order: Order) -> SafeString:
        return text.moment_cell(order.created_at)

    @admin.display(description=gettext_lazy("Activity"))
    def activity(self, order: Any) -> SafeString:
        return activity_link(order.activity_id, order.activity_title)

    @admin.display(description=gettext_lazy("Member"))
    def member(self, order: Any) -> SafeString:
        return member_link(order.member_id, order.member_name)

    @admin.display(description=gettext_lazy("Product"))
    def product(self, order: Any) -> str:
        return str(order.product_name)

    @admin.display(description=gettext_lazy("Price"))
    def price_figure(self, order: Order) -> SafeString:
        return text.amount(order.price)

    @admin.display(description=gettext_lazy("Refunded"))
    def refunded_figure(self, order: Order) -> SafeString:
        return text.amount(order.refunded)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, order: Order) -> SafeString:
        return text.state_label(ORDER_STATES, order.state)

    @admin.display(description=gettext_lazy("Group"))
    def group(self, order: Order) -> SafeString:
        return group_link(order.group_id)


def narrowed(orders: QuerySet[Any], term: str) -> QuerySet[Any]:
    """The orders that a public id or a phone number means."""
    said = term.upper()
    for kind, column in ((ids.ORDER, "pk"), (ids.MEMBER, "member_id"), (ids.ACTIVITY, "activity_id")):
        number = ids.from_text(kind, said)
        if number is not None:
            return orders.filter(**{column: number})
    group = ids.from_text(ids.GROUP, said)
    if group is not None:
        seats = Group.objects.filter(pk=group).values_list("seats", flat=True).first()
        return orders.filter(pk__in=seats or [])
    try:
        phone = read_phone(term)
    except Refused:
        return orders.none()
    return orders.filter(member_id__in=list(Member.objects.filter(phone=phone).values_list("pk", flat=True)))
