"""The sections of a plan, one frozen record each. Numbers are integers: fen, ppm, seconds, minutes, seats.

Source: plans page; modes page, sections 1 to 3. `later` names the keys that are known but not built yet.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from pinwheel.plan import amounts, values
from pinwheel.plan.values import is_written, later, one_of, refused
from pinwheel.rules.assets import ASSETS

SeatRule = Literal["first_join_of_day_in_front", "newcomer_in_front"]
SEAT_RULES: tuple[SeatRule, ...] = ("first_join_of_day_in_front", "newcomer_in_front")
SEAT_RULES_LATER = ("after_wins_in_a_row", "after_wins_in_total", "at_most")

GOODS, RELEASE = "goods", "release_credit"
GIVES = (GOODS, RELEASE, *ASSETS)
GIVES_LATER = ("coupon", "daily_dividend_share")


class Part(BaseModel):
    """A section: frozen, no unknown keys; a known key with null counts as left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    later: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def leave_out_null(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        known = {*cls.model_fields, *cls.later}
        return {key: value for key, value in data.items() if value is not None or key not in known}


class Amount(Part):
    """An amount (`fixed`, hundredths) or a rate of the price paid (`ppm`); one of the two is 0."""

    fixed: Annotated[int, values.whole(0, values.MOST_FEN)] = 0
    ppm: Annotated[int, values.whole(0, values.MOST_PPM)] = 0

    @model_validator(mode="after")
    def is_one_of_both(self) -> "Amount":
        if self.fixed and self.ppm:
            raise refused("a fixed amount or a rate, not both", "固定金额或比例，二者选一")
        return self


class Title(Part):
    """A short name for people, in both languages."""

    zh: values.ShortText
    en: values.ShortText


class About(Part):
    """A description for people, in both languages."""

    zh: values.LongText
    en: values.LongText


class Offer(Part):
    """What is sold unless the activity says otherwise. Price and cost in fen, fee in ppm of the payment."""

    price: values.Price
    goods_cost: values.Fen = 0
    payment_fee: values.Fee = 0


class Give(Part):
    """One reward: `what` is an asset, `release_credit`, or `goods` (the product ordered; no amount)."""

    what: Annotated[str, one_of(*GIVES)]
    amount: Amount = Amount()

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
        if what in GIVES_LATER:
            raise later(str(what), found=value)
        if what not in GIVES:
            raise refused(
                f"one of these keys: {', '.join(GIVES)}", f"以下键之一：{', '.join(GIVES)}", found=what
            )
        return {"what": what, "amount": _goods(value) if what == GOODS else _amount(what, value)}


def _goods(value: object) -> dict[str, int]:
    if value == "ordered":
        return {}
    if isinstance(value, dict) and value and set(value) <= {"choose_from", "or_voucher", "extra"}:
        raise later(GOODS, found=value)
    raise refused("ordered", "ordered（所购商品）", at=GOODS, found=value)


def _amount(what: str, value: object) -> dict[str, int]:
    is_rate = isinstance(value, str) and value.endswith(("%", "‱"))
    parse, most = (
        (amounts.parse_rate, values.MOST_PPM) if is_rate else (amounts.parse_amount, values.MOST_FEN)
    )
    try:
        number = parse(value)
    except amounts.Unreadable:
        raise refused(*amounts.VALUE_ALLOWED, at=what, found=value) from None
    if number > most:
        text = f"{amounts.format_amount(values.MOST_FEN)} / {amounts.format_rate(values.MOST_PPM)}"
        raise refused(f"at most {text}", f"最多 {text}", at=what, found=value)
    return {"ppm" if is_rate else "fixed": number}


Gives = Annotated[tuple[Give, ...], Field(max_length=20)]


class Leader(Part):
    """Who opened a group: whether that seat may win, and what the leader of a filled group gets."""

    may_win: values.Truth = True
    gives: Gives = ()


class Group(Part):
    """Life of a group. `fill_within` in seconds from its opening."""

    later: ClassVar[tuple[str, ...]] = ("tiers",)

    size: values.Seats
    seating: Annotated[Literal["queue", "leader", "either"], one_of("queue", "leader", "either")] = "queue"
    fill_within: values.Seconds = 86_400
    late_payment: Annotated[Literal["refund", "next_group"], one_of("refund", "next_group")] = "refund"
    leader: Leader = Leader()


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


def _seat_rule(value: object) -> object:
    name = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else value
    if name in SEAT_RULES_LATER:
        raise later(str(name) if isinstance(value, dict) else "")
    if value in SEAT_RULES:
        return value
    raise refused(" or ".join(SEAT_RULES), " 或 ".join(SEAT_RULES))


class Draw(Part):
    """How the seats that win are found. `seat_rules` stand in the order of the modes page."""

    when: Annotated[Literal["on_fill"], one_of("on_fill", not_yet=("on_close",))] = "on_fill"
    public_value: Annotated[Literal["none"], one_of("none", not_yet=("drand", "public_number"))] = "none"
    seat_rules: tuple[Annotated[SeatRule, BeforeValidator(_seat_rule)], ...] = ()
    conflict: Annotated[Literal["dissolve", "draw_anyway"], one_of("dissolve", "draw_anyway")] = "dissolve"


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
