"""Rows between NumPy and PostgreSQL: what goes in comes out, to the bit."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinwheel.ledger.binary import (
    IntegerArray,
    copy_in,
    copy_out,
    decode_array,
    decode_rows,
    encode_rows,
    fetch_columns,
    moment,
)
from pinwheel.ledger.post import raw_cursor

COLUMNS = [("small", "i2"), ("middle", "i4"), ("big", "i8"), ("name", "V16")]
MAKE = "CREATE TEMP TABLE IF NOT EXISTS binary_rows (small int2, middle int4, big int8, name uuid)"
INTEGERS = {
    kind: st.integers(-(1 << bits), (1 << bits) - 1) for kind, bits in (("i2", 15), ("i4", 31), ("i8", 63))
}
rows_of = st.lists(
    st.tuples(INTEGERS["i2"], INTEGERS["i4"], INTEGERS["i8"], st.binary(min_size=16, max_size=16)),
    max_size=30,
)
in_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def encoded(rows):
    values = {
        name: np.frombuffer(b"".join(row[3] for row in rows), "V16")
        if kind == "V16"
        else np.array([row[place] for row in rows], np.int64)
        for place, (name, kind) in enumerate(COLUMNS)
    }
    return encode_rows(COLUMNS, values, len(rows))


def plain(rows):
    return [tuple(bytes(v) if isinstance(v, np.void) else int(v) for v in row) for row in rows]


@given(rows_of)
def test_encoding_and_decoding_are_inverse(rows):
    decoded = decode_rows(COLUMNS, encoded(rows).tobytes())
    assert plain(zip(*(decoded[name] for name, _ in COLUMNS), strict=True)) == rows


@in_database
@given(rows=rows_of)
def test_rows_come_back_from_the_database_as_they_went_in(shared_database, rows):
    cursor = raw_cursor()
    cursor.execute(MAKE)
    cursor.execute("TRUNCATE binary_rows")
    copy_in(cursor, "binary_rows", COLUMNS, encoded(rows))
    text = psycopg.Cursor(cursor.connection)
    found = text.execute("SELECT small, middle, big, name FROM binary_rows").fetchall()
    assert [(*row[:3], row[3].bytes) for row in found] == rows
    for blocks_of in (1, 100, 1 << 24):
        blocks = list(copy_out(cursor, "SELECT * FROM binary_rows", COLUMNS, blocks_of))
        assert b"".join(block.tobytes() for block in blocks) == encoded(rows).tobytes()


@pytest.mark.parametrize("kind", ["i2", "i4", "i8"])
@in_database
@given(data=st.data())
def test_arrays_come_back_as_they_went_in(shared_database, kind, data):
    values = data.draw(st.lists(INTEGERS[kind], max_size=50))
    cursor = raw_cursor()
    (back,) = cursor.execute("SELECT %s", (IntegerArray(values, kind),)).fetchone()
    assert back == values
    columns = fetch_columns(
        cursor, "SELECT v FROM unnest(%s) AS v", [("v", kind)], (IntegerArray(values, kind),)
    )
    assert columns["v"].tolist() == values
    assert columns["v"].dtype == np.int64


def test_the_empty_array_is_an_array(shared_database):
    cursor = raw_cursor()
    (length, kind) = cursor.execute(
        "SELECT cardinality(v), pg_typeof(v)::text FROM (SELECT %s AS v) AS a", (IntegerArray([], "i2"),)
    ).fetchone()
    assert (length, kind) == (0, "smallint[]")
    assert decode_array(None, "i8").tolist() == []
    assert fetch_columns(cursor, "SELECT 1 AS v WHERE false", [("v", "i4")])["v"].tolist() == []


def test_two_columns_of_different_width_keep_their_rows_together(shared_database):
    cursor = raw_cursor()
    query = "SELECT n AS a, (-n)::int2 AS b FROM generate_series(1, 1000) AS n ORDER BY n DESC"
    columns = fetch_columns(cursor, query, [("a", "i4"), ("b", "i2")])
    assert columns["a"].tolist() == list(range(1000, 0, -1))
    assert (columns["a"] == -columns["b"]).all()


def test_a_null_and_another_width_are_not_read(shared_database):
    cursor = raw_cursor()
    for query in ("SELECT NULL::int8 AS big", "SELECT 1::int4 AS big"):
        with pytest.raises(ValueError):
            list(copy_out(cursor, query, [("big", "i8")]))


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])))
def test_a_moment_is_microseconds_since_2000(value):
    assert datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment(value)) == value


def test_a_moment_is_what_the_database_stores(shared_database):
    cursor = raw_cursor()
    value = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    copy_rows = encode_rows([("at", "i8")], {"at": moment(value)}, 1)
    cursor.execute("CREATE TEMP TABLE binary_moment (at timestamptz)")
    copy_in(cursor, "binary_moment", [("at", "i8")], copy_rows)
    assert cursor.execute("SELECT at FROM binary_moment").fetchone() == (value,)
