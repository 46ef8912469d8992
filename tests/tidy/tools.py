"""What other programs say of our files."""

import json
import shutil
import subprocess

import project

BUF = project.ROOT / ".cache/buf/node_modules/.bin/buf"


def run(command, **options):
    """The lines a command printed if it failed; nothing if it did not."""
    if shutil.which(str(command[0])) is None:
        return [f"{command[0]} is not installed: deploy/setup.sh --test"]
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          **options)
    if done.returncode == 0:
        return []
    return done.stdout.splitlines() or [f"{command[0]}: {done.returncode}"]


def check_format(files):
    sources = [path for path in files if project.is_cpp(path)]
    if not sources:
        return []
    return run(["clang-format", "--dry-run", "-Werror", *sources],
               cwd=project.ROOT)


def check_protos(_):
    return run([BUF, "lint"], cwd=project.ROOT / "proto")


def check_scripts(files):
    findings = []
    for path, text in files.items():
        if path.endswith(".py"):
            findings += compiled(path, text)
        elif path.endswith(".json"):
            findings += parsed(path, text)
        elif text.startswith(("#!/usr/bin/env bash", "#!/bin/sh")):
            findings += run(["bash", "-n", path], cwd=project.ROOT)
            if shutil.which("shellcheck"):
                findings += run(["shellcheck", path], cwd=project.ROOT)
    return findings


def compiled(path, text):
    try:
        compile(text, path, "exec")
    except SyntaxError as error:
        return [f"{path}:{error.lineno}: {error.msg}"]
    return []


def parsed(path, text):
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return [f"{path}:{error.lineno}: {error.msg}"]
    return []
