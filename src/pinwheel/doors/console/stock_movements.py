"""Movements of stock, and categories of products."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin, ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Facts, Section
from pinwheel.doors.console.pool_lists import product_name as name_of
from pinwheel.doors.console.product_forms import CategoryChoice, category_name
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import STOCK_MOVEMENTS
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.catalogue.models import Category, Product, StockMovement


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A category of the first or the second level."""

    parent = CategoryChoice(
        label=gettext_lazy("Above it"),
        required=False,
        queryset=Category.objects.filter(parent=None),
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("Left empty, a category of the first level; there are two."),
    )
    name_zh = forms.CharField(
        label=gettext_lazy("Name (Chinese)"), max_length=40, widget=UnfoldAdminTextInputWidget()
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name (English)"), max_length=40, widget=UnfoldAdminTextInputWidget()
    )
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=30_000,
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    class Meta:
        model = Category
        fields = ("parent", "name_zh", "name_en", "position")

    def clean_parent(self) -> Category | None:
        """One with children stays on the first level."""
        parent: Category | None = self.cleaned_data["parent"]
        is_own = parent is not None and parent.pk == self.instance.pk
        if parent is not None and (is_own or (self.instance.pk and self.instance.children.exists())):
            raise forms.ValidationError(_("It has categories below it and stays on the first level."))
        return parent


@admin.register(Category, site=SITE)
class CategoryAdmin(ConsoleAdmin):
    """Categories of products."""

    form = CategoryForm
    list_display = ("named", "place")
    list_select_related = ("parent",)

    @admin.display(description=gettext_lazy("Category"))
    def named(self, category: Category) -> str:
        return category_name(category)

    @admin.display(description=gettext_lazy("Position"))
    def place(self, category: Category) -> SafeString:
        return text.count(category.position)


@admin.register(StockMovement, site=SITE)
class StockMovementAdmin(ReadOnlyAdmin):
    """Changes of stock, newest first; kept for good."""

    list_display = ("made", "variant", "kind_word", "pieces_figure", "why", "by")
    list_select_related = ("sku__product", "operator")
    list_filter = (number_filter(gettext_lazy("kind"), "kind", STOCK_MOVEMENTS),)
    search_fields = ("sku__code",)
    search_help_text = gettext_lazy("variant code")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(sku__code__startswith=term)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in ("sku__product_id", "sku_id") or super().lookup_allowed(lookup, value, request)

    def page_title(self, found: StockMovement) -> str:
        return f"{_('stock movement')} {found.pk}"

    def sections(self, request: HttpRequest, found: StockMovement) -> list[Section]:
        product = found.sku.product
        rows = [
            (_("Product"), text.link(page_url(Product, product.pk), name_of(product))),
            (_("Variant"), text.code(found.sku.code)),
            (_("Kind"), STOCK_MOVEMENTS[found.kind]),
            (_("Pieces"), text.figure(f"{found.pieces:+,}")),
            (_("Reason"), found.reason or text.NOTHING),
            (_("Operator"), str(found.operator) if found.operator else text.NOTHING),
            (_("Time"), text.moment_cell(found.at)),
        ]
        if found.kind == StockMovement.Kind.RETURNED:
            rows.append((_("After-sale"), text.link(page_url(AfterSale, found.about), str(found.about))))
        return [Facts(_("stock movement"), rows)]

    @admin.display(description=gettext_lazy("Time"))
    def made(self, movement: StockMovement) -> SafeString:
        return text.moment_cell(movement.at)

    @admin.display(description=gettext_lazy("Variant"))
    def variant(self, movement: StockMovement) -> SafeString:
        return text.code(movement.sku.code)

    @admin.display(description=gettext_lazy("Kind"))
    def kind_word(self, movement: StockMovement) -> object:
        return STOCK_MOVEMENTS[movement.kind]

    @admin.display(description=gettext_lazy("Pieces"))
    def pieces_figure(self, movement: StockMovement) -> SafeString:
        return text.figure(f"{movement.pieces:+,}")

    @admin.display(description=gettext_lazy("Reason"))
    def why(self, movement: StockMovement) -> str:
        return movement.reason

    @admin.display(description=gettext_lazy("Operator"))
    def by(self, movement: StockMovement) -> str:
        return str(movement.operator) if movement.operator else ""
