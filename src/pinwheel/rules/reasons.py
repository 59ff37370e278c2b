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
}

# Parties of a transfer. Cash rewards come out of what the plan kept; other assets are issued.
MEMBER, HELD, KEPT, ISSUED, OUTSIDE = 0, 1, 2, 3, 4
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
}
