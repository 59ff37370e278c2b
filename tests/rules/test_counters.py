"""Seat rules 3 to 5: counters of wins, played group by group. Examples S2, S3 and S4 of the modes page."""

from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules.bars import AT_MOST, NEWCOMER_FLAG, SITTING_OUT, bar_names
from pinwheel.rules.outcomes import NO_OUTCOME
from settling import settle, tables_with

WIN, LOSS = [0, 1], [1, 0]  # drawn orders of a group of two in which member 0 sits first


def pairs(**rules):
    """Groups of two with one winner."""
    return tables_with(size=2, class_counts=[1, 1], class_keeps=[1, 0], **rules)


def play(tables, drawn, counts=None, holders=None):
    """Groups one after another, member 0 in each first seat; the other seats are strangers."""
    groups = len(drawn)
    seats = holders or [member for group in range(groups) for member in (0, group + 1)]
    return settle(tables, 100, [seat for order in drawn for seat in order], holders=seats, counts=counts)


def results(came):
    """Of member 0, game by game: W or L, with a b where the seat was barred."""
    return [
        ("W" if outcome == 0 else "L") + ("b" if bars else "")
        for outcome, bars in zip(came.outcomes[::2], came.bars[::2], strict=True)
    ]


def test_s2_three_wins_in_a_row_then_two_joins_that_cannot_win():
    came = play(pairs(row_wins=3, row_sit_out=2), [WIN] * 6)
    assert results(came) == ["W", "W", "W", "Lb", "Lb", "W"]
    assert came.counters[0][:2] == (0, 1)


def test_s2_a_loss_after_two_wins_starts_the_count_again():
    came = play(pairs(row_wins=3, row_sit_out=2), [WIN, WIN, LOSS, WIN, WIN, WIN, WIN])
    assert results(came) == ["W", "W", "L", "W", "W", "W", "Lb"]


def test_a_barred_join_breaks_the_row():
    """Privilege of the total rule in between: two wins, a barred loss, two wins are no row of three."""
    came = play(pairs(row_wins=3, row_sit_out=5, total_wins=2, total_sit_out=1), [WIN] * 6)
    assert results(came) == ["W", "W", "Lb", "W", "W", "Lb"]


def test_rule_4_grants_at_each_multiple():
    came = play(pairs(total_wins=2, total_sit_out=1), [WIN, LOSS, WIN, WIN, WIN, WIN, WIN])
    assert results(came) == ["W", "L", "W", "Lb", "W", "W", "Lb"]


def test_privileges_of_both_rules_add_up():
    came = play(pairs(row_wins=2, row_sit_out=1, total_wins=2, total_sit_out=2), [WIN] * 6)
    assert results(came) == ["W", "W", "Lb", "Lb", "Lb", "W"]


def test_s3_two_of_five_then_a_new_window():
    came = play(pairs(cap_wins=2, cap_joins=5), [WIN] * 7)
    assert results(came) == ["W", "W", "Lb", "Lb", "Lb", "W", "W"]
    assert bar_names(came.bars[4]) == ["at_most"]


def all_barred(dissolve):
    counts = {member: (1, 0, 0, 0, 0) for member in range(10)}
    tables = tables_with(
        size=10, class_counts=[3, 7], class_keeps=[1, 0], row_wins=9, row_sit_out=1, dissolve=dissolve
    )
    return settle(tables, 100, [4, 2, 0, 1, 3, 5, 6, 7, 8, 9], counts=counts)


def test_s4_all_ten_barred_dissolves_and_nothing_is_used_up():
    came = all_barred(dissolve=1)
    assert came.outcomes == [NO_OUTCOME] * 10
    assert came.counters == [(1, 0, 0, 0, 0)] * 10
    assert came.total(4) == 1000  # everything back


def test_s4_drawn_anyway_three_win_and_no_privilege_is_used_up():
    came = all_barred(dissolve=0)
    assert [row for row, outcome in enumerate(came.outcomes) if outcome == 0] == [0, 2, 4]
    won, lost = (1, 1, 1, 0, 0), (1, 0, 0, 0, 0)
    assert came.counters == [won if row in (0, 2, 4) else lost for row in range(10)]


def test_of_several_seats_each_barred_one_uses_up_one():
    """Four seats of member 0 with two joins to sit out, and one stranger; two win."""
    tables = tables_with(
        size=5, class_counts=[2, 3], class_keeps=[1, 0], seats_per_group=4, row_wins=9, row_sit_out=1
    )
    came = settle(tables, 100, [0, 1, 2, 3, 4], holders=[0, 0, 0, 0, 1], counts={0: (2, 0, 0, 0, 0)})
    assert [bar_names(bars) for bars in came.bars] == [["sitting_out"], ["sitting_out"], [], [], []]
    assert came.outcomes == [1, 1, 0, 0, 1]
    assert came.counters[0] == (0, 2, 2, 0, 0)


def test_of_several_seats_those_after_the_window_are_in_a_new_one():
    """One join left of a window that is used up: the first seat is barred, the second is not."""
    tables = tables_with(
        size=3, class_counts=[1, 2], class_keeps=[1, 0], seats_per_group=2, cap_wins=1, cap_joins=3
    )
    came = settle(tables, 100, [0, 1, 2], holders=[0, 0, 1], counts={0: (0, 0, 0, 2, 1)})
    assert came.bars == [AT_MOST, 0, 0]
    assert came.outcomes == [1, 0, 1]
    assert came.counters[0][3:] == (1, 1)


def test_where_nothing_is_drawn_nothing_is_barred_or_counted():
    tables = tables_with(size=2, class_counts=[2], class_keeps=[1], row_wins=1, row_sit_out=1)
    came = settle(tables, 100, [0, 1], counts={0: (3, 0, 0, 0, 0)}, flags=[NEWCOMER_FLAG, 0])
    assert (came.bars, came.counters[0]) == ([0, 0], (3, 0, 0, 0, 0))


def model(rules, outcomes_wanted):
    """The page, word for word, for one member alone: yields (barred, won)."""
    row = total = sit_out = 0
    window = []
    for wanted in outcomes_wanted:
        barred = sit_out > 0 or (rules["cap_joins"] > 0 and sum(window) >= rules["cap_wins"])
        won = wanted and not barred
        sit_out -= sit_out > 0
        if won:
            row, total = row + 1, total + 1
            if rules["row_wins"] and row == rules["row_wins"]:
                row, sit_out = 0, sit_out + rules["row_sit_out"]
            if rules["total_wins"] and total % rules["total_wins"] == 0:
                sit_out += rules["total_sit_out"]
        else:
            row = 0
        window = [*window, won] if len(window) + 1 < rules["cap_joins"] else []
        yield barred, won


@given(
    st.fixed_dictionaries(
        {"row_wins": st.integers(0, 4), "row_sit_out": st.integers(1, 3)}
        | {"total_wins": st.integers(0, 5), "total_sit_out": st.integers(1, 3)}
    ),
    st.sampled_from([(0, 0), (1, 2), (2, 5), (1, 4)]),
    st.lists(st.booleans(), min_size=1, max_size=30),
)
def test_a_life_of_joins_is_the_pages(rules, cap, wanted):
    rules |= {"cap_wins": cap[0], "cap_joins": cap[1]}
    came = play(pairs(**rules), [WIN if win else LOSS for win in wanted])
    got = [
        (bool(bars & (SITTING_OUT | AT_MOST)), outcome == 0)
        for bars, outcome in zip(came.bars[::2], came.outcomes[::2], strict=True)
    ]
    assert got == list(model(rules, wanted))


def test_joins_to_sit_out_that_no_rule_in_force_gives_bar_nobody():
    """A newer version of a plan kept `at_most` alone: what its members cannot read bars no seat."""
    came = play(pairs(cap_wins=2, cap_joins=5), [WIN], counts={0: (3, 0, 0, 0, 0)})
    assert results(came) == ["W"]
