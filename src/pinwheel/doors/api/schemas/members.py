"""Members, their balances and their statements."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from pinwheel.doors.api.schemas.common import Amount, Body, Document, MemberId, Moment, amount, public_id
from pinwheel.ledger.models import Wallet
from pinwheel.market.ids import MEMBER, to_text
from pinwheel.market.members.models import Member
from pinwheel.rules.assets import ASSETS

Language = Literal["zh-hans", "en"]
AboutKind = Literal["order", "adjustment", "run", "move", "exchange"]
NOTHING: JsonValue = {"type": "null"}
InvitationCode = Annotated[
    str,
    Field(
        description="A member's invitation code, in capital or small letters",
        pattern="^[0-9A-Za-z]{8}$",
        examples=["7K2M9QXZ"],
    ),
]


class MemberBody(Body):
    """A member to be registered; at most one of sponsor and invitation_code says who brought them."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"properties": {"sponsor": NOTHING}}, {"properties": {"invitation_code": NOTHING}}]
        }
    )

    phone: Annotated[
        str,
        Field(
            description="Phone number; E.164, or without a country code a Chinese one",
            min_length=5,
            max_length=30,
            pattern=r"^[0-9+() .\-]+$",
            examples=["+8613800138000"],
        ),
    ]
    nickname: Annotated[
        str, Field(description="Name that other members see", min_length=1, max_length=40, examples=["小王"])
    ]
    adult_confirmed: Annotated[
        bool, Field(description="The member has confirmed to be 18 or older; false is refused")
    ]
    language: Annotated[Language, Field(description="The language of messages to the member")] = "zh-hans"
    sponsor: MemberId | None = Field(default=None, description="Who brought the member, by id")
    invitation_code: InvitationCode | None = Field(
        default=None, description="Who brought the member, by their invitation code"
    )

    @model_validator(mode="after")
    def at_most_one(self) -> "MemberBody":
        if self.sponsor is not None and self.invitation_code is not None:
            raise PydanticCustomError("sponsor_or_invitation_code", "at most one")
        return self


class MemberOut(Document):
    """A member."""

    id: MemberId
    phone: str = Field(description="Phone number in E.164", examples=["+8613800138000"])
    nickname: str = Field(description="Name that other members see")
    language: str = Field(description="The language of messages to the member")
    is_frozen: bool = Field(description="A frozen member cannot join")
    sponsor: MemberId | None = Field(default=None, description="Who brought the member; null: nobody did")
    created_at: Moment


class BalancesOut(Document):
    """A member's balances. An amount held for a group that is not settled is not part of them."""

    member: MemberId
    cash: Amount
    shopping_credit: Amount
    dividend_points: Amount
    consumer_points: Amount
    shopping_coins: Amount
    appreciation_points: Amount


class StatementLineOut(Document):
    """One transfer that changed a balance."""

    at: Moment
    asset: str = Field(description="Which balance, by its name in code", examples=["cash"])
    amount: Amount = Field(description="What was added; negative: taken")
    reason: str = Field(description="Why, as a stable code", examples=["refund"])
    about_kind: AboutKind | None = Field(
        description="What it is about: an order (after a downline's join: theirs), an operator's"
        " `adjustment`, the `run` of a business day, a `move` of points, an `exchange`; null: nothing"
    )
    about: str | None = Field(
        description="Its id: the order's, or the number under which dividends (`run`), moves and exchanges"
        " are listed",
        examples=["O02M4TT6QN8R3F"],
    )
    batch: int = Field(description="The ledger's batch that the transfer stands in")
    line: int = Field(description="Its line in the batch, from 0")


def member_out(member: Member) -> MemberOut:
    return MemberOut(
        id=to_text(MEMBER, member.pk),
        phone=member.phone,
        nickname=member.nickname,
        language=member.language,
        is_frozen=member.is_frozen,
        sponsor=public_id(MEMBER, member.sponsor_id or 0),
        created_at=member.created_at,
    )


def balances_out(wallet: Wallet) -> BalancesOut:
    return BalancesOut(
        member=to_text(MEMBER, wallet.member_id),
        **{asset: amount(getattr(wallet, asset)) for asset in ASSETS},
    )
