"""A finished group never changes, and nothing that was drawn is deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION groups_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'group % is finished: its draw never changes', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER group_finished_never_changes BEFORE UPDATE ON groups_group FOR EACH ROW
    WHEN (OLD.state >= 2) EXECUTE FUNCTION groups_refuse_change();
CREATE TRIGGER group_is_never_deleted BEFORE DELETE ON groups_group FOR EACH ROW
    EXECUTE FUNCTION groups_refuse_change();
ALTER TABLE groups_group SET (fillfactor = 50);
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
