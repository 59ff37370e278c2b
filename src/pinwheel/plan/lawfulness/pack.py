"""The pack `cn-mainland`: its closed list of rules in the order of the lawfulness page, and how to ask it.

Another jurisdiction is another list. A rule is a function of a case that yields findings.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from pinwheel.plan.lawfulness import data, draws, money, pay, prizes
from pinwheel.plan.lawfulness.case import Case
from pinwheel.plan.lawfulness.facts import Facts
from pinwheel.plan.lawfulness.findings import Finding
from pinwheel.plan.lawfulness.raw import loadable
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.values import MOST_FEN

PACK = "cn-mainland"
SAID_NOTHING = Facts()


class Rule(NamedTuple):
    """A row of the page: its stable code, and the function that looks."""

    code: str
    check: Callable[[Case], Iterator[Finding]]


RULES: tuple[Rule, ...] = (
    Rule("P01", prizes.prize_within_limit),
    Rule("P02", prizes.notice_is_complete),
    Rule("P03", prizes.points_have_rules),
    Rule("P04", prizes.big_prizes_are_shown),
    Rule("P05", prizes.prizes_stay_as_published),
    Rule("P06", draws.insiders_do_not_join),
    Rule("P08", draws.odds_shown_are_computed),
    Rule("P09", draws.records_are_kept),
    Rule("P10", draws.nobody_loses_the_stake),
    Rule("P11", draws.prizes_are_not_bought_back),
    Rule("P12", draws.money_is_held_until_the_draw),
    Rule("P13", draws.only_adults_join),
    Rule("P14", draws.goods_may_be_drawn),
    Rule("P15", draws.prize_tax_is_set),
    Rule("P16", draws.struck_price_is_true),
    Rule("P18", draws.joining_has_a_cap),
    Rule("R01", pay.generations_are_few),
    Rule("R02", pay.something_is_bought),
    Rule("R03", pay.earning_is_free),
    Rule("R04", pay.base_is_own_sales),
    Rule("R05", pay.pay_is_moderate),
    Rule("R06", pay.pay_waits_for_returns),
    Rule("R09", pay.nothing_is_promised_in_words),
    Rule("M01", money.group_pays_for_itself),
    Rule("M02", money.owed_is_set_aside),
    Rule("M03", money.little_is_promised_back),
    Rule("M04", money.points_are_not_traded),
    Rule("M05", money.no_yield_is_offered),
    Rule("M06", money.sellers_money_is_split),
    Rule("M07", money.top_ups_are_filed),
    Rule("M08", money.withdrawals_are_named),
    Rule("D01", data.privacy_is_explained),
    Rule("D02", data.winners_are_not_named),
    Rule("D03", data.phones_are_not_drawn),
    Rule("D04", data.everybody_has_the_same_terms),
    Rule("D05", data.rule_changes_are_announced),
    Rule("D06", data.nothing_is_slipped_in),
)


def lawfulness(plan: Plan, facts: Facts = SAID_NOTHING, stricter: Collection[str] = ()) -> list[Finding]:
    """All findings about a plan, in the order of the rules, then of the places in the plan.

    Args:
        facts: what the law asks and the plan does not say; what is not said yields notes.
        stricter: codes whose `warn` the platform's owner has made a `block`; nothing can be made looser.

    Raises:
        ValueError: for a price that no plan can have.
    """
    return _asked(Case(plan, facts, {}), stricter)


def lawfulness_of_document(
    document: object, facts: Facts = SAID_NOTHING, stricter: Collection[str] = ()
) -> list[Finding]:
    """The same for a raw document as `load_yaml` gives it, with the sections that cannot be loaded yet.

    What the format does not load (`raw.READ_HERE`, and `caps`, which no rule counts) is set aside, the rest
    is read as a plan, and every rule sees both.

    Raises:
        PlanRefused: if the rest is no plan, or a value of a section that is read here cannot be read.
    """
    plan = read_plan(loadable(document))
    return _asked(Case(plan, facts, document if isinstance(document, dict) else {}), stricter)


def _asked(case: Case, stricter: Collection[str]) -> list[Finding]:
    if not 0 < case.price <= MOST_FEN:
        raise ValueError(f"price: found {case.price}; allowed: 1 to {MOST_FEN} fen")
    found = [one for rule in RULES for one in rule.check(case)]
    return [
        one._replace(level="block") if one.level == "warn" and one.rule in stricter else one for one in found
    ]
