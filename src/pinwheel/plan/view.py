"""What every sentence of an explanation is said for, and what several of them ask of a plan."""

from collections.abc import Mapping
from typing import NamedTuple

from pinwheel.plan import words
from pinwheel.plan.model import Plan, is_drawn, rest_count
from pinwheel.plan.parts import About, Outcome
from pinwheel.plan.refusal import Language
from pinwheel.plan.titles import Title
from pinwheel.plan.words import Phrase


class Section(NamedTuple):
    """A heading and its sentences, in one language."""

    heading: str
    sentences: list[str]


class View(NamedTuple):
    """What every sentence is said for: a plan, a language, a price in fen, names of assets."""

    plan: Plan
    language: Language
    price: int
    names: Mapping[str, str]

    def say(self, phrase: Phrase, **filled: object) -> str:
        return phrase.say(self.language, **filled)

    def section(self, heading: str, *sentences: str) -> Section:
        return Section(self.say(words.HEADINGS[heading]), list(sentences))


def leader_barred(plan: Plan) -> bool:
    """Whether the leader's seat cannot win."""
    return is_drawn(plan) and plan.group.seating != "queue" and not plan.group.leader.may_win


def seats_of(plan: Plan, outcome: Outcome) -> int:
    """Seats of an outcome class, the rest worked out."""
    return rest_count(plan) if outcome.count == "rest" else outcome.count


def text_of(text: Title | About, language: Language) -> str:
    """A text in the language asked for."""
    return text.zh if language == "zh" else text.en
