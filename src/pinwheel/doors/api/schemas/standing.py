"""Where a member stands: sponsor, invitation, counters of wins, promoter days."""

from datetime import date

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from pinwheel.doors.api.schemas.common import Body, Document, MemberId, Moment, PlanName
from pinwheel.doors.api.schemas.members import InvitationCode

TEXT: JsonValue = {"type": "string"}


class SponsorBody(Body):
    """Who brought the member: by id or by invitation code, one of the two."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["sponsor"], "properties": {"sponsor": TEXT, "code": {"type": "null"}}},
                {"required": ["code"], "properties": {"code": TEXT, "sponsor": {"type": "null"}}},
            ]
        }
    )

    sponsor: MemberId | None = Field(default=None, description="The sponsor's id")
    code: InvitationCode | None = Field(default=None, description="The sponsor's invitation code")

    @model_validator(mode="after")
    def one_of_both(self) -> "SponsorBody":
        if (self.sponsor is None) == (self.code is None):
            raise PydanticCustomError("sponsor_or_code", "either sponsor or code")
        return self


class SponsorOut(Document):
    """Who brought a member."""

    member: MemberId
    sponsor: MemberId | None = Field(description="Who brought the member; null: nobody did")
    bound_at: Moment | None = Field(description="When that was bound; null: nobody is")


class InvitationOut(Document):
    """A member's invitation."""

    member: MemberId
    code: str = Field(description="The code for links and posters", examples=["7K2M9QXZ"])
    link: str = Field(description="The shop's address that binds who registers there")


class StandingOut(Document):
    """A member's counters under a plan, as its seat rules read them."""

    member: MemberId
    plan: PlanName
    sit_out: int = Field(description="Settled joins that cannot win, still to come")
    wins_in_a_row: int = Field(description="Wins in a row since the last privilege")
    wins_in_total: int = Field(description="Wins in total")
    window_joins: int = Field(description="Settled joins of the present window")
    window_wins: int = Field(description="How many of them won")
    promoter_until: date | None = Field(
        description="The last day as a promoter, past or to come; null: never was one"
    )
    sentences: list[str] = Field(description="What the counters mean, in the caller's language")


class AssetOut(Document):
    """An asset under the name that members read."""

    asset: str = Field(description="Its name in code", examples=["shopping_credit"])
    zh: str = Field(description="Its name in Chinese")
    en: str = Field(description="Its name in English")


class AssetsOut(Document):
    """All assets."""

    assets: list[AssetOut] = Field(description="In their order")
