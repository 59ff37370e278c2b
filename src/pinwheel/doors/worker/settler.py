"""The settler: waits for paid orders and settles their activities, as soon as joins are committed.

The queue of paid orders is itself the list of work: it is committed with the payment, and a settler
that dies leaves it as it was. A notice wakes the settler at once; a look every second finds what a
lost notice would have said.
"""

import threading
import time

import psycopg
import structlog
from django.db import close_old_connections, connections

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.clock import current_time
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.wake import SETTLE_CHANNEL

log = structlog.get_logger("pinwheel.settler")
LOOK_EVERY = 1.0  # seconds
# After a pass the settler rests at least this long, and as long as the pass took, so that joins
# gather to batches and settling takes at most half of a core from those who are paying.
LEAST_REST, MOST_REST = 0.05, 0.5


class Settler(threading.Thread):
    """Settles all activities until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(name="settler", daemon=True)
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Finish the batch at hand and end."""
        self.stopping.set()

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.listen()
            except (psycopg.OperationalError, psycopg.InterfaceError):
                log.warning("database connection lost; trying again")
                self.stopping.wait(LOOK_EVERY)
        connections.close_all()

    def listen(self) -> None:
        """Settle whatever waits, whenever a notice comes or a second has passed."""
        with open_connection() as connection:
            connection.execute(f"LISTEN {SETTLE_CHANNEL}")
            while not self.stopping.is_set():
                started = time.monotonic()
                self.settle_waiting()
                rest = min(max(time.monotonic() - started, LEAST_REST), MOST_REST)
                self.stopping.wait(rest)
                for _ in connection.notifies(timeout=LOOK_EVERY, stop_after=1):
                    pass

    def settle_waiting(self) -> None:
        """Settle every activity that has paid orders waiting."""
        close_old_connections()
        for activity_id in waiting_activities():
            if self.stopping.is_set():
                return
            try:
                settle_activity(activity_id, current_time(), wait=False)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                raise
            except Exception:
                log.exception("an activity could not be settled", activity=activity_id)
                connections.close_all()


def waiting_activities() -> list[int]:
    """Activities with paid orders in the queue, found by skipping through its index."""
    cursor = raw_cursor()
    cursor.execute(
        "WITH RECURSIVE waiting AS ("
        " (SELECT activity_id FROM orders_waiting ORDER BY activity_id LIMIT 1) UNION ALL"
        " SELECT (SELECT w.activity_id FROM orders_waiting w WHERE w.activity_id > waiting.activity_id"
        " ORDER BY w.activity_id LIMIT 1) FROM waiting WHERE waiting.activity_id IS NOT NULL)"
        " SELECT activity_id FROM waiting WHERE activity_id IS NOT NULL",
        prepare=True,
    )
    return [row[0] for row in cursor.fetchall()]


def open_connection() -> psycopg.Connection[tuple[object, ...]]:
    """A connection of its own to Django's database, for listening."""
    parameters = connections["default"].get_connection_params()
    known = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(autocommit=True, **{key: parameters[key] for key in known if parameters.get(key)})
