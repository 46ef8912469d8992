"""`chasqui survey`, and forms and configurations that are not right."""

import io
import json
import unittest
import zipfile

import program

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [
  <!ENTITY lol "lol">
  <!ENTITY a "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
"""

# Chooses from a list in a file.
DISTRICTS = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms"
        xmlns:h="http://www.w3.org/1999/xhtml">
  <h:head><h:title>Districts</h:title><model>
    <instance><data id="districts" version='1'>
      <name/><place><district/></place>
    </data></instance>
    <instance id="districts" src="jr://file-csv/districts.csv"/>
  </model></h:head>
  <h:body>
    <input ref="/data/name"><label>Name</label></input>
    <select1 ref="/data/place/district"><label>District</label>
      <itemset nodeset="instance('districts')/root/item">
        <value ref="name"/><label ref="label"/>
      </itemset>
    </select1>
  </h:body>
</h:html>
"""


def version(number: int, old: str = "", new: str = "") -> str:
    """The wells again, as version `number`, with `new` in place of `old`."""
    form = program.WELLS.replace('version="1"', f'version="{number}"')
    return form.replace(old, new) if old else form


def spreadsheet() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as workbook:
        workbook.writestr("[Content_Types].xml", "<Types/>")
        workbook.writestr("xl/workbook.xml", "<workbook/>")
    return made.getvalue()


class SurveyTest(program.Story):
    def test_is_created_listed_and_shown(self) -> None:
        form = self.write("form.xml", program.WELLS)
        config = self.write("config.json", program.config())
        text = self.ok(
            "survey", "create", "wells", "--form", form, "--config", config
        )
        self.assertIn("survey wells created: 3 people, 3 areas", text)
        self.assertIn('form wells version "1" published as number 1', text)
        self.assertRegex(self.ok("survey", "list"), r"wells +0 +\d+ +Wells")
        shown = self.ok("survey", "show", "wells")
        self.assertIn("no backup", shown)
        self.assertRegex(shown, r"1 +wells +1 +6 +1 +Wells")
        as_json = json.loads(self.ok("survey", "show", "wells", "--json"))
        self.assertEqual(len(as_json["config"]["areas"]), 3)
        listed = json.loads(self.ok("survey", "list", "--json"))
        self.assertIn("wells", [s["survey"] for s in listed["surveys"]])
        self.fails(
            "survey", "create", "wells", "--config", config,
            saying="there is a survey wells already",
        )  # fmt: skip

    def test_gets_a_next_form_and_keeps_the_one_before(self) -> None:
        self.create("next")
        again = self.ok(
            "survey", "publish", "next",
            "--form", self.write("same.xml", program.WELLS),
        )  # fmt: skip
        self.assertIn("was published before", again)
        changed = program.WELLS.replace("Depth in metres", "Depth")
        self.fails(
            "survey", "publish", "next",
            "--form", self.write("changed.xml", changed),
            saying=["version", "1"],
        )  # fmt: skip
        two = version(2, "<name/>", "<name/><owner/>")
        self.ok("survey", "publish", "next", "--form", self.write("2.xml", two))
        shown = self.ok("survey", "show", "next")
        self.assertRegex(shown, r"(?m)^ *1 +wells +1 +6")
        self.assertRegex(shown, r"(?m)^ *2 +wells +2 +7")

    def test_tells_of_lists_that_are_not_attached(self) -> None:
        self.create("lists")
        form = self.write("districts.xml", DISTRICTS)
        publish = ["survey", "publish", "lists", "--form"]
        note = (
            "note: field place/district chooses from districts.csv, which is "
            "not attached"
        )
        said = self.ok(*publish, form)
        self.assertIn("published as number 2: 2 fields", said)
        self.assertIn(note, said)
        self.assertIn("--attach districts.csv\n", said)
        self.assertEqual(said.count("note:"), 1)
        self.assertIn(note, self.ok(*publish, form), "published before")
        file = self.write("districts.csv", "name,label\nd1,Lahore\n")
        form = self.write("2.xml", DISTRICTS.replace("'1'", "'2'"))
        self.assertNotIn("note:", self.ok(*publish, form, "--attach", file))

    def test_takes_another_configuration(self) -> None:
        self.create("other")
        people = {**program.PEOPLE, "dan": ("ENUMERATOR", [])}
        config = self.write("people.json", program.config(people))
        self.ok("survey", "update", "other", "--config", config)
        self.assertIn("4 people", self.ok("survey", "show", "other"))

    def test_must_be_there(self) -> None:
        for words in (
            ["survey", "show"], ["record", "list"], ["progress"],
            ["progress", "--watch"], ["conflicts", "list"],
            ["quarantine", "list"],
        ):  # fmt: skip
            self.fails(*words, "nowhere", saying="there is no survey nowhere")
        self.fails(
            "export", "nowhere", "--to", self.path("none"),
            saying="there is no survey nowhere",
        )  # fmt: skip

    def test_needs_a_server(self) -> None:
        self.fails(
            "survey", "list", "--server", "127.0.0.1:1",
            saying="no answer from 127.0.0.1:1: is it running?",
        )  # fmt: skip


class BadConfigurationTest(program.Story):
    def refused(self, content: str | dict, saying: str | list[str]) -> None:
        path = self.write("bad.json", content)
        self.fails("survey", "create", "bad", "--config", path, saying=saying)
        self.assertNotIn("bad", self.ok("survey", "list"))

    def test_files(self) -> None:
        self.refused("{", "bad.json")
        self.refused('{"titel": "x"}', ["bad.json", "titel"])
        self.fails(
            "survey", "create", "bad", "--config", self.path("none.json"),
            saying=["none.json", "No such file"],
        )  # fmt: skip

    def test_contents(self) -> None:
        twice = program.config()
        twice["people"] += twice["people"][:1]
        self.refused(twice, "amina")
        areas = [{"code": "hill", "name": "A", "parent": "valley"}]
        self.refused({"areas": areas}, ["hill", "valley"])

    def test_name(self) -> None:
        path = self.write("config.json", program.config())
        for name in ("a b", "a/b", "x" * 65):
            self.fails(
                "survey", "create", name, "--config", path,
                saying=["cannot name a survey", "64"],
            )  # fmt: skip


class BadFormTest(program.Story):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        config = cls.write("config.json", program.config())
        done = program.run(
            cls.binary, "survey", "create", "wells", "--config", config,
            "--server", cls.server.address,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def refused(self, form: str | bytes, saying: str | list[str]) -> None:
        path = self.write("bad.xml", form)
        said = self.fails(
            "survey", "publish", "wells", "--form", path, saying=saying
        )
        self.assertIn("bad.xml", said)
        self.assertNotIn("version", json.loads(
            self.ok("survey", "show", "wells", "--json")))  # fmt: skip

    def test_not_xml(self) -> None:
        self.refused("name,depth\nA,1\n", "XML")
        self.refused("", "XML")
        self.refused(b"\xff\xfe\x00\x01" * 10, "XML")

    def test_xml_that_breaks_off(self) -> None:
        self.refused(program.WELLS[: len(program.WELLS) // 2], "line ")

    def test_a_billion_laughs(self) -> None:
        form = program.WELLS.replace('<?xml version="1.0"?>\n', LAUGHS)
        form = form.replace("Depth in metres", "&c;")
        self.refused(form, ["line 2", "DOCTYPE"])

    def test_no_xform(self) -> None:
        self.refused("<survey><question/></survey>", ["line 1", "h:html"])

    def test_a_bind_to_nothing(self) -> None:
        form = program.WELLS.replace('nodeset="/data/depth"', 'nodeset="/d"')
        self.refused(form, ["line ", "/d"])

    def test_a_spreadsheet_names_what_helps(self) -> None:
        self.refused(spreadsheet(), "pyxform")
        self.refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "pyxform")

    def test_too_large(self) -> None:
        form = program.WELLS.replace("Wells", "W" * (5 << 20))
        self.refused(form, ["4", "MiB"])

    def test_missing(self) -> None:
        self.fails(
            "survey", "publish", "wells", "--form", self.path("none.xml"),
            saying=["none.xml", "No such file"],
        )  # fmt: skip
        self.fails(
            "survey", "publish", "wells", "--form", str(self.into),
            saying=[str(self.into), "directory"],
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
