"""How members shall behave in a simulation, as a form; what would take long is refused."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from pinwheel.doors.console.fact_forms import RateField
from pinwheel.doors.console.forms import YuanField
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.simulate import Arguments, expected_joins, room_for
from pinwheel.plan.amounts import Unreadable, parse_amount
from pinwheel.plan.model import Plan
from pinwheel.plan.values import MOST_BUDGET
from pinwheel.rules.money import MILLION

MOST_MEMBERS, MOST_DAYS, MOST_JOINS_A_DAY = 1_000_000, 365, 20
MOST_JOINS = 20_000_000  # of a run: it takes well under a minute
MOST_SEED = (1 << 31) - 1


class JoinsField(forms.CharField):
    """Joins a day, typed as `1.5` and kept in parts per million of one."""

    widget = UnfoldAdminTextInputWidget

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text is None or text in self.empty_values:
            return None
        try:
            joins = parse_amount(text.strip()) * (MILLION // 100)
        except Unreadable:
            joins = 0
        if not 0 < joins <= MOST_JOINS_A_DAY * MILLION:
            said = _("A number from 0.01 to %d with at most two decimals, as 1.5.")
            raise ValidationError(said % MOST_JOINS_A_DAY)
        return joins


def whole(label: Any, least: int, most: int, initial: int, help_text: Any = "") -> forms.IntegerField:
    """A whole number in a range."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        initial=initial,
        help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class SimulationForm(forms.Form):
    """Members, days, and how often they join, come and go."""

    layout = "fact-group"

    members = whole(gettext_lazy("Members on the first day"), 1, MOST_MEMBERS, 10_000)
    days = whole(gettext_lazy("Days to play"), 1, MOST_DAYS, 90)
    joins = JoinsField(label=gettext_lazy("Joins of a member a day"), initial="1.5")
    growth = RateField(
        label=gettext_lazy("New members a day"),
        initial=0,
        help_text=gettext_lazy("A rate of those who are there, as 2%."),
    )
    growth_days = whole(
        gettext_lazy("Days with new members"), 0, MOST_DAYS, 0, gettext_lazy("Afterwards nobody new comes.")
    )
    churn = RateField(
        label=gettext_lazy("Members who leave a day"),
        initial=0,
        help_text=gettext_lazy("A rate of those who are there, as 0.5%."),
    )
    balances = RateField(
        label=gettext_lazy("Balances paid of a presale"),
        initial=900_000,
        help_text=gettext_lazy("Of the seats in full groups."),
    )
    shared = RateField(
        label=gettext_lazy("Profit shared by the monthly pool"),
        initial=0,
        help_text=gettext_lazy(
            "Of what each month gains; points move in on the last day before the pool freezes."
        ),
    )
    costs = YuanField(
        label=gettext_lazy("Fixed costs a day (yuan)"),
        at_most=MOST_BUDGET,
        required=False,
        initial=0,
        help_text=gettext_lazy("What the shop spends every day, whatever is sold."),
    )
    seed = whole(
        gettext_lazy("Seed of chance"), 0, MOST_SEED, 1, gettext_lazy("The same seed gives the same result.")
    )
    budget = YuanField(
        label=gettext_lazy("Budget (yuan)"),
        at_most=MOST_BUDGET,
        help_text=gettext_lazy("Set aside for what the orders do not fund."),
    )

    def __init__(self, plan: Plan, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if plan.presale is None:
            del self.fields["balances"]
        if plan.dividends is None or plan.dividends.monthly is None:
            del self.fields["shared"]

    def clean_growth(self) -> int:
        return at_most_the_whole(self.cleaned_data["growth"])

    def clean_churn(self) -> int:
        return at_most_the_whole(self.cleaned_data["churn"])

    def clean_balances(self) -> int:
        return at_most_the_whole(self.cleaned_data["balances"])

    def clean_shared(self) -> int:
        return at_most_the_whole(self.cleaned_data["shared"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        joins = expected_joins(self.arguments())
        if joins > MOST_JOINS:
            said = _(
                "These would be about %(joins)s joins; at most %(most)s are played here. Choose fewer "
                "members, days or joins a day, or run pinwheel simulate on a machine of your own."
            )
            raise ValidationError(said % {"joins": f"{joins:,}", "most": f"{MOST_JOINS:,}"})
        return data

    def arguments(self) -> Arguments:
        """What the lab is told."""
        data = self.cleaned_data
        behaviour = Behaviour(
            start_members=data["members"],
            arrivals_a_day=data["growth"],
            growth_ends=data["growth_days"],
            joins_a_day=data["joins"],
            leaves_a_day=data["churn"],
        )
        if "balances" in data:
            behaviour = behaviour._replace(pays_balance=data["balances"])
        room, costs = room_for(behaviour), data["costs"] or 0
        return Arguments(behaviour, room, data["days"], data["seed"], costs, data.get("shared", 0))


def at_most_the_whole(ppm: int) -> int:
    """A rate of at most 100%."""
    if ppm > MILLION:
        raise ValidationError(_("A rate from 0% to 100%."))
    return ppm
