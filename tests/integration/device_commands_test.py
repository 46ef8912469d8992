"""`chasqui device`: work without a server, and what cannot be saved."""

import json
import pathlib
import unittest

import program
from program import record

WELL = record(1)


class Work(program.Story):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls("tell").create("wells")

    def setUp(self) -> None:
        self.store = self.device(self.id()[-60:], "amina", "wells")

    def count(self) -> int:
        return int(self.ok("device", "outbox", "--store", self.store, "--count"))

    def lines(self, *content: str) -> list[str]:
        return [
            "device", "edit", "--store", self.store,
            "--file", self.write("edits.jsonl", "".join(content)),
        ]  # fmt: skip


class DeviceTest(Work):
    def test_a_record_is_made_edited_sent_and_deleted(self) -> None:
        edit = ["device", "edit", "--store", self.store, "--record", WELL]
        self.ok(
            *edit, "--create", "--area", "north", "--set", "name=Well = old",
            "--set", "uses=drink cattle", "--set", "water=clear",
            "--set", "opened=2014-04-02", "--status", "submitted",
        )  # fmt: skip
        self.ok(*edit, "--set", "depth=12", "--clear", "water")
        self.assertEqual(self.count(), 2)
        outbox = self.ok("device", "outbox", "--store", self.store)
        self.assertRegex(outbox, rf" 1  {WELL}  creates, \d+ writes, \d+ bytes")
        self.assertIn(WELL, self.ok("device", "list", "--store", self.store))
        shown = self.ok("device", "list", "--store", self.store, WELL)
        self.assertRegex(shown, r"2 pending")
        self.assertRegex(shown, r"name +Well = old")
        told = json.loads(
            self.ok("device", "list", "--store", self.store, WELL, "--json")
        )
        self.assertEqual((told["depth"], told["_pending"]), ("12", 2))
        self.sync(self.store)
        self.assertEqual(self.count(), 0)
        shown = self.ok("record", "show", "wells", WELL)
        self.assertRegex(shown, r"depth +12")
        self.assertRegex(shown, r"water +\(cleared\)")
        self.assertRegex(shown, r"uses +.*drink")
        self.ok(*edit, "--delete")
        self.sync(self.store)
        self.assertIn("(deleted)", self.ok("record", "show", "wells", WELL))

    def test_names_what_it_makes(self) -> None:
        new = ["device", "edit", "--store", self.store, "--create"]
        new += ["--area", "north", "--set"]
        one = self.ok(*new, "name=Nameless")
        self.assertRegex(one, r"\Arecord [0-9a-f-]{36}\n\Z")
        two = self.ok(
            *self.lines(
                '{"create": null, "area": "north", "set": {"name": "B"}}\n'
                '{"create": null, "area": "north", "set": {"name": "C"}}\n'
            )
        ).split()[1::2]
        self.assertEqual(len({one.split()[1], *two}), 3)
        # Of one run they follow each other; of two they have nothing in common.
        first, second = (int(name.replace("-", ""), 16) for name in two)
        self.assertEqual(second - first, 1)
        self.assertNotEqual(one.split()[1][:8], two[0][:8])
        self.sync(self.store)
        shown = self.ok("record", "show", "wells", one.split()[1])
        self.assertRegex(shown, r"name +Nameless")

    def test_works_without_a_server(self) -> None:
        edit = [
            "device", "edit", "--store", self.store, "--record", record(2),
            "--create", "--area", "north", "--set", "name=Offline",
        ]  # fmt: skip
        self.ok(*edit)
        self.fails(
            "device", "sync", "--store", self.store,
            "--server", "127.0.0.1:1", "--timeout", "1",
            saying="not done in time",
        )  # fmt: skip
        self.assertEqual(self.count(), 1)
        stats = self.path("stats.json")
        self.ok(
            "device", "sync", "--store", self.store, "--until-empty",
            "--stats", stats,
        )  # fmt: skip
        self.assertEqual(self.count(), 0)
        told = json.loads(pathlib.Path(stats).read_text())
        self.assertGreater(told["bytes_sent"], 0)
        self.assertGreaterEqual(told["round_trips"], 1)

    def test_what_others_wrote_arrives(self) -> None:
        self.edit(self.store, program.creation(record(3), "south", "Ours", 1))
        self.sync(self.store)
        other = self.device("another", "bola", "wells")
        shown = self.ok("device", "list", "--store", other, record(3))
        self.assertRegex(shown, "name +Ours")

    def test_a_file_of_edits_notes_what_it_wrote(self) -> None:
        made = self.path("made.jsonl")
        save = {"create": record(4), "area": "north", "set": {"name": "A"}}
        self.ok(*self.lines(json.dumps(save) + "\n"), "--made", made)
        noted = json.loads(pathlib.Path(made).read_text())
        self.assertEqual(noted["record"], record(4))
        self.assertEqual((noted["path"], noted["value"]), ("name", "A"))


def questionnaire(fields: int) -> str:
    """A form of so many questions, q0 and on."""
    names = [f"q{n}" for n in range(fields)]
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" '
        'xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Long'
        '</h:title><model><instance><data id="long" version="1">'
        + "".join(f"<{name}/>" for name in names)
        + "</data></instance></model></h:head><h:body>"
        + "".join(f'<input ref="/data/{name}"/>' for name in names)
        + "</h:body></h:html>"
    )


class LongFormTest(program.Story):
    """Ten thousand fields are as many as a form has, and one save writes."""

    def save(self, fields: int) -> dict:
        values = {f"q{n}": str(n) for n in range(fields)}
        return {"create": WELL, "area": "north", "set": values}

    def test_ten_thousand_fields(self) -> None:
        self.create("long", questionnaire(10_000))
        self.fails(
            "survey", "publish", "long",
            "--form", self.write("longer.xml", questionnaire(10_001)),
            saying=["longer.xml", "more fields", "10000"],
        )  # fmt: skip
        store = self.device("one", "amina", "long")
        # Two more writes are the record's area and whom it is assigned to.
        self.edit(store, self.save(9_998))
        self.sync(store)
        shown = self.ok("record", "show", "long", WELL)
        self.assertRegex(shown, r"q9997 +9997")
        path = self.write("more.jsonl", json.dumps(
            {**self.save(10_000), "create": record(2)}) + "\n")  # fmt: skip
        self.fails(
            "device", "edit", "--store", store, "--file", path,
            saying=["more.jsonl:1:", "10000"],
        )  # fmt: skip
        self.assertEqual(
            self.ok("device", "outbox", "--store", store, "--count"), "0\n"
        )


class BadDeviceTest(Work):
    def test_a_store_is_there_once(self) -> None:
        init = [
            "device", "init", "--device", "again", "--person", "amina",
            "--survey", "wells",
        ]  # fmt: skip
        self.fails(*init, "--store", self.store, saying=self.store)
        file = self.write("a-file", "x")
        self.fails(*init, "--store", file, saying=file)

    def test_a_store_must_be_there(self) -> None:
        none = self.path("no-device")
        for command in ("list", "outbox", "sync"):
            self.fails("device", command, "--store", none, saying=none)
        self.assertFalse(pathlib.Path(none).exists())

    def test_nothing_is_edited_before_a_first_sync(self) -> None:
        new = self.new_device("new", "amina", "wells")
        self.fails(
            "device", "edit", "--store", new, "--record", WELL, "--create",
            "--set", "name=A", saying="run `device sync` first",
        )  # fmt: skip

    def test_a_survey_nobody_knows(self) -> None:
        store = self.new_device("d", "amina", "roads")
        self.fails("device", "sync", "--store", store, saying="roads")

    def test_a_person_nobody_knows(self) -> None:
        store = self.new_device("s", "zoe", "wells")
        self.fails(
            "device", "sync", "--store", store, saying="not of the survey"
        )


class BadEditTest(Work):
    def refused(self, said: list[str], *content: str) -> None:
        self.fails(*self.lines(*content), saying=["edits.jsonl", *said])

    def one(self, **of: str) -> str:
        save = {"create": record(5), "area": "north", "set": of}
        return json.dumps(save) + "\n"

    def test_values_of_another_type(self) -> None:
        for field, value in (
            ("depth", "deep"),
            ("depth", "9" * 30),
            ("opened", "2014-02-30"),
            ("water", "salty"),
            ("uses", "drink swim"),
        ):
            self.refused([":1:", field], self.one(**{field: value}))
        self.assertEqual(self.count(), 0)

    def test_a_text_of_a_megabyte_names_the_limit(self) -> None:
        self.refused([":1:", "name", "131072"], self.one(name="x" * (1 << 20)))
        self.assertEqual(self.count(), 0)
        self.ok(*self.lines(self.one(name="x" * (128 << 10))))
        self.assertEqual(self.count(), 1)

    def test_an_oversized_save_names_the_limit(self) -> None:
        self.edit(self.store, {"create": record(6), "area": "north"})
        form = program.WELLS.replace('version="1"', 'version="2"')
        form = form.replace("<name/>", "<name/><owner/>")
        self.ok("survey", "publish", "wells", "--form", self.write("2.xml", form))
        self.sync(self.store)
        big = "x" * (127 << 10)
        self.refused([":1:", "245760"], self.one(name=big, owner=big))
        self.assertEqual(self.count(), 0)

    def test_lines_that_are_no_saves(self) -> None:
        good = self.one(name="A")
        self.refused([":2:", "JSON"], good, "{\n")
        self.assertEqual(self.count(), 1)
        for bad, said in (
            ({}, "one of"),
            ({"edit": WELL[:-1]}, "no UUID"),
            ({"edit": record(99)}, "not on this device"),
            ({"edit": record(5), "set": {"height": "1"}}, "height"),
            ({"edit": record(5), "set": {"depth": 5}}, "neither text nor null"),
            ({"edit": record(5), "status": "done"}, "no status"),
        ):
            self.refused([":1:", said], json.dumps(bad) + "\n")
        self.assertEqual(self.count(), 1)

    def test_text_that_is_not_utf8(self) -> None:
        path = self.write(
            "edits.jsonl",
            self.one(name="?").encode().replace(b"?", b"\xff\xfe"),
        )
        self.fails(
            "device", "edit", "--store", self.store, "--file", path,
            saying=["edits.jsonl:1:"],
        )  # fmt: skip
        self.assertEqual(self.count(), 0)

    def test_command_lines_that_say_nothing(self) -> None:
        edit = ["device", "edit", "--store", self.store]
        self.fails(*edit, saying="--record")
        self.fails(*edit, "--record", "12", saying=["12", "no UUID"])
        self.fails(*edit, "--record", WELL, "--set", "name", saying="PATH=VALUE")
        none = self.path("none.jsonl")
        self.fails(*edit, "--file", none, saying=none)


if __name__ == "__main__":
    program.main()
