"""Rules of the days: promoter days, daily release, dividends, sponsors. Examples C1 and D1."""

from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules.credit import daily_release
from pinwheel.rules.dividends import FROZEN, IN_ONLY, OPEN, dividend, pool_phase
from pinwheel.rules.promoter import promoter_until
from pinwheel.rules.reasons import SPONSOR_RELEASED_CASH, SPONSOR_RELEASED_CREDIT
from settling import settle, tables_with

TODAY = 739_000
AMOUNTS = st.integers(0, 10**12)
RATES = st.integers(0, 1_000_000)


def test_a_newcomers_first_join_makes_two_days():
    assert promoter_until(0, TODAY, 2) == TODAY + 1


def test_days_are_added_to_what_is_valid_or_start_today():
    assert promoter_until(TODAY + 1, TODAY, 1) == TODAY + 2
    assert promoter_until(TODAY, TODAY, 1) == TODAY + 1
    assert promoter_until(TODAY - 1, TODAY, 1) == TODAY
    assert promoter_until(TODAY - 1, TODAY, 0) == TODAY - 1


def test_static_and_accelerated_release_round_down():
    assert daily_release(100_000, 100_000, 300, 0, 0) == 30
    assert daily_release(9_500, 9_500, 300, 1_000, 2) == 21
    assert daily_release(3_000, 3_000, 300, 0, 0) == 0


def test_never_more_than_the_balance_or_than_is_left():
    assert daily_release(10_000, 10_000, 1_000_000, 1_000_000, 5) == 10_000
    assert daily_release(10_000, 40, 1_000_000, 0, 0) == 40


@given(AMOUNTS, AMOUNTS, RATES, RATES, st.integers(0, 1000))
def test_a_release_is_within_both_balances(balance, held, static, accelerated, joins):
    released = daily_release(balance, held, static, accelerated, joins)
    assert 0 <= released <= min(balance, held)


def test_d1_six_yuan_among_three_winners():
    assert [dividend(600, weight, 120_000) for weight in (10_000, 10_000, 100_000)] == [50, 50, 500]


@given(AMOUNTS, st.lists(st.integers(0, 10**9), min_size=1, max_size=50).filter(any))
def test_shares_never_exceed_the_pool_and_lose_less_than_one_each(pool, weights):
    total = sum(weights)
    shares = [dividend(pool, weight, total) for weight in weights]
    assert 0 <= pool - sum(shares) < len(weights)


def test_the_calendar_of_the_pool():
    phases = [pool_phase(day, 5, 24) for day in range(1, 32)]
    assert phases == [OPEN] * 5 + [IN_ONLY] * 19 + [FROZEN] * 7


def test_c1_a_sponsor_is_returned_a_hundred_by_a_hundred_joins_of_downlines():
    """Member 0 holds 100.00; 20 downlines join 5 times: 1.00 each; the 101st join releases nothing."""
    tables = tables_with(size=1, direct_fixed=100)
    holders = [1 + join % 20 for join in range(101)]
    came = settle(tables, 100, [0] * 101, holders=holders, sponsors=[0] * 101, credit=[10_000] + [0] * 20)
    released = [row for row, why, *_ in came.postings if why == SPONSOR_RELEASED_CASH]
    assert released == list(range(100))
    assert came.total(SPONSOR_RELEASED_CASH) == came.total(SPONSOR_RELEASED_CREDIT, 1) == 10_000
    assert came.credit[0] == 0


def test_a_rate_is_of_what_each_sponsor_holds_and_the_indirect_has_its_own():
    tables = tables_with(size=2, direct_ppm=10_000, indirect_fixed=7)
    came = settle(
        tables, 100, [0, 1], holders=[2, 3], sponsors=[0, 1], indirect=[-1, 0], credit=[10_000, 500, 0, 0]
    )
    assert came.credit == [10_000 - 100 - 7, 500 - 5, 0, 0]
    moved = zip(came.postings, came.takers, strict=True)
    cash = [
        (posting[0], taker, posting[3]) for posting, taker in moved if posting[1] == SPONSOR_RELEASED_CASH
    ]
    assert cash == [(0, 0, 100), (1, 1, 5), (1, 0, 7)]
