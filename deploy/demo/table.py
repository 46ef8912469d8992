#!/usr/bin/env python3
"""Shows how far a survey is, by area, while it is synced.

    table.py [--every SECONDS] [--once] [--notes FILE] -- COMMAND…

runs COMMAND (`chasqui progress … --by area --json`) again and again. On a
terminal it draws a table of the areas and a bar below it, in place; elsewhere it
prints a line whenever something has changed. Ends on SIGTERM or SIGINT, after it
has drawn the last state once more. A server that is away is shown, and waited
for. Lines that others write into the file of notes stand below the table.

    done       schools submitted or approved
    conflicts  fields in which two people disagree, decided or not
    waiting    schools that are not done, and changes in quarantine
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any, Mapping

BAR = 30
COLUMNS = f"{'area':<18}{'done':>8}{'conflicts':>11}{'waiting':>9}"


@dataclasses.dataclass(frozen=True)
class Line:
    """One area."""

    title: str
    done: int
    conflicts: int
    waiting: int

    def text(self) -> str:
        figures = f"{self.done:>8,}{self.conflicts:>11,}{self.waiting:>9,}"
        return f"{self.title[:17]:<18}{figures}"


def parse_line(line: Mapping[str, Any]) -> Line:
    """A ProgressLine in JSON: 64-bit figures are strings, zeros left out."""

    def total(*names: str) -> int:
        return sum(int(line.get(name, 0)) for name in names)

    return Line(
        title=line.get("title") or line.get("key") or "all",
        done=total("submitted", "approved"),
        conflicts=total("open", "decided"),
        waiting=total("assigned", "draft", "returned", "held"),
    )


def leaves(progress: Mapping[str, Any]) -> list[Line]:
    """The areas that have none below them."""
    lines = progress.get("lines", [])
    parents = {line.get("parent", "") for line in lines}
    return [parse_line(line) for line in lines if line.get("key") not in parents]


def bar(done: int, whole: int, width: int = BAR) -> str:
    """`[####....] 50 %`; never more than full."""
    share = min(1.0, done / whole) if whole > 0 else 0.0
    full = int(share * width)
    return f"[{'#' * full}{'.' * (width - full)}] {int(share * 100):3d} %"


def picture(progress: Mapping[str, Any]) -> list[str]:
    """The table, two areas side by side, and the bar."""
    cells = [line.text() for line in leaves(progress)]
    half = (len(cells) + 1) // 2
    total = parse_line(progress.get("total", {}))
    rows = [f"{COLUMNS}    {COLUMNS}"]
    for left in range(half):
        right = cells[half + left] if half + left < len(cells) else ""
        rows.append(f"{cells[left]}    {right}".rstrip())
    share = bar(total.done, total.done + total.waiting)
    return [*rows, f"{share}  {summary(total)}"]


def summary(total: Line) -> str:
    """The whole survey in one line."""
    return (
        f"{total.done:,} schools done, {total.conflicts:,} conflicts, "
        f"{total.waiting:,} waiting"
    )


def ask(command: list[str]) -> dict[str, Any] | None:
    """What `command` says of the survey; None while it cannot."""
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=10, check=True
        )
        progress = json.loads(answer.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    return progress if isinstance(progress, dict) else None


class Screen:
    """Where it is drawn: in place on a terminal, else line by line."""

    def __init__(self, in_place: bool) -> None:
        self._in_place = in_place
        self._height = 0
        self._last = ""
        self._notes_said = 0

    def draw(self, progress: Mapping[str, Any] | None, notes: list[str]) -> None:
        """`notes` are all there are: an earlier one is not said again."""
        if self._in_place:
            rows = ["no server: waiting for it"]
            self._redraw((rows if progress is None else picture(progress)) + notes)
            return
        for note in notes[self._notes_said :]:
            print(f"  {note}", flush=True)
        self._notes_said = len(notes)
        total = parse_line((progress or {}).get("total", {}))
        self._say("no server" if progress is None else summary(total))

    def _say(self, text: str) -> None:
        if text != self._last:
            print(f"  {text}", flush=True)
            self._last = text

    def _redraw(self, rows: list[str]) -> None:
        width = shutil.get_terminal_size().columns - 1
        up = f"\x1b[{self._height}A" if self._height else ""
        body = "".join(f"{row[:width]}\x1b[K\n" for row in rows)
        sys.stdout.write(f"{up}\x1b[J{body}")
        sys.stdout.flush()
        self._height = len(rows)


def read_notes(path: pathlib.Path | None) -> list[str]:
    """The lines of `path`; none if there is no such file."""
    if path is None or not path.exists():
        return []
    return path.read_text(encoding="utf-8").splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--once", action="store_true", help="draw the table and end")
    parser.add_argument("--notes", type=pathlib.Path, metavar="FILE")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    if args.once:
        progress = ask(args.command)
        if progress is None:
            sys.exit("table.py: no answer from: " + " ".join(args.command))
        print("\n".join(picture(progress)))
        return
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    screen = Screen(sys.stdout.isatty())
    while not end.is_set():
        screen.draw(ask(args.command), read_notes(args.notes))
        end.wait(args.every)
    screen.draw(ask(args.command), read_notes(args.notes))


if __name__ == "__main__":
    main()
