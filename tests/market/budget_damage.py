"""Damage to budgets; test_budgets.py does it, test_audit.py counts it."""

# What was damaged: (the statement, the check that must find it).
BUDGET_DAMAGE: dict[str, tuple[str, str]] = {
    "a settled group that the budget did not count": (
        "UPDATE budgets_allotment SET settled = settled - 1",
        "allotments_count_their_groups",
    ),
    "more lost than was set aside": (
        "UPDATE ledger_platform_balance SET amount = amount - 1000000 WHERE asset = 0 AND account_id ="
        " (SELECT id FROM ledger_platform_account WHERE plan = 'national-group-buy' AND name = 'kept')",
        "budgets_hold",
    ),
}
