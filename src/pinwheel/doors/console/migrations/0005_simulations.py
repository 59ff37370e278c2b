"""Rights of simulations, for the roles that a shop starts with."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "运营 Operations": ["plans.view_simulation", "plans.add_simulation"],
    "财务 Finance": ["plans.view_simulation", "plans.add_simulation"],
    "客服 Support": ["plans.view_simulation"],
    "审计 Audit": ["plans.view_simulation"],
}


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Permissions are otherwise made only after the last migration. A role that was removed stays away."""
    config = apps.get_app_config("plans")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = {
        permission.codename: permission
        for permission in apps.get_model("auth", "Permission").objects.filter(content_type__app_label="plans")
    }
    for role, names in ROLES.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=role):
            group.permissions.add(*(permissions[name.split(".")[1]] for name in names))


class Migration(migrations.Migration):
    dependencies = [("console", "0004_gate"), ("plans", "0007_simulations")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
