#!/usr/bin/env python3
"""What the pipeline costs beside its model calls, and what parallel calls gain.

  bench/pipeline_overhead.py [--program PATH] [--source PAPER --recording DIR] [--latency-ms N] [--repeat N]

1. Replays a recorded run, where a call takes no time, up to and with the Generator: wall time and the largest resident set
   of the program and of its child processes. Targets: 3 s and 150 MB.
2. Asks a mock endpoint that answers from the same recording after a fixed latency, with --jobs 1 and with --jobs 8.
   Target: at least 2.5 times faster. Both runs must give the same repository, or there is nothing to compare.

Prints one line a measurement with its target; exit code 1 when a target is missed. Without --source it takes the bundled
paper of examples/. Results stand in docs/measurements.md.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EXAMPLE = os.path.join(ROOT, "examples", "neural-graph-fingerprints")
MOCK = os.path.join(ROOT, "tests", "support", "mock_endpoint.py")


def measure(program, arguments, folder):
    """(seconds, bytes of the program, bytes of its largest child) of one run that has to succeed."""
    start = time.monotonic()
    with open(os.path.join(folder, "output.txt"), "w", encoding="utf-8") as output:
        process = subprocess.Popen([program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        own = 0
        while True:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii") as f:
                    own = max([own] + [int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM")])
            except OSError:
                pass
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    if process.returncode != 0:
        with open(os.path.join(folder, "output.txt"), encoding="utf-8") as f:
            sys.exit(f"{' '.join(arguments)}: exit code {process.returncode}\n{f.read()[-2000:]}")
    return seconds, own, usage.ru_maxrss * 1024


def tree(folder):
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as f:
                files[os.path.relpath(os.path.join(place, name), folder)] = f.read()
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "release", "apps", "paper2code", "paper2code"))
    parser.add_argument("--source", default=os.path.join(EXAMPLE, "paper"))
    parser.add_argument("--recording", default=os.path.join(EXAMPLE, "recording"))
    parser.add_argument("--latency-ms", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.source, options.recording = os.path.abspath(options.source), os.path.abspath(options.recording)
    folder = tempfile.mkdtemp(prefix="p2c-bench-")
    missed = False

    def line(text, value, unit, target, good):
        nonlocal missed
        missed = missed or not good
        print(f"{text:<58} {value:8.2f} {unit:<3} target {target:<12} {'met' if good else 'MISSED'}", flush=True)

    try:
        results = []
        for i in range(options.repeat):
            results.append(measure(options.program, ["run", options.source, "-o", f"replay{i}", "--recorded", options.recording,
                                                     "--until", "generator", "--quiet"], folder))
        with open(os.path.join(folder, "replay0", "run.json"), encoding="utf-8") as f:
            record = json.load(f)
        print(f"{record['inputs']['title']}: {record['totals']['calls']} calls up to the Generator, "
              f"{os.cpu_count()} processors, median of {options.repeat}")
        seconds = statistics.median(result[0] for result in results)
        line("replay, everything before the sandbox", seconds, "s", "< 3 s", seconds < 3)
        own, children = max(result[1] for result in results), max(result[2] for result in results)
        line("largest resident set of the program", own / 1e6, "MB", "< 150 MB", own < 150e6)
        line("largest of it and its child processes", children / 1e6, "MB", "< 150 MB", children < 150e6)

        mock = subprocess.Popen([sys.executable, MOCK, "--recording", options.recording, "--latency-ms", str(options.latency_ms)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            url = f"http://127.0.0.1:{int(mock.stdout.readline())}/v1"
            times = {}
            for jobs in ["1", "8"]:
                times[jobs], _, _ = measure(options.program,
                                            ["run", options.source, "-o", "jobs" + jobs, "--base-url", url, "--model", "mock",
                                             "--jobs", jobs, "--until", "generator", "--quiet"], folder)
                print(f"--jobs {jobs}, {options.latency_ms} ms a call: {times[jobs]:.2f} s", flush=True)
        finally:
            mock.stdin.close()
            mock.wait()
        if tree(os.path.join(folder, "jobs1", "repo")) != tree(os.path.join(folder, "jobs8", "repo")):
            sys.exit("--jobs 1 and --jobs 8 made different repositories")
        ratio = times["1"] / times["8"]
        line("--jobs 8 over --jobs 1", ratio, "x", ">= 2.5 x", ratio >= 2.5)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
