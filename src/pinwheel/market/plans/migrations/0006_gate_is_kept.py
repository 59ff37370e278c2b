"""What the gate found and who acknowledged it is kept whole, and never changes.

A version is covered by its own trigger, which refuses every change. Here: no version without a ground any
more; as many acknowledgements as warnings, none by the publisher, and no finding that blocks; requests that
were decided never change, what was asked for never does, and none is deleted.
"""

from django.db import migrations

GUARD = """
ALTER TABLE plans_version ADD CONSTRAINT plan_version_warnings_acknowledged CHECK (ground <> 1 OR (
    NOT jsonb_path_exists(lawfulness, '$.findings[*] ? (@.level == "block")')
    AND jsonb_array_length(acknowledgements)
        = jsonb_array_length(jsonb_path_query_array(lawfulness, '$.findings[*] ? (@.level == "warn")'))
));
ALTER TABLE plans_version ADD CONSTRAINT plan_version_second_person CHECK (ground <> 1 OR
    NOT jsonb_path_exists(
        acknowledgements, '$[*] ? (@.by == $publisher)', jsonb_build_object('publisher', published_by_id)
    )
);
CREATE FUNCTION plans_refuse_groundless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'plan % version % stands on nothing: it did not go through the gate', NEW.name, NEW.version
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_version_has_a_ground BEFORE INSERT ON plans_version FOR EACH ROW
    WHEN (NEW.ground = 0) EXECUTE FUNCTION plans_refuse_groundless();

ALTER TABLE plans_request ADD CONSTRAINT publish_request_acknowledged_by_somebody CHECK (
    (acknowledgements = '[]') = (state <> 1 OR decided_by_id IS NULL)
);
CREATE FUNCTION plans_refuse_request_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'publish request % is kept as it was made and decided', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER publish_request_never_changes BEFORE UPDATE ON plans_request FOR EACH ROW
    WHEN (OLD.state <> 0
        OR (OLD.id, OLD.name, OLD.hash, OLD.source, OLD.facts, OLD.solvency, OLD.lawfulness,
            OLD.requested_by_id, OLD.requested_at)
        IS DISTINCT FROM (NEW.id, NEW.name, NEW.hash, NEW.source, NEW.facts, NEW.solvency, NEW.lawfulness,
            NEW.requested_by_id, NEW.requested_at))
    EXECUTE FUNCTION plans_refuse_request_change();
CREATE TRIGGER publish_request_is_never_deleted BEFORE DELETE ON plans_request FOR EACH ROW
    EXECUTE FUNCTION plans_refuse_request_change();
CREATE TRIGGER publish_request_is_never_truncated BEFORE TRUNCATE ON plans_request FOR EACH STATEMENT
    EXECUTE FUNCTION plans_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_gate")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
