"""The real program as tests run it: commands, a server, and what they need.

A test file of the commands ends with `program.main()` and is run as

    some_test.py --binary CHASQUI [--forgetful PROGRAM] [unittest's arguments]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

# A questionnaire with little of everything.
WELLS = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms"
        xmlns:h="http://www.w3.org/1999/xhtml">
  <h:head><h:title>Wells</h:title><model>
    <instance><data id="wells" version="1">
      <name/><depth/><opened/><water/><uses/>
      <visit><by/></visit>
    </data></instance>
    <bind nodeset="/data/name" type="string"/>
    <bind nodeset="/data/depth" type="int"/>
    <bind nodeset="/data/opened" type="date"/>
    <bind nodeset="/data/visit/by" type="string"/>
  </model></h:head>
  <h:body>
    <input ref="/data/name"><label>Name</label></input>
    <input ref="/data/depth"><label>Depth in metres</label></input>
    <input ref="/data/opened"><label>Opened on</label></input>
    <select1 ref="/data/water"><label>Water</label>
      <item><label>Clear</label><value>clear</value></item>
      <item><label>Muddy</label><value>muddy</value></item>
    </select1>
    <select ref="/data/uses"><label>Uses</label>
      <item><label>Drinking</label><value>drink</value></item>
      <item><label>Cattle</label><value>cattle</value></item>
    </select>
    <group ref="/data/visit"><label>Visits</label>
      <repeat nodeset="/data/visit">
        <input ref="/data/visit/by"><label>Visited by</label></input>
      </repeat>
    </group>
  </h:body>
</h:html>
"""

# Role and areas of each.
PEOPLE = {
    "amina": ("ENUMERATOR", ["north", "south"]),
    "bola": ("ENUMERATOR", ["south"]),
    "sani": ("SUPERVISOR", ["state"]),
}


def config(people: dict | None = None, **more: object) -> dict:
    """A survey's configuration: a state of two areas."""
    return {
        "title": "Wells",
        "durability": "DURABILITY_ACCEPTED",
        "people": [
            {"name": name, "role": f"ROLE_{role}", "areas": areas}
            for name, (role, areas) in (people or PEOPLE).items()
        ],
        "areas": [
            {"code": "state", "name": "State"},
            {"code": "north", "name": "North", "parent": "state"},
            {"code": "south", "name": "South", "parent": "state"},
        ],
        **more,
    }


def run(binary: str, *words: str, **env: str) -> subprocess.CompletedProcess:
    """One command, run to its end."""
    return subprocess.run(
        [binary, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **env},
    )


def start(binary: str, *words: str) -> subprocess.Popen:
    """One command whose output is read while it runs."""
    return subprocess.Popen(
        [binary, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


class Server:
    """The program's server, on one database; killed or ended by its caller.

    What it says of events is kept in `log`.
    """

    def __init__(
        self,
        binary: str,
        data: pathlib.Path,
        *words: str,
        listen: str = "127.0.0.1:0",
        trust_names: bool = True,
        **env: str,
    ) -> None:
        self.log = data.parent / f"{data.name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary, "serve", "--data", str(data), "--listen", listen,
                 *(["--trust-names"] if trust_names else []), *words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **env},
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.process.wait()
            self.process.stdout.close()
            raise AssertionError(f"no server: {line!r} {self.log.read_text()}")
        self.address = line.split()[-1]
        self.operator = f"unix:{data}/operator.sock"
        # Where whoever asks without a credential is answered.
        self.office = self.address if trust_names else self.operator
        self.http_address = ""
        if "--http-listen" in words:
            line = self.process.stdout.readline()
            assert line.startswith("http on "), line
            self.http_address = line.split()[-1]

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.wait()

    def end(self) -> None:
        """As its operator does."""
        self.process.send_signal(signal.SIGTERM)
        if self.wait() != 0:
            raise AssertionError("the server did not end cleanly")

    def wait(self) -> int:
        code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


class Story(unittest.TestCase):
    """Commands in a directory of their own, with a server for each class."""

    binary = ""
    forgetful = ""
    serves = True  # Whether the class wants a server.

    @classmethod
    def setUpClass(cls) -> None:
        cls.into = pathlib.Path(tempfile.mkdtemp(prefix="chasqui-"))
        cls.server = None
        if cls.serves:
            cls.server = Server(cls.binary, cls.into / "data")

    @classmethod
    def tearDownClass(cls) -> None:
        try:
            if cls.server is not None:
                cls.server.end()
                done = run(cls.binary, "verify", "--replay", cls.path("data"))
                assert done.returncode == 0, done.stdout + done.stderr
        finally:
            shutil.rmtree(cls.into)

    @classmethod
    def path(cls, name: str) -> str:
        return str(cls.into / name)

    @classmethod
    def write(cls, name: str, content: str | bytes | dict) -> str:
        """A file in the directory. Returns its path."""
        if isinstance(content, dict):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        (cls.into / name).write_bytes(content)
        return cls.path(name)

    def tell(self) -> None:
        """Stands for a test while a class is set up: `cls("tell")` is a story
        that has its words."""

    @property
    def operator(self) -> str:
        """Where whoever runs the server reaches it, and may do everything."""
        assert self.server is not None
        return self.server.operator

    @classmethod
    def guard(cls, *words: str) -> None:
        """A server that asks for credentials, with the survey `wells`."""
        cls.server = Server(
            cls.binary, cls.into / "data", "--http-listen", "127.0.0.1:0",
            *words, trust_names=False,
        )  # fmt: skip
        cls("tell").create("wells")

    def create_there(self, survey: str, server: str, form: str = WELLS,
                     **more: object) -> None:  # fmt: skip
        self.ok(
            "survey", "create", survey, "--server", server,
            "--form", self.write("form.xml", form),
            "--config", self.write("config.json", config(**more)),
        )  # fmt: skip

    def code(self, *words: str, person: str = "amina", at: str = "") -> str:
        """By which one device of theirs comes in. What else is said of it is
        in `said`."""
        done = self.run_program(
            "fleet", "enrol", "--user", person,
            "--server", at or self.operator, *words,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        self.said = done.stderr
        return done.stdout.strip()

    def run_program(self, *words: str, **env: str):
        if self.server is not None:
            env.setdefault("CHASQUI_SERVER", self.server.address)
        return run(self.binary, *words, **env)

    def ok(self, *words: str, **env: str) -> str:
        """What a command that goes well prints."""
        done = self.run_program(*words, **env)
        self.assertEqual(
            done.returncode, 0, f"{words}: {done.stdout}{done.stderr}"
        )
        self.assertEqual(done.stderr, "")
        return done.stdout

    def fails(self, *words: str, saying: str | list[str], **env: str) -> str:
        """What a command that goes wrong says on stderr, each of `saying`
        among it; and the server is none the worse."""
        done = self.run_program(*words, **env)
        self.assertGreater(done.returncode, 0, f"{words}: {done.stdout}")
        self.assertLess(len(done.stderr), 4000)
        for each in [saying] if isinstance(saying, str) else saying:
            self.assertIn(each, done.stderr)
        if self.server is not None:
            self.assertIsNone(self.server.process.poll(), "the server is gone")
            self.ok("survey", "list", "--server", self.server.office)
        return done.stderr

    def create(self, survey: str, form: str = WELLS, **more: object) -> None:
        assert self.server is not None
        self.create_there(survey, self.server.office, form, **more)

    def new_device(
        self, name: str, person: str, survey: str, server: str = ""
    ) -> str:
        """A new device, which has seen nothing yet. Returns its store."""
        store = self.path(f"device-{survey}-{name}")
        assert server or self.server is not None
        self.ok(
            "device", "init", "--store", store, "--device", name,
            "--person", person, "--survey", survey,
            "--server", server or self.server.address,
        )  # fmt: skip
        return store

    def device(self, name: str, person: str, survey: str) -> str:
        """A new device, which has seen the survey. Returns its store."""
        store = self.new_device(name, person, survey)
        self.sync(store)
        return store

    def sync(self, store: str) -> None:
        self.ok("device", "sync", "--store", store, "--timeout", "30")

    def edit(self, store: str, *saves: dict) -> None:
        lines = "".join(json.dumps(save) + "\n" for save in saves)
        path = self.write("edits.jsonl", lines)
        self.ok("device", "edit", "--store", store, "--file", path)


def exported(folder: pathlib.Path, table: str) -> list[dict]:
    """The rows of all CSV files of a table, those of later increments last."""
    rows: list[dict] = []
    for path in sorted((folder / table).glob("*.csv")):
        with open(path, newline="", encoding="utf-8") as file:
            rows += csv.DictReader(file)
    return rows


def creation(of: str, area: str, name: str, depth: int) -> dict:
    """A save that makes a record."""
    return {
        "create": of,
        "area": area,
        "set": {"name": name, "depth": str(depth)},
        "status": "submitted",
    }


def record(number: int) -> str:
    """The same id each time."""
    return f"00000000-0000-4000-8000-{number:012x}"


def main() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--forgetful", default="")
    arguments, rest = parser.parse_known_args()
    Story.binary = arguments.binary
    Story.forgetful = arguments.forgetful
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
