"""How many pieces of each product of a draft, and of each of its variants, are sold."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import transaction
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.page import Table
from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.refusals import Refused
from pinwheel.plan.model import extra_of

MOST_STOCK = 1_000_000_000

Pieces = Mapping[tuple[int, int | None], int | None]  # by product and variant; None: without limit


def pieces_of(activity: Activity) -> dict[tuple[int, int | None], int | None]:
    """The numbers that a draft has now."""
    kept = activity.offers.values_list("product_id", "sku_id", "left")
    return {(product, sku): left for product, sku, left in kept}


def offer_name(offer: ActivityProduct) -> str:
    """A product of an activity with what tells its variant from others, and its code."""
    product, sku = offer.product, offer.sku
    name = product.name_zh if in_chinese() else product.name_en
    if sku is None:
        return f"{name} · {product.code}"
    options = sku.options_zh if in_chinese() else sku.options_en
    return f"{name} ({options}) · {sku.code}" if options else f"{name} · {sku.code}"


class PiecesForm(forms.Form):
    """A number for each product and variant of a draft, and one for those that have none of their own."""

    stock = forms.IntegerField(
        label=gettext_lazy("For all that are left empty below"),
        required=False,
        min_value=1,
        max_value=MOST_STOCK,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, offers: Sequence[ActivityProduct], must_count: bool, *arguments: Any) -> None:
        """`must_count`: whether goods without variants need a number as well."""
        super().__init__(*arguments)
        self.must_count = must_count
        self.offers = {f"pieces_{offer.product_id}_{offer.sku_id or 0}": offer for offer in offers}
        for name, offer in self.offers.items():
            self.fields[name] = forms.IntegerField(
                label=offer_name(offer),
                required=False,
                min_value=1,
                max_value=MOST_STOCK,
                initial=offer.left,
                widget=UnfoldAdminIntegerFieldWidget(),
                help_text=self.help_of(offer),
            )

    def help_of(self, offer: ActivityProduct) -> str:
        """What there is of an offer, or what it means that nothing is counted."""
        if offer.sku is not None:
            return _("In stock now: %(pieces)s.") % {"pieces": f"{offer.sku.stock:,}"}
        if self.must_count:
            return _("Needs a number: each join takes a piece of the second article.")
        return _("Its stock is not counted. Left empty, it is sold without limit.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name, offer in self.offers.items():
            if name in self.errors:
                continue
            if data.get(name) is None:
                data[name] = data.get("stock")
            if data[name] is None and "stock" not in self.errors and (offer.sku or self.must_count):
                self.add_error(name, _("Enter how many pieces: this one cannot be sold without limit."))
        return data

    def pieces(self) -> Pieces:
        """What was said, by product and variant."""
        return {
            (offer.product_id, offer.sku_id): self.cleaned_data[name] for name, offer in self.offers.items()
        }


def pieces_form(activity: Activity, *arguments: Any) -> PiecesForm:
    """The form of a draft's pieces."""
    offers = list(activity.offers.select_related("product", "sku"))
    return PiecesForm(offers, gives_extra(activity), *arguments)


def gives_extra(activity: Activity) -> bool:
    """Whether the plan gives a second article with each join."""
    return extra_of(terms_of(activity.plan_version_id).plan) is not None


def keep_pieces(activity: Activity, pieces: Pieces) -> None:
    """Write the numbers of a draft. Raises: Refused not_editable once it is on sale."""
    with transaction.atomic():
        locked = Activity.objects.select_for_update().get(pk=activity.pk)
        if locked.state != Activity.State.DRAFT:
            raise Refused("not_editable")
        for offer in locked.offers.all():
            key = (offer.product_id, offer.sku_id)
            if key in pieces:
                offer.left = pieces[key]
                offer.save(update_fields=["left"])


def pieces_table(activity: Activity) -> Table:
    """Each product and variant with its number, what is in stock, and whether so many can be sold."""
    extra = extra_of(terms_of(activity.plan_version_id).plan)
    offers = list(activity.offers.select_related("product", "sku"))
    rows: list[tuple[object, ...]] = [
        row_of(offer_name(offer), offer.left, offer.sku, bool(offer.sku or extra)) for offer in offers
    ]
    if extra is not None:
        joins = None if any(one.left is None for one in offers) else sum(one.left or 0 for one in offers)
        sku = Sku.objects.filter(code=extra.extra).first()
        rows.append(row_of(f"{_('Second article')} · {extra.extra}", joins, sku, True))
    headers = [_("Product"), _("Pieces"), _("In stock"), _("Result")]
    return Table(_("Pieces of each product"), headers, rows, right=[1, 2])


def row_of(name: str, wanted: int | None, sku: Sku | None, must_count: bool) -> tuple[object, ...]:
    """One line: what is wanted of a variant, what there is, and whether that is enough."""
    if wanted is None:
        said = text.label(_("needs a number"), "danger") if must_count else text.label(_("without limit"))
    elif sku is None:
        said = text.label(_("stock not counted"))
    elif sku.stock < wanted:
        said = text.label(_("%(short)s too few") % {"short": f"{wanted - sku.stock:,}"}, "danger")
    else:
        said = text.label(_("enough"), "success")
    count = text.count(wanted) if wanted is not None else text.NOTHING
    return name, count, text.count(sku.stock) if sku else text.NOTHING, said
