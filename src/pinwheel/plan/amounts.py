"""Amounts, rates, durations and times of day: exact reading and the way back.

Source: plans page, first paragraph; modes page, section 0. Nothing here is ever a float.
Every reader raises `Unreadable`, which says in both languages what is allowed.
"""

import re
from decimal import Decimal

PPM = 1_000_000  # parts per million in a whole

AMOUNT_ALLOWED = (
    "an amount in yuan with at most two decimals, as 99.00",
    "金额（元），最多两位小数，例如 99.00",
)
RATE_ALLOWED = (
    "a rate that ends in % or ‱ and is exact in parts per million, as 5%, 0.6% or 3‱",
    "以 % 或 ‱ 结尾、可精确到百万分之一的比例，例如 5%、0.6% 或 3‱",
)
VALUE_ALLOWED = (
    "an amount in yuan with at most two decimals, as 5.00, or a rate, as 5%",
    "金额（元，最多两位小数，例如 5.00）或比例（例如 5%）",
)
DURATION_ALLOWED = (
    "a whole number of minutes, hours or days, as 30m, 24h or 7d",
    "整数的分钟、小时或天，例如 30m、24h 或 7d",
)
DAY_SPAN_ALLOWED = (
    "days of a month from 1 to 31, first to last, as 1-5",
    "一个月中从几号到几号（1 到 31），例如 1-5",
)
HOURS_ALLOWED = (
    'a time of day from start to end in quotes, as "10:00-12:00"; the start lies before the end, '
    'the latest end is 24:00 (over midnight: two spans, "22:00-24:00" and "00:00-02:00")',
    '带引号的起止时刻，例如 "10:00-12:00"；开始早于结束，结束最晚 24:00'
    '（跨午夜请写成 "22:00-24:00" 和 "00:00-02:00" 两段）',
)

_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")
_RATE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,12}))?([%‱])")
_DURATION = re.compile(r"([1-9][0-9]{0,5})([mhd])")
_DAY_SPAN = re.compile(r"([1-9][0-9]?)-([1-9][0-9]?)")
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")

_UNIT_PPM = {"%": 10_000, "‱": 100}
_UNIT_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}


class Unreadable(ValueError):
    """A value that is not written as allowed."""

    def __init__(self, allowed: tuple[str, str]) -> None:
        self.allowed_en, self.allowed_zh = allowed
        super().__init__(self.allowed_en)


def parse_amount(value: object) -> int:
    """Yuan (a whole number, a Decimal, or text) as fen; points as hundredths of a point. Never negative."""
    match = _AMOUNT.fullmatch(_digits(value))
    if match is None:
        raise Unreadable(AMOUNT_ALLOWED)
    whole, cents = match.groups(default="")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def parse_rate(value: object) -> int:
    """`5%`, `3‱`, `0.6%` as parts per million, exactly."""
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(RATE_ALLOWED)
    whole, places, unit = match.groups(default="")
    scale: int = 10 ** len(places)
    ppm, inexact = divmod(int(whole + places) * _UNIT_PPM[unit], scale)
    if inexact:
        raise Unreadable(RATE_ALLOWED)
    return ppm


def parse_duration(value: object) -> int:
    """`30m`, `24h`, `7d` as seconds."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(DURATION_ALLOWED)
    number, unit = match.groups()
    return int(number) * _UNIT_SECONDS[str(unit)]


def parse_day_span(value: object) -> tuple[int, int]:
    """`1-5` as the first and the last day of a month, both included."""
    match = _DAY_SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= 31:
        raise Unreadable(DAY_SPAN_ALLOWED)
    return int(match[1]), int(match[2])


def parse_hours(value: object) -> tuple[int, int]:
    """`10:00-12:00` as minutes of the day; the end is excluded and may be 24:00."""
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(HOURS_ALLOWED)
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or not 0 <= start < end <= 24 * 60:
        raise Unreadable(HOURS_ALLOWED)
    return start, end


def format_amount(hundredths: int) -> str:
    """Fen as `99.00`."""
    whole, cents = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{cents:02}"


def format_rate(ppm: int) -> str:
    """Parts per million as `5%`: every one of them has at most four decimals in percent."""
    whole, places = divmod(ppm, 10_000)
    return f"{whole}.{places:04}".rstrip("0").rstrip(".") + "%"


def format_duration(seconds: int) -> str:
    """Seconds as `7d`, `24h` or `30m`: days from two on, then hours, then minutes."""
    if seconds >= 2 * 86_400 and seconds % 86_400 == 0:
        return f"{seconds // 86_400}d"
    return f"{seconds // 3_600}h" if seconds % 3_600 == 0 else f"{seconds // 60}m"


def format_day_span(span: tuple[int, int]) -> str:
    """Days of a month as `1-5`."""
    return f"{span[0]}-{span[1]}"


def format_hours(start: int, end: int) -> str:
    """Minutes of the day as `10:00-12:00`."""
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _digits(value: object) -> str:
    """A number as it would be written out, without an exponent; anything else as text no reader takes."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 64:
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and -20 <= value.adjusted() <= 20:
        return format(value, "f")
    return ""
