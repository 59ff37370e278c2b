"""The statement of facts that an operator makes beside a plan: what is asked, and its document.

A document has a key for each question; amounts in fen, rates in ppm, None where nothing is said. What a plan
says by itself (price, cost, budget, odds) is not asked. `facts.py` says what each fact means.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pinwheel.plan.amounts import PPM, format_amount, format_rate
from pinwheel.plan.lawfulness.facts import Facts, TopUp
from pinwheel.plan.lawfulness.statement_words import (
    CARD,
    GROUPS,
    NO,
    NOT_SAID,
    NOTHING_OF_IT,
    YES,
    Fact,
)
from pinwheel.plan.refusal import Language
from pinwheel.plan.values import MOST_BUDGET

Document = dict[str, Any]
MOST_NUMBER = 1_000_000
MOST_TEXTS, LONGEST_TEXT, MOST_CARDS = 50, 500, 10

ASKED: dict[str, Fact] = {fact.name: fact for _, facts in GROUPS for fact in facts}


class BadFact(ValueError):
    """A value that a statement of facts cannot have; `name` is the fact's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"facts.{name}: not a value that can be stated")


class Stated(NamedTuple):
    """One fact in words, in one language."""

    label: str
    value: str


def statement(facts: Facts) -> Document:
    """The document of facts: a key for each question, in the order in which they are asked."""
    return {name: _written(getattr(facts, name)) for name in ASKED}


def read_statement(document: Mapping[str, object]) -> Facts:
    """The facts of a document; what is left out is not said.

    Raises:
        BadFact: for a key that is no question, or a value that it cannot have.
    """
    unknown = set(document) - set(ASKED)
    if unknown:
        raise BadFact(min(unknown))
    return Facts(**{name: _read(ASKED[name], value) for name, value in document.items()})


def statement_in_words(document: Mapping[str, Any], language: Language) -> list[tuple[str, list[Stated]]]:
    """A document group by group: what was asked and what was said."""
    return [
        (
            title.say(language),
            [
                Stated(fact.label.say(language), _in_words(fact, document.get(fact.name), language))
                for fact in facts
            ],
        )
        for title, facts in GROUPS
    ]


def _written(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [entry._asdict() if isinstance(entry, TopUp) else entry for entry in value]
    return value


def _read(fact: Fact, value: object) -> Any:
    if value is None and fact.may_be_unsaid:
        return None
    return READERS[fact.kind](fact, value)


def _number(fact: Fact, value: object) -> int:
    most = {"yuan": MOST_BUDGET, "rate": PPM}.get(fact.kind, MOST_NUMBER)
    if isinstance(value, int) and not isinstance(value, bool) and fact.least <= value <= most:
        return value
    raise BadFact(fact.name)


def _truth(fact: Fact, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise BadFact(fact.name)


def _choice(fact: Fact, value: object) -> str:
    if isinstance(value, str) and value in fact.options:
        return value
    raise BadFact(fact.name)


def _choices(fact: Fact, value: object) -> frozenset[str]:
    if isinstance(value, list) and all(isinstance(one, str) and one in fact.options for one in value):
        return frozenset(value)
    raise BadFact(fact.name)


def _texts(fact: Fact, value: object) -> tuple[str, ...]:
    is_list = isinstance(value, list) and len(value) <= MOST_TEXTS
    if is_list and all(isinstance(one, str) and 0 < len(one) <= LONGEST_TEXT for one in value):  # type: ignore[attr-defined]
        return tuple(value)  # type: ignore[arg-type]
    raise BadFact(fact.name)


def _cards(fact: Fact, value: object) -> tuple[TopUp, ...]:
    if not isinstance(value, list) or len(value) > MOST_CARDS:
        raise BadFact(fact.name)
    return tuple(_card(fact, one) for one in value)


def _card(fact: Fact, value: object) -> TopUp:
    if not isinstance(value, Mapping) or set(value) != set(TopUp._fields):
        raise BadFact(fact.name)
    card = TopUp(**value)
    is_amount = isinstance(card.amount, int) and 0 < card.amount <= MOST_BUDGET and card.amount is not True
    if is_amount and isinstance(card.named, bool) and isinstance(card.filed, bool):
        return card
    raise BadFact(fact.name)


READERS: dict[str, Callable[[Fact, object], Any]] = {
    "yuan": _number,
    "number": _number,
    "rate": _number,
    "truth": _truth,
    "one": _choice,
    "many": _choices,
    "texts": _texts,
    "cards": _cards,
}


def _in_words(fact: Fact, value: Any, language: Language) -> str:
    if value is None:
        return NOT_SAID.say(language)
    if fact.kind == "truth":
        return (YES if value else NO).say(language)
    if fact.kind == "yuan":
        return format_amount(value)
    if fact.kind == "rate":
        return format_rate(value)
    if fact.kind == "one":
        return fact.options[value].say(language)
    if isinstance(value, list):
        return _list_in_words(fact, value, language)
    return str(value)


def _list_in_words(fact: Fact, value: list[Any], language: Language) -> str:
    if fact.kind == "many":
        parts = [phrase.say(language) for name, phrase in fact.options.items() if name in value]
    elif fact.kind == "cards":
        parts = [
            CARD[one["named"], one["filed"]].say(language, amount=format_amount(one["amount"]))
            for one in value
        ]
    else:
        parts = value
    return ("；" if language == "zh" else "; ").join(parts) or NOTHING_OF_IT.say(language)
