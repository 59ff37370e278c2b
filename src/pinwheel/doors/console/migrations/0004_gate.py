"""Rights of the publishing gate, for the roles that a shop starts with."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "运营 Operations": ["plans.view_publishrequest", "console.acknowledge_plan"],
    "财务 Finance": ["plans.view_publishrequest", "console.acknowledge_plan"],
    "客服 Support": ["plans.view_publishrequest"],
    "审计 Audit": ["plans.view_publishrequest"],
}


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Permissions are otherwise made only after the last migration. A role that was removed stays away."""
    for label in ("console", "plans"):
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
    dependencies = [("console", "0003_pool_and_days"), ("plans", "0006_gate_is_kept")]
    operations = [
        migrations.AlterModelOptions(
            name="right",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("publish_plan", "Ask for the publication of plans"),
                    ("acknowledge_plan", "Acknowledge findings about plans, or reject their publication"),
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
