"""Figures, moments and labels as the console shows them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pinwheel.doors.console.words import States, Word
from pinwheel.market.clock import business_zone
from pinwheel.plan.amounts import format_amount

NOTHING = "–"
LONGEST_WHOLE = 32  # characters of an identifier that is not broken
LABEL = "inline-block font-semibold h-6 leading-6 px-2 rounded-default text-[11px] whitespace-nowrap"
LABEL_COLOURS = {
    "info": "bg-blue-100 text-blue-700 dark:bg-blue-500/20 dark:text-blue-400",
    "danger": "bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400",
    "warning": "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400",
    "success": "bg-green-100 text-green-700 dark:bg-green-500/20 dark:text-green-400",
    "primary": "bg-primary-100 text-primary-700 dark:bg-primary-500/20 dark:text-primary-400",
    "default": "bg-base-500/8 text-base-700 dark:bg-base-500/20 dark:text-base-200",
}


def amount_text(hundredths: int) -> str:
    """Hundredths as `1,234,567.00`."""
    whole, cents = format_amount(abs(hundredths)).split(".")
    return f"{'-' if hundredths < 0 else ''}{int(whole):,}.{cents}"


def signed_text(hundredths: int) -> str:
    """Hundredths as `+5.00` or `-5.00`."""
    return f"+{amount_text(hundredths)}" if hundredths > 0 else amount_text(hundredths)


def rate_text(part: int, whole: int) -> str:
    """A share in percent with two decimals, rounded down; a dash of nothing."""
    if whole <= 0:
        return NOTHING
    percent, places = divmod(part * 10_000 // whole, 100)
    return f"{percent}.{places:02}%"


def frame(address: str, title: str) -> SafeString:
    """A page at the width of a phone, in which nothing can be done."""
    return format_html('<iframe class="phone-frame" sandbox="" src="{}" title="{}"></iframe>', address, title)


def figure(text: object) -> SafeString:
    """A figure that lines up with those above and below it."""
    return format_html('<span class="figure">{}</span>', text)


def amount(hundredths: int) -> SafeString:
    return figure(amount_text(hundredths))


def count(number: int) -> SafeString:
    return figure(f"{number:,}")


def moment_text(moment: datetime | None) -> str:
    """A moment in the business time zone, to the second."""
    return moment.astimezone(business_zone()).strftime("%Y-%m-%d %H:%M:%S") if moment else NOTHING


def moment_cell(moment: datetime | None) -> SafeString:
    return format_html('<span class="moment">{}</span>', moment_text(moment))


def code(text: str) -> SafeString:
    """An identifier, kept on one line, or a hash, which may break."""
    return format_html(
        '<span class="{}">{}</span>', "code" if len(text) <= LONGEST_WHOLE else "code long", text
    )


def whole(part: object) -> SafeString:
    """A few words kept on one line."""
    return format_html('<span class="whole">{}</span>', part)


def wide(part: object) -> SafeString:
    """A few words in a cell of a table that must not become a narrow column."""
    return format_html('<div class="wide">{}</div>', part)


def label(word: Word, colour: str = "default") -> SafeString:
    """A coloured label."""
    return format_html('<span class="{} {}">{}</span>', LABEL, LABEL_COLOURS[colour], word)


def state_label(states: States, state: int) -> SafeString:
    """A state as its coloured label; one that has no word yet as its number."""
    word, colour = states.get(state, (str(state), "default"))
    return label(word, colour)


def link(url: str, text: object) -> SafeString:
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, text)


def sentences(parts: Iterable[str]) -> SafeString:
    """Sentences in a cell of a table, wide enough to be read."""
    return format_html('<div class="sentences">{}</div>', lines(parts))


def lines(parts: Iterable[object]) -> SafeString:
    """Each part on a line of its own."""
    return format_html_join("", "<div>{}</div>", ((part,) for part in parts)) or SafeString(NOTHING)
