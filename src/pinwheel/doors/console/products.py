"""Products: what a group is about, with variants, pictures and stock; prices typed in yuan."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.filters import number_filter
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Notice, Page, Table, ask
from pinwheel.doors.console.pool_lists import product_name as name_of
from pinwheel.doors.console.product_forms import (
    PictureInline,
    ProductForm,
    SkuForm,
    SkuInline,
    StockForm,
    category_name,
)
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.market import ids
from pinwheel.market.activities.models import ActivityProduct
from pinwheel.market.catalogue.models import PriceChange, Product, Sku, StockMovement
from pinwheel.market.catalogue.services import copy_product, keep_price
from pinwheel.market.catalogue.stock import correct, receive
from pinwheel.market.clock import current_time
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.prizes.models import PrizeProduct
from pinwheel.market.refusals import Refused


@admin.register(Product, site=SITE)
class ProductAdmin(ConsoleAdmin):
    """Products; one that something uses cannot be deleted."""

    form = ProductForm
    inlines = (SkuInline, PictureInline)
    list_display = (
        "named",
        "shop_code",
        "in_category",
        "price_figure",
        "stock_figure",
        "shelf_word",
        "created",
    )
    list_filter = (
        number_filter(
            gettext_lazy("warehouse"),
            "is_prize",
            {0: gettext_lazy("ordinary products"), 1: gettext_lazy("draw products")},
        ),
        number_filter(
            gettext_lazy("shelf"),
            "is_on_shelf",
            {1: gettext_lazy("on the shelf"), 0: gettext_lazy("off the shelf")},
        ),
    )
    list_select_related = ("category__parent",)
    pages = {"copy": "copy_page", "stock": "stock_page"}
    search_fields = ("code",)
    search_help_text = gettext_lazy("product code or name")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(
            Q(code__startswith=term) | Q(name_zh__contains=term) | Q(name_en__icontains=term)
        )

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        if not change:
            now = current_time()
            obj.pk, obj.created_at = ids.new_id(now), now
        super().save_model(request, obj, form, change)
        keep_price(obj, current_time())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New variants get their numbers."""
        if formset.model is Sku:
            for sku in formset.save(commit=False):
                sku.pk = sku.pk or ids.new_id(current_time())
                if Sku.objects.filter(pk=sku.pk).exists():
                    sku.save(update_fields=list(SkuForm.Meta.fields))
                else:
                    sku.save()
            return
        super().save_formset(request, form, formset, change)

    def attach(self, rows: Any) -> None:
        sums = Sku.objects.filter(product__in=[row.pk for row in rows]).order_by().values_list("product")
        pieces = dict(sums.annotate(Sum("stock")))
        for row in rows:
            row.pieces = pieces.get(row.pk)

    def page_actions(self, request: HttpRequest, found: Product) -> list[Action]:
        actions = []
        if request.user.has_perm("catalogue.add_product"):
            actions.append(Action(_("Copy…"), page_url(Product, found.pk, "copy"), "content_copy"))
        if request.user.has_perm("catalogue.add_stockmovement") and found.skus.exists():
            actions.append(
                Action(_("Change stock…"), page_url(Product, found.pk, "stock"), "inventory", "primary")
            )
        if request.user.has_perm("catalogue.view_stockmovement"):
            url = list_url(StockMovement, f"sku__product_id={found.pk}")
            actions.append(Action(_("Stock movements"), url, "swap_vert"))
        return actions

    def copy_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then copy: the copy is off the shelf and has no stock."""
        if not request.user.has_perm("catalogue.add_product"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            copy = copy_product(found.pk, current_time())
            record(request, copy, _("Copied from %s") % object_id)
            return HttpResponseRedirect(page_url(Product, copy.pk))
        notice = Notice(_("The copy has a code of its own, no stock, and is off the shelf."))
        page = Page(_("Copy %s") % name_of(found), [notice])
        return ask(request, page, _("Copy"), page_url(Product, found.pk), self)

    def stock_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Pieces that came in, or a count that found another number."""
        if not request.user.has_perm("catalogue.add_stockmovement"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        form = StockForm(found, request.POST or None)
        if request.method == "POST" and form.is_valid() and self.change_stock(request, found, form):
            return HttpResponseRedirect(page_url(Product, found.pk))
        rows = [
            (text.code(sku.code), sku.options_zh if in_chinese() else sku.options_en, text.count(sku.stock))
            for sku in found.skus.all()
        ]
        table = Table(_("variants"), [_("Code"), _("Variant"), _("Stock")], rows, right=[2])
        page = Page(_("Change the stock of %s") % name_of(found), [table])
        return ask(request, page, _("Change"), page_url(Product, found.pk), self, form)

    def change_stock(self, request: HttpRequest, found: Product, form: StockForm) -> bool:
        """Do what the form says; a refusal becomes an error of the form."""
        data = form.cleaned_data
        service = receive if data["kind"] == StockForm.RECEIVED else correct
        try:
            service(data["sku"].pk, data["pieces"], data["reason"], request.user, current_time())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refusal_text(refused))
            return False
        record(request, found, f"{data['sku'].code} {data['pieces']:+} {data['reason']}")
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or not request.user.has_perm("catalogue.delete_product"):
            return False
        users = (ActivityProduct, PrizeProduct, ExchangeItem, Sku, PriceChange)
        return not any(model._default_manager.filter(product=obj).exists() for model in users)

    @admin.display(description=gettext_lazy("Product"))
    def named(self, product: Product) -> str:
        return name_of(product)

    @admin.display(description=gettext_lazy("Category"))
    def in_category(self, product: Product) -> str:
        return category_name(product.category) if product.category else ""

    @admin.display(description=gettext_lazy("State"))
    def shelf_word(self, product: Product) -> SafeString:
        word = (
            text.label(_("on the shelf"), "success")
            if product.is_on_shelf
            else text.label(_("off the shelf"))
        )
        return text.lines([word, text.label(_("draw product"), "info")]) if product.is_prize else word

    @admin.display(description=gettext_lazy("Code"))
    def shop_code(self, product: Product) -> SafeString:
        return text.code(product.code)

    @admin.display(description=gettext_lazy("Price"))
    def price_figure(self, product: Product) -> SafeString:
        return text.amount(product.price)

    @admin.display(description=gettext_lazy("Stock"))
    def stock_figure(self, product: Any) -> object:
        return text.count(product.pieces) if product.pieces is not None else text.NOTHING

    @admin.display(description=gettext_lazy("Made"))
    def created(self, product: Product) -> SafeString:
        return text.moment_cell(product.created_at)
