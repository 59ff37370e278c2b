"""Comparing what came out with what a scenario expects. Only what is named is compared."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F

from pinwheel.doors.cli.scenarios.live import LiveEngine
from pinwheel.doors.cli.scenarios.read import BadScenario, read_hundredths, read_names
from pinwheel.ledger.models import PlatformAccount, PlatformBalance, Wallet
from pinwheel.market.groups.models import Group, WinCounter
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.market.pool.services import points_in_pool
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.promoters.services import promoter_status
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import CASH
from pinwheel.rules.bars import bar_names

PARTS = ("groups", "balances", "members", "orders", "platform")


def differences(engine: LiveEngine, expected: dict[str, Any]) -> Iterator[str]:
    """Each difference as `path: expected … got …`. Raises: BadScenario for what cannot be compared."""
    for part, value in expected.items():
        if part not in PARTS:
            raise BadScenario(f"expect.{part}: unknown or not available yet")
        yield from globals()[f"{part}_differ"](engine, value)


def difference(path: str, expected: object, got: object) -> Iterator[str]:
    if expected != got:
        yield f"{path}: expected {shown(expected)} got {shown(got)}"


def shown(value: object) -> str:
    return str(value) if isinstance(value, str | int | Decimal) else repr(value)


def balances_differ(engine: LiveEngine, expected: dict[str, Any]) -> Iterator[str]:
    for names, assets in expected.items():
        for name in read_names(names):
            wallet = Wallet.objects.get(pk=engine.known(engine.members, name, "member"))
            for asset, amount in assets.items():
                path = f"balances.{name}.{asset}"
                got = getattr(wallet, asset, None)
                if got is None:
                    raise BadScenario(f"{path}: there is no such asset")
                yield from difference(path, format_amount(read_hundredths(amount, path)), signed(got))


def signed(amount: int) -> str:
    return format_amount(amount) if amount >= 0 else "-" + format_amount(-amount)


def members_differ(engine: LiveEngine, expected: dict[str, Any]) -> Iterator[str]:
    plan = engine.scenario.plan.plan
    for names, facts in expected.items():
        for name in read_names(names):
            member = engine.known(engine.members, name, "member")
            counter = WinCounter.objects.filter(member_id=member, plan=plan).first() or WinCounter()
            until = promoter_status(member).get(plan)
            sponsor = Member.objects.get(pk=member).sponsor_id
            got = {
                "promoter_until": until and until.isoformat(),
                "sit_out": counter.sit_out,
                "sponsor": engine.names[sponsor] if sponsor else None,
                "in_pool": format_amount(points_in_pool(plan, member)),
            }
            for fact, value in facts.items():
                path = f"members.{name}.{fact}"
                if fact not in got:
                    raise BadScenario(f"{path}: unknown or not available yet")
                yield from difference(path, wanted_of(fact, value, path), got[fact])


def wanted_of(fact: str, value: Any, path: str) -> Any:
    """A member's fact as it is compared: dates and points as text."""
    if fact == "promoter_until" and value is not None:
        return str(value)
    return format_amount(read_hundredths(value, path)) if fact == "in_pool" else value


def orders_differ(engine: LiveEngine, expected: dict[str, Any]) -> Iterator[str]:
    for name, facts in expected.items():
        order = Order.objects.get(pk=engine.known(engine.orders, name, "order"))
        got = {
            "state": Order.State(order.state).label,
            "refunded": signed(order.refunded),
            "route": Order.Route(order.route).label,
            "choice": choice_of(engine, order.pk),
        }
        for fact, value in facts.items():
            path = f"orders.{name}.{fact}"
            if fact not in got:
                raise BadScenario(f"{path}: unknown or not available yet")
            wanted = format_amount(read_hundredths(value, path)) if fact == "refunded" else value
            yield from difference(path, wanted, got[fact])


def choice_of(engine: LiveEngine, order_id: int) -> str | None:
    """What a winner chose: `open`, `voucher 100.00`, or a product's name; None: nothing to choose."""
    choice = PrizeChoice.objects.filter(pk=order_id).first()
    if choice is None:
        return None
    if choice.state == PrizeChoice.State.OPEN:
        return "open"
    if choice.state == PrizeChoice.State.VOUCHER:
        return f"voucher {format_amount(Voucher.objects.get(order_id=order_id).value)}"
    return next(name for name, product in engine.products.items() if product == choice.product_id)


def platform_differ(engine: LiveEngine, expected: dict[str, Any]) -> Iterator[str]:
    for fact, value in expected.items():
        if fact != "kept":
            raise BadScenario(f"expect.platform.{fact}: unknown or not available yet")
        # What waits in the pools of the dividends is paid to nobody yet.
        kept = PlatformAccount.objects.filter(
            plan=engine.scenario.plan.plan, name__in=("kept", "daily_pool", "monthly_pool")
        )
        balances = PlatformBalance.objects.filter(account_id__in=kept.values("id"), asset=CASH)
        got = sum(balance.amount for balance in balances)
        path = "platform.kept"
        yield from difference(path, format_amount(read_hundredths(value, path)), signed(got))


def groups_differ(engine: LiveEngine, expected: list[dict[str, Any]]) -> Iterator[str]:
    groups = groups_in_order(engine)
    yield from difference("groups", len(expected), len(groups))
    for number, (wanted, group) in enumerate(zip(expected, groups, strict=False)):
        facts = group_facts(engine, group)
        for fact, value in wanted.items():
            path = f"groups[{number}].{fact}"
            if fact not in facts:
                raise BadScenario(f"{path}: unknown or not available yet")
            value = " ".join(read_names(value)) if fact == "seats" else value
            yield from difference(path, value, facts[fact])


def groups_in_order(engine: LiveEngine) -> list[Group]:
    """Groups that somebody joined, in the order of filling; open ones last."""
    groups = Group.objects.filter(activity_id=engine.activity.pk).exclude(taken=0, leader_id=0)
    return list(groups.order_by(F("finished_at").asc(nulls_last=True), "settled_batch", "draw_number"))


def group_facts(engine: LiveEngine, group: Group) -> dict[str, Any]:
    """A group in the words of scenarios."""
    orders = list(Order.objects.filter(group_id=group.pk, seat__gt=0).order_by("seat"))
    last = len(engine.scenario.plan.outcomes) - 1
    return {
        "state": Group.State(group.state).label,
        "seats": " ".join(engine.names[order.member_id] for order in orders),
        "winners": [order.seat for order in orders if 0 <= order.outcome < last],
        "barred": {order.seat: bar_names(order.bars) for order in orders if order.bars},
    }
