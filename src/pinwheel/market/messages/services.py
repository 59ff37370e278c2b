"""What members and operators do with messages: read them, say what they want, word them, keep them silent."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.market.messages.channels.base import ChannelError
from pinwheel.market.messages.channels.mail import send_confirmation
from pinwheel.market.messages.kind import Kind
from pinwheel.market.messages.kinds import BY_NAME, CHANNELS, MAIL, WECHAT, goes_by_itself
from pinwheel.market.messages.models import Address, Delivery, Message, Silence, Wish, Wording
from pinwheel.market.messages.render import preview, refuse_text
from pinwheel.market.messages.write import can_go
from pinwheel.market.refusals import Refused
from pinwheel.plan.refusal import Language

MOST_COUNTED = 100  # unread messages; more are not counted
ASK_AGAIN_AFTER = timedelta(minutes=2)
LINK_LIFE = timedelta(days=1)
SALT = "pinwheel.messages.address"


def unread_count(member_id: int) -> int:
    """How many messages the member has not read, counted up to MOST_COUNTED."""
    unread = Message.objects.filter(member_id=member_id, read_at=None).values("pk")[:MOST_COUNTED]
    return len(unread)


def mark_read(member_id: int, now: datetime, ids: Iterable[int] | None = None) -> int:
    """Mark messages of the member as read, all of them without `ids`; return how many were unread."""
    unread = Message.objects.filter(member_id=member_id, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=now)


def offered_channels(kind: Kind) -> list[str]:
    """The channels by which this installation can send a kind, in their order."""
    return [name for name in CHANNELS if name in environment().message_channels and can_go(kind, name)]


def wishes(member_id: int) -> dict[tuple[int, int], bool]:
    """What the member said, by kind and channel."""
    said = Wish.objects.filter(member_id=member_id)
    return {(wish.kind, wish.channel): wish.is_on for wish in said}


def is_on(said: dict[tuple[int, int], bool], kind: Kind, channel: str) -> bool:
    """Whether a kind goes to a member by a channel."""
    return said.get((kind.number, CHANNELS[channel]), goes_by_itself(kind, channel))


def wish(member_id: int, choices: Sequence[tuple[Kind, str, bool]]) -> None:
    """Keep what the member wants, given as (kind, channel, on); what goes by itself is not kept."""
    with transaction.atomic():
        for kind, channel, on in choices:
            number = CHANNELS[channel]
            if on == goes_by_itself(kind, channel):
                Wish.objects.filter(member_id=member_id, kind=kind.number, channel=number).delete()
            else:
                Wish.objects.update_or_create(
                    member_id=member_id, kind=kind.number, channel=number, defaults={"is_on": on}
                )


def ask_address(member_id: int, text: str, language: str, now: datetime) -> None:
    """Keep an e-mail address and send a link that confirms it; nothing else goes there before.

    An empty text forgets the address. Raises: Refused invalid, too_many_tries, channel_failed.
    """
    address, number = text.strip(), CHANNELS[MAIL]
    if not address:
        Address.objects.filter(member_id=member_id, channel=number).delete()
        return
    try:
        validate_email(address)
    except ValidationError:
        what = ("请输入有效的邮箱地址。", "Please enter a valid e-mail address.")
        raise Refused("invalid", {"what": what}) from None
    with transaction.atomic():
        held = Address.objects.select_for_update().filter(member_id=member_id, channel=number).first()
        if held is not None and held.address == address and held.confirmed_at is not None:
            return
        if held is not None and now < held.asked_at + ASK_AGAIN_AFTER:
            raise Refused("too_many_tries", {"minutes": ASK_AGAIN_AFTER.seconds // 60})
        Address.objects.update_or_create(
            member_id=member_id,
            channel=number,
            defaults={"address": address, "asked_at": now, "confirmed_at": None},
        )
    try:
        send_confirmation(address, signing.dumps([member_id, address], salt=SALT), language)
    except ChannelError:
        raise Refused("channel_failed") from None


def confirm_address(token: str, now: datetime) -> bool:
    """Confirm the address that a link names; False if the link is too old or the address another by now."""
    try:
        member_id, address = signing.loads(token, salt=SALT, max_age=LINK_LIFE)
    except (signing.BadSignature, ValueError):
        return False
    held = Address.objects.filter(member_id=member_id, channel=CHANNELS[MAIL], address=address)
    return bool(held.update(confirmed_at=now))


def set_address(member_id: int, channel: str, address: str, now: datetime) -> None:
    """Keep an address that a mall vouches for; empty: forget it. Raises: Refused invalid."""
    if channel not in (MAIL, WECHAT):
        what = ("只能设置 email 或 wechat 的地址。", "Only an address for email or wechat can be set.")
        raise Refused("invalid", {"what": what})
    if not address:
        Address.objects.filter(member_id=member_id, channel=CHANNELS[channel]).delete()
        return
    Address.objects.update_or_create(
        member_id=member_id,
        channel=CHANNELS[channel],
        defaults={"address": address, "asked_at": now, "confirmed_at": now},
    )


def address_of(member_id: int, channel: str) -> Address | None:
    """Where the member is reached by a channel, confirmed or not."""
    return Address.objects.filter(member_id=member_id, channel=CHANNELS[channel]).first()


def keep_silent(kind: str, activity_id: int, is_silent: bool) -> None:
    """Tell members of a kind no more (activity 0: in general), or again."""
    number = BY_NAME[kind].number
    if is_silent:
        Silence.objects.get_or_create(kind=number, activity_id=activity_id)
    else:
        Silence.objects.filter(kind=number, activity_id=activity_id).delete()


def write_wording(
    kind: Kind, language: Language, title: str, body: str, operator: str, now: datetime
) -> Wording:
    """Give a kind another text from now on; empty: the shipped one. Raises: Refused invalid."""
    refuse_text(kind, title, body)
    preview(kind, language, title, body)
    return Wording.objects.create(
        kind=kind.number, language=language, title=title, body=body, written_at=now, written_by=operator
    )


def retry_delivery(delivery_id: int, now: datetime) -> bool:
    """Send a failed delivery once more; False if it is not failed."""
    failed = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.FAILED)
    waiting = Delivery.State.WAITING
    return bool(failed.update(state=waiting, tries=0, next_try_at=now, reason=""))
