"""Help of every command, shell completion, and lines nobody understands."""

import re
import subprocess
import unittest

import program

COMMANDS = """
serve; survey create; survey list; survey show; survey publish; survey update;
survey import-register; survey key; survey load-areas; survey seed; record show; record list;
record delete; record restore; record review; record assign; record assign-all;
record erase; record erase-expired;
progress; conflicts list;
conflicts show; conflicts resolve; quarantine list; quarantine show; quarantine release;
quarantine reject; export; indicators; roles;
access sign-in; access password; access issue-key; access list-keys;
access revoke-key; access owner; audit list; audit head; audit verify; fleet enrol; fleet list; fleet show; fleet lock;
fleet unlock; fleet wipe; fleet revoke; device init; device enrol; device list; device edit;
device outbox; device sync; device seed; device seal; device receipt;
device carry; device receipts; verify; rebuild; backup; restore; unseal; completion
"""


class HelpTest(program.Story):
    serves = False

    def commands(self) -> list[list[str]]:
        return [each.split() for each in COMMANDS.split(";")]

    def subcommands(self, *words: str) -> list[list[str]]:
        """Every command below `words` that the help names."""
        text = self.ok(*words, "--help")
        below = text.partition("Subcommands:\n")[2]
        names = re.findall(r"(?m)^  ([a-z][a-z-]*)", below)
        if not names:
            return [list(words)]
        return [each for n in names for each in self.subcommands(*words, n)]

    def test_every_command_is_listed_here(self) -> None:
        self.assertEqual(
            sorted(self.subcommands()), sorted(self.commands())
        )

    def test_every_command_and_option_is_explained(self) -> None:
        for words in self.commands():
            text = self.ok(*words, "--help")
            self.assertIn("Usage: chasqui " + " ".join(words), text)
            about = text.split("\n")[0]
            self.assertGreater(len(about), 15, f"{words}: {about}")
            # The explanation is beside an option or, if that is long, below.
            for line in re.findall(r"(?m)^  -.*(?:\n {20,}\S.*)?$", text):
                self.assertRegex(line, r"^  -.*(  |\n *)\w.{7}", words)

    def test_lines_that_are_not_understood(self) -> None:
        for words in ([], ["survey"], ["surveys"], ["progress"],
                      ["record", "show", "wells"], ["verify"],
                      ["survey", "list", "--jsn"]):  # fmt: skip
            done = program.run(self.binary, *words)
            self.assertGreater(done.returncode, 1, words)
            self.assertIn("--help", done.stderr)


class CompletionTest(program.Story):
    serves = False

    def offered(self, *words: str) -> list[str]:
        """What bash offers after these, of which the last is begun."""
        line = " ".join(f"'{word}'" for word in words)
        script = (
            f'source <("$0" completion bash)\nCOMP_WORDS=({line})\n'
            f"COMP_CWORD={len(words) - 1}\n_chasqui\n"
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", script, self.binary],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.split()

    def test_bash(self) -> None:
        self.assertIn("survey", self.offered("chasqui", ""))
        self.assertEqual(
            self.offered("chasqui", "survey", "im"), ["import-register"]
        )
        self.assertIn("--history", self.offered("chasqui", "record", "show", "--h"))
        self.assertEqual(
            self.offered("chasqui", "verify", "somewhere", "--re"), ["--replay"]
        )

    def test_other_shells(self) -> None:
        self.assertIn("bashcompinit", self.ok("completion", "zsh"))
        self.assertIn("complete -c chasqui", self.ok("completion", "fish"))
        self.fails("completion", "cmd", saying="cmd")


if __name__ == "__main__":
    program.main()
