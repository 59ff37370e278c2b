"""What the documents of the API are made of: public ids, amounts, pages, problems."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from pinwheel.market import ids
from pinwheel.plan.amounts import format_amount

Item = TypeVar("Item")
ID_EXAMPLE = "02M4TT6QN8R3F"


def id_field(kind: str, what: str) -> Any:
    """The description of a public id in a document or a body."""
    return Field(
        description=f"{what}: `{kind}` and 13 letters and digits",
        pattern=f"^{kind}[0-7][0-9A-HJKMNP-TV-Z]{{12}}$",
        examples=[kind + ID_EXAMPLE],
    )


MemberId = Annotated[str, id_field(ids.MEMBER, "Member")]
ActivityId = Annotated[str, id_field(ids.ACTIVITY, "Activity")]
GroupId = Annotated[str, id_field(ids.GROUP, "Group")]
OrderId = Annotated[str, id_field(ids.ORDER, "Order")]
ProductId = Annotated[str, id_field(ids.PRODUCT, "Product")]
SkuId = Annotated[
    str, Field(description="A variant's number", pattern="^[1-9][0-9]{0,17}$", examples=["91234567890123"])
]
CouponId = Annotated[
    str, Field(description="A coupon's number", pattern="^[1-9][0-9]{0,17}$", examples=["91234567890123"])
]
PlanVersionId = Annotated[str, id_field(ids.PLAN, "Plan version")]
Hash = Annotated[str, Field(description="SHA-256, hexadecimal", pattern="^[0-9a-f]{64}$")]
Amount = Annotated[
    str,
    Field(
        description="An amount in yuan (of points: in points), always with two decimals",
        pattern=r"^-?[0-9]+\.[0-9]{2}$",
        examples=["99.00"],
    ),
]
PlanName = Annotated[
    str,
    Field(
        description="A plan's id, over all its versions",
        pattern="^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        examples=["national-group-buy"],
    ),
]
Moment = Annotated[datetime, Field(description="A moment with its offset, RFC 3339")]


class Document(BaseModel):
    """A JSON document that the API sends. Plain pydantic: Ninja's own class costs many times as much."""


class Body(BaseModel):
    """A JSON body: exact types, and no field that is not named."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(Document, Generic[Item]):
    """One page of a list, newest first."""

    items: list[Item] = Field(description="The items of this page")
    next_cursor: str | None = Field(
        description="Send it as `cursor` to get the next page; null on the last page"
    )


class BothLanguages(Document):
    """A text in both languages."""

    zh: str = Field(description="Chinese")
    en: str = Field(description="English")


class WrongField(Document):
    """One thing that is wrong in a request."""

    place: str = Field(description="`body`, `query`, `path` or `header`")
    name: str = Field(description="The parameter's name; in a body a JSON pointer (RFC 6901)")
    code: str = Field(description="What is wrong, as a stable code")
    detail: str = Field(description="What is allowed, in the caller's language")


class ProblemOut(Document):
    """An error: a problem document (RFC 9457), `application/problem+json`."""

    type: str = Field(description="Where the code is explained", examples=["/problems/insufficient_balance"])
    title: str = Field(description="The kind of error, in the caller's language")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What was wrong and what is allowed, in the caller's language")
    code: str = Field(description="A stable code to program against", examples=["insufficient_balance"])
    instance: str = Field(description="This occurrence; it carries the request's X-Request-ID")
    errors: list[WrongField] = Field(default=[], description="Each wrong field, where fields are wrong")
    details: dict[str, Any] = Field(
        default={}, description="What the sentence names: limits, amounts, moments", examples=[{"limit": 3}]
    )
    next_possible_at: datetime | None = Field(
        default=None, description="When the same request is possible next, where that is known"
    )


def public_id(kind: str, number: int) -> str | None:
    """The public text of an id; None for 0, which means none."""
    return ids.to_text(kind, number) if number else None


def amount(hundredths: int) -> str:
    return format_amount(hundredths)
