"""Rows of repeats, nested too: made on devices, seen by all, exported."""

from __future__ import annotations

import json
import pathlib
import unittest

import program
from program import record

DATA = pathlib.Path(__file__).parents[1] / "form" / "data"
FORM = DATA / "odk-collect" / "formHierarchy3.xml"

OUTER = "repeatGroup1"
INNER = "repeatGroup1/repeatGroup1_1"
BARCODE = f"{OUTER}/barcode"
DATE = f"{INNER}/date"

HOUSE = record(1)
# Rows: two of the outer repeat by the first device, one by the second; each
# with one in it.
ONE, TWO, THREE = record(11), record(12), record(13)
IN_ONE, IN_TWO, IN_THREE = record(21), record(22), record(23)


def outer(row: str, barcode: str) -> dict:
    return {"add": row, "repeat": OUTER, "set": {BARCODE: barcode}}


def inner(row: str, parent: str, date: str) -> dict:
    return {"add": row, "repeat": INNER, "in": parent, "set": {DATE: date}}


class RostersTest(program.Story):
    def setUp(self) -> None:
        self.survey = self.id().rpartition(".")[2]
        self.create(self.survey, FORM.read_text(encoding="utf-8"))
        # A device has one name for all the surveys of a server.
        name = self.survey[-50:]
        self.first = self.device(f"{name}-1", "amina", self.survey)
        self.second = self.device(f"{name}-2", "sani", self.survey)
        self.edit(
            self.first,
            {
                "create": HOUSE,
                "area": "north",
                "set": {"group1/text": "House"},
                "rows": [
                    outer(ONE, "111"),
                    inner(IN_ONE, ONE, "2014-01-01"),
                    outer(TWO, "222"),
                ],
            },
            # Another save, in a row that waits to be sent.
            {"edit": HOUSE, "rows": [inner(IN_TWO, TWO, "2014-02-02")]},
        )

    def shown(self, store: str) -> dict:
        """The record as a device has it."""
        told = self.ok("device", "list", "--store", store, HOUSE, "--json")
        return json.loads(told)

    def rows(self, store: str) -> dict[str, tuple[str, list[str]]]:
        """What each outer row says, and its inner rows."""
        return {
            row["_row"]: (row[BARCODE], [each["_row"] for each in row["_rows"]])
            for row in self.shown(store)["_rows"]
        }

    def table(self, to: str, name: str) -> dict[str, dict]:
        rows = program.exported(self.into / to, f"formHierarchy3.{name}")
        return {row["_row"]: row for row in rows}

    def meet(self) -> None:
        """The second device adds to what the first has sent."""
        self.sync(self.first)
        self.sync(self.second)
        self.edit(
            self.second,
            {
                "edit": HOUSE,
                "rows": [
                    outer(THREE, "333"),
                    inner(IN_THREE, THREE, "2014-03-03"),
                ],
            },
        )
        self.sync(self.second)
        self.sync(self.first)

    def test_a_device_shows_them_nested_before_it_syncs(self) -> None:
        self.assertEqual(
            self.rows(self.first),
            {ONE: ("111", [IN_ONE]), TWO: ("222", [IN_TWO])},
        )
        (row,) = self.shown(self.first)["_rows"][0]["_rows"]
        self.assertEqual((row["_repeat"], row[DATE]), (INNER, "2014-01-01"))
        text = self.ok("device", "list", "--store", self.first, HOUSE)
        self.assertIn("4 rows, 2 pending", text)
        self.assertIn(f"\n  {OUTER} [{ONE}]\n    {BARCODE} ", text)
        self.assertIn(f"\n    {INNER} [{IN_ONE}]\n      {DATE} ", text)

    def test_two_devices_add_to_one_record(self) -> None:
        self.meet()
        everything = {
            ONE: ("111", [IN_ONE]),
            TWO: ("222", [IN_TWO]),
            THREE: ("333", [IN_THREE]),
        }
        self.assertEqual(self.rows(self.first), everything)
        self.assertEqual(self.rows(self.second), everything)
        shown = self.ok("record", "show", self.survey, HOUSE)
        for row in everything:
            self.assertIn(f"{OUTER} [{row}]", shown)
        for row in (IN_ONE, IN_TWO, IN_THREE):
            self.assertIn(f"{INNER} [{row}]", shown)
        self.ok("export", self.survey, "--to", self.path(self.survey))
        rows = self.table(self.survey, "repeatGroup1")
        self.assertEqual(
            {row: line[BARCODE] for row, line in rows.items()},
            {ONE: "111", TWO: "222", THREE: "333"},
        )
        self.assertEqual({line["_id"] for line in rows.values()}, {HOUSE})
        nested = self.table(self.survey, "repeatGroup1-repeatGroup1_1")
        self.assertEqual(
            {
                row: (line["_parent_row"], line[DATE])
                for row, line in nested.items()
            },
            {
                IN_ONE: (ONE, "2014-01-01"),
                IN_TWO: (TWO, "2014-02-02"),
                IN_THREE: (THREE, "2014-03-03"),
            },
        )

    def test_one_deletes_a_row_and_the_other_sees_it_gone(self) -> None:
        self.meet()
        self.edit(self.second, {"edit": HOUSE, "rows": [{"delete": ONE}]})
        left = {TWO: ("222", [IN_TWO]), THREE: ("333", [IN_THREE])}
        self.assertEqual(self.rows(self.second), left)
        self.sync(self.second)
        self.sync(self.first)
        self.assertEqual(self.rows(self.first), left)
        self.assertEqual(self.rows(self.second), left)
        shown = self.ok("record", "show", self.survey, HOUSE)
        self.assertIn(f"{OUTER} [{ONE}] (deleted)", shown)
        self.assertIn(f"{INNER} [{IN_ONE}] (deleted)", shown)
        self.assertNotIn(f"[{IN_TWO}] (deleted)", shown)
        self.ok("export", self.survey, "--to", self.path(self.survey))
        rows = self.table(self.survey, "repeatGroup1")
        self.assertEqual(set(rows), {TWO, THREE})
        nested = self.table(self.survey, "repeatGroup1-repeatGroup1_1")
        self.assertEqual(set(nested), {IN_TWO, IN_THREE})

    def test_a_row_added_in_one_that_another_deletes_brings_it_back(self) -> None:
        self.meet()
        late = record(24)
        self.edit(
            self.first,
            {"edit": HOUSE, "rows": [inner(late, ONE, "2014-04-04")]},
        )
        self.edit(self.second, {"edit": HOUSE, "rows": [{"delete": ONE}]})
        self.sync(self.second)
        for store in (self.first, self.second):
            self.sync(store)
        for store in (self.first, self.second):
            self.assertIn(late, self.rows(store)[ONE][1])
        self.assertEqual(self.rows(self.first), self.rows(self.second))

    def test_what_was_written_is_noted_with_its_row(self) -> None:
        made = pathlib.Path(self.path("made.jsonl"))
        save = {
            "edit": HOUSE,
            "set": {"group1/text": "Home"},
            "rows": [
                {"edit": ONE, "set": {BARCODE: "112"}},
                {"delete": TWO},
            ],
        }
        path = self.write("rows.jsonl", json.dumps(save) + "\n")
        self.ok(
            "device", "edit", "--store", self.first, "--file", path,
            "--made", str(made),
        )  # fmt: skip
        lines = [json.loads(line) for line in made.read_text().splitlines()]
        self.assertEqual(
            [(each.get("row"), each["path"], each["value"]) for each in lines],
            [(None, "group1/text", "Home"), (ONE, BARCODE, "112")],
        )

    def test_what_is_wrong_with_a_row_is_told(self) -> None:
        wrong = {"edit": HOUSE, "rows": [inner(record(30), IN_ONE, "2014-05-05")]}
        path = self.write("wrong.jsonl", json.dumps(wrong) + "\n")
        before = self.shown(self.first)
        self.fails(
            "device", "edit", "--store", self.first, "--file", path,
            saying=["wrong.jsonl:1:", record(30), OUTER, INNER],
        )  # fmt: skip
        self.assertEqual(self.shown(self.first), before)


if __name__ == "__main__":
    program.main()
