"""The budget of a plan in plain words, for the operator: members are owed what is promised either way."""

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language
from pinwheel.plan.solvency import solvency
from pinwheel.plan.solvency_words import budget_sentences
from pinwheel.plan.view import Section
from pinwheel.plan.words import Phrase

HEADING = Phrase("预算（只给运营看）", "Budget (for the operator)")
STATED = Phrase(
    "这个方案拿出 {budget} 元，用来付订单本身付不起的承诺。",
    "This plan sets {budget} aside for promises that its orders do not fund.",
)
USED_UP = Phrase(
    "预算承担不了下一个团时，活动自动结束；已满的团照常结算，付款太晚的人全额退回。",
    "When it carries no further group the activity ends by itself: full groups settle, who paid too late "
    "gets everything back.",
)


def budget_section(plan: Plan, language: Language) -> Section | None:
    """What the budget is for and how far it goes in the worst case; None where the plan states none."""
    if plan.budget is None:
        return None
    stated = STATED.say(language, budget=format_amount(plan.budget))
    goes = budget_sentences(solvency(plan), language)
    return Section(HEADING.say(language), [stated, *goes, USED_UP.say(language)])
