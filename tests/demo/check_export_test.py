"""The check passes a perfect export, and finds each thing that can be wrong."""

import contextlib
import copy
import functools
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import demo_folder
import check_export
import made_export


_read = check_export.Release


@functools.cache
def _release(year):
    folder = demo_folder.FOLDER
    mapping = check_export.rows(folder / "mapping.csv")
    return _read(year, mapping, folder / "data" / f"schools_{year}.csv")


def read_once(year, mapping, path):
    """The releases are the same in all tests: reading them takes longest."""
    del mapping, path
    return _release(year)


class CheckExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.perfect = made_export.MadeExport(pathlib.Path(cls.temporary.name))

    def setUp(self):
        self.export = copy.deepcopy(self.perfect)

    def check(self, *more):
        """Exit code and output of the check."""
        self.export.write()
        folder = self.export.folder
        args = ["check_export.py", *more]
        for name in ("plan", "made", "export"):
            args += [f"--{name}", str(folder / name)]
        output = io.StringIO()
        with (
            mock.patch.object(sys, "argv", args),
            mock.patch.object(check_export, "Release", read_once),
            contextlib.redirect_stdout(output),
        ):
            right = check_export.Check(check_export.arguments()).run()
        return right, output.getvalue()

    def assert_finds(self, what, *more):
        right, output = self.check(*more)
        self.assertFalse(right, output)
        self.assertIn(what, output)

    def plain_cell(self):
        """A row and a path in it that no conflict touches."""
        for key, row in self.export.rows.items():
            if (key, "school_name") not in self.export.conflicts:
                return row, "school_name"
        raise AssertionError("every school is in conflict")

    def test_a_perfect_export_is_as_expected(self):
        right, output = self.check()
        self.assertTrue(right, output)
        self.assertIn("234,920 of 234,920 fields as expected", output)
        for policy in ("latest", "first", "role", "max", "min", "review"):
            self.assertIn(f"conflict, policy {policy}", output)

    def test_the_program_exits_with_1_if_a_cell_differs(self):
        row, path = self.plain_cell()
        row[path] += " "
        self.export.write()
        folder = self.export.folder
        command = [sys.executable, "-B", demo_folder.FOLDER / "check_export.py"]
        for name in ("plan", "made", "export"):
            command += [f"--{name}", folder / name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("234,919 of 234,920 fields as expected", done.stdout)

    def test_a_cell_that_lost_its_answer(self):
        row, path = self.plain_cell()
        row[path] = ""
        self.assert_finds("found ''")

    def test_a_deleted_school_that_is_there(self):
        deleted = "00000000-0000-0000-0000-000000000000"
        line = next(self.deleted())
        self.export.rows[deleted] = {"_id": line, "_deleted": "false"}
        self.assert_finds("is in the export")

    def deleted(self):
        for _, edit, _, _ in made_export.edits_of(self.export.folder / "plan"):
            if "delete" in edit:
                yield edit["delete"]

    def test_a_school_that_is_missing_or_of_nobody(self):
        self.export.rows.pop(next(iter(self.export.rows)))
        self.assert_finds("not in the export")
        self.export.rows["f" * 32] = {"_id": "f" * 32, "_deleted": "false"}
        self.assert_finds("in no release")

    def test_a_school_that_is_there_twice(self):
        row = dict(next(iter(self.export.rows.values())))
        self.export.rows["again"] = row
        self.assert_finds("there twice")

    def test_a_conflict_that_is_not_told(self):
        self.export.conflicts.popitem()
        self.assert_finds("0 lines in the conflicts")

    def test_a_conflict_that_nobody_made(self):
        row, path = self.plain_cell()
        line = {**self.export.first_conflict("latest"), "_id": row["_id"], "path": path}
        self.export.conflicts["made", "up"] = line
        self.assert_finds("conflict that nobody made")

    def test_a_loser_with_another_value(self):
        self.export.first_conflict("latest")["loser_value"] += "9"
        self.assert_finds("the edits made are")

    def test_a_wrong_winner(self):
        policies = ("latest", "first", "role", "max", "min", "review")
        for policy in policies:
            self.swap(self.export.first_conflict(policy))
        right, output = self.check()
        self.assertFalse(right)
        for policy in policies:
            self.assertIn(f"DIFFERS conflict, policy {policy}", output)

    def swap(self, line):
        """Shows the loser."""
        for what in ("value", "person", "seq"):
            shown, loser = f"shown_{what}", f"loser_{what}"
            line[shown], line[loser] = line[loser], line[shown]
        self.export.rows[line["_id"]][line["path"]] = line["shown_value"]

    def test_an_uncertain_order_may_show_either(self):
        line = self.export.first_conflict("latest")
        self.swap(line)
        line["uncertain"] = "true"
        right, output = self.check()
        self.assertTrue(right, output)

    def test_review_that_was_decided(self):
        self.export.first_conflict("review")["decided"] = "true"
        self.assert_finds("though a person is to decide")

    def test_status_area_and_enumerator(self):
        row, _ = self.plain_cell()
        row.update(_status="draft", _area="elsewhere", _assignee="nobody")
        right, output = self.check()
        self.assertFalse(right)
        for column in ("_status", "_area", "_assignee"):
            self.assertIn(f"{column}: expected", output)

    def test_an_edit_that_was_never_made(self):
        lines = self.export.made["enumerator07"]
        lines.pop()
        self.assert_finds("never made: enumerator07")

    def test_a_conflict_that_a_person_resolved(self):
        line = self.export.first_conflict("review")
        key, path = line["_id"], line["path"]
        resolved = ("--resolved", key, path, "decided so")
        self.export.rows[key][path] = "decided so"
        self.assert_finds("resolved, but still a conflict", *resolved)
        del self.export.conflicts[key, path]
        right, output = self.check(*resolved)
        self.assertTrue(right, output)
        self.assertIn("1 of         1  conflict, resolved by hand", output)


if __name__ == "__main__":
    unittest.main()
