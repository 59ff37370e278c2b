"""Moves of points into and out of the pools, and exchanges of points for goods: read only."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import batch_link, member_link, page_url
from pinwheel.doors.console.lookups import member_names, member_of
from pinwheel.doors.console.page import Action, Facts, Section
from pinwheel.doors.console.site import SITE
from pinwheel.market.catalogue.models import Product
from pinwheel.market.pool.models import Exchange, ExchangeItem, ExchangeParcel, PoolMove

IN, OUT = 1, 0


class OfMembers(ReadOnlyAdmin):
    """Rows of members, found by member id or phone; one member's are linked to."""

    search_fields = ("member_id",)
    search_help_text = gettext_lazy("member id (M…) or phone")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in ("member_id", "plan") or super().lookup_allowed(lookup, value, request)

    def search(self, queryset: Any, term: str) -> Any:
        member = member_of(term)
        return queryset.filter(member_id=member) if member is not None else queryset.none()

    def attach(self, rows: Sequence[Any]) -> None:
        names = member_names(row.member_id for row in rows)
        for row in rows:
            row.member_name = names.get(row.member_id, "")

    @admin.display(description=gettext_lazy("Member"))
    def member(self, row: Any) -> SafeString:
        return member_link(row.member_id, row.member_name)

    @admin.display(description=gettext_lazy("Time"))
    def made(self, row: Any) -> SafeString:
        return text.moment_cell(row.at)

    @admin.display(description=gettext_lazy("Batch"))
    def posted(self, row: Any) -> SafeString:
        return batch_link(row.batch)


def in_direction(moves: Any, direction: int) -> Any:
    """Moves into the pool, or out of it."""
    return moves.filter(points__gt=0) if direction == IN else moves.filter(points__lt=0)


@admin.register(PoolMove, site=SITE)
class PoolMoveAdmin(OfMembers):
    """Moves of points, newest first."""

    list_display = ("number", "made", "member", "plan_id", "points_figure", "posted")
    words = {IN: gettext_lazy("into the pool"), OUT: gettext_lazy("out of the pool")}
    list_filter = (number_filter(gettext_lazy("direction"), "direction", words, in_direction),)

    def page_title(self, found: PoolMove) -> str:
        return f"{_('Move of points')} {found.pk}"

    def sections(self, request: HttpRequest, found: PoolMove) -> Sequence[Section]:
        name = member_names([found.member_id]).get(found.member_id, "")
        rows = [
            (_("Member"), member_link(found.member_id, name)),
            (_("Plan id"), text.code(found.plan)),
            (_("Points"), text.figure(text.signed_text(found.points))),
            (_("Time"), text.moment_cell(found.at)),
            (_("Posted by batch"), batch_link(found.batch)),
        ]
        return [Facts(_("Move of points"), rows)]

    @admin.display(description=gettext_lazy("Number"))
    def number(self, move: PoolMove) -> SafeString:
        return text.code(str(move.pk))

    @admin.display(description=gettext_lazy("Plan"))
    def plan_id(self, move: PoolMove) -> SafeString:
        return text.code(move.plan)

    @admin.display(description=gettext_lazy("Points"))
    def points_figure(self, move: PoolMove) -> SafeString:
        return text.figure(text.signed_text(move.points))


@admin.register(Exchange, site=SITE)
class ExchangeAdmin(OfMembers):
    """Points given for goods, newest first."""

    list_display = ("number", "made", "member", "goods", "points_figure", "plan_id", "posted")
    list_select_related = ("item__product", "item__sku")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "item_id" or super().lookup_allowed(lookup, value, request)

    def page_title(self, found: Exchange) -> str:
        return f"{_('Exchange')} {found.pk}"

    def page_actions(self, request: HttpRequest, found: Exchange) -> Sequence[Action]:
        if not request.user.has_perm("delivery.view_delivery"):
            return ()
        return [Action(_("Its parcel"), page_url(ExchangeParcel, found.pk), "local_shipping")]

    def sections(self, request: HttpRequest, found: Exchange) -> Sequence[Section]:
        name = member_names([found.member_id]).get(found.member_id, "")
        item = found.item
        rows = [
            (_("Member"), member_link(found.member_id, name)),
            (_("Goods"), text.link(page_url(ExchangeItem, item.pk), item_name(item))),
            (_("Points given"), text.amount(found.points)),
            (_("Cash paid"), text.amount(found.cash)),
            (_("Plan id"), text.code(item.plan) if item.plan else _("the points mall")),
            (_("Time"), text.moment_cell(found.at)),
            (_("Posted by batch"), batch_link(found.batch)),
        ]
        return [Facts(_("Exchange"), rows)]

    @admin.display(description=gettext_lazy("Number"))
    def number(self, given: Exchange) -> SafeString:
        return text.code(str(given.pk))

    @admin.display(description=gettext_lazy("Goods"))
    def goods(self, given: Exchange) -> SafeString:
        return text.link(page_url(ExchangeItem, given.item_id), item_name(given.item))

    @admin.display(description=gettext_lazy("Points given"))
    def points_figure(self, given: Exchange) -> SafeString:
        return text.amount(given.points)

    @admin.display(description=gettext_lazy("Plan"))
    def plan_id(self, given: Exchange) -> object:
        return text.code(given.item.plan) if given.item.plan else text.NOTHING


def item_name(item: ExchangeItem) -> str:
    """Goods for points with what tells their variant from others, as `Cup (red)`."""
    name = product_name(item.product)
    options = (item.sku.options_zh if in_chinese() else item.sku.options_en) if item.sku else ""
    return f"{name} ({options})" if options else name


def product_name(product: Product) -> str:
    """A product's name in the operator's language."""
    return product.name_zh if in_chinese() else product.name_en
