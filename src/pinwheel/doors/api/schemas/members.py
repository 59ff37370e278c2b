"""Members, their balances and their statements."""

from typing import Annotated, Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import Amount, Body, Document, MemberId, Moment, amount
from pinwheel.ledger.models import Wallet
from pinwheel.market.ids import MEMBER, to_text
from pinwheel.market.members.models import Member
from pinwheel.rules.assets import ASSETS

Language = Literal["zh-hans", "en"]


class MemberBody(Body):
    """A member to be registered."""

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


class MemberOut(Document):
    """A member."""

    id: MemberId
    phone: str = Field(description="Phone number in E.164", examples=["+8613800138000"])
    nickname: str = Field(description="Name that other members see")
    language: str = Field(description="The language of messages to the member")
    is_frozen: bool = Field(description="A frozen member cannot join")
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
    about: str | None = Field(description="The order that it is about, where it is about one")
    batch: int = Field(description="The ledger's batch that the transfer stands in")
    line: int = Field(description="Its line in the batch, from 0")


def member_out(member: Member) -> MemberOut:
    return MemberOut(
        id=to_text(MEMBER, member.pk),
        phone=member.phone,
        nickname=member.nickname,
        language=member.language,
        is_frozen=member.is_frozen,
        created_at=member.created_at,
    )


def balances_out(wallet: Wallet) -> BalancesOut:
    return BalancesOut(
        member=to_text(MEMBER, wallet.member_id),
        **{asset: amount(getattr(wallet, asset)) for asset in ASSETS},
    )
