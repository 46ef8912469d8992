"""`chasqui indicators`: the real schools against counts made of their source, a
small survey counted by hand, and what is no definition of anything."""

from __future__ import annotations

import collections
import csv
import decimal
import pathlib
import sys

import program
from program import record

ROOT = pathlib.Path(__file__).parents[2]
DEMO = ROOT / "deploy" / "demo"
SDG = ROOT / "deploy" / "indicators" / "sdg_4a1.textproto"
CODES = ROOT / "deploy" / "indicators" / "uis_sdg_4a1.csv"

# Of which schools a level is, and what of them has each service: True, False,
# or None where the release does not say.
LEVELS = {
    "1": {"primary_only", "preprimary_and_primary", "primary_and_junior_sec",
          "primary_junior_and_senior_sec"},
    "2": {"primary_and_junior_sec", "primary_junior_and_senior_sec",
          "juniors_sec_only", "junior_and_senior_sec"},
    "3": {"primary_junior_and_senior_sec", "junior_and_senior_sec",
          "senior_sec_only"},
}  # fmt: skip
SERVICES = {
    "WELEC": ["power_access"],
    "WWATA": ["improved_water_supply", "functional_water"],
    "WTOILA": ["improved_sanitation", "gender_separated_toilets_yn"],
}
SECTORS = {"public": "INST_PUB", "private": "INST_PRIV", "": "_U"}
SMALL = 5

WELLS = """
chasqui_indicators: 1
structure {
  id: "TEST:WELLS(1.0)"
  dimension: "INDICATOR" dimension: "AREA" dimension: "TIME_PERIOD"
}
population { id: "wells" table: "wells" }
population { id: "visits" table: "wells.visit" }
dimension { id: "AREA" field: "_area" }
indicator {
  id: "clear" title: "Wells with clear water" unit: INDICATOR_UNIT_PERCENT
  numerator { where { field: "water" op: OPERATOR_IN value: "clear" } }
  series { population: "wells" code: "W.CLEAR" }
  breakdown { dimension: "AREA" }
}
indicator {
  id: "depth" title: "Mean depth" unit: INDICATOR_UNIT_RATIO decimals: 1
  numerator { sum: "depth" }
  series { population: "wells" code: "W.DEPTH" }
}
indicator {
  id: "obi" title: "Visits by Obi" unit: INDICATOR_UNIT_PERCENT
  numerator { where { field: "visit/by" op: OPERATOR_IN value: "Obi" } }
  series { population: "visits" code: "W.OBI" }
  breakdown { dimension: "AREA" }
}
"""
OWNED = """
indicator {
  id: "owned" title: "Wells of the village" unit: INDICATOR_UNIT_PERCENT
  numerator { where { field: "owner" op: OPERATOR_IN value: "village" } }
  series { population: "wells" code: "W.OWNED" }
}
"""


def rows(path: pathlib.Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def all_yes(answers: list[str]) -> bool | None:
    """Whether all are; one no decides it, whatever is not answered."""
    if "false" in answers:
        return False
    return None if "" in answers else True


def percent(numerator: int, denominator: int) -> str:
    """Two decimals, halves up."""
    if denominator == 0:
        return ""
    exact = decimal.Decimal(100 * numerator) / decimal.Decimal(denominator)
    return str(exact.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP))


class SdgTest(program.Story):
    """SDG 4.a.1 of the schools of the demo."""

    def setUp(self) -> None:
        sys.path.insert(0, str(DEMO))
        import plan
        import release

        mapping = release.read_mapping()
        schools = release.read_release("2014", mapping)
        paths = sorted({c.path for c in mapping if c.year == "2014" and c.path})
        assignee = plan.read_assignments(DEMO / "assignments.csv")
        plan.write_register(self.into / "register.csv", schools, assignee, paths)
        self.level = {each.id: each.answers.get("level_of_education")
                      for each in schools.values()}  # fmt: skip
        self.source = rows(DEMO / "data" / "schools_2014.csv")
        self.id_of = release.record_id
        self.ok("survey", "create", "benue", "--form", str(DEMO / "census.xml"),
                "--config", str(DEMO / "survey.json"))  # fmt: skip
        self.ok("survey", "import-register", "benue", self.path("register.csv"),
                "--id", "id", "--area", "area", "--assignee", "assignee")  # fmt: skip

    def indicators(self, to: str, *words: str) -> str:
        return self.ok(
            "indicators", "benue", "--definitions", str(SDG), "--to", self.path(to),
            "--code", "REF_AREA=NG-BE", "--code", "TIME_PERIOD=2014", *words,
        )  # fmt: skip

    def counted(self) -> dict[tuple[str, str, str], list[int]]:
        """By code, sector and area: numerator, denominator, expected."""
        counts = collections.defaultdict(lambda: [0, 0, 0])
        for school in self.source:
            level = self.level[self.id_of(school["uuid"])]
            sector = SECTORS[school["management"]]
            for number, levels in LEVELS.items():
                if level not in levels:
                    continue
                for service, columns in SERVICES.items():
                    has = all_yes([school[column].lower() for column in columns])
                    for key in [("_T", "NG-BE"), (sector, "NG-BE"),
                                ("_T", school["unique_lga"])]:  # fmt: skip
                        count = counts[f"SCHBSP.{number}.{service}", *key]
                        count[0] += has is True
                        count[1] += has is not None
                        count[2] += 1
        return dict(counts)

    def test_the_counts_are_those_of_the_source(self) -> None:
        said = self.indicators("first")
        self.assertIn("SCHBSP.1.WELEC", said)
        counted = self.counted()
        figures = rows(self.into / "first" / "indicators.csv")
        compared = 0
        for figure in figures:
            key = (figure["INDICATOR"], figure["SECTOR_EDU"], figure["REF_AREA"])
            if figure["status"] == "not_asked" or "WCOMPUT" in key[0]:
                continue
            numerator, denominator, expected = counted.pop(key)
            small = 0 < denominator < SMALL
            self.assertEqual(figure["status"] == "small", small, figure)
            if figure["status"] in ("small", "protects"):
                self.assertEqual((figure["value"], figure["numerator"],
                                  figure["expected"]), ("", "", ""))  # fmt: skip
                continue
            self.assertEqual(
                [figure[each] for each in ("numerator", "denominator", "answered",
                                           "expected", "value", "coverage_percent")],
                [str(numerator), str(denominator), str(denominator), str(expected),
                 percent(numerator, denominator), percent(denominator, expected)],
                figure,
            )  # fmt: skip
            compared += 1
        self.assertEqual(counted, {}, "not among the figures")
        self.assertGreater(compared, 200)
        # What is hidden cannot be told from the total of its level.
        for status in ("small", "protects"):
            self.assertIn(status, {figure["status"] for figure in figures})

        # The codes are the UIS's, all of them, and none that is not.
        known = {row["code"] for row in rows(CODES)}
        self.assertEqual({figure["INDICATOR"] for figure in figures}, known)

        # The same export, the same bytes; the export is what it was.
        position = figures[0]["watermark"]
        self.assertEqual({figure["watermark"] for figure in figures}, {position})
        said = self.ok("export", "--verify", self.path("first/data"))
        self.assertIn(position, said)
        self.indicators("second", "--from", self.path("first/data"))
        for name in ("indicators.csv", "indicators.sdmx.csv"):
            self.assertEqual((self.into / "first" / name).read_bytes(),
                             (self.into / "second" / name).read_bytes())  # fmt: skip

        sdmx = rows(self.into / "first" / "indicators.sdmx.csv")
        self.assertEqual(len(sdmx), len(figures))
        keys = ("INDICATOR", "EDU_LEVEL", "SECTOR_EDU", "UNIT_MEASURE", "REF_AREA",
                "TIME_PERIOD")  # fmt: skip
        self.assertEqual(len({tuple(row[each] for each in keys) for row in sdmx}),
                         len(sdmx))  # fmt: skip
        for row, figure in zip(sdmx, figures):
            self.assertEqual(row["OBS_VALUE"], figure["value"])
            self.assertEqual(row["STRUCTURE_ID"], "CHASQUI:SDG_4A1(1.0)")
            self.assertTrue(all(row[each] for each in keys), row)


class IndicatorsTest(program.Story):
    def setUp(self) -> None:
        self.survey = self.id().rpartition(".")[2]

    def compute(self, definitions: str, to: str) -> dict[tuple[str, str], list[str]]:
        """By code and area: value, numerator, denominator, coverage, status."""
        self.ok("indicators", self.survey, "--definitions",
                self.write("wells.textproto", definitions), "--to", self.path(to),
                "--code", "TIME_PERIOD=2014")  # fmt: skip
        return {
            (row["INDICATOR"], row["AREA"]): [
                row["value"], row["numerator"], row["denominator"],
                row["coverage_percent"], row["status"],
            ]
            for row in rows(self.into / to / "indicators.csv")
        }  # fmt: skip

    def well(self, number: int, area: str, depth: int, water: str, *by: str) -> dict:
        save = program.creation(record(number), area, f"W{number}", depth)
        if water:
            save["set"]["water"] = water
        save["rows"] = [
            {"add": record(100 * number + i), "repeat": "visit",
             "set": {"visit/by": each}}
            for i, each in enumerate(by)
        ]  # fmt: skip
        return save

    def test_a_small_survey_by_hand(self) -> None:
        self.create(self.survey)
        store = self.device("one", "amina", self.survey)
        self.edit(
            store,
            self.well(1, "north", 10, "clear", "Ife", "Obi"),
            self.well(2, "north", 21, "muddy", "Obi"),
            self.well(3, "south", 30, "clear"),
            self.well(4, "south", 40, "", "Ada"),
            self.well(5, "south", 50, "clear", "Obi"),
        )
        self.sync(store)
        figures = self.compute(WELLS, "figures")
        self.assertEqual(figures, {
            ("W.CLEAR", "_T"): ["75.00", "3", "4", "80.00", "given"],
            ("W.CLEAR", "north"): ["50.00", "1", "2", "100.00", "given"],
            ("W.CLEAR", "south"): ["100.00", "2", "2", "66.67", "given"],
            ("W.DEPTH", "_T"): ["30.2", "151", "5", "100.00", "given"],
            ("W.OBI", "_T"): ["60.00", "3", "5", "100.00", "given"],
            ("W.OBI", "north"): ["66.67", "2", "3", "100.00", "given"],
            ("W.OBI", "south"): ["50.00", "1", "2", "100.00", "given"],
        })  # fmt: skip

        # One answer changes, a record goes, and its visits with it.
        self.edit(store, {"edit": record(4), "set": {"water": "muddy"}},
                  {"delete": record(1)})  # fmt: skip
        self.sync(store)
        figures = self.compute(WELLS, "figures")
        self.assertEqual(figures["W.CLEAR", "_T"], ["50.00", "2", "4", "100.00", "given"])
        self.assertEqual(figures["W.OBI", "north"], ["100.00", "1", "1", "100.00", "given"])

        # A question that only a later version of the form asks.
        second = program.WELLS.replace('version="1"', 'version="2"').replace(
            "<name/>", "<name/><owner/>"
        ).replace("</model>", '<bind nodeset="/data/owner" type="string"/></model>'
        ).replace('<input ref="/data/name">', '<input ref="/data/owner"><label>Owner'
                  '</label></input><input ref="/data/name">')  # fmt: skip
        self.fails(
            "indicators", self.survey, "--definitions",
            self.write("owned.textproto", WELLS + OWNED), "--to", self.path("figures"),
            "--code", "TIME_PERIOD=2014",
            saying=["owned.textproto:30:15:", '"owned"', 'no field "owner"'],
        )  # fmt: skip
        self.ok("survey", "publish", self.survey, "--form",
                self.write("second.xml", second))  # fmt: skip
        self.sync(store)
        last = self.well(6, "north", 60, "clear")
        last["set"]["owner"] = "village"
        self.edit(store, last)
        self.sync(store)
        figures = self.compute(WELLS + OWNED, "figures")
        self.assertEqual(figures["W.OWNED", "_T"], ["100.00", "1", "1", "20.00", "given"])

    def test_what_is_wrong_is_said(self) -> None:
        self.create(self.survey)
        good = self.write("good.textproto", WELLS)
        words = ["indicators", self.survey, "--to", self.path("wrong"), "--definitions"]
        period = ["--code", "TIME_PERIOD=2014"]
        self.fails(*words, good, saying=['"TIME_PERIOD" has no code'])
        self.fails(*words, good, "--code", "2014", saying="not DIMENSION=CODE")
        self.fails(*words, self.path("none"), *period, saying="none")
        self.fails(*words, self.write("bad", "what?"), *period, saying="bad:1:")
        self.fails(*words, good, *period, "--duckdb", good,
                   saying=["DuckDB", "deploy/setup.sh gets"])  # fmt: skip
        self.fails(*words, good, *period, "--from", self.path("nowhere"),
                   saying=["nowhere has no export"])  # fmt: skip
        self.ok("export", self.survey, "--format", "csv", "--to", self.path("csv"))
        self.fails(*words, good, *period, "--from", self.path("csv"),
                   saying=["csv is an export as csv", "parquet"])  # fmt: skip
        self.create("other")
        self.ok("export", "other", "--format", "parquet", "--to", self.path("other"))
        self.fails(*words, good, *period, "--from", self.path("other"),
                   saying=["export of other, not of"])  # fmt: skip
        self.assertFalse((self.into / "wrong" / "indicators.csv").exists())
        # Nobody has answered anything yet.
        self.assertEqual(self.compute(WELLS, "empty")["W.CLEAR", "_T"],
                         ["", "0", "0", "", "no_answers"])  # fmt: skip


class PersonalTest(program.Story):
    serves = False

    def test_personal_answers_are_not_counted(self) -> None:
        keys = self.into / "keys"
        self.ok("survey", "key", "wells", "--to", str(keys))
        type(self).server = program.Server(
            self.binary, self.into / "data", "--personal-keys", str(keys)
        )
        self.create("wells", personal=["name"])
        by_name = WELLS.replace(
            'field: "water" op: OPERATOR_IN value: "clear"',
            'field: "name" op: OPERATOR_IN value: "W1"',
        )
        self.fails(
            "indicators", "wells", "--to", self.path("personal"), "--code",
            "TIME_PERIOD=2014", "--definitions", self.write("name.textproto", by_name),
            saying=["name.textproto:12:", '"clear"', 'no field "name"', "personal"],
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
