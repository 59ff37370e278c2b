"""Simulations in the console: asked for by a form, played by the worker, shown in a frame; who may what."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from console_shop import page
from django.db import IntegrityError, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from pinwheel.doors.console.simulation_form import MOST_JOINS
from pinwheel.doors.worker import simulating
from pinwheel.doors.worker.jobs import end_silent_simulations, play_simulation
from pinwheel.lab import aside
from pinwheel.lab.report.page import render
from pinwheel.lab.report.simulation import report_of
from pinwheel.lab.runs import play
from pinwheel.lab.simulate import Unplayable
from pinwheel.market.clock import current_time
from pinwheel.market.plans.models import PlanDraft, PlanVersion, Simulation
from pinwheel.market.plans.services import save_draft
from pinwheel.market.plans.simulations import (
    MOST_OPEN,
    begin_simulation,
    fail_silent_simulations,
    finish_simulation,
    hear_of_simulation,
)
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.canonical import from_canonical
from pinwheel.plan.load import load_plan, playbook_text

pytestmark = pytest.mark.database

State = Simulation.State
TOLD = {
    "members": "40",
    "days": "3",
    "joins": "1.5",
    "growth": "10%",
    "growth_days": "2",
    "churn": "0.5%",
    "seed": "7",
    "budget": "1,000.00",
}


def said(answer) -> str:
    """The words of a page, without its marks."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def draft(staff) -> PlanDraft:
    return save_draft(playbook_text("draw-on-fill"), current_time())


@pytest.fixture
def version(staff) -> PlanVersion:
    return publish_on_stage(playbook_text("leader-five"), None, current_time())


def asked(staff, origin, role: str = "operations", language: str = "en", **changes: str) -> Simulation:
    """A simulation that an operator asked for by the form."""
    answer = staff.client(role, language).post(page(origin, "simulate"), TOLD | changes)
    assert answer.status_code == 302, said(answer)
    found = Simulation.objects.first()
    assert answer.url == page(found)
    return found


def played(found: Simulation) -> Simulation:
    """Played by the worker's job, in this very process."""
    simulating.simulate_asked(found.pk)
    found.refresh_from_db()
    return found


@pytest.fixture
def here(monkeypatch) -> None:
    """Play in this process: quicker, and just the same."""

    def play_here(job, told, most_seconds):
        told(1)
        return json.loads(json.dumps(aside.as_plain(play(job))))

    monkeypatch.setattr(simulating, "play_aside", play_here)


# Asking


@pytest.mark.parametrize("kind", ["draft", "version"])
def test_a_simulation_is_asked_for_and_handed_to_the_worker(staff, request, kind, language):
    origin = request.getfixturevalue(kind)
    client = staff.client("finance", language)
    assert page(origin, "simulate") in client.get(page(origin)).content.decode()
    form = client.get(page(origin, "simulate"))
    assert ("虚拟会员" if language == "zh-hans" else "made-up members") in said(form)
    found = asked(staff, origin, "finance", language)
    assert (found.draft_id, found.version_id) == ((origin.pk, None) if kind == "draft" else (None, origin.pk))
    behaviour = found.arguments["behaviour"]
    assert behaviour["start_members"] == 40 and behaviour["joins_a_day"] == 1_500_000
    assert behaviour["arrivals_a_day"] == 100_000 and behaviour["growth_ends"] == 2
    assert behaviour["leaves_a_day"] == 5_000
    assert (found.days, found.budget, found.arguments["seed"]) == (3, 100_000, 7)
    job = ProcrastinateJob.objects.get(task_name=play_simulation.name)
    assert job.args == {"simulation": found.pk} and job.lock == "simulations"
    waiting = client.get(page(found))
    assert ("等待后台进程" if language == "zh-hans" else "Waits for the worker") in said(waiting)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()


def test_the_plans_own_budget_stands_in_the_form(staff):
    draft = save_draft(playbook_text("national-group-buy"), current_time())
    form = staff.client("operations").get(page(draft, "simulate")).context_data["form"]
    assert form["budget"].value() == format_amount(load_plan(draft.source).budget or 0)


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"members": "0"}, "大于或等于", "greater than or equal to 1"),
        ({"members": "9999999"}, "小于或等于", "less than or equal to"),
        ({"days": "366"}, "小于或等于", "less than or equal to 365"),
        ({"days": "x"}, "整数", "whole number"),
        ({"joins": "0"}, "0.01 到 20", "from 0.01 to 20"),
        ({"joins": "nan"}, "0.01 到 20", "from 0.01 to 20"),
        ({"joins": "1e3"}, "0.01 到 20", "from 0.01 to 20"),
        ({"growth": "2"}, "比例", "rate that ends in %"),
        ({"growth": "101%"}, "0% 到 100%", "from 0% to 100%"),
        ({"churn": "-1%"}, "比例", "rate that ends in %"),
        ({"budget": "-5"}, "金额", "amount in yuan"),
        ({"seed": "99999999999999999999"}, "小于或等于", "less than or equal to"),
        ({"members": "1000000", "days": "365"}, "547,500,000", "547,500,000"),
        ({"growth": "100%", "growth_days": "365"}, "最多模拟 20,000,000", "at most 20,000,000"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_here_is_said_in_the_form(staff, draft, language, changes, zh, en):
    quiet = {"growth": "0%", "growth_days": "0"} if "growth" not in changes else {}
    answer = staff.client("operations", language).post(page(draft, "simulate"), TOLD | quiet | changes)
    assert answer.status_code == 400
    assert (zh if language == "zh-hans" else en) in said(answer)
    assert not Simulation.objects.exists() and not ProcrastinateJob.objects.filter(
        task_name=play_simulation.name
    )


def test_the_most_that_is_allowed_is_allowed(staff, draft):
    quiet = {"growth": "0%", "growth_days": "0"}
    found = asked(staff, draft, members=str(MOST_JOINS // 100), days="100", joins="1.00", **quiet)
    assert found.days == 100


def test_a_draft_that_is_no_plan_is_refused_with_a_sentence(staff):
    broken = PlanDraft.objects.create(
        name="broken", source="plan: broken\noffer: {price: 9.999}\n", updated_at=current_time()
    )
    client = staff.client("operations")
    assert "Simulate…" not in said(client.get(page(broken)))
    answer = client.get(page(broken, "simulate"), follow=True)
    assert "offer.price" in said(answer)
    assert client.post(page(broken, "simulate"), TOLD).status_code == 302
    assert not Simulation.objects.exists()


def test_too_many_that_wait_are_refused(staff, draft):
    for _ in range(MOST_OPEN):
        asked(staff, draft)
    answer = staff.client("operations").post(page(draft, "simulate"), TOLD, follow=True)
    assert f"{MOST_OPEN} simulations wait or run already" in said(answer)
    assert Simulation.objects.count() == MOST_OPEN


def test_neither_is_kept_if_the_job_cannot_be(staff, draft, monkeypatch):
    def broken(**_: object) -> None:
        raise RuntimeError("no queue")

    monkeypatch.setattr(play_simulation, "defer", broken)
    answer = staff.client("operations").post(page(draft, "simulate"), TOLD)
    assert answer.status_code == 500 and not Simulation.objects.exists()


# Playing


def test_the_worker_plays_it_beside_itself_and_keeps_the_figures_of_the_command_line(staff, version):
    found = played(asked(staff, version))
    assert found.state == State.DONE and found.played == found.days == 3
    arguments = simulating.arguments_from(found.arguments)
    own = play(simulating.Job(found.canonical, arguments, found.budget, 1, finds_enough=True))
    assert found.figures == json.loads(json.dumps(aside.as_plain(own)))
    assert found.ended_at >= found.heard_at >= found.requested_at


def test_a_plan_that_cannot_be_played_is_told(staff, draft, language, monkeypatch):
    def refuse(*_: object) -> None:
        raise Unplayable("day 2: more groups are open at once than the lab has room for")

    monkeypatch.setattr(simulating, "play_aside", refuse)
    found = played(asked(staff, draft))
    assert found.state == State.FAILED and found.figures is None
    text = said(staff.client("audit", language).get(page(found)))
    assert "day 2: more groups are open" in text
    assert ("演不了" if language == "zh-hans" else "cannot be played") in text


def test_a_process_that_dies_is_told(staff, draft, monkeypatch):
    monkeypatch.setattr(aside, "play_and_tell", dies)
    found = played(asked(staff, draft))
    assert found.state == State.FAILED
    assert "broke off without a result" in said(staff.client("operations").get(page(found)))


def dies(pipe, job) -> None:
    """What the other process does instead of playing."""
    raise SystemExit(3)


def test_a_run_that_takes_too_long_is_ended(staff, draft, monkeypatch):
    monkeypatch.setattr(simulating, "MOST_SECONDS", 0)
    assert played(asked(staff, draft)).state == State.FAILED


def test_a_worker_that_is_gone_is_noticed_and_comes_too_late(staff, draft):
    found, now = asked(staff, draft), current_time()
    begin_simulation(found.pk, now)
    hear_of_simulation(found.pk, 2, now)
    assert fail_silent_simulations(now + timedelta(seconds=119)) == 0
    assert fail_silent_simulations(now + timedelta(seconds=121)) == 1
    finish_simulation(found.pk, {"late": True}, now)
    found.refresh_from_db()
    assert found.state == State.FAILED and found.figures is None
    assert "simulate again" in said(staff.client("operations").get(page(found)))
    end_silent_simulations(0)


def test_it_is_played_once_however_often_the_job_comes(staff, draft, here):
    found = played(asked(staff, draft))
    ended = found.ended_at
    assert played(found).ended_at == ended
    assert begin_simulation(found.pk, current_time()) is None


def test_the_database_holds_only_whole_states(staff, draft):
    found = asked(staff, draft)
    for wrong in (
        {"state": State.DONE},
        {"state": State.FAILED, "ended_at": current_time()},
        {"figures": {}},
    ):
        with pytest.raises(IntegrityError, match="plan_simulation_state_told_whole"), transaction.atomic():
            Simulation.objects.filter(pk=found.pk).update(**wrong)


# Seeing


def test_progress_is_told_until_it_has_ended(staff, draft, here):
    found, client = asked(staff, draft), staff.client("operations")
    url = page(found, "progress")
    begin_simulation(found.pk, current_time())
    assert "made ready" in said(client.get(url))
    hear_of_simulation(found.pk, 2, current_time())
    part = client.get(url)
    assert "Day 2 of 3." in said(part) and 'value="2" max="3"' in part.content.decode()
    assert "HX-Refresh" not in part.headers
    Simulation.objects.update(state=State.WAITING)
    played(found)
    assert client.get(url).headers["HX-Refresh"] == "true"


def test_the_report_is_the_page_of_the_command_line_in_a_frame_of_its_own(staff, draft, here, language):
    found = played(asked(staff, draft))
    client = staff.client("audit", language)
    frame = re.search(r'<iframe[^>]*class="report-frame"[^>]*>', client.get(page(found)).content.decode())[0]
    assert 'sandbox="allow-scripts"' in frame
    assert f'src="{page(found, "report")}#{"zh" if language == "zh-hans" else "en"}"' in frame
    report = client.get(page(found, "report"))
    arguments = simulating.arguments_from(found.arguments)
    figures = [play(simulating.Job(found.canonical, arguments, found.budget, 1, finds_enough=True))]
    assert report.content.decode() == render(
        report_of(from_canonical(found.canonical), arguments, found.budget, figures)
    )
    policy = report.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox allow-scripts" in policy
    assert "frame-ancestors 'self'" in policy and "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in re.search("script-src [^;]*", policy)[0]
    assert report.headers["X-Frame-Options"] == "SAMEORIGIN"
    zipped = client.get(page(found, "report"), headers={"accept-encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip" and len(zipped.content) < len(report.content) // 2


def test_days_and_figures_are_downloaded(staff, draft, here):
    found, client = played(asked(staff, draft)), staff.client("audit")
    days = client.get(page(found, "days"))
    assert days.headers["Content-Disposition"] == f'attachment; filename="draw-on-fill-{found.pk}.csv"'
    assert [row["day"] for row in csv.DictReader(io.StringIO(days.content.decode("utf-8-sig")))] == [
        "1",
        "2",
        "3",
    ]
    figures = client.get(page(found, "figures"))
    document = json.loads(figures.content)
    assert document["hash"] == found.hash and document["runs"] == [found.figures]


def test_earlier_simulations_are_listed_with_the_plan(staff, draft, here):
    done = played(asked(staff, draft))
    client = staff.client("operations")
    text = client.get(page(draft, "simulate"))
    assert page(done) in text.content.decode() and "this content" in said(text)
    listed = client.get(reverse("admin:plans_simulation_changelist"), {"q": "draw"})
    assert page(done) in listed.content.decode()
    assert (
        page(done)
        not in client.get(reverse("admin:plans_simulation_changelist"), {"q": "leader"}).content.decode()
    )


def test_a_simulation_outlives_its_draft(staff, draft, here):
    found = played(asked(staff, draft))
    draft.delete()
    answer = staff.client("operations").get(page(found))
    assert answer.status_code == 200 and "Simulate again" not in said(answer)
    assert staff.client("operations").get(page(found, "report")).status_code == 200


# Who may


def test_who_may_ask_and_who_may_see(staff, draft, here):
    found = played(asked(staff, draft))
    staff.by_role["nobody"] = Operator.objects.create_user("nobody", is_staff=True)
    pages = [page(found), *(page(found, name) for name in ("progress", "report", "days", "figures"))]
    for role, may_see, may_ask in (
        ("operations", True, True),
        ("finance", True, True),
        ("audit", True, False),
        ("support", True, False),
        ("nobody", False, False),
    ):
        client = staff.client(role)
        for url in pages:
            assert client.get(url).status_code == (200 if may_see else 403), (role, url)
        assert client.get(page(draft, "simulate")).status_code == (200 if may_ask else 403), role
        if may_see:
            assert ("Simulate…" in said(client.get(page(draft)))) is may_ask, role
        if not may_ask:
            assert client.post(page(draft, "simulate"), TOLD).status_code == 403
    assert Simulation.objects.count() == 1


def test_nobody_sees_anything_without_logging_in(staff, draft, here, client_without_login):
    found = played(asked(staff, draft))
    for name in ("change", "progress", "report", "days", "figures"):
        answer = client_without_login("en").get(page(found, name))
        assert answer.status_code == 302 and answer.url.startswith(reverse("admin:login"))


def test_what_is_not_done_has_no_report(staff, draft):
    found, client = asked(staff, draft), staff.client("operations")
    for name in ("report", "days", "figures"):
        assert client.get(page(found, name)).status_code == 302
        assert client.get(page(found, name).replace(str(found.pk), "1")).status_code == 302
    assert "report-frame" not in client.get(page(found)).content.decode()
