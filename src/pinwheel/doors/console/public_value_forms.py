"""The two forms of a public number: the first operator's with its source, the second's without."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.console.language import gettext_lazy
from pinwheel.market.public_values.entering import LONGEST_REFERENCE, LONGEST_SOURCE, MOST_DIGITS


def text_field(label: Any, longest: int, help_text: Any) -> forms.CharField:
    """A line that the browser does not fill in by itself. `label`, `help_text`: words of the console."""
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, widget=widget, help_text=help_text)


class SecondNumberForm(forms.Form):
    """The digits again. What is allowed, the service says."""

    number = text_field(
        gettext_lazy("Public number"),
        MOST_DIGITS,
        gettext_lazy("The digits as they were published, without spaces."),
    )


class NumberForm(SecondNumberForm):
    """The digits, where they stand, and when they were published."""

    source = text_field(
        gettext_lazy("Source"), LONGEST_SOURCE, gettext_lazy("Who published it, as members may look it up.")
    )
    reference = text_field(
        gettext_lazy("Web address or issue number"),
        LONGEST_REFERENCE,
        gettext_lazy("Shown to members; an address becomes a link."),
    )
    published_at = forms.SplitDateTimeField(
        label=gettext_lazy("Made public"),
        widget=UnfoldAdminSplitDateTimeWidget(),
        help_text=gettext_lazy("After the list was frozen."),
    )
    for_all = forms.BooleanField(
        label=gettext_lazy("Also for the activity's other groups that wait for this number"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=gettext_lazy("Those that were full before it was published and after the one before it."),
    )
