"""`chasqui survey import-register`: good registers, and broken ones."""

import unittest
import uuid

import program

HEAD = "id,area,who,name,depth\n"


class RegisterTest(program.Story):
    """Each test has a survey of its own."""

    def setUp(self) -> None:
        self.survey = self.id().rpartition(".")[2].removeprefix("test_")
        self.create(self.survey)

    def words(self, content: str | bytes, *more: str) -> list[str]:
        return [
            "survey", "import-register", self.survey,
            self.write("register.csv", content),
            "--id", "id", "--area", "area", "--assignee", "who", *more,
        ]  # fmt: skip

    def load(self, content: str | bytes, *more: str) -> str:
        return self.ok(*self.words(content, *more))

    def refused(
        self, content: str | bytes, saying: str | list[str], *more: str
    ) -> str:
        said = self.fails(*self.words(content, *more), saying=saying)
        self.assertIn("register.csv", said)
        self.assertEqual(self.records(), [], "something was loaded")
        return said

    def records(self) -> list[str]:
        return self.ok("record", "list", self.survey).splitlines()[1:]


class GoodRegisterTest(RegisterTest):
    def test_becomes_assigned_records(self) -> None:
        ids = [program.record(1), program.record(2)]
        said = self.load(
            HEAD
            + f'{ids[0]},north,amina,"Well, old",12\n{ids[1]},south,bola,New,\n'
        )
        self.assertIn("2 rows: 2 records made, 0 changed, 0 as before", said)
        one, two = sorted(self.records())
        self.assertRegex(one, f"{ids[0]} +assigned +north +amina +0")
        self.assertRegex(two, f"{ids[1]} +assigned +south +bola +0")
        shown = self.ok("record", "show", self.survey, ids[0])
        self.assertRegex(shown, r"name +Well, old")
        self.assertRegex(shown, r"depth +12")
        self.assertNotIn("depth", self.ok("record", "show", self.survey, ids[1]))

    def test_writes_only_what_differs(self) -> None:
        rows = [f"{program.record(n)},north,amina,W,{n}\n" for n in range(9)]
        self.load(HEAD + "".join(rows))
        said = self.load(HEAD + "".join(rows))
        self.assertIn("0 records made, 0 changed, 9 as before", said)
        rows[4] = rows[4].replace(",4\n", ",5\n")
        rows.append(f"{program.record(9)},north,amina,W,9\n")
        said = self.load(HEAD + "".join(rows))
        self.assertIn("10 rows: 1 records made, 1 changed, 8 as before", said)
        history = self.ok(
            "record", "show", self.survey, program.record(4), "--history"
        )
        self.assertEqual(history.count("depth = "), 2)
        self.assertEqual(history.count("name = "), 1)

    def test_a_key_that_is_no_uuid_gets_one_by_name(self) -> None:
        self.load(HEAD + "SCH-1,north,amina,A,1\nSCH-2,north,amina,B,2\n")
        ids = sorted(line.split()[0] for line in self.records())
        self.assertEqual({uuid.UUID(each).version for each in ids}, {5})
        self.assertIn(
            "0 records made, 0 changed, 1 as before",
            self.load(HEAD + "SCH-1,north,amina,A,1\n"),
        )
        # The same key in another survey is another record.
        self.survey = "elsewhere"
        self.create(self.survey)
        self.load(HEAD + "SCH-1,north,amina,A,1\n")
        self.assertNotIn(self.records()[0].split()[0], ids)

    def test_every_row_twice_counts_once(self) -> None:
        rows = [f"SCH-{n},north,amina,W,{n}\n" for n in range(20)]
        said = self.load(HEAD + "".join(row + row for row in rows))
        self.assertIn("40 rows: 20 records made", said)
        self.assertIn("20 rows left out for another of the same id", said)
        self.assertEqual(len(self.records()), 20)
        said = self.load(HEAD + "".join(rows) + "".join(rows))
        self.assertIn("0 records made, 0 changed, 20 as before", said)

    def test_line_ends_and_byte_order_marks(self) -> None:
        text = HEAD + 'A,north,amina,"two\r\nlines",1\n'
        self.load("\ufeff" + text.replace("\n", "\r\n").replace("\r\r", "\r"))
        self.assertEqual(len(self.records()), 1)

    def test_columns_may_be_ignored(self) -> None:
        self.load(
            "id,area,who,remark\nA,north,amina,x\n", "--ignore", "remark"
        )
        self.assertEqual(len(self.records()), 1)


class DuplicatesTest(RegisterTest):
    ROWS = HEAD + (
        "A,north,amina,First,1\n"
        "B,north,amina,Other,2\n"
        "A,north,amina,Second,1\n"
        "A,south,bola,Third,1\n"
    )

    def test_are_refused_by_line(self) -> None:
        said = self.refused(self.ROWS, ["2", "4", "5", "--duplicates"])
        self.assertIn("\"A\"", said)

    def test_first(self) -> None:
        said = self.load(self.ROWS, "--duplicates", "first")
        self.assertIn("4 rows: 2 records made", said)
        self.assertIn("2 rows left out", said)
        self.assertIn("First", self.names())
        self.assertNotIn("Third", self.names())

    def test_last(self) -> None:
        self.load(self.ROWS, "--duplicates", "last")
        self.assertIn("Third", self.names())
        self.assertNotIn("First", self.names())

    def test_by_another_word(self) -> None:
        self.fails(
            *self.words(self.ROWS, "--duplicates", "middle"),
            saying=["--duplicates", "middle"],
        )

    def names(self) -> str:
        ids = [line.split()[0] for line in self.records()]
        return "".join(self.ok("record", "show", self.survey, i) for i in ids)


class BadRegisterTest(RegisterTest):
    def test_a_missing_column(self) -> None:
        self.refused("id,who,name\nA,amina,W\n", ["area", "column"])
        self.refused("key,area,who\nA,north,amina\n", ['"id"', "column"])

    def test_a_column_of_no_field(self) -> None:
        self.refused(
            "id,area,who,height\nA,north,amina,1\n", ["height", "--ignore"]
        )

    def test_a_column_twice(self) -> None:
        self.refused("id,area,who,name,name\nA,north,amina,x,y\n", "name")

    def test_broken_quotes(self) -> None:
        self.refused(HEAD + 'A,north,amina,W,1\nB,north,amina,"W,2\n', "3")
        self.refused(HEAD + 'A,north,amina,W"x,1\n', ["2", "quote"])
        self.refused(HEAD + 'A,north,amina,"W"x,1\n', ["2", "quote"])

    def test_rows_of_another_length(self) -> None:
        self.refused(HEAD + "A,north,amina\n", ["2", "5", "3"])

    def test_values_of_another_type(self) -> None:
        self.refused(HEAD + "A,north,amina,W,deep\n", ["2", "depth", "deep"])

    def test_areas_and_people_nobody_knows(self) -> None:
        self.refused(HEAD + "A,west,amina,W,1\n", ["2", "west"])
        self.refused(HEAD + "A,north,zoe,W,1\n", ["2", "zoe"])

    def test_rows_without_a_key(self) -> None:
        self.refused(HEAD + ",north,amina,W,1\n", ["2", "id"])

    def test_an_empty_file(self) -> None:
        self.refused("", "header")

    def test_what_is_not_text(self) -> None:
        self.refused(HEAD.encode() + b"A,north,amina,\xff\xfe,1\n", ["2", "UTF-8"])

    def test_many_errors_are_not_all_told(self) -> None:
        rows = "".join(f"K{n},north,amina,W,deep\n" for n in range(1000))
        said = self.refused(HEAD + rows, "deep")
        self.assertLess(said.count("deep"), 30)

    def test_a_text_of_a_megabyte(self) -> None:
        self.refused(HEAD + f"A,north,amina,{'x' * (1 << 20)},1\n", ["2", "name"])

    def test_no_form_and_no_file(self) -> None:
        self.ok(
            "survey", "create", "formless",
            "--config", self.write("config.json", program.config()),
        )  # fmt: skip
        self.survey = "formless"
        self.fails(
            *self.words(HEAD), saying="the survey has no form yet: publish one"
        )
        self.fails(
            "survey", "import-register", "formless", self.path("none.csv"),
            "--id", "id", "--area", "area",
            saying=["none.csv", "No such file"],
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
