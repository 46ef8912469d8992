"""Area trees from the lists that ministries have."""

import json
import pathlib
import unittest

import program

LGAS = pathlib.Path(__file__).parent / "data" / "nigeria_lgas.csv"
BY_LEVELS = ("--level", "zone", "--level", "state", "--level", "unique_lga:lga")
BY_PARENT = ("--code", "code", "--name", "name", "--parent", "in")


class AreasTest(program.Story):
    def load(self, survey: str, path: str, *columns: str) -> str:
        return self.ok("survey", "load-areas", survey, path, *columns)

    def areas(self, survey: str) -> dict:
        shown = json.loads(self.ok("survey", "show", survey, "--json"))
        return {
            area["code"]: (area["name"], area.get("parent", ""))
            for area in shown["config"]["areas"]
        }

    def test_the_areas_of_a_country(self) -> None:
        self.create("census", people={"owner": ("OWNER", [])})
        told = self.load("census", str(LGAS), *BY_LEVELS)
        self.assertIn("816 areas, 6 of them in no other, 773 with no", told)
        areas = self.areas("census")
        self.assertEqual(len(areas), 816)
        self.assertEqual(areas["benue_ado"], ("Ado", "Benue"))
        self.assertEqual(areas["Akwa_Ibom"], ("Akwa Ibom", "South-South"))
        # What is loaded again is there already.
        self.load("census", str(LGAS), *BY_LEVELS)
        self.assertEqual(self.areas("census"), areas)

    def test_people_keep_their_areas_or_nothing_is_changed(self) -> None:
        self.create("wells")
        before = self.areas("wells")
        path = self.write("few.csv", "code,name,in\nstate,State,\n")
        self.fails(
            "survey", "load-areas", "wells", path, *BY_PARENT,
            saying=["amina", "north", "is not declared"],
        )  # fmt: skip
        self.assertEqual(self.areas("wells"), before)
        path = self.write(
            "more.csv",
            "code,name,in\nwest,West,state\nnorth,North,state\n"
            "south,South,state\nstate,State,\n",
        )
        self.load("wells", path, *BY_PARENT)
        self.assertEqual(self.areas("wells")["west"], ("West", "state"))

    def test_targets_show_in_progress(self) -> None:
        self.create("targets")
        self.assertNotIn("target", self.ok("progress", "targets"))
        path = self.write(
            "targets.csv",
            "code,name,in,wells\nstate,State,,\nnorth,North,state,3\n"
            "south,South,state,4\n",
        )
        self.load("targets", path, *BY_PARENT, "--target", "wells")
        store = self.device("one", "amina", "targets")
        self.edit(store, program.creation(program.record(1), "north", "A", 1))
        self.sync(store)
        lines = self.ok("progress", "targets", "--by", "area").splitlines()
        self.assertIn("target", lines[0])
        for line, done in ((1, "1 of 7"), (2, "1 of 3"), (3, "0 of 4")):
            self.assertRegex(lines[line], f"{done}$")

    def test_what_is_wrong_is_named(self) -> None:
        self.create("springs")
        for name, text, why in (
            ("cycle", "code,name,in\na,A,b\nb,B,a\n", "line 2: area a lies in"),
            ("twice", "code,name,in\na,A,\na,B,\n", 'and at line 2 "A"'),
            ("orphan", "code,name,in\na,A,mars\n", "lies in mars"),
            ("column", "name,in\nA,\n", 'no column "code"'),
            ("quote", 'code,name,in\n"a,A,\n', "line 2"),
        ):
            path = self.write(f"{name}.csv", text)
            self.fails(
                "survey", "load-areas", "springs", path, *BY_PARENT,
                saying=[path, why, "Nothing was changed"],
            )  # fmt: skip
        self.fails(
            "survey", "load-areas", "springs", str(LGAS), saying="--level"
        )
        self.fails(
            "survey", "load-areas", "springs", self.path("none"), *BY_PARENT,
            saying=self.path("none"),
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
