"""Rules about referral pay: R01 to R09, and what a group pays at the most. Source: lawfulness page, rows R.

Generations, filling rewards, teams, regions, leaders' dividends, freeze and packages are not loaded by the
plan format yet: they are read from the raw document (raw.py), which only `lawfulness_of_document` hands over.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pinwheel.plan.amounts import format_amount, format_rate
from pinwheel.plan.lawfulness import pay_words as words
from pinwheel.plan.lawfulness.case import Case, classes, fee_of, goods_worth, group_total, kept_seats
from pinwheel.plan.lawfulness.findings import Finding, finding
from pinwheel.plan.lawfulness.raw import amount, duration, items_at, rate, rate_of, rates, value_at
from pinwheel.plan.lawfulness.texts import R02_WORDS, R09_WORDS, said
from pinwheel.plan.promises import ReleaseToSponsor
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import share

YARDSTICK = 300_000  # ppm of the net price
DAY = 86_400

NAMES = {
    "referral.release_to_sponsor": Phrase("推荐人释放", "the release to sponsors"),
    "referral.generations": Phrase("代数奖励", "the reward by generations"),
    "referral.filling_reward": Phrase("成团奖励", "the filling reward"),
    "referral.team": Phrase("级差与平级奖", "team differential and peer bonus"),
    "referral.region": Phrase("区域奖励", "the region reward"),
    "referral.leaders_dividend": Phrase("团队长加权分红", "the leaders' dividend"),
    "group.leader.gives": Phrase("团长奖励", "the leader's reward"),
}
FROM_OTHERS = ("referral.team", "referral.region", "referral.leaders_dividend")
COMMISSIONS = ("referral.generations", "referral.filling_reward", *FROM_OTHERS)


class GroupMoney(NamedTuple):
    """A full group in fen, before referral pay: what is kept less fees, and that less goods and cash."""

    net: int
    margin: int


def money_of(case: Case) -> GroupMoney:
    """Net price and margin of a full group; goods at their cost, or at the voucher that is worth more."""
    tax = share(case.price, case.facts.tax)
    net = kept_seats(case) * (case.price - tax) - case.size * fee_of(case)
    goods = sum(goods_worth(case, scope.gives, case.goods_cost) * scope.seats for scope in classes(case))
    return GroupMoney(net, net - goods - group_total(case, ("cash",)))


def sponsor_release(case: Case) -> ReleaseToSponsor:
    """What a join releases to sponsors; nothing if it is off."""
    referral = case.plan.referral
    return (referral and referral.release_to_sponsor) or ReleaseToSponsor()


def release_is_on(case: Case) -> bool:
    """Whether a join releases anything to sponsors."""
    release = sponsor_release(case)
    return any((release.direct.fixed, release.direct.ppm, release.indirect.fixed, release.indirect.ppm))


def commission_pay(case: Case) -> int:
    """The most, in fen, that a full group pays by the sections read from the raw document."""
    total = _generation_pay(case) + case.size * amount(case.document, "referral.filling_reward")
    turnover = case.price * kept_seats(case)
    total += sum(share(turnover, rate(case.document, f"referral.region.{part}")) for part in REGIONS)
    monthly = rate(case.document, "referral.leaders_dividend.monthly")
    of_margin = value_at(case.document, "referral.leaders_dividend.of") == "margin"
    total += share(max(money_of(case).margin, 0) if of_margin else turnover, monthly)
    ranks = items_at(case.document, "referral.team.ranks")
    paths = [f"referral.team.ranks[{place}].rate" for place in range(len(ranks))]
    steps = [
        rate_of(value_at({"rank": rank}, "rank.rate"), path) for rank, path in zip(ranks, paths, strict=True)
    ]
    team = share(_base(case, "referral.team.base"), max(steps, default=0))
    return total + team + share(team, rate(case.document, "referral.team.peer"))


REGIONS = ("province", "city", "district")


def _base(case: Case, path: str) -> int:
    """The base of a full group in fen: prices of all seats, the margin, or the cash given to seats."""
    base = value_at(case.document, path)
    if base == "margin":
        return max(money_of(case).margin, 0)
    return group_total(case, ("cash",)) if base == "reward" else case.price * case.size


def _generation_pay(case: Case) -> int:
    base = _base(case, "referral.generations.base")
    return sum(share(base, ppm) for ppm in rates(case.document, "referral.generations.rates"))


def generations_are_few(case: Case) -> Iterator[Finding]:
    """R01: more than one paid generation; three or more reach the levels of the criminal threshold."""
    paid = [place for place, ppm in enumerate(rates(case.document, "referral.generations.rates"), 1) if ppm]
    if paid and paid[-1] >= 3:
        yield finding("R01", "warn", "referral.generations.rates", words.R01_THREE, number=paid[-1])
    elif paid and paid[-1] == 2:
        yield finding("R01", "warn", "referral.generations.rates", words.R01_TWO, number=2)
    release = sponsor_release(case)
    if release.indirect.fixed or release.indirect.ppm:
        yield finding("R01", "warn", "referral.release_to_sponsor.indirect", words.R01_TWO, number=2)


def something_is_bought(case: Case) -> Iterator[Finding]:
    """R02: no reward for registering, recruiting or heads alone."""
    for path, word in said(case, R02_WORDS):
        yield finding("R02", "block", path, words.R02_TEXT, said=word)
    paid = [path for path in COMMISSIONS if value_at(case.document, path) is not None]
    if release_is_on(case):
        paid.append("referral.release_to_sponsor")
    if case.plan.group.seating != "queue" and case.plan.group.leader.gives:
        paid.append("group.leader.gives")
    refunded = case.size - kept_seats(case)
    for path in paid:
        filled = {"what": NAMES[path], "size": case.size}
        if refunded == case.size:
            yield finding("R02", "block", path, words.R02_NOTHING_BOUGHT, **filled)
        elif refunded:
            yield finding("R02", "note", path, words.R02_LOOK, refunded=refunded, **filled)


def earning_is_free(case: Case) -> Iterator[Finding]:
    """R03: the right to earn needs no fee, package or top-up."""
    price = format_amount(case.price)
    if release_is_on(case) and sponsor_release(case).valid_promoters_only:
        path = "referral.release_to_sponsor.valid_promoters_only"
        yield finding("R03", "warn", path, words.R03_PROMOTER, price=price)
    if value_at(case.document, "referral.generations.valid_promoters_only") is True:
        path = "referral.generations.valid_promoters_only"
        yield finding("R03", "warn", path, words.R03_PROMOTER, price=price)
    if rates(case.document, "purchase.cycle"):
        yield finding("R03", "warn", "purchase.cycle", words.R03_PACKAGE, price=price)


def base_is_own_sales(case: Case) -> Iterator[Finding]:
    """R04: nobody is paid on sales that were not made through their own link."""
    for path in FROM_OTHERS:
        if value_at(case.document, path) is not None:
            yield finding("R04", "warn", path, words.R04_OTHERS, what=NAMES[path])


def pay_is_moderate(case: Case) -> Iterator[Finding]:
    """R05: all referral pay against 30% of the net price, half the margin, and the margin."""
    release = sponsor_release(case)
    path = "referral.release_to_sponsor"
    for name, side in (("direct", release.direct), ("indirect", release.indirect)):
        if side.ppm:
            yield finding("R05", "note", f"{path}.{name}", words.R05_LOOK, rate=format_rate(side.ppm))
    pay = commission_pay(case) + case.size * (release.direct.fixed + release.indirect.fixed)
    net, margin = (max(part, 0) for part in money_of(case))
    yardstick, half = share(net, YARDSTICK), margin // 2
    figures = {"pay": pay, "net": net, "margin": margin, "yardstick": yardstick, "half": half}
    filled = {key: format_amount(value) for key, value in figures.items()}
    filled["most"] = format_amount(min(yardstick, half))
    if pay > margin:
        yield finding("R05", "block", "referral", words.R05_OVER, size=case.size, **filled)
    elif pay > min(yardstick, half):
        yield finding("R05", "warn", "referral", words.R05_HIGH, size=case.size, **filled)


def pay_waits_for_returns(case: Case) -> Iterator[Finding]:
    """R06: commission waits for the end of the return window, and is reversed with a refund."""
    window = case.facts.return_days
    paid = [path for path in COMMISSIONS if value_at(case.document, path) is not None]
    if rates(case.document, "purchase.cycle"):
        paid.append("purchase.cycle")
    if paid:
        frozen = duration(case.document, "referral.freeze")
        if frozen < window * DAY:
            filled = {"days": frozen // DAY, "window": window}
            yield finding("R06", "block", "referral.freeze", words.R06_EARLY, **filled)
        if not case.facts.pay_reversed:
            yield finding("R06", "block", "facts.pay_reversed", words.R06_KEPT)
    if release_is_on(case):
        yield finding("R06", "note", "referral.release_to_sponsor", words.R06_LOOK, window=window)


def nothing_is_promised_in_words(case: Case) -> Iterator[Finding]:
    """R09: words of sure profit in names and texts."""
    for path, word in said(case, R09_WORDS):
        yield finding("R09", "block", path, words.R09_TEXT, said=word)
