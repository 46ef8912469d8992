#!/usr/bin/env python3
"""Keeps tables in PostgreSQL up to date with a survey, over gRPC alone.

    load_postgres.py SURVEY CONNECTION [--server ADDRESS] [--ca FILE]
                     [--credential FILE]

CONNECTION is what libpq takes: postgresql://…, or "host=… dbname=…"; "" leaves
all to its environment. ADDRESS is HOST:PORT, or by TLS grpcs://HOST:PORT.

Takes the increment past what the database has, as Arrow streams, and puts it in
in one transaction together with the position it reaches: interrupted at any
moment and run again, no row is lost and none is there twice; two that run at once
come one after the other. Each run leaves the present in the first schema of the
search path: a table for each form, repeat and so on, as `chasqui export` has
them, and columns are added when forms grow.

    text, choice codes   text            integers    bigint
    decimals             numeric         dates       date
    times                time            moments     timestamptz
    choices              text[]          geometries  bytea, WKB

PostgreSQL cuts names to 63 bytes: longer ones end in "~" and a part of their
SHA-256. It has no text with a zero character: that becomes U+FFFD.

Wants psycopg, pyarrow, grpcio and grpcio-tools.
"""

import hashlib

import psycopg
import pyarrow
from pyarrow import compute, types

import increments
from increments import RECORDS

NAME_BYTES_MAX = 63
# Any number, so long as it is the same: who holds it may load.
LOCK = 0x636861737175


def fitting(name: str) -> str:
    """The name, or one that PostgreSQL does not cut."""
    whole = name.encode()
    if len(whole) <= NAME_BYTES_MAX:
        return name
    end = "~" + hashlib.sha256(whole).hexdigest()[:12]
    return whole[: NAME_BYTES_MAX - len(end)].decode(errors="ignore") + end


def quoted(name: str) -> str:
    return increments.quoted(fitting(name))


def type_of(column: pyarrow.DataType) -> str:
    if types.is_dictionary(column):
        return type_of(column.value_type)
    if types.is_list(column):
        return type_of(column.value_type) + "[]"
    if types.is_decimal(column):
        return f"numeric({column.precision}, {column.scale})"
    for there, name in (
        (types.is_string, "text"),
        (types.is_int64, "bigint"),
        (types.is_int32, "integer"),
        (types.is_boolean, "boolean"),
        (types.is_date32, "date"),
        (types.is_time32, "time"),
        (types.is_timestamp, "timestamptz"),
        (types.is_floating, "double precision"),
        (types.is_binary, "bytea"),
    ):
        if there(column):
            return name
    raise SystemExit(f"no type for {column}")


def cells(column: pyarrow.ChunkedArray) -> list:
    """As psycopg takes them."""
    kind = column.type
    if types.is_dictionary(kind) or types.is_string(kind):
        return [plain(text) for text in column.to_pylist()]
    if types.is_list(kind):
        return [
            None if texts is None else [plain(text) for text in texts]
            for texts in column.to_pylist()
        ]
    return column.to_pylist()


def plain(text: str | None) -> str | None:
    return None if text is None else text.replace("\0", "\ufffd")


class Warehouse:
    """The present of a survey, and up to where it is the present."""

    def __init__(self, connection: str):
        # What is read before it is part of the same transaction.
        self.database = psycopg.connect(connection)
        self.database.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS _chasqui (survey text PRIMARY KEY,"
            " log numeric(20), seq bigint)"
        )

    def position(self, survey: str):
        found = self.database.execute(
            "SELECT log, seq FROM _chasqui WHERE survey = %s", [survey]
        ).fetchone()
        return found and (int(found[0]), found[1])

    def surveys(self) -> list[str]:
        found = self.database.execute("SELECT survey FROM _chasqui").fetchall()
        return [survey for (survey,) in found]

    def records_past(self, seq: int) -> list[bytes]:
        """What was changed past a position that the server no longer has."""
        found = []
        for (table,) in self.database.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
            " AND column_name = '_form_version'"
            " AND table_name IN (SELECT tablename FROM pg_tables"
            "  WHERE schemaname = current_schema())"
        ).fetchall():
            found += self.database.execute(
                f"SELECT _id FROM {quoted(table)} WHERE _seq > %s", [seq]
            ).fetchall()
        return increments.unique_ids(found)

    def take_in(self, survey: str, increment, summary) -> int:
        with self.database:
            self._gather_ids(increment)
            for table, rows in increment:
                self.fit(table.name, rows.schema)
                self._clear(table, summary)
                if table.kind == RECORDS:
                    there = compute.invert(rows["_deleted"])
                    self.put(table.name, rows.filter(there))
                else:
                    self.put(table.name, rows)
            self.database.execute(
                "INSERT INTO _chasqui VALUES (%s, %s, %s) ON CONFLICT (survey)"
                " DO UPDATE SET log = excluded.log, seq = excluded.seq",
                [survey, summary.position.log, summary.position.seq],
            )
        return sum(len(rows) for _, rows in increment)

    def _gather_ids(self, increment) -> None:
        self.database.execute("CREATE TEMP TABLE _changed (_id text) ON COMMIT DROP")
        for table, rows in increment:
            if table.kind == RECORDS:
                self.put("_changed", rows.select(["_id"]))
        self.database.execute("ANALYZE _changed")

    def fit(self, name: str, schema: pyarrow.Schema) -> None:
        """Makes the table, or adds the columns that later forms have added."""
        self.database.execute(f"CREATE TABLE IF NOT EXISTS {quoted(name)} ()")
        there = {
            column
            for (column,) in self.database.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND table_name = %s",
                [fitting(name)],
            ).fetchall()
        }
        missing = [
            f"ADD COLUMN {quoted(column.name)} {type_of(column.type)}"
            for column in schema
            if fitting(column.name) not in there
        ]
        if missing:
            self.database.execute(f"ALTER TABLE {quoted(name)} {', '.join(missing)}")
        if "_id" in schema.names and "_increment" in schema.names:
            index = quoted(f"{name} by _id")
            self.database.execute(
                f"CREATE INDEX IF NOT EXISTS {index} ON {quoted(name)} (_id)"
            )

    def _clear(self, table, summary) -> None:
        if (rows_before := increments.outdated(table, summary)) is not None:
            self.database.execute(f"DELETE FROM {quoted(table.name)} {rows_before}")

    def put(self, name: str, rows: pyarrow.Table) -> None:
        """Adds the rows to a table that has their columns."""
        if len(rows) == 0:
            return
        columns = ", ".join(map(quoted, rows.column_names))
        into = f"COPY {quoted(name)} ({columns}) FROM STDIN"
        with self.database.cursor().copy(into) as copy:
            for batch in rows.to_batches(max_chunksize=10_000):
                some = pyarrow.Table.from_batches([batch])
                for row in zip(*map(cells, some.columns)):
                    copy.write_row(row)


def main() -> None:
    try:
        increments.main(__doc__, "CONNECTION", Warehouse)
    except psycopg.Error as error:
        raise SystemExit(f"PostgreSQL: {str(error).strip()}") from None


if __name__ == "__main__":
    main()
