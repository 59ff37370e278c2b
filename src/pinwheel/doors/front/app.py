"""The ASGI application: joins, live pages and health here, everything else through the bridge to Django."""

import asyncio
import gc
import time
from concurrent.futures import ThreadPoolExecutor

import structlog

from pinwheel.config.environment import environment
from pinwheel.doors.api.answers import Answer, error_answer
from pinwheel.doors.front import health, live
from pinwheel.doors.front.access_log import AccessLog
from pinwheel.doors.front.bridge import Bridge, WsgiApp
from pinwheel.doors.front.exchange import Disconnected, Exchange, Receive, Scope, Send
from pinwheel.doors.front.hub import Hub
from pinwheel.doors.front.joins import JoinCounter, activity_of
from pinwheel.doors.front.stopping import when_told_to_stop
from pinwheel.market.clock import current_time

log = structlog.get_logger("pinwheel.front")
LAST_ANSWERS = 15.0  # seconds that requests at hand have when the server stops


class Loop:
    """What belongs to one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.clerks = ThreadPoolExecutor(2, thread_name_prefix="clerk")
        self.joins = JoinCounter(loop, self.clerks)
        self.hub = Hub()
        self.readiness = health.Readiness()


class Front:
    """Dispatches requests. One per process; it begins to work with the loop that first calls it."""

    def __init__(self, wsgi: WsgiApp) -> None:
        self.bridge = Bridge(wsgi)
        self.access = AccessLog(environment().log_format, environment().log_level)
        self.at_hand = 0
        self._parts: Loop | None = None

    def parts(self) -> Loop:
        """The parts of the running loop."""
        loop = asyncio.get_running_loop()
        if self._parts is None or self._parts.loop is not loop:
            self._parts = Loop(loop)
        return self._parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live_through(receive, send)
        elif scope["type"] == "http":
            await self.serve(Exchange(scope, receive, send))
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request, whatever happens, and log it."""
        started = time.perf_counter()
        self.at_hand += 1
        try:
            await self.dispatch(exchange)
        except Disconnected:
            exchange.status = exchange.status or 499
        except Exception:
            log.exception("a request failed", request_id=exchange.request_id, path=exchange.path)
            if exchange.status:
                raise  # too late for another answer: the server breaks the connection off
            await exchange.answer(internal_error(exchange))
        finally:
            self.at_hand -= 1
            self.access.note(exchange.request_id, exchange.method, exchange.path, exchange.status, started)

    async def dispatch(self, exchange: Exchange) -> None:
        activity = activity_of(exchange)
        if activity is not None:
            unanswered = await self.parts().joins.serve(exchange, activity)
            if unanswered is not None:
                await self.bridge.serve(exchange, unanswered)
        elif exchange.path.startswith(live.PREFIX):
            await live.serve_live(exchange, self.parts().hub)
        elif exchange.path == "/healthz":
            await exchange.answer(health.alive())
        elif exchange.path == "/readyz":
            await exchange.answer(await self.parts().readiness.answer())
        else:
            await self.bridge.serve(exchange)

    async def live_through(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server; before it stops, requests at hand are answered."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                parts = self.parts()
                when_told_to_stop(parts.loop, parts.hub.end_pages)
                gc.collect()
                gc.freeze()  # what was loaded stays: the collector need not go through it again
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def stop(self) -> None:
        """End live pages, wait for answers, write the last lines."""
        parts = self.parts()
        await parts.hub.close()
        until = parts.loop.time() + LAST_ANSWERS
        while self.at_hand and parts.loop.time() < until:
            await asyncio.sleep(0.02)
        self.access.write()
        for threads in (parts.clerks, parts.readiness.thread, self.bridge.threads):
            threads.shutdown(wait=False)


def internal_error(exchange: Exchange) -> Answer:
    return error_answer(
        RuntimeError(), exchange.header("accept-language"), exchange.request_id, current_time()
    )
