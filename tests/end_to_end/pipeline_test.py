"""The main job on the tiny paper: run, status, record, replay, report, check; the same repository every time.

The programs run without bubblewrap here, so verification ends after the static levels: that is quick, needs no Python
packages, and a run below level L3 ends with exit code 1.
"""
import json
import os
import unittest

import tiny_scenario
from support import TINY_PAPER, EndToEndTest, Mock, tree

CALLS = 25  # of the tiny paper, one of them a repair


class PipelineTest(EndToEndTest):
    def environment(self, **changes):
        return super().environment(PATH=self.without_sandbox(), **changes)

    def run_tiny(self, mock, name, *options):
        process = self.command("run", TINY_PAPER, "-o", name, "--base-url", mock.url, "--model", "tiny", *options)
        self.assertEqual(process.returncode, 1, process.stderr + process.stdout)
        return process

    def record_of(self, name):
        with open(self.path(name, "run.json"), encoding="utf-8") as f:
            return json.load(f)

    def test_from_paper_to_repository_and_back_from_the_recording(self):
        with Mock(tiny_scenario.scenario()) as mock:
            process = self.run_tiny(mock, "run")
            asked = len(mock.requests())
        self.assertRegex(process.stdout, r"level +L1\n")
        self.assertIn("line_fit/model.py: end", process.stderr)
        for name in ["REPORT.md", "report.html", "run.json", "paper/paper.json", "paper/paper.md", "plan/file_graph.svg",
                     "plan/plan.json", "analysis/section_map.json", "generated/files.json", "verify/verify.json",
                     "verify/ledger.jsonl", "verify/requirements.json", "repo/provenance.jsonl", "repo/line_fit/train.py",
                     "repo/tests/test_loss.py", "repo/configs/smoke.yaml", "repo/README.md", "repo/REPRODUCTION.md"]:
            self.assertTrue(os.path.exists(self.path("run", name)), name)
        # What the Generator got wrong is repaired, in the repository and in the ledger, and kept as it was first emitted.
        loss = tree(self.path("run", "repo"))["line_fit/loss.py"].decode()
        self.assertNotIn("mean_square_error", loss)
        self.assertIn("mean_square_error", tree(self.path("run", "verify", "snapshot0"))["line_fit/loss.py"].decode())
        with open(self.path("run", "verify", "ledger.jsonl"), encoding="utf-8") as f:
            changes = [json.loads(line) for line in f]
        self.assertEqual([(c["file"], c["actor"], c["modified"]) for c in changes], [("line_fit/loss.py", "model", 1)])
        self.assertIn(b'"origin":"repair"', tree(self.path("run", "repo"))["provenance.jsonl"])
        record = self.record_of("run")
        self.assertEqual([stage["state"] for stage in record["stages"]], ["done"] * 6)
        self.assertEqual(record["totals"]["calls"], asked)
        self.assertEqual(record["level"], "L1")
        self.assertNotIn("tiny-secret", json.dumps(record))

        status = self.command("status", "run")
        self.assert_success(status)
        self.assertIn("the run is complete", status.stdout)
        self.assertIn("A Line Through Points", status.stdout)
        self.assertEqual(json.loads(self.command("status", "run", "--json").stdout)["level"], "L1")

        # A second start finds nothing to do and asks nobody, not even with the endpoint gone.
        again = self.command("resume", "run")
        self.assertEqual(again.returncode, 1, again.stderr)

        self.assert_success(self.command("record", "run", "-o", "recording"))
        replay = self.command("run", TINY_PAPER, "-o", "replayed", "--recorded", "recording")
        self.assertEqual(replay.returncode, 1, replay.stderr)
        self.assertEqual(tree(self.path("run", "repo")), tree(self.path("replayed", "repo")))

        before = tree(self.path("run"))
        os.remove(self.path("run", "report.html"))
        self.assert_success(self.command("report", "run"))
        after = tree(self.path("run"))
        self.assertEqual(before["report.html"], after["report.html"])
        self.assertEqual(before["REPORT.md"], after["REPORT.md"])

        check = self.command("check", "run")
        self.assert_success(check)
        self.assertIn("level L1", check.stdout)

    def test_the_number_of_jobs_does_not_show_in_the_repository(self):
        with Mock(tiny_scenario.scenario(latency_ms=20)) as mock:
            for jobs in ["1", "8"]:
                self.run_tiny(mock, "jobs" + jobs, "--jobs", jobs)
        self.assertEqual(tree(self.path("jobs1", "repo")), tree(self.path("jobs8", "repo")))

    def test_until_and_resume_stage_by_stage(self):
        with Mock(tiny_scenario.scenario()) as mock:
            first = self.command("run", TINY_PAPER, "-o", "run", "--base-url", mock.url, "--model", "tiny", "--until", "ingest")
            self.assert_success(first)
            self.assertIn("next        planner: paper2code resume run", first.stdout)
            for stage, following in [("planner", "analyzer"), ("analyzer", "generator"), ("generator", "verify")]:
                process = self.command("resume", "run", "--until", stage)
                self.assert_success(process)
                self.assertIn(f"next        {following}:", process.stdout)
                self.assertIn(f"next    {following}: paper2code resume run", self.command("status", "run").stdout)
            self.assertEqual(self.command("resume", "run").returncode, 1)
            asked = len(mock.requests())
        self.assertEqual(self.record_of("run")["totals"]["calls"], asked)

    def test_json_output_is_one_event_a_line(self):
        with Mock(tiny_scenario.scenario()) as mock:
            process = self.run_tiny(mock, "run", "--json")
        self.assertEqual(process.stderr, "")
        events = [json.loads(line) for line in process.stdout.splitlines()]
        for event in events:
            self.assertEqual(list(event), ["time", "stage", "target", "kind", "data"])
        self.assertEqual(events[-1]["kind"], "result")
        self.assertEqual(events[-1]["data"]["level"], "L1")
        self.assertEqual(events[-1]["data"]["exit"], 1)
        self.assertNotIn("token", {event["kind"] for event in events})
        ends = [event["stage"] for event in events if event["kind"] == "end" and not event["target"]]
        self.assertEqual(ends, ["ingest", "planner", "analyzer", "generator", "verify", "report"])

    def test_quiet_prints_nothing(self):
        with Mock(tiny_scenario.scenario()) as mock:
            process = self.run_tiny(mock, "run", "--quiet")
        self.assertEqual(process.stdout + process.stderr, "")

    def test_key_and_endpoint_come_from_the_environment_and_the_key_is_stored_nowhere(self):
        with Mock(tiny_scenario.scenario()) as mock:
            environment = self.environment(OPENAI_API_KEY="tiny-secret-key", OPENAI_BASE_URL=mock.url)
            process = self.command("run", TINY_PAPER, "-o", "run", "--model", "tiny", environment=environment)
            self.assertEqual(process.returncode, 1, process.stderr)
            self.assertTrue(all(request["authorized"] for request in mock.requests()))
        for name, content in tree(self.path("run")).items():
            self.assertNotIn(b"tiny-secret-key", content, name)

    def test_a_spent_budget_stops_and_a_larger_one_goes_on(self):
        with Mock(tiny_scenario.scenario()) as mock:
            options = ["--base-url", mock.url, "--model", "tiny", "--quiet"]
            process = self.command("run", TINY_PAPER, "-o", "run", *options, "--budget-tokens", "8000")
            self.assert_error(process, 17, "8000", "Resume")
            paid = len(mock.requests())
            self.assertLess(paid, CALLS)
            self.assertEqual(self.command("resume", "run", "--quiet", "--budget-tokens", "1000000").returncode, 1)
            shas = [request["sha"] for request in mock.requests()]
        self.assertEqual(len(shas), len(set(shas)), "a call was paid for twice")

    def test_a_replay_that_asks_something_new_names_it(self):
        with Mock(tiny_scenario.scenario()) as mock:
            self.run_tiny(mock, "run")
        self.assert_success(self.command("record", "run", "-o", "recording"))
        self.write("other/main.tex", tree(TINY_PAPER)["main.tex"].replace(b"64 points", b"65 points"))
        process = self.command("run", "other", "-o", "replay", "--recorded", "recording", "--quiet")
        self.assert_error(process, 16, "planner P1")


if __name__ == "__main__":
    unittest.main()
