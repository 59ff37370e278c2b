"""A member's messages: listed, marked as read; and where the member is reached."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_number
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    MemberPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.routes.members import found_member
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.messages import (
    ChannelBody,
    ChannelOut,
    MessageOut,
    ReadBody,
    ReadOut,
    message_out,
)
from pinwheel.market.clock import current_time
from pinwheel.market.messages.models import Message
from pinwheel.market.messages.render import shown
from pinwheel.market.messages.services import mark_read, set_address, unread_count

router = Router(tags=["messages"])


class MessagesQuery(PageQuery):
    """Which messages."""

    unread: bool | None = Field(default=None, description="true: only those not read; false: only those read")


@router.get(
    "/members/{member}/messages",
    auth=BearerKey("messages:read", ("unread", *PAGE)),
    response=reads(Page[MessageOut]),
    operation_id="listMessages",
    summary="List a member's messages",
)
def list_messages(request: HttpRequest, member: MemberPath, query: Query[MessagesQuery]) -> Page[MessageOut]:
    """The member's inbox, newest first, in both languages."""
    rows = Message.objects.filter(member_id=found_member(member).pk)
    if query.unread is not None:
        rows = rows.filter(read_at__isnull=query.unread)
    messages, cursor = page_by_number(rows, "id", query)
    return Page[MessageOut](items=messages_out(messages), next_cursor=cursor)


def messages_out(messages: Sequence[Message]) -> list[MessageOut]:
    both = zip(messages, shown(messages, "zh"), shown(messages, "en"), strict=True)
    return [message_out(message, chinese, english) for message, chinese, english in both]


@router.post(
    "/members/{member}/messages/read",
    auth=BearerKey("messages:write", body=True, once=True),
    response=writes(200, ReadOut),
    operation_id="readMessages",
    summary="Mark messages as read",
)
def read_messages(
    request: HttpRequest, member: MemberPath, body: ReadBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    now = current_time()

    def read() -> ReadOut:
        found = found_member(member)
        ids = None if body.messages is None else [min(int(text), (1 << 63) - 1) for text in body.messages]
        count = mark_read(found.pk, now, ids)
        return ReadOut(read=count, unread=unread_count(found.pk))

    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", f"/members/{member}/messages/read", body),
        200,
        ReadOut,
        read,
        now,
    )
    return handled_response(200, handled)


@router.post(
    "/members/{member}/channels",
    auth=BearerKey("messages:write", body=True, once=True),
    response=writes(200, ChannelOut),
    operation_id="setChannel",
    summary="Say where a member is reached",
)
def post_channel(
    request: HttpRequest, member: MemberPath, body: ChannelBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """An e-mail address or a WeChat openid that you vouch for."""
    now = current_time()

    def keep() -> ChannelOut:
        set_address(found_member(member).pk, body.channel, body.address, now)
        return ChannelOut(member=member, channel=body.channel, address=body.address)

    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", f"/members/{member}/channels", body),
        200,
        ChannelOut,
        keep,
        now,
    )
    return handled_response(200, handled)
