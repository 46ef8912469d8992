#!/usr/bin/env python3
"""Shows that export_speed runs, prints every figure once and refuses what it must.

    export_speed_test.py --binary CHASQUI

No timing is looked at: a figure is there and is a number.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import subprocess
import sys
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent / "export_speed.py"
FIGURES = {
    "export_rows": "1/s",
    "export_rss_mb": "MB",
    "server_rss_mb": "MB",
    "increment_seconds": "s",
    "sync_slowdown": "1",
}

arguments = argparse.Namespace()


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-B", str(SCRIPT), "--binary", arguments.binary, *words],
        capture_output=True,
        text=True,
        check=False,
    )


class ExportSpeedTest(unittest.TestCase):
    def test_prints_every_figure_once(self) -> None:
        done = run("--schools", "200", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({f["figure"]: f["unit"] for f in figures}, FIGURES)
        self.assertEqual(len(figures), len(FIGURES))
        for figure in figures:
            self.assertTrue(math.isfinite(figure["value"]), figure)
        self.assertGreater(figures[0]["limit"], 0)
        self.assertGreater(figures[0]["ratio"], 0)

    def test_refuses_no_schools(self) -> None:
        done = run("--schools", "0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--schools", done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
