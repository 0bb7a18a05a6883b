"""What the end-to-end tests share: the program, mock endpoints, the tiny paper, the checks every error line must pass."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.environ.get("P2C_PROGRAM", os.path.join(SOURCE, "build", "release", "apps", "paper2code", "paper2code"))
TINY_PAPER = os.path.join(HERE, "data", "tiny_paper")
MOCK = os.path.join(SOURCE, "tests", "support", "mock_endpoint.py")


class Mock:
    """tests/support/mock_endpoint.py for the length of a with block."""

    def __init__(self, scenario=None, latency_ms=0, recording=None):
        self.folder = tempfile.mkdtemp(prefix="p2c-mock-")
        self.log_file = os.path.join(self.folder, "log.jsonl")
        self.command = [sys.executable, MOCK, "--log", self.log_file, "--latency-ms", str(latency_ms)]
        if scenario is not None:
            path = os.path.join(self.folder, "scenario.json")
            with open(path, "w", encoding="utf-8") as f:
                json.dump(scenario, f)
            self.command += ["--scenario", path]
        if recording:
            self.command += ["--recording", recording]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/v1"
        return self

    def __exit__(self, *args):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder)

    def requests(self):
        """The requests so far, as logged."""
        if not os.path.exists(self.log_file):
            return []
        with open(self.log_file, encoding="utf-8") as f:
            return [json.loads(line) for line in f]


class EndToEndTest(unittest.TestCase):
    """A test with its own folder as working directory, home and cache; nothing of the user's is seen or changed."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="p2c-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def environment(self, **changes):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_") and not k.endswith("_proxy")}
        environment.update(HOME=self.folder, XDG_CACHE_HOME=os.path.join(self.folder, "cache"), LC_ALL="C.UTF-8")
        environment.update(changes)
        return {k: v for k, v in environment.items() if v is not None}

    def without_sandbox(self):
        """A PATH with everything but bubblewrap: verification then stops after the static levels, which is quick."""
        programs = os.path.join(self.folder, "programs")
        if not os.path.isdir(programs):
            os.mkdir(programs)
            # The interpreter itself and not a launcher script of a version manager, which takes longer than our work.
            os.symlink(os.path.realpath(sys.executable), os.path.join(programs, "python3"))
            for folder in os.environ["PATH"].split(os.pathsep):
                for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                    link = os.path.join(programs, name)
                    if name != "bwrap" and not os.path.lexists(link):
                        os.symlink(os.path.join(folder, name), link)
        return programs

    def command(self, *arguments, environment=None, timeout=120):
        """Runs the program; gives the finished process with text output."""
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=environment or self.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content=b""):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return path

    def assert_error(self, process, code, *words):
        """One clear line: the exit code, one line on standard error that names the program and all of `words`."""
        self.assertEqual(process.returncode, code, process.stderr + process.stdout)
        lines = process.stderr.splitlines()
        self.assertEqual(len(lines), 1, process.stderr)
        self.assertTrue(lines[0].startswith("paper2code: "), lines[0])
        self.assertIsNone(re.search(r"[\x00-\x1f\x7f]", lines[0]), repr(lines[0]))
        self.assertLess(len(lines[0]), 1000)
        for word in words:
            self.assertIn(word, lines[0])

    def assert_success(self, process):
        self.assertEqual(process.returncode, 0, process.stderr + process.stdout)


def kill(process):
    """Ends a child of ours at once, with the children it has."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def tree(folder):
    """Bytes of every file below a folder, by relative path."""
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as f:
                files[os.path.relpath(path, folder)] = f.read()
    return files
