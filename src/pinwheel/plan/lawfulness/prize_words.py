"""The words of the findings about prizes and draws (rules P), both languages side by side."""

from pinwheel.plan.lawfulness.findings import Words

P01_OVER = Words(
    "中奖席位一单所得按市场价合计 {worth} 元，超过 {limit} 元。",
    "What one order of this class gets is worth {worth} yuan at market price, above {limit}.",
    "把每单合计价值降到 {limit} 元以内。",
    "Bring what one order can win to {limit} yuan or less in all.",
)
P01_LOOK = Words(
    "除价差外每单所得最多 {worth} 元；中奖商品的市场价与实付 {price} 元之差也计入，方案里没有市场价。",
    "Price cut aside, an order gets at most {worth} yuan; the market price of the goods less the "
    "{price} yuan paid "
    "counts too, and the plan does not say it.",
    "核对所抽商品的同期市场价，连同价差不得超过 {limit} 元（market_price）。",
    "Look up the market price of the goods that are drawn: with the price cut, at most {limit} yuan "
    "(market_price).",
)
P02_NAME = Words(
    "结果类别“{name}”没有给会员看的奖项名称。",
    "The class “{name}” has no name that members can read.",
    "写上中英文 title，说明这是什么奖。",
    "Give it a title in both languages that says what is won.",
)
P02_MISSING = Words(
    "活动页面没有写明：{items}。",
    "The activity's page does not say: {items}.",
    "在活动页面补齐后再发布。",
    "Say it on the activity's page before publishing.",
)
P02_LOOK = Words(
    "方案说明了奖项、名额、机会和开奖方式；活动起止、参与资格、兑奖方式与期限、主办方和联系方式不在方案里。",
    "The plan says prizes, their number, odds and method. Start and end, who may join, how and until "
    "when to claim, "
    "organiser and contact are not in it.",
    "逐项核对活动页面（notice）。",
    "Look at the activity's page, item by item (notice).",
)
P03_MISSING = Words(
    "给出{items}，但没有公布其兑换规则、使用范围、有效期和限制。",
    "It gives {items}, whose rules, scope, expiry and limits are not published.",
    "公布这些规则后再发布，或去掉这些奖品。",
    "Publish them first, or take these prizes away.",
)
P03_LOOK = Words(
    "给出{items}；其兑换规则、使用范围、有效期和限制不在方案里。",
    "It gives {items}; their rules, scope, expiry and limits are not in the plan.",
    "核对平台公布的积分与券规则是否齐全（points_rules）。",
    "Look whether the platform's rules for points and vouchers say all of it (points_rules).",
)
P04_NO_BOARD = Words(
    "成团即开奖，最高奖项价值 {worth} 元，超过 {limit} 元，但没有随时公示兑奖情况的榜单。",
    "The draw is instant and the best prize is worth {worth} yuan, above {limit}, but no live board "
    "shows results.",
    "公示实时开奖与兑奖榜，或降低奖项价值。",
    "Show a live board of draws and claims, or make the prizes smaller.",
)
P04_LOOK = Words(
    "成团即开奖，最高奖项价值 {worth} 元，超过 {limit} 元；有没有实时公示不在方案里。",
    "The draw is instant and the best prize is worth {worth} yuan, above {limit}; whether a live board "
    "shows the "
    "results is not in the plan.",
    "核对活动页面有随时更新的开奖与兑奖榜（live_board）。",
    "Look whether the activity's page has a live board of draws and claims (live_board).",
)
P05_CHANGED = Words(
    "活动开始后 {part} 与会员参加时的版本不同。",
    "{part} differs from the version under which members joined.",
    "不要替换；结束原活动，用新版本另开活动。",
    "Do not replace it: let that activity end and open another one with this version.",
)
P06_MAY_JOIN = Words(
    "员工、商家自己或关联方的账号可以参加本抽奖（每团 {size} 席）。",
    "Accounts of staff, of the merchant or of affiliates may join this draw ({size} seats a group).",
    "先禁止这些账号参加。",
    "Bar these accounts first.",
)
P06_LOOK = Words(
    "方案看不出员工、商家自己或关联方的账号能否参加本抽奖（每团 {size} 席）。",
    "The plan does not say whether accounts of staff, merchant or affiliates may join this draw "
    "({size} seats a group).",
    "核对这些账号已被禁止参加（affiliates_barred）。",
    "Look whether these accounts are barred (affiliates_barred).",
)
P08_TEXT = Words(
    "文字写机会为 {said}，而方案算出的是：{computed}。",
    "The text says a chance of {said}; computed from the plan it is: {computed}.",
    "改成方案算出的机会，或删去。",
    "Say the computed odds, or leave them out.",
)
P08_CERTAIN = Words(
    "文字写“{said}”，而 {size} 个席位中只有 {prizes} 个中奖。",
    "The text says “{said}”, but {prizes} of {size} seats win.",
    "删去这句话。",
    "Take these words away.",
)
P08_SHOWN = Words(
    "页面所示的各类席位数与方案算出的不同：{computed}。",
    "The seats of each class that pages show differ from the plan's: {computed}.",
    "按方案显示机会。",
    "Show the plan's odds.",
)
P09_SHORT = Words(
    "记录只保存 {years} 年，少于 3 年。",
    "Records are kept for {years} years, less than 3.",
    "至少保存 3 年（默认 5 年）。",
    "Keep them for 3 years at least (default 5).",
)
P10_LOSES = Words(
    "“{title}”的 {seats} 个席位付 {price} 元不退，也得不到商品：等于输掉所付的钱。",
    "The {seats} seats of “{title}” pay {price} yuan, get no goods and nothing back: the payment is lost.",
    "改为 payment: refund，或给这些席位商品。",
    "Write payment: refund, or give these seats goods.",
)
P10_ROUTE = Words(
    "未中席位的 {price} 元不是自动、全额、按时、原路退回。",
    "The {price} yuan of a seat that does not win do not go back by themselves, in full, in time, by "
    "their route.",
    "改为自动全额原路退回。",
    "Have refunds made by themselves, in full, by the route of the payment.",
)
P11_TEXT = Words(
    "文字里有“{said}”：奖品可卖回或寄售给平台。",
    "The text says “{said}”: prizes can be sold back or consigned.",
    "删去，并且不提供这样的服务。",
    "Take it away, and offer no such thing.",
)
P11_FACT = Words(
    "奖品可以卖回或寄售给平台。",
    "Prizes can be sold back to the platform or consigned to it.",
    "停止回购与寄售。",
    "Stop buying prizes back and selling them on consignment.",
)
P12_CAPTURED = Words(
    "开奖前就收取了 {price} 元（不是预授权保留），未中再退：实际上约定了付款后合同不成立。",
    "The {price} yuan are taken before the draw, not held, and given back to who does not win: terms "
    "by which a paid "
    "contract was never made.",
    "改用预授权或支付机构的冻结；否则由第二人凭法律意见确认。",
    "Hold the payment at the provider; else a second person acknowledges it with an opinion.",
)
P12_LOOK = Words(
    "账上 {price} 元只是为本团保留；支付渠道是否在开奖前就扣款，方案看不出。",
    "In the books the {price} yuan are held. Whether the payment provider takes them before the draw "
    "is not in the plan.",
    "核对所用支付渠道是预授权还是直接扣款（captured_before_draw）。",
    "Look whether the provider authorises or captures (captured_before_draw).",
)
P13_NO_GATE = Words(
    "付 {price} 元参加抽奖，却没有成年核验。",
    "Joining the draw costs {price} yuan, and no age gate stands before it.",
    "开启成年核验。",
    "Switch the age gate on.",
)
P14_NEVER = Words(
    "抽奖商品含{items}。",
    "The goods drawn include {items}.",
    "换掉这些商品。",
    "Draw other goods.",
)
P14_CARE = Words(
    "抽奖商品含{items}。",
    "The goods drawn include {items}.",
    "证明质量安全和消费者权益有保障，由第二人确认。",
    "Show that quality, safety and consumers' rights are assured; a second person acknowledges it.",
)
P14_LOOK = Words(
    "抽奖给出商品；是什么商品不在方案里。",
    "The draw gives goods; which ones is not in the plan.",
    "核对活动商品：药品、医疗器械、活体动物、危险品不得抽，食品、化妆品须慎重（goods）。",
    "Look at the products: no medicines, devices, live animals, hazards; food and cosmetics with care "
    "(goods).",
)
P15_NO_TAX = Words(
    "奖品每席价值 {worth} 元（积分按面值计），按偶然所得 20% 为 {tax} 元；没有设定由谁承担。",
    "A seat's prize is worth {worth} yuan (points at their face), 20% of it {tax}; who bears the tax "
    "is not set.",
    "设定代扣（withhold）或由平台承担（gross_up），见 prize_tax。",
    "Set whether it is withheld or grossed up (prize_tax).",
)
P16_OVER = Words(
    "划线价 {struck} 元高于前七日最低成交价 {lowest} 元。",
    "The struck-through price of {struck} yuan is above the lowest of the last seven days, {lowest}.",
    "划线价不得高于 {lowest} 元，或不划线。",
    "Strike through at most {lowest} yuan, or nothing.",
)
P16_LOOK = Words(
    "页面或文字做价格比较（“{said}”），前七日最低成交价不在方案里。",
    "A price is compared with (“{said}”); the lowest price of the last seven days is not in the plan.",
    "核对前七日成交记录（struck_price、lowest_in_seven_days）。",
    "Look at the trades of the last seven days (struck_price, lowest_in_seven_days).",
)
P18_FREE = Words(
    "每人每天参与次数和金额都没有上限；每次 {price} 元。",
    "Neither joins nor spending per member and day have a cap; each join costs {price} yuan.",
    "设 limits.joins_per_day，或每日消费上限（spending_per_day）。",
    "Set limits.joins_per_day, or a cap of spending a day (spending_per_day).",
)
