"""`chasqui export`: whole, since a position, and where it cannot."""

import csv
import pathlib
import re
import unittest

import program
from program import record

SYSTEM = {"_id", "_seq", "_status", "_area", "_form_version"}


class ExportTest(program.Story):
    def setUp(self) -> None:
        self.survey = self.id().rpartition(".")[2]
        self.create(self.survey)

    def export(self, to: str, *words: str) -> str:
        """Returns the position that the next export may begin at."""
        said = self.ok(
            "export", self.survey, "--format", "csv", "--to", self.path(to), *words
        )
        found = re.search(r"(?m)^next time: --since (\S+)$", said)
        assert found is not None, said
        return found[1]

    def table(self, to: str, name: str = "wells") -> dict[str, dict]:
        path = self.into / to / f"{name}.csv"
        with open(path, newline="", encoding="utf-8") as file:
            return {row["_id"]: row for row in csv.DictReader(file)}

    def test_whole_and_since(self) -> None:
        store = self.device("one", "amina", self.survey)
        text = 'A "quoted",\r\nlong well – ñ'
        first = program.creation(record(1), "north", text, 10)
        first["set"] |= {"uses": "drink cattle", "opened": "2014-04-02"}
        self.edit(
            store,
            first,
            program.creation(record(2), "south", "B", 20),
            program.creation(record(3), "south", "C", 30),
        )
        self.sync(store)
        position = self.export("all")
        rows = self.table("all")
        self.assertEqual(set(rows), {record(1), record(2), record(3)})
        row = rows[record(1)]
        self.assertLessEqual(SYSTEM, set(row))
        self.assertEqual((row["name"], row["depth"]), (text, "10"))
        self.assertEqual((row["_area"], row["_status"]), ("north", "submitted"))
        raw = (self.into / "all" / "wells.csv").read_bytes()
        self.assertIn(b'"A ""quoted"",\r\nlong well', raw)

        self.edit(
            store,
            {"edit": record(1), "set": {"depth": "11"}},
            {"delete": record(2)},
        )
        self.sync(store)
        later = self.export("since", "--since", position)
        rows = self.table("since")
        self.assertEqual(set(rows), {record(1), record(2)})
        self.assertEqual(rows[record(1)]["depth"], "11")
        self.assertNotEqual(later, position)
        self.export("nothing", "--since", later)
        self.assertEqual(self.table("nothing"), {})
        self.export("again")
        self.assertEqual(set(self.table("again")), {record(1), record(3)})

    def test_a_position_that_is_none(self) -> None:
        for since in ("yesterday", "12", ":", "1:x"):
            self.fails(
                "export", self.survey, "--to", self.path("none"),
                "--since", since, saying=[since, "LOG:SEQ"],
            )  # fmt: skip
        self.assertFalse((self.into / "none").exists())

    def test_a_position_of_another_log(self) -> None:
        store = self.device("two", "amina", self.survey)
        self.edit(store, program.creation(record(9), "north", "D", 1))
        self.sync(store)
        self.export("foreign", "--since", "1234567890abcdef:3")
        self.assertIn(record(9), self.table("foreign"))

    def test_where_it_cannot_be_written(self) -> None:
        file = self.write("a-file", "x")
        self.fails(
            "export", self.survey, "--to", file, saying=["a-file"]
        )
        self.fails(
            "export", self.survey, "--format", "xlsx", "--to", self.path("x"),
            saying=["--format", "xlsx"],
        )  # fmt: skip
        self.assertEqual(pathlib.Path(file).read_text(), "x")


if __name__ == "__main__":
    program.main()
