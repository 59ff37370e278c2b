"""A balance keeps what it is of, one that ended only notes what was sent back, and none is deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION presale_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % has money behind it and is kept', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER balance_keeps_its_terms BEFORE UPDATE ON presale_balance FOR EACH ROW
    WHEN ((OLD.order_id, OLD.member_id, OLD.activity_id, OLD.group_id, OLD.amount, OLD.asked_at, OLD.due_at)
        IS DISTINCT FROM
        (NEW.order_id, NEW.member_id, NEW.activity_id, NEW.group_id, NEW.amount, NEW.asked_at, NEW.due_at)
        OR NEW.sent_back < OLD.sent_back)
    EXECUTE FUNCTION presale_refuse_change();
CREATE TRIGGER balance_ended_never_changes BEFORE UPDATE ON presale_balance FOR EACH ROW
    WHEN (OLD.state > 0 AND (OLD.state, OLD.route, OLD.ended_at, OLD.batch)
        IS DISTINCT FROM (NEW.state, NEW.route, NEW.ended_at, NEW.batch))
    EXECUTE FUNCTION presale_refuse_change();
CREATE TRIGGER balance_is_never_deleted BEFORE DELETE ON presale_balance FOR EACH ROW
    EXECUTE FUNCTION presale_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("presale", "0001_balances")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
