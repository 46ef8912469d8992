"""Personal answers: sealed wherever they are kept, read by who may, and gone
once they are erased, from backups too."""

import pathlib
import shutil

import program
from program import record

PEOPLE = {**program.PEOPLE, "olga": ("OWNER", []), "ann": ("ANALYST", [])}
NAME = "Adaeze Obi of Kano road 17"
VISITOR = "Visitor Chukwuma Nwosu"


def holds(directory: pathlib.Path, text: str) -> bool:
    return any(
        text.encode() in path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    )


class PersonalTest(program.Story):
    serves = False

    def setUp(self) -> None:
        self.name = self.id().rpartition(".")[2]
        self.home = self.into / self.name
        self.home.mkdir()
        self.data = self.home / "data"
        self.keys = self.home / "survey-keys"
        self.ok("survey", "key", self.name, "--to", str(self.keys))
        type(self).server = None

    def tearDown(self) -> None:
        self.end()

    def serve(self, data: pathlib.Path | None = None) -> None:
        type(self).server = program.Server(
            self.binary, data or self.data, "--personal-keys", str(self.keys)
        )

    def end(self) -> None:
        server, type(self).server = self.server, None
        if server is not None and server.process.poll() is None:
            server.end()

    def collect(self) -> str:
        """A record that one device made. Returns the store of another."""
        self.serve()
        self.create(
            self.name, people=PEOPLE, personal=["name", "visit/by"],
            retention_days=30,
        )  # fmt: skip
        one = self.device("one", "amina", self.name)
        made = program.creation(record(1), "north", NAME, 10)
        made["rows"] = [
            {"add": record(9), "repeat": "visit", "set": {"visit/by": VISITOR}}
        ]
        self.edit(one, made, program.creation(record(2), "north", NAME, 20))
        self.sync(one)
        return self.device("two", "sani", self.name)

    def show(self, *words: str) -> str:
        return self.ok("record", "show", self.name, record(1), "--as", "sani", *words)

    def table(self, who: str, how: str) -> dict[str, dict]:
        to = self.home / f"export-{who}-{how}"
        if to.exists():
            shutil.rmtree(to)
        self.ok("export", self.name, "--to", str(to), "--as", who, "--personal", how)
        return {row["_id"]: row for row in program.exported(to, "wells")}

    def test_the_key_of_a_survey(self) -> None:
        path = self.keys / f"{self.name}.key"
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertRegex(path.read_text(), r"^[0-9a-f]{64}\n$")
        self.fails("survey", "key", self.name, "--to", str(self.keys), saying="is there")
        self.fails("survey", "key", "../x", "--to", str(self.keys), saying="names no")
        self.serve()
        form = self.write("form.xml", program.WELLS)
        config = self.write("c.json", program.config(personal=["name"]))
        create = ("survey", "create", "keyless", "--form", form, "--config", config)
        self.fails(*create, saying=["keyless.key", "survey key"])
        self.ok("survey", "key", "keyless", "--to", str(self.keys))
        (self.keys / "keyless.key").chmod(0o640)
        self.fails(*create, saying=["keyless.key", "chmod 600"])
        (self.keys / "keyless.key").chmod(0o600)
        self.ok(*create)
        self.end()
        with self.assertRaisesRegex(AssertionError, "--personal-keys"):
            program.Server(self.binary, self.data)
        (self.keys / "keyless.key").unlink()
        with self.assertRaisesRegex(AssertionError, "keyless.key"):
            self.serve()

    def test_nothing_personal_is_kept_in_the_clear(self) -> None:
        two = self.collect()
        self.assertIn(NAME, self.show())
        self.assertIn(VISITOR, self.show())
        self.assertIn(NAME, self.show("--history"))
        seen = self.ok("device", "list", "--store", two, record(1))
        self.assertIn(NAME, seen)
        self.assertIn(VISITOR, seen)
        self.assertTrue(holds(self.data, "amina"))
        self.assertFalse(holds(self.data, "Adaeze"))
        self.assertFalse(holds(self.data, "Chukwuma"))
        self.assertNotIn("Adaeze", self.server.log.read_text())
        self.ok("conflicts", "list", self.name, "--as", "sani")
        self.end()
        self.assertFalse(holds(self.data, "Adaeze"))
        self.ok("verify", "--replay", str(self.data))

    def test_exports(self) -> None:
        self.collect()
        self.assertNotIn("name", self.table("ann", "none")[record(1)])
        self.assertNotIn("name", self.table("olga", "none")[record(1)])
        hidden = self.table("ann", "pseudonyms")
        self.assertRegex(hidden[record(1)]["name"], r"^[0-9a-f]{32}$")
        self.assertEqual(hidden[record(1)]["name"], hidden[record(2)]["name"])
        self.assertEqual(hidden, self.table("ann", "pseudonyms"))
        self.assertEqual(self.table("olga", "clear")[record(1)]["name"], NAME)
        self.fails(
            "export", self.name, "--to", str(self.home / "x"), "--as", "ann",
            "--personal", "clear", saying="owner or survey manager",
        )  # fmt: skip

    def test_erased_everywhere(self) -> None:
        two = self.collect()
        backups = str(self.home / "backups")
        self.ok("backup", str(self.data), backups)
        self.assertTrue((self.home / "backups" / "personal.keys").exists())
        erase = ("record", "erase", self.name, record(1))
        self.fails(*erase, "--as", "sani", saying="owner or survey manager")
        self.assertIn(NAME, self.show())
        self.assertIn("erased", self.ok(*erase, "--as", "olga"))
        self.ok(*erase, "--as", "olga")
        for shown in (self.show(), self.show("--history")):
            self.assertIn("(erased)", shown)
            self.assertNotIn("Adaeze", shown)
        self.sync(two)
        self.assertNotIn(record(1), self.ok("device", "list", "--store", two))
        self.assertIn(record(2), self.ok("device", "list", "--store", two))
        self.assertEqual(self.table("olga", "clear")[record(1)]["name"], "")
        self.assertEqual(self.table("olga", "clear")[record(2)]["name"], NAME)
        self.assertEqual(self.table("olga", "clear")[record(1)]["depth"], "10")
        self.ok("backup", str(self.data), backups)
        self.end()
        self.ok("verify", "--replay", str(self.data))
        # What was backed up before it was erased opens no more; and is erased
        # again where the log does not say so.
        old = self.home / "old"
        self.ok("restore", backups, "--to", str(old), "--number", "1")
        self.serve(old)
        self.assertIn("(erased)", self.show())
        self.assertEqual(self.table("olga", "clear")[record(2)]["name"], NAME)
        self.end()
        self.ok("verify", "--replay", str(old))

    def test_late_changes_to_what_is_erased_wait_unread(self) -> None:
        self.collect()
        late = self.path(f"device-{self.name}-one")
        self.edit(late, {"edit": record(1), "set": {"name": "Adaeze again"}})
        self.ok("record", "erase", self.name, record(1), "--as", "olga")
        self.sync(late)
        held = self.ok("quarantine", "list", self.name, "--as", "olga")
        self.assertIn("record erased", held)
        self.assertNotIn("Adaeze", held)
        self.assertFalse(holds(self.data, "Adaeze"))

    def test_retention(self) -> None:
        self.collect()
        expire = ("record", "erase-expired", self.name, "--as", "olga")
        self.assertIn("0 records erased", self.ok(*expire))
        self.assertIn(NAME, self.show())

    def test_a_rebuilt_server_still_reads(self) -> None:
        self.collect()
        self.end()
        rebuilt = self.home / "rebuilt"
        self.ok("rebuild", str(self.data), "--to", str(rebuilt))
        self.serve(rebuilt)
        self.assertIn(NAME, self.show())


if __name__ == "__main__":
    program.main()
