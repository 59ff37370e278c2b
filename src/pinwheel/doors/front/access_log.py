"""The access log: one structured line a request, written many at a time so that it costs the loop little.

Lines carry method, path, status and time; never a query, a header, a key or a phone number.
"""

import asyncio
import json
import logging
import sys
import time
from typing import Any, Literal

import structlog

WRITE_EVERY = 0.2  # seconds
MOST_LINES = 2000  # kept before they are written at once
MOST_PATH = 200


ENCODER = json.JSONEncoder(ensure_ascii=False)  # made once: json.dumps makes one a call


def dump_line(event: dict[str, Any], **_: Any) -> str:
    return ENCODER.encode(event)


class LineBuffer:
    """Collects rendered lines and writes them to standard error together."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_due = False

    def info(self, line: str) -> None:
        """Called by structlog with each line."""
        self.lines.append(line)
        if len(self.lines) >= MOST_LINES:
            self.write()
        elif not self.is_due:
            self.is_due = True
            asyncio.get_running_loop().call_later(WRITE_EVERY, self.write)

    def write(self) -> None:
        lines, self.lines, self.is_due = self.lines, [], False
        if lines:
            sys.stderr.write("\n".join(lines) + "\n")
            sys.stderr.flush()


class AccessLog:
    """Writes a line for each request."""

    def __init__(self, format_name: Literal["console", "json"], level: str) -> None:
        self.buffer = LineBuffer()
        number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        renderer: Any = (
            structlog.processors.JSONRenderer(serializer=dump_line)
            if format_name == "json"
            else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
        )
        self.is_on = number <= logging.INFO
        self.logger = structlog.wrap_logger(
            self.buffer,
            processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), renderer],
            wrapper_class=structlog.make_filtering_bound_logger(number),
            context_class=dict,
        ).bind(level="info", logger="pinwheel.access")

    def write(self, request_id: str, method: str, path: str, status: int, started: float) -> None:
        """`started`: time.perf_counter() when the request came."""
        if self.is_on:
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            self.logger.info(
                "request",
                request_id=request_id,
                method=method,
                path=path[:MOST_PATH],
                status=status,
                ms=milliseconds,
            )
