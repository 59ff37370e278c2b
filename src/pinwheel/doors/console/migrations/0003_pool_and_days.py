"""Rights of pool settlement, days, counters, sponsors and asset names, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

SEES = [
    "members.view_sponsorchange",
    "groups.view_wincounter",
    "promoters.view_promoter",
    "prizes.view_prizechoice",
    "prizes.view_voucher",
    "days.view_dayrun",
    "pool.view_exchangeitem",
    "pool.view_exchange",
    "naming.view_assetname",
]
SEES_POOL = ["pool.view_profit", "pool.view_poolshare", "pool.view_poolmove"]
ROLES = {
    "运营 Operations": [
        *SEES,
        "pool.add_exchangeitem",
        "pool.change_exchangeitem",
        "pool.delete_exchangeitem",
        "naming.change_assetname",
        "console.change_sponsor",
    ],
    "财务 Finance": [*SEES, *SEES_POOL, "console.enter_profit", "console.decide_profit"],
    "客服 Support": [*SEES, "pool.view_poolshare", "pool.view_poolmove", "console.change_sponsor"],
    "审计 Audit": [*SEES, *SEES_POOL],
}


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0002_roles"),
        ("members", "0005_changes_never_change"),
        ("groups", "0004_win_counters"),
        ("promoters", "0001_initial"),
        ("prizes", "0001_initial"),
        ("days", "0001_initial"),
        ("pool", "0002_moves_never_change"),
        ("naming", "0001_initial"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="right",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("publish_plan", "Publish plans"),
                    ("sell_activity", "Put activities on sale and stop them"),
                    ("freeze_member", "Freeze and unfreeze members"),
                    ("propose_adjustment", "Propose adjustments of balances"),
                    ("decide_adjustment", "Confirm or reject adjustments of balances"),
                    ("view_figures", "See the platform's money figures"),
                    ("enter_profit", "Enter months' profits"),
                    ("decide_profit", "Confirm or reject months' profits"),
                    ("change_sponsor", "Change members' sponsors"),
                ],
            },
        ),
        migrations.RunPython(giving(ROLES), migrations.RunPython.noop),
    ]
