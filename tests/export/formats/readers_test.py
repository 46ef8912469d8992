"""What DuckDB, pandas and pyarrow find in the files of write_every_type.

    readers_test.py --files-by PROGRAM
"""

import argparse
import datetime
import decimal
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import duckdb
import pandas
import pandas.io.stata
import pyarrow.ipc
import pyarrow.parquet

TEXT = 'say "hi", 5;\r\n\U0001F3EB \u05E9\u05DC\u05D5\u05DD'
TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(38,18)",
    "decimal/exact": "VARCHAR", "date": "DATE", "time": "TIME",
    "time/offset": "INTEGER", "date-time": "TIMESTAMP WITH TIME ZONE",
    "date-time/offset": "INTEGER", "point": "GEOMETRY('OGC:CRS84')",
    "point/latitude": "DOUBLE", "point/longitude": "DOUBLE",
    "point/altitude": "DOUBLE", "point/accuracy": "DOUBLE",
    "point/exact": "VARCHAR", "line": "GEOMETRY('OGC:CRS84')",
    "line/exact": "VARCHAR", "area": "GEOMETRY('OGC:CRS84')",
    "area/exact": "VARCHAR", "choice": "VARCHAR", "choices": "VARCHAR[]",
    "attachment": "VARCHAR", "boolean": "BOOLEAN",
}
MOMENT = datetime.datetime(2014, 4, 2, 9, 30, 15, 250_000,
                           datetime.timezone.utc)
FILES = None  # the folder they are in


def rows_of(query):
    """Dictionaries by column, with {} the folder of the files."""
    result = duckdb.sql(query.replace("{}", str(FILES)))
    return [dict(zip(result.columns, row)) for row in result.fetchall()]


class DuckDbTest(unittest.TestCase):
    def test_parquet_is_typed(self):
        for name in "every_type", "nothing":
            described = rows_of(f"describe from '{{}}/{name}.parquet'")
            self.assertEqual({row["column_name"]: row["column_type"]
                              for row in described}, TYPES)
        self.assertEqual(rows_of("from '{}/nothing.parquet'"), [])

    def test_answers_are_values(self):
        row = rows_of("from '{}/every_type.parquet'")[0]
        self.assertEqual(row["text"], TEXT)
        self.assertEqual(row["integer"], -12)
        self.assertEqual(row["decimal"], decimal.Decimal("3.25"))
        self.assertEqual(row["date"], datetime.date(2014, 4, 2))
        self.assertEqual(row["time"], datetime.time(10, 30, 15, 250_000))
        self.assertEqual(row["date-time"], MOMENT)
        self.assertEqual(row["date-time/offset"], 60)
        self.assertEqual([row[f"point/{part}"] for part in
                          ("latitude", "longitude", "altitude", "accuracy")],
                         [5.12, 7.39, 83.4, 5])
        self.assertEqual(row["choice"], "tap")
        self.assertEqual(row["choices"], ["health", "meals"])
        self.assertIs(row["boolean"], True)

    def test_what_numbers_cannot_tell_is_text_besides(self):
        row = rows_of("from '{}/every_type.parquet'")[1]
        self.assertEqual(row["text"], "")
        self.assertEqual(row["integer"], -2**63)
        self.assertIsNone(row["decimal"])
        self.assertEqual(
            row["decimal/exact"],
            "-123456789012345678901234567890.0123456789012345678901")
        self.assertEqual(row["point/exact"], "-89.12345678901234567 180")
        self.assertEqual(row["line/exact"], "5 7 1 2;5.5 7.5")
        self.assertEqual(row["choices"], [])
        self.assertIsNone(row["time/offset"])

    def test_nulls_are_nulls(self):
        row = rows_of("from '{}/every_type.parquet'")[2]
        self.assertEqual(set(row.values()), {None})

    def test_geometries_are_geometries(self):
        rows = rows_of("select point::varchar as point, line::varchar as line, "
                       "area::varchar as area from '{}/every_type.parquet'")
        self.assertEqual(rows[0], {
            "point": "POINT Z (7.39 5.12 83.4)",
            "line": "LINESTRING (7 5, 7.5 5.5)",
            "area": "POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))"})
        metadata = rows_of("from parquet_kv_metadata('{}/every_type.parquet') "
                           "where key = 'geo'")
        geo = json.loads(metadata[0]["value"])
        self.assertEqual(geo["version"], "1.1.0")
        self.assertEqual(geo["primary_column"], "point")
        self.assertEqual(geo["columns"]["area"], {
            "encoding": "WKB", "geometry_types": ["Polygon", "Polygon Z"]})

    def test_every_row_of_every_row_group(self):
        for file in "many.parquet", "many.csv":
            row = rows_of("select count(*) as rows, sum(number) as sum, "
                          "sum(half::decimal(20, 1)) as halves, "
                          f"count(distinct number) as numbers from '{{}}/{file}'")
            self.assertEqual(row, [{
                "rows": 300_000, "sum": 300_000 * 299_999 // 2,
                "halves": decimal.Decimal(300_000 * 299_999) / 4,
                "numbers": 300_000}])
        groups = rows_of("select count(distinct row_group_id) as groups "
                         "from parquet_metadata('{}/many.parquet')")
        self.assertGreater(groups[0]["groups"], 1)

    def test_csv_tells_empty_from_null(self):
        rows = rows_of("from read_csv('{}/every_type.csv', all_varchar = true, "
                       "allow_quoted_nulls = false)")
        self.assertEqual(rows[0]["text"], TEXT)
        self.assertEqual(rows[0]["time"], "10:30:15.250+01:00")
        self.assertEqual(rows[0]["choices"], "health meals")
        self.assertEqual([rows[0][f"choices/{code}"]
                          for code in ("health", "meals", "Meals#2")],
                         ["1", "1", "0"])
        self.assertEqual((rows[1]["text"], rows[1]["choices"]), ("", ""))
        self.assertEqual(set(rows[2].values()), {None})


class PandasTest(unittest.TestCase):
    def test_parquet(self):
        # There is a date of the year 0, and Python's begin with the year 1.
        table = pandas.read_parquet(FILES / "every_type.parquet",
                                    to_pandas_kwargs={"date_as_object": False})
        self.assertEqual(str(table["date"].dtype), "datetime64[ms]")
        self.assertEqual(list(table.columns), list(TYPES))
        self.assertEqual(str(table["date-time"].dtype), "datetime64[ms, UTC]")
        self.assertEqual(list(table["choice"].cat.categories),
                         ["well", "tap", "#7"])
        row = table.iloc[0]
        self.assertEqual(row["text"], TEXT)
        self.assertEqual(row["decimal"], decimal.Decimal("3.25"))
        self.assertEqual(row["date-time"].to_pydatetime(), MOMENT)
        self.assertEqual(list(row["choices"]), ["health", "meals"])
        self.assertTrue(table.iloc[2].isna().all())

    def test_many(self):
        table = pandas.read_parquet(FILES / "many.parquet")
        self.assertEqual(len(table), 300_000)
        self.assertEqual(table["number"].tolist(), list(range(300_000)))

    def test_csv(self):
        table = pandas.read_csv(FILES / "every_type.csv")
        self.assertEqual(table["text"][0], TEXT)
        self.assertEqual(table["point/latitude"][0], 5.12)
        self.assertEqual(table["choices/meals"].tolist()[:2], [1, 0])



class StataTest(unittest.TestCase):
    """By pandas, whose reader is its own."""

    def setUp(self):
        if not (FILES / "nothing.dta").exists():
            self.skipTest("a build without ReadStat")

    def test_answers(self):
        table = pandas.read_stata(FILES / "every_type.dta")
        row = table.iloc[0]
        self.assertEqual(row["text"], TEXT)
        self.assertEqual(row["integer"], -12)
        self.assertEqual(row["decimal"], 3.25)
        self.assertEqual(row["date"], pandas.Timestamp("2014-04-02"))
        self.assertEqual(row["time"].time(), datetime.time(10, 30, 15, 250_000))
        local = MOMENT.replace(tzinfo=None) + datetime.timedelta(hours=1)
        self.assertEqual(row["date_time"].to_pydatetime(), local)
        self.assertEqual(row["date_time_offset"], 60)
        self.assertEqual((row["choice"], row["choice_label"]), ("tap", "Tap"))
        self.assertEqual([row["choices"], row["choices_health"],
                          row["choices_Meals_2"]], ["health meals", 1, 0])
        row = table.iloc[1]
        self.assertEqual(row["integer_exact"], str(-2**63))
        self.assertEqual(row["point_exact"], "-89.12345678901234567 180")
        self.assertEqual(row["date_exact"], "0000-01-01")
        self.assertTrue(pandas.isna(row["date"]))
        numbers = table.select_dtypes("number")
        self.assertTrue(numbers.iloc[2].isna().all())
        self.assertEqual(len(pandas.read_stata(FILES / "nothing.dta")), 0)

    def test_labels(self):
        with pandas.io.stata.StataReader(FILES / "every_type.dta") as reader:
            labels = reader.variable_labels()
            self.assertEqual(labels["date_time"], "A date-time")
            self.assertEqual(labels["choices_health"], "A choices: Health")
            self.assertEqual(reader.value_labels()["choice_label"],
                             {1: "Well", 2: "Tap"})

    def test_many(self):
        table = pandas.read_stata(FILES / "many.dta")
        self.assertEqual(table["number"].tolist(), list(range(300_000)))
        self.assertEqual(table["half"].sum(), 300_000 * 299_999 / 4)


class LabelsTest(unittest.TestCase):
    def test_are_metadata_of_columns(self):
        schema = pyarrow.parquet.read_schema(FILES / "every_type.parquet")
        for name, label in (("text", b"A text"), ("point", b"A point"),
                            ("point/latitude", b"A point")):
            self.assertEqual(schema.field(name).metadata[b"label"], label)


class StreamTest(unittest.TestCase):
    def test_is_the_same_table(self):
        with open(FILES / "every_type.arrows", "rb") as file:
            table = pyarrow.ipc.open_stream(file).read_all()
        self.assertEqual(table.column_names, list(TYPES))
        self.assertEqual(table["text"].to_pylist(), [TEXT, "", None])
        self.assertEqual(table["choice"].to_pylist(), ["tap", "#7", None])
        self.assertEqual(table["choices"].to_pylist(),
                         [["health", "meals"], [], None])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--files-by", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        FILES = pathlib.Path(folder)
        subprocess.run([arguments.files_by, folder], check=True)
        unittest.main(argv=sys.argv[:1])
