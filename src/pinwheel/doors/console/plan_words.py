"""A plan before an operator: every problem with its place, or what it costs, risks and means."""

from collections.abc import Sequence
from typing import Any

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.page import Facts, Notice, Prose, Section, Table
from pinwheel.doors.console.plan_reports import reports, stated_facts, verdict
from pinwheel.market.naming.services import asset_names
from pinwheel.market.plans.models import PlanDraft
from pinwheel.market.plans.requests import judge_now
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.explain import explain, headline
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language, PlanRefused, Problem


def checked(source: str, stated: dict[str, Any] | None = None) -> list[Section]:
    """What a check of a plan file shows: its problems, or whether it can be published, and its meaning.

    `stated`: the statement of facts; None: that of the draft of this plan, where there is one.
    """
    try:
        plan = load_plan(source)
    except PlanRefused as refused:
        return refusals(refused.problems)
    if stated is None:
        stated = PlanDraft.objects.filter(name=plan.plan).values_list("facts", flat=True).first() or {}
    judgement = judge_now(plan, stated)
    return [
        Notice(_("Nothing is wrong with this plan as it is written."), "success"),
        verdict(judgement),
        facts(plan),
        *reports(judgement),
        stated_facts(stated),
        meaning(plan),
    ]


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
