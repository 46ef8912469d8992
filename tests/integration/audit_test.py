"""Who saw and did what is written down, and whoever alters it is found out."""

import json
import pathlib

import program
from program import record


class AuditTest(program.Story):
    def tell_a_story(self, survey: str) -> None:
        self.create(survey)
        store = self.device(f"tablet-{survey}", "amina", survey)
        self.edit(store, program.creation(record(1), "north", "One", 1))
        self.sync(store)
        self.ok("record", "show", survey, record(1), "--as", "sani")
        self.ok("export", survey, "--to", self.path(f"out-{survey}"))

    def lines(self, *words: str) -> list[list[str]]:
        listed = self.ok("audit", "list", *words)
        return [line.split("\t") for line in listed.splitlines()]

    def test_who_saw_and_exported(self) -> None:
        self.tell_a_story("wells")
        asked = [(line[2], line[3], line[5])
                 for line in self.lines("--survey", "wells")]  # fmt: skip
        self.assertIn(("sani", "GetRecord", record(1)), asked)
        self.assertIn(("(operator)", "ExportTables", ""), asked)
        self.assertEqual(
            {line[2] for line in self.lines("--by", "sani")}, {"sani"}
        )
        about = self.lines("--record", record(1))
        self.assertEqual({line[5] for line in about}, {record(1)})
        last = json.loads(self.ok("audit", "list", "--json").splitlines()[-1])
        self.assertEqual(last["what"], "ReadAudit")

    def test_a_noted_head_is_held_to(self) -> None:
        data = pathlib.Path(self.path("apart"))
        server = program.Server(self.binary, data)
        self.ok("survey", "create", "wells", "--server", server.address,
                "--form", self.write("form.xml", program.WELLS),
                "--config", self.write("config.json", program.config()))  # fmt: skip
        self.ok("access", "owner", "olu", "--server", server.address)
        noted = self.ok("audit", "head", "--server", server.address).strip()
        server.end()
        printed = self.ok("audit", "verify", str(data), "--head", noted)
        seq = int(printed.splitlines()[-1].split(":")[0])
        self.assertGreaterEqual(seq, int(noted.split(":")[0]))
        other = noted[:-1] + ("1" if noted.endswith("0") else "0")
        self.fails(
            "audit", "verify", str(data), "--head", other,
            saying="1 findings",
        )  # fmt: skip
        self.fails(
            "audit", "verify", str(data), "--head", "yesterday",
            saying="is no head of a journal",
        )  # fmt: skip

    def test_a_server_at_work_is_not_looked_into(self) -> None:
        data = pathlib.Path(self.path("at-work"))
        server = program.Server(self.binary, data)
        self.fails("audit", "verify", str(data), saying="is a server running?")
        server.end()


if __name__ == "__main__":
    program.main()
