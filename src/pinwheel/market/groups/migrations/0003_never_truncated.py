"""Nothing that was drawn is truncated away."""

from django.db import migrations

GUARD = """
CREATE FUNCTION groups_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'groups never change once they are finished: % cannot be truncated', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER group_is_never_truncated BEFORE TRUNCATE ON groups_group FOR EACH STATEMENT
    EXECUTE FUNCTION groups_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_finished_never_change")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
