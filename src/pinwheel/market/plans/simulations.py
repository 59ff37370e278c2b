"""Simulations of plans: asked for by an operator, played by a worker, kept. The lab stands elsewhere."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from pinwheel.market.ids import new_id
from pinwheel.market.plans.models import PlanDraft, PlanVersion, Simulation
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.canonical import canonical_text, plan_hash
from pinwheel.plan.model import Plan
from pinwheel.plan.words import Phrase

State = Simulation.State

MOST_OPEN = 10  # that wait or run at the same time
SILENCE = timedelta(minutes=2)  # after which whoever played it has stopped

TOO_MANY = (
    f"已有 {MOST_OPEN} 个模拟在等待或进行中；请等其中一个结束。",
    f"{MOST_OPEN} simulations wait or run already; wait until one of them has ended.",
)
STOPPED = Phrase(
    "后台进程在模拟完成前停止了；请重新模拟。", "The worker was stopped before the end; simulate again."
)


def request_simulation(
    plan: Plan,
    arguments: dict[str, Any],
    days: int,
    budget: int,
    origin: PlanDraft | PlanVersion,
    operator: Operator,
    now: datetime,
) -> Simulation:
    """Keep what is to be played.

    Args:
        arguments: as the lab writes them.
        budget: fen.
        origin: the draft or version that the plan stands in.

    Raises: Refused invalid if too many wait already.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(8, 0)")  # so that MOST_OPEN holds
        if Simulation.objects.filter(state__in=(State.WAITING, State.RUNNING)).count() >= MOST_OPEN:
            raise Refused("invalid", {"what": TOO_MANY})
        return Simulation.objects.create(
            id=new_id(now),
            name=plan.plan,
            hash=plan_hash(plan),
            canonical=canonical_text(plan),
            draft=origin if isinstance(origin, PlanDraft) else None,
            version=origin if isinstance(origin, PlanVersion) else None,
            arguments=arguments,
            budget=budget,
            days=days,
            requested_by=operator,
            requested_at=now,
        )


def begin_simulation(number: int, now: datetime) -> Simulation | None:
    """Take a waiting simulation to play it; None if it does not wait any more."""
    waiting = Simulation.objects.filter(pk=number, state=State.WAITING)
    taken = waiting.update(state=State.RUNNING, heard_at=now)
    return Simulation.objects.get(pk=number) if taken else None


def hear_of_simulation(number: int, played: int, now: datetime) -> None:
    """Keep how many days are done."""
    Simulation.objects.filter(pk=number, state=State.RUNNING).update(played=played, heard_at=now)


def finish_simulation(number: int, figures: dict[str, Any], now: datetime) -> None:
    """Keep what came of it, as the lab writes it."""
    found = Simulation.objects.filter(pk=number, state=State.RUNNING)
    days = found.values_list("days", flat=True).first() or 0
    found.update(state=State.DONE, figures=figures, played=days, heard_at=now, ended_at=now)


def fail_simulation(number: int, problem: Phrase, now: datetime) -> None:
    """Keep why nothing came of it."""
    Simulation.objects.filter(pk=number, state=State.RUNNING).update(
        state=State.FAILED, problem=problem._asdict(), heard_at=now, ended_at=now
    )


def fail_silent_simulations(now: datetime) -> int:
    """End simulations of which nothing was heard for long: their worker is gone. Returns how many."""
    silent = Simulation.objects.filter(state=State.RUNNING, heard_at__lt=now - SILENCE)
    return silent.update(state=State.FAILED, problem=STOPPED._asdict(), ended_at=now)
