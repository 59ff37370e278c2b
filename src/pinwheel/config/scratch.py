"""Scratch databases: a fresh, migrated database for a scenario or a test, thrown away afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

import pinwheel
from pinwheel.config.embedded import ensure_database

TEMPLATE = "pinwheel_template"


def server_connection() -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the server's maintenance database."""
    parameters = connections["default"].get_connection_params()
    parameters |= {"dbname": "postgres"}
    known = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(autocommit=True, **{key: parameters[key] for key in known if parameters.get(key)})


def use_database(name: str) -> None:
    """Point this process at another database of the same server."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    connections.settings["default"]["NAME"] = name


def schema_print() -> str:
    """What the migrations say, hashed: a template made from other migrations is not used."""
    import hashlib

    package = Path(pinwheel.__file__).parent
    files = sorted(package.glob("**/migrations/*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def ensure_template() -> str:
    """Make the migrated template database of the present schema unless it is there; return its name."""
    name = f"{TEMPLATE}_{schema_print()}"
    with server_connection() as server:
        server.execute("SELECT pg_advisory_lock(7305)")
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return name
        unfinished = f"{name}_unfinished"
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(unfinished)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
        home = connections["default"].settings_dict["NAME"]
        use_database(unfinished)
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            use_database(home)
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
        )
        return name


@contextmanager
def scratch_database() -> Iterator[str]:
    """A fresh migrated database that this process uses inside the block; dropped afterwards."""
    ensure_database()
    template = ensure_template()
    name = f"pinwheel_scratch_{secrets.token_hex(6)}"
    home = connections["default"].settings_dict["NAME"]
    with server_connection() as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    use_database(name)
    try:
        yield name
    finally:
        use_database(home)
        with server_connection() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
