"""A change of sponsor is kept for good."""

from django.db import migrations

from pinwheel.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("members", "0004_invitations"), ("ledger", "0002_transfers")]
    operations = append_only("members_sponsor_change")
