"""Two plus one (链动 2+1): a fee buys the right to be paid for recruits.

With the second recruit one becomes a boss and leaves the team, and the two recruits stay with the boss above
(re-parenting). Source: modes page, section 11. Of each fee the recruiter gets one part and the recruit's boss
another. The best case is played: everybody who may recruit does, one newcomer a round, oldest first.
"""

from dataclasses import dataclass
from typing import NamedTuple

from pinwheel.lab.report.page import Chart, Table
from pinwheel.lab.studies.parts import BadStudy, Field, Study, Told, check_fields, fill, percent, thin, yuan
from pinwheel.lab.studies.pictures import Line, draw_lines
from pinwheel.plan.words import Phrase

COMPANY = -1  # above the founders
MOST_ROUNDS = 5_000


class TwoPlusOne(NamedTuple):
    """The mode and its market; amounts in fen."""

    price: int = 49_900
    to_recruiter: int = 10_000
    to_boss: int = 20_000
    boss_after: int = 2
    brings: int = 3
    founders: int = 10
    people: int = 100_000


FIELDS = (
    Field("price", "yuan", 100, 10**9, Phrase("入会价", "price of joining")),
    Field(
        "to_recruiter",
        "yuan",
        0,
        10**9,
        Phrase("每来一人付给推荐人", "paid to the recruiter of each newcomer"),
    ),
    Field("to_boss", "yuan", 0, 10**9, Phrase("每来一人付给老板", "paid to the newcomer's boss")),
    Field("boss_after", "count", 1, 10, Phrase("推荐几人成为老板", "recruits that make a boss")),
    Field("brings", "count", 1, 100, Phrase("每人最多带来几人", "newcomers that each brings at most")),
    Field("founders", "count", 1, 1_000, Phrase("最先的人数", "founders")),
    Field("people", "count", 2, 1_000_000, Phrase("总共能来多少人", "people there are")),
)


class Round(NamedTuple):
    """Who joined in one round, and what came of them in the end; amounts in fen.

    Attributes:
        number: from 0, the founders.
        joined: how many; total: with all before.
        earned: by all of them until the end.
        whole: how many of them got their price back; nothing: how many got nothing.
    """

    number: int
    joined: int
    total: int
    earned: int
    whole: int
    nothing: int


class Played(NamedTuple):
    """Until there are no more people; amounts in fen.

    Attributes:
        rounds: each.
        members, bosses: at the end.
        paid_in: all fees; paid_out: to members; kept: by the platform, goods to be paid from it.
        whole, part, nothing: members who got back their price or more, less, nothing.
        lost, gained: sums of those who got less, and more, than their price.
    """

    rounds: list[Round]
    members: int
    bosses: int
    paid_in: int
    paid_out: int
    kept: int
    whole: int
    part: int
    nothing: int
    lost: int
    gained: int


@dataclass
class Tree:
    """Members by number in the order of joining.

    Attributes:
        boss: under whom each joined, COMPANY for founders; it stays so after the recruiter has left the team.
        brought: how many each has brought.
        earned: fen.
        rounds: members that joined in each round.
    """

    boss: list[int]
    brought: list[int]
    earned: list[int]
    rounds: list[int]


def check(parameters: TwoPlusOne) -> None:
    """Raises: BadStudy."""
    check_fields(parameters, FIELDS)
    if not 0 < parameters.to_recruiter + parameters.to_boss < parameters.price:
        said = Phrase(
            "to_recruiter、to_boss：两项之和须大于 0 且小于 price，{limit}",
            "to_recruiter, to_boss: together more than nothing and less than price, {limit}",
        )
        raise BadStudy(fill(said, limit=yuan(parameters.price)))
    if parameters.founders >= parameters.people:
        said = Phrase("founders：须少于 people，{limit}", "founders: fewer than people, {limit}")
        raise BadStudy(fill(said, limit=f"{parameters.people:,}"))


def play(parameters: TwoPlusOne = TwoPlusOne()) -> Played:  # noqa: B008 - a NamedTuple never changes
    """Round after round everybody brings one more, until there are no more people. Raises: BadStudy."""
    check(parameters)
    count = parameters.founders
    tree = Tree([COMPANY] * count, [0] * count, [0] * count, [count])
    recruiters = list(range(count))
    while len(tree.boss) < parameters.people:
        if len(tree.rounds) == MOST_ROUNDS:
            raise too_long()
        first = len(tree.boss)
        for recruiter in recruiters[: parameters.people - first]:
            join(tree, recruiter, parameters)
        tree.rounds.append(len(tree.boss) - first)
        newcomers = range(first, len(tree.boss))
        recruiters = [one for one in recruiters if tree.brought[one] < parameters.brings] + list(newcomers)
    return reckon(parameters, tree)


def too_long() -> BadStudy:
    """A play that would not end within reason."""
    return BadStudy(
        fill(
            Phrase(
                "{most} 轮之内没有结束：请提高 brings 或 founders，或降低 people",
                "does not end within {most} rounds: raise brings or founders, or lower people",
            ),
            most=f"{MOST_ROUNDS:,}",
        )
    )


def join(tree: Tree, recruiter: int, parameters: TwoPlusOne) -> None:
    """A newcomer pays; who was brought by a boss is in the boss's team, others are in their recruiter's."""
    is_boss = tree.brought[recruiter] >= parameters.boss_after
    boss = recruiter if is_boss else tree.boss[recruiter]
    tree.earned[recruiter] += parameters.to_recruiter
    if boss != COMPANY:
        tree.earned[boss] += parameters.to_boss
    tree.brought[recruiter] += 1
    tree.boss.append(boss)
    tree.brought.append(0)
    tree.earned.append(0)


def reckon(parameters: TwoPlusOne, tree: Tree) -> Played:
    """Who got what, by the round of joining."""
    rounds, first = [], 0
    for number, joined in enumerate(tree.rounds):
        earned = tree.earned[first : first + joined]
        first += joined
        whole, nothing = sum(one >= parameters.price for one in earned), earned.count(0)
        rounds.append(Round(number, joined, first, sum(earned), whole, nothing))
    results = [one - parameters.price for one in tree.earned]
    paid_in, paid_out = len(results) * parameters.price, sum(tree.earned)
    whole, nothing = sum(one.whole for one in rounds), sum(one.nothing for one in rounds)
    return Played(
        rounds=rounds,
        members=len(results),
        bosses=sum(count >= parameters.boss_after for count in tree.brought),
        paid_in=paid_in,
        paid_out=paid_out,
        kept=paid_in - paid_out,
        whole=whole,
        part=len(results) - whole - nothing,
        nothing=nothing,
        lost=-sum(result for result in results if result < 0),
        gained=sum(result for result in results if result > 0),
    )


MOST_EVER = Phrase(
    "每人交 {price} 元，其中至多 {out} 元（{share}）按拉来的人头付给上面的人：平均每人拿回的一定不到 {out} "
    "元。",
    "Of the {price} yuan that each pays, at most {out} ({share}) go to those above, by heads recruited: a "
    "member gets back less than {out} on average.",
)
ENDS = Phrase(
    "即使人人都带来 {brings} 人、谁也不停，第 {round} 轮就把 {people} 人用完；那一轮进来的 {last} 人，"
    "谁都拿不到钱。",
    "Even if everybody brings {brings} and nobody rests, round {round} uses up all {people} people; of the "
    "{last} who joined in it, nobody is paid.",
)
SIDES = Phrase(
    "{members} 人里，{nothing} 人（{nothing_share}）一分没拿到，{part} 人拿回一部分，{whole} "
    "人（{whole_share}）回本。",
    "Of {members} members {nothing} ({nothing_share}) get nothing, {part} get part of their price, and "
    "{whole} ({whole_share}) get it back.",
)
MONEY = Phrase(
    "共收 {paid_in} 元，付出 {paid_out} 元，平台留下 {kept} 元；没回本的人共少拿 {lost} 元，赚钱的人共赚 "
    "{gained} 元。",
    "{paid_in} yuan were collected, {paid_out} paid out, {kept} kept by the platform; those who did not get "
    "their price back are short of {lost}, and those who gained have {gained}.",
)
LEAVING = Phrase(
    "推荐 {after} 人成为老板就离开原来的团队，那 {after} 人留给上面的老板：有 {bosses} 人走到这一步，"
    "从此上面的人仍靠他们拉来的人拿钱。",
    "With {after} recruits one becomes a boss and leaves the team, and those {after} stay with the boss "
    "above: {bosses} came so far, and the bosses above live on those whom they had brought.",
)
ASSUMED = Phrase(
    "只算钱：商品的成本不超过平台留下的部分，会员手里的商品另有多少价值，这里不计。"
    "按人头付酬本身就违反《禁止传销条例》第七条。",
    "Money alone is counted: the goods can cost no more than the platform keeps, and what they are worth to "
    "a member is left out. Pay by heads is itself against article 7 of the Regulation on Prohibition of "
    "Pyramid Selling.",
)


def tell(parameters: TwoPlusOne, played: Played) -> Told:
    """What the figures say."""
    out, last = parameters.to_recruiter + parameters.to_boss, played.rounds[-1]
    headlines = [
        fill(MOST_EVER, price=yuan(parameters.price), out=yuan(out), share=percent(out, parameters.price)),
        fill(
            ENDS,
            brings=parameters.brings,
            round=last.number,
            people=f"{parameters.people:,}",
            last=f"{last.joined:,}",
        ),
        fill(
            SIDES,
            members=f"{played.members:,}",
            nothing=f"{played.nothing:,}",
            nothing_share=percent(played.nothing, played.members),
            part=f"{played.part:,}",
            whole=f"{played.whole:,}",
            whole_share=percent(played.whole, played.members),
        ),
        fill(
            MONEY,
            paid_in=yuan(played.paid_in),
            paid_out=yuan(played.paid_out),
            kept=yuan(played.kept),
            lost=yuan(played.lost),
            gained=yuan(played.gained),
        ),
        fill(LEAVING, after=parameters.boss_after, bosses=f"{played.bosses:,}"),
    ]
    return Told(headlines, charts(parameters, played), [table(played)], [ASSUMED])


def charts(parameters: TwoPlusOne, played: Played) -> list[Chart]:
    """What a member gets by the round of joining; how many join in each."""
    numbers = [one.number for one in played.rounds]
    across = Phrase("加入的轮次", "round of joining")
    mean = Line(
        Phrase("平均拿到", "got on average"),
        numbers,
        [one.earned // one.joined // 100 for one in played.rounds],
    )
    price = Line(Phrase("入会价", "price"), numbers, [parameters.price // 100] * len(numbers))
    joined = Line(Phrase("这一轮加入", "joined"), numbers, [one.joined for one in played.rounds])
    whole = Line(Phrase("其中回本的", "of them got it back"), numbers, [one.whole for one in played.rounds])
    return [
        Chart(
            Phrase("早来与晚来各拿到多少", "What early and late members got"),
            Phrase(
                "平均每人；每一格是十倍。", "On average; each line of the grid is ten times the one below."
            ),
            draw_lines([mean, price], across, Phrase("元", "yuan"), log=True),
        ),
        Chart(
            Phrase(
                "每轮来了多少人，多少人回本",
                "How many joined in each round and how many got their money back",
            ),
            Phrase(
                "人最多的几轮都没有回本。", "The rounds with most people are those who never got it back."
            ),
            draw_lines([joined, whole], across, Phrase("人", "people")),
        ),
    ]


def table(played: Played) -> Table:
    """Rounds, thinned out."""
    columns = [
        Phrase("轮", "Round"),
        Phrase("加入", "Joined"),
        Phrase("累计", "In all"),
        Phrase("平均拿到（元）", "Got on average (yuan)"),
        Phrase("回本的人", "Got it back"),
        Phrase("一分没有的人", "Got nothing"),
    ]
    rows = [
        [
            str(one.number),
            f"{one.joined:,}",
            f"{one.total:,}",
            yuan(one.earned // one.joined),
            f"{one.whole:,}",
            f"{one.nothing:,}",
        ]
        for one in thin(played.rounds)
    ]
    return Table(Phrase("各轮", "Rounds"), columns, rows)


STUDY = Study(
    "two-plus-one",
    Phrase("链动 2+1", "Two plus one"),
    Phrase(
        "交一笔钱就能按拉来的人头拿钱；推荐两人成为老板，离开原来的团队。",
        "A fee buys the right to be paid by heads recruited; with two of them one becomes a boss and leaves "
        "the team.",
    ),
    TwoPlusOne(),
    FIELDS,
    play,
    tell,
)
