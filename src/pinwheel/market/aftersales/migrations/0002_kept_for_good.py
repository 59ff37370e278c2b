"""An after-sale that is over never changes, debts only fall, parcels keep their payment; none is deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION aftersales_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % has money behind it and is kept', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER aftersale_ended_never_changes BEFORE UPDATE ON aftersales_aftersale FOR EACH ROW
    WHEN (OLD.state >= 4
        OR (OLD.order_id, OLD.member_id, OLD.kind, OLD.amount, OLD.reason, OLD.needs_second_person)
        IS DISTINCT FROM
        (NEW.order_id, NEW.member_id, NEW.kind, NEW.amount, NEW.reason, NEW.needs_second_person))
    EXECUTE FUNCTION aftersales_refuse_change();
CREATE TRIGGER aftersale_is_never_deleted BEFORE DELETE ON aftersales_aftersale FOR EACH ROW
    EXECUTE FUNCTION aftersales_refuse_change();
CREATE TRIGGER debt_only_falls BEFORE UPDATE ON aftersales_debt FOR EACH ROW
    WHEN (NEW."left" > OLD."left" OR (OLD.aftersale_id, OLD.order_id, OLD.member_id, OLD.asset, OLD.amount)
        IS DISTINCT FROM (NEW.aftersale_id, NEW.order_id, NEW.member_id, NEW.asset, NEW.amount))
    EXECUTE FUNCTION aftersales_refuse_change();
CREATE TRIGGER debt_is_never_deleted BEFORE DELETE ON aftersales_debt FOR EACH ROW
    EXECUTE FUNCTION aftersales_refuse_change();
CREATE TRIGGER parcel_keeps_its_payment BEFORE UPDATE ON delivery_parcel FOR EACH ROW
    WHEN (NEW.refunded < OLD.refunded OR (OLD.order_id, OLD.member_id, OLD.activity_id, OLD.paid)
        IS DISTINCT FROM (NEW.order_id, NEW.member_id, NEW.activity_id, NEW.paid))
    EXECUTE FUNCTION aftersales_refuse_change();
CREATE TRIGGER parcel_is_never_deleted BEFORE DELETE ON delivery_parcel FOR EACH ROW
    EXECUTE FUNCTION aftersales_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_initial"), ("delivery", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
