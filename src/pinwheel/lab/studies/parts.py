"""What every study is made of: checked parameters, what was played, and sentences, pictures and tables of it.

A study plays a mode that can pay early members only out of later ones' money (modes page, section 11), with
integers: amounts in fen, rates in parts per million. It gives the mode the benefit of every doubt it names.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from pinwheel.lab.report.page import Chart, Table
from pinwheel.plan.amounts import Unreadable, format_amount, format_rate, parse_amount, parse_rate
from pinwheel.plan.words import Phrase

Kind = Literal["yuan", "rate", "count"]
Row = TypeVar("Row")

MOST_ROWS = 31  # of a table that people read; JSON has every row


class BadStudy(ValueError):
    """A parameter that a study cannot play; `said` tells in both languages what is allowed."""

    def __init__(self, said: Phrase) -> None:
        self.said = said
        super().__init__(said.en)


class Field(NamedTuple):
    """A parameter of a study.

    Attributes:
        name: of the parameter.
        kind: `yuan` (an amount in fen), `rate` (parts per million) or `count`.
        least, most: what is allowed, in the same unit.
        title: what it means, as the page says it.
    """

    name: str
    kind: Kind
    least: int
    most: int
    title: Phrase


class Told(NamedTuple):
    """What a study says: sentences with figures first, then pictures, then tables, then what was assumed."""

    headlines: list[Phrase]
    charts: list[Chart]
    tables: list[Table]
    notes: list[Phrase]


class Study(NamedTuple):
    """A mode that is studied.

    Attributes:
        name: as the command line calls it.
        title: the mode's name.
        mode: its promise in one sentence.
        defaults: its parameters, a NamedTuple of integers.
        fields: what each of them means and may be.
        play: from parameters to what happens, a NamedTuple of integers and a list of steps; raises BadStudy.
        tell: from parameters and what was played to what is said of it.
    """

    name: str
    title: Phrase
    mode: Phrase
    defaults: Any
    fields: tuple[Field, ...]
    play: Callable[[Any], Any]
    tell: Callable[[Any, Any], Told]


def check_fields(parameters: Any, fields: Sequence[Field]) -> None:
    """Raises: BadStudy for the first parameter that is no integer or lies outside of what is allowed."""
    for field in fields:
        value = getattr(parameters, field.name)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not field.least <= value <= field.most:
            found = write_value(value, field.kind) if whole else repr(value)
            raise BadStudy(out_of_range(field, found))


def out_of_range(field: Field, found: str) -> Phrase:
    """That a parameter is not what is allowed."""
    return fill(
        Phrase("{name}：{found}；允许 {least} 到 {most}", "{name}: {found}; allowed: {least} to {most}"),
        name=field.name,
        found=found,
        least=write_value(field.least, field.kind),
        most=write_value(field.most, field.kind),
    )


def read_value(text: str, field: Field) -> int:
    """A parameter as a person writes it: 1000.00, 30%, 24. Raises: BadStudy."""
    try:
        if field.kind == "yuan":
            return parse_amount(text)
        if field.kind == "rate":
            return parse_rate(text)
    except Unreadable:
        raise BadStudy(out_of_range(field, text)) from None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadStudy(out_of_range(field, text))
    return int(text)


def write_value(value: int, kind: Kind) -> str:
    """A parameter as a person reads it: 1,000.00, 30%, 24."""
    if kind == "yuan":
        return yuan(value)
    return format_rate(value) if kind == "rate" else f"{value:,}"


def fill(phrase: Phrase, **filled: object) -> Phrase:
    """A phrase with its places filled in, the same in both languages."""
    return Phrase(phrase.say("zh", **filled), phrase.say("en", **filled))


def yuan(fen: int) -> str:
    """Fen as 1,234.50."""
    whole, places = format_amount(abs(fen)).split(".")
    return f"{'-' if fen < 0 else ''}{int(whole):,}.{places}"


def percent(part: int, whole: int, places: int = 1) -> str:
    """A part of a whole as 5.7%, rounded half up; `places` of at least one decimal. Both not negative."""
    scale = 10**places
    tenths = (2 * 100 * scale * part + whole) // (2 * whole)
    return f"{tenths // scale:,}.{tenths % scale:0{places}}%"


def rounded_up(part: int, whole: int) -> int:
    """A part divided by a whole, rounded up to an integer."""
    return -(-part // whole)


def thin(rows: Sequence[Row]) -> list[Row]:
    """At most MOST_ROWS of the rows, evenly, the first and the last among them."""
    last = len(rows) - 1
    if last < MOST_ROWS:
        return list(rows)
    return [rows[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS)]
