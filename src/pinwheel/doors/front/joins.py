"""Joins answered in the event loop: no thread waits, the desk's answers come back in one wakeup."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.core.exceptions import SuspiciousOperation
from django.db import close_old_connections
from django.http import QueryDict
from pydantic import ValidationError

from pinwheel.doors.api import keys
from pinwheel.doors.api.answers import Answer, error_answer
from pinwheel.doors.api.app import log_failure
from pinwheel.doors.api.bodies import MOST_BYTES, read_json
from pinwheel.doors.api.guard import Caller, bearer_text, caller_of, checked_idempotency_key, refuse_query
from pinwheel.doors.api.joins import SCOPE, join_answer, join_request
from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.api.problems import Problem
from pinwheel.doors.api.schemas.orders import JoinBody
from pinwheel.doors.front.exchange import Exchange
from pinwheel.doors.front.ferry import Ferry
from pinwheel.market.clock import current_time
from pinwheel.market.orders.desk import DESK, JoinDesk
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused

PREFIX, SUFFIX = "/api/v1/activities/", "/joins"


def activity_of(exchange: Exchange) -> str | None:
    """The activity that is to be joined; None if the request is no join."""
    path = exchange.path
    if exchange.method != "POST" or not path.startswith(PREFIX) or not path.endswith(SUFFIX):
        return None
    activity = path[len(PREFIX) : -len(SUFFIX)]
    return activity if activity and "/" not in activity else None


class JoinCounter:
    """Takes joins for one event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clerks: ThreadPoolExecutor, desk: JoinDesk = DESK
    ) -> None:
        self.loop = loop
        self.clerks = clerks
        self.ferry = Ferry(loop, desk)

    async def serve(self, exchange: Exchange, activity: str) -> bytes | None:
        """Answer a join. Returns its body if Django is to answer instead, None once it is answered."""
        body = await exchange.body(MOST_BYTES)
        try:
            answer = await self.take(exchange, activity, body, current_time())
        except Exception as error:
            if not isinstance(error, Problem | Refused | ValidationError | SuspiciousOperation):
                log_failure(error, path=exchange.path, request_id=exchange.request_id)
            language = exchange.header("accept-language")
            answer = error_answer(error, language, exchange.request_id, current_time())
        if answer is None:
            return body
        await exchange.answer(answer)
        return None

    async def take(self, exchange: Exchange, activity: str, raw: bytes, now: datetime) -> Answer | None:
        """As Ninja's operation does, step by step. None: an external payment is Django's to ask for.

        Raises: Problem, Refused, pydantic.ValidationError, and what went wrong.
        """
        caller = await self.caller(exchange, now)
        key = checked_idempotency_key(exchange.header("idempotency-key"))
        if exchange.scope["query_string"]:
            refuse_query(query_names(exchange.scope["query_string"]), ())
        data = read_json(exchange.header("content-type"), raw)
        body = JoinBody.model_validate(data)
        if body.pay == "external":
            return None
        request = join_request(caller.name, key, activity, body)
        answer = await self.ferry.send(request)
        if isinstance(answer, JoinResult):
            return join_answer(answer)
        raise answer

    async def caller(self, exchange: Exchange, now: datetime) -> Caller:
        """Who asks. A key that is not remembered is looked up in a thread."""
        text = bearer_text(exchange.header("authorization"))
        if keys.knows_key(text, now):
            return caller_of(keys.find_key(text, now), SCOPE)
        return caller_of(await self.loop.run_in_executor(self.clerks, look_up, text, now), SCOPE)


def look_up(text: str, now: datetime) -> ApiKey | None:
    """`find_key` in a thread that keeps its own database connection."""
    close_old_connections()
    return keys.find_key(text, now)


def query_names(query: bytes | str) -> dict[str, int]:
    """How often each parameter stands in a query string, as Django reads it."""
    return {name: len(values) for name, values in QueryDict(query).lists()}
