"""What strangers do to a server that faces them: it stays up, its memory is
bounded, and an honest tablet is served all the while."""

from __future__ import annotations

import base64
import contextlib
import pathlib
import resource
import socket
import ssl
import time

import certificates
import program
import raw_http2
from program import record

IDLE = 10_000
# What a server of this size may come to, with all that is tried here; what it
# comes to is printed.
RSS_MAX_MIB = 1_024
# Generous: the machine of the tests does other things too.
SERVED_WITHIN_S = 20


class AttacksTest(program.Story):
    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # For both ends of the connections.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = IDLE + 2_000
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(
                resource.RLIMIT_NOFILE, (wanted, max(hard, wanted))
            )
        cls.descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        cls.ca = certificates.Authority(cls.into / "ca")
        chain, key = cls.ca.issue("server")
        cls.guard("--tls-cert", str(chain), "--tls-key", str(key))
        tell = cls("tell")
        cls.stores = {
            scheme: tell.tablet(scheme, address)
            for scheme, address in (
                ("grpcs", cls.server.address),
                ("https", cls.server.http_address),
            )
        }
        cls.saves = 0

    def tablet(self, scheme: str, address: str) -> str:
        store = self.path(f"tablet-{scheme}")
        self.ok(
            "device", "init", "--store", store, "--device", scheme,
            "--server", f"{scheme}://{address}", "--pin", self.ca.pin(),
            "--code", self.code(),
        )  # fmt: skip
        self.sync(store)
        return store

    def ports(self) -> tuple[int, int]:
        return tuple(
            int(each.rpartition(":")[2])
            for each in (self.server.address, self.server.http_address)
        )

    def rss_mib(self) -> float:
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status")
        for line in status.read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")

    def honest(self, *schemes: str) -> None:
        """A tablet is served, and the server is as large as it may be."""
        for scheme in schemes or self.stores:
            type(self).saves += 1
            number = record(self.saves)
            store = self.stores[scheme]
            self.edit(store, program.creation(number, "north", "H", 1))
            began = time.monotonic()
            self.sync(store)
            self.assertLess(time.monotonic() - began, SERVED_WITHIN_S)
        rss = self.rss_mib()
        print(f"{self._testMethodName}: {rss:.0f} MiB")
        self.assertLess(rss, RSS_MAX_MIB)

    def context(self, protocol: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca.certificate)
        context.set_alpn_protocols([protocol])
        return context

    def test_many_connections_that_say_nothing(self) -> None:
        """10,000, and the honest among them."""
        if self.descriptors < IDLE + 1_000:
            self.skipTest(f"only {self.descriptors} descriptors may be open")
        port = self.ports()[0]
        with contextlib.ExitStack() as stack:
            for _ in range(IDLE):
                stack.enter_context(
                    socket.create_connection(("127.0.0.1", port), 20)
                )
            self.honest("grpcs")
        self.honest()

    def test_slow_lorises(self) -> None:
        """They say a byte now and then, before TLS and within."""
        grpc, http = self.ports()
        with contextlib.ExitStack() as stack:
            slow = []
            for port in (grpc, http):
                for _ in range(100):
                    slow.append(stack.enter_context(
                        socket.create_connection(("127.0.0.1", port), 20)
                    ))  # fmt: skip
            context = self.context("http/1.1")
            for _ in range(50):
                plain = socket.create_connection(("127.0.0.1", http), 20)
                to = stack.enter_context(
                    context.wrap_socket(plain, server_hostname="localhost")
                )
                to.sendall(b"POST /chasqui.v1.SyncService/Sync HTTP/1.1\r\n")
                slow.append(to)
            began = time.monotonic()
            open_still = slow
            while open_still and time.monotonic() - began < 30:
                open_still = [to for to in open_still if self.takes(to)]
                time.sleep(1)
                if time.monotonic() - began < 3:
                    self.honest()
            self.assertEqual(len(open_still), 0, "they are let go of in time")

    @staticmethod
    def takes(to: socket.socket) -> bool:
        """One more byte, of a hello or of a header."""
        try:
            to.sendall(b"x" if isinstance(to, ssl.SSLSocket) else b"\x16")
        except (OSError, ssl.SSLError):
            return False
        return True

    def test_giant_metadata(self) -> None:
        grpc, http = self.ports()
        for size in (9_000, 100_000):
            giant = raw_http2.Http2(grpc, self.context("h2"))
            fields = raw_http2.grpc_headers(
                "/chasqui.v1.SyncService/Sync", giant="x" * size
            )
            giant.send(self.split(fields))
            giant.socket.settimeout(3)
            with contextlib.suppress(EOFError, ConnectionError, TimeoutError):
                while True:
                    kind, _, _, payload = giant.read()
                    self.assertNotEqual(kind, raw_http2.DATA, payload)
                    if kind != raw_http2.DATA:
                        break
            giant.close()
            plain = socket.create_connection(("127.0.0.1", http), 20)
            with self.context("http/1.1").wrap_socket(
                plain, server_hostname="localhost"
            ) as to:
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    to.sendall(
                        b"POST / HTTP/1.1\r\nhost: a\r\ngiant: "
                        + b"x" * size + b"\r\n\r\n"
                    )  # fmt: skip
                    self.assertIn(b" 431 ", to.recv(100))
        self.honest()

    @staticmethod
    def split(fields: bytes) -> bytes:
        """Headers of any size, in the frames of HTTP/2."""
        pieces = [fields[i : i + 16_000] for i in range(0, len(fields), 16_000)]
        out = b""
        for i, piece in enumerate(pieces):
            last = raw_http2.END_HEADERS if i == len(pieces) - 1 else 0
            kind = raw_http2.HEADERS if i == 0 else 9  # CONTINUATION
            out += raw_http2.frame(kind, last, 1, piece)
        return out

    def test_floods_of_streams(self) -> None:
        """Opened and reset at once, and opened and left."""
        context = self.context("h2")
        floods = [raw_http2.Http2(self.ports()[0], context) for _ in range(10)]
        for flood in floods:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                for i in range(2_000):
                    stream = 2 * i + 1
                    flood.open(stream, "/chasqui.v1.SyncService/SyncStream")
                    flood.send(
                        raw_http2.frame(
                            raw_http2.RST_STREAM, 0, stream, b"\0\0\0\x08"
                        )
                    )
        lefts = [raw_http2.Http2(self.ports()[0], context) for _ in range(10)]
        for left in lefts:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                for i in range(200):
                    left.open(2 * i + 1, "/chasqui.v1.SyncService/SyncStream")
        self.honest()
        for each in floods + lefts:
            each.close()

    def test_floods_of_requests_without_credentials(self) -> None:
        context = self.context("http/1.1")
        request = (
            b"POST /chasqui.v1.SyncService/Sync HTTP/1.1\r\nhost: a\r\n"
            b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
        )
        with contextlib.ExitStack() as stack:
            for _ in range(20):
                plain = socket.create_connection(
                    ("127.0.0.1", self.ports()[1]), 20
                )
                to = stack.enter_context(
                    context.wrap_socket(plain, server_hostname="localhost")
                )
                to.sendall(request * 200)
            self.honest()

    def test_guesses_from_one_address_hold_up_nobody_else(self) -> None:
        words = [
            "device", "init", "--device", "guess", "--pin", self.ca.pin(),
            "--server", f"https://{self.server.http_address}",
        ]  # fmt: skip
        said = ""
        for i in range(100):
            done = self.run_program(
                *words, "--store", self.path("guess"),
                "--code", f"AAAA-AAAA-AA{i:02}".replace("0", "B").replace("1", "C"),
            )  # fmt: skip
            self.assertNotEqual(done.returncode, 0)
            said = done.stderr
            if "20 a minute" in said:
                break
        self.assertIn("20 a minute", said)
        self.assertIn("try again in", said)
        # Who is let in already is not held up, and neither is who comes from
        # elsewhere: its code is looked at, and found wrong.
        self.honest()
        # One more may be tried every three seconds.
        said_here = [self.guess_from("127.0.0.1") for _ in range(40)]
        self.assertTrue(any(b" 429 " in said for said in said_here))
        self.assertIn(b" 401 ", self.guess_from("127.0.0.2"))

    def guess_from(self, address: str) -> bytes:
        """Says of itself that it comes from elsewhere, which is not believed."""
        body = (
            b'{"code": "AAAA-AAAA-AAAA", "device": "guess", "publicKey": "'
            + base64.b64encode(b"\x58" + b"\x66" * 31) + b'"}'
        )  # fmt: skip
        plain = socket.create_connection(
            ("127.0.0.1", self.ports()[1]), 20, source_address=(address, 0)
        )
        with self.context("http/1.1").wrap_socket(
            plain, server_hostname="localhost"
        ) as to:
            to.sendall(
                b"POST /chasqui.v1.AccessService/Enrol HTTP/1.1\r\nhost: a\r\n"
                b"content-type: application/json\r\n"
                b"x-forwarded-for: 192.0.2.9\r\nconnection-peer: 192.0.2.9\r\n"
                b"content-length: %d\r\n\r\n%b" % (len(body), body)
            )
            return to.recv(4096)


if __name__ == "__main__":
    program.main()
