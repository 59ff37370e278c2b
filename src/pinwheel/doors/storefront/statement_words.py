"""What each reason of a transfer is, as the member reads it, and why a line came about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pinwheel.doors.storefront.group_selectors import masked
from pinwheel.doors.storefront.languages import capital, page_language
from pinwheel.doors.storefront.templatetags.shop import money, plain
from pinwheel.ledger.statements import StatementLine
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.days.models import DayRun, DayShare
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.market.pool.models import Exchange
from pinwheel.plan.amounts import format_rate
from pinwheel.plan.numbers_in_words import joins_text
from pinwheel.plan.promises import Credit
from pinwheel.rules import reasons

# The names in braces are those of the assets.
WORDS = {
    reasons.HOLD: gettext_lazy("Paid for a join, held for the group"),
    reasons.CAPTURE: gettext_lazy("Payment kept"),
    reasons.REFUND: gettext_lazy("Payment returned"),
    reasons.REWARD: gettext_lazy("Reward of the result"),
    reasons.RELEASED_CREDIT: gettext_lazy("%(shopping_credit)s released by a join"),
    reasons.RELEASED_CASH: gettext_lazy("%(cash)s from %(shopping_credit)s released by a join"),
    reasons.LEADER_REWARD: gettext_lazy("Leader's reward"),
    reasons.JOIN_REWARD: gettext_lazy("Reward of the join"),
    reasons.ADJUSTMENT: gettext_lazy("Adjustment by the platform"),
    reasons.SPONSOR_RELEASED_CREDIT: gettext_lazy("%(shopping_credit)s released by your team"),
    reasons.SPONSOR_RELEASED_CASH: gettext_lazy("%(cash)s from %(shopping_credit)s released by your team"),
    reasons.DAILY_RELEASED_CREDIT: gettext_lazy("%(shopping_credit)s released daily"),
    reasons.DAILY_RELEASED_CASH: gettext_lazy("%(cash)s from %(shopping_credit)s released daily"),
    reasons.DAILY_DIVIDEND: gettext_lazy("Daily dividend"),
    reasons.MONTHLY_DIVIDEND: gettext_lazy("Monthly dividend"),
    reasons.POOL_IN: gettext_lazy("Moved into the pool"),
    reasons.POOL_OUT: gettext_lazy("Moved out of the pool"),
    reasons.EXCHANGE: gettext_lazy("Exchanged for goods"),
    reasons.MALL_POINTS: gettext_lazy("Exchanged for goods"),
    reasons.MALL_CASH: gettext_lazy("Paid with points for goods"),
    reasons.TIER_REFUND: gettext_lazy("Price fell: difference back"),
    reasons.TIER_REFUND_EXTERNAL: gettext_lazy("Price fell: difference back by the route paid"),
    reasons.RETURN_REFUND: gettext_lazy("After-sale refund"),
    reasons.REVERSED: gettext_lazy("Reward taken back with the refund"),
    reasons.DEPOSIT: gettext_lazy("Deposit, held for the group"),
    reasons.DEPOSIT_BACK: gettext_lazy("Deposit returned in full"),
    reasons.BALANCE: gettext_lazy("Balance paid after the deposit"),
    reasons.DEBT_TAKEN: gettext_lazy("Owed from a refund before, taken from this reward"),
}
UNNAMED = gettext_lazy("Other movement")
OF_SPONSORS = (reasons.SPONSOR_RELEASED_CREDIT, reasons.SPONSOR_RELEASED_CASH)
OF_CREDIT_RUNS = (reasons.DAILY_RELEASED_CREDIT, reasons.DAILY_RELEASED_CASH)
OF_DIVIDENDS = (reasons.DAILY_DIVIDEND, reasons.MONTHLY_DIVIDEND)
OF_POOL = (reasons.POOL_IN, reasons.POOL_OUT, reasons.EXCHANGE, reasons.MONTHLY_DIVIDEND)
OF_EXCHANGES = (reasons.EXCHANGE, reasons.MALL_POINTS, reasons.MALL_CASH)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Causes:
    """What lines of the later reasons are about, by its id.

    Attributes:
        joins: orders of the member's team, whose `people` are theirs with those who brought them.
        shares: the member's share in a run, by the run's id.
    """

    joins: dict[int, Order] = field(default_factory=dict)
    people: dict[int, Member] = field(default_factory=dict)
    runs: dict[int, DayRun] = field(default_factory=dict)
    shares: dict[int, DayShare] = field(default_factory=dict)
    exchanges: dict[int, Exchange] = field(default_factory=dict)


def causes_of(member_id: int, lines: Sequence[StatementLine]) -> Causes:
    """Read what the lines are about: a fixed number of queries, none for reasons that do not occur."""
    joins = Order.objects.in_bulk(ids) if (ids := about(lines, OF_SPONSORS)) else {}
    people = Member.objects.in_bulk({order.member_id for order in joins.values()}) if joins else {}
    above = {person.sponsor_id for person in people.values() if person.sponsor_id} - {member_id, *people}
    people |= Member.objects.in_bulk(above) if above else {}
    runs = DayRun.objects.in_bulk(ids) if (ids := about(lines, OF_CREDIT_RUNS + OF_DIVIDENDS)) else {}
    shares = DayShare.objects.filter(member_id=member_id, run_id__in=runs) if runs else ()
    exchanged = about(lines, OF_EXCHANGES)
    items = Exchange.objects.select_related("item__product")
    return Causes(
        joins=joins,
        people=people,
        runs=runs,
        shares={share.run_id: share for share in shares},
        exchanges=items.in_bulk(exchanged) if exchanged else {},
    )


def about(lines: Sequence[StatementLine], wanted: Collection[int]) -> set[int]:
    """What lines of these reasons are about."""
    return {line.about for line in lines if line.reason in wanted}


def what(line: StatementLine, asset_names: dict[str, str]) -> str:
    """The line's reason in a few words."""
    return capital(str(WORDS.get(line.reason, UNNAMED)) % asset_names)


def why(line: StatementLine, member_id: int, causes: Causes, asset_names: dict[str, str]) -> str:
    """What brought the line about, in one sentence; empty where its order and plan say all."""
    if line.reason in OF_SPONSORS:
        return why_sponsor(causes.joins.get(line.about), member_id, causes.people)
    run, share = causes.runs.get(line.about), causes.shares.get(line.about)
    if line.reason in OF_CREDIT_RUNS and run is not None:
        return why_release(run, share.weight if share else 0)
    if line.reason in OF_DIVIDENDS and run is not None and share is not None:
        return why_dividend(run, share.weight, asset_names)
    if line.reason in OF_EXCHANGES and line.about in causes.exchanges:
        product = causes.exchanges[line.about].item.product
        return product.name_zh if page_language() == "zh" else product.name_en
    return ""


def why_sponsor(join: Order | None, member_id: int, people: dict[int, Member]) -> str:
    """Whose join it was: never more than the first character of a nickname."""
    person = people.get(join.member_id) if join else None
    if person is None:
        return ""
    name = {"name": masked(person.nickname)}
    if person.sponsor_id == member_id:
        return _("%(name)s, whom you brought, joined.") % name
    sponsor = people.get(person.sponsor_id or 0)
    if sponsor is not None and sponsor.sponsor_id == member_id:
        return _("%(name)s, brought by a member whom you brought, joined.") % name
    return _("%(name)s, then of your team, joined.") % name  # an operator has changed the sponsor since


def why_release(run: DayRun, joins: int) -> str:
    """The date, the rates of the rule, and how many joins counted."""
    credit = terms_of(run.version_id).plan.credit or Credit()
    filled = {
        "day": run.day.isoformat(),
        "static": format_rate(credit.static_release),
        "accelerated": format_rate(credit.accelerated_release),
        "joins": joins_text(joins, page_language()),
        "before": (run.day - ONE_DAY).isoformat(),
    }
    if not credit.accelerated_release:
        return _("%(day)s: balance at 00:00 × %(static)s.") % filled
    if not credit.static_release:
        return _("%(day)s: balance at 00:00 × %(joins)s settled on %(before)s × %(accelerated)s.") % filled
    return (
        _("%(day)s: balance at 00:00 × (%(static)s + %(joins)s settled on %(before)s × %(accelerated)s).")
        % filled
    )


def why_dividend(run: DayRun, weight: int, asset_names: dict[str, str]) -> str:
    """The day or the month, the member's weight of all, and what was shared."""
    filled = {
        "day": (run.day - ONE_DAY).isoformat(),
        "month": f"{run.day:%Y-%m}",
        "weight": plain(weight),
        "total": plain(run.weight),
        "pool": money(run.pool),
        "points": asset_names["dividend_points"],
    }
    if run.kind == DayRun.Kind.DAILY_DIVIDEND:
        return _("%(day)s: your weight %(weight)s of %(total)s; pool %(pool)s.") % filled
    return _("%(month)s: your %(weight)s of %(total)s %(points)s in the pool; shared %(pool)s.") % filled
