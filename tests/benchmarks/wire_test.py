"""The benchmark `wire` prints every figure once, within its goals, and refuses
what it cannot use."""

import argparse
import json
import subprocess
import sys
import unittest

# Each figure, its unit, and the most it may be.
FIGURES = {
    "new_batch50_bytes": ("B", 75),
    "new_alone_bytes": ("B", None),  # its goal is for statistics of 100 areas
    "edit_bulk_bytes": ("B", 8),
    "sync_empty_bytes": ("B", 130),
    "sync_one_edit_bytes": ("B", 200),
    "encode_speed": ("MB/s", None),
    "decode_speed": ("MB/s", None),
}

arguments = argparse.Namespace()


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [arguments.binary, *words],
        capture_output=True,
        text=True,
        check=False,
    )


class WireTest(unittest.TestCase):

    def test_prints_every_figure_once_and_within_its_goal(self) -> None:
        done = run("--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(sorted(figure["figure"] for figure in figures),
                         sorted(FIGURES))
        for figure in figures:
            unit, most = FIGURES[figure["figure"]]
            self.assertEqual(figure["unit"], unit)
            self.assertGreater(figure["value"], 0)
            if unit == "B":
                self.assertGreater(figure["limit"], 0)
            if most is not None:
                self.assertLessEqual(figure["value"], most)
        for rival in ("xml", "json_gzip", "rows_gzip", "rows_zstd", "model"):
            self.assertIn(f"\n{rival} ", done.stderr)

    def test_refuses_a_file_that_is_not_there(self) -> None:
        done = run("--records", "no_such_file.csv")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no_such_file.csv", done.stderr)
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    arguments = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
