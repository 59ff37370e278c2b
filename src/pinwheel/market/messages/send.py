"""Sending what waits, channel by channel, outside of any transaction.

A try is claimed first: it counts and its next one is put off, in a short transaction. Then the provider is
asked. Then what it said is written. A process that dies between the provider's answer and that last write
leaves the delivery waiting, and it is sent once more after the lease: once too often at that, never lost.
Mail carries the same Message-ID then; WeChat and the short message service know nothing of the kind.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urljoin

import structlog
from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.market.members.models import Member
from pinwheel.market.messages.channels.base import Channel, ChannelError, Parcel
from pinwheel.market.messages.channels.log import LogChannel
from pinwheel.market.messages.channels.mail import MailChannel
from pinwheel.market.messages.channels.sms import SmsChannel
from pinwheel.market.messages.channels.wechat import WechatChannel
from pinwheel.market.messages.kinds import BY_NUMBER, CHANNELS, CONSOLE, MAIL, SMS, WECHAT
from pinwheel.market.messages.models import Address, Delivery, Message
from pinwheel.market.messages.render import Shown, filled, look_up, show
from pinwheel.plan.refusal import Language

log = structlog.get_logger("pinwheel.messages")
State = Delivery.State
AT_ONCE = 64
LEASE = timedelta(minutes=10)  # longer than a round's requests can take
BACKOFF = [60, 300, 1800, 7200, 21_600, 43_200, 86_400]  # seconds after each try that failed
MOST_TRIES = len(BACKOFF) + 1
THREADS = 8
WRITTEN = ("state", "next_try_at", "reason", "reference", "sent_at")

SENDERS: dict[int, Callable[[], Channel]] = {
    CHANNELS[CONSOLE]: LogChannel,
    CHANNELS[MAIL]: MailChannel,
    CHANNELS[WECHAT]: WechatChannel,
    CHANNELS[SMS]: SmsChannel,
}


class Result(NamedTuple):
    """What became of one try."""

    delivery: Delivery
    reference: str = ""
    error: ChannelError | None = None


def send_messages(clock: Callable[[], datetime], goes_on: Callable[[], bool] = lambda: True) -> int:
    """Send what is due, some at a time; return how many were handed over. Two at once share the work."""
    sent = 0
    while goes_on():
        claimed = claim(clock())
        if not claimed:
            return sent
        results = hand_over(claimed, clock())
        sent += write_results(results, clock())
    return sent


def claim(now: datetime) -> list[Delivery]:
    """The next deliveries that are due, each counted as tried; others leave them alone for the lease."""
    with transaction.atomic():
        due = Delivery.objects.filter(state=State.WAITING, next_try_at__lte=now)
        rows = list(due.select_for_update(skip_locked=True).order_by("next_try_at", "id")[:AT_ONCE])
        for row in rows:
            row.tries += 1
            row.next_try_at = now + LEASE
        Delivery.objects.bulk_update(rows, ["tries", "next_try_at"])
    return rows


def hand_over(deliveries: Sequence[Delivery], now: datetime) -> list[Result]:
    """Ask the providers, several at a time. The database is not touched meanwhile."""
    parcels = parcels_of(deliveries)
    senders = {number: SENDERS[number]() for number in {delivery.channel for delivery in deliveries}}

    def one(delivery: Delivery) -> Result:
        parcel = parcels.get(delivery.pk)
        if parcel is None:
            return Result(delivery, error=ChannelError("no_address", is_final=True))
        try:
            return Result(delivery, senders[delivery.channel].send(parcel))
        except ChannelError as error:
            return Result(delivery, error=error)
        except Exception as error:
            log.exception("a channel failed", delivery=delivery.pk)
            return Result(delivery, error=ChannelError(type(error).__name__))

    with ThreadPoolExecutor(THREADS, thread_name_prefix="messages") as pool:
        return list(pool.map(one, deliveries))


def parcels_of(deliveries: Sequence[Delivery]) -> dict[int, Parcel]:
    """What is to be sent, by delivery; none for a member who cannot be reached."""
    messages = Message.objects.in_bulk([delivery.message_id for delivery in deliveries])
    members = Member.objects.in_bulk({delivery.member_id for delivery in deliveries})
    addresses = {
        (row.member_id, row.channel): row.address
        for row in Address.objects.filter(member_id__in=members, confirmed_at__isnull=False)
    }
    found: dict[int, Parcel] = {}
    languages: tuple[Language, Language] = ("zh", "en")
    for language in languages:
        ours = [
            (delivery, messages[delivery.message_id], members[delivery.member_id])
            for delivery in deliveries
            if delivery.message_id in messages
            and delivery.member_id in members
            and members[delivery.member_id].language.startswith("zh") == (language == "zh")
        ]
        if not ours:
            continue
        lookups = look_up([message for _, message, _ in ours], language)
        for delivery, message, member in ours:
            address = addresses.get((member.pk, delivery.channel))
            if delivery.channel in (CHANNELS[SMS], CHANNELS[CONSOLE]):
                address = member.phone
            if address:
                text = show(message, language, lookups)
                places = filled(message, language, lookups)
                found[delivery.pk] = parcel(delivery, member, address, text, places)
    return found


def parcel(delivery: Delivery, member: Member, address: str, text: Shown, places: dict[str, str]) -> Parcel:
    """One message for one channel. WeChat opens pages of its mini program, not of the web."""
    is_wechat = delivery.channel == CHANNELS[WECHAT]
    link = text.page.lstrip("/") if is_wechat else urljoin(environment().base_url, text.page)
    return Parcel(
        key=f"pinwheel-{delivery.pk}",
        kind=BY_NUMBER[delivery.kind].name,
        address=address,
        language=member.language,
        title=text.title,
        body=text.body,
        link=link,
        places=places,
    )


def write_results(results: Sequence[Result], now: datetime) -> int:
    """Write what the providers said; return how many took their parcel."""
    rows = [after(result, now) for result in results]
    with transaction.atomic():
        for row in sorted(rows, key=lambda row: row.pk):
            # Only the try that was claimed: one that outlived its lease does not undo what another wrote.
            tried = Delivery.objects.filter(pk=row.pk, state=State.WAITING, tries=row.tries)
            tried.update(**{name: getattr(row, name) for name in WRITTEN})
    return sum(row.state == State.SENT for row in rows)


def after(result: Result, now: datetime) -> Delivery:
    """The delivery after a try: sent, to be tried again, or given up."""
    row, error = result.delivery, result.error
    if error is None:
        row.state, row.sent_at, row.reference, row.reason = State.SENT, now, result.reference[:80], ""
    elif error.reason in ("no_address", "member_refused"):
        row.state, row.reason = State.SKIPPED, error.reason
    elif error.is_final or row.tries >= MOST_TRIES:
        row.state, row.reason = State.FAILED, error.reason
        log.warning("a message could not be sent", delivery=row.pk, reason=error.reason)
    else:
        wait = max(error.wait, BACKOFF[row.tries - 1])
        row.next_try_at, row.reason = now + timedelta(seconds=wait), error.reason
    return row
