"""The API on groups with a public value: what they wait for, and what became known."""

from pinwheel.market.ids import GROUP, to_text
from value_stage import DRAND, give, value_of, waiting_stage


def test_a_group_that_waits_for_a_number_and_is_drawn_with_it(shop):
    _, group = waiting_stage()
    path = f"/groups/{to_text(GROUP, group.pk)}"
    value, told = value_of(group), shop.get(path).json()
    assert told["state"] == "filled" and told["server_seed"] is None
    waits = told["public_value"]
    assert (waits["kind"], waits["state"], waits["value"]) == ("public_number", "waiting", None)
    assert waits["event"] == {"zh": "当晚福彩3D", "en": "that evening’s 3D"}
    assert waits["list_hash"] == bytes(value.list_hash).hex() and waits["round"] is None
    give(group)
    told = shop.get(path).json()
    assert told["state"] == "settled"
    drawn = told["public_value"]
    assert (drawn["state"], drawn["value"], drawn["source"]) == ("drawn", "507", "3D no. 2026310")
    assert {name: drawn[name] for name in ("list_hash", "frozen_at", "due_at")} == {
        name: waits[name] for name in ("list_hash", "frozen_at", "due_at")
    }


def test_a_group_that_waits_for_the_beacon_and_one_that_waits_for_nothing(shop):
    stage, group = waiting_stage(DRAND)
    waits = shop.get(f"/groups/{to_text(GROUP, group.pk)}").json()["public_value"]
    assert (waits["kind"], waits["round"], waits["event"]) == ("drand", value_of(group).round, None)
    forming = stage.groups()[1]
    assert shop.get(f"/groups/{to_text(GROUP, forming.pk)}").json()["public_value"] is None
    draw = shop.get(f"/draws/{to_text(GROUP, group.pk)}").json()
    assert draw["public_value"]["round"] == value_of(group).round and "server_seed" not in draw
