"""What a data team reads of an export: increments as Parquet through the views
that come with them, and a database that is kept up to date over the wire, both
against a whole export of the same moment."""

from __future__ import annotations

import pathlib
import random
import subprocess
import sys
import time

import duckdb

import program
from program import record

LOADER = pathlib.Path(__file__).parents[2] / "deploy" / "warehouse" / "load_duckdb.py"
TABLES = ("wells", "wells.visit", "history")
# What a second version of the form asks besides.
SECOND = (
    program.WELLS.replace('version="1"', 'version="2"')
    .replace("<name/>", "<name/><owner/>")
    .replace(
        "</model>", '<bind nodeset="/data/owner" type="string"/></model>'
    )
    .replace(
        '<input ref="/data/name">',
        '<input ref="/data/owner"><label>Owner</label></input>'
        '<input ref="/data/name">',
    )
)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def rows_of(database, table: str) -> list[dict]:
    """As text, without what tells of the way rows came, in any order."""
    found = database.execute(f"SELECT * FROM {quoted(table)}")
    names = [column[0] for column in found.description]
    rows = []
    for values in found.fetchall():
        row = dict(zip(names, values))
        row.pop("_increment")
        rows.append({k: str(v) for k, v in row.items() if v is not None})
    return sorted(rows, key=lambda row: sorted(row.items()))


class WarehouseTest(program.Story):
    serves = False

    def setUp(self) -> None:
        self.name = self.id().rpartition(".")[2]
        self.home = self.into / self.name
        self.home.mkdir()
        self.data = self.home / "data"
        self.serve(self.data)
        self.create("wells", durability="DURABILITY_BACKUP")

    def tearDown(self) -> None:
        self.server.end()
        self.server = None

    def serve(self, data: pathlib.Path) -> None:
        self.server = program.Server(self.binary, data)

    def export(self, to: str) -> str:
        return self.ok(
            "export", "wells", "--format", "parquet", "--to", str(self.home / to)
        )

    def run_loader(self, survey: str, to: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-B", str(LOADER), survey, str(self.home / to),
             "--server", self.server.address],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    def load(self, to: str = "loaded.duckdb") -> None:
        done = self.run_loader("wells", to)
        self.assertEqual(done.returncode, 0, done.stderr)

    def by_views(self, folder: str) -> dict[str, list[dict]]:
        """The present, by the SQL that comes with an export."""
        database = duckdb.connect()
        sql = self.home / folder / "latest" / "duckdb.sql"
        database.execute(sql.read_text(encoding="utf-8"))
        there = {name for (name,) in database.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()}
        return {
            table: rows_of(database, f"latest_{table}")
            for table in TABLES
            if f"latest_{table}" in there
        }

    def loaded(self) -> dict[str, list[dict]]:
        database = duckdb.connect(str(self.home / "loaded.duckdb"), read_only=True)
        return {table: rows_of(database, table) for table in TABLES}

    def whole(self) -> dict[str, list[dict]]:
        """The present, by an export of its own."""
        folder = f"whole-{len(list(self.home.iterdir()))}"
        self.export(folder)
        return self.by_views(folder)

    def assert_all_agree(self) -> dict[str, list[dict]]:
        self.export("chain")
        self.load()
        whole, chain, loaded = self.whole(), self.by_views("chain"), self.loaded()
        for table in TABLES:
            self.assertEqual(chain.get(table, []), whole.get(table, []), table)
            self.assertEqual(loaded.get(table, []), whole.get(table, []), table)
        return whole

    def visits(self, *rows: tuple[str, str]) -> list[dict]:
        return [
            {"add": row, "repeat": "visit", "set": {"visit/by": by}}
            for row, by in rows
        ]

    def test_three_increments(self) -> None:
        store = self.device("three", "amina", "wells")
        first = program.creation(record(1), "north", 'A "well", ñ\n𝄞', 10)
        first["set"] |= {"uses": "drink cattle", "opened": "2014-04-02"}
        first["rows"] = self.visits((record(11), "Ife"), (record(12), "Obi"))
        self.edit(store, first, program.creation(record(2), "south", "B", 20),
                  program.creation(record(3), "south", "C", 30))  # fmt: skip
        self.sync(store)
        present = self.assert_all_agree()
        self.assertEqual(len(present["wells"]), 3)
        (well,) = [row for row in present["wells"] if row["_id"] == record(1)]
        self.assertEqual(well["name"], 'A "well", ñ\n𝄞')
        self.assertEqual(well["depth"], "10")
        self.assertEqual(well["opened"], "2014-04-02")
        self.assertEqual(well["uses"], "['drink', 'cattle']")
        self.assertEqual([row["visit/by"] for row in present["wells.visit"]],
                         ["Ife", "Obi"])  # fmt: skip

        self.edit(
            store,
            {"edit": record(1), "set": {"depth": "11", "uses": ""},
             "rows": [{"delete": record(11)}, *self.visits((record(13), "Ada"))]},
            {"delete": record(2)},
        )  # fmt: skip
        self.sync(store)
        present = self.assert_all_agree()
        self.assertEqual({row["_id"] for row in present["wells"]},
                         {record(1), record(3)})  # fmt: skip
        self.assertEqual(sorted(row["visit/by"] for row in present["wells.visit"]),
                         ["Ada", "Obi"])  # fmt: skip

        self.ok("survey", "publish", "wells", "--form", self.write("second.xml", SECOND),
                "--server", self.server.office)  # fmt: skip
        self.sync(store)
        last = program.creation(record(4), "north", "D", 40)
        last["set"]["owner"] = "the village"
        self.edit(store, last)
        self.sync(store)
        present = self.assert_all_agree()
        (well,) = [row for row in present["wells"] if row["_id"] == record(4)]
        self.assertEqual(well["owner"], "the village")
        self.assertEqual(len(present["wells"]), 3)
        said = self.ok("export", "--verify", str(self.home / "chain"))
        self.assertIn("3 increments", said)

    def kill_at_any_moment(self, start, cycles: int, least: float, most: float) -> None:
        """What `start` starts, seconds after, with 20 new records and an edit in
        each cycle; and then it is done in peace."""
        store = self.device("killed", "amina", "wells")
        drawn = random.Random(7)
        for cycle in range(1, cycles + 1):
            self.edit(store, *(
                program.creation(record(100 * cycle + i), "north", f"W{i}", i)
                for i in range(20)
            ), *([{"edit": record(100 * cycle - 99), "set": {"depth": "77"}}]
                 if cycle > 1 else []))  # fmt: skip
            self.sync(store)
            process = start()
            time.sleep(drawn.uniform(least, most))
            process.kill()
            process.communicate()
        present = self.assert_all_agree()
        self.assertEqual(len(present["wells"]), 20 * cycles)

    def start_export(self) -> subprocess.Popen:
        return program.start(
            self.binary, "export", "wells", "--format", "parquet",
            "--to", str(self.home / "chain"), "--server", self.server.address,
        )  # fmt: skip

    def test_killed_at_any_moment(self) -> None:
        self.kill_at_any_moment(self.start_export, 8, 0, 0.15)
        self.ok("export", "--verify", str(self.home / "chain"))

    def test_a_restored_server(self) -> None:
        store = self.device("restored", "amina", "wells")
        self.edit(store, *(program.creation(record(i), "north", f"W{i}", i)
                           for i in (1, 2, 3)))  # fmt: skip
        self.sync(store)
        self.assert_all_agree()
        backups = str(self.home / "backups")
        self.ok("backup", str(self.data), backups)
        # What the server is about to lose, exported already.
        other = self.device("lost", "bola", "wells")
        self.edit(other, program.creation(record(9), "south", "Lost", 9))
        self.edit(store, {"edit": record(1), "set": {"depth": "99"}})
        self.sync(other)
        self.sync(store)
        self.assert_all_agree()
        self.server.kill()
        restored = self.home / "restored"
        self.ok("restore", backups, "--to", str(restored))
        self.serve(restored)
        third = self.device("third", "amina", "wells")
        self.edit(third, {"edit": record(2), "set": {"depth": "22"}})
        self.sync(third)
        present = self.assert_all_agree()
        depths = {row["_id"]: row["depth"] for row in present["wells"]}
        self.assertEqual(depths, {record(1): "1", record(2): "22", record(3): "3"})
        # The tablet still has what the server lost, and brings it back.
        self.ok("device", "sync", "--store", store, "--timeout", "30",
                "--server", self.server.address)  # fmt: skip
        present = self.assert_all_agree()
        depths = {row["_id"]: row["depth"] for row in present["wells"]}
        self.assertEqual(depths[record(1)], "99")
        self.ok("export", "--verify", str(self.home / "chain"))

    def test_another_survey_is_not_put_beside(self) -> None:
        store = self.device("beside", "amina", "wells")
        self.edit(store, program.creation(record(1), "north", "W", 1))
        self.sync(store)
        self.load()
        self.create("farms")
        before = self.loaded()
        done = self.run_loader("farms", "loaded.duckdb")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the survey wells is there already", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual(self.loaded(), before)


if __name__ == "__main__":
    program.main()
