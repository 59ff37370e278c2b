"""The assets: what an account can hold. Numbers are stored in the database and never change.

Source: modes page, section 1. Amounts of every asset are integers in hundredths.
"""

CASH = 0
SHOPPING_CREDIT = 1
DIVIDEND_POINTS = 2
CONSUMER_POINTS = 3
SHOPPING_COINS = 4
APPRECIATION_POINTS = 5

ASSETS: tuple[str, ...] = (
    "cash",
    "shopping_credit",
    "dividend_points",
    "consumer_points",
    "shopping_coins",
    "appreciation_points",
)
