"""A simulation that an operator asked for: taken, played in a process of its own, kept."""

import structlog

from pinwheel.lab.aside import Stopped, play_aside
from pinwheel.lab.report.files import arguments_from
from pinwheel.lab.runs import Job
from pinwheel.lab.simulate import Unplayable, expected_joins
from pinwheel.market.clock import current_time
from pinwheel.market.plans.simulations import (
    begin_simulation,
    fail_simulation,
    finish_simulation,
    hear_of_simulation,
)
from pinwheel.plan.words import Phrase

log = structlog.get_logger("pinwheel.simulations")

MOST_SECONDS = 300

UNPLAYABLE = "这个方案按这些数字演不了：{why}", "This plan cannot be played with these figures: {why}"
FAILED = Phrase(
    "模拟中断，没有结果；原因已记入日志。", "It broke off without a result; the log has the reason."
)


def simulate_asked(number: int) -> None:
    """Play a waiting simulation; one that does not wait any more is left alone."""
    found = begin_simulation(number, current_time())
    if found is None:
        return
    arguments = arguments_from(found.arguments)
    job = Job(found.canonical, arguments, found.budget, expected_joins(arguments), finds_enough=True)
    try:
        figures = play_aside(job, lambda days: hear_of_simulation(number, days, current_time()), MOST_SECONDS)
    except Unplayable as refused:
        zh, en = (text.format(why=refused) for text in UNPLAYABLE)
        fail_simulation(number, Phrase(zh, en), current_time())
    except Stopped as stopped:
        log.error("a simulation stopped", simulation=number, why=str(stopped))
        fail_simulation(number, FAILED, current_time())
    else:
        finish_simulation(number, figures, current_time())
