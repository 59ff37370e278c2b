"""The sections of a plan, one frozen record each. Numbers are integers: fen, ppm, seconds, minutes, seats.

Source: plans page; modes page, sections 1 to 3. `later` names the keys that are known but not built yet.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, model_validator

from pinwheel.plan import amounts, values
from pinwheel.plan.base import Part
from pinwheel.plan.coupons import KIND_ALLOWED, CouponGiven
from pinwheel.plan.promises import Amount, read_amount
from pinwheel.plan.seat_rules import SeatRule, SeatRuleName
from pinwheel.plan.titles import Title
from pinwheel.plan.values import is_written, one_of, refused
from pinwheel.rules.assets import ASSETS

GOODS, RELEASE, DIVIDEND_SHARE, COUPON = "goods", "release_credit", "daily_dividend_share", "coupon"
GIVES = (GOODS, RELEASE, *ASSETS, DIVIDEND_SHARE, COUPON)
GOODS_ALLOWED = (
    "ordered, {choose_from: 10, or_voucher: 100%, choose_within: 7d}, or {extra: CUP-RED, cost: 5.00, "
    "title: …}",
    "ordered（所购商品）、{choose_from: 10, or_voucher: 100%, choose_within: 7d}，或 "
    "{extra: CUP-RED, cost: 5.00, title: …}",
)
SIZE_ALLOWED = (
    "left out where there are tiers: the last tier says it",
    "有 tiers 时不写：由最后一档决定",
)


class About(Part):
    """A description for people, in both languages."""

    zh: values.LongText
    en: values.LongText


class Offer(Part):
    """What is sold unless the activity says otherwise. Price and cost in fen, fee in ppm of the payment."""

    price: values.Price
    goods_cost: values.Fen = 0
    payment_fee: values.Fee = 0


class Choice(Part):
    """Goods that the holder chooses.

    Attributes:
        choose_from: products on the list, at the most.
        or_voucher: ppm of the price paid that a voucher is worth, if one may be chosen instead.
        choose_within: seconds from settlement; after them it is the product ordered.
    """

    choose_from: Annotated[int, values.whole(1, 10)]
    or_voucher: values.Rate | None = None
    choose_within: values.Seconds = 7 * 86_400


class Extra(Part):
    """A second article, one piece for each seat (买一送一).

    Attributes:
        extra: the code of its variant (SKU) in the catalogue.
        cost: fen that a piece costs; the plan does not know the catalogue, and solvency needs it.
        title: what members read.
    """

    extra: values.SkuCode
    cost: values.Fen
    title: Title


class Give(Part):
    """One reward.

    Attributes:
        what: an asset, `release_credit`, `daily_dividend_share` (a weight), `goods` or `coupon` (no amount).
        choice: of goods, where the holder chooses them; None: the product ordered.
        coupon: which one is given; None: none is.
        extra: of goods, a second article; None: it is the product ordered, or one chosen.
    """

    added: ClassVar[tuple[str, ...]] = ("choice", "coupon", "extra")

    what: Annotated[str, one_of(*GIVES)]
    amount: Amount = Amount()
    choice: Choice | None = None
    coupon: CouponGiven | None = None
    extra: Extra | None = None

    @model_validator(mode="before")
    @classmethod
    def read_written(cls, data: object, info: ValidationInfo) -> object:
        """`{cash: 5%}` or `{goods: ordered}`: one key says what, its value says how much."""
        if not is_written(info):
            return data
        if not isinstance(data, dict) or len(data) != 1:
            raise refused(
                f"one key with its value, as {{cash: 5%}}; keys: {', '.join(GIVES)}",
                f"一个键和它的值，例如 {{cash: 5%}}；可用的键：{', '.join(GIVES)}",
            )
        [(what, value)] = data.items()
        if what not in GIVES:
            raise refused(
                f"one of these keys: {', '.join(GIVES)}", f"以下键之一：{', '.join(GIVES)}", found=what
            )
        if what == GOODS:
            return {"what": what, **_goods(value)}
        if what == COUPON:
            return {"what": what, "coupon": coupon_written(value)}
        amount = read_amount(value, at=str(what))
        if what == DIVIDEND_SHARE and "ppm" not in amount:
            raise refused(*amounts.RATE_ALLOWED, at=DIVIDEND_SHARE, found=value)
        return {"what": what, "amount": amount}


def coupon_written(value: object) -> object:
    """What stands under `coupon`. Raises: PydanticCustomError where nothing does."""
    if value is None:
        raise refused(*KIND_ALLOWED, at=COUPON, found=value)
    return value


def _goods(value: object) -> dict[str, object]:
    if value == "ordered":
        return {}
    if isinstance(value, dict) and "choose_from" in value:
        return {"choice": value}
    if isinstance(value, dict) and "extra" in value:
        return {"extra": value}
    raise refused(*GOODS_ALLOWED, at=GOODS, found=value)


Gives = Annotated[tuple[Give, ...], Field(max_length=20)]


class Leader(Part):
    """Who opened a group: whether that seat may win, and what the leader of a filled group gets."""

    may_win: values.Truth = True
    gives: Gives = ()


class Tier(Part):
    """A step of a ladder: from so many seats on, everybody pays this price (fen)."""

    size: values.Seats
    price: values.Price


class Group(Part):
    """Life of a group. `fill_within` in seconds from its opening.

    Attributes:
        tiers: of a ladder, sizes rising and prices falling; `size` is then the last one's. None: no ladder.
    """

    added: ClassVar[tuple[str, ...]] = ("tiers",)

    size: values.Seats
    tiers: Annotated[tuple[Tier, ...], Field(max_length=20)] | None = None
    seating: Annotated[Literal["queue", "leader", "either"], one_of("queue", "leader", "either")] = "queue"
    fill_within: values.Seconds = 86_400
    late_payment: Annotated[Literal["refund", "next_group"], one_of("refund", "next_group")] = "refund"
    leader: Leader = Leader()

    @model_validator(mode="before")
    @classmethod
    def take_size_from_tiers(cls, data: object, info: ValidationInfo) -> object:
        """A ladder is as large as its last tier; a wrong tier is refused as such."""
        if not is_written(info) or not isinstance(data, dict) or data.get("tiers") is None:
            return data
        if data.get("size") is not None:
            raise refused(*SIZE_ALLOWED, at="size", found=data["size"])
        tiers = data["tiers"]
        sizes = (
            [tier.get("size") for tier in tiers if isinstance(tier, dict)] if isinstance(tiers, list) else []
        )
        return {**data, "size": sizes[-1] if sizes and values.is_whole(sizes[-1]) else 1}


class Limits(Part):
    """Per member; None is no limit."""

    joins_per_day: values.Times | None = None
    joins_total: values.Times | None = None
    seats_per_group: values.Seats = 1
    open_groups: values.Times = 1


class Span(Part):
    """A time of day, in minutes from midnight; the end is excluded."""

    start: values.Minute
    end: values.Minute

    @model_validator(mode="before")
    @classmethod
    def read_written(cls, data: object, info: ValidationInfo) -> object:
        if not is_written(info):
            return data
        try:
            start, end = amounts.parse_hours(data)
        except amounts.Unreadable as error:
            raise refused(error.allowed_en, error.allowed_zh) from None
        return {"start": start, "end": end}


class Draw(Part):
    """How the seats that win are found. `seat_rules` stand in the order of the modes page.

    `when` is `on_fill`: each group as soon as it is full; or `on_close`: once, when the activity ends, among
    the seats of all filled groups, and then the counts of the classes are of the whole activity.

    `public_value`: what goes into the draw from outside, after the list is frozen: nothing, the next round of
    the drand beacon, or the number of `public_event`. `public_value_within` in seconds from the freeze; after
    them everybody is refunded; None: see `model.value_within`.
    """

    added: ClassVar[tuple[str, ...]] = ("public_value_within", "public_event")

    when: Annotated[Literal["on_fill", "on_close"], one_of("on_fill", "on_close")] = "on_fill"
    public_value: Annotated[
        Literal["none", "drand", "public_number"], one_of("none", "drand", "public_number")
    ] = "none"
    public_value_within: values.Seconds | None = None
    public_event: Title | None = None
    seat_rules: tuple[SeatRule, ...] = ()
    conflict: Annotated[Literal["dissolve", "draw_anyway"], one_of("dissolve", "draw_anyway")] = "dissolve"

    def rule(self, name: SeatRuleName) -> SeatRule | None:
        """The seat rule of that name, if it is in force."""
        return next((rule for rule in self.seat_rules if rule.name == name), None)


class Outcome(Part):
    """One outcome class: how many seats, what becomes of their payment, what they get."""

    name: values.ClassName
    title: Title
    count: values.Count
    payment: Annotated[Literal["keep", "refund"], one_of("keep", "refund")]
    gives: Gives = ()

    @model_validator(mode="before")
    @classmethod
    def take_title_from_name(cls, data: object) -> object:
        return titled(data, "name")


def titled(data: object, key: str) -> object:
    """Where the title is left out, the name serves in both languages (a wrong name is refused as such)."""
    if not isinstance(data, dict) or data.get("title") is not None:
        return data
    name = data.get(key)
    text = name if isinstance(name, str) and name.isprintable() and 0 < len(name.strip()) <= 60 else "-"
    return {**data, "title": {"zh": text, "en": text}}
