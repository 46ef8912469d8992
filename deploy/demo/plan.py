#!/usr/bin/env python3
"""Plans the demo: who edits what, so that 2013's register becomes 2014.

    plan.py OUT

writes, from the two releases and the mapping,

    OUT/register.csv             the schools of 2013, each with its enumerator
    OUT/edits/enumeratorNN.jsonl what changed from one release to the other
    OUT/edits/supervisor.jsonl   other values for some of the same fields
    OUT/resolve.tsv              a conflict to be decided by hand: id, path, value

One line of an edits file is one save on a tablet:

    {"edit": ID, "set": {PATH: VALUE or null}, "status": "submitted"}
    {"create": ID, "area": CODE, "set": {...}, "status": "submitted"}
    {"delete": ID}

Null empties a field. A field that only one release has is never edited away:
one that only 2013 has keeps its value. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import collections
import csv
import datetime
import decimal
import hashlib
import json
import pathlib
import re
from typing import Any

import release

SUPERVISOR = "supervisor"
# The supervisor edits at most this many fields of each path.
PER_PATH = 8
# Nobody corrects an id.
IDS = frozenset({"release/facility_id", "release/fcl_uuid"})

Edit = dict[str, Any]


def read_assignments(path: pathlib.Path) -> dict[str, str]:
    """The enumerator of each area."""
    with open(path, newline="", encoding="utf-8") as file:
        return {line["area"]: line["assignee"] for line in csv.DictReader(file)}


def changed(
    old: release.School, new: release.School, paths_of_2014: set[str]
) -> dict[str, str | None]:
    """The fields whose answer differs, with the new one; None: emptied."""
    return {
        path: new.answers.get(path)
        for path in sorted(paths_of_2014)
        if old.answers.get(path) != new.answers.get(path)
    }


def plan_enumerators(
    old: dict[str, release.School],
    new: dict[str, release.School],
    paths_of_2014: set[str],
    assignee: dict[str, str],
) -> dict[str, list[Edit]]:
    """What each enumerator does.

    A school is worked on by the enumerator of the area it has in 2013, or in
    2014 if it is new. The area of a school is not theirs to change.
    """
    edits: dict[str, list[Edit]] = collections.defaultdict(list)
    for school in old.values():
        person = assignee[school.area]
        if school.id not in new:
            edits[person].append({"delete": school.id})
            continue
        if new[school.id].area != school.area:
            raise release.ReleaseError(
                f"{school.id}: has another area in 2014; a supervisor must move it"
            )
        fields = changed(school, new[school.id], paths_of_2014)
        if fields:
            edits[person].append(
                {"edit": school.id, "set": fields, "status": "submitted"}
            )
    for school in new.values():
        if school.id not in old:
            edits[assignee[school.area]].append(
                {
                    "create": school.id,
                    "area": school.area,
                    "set": dict(sorted(school.answers.items())),
                    "status": "submitted",
                }
            )
    return edits


def _draw(*parts: str) -> int:
    """A number that looks random and is always the same for `parts`."""
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:6], "big")


def _other_number(kind: str, draw: int, base: str) -> list[str]:
    """Figures near `base`, below it and above it."""
    figure = decimal.Decimal(base)
    step = decimal.Decimal(draw % 3 + 1)
    if kind == "decimal":
        step /= 4
    around = [figure + step, max(decimal.Decimal(0), figure - step), figure + 4]
    if draw % 2:
        around[:2] = around[1::-1]
    return [_trim(number) for number in around]


def _trim(number: decimal.Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _other_text(base: str) -> list[str]:
    tidy = re.sub(r"\s+", " ", base).strip()
    return [tidy.title(), tidy.upper(), f"{tidy} (checked)"]


def _other_date(base: str) -> list[str]:
    day = datetime.date.fromisoformat(base)
    return [(day + datetime.timedelta(days=days)).isoformat() for days in (1, 2)]


def other_value(
    kind: str, draw: int, old: str | None, new: str | None, choices: list[str]
) -> str | None:
    """A plausible answer that is neither `old` nor `new`; None: there is none."""
    base = new if new is not None else old
    if base is None:
        return None
    match kind:
        case "integer" | "decimal":
            candidates = _other_number(kind, draw, base)
        case "text":
            candidates = _other_text(base)
        case "date":
            candidates = _other_date(base)
        case "choice":
            turn = draw % len(choices)
            candidates = choices[turn:] + choices[:turn]
        case _:
            candidates = []
    return next((value for value in candidates if value not in (old, new)), None)


def plan_supervisor(
    old: dict[str, release.School],
    edits: dict[str, list[Edit]],
    types: dict[str, str],
    choices: dict[str, list[str]],
) -> list[Edit]:
    """Other values for up to PER_PATH of the edited fields of each path."""
    cells: dict[str, list[tuple[int, str, str | None]]] = collections.defaultdict(list)
    for edit in (edit for person in sorted(edits) for edit in edits[person]):
        if "edit" in edit:
            for path, value in edit["set"].items():
                cells[path].append((_draw(edit["edit"], path), edit["edit"], value))
    by_school: dict[str, dict[str, str]] = collections.defaultdict(dict)
    for path in sorted(cells.keys() - IDS):
        taken = 0
        for draw, school, value in sorted(cells[path], key=lambda cell: cell[:2]):
            other = other_value(
                types[path], draw, old[school].answers.get(path), value, choices[path]
            )
            if other is not None:
                by_school[school][path] = other
                taken += 1
            if taken == PER_PATH:
                break
    return [{"edit": school, "set": by_school[school]} for school in sorted(by_school)]


def to_resolve(
    supervised: list[Edit], new: dict[str, release.School], reviewed: set[str]
) -> tuple[str, str, str]:
    """A conflict that waits for a person, decided for what 2014 says."""
    return next(
        (edit["edit"], path, answer)
        for edit in supervised
        for path in edit["set"]
        if path in reviewed and (answer := new[edit["edit"]].answers.get(path))
    )


def reviewed_paths(survey: pathlib.Path) -> set[str]:
    """The fields whose conflicts wait for a person."""
    policies = json.loads(survey.read_text(encoding="utf-8"))["policies"]
    return {entry["path"] for entry in policies if entry["policy"] == "CONFLICT_POLICY_REVIEW"}


def codes_by_path(
    types: dict[str, str], releases: list[dict[str, release.School]]
) -> dict[str, list[str]]:
    """The codes of each choice that occur in the releases, sorted."""
    codes: dict[str, set[str]] = {path: set() for path in types}
    for schools in releases:
        for school in schools.values():
            for path, value in school.answers.items():
                if types[path] == "choice":
                    codes[path].add(value)
    return {path: sorted(found) for path, found in codes.items()}


def write_register(
    path: pathlib.Path,
    schools: dict[str, release.School],
    assignee: dict[str, str],
    paths: list[str],
) -> None:
    """The register that `chasqui survey import-register` loads."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "area", "assignee", *paths])
        for school in schools.values():
            answers = [school.answers.get(path, "") for path in paths]
            writer.writerow([school.id, school.area, assignee[school.area], *answers])


def write_edits(path: pathlib.Path, edits: list[Edit]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for edit in edits:
            file.write(json.dumps(edit, ensure_ascii=False) + "\n")


def plan(out: pathlib.Path) -> dict[str, int]:
    """Writes the plan into `out` and returns its counts by kind."""
    mapping = release.read_mapping()
    types = release.field_types(mapping)
    old = release.read_release("2013", mapping)
    new = release.read_release("2014", mapping)
    of = {y: {c.path for c in mapping if c.year == y and c.path} for y in release.YEARS}
    assignee = read_assignments(release.HERE / "assignments.csv")
    edits = plan_enumerators(old, new, of["2014"], assignee)
    supervised = plan_supervisor(old, edits, types, codes_by_path(types, [old, new]))
    (out / "edits").mkdir(parents=True, exist_ok=True)
    register_paths = [path for path in types if path in of["2013"]]
    write_register(out / "register.csv", old, assignee, register_paths)
    for person in sorted(set(assignee.values())):
        write_edits(out / "edits" / f"{person}.jsonl", edits[person])
    write_edits(out / "edits" / f"{SUPERVISOR}.jsonl", supervised)
    chosen = to_resolve(supervised, new, reviewed_paths(release.HERE / "survey.json"))
    (out / "resolve.tsv").write_text("\t".join(chosen) + "\n", encoding="utf-8")
    every = [edit for person in edits for edit in edits[person]]
    return {
        "schools in the register": len(old),
        "fields of the form": len(types),
        "schools edited": sum("edit" in edit for edit in every),
        "fields edited": sum(len(e["set"]) for e in every if "edit" in e),
        "schools created": sum("create" in edit for edit in every),
        "schools deleted": sum("delete" in edit for edit in every),
        "schools the supervisor edits": len(supervised),
        "fields the supervisor edits": sum(len(edit["set"]) for edit in supervised),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path, help="output directory")
    for kind, count in plan(parser.parse_args().out).items():
        print(f"{count:>8,}  {kind}")


if __name__ == "__main__":
    main()
