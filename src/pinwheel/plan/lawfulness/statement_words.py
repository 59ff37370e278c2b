"""The questions of the statement of facts in both languages, grouped as an operator answers them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from pinwheel.plan.lawfulness.draws import DRAWN_WITH_CARE, NEVER_DRAWN
from pinwheel.plan.lawfulness.facts import Facts
from pinwheel.plan.lawfulness.prizes import NOTICE_ITEMS
from pinwheel.plan.words import Phrase

Kind = Literal["yuan", "number", "rate", "truth", "one", "many", "texts", "cards"]
NO_OPTIONS: Mapping[str, Phrase] = MappingProxyType({})

YES = Phrase("是", "yes")
NO = Phrase("否", "no")
NOT_SAID = Phrase("未说明", "not said")
NOTHING_OF_IT = Phrase("没有", "none")
CARD = {
    (True, True): Phrase("记名卡，最多 {amount} 元，已备案", "named, up to {amount} yuan, filed"),
    (True, False): Phrase("记名卡，最多 {amount} 元，未备案", "named, up to {amount} yuan, not filed"),
    (False, True): Phrase("不记名卡，最多 {amount} 元，已备案", "bearer, up to {amount} yuan, filed"),
    (False, False): Phrase("不记名卡，最多 {amount} 元，未备案", "bearer, up to {amount} yuan, not filed"),
}


class Fact(NamedTuple):
    """One question.

    Attributes:
        name: the field of `Facts`.
        kind: what an answer is: yuan (fen), a rate (ppm), a whole number, yes or no, one or many of
            `options`, texts, or cards on sale.
        rules: the rows of the pack that ask.
        label: the question.
        options: of one or many, the answers in words.
        least: of a number.
        nothing: of many, how it is said that it is none of them; None: it need not be said.
    """

    name: str
    kind: Kind
    rules: str
    label: Phrase
    options: Mapping[str, Phrase] = NO_OPTIONS
    least: int = 0
    nothing: Phrase | None = None

    @property
    def may_be_unsaid(self) -> bool:
        """Whether the question may stay open, which the pack answers with a note."""
        return getattr(Facts(), self.name) is None


GOODS = (
    Fact(
        "market_price",
        "yuan",
        "P01 P04 P15",
        Phrase("抽奖商品的市场价（元）", "Market price of what is won (yuan)"),
        least=1,
    ),
    Fact(
        "goods",
        "many",
        "P14",
        Phrase("抽奖商品的种类", "Kinds of goods that are drawn"),
        {**NEVER_DRAWN, **DRAWN_WITH_CARE, "other": Phrase("其他", "other")},
    ),
    Fact(
        "struck_price",
        "yuan",
        "P16",
        Phrase("划线价（元，0 表示没有）", "Price shown struck through (yuan; 0: none)"),
    ),
    Fact(
        "lowest_in_seven_days",
        "yuan",
        "P16",
        Phrase("最近 7 天实际成交的最低价（元）", "Lowest price paid in the last 7 days (yuan)"),
        least=1,
    ),
    Fact("tax", "rate", "M01", Phrase("每笔收取货款应缴的税（比例）", "Tax on each payment kept (rate)")),
    Fact("return_days", "number", "R06", Phrase("可退货的天数", "Days within which goods go back")),
    Fact(
        "pay_reversed",
        "truth",
        "R06",
        Phrase("退货时是否同时收回推荐报酬？", "Does referral pay go back with returned goods?"),
    ),
)
NOTICE = (
    Fact(
        "notice",
        "many",
        "P02",
        Phrase("活动页面已写明", "The activity's page states"),
        NOTICE_ITEMS,
        nothing=Phrase("以上都没有", "none of these"),
    ),
    Fact(
        "points_rules",
        "truth",
        "P03",
        Phrase(
            "积分和券的规则、范围、有效期、限制是否已公布？",
            "Are rules, scope, expiry and limits of points and vouchers published?",
        ),
    ),
    Fact(
        "live_board", "truth", "P04", Phrase("开奖结果是否实时公布？", "Are results shown as they are drawn?")
    ),
    Fact(
        "winners_shown_by",
        "one",
        "D02",
        Phrase("中奖名单如何称呼中奖者", "How lists of winners name a person"),
        {
            "seat": Phrase("席位号或打码昵称", "by seat or masked nickname"),
            "name": Phrase("姓名", "by name"),
            "phone": Phrase("手机号", "by phone number"),
        },
    ),
    Fact(
        "texts",
        "texts",
        "R02 R09 P11 P16 M04 M05 D06",
        Phrase("会员能看到的其他文字（每行一条）", "Other texts that members read (one a line)"),
    ),
)
DRAW = (
    Fact(
        "affiliates_barred",
        "truth",
        "P06",
        Phrase(
            "员工、商家和关联账号是否不能参加抽奖？",
            "Are accounts of staff, merchant and affiliates kept out of the draw?",
        ),
    ),
    Fact(
        "captured_before_draw",
        "truth",
        "P12",
        Phrase("开奖前款项是否已经收取（而不是保留）？", "Is the money taken before the draw (not held)?"),
    ),
    Fact(
        "refunds_by_themselves",
        "truth",
        "P10",
        Phrase(
            "未中奖是否自动、立即、原路、全额退款？",
            "Are refunds made in full, at once, by the same route, unasked?",
        ),
    ),
    Fact("age_gate", "truth", "P13", Phrase("是否只有成年人能参加？", "Do only adults join?")),
    Fact(
        "drawn_from",
        "one",
        "D03",
        Phrase("抽奖名单由什么组成", "What draw lists are made of"),
        {
            "order_ids": Phrase("订单编号", "order ids"),
            "phone_numbers": Phrase("手机号", "phone numbers"),
        },
    ),
    Fact(
        "price_by_person",
        "truth",
        "D04",
        Phrase("价格或机会是否因人而异？", "Do price or odds differ by who somebody is?"),
    ),
    Fact(
        "prizes_sold_back",
        "truth",
        "P11",
        Phrase("奖品能否卖回或寄售给平台？", "Can prizes be sold back or consigned to the platform?"),
    ),
    Fact(
        "spending_per_day",
        "yuan",
        "P18",
        Phrase("每人每天的消费上限（元）", "Most that one member may spend in a day (yuan)"),
        least=1,
    ),
    Fact(
        "records_years",
        "number",
        "P09",
        Phrase("交易和开奖记录保存的年数", "Years for which records are kept"),
    ),
)
MONEY = (
    Fact(
        "prize_tax",
        "one",
        "P15",
        Phrase("奖品的个人所得税（偶然所得）", "Tax on prizes (incidental income)"),
        {
            "withhold": Phrase("代扣", "withheld from the winner"),
            "gross_up": Phrase("平台承担", "borne by the platform"),
        },
    ),
    Fact(
        "groups",
        "number",
        "M02",
        Phrase("这次活动最多结算多少个团", "Most groups that the activity will settle"),
        least=1,
    ),
    Fact(
        "reserve",
        "yuan",
        "M01 M02 M03",
        Phrase("为应付款另外留出的准备金（元）", "Reserve set aside for what is owed (yuan)"),
    ),
    Fact(
        "withdrawals_named",
        "truth",
        "M08",
        Phrase("提现是否需要实名和纳税类别？", "Do withdrawals need a real name and a tax class?"),
    ),
    Fact(
        "points_traded",
        "truth",
        "M04",
        Phrase(
            "会员之间能否买卖积分，或用钱购买积分？", "Can members sell points to each other, or buy them?"
        ),
    ),
    Fact(
        "sellers_money",
        "one",
        "M06",
        Phrase("其他商家的货款进入哪里", "Where other sellers' money lands"),
        {
            "none": Phrase("没有其他商家", "there are no other sellers"),
            "split": Phrase("持牌机构分账", "split by a licensed institution"),
            "own_account": Phrase("平台自己的账户", "the platform's own account"),
        },
    ),
    Fact("top_ups", "cards", "M07", Phrase("在售的充值和预付卡", "Top-ups and cards on sale")),
)
PEOPLE = (
    Fact(
        "privacy_notice",
        "truth",
        "D01",
        Phrase(
            "隐私告知、单独同意和未满 14 周岁的处理是否齐备？",
            "Are privacy notice, separate consents and the handling of under 14s complete?",
        ),
    ),
    Fact(
        "rule_change",
        "one",
        "D05",
        Phrase("发布是否改变平台规则", "Does publishing change platform rules"),
        {
            "none": Phrase("不改变", "no"),
            "ordinary": Phrase("一般改变", "yes"),
            "important": Phrase("重要改变", "yes, important ones"),
        },
    ),
    Fact("notice_days", "number", "D05", Phrase("提前公示的天数", "Days of notice given")),
    Fact(
        "add_ons_ticked",
        "truth",
        "D06",
        Phrase("结算页是否预先勾选附加项？", "Does the checkout tick add-ons beforehand?"),
    ),
)

GROUPS: tuple[tuple[Phrase, tuple[Fact, ...]], ...] = (
    (Phrase("商品与价格", "Goods and price"), GOODS),
    (Phrase("公示与文字", "Notice and texts"), NOTICE),
    (Phrase("开奖与付款", "Draw and payment"), DRAW),
    (Phrase("税与钱", "Tax and money"), MONEY),
    (Phrase("个人信息与规则", "Personal data and rules"), PEOPLE),
)
