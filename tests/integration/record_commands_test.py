"""`chasqui record`, `conflicts`, `progress` and `quarantine`."""

import json
import unittest

import program
from program import record

OLD, NEW, LOST = record(1), record(2), record(9)


class Work(program.Story):
    """A survey on which two people have worked. Both wrote the depth of OLD
    without knowledge of each other, and nobody but a person may decide that;
    NEW has no conflict; of LOST the server has only a change to it."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        policy = {"path": "depth", "policy": "CONFLICT_POLICY_REVIEW"}
        story = cls("tell")
        story.create("wells", policies=[policy])
        amina = story.device("one", "amina", "wells")
        sani = story.device("two", "sani", "wells")
        story.edit(
            amina,
            program.creation(OLD, "north", "Old well", 10),
            program.creation(NEW, "south", "New well", 20),
        )
        story.sync(amina)
        story.sync(sani)
        story.edit(amina, {"edit": OLD, "set": {"depth": "11"}})
        story.edit(sani, {"edit": OLD, "set": {"depth": "12"}})
        story.sync(amina)
        story.sync(sani)

    def act(self, *words: str) -> str:
        return self.ok(*words, "--as", "sani")

    def summary(self, of: str) -> str:
        lines = self.ok("record", "list", "wells", "--gone").splitlines()
        return next(line for line in lines if line.startswith(of))


class RecordTest(Work):
    def test_show(self) -> None:
        shown = self.ok("record", "show", "wells", NEW)
        self.assertRegex(shown, r"name +New well +amina")
        self.assertNotIn("history", shown)
        shown = self.ok("record", "show", "wells", OLD, "--history")
        for value in ("depth = 10", "depth = 11", "depth = 12"):
            self.assertIn(value, shown)
        self.assertIn("made the record", shown)
        lines = self.ok(
            "record", "show", "wells", OLD, "--history", "--json"
        ).splitlines()
        self.assertEqual(json.loads(lines[0])["summary"]["record"], OLD)
        self.assertEqual(len(json.loads(lines[1])["entries"]), 3)

    def test_list(self) -> None:
        both = self.ok("record", "list", "wells")
        self.assertIn(OLD, both)
        self.assertIn(NEW, both)
        north = self.ok("record", "list", "wells", "--area", "north")
        self.assertIn(OLD, north)
        self.assertNotIn(NEW, north)
        self.assertEqual(self.ok("record", "list", "wells", "--area", "state"), both)
        none = self.ok("record", "list", "wells", "--status", "approved")
        self.assertEqual(len(none.splitlines()), 1)
        mine = self.ok("record", "list", "wells", "--assignee", "amina", "--json")
        self.assertEqual(len(mine.splitlines()), 2)

    def test_delete_and_restore(self) -> None:
        self.assertIn("applied", self.act("record", "delete", "wells", NEW))
        self.assertNotIn(NEW, self.ok("record", "list", "wells"))
        self.assertIn("deleted", self.summary(NEW))
        self.assertIn("(deleted)", self.ok("record", "show", "wells", NEW))
        self.assertIn("applied", self.act("record", "restore", "wells", NEW))
        self.assertIn("submitted", self.summary(NEW))
        history = self.ok("record", "show", "wells", NEW, "--history")
        self.assertIn("record deleted", history)
        self.assertIn("brought back", history)

    def test_review_and_assign(self) -> None:
        self.act("record", "review", "wells", NEW, "--status", "approved")
        self.assertIn("approved", self.summary(NEW))
        self.act(
            "record", "assign", "wells", NEW, "--area", "north", "--assignee", "bola"
        )
        self.assertRegex(self.summary(NEW), "north +bola")
        self.act("record", "assign", "wells", NEW, "--area", "south")
        # Back to a draft is no step there is.
        self.fails(
            "record", "review", "wells", NEW, "--status", "draft",
            "--as", "sani", saying=["quarantine", "forbidden step"],
        )  # fmt: skip
        self.act("record", "review", "wells", NEW, "--status", "returned")

    def test_assign_all_that_a_rule_names(self) -> None:
        self.create("springs")
        store = self.device("three", "amina", "springs")
        self.edit(
            store,
            *(
                program.creation(record(100 + n), area, "Spring", n)
                for n, area in enumerate(["north"] * 20 + ["south"] * 10)
            ),
        )
        self.sync(store)
        south = ("record", "assign-all", "springs", "--area", "south")
        told = self.act(*south, "--to", "bola")
        self.assertIn("10 records assigned, 0 were already", told)
        told = self.act(*south, "--to", "bola")
        self.assertIn("0 records assigned, 10 were already", told)
        told = self.act(
            "record", "assign-all", "springs", "--unassigned", "--to", "amina"
        )
        self.assertIn("0 records assigned, 0 were already", told)
        bolas = self.device("four", "bola", "springs")
        listed = self.ok("device", "list", "--store", bolas, "--json")
        self.assertEqual(len(listed.splitlines()), 10)
        # What a person loses, their device loses at its next sync.
        self.act(*south, "--assignee", "bola", "--to-area", "north",
                 "--to", "amina")  # fmt: skip
        self.sync(bolas)
        listed = self.ok("device", "list", "--store", bolas, "--json")
        self.assertEqual(listed, "")
        self.fails(*south, "--to", "zainab", "--as", "sani",
                   saying="no such assignee")  # fmt: skip
        self.fails(*south, "--as", "sani", saying="neither area nor assignee")

    def test_what_is_asked_must_be_there(self) -> None:
        self.fails("record", "show", "wells", LOST, saying=["no record", LOST])
        self.fails("record", "show", "nowhere", OLD, saying="nowhere")
        for bad in ("12", OLD[:-1], OLD + "0", "x" * 36, ""):
            self.fails("record", "show", "wells", bad, saying=[bad, "is no id"])
        self.fails(
            "record", "list", "wells", "--area", "west", saying=["area", "west"]
        )
        self.fails(
            "record", "list", "wells", "--status", "lost",
            saying=["--status", "lost"],
        )  # fmt: skip

    def test_acts_need_a_person_who_may(self) -> None:
        self.fails("record", "delete", "wells", OLD, saying="--as")
        self.fails(
            "record", "delete", "wells", OLD, "--as", "zoe", saying="zoe"
        )
        self.fails(
            "record", "delete", "wells", LOST, "--as", "sani", saying=LOST
        )
        self.assertIn("submitted", self.summary(OLD))


class ConflictTest(Work):
    def test_a_conflict_is_listed_shown_and_resolved(self) -> None:
        listed = self.ok("conflicts", "list", "wells")
        self.assertIn("1 conflicts, of which 1 wait for a person", listed)
        shown = self.ok("conflicts", "show", "wells", OLD)
        self.assertIn("waits for a person", shown)
        for value, who in (("11", "amina on one"), ("12", "sani on two")):
            self.assertRegex(shown, f"(shown|not) +{value} +.{who}")
        self.assertEqual(self.ok("conflicts", "show", "wells", OLD, "name"), "")
        self.assertEqual(
            len(self.ok("conflicts", "list", "wells", "--json").splitlines()), 1
        )
        self.assertIn(
            "0 conflicts",
            self.ok("conflicts", "list", "wells", "--area", "south"),
        )
        self.fails(
            "conflicts", "resolve", "wells", OLD, "depth", "--value", "deep",
            "--as", "sani", saying=["depth", "integer"],
        )  # fmt: skip
        self.fails(
            "conflicts", "resolve", "wells", OLD, "dept", "--value", "1",
            "--as", "sani", saying="dept",
        )  # fmt: skip
        self.fails(
            "conflicts", "resolve", "wells", OLD, "depth", "--value", "1",
            saying="--as",
        )  # fmt: skip
        self.act("conflicts", "resolve", "wells", OLD, "depth", "--value", "13")
        self.assertIn("0 conflicts", self.ok("conflicts", "list", "wells"))
        self.assertRegex(
            self.ok("record", "show", "wells", OLD), r"depth +13 +sani"
        )


class ProgressTest(Work):
    def test_by_everything(self) -> None:
        whole = self.ok("progress", "wells")
        self.assertRegex(whole, r"all +0 +0 +2 +0 +0 +1 +0 +0")
        by_area = self.ok("progress", "wells", "--by", "area")
        self.assertRegex(by_area, r"state State +0 +0 +2")
        self.assertRegex(by_area, r"north North +0 +0 +1 +0 +0 +1")
        self.assertRegex(by_area, r"south South +0 +0 +1 +0 +0 +0")
        self.assertRegex(
            self.ok("progress", "wells", "--by", "person"), r"amina +0 +0 +2"
        )
        self.assertRegex(
            self.ok("progress", "wells", "--by", "day"),
            r"\d{4}-\d\d-\d\d +2",
        )
        self.assertRegex(
            self.ok("progress", "wells", "--by", "device"),
            r"one +\d{4}-\d\d-\d\d .*Z +\d+",
        )
        told = json.loads(self.ok("progress", "wells", "--json"))
        self.assertEqual(told["total"]["submitted"], "2")
        self.fails("progress", "wells", "--by", "moon", saying=["--by", "moon"])

    def test_watch_tells_of_what_happens(self) -> None:
        assert self.server is not None
        watch = program.start(
            self.binary, "progress", "wells", "--watch", "--json",
            "--server", self.server.address,
        )  # fmt: skip
        first = json.loads(watch.stdout.readline())
        self.assertEqual(first["total"]["submitted"], "2")
        self.act("record", "review", "wells", NEW, "--status", "approved")
        second = json.loads(watch.stdout.readline())
        self.assertEqual(second["total"]["approved"], "1")
        self.act("record", "review", "wells", NEW, "--status", "returned")
        watch.terminate()
        watch.communicate()


class QuarantineTest(Work):
    def test_waits_for_a_person(self) -> None:
        bola = self.device("three", "bola", "wells")
        third, fourth = record(3), record(4)
        # Who collects does not approve.
        far = program.creation(third, "south", "Far well", 30)
        further = program.creation(fourth, "south", "Further", 40)
        self.edit(
            bola,
            {**far, "status": "approved"},
            {**further, "status": "approved"},
        )
        self.sync(bola)
        listed = self.ok("quarantine", "list", "wells")
        self.assertEqual(listed.count("forbidden step"), 2)
        self.assertIn("bola on three", listed)
        self.assertIn("Far well", listed)
        self.assertRegex(self.ok("progress", "wells"), r"all .* 2\n")
        seqs = [
            json.loads(line)["by"]["seq"]
            for line in self.ok(
                "quarantine", "list", "wells", "--json"
            ).splitlines()
        ]
        self.fails(
            "quarantine", "release", "wells", "1", "--as", "sani", saying="1"
        )
        self.fails("quarantine", "release", "wells", seqs[0], saying="--as")
        self.act("quarantine", "release", "wells", seqs[0])
        self.act("quarantine", "reject", "wells", seqs[1])
        self.assertEqual(self.ok("quarantine", "list", "wells"), "")
        listed = self.ok("record", "list", "wells")
        self.assertIn(third, listed)
        self.assertNotIn(fourth, listed)


if __name__ == "__main__":
    program.main()
