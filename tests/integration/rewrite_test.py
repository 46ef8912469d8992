"""`chasqui export --rewrite`: what was erased is in no file any more."""

import json
import pathlib

import duckdb
import program
import pyarrow.parquet
from program import record

PEOPLE = {**program.PEOPLE, "olga": ("OWNER", [])}
NAME = "Adaeze Obi of Kano road 17"
VISITOR = "Visitor Chukwuma Nwosu"
OTHER = "Somebody else"
SECRETS = (b"Adaeze", b"Chukwuma")


def parquet_says(path: pathlib.Path) -> bytes:
    """Every value, code of a dictionary and bound of a Parquet file."""
    file = pyarrow.parquet.ParquetFile(path)
    texts = [
        field.name
        for field in file.schema_arrow
        if str(field.type) in ("string", "binary")
    ]
    # With what is in dictionaries, whether a row has it or not.
    coded = pyarrow.parquet.read_table(path, read_dictionary=texts)
    said = [str(coded.to_pydict())]
    for column in coded.columns:
        for chunk in column.chunks:
            said += [str(getattr(chunk, "dictionary", ""))]
    for group in range(file.num_row_groups):
        for column in range(file.metadata.num_columns):
            said.append(str(file.metadata.row_group(group).column(column)))
    said.append(str(file.metadata.metadata))
    return "\n".join(said).encode()


class RewriteTest(program.Story):
    serves = False

    def setUp(self) -> None:
        self.name = self.id().rpartition(".")[2]
        self.home = self.into / self.name
        self.home.mkdir()
        keys = str(self.home / "survey-keys")
        self.ok("survey", "key", self.name, "--to", keys)
        type(self).server = program.Server(
            self.binary, self.home / "data", "--personal-keys", keys
        )

    def tearDown(self) -> None:
        server, type(self).server = self.server, None
        server.end()

    def export(self, *words: str) -> str:
        return self.ok(
            "export", self.name, "--to", str(self.to), "--as", "olga",
            "--format", self.format, "--personal", "clear", *words,
        )  # fmt: skip

    def secret_files(self) -> list[str]:
        found = []
        for path in self.to.rglob("*"):
            if not path.is_file():
                continue
            held = path.read_bytes()
            if path.suffix == ".parquet":
                held += parquet_says(path)
            if any(secret in held for secret in SECRETS):
                found.append(str(path.relative_to(self.to)))
        return sorted(found)

    def latest(self) -> dict[str, list]:
        database = duckdb.connect()
        database.execute((self.to / "latest" / "duckdb.sql").read_text())
        tables = [
            row[0] for row in database.execute("show tables").fetchall()
            if row[0].startswith("latest_")
        ]  # fmt: skip
        self.assertIn("latest_wells", tables)
        return {
            table: sorted(database.execute(f'from "{table}"').fetchall(), key=str)
            for table in tables
        }

    def erase_and_rewrite(self, file_format: str) -> None:
        self.format = file_format
        self.to = self.home / "out"
        self.create(self.name, people=PEOPLE, personal=["name", "visit/by"])
        store = self.device("one", "amina", self.name)
        made = program.creation(record(1), "north", NAME, 10)
        made["rows"] = [
            {"add": record(9), "repeat": "visit", "set": {"visit/by": VISITOR}}
        ]
        self.edit(store, made, program.creation(record(2), "north", OTHER, 20))
        self.sync(store)
        self.export()
        self.edit(store, {"edit": record(1), "set": {"name": f"{NAME} again", "depth": "11"}})
        self.sync(store)
        self.assertNotIn("erased", self.export())
        self.ok("record", "erase", self.name, record(1), "--as", "olga")
        said = self.export()
        self.assertIn("erased (1 rows say so)", said)
        self.assertIn(f"--rewrite --to {self.to}", said)
        verified = self.ok("export", "--verify", str(self.to))
        self.assertIn("erased (1 rows say so)", verified)
        before = self.secret_files()
        for part in ("wells/000001", "wells/000002", "wells.visit/000001",
                     "history/000001", "history/000002"):  # fmt: skip
            self.assertTrue([f for f in before if f.startswith(part)], before)
        present = self.latest()
        history = present.pop("latest_history")

        said = self.ok("export", "--rewrite", "--to", str(self.to))
        self.assertIn("1 records were erased", said)
        self.assertEqual(self.secret_files(), [])
        verified = self.ok("export", "--verify", str(self.to))
        self.assertIn("3 increments", verified)
        self.assertIn("1 rewritings", verified)
        self.assertNotIn("erased, and", verified)
        # Those who read see the present as it was, but for what is gone.
        after = self.latest()
        rewritten = after.pop("latest_history")
        self.assertEqual(after, present)
        self.assertEqual(len(rewritten), len(history))
        self.assertIn(OTHER, str(rewritten))
        self.assertIn("11", str(rewritten))
        # And what comes later comes as ever.
        self.edit(store, {"edit": record(2), "set": {"depth": "21"}})
        self.sync(store)
        self.assertNotIn("erased, and", self.export())
        self.assertIn("4 increments", self.ok("export", "--verify", str(self.to)))
        again = self.ok("export", "--rewrite", "--to", str(self.to))
        self.assertIn("out of 0 files", again)
        manifests = sorted((self.to / "manifests").glob("*.json"))
        self.assertEqual(len(manifests), 5)
        self.assertIn("rewriting", json.loads(manifests[3].read_text()))

    def test_of_csv(self) -> None:
        self.erase_and_rewrite("csv")

    def test_of_parquet(self) -> None:
        self.erase_and_rewrite("parquet")

    def test_of_what_never_came_to_be(self) -> None:
        self.format, self.to = "csv", self.home / "out"
        self.create(self.name, people=PEOPLE, personal=["name", "visit/by"])
        store = self.device("one", "bola", self.name)
        # Who collects does not approve.
        made = program.creation(record(1), "south", NAME, 10)
        self.edit(store, {**made, "status": "approved"})
        self.sync(store)
        held = self.ok("quarantine", "list", self.name, "--as", "olga")
        self.assertIn("forbidden step", held)
        self.export()
        self.assertEqual(self.secret_files(), ["history/000001.csv"])
        self.fails("record", "erase", self.name, record(2), "--as", "olga",
                   saying="no record")  # fmt: skip
        self.ok("record", "erase", self.name, record(1), "--as", "olga")
        held = self.ok("quarantine", "list", self.name, "--as", "olga")
        self.assertIn("record erased", held)
        self.assertIn("erased (1 rows say so)", self.export())
        said = self.ok("export", "--rewrite", "--to", str(self.to))
        self.assertIn("1 records were erased", said)
        self.assertEqual(self.secret_files(), [])
        self.assertEqual(self.latest()["latest_wells"], [])
        shown = self.ok("record", "show", self.name, record(1), "--as", "olga")
        self.assertIn("(deleted)", shown)
        listed = self.ok("record", "list", self.name, "--as", "olga")
        self.assertNotIn(record(1), listed)

    def test_where_there_is_nothing(self) -> None:
        self.fails(
            "export", "--rewrite", "--to", str(self.home / "none"),
            saying="has no export in it",
        )  # fmt: skip
        self.fails("export", "--rewrite", saying="--to")


if __name__ == "__main__":
    program.main()
