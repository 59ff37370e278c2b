"""Tables whose rows are written once: the database refuses to change, delete or truncate them."""

from django.db import migrations

TRIGGERS = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
DROP = "DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"


def append_only(table: str) -> list[migrations.RunSQL]:
    """Operations of a migration that make a table append-only."""
    return [migrations.RunSQL(TRIGGERS.format(table=table), DROP.format(table=table))]
