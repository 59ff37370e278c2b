"""Rights for the roles that a shop starts with, given by migrations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.management import create_permissions


def giving(roles: Mapping[str, Sequence[str]]) -> Callable[[Any, Any], None]:
    """The step of a migration that gives each of these roles its rights, as `plans.view_planversion`.

    Permissions are otherwise made only after the last migration. A role that was removed stays away.
    """

    def give_rights(apps: Any, schema_editor: Any) -> None:
        for label in sorted({name.split(".")[0] for names in roles.values() for name in names}):
            config = apps.get_app_config(label)
            config.models_module = True
            create_permissions(config, apps=apps, verbosity=0)
            config.models_module = None
        permissions = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in apps.get_model("auth", "Permission").objects.select_related("content_type")
        }
        for role, names in roles.items():
            for group in apps.get_model("auth", "Group").objects.filter(name=role):
                group.permissions.add(*(permissions[name] for name in names))

    return give_rights
