"""Fetching the beacon's rounds that groups wait for, outside of any transaction; failures are tried again."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Max

from pinwheel.config.environment import environment
from pinwheel.market.groups.draws import DrawMaker, draw_v1
from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.public_values.relays import Round, Unusable, ask_relay, read_round
from pinwheel.market.public_values.settling import settle_known
from pinwheel.market.public_values.storing import store
from pinwheel.rules.beacon import randomness, round_after, round_time

log = structlog.get_logger("pinwheel.public_values")
State = PublicValue.State
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAUSE = timedelta(seconds=5)  # after the first try in vain; it grows with each, up to a minute
LONGEST_PAUSE = timedelta(seconds=60)
Ask = Callable[[str, int], bytes]


def fetch_rounds(
    clock: Callable[[], datetime],
    goes_on: Callable[[], bool] = lambda: True,
    ask: Ask = ask_relay,
    maker: DrawMaker = draw_v1,
) -> int:
    """Fetch, verify and store the rounds that are out, then settle; return how many were stored.

    Two at once do no harm: a round that is stored already is not stored again.
    """
    stored = 0
    while goes_on() and (number := next_round(clock())) is not None:
        found = fetch_round(number, environment().drand_relays, ask)
        if isinstance(found, Round):
            stored += store_round(found, clock())
            settle_known(clock(), maker)
        else:
            note_failure(number, found, clock())
    return stored


def next_round(now: datetime) -> int | None:
    """The first round that somebody waits for, is out, and was not tried just now."""
    latest = round_after((now - EPOCH) // timedelta(microseconds=1)) - 1
    waiting = PublicValue.objects.filter(
        state=State.WAITING, kind=PublicValue.Kind.DRAND, round__lte=latest, due_at__gt=now
    )
    rounds = waiting.values("round").annotate(last=Max("tried_at"), count=Max("tries")).order_by("round")
    for row in rounds:
        if row["last"] is None or row["last"] + min(PAUSE * row["count"], LONGEST_PAUSE) <= now:
            return int(row["round"] or 0)
    return None


def fetch_round(number: int, relays: Sequence[str], ask: Ask) -> Round | str:
    """The round from the first relay that gives a good answer; else why the last one's was not."""
    failure = "no_relay"
    for relay in relays:
        try:
            return read_round(ask(relay, number), number, relay)
        except Unusable as unusable:
            failure = str(unusable)
            log.warning("a relay of the beacon gave no round", relay=relay, round=number, reason=failure)
    return failure


def store_round(found: Round, now: datetime) -> int:
    """Store a round for every group that waits for it and is in time; return for how many."""
    published = datetime.fromtimestamp(round_time(found.number), UTC)
    with transaction.atomic():
        rows = PublicValue.objects.select_for_update(no_key=True, of=("self",)).filter(
            state=State.WAITING, kind=PublicValue.Kind.DRAND, round=found.number, due_at__gt=now
        )
        waiting = list(rows.order_by("group_id"))
        for row in waiting:
            row.signature, row.source = found.signature, found.relay[:200]
            store(row, randomness(found.signature), published, now)
    return len(waiting)


def note_failure(number: int, failure: str, now: datetime) -> None:
    """Write down that a round could not be had; the console shows it."""
    PublicValue.objects.filter(state=State.WAITING, kind=PublicValue.Kind.DRAND, round=number).update(
        tries=F("tries") + 1, tried_at=now, failure=failure[:60]
    )
