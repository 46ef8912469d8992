"""Shows each check something that is wrong, and something that is right."""

import unittest

import check
import includes
import layout
import tools

TABLE = includes.Table("""
folder low        : absl
folder low/deeper : low absl
folder proto/chasqui/v1 :
folder high       : low store proto/chasqui/v1
folder high/main.cc : *
library absl  : absl/ : strings
library store : store.h : files
never low : thread
""")


class IncludeTableTest(unittest.TestCase):

    def finding(self, path, header, angled=False):
        return TABLE.finding(path, header, angled)

    def test_what_the_table_names_is_allowed(self):
        for path, header in [
            ("low/a.cc", "low/a.h"), ("low/a.cc", "absl/strings/str_cat.h"),
            ("low/deeper/a.cc", "low/a.h"), ("high/a.cc", "store.h"),
            ("high/a.cc", "chasqui/v1/sync.pb.h"),
            ("high/a.cc", "chasqui/v1/sync.grpc.pb.h"),
            ("high/main.cc", "anything.h"),
        ]:
            self.assertIsNone(self.finding(path, header), (path, header))

    def test_what_it_does_not_name_is_not(self):
        for path, header in [
            ("low/a.cc", "high/a.h"), ("low/a.cc", "low/deeper/a.h"),
            ("low/a.cc", "store.h"), ("low/a.cc", "chasqui/v1/sync.pb.h"),
            ("high/a.cc", "absl/strings/str_cat.h"), ("high/a.cc", "other.h"),
            ("elsewhere/a.cc", "low/a.h"),
        ]:
            self.assertIsNotNone(self.finding(path, header), (path, header))

    def test_the_standard_library_is_allowed_but_for_what_is_banned(self):
        self.assertIsNone(self.finding("low/a.cc", "string", angled=True))
        self.assertIsNone(self.finding("high/a.cc", "thread", angled=True))
        self.assertIsNotNone(self.finding("low/a.cc", "thread", angled=True))
        self.assertIsNotNone(self.finding("low/a.cc", "unistd.h", angled=True))

    def test_a_line_that_makes_no_sense_is_an_error(self):
        for text in ["folder low", "library absl : absl/", "folders low : absl",
                     "folder low : nowhere"]:
            with self.assertRaises(ValueError, msg=text):
                includes.Table(text)

    def test_finds_the_line(self):
        text = '// a\n#include <thread>\n#  include "store.h"\n'
        self.assertEqual(list(includes.included("low/a.h", text)),
                         [(2, "thread", True), (3, "store.h", False)])
        text = 'syntax = "proto3";\nimport "chasqui/v1/a.proto";\n'
        self.assertEqual(list(includes.included("proto/a.proto", text)),
                         [(2, "chasqui/v1/a.pb.h", False)])

    def test_storage_messages_stay_out_of_the_api(self):
        files = {
            "proto/chasqui/v1/a.proto": 'import "chasqui/storage/v1/b.proto";\n'
        }
        self.assertEqual(len(includes.check_includes(files)), 1)

    def test_cycles(self):
        self.assertEqual(includes.cycles({"a": {"b"}, "b": {"c"}}), [])
        self.assertEqual(includes.cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}),
                         [["a", "b", "c", "a"]])
        files = {"sync/a.h": '#include "storage/b.h"\n',
                 "storage/b.h": '#include "sync/a.h"\n'}
        self.assertEqual(len(includes.check_cycles(files)), 1)


class LayoutTest(unittest.TestCase):

    def test_length_counts_code_only(self):
        code = "int x;\n" * layout.LONGEST
        self.assertEqual(layout.check_lengths({"a.cc": code + "// end\n\n"}), [])
        self.assertEqual(len(layout.check_lengths({"a.cc": code + "x;\n"})), 1)

    def test_guard_is_by_path(self):
        good = ("#ifndef CHASQUI_SYNC_A_B_H_\n#define CHASQUI_SYNC_A_B_H_\n"
                "#endif  // CHASQUI_SYNC_A_B_H_\n")
        self.assertEqual(layout.check_guards({"sync/a_b.h": good}), [])
        self.assertEqual(len(layout.check_guards({"sync/other.h": good})), 2)
        self.assertEqual(len(layout.check_guards({"sync/a_b.h": ""})), 2)

    def test_words(self):
        for word in [*layout.BANNED, *layout.FOREIGN_PATHS]:
            files = {"a.cc": f"int x;  // {word}\n"}
            self.assertEqual(len(layout.check_words(files)), 1, word)
        for text in ["// done\n", 'mkdtemp("chasqui-XXXXXX")\n']:
            self.assertEqual(layout.check_words({"a.cc": text}), [], text)

    def test_every_source_is_in_a_target(self):
        files = {"tests/a/CMakeLists.txt": "x(\n  one_test.cc\n)\n",
                 "tests/a/one_test.cc": "", "tests/a/another_one_test.cc": ""}
        self.assertEqual(layout.check_targets(files),
                         ["tests/a/another_one_test.cc: "
                          "no CMakeLists.txt names it"])
        del files["tests/a/another_one_test.cc"]
        self.assertEqual(layout.check_targets(files), [])
        files = {"CMakeLists.txt": "x(low/a.cc)", "low/a.cc": ""}
        self.assertEqual(layout.check_targets(files), [])


class ToolsTest(unittest.TestCase):

    def test_scripts(self):
        self.assertEqual(tools.check_scripts({"a.py": "x = 1\n"}), [])
        self.assertEqual(len(tools.check_scripts({"a.py": "x = \n"})), 1)
        self.assertEqual(len(tools.check_scripts({"a.json": "{,}"})), 1)

    def test_a_failing_program_is_a_finding(self):
        self.assertEqual(tools.run(["true"]), [])
        self.assertEqual(len(tools.run(["false"])), 1)
        self.assertEqual(len(tools.run(["no-such-program"])), 1)


class CheckTest(unittest.TestCase):

    def test_ctest_runs_every_check(self):
        with open("CMakeLists.txt", encoding="utf-8") as listing:
            text = listing.read()
        for name in check.CHECKS:
            self.assertRegex(text, rf"foreach\(check.* {name}\b")


if __name__ == "__main__":
    unittest.main()
