"""What a presale may stand with: a plain purchase in a group, and nothing that asks what a deposit is worth.

Source: modes page, section 11; docs/algorithms/presale.md says why of each.
"""

from collections.abc import Iterator, Sequence

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.parts import GOODS, About, Draw, Give, Group, Offer, Outcome
from pinwheel.plan.presale import EARNEST_MONEY, Presale, deposit_of, is_part_of
from pinwheel.plan.refusal import Problem
from pinwheel.plan.titles import Title

KEEPS_ALL = (
    "keep: whoever pays the balance has bought; whoever does not gets the deposit back anyway",
    "keep：付清尾款即为购买，不付尾款的订金本来就全额退回",
)
ORDERED_ONLY = ("ordered, in a presale", "预售方案只能写 ordered")
ALONE: dict[str, tuple[str, str]] = {
    "draw": (
        "left out in a presale: nothing is drawn among those who have paid a part",
        "预售方案不写 draw：只付了一部分的席位不抽奖",
    ),
    "each_join": (
        "left out in a presale: write it in the outcome, which is for those who paid the whole price",
        "预售方案不写 each_join：请写在结果里，只给付清全款的人",
    ),
    "group.leader.gives": (
        "left out in a presale: a leader may not pay the balance",
        "预售方案不写 group.leader.gives：团长可能不付尾款",
    ),
    "group.tiers": (
        "left out in a presale: prices that fall have no deposit that stays the same part",
        "预售方案不写 group.tiers：价格下降时订金没有确定的含义",
    ),
    "credit": (
        "left out in a presale: releases count joins that settle with their group",
        "预售方案不写 credit：释放按随团结算的参团计算",
    ),
    "promoter": (
        "left out in a presale: a deposit that can go back makes nobody a promoter",
        "预售方案不写 promoter：可退的订金不产生推广员天数",
    ),
    "dividends": (
        "left out in a presale: dividends are of orders that settle with their group",
        "预售方案不写 dividends：分红按随团结算的订单计算",
    ),
    "referral": (
        "left out in a presale: a deposit that can go back pays no sponsor",
        "预售方案不写 referral：可退的订金不给推荐人奖励",
    ),
    "budget": (
        "left out in a presale: it must not lose at its price, so that no budget has to carry it",
        "预售方案不写 budget：按售价不能亏损，不需要预算来承担",
    ),
}


def deposit_is_part_of_the_price(presale: Presale | None, offer: Offer) -> Iterator[Problem]:
    """At the plan's price something is paid at first, and something is left to pay."""
    if presale is not None and not is_part_of(presale, offer.price):
        price = format_amount(offer.price)
        yield Problem(
            "presale.deposit",
            format_amount(deposit_of(presale, offer.price)),
            f"at least 0.01 and less than the price, {price}",
            f"至少 0.01 元，且小于价格 {price} 元",
        )


def presale_is_one_purchase(presale: Presale | None, outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """One class, whose payment is kept, and no goods but those ordered."""
    if presale is None:
        return
    if len(outcomes) > 1:
        yield Problem(
            "outcomes",
            f"{len(outcomes)} classes",
            "one class in a presale: everybody who pays the balance gets the same",
            "预售方案只有一类结果：付清尾款的人得到的都一样",
        )
    for number, outcome in enumerate(outcomes):
        if outcome.payment != "keep":
            yield Problem(f"outcomes[{number}].payment", outcome.payment, *KEEPS_ALL)
        for place, give in enumerate(outcome.gives):
            if give.what == GOODS and give.choice is not None:
                path = f"outcomes[{number}].gives[{place}].goods"
                yield Problem(path, f"choose_from: {give.choice.choose_from}", *ORDERED_ONLY)


def presale_says_deposit(
    presale: Presale | None, title: Title, about: About | None, outcomes: Sequence[Outcome]
) -> Iterator[Problem]:
    """What members read says 订金: the word for money that a buyer forfeits would be untrue."""
    texts = {"title.zh": title.zh, "about.zh": about.zh if about else ""}
    texts |= {f"outcomes[{number}].title.zh": outcome.title.zh for number, outcome in enumerate(outcomes)}
    for path, text in texts.items():
        if presale is not None and EARNEST_MONEY in text:
            yield Problem(
                path,
                EARNEST_MONEY,
                "订金: a deposit is returned in full; 定金 is earnest money, which a buyer forfeits",
                "订金：预售的订金全额可退；“定金”是可以没收的，不能使用",
            )


def presale_draws_nothing(presale: Presale | None, draw: Draw | None) -> Iterator[Problem]:
    """A draw section has no meaning, not even an idle one."""
    if presale is not None and draw is not None:
        yield Problem("draw", "draw", *ALONE["draw"])


def presale_gives_to_buyers(
    presale: Presale | None, group: Group, each_join: Sequence[Give]
) -> Iterator[Problem]:
    """What is given is given in the outcome; a price that falls with tiers has no deposit."""
    if presale is None:
        return
    if getattr(group, "tiers", None):
        yield Problem("group.tiers", "tiers", *ALONE["group.tiers"])
    if group.leader.gives:
        yield Problem("group.leader.gives", f"{len(group.leader.gives)} gives", *ALONE["group.leader.gives"])
    if each_join:
        yield Problem("each_join", f"{len(each_join)} gives", *ALONE["each_join"])


def presale_promises_nothing_else(presale: Presale | None, *promises: object) -> Iterator[Problem]:
    """The sections of PROMISES, in their order: what lives on beyond the group."""
    for name, found in zip(PROMISES, promises, strict=True):
        if presale is not None and found is not None:
            yield Problem(name, name, *ALONE[name])


PROMISES = ("credit", "promoter", "dividends", "referral", "budget")
