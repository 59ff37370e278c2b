"""Room in each page for the next versions of a row, so that updates stay there."""

from django.db import migrations

STORAGE = """
ALTER TABLE orders_order SET (fillfactor = 45);
ALTER TABLE orders_participation SET (fillfactor = 60);
-- The queue is filled and emptied all day: clean it before it grows.
ALTER TABLE orders_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(STORAGE, migrations.RunSQL.noop)]
