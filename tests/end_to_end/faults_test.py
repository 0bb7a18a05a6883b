"""A run against an endpoint with every fault: one clear line, the documented code, and the run goes on when it is mended."""
import signal
import subprocess
import time
import unittest

import tiny_scenario
from support import PROGRAM, TINY_PAPER, EndToEndTest, Mock

HEALTHY_CALLS = 2  # answered before the fault begins: they must not be asked again


def with_fault(step):
    """The tiny scenario whose third kind of question meets the fault."""
    scenario = tiny_scenario.scenario()
    for rule in scenario["rules"]:
        if rule["name"] == "files":
            rule.update(step)
    return scenario


class FaultsTest(EndToEndTest):
    def test_each_fault_is_one_line_and_the_run_goes_on(self):
        cases = [
            ({"fault": "401"}, 11, ["key"]),
            ({"fault": "403"}, 11, ["key"]),
            ({"fault": "429", "retry_after": 0}, 12, ["rate"]),
            ({"fault": "400", "message": "no"}, 13, ["no"]),
            ({"fault": "404"}, 13, ["404"]),
            ({"fault": "context_too_long"}, 13, ["large"]),
            ({"fault": "refusal"}, 13, ["refused"]),
            ({"fault": "500"}, 10, ["500"]),
            ({"fault": "html"}, 14, ["web page"]),
            ({"fault": "html_type"}, 14, ["web page"]),
            ({"fault": "not_json"}, 14, []),
            ({"fault": "empty"}, 14, []),
            ({"fault": "empty_choices"}, 14, ["no answer"]),
            ({"fault": "empty_content"}, 14, ["empty"]),
            ({"fault": "malformed"}, 14, []),
            ({"fault": "endless"}, 15, ["does not end"]),
            ({"reply": "```json\n{\"package\": \"line_fit\", \"files\": [{\"path\": \"line_f", "finish": "length"}, 14, ["cut off"]),
            ({"fault": "cut"}, 10, ["broke off"]),
            ({"fault": "cut_reset"}, 10, []),
            ({"fault": "reset"}, 10, []),
            ({"fault": "error_in_stream"}, 10, ["overloaded"]),
            ({"fault": "redirect"}, 10, ["redirects"]),
            ({"fault": "silence", "silence_s": 20}, 24, []),
            ({"reply": "I would rather talk about the weather."}, 14, []),
        ]
        for number, (step, code, words) in enumerate(cases):
            with self.subTest(step):
                name = f"run{number}"
                with Mock(with_fault(step)) as mock:
                    process = self.command("run", TINY_PAPER, "-o", name, "--base-url", mock.url, "--model", "tiny", "--quiet",
                                           "--until", "planner", "--retries", "0", "--timeout", "2")
                    answered = {request["sha"] for request in mock.requests()[:HEALTHY_CALLS]}
                self.assert_error(process, code, *words)
                status = self.command("status", name)
                self.assert_success(status)
                self.assertRegex(status.stdout, r"planner +failed")
                with Mock(tiny_scenario.scenario()) as mock:
                    process = self.command("resume", name, "--base-url", mock.url, "--until", "planner", "--quiet")
                    self.assert_success(process)
                    again = {request["sha"] for request in mock.requests()}
                self.assertEqual(answered & again, set(), "an answered call was asked again")

    def test_faults_that_pass_are_not_told(self):
        for step in [{"fault": "429", "times": 1, "retry_after": 0}, {"fault": "503", "times": 1, "retry_after": 0},
                     {"fault": "bad_param_response_format"}, {"fault": "bad_param_max_tokens"}, {"fault": "no_usage"},
                     {"fault": "whole"}, {"fault": "drip", "chunk": 60}]:
            with self.subTest(step), Mock(with_fault(step)) as mock:
                process = self.command("run", TINY_PAPER, "-o", "run-" + step["fault"], "--base-url", mock.url, "--model", "tiny",
                                       "--quiet", "--until", "planner")
                self.assert_success(process)

    def interrupt(self, number):
        with Mock(tiny_scenario.scenario(latency_ms=2000)) as mock:
            process = subprocess.Popen([PROGRAM, "run", TINY_PAPER, "-o", "run", "--base-url", mock.url, "--model", "tiny", "--quiet"],
                                       cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            for _ in range(600):
                if mock.requests():
                    break
                time.sleep(0.05)
            asked = time.time()
            process.send_signal(number)
            output, errors = process.communicate(timeout=30)
            self.assertLess(time.time() - asked, 5, "stopping took too long")
            return subprocess.CompletedProcess([], process.returncode, output, errors)

    def test_ctrl_c_leaves_a_resumable_run_and_says_how_to_go_on(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            self.assert_error(self.interrupt(number), 23, "paper2code resume run")
        with Mock(tiny_scenario.scenario()) as mock:
            self.assert_success(self.command("resume", "run", "--base-url", mock.url, "--until", "planner", "--quiet"))


if __name__ == "__main__":
    unittest.main()
