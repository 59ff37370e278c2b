"""The join desk: joins that arrive at one process within a few milliseconds are committed together."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import structlog
from django.db import close_old_connections

from pinwheel.market.clock import current_time
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.requests import JoinRequest, JoinResult
from pinwheel.market.refusals import Refused

log = structlog.get_logger("pinwheel.desk")
Answer = JoinResult | Refused | Exception
AT_ONCE = 256


class JoinDesk:
    """Collects joins of all threads of a process; one thread takes them, many at a time."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[JoinRequest, Callable[[Answer], None]]] = queue.SimpleQueue()
        self._start_lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, request: JoinRequest, done: Callable[[Answer], None]) -> None:
        """Hand in a join; `done` is called with its answer in the desk's thread, after the commit."""
        self._waiting.put((request, done))
        if self._thread is None:
            self._start()

    def join(self, request: JoinRequest) -> JoinResult:
        """Take a join and wait for its answer. Raises: Refused, or what went wrong."""
        future: Future[JoinResult] = Future()

        def done(answer: Answer) -> None:
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

        self.submit(request, done)
        return future.result()

    def _start(self) -> None:
        with self._start_lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="join-desk", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < AT_ONCE:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            for (_, done), answer in zip(batch, take_batch([request for request, _ in batch]), strict=True):
                try:
                    done(answer)
                except Exception:
                    log.exception("an answer could not be delivered")


def take_batch(requests: Sequence[JoinRequest]) -> Sequence[Answer]:
    """Take joins together; if the batch fails as a whole, take each by itself: one cannot harm others."""
    try:
        close_old_connections()
        return take_joins(requests, current_time())
    except Exception as error:
        if len(requests) == 1:
            log.exception("a join failed")
            return [error]
    return [take_batch([request])[0] for request in requests]


DESK = JoinDesk()
