#!/usr/bin/env python3
"""Kills the server under load, again and again, and looks for what is missing.

    kill_test.py --binary CHASQUI --into DIR [--cycles N] [--seed N]

Each cycle starts the server on the same database, lets devices save and sync
at once, and kills the server with -9 at a random moment; then `chasqui verify`
must find the database in order, with its state computed again from its log. At
the end the server is left alone, every outbox must become empty, and the
export must show, of each record, the last value that was saved: what a device
was told is accepted has left its outbox, so nothing else would bring it back.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import random
import shutil
import subprocess
import sys
import time
import uuid

DEVICES = 4
SAVES = 25  # of each device, in each cycle

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms"
        xmlns:h="http://www.w3.org/1999/xhtml">
  <h:head><h:title>Wells</h:title><model>
    <instance><data id="wells" version="1"><name/><depth/></data></instance>
    <bind nodeset="/data/name" type="string"/>
    <bind nodeset="/data/depth" type="int"/>
  </model></h:head>
  <h:body>
    <input ref="/data/name"><label>Name</label></input>
    <input ref="/data/depth"><label>Depth in metres</label></input>
  </h:body>
</h:html>
"""


class Server:
    """The program's server, on one database; killed or ended by its caller."""

    def __init__(self, binary: str, data: pathlib.Path) -> None:
        self._process = subprocess.Popen(
            [binary, "serve", "--data", str(data), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise SystemExit(f"the server did not start: {line!r}")
        self.address = line.split()[-1]

    def kill(self) -> None:
        """As a power cut does."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        self._process.terminate()
        if self._process.wait(timeout=30) != 0:
            raise SystemExit("the server did not end cleanly")


class Run:
    """One run of the test in a directory of its own."""

    def __init__(self, binary: str, into: pathlib.Path, seed: int) -> None:
        self.binary = binary
        self.into = into
        self.random = random.Random(seed)
        # What each record must show in the end.
        self.expected: dict[str, str] = {}

    def chasqui(self, *words: str) -> str:
        done = subprocess.run(
            [self.binary, *words], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SystemExit(
                f"chasqui {' '.join(words)}: {done.stdout}{done.stderr}"
            )
        return done.stdout

    def store(self, device: int) -> str:
        return str(self.into / f"device{device}")

    def create(self, server: Server) -> None:
        people = [
            {"name": f"enumerator{n}", "role": "ROLE_ENUMERATOR"}
            for n in range(DEVICES)
        ]
        config = {
            "title": "Wells",
            "durability": "DURABILITY_ACCEPTED",
            "people": people,
            "areas": [{"code": "north", "name": "North"}],
        }
        (self.into / "form.xml").write_text(FORM)
        (self.into / "config.json").write_text(json.dumps(config))
        self.chasqui(
            "survey", "create", "wells", "--form", str(self.into / "form.xml"),
            "--config", str(self.into / "config.json"),
            "--server", server.address,
        )  # fmt: skip
        for device in range(DEVICES):
            self.chasqui(
                "device", "init", "--store", self.store(device),
                "--device", f"tablet{device}",
                "--person", f"enumerator{device}",
                "--survey", "wells", "--server", server.address,
            )  # fmt: skip
            self.chasqui("device", "sync", "--store", self.store(device))

    def save(self, device: int) -> None:
        """New records, and new values for some of the device's own."""
        own = [r for r in self.expected if r.endswith(f"{device:02x}")]
        lines = []
        for _ in range(SAVES):
            value = str(self.random.randrange(10**6))
            if own and self.random.random() < 0.5:
                record = self.random.choice(own)
                lines.append({"edit": record, "set": {"depth": value}})
            else:
                raw = self.random.getrandbits(120).to_bytes(15, "big")
                record = str(uuid.UUID(bytes=raw + bytes([device])))
                own.append(record)
                lines.append(
                    {
                        "create": record,
                        "area": "north",
                        "set": {"name": "w", "depth": value},
                        "status": "submitted",
                    }
                )
            self.expected[record] = value
        path = self.into / f"edits{device}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.chasqui(
            "device", "edit", "--store", self.store(device), "--file", str(path)
        )

    def cycle(self, data: pathlib.Path) -> None:
        for device in range(DEVICES):
            self.save(device)
        server = Server(self.binary, data)
        syncs = [
            subprocess.Popen(
                [self.binary, "device", "sync", "--store", self.store(device),
                 "--server", server.address, "--timeout", "1"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for device in range(DEVICES)
        ]  # fmt: skip
        time.sleep(self.random.uniform(0.0, 0.15))
        server.kill()
        for sync in syncs:
            sync.wait()
        self.chasqui("verify", str(data), "--replay")

    def check(self, export: pathlib.Path) -> None:
        with open(export / "wells.csv", newline="", encoding="utf-8") as file:
            shown = {row["_id"]: row["depth"] for row in csv.DictReader(file)}
        missing = [r for r in self.expected if r not in shown]
        wrong = [
            r for r in self.expected if shown.get(r, "") != self.expected[r]
        ]
        extra = [r for r in shown if r not in self.expected]
        print(
            f"{len(self.expected)} records: {len(missing)} missing, "
            f"{len(wrong) - len(missing)} with another value, "
            f"{len(extra)} nobody made"
        )
        if missing or wrong or extra:
            raise SystemExit(f"lost or wrong: {(missing + wrong + extra)[:5]}")

    def finish(self, data: pathlib.Path) -> None:
        server = Server(self.binary, data)
        for device in range(DEVICES):
            store = self.store(device)
            self.chasqui(
                "device", "sync", "--store", store, "--until-empty",
                "--server", server.address,
            )  # fmt: skip
            if self.chasqui("device", "outbox", "--store", store, "--count") != "0\n":
                raise SystemExit(f"device {device} still has changes to send")
        self.chasqui(
            "export", "wells", "--format", "csv",
            "--to", str(self.into / "export"), "--server", server.address,
        )  # fmt: skip
        server.end()
        self.chasqui("verify", str(data), "--replay")
        self.check(self.into / "export")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--into", required=True, type=pathlib.Path)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    shutil.rmtree(arguments.into, ignore_errors=True)
    arguments.into.mkdir(parents=True)
    data = arguments.into / "server"
    run = Run(arguments.binary, arguments.into, arguments.seed)
    server = Server(arguments.binary, data)
    run.create(server)
    server.end()
    for _ in range(arguments.cycles):
        run.cycle(data)
    run.finish(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
