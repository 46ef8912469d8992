"""Shows the checks of mutations something that is wrong, and what is right."""

import unittest

import mutations

TEXT = """A rule that is
too simple.
--- sync/a.cc
  if (seen) return;
--- instead
  return;
--- sync/b.cc
gone
--- instead
"""


def sources(**texts):
    return lambda path: texts[path.replace("/", "_").replace(".", "_")]


class MutationsTest(unittest.TestCase):

    def test_a_file_is_a_rule_and_texts_with_what_takes_their_place(self):
        mutation = mutations.parse(TEXT, 5, "program")
        self.assertEqual(mutation.rule, "A rule that is too simple.")
        self.assertEqual(mutation.edits, [
            mutations.Edit("sync/a.cc", "  if (seen) return;", "  return;"),
            mutations.Edit("sync/b.cc", "gone", ""),
        ])

    def test_a_file_that_makes_no_sense_is_an_error(self):
        for text in ["", "only a rule\n", TEXT.partition("\n--- sync/a.cc")[2],
                     TEXT + "--- sync/c.cc\nalone\n",
                     "rule\n--- sync/a.cc\n--- instead\nx\n"]:
            with self.assertRaises(ValueError, msg=text):
                mutations.parse(text, 5, "program")

    def test_each_text_is_replaced(self):
        mutation = mutations.parse(TEXT, 5, "program")
        texts = mutations.applied(mutation, sources(
            sync_a_cc="{\n  if (seen) return;\n}\n", sync_b_cc="is gone now"))
        self.assertEqual(texts, {"sync/a.cc": "{\n  return;\n}\n",
                                 "sync/b.cc": "is  now"})

    def test_a_text_that_is_not_there_once_is_an_error(self):
        mutation = mutations.parse(TEXT, 5, "program")
        for text in ["", "  if (seen) return;\n  if (seen) return;\n"]:
            with self.assertRaises(ValueError, msg=text):
                mutations.applied(mutation,
                                  sources(sync_a_cc=text, sync_b_cc="gone"))

    def test_each_row_is_tested_and_each_of_its_programs_has_one_mutation(self):
        every = mutations.load()
        tests = {(m.program, m.row) for m in every}
        self.assertEqual(mutations.findings(every, tests), [])
        without = {pair for pair in tests if pair[1] != 5}
        self.assertEqual(len(mutations.findings(every, without)), 2)
        fewer = [m for m in every if m.row != 6]
        self.assertEqual(len(mutations.findings(fewer, tests)), 1)
        self.assertEqual(len(mutations.findings(every + every[:1], tests)), 1)

    def test_finds_the_tests_by_their_names(self):
        self.assertEqual(mutations.TEST.findall(
            "TEST_F(A, Counterexample07_Rule) {}\n"
            "TEST(B, Counterexample11_Other) {}\n"
            "// TEST(C, Counterexample12_NotOne)\n"
            "TEST(D, SomethingElse) {}\n"), ["07", "11"])


if __name__ == "__main__":
    unittest.main()
