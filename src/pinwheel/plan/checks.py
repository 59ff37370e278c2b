"""What must hold between fields. Each check is a function of the sections it names; all of them run.

Source: plans page (counts that do not fit), modes page sections 2 and 3.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pinwheel.plan.amounts import format_duration, format_hours, format_rate
from pinwheel.plan.ladder_checks import LADDER_CHECKS
from pinwheel.plan.parts import DIVIDEND_SHARE, GOODS, Draw, Give, Group, Outcome, Span
from pinwheel.plan.presale_checks import (
    PROMISES,
    deposit_is_part_of_the_price,
    presale_draws_nothing,
    presale_gives_to_buyers,
    presale_is_one_purchase,
    presale_promises_nothing_else,
    presale_says_deposit,
)
from pinwheel.plan.promises import Promoter, Referral
from pinwheel.plan.refusal import NOT_AVAILABLE_YET, Problem, shown
from pinwheel.plan.values import LATER_EN, LATER_ZH

Check = Callable[..., Iterator[Problem]]


def check_sections(sections: Mapping[str, object]) -> list[Problem]:
    """All contradictions in and between the sections given; a check that lacks a section is left out."""
    problems: list[Problem] = []
    for names, check in CHECKS:
        if all(name in sections for name in names):
            problems.extend(check(*(sections[name] for name in names)))
    return problems


def rest_is_last(outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """Only the last class takes the rest, and it always does."""
    last = len(outcomes) - 1
    for number, outcome in enumerate(outcomes):
        path = f"outcomes[{number}].count"
        if outcome.count == "rest" and number < last:
            yield Problem(path, "rest", "rest in the last class only", "只有最后一类可以写 rest")
        if outcome.count != "rest" and number == last:
            yield Problem(
                path,
                shown(outcome.count),
                "rest: the last class takes the seats left",
                "rest：最后一类取剩余席位",
            )


def names_are_unique(outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """No two classes have one name."""
    seen: set[str] = set()
    for number, outcome in enumerate(outcomes):
        if outcome.name in seen:
            path = f"outcomes[{number}].name"
            yield Problem(
                path, shown(outcome.name), "a name of its own for each class", "每一类的名称各不相同"
            )
        seen.add(outcome.name)


def prizes_fit(group: Group, outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """The classes before the last have no more seats than the group."""
    left = group.size
    for number, outcome in enumerate(outcomes):
        if outcome.count == "rest":
            continue
        if outcome.count > left:
            yield Problem(
                f"outcomes[{number}].count",
                shown(outcome.count),
                f"at most {max(left, 0)}, as the group has {group.size} seats in all",
                f"最多 {max(left, 0)}，因为一个团共有 {group.size} 个席位",
            )
        left -= outcome.count


def one_seat_draws_nothing(group: Group, outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """A group of one seat has one class of outcome."""
    if group.size == 1 and len(outcomes) > 1:
        yield Problem("group.size", "1", "2 or more seats where outcomes differ", "有多种结果时至少 2 个席位")


def classes_need_a_draw(draw: Draw | None, outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """More than one class of outcome needs a draw section."""
    if draw is None and len(outcomes) > 1:
        yield Problem(
            "draw",
            "",
            "a draw section, as the plan has more than one outcome class",
            "draw 部分：有多种结果的方案需要说明如何开奖",
        )


def seat_rules_stand_once(draw: Draw | None) -> Iterator[Problem]:
    """Each seat rule stands once."""
    names = [rule.name for rule in draw.seat_rules] if draw else []
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Problem(f"draw.seat_rules[{number}]", shown(name), "each rule once", "每条规则只写一次")


def queue_has_no_leader(group: Group) -> Iterator[Problem]:
    """What concerns a leader needs a seating that has leaders."""
    if group.seating != "queue":
        return
    allowed = "only with seating: leader or either", "仅用于 seating: leader 或 either"
    if not group.leader.may_win:
        yield Problem("group.leader.may_win", "false", *allowed)
    if group.leader.gives:
        yield Problem("group.leader.gives", f"{len(group.leader.gives)} gives", *allowed)


def some_group_can_settle(group: Group, draw: Draw | None, outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """Leader barred, every seat a prize, and dissolve on conflict: each group would dissolve for ever."""
    prizes = sum(outcome.count for outcome in outcomes if outcome.count != "rest")
    leader_barred = group.seating == "leader" and not group.leader.may_win
    if leader_barred and draw and draw.conflict == "dissolve" and prizes == group.size and len(outcomes) > 1:
        yield Problem(
            "draw.conflict",
            "dissolve",
            "draw_anyway, or fewer prizes: with the leader barred every group would dissolve",
            "draw_anyway，或减少中奖名额：团长不中时每个团都会流失",
        )


def one_draw_has_no_leader(group: Group, draw: Draw | None) -> Iterator[Problem]:
    """A draw over all groups knows no leader of its own: leaders are seats like any other."""
    if draw is None or draw.when != "on_close":
        return
    allowed = "only with draw.when: on_fill", "仅用于 draw.when: on_fill"
    if not group.leader.may_win:
        yield Problem("group.leader.may_win", "false", *allowed)


def public_value_is_told_whole(draw: Draw | None) -> Iterator[Problem]:
    """A public value is of a group's own draw; its event and its time stand where there is one."""
    if draw is None:
        return
    if draw.when == "on_close" and draw.public_value != "none":
        allowed = "none with draw.when: on_close", "draw.when: on_close 时只能为 none"
        yield Problem("draw.public_value", draw.public_value, *allowed)
    if draw.public_value == "public_number" and draw.public_event is None:
        yield Problem(
            "draw.public_event",
            "",
            "the public event whose number is used, as {zh: …, en: …}: the first after the group is full",
            "所用号码的公开事件 {zh: …, en: …}：满员之后的第一次",
        )
    if draw.public_value != "public_number" and draw.public_event is not None:
        allowed = "only with public_value: public_number", "仅用于 public_value: public_number"
        yield Problem("draw.public_event", draw.public_event.en, *allowed)
    if draw.public_value == "none" and draw.public_value_within is not None:
        allowed = (
            "only with public_value: drand or public_number",
            "仅用于 public_value: drand 或 public_number",
        )
        yield Problem("draw.public_value_within", format_duration(draw.public_value_within), *allowed)


def hours_do_not_overlap(hours: Sequence[Span]) -> Iterator[Problem]:
    """`hours` sorted by start."""
    for number in range(1, len(hours)):
        if hours[number].start < hours[number - 1].end:
            found = " / ".join(
                f'"{format_hours(span.start, span.end)}"' for span in hours[number - 1 : number + 1]
            )
            yield Problem("hours", found, "times that do not overlap", "互不重叠的时段")


def goods_stand_once_in_outcomes(outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """A class gives the goods once."""
    for number, outcome in enumerate(outcomes):
        for place in [one for one in _goods(outcome.gives) if outcome.gives[one].extra is None][1:]:
            path = f"outcomes[{number}].gives[{place}].goods"
            yield Problem(path, "ordered", "goods once in a class", "每一类只写一次 goods")


def extra_comes_with_the_goods(outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """A second article goes to every seat whose payment is kept, once, beside the product ordered."""
    for number, outcome in enumerate(outcomes):
        extras = [place for place in _goods(outcome.gives) if outcome.gives[place].extra is not None]
        ordered = any(give.what == GOODS and give.extra is None and not give.choice for give in outcome.gives)
        is_for_all = len(outcomes) == 1 and outcome.payment == "keep" and ordered
        for place in extras if not is_for_all else extras[1:]:
            extra = outcome.gives[place].extra
            yield Problem(
                f"outcomes[{number}].gives[{place}].goods",
                f"extra: {extra.extra if extra else ''}",
                "one, beside goods: ordered, in a plan with one class whose payment is kept: its stock is "
                "reserved with each join",
                "最多一件，与 goods: ordered 同写，且方案只有一类收款的结果：库存随每次参团预留",
            )


def goods_belong_to_an_outcome(group: Group, each_join: Sequence[Give]) -> Iterator[Problem]:
    """Goods to the leader or for each join are not available yet."""
    for path, gives in (("group.leader.gives", group.leader.gives), ("each_join", each_join)):
        for place in _goods(gives):
            yield Problem(f"{path}[{place}].goods", "ordered", LATER_EN, LATER_ZH, NOT_AVAILABLE_YET)


def shares_are_for_winners(
    group: Group, outcomes: Sequence[Outcome], each_join: Sequence[Give]
) -> Iterator[Problem]:
    """A share of the daily dividend belongs to a class that is drawn."""
    places = [("group.leader.gives", group.leader.gives), ("each_join", each_join)]
    places += [(f"outcomes[{len(outcomes) - 1}].gives", outcomes[-1].gives)] if outcomes else []
    for path, gives in places:
        for place, give in enumerate(gives):
            if give.what == DIVIDEND_SHARE:
                yield Problem(
                    f"{path}[{place}].{DIVIDEND_SHARE}",
                    format_rate(give.amount.ppm),
                    "only in a class before the last: the winners share it",
                    "只能写在最后一类之前的类别中：由中奖者分享",
                )


def promoters_are_made(referral: Referral | None, promoter: Promoter | None) -> Iterator[Problem]:
    """What only promoters get needs a section that makes promoters."""
    release = referral.release_to_sponsor if referral else None
    if release is not None and release.valid_promoters_only and promoter is None:
        yield Problem(
            "referral.release_to_sponsor.valid_promoters_only",
            "true",
            "only with a promoter section: nobody would ever be one",
            "仅用于写有 promoter 部分的方案：否则没有人会成为推广员",
        )


def _goods(gives: Sequence[Give]) -> list[int]:
    return [place for place, give in enumerate(gives) if give.what == GOODS]


CHECKS: list[tuple[tuple[str, ...], Check]] = [
    *LADDER_CHECKS,
    (("group", "outcomes"), one_seat_draws_nothing),
    (("group",), queue_has_no_leader),
    (("group", "each_join"), goods_belong_to_an_outcome),
    (("group", "outcomes", "each_join"), shares_are_for_winners),
    (("referral", "promoter"), promoters_are_made),
    (("hours",), hours_do_not_overlap),
    (("draw",), seat_rules_stand_once),
    (("draw",), public_value_is_told_whole),
    (("group", "draw"), one_draw_has_no_leader),
    (("draw", "outcomes"), classes_need_a_draw),
    (("group", "draw", "outcomes"), some_group_can_settle),
    (("outcomes",), rest_is_last),
    (("outcomes",), names_are_unique),
    (("group", "outcomes"), prizes_fit),
    (("outcomes",), goods_stand_once_in_outcomes),
    (("outcomes",), extra_comes_with_the_goods),
    (("presale", "offer"), deposit_is_part_of_the_price),
    (("presale", "outcomes"), presale_is_one_purchase),
    (("presale", "title", "about", "outcomes"), presale_says_deposit),
    (("presale", "draw"), presale_draws_nothing),
    (("presale", "group", "each_join"), presale_gives_to_buyers),
    (("presale", *PROMISES), presale_promises_nothing_else),
]
