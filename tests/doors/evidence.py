"""Evidence files of draws, made by the live rules, and every way to tamper with one.

Shared by the tests of the stand-alone verifier and of the page's own.
"""

import copy
import hashlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from pinwheel.rules import draw
from pinwheel.rules.outcomes import NO_OUTCOME, assign_outcomes

Evidence = dict[str, Any]
DRAW_ID = "D-20261120-0001"
SERVER_SEED = bytes(range(32))
OTHER_HASH = "5" * 64
FRONT_RULES = ["first_join_of_day_in_front", "newcomer_in_front"]


def canonical_plan(
    classes: list[tuple[str, Any]], size: int, conflict: str, seat_rules: list[Any], **draw_fields: Any
) -> str:
    """A plan's canonical text, in the shape of plan/canonical.py (checked against the real one by a test)."""
    plan = {
        "format": "plan-v1",
        "plan": "national-group-buy",
        "title": {"en": "National group-buy", "zh": "全民拼购"},
        "group": {"size": size, "seating": "queue", "leader": {"gives": [], "may_win": False}},
        "draw": {
            "when": "on_fill",
            "public_value": "none",
            "seat_rules": seat_rules,
            "conflict": conflict,
            **draw_fields,
        },
        "outcomes": [{"name": name, "count": count, "payment": "keep"} for name, count in classes],
    }
    return json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plan_section(canonical: str) -> Evidence:
    """The evidence's section about the plan."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return {"id": json.loads(canonical)["plan"], "version": 1, "hash": digest, "canonical": canonical}


def build(
    classes: list[tuple[str, int]],
    *,
    seats: int | None = None,
    state: str = "",
    conflict: str = "dissolve",
    barred: dict[int, list[str]] | None = None,
    canonical: str = "",
    frozen: bool = True,
    draw_id: str = DRAW_ID,
    server_seed: bytes = SERVER_SEED,
    public: Evidence | None = None,
    frozen_at: str = "2026-11-20T00:05:11.25Z",
    committed_at: str = "2026-11-20T08:00:00+08:00",
) -> Evidence:
    """An honest evidence file.

    Args:
        classes: name and seats of each class.
        seats: seats taken, if not all that the counts add up to.
        state: left out: settled or dissolved, as the rules decide.
        barred: bars by seat number.
        canonical: text of the plan, if not one made from the classes.
        public: the section `public_value`; left out: an instant draw.
    """
    size = sum(count for _, count in classes)
    taken = size if seats is None else seats
    rest = [(name, count) for name, count in classes[:-1]] + [(classes[-1][0], "rest")]
    text = canonical or canonical_plan(rest, size, conflict, FRONT_RULES)
    # Paid in another order than their ids sort, as it happens.
    orders = [f"O{(number * 7 + 3) % 9973:04}" for number in range(1, taken + 1)]
    listed = sorted(orders)
    bars = barred or {}
    document = {
        "protocol": "draw-v1",
        "draw_id": draw_id,
        "activity": "A0H9ZK3M5QW2XT",
        "group": "G0H9ZK4B7RN8YV",
        "state": state,
        "commit": draw.commitment(draw_id, server_seed).hex(),
        "committed_at": committed_at,
        "server_seed": server_seed.hex(),
        "list": listed,
        "list_hash": (draw.list_hash(listed) if listed else draw.HASH_OF_NO_SEATS).hex(),
        "frozen_at": frozen_at if frozen else None,
        "public_value": public or {"kind": "none", "bytes": ""},
        "plan": plan_section(text),
        "seed": None,
        "order": None,
        "classes": [{"name": name, "count": count} for name, count in classes],
        "conflict": conflict,
        "seats": [
            {"seat": number, "order": order, "barred": bars.get(number, []), "outcome": None}
            for number, order in enumerate(orders, start=1)
        ],
    }
    if state not in ("expired", "unused"):
        settle(document)
    return document


def settle(document: Evidence) -> None:
    """Draw and settle by the live rules, and write down what they say."""
    listed, seats, classes = document["list"], document["seats"], document["classes"]
    orders = [seat["order"] for seat in seats]
    drawn = list(range(len(seats)))
    if len(classes) > 1:
        server_seed, list_hash = bytes.fromhex(document["server_seed"]), bytes.fromhex(document["list_hash"])
        public_bytes = bytes.fromhex(document["public_value"]["bytes"])
        seed = draw.draw_seed(document["draw_id"], server_seed, list_hash, public_bytes)
        document["seed"] = seed.hex()
        document["order"] = [listed[position] for position in draw.drawn_order(seed, len(listed))]
        drawn = [orders.index(order) for order in document["order"]]
    tables = SimpleNamespace(
        size=len(seats),
        class_counts=[entry["count"] for entry in classes],
        dissolve=document["conflict"] == "dissolve",
    )
    outcomes = [NO_OUTCOME] * len(seats)
    bars = [len(seat["barred"]) for seat in seats]
    settled = assign_outcomes(tables, 0, drawn, bars, outcomes)
    document["state"] = "settled" if settled else "dissolved"
    for seat, outcome in zip(seats, outcomes, strict=True):
        seat["outcome"] = None if outcome == NO_OUTCOME else classes[outcome]["name"]


WINNER_OTHER = [("winner", 3), ("other", 7)]
FOUR_OF_FIVE = [("winner", 4), ("other", 1)]
TWO_BARRED = {2: ["leader", "newcomer_in_front"], 5: ["first_join_of_day_in_front"]}


# The recorded round of the page draw-v1: the beacon's first after FROZEN_BEFORE.
BEACON = {
    "kind": "drand",
    "bytes": "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    "chain": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    "round": 657413,
    "signature": "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be"
    "41076862b98fad56e91a6b85b89cd97b",
}
FROZEN_BEFORE = "2023-09-15T11:00:00.25Z"
LONG_AGO = "2023-09-15T18:00:00+08:00"
EVENT = {"zh": "当晚福彩3D开奖号码", "en": "the 3D lottery of that evening"}
NUMBER = {
    "kind": "public_number",
    "bytes": "353037",
    "event": EVENT,
    "number": "507",
    "source": "福彩3D 第 2026310 期",
    "reference": "https://www.cwl.gov.cn/",
    "published_at": "2026-11-20T13:15:00Z",
}


def with_value(kind: str, **more: Any) -> str:
    """A plan that asks for a public value."""
    return canonical_plan(
        [("winner", 3), ("other", "rest")], 10, "dissolve", FRONT_RULES, public_value=kind, **more
    )


def public_samples() -> dict[str, Evidence]:
    """Honest files of draws with a public value, and of groups that waited for one in vain."""
    drand, number = with_value("drand"), with_value("public_number", public_event=EVENT)
    unknown = {**BEACON, "bytes": "", "signature": None}
    never_full = {**unknown, "round": None}
    no_number = {**dict.fromkeys(NUMBER), "kind": "public_number", "bytes": "", "event": EVENT}
    times = {"frozen_at": FROZEN_BEFORE, "committed_at": LONG_AGO}
    return {
        "drand": build(WINNER_OTHER, canonical=drand, public=BEACON, **times),
        "public_number": build(WINNER_OTHER, canonical=number, public=NUMBER),
        "drand_overdue": build(WINNER_OTHER, state="expired", canonical=drand, public=unknown, **times),
        "drand_never_full": build(
            WINNER_OTHER, seats=4, state="expired", frozen=False, canonical=drand, public=never_full
        ),
        "number_overdue": build(WINNER_OTHER, state="expired", canonical=number, public=no_number),
    }


def samples() -> dict[str, Evidence]:
    """One honest evidence file of every kind."""
    by_rate = canonical_plan([("winner", {"ppm": 300_000}), ("other", "rest")], 10, "dissolve", [])
    counters = canonical_plan(
        [("winner", 3), ("other", "rest")],
        10,
        "draw_anyway",
        [{"after_wins_in_a_row": {"wins": 3, "sit_out": 2}}, {"at_most": {"wins": 2, "of_joins": 5}}],
    )
    on_close = canonical_plan([("winner", 2), ("other", "rest")], 3, "dissolve", [], when="on_close")
    return {
        "settled": build(WINNER_OTHER, barred={3: ["first_join_of_day_in_front"], 4: ["newcomer_in_front"]}),
        "no_bars": build(WINNER_OTHER),
        "three_classes": build([("free_order", 1), ("coupon", 2), ("nothing", 4)], barred={1: ["leader"]}),
        "every_seat_wins": build([("first", 2), ("second", 3), ("rest", 0)]),
        "hundred": build([("winner", 3), ("other", 97)]),
        "rate": build(WINNER_OTHER, canonical=by_rate),
        "counters": build(
            WINNER_OTHER,
            canonical=counters,
            conflict="draw_anyway",
            barred={number: ["sitting_out", "at_most"] for number in range(1, 10)},
        ),
        "on_close": build([("winner", 2), ("other", 4)], canonical=on_close),
        "dissolved": build(FOUR_OF_FIVE, barred=TWO_BARRED),
        "draw_anyway": build(FOUR_OF_FIVE, barred=TWO_BARRED, conflict="draw_anyway"),
        "expired": build(WINNER_OTHER, seats=4, state="expired", frozen=False),
        "expired_after_freeze": build(WINNER_OTHER, state="expired"),
        "unused": build(WINNER_OTHER, seats=0, state="unused", frozen=False),
        "one_class": build([("ordinary", 5)]),
        **public_samples(),
    }


def public_tamperings() -> dict[str, tuple[Evidence, str]]:
    """Public values changed into others: and the first step that refuses each."""
    good = public_samples()
    drand, number, overdue = good["drand"], good["public_number"], good["drand_overdue"]

    def value(document: Evidence, name: str, other: Any) -> Evidence:
        return changed(document, (("public_value", name), other))

    return {
        "round later": (value(drand, "round", 657414), "public_value"),
        "round earlier": (value(drand, "round", 657412), "public_value"),
        "round unknown": (value(drand, "round", None), "public_value"),
        "frozen a round later": (changed(drand, (("frozen_at",), "2023-09-15T11:00:03Z")), "public_value"),
        "signature": (value(drand, "signature", "b7" * 48), "public_value"),
        "signature unknown": (value(drand, "signature", None), "public_value"),
        "signature short": (value(drand, "signature", "b7" * 47), "format"),
        "signature in capitals": (value(drand, "signature", "B7" * 48), "format"),
        "bytes of the beacon": (value(drand, "bytes", OTHER_HASH), "public_value"),
        "bytes and signature": (
            changed(
                drand,
                (("public_value", "signature"), "b7" * 48),
                (("public_value", "bytes"), hashlib.sha256(bytes.fromhex("b7" * 48)).hexdigest()),
            ),
            "seed",
        ),
        "another chain": (value(drand, "chain", OTHER_HASH), "format"),
        "beacon for an instant plan": (with_plan(drand, ("draw", "public_value"), "none"), "classes"),
        "half a byte": (value(drand, "bytes", "abc"), "format"),
        "a value of an overdue draw": (value(overdue, "bytes", BEACON["bytes"]), "public_value"),
        "number": (value(number, "number", "508"), "public_value"),
        "number and bytes": (
            changed(number, (("public_value", "number"), "508"), (("public_value", "bytes"), "353038")),
            "seed",
        ),
        "number with a space": (value(number, "number", "5 07"), "format"),
        "number unknown": (value(number, "number", None), "public_value"),
        "source unknown": (value(number, "source", None), "public_value"),
        "reference unknown": (value(number, "reference", None), "public_value"),
        "published before the freeze": (
            value(number, "published_at", "2026-11-20T00:05:11.2Z"),
            "public_value",
        ),
        "published at the freeze": (value(number, "published_at", "2026-11-20T00:05:11.25Z"), "public_value"),
        "another event": (value(number, "event", {**EVENT, "en": "another"}), "public_value"),
        "no event": (value(number, "event", None), "public_value"),
        "a beacon's field": (value(number, "round", 1), "format"),
    }


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, the document itself first."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from paths(value[key], (*path, key))


def at(document: Evidence, path: tuple[Any, ...]) -> Any:
    """What stands at a place."""
    for key in path:
        document = document[key]
    return document


def changed(document: Evidence, *changes: tuple[tuple[Any, ...], Any]) -> Evidence:
    """A copy with other values at some places."""
    other = copy.deepcopy(document)
    for path, value in changes:
        at(other, path[:-1])[path[-1]] = value
    return other


def with_plan(document: Evidence, path: tuple[Any, ...], value: Any) -> Evidence:
    """A copy whose plan says something else, and whose plan hash agrees with it."""
    plan = changed(json.loads(document["plan"]["canonical"]), (path, value))
    canonical = json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    section = {**plan_section(canonical), "id": document["plan"]["id"]}
    return changed(document, (("plan",), section))


def tamperings() -> dict[str, tuple[Evidence, str]]:
    """Fields changed into other values of their own kind: and the first step that refuses each."""
    good = samples()
    settled, dissolved, anyway = good["settled"], good["dissolved"], good["draw_anyway"]
    order, listed, seats = settled["order"], settled["list"], settled["seats"]
    outcomes = [seat["outcome"] for seat in seats]
    won, lost = outcomes.index("winner"), outcomes.index("other")
    bar = ["first_join_of_day_in_front"]
    moved_bar = changed(settled, (("seats", 2, "barred"), []), (("seats", won, "barred"), bar))
    no_hash = settled["plan"]
    doubled = [{**seat, "order": listed[-1]} if seat["order"] == listed[0] else seat for seat in seats]
    return {
        **public_tamperings(),
        "protocol": (changed(settled, (("protocol",), "draw-v2")), "format"),
        "draw_id": (changed(settled, (("draw_id",), "D-20261120-0002")), "commit"),
        "draw_id with a bar": (changed(settled, (("draw_id",), "D|1")), "format"),
        "state dissolved": (changed(settled, (("state",), "dissolved")), "outcomes"),
        "state expired": (changed(settled, (("state",), "expired")), "seed"),
        "state unused": (changed(settled, (("state",), "unused")), "format"),
        "commit": (changed(settled, (("commit",), OTHER_HASH)), "commit"),
        "commit in capitals": (changed(settled, (("commit",), settled["commit"].upper())), "format"),
        "committed after the freeze": (
            changed(settled, (("committed_at",), "2026-11-20T00:05:11.3Z")),
            "format",
        ),
        "server_seed": (changed(settled, (("server_seed",), OTHER_HASH)), "commit"),
        "list entry": (changed(settled, (("list", 0), "O0000")), "list"),
        "list unsorted": (changed(settled, (("list",), listed[::-1])), "list"),
        "list entry twice": (changed(settled, (("list", 1), listed[0])), "list"),
        "list and seats with one order twice": (
            changed(settled, (("list",), [*listed[1:], listed[-1]]), (("seats",), doubled)),
            "list",
        ),
        "list shorter": (changed(settled, (("list",), listed[:-1])), "list"),
        "list longer": (changed(settled, (("list",), [*listed, "O9999"])), "list"),
        "list with a line feed": (changed(settled, (("list", 0), "O0001\nO0002")), "format"),
        "list with half a character": (changed(settled, (("list", 0), "O\ud800")), "format"),
        "list_hash": (changed(settled, (("list_hash",), OTHER_HASH)), "list_hash"),
        "frozen before the commit": (changed(settled, (("frozen_at",), "2026-11-19T23:59:59Z")), "format"),
        "frozen on a day that is none": (
            changed(settled, (("frozen_at",), "2026-02-30T00:00:00Z")),
            "format",
        ),
        "never frozen": (changed(settled, (("frozen_at",), None)), "format"),
        "public value of another kind": (changed(settled, (("public_value", "kind"), "drand")), "format"),
        "public bytes": (changed(settled, (("public_value", "bytes"), "00")), "format"),
        "plan id": (changed(settled, (("plan", "id"), "other-plan")), "classes"),
        "plan version": (changed(settled, (("plan", "version"), -1)), "format"),
        "plan hash": (changed(settled, (("plan", "hash"), OTHER_HASH)), "plan_hash"),
        "plan text": (changed(settled, (("plan", "canonical"), no_hash["canonical"] + " ")), "plan_hash"),
        "plan of more winners": (with_plan(settled, ("outcomes", 0, "count"), 4), "classes"),
        "plan of an unlucky rate": (
            with_plan(settled, ("outcomes", 0, "count"), {"ppm": 333_333}),
            "classes",
        ),
        "plan without a rest": (with_plan(settled, ("outcomes", 1, "count"), 7), "classes"),
        "plan with two rests": (with_plan(settled, ("outcomes", 0, "count"), "rest"), "classes"),
        "plan of other names": (with_plan(settled, ("outcomes", 0, "name"), "prize"), "classes"),
        "plan of no outcomes": (with_plan(settled, ("outcomes",), []), "classes"),
        "plan of odd outcomes": (with_plan(settled, ("outcomes",), [1, 2]), "classes"),
        "plan of larger groups": (with_plan(settled, ("group", "size"), 11), "classes"),
        "plan of a public value": (with_plan(settled, ("draw", "public_value"), "drand"), "classes"),
        "plan of another conflict": (with_plan(settled, ("draw", "conflict"), "draw_anyway"), "classes"),
        "plan without a draw": (with_plan(settled, ("draw",), None), "classes"),
        "plan without that seat rule": (
            with_plan(settled, ("draw", "seat_rules"), FRONT_RULES[:1]),
            "outcomes",
        ),
        "plan of leaders that may win": (
            with_plan(good["three_classes"], ("group", "leader", "may_win"), True),
            "outcomes",
        ),
        "plan that is no JSON": (changed(settled, (("plan",), {**no_hash, **broken_plan("{")})), "classes"),
        "plan nested deep": (
            changed(settled, (("plan",), {**no_hash, **broken_plan("[" * 5000)})),
            "classes",
        ),
        "plan of endless digits": (
            changed(settled, (("plan",), {**no_hash, **broken_plan('{"outcomes":' + "9" * 5000 + "}")})),
            "classes",
        ),
        "seed": (changed(settled, (("seed",), OTHER_HASH)), "seed"),
        "seed left out": (changed(settled, (("seed",), None)), "seed"),
        "order swapped": (changed(settled, (("order",), [order[1], order[0], *order[2:]])), "order"),
        "order at its end": (changed(settled, (("order",), [*order[:-2], order[-1], order[-2]])), "order"),
        "order shorter": (changed(settled, (("order",), order[:-1])), "order"),
        "order left out": (changed(settled, (("order",), None)), "order"),
        "class name": (changed(settled, (("classes", 0, "name"), "prize")), "classes"),
        "class name twice": (changed(settled, (("classes", 0, "name"), "other")), "format"),
        "class count": (changed(settled, (("classes", 0, "count"), 4)), "classes"),
        "class counts": (
            changed(settled, (("classes", 0, "count"), 4), (("classes", 1, "count"), 6)),
            "classes",
        ),
        "class added": (
            changed(settled, (("classes",), [*settled["classes"], {"name": "x", "count": 0}])),
            "classes",
        ),
        "no classes": (changed(settled, (("classes",), [])), "format"),
        "conflict": (changed(settled, (("conflict",), "draw_anyway")), "classes"),
        "seat number": (changed(settled, (("seats", 0, "seat"), 2)), "list"),
        "seat order": (changed(settled, (("seats", 0, "order"), "O0000")), "list"),
        "seats swapped": (changed(settled, (("seats",), [seats[1], seats[0], *seats[2:]])), "list"),
        "seat dropped": (changed(settled, (("seats",), seats[:-1])), "list"),
        "winner barred": (moved_bar, "outcomes"),
        "bar on a second seat": (changed(settled, (("seats", lost, "barred"), bar)), "outcomes"),
        "bar that is no rule": (changed(settled, (("seats", 2, "barred"), ["unlucky"])), "format"),
        "bars in another order": (changed(settled, (("seats", 2, "barred"), FRONT_RULES[::-1])), "format"),
        "bar of another plan": (changed(settled, (("seats", 2, "barred"), ["at_most"])), "outcomes"),
        "bars lifted": (
            changed(dissolved, (("seats", 1, "barred"), []), (("seats", 4, "barred"), [])),
            "outcomes",
        ),
        "outcome given": (changed(settled, (("seats", lost, "outcome"), "winner")), "outcomes"),
        "outcome taken": (changed(settled, (("seats", won, "outcome"), "other")), "outcomes"),
        "outcome left out": (changed(settled, (("seats", won, "outcome"), None)), "outcomes"),
        "dissolved, but settled": (changed(dissolved, (("state",), "settled")), "outcomes"),
        "dissolved, with an outcome": (changed(dissolved, (("seats", 0, "outcome"), "winner")), "outcomes"),
        "dissolved, seed left out": (changed(dissolved, (("seed",), None)), "seed"),
        "drawn anyway, but dissolved": (changed(anyway, (("state",), "dissolved")), "outcomes"),
        "expired, with an order": (changed(good["expired"], (("order",), [])), "order"),
        "expired, with a seed": (changed(good["expired"], (("seed",), OTHER_HASH)), "seed"),
        "expired, other seed revealed": (changed(good["expired"], (("server_seed",), OTHER_HASH)), "commit"),
        "expired, with an outcome": (
            changed(good["expired"], (("seats", 0, "outcome"), "winner")),
            "outcomes",
        ),
        "expired, larger than its group": (with_plan(good["expired"], ("group", "size"), 3), "classes"),
        "expired, fuller than full": (one_too_many(good["expired_after_freeze"]), "classes"),
        "unused, other seed revealed": (changed(good["unused"], (("server_seed",), OTHER_HASH)), "commit"),
        "unused, with a seat": (
            changed(good["unused"], (("list",), ["O0001"]), (("seats",), [settled["seats"][0]])),
            "list",
        ),
        "one class, with a seed": (changed(good["one_class"], (("seed",), OTHER_HASH)), "seed"),
        "one class, with a bar": (changed(good["one_class"], (("seats", 0, "barred"), bar)), "outcomes"),
        "one class, dissolved": (changed(good["one_class"], (("state",), "dissolved")), "outcomes"),
        "one class, no outcome": (changed(good["one_class"], (("seats", 0, "outcome"), None)), "outcomes"),
    }


def one_too_many(document: Evidence) -> Evidence:
    """A copy with one seat more, and a list that agrees with it."""
    seats = [
        *document["seats"],
        {**document["seats"][0], "seat": len(document["seats"]) + 1, "order": "O9999"},
    ]
    listed = [*document["list"], "O9999"]
    list_hash = draw.list_hash(listed).hex()
    return changed(document, (("list",), listed), (("list_hash",), list_hash), (("seats",), seats))


def broken_plan(canonical: str) -> Evidence:
    """A plan section of any text, with its hash."""
    return {"hash": hashlib.sha256(canonical.encode()).hexdigest(), "canonical": canonical}


def malformed() -> dict[str, Any]:
    """Every field left out, turned into another kind, or joined by a stranger; and odd documents."""
    settled = samples()["settled"]
    documents: dict[str, Any] = {
        "null": None,
        "a list": [],
        "a number": 1,
        "text": "draw-v1",
        "an empty object": {},
    }
    for path in paths(settled):
        if not path:
            continue
        name = ".".join(map(str, path))
        for odd in (True, 1.5, -1, {"x": 1}, [[]]):
            documents[f"{name} = {odd}"] = changed(settled, (path, odd))
        if isinstance(path[-1], str):
            short = copy.deepcopy(settled)
            del at(short, path[:-1])[path[-1]]
            documents[f"{name} left out"] = short
        if isinstance(at(settled, path), dict):
            documents[f"{name} with a stranger"] = changed(settled, ((*path, "stranger"), 1))
    documents["document with a stranger"] = changed(settled, (("stranger",), 1))
    return documents


# Another value of the same kind here passes every step: the file names these, and does not prove them.
PLATFORM_WORD = {
    ("activity",): "A0H9ZK3M5QW2XV",
    ("group",): "G0H9ZK4B7RN8YW",
    ("committed_at",): "2026-11-20T07:00:00+08:00",
    ("frozen_at",): "2026-11-20T00:05:12Z",
    ("plan", "version"): 2,
}
