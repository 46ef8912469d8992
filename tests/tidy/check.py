"""Checks the source of the project.

    tests/tidy/check.py <check>…        with no check named: all of them

Prints a line for each finding and exits with 1 if there is one.
"""

import sys

import includes
import layout
import project
import tools

CHECKS = {
    "cycles": includes.check_cycles,
    "format": tools.check_format,
    "guards": layout.check_guards,
    "includes": includes.check_includes,
    "lengths": layout.check_lengths,
    "protos": tools.check_protos,
    "scripts": tools.check_scripts,
    "targets": layout.check_targets,
    "words": layout.check_words,
}


def main():
    files = project.files()
    findings = []
    for name in sys.argv[1:] or sorted(CHECKS):
        findings += CHECKS[name](files)
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
