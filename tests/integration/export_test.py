"""`chasqui export`: everything, then what is new, and where it cannot."""

import json
import pathlib
import re
import shutil
import time
import unittest

import program
from program import record

SYSTEM = {"_id", "_seq", "_status", "_area", "_form_version", "_increment"}


class ExportTest(program.Story):
    def setUp(self) -> None:
        self.survey = self.id().rpartition(".")[2]
        self.create(self.survey)

    def export(self, to: str, *words: str) -> str:
        """Returns up to where the export has everything."""
        said = self.ok(
            "export", self.survey, "--format", "csv", "--to", self.path(to), *words
        )
        found = re.search(r"(?m)^(?:increment \d+: up to|nothing new since) (\S+)$", said)
        assert found is not None, said
        return found[1]

    def rows(self, to: str, table: str = "wells") -> list[dict]:
        return program.exported(self.into / to, table)

    def table(self, to: str, increment: int = 1) -> dict[str, dict]:
        """The records of one increment."""
        rows = [r for r in self.rows(to) if r["_increment"] == str(increment)]
        self.assertEqual(len(rows), len({row["_id"] for row in rows}))
        return {row["_id"]: row for row in rows}

    def manifest(self, to: str, increment: int) -> dict:
        path = self.into / to / "manifests" / f"{increment:06}.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def fill(self, name: str) -> str:
        """A device that has made three records."""
        store = self.device(name, "amina", self.survey)
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
        return store

    def test_everything_and_then_what_is_new(self) -> None:
        store = self.fill("one")
        position = self.export("all")
        rows = self.table("all")
        self.assertEqual(set(rows), {record(1), record(2), record(3)})
        row = rows[record(1)]
        self.assertLessEqual(SYSTEM, set(row))
        text = 'A "quoted",\r\nlong well – ñ'
        self.assertEqual((row["name"], row["depth"]), (text, "10"))
        self.assertEqual((row["_area"], row["_status"]), ("north", "submitted"))
        self.assertEqual(row["uses"], "drink cattle")
        raw = (self.into / "all" / "wells" / "000001.csv").read_bytes()
        self.assertIn(b'"A ""quoted"",\r\nlong well', raw)
        self.assertEqual(self.manifest("all", 1)["to"], position)

        # Nothing is new: nothing is written.
        self.assertEqual(self.export("all"), position)
        self.assertEqual(len(list((self.into / "all" / "manifests").glob("*.json"))), 1)

        self.edit(
            store,
            {"edit": record(1), "set": {"depth": "11"}},
            {"delete": record(2)},
        )
        self.sync(store)
        later = self.export("all", "--since", "last")
        rows = self.table("all", 2)
        self.assertEqual(set(rows), {record(1), record(2)})
        self.assertEqual(rows[record(1)]["depth"], "11")
        self.assertEqual(rows[record(2)]["_deleted"], "true")
        self.assertNotEqual(later, position)
        said = self.ok("export", "--verify", self.path("all"))
        self.assertIn("2 increments", said)
        self.assertIn(later, said)
        # A new folder begins with the present, and says what is gone.
        self.export("again")
        there = {r for r, row in self.table("again").items() if row["_deleted"] == "false"}
        self.assertEqual(there, {record(1), record(3)})
        self.assertEqual(set(self.table("again")), there | {record(2)})

    def test_follows_what_is_done(self) -> None:
        store = self.fill("follower")
        process = program.start(
            self.binary, "export", self.survey, "--to", self.path("followed"),
            "--follow", "--every", "1", "--server", self.server.address,
        )  # fmt: skip
        try:
            self.await_increment("followed", 1)
            self.edit(store, {"edit": record(1), "set": {"depth": "12"}})
            self.sync(store)
            self.await_increment("followed", 2)
        finally:
            process.kill()
            process.communicate()
        self.assertEqual(self.table("followed", 2)[record(1)]["depth"], "12")
        self.ok("export", "--verify", self.path("followed"))

    def await_increment(self, to: str, number: int) -> None:
        until = time.monotonic() + 30
        while not (self.into / to / "manifests" / f"{number:06}.json").exists():
            self.assertLess(time.monotonic(), until, f"no increment {number}")
            time.sleep(0.05)

    def test_from_a_position_on(self) -> None:
        store = self.fill("two")
        position = self.export("first")
        self.edit(store, {"edit": record(3), "set": {"depth": "31"}})
        self.sync(store)
        self.export("later", "--since", position)
        self.assertEqual(set(self.table("later")), {record(3)})
        # A chain goes on where it ends, and nowhere else.
        self.fails(
            "export", self.survey, "--to", self.path("later"), "--since", position,
            saying=["later"],
        )  # fmt: skip

    def test_what_was_changed_by_hand_is_found(self) -> None:
        self.fill("three")
        self.export("whole")
        for spoil in ("wells/000001.csv", "manifests/000001.json"):
            copy = self.into / "spoilt"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.into / "whole", copy)
            text = (copy / spoil).read_text(encoding="utf-8")
            (copy / spoil).write_text(text.replace("30", "31", 1).replace("wells", "w3lls", 1), encoding="utf-8")
            self.fails("export", "--verify", str(copy), saying=[spoil])

    def test_a_folder_of_something_else(self) -> None:
        self.fill("four")
        self.export("mine")
        other = f"{self.survey}2"
        self.create(other)
        self.fails(
            "export", other, "--to", self.path("mine"), saying=[self.survey, other]
        )
        self.fails(
            "export", self.survey, "--to", self.path("mine"), "--personal", "pseudonyms",
            saying=["none", "pseudonyms"],
        )  # fmt: skip
        (self.into / "foreign" / "manifests").mkdir(parents=True)
        (self.into / "foreign" / "manifests" / "000001.json").write_text('{"a": 1}')
        self.fails(
            "export", self.survey, "--to", self.path("foreign"),
            saying=["manifests/000001.json"],
        )  # fmt: skip

    def test_a_position_that_is_none(self) -> None:
        for since in ("yesterday", "12", ":", "1:x"):
            self.fails(
                "export", self.survey, "--to", self.path("none"),
                "--since", since, saying=[since, "LOG:SEQ"],
            )  # fmt: skip
        self.assertFalse((self.into / "none").exists())

    def test_a_position_of_another_log(self) -> None:
        self.fill("five")
        self.fails(
            "export", self.survey, "--to", self.path("alien"),
            "--since", "1234567890abcdef:3", saying=["1234567890abcdef"],
        )  # fmt: skip

    def test_where_it_cannot_be_written(self) -> None:
        file = self.write("a-file", "x")
        self.fails("export", self.survey, "--to", file, saying=["a-file"])
        self.fails(
            "export", self.survey, "--format", "xls", "--to", self.path("x"),
            saying=["--format", "xls"],
        )  # fmt: skip
        self.fails("export", self.survey, saying=["--to"])
        self.assertEqual(pathlib.Path(file).read_text(), "x")


if __name__ == "__main__":
    program.main()
