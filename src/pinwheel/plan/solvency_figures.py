"""What a solvency report is made of: figures of one full group, promises, the stop test, the report itself.

`solvency.py` works them out and says what the two views and the two cases mean. Amounts in fen, of points
and coins in hundredths. Source: platform page, section 3.
"""

from fractions import Fraction
from typing import Literal, NamedTuple

Funding = Literal["order", "pool", "budget", "nothing"]


class GroupMoney(NamedTuple):
    """What one full group that settles takes in, pays and grants. Fen; a cost is positive.

    Attributes:
        captured: payments kept.
        fee: payment fee of every seat, whether its payment is kept or refunded.
        goods: goods, or the voucher chosen instead.
        rewards, each_join, leader: cash given by outcome classes, for each join, to the leader.
        daily_pool: what the winning seats put into the day's dividend.
        released: cash out of credit, to holders and to their sponsors; None: the plan sets no bound.
        credit: shopping credit granted, at its face.
        size: seats.
        coupons: what the coupons given take off later prices, all of them used.
    """

    captured: int
    fee: int
    goods: int
    rewards: int
    each_join: int
    leader: int
    daily_pool: int
    released: int | None
    credit: int
    size: int
    coupons: int = 0

    @property
    def given(self) -> int:
        """Cash that goes to members for this group, without what comes out of credit."""
        return self.rewards + self.each_join + self.leader + self.daily_pool

    @property
    def kept(self) -> int:
        """Captured payments less the cash given; before goods, fee and credit (example G1: 200.00)."""
        return self.captured - self.given

    @property
    def before_credit(self) -> int:
        """Margin without anything about credit."""
        return self.kept - self.goods - self.fee - self.coupons

    @property
    def cash(self) -> int | None:
        """Margin in the cash view; None: it has no bound, as the releases have none."""
        return None if self.released is None else self.before_credit - self.released

    @property
    def accrual(self) -> int:
        """Margin in the accrual view."""
        return self.before_credit - self.credit

    @property
    def payout_cash(self) -> Fraction | None:
        """Payout ratio (拨比) in the cash view: cash given and released over payments captured.

        Goods, vouchers and refunds are no payout; points and coins are not counted. None: nothing is
        captured, or releases have no bound.
        """
        if self.released is None or not self.captured:
            return None
        return Fraction(self.given + self.released, self.captured)

    @property
    def payout_accrual(self) -> Fraction | None:
        """The same in the accrual view: cash given and credit granted over payments captured."""
        return Fraction(self.given + self.credit, self.captured) if self.captured else None


class Promise(NamedTuple):
    """One promise, per full group in its worst case.

    Attributes:
        what: its name, a key of `solvency_words.PROMISES`.
        amount: fen, of points and coins hundredths; None: the plan names no amount that bounds it.
        covered: fen of it that the captured payments cover, after everything that stands before it. What
            is released (cash view) and what is granted as credit (accrual view) both begin where
            `before_credit` ends: it is the same money, seen twice.
        funding: `order`: all of it is covered; `pool`: the same, and it is paid out of a pool that the orders
            have filled; `budget`: the rest needs the budget that is given; `nothing`: nothing is set aside.
    """

    what: str
    amount: int | None
    covered: int
    funding: Funding


class SeatCredit(NamedTuple):
    """Shopping credit that one seat of a class gets, each join's included; the class by name and titles."""

    outcome: str
    zh: str
    en: str
    credit: int


class Left(NamedTuple):
    """Credit of one winning seat, so many `days` after the last order: released by then, and still owed."""

    days: int
    released: int
    owed: int


class Stop(NamedTuple):
    """The stop test: no further order comes. Fen.

    Attributes:
        owed: credit that one full group granted, at its face.
        per_seat: of each class that gets any; what a leader gets is in `owed` alone.
        decays: what becomes of the credit of the seat with most; the daily release alone goes on, as
            releases on joins need joins.
        never: what is left of it that no day releases any more; all of it without a daily release.
        margin: what the group itself leaves to set aside for it: its worst margin before credit, at least 0.
        set_aside: the budget given.
    """

    owed: int
    per_seat: tuple[SeatCredit, ...]
    decays: tuple[Left, ...]
    never: int
    margin: int
    set_aside: int

    @property
    def short(self) -> int:
        """Owed and covered by nothing but the budget, per full group."""
        return max(0, self.owed - self.margin)


class Peak(NamedTuple):
    """Cash that must be there from elsewhere. Fen.

    Attributes:
        held: for payments that are held or refunded: 0, as they lie untouched until the outcome is known.
        settlement: at most for one full group on its day, with its dividend; None: no bound.
        next_day: most that the daily release pays on the next day out of the group's own credit.
        month: most that it pays in 30 days without orders.
    """

    held: int
    settlement: int | None
    next_day: int
    month: int


class LadderEnd(NamedTuple):
    """A group of a ladder that ends with so many seats at that price (fen), at its worst."""

    size: int
    price: int
    worst: GroupMoney


class Solvency(NamedTuple):
    """The solvency report of a plan at a price, all of one full group.

    Attributes:
        plan, price, budget: what it is about; price and budget in fen.
        expected, worst: a group that settles.
        further: where the draw is made at the end: each group beyond the first at its worst, nobody
            wins in it. None: every group has its own draw.
        dissolved: margin of a full group that dissolves, fees alone; None: no group can.
        unfilled: margin of a group that expires one seat short; not part of `worst_…`, as it is not full.
        unpaid: of a presale: margin of a group that fills and in which nobody pays the balance, fees alone;
            not part of `worst_…`, as it sells nothing. None: all is paid with the join.
        promises: everything promised, with its funding.
        points: (asset, hundredths) granted that are neither cash nor credit.
        open_ended: promises paid out of balances that this plan's groups did not make: no group bounds them.
        last_seats: seats of the last class.
        reward_limit: the cash that each of them may get for a settled group's worst margin
            before credit to be 0, rounded down; None: no such seats, or no group has a draw of its own.
        ladder: of a plan with tiers, every end that can be the worst; `expected` is of its last tier then.
    """

    plan: str
    price: int
    budget: int
    expected: GroupMoney
    worst: GroupMoney
    further: GroupMoney | None
    dissolved: int | None
    unfilled: int
    promises: tuple[Promise, ...]
    points: tuple[tuple[str, int], ...]
    open_ended: tuple[str, ...]
    last_seats: int
    reward_limit: int | None
    stop: Stop
    peak: Peak
    unpaid: int | None = None
    ladder: tuple[LadderEnd, ...] = ()

    @property
    def worst_cash(self) -> int | None:
        """Least margin of any full group in the cash view; None: no bound."""
        margins = [group.cash for group in self._worst_groups]
        if any(margin is None for margin in margins):
            return None
        return self._or_dissolved(min(margin for margin in margins if margin is not None))

    @property
    def worst_accrual(self) -> int:
        """Least margin of any full group in the accrual view."""
        return self._or_dissolved(min(group.accrual for group in self._worst_groups))

    @property
    def _worst_groups(self) -> list[GroupMoney]:
        others = [] if self.further is None else [self.further]
        return [self.worst, *others, *(end.worst for end in self.ladder)]

    @property
    def loss(self) -> int | None:
        """Most that a full group can lose in either view, at least 0; None: no bound."""
        return None if self.worst_cash is None else max(0, -self.worst_cash, -self.worst_accrual)

    @property
    def needs_budget(self) -> bool:
        """Whether a full group can lose, or a promise is open-ended."""
        return self.loss != 0 or bool(self.open_ended)

    @property
    def groups_carried(self) -> int | None:
        """Full groups in their worst case that the budget pays for.

        None: no number can be said, as nothing is lost, or a promise is open-ended.
        """
        return self.budget // self.loss if self.loss and not self.open_ended else None

    @property
    def is_covered(self) -> bool:
        """Whether no budget is needed, or the one given carries a group (open-ended: any budget)."""
        if self.groups_carried is not None:
            return self.groups_carried > 0
        return not self.needs_budget or self.budget > 0

    def _or_dissolved(self, margin: int) -> int:
        return margin if self.dissolved is None else min(margin, self.dissolved)
