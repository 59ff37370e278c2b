"""Damage to deposits and balances; test_presale.py does it, test_audit.py counts it."""

# What was damaged: (statements, the check that must find it).
PRESALE_DAMAGE: dict[str, tuple[str, str]] = {
    "a balance that was forgotten": (
        "DELETE FROM presale_balance WHERE state = 0",
        "balances_are_of_their_orders",
    ),
    "a balance of another amount": (
        "UPDATE presale_balance SET amount = amount - 1 WHERE state = 1 AND route = 0",
        "balances_are_of_their_orders",
    ),
    "an order that counts as settled before its balance is paid": (
        "UPDATE orders_order SET state = 3, settled_batch = 1 WHERE state = 6",
        "balances_are_of_their_orders",
    ),
    "an order that waits for a balance in a group that is over": (
        "UPDATE groups_group SET state = 2 WHERE state = 1",
        "groups_wait_for_their_balances",
    ),
    "a full group that waits for nothing": (
        "UPDATE groups_group SET state = 1 WHERE id IN (SELECT group_id FROM presale_balance GROUP BY 1"
        " HAVING bool_and(state > 0))",
        "groups_wait_for_their_balances",
    ),
    "a balance from outside without its payment": (
        "DELETE FROM cashier_payment WHERE part = 1 AND order_id IN"
        " (SELECT order_id FROM presale_balance WHERE state = 1)",
        "balances_were_paid_by_their_route",
    ),
    "a late balance that was never sent back": (
        "UPDATE presale_balance SET sent_back = 0 WHERE sent_back > 0",
        "balances_were_paid_by_their_route",
    ),
    "a refund by a payment that was never paid": (
        "UPDATE cashier_payment SET state = 0 WHERE id IN (SELECT payment_id FROM cashier_refund)",
        "refunds_are_within_their_payments",
    ),
    "a refund of more than came": (
        "UPDATE cashier_refund SET amount = amount + 100000",
        "refunds_are_within_their_payments",
    ),
    "a deposit that no plan asks for": (
        "UPDATE orders_order SET deposit = deposit + 1 WHERE state = 6",
        "deposits_are_of_their_plans",
    ),
    "a deposit that is kept in part": (
        "UPDATE orders_order SET refunded = refunded - 1 WHERE state = 4",
        "finished_orders_have_one_end",
    ),
    "a balance that moved twice": (
        "UPDATE ledger_transfer SET amount = amount * 2 WHERE reason = 42",
        "payments_moved_once",
    ),
    "a balance from outside that moved twice": (
        "UPDATE ledger_transfer SET amount = amount * 2 WHERE reason = 43",
        "payments_moved_once",
    ),
    "a deposit that was held as the whole price": (
        "UPDATE ledger_transfer SET reason = 1 WHERE reason = 40",
        "payments_moved_once",
    ),
    "a deposit given back as something else": (
        "UPDATE ledger_transfer SET reason = 4 WHERE reason = 41",
        "payments_moved_once",
    ),
    "held money of a balance that is due": (
        "UPDATE ledger_platform_balance SET amount = amount + 17900 WHERE account_id ="
        " (SELECT id FROM ledger_platform_account WHERE name = 'held' AND plan = 'presale-group')",
        "held_money_is_of_unfinished_orders",
    ),
    "a late balance's refund that is gone": (
        "DELETE FROM cashier_refund WHERE id = payment_id",
        "outside_refunds_are_sent",
    ),
    "the second part of a return's refund that is gone": (
        "DELETE FROM cashier_refund WHERE second_of > 0",
        "outside_refunds_are_sent",
    ),
    "a return to the wrong side": (
        "UPDATE ledger_transfer SET reason = 30 WHERE reason = 31",
        "refunds_are_within_payment",
    ),
    "a seat that is due in a group that forms": (
        "UPDATE orders_order SET state = 2 WHERE state = 3 AND deposit > 0",
        "balances_are_of_their_orders",
    ),
}
