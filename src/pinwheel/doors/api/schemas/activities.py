"""Activities: what is on sale, by which rules, with which odds."""

from typing import Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import (
    ActivityId,
    Amount,
    BothLanguages,
    Document,
    GroupId,
    Hash,
    Moment,
    PlanVersionId,
    ProductId,
    SkuId,
)

ActivityState = Literal["scheduled", "running", "ended"]


class ActivityOut(Document):
    """An activity in a list."""

    id: ActivityId
    title: BothLanguages = Field(description="What it is called")
    state: ActivityState = Field(description="Where it stands")
    price: Amount
    takes_coupons: bool = Field(description="Whether a join can use a coupon")
    starts_at: Moment
    ends_at: Moment | None = Field(description="When it ends; null: not fixed")


class PlanOut(Document):
    """The plan version that an activity sells. It never changes."""

    id: PlanVersionId
    name: str = Field(description="The plan's id", examples=["national-group-buy"])
    version: int = Field(description="Its version, from 1")
    hash: Hash
    seating: Literal["queue", "leader", "either"] = Field(
        description="Public queue, leaders' groups, or both"
    )
    size: int = Field(description="Seats of a group")


class OfferOut(Document):
    """A product of an activity."""

    product: ProductId
    code: str = Field(description="The product's code in the catalogue")
    name: BothLanguages = Field(description="What it is called")
    sku: SkuId | None = Field(description="The variant; null: the product has none")
    options: BothLanguages | None = Field(description="What tells the variant from the others")
    left: int | None = Field(description="How many joins it may still take; null: no limit")


class SectionOut(Document):
    """One section of the plan in plain words."""

    heading: str = Field(description="Its heading")
    sentences: list[str] = Field(description="Its sentences")


class OddsOut(Document):
    """`seats` of `size` seats fall to the outcome class."""

    outcome: str = Field(description="The outcome class by its name in the plan")
    title: BothLanguages = Field(description="The class as members read it")
    seats: int = Field(description="Seats of the class")
    size: int = Field(
        description="Seats of the group; 0 where the seats are of the whole activity, drawn when it ends"
    )


class CommitOut(Document):
    """A draw that will be made, and the hash of its secret seed, published before any seat was sold."""

    draw: str = Field(description="The draw's id", examples=["D-A02M4TT6QN8R3F-000001"])
    group: GroupId
    commit: Hash
    taken: int = Field(description="Seats taken of the draw's group")


class ActivityDetailOut(ActivityOut):
    """An activity with its rules in plain words (in the language asked for), odds and next draws."""

    plan: PlanOut = Field(description="The plan version that is sold")
    offers: list[OfferOut] = Field(description="The products, in the order shown")
    headline: str = Field(description="The plan in one line")
    explanation: list[SectionOut] = Field(description="Every rule in force, in plain words")
    odds: list[OddsOut] = Field(description="Seats of each outcome class; empty where nothing is drawn")
    next_draws: list[CommitOut] = Field(description="The draws of the next groups of the public queue")
