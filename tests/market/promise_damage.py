"""Damage to what plans owe beyond the group; test_audit_promises.py does it, test_audit.py counts it."""

# What was damaged: (the statement, the check that must find it, where). Others may find it too.
PROMISE_DAMAGE: dict[str, tuple[str, str, str]] = {
    "points in a pool that nobody moved": (
        "UPDATE pool_share SET points = points + 10000 WHERE member_id = {member}",
        "pool_shares_are_the_sum_of_moves",
        "{member}",
    ),
    "points that the pool's account does not hold": (
        "UPDATE pool_share SET points = points + 10000 WHERE member_id = {member}",
        "pool_holds_its_points",
        "{plan}",
    ),
    "a move without its transfer": (
        "DELETE FROM ledger_transfer WHERE about = {move}",
        "moves_are_in_the_books",
        "{move}",
    ),
    "an exchange of other points than its transfer": (
        "UPDATE pool_exchange SET points = points + 1",
        "moves_are_in_the_books",
        "{exchange}",
    ),
    "a run that says it paid more": (
        "UPDATE days_run SET paid = paid + 1, pool = pool + 1 WHERE id = {dividend}",
        "runs_paid_what_they_say",
        "{dividend}",
    ),
    "a release whose credit was not used up": (
        "DELETE FROM ledger_transfer WHERE about = {release} AND reason = 14",
        "runs_paid_what_they_say",
        "{release}",
    ),
    "a dividend paid for a run of another kind": (
        "UPDATE ledger_transfer SET reason = 15 WHERE about = {dividend} AND reason = 17",
        "day_transfers_are_of_runs",
        "",
    ),
    "a share that is not its part": (
        "UPDATE days_share SET amount = amount + 1 WHERE run_id = {dividend} AND member_id = {member}",
        "shares_are_what_was_paid",
        "{dividend}",
    ),
    "a pool that lost its remainder": (
        "UPDATE ledger_platform_balance SET amount = amount + 1 WHERE asset = 0 AND account_id ="
        " (SELECT id FROM ledger_platform_account WHERE plan = '{plan}' AND name = 'monthly_pool')",
        "pools_hold_what_is_left",
        "{plan}",
    ),
    "a run that was left behind": (
        "UPDATE days_run SET state = 1 WHERE id = {release}",
        "days_before_are_done",
        "{release}",
    ),
    "a day that was left out": (
        "DELETE FROM days_run WHERE id = {later}",
        "days_have_their_runs",
        "{plan}",
    ),
    "a win that was settled on another day": (
        "UPDATE groups_group SET finished_at = finished_at + interval '1 day' WHERE state = 2",
        "days_owe_what_was_won",
        "{dividend}",
    ),
    "a day of wins that was left out": (
        "DELETE FROM days_run WHERE id = {dividend}",
        "days_owe_what_was_won",
        "{plan}",
    ),
    "a voucher that nobody chose": (
        "UPDATE prizes_choice SET state = 1 WHERE order_id = {voucher}",
        "vouchers_were_chosen",
        "{voucher}",
    ),
    "a loop of sponsors": (
        "UPDATE members_member SET sponsor_id = {brought} WHERE id = {member}",
        "sponsors_form_no_loop",
        "{member}",
    ),
    "a winner without a prize to choose": (
        "DELETE FROM prizes_choice WHERE order_id = {won}",
        "prizes_are_of_winners",
        "{won}",
    ),
    "a prize for who did not win": (
        "UPDATE prizes_choice SET order_id = {lost} WHERE order_id = {won}",
        "prizes_are_of_winners",
        "{lost}",
    ),
    "a privilege that was given by hand": (
        "UPDATE groups_win_counter SET sit_out = sit_out + 1 WHERE member_id = {member}",
        "counters_hold",
        "{member}",
    ),
    "counters that are gone": (
        "DELETE FROM groups_win_counter WHERE member_id = {member}",
        "counters_hold",
        "{member}",
    ),
    "promoter days that no join made": (
        "UPDATE promoters_promoter SET until = until + 1 WHERE member_id = {member}",
        "promoters_hold",
        "{member}",
    ),
    "promoter days that are gone": (
        "DELETE FROM promoters_promoter WHERE member_id = {member}",
        "promoters_hold",
        "{member}",
    ),
}
