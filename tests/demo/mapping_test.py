"""The mapping covers both releases, and agrees with the form and the survey."""

import collections
import csv
import json
import re
import unittest
import xml.etree.ElementTree as ElementTree

import demo_folder
import release

X = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
FORM_TYPES = {
    "text": "string",
    "choice": "string",
    "integer": "int",
    "decimal": "decimal",
    "date": "date",
    "point": "geopoint",
}


def table(year):
    path = demo_folder.FOLDER / "data" / f"schools_{year}.csv"
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Form:
    """What the XForm says, by path."""

    def __init__(self):
        root = ElementTree.parse(demo_folder.FOLDER / "census.xml").getroot()
        model = root.find(f"{H}head/{X}model")
        primary = model.find(f"{X}instance")[0]
        self.id = primary.get("id")
        self.paths = set(self._leaves(primary, ""))
        self.types = {
            bind.get("nodeset").removeprefix("/data/"): bind.get("type")
            for bind in model.iter(f"{X}bind")
        }
        lists = {
            instance.get("id"): {name.text for name in instance.iter(f"{X}name")}
            for instance in model.iter(f"{X}instance")
        }
        self.codes = {}
        for select in root.iter(f"{X}select1"):
            nodeset = select.find(f"{X}itemset").get("nodeset")
            name = re.match(r"instance\('(\w+)'\)", nodeset).group(1)
            self.codes[select.get("ref").removeprefix("/data/")] = lists[name]
        self.asked = {
            control.get("ref").removeprefix("/data/")
            for kind in ("input", "select1", "select", "upload")
            for control in root.iter(f"{X}{kind}")
        }

    def _leaves(self, node, above):
        for child in node:
            path = above + child.tag.removeprefix(X)
            if len(child):
                yield from self._leaves(child, path + "/")
            else:
                yield path


class MappingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mapping = release.read_mapping()
        cls.types = release.field_types(cls.mapping)
        cls.tables = {year: table(year) for year in release.YEARS}
        cls.schools = {
            year: release.read_release(year, cls.mapping) for year in release.YEARS
        }
        cls.form = Form()

    def test_every_column_is_mapped_or_explained_once(self):
        for year, rows in self.tables.items():
            lines = [c for c in self.mapping if c.year == year]
            self.assertCountEqual([c.name for c in lines], rows[0].keys())
            for line in lines:
                with self.subTest(year=year, column=line.name):
                    self.assertTrue(line.path or line.note)
                    self.assertEqual(bool(line.spelling), bool(line.path))

    def test_what_is_left_out_is_as_the_note_says(self):
        for column in self.mapping:
            cells = [row[column.name] for row in self.tables[column.year]]
            with self.subTest(year=column.year, column=column.name):
                if column.path or column.kind:
                    continue
                if original := re.fullmatch(r"copy of (\w+)", column.note):
                    rows = self.tables[column.year]
                    self.assertEqual(cells, [row[original[1]] for row in rows])
                elif column.note == "empty in every row":
                    self.assertEqual(set(cells), {""})
                elif constant := re.fullmatch(r"constant: (\w+)", column.note):
                    self.assertEqual(set(cells), {constant[1]})
                elif re.match(r"(name|number) of the area", column.note):
                    self.assert_follows(column, "unique_lga")
                else:
                    self.assertEqual(column.note, "label of facility_type")
                    self.assert_follows(column, "facility_type")

    def assert_follows(self, column, other):
        values = collections.defaultdict(set)
        for row in self.tables[column.year]:
            values[row[other]].add(row[column.name])
        self.assertEqual({len(found) for found in values.values()}, {1})

    def test_recoded_levels_have_the_label_of_their_code(self):
        column = next(
            c for c in self.mapping if (c.year, c.name) == ("2014", "facility_type")
        )
        labels = collections.defaultdict(set)
        for row in self.tables["2014"]:
            code = release.canonical(column, row["facility_type"])
            labels[code].add(row["facility_type_display"])
        self.assertEqual({len(found) for found in labels.values()}, {1})

    def test_every_path_is_in_the_form_with_its_type(self):
        for path, kind in self.types.items():
            with self.subTest(path=path):
                self.assertIn(path, self.form.paths)
                self.assertEqual(self.form.types[path], FORM_TYPES[kind])
                self.assertEqual(path in self.form.codes, kind == "choice")
                if path.startswith("release/"):
                    self.assertIn(path, self.form.asked)

    def test_every_answer_is_a_choice_of_the_form(self):
        for schools in self.schools.values():
            for path, codes in self.form.codes.items():
                answers = {s.answers[path] for s in schools.values() if path in s.answers}
                with self.subTest(path=path):
                    self.assertLessEqual(answers, codes)

    def test_the_form_has_nothing_in_the_release_group_that_no_column_fills(self):
        group = {path for path in self.form.paths if path.startswith("release/")}
        self.assertEqual(group, {p for p in self.types if p.startswith("release/")})
        self.assertEqual(self.form.id, "nmis_education")

    def test_the_same_column_of_both_releases_is_the_same_path(self):
        paths = collections.defaultdict(set)
        for column in self.mapping:
            paths[column.name].add(column.path)
        for name, found in paths.items():
            with self.subTest(column=name):
                # A column may carry a name in one year that is left out as a
                # copy, but never two paths.
                self.assertEqual(len(found), 1)

    def test_survey_names_the_areas_people_and_paths_there_are(self):
        survey = json.loads((demo_folder.FOLDER / "survey.json").read_text())
        with open(demo_folder.FOLDER / "assignments.csv", newline="") as file:
            assigned = {row["area"]: row["assignee"] for row in csv.DictReader(file)}
        areas = {area["code"]: area["parent"] for area in survey["areas"]}
        leaves = areas.keys() - set(areas.values())
        used = {s.area for schools in self.schools.values() for s in schools.values()}
        self.assertEqual(leaves, used)
        self.assertEqual(leaves, assigned.keys())
        enumerators = {
            p["name"] for p in survey["people"] if p["role"] == "ROLE_ENUMERATOR"
        }
        self.assertEqual(len(enumerators), 20)
        self.assertEqual(set(assigned.values()), enumerators)
        for entry in survey["policies"]:
            self.assertIn(entry["path"], self.types)


if __name__ == "__main__":
    unittest.main()
