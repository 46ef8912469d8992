"""Makes one CTest suite of the tests of several builds.

    tests/suite.py --into build/suite [--clang-tidy] [--without LABEL]
                   dev gcc:tests_sync,… …

Each argument is a preset and, after a colon, the targets that were built of it
(all of them when there is none). The tests of preset P are named P/<test>, run
with the environment of P's test preset, and leave out the labels that it leaves
out. P/build is the build itself, so that one that fails is in the summary.

What looks at the source and not at a build, labelled `source`, is taken from the
first preset only; likewise what takes its time whatever is fast, labelled
`real_time`. With --clang-tidy there is a test for each of our own files,
or for the unit it is compiled in.
"""

import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The properties of a test that decide how it runs and when it passes.
KEPT = {
    "DEPENDS", "DISABLED", "ENVIRONMENT", "FAIL_REGULAR_EXPRESSION",
    "FIXTURES_CLEANUP", "FIXTURES_REQUIRED", "FIXTURES_SETUP", "LABELS",
    "PASS_REGULAR_EXPRESSION", "PROCESSORS", "REQUIRED_FILES", "RESOURCE_LOCK",
    "RUN_SERIAL", "SKIP_REGULAR_EXPRESSION", "SKIP_RETURN_CODE", "TIMEOUT",
    "WILL_FAIL", "WORKING_DIRECTORY",
}
# Those that name other tests, or something shared by the tests of one build.
NAMING = {
    "DEPENDS", "FIXTURES_CLEANUP", "FIXTURES_REQUIRED", "FIXTURES_SETUP",
    "RESOURCE_LOCK",
}
# Labels of tests that are taken from the first preset only.
ONCE = {"real_time", "source"}
NOT_BUILT = "_NOT_BUILT"  # what gtest_discover_tests says of a missing binary


def quoted(value):
    """The value as one argument of CMake, whatever is in it."""
    equals = "="
    while f"]{equals}]" in value:
        equals += "="
    return f"[{equals}[{value}]{equals}]"


def property_text(value):
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return str(value)


def add_test(name, command, properties):
    """The commands of a CTestTestfile.cmake that define one test."""
    lines = [f"add_test({quoted(name)} {' '.join(map(quoted, command))})"]
    if properties:
        text = " ".join(f"{key} {quoted(property_text(value))}"
                        for key, value in sorted(properties.items()))
        lines.append(f"set_tests_properties({quoted(name)} PROPERTIES {text})")
    return lines


def test_preset(name):
    """The environment and the excluded labels of a test preset, resolved."""
    presets = json.loads((ROOT / "CMakePresets.json").read_text())
    by_name = {preset["name"]: preset for preset in presets["testPresets"]}
    environment, excluded = {}, set()
    while name:
        preset = by_name[name]
        environment = {**preset.get("environment", {}), **environment}
        label = preset.get("filter", {}).get("exclude", {}).get("label")
        if label:
            excluded.add(label)
        name = preset.get("inherits")
    return environment, excluded


def tests_of(build):
    listing = subprocess.run(
        ["ctest", "--test-dir", str(build), "--show-only=json-v1"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(listing)["tests"]


def properties_of(test, preset, environment):
    kept = {}
    for entry in test["properties"]:
        name, value = entry["name"], entry["value"]
        if name not in KEPT:
            continue
        if name in NAMING:
            names = value if isinstance(value, list) else [value]
            value = [f"{preset}/{each}" for each in names]
        if name.endswith("REGULAR_EXPRESSION") and isinstance(value, list):
            value = [each for each in value if each]
        kept[name] = value
    own = kept.get("ENVIRONMENT", [])
    merged = [f"{key}={value}" for key, value in environment.items()] + own
    if merged:
        kept["ENVIRONMENT"] = merged
    return kept


def suite_of(preset, targets, without):
    build = ROOT / "build" / preset
    environment, excluded = test_preset(preset)
    excluded |= without
    command = ["cmake", "--build", str(build)]
    if targets:
        command += ["--target", *targets]
    lines = add_test(f"{preset}/build", command, {"TIMEOUT": 3600})
    for test in tests_of(build):
        properties = properties_of(test, preset, environment)
        if excluded & set(properties.get("LABELS", [])):
            continue
        if targets and not_built(test, build):
            continue
        command = test.get("command", [test["name"] + " has no command"])
        lines += add_test(f"{preset}/{test['name']}", command, properties)
    return lines


def not_built(test, build):
    """Whether the test, or a program it is handed, was not among the targets."""
    command = test.get("command")
    if test["name"].endswith(NOT_BUILT) or not command:
        return True
    programs = [command[0]]
    programs += [each for each in command if each.startswith(f"{build}/bin/")]
    return not all(pathlib.Path(each).exists() for each in programs)


def clang_tidy_suite(build):
    """A test for each unit of ours that the build compiles: a file, or the many
    that are compiled as one."""
    database = json.loads((build / "compile_commands.json").read_text())
    files = sorted({entry["file"] for entry in database})
    lines = []
    for file in map(pathlib.Path, files):
        name = tidy_name(file, build)
        if name:
            lines += add_test(f"clang-tidy/{name}",
                              ["clang-tidy", "--quiet", "-p", str(build),
                               str(file)],
                              {"TIMEOUT": 600})
    return lines


def tidy_name(file, build):
    """What to call a unit in the summary; nothing for what is generated."""
    if build not in file.parents:
        return file.relative_to(ROOT) if ROOT in file.parents else None
    if file.parent.name != "Unity":
        return None
    target = file.parent.parent.name.removesuffix(".dir")
    return f"{target}/{file.name.split('_')[1]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--into", type=pathlib.Path, required=True)
    parser.add_argument("--clang-tidy", action="store_true")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("presets", nargs="+")
    arguments = parser.parse_args()

    lines = []
    for i, argument in enumerate(arguments.presets):
        preset, _, targets = argument.partition(":")
        without = {*arguments.without, *(ONCE if i else [])}
        lines += suite_of(preset, targets.split(",") if targets else [], without)
    if arguments.clang_tidy:
        first = arguments.presets[0].partition(":")[0]
        lines += clang_tidy_suite(ROOT / "build" / first)
    arguments.into.mkdir(parents=True, exist_ok=True)
    (arguments.into / "CTestTestfile.cmake").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
