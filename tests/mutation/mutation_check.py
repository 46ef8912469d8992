"""Sees every test of a counterexample fail with its clause switched off.

    tests/mutation/mutation_check.py [--rows 1,5] [--program client_test]
    tests/mutation/mutation_check.py --list

Works on a copy of the sources in build/mutation/tree, which stays there, so that
a later run builds only what has changed. For each mutation (mutations.py): the
copy is changed, the program built again and each test of the row run by itself;
then the copy is as it was. First of all the tests must pass without any.

Prints a line for each row. Exits with 1 if a test survives its mutation, or a
mutation does not build. All rows take some ten minutes on two cores, and as much
again where the copy is not built yet.

With --list nothing is built: every row has its mutation, and what that replaces
is still in the sources exactly once. That is a test of CTest.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

import mutations

SCRATCH = mutations.ROOT / "build/mutation"
TREE = SCRATCH / "tree"
BUILD = SCRATCH / "build"
TIMEOUT = 300


def listed():
    """Our sources: what git knows or would add."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={mutations.ROOT}", "ls-files", "--cached",
         "--others", "--exclude-standard", "-z"],
        cwd=mutations.ROOT, stdout=subprocess.PIPE, check=True)
    return sorted(set(filter(None, done.stdout.decode().split("\0"))))


def copy_sources():
    """Makes TREE what the sources are; what is equal keeps its time."""
    paths = [path for path in listed() if (mutations.ROOT / path).is_file()]
    for path in paths:
        write(path, (mutations.ROOT / path).read_bytes())
    for old in [p for p in TREE.rglob("*") if p.is_file()]:
        if str(old.relative_to(TREE)) not in set(paths):
            old.unlink()


def write(path, content):
    target = TREE / path
    if target.is_file() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def run(command):
    return subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          errors="replace")


def configure():
    options = {
        "CMAKE_BUILD_TYPE": "Debug", "CMAKE_CXX_FLAGS_DEBUG": "-O0",
        "CMAKE_CXX_COMPILER": shutil.which("clang++") or "c++",
        # A clause that is off leaves functions without a caller.
        "CHASQUI_WERROR": "OFF", "CHASQUI_PCH": "ON",
    }
    return run(["cmake", "-G", "Ninja", "-S", TREE, "-B", BUILD,
                *(f"-D{name}={value}" for name, value in options.items())])


def build(programs):
    return run(["cmake", "--build", BUILD, "--target", *programs])


def tests_of(program, row):
    """The full names of the program's tests of `row`."""
    done = run([BUILD / "bin" / program, "--gtest_list_tests",
                f"--gtest_filter=*Counterexample{row:02}_*"])
    names, suite = [], ""
    for line in done.stdout.splitlines():
        if line.startswith("  "):
            names.append(suite + line.split()[0])
        elif line.rstrip().endswith("."):
            suite = line.strip()
    return names


def passes(program, test):
    command = [str(BUILD / "bin" / program), f"--gtest_filter={test}"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, check=False,
                              timeout=TIMEOUT, errors="replace")
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def verdict(mutation):
    """What came of it: "failed", or what is wrong."""
    before = {}

    def read(path):
        before[path] = (TREE / path).read_bytes()
        return before[path].decode()

    try:
        for path, text in mutations.applied(mutation, read).items():
            write(path, text.encode())
        done = build([mutation.program])
        if done.returncode != 0:
            return "DOES NOT BUILD\n" + done.stdout[-3000:]
        tests = tests_of(mutation.program, mutation.row)
        alive = [test for test in tests if passes(mutation.program, test)]
        if not tests:
            return "HAS NO TEST"
        return "SURVIVED: " + ", ".join(alive) if alive else "failed"
    finally:
        for path, content in before.items():
            write(path, content)


def prepare(chosen):
    """Builds what is to be mutated. Returns what is wrong without a mutation."""
    programs = sorted({mutation.program for mutation in chosen})
    copy_sources()
    for done in (configure(), build(programs)):
        if done.returncode != 0:
            return done.stdout[-3000:]
    for mutation in chosen:
        for test in tests_of(mutation.program, mutation.row):
            if not passes(mutation.program, test):
                return f"{test} fails without a mutation"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", help="numbers, with commas; else all")
    parser.add_argument("--program", help="one of the programs; else all")
    parser.add_argument("--list", action="store_true", help="build nothing")
    options = parser.parse_args()

    every = mutations.load()
    wrong = mutations.findings(every, mutations.tests_of_rows())
    if wrong or options.list:
        print("\n".join(wrong))
        return 1 if wrong else 0
    rows = [int(row) for row in (options.rows or "").split(",") if row]
    chosen = [m for m in every if (not rows or m.row in rows)
              and options.program in (None, m.program)]
    if unready := prepare(chosen):
        print(unready)
        return 1
    survivors = 0
    for mutation in chosen:
        result = verdict(mutation)
        survivors += result != "failed"
        print(f"row {mutation.row:2} {mutation.program:20} {result}"
              f"  ({mutation.rule})", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} rows seen to fail")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
