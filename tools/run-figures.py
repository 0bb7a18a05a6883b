#!/usr/bin/env python3
"""Prints the figures of finished runs as rows of a Markdown table, for docs/measurements.md.

    tools/run-figures.py RUN_DIRECTORY...

All figures are read from the run's own records: run.json, verify/verify.json and verify/requirements.json.
"""

import json
import pathlib
import sys

HEAD = ["run", "first emission", "after repair", "lines changed (C / N0)", "rounds", "touches", "calls", "tokens in", "tokens out",
        "requirements pass / in scope", "tests passed"]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def row(directory):
    run = read(directory / "run.json")
    verify = read(directory / "verify" / "verify.json")
    requirements = [r for r in read(directory / "verify" / "requirements.json")["requirements"] if r["scope"] == "in"]
    outcomes = [t["outcome"] for t in verify["tests"]]
    totals = run["totals"]
    return [
        directory.name,
        verify["first_level"] or "none",
        verify["level"] or "none",
        f"{verify['lines_changed']} / {verify['lines_total']} = {100 * verify['line_fix_rate']:.2f} %",
        verify["rounds"],
        verify["touches"],
        totals["calls"],
        f"{totals['tokens_in']:,}",
        f"{totals['tokens_out']:,}",
        f"{sum(r['verdict'] == 'pass' for r in requirements)} / {len(requirements)}",
        f"{outcomes.count('passed')} / {len(outcomes)}",
    ]


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    rows = [HEAD, ["---"] * len(HEAD)]
    for argument in sys.argv[1:]:
        try:
            rows.append(row(pathlib.Path(argument)))
        except (OSError, KeyError, json.JSONDecodeError) as error:
            sys.exit(f"{argument}: no finished run: {error}")
    for cells in rows:
        print("| " + " | ".join(str(cell) for cell in cells) + " |")


if __name__ == "__main__":
    main()
