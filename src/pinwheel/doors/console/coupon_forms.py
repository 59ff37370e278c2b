"""The forms of coupons: what a template says, and to whom one is given."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.console.forms import ReasonForm, YuanField
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.lookups import member_of
from pinwheel.doors.console.words import COUPON_SCOPES
from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Category, Product
from pinwheel.market.coupons.models import CouponTemplate

Scope = CouponTemplate.Scope
MOST_DAYS, MOST_COUPONS, MOST_NAMED = 3_650, 1_000_000_000, 1_000
DAY = 86_400


def whole(label: Any, most: int, help_text: Any = "") -> forms.IntegerField:
    """A whole number from 1; left empty: none."""
    widget = UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=most, widget=widget, help_text=help_text
    )


def several(label: Any, rows: Any) -> forms.ModelMultipleChoiceField:  # type: ignore[type-arg]
    """Several rows of a table, chosen by name."""
    widget = UnfoldAdminSelect2MultipleWidget()
    return forms.ModelMultipleChoiceField(label=label, required=False, queryset=rows, widget=widget)


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a kind of coupon says. Its terms are written once: members rely on them."""

    CHANGING = ("total", "per_member", "is_public", "is_active")
    MAKING = (
        ("title_zh", "title_en"),
        ("threshold", "discount"),
        "link",
        "valid_days",
        "valid_from",
        "valid_until",
        "scope",
        "categories",
        "products",
        "activities",
        ("total", "per_member"),
        "is_public",
    )

    title_zh = forms.CharField(
        label=gettext_lazy("Title (Chinese)"), max_length=80, widget=UnfoldAdminTextInputWidget()
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title (English)"), max_length=80, widget=UnfoldAdminTextInputWidget()
    )
    threshold = YuanField(
        label=gettext_lazy("From a price of (yuan)"),
        required=False,
        help_text=gettext_lazy("More than the discount: something is left to pay."),
    )
    discount = YuanField(label=gettext_lazy("Discount (yuan)"), required=False)
    link = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Of another shop's coupon; then it has no price, discount or dates here."),
    )
    valid_days = whole(gettext_lazy("Valid for days"), MOST_DAYS, gettext_lazy("From its receipt; or dates."))
    valid_from = forms.SplitDateTimeField(
        label=gettext_lazy("Valid from"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )
    valid_until = forms.SplitDateTimeField(
        label=gettext_lazy("Valid until"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )
    scope = forms.TypedChoiceField(
        label=gettext_lazy("For"),
        coerce=int,
        choices=list(COUPON_SCOPES.items()),
        widget=UnfoldAdminSelectWidget(choices=list(COUPON_SCOPES.items())),
    )
    categories = several(gettext_lazy("Categories"), Category.objects.all())
    products = several(gettext_lazy("Products"), Product.objects.order_by("-id"))
    activities = several(gettext_lazy("Activities"), Activity.objects.order_by("-id"))
    total = whole(gettext_lazy("How many there are"), MOST_COUPONS, gettext_lazy("Left empty, no limit."))
    per_member = whole(gettext_lazy("For each member"), 1_000, gettext_lazy("Left empty, no limit."))
    is_public = forms.BooleanField(
        label=gettext_lazy("Members may take it"), required=False, widget=UnfoldBooleanSwitchWidget()
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Given out"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=gettext_lazy(
            "Switched off, nobody gets it any more; coupons that members have stay valid."
        ),
    )

    class Meta:
        model = CouponTemplate
        fields = (
            "title_zh",
            "title_en",
            "threshold",
            "discount",
            "link",
            "valid_from",
            "valid_until",
            "scope",
            "total",
            "per_member",
            "is_public",
            "is_active",
        )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        gone = (
            [name for name in self.fields if name not in self.CHANGING] if self.instance.pk else ["is_active"]
        )
        for name in gone:
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            if data.get("total") is not None and data["total"] < self.instance.given:
                self.add_error("total", _("More were given out already."))
            return data
        data["threshold"], data["discount"] = data.get("threshold") or 0, data.get("discount") or 0
        if data.get("link"):
            self.check_link(data)
        else:
            self.check_discount(data)
        named = {Scope.CATEGORIES: "categories", Scope.PRODUCTS: "products", Scope.ACTIVITIES: "activities"}
        field = named.get(data.get("scope", Scope.ALL))
        chosen = [row.pk for row in data.get(field) or ()] if field else []
        if field and not chosen:
            self.add_error(field, _("Choose at least one."))
        self.instance.scope_ids = chosen
        self.instance.valid_seconds = (data.get("valid_days") or 0) * DAY
        return data

    def check_link(self, data: dict[str, Any]) -> None:
        """A link has no terms here."""
        terms = ("threshold", "discount", "valid_days", "valid_from", "valid_until")
        if not data["link"].startswith("https://"):
            self.add_error("link", _("The link must begin with https://."))
        elif any(data.get(name) for name in terms):
            self.add_error("link", _("A link has no price, discount or dates here."))

    def check_discount(self, data: dict[str, Any]) -> None:
        """A discount below its threshold, and one kind of validity."""
        if not 0 < data["discount"] < data["threshold"]:
            self.add_error(
                "discount", _("The discount must be more than 0 and less than the price it needs.")
            )
        from_day, until = data.get("valid_from"), data.get("valid_until")
        if bool(data.get("valid_days")) == bool(from_day and until):
            self.add_error("valid_days", _("Either days from its receipt, or both dates."))
        elif from_day and until and until <= from_day:
            self.add_error("valid_until", _("The end must lie after the start."))


class GiveForm(ReasonForm):
    """To whom coupons are given, and why."""

    field_order = ("members", "reason")
    members = forms.CharField(
        label=gettext_lazy("Members"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("Phones or member ids (M…), separated by spaces or lines."),
    )

    def clean_members(self) -> list[int]:
        """Their numbers; each of them must be one."""
        terms = self.cleaned_data["members"].replace(",", " ").replace("，", " ").split()
        found = {term: member_of(term) for term in terms[: MOST_NAMED + 1]}
        unknown = [term for term, number in found.items() if number is None]
        if unknown:
            raise forms.ValidationError(_("There is no such member: %s") % unknown[0])
        if len(terms) > MOST_NAMED:
            raise forms.ValidationError(_("At most %d members at once.") % MOST_NAMED)
        return [number for number in found.values() if number is not None]
