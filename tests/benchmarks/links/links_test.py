#!/usr/bin/env python3
"""Shows that links runs, prints every figure, finds nothing lost or twice there
and refuses what it must.

    links_test.py --binary LINKS

It works through small days in real time, over a link with losses, a cut and an
outage. No timing is looked at.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROTOCOLS = ("grpc", "grpc_unary", "http", "openrosa")
FIGURES = {
    "day_bytes": "B",
    "day_message_bytes": "B",
    "day_round_trips": "1",
    "day_retries": "1",
    "day_seconds": "s",
    "lost": "1",
    "duplicated": "1",
}

arguments = argparse.Namespace()


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([arguments.binary, *words], capture_output=True,
                          text=True, check=False)


class LinksTest(unittest.TestCase):

    def check_figures(self, done: subprocess.CompletedProcess, trace: str,
                      protocols: tuple[str, ...]) -> dict[str, float]:
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = [json.loads(line) for line in done.stdout.splitlines()]
        expected = {f"{trace}.{protocol}.{name}": unit
                    for protocol in protocols
                    for name, unit in FIGURES.items()}
        self.assertEqual({each["figure"]: each["unit"] for each in figures},
                         expected)
        self.assertEqual(len(figures), len(expected))
        values = {each["figure"]: each["value"] for each in figures}
        for protocol in protocols:
            of = f"{trace}.{protocol}"
            self.assertEqual(values[f"{of}.lost"], 0)
            self.assertEqual(values[f"{of}.duplicated"], 0)
            self.assertGreaterEqual(values[f"{of}.day_round_trips"], 5)
            # What is on the link has headers around it.
            self.assertGreater(values[f"{of}.day_bytes"], 0)
            self.assertIn(f"\n{trace:<24} {protocol}", done.stderr)
        return values

    def test_a_day_by_every_protocol(self) -> None:
        done = run("--quick", "--json")
        self.check_figures(done, "shaken_3g", PROTOCOLS)

    def test_a_link_is_as_slow_as_its_trace(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "far.trace").write_text("1 4000 4000 400 0\n")
            done = run("--quick", "--json", "--traces", folder, "--trace",
                       "far", "--protocol", "grpc", "--protocol", "http")
        values = self.check_figures(done, "far", ("grpc", "http"))
        for protocol in ("grpc", "http"):
            # Each of five syncs connects and asks: twice there and back.
            self.assertGreater(values[f"far.{protocol}.day_seconds"], 5 * 2 * 0.8)
            # A link that loses nothing is waited for, however far it is.
            self.assertEqual(values[f"far.{protocol}.day_retries"], 0)

    def test_without_namespaces_it_says_so(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "near.trace").write_text("1 4000 4000 10 0.5\n")
            done = run("--quick", "--json", "--proxy", "--traces", folder,
                       "--trace", "near")
        self.assertIn("TCP PROXY", done.stderr)
        self.check_figures(done, "near", PROTOCOLS)

    def refused(self, word: str, *words: str) -> None:
        done = run("--quick", *words)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(word, done.stderr)

    def test_refuses_what_it_does_not_know(self) -> None:
        self.refused("--fast", "--fast")
        self.refused("carrier_pigeon", "--protocol", "carrier_pigeon")
        self.refused("none of the traces", "--trace", "carrier_pigeon")
        self.refused("no_such_folder", "--traces", "no_such_folder")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    arguments = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
