"""Backups by the real program: while it serves, killed in the middle, damaged,
and had again by devices that went on."""

import json
import pathlib
import random
import time
import urllib.request

import program
from program import record

BACKED_UP = {"durability": "DURABILITY_BACKUP"}


class BackupTest(program.Story):
    serves = False

    def setUp(self) -> None:
        name = self.id().rpartition(".")[2]
        self.data = self.into / name
        self.backups = self.into / f"{name}-backups"

    def tearDown(self) -> None:
        if self.server is not None and self.server.process.poll() is None:
            self.server.end()
        self.server = None

    def serve(self, data: pathlib.Path, *words: str) -> None:
        self.server = program.Server(
            self.binary, data, "--http-listen", "127.0.0.1:0", *words
        )

    def serve_with_backups(self, every: int = 1) -> None:
        self.serve(
            self.data, "--backup-to", str(self.backups),
            "--backup-every", str(every),
        )  # fmt: skip

    def durable(self) -> int:
        """Up to where a device is told that what it sent is safe."""
        request = urllib.request.Request(
            f"http://{self.server.http_address}/chasqui.v1.SyncService/Sync",
            data=json.dumps(
                {"surveys": [{"survey": "wells", "person": "amina"}]}
            ).encode(),
            headers={
                "Content-Type": "application/json",
                "Chasqui-Device": "asker",
            },
        )
        with urllib.request.urlopen(request) as answer:
            (news,) = json.load(answer)["surveys"]
        return int(news.get("durable", {}).get("seq", 0))

    def await_durable(self, seq: int) -> None:
        until = time.monotonic() + 60
        while self.durable() < seq:
            self.assertLess(time.monotonic(), until, "no backup comes")
            time.sleep(0.1)

    def events(self, *names: str) -> list:
        events = map(json.loads, self.server.log.read_text().splitlines())
        return [each for each in events if each["event"] in names]

    def backed_up(self) -> list:
        return self.events("backed up")

    def first_round(self) -> dict:
        until = time.monotonic() + 60
        while not (rounds := self.events("backed up", "backup failed")):
            self.assertLess(time.monotonic(), until, "no round comes")
            time.sleep(0.1)
        self.assertEqual(rounds[0]["event"], "backup failed")
        return rounds[0]

    def test_durable_follows_whole_backups(self) -> None:
        self.serve(self.data)
        self.create("wells", **BACKED_UP)
        store = self.device("tablet-1", "amina", "wells")
        self.edit(store, program.creation(record(1), "north", "A", 1))
        self.sync(store)
        self.assertEqual(self.durable(), 0, "there is no backup")
        self.server.end()
        self.serve_with_backups()
        self.await_durable(1)
        seen = self.durable()
        self.edit(store, program.creation(record(2), "north", "B", 2))
        self.ok(
            "device", "sync", "--store", store,
            "--server", self.server.address,
        )  # fmt: skip
        self.await_durable(seen + 1)
        self.assertTrue(self.backed_up())

    def test_a_server_that_is_up_is_backed_up_by_command(self) -> None:
        self.serve(self.data)
        self.create("wells", **BACKED_UP)
        store = self.device("tablet-5", "amina", "wells")
        self.edit(store, program.creation(record(1), "north", "A", 1))
        self.sync(store)
        socket = self.data / "operator.sock"
        self.assertEqual(socket.stat().st_mode & 0o077, 0)
        for backup in (1, 2):
            told = self.ok("backup", str(self.data), str(self.backups))
            self.assertIn(f"backup {backup}, ", told)
            held = int(told.split("survey wells: ")[1].split()[0])
            self.assertEqual(self.durable(), held)
            checked = self.ok("restore", str(self.backups), "--check")
            self.assertIn(f"survey wells: {held} entries", checked)
            self.edit(store, program.creation(record(9), "north", "B", 1))
            self.sync(store)
            self.assertEqual(self.durable(), held, "not backed up yet")
        foreign = self.into / "foreign"
        foreign.mkdir()
        (foreign / "letter").write_text("to whom it may concern")
        self.fails(
            "backup", str(self.data), str(foreign), saying=str(foreign)
        )
        self.fails(
            "backup", str(self.data), str(self.data / "backups"),
            saying="is within what is to be backed up",
        )  # fmt: skip
        self.assertFalse((self.data / "backups").exists())
        self.assertEqual(len(self.events("backup failed")), 2)
        # What a killed server leaves behind is in nobody's way.
        self.server.kill()
        self.assertTrue(socket.exists())
        self.serve(self.data)
        self.ok("backup", str(self.data), str(self.backups))
        self.server.end()
        self.assertFalse(socket.exists())

    def test_a_directory_too_deep_for_a_socket_is_served(self) -> None:
        self.data = self.into / ("d" * 60) / ("e" * 60)
        self.data.mkdir(parents=True)
        self.serve(self.data)
        self.assertEqual(len(self.events("no socket for the operator")), 1)
        self.fails(
            "backup", str(self.data), str(self.backups),
            saying="is a server running?",
        )  # fmt: skip

    def test_killed_in_the_middle(self) -> None:
        self.serve_with_backups()
        self.create("wells", **BACKED_UP)
        store = self.device("tablet-2", "amina", "wells")
        self.await_durable(1)
        for cycle in range(1, 9):
            self.edit(store, program.creation(record(cycle), "north", "A", 1))
            self.ok(
                "device", "sync", "--store", store, "--until-empty",
                "--server", self.server.address,
            )  # fmt: skip
            time.sleep(random.random() * 1.5)
            told = self.durable()
            self.server.kill()
            self.server = None
            # What was called durable is in a backup that is whole.
            said = self.ok("restore", str(self.backups), "--check")
            held = int(said.split("survey wells: ")[1].split()[0])
            self.assertGreaterEqual(held, told)
            self.serve_with_backups()

    def test_a_fleet_refills_what_was_restored(self) -> None:
        self.serve(self.data)
        self.create("wells", **BACKED_UP)
        store = self.device("tablet-3", "amina", "wells")
        self.edit(store, program.creation(record(1), "north", "A", 1))
        self.sync(store)
        self.server.end()
        self.server = None
        self.assertIn(
            "survey wells", self.ok("backup", str(self.data), str(self.backups))
        )
        self.serve(self.data)
        self.edit(store, program.creation(record(2), "north", "B", 2))
        self.ok(
            "device", "sync", "--store", store,
            "--server", self.server.address,
        )  # fmt: skip
        self.server.end()
        self.server = None
        restored = self.into / "restored"
        self.ok("restore", str(self.backups), "--to", str(restored))
        self.fails(
            "restore", str(self.backups), "--to", str(restored),
            saying=str(restored),
        )  # fmt: skip
        self.serve(restored)
        self.assertNotIn(record(2), self.ok("record", "list", "wells"))
        self.ok(
            "device", "sync", "--store", store, "--until-empty",
            "--server", self.server.address,
        )  # fmt: skip
        listing = self.ok("record", "list", "wells")
        self.assertIn(record(1), listing)
        self.assertIn(record(2), listing)
        self.server.end()
        self.server = None
        self.ok("verify", "--replay", str(restored))

    def test_another_store_is_not_backed_up_over_it(self) -> None:
        self.serve_with_backups()
        self.create("wells", **BACKED_UP)
        self.await_durable(1)
        self.server.end()
        self.server = None
        before = self.ok("restore", str(self.backups), "--check")
        self.assertIn("survey wells", before)
        empty = self.into / "empty"
        empty.mkdir()
        self.fails(
            "backup", str(empty), str(self.backups), saying="no store in"
        )
        self.assertEqual(list(empty.iterdir()), [])
        # A server on an empty disk makes a store, and no backup of it here.
        self.serve(
            empty, "--backup-to", str(self.backups), "--backup-every", "1"
        )
        self.assertIn("is not in this store", self.first_round()["message"])
        self.server.end()
        self.server = None
        self.assertEqual(
            before, self.ok("restore", str(self.backups), "--check")
        )

    def test_a_damaged_backup_is_refused(self) -> None:
        self.serve_with_backups()
        self.create("wells", **BACKED_UP)
        self.await_durable(1)
        self.server.end()
        self.server = None
        tables = sorted((self.backups / "shared_checksum").iterdir())
        table = max(tables, key=lambda each: each.stat().st_mtime)
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
        new = self.into / "of-a-damaged-one"
        self.fails(
            "restore", str(self.backups), "--to", str(new),
            saying=["is damaged", "Nothing was restored", "--number"],
        )  # fmt: skip
        self.assertFalse(new.exists())
        self.fails(
            "restore", str(self.backups), "--check", saying="is damaged"
        )
        self.fails(
            "restore", str(self.backups), "--check", "--number", "999",
            saying="999",
        )  # fmt: skip
        self.fails(
            "restore", str(self.into), "--to", str(new), saying="no backup"
        )
        self.fails("restore", str(self.backups), saying="--to")


if __name__ == "__main__":
    program.main()
