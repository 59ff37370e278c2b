"""The words of the findings about personal data and platform rules (rules D), both languages side by "
"side."""

from pinwheel.plan.lawfulness.findings import Words

D01_MISSING = Words(
    "隐私告知、单独同意或未满 14 周岁的处理不完整。",
    "The privacy notice, separate consents or the handling of under 14s are incomplete.",
    "补齐处理者名称与联系方式、目的、方式、种类、保存期限、行使权利的方式，以及各项单独同意。",
    "Complete it: handler and contact, purpose, method, kinds, time kept, how to use one's rights, "
    "each consent.",
)
D01_LOOK = Words(
    "任何活动都要处理会员的个人信息；隐私告知和同意不在方案里。",
    "Every activity handles members' personal data; notice and consents are not in the plan.",
    "核对隐私告知各项、单独同意和未满 14 周岁的处理（privacy_notice）。",
    "Look at the items of the notice, separate consents and the handling of under 14s (privacy_notice).",
)
D02_NAMED = Words(
    "中奖名单会显示{what}（每团 {prizes} 人）。",
    "Winner lists show {what} ({prizes} a group).",
    "只显示席位号或打码的昵称。",
    "Show seat numbers or masked nicknames.",
)
D02_LOOK = Words(
    "每团公布 {prizes} 个中奖席位；页面用什么指代中奖者不在方案里。",
    "A group publishes {prizes} winning seats; how pages name the winners is not in the plan.",
    "核对名单不含姓名和手机号（winners_shown_by）。",
    "Look that lists have no names and phone numbers (winners_shown_by).",
)
D03_PHONES = Words(
    "开奖名单由手机号生成。",
    "Draw lists are made from phone numbers.",
    "改用订单编号。",
    "Use order ids.",
)
D04_PERSON = Words(
    "价格（{price} 元）或机会因人而异。",
    "The price ({price} yuan) or the odds differ by person.",
    "对所有人用同一价格和同一规则。",
    "One price and one set of rules for everybody.",
)
D04_LOOK = Words(
    "{count} 条排位规则按持有人自己的参与和中奖记录改变其机会；规则对所有人相同并已公布。",
    "{count} seat rule(s) change a holder's odds by their own joins and wins; they are published and "
    "the same for all.",
    "请律师判断这是否属于不合理的差别待遇，尤其是对新人的规则。",
    "Have counsel judge whether that is unreasonable different treatment, above all the rule for newcomers.",
)
D05_SHORT = Words(
    "平台规则变更只提前 {days} 天公示，需要 {needed} 天。",
    "A change of platform rules has {days} days' notice; {needed} are needed.",
    "提前 {needed} 天公示后再生效。",
    "Publish it {needed} days before it takes effect.",
)
D06_TEXT = Words("文字里有“{said}”。", "The text says “{said}”.", "删去这一条款。", "Take this clause away.")
D06_TICKED = Words(
    "结算页预先勾选了附加商品或服务。",
    "The checkout ticks add-ons beforehand.",
    "改为不勾选，由会员自己选择。",
    "Leave them unticked for the member to choose.",
)
