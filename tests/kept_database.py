"""One database for many tests, each of which finds it as the migrations left it.

To make a database takes longer than to empty the tables that a test wrote to. What cannot be put back
(another schema, a table that somebody still locks) is seen, and a new database is made then.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from pinwheel.config.embedded import ensure_database
from pinwheel.config.scratch import ensure_template, server_connection, use_database

TABLES = (
    "SELECT c.oid::int, c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p')"
    " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
)
WRITTEN = (
    "SELECT c.oid::int, pg_relation_size(c.oid) FROM pg_class c"
    " WHERE c.oid = ANY(%s) AND pg_relation_size(c.oid) > 0"
)
FEW = 256 * 1024  # bytes of a table up to which deleting is quicker than truncating all that refer to it
REFERENCES = "SELECT confrelid::int, conrelid::int FROM pg_constraint WHERE contype = 'f'"
SCHEMA = (
    "SELECT md5(string_agg(what, ',' ORDER BY what)) FROM ("
    " SELECT relname || relkind::text AS what FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND NOT relispartition UNION SELECT tgname || tgenabled::text FROM pg_trigger"
    " UNION SELECT conname || convalidated::text FROM pg_constraint"
    " UNION SELECT proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    ") AS named"
)
# Sessions that a test left behind would hold locks; what it started is over.
OTHERS = (
    "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SEQUENCES = (
    "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
)


class KeptDatabase:
    """A scratch database, and how the migrations left it."""

    def __init__(self) -> None:
        ensure_database()
        self.name = fresh_name()
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with server_connection() as server:
            server.execute(make.format(sql.Identifier(self.name), sql.Identifier(ensure_template())))
        with self.connect() as server:
            self.schema = one(server, SCHEMA)
            tables: dict[int, str] = dict(server.execute(TABLES).fetchall())
            self.tables = set(tables.values())
            is_seeded = {
                oid: one(server, f"SELECT EXISTS (SELECT FROM {table})") for oid, table in tables.items()
            }
            self.seeded = {
                table: self.copy_of(server, table) for oid, table in tables.items() if is_seeded[oid]
            }
            self.prints = {table: print_of(server, table) for table in self.seeded}
            self.empty = {oid: table for oid, table in tables.items() if not is_seeded[oid]}
            self.sequences = dict(server.execute(SEQUENCES).fetchall())
            self.referring: dict[int, set[int]] = {}
            for referred, referring in server.execute(REFERENCES).fetchall():
                self.referring.setdefault(referred, set()).add(referring)

    def connect(self) -> psycopg.Connection[Any]:
        parameters = connections["default"].get_connection_params() | {"dbname": self.name}
        known = ("host", "port", "user", "password", "dbname")
        options = {key: parameters[key] for key in known if parameters.get(key)}
        return psycopg.connect(**options, options="-c lock_timeout=5s -c session_replication_role=replica")

    def copy_of(self, server: psycopg.Connection[Any], table: str) -> bytes:
        with server.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
            return b"".join(bytes(part) for part in copy)

    def put_back(self) -> bool:
        """Empty what was written to and restore what the migrations had put in; False: it cannot be done."""
        try:
            with self.connect() as server:
                server.execute(OTHERS)
                self.adopt_parts(server)
                if one(server, SCHEMA) != self.schema:
                    return False
                self.empty_tables(server)
                for table, rows in self.seeded.items():
                    if print_of(server, table) != self.prints[table]:
                        self.refill(server, table, rows)
                for name, value in server.execute(SEQUENCES).fetchall():
                    if value != self.sequences.get(name):
                        before = self.sequences.get(name)
                        server.execute("SELECT setval(%s, %s, %s)", (name, before or 1, before is not None))
            self.rename()
        except psycopg.Error:
            return False
        return True

    def rename(self) -> None:
        """What a process remembers of a database it remembers by its name; nobody may be connected."""
        name = fresh_name()
        change = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        with server_connection() as server:
            server.execute(change.format(sql.Identifier(self.name), sql.Identifier(name)))
        self.name = name

    def drop(self) -> None:
        with server_connection() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def adopt_parts(self, server: psycopg.Connection[Any]) -> None:
        """Months that the ledger made parts of its table for stay: they are empty like the rest."""
        for oid, table in server.execute(TABLES).fetchall():
            is_part = f"SELECT relispartition FROM pg_class WHERE oid = {oid}"
            if table not in self.tables and one(server, is_part):
                self.tables.add(table)
                self.empty[oid] = table

    def empty_tables(self, server: psycopg.Connection[Any]) -> None:
        """Delete what was written. Triggers and references rest on this connection (see `connect`)."""
        written: dict[int, int] = dict(server.execute(WRITTEN, (list(self.empty),)).fetchall())
        wanted = [oid for oid, size in written.items() if size > FEW]
        for oid in wanted:  # it grows: whoever refers to a table is emptied with it
            new = (self.referring.get(oid, set()) & set(self.empty)) - set(wanted)
            wanted += sorted(new)
        if wanted:
            names = sql.SQL(", ").join(sql.SQL(self.empty[oid]) for oid in wanted)
            server.execute(sql.SQL("TRUNCATE {}").format(names))
        if few := sorted(set(written) - set(wanted)):
            server.execute("; ".join(f"DELETE FROM {self.empty[oid]}" for oid in few))

    def refill(self, server: psycopg.Connection[Any], table: str, rows: bytes) -> None:
        server.execute(f"DELETE FROM {table}")
        with server.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(rows)
        self.prints[table] = print_of(server, table)


def fresh_name() -> str:
    return f"pinwheel_scratch_{secrets.token_hex(6)}"


def one(server: psycopg.Connection[Any], query: str) -> Any:
    row = server.execute(query).fetchone()
    return row[0] if row else None


def print_of(server: psycopg.Connection[Any], table: str) -> Any:
    """Tells whether a table's rows are the same rows: an update makes a new one."""
    return server.execute(f"SELECT count(*), max(ctid), sum(xmin::text::bigint) FROM {table}").fetchone()


_kept: list[KeptDatabase] = []


@contextmanager
def fresh_database() -> Iterator[str]:
    """A database as the migrations leave it, which this process uses inside the block."""
    kept = _kept.pop() if _kept else KeptDatabase()
    home = connections["default"].settings_dict["NAME"]
    use_database(kept.name)
    try:
        yield kept.name
    finally:
        use_database(home)
        if not _kept and kept.put_back():
            _kept.append(kept)
        else:
            kept.drop()


def drop_kept() -> None:
    """Drop the database that waits for the next test."""
    while _kept:
        _kept.pop().drop()
