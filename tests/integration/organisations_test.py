"""Several organisations on one server: nothing is shared between them."""

import os
import pathlib
import subprocess
import time

import program
from program import record

PASSWORD = "correct horse battery"


class OrganisationsTest(program.Story):
    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.data = {
            "main": pathlib.Path(cls.path("data")),
            "health": pathlib.Path(cls.path("data-health")),
        }
        cls.server = program.Server(
            cls.binary, cls.data["main"],
            "--organisation", f"health={cls.data['health']},"
            f"{cls.path('backups')}",
            trust_names=False,
        )  # fmt: skip
        for name in cls.data:
            tell = cls("tell")
            tell.create_there("wells", tell.operator_of(name))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.end()
        cls.server = None
        for data in cls.data.values():
            cls("tell").ok("verify", "--replay", str(data))
        super().tearDownClass()

    def operator_of(self, name: str) -> str:
        return f"unix:{self.data[name]}/operator.sock"

    def key(self, name: str, person: str = "sani") -> str:
        path = self.path(f"{name}-{person}-{self.id()}.key")
        self.ok(
            "access", "issue-key", person, "--to", path,
            "--server", self.operator_of(name),
        )  # fmt: skip
        return path

    def tablet(self, organisation: str, name: str) -> str:
        code = self.code(at=self.operator_of(organisation))
        store = self.path(f"{organisation}-{name}")
        self.ok(
            "device", "init", "--store", store, "--device", name,
            "--server", self.server.address, "--code", code,
        )  # fmt: skip
        self.sync(store)
        return store

    def listed(self, key: str) -> str:
        return self.ok(
            "record", "list", "wells", "--server", self.server.address,
            "--credential", key,
        )  # fmt: skip

    def test_a_call_is_of_the_organisation_that_let_it_in(self) -> None:
        # The same name of a device, a survey and a record in both.
        for number, name in enumerate(("main", "health"), start=1):
            store = self.tablet(name, "tablet")
            self.edit(
                store, program.creation(record(1), "north", f"Of {name}", 1),
                program.creation(record(10 + number), "north", "More", 1),
            )  # fmt: skip
            self.sync(store)
        main = self.listed(self.key("main"))
        health = self.listed(self.key("health"))
        self.assertIn(record(11), main)
        self.assertNotIn(record(12), main)
        self.assertIn(record(12), health)
        self.assertNotIn(record(11), health)

    def test_a_person_signs_in_to_one(self) -> None:
        def told(*words: str, **env: str) -> subprocess.CompletedProcess:
            return subprocess.run(
                [self.binary, "access", *words], input=f"{PASSWORD}\n",
                capture_output=True, text=True, check=False,
                env={**os.environ, **env},
            )  # fmt: skip

        where = {"CHASQUI_SERVER": self.server.address}
        done = told("password", "sani", "--server", self.operator_of("health"))
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.path("signed-in")
        done = told("sign-in", "sani", "--to", path, **where)
        self.assertIn("no such person", done.stderr)
        done = told(
            "sign-in", "sani", "--to", path, "--organisation", "health", **where
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.listed(path)
        done = told(
            "sign-in", "sani", "--to", path, "--organisation", "none", **where
        )
        self.assertIn("there is no organisation none", done.stderr)

    def test_a_sealed_file_finds_its_organisation(self) -> None:
        store = self.tablet("health", "sealing")
        self.edit(store, program.creation(record(30), "north", "Sealed", 1))
        file = self.path("sealed.chq")
        self.ok("device", "seal", "--store", store, "--out", file)
        carrier = self.tablet("health", "carrier")
        self.ok("device", "carry", "--store", carrier, file)
        self.sync(carrier)
        self.assertIn(record(30), self.listed(self.key("health")))
        self.assertNotIn(record(30), self.listed(self.key("main")))

    def test_each_is_backed_up_by_itself(self) -> None:
        backups = pathlib.Path(self.path("backups"))
        deadline = time.monotonic() + 20
        while not backups.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertTrue(os.listdir(backups))

    def test_what_is_none_is_said(self) -> None:
        for wrong in ("health", "=dir", "health=", "health=,backups"):
            self.fails(
                "serve", "--data", self.path("new"), "--organisation", wrong,
                "--listen", "127.0.0.1:0", saying="is no organisation",
            )  # fmt: skip
        self.fails(
            "serve", "--data", self.path("new"), "--trust-names",
            "--organisation", f"health={self.path('other')}",
            "--listen", "127.0.0.1:0", saying="there is one organisation",
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
