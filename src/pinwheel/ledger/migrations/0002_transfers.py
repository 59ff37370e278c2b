"""Transfers: partitioned by month, append-only, with the index that statements read."""

from django.db import migrations

TABLES = """
CREATE TABLE ledger_transfer (
    batch        bigint      NOT NULL,
    at           timestamptz NOT NULL,
    from_account bigint      NOT NULL,
    to_account   bigint      NOT NULL,
    amount       bigint      NOT NULL CONSTRAINT transfer_amount_positive CHECK (amount > 0),
    about        bigint      NOT NULL,
    line         integer     NOT NULL,
    asset        smallint    NOT NULL CONSTRAINT transfer_asset_known CHECK (asset BETWEEN 0 AND 5),
    reason       smallint    NOT NULL,
    -- A member's number is positive, a platform account's negative. Value never moves from member to
    -- member directly: one side is always a named account of the platform.
    CONSTRAINT transfer_one_side_is_platform CHECK (from_account < 0 OR to_account < 0),
    CONSTRAINT transfer_two_accounts CHECK (from_account <> to_account)
) PARTITION BY RANGE (at);

-- A member's statement, newest first. Platform accounts are negative, so the greater side is the member.
CREATE INDEX transfer_member ON ledger_transfer (greatest(from_account, to_account), batch, line)
    WHERE greatest(from_account, to_account) > 0;
-- The transfers of a batch lie together, so a summary of page ranges finds them.
CREATE INDEX transfer_batch ON ledger_transfer USING brin (batch) WITH (pages_per_range = 16);

CREATE SEQUENCE ledger_batch_number;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is another transfer', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER batch_append_only BEFORE UPDATE OR DELETE ON ledger_batch
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER batch_no_truncate BEFORE TRUNCATE ON ledger_batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Make the partition of the month (UTC) that a moment lies in; true if it was there already.
CREATE FUNCTION ledger_ensure_month(moment timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    first timestamptz := date_trunc('month', moment, 'UTC');
    name  text := 'ledger_transfer_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN true; END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger_ensure_month'));
    IF to_regclass(name) IS NOT NULL THEN RETURN true; END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF ledger_transfer FOR VALUES FROM (%L) TO (%L)',
        name, first, date_trunc('month', first + interval '32 days', 'UTC'));
    EXECUTE format('CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', name);
    RETURN false;
END $$;

INSERT INTO ledger_lane (lane, length, digest)
    SELECT lane, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, 63) AS lane;

-- Room in each page for the next version of a row, so that updates stay there.
ALTER TABLE ledger_wallet SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE ledger_lane SET (fillfactor = 10);
ALTER TABLE ledger_platform_balance SET (fillfactor = 10);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, migrations.RunSQL.noop)]
