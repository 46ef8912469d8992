"""`chasqui serve --tls-cert`: what it takes, what it refuses, what it renews."""

import contextlib
import hashlib
import json
import shutil
import socket
import ssl
import time

import certificates
import program

GRPC, HTTP = "h2", "http/1.1"


class TlsTest(program.Story):
    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ca = certificates.Authority(cls.into / "ca")

    def setUp(self) -> None:
        chain, key = self.ca.issue("first")
        self.chain, self.key = self.into / "s.pem", self.into / "s.key"
        shutil.copy(chain, self.chain)
        shutil.copy(key, self.key)
        self.tls = program.Server(
            self.binary, self.into / f"data-{self._testMethodName}",
            "--http-listen", "127.0.0.1:0",
            "--tls-cert", str(self.chain), "--tls-key", str(self.key),
        )  # fmt: skip

    def tearDown(self) -> None:
        self.tls.end()

    def ports(self) -> dict[str, int]:
        return {
            GRPC: int(self.tls.address.rpartition(":")[2]),
            HTTP: int(self.tls.http_address.rpartition(":")[2]),
        }

    def connect(self, protocol: str, version: str = "") -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.ca.certificate)
        context.set_alpn_protocols([protocol])
        if version == "1.1":
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1_1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        elif version == "1.2":
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        plain = socket.create_connection(
            ("127.0.0.1", self.ports()[protocol]), timeout=10
        )
        return context.wrap_socket(plain, server_hostname="localhost")

    def shown(self, protocol: str) -> str:
        """The certificate that a port shows."""
        with self.connect(protocol) as connection:
            return hashlib.sha256(connection.getpeercert(True)).hexdigest()

    def await_shown(self, other_than: str) -> str:
        """What both ports show, once it is another."""
        until = time.monotonic() + 20
        while True:
            both = {self.shown(GRPC), self.shown(HTTP)}
            if len(both) == 1 and other_than not in both:
                return both.pop()
            self.assertLess(time.monotonic(), until, "it is not renewed")
            time.sleep(0.2)

    def await_event(self, event: str) -> None:
        until = time.monotonic() + 20
        while f'"event":"{event}"' not in self.tls.log.read_text():
            self.assertLess(time.monotonic(), until, f"it does not say {event}")
            time.sleep(0.2)

    def test_speaks_tls_1_2_and_1_3_alone(self) -> None:
        for protocol in (GRPC, HTTP):
            with self.connect(protocol) as connection:
                self.assertEqual(connection.version(), "TLSv1.3")
                self.assertEqual(connection.selected_alpn_protocol(), protocol)
            with self.connect(protocol, "1.2") as connection:
                self.assertEqual(connection.version(), "TLSv1.2")
            with self.assertRaises(ssl.SSLError):
                self.connect(protocol, "1.1")

    def test_answers_nothing_in_plain_text(self) -> None:
        for port in self.ports().values():
            with socket.create_connection(("127.0.0.1", port), 30) as plain:
                plain.sendall(b"POST / HTTP/1.1\r\nhost: a\r\n\r\n")
                try:
                    said = plain.recv(100)
                except ConnectionResetError:
                    said = b""
                self.assertNotIn(b"HTTP", said)

    def test_failed_handshakes_do_not_fill_the_log(self) -> None:
        """Of a hundred, some are told of, and how many more there were."""
        tried = 100
        for _ in range(tried):
            with socket.create_connection(
                ("127.0.0.1", self.ports()[GRPC]), 30
            ) as plain:
                plain.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
                with contextlib.suppress(ConnectionResetError):
                    while plain.recv(100):
                        pass
        self.tls.end()
        said = [
            json.loads(line) for line in self.tls.log.read_text().splitlines()
        ]
        told = [each for each in said if each["event"] == "gRPC"]
        more = sum(
            each["lines"] for each in said if each["event"] == "gRPC said more"
        )
        self.assertGreater(len(told), 0)
        # Two minutes may have begun.
        self.assertLessEqual(len(told), 40)
        self.assertGreaterEqual(len(told) + more, tried)

    def test_takes_a_renewed_certificate(self) -> None:
        first = self.shown(GRPC)
        self.assertEqual(self.shown(HTTP), first)
        with self.connect(HTTP) as open_before:
            chain, key = self.ca.issue("second")
            shutil.copy(chain, self.chain)
            shutil.copy(key, self.key)
            self.await_shown(other_than=first)
            # What is open goes on.
            open_before.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            self.assertIn(b" 404 ", open_before.recv(100))

    def test_keeps_the_last_pair_where_the_next_is_none(self) -> None:
        first = self.shown(GRPC)
        shutil.copy(self.ca.issue("third")[0], self.chain)  # of another key
        self.await_event("certificate not taken")
        self.assertIn("is not the key of", self.tls.log.read_text())
        self.chain.write_text("no certificate")
        time.sleep(3)  # as long as both ports take to look again
        self.assertEqual(self.shown(GRPC), first)
        self.assertEqual(self.shown(HTTP), first)
        chain, key = self.ca.issue("third")
        shutil.copy(chain, self.chain)
        shutil.copy(key, self.key)
        self.await_shown(other_than=first)

    def test_says_when_it_expires(self) -> None:
        self.await_event("certificate expires")
        shutil.copy(self.ca.issue("first", expires=-60)[0], self.chain)
        self.await_event("certificate has expired")


class BadFilesTest(program.Story):
    serves = False

    def refused(self, *words: str, saying: list[str]) -> None:
        self.fails(
            "serve", "--data", self.path("data"), "--listen", "127.0.0.1:0",
            *words, saying=saying,
        )  # fmt: skip

    def test_names_the_file_that_is_wrong(self) -> None:
        ca = certificates.Authority(self.into / "ca")
        chain, key = map(str, ca.issue("one"))
        other = str(ca.issue("two")[1])
        text = self.write("text", "text")
        large = self.write("large", "x" * 65_537)
        locked = self.path("locked.key")
        certificates.openssl(
            "pkey", "-in", key, "-aes256", "-passout", "pass:a", "-out", locked
        )
        for cert, its_key, saying in (
            (chain, self.path("none"), [self.path("none"), "cannot be read"]),
            (text, key, [text, "no certificate"]),
            (chain, text, [text, "no private key"]),
            (chain, locked, [locked, "without a password"]),
            (chain, other, [other, "not the key of", chain]),
            (large, key, [large, "65536 bytes"]),
        ):
            self.refused(
                "--tls-cert", cert, "--tls-key", its_key, saying=saying
            )
        self.refused("--tls-cert", chain, saying=["--tls-key"])

    def test_tls_lets_it_listen_everywhere(self) -> None:
        ca = certificates.Authority(self.into / "ca2")
        chain, key = map(str, ca.issue("one"))
        self.refused(
            "--http-listen", "0.0.0.0:0",
            saying=["0.0.0.0:0", "--tls-cert", "--behind-proxy"],
        )  # fmt: skip
        program.Server(
            self.binary, self.into / "far", "--http-listen", "0.0.0.0:0",
            "--tls-cert", chain, "--tls-key", key, listen="0.0.0.0:0",
        ).end()  # fmt: skip


if __name__ == "__main__":
    program.main()
