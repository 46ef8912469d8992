#!/usr/bin/env python3
"""Keeps a DuckDB database up to date with a survey, over gRPC alone.

    load_duckdb.py SURVEY DATABASE [--server ADDRESS] [--ca FILE] [--credential FILE]

ADDRESS is HOST:PORT, or by TLS grpcs://HOST:PORT.

Takes the increment past what the database has, as Arrow streams, and puts it in
in one transaction together with the position it reaches: interrupted at any
moment and run again, no row is lost and none is there twice. Each run leaves the
present: a table for each form, repeat and so on, as `chasqui export` has them.

Wants duckdb, pyarrow, grpcio and grpcio-tools.
"""

import duckdb

import increments
from increments import RECORDS, quoted


class Warehouse:
    """The present of a survey, and up to where it is the present."""

    def __init__(self, path: str):
        self.database = duckdb.connect(path)
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS _chasqui (survey VARCHAR PRIMARY KEY,"
            " log UBIGINT, seq UBIGINT)"
        )

    def position(self, survey: str):
        return self.database.execute(
            "SELECT log, seq FROM _chasqui WHERE survey = ?", [survey]
        ).fetchone()

    def surveys(self) -> list[str]:
        found = self.database.execute("SELECT survey FROM _chasqui").fetchall()
        return [survey for (survey,) in found]

    def records_past(self, seq: int) -> list[bytes]:
        """What was changed past a position that the server no longer has."""
        found = []
        for (table,) in self.database.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = '_form_version'"
        ).fetchall():
            found += self.database.execute(
                f"SELECT _id FROM {quoted(table)} WHERE _seq > ?", [seq]
            ).fetchall()
        return increments.unique_ids(found)

    def take_in(self, survey: str, increment, summary) -> int:
        self.database.execute("BEGIN")
        self._gather_ids(increment)
        for table, rows in increment:
            self._fit(table.name, rows)
            self._put(table, rows, summary)
        self.database.execute("DROP TABLE _changed")
        self.database.execute(
            "INSERT OR REPLACE INTO _chasqui VALUES (?, ?, ?)",
            [survey, summary.position.log, summary.position.seq],
        )
        self.database.execute("COMMIT")
        return sum(len(rows) for _, rows in increment)

    def _gather_ids(self, increment) -> None:
        self.database.execute("CREATE TEMP TABLE _changed (_id VARCHAR)")
        for table, rows in increment:
            if table.kind == RECORDS and len(rows) > 0:
                ids = rows.select(["_id"])  # noqa: F841, by its name below
                self.database.execute("INSERT INTO _changed SELECT _id FROM ids")

    def _fit(self, name: str, rows) -> None:
        """Makes the table, or adds the columns that later forms have added."""
        self.database.execute(
            f"CREATE TABLE IF NOT EXISTS {quoted(name)} AS SELECT * FROM rows LIMIT 0"
        )
        there = {
            column
            for (column,) in self.database.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = ?",
                [name],
            ).fetchall()
        }
        for column, of_type in self.database.execute(
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM rows)"
        ).fetchall():
            if column not in there:
                self.database.execute(
                    f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(column)} {of_type}"
                )

    def _put(self, table, rows, summary) -> None:
        into = quoted(table.name)
        if (rows_before := increments.outdated(table, summary)) is not None:
            self.database.execute(f"DELETE FROM {into} {rows_before}")
        there = " WHERE NOT _deleted" if table.kind == RECORDS else ""
        self.database.execute(
            f"INSERT INTO {into} BY NAME SELECT * FROM rows{there}"
        )


if __name__ == "__main__":
    increments.main(__doc__, "DATABASE", Warehouse)
