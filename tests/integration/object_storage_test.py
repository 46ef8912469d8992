"""`chasqui export … --to s3://…`: whole, whatever happens to the program."""

import json
import random
import subprocess
import time

import object_storage
import program
from object_storage import BUCKET
from program import record


class ObjectStorageTest(program.Story):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.store = object_storage.Store()
        cls.gate = object_storage.Gate(cls.store)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.gate.end()
        cls.store.end()
        super().tearDownClass()

    def setUp(self) -> None:
        self.survey = self.id().rpartition(".")[2]
        self.to = f"s3://{BUCKET}/exports/{self.survey}"
        self.create(self.survey)
        self.device_store = self.device(self.survey[-20:], "amina", self.survey)
        self.env = object_storage.environment(self.gate.address)
        self.gate.fault = lambda method, path: None

    def collect(self, first: int, count: int) -> None:
        self.edit(
            self.device_store,
            *(
                program.creation(record(n), "north", f"well {n}", n % 100)
                for n in range(first, first + count)
            ),
        )
        self.sync(self.device_store)

    def export(self, *words: str) -> str:
        return self.ok("export", self.survey, "--to", self.to, *words, **self.env)

    def rows(self) -> list[str]:
        """The ids of the records in all increments."""
        prefix = f"exports/{self.survey}/wells/"
        ids = []
        for key in self.store.keys():
            if key.startswith(prefix) and key.endswith(".csv"):
                lines = self.store.request("GET", key).decode().splitlines()
                ids += [line.split(",")[0] for line in lines[1:]]
        return sorted(ids)

    def test_increments_and_their_proof(self) -> None:
        self.collect(1, 3)
        said = self.export()
        self.assertIn(f"{self.to}/wells/000001.csv: 3 rows", said)
        self.assertIn("nothing new", self.export())
        self.collect(4, 1)
        self.assertIn("increment 2", self.export())
        said = self.ok("export", "--verify", f"{self.to}/", **self.env)
        self.assertIn("2 increments", said)
        self.assertEqual(self.rows(), [record(n) for n in (1, 2, 3, 4)])
        sql = self.store.request("GET", f"exports/{self.survey}/latest/duckdb.sql")
        self.assertIn(f"'{self.to}/wells/*.csv'".encode(), sql)
        key = f"exports/{self.survey}/wells/000001.csv"
        changed = self.store.request("GET", key).replace(b"well 1", b"well 7")
        self.store.request("PUT", key, changed)
        self.fails("export", "--verify", self.to, saying=f"{self.to}/wells/000001.csv",
                   **self.env)  # fmt: skip

    def test_killed_at_random_and_run_again(self) -> None:
        draw = random.Random(7)
        for step in range(5):
            self.collect(1 + 10 * step, 10)
            limit = draw.randint(0, 25)
            first = self.gate.passed
            # Slowly, so that it can be met at any request.
            self.gate.fault = lambda method, path: "slow"
            process = subprocess.Popen(
                [self.binary, "export", self.survey, "--to", self.to,
                 "--server", self.server.address],
                env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            while self.gate.passed - first < limit and process.poll() is None:
                time.sleep(0.01)
            process.kill()
            process.wait()
            self.gate.fault = lambda method, path: None
        self.export()
        said = self.ok("export", "--verify", self.to, **self.env)
        self.assertNotIn("interrupted", said)
        self.assertEqual(self.rows(), [record(n) for n in range(1, 51)])

    def test_refused(self) -> None:
        self.collect(1, 1)
        self.gate.fault = lambda method, path: 403 if method == "PUT" else None
        self.fails("export", self.survey, "--to", self.to,
                   saying=[self.to, "ACCESS_DENIED"], **self.env)  # fmt: skip
        self.gate.fault = lambda method, path: None
        self.assertEqual([k for k in self.store.keys() if self.survey in k], [])
        self.fails("export", "--verify", self.to, saying="has no export in it", **self.env)

    def test_parquet_is_rewritten_there_too(self) -> None:
        self.collect(1, 2)
        self.export("--format", "parquet", "--personal", "pseudonyms")
        said = self.ok("export", "--rewrite", "--to", self.to, **self.env)
        self.assertIn("0 records were erased", said)
        manifest = f"exports/{self.survey}/manifests/000001.json"
        self.assertEqual(json.loads(self.store.request("GET", manifest))["format"], "parquet")


if __name__ == "__main__":
    program.main()
