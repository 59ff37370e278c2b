"""The access log: one structured line a request, written many at a time so that it costs the loop little.

Lines carry method, path, status and time; never a query, a header, a key or a phone number.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import structlog

WRITE_EVERY = 0.2  # seconds
MOST_LINES = 2000  # kept before they are written at once
MOST_PATH = 200


ENCODER = json.JSONEncoder(ensure_ascii=False)  # json.dumps would make one a call


class AccessLog:
    """Writes a line for each request, rendered as the other logs are."""

    def __init__(self, format_name: Literal["console", "json"], level: str) -> None:
        self.lines: list[str] = []
        self.is_due = False
        self.is_on = logging.getLevelNamesMapping().get(level.upper(), logging.INFO) <= logging.INFO
        self.render = ENCODER.encode if format_name == "json" else console_line()

    def note(self, request_id: str, method: str, path: str, status: int, started: float) -> None:
        """Keep a line for the next write. `started`: time.perf_counter() when the request came."""
        if not self.is_on:
            return
        event = {
            "event": "request",
            "request_id": request_id,
            "method": method,
            "path": path[:MOST_PATH],
            "status": status,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "level": "info",
            "logger": "pinwheel.access",
            "timestamp": datetime.now(UTC).isoformat(),
        }
        self.lines.append(self.render(event))
        if len(self.lines) >= MOST_LINES:
            self.write()
        elif not self.is_due:
            self.is_due = True
            asyncio.get_running_loop().call_later(WRITE_EVERY, self.write)

    def write(self) -> None:
        """Write the lines that were kept."""
        lines, self.lines, self.is_due = self.lines, [], False
        if lines:
            sys.stderr.write("\n".join(lines) + "\n")
            sys.stderr.flush()


def console_line() -> Callable[[dict[str, Any]], str]:
    """structlog's rendering for people."""
    renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return lambda event: str(renderer(None, "info", event))
