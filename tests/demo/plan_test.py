"""The plan turns 2013 into 2014, and the supervisor disagrees with both."""

import collections
import json
import pathlib
import tempfile
import unittest

import demo_folder
import plan
import release


def school(area="a", **answers):
    return release.School(id="", area=area, answers=answers)


def with_id(schools):
    return {
        key: release.School(key, value.area, value.answers)
        for key, value in schools.items()
    }


class PlanEnumeratorsTest(unittest.TestCase):
    def plan(self, old, new):
        return plan.plan_enumerators(
            with_id(old), with_id(new), {"x", "y"}, {"a": "ann", "b": "bob"}
        )

    def test_sets_clears_and_leaves_alone(self):
        edits = self.plan(
            {"1": school(x="1", y="2", old_only="3")}, {"1": school(y="4")}
        )
        self.assertEqual(
            edits,
            {"ann": [{"edit": "1", "set": {"x": None, "y": "4"}, "status": "submitted"}]},
        )

    def test_a_school_that_did_not_change_is_not_saved(self):
        self.assertEqual(self.plan({"1": school(x="1")}, {"1": school(x="1")}), {})

    def test_creates_and_deletes(self):
        edits = self.plan({"1": school(x="1")}, {"2": school(area="b", x="2")})
        self.assertEqual(edits["ann"], [{"delete": "1"}])
        self.assertEqual(
            edits["bob"],
            [{"create": "2", "area": "b", "set": {"x": "2"}, "status": "submitted"}],
        )

    def test_a_school_that_moved_is_refused(self):
        with self.assertRaisesRegex(release.ReleaseError, "another area"):
            self.plan({"1": school(area="a")}, {"1": school(area="b")})


class OtherValueTest(unittest.TestCase):
    def test_is_neither_the_old_nor_the_new(self):
        cases = (
            ("integer", "0", "1", []),
            ("integer", None, "0", []),
            ("integer", "7", None, []),
            ("decimal", "0.25", "0.5", []),
            ("text", "ST. MARY", "St. Mary", []),
            ("date", None, "2012-12-31", []),
            ("choice", "a", "b", ["a", "b", "c"]),
        )
        for kind, old, new, choices in cases:
            for draw in range(12):
                with self.subTest(kind=kind, old=old, new=new, draw=draw):
                    other = plan.other_value(kind, draw, old, new, choices)
                    self.assertNotIn(other, (None, old, new))
                    if kind in ("integer", "decimal"):
                        self.assertGreaterEqual(float(other), 0)

    def test_there_is_none_between_yes_and_no(self):
        self.assertIsNone(plan.other_value("choice", 3, "yes", "no", ["no", "yes"]))


class WholePlanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.out = pathlib.Path(cls.folder.name)
        cls.counts = plan.plan(cls.out)

    def test_is_large_enough_and_the_same_every_time(self):
        self.assertGreaterEqual(self.counts["schools in the register"], 1000)
        self.assertGreater(self.counts["schools created"], 0)
        self.assertGreater(self.counts["schools deleted"], 0)
        self.assertGreaterEqual(self.counts["fields the supervisor edits"], 100)
        with tempfile.TemporaryDirectory() as again:
            plan.plan(pathlib.Path(again))
            for path in self.out.rglob("*.*"):
                other = pathlib.Path(again) / path.relative_to(self.out)
                self.assertEqual(path.read_bytes(), other.read_bytes())

    def test_the_supervisor_edits_fields_an_enumerator_edits_too(self):
        values = collections.defaultdict(dict)
        for path in (self.out / "edits").glob("*.jsonl"):
            for line in path.read_text(encoding="utf-8").splitlines():
                edit = json.loads(line)
                for field, value in edit.get("set", {}).items():
                    school_id = edit.get("edit") or edit["create"]
                    values[school_id, field][path.stem] = value
        both = [v for v in values.values() if "supervisor" in v]
        self.assertEqual(len(both), self.counts["fields the supervisor edits"])
        for writes in both:
            self.assertEqual(len(set(writes.values())), 2, writes)

    def test_conflicts_are_spread_over_policies_and_types(self):
        types = release.field_types(release.read_mapping())
        survey = json.loads((demo_folder.FOLDER / "survey.json").read_text())
        policies = {p["path"]: p["policy"] for p in survey["policies"]}
        seen, kinds = collections.Counter(), collections.Counter()
        edits = (self.out / "edits" / "supervisor.jsonl").read_text(encoding="utf-8")
        for line in edits.splitlines():
            for field in json.loads(line)["set"]:
                seen[policies.get(field, "POLICY_LATEST")] += 1
                kinds[types[field]] += 1
        self.assertEqual(seen.keys(), {*policies.values(), "POLICY_LATEST"})
        self.assertEqual(kinds.keys(), {"text", "integer", "decimal", "date", "choice"})


if __name__ == "__main__":
    unittest.main()
