"""The articles that the rules rest on, quoted in Chinese with an English rendering; own policy says so.

A quotation whose wording was not compared with a stored text of the law is marked (?) and says so.
"""

from typing import NamedTuple

from pinwheel.plan.refusal import Language


class Article(NamedTuple):
    """What a rule rests on.

    Attributes:
        source_zh, source_en: law and article, or own policy.
        quote_zh: the words of the law; `quote_en`: an unofficial rendering.
        confirmed: whether the wording was compared with a stored text.
    """

    source_zh: str
    source_en: str
    quote_zh: str
    quote_en: str
    confirmed: bool = True

    def text(self, language: Language) -> str:
        """Source and quotation in one line; the English line has the Chinese words too."""
        if language == "zh":
            return (
                f"{self.source_zh}：“{self.quote_zh}”{'' if self.confirmed else '（?）（条文文字未核对）'}。"
            )
        mark = "" if self.confirmed else " (?) (wording not confirmed)"
        return f"{self.source_en}: “{self.quote_zh}” ({self.quote_en}){mark}."


_NOTICE = (
    "经营者在有奖销售前，应当明确公布奖项种类、参与条件、参与方式、开奖时间、开奖方式、"
    "奖金金额或者奖品价格、奖品品名、"
    "奖品种类、奖品数量或者中奖概率、兑奖时间、兑奖条件、兑奖方式、奖品交付方式、弃奖条件、"
    "主办方及其联系方式等信息",
    "before a sale with prizes the seller publishes kinds of prizes, who may join and how, time and "
    "method of the "
    "draw, amounts or prices, names, kinds, number or odds of prizes, when, how and on what terms they "
    "are claimed "
    "and delivered, organiser and contact",
)
_PYRAMID_SALES = (
    "要求被发展人员发展其他人员加入，形成上下线关系，并以下线的销售业绩为依据计算和给付上线报酬，"
    "牟取非法利益的",
    "having recruits recruit others, so that lines form, and paying the upper line by the lower line's sales",
)
_REBATE_NOTICE = "六部门 2018-04-12 关于防范“消费返利”风险的提示", "notice of six ministries of 2018-04-12"
_REBATE = (
    "承诺高额甚至全额返还消费款、加盟费等，以此吸引消费者、商家投入资金",
    "promising to return much or all of what was spent or paid to join, so that consumers and "
    "merchants put money in",
)
_FUNDING = "防范和处置非法集资条例第二条", "Regulation on Illegal Fundraising, art. 2"
_FUNDING_QUOTE = (
    "以许诺还本付息或者给予其他投资回报等方式，向不特定对象吸收资金的行为",
    "taking money from the public by promising principal and interest or other returns",
)
_COURT = "最高人民法院 2022 年关于审理非法集资刑事案件的解释"
_COURT_EN = "Supreme People's Court, interpretation of 2022 on illegal fundraising"
_PIPL, _PIPL_EN = "个人信息保护法", "Personal Information Protection Law"
_PROMOTION, _PROMOTION_EN = "规范促销行为暂行规定", "Interim Provisions on Promotions"
_UNFAIR, _UNFAIR_EN = "反不正当竞争法（2025）第十一条", "Anti-Unfair Competition Law (2025), art. 11"
_OWN, _OWN_EN = "平台自定政策", "own policy"

ARTICLES: dict[str, Article] = {
    "P01": Article(
        f"{_UNFAIR}；{_PROMOTION}第十七、十八条",
        f"{_UNFAIR_EN}; {_PROMOTION_EN}, arts. 17-18",
        "抽奖式的有奖销售，最高奖的金额超过五万元",
        "sales with a draw whose highest prize is above 50 000 yuan",
    ),
    "P02": Article(f"{_PROMOTION}第十三条", f"{_PROMOTION_EN}, art. 13", *_NOTICE),
    "P03": Article(
        f"{_PROMOTION}第十四条",
        f"{_PROMOTION_EN}, art. 14",
        "奖品为积分、礼券、兑换券、代金券等形式的，应当公布兑换规则、使用范围、"
        "有效期限以及其他限制性条件等详细内容",
        "where prizes are points or vouchers, their rules, scope, expiry and other limits are "
        "published in detail",
        confirmed=False,
    ),
    "P04": Article(
        f"{_PROMOTION}第十三条",
        f"{_PROMOTION_EN}, art. 13",
        "在现场即时开奖的有奖销售活动中，对超过五百元奖项的兑奖情况，应当随时公示",
        "with instant draws, claims of prizes above 500 yuan are published at any time",
        confirmed=False,
    ),
    "P05": Article(
        _UNFAIR,
        _UNFAIR_EN,
        "有奖销售活动开始后，无正当理由变更所设奖的种类、兑奖条件、奖金金额或者奖品等有奖销售信息",
        "changing, after the start and without good reason, kinds, terms, amounts or prizes",
        confirmed=False,
    ),
    "P06": Article(
        f"{_UNFAIR}第三项",
        f"{_UNFAIR_EN}(3)",
        "采用谎称有奖或者故意让内定人员中奖的欺骗方式进行有奖销售",
        "pretending prizes, or letting insiders win on purpose",
    ),
    "P08": Article(f"{_PROMOTION}第十三条", f"{_PROMOTION_EN}, art. 13", *_NOTICE),
    "P09": Article(
        f"电子商务法第三十一条；{_PROMOTION}第十九条（?）",
        f"E-Commerce Law, art. 31; {_PROMOTION_EN}, art. 19 (?)",
        "商品和服务信息、交易信息保存时间自交易完成之日起不少于三年",
        "information on goods and trades is kept for no less than three years after the trade",
    ),
    "P10": Article(
        "刑法第三百零三条；关于“一元购”的处理意见与判例",
        "Criminal Law, art. 303; rulings on one-yuan draws",
        "以营利为目的，聚众赌博或者以赌博为业的，处三年以下有期徒刑、拘役或者管制，并处罚金",
        "gathering people to gamble for profit is punished by up to three years and a fine",
    ),
    "P11": Article(
        f"{_COURT}第二条第四项",
        f"{_COURT_EN}, art. 2(4)",
        "不具有销售商品、提供服务的真实内容或者不以销售商品、提供服务为主要目的，以商品回购、"
        "寄存代售等方式非法吸收资金的",
        "taking money by buying goods back or selling them on consignment, without real sales as the "
        "main purpose",
        confirmed=False,
    ),
    "P12": Article(
        "电子商务法第四十九条第二款",
        "E-Commerce Law, art. 49(2)",
        "电子商务经营者不得以格式条款等方式约定消费者支付价款后合同不成立",
        "standard terms may not say that no contract was made although the consumer paid",
    ),
    "P13": Article(
        f"{_OWN}；盲盒经营行为规范指引（试行）",
        f"{_OWN_EN}; guideline on blind boxes",
        "盲盒经营者不得向未满8周岁未成年人销售盲盒",
        "blind boxes are not sold to children under 8; our policy is adults only",
    ),
    "P14": Article(
        "盲盒经营行为规范指引（试行）",
        "guideline on blind boxes",
        "药品、医疗器械、有毒有害物品、易燃易爆物品、活体动物等……不得以盲盒形式销售。食品、化妆品，"
        "不具备保障质量安全和"
        "消费者权益条件的，不应当以盲盒形式销售",
        "medicines, medical devices, hazards and live animals are not sold by chance; food and "
        "cosmetics only where "
        "quality, safety and consumers' rights are assured",
    ),
    "P15": Article(
        "个人所得税法第三、六、九条；财政部 税务总局公告 2019 年第 74 号",
        "Individual Income Tax Law, arts. 3, 6, 9; announcement 74 of 2019",
        "……和偶然所得，适用比例税率，税率为百分之二十；……以支付所得的单位或者个人为扣缴义务人",
        "incidental income is taxed at 20%, and who pays it out withholds the tax",
    ),
    "P16": Article(
        "明码标价和禁止价格欺诈规定第十六、十七条",
        "Provisions on Clear Pricing, arts. 16-17",
        "被比较价格应当不高于该经营者在同一经营场所进行价格比较前七日内的最低成交价格",
        "a price compared with is not above the lowest price of the seven days before",
    ),
    "P18": Article(
        _OWN,
        _OWN_EN,
        "抽奖类活动须有每人每日参与次数或金额上限",
        "paid draws have a cap of joins or spending a day",
    ),
    "R01": Article(
        "禁止传销条例第七条第三项；公安机关管辖的刑事案件立案追诉标准的规定（二）第七十条（?）",
        "Regulation on Pyramid Selling, art. 7(3); prosecution standard (II), art. 70 (?)",
        *_PYRAMID_SALES,
    ),
    "R02": Article(
        "禁止传销条例第七条第一项",
        "Regulation on Pyramid Selling, art. 7(1)",
        "对发展的人员以其直接或者间接滚动发展的人员数量为依据计算和给付报酬",
        "paying by the number of people recruited, directly or indirectly",
    ),
    "R03": Article(
        "禁止传销条例第七条第二项",
        "Regulation on Pyramid Selling, art. 7(2)",
        "要求被发展人员交纳费用或者以认购商品等方式变相交纳费用，取得加入或者发展其他人员加入的资格",
        "having recruits pay a fee, or buy goods in its place, for the right to join or to recruit",
    ),
    "R04": Article(
        "禁止传销条例第七条第三项；直销管理条例第二十四条",
        "Regulation on Pyramid Selling, art. 7(3); Regulation on Direct Selling, art. 24",
        *_PYRAMID_SALES,
    ),
    "R05": Article(
        "直销管理条例第二十四条（作为尺度）",
        "Regulation on Direct Selling, art. 24 (as a yardstick)",
        "报酬总额(包括佣金、奖金、"
        "各种形式的奖励以及其他经济利益等)不得超过直销员本人直接向消费者销售产品收入的30%",
        "all pay, bonuses and other benefits included, is at most 30% of the seller's own sales to consumers",
    ),
    "R06": Article(
        _OWN,
        _OWN_EN,
        "佣金在退货期届满后方可支付，订单退款时一并冲回",
        "commission is payable after the return window, and is reversed with a refund",
    ),
    "R09": Article(
        "广告法第四、二十五条；六部门 2018-04-12 关于防范“消费返利”风险的提示",
        "Advertising Law, arts. 4, 25; notice of six ministries of 2018-04-12",
        "对未来效果、收益或者与其相关的情况作出保证性承诺，明示或者暗示保本、无风险或者保收益等",
        "promising future results or returns, saying or hinting at safe principal, no risk or sure returns",
    ),
    "M01": Article(
        "平台稳健性要求",
        "soundness",
        "最坏情形下不得入不敷出",
        "no plan may lose in its worst case without a budget",
    ),
    "M02": Article(f"平台稳健性要求；{_FUNDING[0]}", f"soundness; {_FUNDING[1]}", *_FUNDING_QUOTE),
    "M03": Article(*_REBATE_NOTICE, *_REBATE),
    "M04": Article(
        "电子商务法第四十六条",
        "E-Commerce Law, art. 46",
        "不得采取集中竞价、做市商等集中交易方式进行交易，不得进行标准化合约交易",
        "no centralised trading such as auctions or market making, no trading of standard contracts",
    ),
    "M05": Article(
        f"{_COURT}第一至三条",
        f"{_COURT_EN}, arts. 1-3",
        "承诺在一定期限内以货币、实物、股权等方式还本付息或者给付回报",
        "promising to repay principal with interest or a return, in money, kind or shares, within a time",
        confirmed=False,
    ),
    "M06": Article(
        "非银行支付机构监督管理条例第六、四十七条",
        "Regulation on Non-bank Payment Institutions, arts. 6, 47",
        "未经依法批准，任何单位和个人不得从事或者变相从事支付业务",
        "nobody carries on payment business, in whatever form, without approval",
        confirmed=False,
    ),
    "M07": Article(
        "单用途商业预付卡管理办法（试行）第二十六条",
        "Measures on Single-purpose Prepaid Cards, art. 26",
        "单张记名卡限额不得超过5000元，单张不记名卡限额不得超过1000元",
        "a named card holds at most 5 000 yuan, a bearer card at most 1 000",
    ),
    "M08": Article(
        _OWN, _OWN_EN, "提现须实名并确定所得的税目", "withdrawals need a real name and a tax class"
    ),
    "D01": Article(
        f"{_PIPL}第六、十七、二十三、二十九、三十一条",
        f"{_PIPL_EN}, arts. 6, 17, 23, 29, 31",
        "个人信息处理者在处理个人信息前，应当以显著方式、清晰易懂的语言真实、准确、完整地向个人告知下列事项",
        "before handling personal information, its handler tells the person, clearly and completely, "
        "the items named",
    ),
    "D02": Article(
        f"{_PIPL}第六条",
        f"{_PIPL_EN}, art. 6",
        "应当与处理目的直接相关，采取对个人权益影响最小的方式",
        "handling relates directly to its purpose, in the way that touches the person's rights least",
    ),
    "D03": Article(
        f"{_PIPL}第六条",
        f"{_PIPL_EN}, art. 6",
        "应当与处理目的直接相关，采取对个人权益影响最小的方式",
        "handling relates directly to its purpose, in the way that touches the person's rights least",
    ),
    "D04": Article(
        f"{_PIPL}第二十四条；电子商务法第十八条",
        f"{_PIPL_EN}, art. 24; E-Commerce Law, art. 18",
        "不得对个人在交易价格等交易条件上实行不合理的差别待遇",
        "nobody is treated unreasonably differently in price or other terms of trade",
    ),
    "D05": Article(
        "网络交易平台规则监督管理办法（2026-02-01 施行）",
        "Measures on Platform Rules (in force since 2026-02-01)",
        "修改一般性规则的，至少在实施前七日公示，修改重要规则的应当提前十五日公示",
        "ordinary changes are published at least seven days before, important ones fifteen days before",
        confirmed=False,
    ),
    "D06": Article(
        "电子商务法第十九条；消费者权益保护法第二十六条",
        "E-Commerce Law, art. 19; Consumer Protection Law, art. 26",
        "不得将搭售商品或者服务作为默认同意的选项；不得以格式条款……作出排除或者限制消费者权利……的规定",
        "add-ons are no default choice; standard terms may not shut out or limit consumers' rights",
    ),
}
