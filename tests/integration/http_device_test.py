"""A device over HTTP/1.1: because it is told to, or because HTTP/2 fails."""

import json

import program
from program import record


class HttpDeviceTest(program.Story):
    serves = False

    def setUp(self) -> None:
        self.server = program.Server(
            self.binary, self.into / "data", "--http-listen", "127.0.0.1:0"
        )
        if "wells" not in self.ok("survey", "list"):
            self.create("wells")

    def tearDown(self) -> None:
        self.server.end()
        self.server = None

    def init(self, name: str, *words: str) -> str:
        store = self.path(name)
        self.ok(
            "device", "init", "--store", store, "--device", name,
            "--person", "amina", "--survey", "wells", *words,
        )  # fmt: skip
        return store

    def works(self, store: str, number: int) -> dict:
        """Syncs, edits, syncs again. Returns what went over the link."""
        stats = self.path("stats.json")
        self.sync(store)
        self.edit(store, program.creation(record(number), "north", "A", 1))
        self.ok(
            "device", "sync", "--store", store, "--stats", stats,
            "--timeout", "30",
        )  # fmt: skip
        self.assertEqual(
            self.ok("device", "outbox", "--store", store, "--count"), "0\n"
        )
        self.assertIn(record(number), self.ok("record", "list", "wells"))
        with open(stats, encoding="utf-8") as file:
            return json.load(file)

    def test_by_the_scheme(self) -> None:
        store = self.init(
            "scheme", "--server", f"http://{self.server.http_address}"
        )
        stats = self.works(store, 1)
        self.assertEqual(stats["attempts"], stats["round_trips"])
        self.assertGreater(stats["bytes_sent"], 0)

    def test_after_failures_of_grpc(self) -> None:
        # Nothing listens there.
        store = self.init(
            "fallback", "--server", "127.0.0.1:1",
            "--http", self.server.http_address,
        )  # fmt: skip
        stats = self.works(store, 2)
        self.assertEqual(stats["attempts"] - stats["round_trips"], 2)

    def test_what_is_not_there_or_no_server(self) -> None:
        store = self.init("nowhere", "--server", "http://127.0.0.1:1")
        self.fails(
            "device", "sync", "--store", store, "--timeout", "1",
            saying="127.0.0.1:1",
        )  # fmt: skip
        self.fails(
            "device", "sync", "--store", store, "--timeout", "1",
            "--server", f"http://{self.server.address}",
            saying=self.server.address,
        )  # fmt: skip
        for wrong in ("http://", "http://nohost", "http://127.0.0.1:no"):
            self.fails(
                "device", "sync", "--store", store, "--timeout", "1",
                "--server", wrong, saying=wrong[len("http://"):],
            )  # fmt: skip


if __name__ == "__main__":
    program.main()
