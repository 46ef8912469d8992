"""What a connection by TLS costs: the bytes and the round trips of a device's
first sync and of the next, which resumes the session, by both transports.

    tls_cost.py --binary CHASQUI [--json FILE]

A round trip is counted where the direction changes from down to up. gRPC resumes
within a process alone: its first connection is cut after an exchange, so that
the second is of the same process.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "integration"))

import certificates  # noqa: E402
import program  # noqa: E402


class CountingProxy:
    """Passes bytes on, and counts them, connection by connection."""

    def __init__(self, to: str) -> None:
        host, _, port = to.rpartition(":")
        self.to = (host, int(port))
        self.counts: list[dict[str, int]] = []
        self.cut_after_down = 0  # bytes; 0: never
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            near, _ = self.listening.accept()
            far = socket.create_connection(self.to)
            count = {"up": 0, "down": 0, "round_trips": 1, "last_up": 1}
            self.counts.append(count)
            for source, sink, way in ((near, far, "up"), (far, near, "down")):
                threading.Thread(
                    target=self._pump, args=(source, sink, way, count),
                    daemon=True,
                ).start()  # fmt: skip

    def _pump(self, source, sink, way: str, count: dict[str, int]) -> None:
        try:
            while piece := source.recv(65_536):
                count[way] += len(piece)
                up = way == "up"
                if up and not count["last_up"]:
                    count["round_trips"] += 1
                count["last_up"] = int(up)
                sink.sendall(piece)
                cut = self.cut_after_down
                if not up and cut and count["down"] >= cut:
                    self.cut_after_down = 0
                    break
        except OSError:
            pass
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def measure(binary: str, into: pathlib.Path) -> dict[str, dict[str, int]]:
    ca = certificates.Authority(into / "ca")
    chain, key = ca.issue("server")
    server = program.Server(
        binary, into / "data", "--http-listen", "127.0.0.1:0",
        "--tls-cert", str(chain), "--tls-key", str(key),
    )  # fmt: skip
    try:
        return run(binary, into, ca, server)
    finally:
        server.end()


def run(binary, into, ca, server) -> dict[str, dict[str, int]]:
    def ok(*words: str) -> None:
        done = program.run(binary, *words)
        assert done.returncode == 0, done.stderr

    (into / "form.xml").write_text(program.WELLS)
    (into / "config.json").write_text(json.dumps(program.config()))
    ok(
        "survey", "create", "wells", "--form", str(into / "form.xml"),
        "--config", str(into / "config.json"),
        "--server", f"unix:{into}/data/operator.sock",
    )  # fmt: skip
    found = {}
    for scheme, address in (
        ("https", server.http_address), ("grpcs", server.address)
    ):  # fmt: skip
        proxy = CountingProxy(address)
        store = str(into / scheme)
        ok(
            "device", "init", "--store", store, "--device", scheme,
            "--person", "amina", "--survey", "wells", "--pin", ca.pin(),
            "--server", f"{scheme}://{proxy.address}",
        )  # fmt: skip
        sync = ("device", "sync", "--store", store, "--timeout", "60")
        ok(*sync)  # with the form, which is not what is measured
        if scheme == "https":
            # As an app that has forgotten its session.
            subprocess.run(
                [sys.executable, "-c", FORGET, f"{store}/device.sqlite"],
                check=True,
            )  # fmt: skip
            proxy.counts.clear()
            ok(*sync)
            ok(*sync)
        else:
            proxy.counts.clear()
            ok(*sync)
            whole = proxy.counts[0]["down"]
            # How much a sync brings is not the same each time: it is cut
            # earlier until it has to go on over a second connection.
            for earlier in range(300, whole, 50):
                proxy.counts.clear()
                proxy.cut_after_down = whole - earlier
                ok(*sync)
                if len(proxy.counts) > 1:
                    break
        for name, count in zip(("first", "resumed"), proxy.counts):
            count.pop("last_up")
            found[f"{scheme}, {name}"] = count
    return found


FORGET = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    for (table,) in database.execute(
        "select name from sqlite_master where type = 'table'").fetchall():
        names = [row[1] for row in database.execute(
            f"pragma table_info({table})")]
        for name in names:
            database.execute(f"delete from {table} where {name} = ?",
                             ("tls session",))
            database.execute(f"delete from {table} where {name} = ?",
                             (b"tls session",))
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    into = pathlib.Path(tempfile.mkdtemp(prefix="chasqui-"))
    try:
        found = measure(arguments.binary, into)
    finally:
        shutil.rmtree(into)
    print(f"{'connection':<18}{'up':>8}{'down':>8}{'round trips':>14}")
    for name, count in found.items():
        print(f"{name:<18}{count['up']:>8}{count['down']:>8}"
              f"{count['round_trips']:>14}")  # fmt: skip
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(found, indent=1))
    # A session that is resumed shows no certificate: at least half a KiB.
    for scheme in ("https", "grpcs"):
        first, resumed = found[f"{scheme}, first"], found[f"{scheme}, resumed"]
        if resumed["down"] + 512 > first["down"]:
            print(f"{scheme}: the session is not resumed")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
