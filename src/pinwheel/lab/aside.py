"""A run in a process of its own, so that whoever waits for it has their processor to themselves."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from pinwheel.lab.runs import Job, as_plain, play
from pinwheel.lab.simulate import Unplayable

TELL_EVERY = 0.5  # seconds
DAYS, DONE, REFUSED = "days", "done", "refused"


class Stopped(RuntimeError):
    """The process ended without a result, or it took too long."""


def play_aside(job: Job, told: Callable[[int], None], most_seconds: float) -> dict[str, Any]:
    """Play one job; `told` hears at times how many days are done, at least every other second.

    Returns: the figures for JSON.
    Raises: Unplayable; Stopped.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=play_and_tell, args=(theirs, job), daemon=True)
    process.start()
    theirs.close()
    ends, days = monotonic() + most_seconds, 0
    try:
        while monotonic() < ends:
            if not ours.poll(1.0):
                told(days)
                continue
            try:
                kind, content = ours.recv()
            except EOFError:
                raise Stopped("the process ended without a result") from None
            if kind == DONE:
                return dict(content)
            if kind == REFUSED:
                raise Unplayable(content)
            days = content
            told(days)
        raise Stopped(f"it took more than {most_seconds:.0f} seconds")
    finally:
        process.kill()
        process.join()
        ours.close()


def play_and_tell(pipe: Connection, job: Job) -> None:
    """What the other process does."""
    last = 0.0

    def told(days: int) -> None:
        nonlocal last
        if monotonic() - last >= TELL_EVERY:
            last = monotonic()
            pipe.send((DAYS, days))

    try:
        figures = play(job, told)
    except Unplayable as refused:
        pipe.send((REFUSED, str(refused)))
    else:
        pipe.send((DONE, as_plain(figures)))
    pipe.close()
