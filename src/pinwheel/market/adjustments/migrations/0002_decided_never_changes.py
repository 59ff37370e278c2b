"""A decided proposal never changes, what was proposed never changes, and none is ever deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION adjustments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'adjustment % is kept as it was proposed and decided', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER adjustment_decided_never_changes BEFORE UPDATE ON adjustments_proposal FOR EACH ROW
    WHEN (OLD.state <> 0
        OR (OLD.member_id, OLD.asset, OLD.amount, OLD.reason, OLD.proposed_by_id, OLD.proposed_at)
        IS DISTINCT FROM (NEW.member_id, NEW.asset, NEW.amount, NEW.reason, NEW.proposed_by_id, NEW.proposed_at))
    EXECUTE FUNCTION adjustments_refuse_change();
CREATE TRIGGER adjustment_is_never_deleted BEFORE DELETE ON adjustments_proposal FOR EACH ROW
    EXECUTE FUNCTION adjustments_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("adjustments", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
