"""Room in each page for the next versions of a counter, so that updates stay there: each settled join makes one."""

from django.db import migrations

STORAGE = "ALTER TABLE groups_win_counter SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)"


class Migration(migrations.Migration):
    dependencies = [("groups", "0006_lists_by_state")]
    operations = [migrations.RunSQL(STORAGE, migrations.RunSQL.noop)]
