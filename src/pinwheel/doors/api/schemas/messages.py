"""A member's messages, and where the member is reached."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from pinwheel.doors.api.schemas.common import Amount, Body, BothLanguages, Document, MemberId, Moment, amount
from pinwheel.market.ids import MEMBER, to_text
from pinwheel.market.messages.kinds import BY_NUMBER
from pinwheel.market.messages.models import Message
from pinwheel.market.messages.render import Shown

MessageId = Annotated[
    str, Field(description="The message's number", pattern="^[0-9]{1,19}$", examples=["91234567890123"])
]


class MessageOut(Document):
    """One message in a member's inbox."""

    id: MessageId
    member: MemberId
    kind: str = Field(description="What it tells, as a stable name; more may come", examples=["won"])
    about: str = Field(description="The number of what it is about; of an order its public id")
    amount: Amount = Field(description="The amount that it names; 0.00: none")
    title: BothLanguages = Field(description="What it says in short")
    body: BothLanguages = Field(description="What it says")
    page: str = Field(description="Where it leads in the shop", examples=["/orders/O02M4TT6QN8R3F"])
    created_at: Moment
    read_at: Moment | None = Field(description="When the member read it")


class ReadBody(Body):
    """Which messages the member has read: some, or all."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": ["messages"],
                    "properties": {"messages": {"type": "array"}, "all": {"const": False}},
                },
                {
                    "required": ["all"],
                    "properties": {"all": {"const": True}, "messages": {"type": "null"}},
                },
            ]
        }
    )

    messages: Annotated[list[MessageId], Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Numbers of messages; those of other members are left alone"
    )
    all: bool = Field(default=False, description="Every message of the member")

    @model_validator(mode="after")
    def one_of_both(self) -> "ReadBody":
        if (self.messages is None) != self.all:
            raise PydanticCustomError("messages_or_all", "either messages or all")
        return self


class ReadOut(Document):
    """What is left unread."""

    read: int = Field(description="How many were unread until now")
    unread: int = Field(description="How many still are, counted up to 100")


class ChannelBody(Body):
    """Where a member is reached by a channel. You vouch for it: no confirmation is sent."""

    channel: Literal["email", "wechat"] = Field(description="`wechat`: an openid of the mini program")
    address: Annotated[
        str,
        Field(description="Empty: forget it", max_length=254, pattern="^[!-~]*$", examples=["a@example.com"]),
    ]


class ChannelOut(Document):
    """Where a member is reached by a channel."""

    member: MemberId
    channel: str = Field(description="`email` or `wechat`")
    address: str = Field(description="The address; empty: forgotten")


def message_out(message: Message, chinese: Shown, english: Shown) -> MessageOut:
    kind = BY_NUMBER[message.kind]
    is_of_order = "{order}" in kind.page
    return MessageOut(
        id=str(message.pk),
        member=to_text(MEMBER, message.member_id),
        kind=kind.name,
        about=chinese.page.rsplit("/", 1)[1] if is_of_order else str(message.about),
        amount=amount(message.amount),
        title=BothLanguages(zh=chinese.title, en=english.title),
        body=BothLanguages(zh=chinese.body, en=english.body),
        page=chinese.page,
        created_at=message.created_at,
        read_at=message.read_at,
    )
