"""The small values that a plan is made of: each reads its written form, or its stored integer.

A document that a person wrote is validated with a `Written` context: `99.00` is yuan. Without one the
document is canonical: `9900` is fen, and nothing is converted. Every refusal carries what is allowed.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from pinwheel.plan import amounts
from pinwheel.plan.refusal import NOT_AVAILABLE_YET, PLAN_INVALID

MOST_FEN = 999_999_999  # below ten million yuan: times any rate and ten thousand seats it fits int64
MOST_PPM = 10 * amounts.PPM  # a thousand percent
MOST_SEATS = 10_000
MOST_TIMES = 1_000_000
MOST_BUDGET = 10**15  # fen; beyond any that is set aside

LATER_EN = "nothing yet: planned, but not available; leave it out"
LATER_ZH = "暂无：该功能已规划但尚未开放，请先删去"

REFUSED = "refused"  # the type of every error raised here; its context holds the words


class Written(NamedTuple):
    """Context of a document in its written form. `size`: seats of a group, if that field is valid."""

    size: int | None


def is_written(info: ValidationInfo) -> bool:
    """Whether the document is one that a person wrote, with units to be read."""
    return isinstance(info.context, Written)


def refused(
    allowed_en: str, allowed_zh: str, *, at: str = "", code: str = PLAN_INVALID, **found: object
) -> PydanticCustomError:
    """An error with its words. `at`: name of a key below the field; `found`: if not the field's value."""
    context = {"allowed_en": allowed_en, "allowed_zh": allowed_zh, "at": at, "code": code, **found}
    return PydanticCustomError(REFUSED, "refused", context)


def later(at: str = "", **found: object) -> PydanticCustomError:
    """The error of a thing that is known but not built yet."""
    return refused(LATER_EN, LATER_ZH, at=at, code=NOT_AVAILABLE_YET, **found)


def is_whole(value: object) -> bool:
    """Whether the value is an integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def whole(low: int, high: int) -> BeforeValidator:
    """A whole number from `low` to `high`, both included."""

    def read(value: object) -> object:
        if is_whole(value) and low <= value <= high:  # type: ignore[operator]
            return value
        raise refused(f"a whole number from {low} to {high}", f"{low} 到 {high} 的整数")

    return BeforeValidator(read)


def measured(
    parse: Callable[[object], int], show: Callable[[int], str], low: int, high: int
) -> BeforeValidator:
    """A number with a written form of its own, from `low` to `high` in its stored unit."""

    def read(value: object, info: ValidationInfo) -> object:
        try:
            number = parse(value) if is_written(info) else value
        except amounts.Unreadable as error:
            raise refused(error.allowed_en, error.allowed_zh) from None
        if is_whole(number) and low <= number <= high:  # type: ignore[operator]
            return number
        raise refused(f"from {show(low)} to {show(high)}", f"{show(low)} 到 {show(high)}")

    return BeforeValidator(read)


def one_of(*names: str, not_yet: tuple[str, ...] = ()) -> BeforeValidator:
    """One of a closed list of names; those in `not_yet` are known but not built."""

    def read(value: object) -> object:
        if isinstance(value, str) and value in names:
            return value
        if isinstance(value, str) and value in not_yet:
            raise later()
        raise refused(" or ".join(names), " 或 ".join(names))

    return BeforeValidator(read)


def matching(pattern: str, longest: int, allowed_en: str, allowed_zh: str) -> BeforeValidator:
    """A name of a fixed form, at most `longest` characters."""

    def read(value: object) -> object:
        if isinstance(value, str) and len(value) <= longest and re.fullmatch(pattern, value):
            return value
        raise refused(f"{allowed_en}, at most {longest} characters", f"{allowed_zh}，最多 {longest} 个字符")

    return BeforeValidator(read)


def words(longest: int) -> BeforeValidator:
    """Text for people: not empty, no control characters, nothing that turns the reading direction."""

    def read(value: object) -> object:
        if isinstance(value, str) and 0 < len(value.strip()) <= longest and not _has_hidden(value):
            return value.strip()
        raise refused(f"text of 1 to {longest} characters", f"1 到 {longest} 个字符的文字")

    return BeforeValidator(read)


def _has_hidden(text: str) -> bool:
    hidden = {"Cc", "Cs", "Cn"}
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return any(one != "\n" and (one in turning or unicodedata.category(one) in hidden) for one in text)


def truth(value: object) -> object:
    """true or false, and nothing that merely passes for one. Raises: PydanticCustomError."""
    if isinstance(value, bool):
        return value
    raise refused("true or false", "true 或 false")


def count(value: object, info: ValidationInfo) -> object:
    """Seats of an outcome class: a number, a rate that gives whole seats (resolved here), or `rest`."""
    if value == "rest":
        return value
    if is_written(info) and isinstance(value, str):
        return _seats_of_rate(value, info.context.size)  # type: ignore[union-attr]
    if is_whole(value) and 1 <= value <= MOST_SEATS:  # type: ignore[operator]
        return value
    raise refused(*COUNT_ALLOWED)


COUNT_ALLOWED = (
    'a whole number from 1 on, a rate of the group as "3%", or rest',
    '1 起的整数、按成团人数的比例（例如 "3%"）或 rest',
)


def _seats_of_rate(value: str, size: int | None) -> int:
    try:
        ppm = amounts.parse_rate(value)
    except amounts.Unreadable:
        raise refused(*COUNT_ALLOWED) from None
    if size is None:
        return 1  # the size is refused; this number is never used
    seats, part = divmod(size * ppm, amounts.PPM)
    if part or not 1 <= seats <= size:
        en = f"a rate that gives a whole number of seats, 1 to {size}, of the group's {size}"
        raise refused(en, f"按 {size} 个席位计算正好是整数（1 到 {size}）的比例")
    return seats


_yuan = (amounts.parse_amount, amounts.format_amount)
_percent = (amounts.parse_rate, amounts.format_rate)

Price = Annotated[int, measured(*_yuan, 1, MOST_FEN)]  # fen
Fen = Annotated[int, measured(*_yuan, 0, MOST_FEN)]
Budget = Annotated[int, measured(*_yuan, 0, MOST_BUDGET)]  # fen
Fee = Annotated[int, measured(*_percent, 0, amounts.PPM)]  # parts per million
Seconds = Annotated[int, measured(amounts.parse_duration, amounts.format_duration, 60, 90 * 86_400)]
Seats = Annotated[int, whole(1, MOST_SEATS)]
Times = Annotated[int, whole(1, MOST_TIMES)]
Share = Annotated[int, measured(*_percent, 0, amounts.PPM)]  # parts per million, at most the whole
Rate = Annotated[int, measured(*_percent, 1, MOST_PPM)]  # parts per million
Points = Annotated[int, measured(*_yuan, 1, MOST_FEN)]  # hundredths of a point
Days = Annotated[int, whole(0, 365)]
DayOfMonth = Annotated[int, whole(1, 31)]
Minute = Annotated[int, whole(0, 24 * 60)]
Truth = Annotated[bool, BeforeValidator(truth)]
Count = Annotated[int | Literal["rest"], BeforeValidator(count)]
ShortText = Annotated[str, words(80)]
LongText = Annotated[str, words(2_000)]
PlanId = Annotated[
    str,
    matching(
        r"[a-z0-9]+(-[a-z0-9]+)*",
        60,
        "small letters, digits and single hyphens, as ladder-group (a number in quotes)",
        "小写字母、数字和单个连字符，例如 ladder-group（纯数字请加引号）",
    ),
]
SkuCode = Annotated[
    str,
    matching(
        r"[A-Za-z0-9_-]+",
        60,
        "the code of a variant in the catalogue, as CUP-RED",
        "商品规格的编码，例如 CUP-RED",
    ),
]
ClassName = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9]*([_-][a-z0-9]+)*",
        40,
        "a name of small letters, digits, _ and -, as first_prize",
        "由小写字母、数字、_ 和 - 组成的名称，例如 first_prize",
    ),
]
