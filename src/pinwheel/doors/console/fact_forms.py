"""The statement of facts as a form: a field for each question of the rule pack that no plan answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from pinwheel.doors.console.forms import YuanField
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.plan_reports import spoken
from pinwheel.plan.amounts import Unreadable, format_rate, parse_rate
from pinwheel.plan.lawfulness.facts import Facts
from pinwheel.plan.lawfulness.statement import (
    ASKED,
    MOST_NUMBER,
    BadFact,
    read_statement,
    statement,
)
from pinwheel.plan.lawfulness.statement_words import GROUPS, NO, NOT_SAID, YES, Fact
from pinwheel.plan.values import MOST_BUDGET

TRUTHS = {"yes": True, "no": False}
NOTHING = "nothing"  # the choice that says: none of these
CARDS = {"named": True, "bearer": False}
Document = dict[str, Any]


class RateField(forms.CharField):
    """A rate typed as `6%` and kept in parts per million."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return format_rate(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text is None or text in self.empty_values:
            return None
        try:
            return parse_rate(text.strip())
        except Unreadable as unreadable:
            raise ValidationError(unreadable.allowed_zh if in_chinese() else unreadable.allowed_en) from None


class FactsForm(forms.Form):
    """Every question, in its group. Left empty, a question is answered by “not said” or its usual answer."""

    def __init__(self, document: Mapping[str, Any], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.document = {**statement(Facts()), **document}
        for fact in ASKED.values():
            for name, field in self.fields_of(fact):
                self.fields[name] = field
        self.stated: Facts | None = None

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Title and fields of each group."""
        return [
            (
                title.say(spoken()),
                [self[name] for fact in facts for name, _field in self.fields_of(fact)],
            )
            for title, facts in GROUPS
        ]

    def fields_of(self, fact: Fact) -> list[tuple[str, forms.Field]]:
        """The fields of one question; cards have two for each kind."""
        if fact.kind == "cards":
            return [pair for kind in CARDS for pair in self.card_fields(fact, kind)]
        options: dict[str, Any] = {
            "label": fact.label.say(spoken()),
            "required": False,
            "initial": initial_of(fact, self.document[fact.name]),
            "help_text": asked_by(fact),
        }
        return [(fact.name, field_of(fact, options))]

    def card_fields(self, fact: Fact, kind: str) -> list[tuple[str, forms.Field]]:
        found = [one for one in self.document[fact.name] if one["named"] is CARDS[kind]]
        words = {
            "named": (
                _("Named cards on sale: most on one (yuan)"),
                _("Named cards: filed, with a reserve rate?"),
            ),
            "bearer": (
                _("Bearer cards on sale: most on one (yuan)"),
                _("Bearer cards: filed, with a reserve rate?"),
            ),
        }[kind]
        asked = asked_by(fact)
        amount = YuanField(
            label=words[0],
            required=False,
            at_least=1,
            at_most=MOST_BUDGET,
            initial=found[0]["amount"] if found else None,
            help_text=asked,
        )
        filed = choice_field(
            {name: phrase for name, phrase in (("yes", YES.say(spoken())), ("no", NO.say(spoken())))},
            {
                "label": words[1],
                "required": False,
                "initial": "yes" if found and found[0]["filed"] else "no",
                "help_text": asked,
            },
        )
        return [(f"{fact.name}_{kind}", amount), (f"{fact.name}_{kind}_filed", filed)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        usual = statement(Facts())
        document = {
            fact.name: usual[fact.name] if (said := answer_of(fact, data)) is None else said
            for fact in ASKED.values()
        }
        try:
            self.stated = read_statement(document)
        except BadFact as bad:
            name = bad.name if bad.name in self.fields else None
            self.add_error(name, _("This cannot be stated; look at what is allowed."))
        return data


def asked_by(fact: Fact) -> str:
    """The rules that ask, and the name by which their findings speak of the fact."""
    return _("Asked by %(rules)s, as “%(name)s”.") % {
        "rules": fact.rules.replace(" ", ", "),
        "name": fact.name,
    }


def initial_of(fact: Fact, value: Any) -> Any:
    """A stated value as its field shows it."""
    if fact.kind == "truth" and value is not None:
        return "yes" if value else "no"
    if fact.kind == "texts":
        return "\n".join(value)
    if fact.kind == "many" and value == []:
        return [NOTHING]
    return value


def field_of(fact: Fact, options: dict[str, Any]) -> forms.Field:
    """The field of one question."""
    language = spoken()
    if fact.kind == "yuan":
        return YuanField(at_least=fact.least, at_most=MOST_BUDGET, **options)
    if fact.kind == "rate":
        return RateField(**options)
    if fact.kind == "number":
        return forms.IntegerField(
            min_value=fact.least, max_value=MOST_NUMBER, widget=UnfoldAdminIntegerFieldWidget(), **options
        )
    if fact.kind == "texts":
        return forms.CharField(
            max_length=20_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **options
        )
    words = {name: phrase.say(language) for name, phrase in fact.options.items()}
    if fact.kind == "many":
        return several_field(fact, words, options)
    if fact.kind == "truth":
        words = {"yes": YES.say(language), "no": NO.say(language)}
    return choice_field({"": NOT_SAID.say(language), **words} if fact.may_be_unsaid else words, options)


def choice_field(words: Mapping[str, str], options: dict[str, Any]) -> forms.Field:
    choices = list(words.items())
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(choices=choices), **options)


def several_field(fact: Fact, words: dict[str, str], options: dict[str, Any]) -> forms.Field:
    if fact.nothing is not None:
        words[NOTHING] = fact.nothing.say(spoken())
    choices = list(words.items())
    widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=choices)
    return forms.MultipleChoiceField(choices=choices, widget=widget, **options)


def answer_of(fact: Fact, data: Mapping[str, Any]) -> Any:
    """What was answered, as a statement keeps it; None: nothing."""
    if fact.kind == "cards":
        return [
            {"amount": amount, "named": CARDS[kind], "filed": data.get(f"{fact.name}_{kind}_filed") == "yes"}
            for kind in CARDS
            if (amount := data.get(f"{fact.name}_{kind}"))
        ]
    said = data.get(fact.name)
    if said in (None, "", []):
        return None
    if fact.kind == "truth":
        return TRUTHS[str(said)]
    if fact.kind == "texts":
        return [line.strip() for line in str(said).splitlines() if line.strip()]
    if fact.kind == "many":
        return [] if said == [NOTHING] else [one for one in said if one != NOTHING]
    return said
