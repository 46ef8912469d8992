"""The files of the project, as the checks see them."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files():
    """Maps the path of each text file, relative to the root, to its text.

    Those that git knows or would add, so that a file is checked before it is
    committed; without git, all but what builds and caches leave.
    """
    texts = {}
    for path in paths():
        try:
            texts[path] = (ROOT / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # no text, or removed and not yet committed
    return texts


def paths():
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files",
         "--cached", "--others", "--exclude-standard", "-z"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if listing.returncode == 0:
        return sorted(set(filter(None, listing.stdout.decode().split("\0"))))
    left_behind = {".git", ".cache", "build", "__pycache__", "node_modules"}
    return sorted(
        str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
        if path.is_file() and not left_behind & set(path.parts))


def is_cpp(path):
    return path.endswith((".cc", ".h"))


def belongs_to(path, folder):
    return path == folder or path.startswith(folder + "/")
