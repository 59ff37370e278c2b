"""The limit: what the server does with the rows of a settlement alone, by bare COPY and set updates.

Plain tables without constraints beyond their keys, rows prepared beforehand, two connections, commits
durable. What the real settlement adds is everything that makes it a ledger.
"""

import threading
import time

import numpy as np
import psycopg

from bench.ground import embedded_url
from pinwheel.ledger.binary import COPY_HEADER, COPY_TRAILER, IntegerArray, encode_rows
from pinwheel.ledger.post import TRANSFER_COLUMNS

BATCH = 2000
BATCHES = 20
TRANSFERS_A_JOIN = 5

TABLES = """
DROP TABLE IF EXISTS limit_transfer{n}, limit_wallet{n}, limit_order{n};
CREATE TABLE limit_transfer{n} (batch bigint, at bigint, from_account bigint, to_account bigint,
    amount bigint, about bigint, line integer, asset smallint, reason smallint);
CREATE TABLE limit_wallet{n} (id bigint PRIMARY KEY, a bigint, b bigint, c bigint, d bigint)
    WITH (fillfactor = 50);
CREATE TABLE limit_order{n} (id bigint PRIMARY KEY, f1 bigint, f2 bigint, f3 bigint, f4 bigint, f5 bigint,
    f6 bigint, state smallint, seat smallint, outcome smallint) WITH (fillfactor = 45);
INSERT INTO limit_wallet{n} SELECT n, 0, 0, 0, 0 FROM generate_series(1, 20000) n;
INSERT INTO limit_order{n} SELECT n, 0, 0, 0, 0, 0, 0, 1, 0, 0 FROM generate_series(1, {joins}) n;
"""


def limit_rate(database: str) -> float:
    """Joins per second."""
    with psycopg.connect(embedded_url(database), autocommit=True) as connection:
        for number in range(2):
            connection.execute(TABLES.format(n=number, joins=BATCH * BATCHES))  # type: ignore[arg-type]
            connection.execute(f"VACUUM ANALYZE limit_wallet{number}")  # type: ignore[arg-type]
            connection.execute(f"VACUUM ANALYZE limit_order{number}")  # type: ignore[arg-type]
    writers = [threading.Thread(target=write_batches, args=(database, number)) for number in range(2)]
    started = time.perf_counter()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return 2 * BATCH * BATCHES / (time.perf_counter() - started)


def write_batches(database: str, number: int) -> None:
    lines = np.arange(BATCH * TRANSFERS_A_JOIN)
    columns = dict.fromkeys((name for name, _ in TRANSFER_COLUMNS), 1) | {"line": lines}
    data = COPY_HEADER + encode_rows(TRANSFER_COLUMNS, columns, len(lines)).tobytes() + COPY_TRAILER
    with psycopg.connect(embedded_url(database)) as connection:
        for batch in range(BATCHES):
            orders = np.arange(batch * BATCH + 1, (batch + 1) * BATCH + 1)
            wallets = orders % 20_000 + 1
            cursor = connection.cursor(binary=True)
            with cursor.copy(f"COPY limit_transfer{number} FROM STDIN (FORMAT BINARY)") as copy:  # type: ignore[arg-type]
                copy.write(data)
            cursor.execute(
                f"UPDATE limit_wallet{number} w SET"  # type: ignore[arg-type]
                " a = w.a + d.v, b = w.b + d.v, c = w.c + d.v, d = w.d + d.v"
                " FROM unnest(%s, %s) AS d (id, v) WHERE w.id = d.id",
                (IntegerArray(wallets), IntegerArray(orders)),
                prepare=True,
            )
            cursor.execute(
                f"UPDATE limit_order{number} o SET f1 = d.v, state = 3, seat = 1, outcome = 1"  # type: ignore[arg-type]
                " FROM unnest(%s, %s) AS d (id, v) WHERE o.id = d.id",
                (IntegerArray(orders), IntegerArray(orders)),
                prepare=True,
            )
            connection.commit()
