"""Says once more, at the end, what failed and the last it said.

    tests/failures.py build/suite/results.xml

The argument is what CTest wrote by --output-junit. The output of a failed test
is in the middle of thousands of lines, and where only the end of a log is kept
it would be lost.
"""

import sys
import xml.etree.ElementTree

LINES = 12  # of each
TESTS = 5


def said_last(case):
    output = case.findtext("system-out") or ""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    return lines[-LINES:]


def main():
    cases = xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase")
    failed = [case for case in cases if case.get("status") == "fail"]
    for case in failed[:TESTS]:
        print(f"\n== {case.get('name')} failed; the last it said:")
        print("\n".join(said_last(case)))
    if failed:
        print(f"\n{len(failed)} failed:")
        print("\n".join(f"\t{case.get('name')}" for case in failed))


if __name__ == "__main__":
    main()
