"""A server that asks who calls: codes, tokens, passwords, keys; tablets that
are locked, wiped, revoked."""

import json
import os
import pathlib
import stat
import unittest

import program
from program import record

PASSWORD = "correct horse"


class AccessTest(program.Story):
    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.guard()
        tell = cls("tell")
        tell.ok("access", "owner", "olu", "--server", tell.operator)
        cls.olu = tell.sign_in("olu")

    def sign_in(self, person: str) -> str:
        """A file with what they show."""
        done = program.subprocess.run(
            [self.binary, "access", "password", person,
             "--server", self.operator],
            input=f"{PASSWORD}\n", capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.path(f"{person}.credential")
        done = self.try_to_sign_in(person, PASSWORD, path)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def try_to_sign_in(self, person: str, password: str, path: str):
        return program.subprocess.run(
            [self.binary, "access", "sign-in", person, "--to", path],
            input=f"{password}\n", capture_output=True, text=True, check=False,
            env={**os.environ, "CHASQUI_SERVER": self.server.address},
        )  # fmt: skip

    def sync_refused(self, store: str, saying: str) -> None:
        self.fails(
            "device", "sync", "--store", store, "--timeout", "10",
            saying=saying,
        )  # fmt: skip

    def tablet(self, name: str, person: str = "amina") -> str:
        store = self.path(f"tablet-{name}")
        told = self.ok(
            "device", "init", "--store", store, "--device", name,
            "--server", self.server.address, "--code", self.code(person=person),
        )  # fmt: skip
        self.assertIn(f"device {name} of {person} is ready", told)
        self.sync(store)
        return store

    def fleet(self, *words: str) -> str:
        return self.ok("fleet", *words, "--credential", self.olu)

    def standing(self, name: str) -> str:
        for line in self.fleet("list", "--json").splitlines():
            device = json.loads(line)
            if device["name"] == name:
                return device["standing"]
        return "none"

    def listed(self) -> str:
        return self.ok("record", "list", "wells", "--server", self.operator)

    def test_a_tablet_comes_in_by_a_code_and_syncs(self) -> None:
        store = self.tablet("comes-in")
        self.edit(store, program.creation(record(1), "north", "One", 1))
        self.sync(store)
        self.assertIn(record(1), self.listed())

    def test_a_code_is_for_one_tablet(self) -> None:
        code = self.code()
        words = ["device", "init", "--server", self.server.address,
                 "--code", code]  # fmt: skip
        self.ok(*words, "--store", self.path("first"), "--device", "first")
        self.fails(
            *words, "--store", self.path("second"), "--device", "second",
            saying="the code is not good (any more): ask for another",
        )  # fmt: skip
        self.fails(
            "device", "init", "--server", self.server.address, "--code", "123",
            "--store", self.path("third"), "--device", "third",
            saying="that is no code",
        )  # fmt: skip

    def test_nobody_comes_in_by_a_name(self) -> None:
        store = self.new_device("by-name", "amina", "wells")
        self.sync_refused(store, "nothing is shown")
        self.fails("survey", "list", saying="nothing is shown")
        self.fails(
            "record", "list", "wells", "--as", "sani", saying="nothing is shown"
        )

    def test_a_tablet_known_by_its_name_comes_in_with_what_it_has(self) -> None:
        store = self.new_device("came-later", "amina", "wells")
        self.sync_refused(store, "nothing is shown")
        self.fails(
            "device", "enrol", "--store", store, "--code", self.code(person="bola"),
            saying="of bola; this one is amina's",
        )  # fmt: skip
        self.ok("device", "enrol", "--store", store, "--code", self.code())
        self.sync(store)
        self.edit(store, program.creation(record(50), "north", "Kept", 1))
        self.fleet("revoke", "came-later")
        self.sync_refused(store, "is revoked")
        self.ok("device", "enrol", "--store", store, "--code", self.code())
        self.sync(store)
        self.assertIn(record(50), self.listed())

    def test_a_locked_tablet_hands_in_and_gets_nothing(self) -> None:
        store = self.tablet("locked")
        other = self.tablet("not-locked")
        self.edit(store, program.creation(record(20), "north", "Mine", 1))
        self.fleet("lock", "locked")
        self.edit(other, program.creation(record(21), "north", "Theirs", 1))
        self.sync(other)
        self.sync_refused(store, "the device is locked; changes were taken")
        self.assertNotIn(record(20), self.listed())
        self.assertNotIn(record(21), self.ok("device", "list", "--store", store))
        held = self.ok("quarantine", "list", "wells", "--server", self.operator)
        self.assertIn("device locked", held)
        seq = held.split("change ")[1].split(":")[0]
        self.ok(
            "quarantine", "release", "wells", seq,
            "--server", self.operator, "--as", "sani",
        )  # fmt: skip
        self.assertIn(record(20), self.listed())
        self.fleet("unlock", "locked")
        self.sync(store)
        self.assertIn(record(21), self.ok("device", "list", "--store", store))

    def test_a_tablet_is_wiped_after_it_has_handed_in(self) -> None:
        store = self.tablet("wiped")
        self.edit(store, program.creation(record(30), "north", "Last", 1))
        self.fleet("wipe", "wiped")
        self.fails(
            "device", "sync", "--store", store, "--timeout", "20",
            saying="was told to forget everything, and has",
        )  # fmt: skip
        self.assertEqual(self.standing("wiped"), "DEVICE_STANDING_WIPED")
        held = self.ok("quarantine", "list", "wells", "--server", self.operator)
        self.assertIn(record(30), held)
        self.fails(
            "device", "list", "--store", store, saying="forget everything"
        )
        for file in pathlib.Path(store).iterdir():
            self.assertNotIn(b"Last", file.read_bytes(), file)

    def test_a_revoked_tablet_is_let_in_no_more(self) -> None:
        store = self.tablet("revoked")
        self.fleet("revoke", "revoked")
        self.sync_refused(store, "device revoked is revoked: enrol it again")

    def test_it_goes_on_after_the_server_restarts(self) -> None:
        store = self.tablet("goes-on")
        address = self.server.address
        self.server.end()
        type(self).server = program.Server(
            self.binary, self.into / "data", "--http-listen", "127.0.0.1:0",
            listen=address, trust_names=False,
        )  # fmt: skip
        self.sync(store)

    def test_over_http_too(self) -> None:
        store = self.tablet("http")
        self.edit(store, program.creation(record(40), "north", "Http", 1))
        self.ok(
            "device", "sync", "--store", store, "--timeout", "30",
            "--server", f"http://{self.server.http_address}",
        )  # fmt: skip
        self.assertIn(record(40), self.listed())

    def test_people_do_what_their_role_says(self) -> None:
        sani = self.sign_in("sani")
        self.ok("record", "list", "wells", "--credential", sani)
        self.fails(
            "export", "wells", "--to", self.path("out"), "--credential", sani,
            saying="sani is supervisor; only an owner",
        )  # fmt: skip
        self.fails(
            "fleet", "enrol", "--user", "amina", "--credential", sani,
            saying="only an owner of the organisation",
        )  # fmt: skip
        self.fails(
            "access", "owner", "sani", "--credential", sani,
            saying="only an owner of the organisation",
        )  # fmt: skip

    def test_what_is_shown_is_for_nobody_elses_eyes(self) -> None:
        mode = stat.S_IMODE(os.stat(self.olu).st_mode)
        self.assertEqual(mode, 0o600)
        done = self.try_to_sign_in("olu", "wrong horse", self.path("none"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such person, or another password", done.stderr)
        self.assertFalse(os.path.exists(self.path("none")))
        notes = self.write("notes.txt", "what I must not forget\n")
        done = self.try_to_sign_in("olu", PASSWORD, notes)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing that sign-in has made", done.stderr)
        self.assertIn("forget", pathlib.Path(notes).read_text())
        again = self.path("again.credential")
        for _ in range(2):
            done = self.try_to_sign_in("olu", PASSWORD, again)
            self.assertEqual(done.returncode, 0, done.stderr)
        log = self.server.log.read_text()
        self.assertNotIn(PASSWORD, log)
        self.assertNotIn(pathlib.Path(self.olu).read_text().strip(), log)

    def test_a_key_is_good_for_its_scopes(self) -> None:
        key = self.path("olus.key")
        self.ok(
            "access", "issue-key", "olu", "--scope", "see-survey",
            "--to", key, "--credential", self.olu,
        )  # fmt: skip
        self.assertIn("wells", self.ok("survey", "list", "--credential", key))
        self.fails(
            "export", "wells", "--to", self.path("out"), "--credential", key,
            saying="the key is not good to export",
        )  # fmt: skip
        keys = self.ok("access", "list-keys", "--credential", self.olu)
        number = keys.splitlines()[1].split()[0]
        self.ok("access", "revoke-key", number, "--credential", self.olu)
        self.fails(
            "survey", "list", "--credential", key, saying="was revoked"
        )

    def test_a_tablet_says_how_it_is(self) -> None:
        store = self.tablet("says-how")
        self.edit(store, program.creation(record(60), "north", "New", 1))
        self.sync(store)
        shown = self.fleet("show", "says-how")
        self.assertRegex(shown, r"app +chasqui \d")
        self.assertRegex(shown, r"unsent +0\n")
        self.assertRegex(shown, r"storage +\d+ MiB free")
        self.assertRegex(shown, r"survey +wells, .*, form version 1 of 1")
        self.assertIn("its clock right", shown)
        self.fails(
            "fleet", "show", "nobodys", "--credential", self.olu,
            saying="there is no device nobodys",
        )  # fmt: skip

    def test_silent_tablets_are_told(self) -> None:
        self.fleet("list", "--silent", "3d")
        self.fails(
            "fleet", "list", "--silent", "3 weeks", "--credential", self.olu,
            saying="give one such as 90m, 12h or 3d",
        )  # fmt: skip


if __name__ == "__main__":
    program.main()
