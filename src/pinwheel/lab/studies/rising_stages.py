"""Rising-stage crowdfunding (泰山众筹): every stage is larger and is repaid with a gain from the next three.

Source: modes page, section 11. The best case is played: nobody takes anything out of it unless
`operator_takes` says so, what is not paid out waits for the members, and at the end it is shared among them.
"""

from dataclasses import dataclass
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
from pinwheel.plan.amounts import format_rate
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import MILLION, share, split

MOST_STAGES = 5_000
NOT_RAISED, RUN_DRY = 1, 2  # how it ends


class RisingStages(NamedTuple):
    """The mode and its market; amounts in fen, rates in ppm."""

    first_stage: int = 10_000_000
    rises: int = 300_000
    from_next: int = 350_000
    from_second: int = 350_000
    from_third: int = 420_000
    operator_takes: int = 0
    most_at_once: int = 10_000_000_000

    @property
    def repaid(self) -> tuple[int, int, int]:
        """The rates of a stage that the next three repay."""
        return self.from_next, self.from_second, self.from_third


FIELDS = (
    Field("first_stage", "yuan", 100_000, 10**11, Phrase("第一期筹集的金额", "what the first stage raises")),
    Field("rises", "rate", 0, MILLION, Phrase("每期比上一期多筹", "more that each stage raises")),
    Field("from_next", "rate", 0, MILLION, Phrase("由下一期返还", "repaid from the next stage")),
    Field("from_second", "rate", 0, MILLION, Phrase("由再下一期返还", "repaid from the second one after")),
    Field("from_third", "rate", 0, MILLION, Phrase("由再下两期返还", "repaid from the third one after")),
    Field(
        "operator_takes",
        "rate",
        0,
        900_000,
        Phrase("平台从每期抽走", "what the operator takes of each stage"),
    ),
    Field(
        "most_at_once",
        "yuan",
        100_000,
        10**15,
        Phrase("所有人一期最多拿得出的金额", "the most that everybody together can raise for one stage"),
    ),
)


class Stage(NamedTuple):
    """One stage, amounts in fen.

    Attributes:
        number: from 1.
        raised: what its members put in.
        due: what fell due to the three stages before out of it.
        got: what its members got back until the end.
        kept: what waits for members after paying what fell due.
    """

    number: int
    raised: int
    due: int
    got: int
    kept: int


class Played(NamedTuple):
    """Until the end, amounts in fen.

    Attributes:
        stages: those that were raised in full.
        ended: NOT_RAISED if the next stage was more than everybody had, RUN_DRY if one could not pay.
        failed_stage, failed_target: the stage at which it ended, and what it should have raised.
        paid_in, paid_out, taken: by members, to members, by the operator.
        owed: promised and not paid when it ended; left: what was there for it, shared by what was owed.
        lost, gained: sums over the stages that got less, and more, than they put in.
        losing_stages: how many got less.
        growth_needed: ppm, see `growth_needed`.
    """

    stages: list[Stage]
    ended: int
    failed_stage: int
    failed_target: int
    paid_in: int
    paid_out: int
    taken: int
    owed: int
    left: int
    lost: int
    gained: int
    losing_stages: int
    growth_needed: int


def growth_needed(parameters: RisingStages) -> int:
    """The least growth from stage to stage, in ppm, by which every promise can be kept for ever.

    Where each stage is g times the one before, a stage of 1 owes r1/g + r2/g² + r3/g³ to the three before,
    which may be no more than the operator leaves of it: r1 g² + r2 g + r3 <= (1 - taken) g³. The least such g
    is found by halving, on integers.
    """
    low, high = -MILLION, MILLION
    while not is_covered(parameters, high):
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_covered(parameters, middle) else (middle, high)
    return high


def is_covered(parameters: RisingStages, growth: int) -> bool:
    """Whether stages that grow by so much pay for the three before."""
    factor = MILLION + growth
    first, second, third = parameters.repaid
    owed = first * factor**2 * MILLION + second * factor * MILLION**2 + third * MILLION**3
    return owed <= (MILLION - parameters.operator_takes) * factor**3


def check(parameters: RisingStages) -> None:
    """Raises: BadStudy."""
    check_fields(parameters, FIELDS)
    if sum(parameters.repaid) <= MILLION:
        raise BadStudy(
            Phrase(
                "from_next、from_second、from_third：三项之和须大于 100%，否则没有收益承诺，不必研究",
                "from_next, from_second, from_third: together more than 100%, or nothing is promised to "
                "study",
            )
        )
    if parameters.first_stage > parameters.most_at_once:
        raise BadStudy(
            fill(
                Phrase(
                    "first_stage：允许不超过 most_at_once，{most}",
                    "first_stage: at most most_at_once, {most}",
                ),
                most=yuan(parameters.most_at_once),
            )
        )


@dataclass
class Course:
    """What happened so far, by stage, amounts in fen.

    Attributes:
        raised, got, due, kept: as in Stage; got is what came back so far.
    """

    raised: list[int]
    got: list[int]
    due: list[int]
    kept: list[int]


def play(parameters: RisingStages = RisingStages()) -> Played:  # noqa: B008 - a NamedTuple never changes
    """Stage after stage, until one cannot be raised or cannot pay. Raises: BadStudy."""
    check(parameters)
    course, target = Course([], [], [], []), parameters.first_stage
    while target <= parameters.most_at_once:
        if len(course.raised) == MOST_STAGES:
            raise too_long()
        if not raise_stage(course, target, parameters):
            return reckon(parameters, course, RUN_DRY, len(course.raised), target)
        target = share(target, MILLION + parameters.rises)
    return reckon(parameters, course, NOT_RAISED, len(course.raised) + 1, target)


def too_long() -> BadStudy:
    """A play that would not end within reason."""
    said = Phrase(
        "{most} 期之内没有结束：请提高 rises，或降低 most_at_once",
        "does not end within {most} stages: raise rises, or lower most_at_once",
    )
    return BadStudy(fill(said, most=f"{MOST_STAGES:,}"))


def raise_stage(course: Course, target: int, parameters: RisingStages) -> bool:
    """Take a stage's money and pay the three before, as far as it goes; whether it went all the way."""
    number = len(course.raised)
    before = [number - back for back in (1, 2, 3) if number >= back]
    claims = [share(course.raised[one], rate) for one, rate in zip(before, parameters.repaid, strict=False)]
    there = target - share(target, parameters.operator_takes) + (course.kept[-1] if course.kept else 0)
    due = sum(claims)
    paid = claims if due <= there else split(there, claims)
    for one, amount in zip(before, paid, strict=True):
        course.got[one] += amount
    course.raised.append(target)
    course.got.append(0)
    course.due.append(due)
    course.kept.append(there - sum(paid))
    return due <= there


def reckon(parameters: RisingStages, course: Course, ended: int, failed: int, target: int) -> Played:
    """Share what is left among those who are owed, and count who won and who lost."""
    raised = course.raised
    promised = [sum(share(amount, rate) for rate in parameters.repaid) for amount in raised]
    claims = [whole - part for whole, part in zip(promised, course.got, strict=True)]
    owed, left = sum(claims), course.kept[-1]
    last = split(min(left, owed), claims)
    got = [part + more for part, more in zip(course.got, last, strict=True)]
    results = [back - paid for back, paid in zip(got, raised, strict=True)]
    columns = zip(raised, course.due, got, course.kept, strict=True)
    return Played(
        stages=[Stage(number, *column) for number, column in enumerate(columns, start=1)],
        ended=ended,
        failed_stage=failed,
        failed_target=target,
        paid_in=sum(raised),
        paid_out=sum(got),
        taken=sum(share(amount, parameters.operator_takes) for amount in raised),
        owed=owed,
        left=left,
        lost=-sum(result for result in results if result < 0),
        gained=sum(result for result in results if result > 0),
        losing_stages=sum(result < 0 for result in results),
        growth_needed=growth_needed(parameters),
    )


NEEDED = Phrase(
    "要付得出承诺的 {promised}，每期必须比上一期多筹 {growth}，而且永远如此。没有什么能永远增长。",
    "To keep its promise of {promised}, every stage has to raise {growth} more than the one before, for "
    "ever. Nothing grows for ever.",
)
ENDS = {
    NOT_RAISED: Phrase(
        "第一期只筹 {first} 元，每期多筹 {rises}，到第 {stage} 期要筹 {target} 元，"
        "超过所有人一次拿得出的 {most} 元：筹不满，从此付不出。",
        "The first stage raises only {first} yuan; at {rises} more each time, stage {stage} has to raise "
        "{target} yuan, more than the {most} that everybody together can put in: it fails, and from then on "
        "nothing is paid.",
    ),
    RUN_DRY: Phrase(
        "第一期筹 {first} 元，每期多筹 {rises}，增长不够：第 {stage} 期筹满了 {target} 元，"
        "也付不出到期的返还。",
        "The first stage raises {first} yuan, each {rises} more, which is too little: stage {stage} raises "
        "its {target} yuan in full and still cannot pay what falls due.",
    ),
}
OWED = Phrase(
    "到那时会员共投入 {paid_in} 元，平台抽走 {taken} 元，还欠会员 {owed} 元，能付的只有 {left} 元。"
    "缺口 {short} 元是全部投入的 {rate}：增长只把它推到以后，从不把它变小。",
    "By then members have put in {paid_in} yuan, the operator took {taken}, members are still owed {owed}, "
    "and {left} is there to pay it. The {short} that are missing are {rate} of all that was put in: growth "
    "puts them off and never makes them smaller.",
)
LOSERS = Phrase(
    "把剩下的全部分完，最后 {losing} 期仍共亏 {lost} 元，亏得最多的一期每 100 元只拿回 {worst} 元；"
    "前面 {winning} 期共赚 {gained} 元，全部来自后来的人。",
    "With everything shared out, the last {losing} stages still lose {lost} yuan, the worst of them getting "
    "{worst} back of each 100; the {winning} stages before gain {gained}, all of it later members' money.",
)
ASSUMED = Phrase(
    "假设：没有成本，余款全部留给会员，失败的一期原数退回，剩余的钱按所欠比例分给会员。现实只会更差。",
    "Assumed: no costs, all that is left over is kept for the members, the stage that fails is given back in "
    "full, and what remains is shared by what is owed. Reality is worse.",
)


def tell(parameters: RisingStages, played: Played) -> Told:
    """What the figures say."""
    worst = min(stage.got * 10_000 // stage.raised for stage in played.stages)
    headlines = [
        fill(
            NEEDED,
            promised=format_rate(sum(parameters.repaid)),
            growth=percent(played.growth_needed, MILLION),
        ),
        fill(
            ENDS[played.ended],
            first=yuan(parameters.first_stage),
            rises=format_rate(parameters.rises),
            stage=played.failed_stage,
            target=yuan(played.failed_target),
            most=yuan(parameters.most_at_once),
        ),
        fill(
            OWED,
            paid_in=yuan(played.paid_in),
            taken=yuan(played.taken),
            owed=yuan(played.owed),
            left=yuan(played.left),
            short=yuan(max(0, played.owed - played.left)),
            rate=percent(max(0, played.owed - played.left), played.paid_in),
        ),
        fill(
            LOSERS,
            losing=played.losing_stages,
            lost=yuan(played.lost),
            worst=yuan(worst),
            winning=len(played.stages) - played.losing_stages,
            gained=yuan(played.gained),
        ),
    ]
    return Told(headlines, charts(played), [table(played)], [ASSUMED])


def charts(played: Played) -> list[Chart]:
    """What each stage raises and owes; what each gets back of 100 yuan."""
    numbers = [stage.number for stage in played.stages]
    stage = Phrase("期", "stage")
    raised = Line(Phrase("筹集", "raised"), numbers, [one.raised // 100 for one in played.stages])
    due = Line(Phrase("到期返还", "due"), numbers, [one.due // 100 for one in played.stages])
    put_in = Line(Phrase("投入", "put in"), numbers, [100] * len(numbers))
    back = [rounded_up(one.got * 100, one.raised) for one in played.stages]
    return [
        Chart(
            Phrase("每期要筹的钱", "What each stage has to raise"),
            Phrase(
                "每一格是十倍。到期返还紧跟着筹集，所以一期也不能少。",
                "Each line of the grid is ten times the one below. What falls due follows what is raised, "
                "so no stage may be missing.",
            ),
            draw_lines([raised, due], stage, Phrase("元", "yuan"), log=True),
        ),
        Chart(
            Phrase("每投入 100 元拿回多少", "What comes back of each 100 yuan"),
            Phrase(
                "最后几期在虚线以下：他们付了前面人的收益。", "The last stages lie below what they put in."
            ),
            draw_lines(
                [Line(Phrase("拿回", "got back"), numbers, back), put_in], stage, Phrase("元", "yuan")
            ),
        ),
    ]


def table(played: Played) -> Table:
    """Stages, thinned out."""
    columns = [
        Phrase("期", "Stage"),
        Phrase("筹集", "Raised"),
        Phrase("到期返还", "Due to earlier stages"),
        Phrase("付后结余", "Left after paying"),
        Phrase("最终拿回", "Got back in the end"),
    ]
    rows = [
        [str(one.number), yuan(one.raised), yuan(one.due), yuan(one.kept), yuan(one.got)]
        for one in thin(played.stages)
    ]
    return Table(Phrase("各期（元）", "Stages (yuan)"), columns, rows)


STUDY = Study(
    "rising-stages",
    Phrase("泰山众筹", "Rising-stage crowdfunding"),
    Phrase(
        "每期比上一期多筹，每期的本金加收益由后面三期付。",
        "Each stage raises more than the one before and is repaid, with a gain, from the next three.",
    ),
    RisingStages(),
    FIELDS,
    play,
    tell,
)
