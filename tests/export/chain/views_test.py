"""What DuckDB finds by the views of the present over a chain of increments.

    views_test.py --chains-by PROGRAM
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import duckdb

PROGRAM = None
# What is in a directory's name must not be taken for a pattern or a partition.
DIRECTORY = "year=2014 [it's * ?]"


def cell(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class ViewsTest(unittest.TestCase):
    def check(self, file_format):
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory) / DIRECTORY
            said = subprocess.run([PROGRAM, file_format, folder], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout
            database = duckdb.connect()
            database.execute((folder / "latest/duckdb.sql").read_text())
            found = []
            for table in sorted({line.split("|")[0]
                                 for line in said.splitlines()}):
                found += self.rows(database, table)
        self.assertGreater(len(found), 100)
        self.assertEqual(sorted(found), sorted(said.splitlines()))

    def rows(self, database, table):
        result = database.sql(f'from "latest_{table}"')
        self.assertNotIn("year", result.columns)
        for row in result.fetchall():
            cells = dict(zip(result.columns, row))
            self.assertIsInstance(cells.pop("_increment"), int)
            yield "|".join([table] + [f"{name}={cell(value)}" for name, value
                                      in sorted(cells.items())])

    def test_over_parquet(self):
        self.check("parquet")

    def test_over_csv(self):
        self.check("csv")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--chains-by", required=True)
    arguments, rest = parser.parse_known_args()
    PROGRAM = arguments.chains_by
    unittest.main(argv=[sys.argv[0]] + rest)
