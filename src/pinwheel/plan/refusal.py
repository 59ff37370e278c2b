"""What is wrong with a plan file, said so that its writer can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal, TypeVar

Language = Literal["zh", "en"]

PLAN_INVALID = "plan_invalid"
NOT_AVAILABLE_YET = "not_available_yet"

T = TypeVar("T")

LONGEST_SHOWN = 80  # characters of a found value that are repeated to its writer


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        path: the field, as `outcomes[0].count`; empty for the file as a whole.
        found: what stands there, shortened; empty if nothing does.
        allowed_en, allowed_zh: what may stand there, in both languages.
        code: `plan_invalid`, or `not_available_yet` for a section that is known but not built yet.
        line, column: place in the file, counted from 1; 0 if only the path is known.
    """

    path: str
    found: str
    allowed_en: str
    allowed_zh: str
    code: str = PLAN_INVALID
    line: int = 0
    column: int = 0

    def sentence(self, language: Language) -> str:
        """The problem in one line of the given language."""
        return self._chinese() if language == "zh" else self._english()

    def _english(self) -> str:
        place = ", ".join(
            filter(None, [self.path, f"line {self.line}, column {self.column}" if self.line else ""])
        )
        return f"{place or 'plan'}: found {self.found or 'nothing'}; allowed: {self.allowed_en}"

    def _chinese(self) -> str:
        place = "，".join(
            filter(None, [self.path, f"第 {self.line} 行第 {self.column} 列" if self.line else ""])
        )
        return f"{place or '方案'}：填写的是 {self.found or '（空）'}；允许：{self.allowed_zh}"


class PlanRefused(Exception):
    """A plan file that cannot be used; carries every problem that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    @property
    def code(self) -> str:
        """`not_available_yet` if nothing else is wrong, otherwise `plan_invalid`."""
        codes = {problem.code for problem in self.problems}
        return NOT_AVAILABLE_YET if codes == {NOT_AVAILABLE_YET} else PLAN_INVALID

    def text(self, language: Language) -> str:
        """All problems, one a line."""
        return "\n".join(problem.sentence(language) for problem in self.problems)

    def in_english(self) -> str:
        return self.text("en")

    def in_chinese(self) -> str:
        return self.text("zh")

    def __str__(self) -> str:
        return self.in_english()


def refuse(path: str, found: object, allowed_en: str, allowed_zh: str) -> PlanRefused:
    """A refusal of one problem."""
    return PlanRefused([Problem(path, shown(found), allowed_en, allowed_zh)])


def path_text(parts: Iterable[str | int]) -> str:
    """`("outcomes", 0, "count")` as `outcomes[0].count`."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part.isprintable() and len(part) <= LONGEST_SHOWN else shown(part)
            text += f".{name}" if text else name
    return text


def shown(value: object) -> str:
    """A found value on one short line, near to how it was written."""
    text = _shown(value, depth=2)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _shown(value: object, depth: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        cut = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
        return '"' + "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in cut) + '"'
    if isinstance(value, int) and value.bit_length() > 300:
        return "9…9"  # printing it would take longer than its writer deserves
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        entries = (
            f"{_key(key)}: {_shown(inner, depth - 1) or 'null'}" for key, inner in _some(value.items())
        )
        return "{" + ", ".join(entries) + "}" if depth else "{…}"
    if isinstance(value, list | tuple):
        return (
            "[" + ", ".join(_shown(inner, depth - 1) or "null" for inner in _some(value)) + "]"
            if depth
            else "[…]"
        )
    return repr(value)


def _key(key: object) -> str:
    return key if isinstance(key, str) and key.isprintable() else _shown(key, depth=0)


def _some(values: Iterable[T]) -> Iterable[T]:
    """The first few; more would not be shown anyway."""
    return islice(values, 20)
