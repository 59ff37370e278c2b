"""A published plan never changes and is never deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION plans_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'plan % version % is published and never changes', OLD.name, OLD.version
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_version_never_changes BEFORE UPDATE OR DELETE ON plans_version FOR EACH ROW
    EXECUTE FUNCTION plans_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_initial")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
