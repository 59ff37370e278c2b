"""What was moved or exchanged stays as it was."""

from django.db import migrations

from pinwheel.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("pool", "0001_initial"), ("ledger", "0002_transfers")]
    operations = [*append_only("pool_move"), *append_only("pool_exchange")]
