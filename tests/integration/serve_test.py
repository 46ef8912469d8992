"""`chasqui serve`: where it listens, what it opens, how it ends."""

import json
import signal
import unittest
import urllib.request

import program
from program import record


class ServeTest(program.Story):
    serves = False

    def refused(self, *words: str, saying: str | list[str]) -> str:
        return self.fails("serve", *words, saying=saying)

    def test_listens_on_this_machine_only(self) -> None:
        data = self.path("far")
        self.refused(
            "--data", data, "--listen", "0.0.0.0:0",
            saying=["0.0.0.0:0", "--behind-proxy"],
        )  # fmt: skip
        server = program.Server(
            self.binary, self.into / "far", "--behind-proxy",
            listen="0.0.0.0:0",
        )  # fmt: skip
        server.end()

    def test_serves_http_on_this_machine_only(self) -> None:
        data = self.path("http-far")
        self.refused(
            "--data", data, "--listen", "127.0.0.1:0",
            "--http-listen", "0.0.0.0:0",
            saying=["0.0.0.0:0", "--behind-proxy"],
        )  # fmt: skip
        server = program.Server(
            self.binary, self.into / "http", "--http-listen", "127.0.0.1:0"
        )
        url = f"http://{server.http_address}"
        answer = urllib.request.urlopen(
            urllib.request.Request(
                f"{url}/chasqui.v1.SurveyService/ListSurveys",
                data=b"{}",
                headers={"Content-Type": "application/json"},
            )
        )
        self.assertEqual(json.load(answer), {})
        self.refused(
            "--data", data, "--listen", "127.0.0.1:0",
            "--http-listen", server.http_address,
            saying=server.http_address,
        )  # fmt: skip
        server.end()

    def test_needs_an_address_that_can_be_listened_on(self) -> None:
        data = self.path("address")
        for address in ("127.0.0.1:99999", "127.0.0.1", "localhost:"):
            self.refused("--data", data, "--listen", address, saying=address)
        server = program.Server(self.binary, self.into / "taken")
        self.refused(
            "--data", data, "--listen", server.address, saying=server.address
        )
        server.end()

    def test_one_server_has_the_data(self) -> None:
        data = self.into / "one"
        server = program.Server(self.binary, data)
        said = self.refused(
            "--data", str(data), "--listen", "127.0.0.1:0",
            saying=[str(data), "is a server running?"],
        )  # fmt: skip
        self.assertNotIn("listening", said)
        for words in (["verify"], ["rebuild", "--to", self.path("new")]):
            self.fails(*words, str(data), saying="is a server running?")
        self.assertIsNone(server.process.poll())
        server.end()

    def test_leaves_what_is_not_its_own_alone(self) -> None:
        theirs = self.into / "theirs"
        theirs.mkdir()
        (theirs / "thesis.txt").write_text("do not touch")
        self.refused("--data", str(theirs), saying=["thesis.txt", "empty or new"])
        file = theirs / "thesis.txt"
        self.refused("--data", str(file), saying="thesis.txt")
        self.assertEqual(list(theirs.iterdir()), [file])
        self.assertEqual(file.read_text(), "do not touch")
        self.refused("--data", "/proc/nowhere", saying="/proc/nowhere")
        self.refused(saying="--data")

    def test_reads_a_configuration_file(self) -> None:
        data = self.path("configured")
        file = self.write("chasqui.conf", f'data = "{data}"\nlisten = "nowhere"\n')
        self.refused(
            "--config", file, "--listen", "0.0.0.0:0", saying="0.0.0.0:0"
        )
        self.refused("--config", file, saying="nowhere")
        file = self.write("wrong.conf", "colour = 1\n")
        self.refused("--config", file, saying=["wrong.conf", "colour"])
        self.refused(
            "--config", self.path("none.conf"), saying="none.conf"
        )

    def test_ends_in_order(self) -> None:
        for ending in (signal.SIGTERM, signal.SIGINT):
            server = program.Server(self.binary, self.into / ending.name)
            server.process.send_signal(ending)
            self.assertEqual(server.wait(), 0)
            events = [
                json.loads(line)["event"]
                for line in server.log.read_text().splitlines()
            ]
            self.assertEqual(events, ["serving", "whoever calls is believed",
                                  "draining", "stopped"])

    def test_ends_in_order_with_watchers_and_is_not_seen_again(self) -> None:
        server = program.Server(self.binary, self.into / "watched")
        self.server = server
        self.create("wells")
        watch = program.start(
            self.binary, "progress", "wells", "--watch", "--json",
            "--server", server.address,
        )  # fmt: skip
        watch.stdout.readline()
        self.server = None
        server.end()
        self.assertEqual(watch.wait(timeout=20), 1)
        watch.stdout.close()
        self.fails(
            "survey", "list", "--server", server.address,
            saying="is it running?",
        )  # fmt: skip


class TroubledDiskTest(program.Story):
    """On a disk that is full, or fails."""

    serves = False

    def setUp(self) -> None:
        name = self.id().rpartition(".")[2]
        self.disk = self.into / f"{name}-disk"
        self.trouble("")
        self.data = self.into / name
        self.server = self.start()
        self.create("wells")
        self.store = self.device(name[:30], "amina", "wells")

    def tearDown(self) -> None:
        if self.server.process.poll() is None:
            self.server.end()
        self.server = None

    def start(self) -> program.Server:
        return program.Server(
            self.forgetful, self.data, CHASQUI_TEST_DISK=str(self.disk)
        )

    def trouble(self, what: str) -> None:
        self.disk.write_text(what + "\n")

    def outbox(self) -> str:
        return self.ok("device", "outbox", "--store", self.store, "--count")

    def test_nearly_full(self) -> None:
        self.edit(self.store, program.creation(record(1), "north", "A", 1))
        self.sync(self.store)
        self.trouble("free=10")
        self.edit(self.store, program.creation(record(2), "north", "B", 2))
        self.fails(
            "device", "sync", "--store", self.store, "--timeout", "2",
            saying=["nearly full", "10 MiB are free"],
        )  # fmt: skip
        config = self.write("config.json", program.config())
        self.fails(
            "survey", "create", "more", "--config", config,
            saying="nearly full",
        )  # fmt: skip
        self.fails(
            "record", "delete", "wells", record(1), "--as", "sani",
            saying="nearly full",
        )  # fmt: skip
        # Whoever only reads is none the worse.
        self.assertIn(record(1), self.ok("record", "list", "wells"))
        self.ok("export", "wells", "--to", self.path("export"))
        self.ok("progress", "wells")
        # A restart comes up, and can still be read.
        self.server.end()
        self.server = self.start()
        self.assertIn(record(1), self.ok("record", "list", "wells"))
        self.assertEqual(self.outbox(), "1\n")
        self.trouble("free=100000")
        self.ok(
            "device", "sync", "--store", self.store, "--until-empty",
            "--server", self.server.address,
        )  # fmt: skip
        self.assertEqual(self.outbox(), "0\n")
        self.assertIn(record(2), self.ok("record", "list", "wells"))

    def test_failing(self) -> None:
        self.edit(self.store, program.creation(record(1), "north", "A", 1))
        self.sync(self.store)
        self.edit(self.store, program.creation(record(2), "north", "B", 2))
        self.trouble("fail-syncs")
        sync = self.run_program(
            "device", "sync", "--store", self.store, "--timeout", "2"
        )
        self.assertEqual(sync.returncode, 1)
        self.assertEqual(self.server.wait(), 70)
        last = json.loads(self.server.log.read_text().splitlines()[-1])
        self.assertEqual(last["event"], "storage failed")
        self.assertIn("the disk is broken", last["message"])
        self.assertEqual(self.outbox(), "1\n")
        # What was acknowledged is there, and what was not is sent again.
        self.trouble("")
        self.server = self.start()
        self.assertIn(record(1), self.ok("record", "list", "wells"))
        self.ok(
            "device", "sync", "--store", self.store, "--until-empty",
            "--server", self.server.address,
        )  # fmt: skip
        self.assertIn(record(2), self.ok("record", "list", "wells"))


if __name__ == "__main__":
    program.main()
