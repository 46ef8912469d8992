"""deploy/nginx/chasqui.conf as it is, between the real device and the server."""

from __future__ import annotations

import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time

import certificates
import program
import raw_http2
from program import record

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy/nginx"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
NOBODY = 65_534
IDLE_S = 65


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Nginx:
    """With the configuration that is deployed, but for the places marked."""

    def __init__(self, into: pathlib.Path, grpc: str, http: str) -> None:
        self.into, self.port = into, free_port()
        subprocess.run(
            [DEPLOY / "renew_ticket_keys.sh", into], check=True, timeout=30
        )
        (into / "nginx.conf").write_text(self._config(grpc, http))
        self.nobody = {}
        if os.geteuid() == 0:
            self.nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self._give()
        self.process = subprocess.Popen(
            [*self._words(), "-g", "daemon off;"],
            stderr=subprocess.DEVNULL,
            **self.nobody,
        )
        self._await()

    def _words(self) -> list[str]:
        return [NGINX, "-p", str(self.into), "-c", str(self.into / "nginx.conf"),
                "-e", str(self.into / "error.log")]  # fmt: skip

    def _config(self, grpc: str, http: str) -> str:
        text = (DEPLOY / "chasqui.conf").read_text()
        for there, here in (
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"),
            ("listen [::]:443 ssl http2;", ""),
            ("127.0.0.1:7707", grpc),
            ("127.0.0.1:7708", http),
            ("/etc/chasqui/tls/", f"{self.into}/"),
            ("/var/log/nginx/", f"{self.into}/"),
        ):
            assert there in text, there
            text = text.replace(there, here)
        temp = "".join(
            f"{kind}_temp_path {self.into}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"worker_processes 1;\npid {self.into}/pid;\n"
            "worker_shutdown_timeout 20s;\n"
            "events { worker_connections 1024; }\n"
            f"http {{\n{temp}{text}}}\n"
        )

    def _give(self) -> None:
        if os.geteuid() != 0:
            return
        for path in [self.into, *self.into.iterdir()]:
            os.chown(path, NOBODY, NOBODY)

    def _await(self) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                assert self.process.poll() is None, self.errors()
                assert time.monotonic() < until, self.errors()
                time.sleep(0.1)

    def errors(self) -> str:
        return (self.into / "error.log").read_text()

    def show(self, chain: pathlib.Path, key: pathlib.Path) -> None:
        shutil.copy(chain, self.into / "server.pem")
        shutil.copy(key, self.into / "server.key")
        self._give()

    def reload(self) -> None:
        subprocess.run(
            [*self._words(), "-s", "reload"],
            check=True, timeout=30, **self.nobody,
        )  # fmt: skip
        time.sleep(1)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


class NginxTest(program.Story):
    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        if NGINX is None:
            raise cls.failureException("no nginx: deploy/setup.sh --test")
        super().setUpClass()
        cls.into.chmod(0o755)
        cls.ca = certificates.Authority(cls.into / "ca")
        cls.server = program.Server(
            cls.binary, cls.into / "data", "--http-listen", "127.0.0.1:0",
            "--behind-proxy",
        )  # fmt: skip
        place = cls.into / "nginx"
        place.mkdir()
        for name, file in zip(("pem", "key"), cls.ca.issue("server")):
            shutil.copy(file, place / f"server.{name}")
        cls.nginx = Nginx(place, cls.server.address, cls.server.http_address)
        cls("tell").create("wells")
        cls.at = f"127.0.0.1:{cls.nginx.port}"

    @classmethod
    def tearDownClass(cls) -> None:
        cls.nginx.end()
        super().tearDownClass()

    def tablet(self, name: str, scheme: str, person: str = "amina") -> str:
        store = self.path(f"tablet-{name}")
        self.ok(
            "device", "init", "--store", store, "--device", name,
            "--person", person, "--survey", "wells",
            "--server", f"{scheme}://{self.at}", "--pin", self.ca.pin(),
        )  # fmt: skip
        self.sync(store)
        return store

    def log(self) -> str:
        return (self.nginx.into / "chasqui.log").read_text()

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca.certificate)

    def http2(self) -> raw_http2.Http2:
        context = self.context()
        context.set_alpn_protocols(["h2"])
        return raw_http2.Http2(self.nginx.port, context)

    def test_uploads_and_news_by_both(self) -> None:
        for number, scheme in ((1, "grpcs"), (2, "https")):
            store = self.tablet(scheme, scheme)
            # More than one message holds.
            saves = [
                program.creation(record(number * 1000 + i), "north", "x" * 500, i)
                for i in range(900)
            ]
            self.edit(store, *saves)
            self.sync(store)
            self.assertEqual(
                self.ok("device", "outbox", "--store", store, "--count"), "0\n"
            )
            self.assertIn(record(number * 1000 + 899),
                          self.ok("record", "list", "wells"))  # fmt: skip
            other = self.tablet(f"{scheme}-reads", scheme, "sani")
            self.assertIn(
                record(number * 1000 + 5),
                self.ok("device", "list", "--store", other),
            )
        self.assertIn("HTTP/2.0 TLSv1.3", self.log())
        self.assertIn("HTTP/1.1 TLSv1.3", self.log())

    def test_the_office(self) -> None:
        listed = self.ok(
            "survey", "list", "--server", f"grpcs://{self.at}",
            "--ca", str(self.ca.certificate),
        )  # fmt: skip
        self.assertIn("wells", listed)

    def test_a_stream_that_is_idle_for_over_a_minute(self) -> None:
        open_stream = self.http2()
        open_stream.open(
            1, "/chasqui.v1.SyncService/SyncStream", chasqui_device="idle"
        )
        time.sleep(IDLE_S)
        open_stream.send(
            raw_http2.frame(raw_http2.DATA, 0, 1, raw_http2.message())
        )
        while True:
            kind, flags, stream, _ = open_stream.read()
            self.assertFalse(flags & raw_http2.END_STREAM, "it has ended")
            if (kind, stream) == (raw_http2.DATA, 1):
                break
        open_stream.close()

    def test_is_reloaded_under_load(self) -> None:
        """Nothing is lost, and no call fails that was under way."""
        stores = [self.tablet(f"load-{i}", "grpcs" if i % 2 else "https")
                  for i in range(4)]  # fmt: skip
        failed: list[str] = []

        def work(i: int) -> None:
            for round_ in range(6):
                number = 10_000 + i * 100 + round_
                path = self.write(f"load-{i}.jsonl", (
                    program.json.dumps(program.creation(
                        record(number), "north", "L", round_)) + "\n"
                ))  # fmt: skip
                for words in (
                    ["edit", "--file", path], ["sync", "--timeout", "60"]
                ):
                    done = program.run(
                        self.binary, "device", words[0], "--store", stores[i],
                        *words[1:],
                    )  # fmt: skip
                    if done.returncode != 0:
                        failed.append(done.stderr)

        open_stream = self.http2()
        open_stream.open(
            1, "/chasqui.v1.SyncService/SyncStream", chasqui_device="reloaded"
        )
        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            subprocess.run(
                [DEPLOY / "renew_ticket_keys.sh", self.nginx.into], check=True
            )
            self.nginx._give()
            self.nginx.reload()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        # One that was open before goes on, with the worker that has it.
        listed = self.ok("record", "list", "wells")
        for i in range(4):
            for round_ in range(6):
                self.assertIn(record(10_000 + i * 100 + round_), listed)
        open_stream.close()

    def test_a_ticket_outlives_a_reload(self) -> None:
        store = self.tablet("ticket", "https")
        self.nginx.reload()
        before = len(self.log())
        self.sync(store)
        # $ssl_session_reused is "r" where it was.
        self.assertIn("HTTP/1.1 TLSv1.3 r ", self.log()[before:])

    def test_a_certificate_expires_and_is_renewed(self) -> None:
        store = self.path("tablet-expires")
        self.nginx.show(*self.ca.issue("short", expires=8))
        self.nginx.reload()
        try:
            self.ok(
                "device", "init", "--store", store, "--device", "expires",
                "--person", "amina", "--survey", "wells",
                "--server", f"grpcs://{self.at}",
                "--ca", str(self.ca.certificate),
            )  # fmt: skip
            self.sync(store)
            time.sleep(9)
            self.edit(store, program.creation(record(3), "north", "E", 1))
            self.fails(
                "device", "sync", "--store", store, "--timeout", "10",
                saying=["expired", "Nothing was sent"],
            )  # fmt: skip
        finally:
            self.nginx.show(*self.ca.issue("server"))
            self.nginx.reload()
        self.sync(store)
        self.assertIn(record(3), self.ok("record", "list", "wells"))

    def test_refuses_what_is_old_or_plain(self) -> None:
        context = self.context()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        plain = socket.create_connection(("127.0.0.1", self.nginx.port), 10)
        with self.assertRaises((ssl.SSLError, ConnectionResetError)):
            context.wrap_socket(plain, server_hostname="localhost")
        with socket.create_connection(("127.0.0.1", self.nginx.port), 10) as to:
            to.sendall(b"POST / HTTP/1.1\r\nhost: a\r\n\r\n")
            self.assertIn(b" 400 ", to.recv(1000))
        self.fails(
            "device", "init", "--store", self.path("plain"), "--device",
            "plain", "--server", f"http://{self.at}", "--code", "K7QP-2MXV-9TRD",
            saying=["400"],
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
