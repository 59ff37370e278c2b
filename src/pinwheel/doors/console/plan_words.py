"""A plan before an operator: every problem with its place, or what it means in both languages."""

from collections.abc import Sequence

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.page import Facts, Notice, Prose, Section, Table
from pinwheel.market.naming.services import asset_names
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.explain import explain, headline
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language, PlanRefused, Problem


def checked(source: str) -> list[Section]:
    """What a check of a plan file shows: its problems, or its meaning."""
    try:
        plan = load_plan(source)
    except PlanRefused as refused:
        return refusals(refused.problems)
    return [Notice(_("Nothing is wrong with this plan."), "success"), facts(plan), meaning(plan)]


def refusals(problems: Sequence[Problem]) -> list[Section]:
    """Every problem: where it stands, what was found, what is allowed."""
    rows = [
        (
            text.code(problem.path or _("(the whole file)")),
            text.figure(f"{problem.line}:{problem.column}" if problem.line else text.NOTHING),
            text.code(problem.found or _("(nothing)")),
            problem.allowed_zh if in_chinese() else problem.allowed_en,
        )
        for problem in problems
    ]
    headers = [_("Path"), _("Line"), _("Found"), _("Allowed")]
    return [
        Notice(_("This plan cannot be published as it is."), "error"),
        Table(_("What is wrong"), headers, rows, right=[1]),
    ]


def facts(plan: Plan) -> Facts:
    """The plan in one line, and its hash."""
    return Facts(
        _("Plan"),
        [
            (_("Plan id"), text.code(plan.plan)),
            (_("In one line"), headline(plan, "zh" if in_chinese() else "en")),
            (_("Hash"), text.code(plan_hash(plan))),
        ],
    )


def meaning(plan: Plan, price: int | None = None) -> Prose:
    """The plan in plain words at a price in fen (default: its own), in both languages side by side."""
    languages: list[Language] = ["zh", "en"] if in_chinese() else ["en", "zh"]
    return Prose(
        _("What it means, in the words that members read"),
        [
            (language, [(part.heading, part.sentences) for part in explain(plan, language, price, names)])
            for language, names in ((language, asset_names(language)) for language in languages)
        ],
    )
