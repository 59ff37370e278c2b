"""New debts for old (众筹还债): debtors pay an entry; the entries pay off the debts in the order of entry.

Source: modes page, section 11. A round is as many newcomers as it takes to pay off everybody who was there
before. The best case is played: nothing but debts is paid, everybody waits, and newcomers never fail to come
until there are no more people.
"""

from typing import NamedTuple

from pinwheel.lab.report.page import Chart, Table
from pinwheel.lab.studies.parts import (
    BadStudy,
    Field,
    Study,
    Told,
    check_fields,
    fill,
    percent,
    rounded_up,
    thin,
    yuan,
)
from pinwheel.lab.studies.pictures import Line, draw_lines
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import share

MOST_ROUNDS = 5_000


class NewDebts(NamedTuple):
    """The mode and its market; amounts in fen, rates in ppm."""

    debt: int = 10_000_000
    entry: int = 100_000
    first_round: int = 1_000
    people: int = 1_400_000_000


FIELDS = (
    Field("debt", "yuan", 10_000, 10**11, Phrase("每人的债务", "debt of each")),
    Field("entry", "rate", 1_000, 999_000, Phrase("入场费占债务", "entry, of the debt")),
    Field("first_round", "count", 1, 1_000_000, Phrase("第一轮人数", "people of the first round")),
    Field("people", "count", 1, 10**10, Phrase("总共能来多少人", "people there are")),
)


class Round(NamedTuple):
    """One round, amounts in fen.

    Attributes:
        number: from 1.
        joined: who joined in it; total: who ever joined by its end.
        paid_in: by all until its end; cleared: debts paid off in full by its end.
        asked: people it would have taken to pay off everybody before; more than `joined` in the last round.
    """

    number: int
    joined: int
    total: int
    paid_in: int
    cleared: int
    asked: int


class Played(NamedTuple):
    """Until a round finds too few people; amounts in fen.

    Attributes:
        rounds: each.
        total, cleared, uncleared: people, those whose debt was paid off, those whose debt was not.
        paid_in: all entries; paid_out: what went to debts, the same.
        promised: all debts.
        lost: entries of those whose debt was not paid off, less what was paid towards the one in front.
    """

    rounds: list[Round]
    total: int
    cleared: int
    uncleared: int
    paid_in: int
    paid_out: int
    promised: int
    lost: int


def check(parameters: NewDebts) -> None:
    """Raises: BadStudy."""
    check_fields(parameters, FIELDS)
    if parameters.first_round > parameters.people:
        said = Phrase("first_round：允许不超过 people，{limit}", "first_round: at most people, {limit}")
        raise BadStudy(fill(said, limit=f"{parameters.people:,}"))


def play(parameters: NewDebts = NewDebts()) -> Played:  # noqa: B008 - a NamedTuple never changes
    """Round after round, until there are too few people for the next. Raises: BadStudy."""
    check(parameters)
    entry = share(parameters.debt, parameters.entry)
    rounds: list[Round] = []
    total, asked = 0, parameters.first_round
    while True:
        if len(rounds) == MOST_ROUNDS:
            raise too_long()
        joined = min(asked, parameters.people - total)
        total += joined
        paid_in = total * entry
        rounds.append(Round(len(rounds) + 1, joined, total, paid_in, paid_in // parameters.debt, asked))
        if joined < asked:
            return reckon(parameters, rounds)
        asked = rounded_up(total * parameters.debt, entry) - total


def too_long() -> BadStudy:
    """A play that would not end within reason."""
    return BadStudy(
        fill(
            Phrase(
                "{most} 轮之内没有结束：请降低 entry 或 people",
                "does not end within {most} rounds: lower entry or people",
            ),
            most=f"{MOST_ROUNDS:,}",
        )
    )


def reckon(parameters: NewDebts, rounds: list[Round]) -> Played:
    """What came of it in all."""
    last = rounds[-1]
    entry = share(parameters.debt, parameters.entry)
    uncleared = last.total - last.cleared
    return Played(
        rounds=rounds,
        total=last.total,
        cleared=last.cleared,
        uncleared=uncleared,
        paid_in=last.paid_in,
        paid_out=last.paid_in,
        promised=last.total * parameters.debt,
        lost=uncleared * entry - last.paid_in % parameters.debt,
    )


MOST_EVER = Phrase(
    "每人交 {entry} 元，要还清 {debt} 元的债：不管来多少人，最多还清 {paid} 的人，其余 {never} 白交了钱，"
    "债还在。",
    "Each pays {entry} yuan to have a debt of {debt} paid off: however many come, at most {paid} of them "
    "are freed; the other {never} have paid and still owe.",
)
ROUNDS = Phrase(
    "要还清已经入场的人，后来的人必须是他们的 {more} 倍；{first} 人开头，第 {round} 轮就要 {asked} 人，"
    "可总共只有 {people} 人，只剩 {left} 人没来过。",
    "To free those who are in, {more} times as many have to follow; beginning with {first}, round {round} "
    "needs {asked} people, but of {people} in all only {left} are left.",
)
ENDS = Phrase(
    "到那时 {total} 人交了 {paid_in} 元，还清了 {cleared} 人，{uncleared} 人没有还清。",
    "By then {total} people have paid {paid_in} yuan, {cleared} are freed and {uncleared} are not.",
)
LOST = Phrase(
    "没有还清的人共亏 {lost} 元入场费，欠债 {still} 元一分不少：本来还不起债的人，债更多了。",
    "Those who are not freed have lost {lost} yuan of entries and still owe {still}: who could not pay a "
    "debt owes more.",
)
ASSUMED = Phrase(
    "假设：入场费全部用来还债，没有其他费用；每轮来的人刚好够还清前面所有人，直到没有人可来。",
    "Assumed: entries go to debts to the last fen; each round brings just as many as free everybody before, "
    "until nobody is left to come.",
)


def tell(parameters: NewDebts, played: Played) -> Told:
    """What the figures say."""
    entry, last = share(parameters.debt, parameters.entry), played.rounds[-1]
    towards_front = played.paid_in % parameters.debt
    headlines = [
        fill(
            MOST_EVER,
            entry=yuan(entry),
            debt=yuan(parameters.debt),
            paid=percent(entry, parameters.debt),
            never=percent(parameters.debt - entry, parameters.debt),
        ),
        fill(
            ROUNDS,
            more=times(parameters.debt - entry, entry),
            first=f"{parameters.first_round:,}",
            round=last.number,
            asked=f"{last.asked:,}",
            people=f"{parameters.people:,}",
            left=f"{last.joined:,}",
        ),
        fill(
            ENDS,
            total=f"{played.total:,}",
            paid_in=yuan(played.paid_in),
            cleared=f"{played.cleared:,}",
            uncleared=f"{played.uncleared:,}",
        ),
        fill(LOST, lost=yuan(played.lost), still=yuan(played.uncleared * parameters.debt - towards_front)),
    ]
    return Told(headlines, charts(played), [table(played)], [ASSUMED])


def times(part: int, whole: int) -> str:
    """A part divided by a whole with two decimals, none if it is a whole number; cut, not rounded."""
    hundredths = part * 100 // whole
    return f"{hundredths // 100:,}" + (f".{hundredths % 100:02}" if hundredths % 100 else "")


def charts(played: Played) -> list[Chart]:
    """Who joined and who was freed, round by round."""
    numbers = [one.number for one in played.rounds]
    total = Line(Phrase("已入场", "joined"), numbers, [one.total for one in played.rounds])
    asked = Line(
        Phrase("这一轮需要的总人数", "needed by this round"),
        numbers,
        [one.total - one.joined + one.asked for one in played.rounds],
    )
    cleared = Line(Phrase("已还清", "freed"), numbers, [one.cleared for one in played.rounds])
    return [
        Chart(
            Phrase("入场的人与还清的人", "Those who joined and those who were freed"),
            Phrase(
                "每一格是十倍：两线的距离永远不变，还清的只占那么一点。",
                "Each line of the grid is ten times the one below: the distance of the lines never changes, "
                "and so the part that is freed.",
            ),
            draw_lines([total, cleared, asked], Phrase("轮", "round"), Phrase("人", "people"), log=True),
        )
    ]


def table(played: Played) -> Table:
    """Rounds, thinned out."""
    columns = [
        Phrase("轮", "Round"),
        Phrase("需要来", "Needed"),
        Phrase("来了", "Came"),
        Phrase("累计入场", "Joined so far"),
        Phrase("累计还清", "Freed so far"),
        Phrase("累计入场费（元）", "Entries so far (yuan)"),
    ]
    rows = [
        [
            str(one.number),
            *(f"{count:,}" for count in (one.asked, one.joined, one.total, one.cleared)),
            yuan(one.paid_in),
        ]
        for one in thin(played.rounds)
    ]
    return Table(Phrase("各轮", "Rounds"), columns, rows)


STUDY = Study(
    "new-debts",
    Phrase("众筹还债", "New debts for old"),
    Phrase(
        "欠债的人交一笔入场费，后来人的入场费替先来的人还债。",
        "Debtors pay an entry; the entries of those who come later pay off the debts of those who came "
        "before.",
    ),
    NewDebts(),
    FIELDS,
    play,
    tell,
)
