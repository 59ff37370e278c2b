"""The sections of a plan that promise something beyond one group: credit, promoters, dividends, sponsors.

Source: plans page; modes page, sections 5 to 8. Rates in ppm, amounts and points in hundredths.
"""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, model_validator

from pinwheel.plan import amounts, values
from pinwheel.plan.base import Part
from pinwheel.plan.values import is_written, refused

LAST_OPEN_DAY = 27  # so that every month, the shortest too, has a day on which the pool is frozen


class Amount(Part):
    """An amount (`fixed`, hundredths) or a rate (`ppm`); one of the two is 0."""

    fixed: Annotated[int, values.whole(0, values.MOST_FEN)] = 0
    ppm: Annotated[int, values.whole(0, values.MOST_PPM)] = 0

    @model_validator(mode="after")
    def is_one_of_both(self) -> "Amount":
        if self.fixed and self.ppm:
            raise refused("a fixed amount or a rate, not both", "固定金额或比例，二者选一")
        return self


def read_amount(value: object, most_ppm: int = values.MOST_PPM, **at: str) -> dict[str, int]:
    """`5%` as `{ppm: 50000}`, `2.00` as `{fixed: 200}`. Raises: PydanticCustomError."""
    is_rate = isinstance(value, str) and value.endswith(("%", "‱"))
    parse, most = (amounts.parse_rate, most_ppm) if is_rate else (amounts.parse_amount, values.MOST_FEN)
    try:
        number = parse(value)
    except amounts.Unreadable:
        raise refused(*amounts.VALUE_ALLOWED, found=value, **at) from None
    if number > most:
        text = f"{amounts.format_amount(values.MOST_FEN)} / {amounts.format_rate(most_ppm)}"
        raise refused(f"at most {text}", f"最多 {text}", found=value, **at)
    return {"ppm" if is_rate else "fixed": number}


def _read_written_amount(value: object, info: ValidationInfo) -> object:
    return read_amount(value) if is_written(info) and not isinstance(value, Amount) else value


def _read_written_share(value: object, info: ValidationInfo) -> object:
    if not is_written(info) or isinstance(value, Amount):
        return value
    return read_amount(value, amounts.PPM)


def _is_no_more_than_the_whole(amount: Amount) -> Amount:
    if amount.ppm > amounts.PPM:
        raise refused("a rate of at most 100%", "最多 100% 的比例", found=amounts.format_rate(amount.ppm))
    return amount


WrittenAmount = Annotated[Amount, BeforeValidator(_read_written_amount)]
WrittenShare = Annotated[
    Amount, BeforeValidator(_read_written_share), AfterValidator(_is_no_more_than_the_whole)
]


class Credit(Part):
    """Release of shopping credit at the start of each business day, as rates of each member's balance.

    Attributes:
        static_release: of every balance.
        accelerated_release: added for each join settled on the day that ended.
    """

    static_release: values.Share = 0
    accelerated_release: values.Share = 0


class Promoter(Part):
    """Days that joins make a member a promoter for.

    Attributes:
        newcomer_days: for the first join.
        day_with_join: for each business day with at least one join.
    """

    newcomer_days: values.Days = 0
    day_with_join: values.Days = 0


class DailyDividend(Part):
    """What each winning order of a day puts into the pool that the day's winners share."""

    per_win: WrittenAmount


class DaySpan(Part):
    """Days of a month, both included."""

    first: values.DayOfMonth
    last: values.DayOfMonth

    @model_validator(mode="before")
    @classmethod
    def read_written(cls, data: object, info: ValidationInfo) -> object:
        if not is_written(info):
            return data
        try:
            first, last = amounts.parse_day_span(data)
        except amounts.Unreadable as error:
            raise refused(error.allowed_en, error.allowed_zh) from None
        return {"first": first, "last": last}

    @model_validator(mode="after")
    def is_in_order(self) -> "DaySpan":
        if self.first > self.last:
            allowed_en, allowed_zh = amounts.DAY_SPAN_ALLOWED
            raise refused(allowed_en, allowed_zh, found=self.text())
        return self

    def text(self) -> str:
        """The days as a plan file has them, `1-5`."""
        return amounts.format_day_span((self.first, self.last))


class MonthlyDividend(Part):
    """The pool of dividend points and its calendar; after `in_only` it is frozen to the month's last day.

    Attributes:
        step: hundredths of a point; what moves is a multiple of it.
    """

    in_and_out: DaySpan
    in_only: DaySpan
    step: values.Points = 10_000

    @model_validator(mode="after")
    def follows(self) -> "MonthlyDividend":
        both, inward = self.in_and_out, self.in_only
        if both.first != 1 or both.last >= LAST_OPEN_DAY:
            last = LAST_OPEN_DAY - 1
            raise refused(
                f"from day 1 on, up to day {last} at the latest, as 1-5",
                f"从 1 号开始，最晚到 {last} 号，例如 1-5",
                at="in_and_out",
                found=both.text(),
            )
        if inward.first != both.last + 1:
            day = both.last + 1
            raise refused(f"from day {day} on", f"从 {day} 号开始", at="in_only", found=inward.text())
        if inward.last > LAST_OPEN_DAY:
            raise refused(
                f"up to day {LAST_OPEN_DAY}: the rest of every month is frozen",
                f"最晚到 {LAST_OPEN_DAY} 号：之后到月底冻结",
                at="in_only",
                found=inward.text(),
            )
        return self


class Dividends(Part):
    """Daily dividend to the day's winners, monthly dividend by points in the pool."""

    daily: DailyDividend | None = None
    monthly: MonthlyDividend | None = None


class ReleaseToSponsor(Part):
    """What a settled join releases from the credit of its holder's sponsors: an amount, or a rate of it.

    Attributes:
        valid_promoters_only: a sponsor who is no promoter on that day gets nothing released.
    """

    direct: WrittenShare = Amount()
    indirect: WrittenShare = Amount()
    valid_promoters_only: values.Truth = False


class Referral(Part):
    """What joins do for those who brought the member."""

    later: ClassVar[tuple[str, ...]] = (
        "generations",
        "filling_reward",
        "team",
        "region",
        "leaders_dividend",
        "freeze",
    )

    release_to_sponsor: ReleaseToSponsor | None = None
