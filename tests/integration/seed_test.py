"""Starting files: made by a server, begun with by tablets."""

import json
import pathlib
import unittest

import program
from program import record

WELLS = 300


class SeedTest(program.Story):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        tell = cls("tell")
        tell.create("wells")
        cls.sani = tell.device("sanis", "sani", "wells")
        tell.edit(
            cls.sani,
            *(
                program.creation(record(n), "north", f"Well {n}", n)
                for n in range(WELLS)
            ),
        )
        tell.sync(cls.sani)

    def setUp(self) -> None:
        self.name = self.id().rpartition(".")[2][-50:]
        self.file = self.seed(self.name)

    def seed(self, name: str, bucket: str = "area/north") -> str:
        path = self.path(f"{name}.start")
        told = self.ok(
            "survey", "seed", "wells", "--bucket", bucket, "--out", path
        )
        self.assertIn(f"{bucket} of wells as it is now in {path}", told)
        return path

    def tablet(self, person: str = "amina") -> str:
        """A new one, which has seen nothing yet."""
        return self.new_device(f"{self.name[-40:]}-{person}", person, "wells")

    def fetched(self, store: str) -> int:
        """Bytes that a sync to its end brings."""
        stats = self.path("stats.json")
        self.ok("device", "sync", "--store", store, "--stats", stats)
        return json.loads(pathlib.Path(stats).read_text())["bytes_received"]

    def listed(self, store: str) -> list:
        lines = self.ok("device", "list", "--store", store, "--json")
        records = map(json.loads, lines.splitlines())
        return sorted(records, key=lambda each: each["_id"])

    def test_a_tablet_begins_with_it(self) -> None:
        without = self.tablet("bola")
        self.fails(
            "device", "seed", "--store", without, self.file,
            saying=[self.file, "area/north", "bola may not see"],
        )  # fmt: skip
        store = self.tablet()
        told = self.ok("device", "seed", "--store", store, self.file)
        self.assertIn(f"{WELLS} records of area/north, as of ", told)
        self.edit(store, {"edit": record(7), "set": {"depth": "70"}})
        few = self.fetched(store)
        self.assertRegex(
            self.ok("record", "show", "wells", record(7)), r"depth +70"
        )
        self.assertNotIn(record(7), self.ok("conflicts", "list", "wells"))
        other = self.new_device("other", "amina", "wells")
        self.assertLess(2 * few, self.fetched(other))
        self.sync(store)
        self.assertEqual(self.listed(store), self.listed(other))
        self.fails(
            "device", "seed", "--store", store, self.file,
            saying=[self.file, "all of area/north is here already"],
        )  # fmt: skip

    def test_it_is_the_same_file_and_nobody_can_read_it(self) -> None:
        first = pathlib.Path(self.file).read_bytes()
        again = pathlib.Path(self.seed("again")).read_bytes()
        self.assertEqual(first, again)
        self.assertNotIn(b"Well", first)
        self.assertLess(len(first), 100 * WELLS)

    def test_half_a_file_is_half_a_beginning(self) -> None:
        whole = pathlib.Path(self.file).read_bytes()
        half = self.write("half.start", whole[: len(whole) // 2])
        store = self.tablet()
        told = self.ok("device", "seed", "--store", store, half)
        self.assertIn("it is cut short after 1 whole chunks", told)
        # The key is here by now: the rest needs no server.
        told = self.ok(
            "device", "seed", "--store", store, "--server", "127.0.0.1:1",
            self.file,
        )  # fmt: skip
        self.assertIn(f"{WELLS} records", told)
        self.sync(store)

    def test_what_is_wrong_is_named(self) -> None:
        store = self.tablet()
        whole = pathlib.Path(self.file).read_bytes()
        for name, content, why in (
            ("flipped", whole[:-5] + b"~~~~~", "is damaged"),
            ("empty", b"", "it is no starting file"),
            ("other", b"GIF89a", "it is no starting file"),
            ("head", whole[:12], "it is cut short, within its head"),
        ):
            path = self.write(name, content)
            self.fails(
                "device", "seed", "--store", store, path, saying=[path, why]
            )
        self.fails("unseal", self.file, saying="it is a starting file")
        for bucket, why in (
            ("area/west", "no bucket area/west"),
            ("person/nobody", "no bucket person/nobody"),
            ("north", "give area/CODE or person/NAME"),
            ("area/", "give area/CODE or person/NAME"),
        ):
            self.fails(
                "survey", "seed", "wells", "--bucket", bucket,
                "--out", self.path("none"), saying=why,
            )  # fmt: skip
        self.assertFalse(pathlib.Path(self.path("none")).exists())
        self.fails(
            "survey", "seed", "springs", "--bucket", "area/north",
            "--out", self.path("none"), saying="springs",
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
