"""A stop that is done or rejected never changes, what was proposed and decided never changes, none is deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION activities_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stop % is kept as it was proposed and decided', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stop_never_changes BEFORE UPDATE ON activities_stop FOR EACH ROW
    WHEN (OLD.state IN (2, 3) OR NEW.state < OLD.state
        OR (OLD.activity_id, OLD.reason, OLD.proposed_by_id, OLD.proposed_at)
        IS DISTINCT FROM (NEW.activity_id, NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
        OR OLD.state = 1 AND (NEW.state = 3 OR (OLD.decided_by_id, OLD.decided_at)
        IS DISTINCT FROM (NEW.decided_by_id, NEW.decided_at)))
    EXECUTE FUNCTION activities_refuse_change();
CREATE TRIGGER stop_is_never_deleted BEFORE DELETE ON activities_stop FOR EACH ROW
    EXECUTE FUNCTION activities_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0005_stops")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
