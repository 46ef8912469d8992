#!/usr/bin/env python3
"""Kills the server under load, again and again, and looks for what is missing.

    kill_test.py --binary CHASQUI --into DIR [--server PROGRAM] [--neglect-log]
                 [--cycles N] [--seed N]

Each cycle starts the server on the same database, lets devices save and sync
at once, again and again, and kills the server with -9 at a random moment, and
some of the devices too; then `chasqui verify`
must find the database in order, with its state computed again from its log. At
the end the server is left alone, every outbox must become empty, and the
export must show, of each record, the last value that was saved: what a device
was told is accepted has left its outbox, so nothing else would bring it back.

The operating system outlives a kill and writes what it was handed, so a kill
alone does not show a missing fsync. With --server forgetful_chasqui the same
cycles run on a disk that loses at a kill what was not synced. That this finds
something is shown by --neglect-log: then the log is not synced, and the test
passes only if it finds that changes are lost.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import random
import shutil
import subprocess
import sys
import threading
import time
import uuid

import program

DEVICES = 4
SAVES = 10  # of each device, before each of its syncs


class Lost(Exception):
    """Something is not there that was accepted."""


class Device:
    """A device of its own person, which makes records and changes them."""

    def __init__(self, run: Run, number: int) -> None:
        self.run = run
        self.number = number
        self.store = str(run.into / f"device{number}")
        self.random = random.Random(f"{run.seed} {number}")
        # What each of its records must show in the end.
        self.expected: dict[str, str] = {}
        self.syncs = 0  # Those that ended with everything accepted.
        self.syncing: subprocess.Popen | None = None

    def create(self, server: program.Server) -> None:
        self.run.chasqui(
            "device", "init", "--store", self.store,
            "--device", f"tablet{self.number}",
            "--person", f"enumerator{self.number}",
            "--survey", "wells", "--server", server.address,
        )  # fmt: skip
        self.run.chasqui("device", "sync", "--store", self.store)

    def save(self) -> None:
        """New records, and new values for some of its own."""
        lines = []
        for _ in range(SAVES):
            value = str(self.random.randrange(10**6))
            if self.expected and self.random.random() < 0.5:
                record = self.random.choice(list(self.expected))
                lines.append({"edit": record, "set": {"depth": value}})
            else:
                record = str(uuid.UUID(int=self.random.getrandbits(128)))
                lines.append(
                    {
                        "create": record,
                        "area": "north",
                        "set": {"name": "w", "depth": value},
                        "status": "submitted",
                    }
                )
            self.expected[record] = value
        path = self.run.into / f"edits{self.number}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.run.chasqui(
            "device", "edit", "--store", self.store, "--file", str(path)
        )

    def work(self, address: str, stop: threading.Event) -> None:
        """Saves and syncs, until told to stop."""
        while not stop.is_set():
            self.save()
            self.syncing = subprocess.Popen(
                [self.run.binary, "device", "sync", "--store", self.store,
                 "--server", address, "--timeout", "1"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            if self.syncing.wait() == 0:
                self.syncs += 1

    def stop(self) -> None:
        """Now and then the device dies with the server."""
        if self.syncing is not None and self.random.random() < 0.9:
            self.syncing.kill()

    def outbox(self) -> int:
        return int(
            self.run.chasqui(
                "device", "outbox", "--store", self.store, "--count"
            )
        )


class Run:
    """One run of the test in a directory of its own."""

    def __init__(
        self, binary: str, server: str, into: pathlib.Path, seed: int
    ) -> None:
        self.binary = binary
        self.server = server
        self.into = into
        self.seed = seed
        self.data = into / "server"
        self.random = random.Random(seed)
        self.devices = [Device(self, n) for n in range(DEVICES)]

    def chasqui(self, *words: str) -> str:
        done = program.run(self.binary, *words)
        if done.returncode != 0:
            said = f"chasqui {' '.join(words)}: {done.stdout}{done.stderr}"
            if "is not on this device" in said:
                raise Lost(said)
            raise SystemExit(said)
        return done.stdout

    def create(self) -> None:
        """The survey, and devices that know it."""
        server = program.Server(self.server, self.data)
        people = {
            f"enumerator{n}": ("ENUMERATOR", ["north"]) for n in range(DEVICES)
        }
        (self.into / "form.xml").write_text(program.WELLS)
        (self.into / "config.json").write_text(
            json.dumps(program.config(people))
        )
        self.chasqui(
            "survey", "create", "wells", "--form", str(self.into / "form.xml"),
            "--config", str(self.into / "config.json"),
            "--server", server.address,
        )  # fmt: skip
        for device in self.devices:
            device.create(server)
        server.end()

    def wait_for_work(self) -> None:
        """Until something has been accepted, and then for a moment."""
        enough = self.syncs() + self.random.randint(1, DEVICES)
        give_up = time.monotonic() + 10
        while self.syncs() < enough and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(self.random.uniform(0.0, 0.2))

    def cycle(self, **env: str) -> None:
        server = program.Server(self.server, self.data, **env)
        stop = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(DEVICES) as pool:
            work = [
                pool.submit(device.work, server.address, stop)
                for device in self.devices
            ]
            self.wait_for_work()
            server.kill()
            stop.set()
            for device in self.devices:
                device.stop()
        for done in work:
            done.result()
        self.chasqui("verify", str(self.data), "--replay")

    def syncs(self) -> int:
        return sum(device.syncs for device in self.devices)

    def check(self, export: pathlib.Path) -> None:
        """Whether all records are as they were left."""
        shown = {row["_id"]: row["depth"] for row in program.exported(export, "wells")}
        expected: dict[str, str] = {}
        for device in self.devices:
            expected |= device.expected
        missing = [r for r in expected if r not in shown]
        wrong = [r for r in expected if shown.get(r, expected[r]) != expected[r]]
        extra = [r for r in shown if r not in expected]
        said = (
            f"{self.syncs()} syncs ended before a kill; "
            f"{len(expected)} records: {len(missing)} missing, "
            f"{len(wrong)} with another value, {len(extra)} nobody made"
        )
        if missing or wrong or extra:
            raise Lost(f"{said}, such as {(missing + wrong + extra)[:5]}")
        print(said)

    def finish(self) -> None:
        """Lets everything arrive, and looks at it."""
        server = program.Server(self.server, self.data)
        for device in self.devices:
            self.chasqui(
                "device", "sync", "--store", device.store,
                "--until-empty", "--server", server.address,
            )  # fmt: skip
            if device.outbox() != 0:
                raise SystemExit("there are still changes to send")
        self.chasqui(
            "export", "wells", "--format", "csv",
            "--to", str(self.into / "export"), "--server", server.address,
        )  # fmt: skip
        server.end()
        self.chasqui("verify", str(self.data), "--replay")
        self.check(self.into / "export")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--server", help="instead of the binary")
    parser.add_argument("--neglect-log", action="store_true")
    parser.add_argument("--into", required=True, type=pathlib.Path)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    shutil.rmtree(arguments.into, ignore_errors=True)
    arguments.into.mkdir(parents=True)
    env = {}
    if arguments.neglect_log:
        disk = arguments.into / "disk"
        disk.write_text("neglect-log\n")
        env["CHASQUI_TEST_DISK"] = str(disk)
    server = arguments.server or arguments.binary
    run = Run(arguments.binary, server, arguments.into, arguments.seed)
    run.create()
    try:
        for _ in range(arguments.cycles):
            run.cycle(**env)
        run.finish()
    except Lost as lost:
        print(lost)
        return 0 if arguments.neglect_log else 1
    if arguments.neglect_log:
        raise SystemExit("the log was not synced, and nobody noticed")
    if run.syncs() < arguments.cycles:
        raise SystemExit("the kills came before anything was accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
