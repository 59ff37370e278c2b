"""Work over the cores, in processes that end with whoever started them, however that comes."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from time import sleep
from typing import Any

from loky import ProcessPoolExecutor, as_completed
from loky.process_executor import TerminatedWorkerError

LOOK_EVERY = 1.0  # seconds


class Lost(RuntimeError):
    """A process was ended from outside."""


def over_processes(
    work: Callable[[Any], Any], items: Sequence[Any], processes: int
) -> Generator[Any, None, None]:
    """What `work` makes of each item, as it comes. When this ends, or is closed, all processes have ended.

    Args:
        work: a function of a module; what it takes, returns and raises can be pickled.
    Raises: what `work` raises; Lost.
    """
    if not items:
        return
    pool = ProcessPoolExecutor(min(processes, len(items)), initializer=end_with, initargs=(os.getpid(),))
    try:
        with interrupts_held():
            waiting = [pool.submit(work, item) for item in items]
        for finished in as_completed(waiting):
            yield finished.result()
    except TerminatedWorkerError:
        raise Lost from None
    finally:
        pool.shutdown(kill_workers=True)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile. Processes started here never hear of it: it is the first one's to answer."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(parent: int) -> None:
    """End this process, at work or not, soon after the one that started it has ended."""

    def look() -> None:
        while os.getppid() == parent:
            sleep(LOOK_EVERY)
        os._exit(1)

    Thread(target=look, daemon=True).start()
