"""Damage to parcels and after-sales; test_audit_delivery.py does it, test_audit.py counts it."""

# What was damaged: (the statement, the check that must find it, where). Others may find it too.
DELIVERY_DAMAGE: dict[str, tuple[str, str, str]] = {
    "an order with goods and no parcel": (
        "DELETE FROM delivery_parcel WHERE order_id = {other}",
        "parcels_are_of_goods",
        "{other}",
    ),
    "a parcel of who won nothing": (
        "UPDATE delivery_parcel SET order_id = 1 WHERE order_id = {other}",
        "parcels_are_of_goods",
        "1",
    ),
    "a refund that no after-sale explains": (
        "UPDATE delivery_parcel SET refunded = refunded + 1 WHERE order_id = {order}",
        "refunds_are_within_payment",
        "{order}",
    ),
    "a refund that is not in the books": (
        "DELETE FROM ledger_transfer WHERE about = {order} AND reason = 30",
        "refunds_are_within_payment",
        "{order}",
    ),
    "a payment that was never made": (
        "UPDATE delivery_parcel SET paid = paid + 1 WHERE order_id = {order}",
        "refunds_are_within_payment",
        "{order}",
    ),
    "a refund outside that was never asked of the provider": (
        "DELETE FROM cashier_refund WHERE payment_id = (SELECT id FROM cashier_payment"
        " WHERE order_id = {outside})",
        "outside_refunds_are_sent",
        "",
    ),
    "an after-sale of an order without goods": (
        "UPDATE aftersales_aftersale SET order_id = 2 WHERE order_id = {order}",
        "refunds_are_of_parcels",
        "2",
    ),
    "a parcel that left under its after-sale": (
        "UPDATE delivery_parcel SET state = 3 WHERE order_id = {disputed}",
        "open_aftersales_hold_their_parcel",
        "{disputed}",
    ),
    "a parcel that is held by nobody": (
        "UPDATE delivery_parcel SET is_disputed = true WHERE order_id = {other}",
        "open_aftersales_hold_their_parcel",
        "{other}",
    ),
    "a number that was changed beside its correction": (
        "UPDATE delivery_parcel SET tracking_number = 'SF0000000' WHERE order_id = {corrected}",
        "corrections_lead_to_the_parcel",
        "{corrected}",
    ),
    "a parcel that does not wait for its winner": (
        "UPDATE delivery_parcel SET state = 1 WHERE order_id = {choosing}",
        "parcels_wait_for_choices",
        "{choosing}",
    ),
    "an exchange whose goods were forgotten": (
        "DELETE FROM pool_exchange_parcel WHERE exchange_id = {given}",
        "exchanges_have_their_parcel",
        "{given}",
    ),
    "goods for points that go to somebody else": (
        "UPDATE pool_exchange_parcel SET member_id = member_id + 1 WHERE exchange_id = {given}",
        "exchanges_have_their_parcel",
        "{given}",
    ),
    "goods for points that left before they were had": (
        "UPDATE pool_exchange_parcel SET shipped_at = made_at - interval '1 day' WHERE exchange_id = {given}",
        "exchange_parcels_have_their_moments",
        "{given}",
    ),
    "goods for points that came before they left": (
        "UPDATE pool_exchange_parcel SET state = 3, due_at = NULL,"
        " received_at = shipped_at - interval '1 day' WHERE exchange_id = {given}",
        "exchange_parcels_have_their_moments",
        "{given}",
    ),
    "a debt that was forgiven": (
        "DELETE FROM aftersales_debt WHERE order_id = {order}",
        "reversals_are_whole",
        "{order}",
    ),
    "a reward that was not taken back": (
        "DELETE FROM ledger_transfer WHERE about = {order} AND reason = 32 AND asset = 1",
        "reversals_are_whole",
        "{order}",
    ),
    "a debt that fell without a taking": (
        'UPDATE aftersales_debt SET "left" = "left" - 1 WHERE order_id = {order}',
        "debts_fell_by_what_was_taken",
        "{order}",
    ),
}
