"""What goes over the link, counted between the device and the server."""

import json
import pathlib
import socket
import threading
import unittest

import program

CENSUS = pathlib.Path(__file__).parents[2] / "deploy" / "demo" / "census.xml"


class CountingRelay:
    """Passes connections on, and counts what comes back."""

    def __init__(self, to: str) -> None:
        host, port = to.rsplit(":", 1)
        self.to = (host, int(port))
        self.back = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.to)
            for source, sink, counts in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._pass, args=(source, sink, counts), daemon=True
                ).start()

    def _pass(
        self, source: socket.socket, sink: socket.socket, counts: bool
    ) -> None:
        while True:
            try:
                data = source.recv(1 << 16)
                if counts:
                    self.back += len(data)
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
            except OSError:
                return


class BytesTest(program.Story):
    def test_a_form_comes_compressed(self) -> None:
        self.create("census", form=CENSUS.read_text())
        assert self.server is not None
        relay = CountingRelay(self.server.address)
        self.addCleanup(relay.close)
        store, stats = self.path("tablet"), self.path("stats.json")
        self.ok(
            "device", "init", "--store", store, "--device", "tablet",
            "--person", "amina", "--survey", "census",
            "--server", relay.address,
        )  # fmt: skip
        self.ok("device", "sync", "--store", store, "--stats", stats)
        message = json.loads(pathlib.Path(stats).read_text())["bytes_received"]
        self.assertGreater(message, 20_000)
        self.assertGreater(relay.back, 1_000)
        self.assertLess(3 * relay.back, message)
        # A sync with nothing new is not made larger by it.
        before = relay.back
        self.ok("device", "sync", "--store", store)
        self.assertLess(relay.back - before, 1_000)


if __name__ == "__main__":
    program.main()
