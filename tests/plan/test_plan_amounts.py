"""Exact reading of amounts, rates, durations, days and hours, and the way back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.plan import amounts

ODD = [
    None,
    True,
    False,
    1.5,
    0.1,
    float("nan"),
    [],
    {},
    "",
    " ",
    "１００",
    "1,000.00",
    "1_000",
    "+5",
    "5 ",
    "1e3",
]


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        (100, 10_000),
        ("99.00", 9_900),
        ("99.9", 9_990),
        ("0.01", 1),
        (0, 0),
        (Decimal("99.00"), 9_900),
        (Decimal("0.5"), 50),
        (Decimal("1E+3"), 100_000),
        ("007", 700),
    ],
)
def test_amounts_are_read_exactly(written: object, fen: int) -> None:
    assert amounts.parse_amount(written) == fen


@pytest.mark.parametrize(
    "written",
    [
        *ODD,
        -1,
        "-1.00",
        "1.001",
        "1.",
        ".5",
        "¥5",
        "5元",
        "NaN",
        "0x10",
        Decimal("0.001"),
        Decimal("-5"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e999999999"),
        Decimal("1e-999999999"),
        pytest.param(10**5000, id="huge"),
        "9" * 5000,
        "5\n",
    ],
)
def test_amounts_that_are_not_exact_are_refused(written: object) -> None:
    with pytest.raises(amounts.Unreadable, match="two decimals"):
        amounts.parse_amount(written)


@given(st.integers(0, 10**15))
def test_amounts_come_back(fen: int) -> None:
    text = amounts.format_amount(fen)
    assert amounts.parse_amount(text) == amounts.parse_amount(Decimal(text)) == fen


def test_negative_amounts_are_shown() -> None:
    assert amounts.format_amount(-5) == "-0.05"
    assert amounts.format_amount(-12_345) == "-123.45"


@pytest.mark.parametrize(
    ("written", "ppm"),
    [
        ("5%", 50_000),
        ("0.6%", 6_000),
        ("3‱", 300),
        ("10‱", 1_000),
        ("100%", 1_000_000),
        ("0.0001%", 1),
        ("0.01‱", 1),
        ("1.500000%", 15_000),
    ],
)
def test_rates_are_read_exactly(written: str, ppm: int) -> None:
    assert amounts.parse_rate(written) == ppm


@pytest.mark.parametrize(
    "written", [*ODD, 5, "5", "-5%", "5 %", "5％", "1/3", "33.33333%", "0.00005%", "0.001‱", "5%%", "5‰", "%"]
)
def test_rates_that_are_not_exact_are_refused(written: object) -> None:
    with pytest.raises(amounts.Unreadable, match="parts per million"):
        amounts.parse_rate(written)


@given(st.integers(0, 10**9))
def test_rates_come_back(ppm: int) -> None:
    assert amounts.parse_rate(amounts.format_rate(ppm)) == ppm


@pytest.mark.parametrize(
    ("written", "seconds"), [("30m", 1_800), ("24h", 86_400), ("7d", 604_800), ("1d", 86_400), ("90m", 5_400)]
)
def test_durations_are_read(written: str, seconds: int) -> None:
    assert amounts.parse_duration(written) == seconds
    assert amounts.parse_duration(amounts.format_duration(seconds)) == seconds


@pytest.mark.parametrize("written", [*ODD, 24, "24", "0h", "-1h", "1.5h", "1w", "24H", "٣h", "1000000000d"])
def test_other_durations_are_refused(written: object) -> None:
    with pytest.raises(amounts.Unreadable, match="30m, 24h or 7d"):
        amounts.parse_duration(written)


def test_durations_are_shown_in_their_natural_unit() -> None:
    assert [amounts.format_duration(seconds) for seconds in (86_400, 604_800, 1_800, 5_400)] == [
        "24h",
        "7d",
        "30m",
        "90m",
    ]


@pytest.mark.parametrize(("written", "span"), [("1-5", (1, 5)), ("6-24", (6, 24)), ("31-31", (31, 31))])
def test_day_spans_are_read(written: str, span: tuple[int, int]) -> None:
    assert amounts.parse_day_span(written) == span
    assert amounts.format_day_span(span) == written


@pytest.mark.parametrize("written", [*ODD, "5-1", "0-5", "1-32", "01-05", "1 - 5", "1–5"])
def test_other_day_spans_are_refused(written: object) -> None:
    with pytest.raises(amounts.Unreadable, match="days of a month"):
        amounts.parse_day_span(written)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("10:00-12:00", (600, 720)),
        ("00:00-24:00", (0, 1440)),
        ("9:30-10:00", (570, 600)),
        ("23:59-24:00", (1439, 1440)),
    ],
)
def test_hours_are_read(written: str, minutes: tuple[int, int]) -> None:
    assert amounts.parse_hours(written) == minutes
    assert amounts.parse_hours(amounts.format_hours(*minutes)) == minutes


@pytest.mark.parametrize(
    "written",
    [
        *ODD,
        "12:00-10:00",
        "10:00-10:00",
        "22:00-02:00",
        "24:00-24:00",
        "10:60-12:00",
        "10:00-24:01",
        "10-12",
        "10:30",
    ],
)
def test_other_hours_are_refused(written: object) -> None:
    with pytest.raises(amounts.Unreadable, match="time of day"):
        amounts.parse_hours(written)
