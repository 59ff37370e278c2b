"""Rules about how a draw is run and paid: P06 to P18. Source: lawfulness page, rows P06 to P18."""

from collections.abc import Iterator

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.explain_draw import odds
from pinwheel.plan.lawfulness import prize_words as words
from pinwheel.plan.lawfulness.case import Case, classes, given, has_goods, keeps, places
from pinwheel.plan.lawfulness.findings import Finding, Said, finding, listed
from pinwheel.plan.lawfulness.prizes import net_worth
from pinwheel.plan.lawfulness.texts import CERTAIN, P11_WORDS, P16_WORDS, percents_of_chance, said
from pinwheel.plan.model import prize_count
from pinwheel.plan.parts import GOODS
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import MILLION, share

FEWEST_YEARS = 3
PRIZE_TAX = 200_000  # ppm

NEVER_DRAWN = {
    "medicine": Phrase("药品", "medicines"),
    "medical_device": Phrase("医疗器械", "medical devices"),
    "live_animal": Phrase("活体动物", "live animals"),
    "hazard": Phrase("有毒有害、易燃易爆物品", "hazards"),
}
DRAWN_WITH_CARE = {"food": Phrase("食品", "food"), "cosmetics": Phrase("化妆品", "cosmetics")}


def insiders_do_not_join(case: Case) -> Iterator[Finding]:
    """P06: staff, merchant and affiliates do not join the draw."""
    if case.drawn and case.facts.affiliates_barred is not True:
        if case.facts.affiliates_barred is None:
            yield finding("P06", "note", "draw", words.P06_LOOK, size=case.size)
        else:
            yield finding("P06", "block", "draw", words.P06_MAY_JOIN, size=case.size)


def odds_shown_are_computed(case: Case) -> Iterator[Finding]:
    """P08: the odds that pages and texts state are those of the plan."""
    if not case.drawn:
        return
    computed = odds(case.plan)
    prizes = prize_count(case.plan)
    seats = {chance.seats for chance in computed} | {prizes}
    each = listed([Said(*(f"{chance.name} {chance.seats}/{chance.size}",) * 2) for chance in computed])
    for path, text, ppm, unit in percents_of_chance(case):
        if all(2 * abs(ppm * case.size - one * MILLION) > unit * case.size for one in seats):
            yield finding("P08", "block", path, words.P08_TEXT, said=text, computed=each)
    if prizes < case.size:
        for path, word in said(case, CERTAIN):
            yield finding("P08", "block", path, words.P08_CERTAIN, said=word, prizes=prizes, size=case.size)
    if case.facts.odds_shown is not None and list(case.facts.odds_shown) != computed:
        yield finding("P08", "block", "facts.odds_shown", words.P08_SHOWN, computed=each)


def records_are_kept(case: Case) -> Iterator[Finding]:
    """P09: records are kept for three years at least."""
    if case.facts.records_years < FEWEST_YEARS:
        yield finding("P09", "block", "facts.records_years", words.P09_SHORT, years=case.facts.records_years)


def nobody_loses_the_stake(case: Case) -> Iterator[Finding]:
    """P10: who pays and is not given goods gets everything back, by itself and by the same route."""
    if not case.drawn:
        return
    price = format_amount(case.price)
    for scope in classes(case):
        if scope.outcome is None:
            continue
        if keeps(scope) and not has_goods(scope):
            title = Said(scope.outcome.title.zh, scope.outcome.title.en)
            filled = {"title": title, "seats": scope.seats, "price": price}
            yield finding("P10", "block", f"{scope.path}.payment", words.P10_LOSES, **filled)
        if not keeps(scope) and not case.facts.refunds_by_themselves:
            yield finding("P10", "block", f"{scope.path}.payment", words.P10_ROUTE, price=price)


def prizes_are_not_bought_back(case: Case) -> Iterator[Finding]:
    """P11: prizes are not sold back or consigned to the platform."""
    for path, word in said(case, P11_WORDS):
        yield finding("P11", "block", path, words.P11_TEXT, said=word)
    if case.facts.prizes_sold_back:
        yield finding("P11", "block", "facts.prizes_sold_back", words.P11_FACT)


def money_is_held_until_the_draw(case: Case) -> Iterator[Finding]:
    """P12: a payment that may go back is held, not taken, before the draw."""
    refunded = [scope.path for scope in classes(case) if not keeps(scope)]
    if not case.drawn or not refunded or case.facts.captured_before_draw is False:
        return
    path, price = f"{refunded[0]}.payment", format_amount(case.price)
    if case.facts.captured_before_draw is None:
        yield finding("P12", "note", path, words.P12_LOOK, price=price)
    else:
        yield finding("P12", "warn", path, words.P12_CAPTURED, price=price)


def only_adults_join(case: Case) -> Iterator[Finding]:
    """P13: an age gate stands before paid draws."""
    if case.drawn and not case.facts.age_gate:
        yield finding("P13", "block", "draw", words.P13_NO_GATE, price=format_amount(case.price))


def goods_may_be_drawn(case: Case) -> Iterator[Finding]:
    """P14: no medicines, devices, live animals or hazards; food and cosmetics with care."""
    path = next((path for path, _ in places(case, (GOODS,))), None)
    if not case.drawn or path is None:
        return
    if case.facts.goods is None:
        yield finding("P14", "note", path, words.P14_LOOK)
        return
    never = [phrase for kind, phrase in NEVER_DRAWN.items() if kind in case.facts.goods]
    care = [phrase for kind, phrase in DRAWN_WITH_CARE.items() if kind in case.facts.goods]
    if never:
        yield finding("P14", "block", path, words.P14_NEVER, items=listed(never))
    if care:
        yield finding("P14", "warn", path, words.P14_CARE, items=listed(care))


def prize_tax_is_set(case: Case) -> Iterator[Finding]:
    """P15: who bears the tax on prizes is set. A class with a prize: cash, or goods above what was paid."""
    if not case.drawn or case.facts.prize_tax is not None:
        return
    for scope in classes(case):
        worth = net_worth(case, scope)
        everywhere = (*scope.gives, *case.plan.each_join)
        has_prize = has_goods(scope) or given(case, everywhere, ("cash",)) > 0
        if worth > 0 and has_prize:
            filled = {"worth": format_amount(worth), "tax": format_amount(share(worth, PRIZE_TAX))}
            yield finding("P15", "warn", f"{scope.path}.gives", words.P15_NO_TAX, **filled)


def struck_price_is_true(case: Case) -> Iterator[Finding]:
    """P16: a price compared with is at most the lowest of the last seven days."""
    struck, lowest = case.facts.struck_price, case.facts.lowest_in_seven_days
    if struck and lowest is not None:
        if struck > lowest:
            filled = {"struck": format_amount(struck), "lowest": format_amount(lowest)}
            yield finding("P16", "block", "facts.struck_price", words.P16_OVER, **filled)
        return
    if struck:
        yield finding("P16", "note", "facts.struck_price", words.P16_LOOK, said=format_amount(struck))
    for path, word in said(case, P16_WORDS):
        yield finding("P16", "note", path, words.P16_LOOK, said=word)


def joining_has_a_cap(case: Case) -> Iterator[Finding]:
    """P18: joins or spending per member and day have a cap (joins in all are one, too)."""
    limits = case.plan.limits
    caps = (limits.joins_per_day, limits.joins_total, case.facts.spending_per_day)
    if case.drawn and all(cap is None for cap in caps):
        price = format_amount(case.price)
        yield finding("P18", "warn", "limits.joins_per_day", words.P18_FREE, price=price)
