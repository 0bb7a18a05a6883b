"""The command line itself: help, usage errors, names of folders, version."""
import os
import unittest

from support import PROGRAM, TINY_PAPER, EndToEndTest

SUBCOMMANDS = ["run", "read", "resume", "status", "check", "report", "record"]
OPTIONS = {
    "run": ["--output", "--framework", "--base-url", "--model", "--recorded", "--budget-usd", "--budget-tokens",
            "--max-rounds", "--until", "--jobs", "--context", "--max-output", "--json", "--quiet"],
    "read": ["--output", "--preview", "--json", "--quiet"],
    "resume": ["--budget-usd", "--budget-tokens", "--jobs", "--json", "--quiet"],
    "status": ["--json"],
    "check": ["--level", "--json", "--quiet"],
    "report": [],
    "record": ["--output"],
}


class HelpTest(EndToEndTest):
    def test_the_program_names_every_subcommand(self):
        process = self.command("--help")
        self.assert_success(process)
        for name in SUBCOMMANDS:
            self.assertRegex(process.stdout, rf"\n  {name} +[A-Z]")
        self.assertIn("OPENAI_API_KEY", process.stdout)
        self.assertIn("OPENAI_BASE_URL", process.stdout)

    def test_each_subcommand_tells_options_examples_and_exit_codes(self):
        for name in SUBCOMMANDS:
            with self.subTest(name):
                process = self.command(name, "--help")
                self.assert_success(process)
                for option in OPTIONS[name]:
                    # The option, perhaps with its values on a line of their own, and then what it is for.
                    self.assertRegex(process.stdout, rf"{option}[ ,][^\n]*\n? +[^\n]*[A-Z]")
                self.assertIn("\nExample", process.stdout)
                self.assertIn(f"  paper2code {name} ", process.stdout)
                self.assertRegex(process.stdout, r"Exit codes[^\n]*\n  0  ")
                self.assertEqual(process.stderr, "")

    def test_exit_codes_in_help_are_documented(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "exit-codes.md"), encoding="utf-8") as f:
            document = f.read()
        for name in SUBCOMMANDS:
            text = self.command(name, "--help").stdout
            codes = text[text.index("Exit codes"):].splitlines()[1:]
            for line in codes:
                numbers = line.strip().split("  ")[0]
                for number in numbers.replace(" to ", ", ").split(", "):
                    self.assertRegex(document, rf"\| {number} \|", line)

    def test_version(self):
        process = self.command("--version")
        self.assert_success(process)
        self.assertRegex(process.stdout, r"^paper2code \d+\.\d+\.\d+\n$")


class UsageTest(EndToEndTest):
    def test_wrong_use_is_one_line(self):
        cases = [
            ([], "subcommand"),
            (["fly"], "fly"),
            (["run"], "SOURCE"),
            (["run", TINY_PAPER, "--jobs", "0"], "--jobs"),
            (["run", TINY_PAPER, "--jobs", "many"], "--jobs"),
            (["run", TINY_PAPER, "--until", "lunch"], "lunch"),
            (["run", TINY_PAPER, "--framework", "tensorflow"], "tensorflow"),
            (["run", TINY_PAPER, "--budget-usd", "-1"], "--budget-usd"),
            (["run", TINY_PAPER, "--json", "--quiet"], "--quiet"),
            (["run", TINY_PAPER], "--model"),
            (["run", TINY_PAPER, "--model", "m", "--base-url", "ftp://x"], "ftp"),
            (["check", ".", "--level", "L9"], "L9"),
            (["record", "."], "--output"),
        ]
        for arguments, word in cases:
            with self.subTest(arguments):
                self.assert_error(self.command(*arguments), 2, word)
        self.assertEqual(os.listdir(self.folder), [], "wrong use leaves nothing behind")

    def test_what_is_not_there(self):
        cases = [
            (["run", "nothing.pdf", "--model", "m"], "nothing.pdf"),
            (["read", "nothing.pdf"], "nothing.pdf"),
            (["resume", "nowhere"], "nowhere"),
            (["status", "nowhere"], "nowhere"),
            (["check", "nowhere"], "nowhere"),
            (["report", "nowhere"], "nowhere"),
            (["record", "nowhere", "-o", "there"], "nowhere"),
            (["run", TINY_PAPER, "--recorded", "nowhere"], "nowhere"),
        ]
        for arguments, word in cases:
            with self.subTest(arguments):
                self.assert_error(self.command(*arguments), 3, word)


class ReadTest(EndToEndTest):
    def test_read_writes_the_paper(self):
        process = self.command("read", TINY_PAPER)
        self.assert_success(process)
        self.assertIn("A Line Through Points by Gradient Descent", process.stdout)
        for name in ["paper.json", "paper.md"]:
            self.assertTrue(os.path.exists(self.path("tiny_paper-paper", name)), name)

    def test_quiet_says_nothing(self):
        process = self.command("read", TINY_PAPER, "-o", "out", "--quiet")
        self.assert_success(process)
        self.assertEqual(process.stdout + process.stderr, "")

    def test_equal_input_gives_equal_output(self):
        texts = []
        for name in ["a", "b"]:
            self.assert_success(self.command("read", TINY_PAPER, "-o", name))
            with open(self.path(name, "paper.json"), "rb") as f:
                texts.append(f.read())
        self.assertEqual(*texts)



class RefusalTest(EndToEndTest):
    def test_a_cap_in_money_needs_a_price(self):
        process = self.command("run", TINY_PAPER, "-o", "out", "--model", "nobody-knows-it", "--base-url", "http://127.0.0.1:9/v1",
                               "--budget-usd", "1", "--quiet")
        self.assert_error(process, 2, "--budget-usd")
        self.assertIn("--budget-tokens", process.stderr)

    def test_read_writes_into_no_folder_of_others(self):
        os.mkdir(self.path("mine"))
        with open(self.path("mine", "paper.md"), "w", encoding="utf-8") as f:
            f.write("my own")
        self.assert_error(self.command("read", TINY_PAPER, "-o", "mine", "--quiet"), 4, "other things")
        with open(self.path("mine", "paper.md"), encoding="utf-8") as f:
            self.assertEqual(f.read(), "my own")
        self.assert_error(self.command("read", TINY_PAPER, "-o", "mine/paper.md", "--quiet"), 4, "no folder")
        for _ in range(2):  # the same folder again; pictures of what was read before do not stay
            self.assert_success(self.command("read", TINY_PAPER, "-o", "out", "--quiet"))
            os.makedirs(self.path("out", "figures"), exist_ok=True)
            with open(self.path("out", "figures", "old.png"), "w", encoding="utf-8"):
                pass
        self.assert_success(self.command("read", TINY_PAPER, "-o", "out", "--quiet"))
        self.assertFalse(os.path.exists(self.path("out", "figures", "old.png")))

    def test_check_of_a_folder_without_python_says_so(self):
        os.mkdir(self.path("empty"))
        self.assert_error(self.command("check", "empty"), 4, "no Python files")


if __name__ == "__main__":
    print("program:", PROGRAM, flush=True)
    unittest.main()
