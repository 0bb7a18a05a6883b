"""kill -9 at random points: the run goes on, asks no answered question twice, and ends with the same repository."""
import collections
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
import unittest

import tiny_scenario
from support import PROGRAM, TINY_PAPER, EndToEndTest, Mock, kill, tree

KILLS = 60         # at least 50 are asked for
KILLS_OF_ONE = 10  # of one run directory, before it may finish
LATENCY_MS = 10    # so that calls are under way when the kill comes
SEED = 20260101


class KillTest(EndToEndTest):
    def environment(self, **changes):
        return super().environment(PATH=self.without_sandbox(), **changes)

    def start(self, mock, name):
        """The same command again and again, as a person would: it begins the run or goes on with it."""
        return subprocess.Popen([PROGRAM, "run", TINY_PAPER, "-o", name, "--base-url", mock.url, "--model", "tiny", "--json"],
                                cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def finish(self, mock, name):
        """Lets it come to its end; gives the number of events."""
        process = self.start(mock, name)
        output, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 1, errors)  # level L1: nothing is executed without bubblewrap
        return len(output.splitlines())

    def journaled(self, name):
        """What is in the journal, as the endpoint's log names it; read from a copy, as the dead process left it."""
        copy = self.path("copy")
        shutil.rmtree(copy, ignore_errors=True)
        os.mkdir(copy)
        for file in ["run.db", "run.db-wal"]:
            if os.path.exists(self.path(name, file)):
                shutil.copy(self.path(name, file), copy)
        database = sqlite3.connect(os.path.join(copy, "run.db"))
        try:
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return set(), "before the first table"
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            stage = database.execute("SELECT name FROM stages WHERE state = 'running'").fetchone()
            shas = set()
            for (request,) in database.execute("SELECT request FROM calls"):
                messages = [[m["role"], m["content"]] for m in json.loads(request)["messages"]]
                shas.add(hashlib.sha256(json.dumps(messages, ensure_ascii=False).encode()).hexdigest())
            return shas, stage[0] if stage else "between stages"
        finally:
            database.close()

    def kill_somewhere(self, process, chance, most_events):
        """Kills at a random moment: of the start, or of the work after some of its events. False if it ended before."""
        if chance.random() < 0.2:
            time.sleep(chance.uniform(0, 0.05))
        else:
            for _ in range(chance.randrange(1, most_events)):
                if not process.stdout.readline():
                    break
            time.sleep(chance.uniform(0, 0.03))
        alive = process.poll() is None
        kill(process)
        process.stdout.close()
        process.stderr.close()
        return alive

    def test_no_kill_loses_or_repeats_anything(self):
        chance = random.Random(SEED)
        kills = 0
        places = collections.Counter()
        with Mock(tiny_scenario.scenario(latency_ms=LATENCY_MS)) as mock:
            events = self.finish(mock, "reference")
        reference = tree(self.path("reference", "repo"))
        directories = 0
        while kills < KILLS:
            name = f"run{kills}"
            stride = events // [8, 2][directories % 2]  # short lives to hit the early stages, long ones for the late
            directories += 1
            with Mock(tiny_scenario.scenario(latency_ms=LATENCY_MS)) as mock:
                answered = {}  # sha -> number of requests for it when it was first seen in the journal
                for _ in range(KILLS_OF_ONE):
                    if not self.kill_somewhere(self.start(mock, name), chance, stride):
                        break
                    kills += 1
                    shas, place = self.journaled(name) if os.path.exists(self.path(name, "run.db")) else (set(), "before the database")
                    places[place] += 1
                    asked = collections.Counter(request["sha"] for request in mock.requests())
                    for sha in shas:
                        self.assertEqual(asked[sha], answered.setdefault(sha, asked[sha]), "a journaled call was asked again")
                self.finish(mock, name)
                asked = collections.Counter(request["sha"] for request in mock.requests())
                for sha, count in answered.items():
                    self.assertEqual(asked[sha], count, "a journaled call was asked again")
            self.assertEqual(tree(self.path(name, "repo")), reference, f"another repository after {kills} kills")
            left = [file for file in os.listdir(self.path(name)) if file.endswith(".draft") or file.startswith(".p2c-")]
            self.assertEqual(left, [])
            with open(self.path(name, "run.json"), encoding="utf-8") as f:
                self.assertEqual(json.load(f)["totals"]["calls"], len(self.journaled(name)[0]))
            shutil.rmtree(self.path(name))
        print(f"{kills} kills: " + ", ".join(f"{count} in {place}" for place, count in places.most_common()), flush=True)
        for stage in ["planner", "analyzer", "generator", "verify"]:
            self.assertGreater(places[stage], 0, "no kill fell into this stage")


if __name__ == "__main__":
    unittest.main()
