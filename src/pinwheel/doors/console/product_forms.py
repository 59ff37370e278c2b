"""The forms of products: their facts, variants, pictures, and changes of stock."""

from typing import Any

from django import forms
from django.contrib import admin
from unfold.admin import TabularInline
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.console import text
from pinwheel.doors.console.forms import YuanField
from pinwheel.doors.console.language import gettext_lazy as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.market.catalogue.models import Category, Product, ProductPicture, Sku
from pinwheel.market.catalogue.stock import MOST_PIECES

MOST_DETAIL = 20_000


def category_name(category: Category) -> str:
    """A category with the one above it, in the operator's language."""
    names = [one.name_zh if in_chinese() else one.name_en for one in (category.parent, category) if one]
    return " › ".join(names)


class CategoryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, category: Category) -> str:
        return category_name(category)


class SkuForm(forms.ModelForm):  # type: ignore[type-arg]
    """A variant; its stock changes by movements alone."""

    price = YuanField(label=_("Price (yuan)"), at_least=1)
    cost = YuanField(label=_("Cost (yuan)"), required=False)

    class Meta:
        model = Sku
        fields = ("code", "options_zh", "options_en", "price", "cost", "position")
        labels = {
            "code": _("Code"),
            "options_zh": _("Variant (Chinese)"),
            "options_en": _("Variant (English)"),
            "position": _("Position"),
        }

    def clean_cost(self) -> int:
        return self.cleaned_data["cost"] or 0


class SkuInline(TabularInline):  # type: ignore[misc]
    """A product's variants. They are not deleted: orders name them."""

    model = Sku
    form = SkuForm
    extra = 0
    can_delete = False
    fields = ("code", "options_zh", "options_en", "price", "cost", "position", "in_stock")
    readonly_fields = ("in_stock",)
    verbose_name = _("variant")
    verbose_name_plural = _("variants")

    @admin.display(description=_("Stock"))
    def in_stock(self, sku: Sku) -> object:
        return text.count(sku.stock) if sku.pk else text.NOTHING


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
    detail_zh = forms.CharField(
        label=_("Detail (Chinese)"),
        required=False,
        max_length=MOST_DETAIL,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=_("Plain text; an empty line begins a paragraph."),
    )
    detail_en = forms.CharField(
        label=_("Detail (English)"),
        required=False,
        max_length=MOST_DETAIL,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
    )
    category = CategoryChoice(
        label=_("Category"),
        required=False,
        queryset=Category.objects.select_related("parent"),
        widget=UnfoldAdminSelectWidget(),
    )
    is_prize = forms.BooleanField(
        label=_("Draw product"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=_("Kept in the warehouse of draw products, apart from the ordinary ones."),
    )
    is_on_shelf = forms.BooleanField(
        label=_("On the shelf"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget()
    )

    class Meta:
        model = Product
        fields = (
            "code",
            "name_zh",
            "name_en",
            "category",
            "about_zh",
            "about_en",
            "detail_zh",
            "detail_en",
            "price",
            "cost",
            "is_prize",
            "is_on_shelf",
        )


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


class StockForm(forms.Form):
    """A change of one variant's stock by hand."""

    RECEIVED, CORRECTED = "received", "corrected"
    sku = forms.ModelChoiceField(
        label=_("Variant"), queryset=Sku.objects.none(), widget=UnfoldAdminSelectWidget()
    )
    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(RECEIVED, _("pieces came in")), (CORRECTED, _("the count is another"))],
        widget=UnfoldAdminSelectWidget(
            choices=[(RECEIVED, _("pieces came in")), (CORRECTED, _("the count is another"))]
        ),
    )
    pieces = forms.IntegerField(
        label=_("Pieces"),
        min_value=-MOST_PIECES,
        max_value=MOST_PIECES,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("With a minus where a count found fewer."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Needed for a count."),
    )

    def __init__(self, product: Product, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["sku"].queryset = product.skus.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        pieces = data.get("pieces")
        if pieces is not None and data.get("kind") == self.RECEIVED and pieces < 1:
            self.add_error("pieces", _("Pieces that came in are 1 or more."))
        elif pieces == 0:
            self.add_error("pieces", _("A count that finds nothing else changes nothing."))
        return data
