#!/usr/bin/env python3
"""Reads many XForms twice, and compares.

    compat.py FORM_COUNTS DIR…

FORM_COUNTS is the program of that name. Every *.xml below each DIR that is an
XForm is read by it and by second_reading.py, once alone and once with the
lists it names, where a file of that name stands beside it or in a folder
`media` or beside that. A DIR may hold archives (*.tar.zst): they are unpacked.

Exit 1 if a reading differs, or a form is refused that is not in REFUSED.

CHASQUI_COMPAT_DATA, a folder of more forms, is added to the DIRs if it is set.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import second_reading

# Forms that break the specification, as (name, part of the error).
REFUSED = {
    # Binds nodes that the instance does not have: types and preloads that
    # would silently apply to nothing.
    "randomTest_broken.xml": 'bind for "/randomTest_broken/deviceid"',
    # Binds "age", seen from the root, where the node is person/age.
    "one-question-repeat.xml": 'bind for "age"',
}


def unpack(folder, to):
    for archive in sorted(folder.rglob("*.tar.zst")):
        plain = subprocess.Popen(["zstd", "-dcq", str(archive)],
                                 stdout=subprocess.PIPE)
        target = to / archive.name.split(".")[0]
        target.mkdir(parents=True)
        subprocess.run(["tar", "-x", "-C", str(target)], stdin=plain.stdout,
                       check=True)
        if plain.wait() != 0:
            sys.exit(f"{archive}: zstd failed")


def is_xform(path):
    return b"http://www.w3.org/1999/xhtml" in path.read_bytes()[:4000]


def attachments_of(form):
    """The files of the lists that `form` names, where they are found."""
    text = form.read_text(encoding="utf-8")
    found = {}
    for name in re.findall(r'src="jr://file(?:-csv)?/([^"]+)"', text):
        for folder in (form.parent, form.parent / "media",
                       form.parent.parent / "media"):
            if (folder / name).is_file():
                found[name] = folder / name
    return found


def first_reading(program, form, files):
    done = subprocess.run([program, str(form), *map(str, files)],
                          capture_output=True, timeout=60)
    if done.returncode == 0:
        return json.loads(done.stdout), ""
    if done.returncode == 1:
        return None, done.stderr.decode()
    sys.exit(f"{form}: {program} failed: {done.returncode}")


def differences(first, second):
    for key, wanted in second.items():
        if key != "fields" and first[key] != wanted:
            yield f"{key}: {first[key]}, and not {wanted}"
    fields = [{k: f[k] for k in ("path", "type", "choices", "repeat")}
              for f in first["fields"]]
    if len(fields) != len(second["fields"]):
        yield f"{len(fields)} fields, and not {len(second['fields'])}"
    for mine, wanted in zip(fields, second["fields"]):
        if mine != wanted:
            yield f"{mine}, and not {wanted}"


def compare(program, form):
    """Returns (number of readings, what is wrong, whether it was refused)."""
    files = attachments_of(form)
    wrong = []
    readings = [{}] + ([files] if files else [])
    for given in readings:
        first, error = first_reading(program, form, given.values())
        if first is None:
            reason = REFUSED.get(form.name)
            if reason is None or reason not in error:
                wrong.append("refused: " + error)
            return 1, wrong, True
        if form.name in REFUSED:
            wrong.append("read, though it breaks the specification")
        second = second_reading.read(
            form.read_bytes(), {n: p.read_bytes() for n, p in given.items()})
        wrong.extend(differences(first, second))
    return len(readings), wrong, False


def main(program, folders):
    more = os.environ.get("CHASQUI_COMPAT_DATA")
    folders = [pathlib.Path(f) for f in folders + ([more] if more else [])]
    with tempfile.TemporaryDirectory() as unpacked:
        for number, folder in enumerate(folders):
            unpack(folder, pathlib.Path(unpacked) / str(number))
        forms = sorted(f for folder in [*folders, pathlib.Path(unpacked)]
                       for f in folder.rglob("*.xml") if is_xform(f))
        readings = refused = bad = 0
        for form in forms:
            count, wrong, was_refused = compare(program, form)
            readings += count
            refused += was_refused
            bad += bool(wrong)
            for line in wrong:
                print(f"{form}: {line}")
    print(f"{len(forms)} forms, {readings} readings, {refused} refused, "
          f"{bad} not as expected")
    return 1 if bad or not forms else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
