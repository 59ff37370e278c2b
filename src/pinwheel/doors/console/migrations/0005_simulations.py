"""Rights of simulations, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

ROLES = {
    "运营 Operations": ["plans.view_simulation", "plans.add_simulation"],
    "财务 Finance": ["plans.view_simulation", "plans.add_simulation"],
    "客服 Support": ["plans.view_simulation"],
    "审计 Audit": ["plans.view_simulation"],
}


class Migration(migrations.Migration):
    dependencies = [("console", "0004_gate"), ("plans", "0007_simulations")]
    operations = [migrations.RunPython(giving(ROLES), migrations.RunPython.noop)]
