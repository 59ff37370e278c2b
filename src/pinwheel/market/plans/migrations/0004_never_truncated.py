"""A published plan is never truncated away."""

from django.db import migrations

GUARD = """
CREATE FUNCTION plans_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published plans never change: % cannot be truncated', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_version_is_never_truncated BEFORE TRUNCATE ON plans_version FOR EACH STATEMENT
    EXECUTE FUNCTION plans_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_published_never_changes")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
