"""What goes over the link, counted between the device and the server."""

import json
import pathlib
import socket
import threading
import unittest

import program

CENSUS = pathlib.Path(__file__).parents[2] / "deploy" / "demo" / "census.xml"


class CountingRelay:
    """Passes connections on, and counts what comes back. The next connection is
    cut after `cut` bytes, both ways together, if that is set."""

    def __init__(self, to: str) -> None:
        host, port = to.rsplit(":", 1)
        self.to = (host, int(port))
        self.back = 0
        self.cut: int | None = None
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()
        for each in self.sockets:
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.to)
            self.sockets += [near, far]
            left = [self.cut]
            self.cut = None
            for source, sink, counts in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._pass,
                    args=(source, sink, counts, left),
                    daemon=True,
                ).start()

    def _pass(
        self,
        source: socket.socket,
        sink: socket.socket,
        counts: bool,
        left: list[int | None],
    ) -> None:
        while True:
            try:
                data = source.recv(1 << 16)
                if counts:
                    self.back += len(data)
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                if left[0] is not None:
                    data = data[: left[0]]
                    left[0] -= len(data)
                sink.sendall(data)
                if left[0] == 0:
                    source.shutdown(socket.SHUT_RDWR)
                    sink.shutdown(socket.SHUT_RDWR)
                    return
            except OSError:
                return


class BytesTest(program.Story):
    def test_a_form_comes_compressed(self) -> None:
        self.create("census", form=CENSUS.read_text())
        assert self.server is not None
        relay = CountingRelay(self.server.address)
        self.addCleanup(relay.close)
        stats = self.path("stats.json")
        store = self.new_device("tablet", "amina", "census", relay.address)
        self.ok("device", "sync", "--store", store, "--stats", stats)
        message = json.loads(pathlib.Path(stats).read_text())["bytes_received"]
        self.assertGreater(message, 20_000)
        self.assertGreater(relay.back, 1_000)
        self.assertLess(3 * relay.back, message)
        # A sync with nothing new is not made larger by it.
        before = relay.back
        self.ok("device", "sync", "--store", store)
        self.assertLess(relay.back - before, 1_000)


class CutTest(program.Story):
    """A connection that is cut after any number of bytes loses nothing, and
    nothing happens twice."""

    # Bytes between two cuts that are tried: a prime, so that all parts of frames
    # are met. A sync takes some 1,500.
    STEP = 37
    LAST = 1_500

    def test_a_cut_at_any_byte_costs_a_try(self) -> None:
        self.create("wells")
        assert self.server is not None
        relay = CountingRelay(self.server.address)
        self.addCleanup(relay.close)
        store = self.new_device("tablet", "amina", "wells", relay.address)
        self.sync(store)
        cuts = range(1, self.LAST, self.STEP)
        for number, cut in enumerate(cuts):
            of = program.record(number)
            self.edit(store, program.creation(of, "north", f"Well {cut}", cut))
            relay.cut = cut
            done = self.run_program(
                "device", "sync", "--store", store, "--until-empty",
                "--timeout", "30",
            )  # fmt: skip
            self.assertEqual(done.returncode, 0, f"cut at {cut}: {done.stderr}")
        left = self.ok("device", "outbox", "--store", store, "--count")
        self.assertEqual(int(left), 0)
        shown = json.loads(self.ok("survey", "list", "--json"))["surveys"][0]
        self.assertEqual(int(shown["records"]), len(cuts))
        # The log's name, the form, and each change once.
        self.assertEqual(int(shown["head"]), len(cuts) + 3)


if __name__ == "__main__":
    program.main()
