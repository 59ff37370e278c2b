"""Numbers as people say them, in both languages; percentages and times are exact or say that they are not."""

from pinwheel.plan.amounts import format_rate
from pinwheel.plan.refusal import Language


def percent(count: int, size: int, language: Language) -> str:
    """`3 of 10` as `30%`; where two decimals do not say it exactly, the nearest with "about" before it."""
    hundredths, inexact = divmod(count * 10_000, size)
    if not inexact:
        return format_rate(hundredths * 100)
    nearest = (count * 20_000 + size) // (2 * size)
    return ("约 " if language == "zh" else "about ") + format_rate(nearest * 100)


def counted(number: int, noun: str) -> str:
    """A number with its English noun, in the plural where it is due."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def seats_text(number: int, language: Language) -> str:
    """A number of seats in words of the language."""
    return f"{number} 个席位" if language == "zh" else counted(number, "seat")


def wins_text(number: int, language: Language) -> str:
    """A number of wins; in Chinese just how many times, as the sentence has the verb."""
    return f"{number} 次" if language == "zh" else counted(number, "win")


def joins_text(number: int, language: Language) -> str:
    """A number of joins; in Chinese just how many times."""
    return f"{number} 次" if language == "zh" else counted(number, "join")


def settled_joins_text(number: int, language: Language) -> str:
    """A number of joins whose groups are settled; in Chinese just how many times."""
    return f"{number} 次" if language == "zh" else counted(number, "settled join")


def days_text(number: int, language: Language) -> str:
    """A number of days in words of the language."""
    return f"{number} 天" if language == "zh" else counted(number, "day")


def time_text(seconds: int, language: Language) -> str:
    """A duration in seconds in words of the language."""
    units = ((86_400, " 天", "day"), (3_600, " 小时", "hour"), (60, " 分钟", "minute"))
    for unit, chinese, english in units:
        number, left = divmod(seconds, unit)
        if not left and (number > 1 or unit < 86_400):
            return f"{number}{chinese}" if language == "zh" else counted(number, english)
    return f"{seconds} 秒" if language == "zh" else counted(seconds, "second")
