"""A client of another language, generated from our protocol files, syncs by the
Connect protocol: the real one for Node.js, against the real program."""

import argparse
import json
import pathlib
import subprocess
import sys
import unittest

import program
from program import record

CLIENT = pathlib.Path(__file__).with_name("connect_client.mjs")


class ConnectNodeTest(program.Story):
    serves = False
    given: argparse.Namespace

    def setUp(self) -> None:
        self.server = program.Server(
            self.binary, self.into / "data", "--http-listen", "127.0.0.1:0"
        )
        self.create("wells")
        store = self.device("tablet", "amina", "wells")
        for number, area in enumerate(("north", "south"), 1):
            self.edit(
                store,
                program.creation(record(number), area, f"Well {number}", 7),
            )
        self.sync(store)

    def tearDown(self) -> None:
        self.server.end()
        self.server = None

    def descriptors(self) -> str:
        path = self.path("descriptors.bin")
        protos = pathlib.Path(self.given.protos)
        files = sorted(
            str(each.relative_to(protos))
            for each in protos.glob("chasqui/v1/*.proto")
        )
        subprocess.run(
            [self.given.protoc, f"--proto_path={protos}", "--include_imports",
             f"--descriptor_set_out={path}", *files],
            check=True,
        )  # fmt: skip
        return path

    def test_syncs(self) -> None:
        modules = pathlib.Path(self.given.modules)
        self.assertTrue(
            (modules / "node_modules").is_dir(),
            "the client is not there: run deploy/setup.sh --test",
        )
        done = subprocess.run(
            ["node", str(CLIENT), str(modules), self.descriptors(),
             f"http://{self.server.http_address}"],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        for way, got in json.loads(done.stdout).items():
            if way == "watched":
                self.assertTrue(got)
                continue
            with self.subTest(way=way):
                self.assertEqual(got["surveys"], ["wells"])
                self.assertEqual(got["missing"], "NotFound")
                self.assertEqual(got["nobody"], "Unauthenticated")
                self.assertEqual(got["sync"]["forms"], 1)
                self.assertEqual(got["sync"]["records"], 2)
                self.assertEqual(got["sync"]["again"], 0)
                self.assertEqual(got["export"]["summaries"], 1)
                self.assertIn("Well 2", got["export"]["text"])
                self.assertEqual(got["late"], "DeadlineExceeded")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    for name in ("--modules", "--protoc", "--protos"):
        parser.add_argument(name, required=True)
    ConnectNodeTest.given, sys.argv[1:] = parser.parse_known_args()
    program.main()
