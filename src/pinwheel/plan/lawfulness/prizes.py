"""Rules about what is won: P01 to P05. Source: lawfulness page, rows P01 to P05."""

from collections.abc import Iterator

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.lawfulness import prize_words as words
from pinwheel.plan.lawfulness.case import (
    CREDIT,
    POINTS,
    Case,
    Scope,
    classes,
    coupons_worth,
    given,
    goods_worth,
    has_goods,
    keeps,
    places,
)
from pinwheel.plan.lawfulness.findings import Finding, Said, finding, listed
from pinwheel.plan.parts import COUPON, GOODS
from pinwheel.plan.words import ASSET_NAMES, Phrase

MOST_PRIZE = 50_000_00  # fen
PRIZE_TO_SHOW = 500_00  # fen

VOUCHERS = Phrase("购物券", "vouchers")
COUPONS = Phrase("优惠券", "coupons")
NOTICE_ITEMS = {
    "times": Phrase("活动与开奖时间", "times of activity and draw"),
    "who_may_join": Phrase("参与条件", "who may join"),
    "claim_how": Phrase("兑奖方式与条件", "how to claim"),
    "claim_until": Phrase("兑奖期限", "until when to claim"),
    "organiser": Phrase("主办方", "organiser"),
    "contact": Phrase("联系方式", "contact"),
}
# What a member joined for: parts of a plan that must not change under a running activity.
JOINED_FOR = ("offer", "group", "draw", "outcomes", "each_join", "credit", "dividends")


def gross_worth(case: Case, scope: Scope) -> int:
    """What one seat of a class gets, in fen at market price; points, credit and coupons at their face."""
    goods = goods_worth(case, scope.gives, case.market_price)
    leader = case.plan.group.leader.gives if case.plan.group.seating != "queue" else ()
    everywhere = (*scope.gives, *case.plan.each_join, *leader)
    return goods + given(case, everywhere, ("cash", CREDIT, *POINTS)) + coupons_worth(everywhere)


def net_worth(case: Case, scope: Scope) -> int:
    """The same less what was paid for the goods: a price cut counts as market price less payment."""
    paid = case.price if keeps(scope) and has_goods(scope) else 0
    goods = goods_worth(case, scope.gives, case.market_price)
    return gross_worth(case, scope) - min(paid, goods)


def prize_within_limit(case: Case) -> Iterator[Finding]:
    """P01: what one order can win is worth at most 50 000 yuan."""
    if not case.drawn:
        return
    limit, best = format_amount(MOST_PRIZE), 0
    for scope in classes(case):
        worth = net_worth(case, scope)
        best = max(best, worth)
        if worth > MOST_PRIZE:
            yield finding("P01", "block", scope.path, words.P01_OVER, worth=format_amount(worth), limit=limit)
    if best <= MOST_PRIZE and case.facts.market_price is None:
        for path, _ in list(places(case, (GOODS,)))[:1]:
            filled = {"worth": format_amount(best), "price": format_amount(case.price), "limit": limit}
            yield finding("P01", "note", path, words.P01_LOOK, **filled)


def notice_is_complete(case: Case) -> Iterator[Finding]:
    """P02: a draw's notice says everything the article lists."""
    if not case.drawn:
        return
    for number, outcome in enumerate(case.plan.outcomes):
        if outcome.title.zh == outcome.name:
            yield finding("P02", "block", f"outcomes[{number}].title", words.P02_NAME, name=outcome.name)
    if case.facts.notice is None:
        yield finding("P02", "note", "", words.P02_LOOK)
        return
    missing = [phrase for item, phrase in NOTICE_ITEMS.items() if item not in case.facts.notice]
    if missing:
        yield finding("P02", "block", "facts.notice", words.P02_MISSING, items=listed(missing))


def points_have_rules(case: Case) -> Iterator[Finding]:
    """P03: points, vouchers and coupons that are given have published rules, scope, expiry and limits."""
    found = list(places(case, (CREDIT, *POINTS)))
    items = [ASSET_NAMES[what] for what in dict.fromkeys(give.what for _, give in found)]
    vouchers = [path for path, give in places(case, (GOODS,)) if give.choice and give.choice.or_voucher]
    if vouchers:
        items.append(VOUCHERS)
    coupons = [path for path, _ in places(case, (COUPON,))]
    if coupons:
        items.append(COUPONS)
    if not items or case.facts.points_rules:
        return
    path = [*(path for path, _ in found), *vouchers, *coupons][0]
    if case.facts.points_rules is None:
        yield finding("P03", "note", path, words.P03_LOOK, items=listed(items))
    else:
        yield finding("P03", "block", path, words.P03_MISSING, items=listed(items))


def big_prizes_are_shown(case: Case) -> Iterator[Finding]:
    """P04: an instant draw of prizes above 500 yuan has a live board."""
    draw = case.plan.draw
    if draw is None or draw.when != "on_fill" or not case.drawn or case.facts.live_board:
        return
    if draw.public_value == "public_number":  # drawn hours after the group is full, not instantly
        return
    worth, path = max((gross_worth(case, scope), scope.path) for scope in classes(case))
    if worth > PRIZE_TO_SHOW:
        filled = {"worth": format_amount(worth), "limit": format_amount(PRIZE_TO_SHOW)}
        if case.facts.live_board is None:
            yield finding("P04", "note", path, words.P04_LOOK, **filled)
        else:
            yield finding("P04", "block", path, words.P04_NO_BOARD, **filled)


def prizes_stay_as_published(case: Case) -> Iterator[Finding]:
    """P05: nothing a member joined for changes after the start; a published version never does by "
    "itself."""
    started = case.facts.started_with
    if started is None:
        return
    for part in JOINED_FOR:
        if getattr(started, part) != getattr(case.plan, part):
            yield finding("P05", "block", part, words.P05_CHANGED, part=Said(part, part))
