#!/usr/bin/env python3
"""Shows that sync_load runs, prints every figure once and refuses what it must.

    sync_load_test.py --binary SYNC_LOAD

It checks by itself that every record arrived. No timing is looked at: a figure
is there and is a number.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

FIGURES = {
    "new_records": "1/s",
    "field_edits": "1/s",
    "first_pull": "1/s",
    "first_pull_sqlite": "1/s",
    "empty_pull": "1/s",
    "roster_edit_ratio": "1",
    "exchange_p50_ms": "ms",
    "exchange_p99_ms": "ms",
    "server_rss_mb": "MB",
    "fsyncs": "1",
}
# Figures of which the machine's limit is measured.
LIMITED = {"new_records", "field_edits", "exchange_p50_ms", "exchange_p99_ms"}

arguments = argparse.Namespace()


def run(*words: str, cwd: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [arguments.binary, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


class SyncLoadTest(unittest.TestCase):

    def refused(self, word: str, *words: str) -> None:
        done = run("--quick", *words)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_prints_every_figure_once(self) -> None:
        with tempfile.TemporaryDirectory() as elsewhere:
            done = run("--quick", "--json", cwd=elsewhere)
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = [json.loads(line) for line in done.stdout.splitlines()]
        units = {figure["figure"]: figure["unit"] for figure in figures}
        self.assertEqual(units, FIGURES)
        self.assertEqual(len(figures), len(FIGURES))
        for figure in figures:
            name = figure["figure"]
            self.assertGreater(figure["value"], 0, name)
            self.assertEqual("limit" in figure, name in LIMITED, name)
            self.assertEqual("ratio" in figure, name in LIMITED, name)
            self.assertIn(f"\n{name} ", done.stderr)

    def test_refuses_what_it_does_not_know(self) -> None:
        self.refused("--fast", "--fast")

    def test_refuses_a_file_that_is_not_there(self) -> None:
        self.refused("no_such_file.csv", "--records", "no_such_file.csv")

    def test_says_which_columns_are_missing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "other.csv"
            path.write_text("uuid,colour\n1,red\n", encoding="utf-8")
            self.refused("missing: access_clinic", "--records", str(path))
            self.refused("not in the mapping: colour", "--records", str(path))

    def test_refuses_a_file_that_is_not_packed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "plain.csv.zst"
            path.write_text("uuid\n1\n", encoding="utf-8")
            self.refused("plain.csv.zst", "--records", str(path))

    @unittest.skipUnless(pathlib.Path("/dev/shm").is_dir(), "no tmpfs here")
    def test_refuses_to_work_in_memory(self) -> None:
        self.refused("in memory", "--dir", "/dev/shm")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    arguments = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
