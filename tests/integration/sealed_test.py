"""Changes that travel in files: sealed, carried, handed in, and answered."""

import pathlib
import shutil
import unittest

import program
from program import record


class SealedTest(program.Story):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls("tell").create("wells")

    def setUp(self) -> None:
        self.number = sum(map(ord, self.id()))
        self.name = self.id()[-50:]
        self.store = self.device(self.name, "amina", "wells")
        self.well = record(self.number)
        self.edit(self.store, program.creation(self.well, "north", "Old", 7))

    def seal(self, store: str, name: str) -> str:
        path = self.path(name)
        self.ok("device", "seal", "--store", store, "--out", path)
        return path

    def waiting(self, store: str) -> int:
        return int(self.ok("device", "outbox", "--store", store, "--count"))

    def shown(self) -> str:
        return self.ok("record", "show", "wells", self.well)

    def test_a_file_is_handed_in_and_its_receipt_taken(self) -> None:
        card = self.seal(self.store, "card")
        self.assertNotIn(b"Old", pathlib.Path(card).read_bytes())
        self.assertEqual(self.waiting(self.store), 1)
        told = self.ok("unseal", card, "--receipts", self.path("back"))
        self.assertIn(f"device {self.name}: 1 changes\n", told)
        self.assertRegex(self.shown(), "name +Old")
        receipt = self.path("back/card.receipt")
        told = self.ok("device", "receipt", "--store", self.store, receipt)
        self.assertIn("1 receipts, 1 outcomes", told)
        self.assertEqual(self.waiting(self.store), 0)
        told = self.ok(
            "device", "seal", "--store", self.store, "--out", self.path("none")
        )
        self.assertIn("nothing waits", told)
        self.assertFalse(pathlib.Path(self.path("none")).exists())

    def test_by_file_by_network_and_by_relay_it_counts_once(self) -> None:
        card = self.seal(self.store, "thrice")
        head = "log at"
        self.sync(self.store)
        before = [
            line
            for line in self.ok("survey", "show", "wells").split("\n")
            if head in line
        ]
        self.ok("unseal", card)
        self.ok("unseal", card, card)
        relay = self.device("relay-of-" + self.name[-20:], "bola", "wells")
        self.ok("device", "carry", "--store", relay, card)
        self.sync(relay)
        after = self.ok("survey", "show", "wells")
        self.assertEqual(len(before), 1)
        self.assertIn(before[0], after)

    def test_another_device_carries_it_both_ways(self) -> None:
        card = self.seal(self.store, "carried")
        relay = self.device("relay", "bola", "wells")
        told = self.ok("device", "carry", "--store", relay, card)
        self.assertIn("1 batches to carry", told)
        self.ok(
            "device", "receipts", "--store", relay, "--out", self.path("early")
        )
        self.assertEqual(list(pathlib.Path(self.path("early")).iterdir()), [])
        self.sync(relay)
        self.assertRegex(self.shown(), "name +Old")
        self.ok(
            "device", "receipts", "--store", relay, "--out", self.path("late")
        )
        (receipts,) = pathlib.Path(self.path("late")).iterdir()
        self.assertEqual(receipts.suffix, ".receipts")
        self.fails(
            "device", "receipt", "--store", relay, str(receipts),
            saying=[str(receipts), "at byte 0", "sealed to key"],
        )  # fmt: skip
        self.ok("device", "receipt", "--store", self.store, str(receipts))
        self.assertEqual(self.waiting(self.store), 0)

    def test_what_was_damaged_is_named(self) -> None:
        card = self.seal(self.store, "damaged")
        good = pathlib.Path(card).read_bytes()
        flipped = good[:-9] + bytes([good[-9] ^ 4]) + good[-8:]
        for name, content, why in (
            ("flipped", flipped, "it is damaged"),
            ("short", good[: len(good) // 2], "it is cut short"),
            ("empty", b"", "it is no sealed file"),
            ("other", b"GIF89a and so on", "it is no sealed file"),
        ):
            path = self.write(name, content)
            self.fails(
                "unseal", path,
                saying=[f"{path}, batch 1 (at byte 0)", why, "1 of 1 batches"],
            )  # fmt: skip
        # What is whole before the damage counts.
        path = self.write("both", good + flipped)
        done = self.run_program("unseal", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 changes", done.stdout)
        self.assertIn(f"batch 2 (at byte {len(good)})", done.stderr)
        self.fails(
            "device", "carry", "--store", self.store, self.path("short"),
            saying=[self.path("short"), "at byte 0: it is cut short"],
        )  # fmt: skip

    def test_another_servers_file_is_told_apart(self) -> None:
        other = program.Server(self.binary, self.into / "other-data")
        try:
            card = self.seal(self.store, "elsewhere")
            self.fails(
                "unseal", card, "--server", other.address,
                saying=["it is sealed to key", "and this is"],
            )  # fmt: skip
        finally:
            other.end()
        self.ok("unseal", card)

    def test_a_second_device_of_a_name_is_told(self) -> None:
        twin = self.path("twin")
        assert self.server is not None
        self.ok(
            "device", "init", "--store", twin, "--device", self.name,
            "--person", "amina", "--survey", "wells",
            "--server", self.server.address,
        )  # fmt: skip
        done = self.run_program("device", "sync", "--store", twin)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("knows another device of the name", done.stderr)
        self.edit(twin, program.creation(record(77_777), "north", "Twin", 1))
        card = self.seal(twin, "twin-card")
        self.fails("unseal", card, saying="that device is known by key")
        assert self.server is not None
        self.assertIn("device has another key", self.server.log.read_text())

    def test_keys_survive_a_restart(self) -> None:
        data = self.into / "restarted"
        first = program.Server(self.binary, data)
        first.kill()
        key = (data / "server.key").read_bytes()
        self.assertEqual((data / "server.key").stat().st_mode & 0o777, 0o600)
        again = program.Server(self.binary, data)
        again.end()
        self.assertEqual((data / "server.key").read_bytes(), key)


class GapTest(program.Story):
    def restart(self, data: pathlib.Path | None = None) -> None:
        """On its data, or on a copy of it from before."""
        assert self.server is not None
        address = self.server.address
        self.server.end()
        if data is not None:
            shutil.rmtree(self.path("data"))
            shutil.copytree(data, self.path("data"))
        type(self).server = program.Server(
            self.binary, self.into / "data", listen=address
        )

    def test_a_file_waits_for_what_came_before_it(self) -> None:
        self.create("wells")
        store = self.device("tablet", "amina", "wells")
        self.restart()
        before = self.into / "before"
        shutil.copytree(
            self.path("data"), before, ignore=shutil.ignore_patterns("*.sock")
        )
        well = record(1)
        self.edit(store, program.creation(well, "north", "Old", 7))
        clone = self.path("clone")
        shutil.copytree(store, clone)
        self.sync(store)
        self.restart(before)  # the server has never had it
        self.edit(store, {"edit": well, "set": {"depth": "8"}})
        card = self.path("card")
        self.ok("device", "seal", "--store", store, "--out", card)
        for _ in range(2):
            told = self.ok("unseal", card)
            self.assertIn("1 wait in quarantine", told)
        self.fails("record", "show", "wells", well, saying="no record")
        listed = self.ok("quarantine", "list", "wells")
        self.assertEqual(len(listed.strip().splitlines()), 2, listed)
        self.sync(clone)
        shown = self.ok("record", "show", "wells", well)
        self.assertRegex(shown, r"depth +8")
        self.assertRegex(shown, r"name +Old")


if __name__ == "__main__":
    program.main()
