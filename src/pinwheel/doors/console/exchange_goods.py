"""Goods that a plan gives for points: added, changed, hidden; kept for good once somebody had one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.forms import YuanField
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url
from pinwheel.doors.console.page import Action
from pinwheel.doors.console.pool_lists import product_name
from pinwheel.doors.console.pool_selectors import pool_plans
from pinwheel.doors.console.site import SITE
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.clock import current_time
from pinwheel.market.pool.exchanging import price_text, set_left
from pinwheel.market.pool.models import Exchange, ExchangeItem

MOST_LEFT = 1_000_000_000


class ProductChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, product: Product) -> str:
        return f"{product_name(product)} · {product.code}"


class SkuChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, sku: Sku) -> str:
        return (
            f"{product_name(sku.product)} · {sku.options_zh if in_chinese() else sku.options_en} · {sku.code}"
        )


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    """Goods for points. Plan and product are chosen once."""

    plan = forms.ChoiceField(
        label=gettext_lazy("Offered in"), required=False, widget=UnfoldAdminSelectWidget()
    )
    product = ProductChoice(
        label=gettext_lazy("Product"),
        queryset=Product.objects.order_by("-id"),
        widget=UnfoldAdminSelect2Widget(),
    )
    sku = SkuChoice(
        label=gettext_lazy("Variant"),
        required=False,
        queryset=Sku.objects.select_related("product").order_by("-id"),
        widget=UnfoldAdminSelect2Widget(),
        help_text=gettext_lazy("Where the product has any: the pieces come out of its stock."),
    )
    cash = YuanField(
        label=gettext_lazy("Cash with them (yuan)"),
        required=False,
        help_text=gettext_lazy("In the points mall only; left empty, points alone."),
    )
    per_member = forms.IntegerField(
        label=gettext_lazy("For each member"),
        required=False,
        min_value=1,
        max_value=MOST_LEFT,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=gettext_lazy("Left empty, no limit."),
    )
    points = YuanField(
        label=gettext_lazy("Points for one"),
        at_least=1,
        help_text=gettext_lazy("In points, with at most two decimals."),
    )
    left = forms.IntegerField(
        label=gettext_lazy("Stock (pieces)"),
        min_value=0,
        max_value=MOST_LEFT,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=gettext_lazy("Each exchange takes one."),
    )
    left_shown = forms.IntegerField(required=False, widget=forms.HiddenInput())
    is_shown = forms.BooleanField(
        label=gettext_lazy("Shown to members"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=gettext_lazy("Switch off in place of deleting."),
    )

    class Meta:
        model = ExchangeItem
        fields = ("plan", "product", "sku", "points", "cash", "per_member", "left", "is_shown")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk:
            del self.fields["plan"], self.fields["product"], self.fields["sku"]
            self.fields["left_shown"].initial = self.instance.left
        else:
            choices: list[tuple[str, Any]] = [("", _("the points mall"))]
            choices += [(plan.name, f"{plan.title} · {plan.name}") for plan in pool_plans(current_time())]
            self.fields["plan"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["cash"] = data.get("cash") or 0
        plan = self.instance.plan if self.instance.pk else data.get("plan", "")
        if plan and data["cash"]:
            self.add_error("cash", _("Only goods of the points mall ask for cash as well."))
        if not self.instance.pk and data.get("product"):
            self.check_goods(plan, data["product"], data.get("sku"))
        return data

    def check_goods(self, plan: str, product: Product, sku: Sku | None) -> None:
        """One entry for each variant; a variant is of its product, and named where there are any."""
        if ExchangeItem.objects.filter(plan=plan, product=product, sku=sku).exists():
            self.add_error("product", _("This plan has this product already; change that entry."))
        if (sku is None) == product.skus.exists() or (sku is not None and sku.product_id != product.pk):
            self.add_error("sku", _("Choose a variant of this product; leave it empty where there are none."))


@admin.register(ExchangeItem, site=SITE)
class ExchangeItemAdmin(ConsoleAdmin):
    """Goods for points, newest first."""

    form = ItemForm
    list_display = ("goods", "plan_id", "points_figure", "left_figure", "given_figure", "shown_word")
    list_select_related = ("product", "sku")
    search_fields = ("plan",)
    search_help_text = gettext_lazy("plan id or product code")

    def search(self, queryset: Any, term: str) -> Any:
        of_plan = queryset.filter(plan__startswith=term)
        return of_plan | queryset.filter(product__code__startswith=term)

    def attach(self, rows: Sequence[Any]) -> None:
        counts = Exchange.objects.filter(item__in=[row.pk for row in rows]).order_by()
        given = dict(counts.values_list("item").annotate(Count("pk")))
        for row in rows:
            row.given = given.get(row.pk, 0)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        which = ("plan", "product", "sku") if obj is None else self.get_readonly_fields(request, obj)
        return (*which, "points", "cash", "per_member", "left", "left_shown", "is_shown")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("plan_id", "goods") if obj is not None else ()

    def page_actions(self, request: HttpRequest, found: ExchangeItem) -> Sequence[Action]:
        if not request.user.has_perm("pool.view_exchange"):
            return []
        url = list_url(Exchange, f"item_id={found.pk}")
        return [Action(_("Its exchanges"), url, "redeem")]

    def save_model(self, request: HttpRequest, obj: ExchangeItem, form: Any, change: bool) -> None:
        """Members exchange meanwhile: only what was changed is written, and the stock only if it is still
        what was shown.
        """
        left = form.cleaned_data["left"]
        if not change:
            obj.left = 0
            super().save_model(request, obj, form, change)
            set_left(obj, left, None, current_time())
            return
        if left != form.cleaned_data["left_shown"]:
            set_left(obj, left, form.cleaned_data["left_shown"], current_time())
        obj.save(update_fields=["points", "cash", "per_member", "is_shown"])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or not request.user.has_perm("pool.delete_exchangeitem"):
            return False
        return obj.sku_id is None and not Exchange.objects.filter(item=obj).exists()

    @admin.display(description=gettext_lazy("Goods"))
    def goods(self, item: ExchangeItem) -> str:
        name = product_name(item.product)
        return (
            f"{name} · {item.sku.options_zh if in_chinese() else item.sku.options_en}" if item.sku else name
        )

    @admin.display(description=gettext_lazy("Offered in"))
    def plan_id(self, item: ExchangeItem) -> object:
        return text.code(item.plan) if item.plan else _("the points mall")

    @admin.display(description=gettext_lazy("Points for one"))
    def points_figure(self, item: ExchangeItem) -> SafeString:
        return text.figure(price_text(item))

    @admin.display(description=gettext_lazy("Stock"))
    def left_figure(self, item: ExchangeItem) -> SafeString:
        return text.count(item.left)

    @admin.display(description=gettext_lazy("Exchanged"))
    def given_figure(self, item: Any) -> SafeString:
        return text.count(item.given)

    @admin.display(description=gettext_lazy("State"))
    def shown_word(self, item: ExchangeItem) -> SafeString:
        return text.label(_("shown"), "success") if item.is_shown else text.label(_("hidden"), "default")
