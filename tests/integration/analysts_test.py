"""What Stata, SPSS and Excel get of an export, as others than our own libraries
read it: the same rows, answers and sums as its CSV.

Stata's files by pandas, SPSS's by PSPP, Excel's by LibreOffice: classes of their
own, since the latter two are installed for all tests alone.
"""

from __future__ import annotations

import csv
import pathlib
import re
import subprocess

import program
from program import record

# With a choice of numbers, a decimal, a moment and a place.
FORM = program.WELLS.replace(
    "<opened/>", "<opened/><rating/><flow/><met/><here/>"
).replace(
    "</model>",
    """<bind nodeset="/data/flow" type="decimal"/>
       <bind nodeset="/data/met" type="dateTime"/>
       <bind nodeset="/data/here" type="geopoint"/></model>""",
).replace(
    '<select1 ref="/data/water">',
    """<select1 ref="/data/rating"><label>How good is it?</label>
         <item><label>Bad</label><value>1</value></item>
         <item><label>Good</label><value>2</value></item>
       </select1>
       <input ref="/data/flow"><label>Litres a second</label></input>
       <input ref="/data/met"><label>Met the owner</label></input>
       <input ref="/data/here"><label>Place</label></input>
       <select1 ref="/data/water">""",
)
TABLES = ("wells", "wells.visit", "codebook", "codebook_texts", "history",
          "devices", "assignments")  # fmt: skip


def plain(name: str) -> str:
    """What a variable is called whose column has this name."""
    return re.sub("[^A-Za-z0-9]", "_", name)


def number_of(cell: str) -> int | None:
    if cell in ("true", "false"):
        return int(cell == "true")
    return int(cell) if re.fullmatch("-?[0-9]+", cell) else None


def sums_of(rows: list[dict]) -> dict[str, tuple[int, int | None]]:
    """Of each column how many cells are not empty, and, where all of them are
    integers, what they come to."""
    sums = {}
    for column in rows[0]:
        cells = [cell for row in rows if (cell := row[column].strip()) != ""]
        numbers = [number_of(cell) for cell in cells]
        whole = all(number is not None for number in numbers)
        sums[column] = (len(cells), sum(numbers) if whole else None)
    return sums


class Exports(program.Story):
    """A survey and its export as CSV; the tests are those of the classes that
    read another."""

    file_format = ""
    ending = ""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        story = cls("tell")
        story.create("wells", FORM)
        store = story.device("one", "amina", "wells")
        first = program.creation(record(1), "north", '=A "quoted",\nwell – ñ𝄞', 10)
        first["set"] |= {
            "uses": "drink cattle", "opened": "2014-04-02", "rating": "2",
            "flow": "0.25", "met": "2014-04-02T10:30:15.250+01:00",
            "here": "5.12 7.39 83.4 5", "water": "clear",
        }  # fmt: skip
        first["rows"] = [
            {"add": record(11), "repeat": "visit", "set": {"visit/by": "Ife"}},
            {"add": record(12), "repeat": "visit", "set": {"visit/by": "Obi"}},
        ]
        second = program.creation(record(2), "south", "B", 20)
        second["set"] |= {"rating": "1", "water": "muddy", "uses": "",
                          "flow": "1234567890.12345678"}  # fmt: skip
        story.edit(store, first, second,
                   program.creation(record(3), "south", "C", -30),
                   program.creation(record(4), "north", "D", 40))  # fmt: skip
        story.sync(store)
        story.edit(store, {"delete": record(4)})
        story.sync(store)
        story.ok("export", "wells", "--to", cls.path("csv"))
        if cls.file_format:
            story.ok("export", "wells", "--to", cls.path("other"),
                     "--format", cls.file_format)  # fmt: skip

    def csv(self, table: str) -> list[dict]:
        """What is there: CSV has what was deleted too."""
        return [row for row in program.exported(self.into / "csv", table)
                if row.get("_deleted") != "true"]  # fmt: skip

    def file(self, table: str) -> pathlib.Path:
        return self.into / "other" / table / f"000001.{self.ending}"

    def rows(self, table: str) -> list[dict]:
        """As text, by the names of the columns or what is made of them."""
        raise NotImplementedError

    def name_of(self, column: str) -> str:
        return plain(column)


class SameAsCsv:
    """The tests of each of them."""

    def test_counts_and_sums_are_those_of_csv(self) -> None:
        for table in TABLES:
            expected = self.csv(table)
            if not expected:
                self.assertFalse(self.file(table).exists(), table)
                continue
            rows = self.rows(table)
            self.assertEqual(len(rows), len(expected), table)
            found = sums_of(rows)
            for column, (count, total) in sums_of(expected).items():
                there = found[self.name_of(column)]
                self.assertEqual(there[0], count, f"{table}: {column}")
                if total is not None:
                    self.assertEqual(there[1], total, f"{table}: {column}")

    def test_answers(self) -> None:
        rows = {row[self.name_of("_id")]: row for row in self.rows("wells")}
        self.assertEqual(set(rows), {record(1), record(2), record(3)})
        row = rows[record(1)]
        self.assertEqual(row["name"], '=A "quoted",\nwell – ñ𝄞')
        self.assertEqual(row["water"], "clear")
        self.assertEqual(float(row["flow"]), 0.25)
        self.assertEqual(float(row[self.name_of("here/longitude")]), 7.39)

    def test_the_folder_is_whole_and_says_what_it_is(self) -> None:
        said = self.ok("export", "--verify", self.path("other"))
        self.assertIn("1 increments", said)
        about = (self.into / "other" / "README.txt").read_text()
        self.assertIn("export into a new folder", about)
        self.assertFalse((self.into / "other" / "latest").exists())


class StataTest(SameAsCsv, Exports):
    file_format, ending = "stata", "dta"

    def rows(self, table: str) -> list[dict]:
        import pandas

        frame = pandas.read_stata(
            self.file(table), convert_categoricals=False, convert_dates=False
        )
        rows = []
        for row in frame.to_dict("records"):
            for name, cell in row.items():
                if isinstance(cell, float):
                    whole = cell == cell and cell == int(cell)
                    cell = int(cell) if whole else "" if cell != cell else cell
                row[name] = str(cell)
            rows.append(row)
        return rows

    def test_labels(self) -> None:
        from pandas.io.stata import StataReader

        with StataReader(self.file("wells")) as reader:
            labels, values = reader.variable_labels(), reader.value_labels()
            self.assertEqual(labels["depth"], "Depth in metres")
            self.assertEqual(labels["uses_drink"], "Uses: Drinking")
            self.assertEqual(values["rating"], {1: "Bad", 2: "Good"})
            self.assertEqual(values["water_label"], {1: "Clear", 2: "Muddy"})

    def test_moments_are_of_the_clock_where_they_were(self) -> None:
        import pandas

        (row,) = pandas.read_stata(self.file("wells")).query(
            f"_id == '{record(1)}'").to_dict("records")  # fmt: skip
        self.assertEqual(row["met"], pandas.Timestamp("2014-04-02T10:30:15.250"))
        self.assertEqual(row["met_offset"], 60)
        self.assertEqual(row["opened"], pandas.Timestamp("2014-04-02"))
        self.assertEqual((row["rating"], row["water_label"]), ("Good", "Clear"))

    def test_what_a_double_does_not_tell_is_text_besides(self) -> None:
        (row,) = [r for r in self.rows("wells") if r["_id"] == record(2)]
        self.assertEqual(row["flow_exact"], "1234567890.12345678")


class SpssTest(SameAsCsv, Exports):
    file_format, ending = "spss", "sav"

    def name_of(self, column: str) -> str:
        return re.sub("^_", "@", plain(column))

    def pspp(self, *words: str) -> str:
        done = subprocess.run(words, cwd=self.into, capture_output=True,
                              text=True, check=False)  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def rows(self, table: str) -> list[dict]:
        self.pspp("pspp-convert", str(self.file(table)), "spss.csv")
        with open(self.into / "spss.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_labels_and_formats(self) -> None:
        self.write("show.sps", f"GET FILE='{self.file('wells')}'.\n"
                   "DISPLAY DICTIONARY.\nDISPLAY DOCUMENTS.\n"
                   "LIST VARIABLES=met opened rating.\n")  # fmt: skip
        shown = self.pspp("pspp", "-O", "format=csv", "show.sps")
        for line in ("depth,", "Depth in metres", "How good is it?", "Good",
                     "Muddy", "Uses: Drinking", "DATETIME24.3", "DATE11",
                     "here_longitude = here/longitude",
                     "02-APR-2014 10:30:15.250", "02-APR-2014"):  # fmt: skip
            self.assertIn(line, shown)


class XlsxTest(SameAsCsv, Exports):
    file_format, ending = "xlsx", "xlsx"

    def name_of(self, column: str) -> str:
        return column

    def rows(self, table: str) -> list[dict]:
        # Comma, quote, UTF-8, from line 1, cells as they are and not as shown.
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{self.into}/office",
             "--headless", "--convert-to",
             "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false",
             "--outdir", str(self.into), str(self.file(table))],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        with open(self.into / "000001.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


class CommandTest(program.Story):
    def test_a_format_that_is_none(self) -> None:
        self.fails("export", "wells", "--format", "dta", "--to", self.path("x"),
                   saying=["stata", "spss", "xlsx"])  # fmt: skip


if __name__ == "__main__":
    program.main()
