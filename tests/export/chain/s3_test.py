"""What a folder promises, where it is object storage, healthy and not.

    s3_test.py --contract PROGRAM --chains-by PROGRAM [TEST…]
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "integration"))

from certificates import Authority
from object_storage import BUCKET, Gate, Store, environment

CONTRACT = None
WRITE_CHAIN = None


class ObjectStorage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.store = Store()
        cls.gate = Gate(cls.store)

    @classmethod
    def tearDownClass(cls):
        cls.gate.end()
        cls.store.end()

    def setUp(self):
        self.gate.fault = lambda method, path: None
        self.name = self.id().rpartition(".")[2]

    def run_at(self, address, *words, **env):
        return subprocess.run(
            words, env={**environment(address), **env}, capture_output=True,
            text=True, check=False, timeout=100)

    def chain(self, name="", retry_seconds=20):
        """Writes a chain, through the gate."""
        return self.run_at(
            self.gate.address, WRITE_CHAIN, "csv",
            f"s3://{BUCKET}/{name or self.name}?retry_seconds={retry_seconds}")

    def files(self, name=""):
        prefix = f"{name or self.name}/"
        return {key.removeprefix(prefix): self.store.request("GET", key)
                for key in self.store.keys()
                if key.startswith(prefix) and not key.endswith("/")}

    def whole(self):
        """What a chain has when nothing goes wrong."""
        if "as_it_should_be" not in {key.split("/")[0] for key in self.store.keys()}:
            done = self.chain("as_it_should_be")
            self.assertEqual(done.returncode, 0, done.stderr)
        files = self.files("as_it_should_be")
        self.assertIn("manifests/000005.json", files)
        return files

    def compare(self, files):
        for name, content in self.whole().items():
            if name != "manifests/begun" and not name.startswith("latest/"):
                self.assertEqual(files[name], content, name)


class S3Test(ObjectStorage):
    def test_contract(self):
        done = self.run_at(
            self.store.address, CONTRACT, "--gtest_brief=1",
            "--gtest_filter=FolderContractTest.*/s3",
            CHASQUI_TEST_S3=f"s3://{BUCKET}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn(" 0 tests", done.stdout)
        self.assertEqual(self.store.uploads(), 0)

    def test_what_passes_is_outlasted(self):
        """Every request goes wrong once, one way or the other."""
        ways = [503, "cut", 500, "slow", 429]
        seen = {}

        def fault(method, path):
            # The part of an upload, and the whole of a small file, have names.
            times = seen[method, path] = seen.get((method, path), 0) + 1
            return ways[len(seen) % len(ways)] if times == 1 else None

        whole = self.whole()
        self.gate.fault = fault
        done = self.chain()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(len(seen), 50)
        files = self.files()
        self.assertEqual(set(files), set(whole))
        self.compare(files)
        self.assertEqual(self.store.uploads(), 0)

    def test_what_does_not_pass_is_said_and_leaves_no_manifest(self):
        for fault, said, methods in (
                (403, "ACCESS_DENIED", ("PUT", "GET")),
                (503, "", ("PUT",)), ("cut", "", ("PUT", "GET"))):
            for method in methods:
                name = f"{self.name}-{fault}-{method}"

                def spoil(asked, path, method=method, fault=fault):
                    return fault if asked == method else None

                self.gate.fault = spoil
                began = time.monotonic()
                done = self.chain(name, retry_seconds=1)
                with self.subTest(name):
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(f"s3://{BUCKET}/{name}", done.stderr)
                    self.assertIn(said, done.stderr)
                    self.assertLess(len(done.stderr), 2000)
                    self.assertNotIn("secret", done.stderr)
                    self.assertLess(time.monotonic() - began, 15)
                    left = self.files(name)
                    self.assertFalse([f for f in left if f.endswith(".json")])

    def test_whom_tls_trusts(self):
        gate = Gate(self.store)
        with tempfile.TemporaryDirectory() as directory:
            authority = Authority(pathlib.Path(directory))
            gate.secure(*authority.issue("store"))
            words = (WRITE_CHAIN, "csv", f"s3://{BUCKET}/{self.name}?retry_seconds=0")
            done = self.run_at(gate.address, *words)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("certificate", done.stderr)
            done = self.run_at(gate.address, *words,
                               AWS_CA_BUNDLE=str(authority.certificate))
            self.assertEqual(done.returncode, 0, done.stderr)
        gate.end()

    def test_places_that_are_none(self):
        for place in ("s3://", "s3:///x", f"s3://{BUCKET}/a//b", f"s3://{BUCKET}/../x",
                      f"s3://{BUCKET}/x?retry_seconds=soon", f"s3://{BUCKET}/x?colour=red"):
            done = self.run_at(self.store.address, WRITE_CHAIN, "csv", place)
            self.assertNotEqual(done.returncode, 0, place)
            self.assertIn("s3://", done.stderr)
        done = self.run_at(self.store.address, WRITE_CHAIN, "csv", "s3://nobodys/x")
        self.assertIn("s3://nobodys/x", done.stderr)
        self.assertIn("NO_SUCH_BUCKET", done.stderr)

    def test_a_secret_in_the_place_is_not_said(self):
        done = self.run_at(self.store.address, WRITE_CHAIN, "csv",
                           "s3://key:hush@nobodys/x")
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("hush", done.stderr)


class InterruptedTest(ObjectStorage):
    def test_refused_at_any_request_what_is_there_is_whole(self):
        """Requests are refused from the nth on."""
        before = self.gate.passed
        self.whole()
        requests = max(self.gate.passed - before, 100)
        draw = random.Random(6)
        for n in sorted(draw.sample(range(1, requests), 4)):
            name = f"{self.name}-{n}"
            first = self.gate.passed

            def refuse(method, path, first=first, n=n):
                return 403 if self.gate.passed - first >= n else None

            self.gate.fault = refuse
            self.assertNotEqual(self.chain(name, retry_seconds=0).returncode, 0)
            self.gate.fault = lambda method, path: None
            verified = self.run_at(
                self.gate.address, WRITE_CHAIN, "verify", f"s3://{BUCKET}/{name}")
            some = any(f.endswith(".json") for f in self.files(name))
            self.assertEqual(verified.returncode, 0 if some else 1, verified.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--contract", required=True)
    parser.add_argument("--chains-by", required=True)
    arguments, rest = parser.parse_known_args()
    CONTRACT = arguments.contract
    WRITE_CHAIN = arguments.chains_by
    unittest.main(argv=[sys.argv[0], *rest])
