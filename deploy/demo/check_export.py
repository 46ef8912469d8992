#!/usr/bin/env python3
"""Checks what the demo exported against the two releases.

Shares no code with the system, nor with the programs that planned the edits:
it reads the releases through `mapping.csv` by itself. It checks

  - the list of edits made against the edits planned;
  - every school x mapped field of the export. Without conflict it is what 2014
    has (what 2013 has, for a field that only 2013 has); with one, the value
    shown and the loser are the two edits made, and the one shown is the one
    that the field's policy chooses, as far as their order is certain;
  - that deleted schools are gone, and status, area and enumerator of the rest.

Prints `N of N fields as expected`, N by kind, and the first differences; exits
with 1 if there is one.
"""

from __future__ import annotations

import argparse
import collections
import decimal
import json
import pathlib
import sys

from check_input import Cell, Release, Write, made_writes, plain_id
from check_input import planned_writes, rows, submitted_schools

HERE = pathlib.Path(__file__).resolve().parent
SHOWN_DIFFERENCES = 20


class Report:
    """Counts fields by kind, and keeps the differences."""

    def __init__(self) -> None:
        self.expected: collections.Counter[str] = collections.Counter()
        self.met: collections.Counter[str] = collections.Counter()
        self.differences: list[str] = []

    def field(self, kind: str, wrong: str | None) -> None:
        """One field of `kind`; `wrong` says what is wrong with it, or None."""
        self.expected[kind] += 1
        if wrong is None:
            self.met[kind] += 1
        else:
            self.differences.append(f"{kind}: {wrong}")

    def fail(self, what: str) -> None:
        """A difference that is not one field's."""
        self.differences.append(what)

    def show(self) -> bool:
        """Prints all of it; whether everything was as expected."""
        total, met = self.expected.total(), self.met.total()
        for kind, count in sorted(self.expected.items()):
            print(f"  {self.met[kind]:>9,} of {count:>9,}  {kind}")
        for difference in self.differences[:SHOWN_DIFFERENCES]:
            print(f"  DIFFERS {difference}")
        if len(self.differences) > SHOWN_DIFFERENCES:
            print(f"  and {len(self.differences) - SHOWN_DIFFERENCES:,} more")
        print(f"{met:,} of {total:,} fields as expected")
        return not self.differences and total > 0


# The columns that an export has of a point, below its path.
POINT = ("latitude", "longitude", "altitude", "accuracy")


def with_points(row: dict[str, str]) -> dict[str, str]:
    """The row, with each point as one text again."""
    for column in [c for c in row if c.endswith(f"/{POINT[0]}")]:
        path = column.removesuffix(f"/{POINT[0]}")
        row[path] = " ".join(filter(None, (row[f"{path}/{each}"] for each in POINT)))
    return row


class Conflicts:
    """The conflicts exported, and by which rule each is to be decided."""

    def __init__(self, export: pathlib.Path, survey: pathlib.Path):
        config = json.loads(survey.read_text(encoding="utf-8"))
        self.policy = {
            entry["path"]: entry["policy"].removeprefix("CONFLICT_POLICY_").lower()
            for entry in config.get("policies", [])
        }
        self.supervisors = {
            person["name"]
            for person in config["people"]
            if person["role"] == "ROLE_SUPERVISOR"
        }
        self.lines: dict[Cell, list[dict[str, str]]] = collections.defaultdict(list)
        for line in rows(export):
            self.lines[plain_id(line["_id"]), line["path"]].append(line)

    def policy_of(self, path: str) -> str:
        return self.policy.get(path, "latest")

    def wrong(self, cell: Cell, shown: str, writes: list[Write]) -> str | None:
        """What is wrong with a conflicted cell that shows `shown`, or None."""
        lines = self.lines.get(cell, [])
        if len(lines) != 1:
            return f"{len(lines)} lines in the conflicts for two edits"
        (line,) = lines
        found = [(line[f"{w}_person"], line[f"{w}_value"]) for w in ("shown", "loser")]
        if sorted(found) != sorted((write.person, write.value) for write in writes):
            return f"the conflicts have {found}, the edits made are {writes}"
        if shown != line["shown_value"]:
            return f"the table shows {shown!r}, the conflicts {line['shown_value']!r}"
        policy = self.policy_of(cell[1])
        if line["policy"].lower() != policy:
            return f"policy {line['policy']!r}, configured {policy!r}"
        if policy == "review" and truth(line["decided"]):
            return "decided, though a person is to decide it"
        return self._wrong_winner(policy, line, writes)

    def _wrong_winner(
        self, policy: str, line: dict[str, str], writes: list[Write]
    ) -> str | None:
        winner: Write | None = None
        if policy == "first":
            if int(line["shown_seq"]) > int(line["loser_seq"]):
                return "shows the one that came second"
        elif policy == "role":
            (winner,) = (w for w in writes if w.person in self.supervisors)
        elif policy in ("max", "min"):
            ordered = sorted(writes, key=magnitude)
            winner = ordered[-1] if policy == "max" else ordered[0]
        elif not truth(line["uncertain"]) and len({w.wall_ms for w in writes}) > 1:
            winner = max(writes, key=lambda write: write.wall_ms)
        if winner is not None and line["shown_person"] != winner.person:
            return f"{policy} shows {line['shown_person']}'s, not {winner}"
        return None


def truth(text: str) -> bool:
    return text.lower() in ("true", "1", "yes")


def magnitude(write: Write) -> tuple[bool, decimal.Decimal]:
    """Orders numbers; no answer is below every answer."""
    return write.value != "", decimal.Decimal(write.value or 0)


def check_made(
    report: Report,
    planned: set[tuple[str, str, str, str]],
    made: dict[Cell, list[Write]],
) -> None:
    """Whether the devices did what was planned, and nothing else."""
    done = {(w.person, *cell, w.value) for cell, ws in made.items() for w in ws}
    for person, school, path, value in sorted(planned - done):
        report.fail(f"never made: {person} {school} {path} = {value!r}")
    for person, school, path, value in sorted(done - planned):
        report.fail(f"not planned: {person} {school} {path} = {value!r}")


def kind_of(cell: Cell, old: Release, new: Release) -> str:
    school, path = cell
    if school not in new.area:
        return "deleted school"
    if school not in old.area:
        return "created school"
    if path not in new.paths:
        return "only in the release of 2013"
    return "equal" if old.value(cell) == new.value(cell) else "edited"


class Check:
    """Everything that is compared."""

    def __init__(self, args: argparse.Namespace):
        mapping = rows(args.mapping)
        self.old = Release("2013", mapping, args.data / "schools_2013.csv")
        self.new = Release("2014", mapping, args.data / "schools_2014.csv")
        self.paths = sorted(self.old.paths | self.new.paths)
        self.planned = planned_writes(args.plan / "edits")
        self.submitted = submitted_schools(args.plan / "edits")
        self.made = made_writes(args.made, set(self.paths))
        self.conflicts = Conflicts(args.export / "conflicts/000001.csv", args.survey)
        self.resolved = {(plain_id(i), p): v for i, p, v in args.resolved}
        self.assignee = {r["area"]: r["assignee"] for r in rows(args.assignments)}
        exported = map(with_points, rows(args.export / args.table))
        there = [row for row in exported if not truth(row["_deleted"])]
        self.table = {plain_id(row["_id"]): row for row in there}
        self.report = Report()
        if len(self.table) != len(there):
            self.report.fail(f"{args.table}: a record id is there twice")

    def run(self) -> bool:
        check_made(self.report, self.planned, self.made)
        schools = self.old.area.keys() | self.new.area.keys()
        for school in sorted(self.table.keys() - schools):
            self.report.fail(f"{school}: in no release")
        for school in sorted(schools):
            for path in self.paths:
                self._check_field((school, path))
            if school in self.new.area:
                self._check_system(school)
        for cell in sorted(self.conflicts.lines.keys() - self._conflicted()):
            self.report.fail(f"conflict that nobody made: {cell}")
        return self.report.show()

    def _conflicted(self) -> set[Cell]:
        return {
            cell
            for cell, writes in self.made.items()
            if len({write.value for write in writes}) > 1 and cell not in self.resolved
        }

    def _check_field(self, cell: Cell) -> None:
        school, path = cell
        kind = kind_of(cell, self.old, self.new)
        row = self.table.get(school)
        if kind == "deleted school":
            self.report.field(kind, f"{school} is in the export" if row else None)
            return
        if row is None or path not in row:
            self.report.field(kind, f"{school} {path}: not in the export")
            return
        writes = self.made.get(cell, [])
        if cell in self.resolved:
            kind, expected = "conflict, resolved by hand", self.resolved[cell]
            if cell in self.conflicts.lines:
                self.report.fail(f"{cell}: resolved, but still a conflict")
        elif len({write.value for write in writes}) > 1:
            wrong = self.conflicts.wrong(cell, row[path], writes)
            if self.new.value(cell) not in {write.value for write in writes}:
                wrong = "nobody wrote what 2014 has"
            policy = self.conflicts.policy_of(path)
            wrong = wrong and f"{school} {path}: {wrong}"
            self.report.field(f"conflict, policy {policy}", wrong)
            return
        else:
            source = self.old if kind == "only in the release of 2013" else self.new
            expected = source.value(cell)
        wrong = f"{school} {path}: expected {expected!r}, found {row[path]!r}"
        self.report.field(kind, None if row[path] == expected else wrong)

    def _check_system(self, school: str) -> None:
        row, area = self.table.get(school), self.new.area[school]
        if row is None:
            return  # Reported with each of its fields.
        status = "submitted" if school in self.submitted else "assigned"
        expected = {"_area": area, "_status": status}
        if school in self.old.area:
            expected["_assignee"] = self.assignee[area]
        for column, value in expected.items():
            if row[column] != value:
                self.report.fail(
                    f"{school} {column}: expected {value!r}, found {row[column]!r}"
                )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    path = pathlib.Path
    parser.add_argument("--plan", type=path, required=True, help="plan.py's folder")
    parser.add_argument("--made", type=path, required=True, help="of PERSON.jsonl")
    parser.add_argument("--export", type=path, required=True, help="folder of tables")
    parser.add_argument("--table", default="nmis_education/000001.csv")
    parser.add_argument("--data", type=path, default=HERE / "data")
    parser.add_argument("--mapping", type=path, default=HERE / "mapping.csv")
    parser.add_argument("--survey", type=path, default=HERE / "survey.json")
    parser.add_argument("--assignments", type=path, default=HERE / "assignments.csv")
    parser.add_argument(
        "--resolved",
        nargs=3,
        action="append",
        default=[],
        metavar=("ID", "PATH", "VALUE"),
        help="a conflict that a person decided, and how",
    )
    return parser.parse_args()


def main() -> None:
    sys.exit(0 if Check(arguments()).run() else 1)


if __name__ == "__main__":
    main()
