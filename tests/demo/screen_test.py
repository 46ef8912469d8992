"""The live table and the totals at the end."""

import contextlib
import io
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import demo_folder
import table
import traffic

PROGRESS = {
    "total": {"submitted": "7", "approved": "1", "assigned": "2", "open": "3"},
    "lines": [
        {"key": "state", "title": "State"},
        {
            "key": "a",
            "title": "Area A",
            "parent": "state",
            "submitted": "1200",
            "open": "1",
            "decided": "4",
            "draft": "2",
            "held": "5",
        },
        {"key": "b", "parent": "state", "returned": "6"},
    ],
}


class TableTest(unittest.TestCase):
    def test_areas_with_none_below_them(self):
        self.assertEqual(
            table.leaves(PROGRESS),
            [table.Line("Area A", 1200, 5, 7), table.Line("b", 0, 0, 6)],
        )

    def test_picture(self):
        rows = table.picture(PROGRESS)
        self.assertRegex(rows[1], r"^Area A +1,200 +5 +7 +b +0 +0 +6$")
        self.assertIn(" 80 %", rows[-1])
        self.assertIn("8 schools done, 3 conflicts, 2 waiting", rows[-1])

    def test_bar_is_never_more_than_full(self):
        self.assertEqual(table.bar(0, 0, 4), "[....]   0 %")
        self.assertEqual(table.bar(1, 2, 4), "[##..]  50 %")
        self.assertEqual(table.bar(9, 2, 4), "[####] 100 %")

    def drawn(self, in_place, *states):
        screen, output = table.Screen(in_place), io.StringIO()
        with contextlib.redirect_stdout(output):
            for progress, notes in states:
                screen.draw(progress, notes)
        return output.getvalue()

    def test_lines_say_only_what_is_new(self):
        text = self.drawn(
            False, (None, []), (PROGRESS, ["x"]), (PROGRESS, ["x", "y"])
        )
        self.assertEqual(
            [line.strip() for line in text.splitlines()],
            ["no server", "x", "8 schools done, 3 conflicts, 2 waiting", "y"],
        )

    def test_a_terminal_is_drawn_in_place(self):
        text = self.drawn(True, (PROGRESS, []), (PROGRESS, ["x"]))
        height = len(table.picture(PROGRESS))
        self.assertIn(f"\x1b[{height}A", text)
        self.assertTrue(text.endswith("x\x1b[K\n"))

    def test_a_command_that_fails_or_talks_nonsense_is_no_answer(self):
        for script in ("raise SystemExit(1)", "print('{')", "print(1)"):
            self.assertIsNone(table.ask([sys.executable, "-c", script]))

    def test_the_program_draws_a_last_time_when_told_to_end(self):
        script = f"print({json.dumps(json.dumps(PROGRESS))})"
        command = [sys.executable, "-B", demo_folder.FOLDER / "table.py", "--every", "30"]
        with subprocess.Popen(
            [*command, "--", sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            self.assertIn("8 schools done", program.stdout.readline())
            program.send_signal(signal.SIGTERM)
            self.assertEqual(program.wait(20), 0)


class TrafficTest(unittest.TestCase):
    def test_sums_devices_and_tells_of_the_network(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            device = {"round_trips": 3, "bytes_sent": 1000, "bytes_received": 20}
            for person in ("ann", "bob"):
                (folder / f"{person}.json").write_text(json.dumps(device))
            proxy = dict.fromkeys(
                "connections refused bytes_to_server bytes_to_client cuts_to_server "
                "cuts_to_client throttled replays bytes_replayed".split(),
                4,
            )
            (folder / "proxy.stat").write_text(json.dumps(proxy))
            text = "\n".join(traffic.report(folder))
        self.assertIn("2,000 bytes sent, 40 received, 6 round trips", text)
        self.assertIn("4 connections, 8 cut", text)


if __name__ == "__main__":
    unittest.main()
