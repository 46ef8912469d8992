"""`chasqui verify` and `rebuild`, on data in order and on damaged data."""

import hashlib
import pathlib
import shutil
import unittest

import program
from program import record

RECORDS = 40


class OfflineTest(program.Story):
    """A copy of the same data for each test: with a table and a log."""

    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.made = cls.into / "made"
        cls("tell").make()

    def make(self) -> None:
        # What the first server wrote, the second finds in the log and writes
        # to tables.
        for first in (0, RECORDS // 2):
            type(self).server = program.Server(self.binary, self.made)
            if first == 0:
                self.create("wells")
            store = self.device(f"from{first}", "amina", "wells")
            self.edit(store, *(
                program.creation(record(n), "north", f"Well {n}", n)
                for n in range(first, first + RECORDS // 2)
            ))  # fmt: skip
            self.sync(store)
            self.server.end()
        type(self).server = None

    def setUp(self) -> None:
        self.data = self.into / self.id().rpartition(".")[2]
        shutil.copytree(self.made, self.data)

    def flip(self, suffix: str, share: float) -> None:
        """One byte of the largest such file, that far into it."""
        path = max(self.data.glob(f"*{suffix}"), key=lambda p: p.stat().st_size)
        content = bytearray(path.read_bytes())
        content[int(len(content) * share)] ^= 0x40
        path.write_bytes(content)

    def digest(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.data.iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()

    def verify(self, data: pathlib.Path | None = None) -> str:
        return self.ok("verify", "--replay", str(data or self.data))


class InOrderTest(OfflineTest):
    def test_verify_changes_nothing(self) -> None:
        before = self.digest()
        said = self.verify()
        self.assertRegex(said, rf"1 surveys, \d+ entries, {RECORDS} records: in order")
        self.assertIn("in order", self.ok("verify", str(self.data)))
        self.assertEqual(self.digest(), before)

    def test_rebuild_makes_the_same_again(self) -> None:
        before = self.digest()
        new = self.into / "new"
        said = self.ok("rebuild", str(self.data), "--to", str(new))
        self.assertIn("wells", said)
        self.assertEqual(self.digest(), before)
        self.assertEqual(self.verify(new), self.verify())
        server = program.Server(self.binary, new)
        shown = self.ok(
            "record", "list", "wells", "--server", server.address
        )
        self.assertEqual(len(shown.splitlines()), RECORDS + 1)
        server.end()
        self.fails(
            "rebuild", str(self.data), "--to", str(new), saying="has data"
        )

    def test_what_is_no_data(self) -> None:
        empty = self.into / "empty"
        empty.mkdir()
        file = pathlib.Path(self.write("file", "x"))
        for path, said in (
            (empty, "no store in"),
            (self.path("nowhere"), "nowhere"),
            (file, "file"),
        ):
            self.fails("verify", str(path), saying=said)
            self.fails(
                "rebuild", str(path), "--to", self.path("n"), saying=said
            )
        self.assertEqual(list(empty.iterdir()), [])
        self.assertFalse((self.into / "n").exists())


class DamageTest(OfflineTest):
    def wrong(self, saying: str | list[str]) -> str:
        before = self.digest()
        said = self.fails("verify", str(self.data), saying=saying)
        self.assertEqual(self.digest(), before)
        return said

    def test_a_table(self) -> None:
        # The largest table has the log; the others what follows from it.
        tables = sorted(self.data.glob("*.sst"), key=lambda p: p.stat().st_size)
        self.assertGreater(len(tables), 3)
        whole = self.verify()
        again = 0
        for table in tables:
            shutil.rmtree(self.data)
            shutil.copytree(self.made, self.data)
            path = self.data / table.name
            content = bytearray(path.read_bytes())
            content[8] ^= 0x40
            path.write_bytes(content)
            self.wrong(["orrupt", table.name])
            new = self.into / f"new-{table.name}"
            done = self.run_program("rebuild", str(self.data), "--to", str(new))
            if done.returncode == 0:
                self.assertEqual(self.verify(new), whole)
                again += 1
                continue
            # It was of the log itself, or says which surveys there are.
            self.assertIn("orrupt", done.stderr)
            self.assertFalse(new.exists())
        # Records, changes and feeds follow from the log.
        self.assertEqual(again, 3)

    def test_a_missing_table(self) -> None:
        table = next(self.data.glob("*.sst"))
        table.unlink()
        self.wrong([table.stem, "No such file"])

    def test_the_log_in_its_middle(self) -> None:
        self.flip(".log", 0.5)
        self.wrong([str(self.data), "is damaged", "orrupt"])
        before = self.digest()
        self.fails(
            "serve", "--trust-names", "--data", str(self.data),
            saying=["is damaged", "chasqui rebuild"],
        )  # fmt: skip
        new = self.into / "salvaged"
        self.fails(
            "rebuild", str(self.data), "--to", str(new), saying="--salvage"
        )
        self.assertFalse(new.exists())
        self.ok("rebuild", str(self.data), "--to", str(new), "--salvage")
        self.assertEqual(self.digest(), before)
        said = self.verify(new)
        # What the first server took was in tables.
        self.assertRegex(said, r" (2\d|3\d) records: in order")
        # Devices go on with it.
        server = program.Server(self.binary, new)
        store = self.path("device-wells-from20")
        self.edit(store, program.creation(record(99), "north", "Next", 1))
        self.ok(
            "device", "sync", "--store", store, "--until-empty",
            "--server", server.address,
        )  # fmt: skip
        server.end()
        self.verify(new)

    def test_the_log_in_a_table(self) -> None:
        log = max(self.data.glob("*.sst"), key=lambda p: p.stat().st_size)
        content = bytearray(log.read_bytes())
        content[8] ^= 0x40
        log.write_bytes(content)
        self.wrong(["orrupt", log.name])
        new = str(self.into / "from-table")
        self.fails(
            "rebuild", str(self.data), "--to", new,
            saying=["the log of survey wells ends before entry 1", "--salvage"],
        )  # fmt: skip
        said = self.ok("rebuild", str(self.data), "--to", new, "--salvage")
        self.assertIn("survey wells: 0 entries; what came after is lost", said)

    def test_the_end_of_the_log(self) -> None:
        """A power cut may leave half of what nobody was told of."""
        path = max(self.data.glob("*.log"), key=lambda p: p.stat().st_size)
        path.write_bytes(path.read_bytes()[:-5])
        self.verify()

    def test_current(self) -> None:
        (self.data / "CURRENT").write_text("MANIFEST-000099\n")
        self.wrong("MANIFEST-000099")


if __name__ == "__main__":
    program.main()
