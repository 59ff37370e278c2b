"""Rights of stopping activities with a second person, for the roles that a shop starts with."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

SEES = ["activities.view_activitystop"]
ROLES = {
    "运营 Operations": [*SEES, "console.decide_stop"],
    "财务 Finance": [*SEES, "console.decide_stop"],
    "客服 Support": SEES,
    "审计 Audit": SEES,
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
        ("console", "0009_public_values"),
        ("activities", "0005_stops"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="right",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("publish_plan", "Ask for the publication of plans"),
                    ("acknowledge_plan", "Acknowledge findings about plans, or reject their publication"),
                    ("sell_activity", "Put activities on sale and propose to stop them"),
                    ("decide_stop", "Confirm or reject stops of activities"),
                    ("freeze_member", "Freeze and unfreeze members"),
                    ("propose_adjustment", "Propose adjustments of balances"),
                    ("decide_adjustment", "Confirm or reject adjustments of balances"),
                    ("view_figures", "See the platform's money figures"),
                    ("enter_profit", "Enter months' profits"),
                    ("decide_profit", "Confirm or reject months' profits"),
                    ("change_sponsor", "Change members' sponsors"),
                    ("ship_order", "Ship orders and import tracking numbers"),
                    ("answer_aftersale", "Answer after-sales and refund"),
                    ("enter_public_value", "Enter public numbers for draws"),
                ],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
