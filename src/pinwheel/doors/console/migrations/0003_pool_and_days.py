"""Rights of pool settlement, days, counters, sponsors and asset names, for the roles that a shop starts with."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

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


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Permissions are otherwise made only after the last migration. A role that was removed stays away."""
    labels = {name.split(".")[0] for names in ROLES.values() for name in names}
    for label in sorted(labels):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth", "Permission").objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=role):
            group.permissions.add(*(permissions[name] for name in names))


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
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
