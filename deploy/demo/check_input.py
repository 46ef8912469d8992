"""What check_export.py reads: the releases, the plan and the edits made.

A second reading of `mapping.csv`, made for checking: it shares no code with the
program that planned the edits, so that a mistake of one is seen by the other.
"""

from __future__ import annotations

import collections
import csv
import datetime
import decimal
import json
import pathlib
from typing import Any, Iterator, NamedTuple

Cell = tuple[str, str]  # record id, path


class Write(NamedTuple):
    """What one person wrote into one cell; `value` is empty if emptied."""

    person: str
    value: str
    wall_ms: int


def rows(path: pathlib.Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def plain_id(text: str) -> str:
    return text.replace("-", "").lower()


def shortest(number: str) -> str:
    """A decimal figure without exponent and needless zeros."""
    text = f"{decimal.Decimal(number):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def value_of(line: dict[str, str], cell: str) -> str:
    """The cell of a release as the export should spell it."""
    spelling = line["spelling"]
    if spelling in ("number", "number_6"):
        if not cell or cell.lstrip("-").lower() in ("inf", "nan"):
            return ""
        value = shortest(f"{float(cell):.6g}" if spelling == "number_6" else cell)
        return str(int(value)) if line["type"] == "integer" else value
    if spelling == "number_list":
        return " ".join(shortest(part) for part in cell.split())
    if spelling == "lower_case":
        return cell.lower()
    if spelling == "recode":
        table = dict(pair.split("=", 1) for pair in line["recode"].split(";") if pair)
        return table.get(cell, cell)
    if line["type"] == "date" and cell:
        return str(datetime.date.fromisoformat(cell))
    return cell


class Release:
    """One release: the answers and the area of each school."""

    def __init__(self, year: str, mapping: list[dict[str, str]], path: pathlib.Path):
        lines = [line for line in mapping if line["release"] == year]
        fields = [line for line in lines if line["path"]]
        (key,) = (line["column"] for line in lines if line["type"] == "id")
        (area,) = (line["column"] for line in lines if line["type"] == "area")
        self.paths = {line["path"] for line in fields}
        self.area: dict[str, str] = {}
        self.answers: dict[str, dict[str, str]] = {}
        for row in rows(path):
            school = plain_id(row[key])
            self.area[school] = row[area]
            answers = self.answers.setdefault(school, {})
            for line in fields:
                value = value_of(line, row[line["column"]])
                if value:
                    answers[line["path"]] = value

    def value(self, cell: Cell) -> str:
        return self.answers.get(cell[0], {}).get(cell[1], "")


def json_lines(folder: pathlib.Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of each `PERSON.jsonl` in `folder`, with the person."""
    for path in sorted(folder.glob("*.jsonl")):
        with open(path, encoding="utf-8") as file:
            for line in filter(str.strip, file):
                yield path.stem, json.loads(line)


def planned_writes(folder: pathlib.Path) -> set[tuple[str, str, str, str]]:
    """(person, record, path, value) of every field the plan writes."""
    planned = set()
    for person, edit in json_lines(folder):
        school = plain_id(edit.get("edit") or edit.get("create") or "")
        for path, value in edit.get("set", {}).items():
            planned.add((person, school, path, value or ""))
    return planned


def made_writes(folder: pathlib.Path, paths: set[str]) -> dict[Cell, list[Write]]:
    """What was written into each cell, by the devices' own account."""
    made: dict[Cell, list[Write]] = collections.defaultdict(list)
    for _, line in json_lines(folder):
        if line.get("path") in paths:
            write = Write(line["person"], line.get("value") or "", int(line["wall_ms"]))
            made[plain_id(line["record"]), line["path"]].append(write)
    return made


def submitted_schools(folder: pathlib.Path) -> set[str]:
    """The schools that the plan submits."""
    return {
        plain_id(edit.get("edit") or edit["create"])
        for _, edit in json_lines(folder)
        if edit.get("status") == "submitted"
    }
