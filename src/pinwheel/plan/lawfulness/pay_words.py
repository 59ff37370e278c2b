"""The words of the findings about referral pay (rules R), both languages side by side."""

from pinwheel.plan.lawfulness.findings import Words

R01_TWO = Words(
    "计酬到第 {number} 代，超过一代：上线按下线的销售得酬。",
    "Pay reaches generation {number}, more than one: upper lines are paid by lower lines' sales.",
    "只保留一代，或由第二人凭法律意见确认。",
    "Keep one generation, or have a second person acknowledge it with an opinion.",
)
R01_THREE = Words(
    "计酬到第 {number} 代。刑事追诉标准：涉嫌组织、领导的传销活动人员在三十人以上且层级在三级以上的，"
    "对组织者、领导者，应予立案追诉；"
    "一条线上满 30 人即达人数标准。",
    "Pay reaches generation {number}. Criminal threshold: organisers and leaders are prosecuted where "
    "30 people or more "
    "take part in 3 levels or more; a tree of 30 members has the number.",
    "减到一代；否则由第二人凭刑事律师的意见确认，并监控每棵树的人数与层级。",
    "Cut to one generation; else a second person acknowledges it with a criminal lawyer's opinion, and "
    "the people and "
    "levels of every tree are watched.",
)
R02_NOTHING_BOUGHT = Words(
    "{what}按参团计酬，而每团 {size} 席的付款全部退回：没有任何购买，只看人数。",
    "{what} is paid for joins, and the payments of all {size} seats go back: nothing is bought, heads "
    "are counted.",
    "取消这项奖励，或只对付款被收取的席位计算。",
    "Take this reward away, or pay it for seats whose payment is kept.",
)
R02_LOOK = Words(
    "{what}对每个参团席位都计算，其中每团 {refunded}/{size} 席退款、没有购买。",
    "{what} counts every join, and {refunded} of {size} seats of a group are refunded and buy nothing.",
    "请律师判断退款席位是否属于只按人数计酬；稳妥的做法是只对收取的付款计算。",
    "Have counsel judge whether refunded seats make it pay for heads; paying for kept payments alone "
    "is safer.",
)
R02_TEXT = Words(
    "文字里有“{said}”：对注册或拉人给奖。",
    "The text says “{said}”: a reward for registering or recruiting.",
    "删去，并且不发这样的奖励。",
    "Take it away, and pay no such reward.",
)
R03_PROMOTER = Words(
    "推荐所得只给有效推广员，而成为推广员要先付款参团（{price} 元）。",
    "Only valid promoters earn, and becoming one takes a paid join ({price} yuan).",
    "取消 valid_promoters_only，或给出免费取得资格的途径；否则由第二人确认。",
    "Take valid_promoters_only away, or give a free way to qualify; else a second person acknowledges it.",
)
R03_PACKAGE = Words(
    "要先买 {price} 元的礼包才有资格从他人的购买中得到返还。",
    "The right to earn from others' purchases takes a package of {price} yuan.",
    "取消以购买为条件；否则由第二人确认。",
    "Do not make it depend on a purchase; else a second person acknowledges it.",
)
R04_OTHERS = Words(
    "{what}的计酬基数含有不是经本人链接成交的销售。",
    "The base of {what} contains sales not made through the earner's own link.",
    "基数只取本人链接的成交；否则由第二人凭法律意见确认。",
    "Pay on sales through the earner's own link alone; else a second person acknowledges it with an opinion.",
)
R05_HIGH = Words(
    "每团（{size} 席）推荐报酬最多 {pay} 元；净价款 {net} 元的 30% 为 {yardstick} 元，毛利 {margin} "
    "元的一半为 {half} 元。",
    "A group of {size} pays up to {pay} yuan to referrers; 30% of the net price of {net} is "
    "{yardstick}, half of the "
    "margin of {margin} is {half}.",
    "降低各项比例，使合计不超过 {most} 元；否则由第二人确认。",
    "Lower the rates to at most {most} yuan in all; else a second person acknowledges it.",
)
R05_OVER = Words(
    "每团（{size} 席）推荐报酬最多 {pay} 元，超过毛利 {margin} 元：只能用后来者的钱支付。",
    "A group of {size} pays up to {pay} yuan to referrers, more than the margin of {margin}: later "
    "members would pay it.",
    "降低各项比例，使合计不超过 {most} 元。",
    "Lower the rates to at most {most} yuan in all.",
)
R05_LOOK = Words(
    "推荐人释放按推荐人自己购物金余额的比例（{rate}）计算，余额不在方案里，合计报酬无法由方案得出。",
    "What a join releases is a rate ({rate}) of the sponsor's own credit; the balance, and so the sum, "
    "is not in the plan.",
    "按平台上最高的购物金余额核算，与净价款的 30% 和毛利的一半比较。",
    "Work it out for the highest balance on the platform; compare with 30% of the net price and half "
    "of the margin.",
)
R06_EARLY = Words(
    "推荐报酬在收货后 {days} 天即可支付，早于 {window} 天的退货期。",
    "Referral pay is payable {days} days after receipt, before the return window of {window} days ends.",
    "设 referral.freeze: {window}d 或更长。",
    "Set referral.freeze: {window}d or longer.",
)
R06_KEPT = Words(
    "订单退款时推荐报酬不冲回。",
    "Referral pay is not reversed when its order is refunded.",
    "退款时一并冲回。",
    "Reverse it with the refund.",
)
R06_LOOK = Words(
    "推荐人释放在下线的团结算时立即到账，早于 {window} 天的退货期；它用的是推荐人自己的购物金。",
    "The release to sponsors is paid when the group settles, before the return window of {window} "
    "days; it comes out "
    "of the sponsor's own credit.",
    "请律师判断它是否属于佣金；若是，须在退货期后支付并可冲回。",
    "Have counsel judge whether it is commission; if so it must wait for the window and be reversible.",
)
R09_TEXT = Words("文字里有“{said}”。", "The text says “{said}”.", "删去这个说法。", "Take these words away.")
