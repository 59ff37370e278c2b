"""Work over the cores, in processes that end with whoever started them, however that comes."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
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
        with deaf_to_interrupts():
            waiting = [pool.submit(work, item) for item in items]
        for finished in as_completed(waiting):
            yield finished.result()
    except TerminatedWorkerError:
        raise Lost from None
    finally:
        pool.shutdown(kill_workers=True)


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started here never hear Ctrl-C: it is the first one's to answer, once this is over."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end_with(parent: int) -> None:
    """End this process, at work or not, soon after the one that started it has ended."""

    def look() -> None:
        while os.getppid() == parent:
            sleep(LOOK_EVERY)
        os._exit(1)

    Thread(target=look, daemon=True).start()
