"""What Apache Spark finds in files of write_every_type, and by the views of the
present over a chain of write_chain.

    spark_test.py --files-by PROGRAM --chains-by PROGRAM
"""

import argparse
import datetime
import decimal
import pathlib
import subprocess
import sys
import tempfile
import unittest

from pyspark.sql import SparkSession

FILES_BY = CHAINS_BY = None
# What is in a directory's name must not be taken for a pattern or a partition.
DIRECTORY = "year=2014 [it's * ?]"


def cell(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class SparkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.spark = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", f"{cls.folder}/warehouse")
            .getOrCreate()
        )
        cls.spark.sparkContext.setLogLevel("ERROR")
        cls.addClassCleanup(cls.spark.stop)
        subprocess.run([FILES_BY, cls.folder], check=True)

    def parquet(self, name, columns=None):
        reader = self.spark.read.option("datetimeRebaseMode", "CORRECTED")
        if columns:
            reader = reader.schema(columns)
        return reader.parquet(f"{self.folder}/{name}.parquet")

    def test_answers_are_values(self):
        columns = (self.folder / "every_type.spark").read_text()
        table = self.parquet("every_type", columns)
        row = table.limit(1).collect()[0].asDict()
        self.assertEqual(row["time"], 37_815_250)
        self.assertEqual(row["integer"], -12)
        self.assertEqual(row["decimal"], decimal.Decimal("3.25"))
        self.assertEqual(row["date"], datetime.date(2014, 4, 2))
        self.assertEqual(row["date-time/offset"], 60)
        self.assertEqual(row["point/latitude"], 5.12)
        self.assertEqual(row["choice"], "tap")
        self.assertEqual(row["choices"], ["health", "meals"])
        self.assertIs(row["boolean"], True)
        self.assertEqual(
            table.select("decimal/exact").collect()[1][0],
            "-123456789012345678901234567890.0123456789012345678901")
        self.assertEqual(self.parquet("nothing", columns).collect(), [])

    def test_every_row_of_every_row_group(self):
        row = self.parquet("many").selectExpr(
            "count(*)", "sum(number)", "sum(half)",
            "count(distinct number)").collect()[0]
        self.assertEqual(list(row), [
            300_000, 300_000 * 299_999 // 2,
            decimal.Decimal(300_000 * 299_999) / 4, 300_000])

    def test_views_over_increments(self):
        chain = self.folder / DIRECTORY
        said = subprocess.run([CHAINS_BY, "parquet", chain], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        for statement in statements((chain / "latest/spark.sql").read_text()):
            self.spark.sql(statement)
        found = []
        for table in sorted({line.split("|")[0] for line in said.splitlines()}):
            found += self.rows(table)
        self.assertGreater(len(found), 100)
        self.assertEqual(sorted(found), sorted(said.splitlines()))

    def rows(self, table):
        view = "latest_" + table.replace(".", "_")
        for row in self.spark.table(view).collect():
            cells = row.asDict()
            self.assertNotIn("year", cells)
            self.assertIsInstance(cells.pop("_increment"), int)
            yield "|".join([table] + [f"{name}={cell(value)}" for name, value
                                      in sorted(cells.items())])


def statements(sql):
    """Spark takes one at a time."""
    lines = [line for line in sql.splitlines() if not line.startswith("--")]
    return [each for each in "\n".join(lines).split(";\n") if each.strip()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--files-by", required=True)
    parser.add_argument("--chains-by", required=True)
    arguments, rest = parser.parse_known_args()
    FILES_BY, CHAINS_BY = arguments.files_by, arguments.chains_by
    unittest.main(argv=[sys.argv[0]] + rest)
