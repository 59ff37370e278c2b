"""Grants are kept for good; a plan's coupon account is opened with the plan, and here for those published."""

from typing import Any

from django.db import migrations

from pinwheel.ledger.append_only import append_only


def open_accounts(apps: Any, schema_editor: Any) -> None:
    account = apps.get_model("ledger", "PlatformAccount")
    for plan in apps.get_model("plans", "PlanVersion").objects.values_list("name", flat=True).distinct():
        account.objects.get_or_create(plan=plan, name="coupons")


class Migration(migrations.Migration):
    dependencies = [("coupons", "0001_initial"), ("ledger", "0002_transfers"), ("plans", "0007_simulations")]
    operations = [
        *append_only("coupons_grant"),
        migrations.RunPython(open_accounts, migrations.RunPython.noop),
    ]
