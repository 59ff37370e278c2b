"""The evidence of a draw: nothing secret while the group forms, and afterwards every step holds."""

import importlib.util
import json
from datetime import timedelta
from pathlib import Path

import pytest
import shop_stage as stage
from test_shop_orders import dissolved, group_path

from pinwheel.market.activities.services import end
from pinwheel.market.clock import current_time
from pinwheel.market.groups.evidence import evidence
from pinwheel.market.groups.expire import expire_groups
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id, unseal
from pinwheel.market.ids import ACTIVITY, ORDER, to_text

pytestmark = pytest.mark.database
SCRIPT = Path(__file__).parents[3] / "src/pinwheel/doors/storefront/static/storefront/verify_draw.py"
spec = importlib.util.spec_from_file_location("shop_verify_draw", SCRIPT)
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)


def failed_steps(document: object) -> list[tuple[str, bool, str]]:
    return [step for step in verifier.verify(json.loads(json.dumps(document)), "en") if not step[1]]


def seed_of(group: Group) -> bytes:
    return unseal(group.sealed_seed, draw_id(group.activity_id, group.draw_number))


def test_a_forming_groups_secret_never_leaves(database, client_of):
    """Not in its evidence, not on any page, in no encoding that one would think of."""
    activity, me = stage.on_sale("national-group-buy"), stage.member()
    order_ids = [result.order_id for result in stage.join(activity, *stage.members(8), me.pk)]
    stage.settle(activity)
    forming = Group.objects.filter(state=Group.State.FORMING)
    group = forming.get(taken=9)
    activity_path = f"/activities/{to_text(ACTIVITY, activity.pk)}"
    paths = [activity_path, f"{activity_path}/live", group_path(group), f"{group_path(group)}/live"]
    pages = b"".join(client_of(me).get(path).content for path in [*paths, f"{group_path(group)}/draw.json"])
    for one in forming:
        seed = seed_of(one)
        for form in (
            seed,
            seed.hex().encode(),
            seed.hex().upper().encode(),
            bytes(one.sealed_seed).hex().encode(),
        ):
            assert form not in pages
    document = evidence(group)
    assert set(document) == {
        "protocol",
        "draw_id",
        "activity",
        "group",
        "state",
        "commit",
        "committed_at",
        "plan",
    }
    assert document["state"] == "forming"
    others = [to_text(ORDER, order_id).encode() for order_id in order_ids[:8]]
    assert not any(text in pages for text in others)  # the list is secret too until it is frozen


def test_the_commit_shown_before_is_the_one_of_the_evidence(database, client_of):
    activity = stage.on_sale("national-group-buy")
    page = client_of().get(f"/activities/{to_text(ACTIVITY, activity.pk)}").content.decode()
    group = stage.filled(activity, *stage.members(10))
    document = client_of().get(f"{group_path(group)}/draw.json").json()
    assert document["commit"] in page
    assert document["draw_id"] in page
    assert failed_steps(document) == []
    assert document["server_seed"] == seed_of(group).hex()


@pytest.mark.parametrize("playbook", ["national-group-buy", "draw-on-fill", "ninety-nine-of-a-hundred"])
def test_evidence_of_settled_groups_holds(database, playbook):
    activity = stage.on_sale(playbook)
    noon = current_time()
    if playbook.startswith("ninety"):
        noon = noon.replace(hour=2, minute=30) + timedelta(days=1)  # 10:30 in Shanghai
    ids = stage.members(100 if playbook.startswith("ninety") else 10)
    stage.join(activity, *ids, now=noon)
    stage.settle(activity, noon)
    document = evidence(Group.objects.get(state=Group.State.SETTLED))
    assert document["state"] == "settled"
    assert failed_steps(document) == []


def test_evidence_of_every_other_end_holds(database, client_of):
    _, split = dissolved(client_of)
    ordinary = stage.on_sale("ordinary-group")
    alike = stage.filled(ordinary, *stage.members(3))
    stage.join(ordinary, *stage.members(2))
    stage.settle(ordinary)
    expire_groups(ordinary.pk, current_time() + timedelta(days=2))
    end(ordinary, current_time() + timedelta(days=2))
    ends = {"dissolved": split, "settled": alike}
    ends["expired"] = Group.objects.get(activity_id=ordinary.pk, state=Group.State.EXPIRED)
    ends["unused"] = Group.objects.filter(activity_id=ordinary.pk, state=Group.State.UNUSED).first()
    for state, group in ends.items():
        document = evidence(group)
        assert document["state"] == state
        assert failed_steps(document) == []


@pytest.mark.parametrize(("plan", "is_drawn"), [("draw-on-fill", True), ("ordinary-group", False)])
def test_pages_speak_of_a_draw_only_where_one_is_made(database, client_of, plan, is_drawn):
    """Where nothing is drawn there is nothing to verify; the evidence stays, for whoever asks for it."""
    activity, me = stage.on_sale(plan), stage.member()
    stage.join(activity, me.pk)
    stage.settle(activity)
    group = Group.objects.get(state=Group.State.FORMING, taken=1)
    paths = [f"/activities/{to_text(ACTIVITY, activity.pk)}", group_path(group)]
    pages = [client_of(me).get(path).content.decode() for path in paths]
    commit = bytes(group.commit).hex()
    assert [commit in page for page in pages] == [is_drawn, is_drawn]
    assert ["data-verify" in page for page in pages] == [False, is_drawn]
    assert ["verify_page.js" in page for page in pages] == [False, is_drawn]
    assert ("draws-link" in pages[0]) == is_drawn
    assert client_of(me).get(f"{group_path(group)}/draw.json").status_code == 200


def test_evidence_of_a_leaders_group_names_the_leaders_bar(database):
    activity, ids = stage.on_sale("leader-five"), stage.members(5)
    group_id = stage.join(activity, ids[0], opens_group=True)[0].group_id
    stage.join(activity, *ids[1:], group_id=group_id)
    stage.settle(activity)
    document = evidence(Group.objects.get(pk=group_id))
    assert document["seats"][0]["barred"] == ["leader"]
    assert failed_steps(document) == []


def test_changed_evidence_is_found_out(database):
    document = evidence(stage.filled(stage.on_sale("national-group-buy"), *stage.members(10)))
    seats = document["seats"]
    won = next(seat for seat in seats if seat["outcome"] == "winner")
    lost = next(seat for seat in seats if seat["outcome"] == "other")
    won["outcome"], lost["outcome"] = "other", "winner"
    assert [step[0] for step in failed_steps(document)] == ["outcomes"]


def test_commits_of_leaders_groups_are_shown_before_they_are_opened(database, client_of):
    activity = stage.on_sale("leader-five")
    page = client_of().get(f"/activities/{to_text(ACTIVITY, activity.pk)}/draws").content.decode()
    group_id = stage.join(activity, stage.member().pk, opens_group=True)[0].group_id
    assert evidence(Group.objects.get(pk=group_id))["commit"] in page
