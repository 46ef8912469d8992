"""How cells of the releases become canonical text."""

import unittest

import demo_folder  # noqa: F401
import release


def column(kind, spelling, recode=""):
    return release.Column(
        "2013", "c", "p", kind, spelling, release.parse_recode(recode), ""
    )


class CanonicalTest(unittest.TestCase):
    def check(self, of, cells):
        for cell, expected in cells.items():
            with self.subTest(cell=cell):
                self.assertEqual(release.canonical(of, cell), expected)

    def test_whole_numbers_lose_their_fraction(self):
        self.check(
            column("integer", "number"),
            {"12.0": "12", "12": "12", "0.0": "0", "-0.0": "0", "100": "100", "": ""},
        )

    def test_a_ratio_to_nothing_is_no_answer(self):
        self.check(
            column("decimal", "number_6"), {"Inf": "", "-Inf": "", "NaN": "", "": ""}
        )

    def test_six_significant_digits_half_to_even(self):
        self.check(
            column("decimal", "number_6"),
            {
                "0.666666666666667": "0.666667",
                "48.64520000": "48.6452",
                "100": "100",
                "8.98765432e-05": "0.0000898765",
                "1.0000005": "1",
                "1.0000015": "1",
                "1.000015": "1.00002",
                "1.000025": "1.00002",
            },
        )

    def test_exact_figures_keep_every_digit(self):
        self.check(column("decimal", "number"), {"4719.54826269": "4719.54826269"})

    def test_points_keep_four_figures(self):
        self.check(
            column("point", "number_list"),
            {"5.10 7.35140332 83.69999694824219 5.0": "5.1 7.35140332 83.69999694824219 5"},
        )

    def test_recoded_choices(self):
        self.check(
            column("choice", "recode", "True=yes;Formal Only=formal_educ"),
            {"True": "yes", "Formal Only": "formal_educ", "other": "other", "": ""},
        )

    def test_text_keeps_its_bytes(self):
        self.check(column("text", "as_sent"), {" St. Mary\n": " St. Mary\n"})

    def test_what_is_not_foreseen_is_refused(self):
        for kind, spelling, cell in (
            ("integer", "number", "12.5"),
            ("integer", "number", "twelve"),
            ("decimal", "number_6", "1,5"),
            ("point", "number_list", "5.1"),
            ("choices", "as_sent", "a b"),
        ):
            with self.subTest(cell=cell), self.assertRaises(release.ReleaseError):
                release.canonical(column(kind, spelling), cell)
        with self.assertRaises(ValueError):
            release.canonical(column("date", "as_sent"), "2012-02-30")

    def test_a_recode_table_that_contradicts_itself_is_refused(self):
        for table in ("a=x;a=y", "a", "=x", "a="):
            with self.subTest(table=table), self.assertRaises(release.ReleaseError):
                release.parse_recode(table)

    def test_ids_are_written_with_hyphens(self):
        self.assertEqual(
            release.record_id("DA763F361A5166D9D37A0B1C83950473"),
            "da763f36-1a51-66d9-d37a-0b1c83950473",
        )


if __name__ == "__main__":
    unittest.main()
