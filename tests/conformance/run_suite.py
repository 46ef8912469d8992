"""Runs the Connect protocol's test suite against our server of it.

    run_suite.py --suite CONNECTCONFORMANCE [--server CONFORMANCE_SERVER]

Without the suite, which takes Go to build, the run is skipped; not where CI is
set in the environment, which has all that the tests take.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

FEATURES = pathlib.Path(__file__).with_name("features.yaml")
SKIPPED = 77
# The suite of this version has more for what features.yaml says. Fewer would be
# a test that passes because it no longer tests.
LEAST = 100


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--suite", required=True)
    parser.add_argument("--server", default="")
    arguments = parser.parse_args()
    if not pathlib.Path(arguments.suite).exists() or not arguments.server:
        print("skipped: needs Go 1.26, then deploy/setup.sh --all-tests")
        return 1 if os.environ.get("CI") else SKIPPED
    done = subprocess.run(
        [arguments.suite, "--mode", "server", "--conf", str(FEATURES),
         "--max-servers", "2", "--parallel", "4", "--", arguments.server],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    print(done.stdout)
    ran = re.search(r"^Total cases: (\d+)", done.stdout, re.MULTILINE)
    if done.returncode == 0 and (not ran or int(ran[1]) < LEAST):
        print(f"fewer than {LEAST} cases were run")
        return 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
