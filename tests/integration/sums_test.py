"""An export read by others says what the log says: after three increments with
edits, deletions, rosters and a new version of the form, each column of what the
views show comes to what `chasqui verify --sums` makes of the log alone."""

from __future__ import annotations

import collections
import csv
import datetime
import decimal
import hashlib
import io
import pathlib
import struct

import duckdb

import program
from program import record

# One question of each type, and a roster in a roster.
FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms"
        xmlns:h="http://www.w3.org/1999/xhtml">
  <h:head><h:title>Houses</h:title><model>
    <instance><data id="houses" version="1">
      <name/><people/><height/><built/><seen/><noon/><at/><way/><roof/><has/>
      <member><age/><tooth><pain/></tooth></member>
    </data></instance>
    <bind nodeset="/data/name" type="string"/>
    <bind nodeset="/data/people" type="int"/>
    <bind nodeset="/data/height" type="decimal"/>
    <bind nodeset="/data/built" type="date"/>
    <bind nodeset="/data/seen" type="dateTime"/>
    <bind nodeset="/data/noon" type="time"/>
    <bind nodeset="/data/at" type="geopoint"/>
    <bind nodeset="/data/way" type="geotrace"/>
    <bind nodeset="/data/member/age" type="int"/>
    <bind nodeset="/data/member/tooth/pain" type="int"/>
  </model></h:head>
  <h:body>
    <input ref="/data/name"><label>Name</label></input>
    <input ref="/data/people"><label>People</label></input>
    <input ref="/data/height"><label>Height</label></input>
    <input ref="/data/built"><label>Built</label></input>
    <input ref="/data/seen"><label>Seen</label></input>
    <input ref="/data/noon"><label>Noon</label></input>
    <input ref="/data/at"><label>At</label></input>
    <input ref="/data/way"><label>Way</label></input>
    <select1 ref="/data/roof"><label>Roof</label>
      <item><label>Tin</label><value>tin</value></item>
      <item><label>Thatch</label><value>thatch</value></item>
    </select1>
    <select ref="/data/has"><label>Has</label>
      <item><label>Light</label><value>light</value></item>
      <item><label>Water</label><value>water</value></item>
    </select>
    <group ref="/data/member"><label>Members</label>
      <repeat nodeset="/data/member">
        <input ref="/data/member/age"><label>Age</label></input>
        <group ref="/data/member/tooth"><label>Teeth</label>
          <repeat nodeset="/data/member/tooth">
            <input ref="/data/member/tooth/pain"><label>Pain</label></input>
          </repeat>
        </group>
      </repeat>
    </group>
  </h:body>
</h:html>
"""
# `people` is a text now, and there is one question more.
SECOND = (
    FORM.replace('version="1"', 'version="2"')
    .replace("<name/>", "<name/><owner/>")
    .replace(
        '<bind nodeset="/data/people" type="int"/>',
        '<bind nodeset="/data/people" type="string"/>'
        '<bind nodeset="/data/owner" type="string"/>',
    )
    .replace(
        '<input ref="/data/name">',
        '<input ref="/data/owner"><label>Owner</label></input>'
        '<input ref="/data/name">',
    )
)
TEXTS = ("Ọlá \"the\" 'first', ñ\n𝄞", "=1+1", "שלום עולם", "x" * 3000)
POINT_PARTS = ("latitude", "longitude", "altitude", "accuracy")

# (form, repeat, path, the field's number) and what a column comes to.
Key = tuple[str, str, str, str]
Sums = tuple[int, int | None, int]


def offset_text(minutes: int) -> str:
    if minutes == 0:
        return "Z"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def clock_text(of: datetime.time) -> str:
    return of.isoformat(timespec="milliseconds")


def number_text(number: decimal.Decimal | float) -> str:
    text = f"{decimal.Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def line_text(wkb: bytes) -> str:
    """Of a line without altitudes, as OGC's well-known binary has it."""
    assert wkb[:5] == struct.pack("<BI", 1, 2), wkb
    numbers = struct.iter_unpack("<dd", wkb[9:])
    return ";".join(f"{number_text(y)} {number_text(x)}" for x, y in numbers)


class Column:
    """Of a table that was read, with the columns that stand beside it."""

    def __init__(self, row: dict, path: str) -> None:
        self.row, self.path = row, path

    def part(self, name: str):
        return self.row.get(f"{self.path}/{name}")

    def text(self) -> str | None:
        if self.part("latitude") is not None:
            parts = [self.part(name) for name in POINT_PARTS]
            return " ".join(number_text(part) for part in parts if part is not None)
        if self.part("exact"):
            return self.part("exact")
        value = self.row.get(self.path)
        match value:
            case datetime.datetime():
                local = value.replace(tzinfo=None) + datetime.timedelta(
                    minutes=self.part("offset") or 0
                )
                return (f"{local:%Y-%m-%d}T{clock_text(local.time())}"
                        + offset_text(self.part("offset") or 0))  # fmt: skip
            case datetime.date():
                return value.isoformat()
            case datetime.time():
                offset = self.part("offset")
                return clock_text(value) + ("" if offset is None else offset_text(offset))
            case decimal.Decimal():
                return number_text(value)
            case list():
                return " ".join(value)
            case bytes():
                return line_text(value)
        return None if value is None else str(value)


def hash_of(of: str, path: str, text: str) -> int:
    whole = "\0".join((of, path, text)).encode()
    return int.from_bytes(hashlib.blake2b(whole, digest_size=16).digest()[:8])


def sums_of(rows: list[dict], column: str, path: str) -> Sums:
    answers, integers, hashes = 0, None, 0
    for row in rows:
        text = Column(row, column).text()
        if text is None:
            continue
        answers += 1
        if isinstance(row.get(column), int):
            integers = (integers or 0) + row[column]
        of = f"{row['_id']}/{row['_row']}" if "_row" in row else row["_id"]
        hashes += hash_of(of, path, text)
    return answers, integers, hashes % 2**64


class SumsTest(program.Story):
    serves = False

    def export(self, survey: str, to: str, *words: str) -> None:
        self.ok("export", survey, "--to", self.path(to), *words)

    def by_views(self, folder: str) -> dict[str, list[dict]]:
        database = duckdb.connect()
        database.execute("SET TimeZone = 'UTC'")
        sql = pathlib.Path(self.path(folder)) / "latest" / "duckdb.sql"
        database.execute(sql.read_text(encoding="utf-8"))
        tables = {}
        for table in ("houses", "houses.member", "houses.member-tooth"):
            found = database.execute(f'SELECT * FROM "latest_{table}"')
            names = [column[0] for column in found.description]
            tables[table] = [dict(zip(names, row)) for row in found.fetchall()]
        return tables

    def by_log(self, data: str, survey: str) -> dict[Key, tuple[int, Sums | None]]:
        said = self.ok("verify", data, "--sums", survey)
        sums = {}
        for line in csv.DictReader(io.StringIO(said)):
            key = (line["form"], line["repeat"], line["path"], line["field"])
            of = None
            if line["field"]:
                integers = int(line["integers"]) if line["integers"] else None
                of = (int(line["answers"]), integers, int(line["hashes"]))
            sums[key] = (int(line["rows"]), of)
        return sums

    def agree(self, tables: dict[str, list[dict]], log: dict) -> int:
        """Whether each column of the log is in the tables. Returns how many."""
        columns = 0
        rest = collections.Counter()
        for (form, repeat, path, field), (count, sums) in log.items():
            table = ".".join(filter(None, (form, repeat.replace("/", "-"))))
            rows = tables[table]
            self.assertEqual(len(rows), count, table)
            if sums is None:
                continue
            columns += 1
            column = f"{path}#{field}" if rest[table, path] else path
            rest[table, path] += 1
            self.assertEqual(sums_of(rows, column, path), sums, column)
        return columns

    def fill(self, survey: str, store: str) -> None:
        """Three increments, as Parquet and as CSV."""
        self.edit(store, *(self.house(number) for number in range(1, 9)))
        self.next_increment(survey, store)
        self.edit(
            store,
            {"edit": record(1), "set": {"people": "-12", "has": "", "way": None},
             "rows": [{"delete": record(101)}]},
            {"edit": record(2), "set": {"has": "water", "height": "0.30"}},
            {"delete": record(3)},
        )  # fmt: skip
        self.next_increment(survey, store)
        self.ok("survey", "publish", survey, "--form", self.write("second.xml", SECOND),
                "--server", self.server.office)  # fmt: skip
        self.sync(store)
        last = self.house(9)
        last["set"] |= {"owner": "the village", "people": "about ten"}
        self.edit(store, last, {"edit": record(4), "set": {"people": "four"}})
        self.next_increment(survey, store)

    def house(self, number: int) -> dict:
        member, second = record(100 * number + 1), record(100 * number + 2)
        return {
            "create": record(number),
            "area": "north",
            "status": "submitted",
            "set": {
                "name": TEXTS[number % len(TEXTS)],
                "people": str(10**number),
                "height": f"{number}.2500000000000000000{number}",
                "built": f"19{number}0-02-28",
                "seen": f"2014-04-02T10:30:15.{number}50+01:00",
                "noon": "12:00" if number % 2 else "12:00:07-03:30",
                "at": f"-1{number}.5 0.125 {number} 4.5",
                "way": "1 2;3 4.5",
                "roof": "tin" if number % 3 else "thatch",
                "has": "light water" if number % 2 else "light",
            },
            "rows": [
                {"add": member, "repeat": "member", "set": {"member/age": "7"}},
                {"add": second, "repeat": "member", "set": {"member/age": str(number)}},
                {"add": record(100 * number + 3), "repeat": "member/tooth",
                 "in": second, "set": {"member/tooth/pain": str(number)}},
            ],
        }  # fmt: skip

    def next_increment(self, survey: str, store: str) -> None:
        self.sync(store)
        self.export(survey, "parquet", "--format", "parquet")
        self.export(survey, "csv")

    def test_what_others_read_is_what_the_log_says(self) -> None:
        data = self.path("data")
        self.server = program.Server(self.binary, pathlib.Path(data))
        self.create("houses", FORM)
        self.fill("houses", self.device("tablet", "amina", "houses"))
        parquet, plain = self.by_views("parquet"), self.by_views("csv")
        self.server.end()
        self.server = None
        log = self.by_log(data, "houses")
        self.assertEqual(self.agree(parquet, log), 14)
        self.assertEqual(self.agree(plain, log), 14)

        # It would be seen if one letter of one answer were another.
        row = next(row for row in parquet["houses"] if row["roof"] == "tin")
        row["roof"] = "tim"
        with self.assertRaises(AssertionError):
            self.agree(parquet, log)

        self.fails("verify", data, "--sums", "flats",
                   saying="there is no survey flats")  # fmt: skip


if __name__ == "__main__":
    program.main()
