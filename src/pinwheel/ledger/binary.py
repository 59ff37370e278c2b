"""Rows between NumPy and PostgreSQL in its binary forms, without becoming Python objects on the way.

Every column has a fixed width and is never null. Columns are given as (name, NumPy type) in the order
of the table's column list: `i2`, `i4`, `i8`, and `V16` for a uuid. Moments travel as `i8`, microseconds
since 2000-01-01 UTC.

Source: PostgreSQL, "COPY", section "Binary Format", and its array send function.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"
MOMENT_ZERO = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Columns = Sequence[tuple[str, str]]


def moment(value: datetime) -> int:
    """Microseconds since 2000-01-01 UTC, as PostgreSQL stores a timestamp with time zone."""
    return (value - MOMENT_ZERO) // MICROSECOND


@lru_cache(maxsize=64)
def row_type(columns: tuple[tuple[str, str], ...]) -> np.dtype[np.void]:
    """The layout of one row of a binary COPY: a count, then each field behind its length."""
    fields: list[tuple[str, str]] = [("#", ">i2")]
    for name, kind in columns:
        fields += [(f"#{name}", ">i4"), (name, kind if kind.startswith("V") else f">{kind}")]
    return np.dtype(fields)


def encode_rows(columns: Columns, values: dict[str, Any], count: int) -> NDArray[np.void]:
    """Rows in COPY's binary layout, from a column array (or one value for all rows) per name."""
    layout = row_type(tuple(columns))
    rows = np.empty(count, dtype=layout)
    rows["#"] = len(columns)
    for name, kind in columns:
        rows[f"#{name}"] = np.dtype(kind).itemsize
        rows[name] = values[name]
    return rows


def decode_rows(columns: Columns, data: bytes) -> NDArray[np.void]:
    """Rows in COPY's binary layout, without header and trailer, as a record array by column name.

    Raises: ValueError if the data does not have the layout of these columns (a null, another width).
    """
    layout = row_type(tuple(columns))
    if len(data) % layout.itemsize:
        raise ValueError("rows are not of the expected fixed width")
    rows = np.frombuffer(data, dtype=layout)
    for name, kind in columns:
        if not (rows[f"#{name}"] == np.dtype(kind).itemsize).all():
            raise ValueError(f"column {name} is null or of another width")
    return rows


def copy_in(cursor: psycopg.Cursor[Any], table: str, columns: Columns, rows: NDArray[np.void]) -> None:
    """Write encoded rows to a table by one COPY. Table and column names are the program's own."""
    names = ", ".join(name for name, _ in columns)
    statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
    with cursor.copy(statement) as copy:
        copy.write(COPY_HEADER + rows.tobytes() + COPY_TRAILER)


def copy_out(
    cursor: psycopg.Cursor[Any], query: str, columns: Columns, blocks_of: int = 1 << 24
) -> Iterator[NDArray[np.void]]:
    """The rows of a query (without parameters), in blocks of record arrays, in bounded memory."""
    layout = row_type(tuple(columns))
    waiting = bytearray()
    at_start = True
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        for block in copy:
            waiting += block
            if at_start and len(waiting) >= len(COPY_HEADER):
                del waiting[: len(COPY_HEADER)]
                at_start = False
            if len(waiting) > blocks_of:
                whole = len(waiting) // layout.itemsize * layout.itemsize
                yield decode_rows(columns, bytes(waiting[:whole]))
                del waiting[:whole]
    yield decode_rows(columns, bytes(waiting[: -len(COPY_TRAILER)]))


def fetch_columns(
    cursor: psycopg.Cursor[Any], query: str, columns: Columns, parameters: Sequence[Any] = ()
) -> dict[str, NDArray[np.int64]]:
    """The rows of a query, whose columns must be those named, as one integer array per column.

    The cursor must be a binary one. Each column comes as one binary array, in the order of the query.
    """
    sent = ", ".join(f"array_send(array_agg({name}))" for name, _ in columns)
    cursor.execute(f"SELECT {sent} FROM ({query}) AS rows", parameters, prepare=True)
    row = cursor.fetchone() or ()
    return {name: decode_array(data, kind) for (name, kind), data in zip(columns, row, strict=True)}


def decode_array(data: bytes | None, kind: str) -> NDArray[np.int64]:
    """A one-dimensional array without nulls in PostgreSQL's binary form; None is the empty array."""
    if data is None:
        return np.empty(0, dtype=np.int64)
    elements = np.frombuffer(data, dtype=[("length", ">i4"), ("value", f">{kind}")], offset=20)
    return elements["value"].astype(np.int64)


ARRAY_OIDS = {"i2": (21, 1005), "i4": (23, 1007), "i8": (20, 1016)}  # element, array


class IntegerArray:
    """A NumPy column as one binary array parameter."""

    __slots__ = ("kind", "values")

    def __init__(self, values: Any, kind: str = "i8") -> None:
        self.values = np.asarray(values)
        self.kind = kind


class IntegerArrayDumper(psycopg.adapt.Dumper):
    """Sends an `IntegerArray` in PostgreSQL's binary array form."""

    format = psycopg.pq.Format.BINARY

    def __init__(self, cls: type, context: Any = None) -> None:
        super().__init__(cls, context)
        self.oid = 0

    def get_key(self, obj: Any, format: Any) -> Any:
        return (self.cls, obj.kind)

    def upgrade(self, obj: Any, format: Any) -> "IntegerArrayDumper":
        dumper = type(self)(self.cls)
        dumper.oid = ARRAY_OIDS[obj.kind][1]
        return dumper

    def dump(self, obj: Any) -> bytes:
        size = np.dtype(obj.kind).itemsize
        elements = np.empty(len(obj.values), dtype=[("length", ">i4"), ("value", f">{obj.kind}")])
        elements["length"] = size
        elements["value"] = obj.values
        dimensions = 1 if len(obj.values) else 0
        header = np.array([dimensions, 0, ARRAY_OIDS[obj.kind][0]], dtype=">i4").tobytes()
        if dimensions:
            header += np.array([len(obj.values), 1], dtype=">i4").tobytes()
        return header + elements.tobytes()


psycopg.adapters.register_dumper(IntegerArray, IntegerArrayDumper)
