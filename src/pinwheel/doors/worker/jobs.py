"""Jobs that the clock starts, and what operators ask for.

Each may start twice at once or late: it does what is due and not done.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from pinwheel.doors.api.idempotency import forget_handled
from pinwheel.doors.worker.simulating import simulate_asked
from pinwheel.ledger.months import ensure_months
from pinwheel.market.activities.stopping import carry_on_stops
from pinwheel.market.clock import current_time
from pinwheel.market.days.services import run_days
from pinwheel.market.due import run_due_but_ends, run_ends
from pinwheel.market.messages.expand import remind_of_balances, remind_of_prizes, tell_members
from pinwheel.market.messages.send import send_messages
from pinwheel.market.plans.simulations import fail_silent_simulations
from pinwheel.market.public_values.fetching import fetch_rounds
from pinwheel.market.webhooks.send import forget_old_webhooks, send_webhooks

KEEP_ANSWERS = timedelta(days=7)
AT_A_STRETCH = 20.0  # seconds that a job of messages works before it makes room


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="due", lock="due")
def do_what_is_due(timestamp: int) -> None:
    """Holds that lapse, activities that start, groups that expire, balances, refunds, prizes."""
    run_due_but_ends(current_time())


# A job of its own: a large activity takes a while to end, and what else is due does not wait for it.
@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="ends", lock="ends")
def end_activities(timestamp: int) -> None:
    """Activities whose time is over."""
    run_ends(current_time())


# It holds no lock, as those of messages: a relay that is slow keeps nobody else from working.
@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="public_values")
def fetch_public_values(timestamp: int) -> None:
    """Rounds of the drand beacon that full groups wait for."""
    fetch_rounds(current_time, for_a_while())


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="days", lock="days")
def do_business_days(timestamp: int) -> None:
    """What a new business day brings: credit released, dividends paid; days that were missed first."""
    run_days(current_time())


def for_a_while() -> Callable[[], bool]:
    """Whether a job that began now goes on."""
    ends = time.monotonic() + AT_A_STRETCH
    return lambda: time.monotonic() < ends


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="stops")
def carry_on_stopping(timestamp: int) -> None:
    """Refunds of activities that operators stopped, bit by bit."""
    carry_on_stops(current_time, for_a_while())


# The jobs of messages hold no lock: two at once share the work, and one that was killed blocks nobody.
@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="messages")
def tell_what_happened(timestamp: int) -> None:
    """Messages and webhooks of what happened."""
    tell_members(current_time(), for_a_while())


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="deliveries")
def send_what_waits(timestamp: int) -> None:
    """Messages by their channels."""
    send_messages(current_time, for_a_while())


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="webhooks")
def send_waiting_webhooks(timestamp: int) -> None:
    """Events to the endpoints of other systems."""
    send_webhooks(current_time, for_a_while())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="prize_reminders")
def remind_winners(timestamp: int) -> None:
    """Winners whose time to choose a prize is ending."""
    remind_of_prizes(current_time())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="balance_reminders")
def remind_of_balances_due(timestamp: int) -> None:
    """Members whose time to pay the balance of a presale is ending."""
    remind_of_balances(current_time())


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="old_webhooks")
def forget_webhooks(timestamp: int) -> None:
    """Forget events of webhooks that were made long ago."""
    forget_old_webhooks(current_time())


@app.task(lock="simulations")
def play_simulation(simulation: int) -> None:
    """Play a simulation; one after the other, so that the jobs of the clock never wait for them."""
    simulate_asked(simulation)


@app.periodic(cron="* * * * * 30")
@app.task(queueing_lock="silent_simulations", lock="silent_simulations")
def end_silent_simulations(timestamp: int) -> None:
    """Tell operators of simulations whose worker is gone."""
    fail_silent_simulations(current_time())


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="months", lock="months")
def make_months(timestamp: int) -> None:
    """Make the ledger's partitions of the months to come."""
    ensure_months(current_time())


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="answers", lock="answers")
def forget_old_answers(timestamp: int) -> None:
    """Forget the kept answers of API requests that nobody repeats any more; they hold personal data."""
    forget_handled(current_time() - KEEP_ANSWERS)


# It holds no lock itself, so nothing can block it.
@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="stalled_jobs", pass_context=True)
async def free_stalled_jobs(context: object, timestamp: int) -> None:
    """End the jobs of workers that were killed: the locks they hold would keep their successors waiting."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="old_jobs", lock="old_jobs", pass_context=True)
async def forget_old_jobs(context: object, timestamp: int) -> None:
    """Forget jobs that ended well more than a day ago."""
    await app.job_manager.delete_old_jobs(nb_hours=24)
