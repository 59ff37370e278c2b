"""What a group waits for never changes, nor does a public value that is known, nor what operators entered."""

from django.db import migrations

GUARD = """
CREATE FUNCTION public_values_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is known of a public value never changes (%)', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
-- A value is waited for, becomes known, and is drawn with; or it is overdue. Nothing goes back.
CREATE TRIGGER public_value_never_changes BEFORE UPDATE ON public_values_value FOR EACH ROW
    WHEN ((NEW.group_id, NEW.activity_id, NEW.kind, NEW.list_hash, NEW.bars, NEW.frozen_at, NEW.due_at,
            NEW.round)
            IS DISTINCT FROM
            (OLD.group_id, OLD.activity_id, OLD.kind, OLD.list_hash, OLD.bars, OLD.frozen_at, OLD.due_at,
            OLD.round)
        OR (OLD.state, NEW.state) NOT IN ((0, 0), (0, 1), (0, 3), (1, 1), (1, 2), (2, 2), (3, 3))
        OR (OLD.state >= 1 AND (NEW.value, NEW.signature, NEW.source, NEW.reference, NEW.published_at,
            NEW.entered_by_id, NEW.confirmed_by_id, NEW.known_at) IS DISTINCT FROM
            (OLD.value, OLD.signature, OLD.source, OLD.reference, OLD.published_at,
            OLD.entered_by_id, OLD.confirmed_by_id, OLD.known_at)))
    EXECUTE FUNCTION public_values_refuse_change();
CREATE TRIGGER public_value_is_never_deleted BEFORE DELETE ON public_values_value FOR EACH ROW
    EXECUTE FUNCTION public_values_refuse_change();
CREATE TRIGGER public_value_is_never_truncated BEFORE TRUNCATE ON public_values_value FOR EACH STATEMENT
    EXECUTE FUNCTION public_values_refuse_change();
CREATE TRIGGER number_entry_never_changes BEFORE UPDATE ON public_values_entry FOR EACH ROW
    WHEN (OLD.state <> 0 OR (NEW.id, NEW.group_id, NEW.digits, NEW.source, NEW.reference, NEW.published_at,
            NEW.operator_id, NEW.entered_at) IS DISTINCT FROM
            (OLD.id, OLD.group_id, OLD.digits, OLD.source, OLD.reference, OLD.published_at,
            OLD.operator_id, OLD.entered_at))
    EXECUTE FUNCTION public_values_refuse_change();
CREATE TRIGGER number_entry_is_never_deleted BEFORE DELETE ON public_values_entry FOR EACH ROW
    EXECUTE FUNCTION public_values_refuse_change();
CREATE TRIGGER number_entry_is_never_truncated BEFORE TRUNCATE ON public_values_entry FOR EACH STATEMENT
    EXECUTE FUNCTION public_values_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("public_values", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
