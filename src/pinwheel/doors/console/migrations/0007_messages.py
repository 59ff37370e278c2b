"""Rights of messages and webhooks, for the roles that a shop starts with."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

SEE = ["messaging.view_message", "messaging.view_delivery", "messaging.view_wording"]
ROLES = {
    "运营 Operations": [*SEE, "messaging.change_delivery", "messaging.change_wording"],
    "财务 Finance": SEE,
    "客服 Support": [*SEE, "messaging.change_delivery"],
    "审计 Audit": [*SEE, "webhooks.view_endpoint", "webhooks.view_hookdelivery"],
}


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Permissions are otherwise made only after the last migration. A role that was removed stays away."""
    for label in ("messaging", "webhooks"):
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
        ("console", "0006_goods_and_coupons"),
        ("messaging", "0001_initial"),
        ("webhooks", "0001_initial"),
    ]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
