"""Form fields of the console's own: money in yuan, moments in the business time zone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.lookups import member_of
from pinwheel.doors.console.words import asset_word
from pinwheel.market.delivery.carriers import CARRIERS
from pinwheel.plan.amounts import Unreadable, format_amount, parse_amount
from pinwheel.plan.values import MOST_FEN
from pinwheel.rules.assets import ASSETS

MOST_TYPED = (1 << 62) - 1  # of what the database keeps


def read_amount(text: str) -> int:
    """Hundredths of an amount as typed; grouping commas are allowed. Raises: ValidationError."""
    try:
        return parse_amount(text.strip().replace(",", ""))
    except Unreadable as unreadable:
        allowed = unreadable.allowed_zh if in_chinese() else unreadable.allowed_en
        raise ValidationError(
            _("“%(found)s” cannot be read; allowed: %(allowed)s."),
            params={"found": text, "allowed": allowed},
        ) from None


class YuanField(forms.CharField):
    """An amount typed in yuan and kept in fen, without a float on the way."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, at_least: int = 0, at_most: int = MOST_FEN, **options: Any) -> None:
        super().__init__(**options)
        self.at_least, self.at_most = at_least, at_most
        self.widget.attrs |= {"inputmode": "decimal", "placeholder": "0.00", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return None if text is None or text in self.empty_values else read_amount(text)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not self.at_least <= value <= self.at_most:
            raise ValidationError(
                _("“%(found)s” is out of range; allowed: %(least)s to %(most)s yuan."),
                params={
                    "found": format_amount(value),
                    "least": format_amount(self.at_least),
                    "most": format_amount(self.at_most),
                },
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ReasonForm(forms.Form):
    """Why something is done; kept for good."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept with the record and shown to whoever audits it."),
    )


class ShipForm(forms.Form):
    """By what a parcel goes."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"), widget=UnfoldAdminSelectWidget())
    tracking_number = forms.CharField(
        label=gettext_lazy("Tracking number"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        language = 0 if in_chinese() else 1
        carriers = [(code, names[language]) for code, names in CARRIERS.items()]
        self.fields["carrier"].choices = [("", "–"), *carriers]  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    """A file of tracking numbers."""

    file = forms.FileField(label=gettext_lazy("File"), widget=UnfoldAdminFileFieldWidget())


class ProfitForm(forms.Form):
    """A month's distributable profit. How much is allowed, the service says."""

    profit = YuanField(label=gettext_lazy("Distributable profit (yuan)"), at_most=MOST_TYPED)


class SponsorForm(ReasonForm):
    """Who shall have brought a member."""

    field_order = ("sponsor", "is_nobody", "reason")

    sponsor = forms.CharField(
        label=gettext_lazy("New sponsor"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Phone or member id (M…)."),
    )
    is_nobody = forms.BooleanField(
        label=gettext_lazy("No sponsor"), required=False, widget=UnfoldBooleanSwitchWidget()
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        term = data.get("sponsor", "")
        if bool(term) == bool(data.get("is_nobody")):
            raise ValidationError(_("Name the new sponsor, or choose that there is none: one of the two."))
        data["sponsor_id"] = member_of(term) if term else None
        if term and data["sponsor_id"] is None:
            self.add_error("sponsor", _("There is no such member."))
        return data


class AdjustmentForm(ReasonForm):
    """An adjustment of one balance."""

    field_order = ("asset", "direction", "amount", "reason")

    GRANT, TAKE = "grant", "take"
    asset = forms.TypedChoiceField(label=gettext_lazy("Asset"), coerce=int)
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        choices=[(GRANT, gettext_lazy("grant to the member")), (TAKE, gettext_lazy("take from the member"))],
    )
    amount = YuanField(
        label=gettext_lazy("Amount"),
        at_least=1,
        at_most=100_000_000_00,
        help_text=gettext_lazy("In yuan or points, with at most two decimals."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(number, asset_word(number)) for number in range(len(ASSETS))]
        self.fields["asset"].widget = UnfoldAdminSelectWidget(choices=choices)
        self.fields["asset"].choices = choices  # type: ignore[attr-defined]
        direction = self.fields["direction"]
        direction.widget = UnfoldAdminSelectWidget(choices=direction.choices)  # type: ignore[attr-defined]

    def signed_amount(self) -> int:
        """Hundredths: positive grants, negative takes."""
        amount: int = self.cleaned_data["amount"]
        return amount if self.cleaned_data["direction"] == self.GRANT else -amount
