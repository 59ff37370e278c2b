"""Groups and their draws: read only. The seed is shown once the group is finished, never before."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.group_page import draw_facts, group_facts, held_seats, seats
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import activity_link, list_url, shop_evidence, shop_group
from pinwheel.doors.console.lookups import activity_titles
from pinwheel.doors.console.page import Action, Section
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import GROUP_STATES, IN_ADVANCE, group_state
from pinwheel.market import ids
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order

COLUMNS = (
    "id",
    "activity_id",
    "draw_number",
    "leader_id",
    "size",
    "taken",
    "state",
    "opened_at",
    "finished_at",
)


def in_state(groups: QuerySet[Any], state: int) -> QuerySet[Any]:
    """Groups of one state; those open in advance are not counted among the forming."""
    if state == IN_ADVANCE:
        return groups.filter(state=Group.State.FORMING, taken=0, leader_id=0)
    if state == Group.State.FORMING:
        return groups.filter(state=state).exclude(taken=0, leader_id=0)
    return groups.filter(state=state)


def begun(groups: QuerySet[Any]) -> QuerySet[Any]:
    """All groups but those open in advance, which would stand before all others."""
    return groups.exclude(state=Group.State.FORMING, taken=0, leader_id=0)


@admin.register(Group, site=SITE)
class GroupAdmin(ReadOnlyAdmin):
    """Groups, newest first; those open in advance have their draw committed before anybody sits."""

    list_display = (
        "public_id",
        "activity",
        "draw_figure",
        "state_word",
        "seats_figure",
        "opened",
        "finished",
    )
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(GROUP_STATES), in_state, begun),)
    search_fields = ("id",)
    search_help_text = gettext_lazy("group id (G…) or activity id (A…)")

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = super().get_queryset(request)
        is_page = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return queryset if is_page else queryset.only(*COLUMNS)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "activity_id" or super().lookup_allowed(lookup, value, request)

    def attach(self, rows: Sequence[Any]) -> None:
        titles = activity_titles(group.activity_id for group in rows)
        for group in rows:
            group.activity_title = titles.get(group.activity_id, "")

    def search(self, queryset: Any, term: str) -> Any:
        group, activity = ids.from_text(ids.GROUP, term.upper()), ids.from_text(ids.ACTIVITY, term.upper())
        if group is not None:
            return queryset.filter(pk=group)
        return queryset.filter(activity_id=activity) if activity is not None else queryset.none()

    def page_title(self, found: Group) -> str:
        return ids.to_text(ids.GROUP, found.pk)

    def page_actions(self, request: HttpRequest, found: Group) -> Sequence[Action]:
        actions = [Action(_("Open in the shop"), shop_group(found.pk), "storefront")]
        if found.finished_at is not None and found.drawn_order:
            actions.append(Action(_("Verify in the shop"), f"{shop_group(found.pk)}#verify", "verified_user"))
        if found.finished_at is not None:
            actions.append(Action(_("Evidence (JSON)"), shop_evidence(found.pk), "download"))
        if found.taken and request.user.has_perm("orders.view_order"):
            query = f"q={ids.to_text(ids.GROUP, found.pk)}"
            actions.append(Action(_("Its orders"), list_url(Order, query), "receipt_long"))
        return actions

    def sections(self, request: HttpRequest, found: Group) -> Sequence[Section]:
        sections: list[Section] = [group_facts(found), seats(found)]
        if found.held_members:
            sections.append(held_seats(found))
        return [*sections, draw_facts(found)]

    @admin.display(description=gettext_lazy("Group"))
    def public_id(self, group: Group) -> SafeString:
        return text.code(ids.to_text(ids.GROUP, group.pk))

    @admin.display(description=gettext_lazy("Activity"))
    def activity(self, group: Any) -> SafeString:
        return activity_link(group.activity_id, group.activity_title)

    @admin.display(description=gettext_lazy("Draw no."))
    def draw_figure(self, group: Group) -> SafeString:
        return text.count(group.draw_number)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, group: Group) -> SafeString:
        return text.state_label(GROUP_STATES, group_state(group))

    @admin.display(description=gettext_lazy("Seats"))
    def seats_figure(self, group: Group) -> SafeString:
        return text.figure(f"{group.taken} / {group.size}")

    @admin.display(description=gettext_lazy("Opened"))
    def opened(self, group: Group) -> SafeString:
        return text.moment_cell(group.opened_at)

    @admin.display(description=gettext_lazy("Finished"))
    def finished(self, group: Group) -> SafeString:
        return text.moment_cell(group.finished_at)
