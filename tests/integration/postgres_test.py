"""What a data team reads in PostgreSQL: tables that are kept up to date over the
wire, and the views that come with an export, against a whole export of the same
moment. The stories are those of warehouse_test.py."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import decimal
import glob
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import psycopg
import pyarrow
from pyarrow import parquet

import program
import warehouse_test
from program import record
from warehouse_test import TABLES, quoted

FOLDER = pathlib.Path(__file__).parents[2] / "deploy" / "warehouse"
LOADER = FOLDER / "load_postgres.py"
sys.path.insert(0, str(FOLDER))
import increments  # noqa: E402
import load_postgres  # noqa: E402


class Postgres:
    """A server of its own, of whoever it lets run it."""

    def __init__(self) -> None:
        self.home = tempfile.mkdtemp(prefix="chasqui-pg-")
        # It does not run as root.
        self.runs_as = []
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres", "postgres")
            self.runs_as = ["setpriv", "--reuid=postgres", "--regid=postgres",
                            "--clear-groups"]  # fmt: skip
        self.programs = max(glob.glob("/usr/lib/postgresql/*/bin"))
        data = f"{self.home}/data"
        self.run("initdb", "-D", data, "-U", "chasqui", "-A", "trust",
                 "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        self.control("start", "-o", f"-k {self.home} -c listen_addresses= -c fsync=off")

    def run(self, name: str, *words: str) -> None:
        done = subprocess.run(
            [*self.runs_as, f"{self.programs}/{name}", *words], cwd=self.home,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    def control(self, *words: str) -> None:
        self.run("pg_ctl", "-D", f"{self.home}/data", "-l", f"{self.home}/log",
                 "-w", "-s", *words)  # fmt: skip

    def create(self, name: str) -> str:
        """A new database; what it is connected to by."""
        with psycopg.connect(self.connection("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {quoted(name)}")
        return self.connection(name)

    def connection(self, name: str) -> str:
        return f"host={self.home} user=chasqui dbname={name} options='-c timezone=UTC'"

    def end(self) -> None:
        self.control("stop", "-m", "immediate")
        shutil.rmtree(self.home)


def rows_of(database: psycopg.Connection, table: str) -> list[dict]:
    """As warehouse_test.rows_of has them."""
    found = database.execute(f"SELECT * FROM {quoted(table)}")
    names = [column.name for column in found.description or []]
    rows = []
    for values in found.fetchall():
        row = dict(zip(names, values))
        row.pop("_increment")
        rows.append({k: str(v) for k, v in row.items() if v is not None})
    return sorted(rows, key=lambda row: sorted(row.items()))


class PostgresTest(warehouse_test.WarehouseTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.postgres = Postgres()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.postgres.end()
        super().tearDownClass()

    def setUp(self) -> None:
        super().setUp()
        self.database = self.postgres.create(self.name)

    def run_loader(self, survey: str, to: str) -> subprocess.CompletedProcess:
        process = self.start_loader(survey)
        out, wrong = process.communicate(timeout=60)
        return subprocess.CompletedProcess([], process.returncode, out, wrong)

    def start_loader(self, survey: str = "wells") -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-B", str(LOADER), survey, self.database,
             "--server", self.server.address],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def load(self, to: str = "") -> None:
        """In this process: another one takes a second to begin."""
        options = argparse.Namespace(
            survey="wells", server=self.server.address, ca=None, credential=None
        )
        with contextlib.redirect_stdout(io.StringIO()):
            increments.load(options, load_postgres.Warehouse(self.database))

    def loaded(self) -> dict[str, list[dict]]:
        with psycopg.connect(self.database) as database:
            return {table: rows_of(database, table) for table in TABLES}

    def assert_all_agree(self) -> dict[str, list[dict]]:
        present = super().assert_all_agree()
        views = self.by_postgres_views("chain")
        for table in TABLES:
            self.assertEqual(views.get(table, []), present.get(table, []), table)
        return present

    def by_postgres_views(self, folder: str) -> dict[str, list[dict]]:
        """The present, by the files of an export and the SQL that is with them."""
        chain = self.home / folder
        name = f"{self.name}-{len(list(self.home.iterdir()))}-{time.monotonic_ns()}"
        connection = self.postgres.create(name)
        warehouse = load_postgres.Warehouse(connection)
        with warehouse.database:
            for file in sorted(chain.glob("*/*.parquet")):
                rows = parquet.read_table(file, partitioning=None)
                warehouse.fit(file.parent.name, rows.schema)
                warehouse.put(file.parent.name, rows)
        sql = (chain / "latest" / "postgresql.sql").read_text(encoding="utf-8")
        with psycopg.connect(connection) as database:
            for statement in filter(str.strip, sql.split(";\n")):
                with database.transaction():
                    self.run_view(database, statement)
            there = {view for (view,) in database.execute(
                "SELECT viewname FROM pg_views WHERE schemaname = 'public'"
            ).fetchall()}  # fmt: skip
            return {
                table: rows_of(database, f"latest_{table}")
                for table in TABLES
                if f"latest_{table}" in there
            }

    def run_view(self, database: psycopg.Connection, statement: str) -> None:
        """Of a table without a file there is nothing to see."""
        try:
            with database.transaction():
                database.execute(statement)
        except psycopg.errors.UndefinedTable:
            pass

    def test_killed_at_any_moment(self) -> None:
        self.kill_at_any_moment(self.start_loader, 4, 0.2, 0.8)

    def test_two_at_once(self) -> None:
        store = self.device("twice", "amina", "wells")
        self.edit(store, program.creation(record(1), "north", "A", 1))
        self.sync(store)
        for process in [self.start_loader() for _ in range(2)]:
            _, wrong = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, wrong)
        self.assert_all_agree()

    def test_what_is_wrong_is_said(self) -> None:
        self.database = self.postgres.connection("nowhere")
        process = self.start_loader()
        _, wrong = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("PostgreSQL: ", wrong)
        self.assertIn("nowhere", wrong)
        self.assertNotIn("Traceback", wrong)

    def test_every_type_and_name(self) -> None:
        long = "a/" + "é" * 40
        moment = datetime.datetime(2014, 4, 2, 10, 30, 15, 250000, datetime.timezone.utc)
        columns = {
            "_id": (pyarrow.string(), 'tab\t, line\n, \\N, "quotes", 𝄞', None),
            f"{long}1": (pyarrow.int64(), -(2**63), 1),
            f"{long}2": (pyarrow.int32(), 60, 2),
            'say "hi"': (pyarrow.bool_(), False, None),
            "exact": (pyarrow.decimal128(38, 18),
                      decimal.Decimal("-12345678901234567890.000000000000000001"), None),
            "day": (pyarrow.date32(), datetime.date(1900, 1, 1), None),
            "time": (pyarrow.time32("ms"), datetime.time(23, 59, 59, 999000), None),
            "moment": (pyarrow.timestamp("ms", "UTC"), moment, None),
            "code": (pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), "x", None),
            "codes": (pyarrow.list_(pyarrow.string()), ["a,b", '"', "NULL", ""], []),
            "wkb": (pyarrow.binary(), b"\x00\\\xff", None),
            "latitude": (pyarrow.float64(), 0.1, None),
        }  # fmt: skip
        rows = pyarrow.table({
            name: pyarrow.array([first, second], type=kind)
            for name, (kind, first, second) in columns.items()
        })  # fmt: skip
        warehouse = load_postgres.Warehouse(self.database)
        with warehouse.database:
            warehouse.fit("typed", rows.select(["_id", "day"]).schema)
            warehouse.fit("typed", rows.schema)
            warehouse.put("typed", rows)
            warehouse.put("typed", pyarrow.table({"_id": ["zero \0 one"]}))
        with psycopg.connect(self.database) as database:
            found = database.execute("SELECT * FROM typed").fetchall()
            names = [load_postgres.fitting(name) for name in columns]
            self.assertEqual(len(set(names)), len(columns))
            self.assertLessEqual(max(len(name.encode()) for name in names), 63)
            kept = database.execute(
                f"SELECT {', '.join(map(quoted, names))} FROM typed"
            ).fetchall()
        self.assertEqual(len(found), 3)
        self.assertEqual(kept[0], tuple(first for _, first, _ in columns.values()))
        self.assertEqual(kept[1], tuple(second for _, _, second in columns.values()))
        self.assertEqual(kept[2][0], "zero \ufffd one")


if __name__ == "__main__":
    program.main()
