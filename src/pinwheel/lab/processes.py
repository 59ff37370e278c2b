"""Work over the cores, in processes that end with whoever started them, however that comes.

Each process has a pipe of its own, which closes with the process at its other end: nobody waits for the dead.
"""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any


class Lost(RuntimeError):
    """A process was ended from outside, or failed in a way that nobody foresaw."""


def over_processes(
    work: Callable[[Any], Any], items: Sequence[Any], processes: int, refusal: type[Exception]
) -> Generator[Any, None, None]:
    """What `work` makes of each item, as it comes. When this ends, or is closed, all processes have ended.

    Args:
        work: a function of a module; what it takes and returns can be pickled.
        refusal: an error of `work` that is raised here too.
    Raises: `refusal`; Lost.
    """
    left = iter(items)
    workers: dict[Any, BaseProcess] = {}
    try:
        with interrupts_held():
            for _ in range(min(processes, len(items))):
                pipe, process = start(work, refusal)
                workers[pipe] = process
        for pipe in workers:
            tell(pipe, next(left))
        while workers:
            for ready in wait(list(workers)):
                found = hear(ready)
                if isinstance(found, refusal):
                    raise found
                try:
                    tell(ready, next(left))
                except StopIteration:
                    end(ready, workers.pop(ready))
                yield found
    finally:
        for pipe, process in workers.items():
            end(pipe, process)


def start(work: Callable[[Any], Any], refusal: type[Exception]) -> tuple[Connection, BaseProcess]:
    """A process that waits for items, and our end of its pipe."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, work, refusal), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def end(pipe: Any, process: BaseProcess) -> None:
    """End a process, at work or not."""
    process.kill()
    process.join()
    pipe.close()


def tell(pipe: Any, item: Any) -> None:
    """Raises: Lost."""
    try:
        pipe.send(item)
    except OSError:
        raise Lost from None


def hear(pipe: Any) -> Any:
    """Raises: Lost."""
    try:
        return pipe.recv()
    except (EOFError, OSError):
        raise Lost from None


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile. Processes started here never hear of it: it is the first one's to answer."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, work: Callable[[Any], Any], refusal: type[Exception]) -> None:
    """What a process does: work on each item that it is told, until the pipe closes."""
    Thread(target=end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            try:
                found = work(item)
            except refusal as error:
                found = error
            pipe.send(found)


def end_with_parent() -> None:
    """End this process, at work or not, as soon as the one that started it has ended."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
