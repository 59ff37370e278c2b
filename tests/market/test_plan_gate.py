"""The gate: what is refused and on what ground, what a second person does, and that all of it is kept."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from pydantic import ValidationError

from pinwheel.config.environment import Environment
from pinwheel.doors.cli.demo.month import month_plan
from pinwheel.doors.cli.demo.publishing import publish_by_two, stated
from pinwheel.doors.cli.demo.shop import make_operators
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.ids import new_id
from pinwheel.market.plans import requests
from pinwheel.market.plans.gate import Judgement, Person, acknowledgements, judge, refusal_of
from pinwheel.market.plans.models import REPORTS, PlanDraft, PlanVersion, PublishRequest
from pinwheel.market.plans.requests import (
    acknowledge,
    draft_digest,
    request_publication,
    save_facts,
    turn_down,
)
from pinwheel.market.plans.services import save_draft
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.market.refusals import SENTENCES, Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.lawfulness import Facts
from pinwheel.plan.lawfulness.statement import statement
from pinwheel.plan.load import load_plan, playbook, playbook_names, playbook_text
from pinwheel.plan.reports import findings_of
from stage import START, changed

PACKAGE = Path(__file__).parents[2] / "src/pinwheel"
DRAW, NATIONAL = playbook_text("draw-on-fill"), playbook_text("national-group-buy")
GOOD = Facts(prize_tax="withhold", market_price=100_00)  # nothing is left to acknowledge in DRAW
OPINION = "Counsel Wang, 2026-17, of 2 November"


# The decision alone


def judged(name: str, changes: str = "{}", stricter: tuple[str, ...] = (), **facts: object) -> Judgement:
    return judge(changed(name, changes), Facts(**facts), stricter)


def code_of(judgement: Judgement) -> str:
    refusal = refusal_of(judgement)
    return refusal.code if refusal else ""


@pytest.mark.parametrize(
    ("changes", "facts", "code"),
    [
        ("{budget: null}", {}, "budget_missing"),
        ("{budget: 346.99}", {}, "budget_too_small"),
        ("{budget: 347.00}", {}, ""),
        ("{budget: 347.00}", {"groups": 2}, "findings_block"),  # owes 600.00 (M02)
        ("{}", {"affiliates_barred": False}, "findings_block"),
        ("{budget: null, credit: {static_release: 1%}}", {}, "budget_missing"),
        ("{budget: 347.00, credit: {static_release: 1%}}", {}, ""),  # open-ended: any budget
    ],
)
def test_the_first_that_applies_is_refused(changes, facts, code):
    assert code_of(judged("national-group-buy", changes, **facts)) == code


def test_refusals_say_the_figures_in_both_languages():
    missing = refusal_of(judged("national-group-buy", "{budget: null}"))
    small = refusal_of(judged("national-group-buy", "{budget: 1.00}"))
    endless = refusal_of(judged("ordinary-group", "{credit: {static_release: 1%}}"))
    blocked = refusal_of(judged("draw-on-fill", prizes_sold_back=True, age_gate=False))
    assert missing and small and endless and blocked
    for language, none in (("zh", "没有上限"), ("en", "without bound")):
        assert "347.00" in missing.sentence(language)
        assert "347.00" in small.sentence(language) and "1.00" in small.sentence(language)
        assert none in endless.sentence(language)
        assert "P11, P13" in blocked.sentence(language)


def test_an_owner_makes_warnings_block_and_nothing_looser():
    assert code_of(judged("draw-on-fill")) == ""
    stricter = judged("draw-on-fill", stricter=("P15",))
    assert code_of(stricter) == "findings_block"
    assert stricter.lawfulness["stricter"] == ["P15"]
    assert code_of(judged("draw-on-fill", stricter=("P11",), prizes_sold_back=True)) == "findings_block"


def test_the_setting_knows_its_rules():
    assert Environment(stricter="P15, R01").stricter == ["P15", "R01"]
    with pytest.raises(ValidationError, match="P99 is no rule; allowed are P01"):
        Environment(stricter="P15,P99")


@pytest.mark.parametrize(
    ("references", "code"),
    [
        ([], "acknowledgement_missing"),
        (["a", "b"], "acknowledgement_missing"),
        ([" \n "], "reference_missing"),
        (["x" * 301], "reference_missing"),
    ],
)
def test_every_warning_needs_its_reference(references, code):
    warnings = judged("draw-on-fill").warnings
    with pytest.raises(Refused) as refused:
        acknowledgements(warnings, references, Person(7, "li"), START)
    assert refused.value.code == code


def test_an_acknowledgement_names_finding_person_and_opinion():
    [one] = acknowledgements(judged("draw-on-fill").warnings, [" 意见\n 7 号 "], Person(7, "li"), START)
    assert one == {
        "rule": "P15",
        "path": "outcomes[1].gives",
        "by": 7,
        "name": "li",
        "at": "2026-11-02T09:00:00+08:00",
        "reference": "意见 7 号",
    }


@pytest.mark.parametrize("name", playbook_names())
def test_every_playbook_can_be_published(name):
    plan = playbook(name)
    assert refusal_of(judge(plan, Facts(), ())) is None
    assert refusal_of(judge(plan, stated(playbook_text(name)), ())) is None


def test_the_reports_are_documents():
    judgement = judged("national-group-buy")
    for report in (judgement.solvency, judgement.lawfulness):
        assert json.loads(json.dumps(report)) == report


def test_the_month_of_the_demo_is_what_the_gate_would_block():
    source = month_plan()
    refusal = refusal_of(judge(load_plan(source), stated(source), ()))
    assert refusal is not None and refusal.details["rules"] == "R05"


# Who may publish without the gate


def imports_of(path: Path) -> Iterator[tuple[str, set[str]]]:
    """Modules that a file imports, with the names that it takes from them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "", {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            yield from ((alias.name, set()) for alias in node.names)


def test_only_stages_publish_without_the_gate():
    """No door but scenarios and demo; `publish` itself stays in the room of plans."""
    stages, low_level = set(), set()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        for module, names in imports_of(path):
            if module == "pinwheel.market.plans.stage":
                stages.add(name)
            if module == "pinwheel.market.plans.services" and names & {"publish", "publish_plan", "Ground"}:
                low_level.add(name)
            # Whole modules are not imported, so that names tell who uses what.
            assert not (module == "pinwheel.market.plans" and names & {"stage", "services"}), name
            assert names or not module.startswith("pinwheel.market.plans"), name
    assert stages == {"doors/cli/scenarios/live.py", "doors/cli/demo/month.py"}
    assert low_level == {"market/plans/stage.py", "market/plans/requests.py"}


# The way from a draft to a version


@pytest.fixture
def two(database: str) -> tuple[Operator, Operator]:
    make_operators()
    return Operator.objects.get(username="admin"), Operator.objects.get(username="finance")


def drafted(source: str = DRAW, facts: Facts | None = None) -> PlanDraft:
    draft = save_draft(source, current_time())
    return draft if facts is None else save_facts(draft.pk, facts, current_time())


def asked(draft: PlanDraft, operator: Operator) -> PublishRequest:
    return request_publication(draft.pk, draft_digest(draft), operator, current_time())


def rows() -> list[object]:
    """Everything about plans that a refused request may not change."""
    return [
        *PlanDraft.objects.order_by("pk").values(),
        *PlanVersion.objects.order_by("pk").values(),
        *PublishRequest.objects.order_by("pk").values(),
    ]


def refused_code(call) -> str:
    before = rows()
    with pytest.raises(Refused) as refused:
        call()
    assert rows() == before
    assert refused.value.code in SENTENCES
    for language in ("zh", "en"):
        assert "{" not in refused.value.sentence(language)
    return refused.value.code


def test_without_warnings_it_is_published_at_once(two):
    publisher, _ = two
    request = asked(drafted(DRAW, GOOD), publisher)
    version = request.version
    assert (request.state, request.decided_by, request.acknowledgements) == (1, None, [])
    assert (version.ground, version.published_by, version.acknowledgements) == (1, publisher, [])
    assert version.facts == statement(GOOD) and version.facts["prize_tax"] == "withhold"
    assert version.solvency["figures"]["worst_cash"] == 1_00
    assert "loses nothing" in "".join(version.solvency["en"]["headlines"])
    assert {one["rule"] for one in version.lawfulness["findings"]} >= {"P02", "D01"}
    assert version.source == DRAW


def test_a_second_person_acknowledges_and_it_is_published(two):
    publisher, second = two
    request = asked(drafted(), publisher)
    assert (request.state, request.version) == (0, None)
    assert not PlanVersion.objects.exists()
    done = acknowledge(request.pk, [OPINION], second, current_time())
    version = PlanVersion.objects.get()
    assert (done.version, version.published_by, version.ground) == (version, publisher, 1)
    [kept] = version.acknowledgements
    assert (kept["rule"], kept["by"], kept["name"], kept["reference"]) == (
        "P15",
        second.pk,
        "finance",
        OPINION,
    )
    assert done.acknowledgements == version.acknowledgements
    assert (version.lawfulness, version.solvency, version.facts) == (
        request.lawfulness,
        request.solvency,
        request.facts,
    )


def test_what_was_asked_for_stands_when_the_draft_changes(two):
    publisher, second = two
    request = asked(drafted(), publisher)
    drafted(DRAW.replace("price: 100.00", "price: 89.00"))
    version = acknowledge(request.pk, [OPINION], second, current_time()).version
    assert version.source == DRAW and version.hash == request.hash


def test_asking_is_refused_and_changes_nothing(two):
    publisher, _ = two
    draft = drafted(NATIONAL.replace("budget: 347000.00", ""))
    assert refused_code(lambda: asked(draft, publisher)) == "budget_missing"
    draft = drafted(NATIONAL.replace("budget: 347000.00", "budget: 346.99"))
    assert refused_code(lambda: asked(draft, publisher)) == "budget_too_small"
    draft = drafted(DRAW, GOOD._replace(affiliates_barred=False))
    assert refused_code(lambda: asked(draft, publisher)) == "findings_block"
    shown = draft_digest(draft)
    save_facts(draft.pk, GOOD, current_time())
    stale = lambda: request_publication(draft.pk, shown, publisher, current_time())  # noqa: E731
    assert refused_code(stale) == "draft_changed"
    gone = lambda: request_publication(10**6, shown, publisher, current_time())  # noqa: E731
    assert refused_code(gone) == "not_found"
    draft.refresh_from_db()
    assert asked(draft, publisher).version is not None
    assert refused_code(lambda: asked(draft, publisher)) == "already_published"


def test_the_same_content_waits_once(two):
    publisher, second = two
    draft = drafted()
    request = asked(draft, publisher)
    assert refused_code(lambda: asked(draft, second)) == "request_open"
    turn_down(request.pk, "", publisher, current_time())
    assert asked(draft, second).state == 0


def test_a_draft_whose_facts_cannot_be_read_says_so(two):
    publisher, _ = two
    draft = drafted()
    PlanDraft.objects.update(facts={"goods": "tea"})
    draft.refresh_from_db()
    assert refused_code(lambda: asked(draft, publisher)) == "invalid"


def test_acknowledging_is_refused_and_changes_nothing(two, monkeypatch):
    publisher, second = two
    request = asked(drafted(), publisher)
    now = current_time()
    assert refused_code(lambda: acknowledge(request.pk, [OPINION], publisher, now)) == "same_person"
    assert refused_code(lambda: acknowledge(request.pk, [], second, now)) == "acknowledgement_missing"
    assert refused_code(lambda: acknowledge(request.pk, [" "], second, now)) == "reference_missing"
    assert refused_code(lambda: acknowledge(1, [OPINION], second, now)) == "not_found"
    strict = Environment(stricter="P15")
    with monkeypatch.context() as patch:
        patch.setattr(requests, "environment", lambda: strict)
        assert refused_code(lambda: acknowledge(request.pk, [OPINION], second, now)) == "report_changed"
    acknowledge(request.pk, [OPINION], second, now)
    assert refused_code(lambda: acknowledge(request.pk, [OPINION], second, now)) == "already_decided"
    assert refused_code(lambda: turn_down(request.pk, "too late", second, now)) == "already_decided"


def test_content_that_a_stage_has_published_is_not_published_again(two):
    publisher, second = two
    request = asked(drafted(), publisher)
    publish_on_stage(DRAW, None, current_time())
    call = lambda: acknowledge(request.pk, [OPINION], second, current_time())  # noqa: E731
    assert refused_code(call) == "already_published"


def test_rejecting_needs_a_reason_and_withdrawing_does_not(two):
    publisher, second = two
    request = asked(drafted(), publisher)
    now = current_time()
    assert refused_code(lambda: turn_down(request.pk, " ", second, now)) == "reason_missing"
    assert refused_code(lambda: turn_down(request.pk, "x" * 301, publisher, now)) == "reason_missing"
    rejected = turn_down(request.pk, "who checked the\n tax?", second, now)
    assert (rejected.state, rejected.decided_by, rejected.reason) == (3, second, "who checked the tax?")
    other = asked(PlanDraft.objects.get(), publisher)
    assert turn_down(other.pk, "", publisher, now).state == 2
    assert not PlanVersion.objects.exists()


def test_the_demo_publishes_every_playbook_by_two_people(two):
    publisher, second = two
    for name in playbook_names():
        version = publish_by_two(playbook_text(name), current_time())
        warnings = findings_of(version.lawfulness, "warn")
        assert (version.ground, version.published_by) == (1, publisher)
        assert [one["rule"] for one in version.acknowledgements] == [one["rule"] for one in warnings]
        assert {one["by"] for one in version.acknowledgements} <= {second.pk}


# On sale at another price


def sold_at(version: PlanVersion, price: int | None) -> Activity:
    now = current_time()
    product = Product.objects.create(
        id=new_id(now), code=f"p{new_id(now)}", name_zh="茶", name_en="Tea", price=1, created_at=now
    )
    activity = create_activity(version, [product], now, None, now, price=price)
    schedule(activity, now)
    return activity


def test_at_another_price_the_gate_looks_again(two):
    version = asked(drafted(DRAW, GOOD), two[0]).version
    for price in (None, 100_00, 99_00, 500_00):
        assert sold_at(version, price).state == Activity.State.RUNNING
    with pytest.raises(Refused) as refused:
        sold_at(version, 98_00)  # 98.00 − 45.00 − 5.90 − 48.00
    assert (refused.value.code, refused.value.details) == ("budget_missing", {"loss": "0.90"})
    assert Activity.objects.filter(price=98_00).get().state == Activity.State.DRAFT
    stage = publish_on_stage(NATIONAL, None, current_time())
    assert sold_at(stage, 1).state == Activity.State.RUNNING


def test_at_another_price_a_new_warning_has_nobody_who_acknowledged_it(two):
    source = DRAW.replace("gives: [{cash: 5.00}]", "gives: [{shopping_coins: 5.00}]")
    stated_ = Facts(market_price=100_00)
    version = asked(drafted(source, stated_), two[0]).version
    assert version is not None and not version.acknowledgements
    assert sold_at(version, 120_00).state == Activity.State.RUNNING
    with pytest.raises(Refused) as refused:
        sold_at(version, 60_00)  # goods worth 100.00 for 60.00: a prize of 40.00
    assert (refused.value.code, refused.value.details) == ("acknowledgement_missing", {"rules": "P15"})


# What the database holds


def kept_version(two) -> PlanVersion:
    publisher, second = two
    return acknowledge(asked(drafted(), publisher).pk, [OPINION], second, current_time()).version


def test_nothing_of_a_version_changes_by_sql(two):
    version = kept_version(two)
    for column in ("ground", *REPORTS, "published_by_id", "source"):
        never = pytest.raises(DatabaseError, match="never changes")
        with never, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE plans_version SET {column} = {column} WHERE id = %s", [version.pk])
    for statement_ in ("DELETE FROM plans_version", "TRUNCATE plans_version CASCADE"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement_)


def inserted(version: PlanVersion, **changes: object) -> None:
    values = PlanVersion.objects.filter(pk=version.pk).values().get()
    with transaction.atomic():
        PlanVersion.objects.create(**{**values, "id": 5, "version": 9, "hash": "0" * 64, **changes})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"ground": 0, **dict.fromkeys(REPORTS)}, "did not go through the gate"),
        ({"ground": 0}, "did not go through the gate"),
        ({"ground": 2}, "plan_version_ground_told_whole"),
        ({"ground": 3}, "plan_version_ground_told_whole"),
        ({"facts": None}, "plan_version_ground_told_whole"),
        ({"published_by_id": None}, "plan_version_ground_told_whole"),
        ({"acknowledgements": []}, "plan_version_warnings_acknowledged"),
        ({"lawfulness": {"findings": [{"level": "block"}, {"level": "warn"}]}}, "plan_version_warnings"),
    ],
)
def test_a_version_stands_on_its_ground(two, changes, name):
    version = kept_version(two)
    with pytest.raises(DatabaseError, match=name):
        inserted(version, **changes)
    inserted(version)  # the copy by itself is right


def test_nobody_acknowledges_what_they_publish_by_sql_either(two):
    version = kept_version(two)
    own = [{**version.acknowledgements[0], "by": version.published_by_id}]
    with pytest.raises(DatabaseError, match="plan_version_second_person"):
        inserted(version, acknowledgements=own)


def test_a_request_never_changes_and_is_never_deleted(two):
    publisher, second = two
    request = asked(drafted(), publisher)
    with connection.cursor() as cursor:
        for column in ("name", "hash", "source", "facts", "solvency", "lawfulness"):
            value = "'{}'" if column in REPORTS else "'x'"
            with pytest.raises(DatabaseError, match="is kept as it was made"), transaction.atomic():
                cursor.execute(f"UPDATE plans_request SET {column} = {value}")
        for wrong in ("DELETE FROM plans_request", "TRUNCATE plans_request"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(wrong)
        acknowledge(request.pk, [OPINION], second, current_time())
        with pytest.raises(DatabaseError, match="is kept as it was made"), transaction.atomic():
            cursor.execute("UPDATE plans_request SET reason = 'x'")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"decided_by": "publisher"}, "publish_request_state_told_whole"),
        ({"state": 1}, "publish_request_state_told_whole"),
        ({"state": 2, "decided_by": "second", "decided": True}, "publish_request_state_told_whole"),
        ({"state": 3, "decided_by": "second", "decided": True}, "publish_request_state_told_whole"),
        (
            {"state": 3, "decided_by": "publisher", "decided": True, "reason": "x"},
            "publish_request_second_person",
        ),
        ({"acknowledgements": [{"rule": "P15"}]}, "publish_request_acknowledged_by_somebody"),
    ],
)
def test_states_of_a_request_are_told_whole(two, changes, name):
    people = dict(zip(("publisher", "second"), two, strict=True))
    request = asked(drafted(), two[0])
    wanted = {key: value for key, value in changes.items() if key != "decided"}
    if "decided_by" in wanted:
        wanted["decided_by"] = people[wanted["decided_by"]]
    if changes.get("decided"):
        wanted["decided_at"] = current_time()
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        PublishRequest.objects.filter(pk=request.pk).update(**wanted)
