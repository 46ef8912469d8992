#!/usr/bin/env python3
"""How fast is a whole export as Parquet, how fast an increment, in how much
memory, and what do syncs lose meanwhile?

    export_speed.py --binary CHASQUI [--schools N] [--json]

The real server over loopback gRPC, with N records made from the real ones of the
demo's extract (their answers, under new ids). The limit, of the same run, is
DuckDB: COPY to Parquet (zstd) of the same tables from its own storage, those of
the history too, in which each answer is once more. Figures:

  export_rows         1/s, records a second of a whole export; limit: DuckDB's
  export_rss_mb       MB, the most that the exporting process held
  server_rss_mb       MB, how much more the server held than before
  increment_seconds   s, an increment of 1,000 changed records (or all, if fewer)
  sync_slowdown       1, seconds that 1,000 edits took by a device while an
                      export went on, to those they took without
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
import tempfile
import time
import uuid

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "deploy" / "demo"
sys.path.insert(0, str(DEMO))
sys.path.insert(0, str(HERE.parent / "integration"))

import program  # noqa: E402
import release  # noqa: E402

SURVEY = "census"
EDITS = 1000
PERSON = "bench"  # who makes them, in an area of that name
REGISTER = 50_000  # schools of one file


def peak_mb(pid: int) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Census:
    """Many schools at a server."""

    def __init__(self, binary: str, into: pathlib.Path, schools: int):
        self.binary, self.into, self.schools = binary, into, schools
        self.server = program.Server(binary, into / "data")
        self.ok("survey", "create", SURVEY, "--form", str(DEMO / "census.xml"),
                "--config", str(self.config()))  # fmt: skip
        self.import_registers()
        self.store = str(into / "device")
        self.ok("device", "init", "--store", self.store, "--device", "bench",
                "--person", PERSON, "--survey", SURVEY,
                "--server", self.server.address)  # fmt: skip
        self.sync()

    def ok(self, *words: str) -> str:
        done = program.run(self.binary, *words, CHASQUI_SERVER=self.server.office)
        if done.returncode != 0:
            raise SystemExit(f"{words}: {done.stderr}")
        return done.stdout

    def sync(self) -> float:
        start = time.monotonic()
        self.ok("device", "sync", "--store", self.store, "--until-empty",
                "--server", self.server.address)  # fmt: skip
        return time.monotonic() - start

    def config(self) -> pathlib.Path:
        """That of the demo, with somebody who works where nobody else does."""
        config = json.loads((DEMO / "survey.json").read_text(encoding="utf-8"))
        top = next(area["code"] for area in config["areas"] if not area["parent"])
        config["areas"].append({"code": PERSON, "name": PERSON, "parent": top})
        config["people"].append(
            {"name": PERSON, "role": "ROLE_ENUMERATOR", "areas": [PERSON]}
        )
        path = self.into / "survey.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        return path

    def import_registers(self) -> None:
        """In parts, since a register has its limit."""
        mapping = release.read_mapping()
        paths = [
            path
            for path in release.field_types(mapping)
            if any(c.path == path and c.year == "2014" for c in mapping)
        ]
        real = list(release.read_release("2014", mapping).values())
        drawn = random.Random(1)
        self.ids = [str(uuid.UUID(int=drawn.getrandbits(128), version=4))
                    for _ in range(self.schools)]  # fmt: skip
        path = self.into / "register.csv"
        for first in range(0, self.schools, REGISTER):
            with open(path, "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["id", "area", *paths])
                for i, each in enumerate(self.ids[first : first + REGISTER], first):
                    school = real[i % len(real)]
                    answers = [school.answers.get(path, "") for path in paths]
                    area = PERSON if i < EDITS else school.area
                    writer.writerow([each, area, *answers])
            self.ok("survey", "import-register", SURVEY, str(path),
                    "--id", "id", "--area", "area")  # fmt: skip

    def edit(self, value: int) -> None:
        """Another figure in so many schools, on the device."""
        path = self.into / "edits.jsonl"
        path.write_text("".join(
            json.dumps({"edit": each, "set": {"num_tchrs/num_tchrs_total": str(value)}})
            + "\n" for each in self.ids[:EDITS]
        ))  # fmt: skip
        self.ok("device", "edit", "--store", self.store, "--file", str(path))

    def export(self, to: str) -> tuple[float, float]:
        """Seconds and MB."""
        start = time.monotonic()
        process = self.begin_export(to)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, peak_mb(process.pid))
            time.sleep(0.01)
        if process.returncode != 0:
            raise SystemExit(process.communicate()[1])
        return time.monotonic() - start, peak

    def begin_export(self, to: str) -> subprocess.Popen:
        return program.start(self.binary, "export", SURVEY, "--format", "parquet",
                             "--to", str(self.into / to),
                             "--server", self.server.office)  # fmt: skip


def duckdb_seconds(into: pathlib.Path) -> float:
    """COPY of each table out of DuckDB's own storage."""
    files = sorted((into / "whole").glob("*/000001.parquet"))
    with duckdb.connect(str(into / "limit.duckdb")) as database:
        for i, file in enumerate(files):
            database.execute(f"CREATE TABLE t{i} AS SELECT * FROM '{file}'")
        database.execute("CHECKPOINT")
        start = time.monotonic()
        for i in range(len(files)):
            database.execute(
                f"COPY t{i} TO '{into}/limit-{i}.parquet'"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
        return time.monotonic() - start


def sync_slowdown(census: Census) -> float:
    census.edit(1001)
    alone = census.sync()
    census.edit(1002)
    process = census.begin_export("beside")
    beside = census.sync()
    process.kill()
    process.communicate()
    return beside / alone


def measure(binary: str, into: pathlib.Path, schools: int) -> list[dict]:
    census = Census(binary, into, schools)
    before = peak_mb(census.server.process.pid)
    seconds, peak = census.export("whole")
    server = peak_mb(census.server.process.pid) - before
    limit = duckdb_seconds(into)
    census.edit(1000)
    census.sync()
    increment, _ = census.export("whole")
    slowdown = sync_slowdown(census)
    census.server.end()
    return [
        {"figure": "export_rows", "value": schools / seconds, "unit": "1/s",
         "limit": schools / limit, "ratio": limit / seconds},
        {"figure": "export_rss_mb", "value": peak, "unit": "MB"},
        {"figure": "server_rss_mb", "value": server, "unit": "MB"},
        {"figure": "increment_seconds", "value": increment, "unit": "s"},
        {"figure": "sync_slowdown", "value": slowdown, "unit": "1"},
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--schools", type=int, default=68_334)
    parser.add_argument("--json", action="store_true", help="figures as JSON, a line each")
    options = parser.parse_args()
    if options.schools < 1:
        parser.error("--schools must be at least 1")
    into = pathlib.Path(tempfile.mkdtemp(prefix="chasqui-"))
    try:
        figures = measure(options.binary, into, options.schools)
    finally:
        shutil.rmtree(into)
    if options.json:
        for figure in figures:
            print(json.dumps(figure))
        return
    for figure in figures:
        ratio = figure.get("ratio")
        beside = f"  ({ratio:.2f} of DuckDB)" if ratio else ""
        print(f"{figure['figure']:18} {figure['value']:12.2f} {figure['unit']}{beside}")


if __name__ == "__main__":
    main()
