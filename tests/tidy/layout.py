"""What every source file keeps to: length, guard, words, a place in a target."""

import re

import project

LONGEST = 300
# Files that are longer than LONGEST, how long they may be, and why. A limit is
# lowered when its file gets shorter and never raised.
RATCHETS = {
}
# Spelled in halves, since this file is checked too.
BANNED = {
    "FIX" + "ME": "finish it",
    "TO" + "DO": "finish it",
    "XX" + "X": "finish it",
    "NO" + "LINT": "turn a check off in .clang-tidy, with its reason",
}
# A path of somebody's machine means nothing on another.
FOREIGN_PATHS = ("/wo" + "rk/", "/ho" + "me/", "../sha" + "red")
SOURCES = (".cc", ".h", ".py", ".proto", ".sh", ".cmake")


def is_source(path):
    return path.endswith(SOURCES) or path.endswith("CMakeLists.txt")


def lines_of_code(text):
    """The lines that are neither empty nor comment alone."""
    return sum(1 for line in text.splitlines()
               if line.strip() and not line.strip().startswith(("//", "#!")))


def check_lengths(files):
    findings = []
    for path, text in files.items():
        if not path.endswith((".cc", ".h", ".py", ".sh")):
            continue
        length, limit = lines_of_code(text), LONGEST
        if path in RATCHETS:
            limit, _ = RATCHETS[path]
        if length > limit:
            findings.append(f"{path}: {length} lines of code, {limit} at most: "
                            "is there more than one concern in it?")
        elif path in RATCHETS and length <= LONGEST:
            findings.append(f"{path}: short enough now: take its ratchet away")
    findings += [f"{path}: has a ratchet and does not exist"
                 for path in RATCHETS if path not in files]
    return findings


def guard_of(path):
    return "CHASQUI_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"


def check_guards(files):
    findings = []
    for path, text in files.items():
        if not path.endswith(".h"):
            continue
        guard = guard_of(path)
        opening = f"#ifndef {guard}\n#define {guard}\n"
        if opening not in text:
            findings.append(f"{path}:1: the include guard is not {guard}")
        if not text.rstrip().endswith(f"#endif  // {guard}"):
            findings.append(f"{path}: does not end with #endif  // {guard}")
    return findings


def check_words(files):
    findings = []
    for path, text in files.items():
        if not is_source(path) and not path.endswith(".md"):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            findings += [f"{path}:{number}: {word}: {instead}"
                         for word, instead in BANNED.items()
                         if re.search(rf"\b{word}\b", line)]
            findings += [f"{path}:{number}: a path of one machine: {foreign}"
                         for foreign in FOREIGN_PATHS if foreign in line]
    return findings


def check_targets(files):
    """A test, or any other source, that no CMakeLists.txt names is never built."""
    findings = []
    for path in files:
        if not path.endswith(".cc"):
            continue
        folder = path.rpartition("/")[0]
        if not named_above(files, folder, path):
            findings.append(f"{path}: no CMakeLists.txt names it")
    return findings


def named_above(files, folder, path):
    """Whether a CMakeLists.txt of `folder` or one above it lists `path`."""
    while True:
        listing = files.get(f"{folder}/CMakeLists.txt".lstrip("/"), "")
        name = path[len(folder):].lstrip("/")
        if re.search(rf"(?<![\w/.-]){re.escape(name)}(?![\w/.-])", listing):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
