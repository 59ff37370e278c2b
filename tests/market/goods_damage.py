"""Damage to coupons and stock; test_goods_audit.py does it, test_audit.py counts it."""

# What was damaged: (statements, the check that must find it).
GOODS_DAMAGE: dict[str, tuple[str, str]] = {
    "a used coupon that counts as unused": (
        "UPDATE coupons_coupon SET state = 0, order_id = 0 WHERE state = 1",
        "used_coupons_have_one_live_order",
    ),
    "a use of a coupon that was forgotten": ("DELETE FROM coupons_use", "discounts_have_their_coupons"),
    "a coupon's part that was never held": (
        "UPDATE ledger_transfer SET reason = 11 WHERE reason = 23",
        "discounts_are_in_the_books",
    ),
    "coupons given out beside the count": (
        "UPDATE coupons_template SET given = given + 1 WHERE plan_version_id IS NULL",
        "coupons_within_their_limits",
    ),
    "a coupon that a plan gave and that is gone": (
        "DELETE FROM coupons_coupon WHERE source = 0",
        "coupons_were_given",
    ),
    "stock that no movement explains": (
        "UPDATE catalogue_sku SET stock = stock + 1",
        "stock_is_the_sum_of_movements",
    ),
    "a piece of an activity that came from nowhere": (
        'UPDATE activities_activity_product SET "left" = "left" + 1 WHERE sku_id IS NOT NULL',
        "allotted_pieces_are_sold_or_left",
    ),
    "a piece that came back with no after-sale": (
        "DELETE FROM aftersales_restocked",
        "returned_pieces_are_of_refunds",
    ),
    "a piece that came back with another's after-sale": (
        "UPDATE catalogue_stock_movement SET about = about + 1 WHERE kind = 5",
        "returned_pieces_are_of_refunds",
    ),
    "a piece of the mall that came from nowhere": (
        'UPDATE pool_exchange_item SET "left" = "left" + 1',
        "offered_pieces_are_given_or_left",
    ),
}
