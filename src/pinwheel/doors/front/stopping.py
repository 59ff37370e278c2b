"""Hearing early that the server stops.

Granian waits for every open response before it ends the lifespan, and live pages never end by themselves. So
the signal is heard beside whoever hears it already.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def when_told_to_stop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Have `call` run in the loop when the process is told to stop; earlier handlers are kept.

    Signals belong to the main thread: in a loop of another thread nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in SIGNALS:
        signal.signal(number, beside(signal.getsignal(number), loop, call))


def beside(
    earlier: object, loop: asyncio.AbstractEventLoop, call: Callable[[], None]
) -> Callable[[int, FrameType | None], None]:
    """A handler that has `call` run, then does what the earlier one did."""

    def heard(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(call)
        if callable(earlier):
            earlier(number, frame)

    return heard
