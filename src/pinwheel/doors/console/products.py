"""Products: what a group is about, with pictures; prices typed in yuan."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.forms import YuanField
from pinwheel.doors.console.language import gettext_lazy as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.site import SITE
from pinwheel.market import ids
from pinwheel.market.activities.models import ActivityProduct
from pinwheel.market.catalogue.models import Product, ProductPicture
from pinwheel.market.clock import current_time
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.prizes.models import PrizeProduct

MOST_STOCK = 1_000_000_000


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product's facts."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Your own short code: letters, digits, - and _."),
    )
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, widget=UnfoldAdminTextInputWidget())
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, widget=UnfoldAdminTextInputWidget())
    about_zh = forms.CharField(
        label=_("Description (Chinese)"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    about_en = forms.CharField(
        label=_("Description (English)"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    price = YuanField(label=_("Price (yuan)"), at_least=1)
    cost = YuanField(label=_("Cost (yuan)"), help_text=_("What one piece costs you."))
    stock = forms.IntegerField(
        label=_("Stock (pieces)"),
        min_value=0,
        max_value=MOST_STOCK,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    class Meta:
        model = Product
        fields = ("code", "name_zh", "name_en", "about_zh", "about_en", "price", "cost", "stock")


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ProductPicture
        fields = ("image", "position")
        labels = {"image": _("Picture"), "position": _("Position")}
        help_texts = {"position": _("The lowest is shown first.")}


class PictureInline(TabularInline):  # type: ignore[misc]
    """A product's pictures."""

    model = ProductPicture
    form = PictureForm
    extra = 1
    verbose_name = _("picture")
    verbose_name_plural = _("pictures")


@admin.register(Product, site=SITE)
class ProductAdmin(ConsoleAdmin):
    """Products; one that something uses cannot be deleted."""

    form = ProductForm
    inlines = (PictureInline,)
    list_display = ("named", "shop_code", "price_figure", "cost_figure", "stock_figure", "created")
    search_fields = ("code",)
    search_help_text = _("product code or name")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(
            Q(code__startswith=term) | Q(name_zh__contains=term) | Q(name_en__icontains=term)
        )

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        if not change:
            now = current_time()
            obj.pk, obj.created_at = ids.new_id(now), now
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or not request.user.has_perm("catalogue.delete_product"):
            return False
        users = (ActivityProduct, PrizeProduct, ExchangeItem)
        return not any(model._default_manager.filter(product=obj).exists() for model in users)

    @admin.display(description=_("Product"))
    def named(self, product: Product) -> str:
        return product.name_zh if in_chinese() else product.name_en

    @admin.display(description=_("Code"))
    def shop_code(self, product: Product) -> SafeString:
        return text.code(product.code)

    @admin.display(description=_("Price"))
    def price_figure(self, product: Product) -> SafeString:
        return text.amount(product.price)

    @admin.display(description=_("Cost"))
    def cost_figure(self, product: Product) -> SafeString:
        return text.amount(product.cost)

    @admin.display(description=_("Stock"))
    def stock_figure(self, product: Product) -> SafeString:
        return text.count(product.stock)

    @admin.display(description=_("Made"))
    def created(self, product: Product) -> SafeString:
        return text.moment_cell(product.created_at)
