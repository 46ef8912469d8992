"""Devices that reach their server by TLS: what they trust, and keep."""

import contextlib
import shutil
import sqlite3
import time

import certificates
import program
from program import record

# Within which both ports have another certificate.
LOOKS_AGAIN_S = 4


class DeviceTlsTest(program.Story):
    serves = False

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ca = certificates.Authority(cls.into / "ca")
        cls.other = certificates.Authority(cls.into / "other", "other")
        cls.chain, cls.key = cls.into / "s.pem", cls.into / "s.key"
        cls.show(*cls.ca.issue("server"))
        cls.guard("--tls-cert", str(cls.chain), "--tls-key", str(cls.key))
        cls.grpc = f"grpcs://{cls.server.address}"
        cls.http = f"https://{cls.server.http_address}"

    @classmethod
    def show(cls, chain, key) -> None:
        shutil.copy(chain, cls.chain)
        shutil.copy(key, cls.key)

    def init(self, name: str, *words: str) -> str:
        store = self.path(f"tablet-{name}")
        self.ok(
            "device", "init", "--store", store, "--device", name, *words
        )  # fmt: skip
        return store

    def works(self, store: str, number: int) -> None:
        self.sync(store)
        self.edit(store, program.creation(record(number), "north", "A", 1))
        self.sync(store)
        self.assertIn(
            record(number),
            self.ok("record", "list", "wells", "--server", self.operator),
        )

    def kept(self, store: str) -> dict[str, bytes]:
        """What the device keeps of itself."""
        path = f"{store}/device.sqlite"
        with contextlib.closing(sqlite3.connect(path)) as database:
            tables = database.execute(
                "select name from sqlite_master where type = 'table'"
            ).fetchall()
            found = {}
            for (table,) in tables:
                for row in database.execute(f"select * from {table}"):
                    cells = [c for c in row if isinstance(c, (bytes, str))]
                    if len(cells) == 2:
                        key, value = cells
                        found[key if isinstance(key, str) else
                              key.decode(errors="replace")] = value  # fmt: skip
        return found

    def test_by_grpc_and_by_http_with_a_pin(self) -> None:
        for number, address in ((1, self.grpc), (2, self.http)):
            store = self.init(
                f"pin-{number}", "--server", address,
                "--pin", self.ca.pin(), "--code", self.code(),
            )  # fmt: skip
            self.works(store, number)

    def test_an_authority_is_good_for_the_names_it_signed(self) -> None:
        self.show(*self.ca.issue("elsewhere", names="DNS:elsewhere"))
        try:
            time.sleep(LOOKS_AGAIN_S)
            for number, address in ((7, self.grpc), (8, self.http)):
                code = self.code()
                self.fails(
                    "device", "init", "--store", self.path("no"), "--device",
                    "no", "--server", address, "--pin", self.ca.pin(),
                    "--code", code, saying="does not show the key",
                )  # fmt: skip
                # The server's own key needs no name.
                store = self.init(
                    f"own-{number}", "--server", address, "--code", code,
                    "--pin", certificates.pin_of(self.chain),
                )  # fmt: skip
                self.works(store, number)
        finally:
            self.show(*self.ca.issue("server"))
            time.sleep(LOOKS_AGAIN_S)

    def test_with_a_file_of_authorities(self) -> None:
        self.works(
            self.init(
                "ca", "--server", self.grpc, "--http", self.http,
                "--ca", str(self.ca.certificate), "--code", self.code(),
            ),
            3,
        )  # fmt: skip

    def test_all_that_the_qr_code_says(self) -> None:
        code = self.code(
            "--reached-at", self.grpc, "--trust", str(self.chain)
        )  # fmt: skip
        self.assertIn(f"--pin {self.ca.pin()}", self.said)
        store = self.init(
            "scanned", "--code",
            f"chasqui-enrol {code} {self.grpc} {self.ca.pin()}",
        )  # fmt: skip
        self.works(store, 4)

    def test_comes_in_over_http_alone(self) -> None:
        """Where gRPC does not get through, neither does it keep anyone out."""
        for number, first in ((5, "grpcs://127.0.0.1:1"), (6, self.http)):
            store = self.init(
                f"http-{number}", "--server", first, "--http", self.http,
                "--pin", self.ca.pin(), "--code", self.code(),
            )  # fmt: skip
            self.works(store, number)

    def test_another_server_gets_nothing(self) -> None:
        code = self.code()
        for address in (self.grpc, self.http):
            for words, saying in (
                (["--pin", self.other.pin()], "does not show the key"),
                (["--ca", str(self.other.certificate)], "is not trusted"),
                ([], "is not trusted"),
            ):
                self.fails(
                    "device", "init", "--store", self.path("wrong"),
                    "--device", "wrong", "--server", address, *words,
                    "--code", code, saying=[saying, "Nothing was sent"],
                )  # fmt: skip
        # The code is good still.
        self.init(
            "right", "--server", self.grpc, "--pin", self.ca.pin(),
            "--code", code,
        )  # fmt: skip

    def test_another_certificate_is_refused_and_all_is_kept(self) -> None:
        stores = [
            self.init(
                f"moved-{i}", "--server", address,
                "--pin", self.ca.pin(), "--code", self.code(),
            )
            for i, address in enumerate((self.grpc, self.http))
        ]  # fmt: skip
        for store in stores:
            self.sync(store)
        self.show(*self.other.issue("server-2"))
        try:
            time.sleep(LOOKS_AGAIN_S)
            for i, store in enumerate(stores):
                self.edit(
                    store, program.creation(record(10 + i), "north", "B", 1)
                )
                self.fails(
                    "device", "sync", "--store", store, "--timeout", "10",
                    saying=["does not show the key", "nothing is lost"],
                )  # fmt: skip
                self.assertEqual(
                    self.ok("device", "outbox", "--store", store, "--count"),
                    "1\n",
                )
            # By a new code it learns the new key.
            self.ok(
                "device", "enrol", "--store", stores[0],
                "--pin", self.other.pin(), "--code", self.code(),
            )  # fmt: skip
            self.sync(stores[0])
        finally:
            self.show(*self.ca.issue("server"))
            time.sleep(LOOKS_AGAIN_S)
        self.sync(stores[1])

    def test_never_goes_on_without(self) -> None:
        store = self.init(
            "stays", "--server", self.grpc, "--pin", self.ca.pin(),
            "--code", self.code(),
        )  # fmt: skip
        for plain in (self.server.address, f"http://{self.server.http_address}"):
            self.fails(
                "device", "sync", "--store", store, "--server", plain,
                saying=["has come in by TLS", "not encrypted"],
            )  # fmt: skip
            self.fails(
                "device", "enrol", "--store", store, "--server", plain,
                "--code", self.code(), saying="not encrypted",
            )  # fmt: skip
        self.fails(
            "device", "init", "--store", self.path("half"), "--device", "half",
            "--server", self.grpc, "--code", self.code(),
            "--http", f"http://{self.server.http_address}",
            saying="one is encrypted",
        )  # fmt: skip

    def test_a_session_is_kept_until_it_is_wiped(self) -> None:
        store = self.init(
            "resumes", "--server", self.http, "--pin", self.ca.pin(),
            "--code", self.code(),
        )  # fmt: skip
        self.sync(store)
        self.assertIn("tls session", self.kept(store))
        self.sync(store)
        self.ok("fleet", "wipe", "resumes", "--server", self.operator)
        self.fails(
            "device", "sync", "--store", store, "--timeout", "20",
            saying="forget everything",
        )  # fmt: skip
        self.assertNotIn("tls session", self.kept(store))

    def test_what_is_no_pin(self) -> None:
        for pin in ("sha256:short", "md5:abc", "sha256:" + "*" * 43):
            self.fails(
                "device", "init", "--store", self.path("bad"), "--device",
                "bad", "--server", self.grpc, "--code", "x", "--pin", pin,
                saying=["is no pin", "43 characters"],
            )  # fmt: skip
        self.fails(
            "device", "init", "--store", self.path("bad"), "--device", "bad",
            "--server", self.server.address, "--code", "x",
            "--pin", self.ca.pin(), saying="is not encrypted",
        )  # fmt: skip

    def test_a_certificate_expires_in_mid_run_and_is_renewed(self) -> None:
        self.show(*self.ca.issue("server", expires=LOOKS_AGAIN_S + 6))
        try:
            time.sleep(LOOKS_AGAIN_S)
            stores = [
                self.init(
                    f"late-{i}", "--server", address,
                    "--pin", self.ca.pin(), "--code", self.code(),
                )
                for i, address in enumerate((self.grpc, self.http))
            ]  # fmt: skip
            for store in stores:
                self.sync(store)
            time.sleep(6)
            for i, store in enumerate(stores):
                self.edit(
                    store, program.creation(record(20 + i), "north", "C", 1)
                )
                self.fails(
                    "device", "sync", "--store", store, "--timeout", "10",
                    saying=["has expired", "nothing is lost"],
                )  # fmt: skip
        finally:
            self.show(*self.ca.issue("server"))
            time.sleep(LOOKS_AGAIN_S)
        for store in stores:
            self.sync(store)

    def test_the_office_by_tls(self) -> None:
        words = ["survey", "list", "--server", self.grpc]
        self.fails(*words, "--ca", str(self.ca.certificate), saying="credential")
        self.fails(*words, saying="no answer")


if __name__ == "__main__":
    program.main()
