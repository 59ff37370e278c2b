"""From a raw document to a Plan, or to every problem it has, in the words of the plan file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from pinwheel.plan import amounts, values
from pinwheel.plan.base import Part
from pinwheel.plan.checks import check_sections
from pinwheel.plan.coupons import CouponGiven
from pinwheel.plan.model import Plan
from pinwheel.plan.parts import (
    About,
    Choice,
    Draw,
    Extra,
    Give,
    Gives,
    Group,
    Leader,
    Limits,
    Offer,
    Outcome,
    Span,
    Tier,
)
from pinwheel.plan.presale import DEPOSIT_ALLOWED, Presale
from pinwheel.plan.promises import (
    Amount,
    Credit,
    DailyDividend,
    DaySpan,
    Dividends,
    MonthlyDividend,
    Promoter,
    Referral,
    ReleaseToSponsor,
)
from pinwheel.plan.refusal import NOT_AVAILABLE_YET, PlanRefused, Problem, path_text, shown
from pinwheel.plan.titles import Title
from pinwheel.plan.values import COUNT_ALLOWED, LATER_EN, LATER_ZH, REFUSED, Budget, Written

# Which record stands where, for naming the keys it allows; list places are written [].
PARTS: dict[str, type[Part]] = {
    "": Plan,
    "title": Title,
    "about": About,
    "offer": Offer,
    "group": Group,
    "group.leader": Leader,
    "group.tiers[]": Tier,
    "group.leader.gives[]": Give,
    "group.leader.gives[].amount": Amount,
    "limits": Limits,
    "hours[]": Span,
    "presale": Presale,
    "presale.deposit": Amount,
    "draw": Draw,
    "draw.public_event": Title,
    "outcomes[]": Outcome,
    "outcomes[].title": Title,
    "outcomes[].gives[]": Give,
    "outcomes[].gives[].amount": Amount,
    "each_join[]": Give,
    "each_join[].amount": Amount,
    "outcomes[].gives[].choice": Choice,
    "each_join[].choice": Choice,
    "group.leader.gives[].choice": Choice,
    **{
        f"{place}.extra{rest}": part
        for place in ("outcomes[].gives[]", "each_join[]", "group.leader.gives[]")
        for rest, part in (("", Extra), (".title", Title))
    },
    **{
        f"{place}.coupon{rest}": part
        for place in ("outcomes[].gives[]", "each_join[]", "group.leader.gives[]")
        for rest, part in (("", CouponGiven), (".title", Title))
    },
    "credit": Credit,
    "promoter": Promoter,
    "dividends": Dividends,
    "dividends.daily": DailyDividend,
    "dividends.daily.per_win": Amount,
    "dividends.monthly": MonthlyDividend,
    "dividends.monthly.in_and_out": DaySpan,
    "dividends.monthly.in_only": DaySpan,
    "referral": Referral,
    "referral.release_to_sponsor": ReleaseToSponsor,
    "referral.release_to_sponsor.direct": Amount,
    "referral.release_to_sponsor.indirect": Amount,
}

# What its holder chooses, and a second article, stand in a plan file as the value of `goods`.
CHOICE = re.compile(r"((?:gives|each_join)\[\d+\])\.(?:choice|extra)\b")

# What a missing field may hold; of a section, its keys are named.
MISSING: dict[str, tuple[str, str]] = {
    "plan": ("the plan's id, as ladder-group", "方案编号，例如 ladder-group"),
    "price": amounts.AMOUNT_ALLOWED,
    "size": (f"a whole number from 1 to {values.MOST_SEATS}", f"1 到 {values.MOST_SEATS} 的整数"),
    "outcomes": (
        "a list of outcome classes, the last with count: rest",
        "结果类别的列表，最后一类写 count: rest",
    ),
    "name": ("a name of small letters, digits, _ and -", "由小写字母、数字、_ 和 - 组成的名称"),
    "count": COUNT_ALLOWED,
    "payment": ("keep or refund", "keep 或 refund"),
    "per_win": amounts.VALUE_ALLOWED,
    "deposit": DEPOSIT_ALLOWED,
    "cost": amounts.AMOUNT_ALLOWED,
    "balance_within": amounts.DURATION_ALLOWED,
    "in_and_out": amounts.DAY_SPAN_ALLOWED,
    "in_only": amounts.DAY_SPAN_ALLOWED,
    "choose_from": ("a whole number from 1 to 10", "1 到 10 的整数"),
    "zh": ("text in Chinese", "中文文字"),
    "title": ("a title in both languages, as {zh: …, en: …}", "中英文标题，例如 {zh: …, en: …}"),
    "en": ("text in English", "英文文字"),
}

CHECKED: dict[str, TypeAdapter[Any]] = {
    "offer": TypeAdapter[Offer](Offer),
    "group": TypeAdapter[Group](Group),
    "presale": TypeAdapter[Presale | None](Presale | None),
    "draw": TypeAdapter[Draw | None](Draw | None),
    "outcomes": TypeAdapter[tuple[Outcome, ...]](tuple[Outcome, ...]),
    "each_join": TypeAdapter[Gives](Gives),
    "hours": TypeAdapter[tuple[Span, ...]](tuple[Span, ...]),
    "credit": TypeAdapter[Credit | None](Credit | None),
    "promoter": TypeAdapter[Promoter | None](Promoter | None),
    "dividends": TypeAdapter[Dividends | None](Dividends | None),
    "referral": TypeAdapter[Referral | None](Referral | None),
    "budget": TypeAdapter[Any](Budget | None),
}
LEFT_OUT: dict[str, object] = {
    "budget": None,
    "presale": None,
    "draw": None,
    "each_join": (),
    "hours": (),
    "credit": None,
    "promoter": None,
    "dividends": None,
    "referral": None,
}


def read_plan(document: object) -> Plan:
    """The plan in a document in its written form (`price: 99.00`, `count: "3%"`), as `load_yaml` gives it.

    Raises:
        PlanRefused: every problem that can be seen at once, in the order of the plan's sections.
    """
    return _read(document, Written(_size(document)))


def read_canonical(document: object) -> Plan:
    """The plan in a canonical document: integers only (`price: 9900`)."""
    return _read(document, None)


def _read(document: object, context: Written | None) -> Plan:
    try:
        return Plan.model_validate(document, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = [_problem(detail) for detail in details if not _is_echo(detail)]
    if context is not None:
        problems = [replace(problem, path=CHOICE.sub(r"\1.goods", problem.path)) for problem in problems]
    seen = {problem.path for problem in problems}
    across = check_sections(dict(_valid_sections(document, context)))
    problems += [problem for problem in across if problem.path not in seen]
    raise PlanRefused(sorted(problems, key=_place))


def _is_echo(detail: ErrorDetails) -> bool:
    """A list counts as too short also when its entries were refused, which has been said then."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _valid_sections(document: object, context: Written | None) -> Iterator[tuple[str, object]]:
    """The sections that are right by themselves, so that what lies between them can be checked as well."""
    if not isinstance(document, dict):
        return
    for name, adapter in CHECKED.items():
        raw = document.get(name)
        if raw is None and name in LEFT_OUT:
            yield name, LEFT_OUT[name]
            continue
        try:
            yield name, adapter.validate_python(raw, context=context)
        except ValidationError:
            continue


def _size(document: object) -> int | None:
    group = document.get("group") if isinstance(document, dict) else None
    size = group.get("size") if isinstance(group, dict) else None
    return size if isinstance(size, int) and size is not True and 1 <= size <= values.MOST_SEATS else None


def _place(problem: Problem) -> int:
    section = problem.path.split(".")[0].split("[")[0]
    names = list(Plan.model_fields)
    return names.index(section) if section in names else len(names)


def _problem(detail: ErrorDetails) -> Problem:
    """One error of the model in the words of the plan file."""
    context = detail.get("ctx", {})
    path, kind = path_text(detail["loc"]), detail["type"]
    if kind == REFUSED:
        if context["at"]:
            path = path_text([*detail["loc"], context["at"]])
        found = shown(context["found"] if "found" in context else detail["input"])
        return Problem(path, found, context["allowed_en"], context["allowed_zh"], context["code"])
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown_key(detail)
    found = "" if kind == "missing" else shown(detail["input"])
    return Problem(path, found, *_allowed(detail))


def _unknown_key(detail: ErrorDetails) -> Problem:
    *parent, key = detail["loc"]
    part = _part(parent)
    path = path_text([*parent, str(key)])
    if key in part.later:
        return Problem(path, shown(detail["input"]), LATER_EN, LATER_ZH, NOT_AVAILABLE_YET)
    return Problem(path, shown(key), *_keys(part))


def _allowed(detail: ErrorDetails) -> tuple[str, str]:
    location, kind = detail["loc"], detail["type"]
    if kind == "missing" and location[-1] in MISSING:
        return MISSING[str(location[-1])]
    if kind in ("missing", "model_type", "model_attributes_type"):
        return _keys(_part(location))
    if kind == "too_short":
        return MISSING["outcomes"]
    if kind == "too_long":
        most = detail["ctx"]["max_length"]
        return f"at most {most} entries", f"最多 {most} 项"
    return "a list", "列表"


def _part(location: tuple[int | str, ...] | list[int | str]) -> type[Part]:
    pattern = path_text(location)
    for number in {part for part in location if isinstance(part, int)}:
        pattern = pattern.replace(f"[{number}]", "[]")
    return PARTS.get(pattern, Plan)


def _keys(part: type[Part]) -> tuple[str, str]:
    keys = ", ".join(part.model_fields)
    return f"a section with these keys: {keys}", f"包含以下键的内容：{keys}"
