"""Apache Spark reads a chain of increments by the views that come with it: with
edits, deletions, rosters and a new version of the form it finds what DuckDB
does."""

from __future__ import annotations

import duckdb
from pyspark.sql import SparkSession

import program
import warehouse_test
from warehouse_test import quoted


def sums_of(rows: list[dict]) -> dict[str, tuple]:
    """Of each column how many cells are not null, and what its numbers come to
    or its texts are."""
    sums = {}
    for column in rows[0] if rows else ():
        cells = [row[column] for row in rows if row[column] is not None]
        if all(isinstance(cell, int) for cell in cells):
            sums[column] = (len(cells), sum(cells))
        elif all(isinstance(cell, str) for cell in cells):
            sums[column] = (len(cells), sorted(cells))
        else:
            sums[column] = (len(cells),)
    return sums


def value_of(column: str, kind: str) -> str:
    """Moments of DuckDB's are Python's only where there is a package for time
    zones: for them anything that is neither an integer nor a text."""
    if not kind.startswith("TIMESTAMP"):
        return quoted(column)
    return f"CASE WHEN {quoted(column)} IS NOT NULL THEN 0.5 END"


class SparkTest(warehouse_test.WarehouseTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.spark = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.warehouse.dir", cls.path("spark"))
            .getOrCreate()
        )
        cls.spark.sparkContext.setLogLevel("ERROR")
        cls.addClassCleanup(cls.spark.stop)

    def by_spark(self) -> dict[str, dict]:
        sql = (self.home / "chain" / "latest" / "spark.sql").read_text()
        lines = [line for line in sql.splitlines() if not line.startswith("--")]
        for statement in "\n".join(lines).split(";\n"):
            if statement.strip():
                self.spark.sql(statement)
        return {
            table: sums_of([row.asDict() for row in self.spark.table(
                f"latest_{table}".replace(".", "_")).collect()])
            for table in warehouse_test.TABLES
        }  # fmt: skip

    def by_duckdb(self) -> dict[str, dict]:
        database = duckdb.connect()
        sql = self.home / "chain" / "latest" / "duckdb.sql"
        database.execute(sql.read_text(encoding="utf-8"))
        found = {}
        for table in warehouse_test.TABLES:
            view = quoted(f"latest_{table}")
            columns = database.execute(f"DESCRIBE {view}").fetchall()
            values = ", ".join(value_of(name, kind) for name, kind, *_ in columns)
            rows = database.execute(f"SELECT {values} FROM {view}").fetchall()
            found[table] = sums_of(
                [dict(zip((name for name, *_ in columns), row)) for row in rows]
            )
        return found

    def assert_all_agree(self) -> dict[str, list[dict]]:
        self.export("chain")
        spark, duck = self.by_spark(), self.by_duckdb()
        for table in warehouse_test.TABLES:
            self.assertEqual(set(spark[table]), set(duck[table]), table)
            for column, sums in duck[table].items():
                self.assertEqual(spark[table][column], sums, f"{table}: {column}")
        return self.by_views("chain")


if __name__ == "__main__":
    program.main()
