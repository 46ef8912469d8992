"""The table of who may include whom, and what breaks it."""

import pathlib
import re

import project

TABLE = pathlib.Path(__file__).with_name("include_table.txt")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
IMPORT = re.compile(r'^\s*import\s+(?:public\s+)?"([^"]+)"\s*;', re.MULTILINE)
# Generated headers are named as protoc names them.
GENERATED = re.compile(r"^(chasqui/.*)(\.grpc)?\.pb\.h$")
# Headers of the C library that C++ code includes by their C++ names.
STANDARD = re.compile(r"^[a-z_]+$")


class Table:
    """The parsed table. Raises ValueError on a line it does not understand."""

    def __init__(self, text):
        self.allowed = {}    # folder -> set of folders and libraries
        self.libraries = {}  # name -> list of headers
        self.banned = {}     # folder -> set of standard headers
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if line and not line.startswith("#"):
                self._read(number, line)
        for folder, names in self.allowed.items():
            for name in names - {"*"}:
                if name not in self.allowed and name not in self.libraries:
                    raise ValueError(f"{folder} may include {name}, "
                                     "which the table does not describe")

    def _read(self, number, line):
        kind, _, rest = line.partition(" ")
        parts = [part.strip() for part in rest.split(":")]
        subject, values = parts[0], parts[1].split() if len(parts) > 1 else []
        if kind == "folder" and len(parts) == 2:
            self.allowed.setdefault(subject, set()).update(values)
        elif kind == "library" and len(parts) == 3 and parts[2]:
            self.libraries[subject] = values
        elif kind == "never" and len(parts) == 2:
            self.banned.setdefault(subject, set()).update(values)
        else:
            raise ValueError(f"line {number} of the table: {line}")

    def folder_of(self, path):
        """The longest folder of the table that `path` belongs to."""
        owners = [folder for folder in self.allowed
                  if project.belongs_to(path, folder)]
        return max(owners, key=len, default=None)

    def libraries_of(self, header):
        return {
            name for name, headers in self.libraries.items()
            if any(header == known or
                   (known.endswith("/") and header.startswith(known))
                   for known in headers)
        }

    def finding(self, path, header, angled):
        """What is wrong with `path` including `header`; None if nothing."""
        folder = self.folder_of(path)
        if folder is None:
            return "lies in no folder of include_table.txt"
        allowed = self.allowed[folder]
        if angled and STANDARD.match(header):
            if header in self.banned.get(folder, ()):
                return f"{folder} may not include <{header}>"
            return None
        generated = GENERATED.match(header)
        target = self.folder_of("proto/" + header if generated else header)
        if target is not None:
            if "*" in allowed or target == folder or target in allowed:
                return None
            return f"{folder} may not include {target}: {header}"
        libraries = self.libraries_of(header)
        if "*" in allowed or libraries & allowed:
            return None
        if not libraries:
            return f"no library of the table has {header}"
        name = " or ".join(sorted(libraries))
        return f"{folder} may not include {name}: {header}"


def included(path, text):
    """Yields line, header and whether it stands in angle brackets."""
    if path.endswith(".proto"):
        for match in IMPORT.finditer(text):
            header = match.group(1)
            if header.startswith("chasqui/"):
                header = header.removesuffix(".proto") + ".pb.h"
            yield text.count("\n", 0, match.start(1)) + 1, header, False
        return
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        yield line, match.group(2), match.group(1) == "<"


def check_includes(files):
    table = Table(TABLE.read_text())
    findings = []
    for path, text in sorted(files.items()):
        if not project.is_cpp(path) and not path.endswith(".proto"):
            continue
        for line, header, angled in included(path, text):
            finding = table.finding(path, header, angled)
            if finding:
                findings.append(f"{path}:{line}: {finding}")
    return findings


def check_cycles(files):
    """Folders that, by what their files include, need each other.

    Tests and the commands include everything and nothing includes them.
    """
    table = Table(TABLE.read_text())
    needs = {}
    for path, text in files.items():
        folder = table.folder_of(path)
        if folder is None or not project.is_cpp(path):
            continue
        for _, header, _ in included(path, text):
            name = "proto/" + header if GENERATED.match(header) else header
            target = table.folder_of(name)
            if target not in (None, folder):
                needs.setdefault(folder, set()).add(target)
    return [f"a cycle of folders: {' -> '.join(cycle)}"
            for cycle in cycles(needs)]


def cycles(needs):
    """The elementary cycles that a walk from each node comes upon first."""
    found, done = [], set()

    def walk(node, trail):
        if node in trail:
            found.append(trail[trail.index(node):] + [node])
            return
        if node in done:
            return
        for target in sorted(needs.get(node, ())):
            walk(target, trail + [node])
        done.add(node)

    for node in sorted(needs):
        walk(node, [])
    return found
