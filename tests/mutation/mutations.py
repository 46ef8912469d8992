"""The mutations of rows/: for each row of the table of counterexamples, the
change to our sources that switches its clause off.

rows/<program>/<row>.txt is about the tests Counterexample<row>_… of <program>.
It begins with a sentence on the simpler rule, and goes on with the text to be
found, exactly once, and what to put in its place:

    --- sync/lineage.cc
    the text to be found
    --- instead
    the text in its place
"""

import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests/mutation/rows"

# Rows of the table.
ROWS = range(1, 35)

# Where a program's tests of rows are.
SOURCES = {
    "counterexamples_test": "tests/sync",
    "client_test": "tests/client",
}
TEST = re.compile(r"^TEST(?:_F)?\(\w+,\s+Counterexample(\d\d)_\w+\)",
                  re.MULTILINE)

Edit = collections.namedtuple("Edit", "path find instead")
Mutation = collections.namedtuple("Mutation", "row program rule edits")


def parse(text, row, program):
    """Reads one file of rows/. ValueError if it makes no sense."""
    rule, *parts = re.split(r"^--- (.*)\n", text, flags=re.MULTILINE)
    edits = []
    while parts:
        path, find, instead, replacement, *parts = parts + [""] * (-len(parts) % 4)
        if instead != "instead" or not find.strip():
            raise ValueError(f"{program}/{row:02}: not in pairs")
        edits.append(Edit(path, find.removesuffix("\n"),
                          replacement.removesuffix("\n")))
    if not rule.strip() or not edits:
        raise ValueError(f"{program}/{row:02}: says nothing")
    return Mutation(row, program, " ".join(rule.split()), edits)


def load():
    return [parse(path.read_text(encoding="utf-8"), int(path.stem),
                  path.parent.name)
            for path in sorted(FOLDER.glob("*/*.txt"))]


def applied(mutation, read):
    """Maps each path that the mutation changes to its text after it.

    `read` gives the text of a path. ValueError if a text to be replaced is not
    there, or there more than once.
    """
    texts = {}
    for edit in mutation.edits:
        text = texts.get(edit.path) or read(edit.path)
        count = text.count(edit.find)
        if count != 1:
            raise ValueError(
                f"rows/{mutation.program}/{mutation.row:02}.txt: {edit.path} "
                f"has its text {count} times, not once: {edit.find.strip()}")
        texts[edit.path] = text.replace(edit.find, edit.instead)
    return texts


def tests_of_rows():
    """The pairs (program, row) that have a test."""
    return {(program, int(row))
            for program, folder in SOURCES.items()
            for path in (ROOT / folder).glob("*_test.cc")
            for row in TEST.findall(path.read_text(encoding="utf-8"))}


def findings(mutations, tests):
    """What is wrong with the mutations, seen beside the tests and sources."""
    found = []
    for row in ROWS:
        if not any(row == tested for _, tested in tests):
            found.append(f"row {row} has no test by its name")
    for program, row in sorted(tests):
        count = sum(1 for m in mutations if (m.program, m.row) == (program, row))
        if count != 1:
            found.append(f"row {row} of {program} has {count} mutations, not one")
    for mutation in mutations:
        if (mutation.program, mutation.row) not in tests:
            found.append(f"{mutation.program} has no test of row {mutation.row}")
        try:
            applied(mutation, lambda path: (ROOT / path).read_text("utf-8"))
        except (ValueError, OSError) as error:
            found.append(str(error))
    return found
