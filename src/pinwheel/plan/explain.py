"""A plan in plain words, for members and operators alike: every rule in force is named.

Source: modes page, section 3 (nothing hidden); draw page (what an instant draw proves). The words are in
`words.py` and its neighbours; here stands which of them apply. Amounts are those of the price given, rounded
as the rules do.
"""

from collections.abc import Callable, Mapping

from pinwheel.plan import draw_words, words
from pinwheel.plan.amounts import format_amount, format_hours
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.counter_words import MemberCounts, my_counters
from pinwheel.plan.explain_draw import Odds, draw_section, odds, odds_section, seat_rules_section
from pinwheel.plan.explain_gives import all_gives, amount_of, gives_coupons, has_rates, list_of
from pinwheel.plan.explain_presale import PRESALE, presale_section
from pinwheel.plan.explain_promises import (
    credit_section,
    daily_dividend_section,
    monthly_dividend_section,
    promised_assets,
    promoter_section,
    referral_section,
)
from pinwheel.plan.ladder import tiers_of
from pinwheel.plan.model import Plan, awaits_value, drawn_on_close, is_drawn, prize_count
from pinwheel.plan.numbers_in_words import counted, seats_text, time_text
from pinwheel.plan.parts import RELEASE, Outcome
from pinwheel.plan.refusal import Language
from pinwheel.plan.values import MOST_FEN
from pinwheel.plan.view import Section, View, leader_barred, seats_of, text_of
from pinwheel.plan.words import Phrase
from pinwheel.rules.assets import ASSETS

__all__ = ["MemberCounts", "Odds", "Section", "amount_of", "explain", "headline", "my_counters", "odds"]


def explain(
    plan: Plan, language: Language, price: int | None = None, names: Mapping[str, str] | None = None
) -> list[Section]:
    """The plan in plain words.

    Args:
        price: in fen, where an activity sells at another price than the plan's offer.
        names: of assets, where the platform has renamed them (by their name in code).

    Raises:
        ValueError: for a price that no plan can have.
    """
    view = _view(plan, language, price, names)
    return [section for part in SECTIONS if (section := part(view)).sentences]


def headline(plan: Plan, language: Language, price: int | None = None) -> str:
    """The plan in one line."""
    view = _view(plan, language, price, None)
    if tiers_of(plan):
        tiers = [
            view.say(words.HEADLINE_TIER, size=tier.size, price=format_amount(tier.price))
            for tier in tiers_of(plan)
        ]
        joined = ("，" if language == "zh" else ", ").join(tiers)
        return view.say(words.HEADLINE_LADDER, title=text_of(plan.title, language), tiers=joined)
    prizes = [_prize(view, outcome) for outcome in plan.outcomes if outcome.count != "rest"]
    return view.say(
        words.HEADLINE,
        title=text_of(plan.title, language),
        price=format_amount(view.price),
        size=plan.group.size,
        prizes="".join(prizes),
    )


def _view(plan: Plan, language: Language, price: int | None, names: Mapping[str, str] | None) -> View:
    if price is not None and not 0 < price <= MOST_FEN:
        raise ValueError(f"price: found {price}; allowed: 1 to {MOST_FEN} fen")
    own = {name: phrase.say(language) for name, phrase in words.ASSET_NAMES.items()}
    return View(plan, language, plan.offer.price if price is None else price, {**own, **(names or {})})


def _what(view: View) -> Section:
    plan, about = view.plan, view.plan.about
    kind = view.say(
        PRESALE if plan.presale is not None else words.LADDER if tiers_of(plan) else words.ORDINARY
    )
    if is_drawn(plan):
        rest = text_of(plan.outcomes[-1].title, view.language)
        phrase = words.DRAWN_ON_CLOSE if drawn_on_close(plan) else words.DRAWN
        phrase = draw_words.DRAWN_AFTER_VALUE if awaits_value(plan) else phrase
        kind = view.say(phrase, size=plan.group.size, prizes=prize_count(plan), rest=rest)
    title = text_of(plan.title, view.language)
    return view.section("what", *([title] if about is None else [title, text_of(about, view.language)]), kind)


def _group(view: View) -> Section:
    group = view.plan.group
    time = time_text(group.fill_within, view.language)
    if tiers := tiers_of(view.plan):
        first = seats_text(tiers[0].size, view.language)
        within = view.say(words.LADDER_WITHIN, time=time, size=first)
        prices = [
            view.say(words.TIER, size=seats_text(tier.size, view.language), price=format_amount(tier.price))
            for tier in tiers
        ]
        prices += [view.say(words.TIER_DIFFERENCE), view.say(words.NO_VARIANTS)]
    else:
        size = group.size if view.language == "zh" else seats_text(group.size, "en")
        within = view.say(words.FILL_WITHIN, time=time)
        prices = [
            view.say(words.PRICE, price=format_amount(view.price)),
            view.say(words.SIZE, size=size),
        ]
    return view.section(
        "group",
        *prices,
        view.say(words.SEATING[group.seating]),
        within,
        view.say(words.HELD),
        view.say(words.LATE_PAYMENT[group.late_payment]),
        view.say(words.STOPPED_EARLY),
        view.say(words.PERSONS_ONLY),
    )


def _limits(view: View) -> Section:
    limits, spans = view.plan.limits, view.plan.hours
    joined = ("、" if view.language == "zh" else ", ").join(
        format_hours(span.start, span.end) for span in spans
    )
    sentences = [
        view.say(words.HOURS, hours=joined) if spans else view.say(words.ALL_DAY),
        _times(view, limits.joins_per_day, words.PER_DAY, words.PER_DAY_FREE),
        _times(view, limits.joins_total, words.IN_TOTAL, words.IN_TOTAL_FREE),
        view.say(words.PER_GROUP, seats=seats_text(limits.seats_per_group, view.language)),
    ]
    if view.plan.group.seating != "queue":
        number = limits.open_groups
        sentences.append(
            view.say(words.OPEN_GROUPS, number=number if view.language == "zh" else counted(number, "group"))
        )
    return view.section("limits", *sentences)


def _times(view: View, times: int | None, phrase: Phrase, free: Phrase) -> str:
    if times is None:
        return view.say(free)
    return view.say(phrase, times=times if view.language == "zh" else counted(times, "time"))


def _results(view: View) -> Section:
    plan, language = view.plan, view.language
    phrase = words.RESULT if is_drawn(plan) else words.EVERY_SEAT
    sentences = []
    for outcome in plan.outcomes:
        paid = view.say(words.PAYMENT[outcome.payment], price=format_amount(view.price))
        if tiers_of(plan):
            paid = view.say(words.PAYMENT_OF_LADDER)
        gets = list_of(view, outcome.gives)
        gets = view.say(words.GETS, list=gets) if gets else view.say(words.GETS_NOTHING)
        title, seats = text_of(outcome.title, language), seats_text(seats_of(plan, outcome), language)
        if drawn_on_close(plan) and outcome.count == "rest":
            seats = view.say(words.ALL_OTHER_SEATS)
        sentences.append(view.say(phrase, title=title, seats=seats, payment=paid, gives=gets))
    gives = all_gives(plan)
    if any(outcome.payment == "refund" for outcome in plan.outcomes):
        sentences.append(view.say(words.ROUTE))
    if any(give.what == RELEASE for give in gives):
        sentences.append(view.say(words.RELEASE_LIMIT, credit=view.names["shopping_credit"]))
    if gives_coupons(gives):
        sentences.append(view.say(words.COUPONS_ARE_NO_MONEY))
    if has_rates(gives):
        sentences.append(view.say(words.ROUNDING))
    return view.section("results", *sentences)


def _leader(view: View) -> Section:
    plan, gives = view.plan, view.plan.group.leader.gives
    if plan.group.seating == "queue":
        return view.section("leader")
    sentences = [
        view.say(words.LEADER_GETS, list=list_of(view, gives))
        if gives
        else view.say(words.LEADER_GETS_NOTHING)
    ]
    if is_drawn(plan):
        sentences.insert(
            0, view.say(draw_words.LEADER_BARRED if leader_barred(plan) else draw_words.LEADER_MAY_WIN)
        )
    return view.section("leader", *sentences)


def _each_join(view: View) -> Section:
    gives = view.plan.each_join
    return view.section(
        "each_join", *([view.say(words.EACH_JOIN_GETS, list=list_of(view, gives))] if gives else [])
    )


def _assets(view: View) -> Section:
    given = {give.what for give in all_gives(view.plan)} | promised_assets(view.plan)
    if RELEASE in given:
        given |= {"cash", "shopping_credit"}
    named = [asset for asset in ASSETS if asset in given]
    return view.section(
        "assets", *(view.say(words.ASSET_MEANINGS[name], name=view.names[name]) for name in named)
    )


def _version(view: View) -> Section:
    identity = view.say(words.HASH, plan=view.plan.plan, hash=plan_hash(view.plan))
    return view.section("version", identity, view.say(words.UNCHANGED))


def _prize(view: View, outcome: Outcome) -> str:
    seats = seats_of(view.plan, outcome)
    title = text_of(outcome.title, view.language)
    return view.say(words.HEADLINE_PRIZE, title=title, seats=seats_text(seats, view.language))


SECTIONS: list[Callable[[View], Section]] = [
    _what,
    _group,
    presale_section,
    _limits,
    odds_section,
    seat_rules_section,
    _results,
    _leader,
    _each_join,
    credit_section,
    daily_dividend_section,
    monthly_dividend_section,
    promoter_section,
    referral_section,
    draw_section,
    _assets,
    _version,
]
