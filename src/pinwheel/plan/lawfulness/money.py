"""Rules about promised money: M01 to M08. Source: lawfulness page, rows M. Amounts in fen, rates in ppm.

M01 bounds a full group: everything given at settlement, vouchers where they are worth more than the goods,
fees of all seats rounded up, and all credit at its face, since releases turn all of it into cash in time.
"""

from collections.abc import Iterator

from pinwheel.plan.amounts import PPM, format_amount, format_rate
from pinwheel.plan.explain_gives import amount_of
from pinwheel.plan.lawfulness import money_words as words
from pinwheel.plan.lawfulness.case import (
    CREDIT,
    POINTS,
    Case,
    budget_of,
    classes,
    coupons_worth,
    fee_of,
    given,
    goods_worth,
    group_total,
    has_goods,
    keeps,
    kept_seats,
    places,
    scopes,
    set_aside,
)
from pinwheel.plan.lawfulness.findings import Finding, finding, listed
from pinwheel.plan.lawfulness.pay import commission_pay, release_is_on
from pinwheel.plan.lawfulness.raw import number, rate, rates, value_at
from pinwheel.plan.lawfulness.texts import M04_WORDS, M05_WORDS, said
from pinwheel.plan.model import prize_count
from pinwheel.plan.parts import RELEASE
from pinwheel.plan.words import ASSET_NAMES
from pinwheel.rules.money import share

MUCH_BACK, ALL_BACK = 200_000, PPM  # ppm of what was paid
MOST_NAMED, MOST_BEARER = 5_000_00, 1_000_00  # fen
TRADED = ("dividend_points", "consumer_points", "appreciation_points")
STORED = ("shopping_coins", "cash", CREDIT)


def daily_pool(case: Case) -> int:
    """What the winning orders of a full group put into the daily dividend."""
    daily = case.plan.dividends.daily if case.plan.dividends else None
    return prize_count(case.plan) * amount_of(daily.per_win, case.price) if daily and case.drawn else 0


def worst_case(case: Case) -> dict[str, int]:
    """A full group at its worst: `kept`, and what goes against it, each in fen."""
    kept = kept_seats(case)
    return {
        "kept": kept * case.price,
        "costs": case.size * fee_of(case) + kept * share(case.price, case.facts.tax),
        "goods": sum(goods_worth(case, scope.gives, case.goods_cost) * scope.seats for scope in classes(case))
        + sum(coupons_worth(scope.gives) * scope.seats for scope in scopes(case)),
        "cash": group_total(case, ("cash",)) + daily_pool(case),
        "pay": commission_pay(case),
        "owed": max(group_total(case, (CREDIT,)), case.facts.reserve),
    }


def group_pays_for_itself(case: Case) -> Iterator[Finding]:
    """M01: a group, or a package, does not lose in its worst case unless a budget is stated."""
    has_budget = budget_of(case) > 0
    figures = worst_case(case)
    short = sum(figures.values()) - 2 * figures["kept"]
    if short > 0 and not has_budget:
        filled = {key: format_amount(value) for key, value in {**figures, "short": short}.items()}
        yield finding("M01", "block", "outcomes", words.M01_LOSES, size=case.size, **filled)
    points = group_total(case, POINTS)
    if points and (short <= 0 or has_budget):
        found = list(places(case, POINTS))
        items = listed([ASSET_NAMES[what] for what in dict.fromkeys(give.what for _, give in found)])
        filled = {"points": format_amount(points), "room": format_amount(max(-short, 0))}
        yield finding("M01", "note", found[0][0], words.M01_LOOK, items=items, **filled)
    if value_at(case.document, "purchase") is not None and not has_budget:
        yield from _package(case)


def _package(case: Case) -> Iterator[Finding]:
    steps = [share(case.price, ppm) for ppm in rates(case.document, "purchase.cycle")]
    pay = max(steps, default=0) + share(case.price, rate(case.document, "purchase.appreciation.pool"))
    costs = case.goods_cost + fee_of(case) + share(case.price, case.facts.tax)
    short = pay + costs - case.price
    if short > 0:
        figures = {"price": case.price, "costs": costs, "pay": pay, "short": short}
        filled = {key: format_amount(value) for key, value in figures.items()}
        yield finding("M01", "block", "purchase", words.M01_PACKAGE, **filled)


def owed_is_set_aside(case: Case) -> Iterator[Finding]:
    """M02: with no further order, the credit owed does not exceed what is set aside."""
    owed, reserve = group_total(case, (CREDIT,)) * case.facts.groups, set_aside(case)
    if owed > reserve:
        path = next(path for path, _ in places(case, (CREDIT,)))
        figures = {"owed": owed, "reserve": reserve, "short": owed - reserve}
        filled = {key: format_amount(value) for key, value in figures.items()}
        yield finding("M02", "block", path, words.M02_OWED, groups=case.facts.groups, **filled)


def little_is_promised_back(case: Case) -> Iterator[Finding]:
    """M03: what a seat is promised back over time, against what it paid."""
    for scope in classes(case):
        back = given(case, (*scope.gives, *case.plan.each_join), (CREDIT,))
        ppm = back * PPM // case.price
        if ppm < MUCH_BACK:
            continue
        filled = {
            "back": format_amount(back),
            "price": format_amount(case.price),
            "rate": format_rate(ppm),
        }
        if ppm >= ALL_BACK and not set_aside(case):
            yield finding("M03", "block", f"{scope.path}.gives", words.M03_WHOLE, **filled)
        else:
            yield finding("M03", "warn", f"{scope.path}.gives", words.M03_BACK, **filled)
    cycle = sum(rates(case.document, "purchase.cycle"))
    if cycle >= MUCH_BACK:
        yield finding("M03", "warn", "purchase.cycle", words.M03_CYCLE, rate=format_rate(cycle))
    times = number(case.document, "purchase.appreciation.leaves_at")
    cash = rate(case.document, "purchase.appreciation.cash")
    if times * cash >= MUCH_BACK:
        filled = {"cash": format_rate(cash), "rate": format_rate(times * cash)}
        path = "purchase.appreciation.leaves_at"
        yield finding("M03", "warn", path, words.M03_LEAVES, times=times, **filled)


def points_are_not_traded(case: Case) -> Iterator[Finding]:
    """M04: points are not bought for money, and members do not sell them to each other."""
    for path, items in _bought(case, TRADED):
        filled = {"price": format_amount(case.price), "items": listed([ASSET_NAMES[one] for one in items])}
        yield finding("M04", "block", path, words.M04_BOUGHT, **filled)
    for path, word in said(case, M04_WORDS):
        yield finding("M04", "block", path, words.M04_TEXT, said=word)
    if case.facts.points_traded:
        yield finding("M04", "block", "facts.points_traded", words.M04_FACT)


def _bought(case: Case, kinds: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Classes whose payment is kept for nothing but these."""
    for scope in classes(case):
        items = [give.what for give in scope.gives if give.what in kinds and given(case, (give,), kinds)]
        if keeps(scope) and not has_goods(scope) and items:
            yield f"{scope.path}.gives", list(dict.fromkeys(items))


def no_yield_is_offered(case: Case) -> Iterator[Finding]:
    """M05: no yield, guarantee or buy-back is offered to the public."""
    for path, word in said(case, M05_WORDS):
        yield finding("M05", "block", path, words.M05_TEXT, said=word)
    if value_at(case.document, "purchase.appreciation") is not None:
        times = number(case.document, "purchase.appreciation.leaves_at")
        yield finding("M05", "note", "purchase.appreciation", words.M05_LOOK, times=times)


def sellers_money_is_split(case: Case) -> Iterator[Finding]:
    """M06: other sellers' money goes through a licensed split payment (looked at on admission)."""
    if case.facts.sellers_money == "own_account":
        yield finding("M06", "warn", "facts.sellers_money", words.M06_OWN)


def top_ups_are_filed(case: Case) -> Iterator[Finding]:
    """M07: top-ups within the limits of prepaid cards, filed, with a reserve rate."""
    for place, card in enumerate(case.facts.top_ups):
        path, amount = f"facts.top_ups[{place}]", format_amount(card.amount)
        most = MOST_NAMED if card.named else MOST_BEARER
        if card.amount > most:
            yield finding("M07", "warn", path, words.M07_HIGH, amount=amount, limit=format_amount(most))
        if not card.filed:
            yield finding("M07", "warn", path, words.M07_UNFILED, amount=amount)
    for path, items in [] if case.facts.top_ups else _bought(case, STORED):
        filled = {"price": format_amount(case.price), "items": listed([ASSET_NAMES[one] for one in items])}
        yield finding("M07", "warn", path, words.M07_LIKE, **filled)


def withdrawals_are_named(case: Case) -> Iterator[Finding]:
    """M08: cash is withdrawn under a real name and a tax class only."""
    path = cash_path(case)
    if path is None or case.facts.withdrawals_named:
        return
    if case.facts.withdrawals_named is None:
        yield finding("M08", "note", path, words.M08_LOOK)
    else:
        yield finding("M08", "block", path, words.M08_NAMELESS)


def cash_path(case: Case) -> str | None:
    """Where members first get cash: gives, releases, dividends or commissions; None if nowhere."""
    plan = case.plan
    paths = [path for path, _ in places(case, ("cash", RELEASE))]
    if plan.credit and (plan.credit.static_release or plan.credit.accelerated_release):
        paths.append("credit")
    if plan.dividends and plan.dividends.monthly:
        paths.append("dividends.monthly")
    if daily_pool(case):
        paths.append("dividends.daily")
    if release_is_on(case):
        paths.append("referral.release_to_sponsor")
    if commission_pay(case):
        paths.append("referral")
    if value_at(case.document, "purchase") is not None:
        paths.append("purchase")
    return paths[0] if paths else None
