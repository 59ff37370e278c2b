"""Why a transfer was made, and between which parties. Numbers are stored and never change."""

HOLD = 1  # a join paid from balance: held for the group
HOLD_EXTERNAL = 2  # a join paid from outside: held for the group
CAPTURE = 3  # the outcome keeps the payment
REFUND = 4  # the payment goes back to the balance
REFUND_EXTERNAL = 5  # the payment goes back to where it came from
REWARD = 6  # what the outcome class gives
RELEASED_CREDIT = 7  # shopping credit used up by a release
RELEASED_CASH = 8  # the cash that the release pays
LEADER_REWARD = 9  # what the plan gives to the leader of a filled group
JOIN_REWARD = 10  # what the plan gives for each join at settlement
ADJUSTMENT = 11  # an operator's adjustment, with a reason of its own
SPONSOR_RELEASED_CREDIT = 12  # a sponsor's credit used up by a downline's join
SPONSOR_RELEASED_CASH = 13  # the cash that this pays to the sponsor
DAILY_RELEASED_CREDIT = 14  # credit used up by the release of a business day
DAILY_RELEASED_CASH = 15  # the cash that this pays
DAILY_DIVIDEND_FUNDED = 16  # what a day's winning orders put into the pool of the daily dividend
DAILY_DIVIDEND = 17  # a winner's share of it
MONTHLY_DIVIDEND_FUNDED = 18  # a month's distributable profit
MONTHLY_DIVIDEND = 19  # a member's share of it
POOL_IN = 20  # dividend points moved into the pool
POOL_OUT = 21  # dividend points moved out of the pool
EXCHANGE = 22  # dividend points given for goods
COUPON_USED = 23  # the part of a join's price that its coupon pays: held for the group with the rest
COUPON_BACK = 24  # that part back to the coupons' account, as the payment goes back
MALL_POINTS = 25  # consumer points given for goods of the points mall
MALL_CASH = 26  # the cash paid with them
TIER_REFUND = 27  # of a ladder: the difference to a tier's price, back to the balance
TIER_REFUND_EXTERNAL = 28  # that difference back to where the payment came from
RETURN_REFUND = 30  # an after-sale's refund to the balance, out of what was kept
RETURN_REFUND_EXTERNAL = 31  # an after-sale's refund to where the payment came from
REVERSED = 32  # a reward taken back with its order's refund
DEBT_TAKEN = 33  # of a later reward: what an earlier reversal lacked
DEPOSIT = 40  # a presale's deposit paid from balance: held for the group
DEPOSIT_BACK = 41  # that deposit back to the balance, all of it
BALANCE = 42  # the rest of a presale's price, paid from balance: held until the order settles with it
BALANCE_EXTERNAL = 43  # the rest paid from outside

REASONS: dict[int, str] = {
    HOLD: "hold",
    HOLD_EXTERNAL: "hold_external",
    CAPTURE: "capture",
    REFUND: "refund",
    REFUND_EXTERNAL: "refund_external",
    REWARD: "reward",
    RELEASED_CREDIT: "released_credit",
    RELEASED_CASH: "released_cash",
    LEADER_REWARD: "leader_reward",
    JOIN_REWARD: "join_reward",
    ADJUSTMENT: "adjustment",
    SPONSOR_RELEASED_CREDIT: "sponsor_released_credit",
    SPONSOR_RELEASED_CASH: "sponsor_released_cash",
    DAILY_RELEASED_CREDIT: "daily_released_credit",
    DAILY_RELEASED_CASH: "daily_released_cash",
    DAILY_DIVIDEND_FUNDED: "daily_dividend_funded",
    DAILY_DIVIDEND: "daily_dividend",
    MONTHLY_DIVIDEND_FUNDED: "monthly_dividend_funded",
    MONTHLY_DIVIDEND: "monthly_dividend",
    POOL_IN: "pool_in",
    POOL_OUT: "pool_out",
    EXCHANGE: "exchange",
    COUPON_USED: "coupon_used",
    COUPON_BACK: "coupon_back",
    MALL_POINTS: "mall_points",
    MALL_CASH: "mall_cash",
    TIER_REFUND: "tier_refund",
    TIER_REFUND_EXTERNAL: "tier_refund_external",
    RETURN_REFUND: "return_refund",
    RETURN_REFUND_EXTERNAL: "return_refund_external",
    REVERSED: "reversed",
    DEBT_TAKEN: "debt_taken",
    DEPOSIT: "deposit",
    DEPOSIT_BACK: "deposit_back",
    BALANCE: "balance",
    BALANCE_EXTERNAL: "balance_external",
}

# Parties of a transfer. Cash rewards come out of what the plan kept, or go back; other assets are issued.
MEMBER, HELD, KEPT, ISSUED, OUTSIDE = 0, 1, 2, 3, 4
POOL, DAILY_POOL, MONTHLY_POOL = 5, 6, 7  # of dividend points; of cash to be shared
COUPONS = 8  # what the platform has paid by coupons
PARTY_COUNT = 9
PARTIES: dict[int, tuple[int, int]] = {
    HOLD: (MEMBER, HELD),
    HOLD_EXTERNAL: (OUTSIDE, HELD),
    CAPTURE: (HELD, KEPT),
    REFUND: (HELD, MEMBER),
    REFUND_EXTERNAL: (HELD, OUTSIDE),
    REWARD: (ISSUED, MEMBER),
    RELEASED_CREDIT: (MEMBER, ISSUED),
    RELEASED_CASH: (KEPT, MEMBER),
    LEADER_REWARD: (ISSUED, MEMBER),
    JOIN_REWARD: (ISSUED, MEMBER),
    SPONSOR_RELEASED_CREDIT: (MEMBER, ISSUED),
    SPONSOR_RELEASED_CASH: (KEPT, MEMBER),
    DAILY_RELEASED_CREDIT: (MEMBER, ISSUED),
    DAILY_RELEASED_CASH: (KEPT, MEMBER),
    DAILY_DIVIDEND_FUNDED: (KEPT, DAILY_POOL),
    DAILY_DIVIDEND: (DAILY_POOL, MEMBER),
    MONTHLY_DIVIDEND_FUNDED: (KEPT, MONTHLY_POOL),
    MONTHLY_DIVIDEND: (MONTHLY_POOL, MEMBER),
    POOL_IN: (MEMBER, POOL),
    POOL_OUT: (POOL, MEMBER),
    EXCHANGE: (MEMBER, ISSUED),
    COUPON_USED: (COUPONS, HELD),
    COUPON_BACK: (HELD, COUPONS),
    TIER_REFUND: (HELD, MEMBER),
    TIER_REFUND_EXTERNAL: (HELD, OUTSIDE),
    RETURN_REFUND: (KEPT, MEMBER),
    RETURN_REFUND_EXTERNAL: (KEPT, OUTSIDE),
    REVERSED: (MEMBER, ISSUED),
    DEBT_TAKEN: (MEMBER, ISSUED),
    DEPOSIT: (MEMBER, HELD),
    DEPOSIT_BACK: (HELD, MEMBER),
    BALANCE: (MEMBER, HELD),
    BALANCE_EXTERNAL: (OUTSIDE, HELD),
}
