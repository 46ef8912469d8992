"""The two releases of the school census as values of the form.

A release spells its cells as the tools of its year did: `True`, `true`, `12.0`,
`12`, `Inf`. `mapping.csv` says for every column which question of the form it
answers and how it is spelled. This module reads the two together:

    Mapping   which column of which release is which path, or why it is none
    School    one row: its id, its area, and the canonical text by path
    read_release(year) -> the schools by id

Canonical text is the one spelling a value has: integers `12`, decimals without
exponent or trailing zero, choices by code, dates ISO 8601, points as
`lat lon altitude accuracy`, text byte for byte. No answer is no entry.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import decimal
import pathlib
import re
import uuid

HERE = pathlib.Path(__file__).resolve().parent
YEARS = ("2013", "2014")

# How a release writes that a figure does not exist: a ratio to nothing.
NO_FIGURE = frozenset({"Inf", "-Inf", "NaN"})

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


class ReleaseError(Exception):
    """A cell, column or row that the mapping does not foresee."""


@dataclasses.dataclass(frozen=True)
class Column:
    """One line of the mapping.

    `path` is empty for a column that is no field of the form; then `kind` is
    `id`, `area` or empty, and `note` says why.
    """

    year: str
    name: str
    path: str
    kind: str
    spelling: str
    recode: dict[str, str]
    note: str


@dataclasses.dataclass(frozen=True)
class School:
    """One row of a release. `answers` has no empty values."""

    id: str
    area: str
    answers: dict[str, str]


def parse_recode(text: str) -> dict[str, str]:
    """`a=x;b=y` as a dictionary; empty text is the empty dictionary."""
    table: dict[str, str] = {}
    for entry in filter(None, text.split(";")):
        spelled, equals, code = entry.partition("=")
        if not equals or not spelled or not code or spelled in table:
            raise ReleaseError(f"recode table: bad entry {entry!r}")
        table[spelled] = code
    return table


def read_mapping(path: pathlib.Path = HERE / "mapping.csv") -> list[Column]:
    """All lines of the mapping, in order."""
    with open(path, newline="", encoding="utf-8") as file:
        return [
            Column(
                year=line["release"],
                name=line["column"],
                path=line["path"],
                kind=line["type"],
                spelling=line["spelling"],
                recode=parse_recode(line["recode"]),
                note=line["note"],
            )
            for line in csv.DictReader(file)
        ]


def field_types(mapping: list[Column]) -> dict[str, str]:
    """The type of every mapped path, paths sorted."""
    types: dict[str, str] = {}
    for column in mapping:
        if not column.path:
            continue
        if types.setdefault(column.path, column.kind) != column.kind:
            raise ReleaseError(f"{column.path}: mapped with two types")
    return dict(sorted(types.items()))


def _plain(number: decimal.Decimal) -> str:
    """`number` without exponent, trailing zero or minus zero."""
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: str, digits: int | None) -> decimal.Decimal | None:
    """The figure `text` spells, to `digits` significant ones if given."""
    if text in NO_FIGURE:
        return None
    if not _NUMBER.fullmatch(text):
        raise ReleaseError(f"{text!r} is not a number")
    figure = decimal.Decimal(text)
    if digits is None:
        return figure
    return decimal.Context(
        prec=digits, rounding=decimal.ROUND_HALF_EVEN
    ).plus(figure)


def _numeric(column: Column, text: str) -> str:
    figure = _number(text, 6 if column.spelling == "number_6" else None)
    if figure is None:
        return ""
    if column.kind == "integer" and figure != figure.to_integral_value():
        raise ReleaseError(f"{text!r} is not a whole number")
    return _plain(figure)


def _point(text: str) -> str:
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        raise ReleaseError(f"{text!r} is not a point")
    return " ".join(_plain(_number(part, None) or decimal.Decimal()) for part in parts)


def canonical(column: Column, text: str) -> str:
    """The canonical text of the cell `text`; empty if it is no answer.

    Raises ReleaseError for a cell the mapping does not foresee.
    """
    if text == "":
        return ""
    match column.kind, column.spelling:
        case "integer" | "decimal", "number" | "number_6":
            return _numeric(column, text)
        case "point", "number_list":
            return _point(text)
        case "date", "as_sent":
            return datetime.date.fromisoformat(text).isoformat()
        case "choice", "recode":
            return column.recode.get(text, text)
        case "choice", "lower_case":
            return text.lower()
        case "text", "as_sent":
            return text
    raise ReleaseError(f"no rule for {column.kind}, {column.spelling}")


def record_id(text: str) -> str:
    """A school's uuid, written with hyphens, in lower case."""
    return str(uuid.UUID(text))


def _school(row: dict[str, str], columns: list[Column]) -> School:
    school_id = area = ""
    answers: dict[str, str] = {}
    for column in columns:
        cell = row[column.name]
        if column.kind == "id":
            school_id = record_id(cell)
        elif column.kind == "area":
            area = cell
        elif column.path:
            try:
                value = canonical(column, cell)
            except (ReleaseError, ValueError) as error:
                raise ReleaseError(f"{column.name}: {error}") from error
            if value and answers.setdefault(column.path, value) != value:
                raise ReleaseError(f"{column.name}: two answers for {column.path}")
    return School(id=school_id, area=area, answers=answers)


def read_release(
    year: str, mapping: list[Column], folder: pathlib.Path = HERE / "data"
) -> dict[str, School]:
    """The schools of one release by id, in its order.

    Raises ReleaseError, naming the row, if a column is not in the mapping, a
    cell cannot be read, or two rows have one id.
    """
    columns = [column for column in mapping if column.year == year]
    schools: dict[str, School] = {}
    path = folder / f"schools_{year}.csv"
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if set(reader.fieldnames or ()) != {column.name for column in columns}:
            raise ReleaseError(f"{path.name}: not the columns of the mapping")
        for row in reader:
            try:
                school = _school(row, columns)
            except ReleaseError as error:
                raise ReleaseError(f"{path.name}:{reader.line_num}: {error}") from error
            if school.id in schools:
                raise ReleaseError(f"{path.name}: {school.id} is there twice")
            schools[school.id] = school
    return schools
