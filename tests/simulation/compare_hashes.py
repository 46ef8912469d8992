"""Compares what the simulation comes to in builds by different compilers.

    compare_hashes.py build/dev/bin/simulation

Runs the same seeds in that build and in each other build/<preset> whose program
is not older than the sources, and demands the same hash of every seed.
"""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEEDS = "1..40"
SOURCES = ("client", "sync", "storage", "tests/simulation", "tests/testing")


def newest_source():
    times = [path.stat().st_mtime
             for folder in SOURCES
             for path in (ROOT / folder).rglob("*")
             if path.suffix in (".h", ".cc")]
    return max(times)


def hashes_of(program):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "hashes"
        subprocess.run([program, "--seeds", SEEDS, "--hashes", file],
                       check=True, stdout=subprocess.DEVNULL)
        return dict(line.split() for line in file.read_text().splitlines())


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    expected = hashes_of(program)
    if not expected:
        sys.exit("no seed was run")
    newest = newest_source()
    different = 0
    for other in sorted(ROOT.glob("build/*/bin/simulation")):
        if other.resolve() == program or other.stat().st_mtime < newest:
            continue
        for seed, value in hashes_of(other).items():
            if expected.get(seed) == value:
                continue
            different += 1
            print(f"seed {seed}: {expected.get(seed)} here, {value} in {other}")
        print(f"compared with {other.relative_to(ROOT)}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
