"""The form of an activity's draft: one page, everything that is sold where, when and for how much."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.console.activity_pieces import MOST_STOCK, Pieces, pieces_of
from pinwheel.doors.console.forms import YuanField
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import offer_products
from pinwheel.market.catalogue.models import Product
from pinwheel.market.plans.models import REPORTS, PlanVersion
from pinwheel.market.prizes.models import PrizeProduct
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.canonical import from_canonical
from pinwheel.plan.model import Plan


class ProductChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, product: Product) -> str:
        name = product.name_zh if in_chinese() else product.name_en
        return f"{name} · {product.code} · {format_amount(product.price)}"


class PlanChoices(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, version: PlanVersion) -> str:
        title = json.loads(version.canonical)["title"]
        return f"{title['zh' if in_chinese() else 'en']} · {version}"


class ActivityForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft of an activity."""

    plan_version = PlanChoices(
        label=gettext_lazy("Published plan"),
        queryset=PlanVersion.objects.defer("source", *REPORTS).order_by("name", "-version"),
        widget=UnfoldAdminSelectWidget(),
        empty_label=gettext_lazy("Choose a published plan"),
    )
    title_zh = forms.CharField(
        label=gettext_lazy("Title (Chinese)"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Left empty, the plan's."),
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title (English)"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Left empty, the plan's."),
    )
    offered = ProductChoices(
        label=gettext_lazy("Products"),
        queryset=Product.objects.filter(is_on_shelf=True).order_by("-id"),
        widget=UnfoldAdminSelect2MultipleWidget(),
        help_text=gettext_lazy("One or several of the same price; members choose when they join."),
    )
    prizes = ProductChoices(
        label=gettext_lazy("Prizes to choose from"),
        required=False,
        queryset=Product.objects.order_by("-id"),
        widget=UnfoldAdminSelect2MultipleWidget(),
        help_text=gettext_lazy(
            "Where the plan lets winners choose. Left empty, they choose among the activity's products."
        ),
    )
    price = YuanField(
        label=gettext_lazy("Price (yuan)"),
        required=False,
        at_least=1,
        help_text=gettext_lazy("Left empty, the plan's."),
    )
    stock = forms.IntegerField(
        label=gettext_lazy("Stock per product"),
        required=False,
        min_value=1,
        max_value=MOST_STOCK,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=gettext_lazy(
            "Pieces of each product, of its variants each; taken out of their stock when it goes on sale."
            " Left empty, without limit, which products with variants cannot be. Refunded joins give"
            " theirs back."
        ),
    )
    takes_coupons = forms.BooleanField(
        label=gettext_lazy("Coupons can be used"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=gettext_lazy("A coupon pays a part of the price; the platform bears it."),
    )
    starts_at = forms.SplitDateTimeField(
        label=gettext_lazy("Starts"), widget=UnfoldAdminSplitDateTimeWidget()
    )
    ends_at = forms.SplitDateTimeField(
        label=gettext_lazy("Ends"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget(),
        help_text=gettext_lazy("Left empty, it runs until it is stopped."),
    )

    class Meta:
        model = Activity
        fields = ("plan_version", "title_zh", "title_en", "price", "takes_coupons", "starts_at", "ends_at")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk:
            offers = list(self.instance.offers.all())
            self.fields["offered"].initial = list(dict.fromkeys(offer.product_id for offer in offers))
            numbers = {offer.left for offer in offers}
            if len(numbers) > 1:
                self.fields["stock"].help_text = gettext_lazy(
                    "Products have numbers of their own, which stay if this is left empty."
                    " A number takes their place."
                )
            self.fields["stock"].initial = numbers.pop() if len(numbers) == 1 else None
            listed = PrizeProduct.objects.filter(activity=self.instance)
            self.fields["prizes"].initial = [prize.product_id for prize in listed]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        version = data.get("plan_version")
        if version is not None:
            plan = from_canonical(version.canonical)
            data["title_zh"] = data.get("title_zh") or plan.title.zh
            data["title_en"] = data.get("title_en") or plan.title.en
            if "price" in data and data["price"] is None:
                data["price"] = plan.offer.price
            self.check_prizes(len(data.get("prizes") or ()), most_prizes(plan))
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must lie after the start."))
        return data

    def pieces(self) -> Pieces:
        """The numbers of a draft that stay: all of them, unless another one was said for every product."""
        if self.instance.pk and "stock" not in self.changed_data:
            return pieces_of(self.instance)
        return {}

    def check_prizes(self, listed: int, most: int) -> None:
        """Add an error where more is listed than the plan's winners may choose from."""
        if listed and not most:
            self.add_error("prizes", _("Winners of this plan choose nothing; leave the list empty."))
        elif listed > most:
            self.add_error("prizes", _("This plan's winners choose from at most %d products.") % most)


def most_prizes(plan: Plan) -> int:
    """How many products winners of a plan may choose from, at the most; 0 where they choose nothing."""
    choices = (give.choice for outcome in plan.outcomes for give in outcome.gives)
    return max((choice.choose_from for choice in choices if choice is not None), default=0)


def list_prizes(activity: Activity, products: Sequence[Product]) -> None:
    """Write the list of prizes to choose from."""
    PrizeProduct.objects.filter(activity=activity).delete()
    PrizeProduct.objects.bulk_create(
        [
            PrizeProduct(activity=activity, product=product, position=position)
            for position, product in enumerate(products)
        ]
    )


def change_draft(
    activity: Activity,
    products: Sequence[Product],
    prizes: Sequence[Product],
    stock: int | None,
    pieces: Pieces,
    **terms: Any,
) -> None:
    """Write a draft's new terms, products and prizes; `pieces` of a product count before `stock` of all.

    Raises: Refused not_editable once it is on sale.
    """
    with transaction.atomic():
        locked = Activity.objects.select_for_update().get(pk=activity.pk)
        if locked.state != Activity.State.DRAFT:
            raise Refused("not_editable")
        Activity.objects.filter(pk=locked.pk).update(**terms)
        locked.offers.all().delete()
        offer_products(locked, products, stock, pieces)
        list_prizes(locked, prizes)


def next_hour(now: datetime) -> datetime:
    """The start that a new draft proposes."""
    return now.replace(minute=0, second=0, microsecond=0)
