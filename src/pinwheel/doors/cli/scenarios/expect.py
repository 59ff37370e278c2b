"""Comparing what came out with what a scenario expects, on either engine. Only what is named is compared."""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from pinwheel.doors.cli.scenarios.engine import Engine, known
from pinwheel.doors.cli.scenarios.read import BadScenario, read_hundredths, read_names
from pinwheel.plan.amounts import format_amount

PARTS = ("groups", "balances", "members", "orders", "platform")
AMOUNTS = ("in_pool", "refunded", "discount", "deposit")  # facts that are amounts


def differences(engine: Engine, expected: dict[str, Any]) -> Iterator[str]:
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


def amount_differs(path: str, expected: Any, got: int) -> Iterator[str]:
    """The same for an amount in hundredths."""
    yield from difference(path, format_amount(read_hundredths(expected, path)), format_amount(got))


def facts_differ(path: str, expected: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    """Facts by name; what is not known by name cannot be compared."""
    for fact, value in expected.items():
        where = f"{path}.{fact}"
        if fact not in got:
            raise BadScenario(f"{where}: unknown or not available yet")
        if fact in AMOUNTS:
            yield from amount_differs(where, value, got[fact])
        else:
            yield from difference(where, wanted_of(fact, value), got[fact])


def wanted_of(fact: str, value: Any) -> Any:
    """An expected fact as it is compared: dates as text, names of seats written out."""
    if fact == "promoter_until" and value is not None:
        return str(value)
    if fact == "owes":
        return {asset: format_amount(read_hundredths(amount, fact)) for asset, amount in value.items()}
    return " ".join(read_names(value)) if fact == "seats" else value


def balances_differ(engine: Engine, expected: dict[str, Any]) -> Iterator[str]:
    for names, assets in expected.items():
        for name in read_names(names):
            got = engine.balances(known(engine.members, name, "member"))
            for asset, amount in assets.items():
                path = f"balances.{name}.{asset}"
                if asset not in got:
                    raise BadScenario(f"{path}: there is no such asset")
                yield from amount_differs(path, amount, got[asset])


def members_differ(engine: Engine, expected: dict[str, Any]) -> Iterator[str]:
    for names, facts in expected.items():
        for name in read_names(names):
            got = engine.member_facts(known(engine.members, name, "member"))
            yield from facts_differ(f"members.{name}", facts, asdict(got))


def orders_differ(engine: Engine, expected: dict[str, Any]) -> Iterator[str]:
    for name, facts in expected.items():
        got = engine.order_facts(known(engine.orders, name, "order"))
        yield from facts_differ(f"orders.{name}", facts, asdict(got))


def platform_differ(engine: Engine, expected: dict[str, Any]) -> Iterator[str]:
    for fact, value in expected.items():
        if fact == "extra_left":
            yield from difference("platform.extra_left", value, engine.extra_left())
            continue
        if fact not in ("kept", "coupons"):
            raise BadScenario(f"expect.platform.{fact}: unknown or not available yet")
        got = engine.kept() if fact == "kept" else engine.coupons_paid()
        yield from amount_differs(f"platform.{fact}", value, got)


def groups_differ(engine: Engine, expected: list[dict[str, Any]]) -> Iterator[str]:
    groups = engine.group_facts()
    yield from difference("groups", len(expected), len(groups))
    for number, (wanted, group) in enumerate(zip(expected, groups, strict=False)):
        yield from facts_differ(f"groups[{number}]", wanted, asdict(group))
