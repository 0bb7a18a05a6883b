#!/usr/bin/env python3
"""How well `paper2code read` reads LaTeX, against LaTeXML.

  bench/reading/latex_reading.py [--program PATH] [--json FILE] [--show] [--check] FOLDER...

FOLDER holds papers: sub-folders (with the sources in latex/ or in themselves) or flat .tex files. Per paper and pooled:

  main       the main file is the one that latex_facts.json names, else the one with a class and \\begin{document}
  eq         rows of display formulas that LaTeXML sees and our reader has too (compared as symbols, at least 0.8 alike, in order)
  eq no      of those, rows with the same printed number, or none
  refs       references to labels that LaTeXML can resolve, for which our reader has the same number
  in text    words of resolved references that stand in our running text where LaTeXML prints them
  alg        lines of pseudo-code, at least 0.8 alike
  cells      table cells that are not empty, with the same text in the same row and column and the same spans
  fig        picture files of the source that our figures name (or that a warning calls missing)
  caption    captions of floats with the same number and at least nine tenths of the words
  words      words of abstract, headings, paragraphs, lists and theorems kept, in order
  ms, tools  processor time of `paper2code read` itself, and of the poppler tools it starts for the text in vector pictures
             (median of --repeat runs)
  MB         largest resident set among them

--show prints every disagreement. latex_exceptions.json names those where LaTeXML is wrong or has no opinion, with the reason; they
are left out of the counts. Exit code 1 with --check when a pooled target is missed.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter

import alignment
import latexml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TARGETS = {"main": 1.0, "eq": 0.99, "eq no": 0.98, "refs": 0.98, "in text": 0.98, "alg": 0.98, "cells": 0.97, "words": 0.98}
COLUMNS = ["main", "eq", "eq no", "refs", "in text", "alg", "cells", "fig", "caption", "words"]


def papers_in(folder):
    """(name, path of the LaTeX folder or file) of every LaTeX paper in a folder."""
    out = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".tex"):
            out.append((name[:-4], path))
        elif os.path.isdir(os.path.join(path, "latex")):
            out.append((name, os.path.join(path, "latex")))
        elif os.path.isdir(path) and any(f.endswith(".tex") for f in os.listdir(path)):
            out.append((name, path))
    return out


def read(program, path, repeat):
    """(paper.json, processor seconds of the reader, of its children, largest resident set in bytes)."""
    own, children = [], []
    with tempfile.TemporaryDirectory(prefix="p2c-reading-") as folder:
        output = os.path.join(folder, "paper")
        command = [program, "read", path, "--output", output, "--quiet"]
        # Through a shell, as a child of Python begins with Python's own resident set as its largest.
        process = subprocess.Popen(["sh", "-c", '"$@"; exit $?', "sh", *command], stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{path}: paper2code read: exit code {process.returncode}")
        for _ in range(repeat):
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            own.append(time.clock_gettime((~process.pid << 3) | 2))  # its processor clock, without its children
            _, status, all_ = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            children.append(max(0.0, all_.ru_utime + all_.ru_stime - own[-1]))
        with open(os.path.join(output, "paper.json"), encoding="utf-8") as f:
            return json.load(f), (statistics.median(own), statistics.median(children)), usage.ru_maxrss * 1024


def without_formulas(text):
    return re.sub(r"(?<!\\)\$(?:\\.|[^$\\])*\$", " ", text)


def without_citations(text, cites):
    """Our text without "[key, key]"; LaTeXML's citations are left out as well."""
    def drop(match):
        return " " if any(part.strip() in cites for part in re.split(r"[,;]", match.group(1))) else match.group(0)
    return re.sub(r"\[([^\[\]]*)\]", drop, text)


def plain(text, cites=()):
    return latexml.words_of(without_citations(without_formulas(text), set(cites)))


class Score:
    """Right and all of each column, and what went wrong."""

    def __init__(self, paper, exceptions):
        self.right, self.all = Counter(), Counter()
        self.wrong = []
        self.excepted = []
        self.rules = [e for e in exceptions if e["paper"] == paper]

    def add(self, column, ok, message="", weight=1):
        if not ok:
            for rule in self.rules:
                if rule["column"] == column and re.search(rule["match"], message):
                    self.excepted.append((column, message, rule["reason"]))
                    return
            self.wrong.append((column, message))
        self.right[column] += weight if ok else 0
        self.all[column] += weight


def compare_equations(truth, doc, score):
    theirs = [{**e, "signature": alignment.signature(e["tex"])} for e in truth.equations() if e["tex"].strip()]
    ours = []
    for e in doc["equations"]:
        for row, number in zip(e["rows"], e["row_numbers"]):
            if row.strip():
                ours.append({"id": e["id"], "number": number, "tex": row, "signature": alignment.signature(row)})
    pairs = alignment.align(theirs, ours, lambda x, y: alignment.alike(x["signature"], y["signature"]), 0.8)
    paired = dict(pairs)
    for i, e in enumerate(theirs):
        score.add("eq", i in paired, f"({e['number']}) {e['tex'][:110]}")
        if i in paired:
            mine = ours[paired[i]]
            score.add("eq no", mine["number"] == e["number"], f"{mine['id']}: ours ({mine['number']}), LaTeXML ({e['number']}): {e['tex'][:80]}")
    for j in sorted(set(range(len(ours))) - set(paired.values())):
        score.wrong.append(("extra eq", f"{ours[j]['id']} ({ours[j]['number']}) {ours[j]['tex'][:110]}"))


def compare_references(truth, doc, score):
    numbers = {}
    for block in doc["blocks"]:
        for label in block["labels"]:
            numbers[re.sub(r"\s+", "_", label)] = block["number"]
    for e in doc["equations"]:
        for label, number in zip(e["row_labels"], e["row_numbers"]):
            if label:
                numbers[re.sub(r"\s+", "_", label)] = number
    for label, number in truth.references():
        if number:
            mine = numbers.get(label)
            part = re.fullmatch(r"(.*\d)[a-z]", number)  # of a figure: our block is the figure; the letter counts as "in text"
            score.add("refs", mine == number or (part is not None and mine == part.group(1)), f"{label}: ours {numbers.get(label)}, LaTeXML {number}")


def compare_words(truth, doc, score):
    theirs = truth.words()
    abstract, *notes = doc["abstract"].split("\n(Footnote) ")
    ours = plain(abstract)
    notes = plain(" ".join(notes))
    for block in doc["blocks"]:
        text = block["text"]
        if block["type"] == "footnote":
            notes += plain(text, block["cites"])
        elif block["type"] in ("paragraph", "item", "quote", "theorem", "proof", "section", "list"):
            ours += plain(block["title"], block["cites"]) + plain(text, block["cites"])
    their_notes = [pair for note in truth.notes() for pair in note]
    for side, mine in ((theirs, ours), (their_notes, notes)):
        found = alignment.matched_words([word for word, _ in side], mine)
        start = 0
        while start < len(side):
            end = start
            while end < len(side) and (found[end], side[end][1]) == (found[start], side[start][1]):
                end += 1
            column = "in text" if side[start][1] else "words"
            around = " ".join(w for w, _ in side[max(0, start - 4):start]) + " >>" + " ".join(w for w, _ in side[start:end]) + "<<"
            score.add(column, found[start], around, end - start)
            start = end


def compare_algorithms(truth, doc, score):
    shown = [line for a in truth.algorithms() for line in a["lines"]]
    theirs = [alignment.signature(line) for line in shown]
    ours = []
    for a in doc["algorithms"]:
        for line in [*a["inputs"], *a["outputs"], *(f"{x['text']} {x['comment']}" for x in a["lines"])]:
            ours.append(alignment.signature(line))
    bags = [Counter(x) for x in ours]

    def likeness(x, j):
        common = sum((Counter(x) & bags[j]).values())
        return 2 * common / max(1, len(x) + len(ours[j]))
    paired = dict(alignment.align(theirs, list(range(len(ours))), likeness, 0.8))
    for i, text in enumerate(shown):
        score.add("alg", i in paired, text[:120])


def placed(rows, text_of, covered):
    """[{column: (text, colspan, rowspan)}] of a table's cells that are not empty, rows without any left out.

    covered: cells under a rowspan are not written, as in HTML (LaTeXML); else they stand there empty, as in LaTeX (ours).
    Columns in which no cell begins do not count: LaTeXML leaves out empty ones.
    """
    cells, taken = {}, set()
    for r, row in enumerate(rows):
        c = 0
        for cell in row:
            while covered and (r, c) in taken:
                c += 1
            text = text_of(cell)
            if text:
                cells[(r, c)] = (text, cell["colspan"], cell["rowspan"])
            for i in range(cell["rowspan"]):
                for j in range(cell["colspan"]):
                    taken.add((r + i, c + j))
            c += cell["colspan"]
    used = sorted({c for _, c in cells})
    lines = {}
    for (r, c), (text, colspan, rowspan) in cells.items():
        lines.setdefault(r, {})[used.index(c)] = (text, sum(c <= u < c + colspan for u in used), rowspan)
    return [lines[r] for r in sorted(lines)]


def cell_text(text):
    text = re.sub(r"\\([%&#_$])", r"\1", text)
    return "".join(alignment.signature(text))


def compare_tables(truth, doc, score):
    def grid(rows, covered):
        return placed(rows, lambda c: cell_text(c["text"]), covered)
    theirs = [g for g in (grid(t["rows"], True) for t in truth.tables()) if sum(len(r) for r in g) > 1]
    ours = [grid(t["cells"], False) for t in doc["tables"]]

    # Pictures are often laid out in a tabular, with lines of text between: those lines may be parts of our figure.
    beside = " ".join(cell_text(part) for f in doc["figures"] for part in [*f["subfigures"], f["caption"]])

    def bag(g):
        return Counter(v[0] for row in g for v in row.values())

    def likeness(x, y):
        a, b = bag(x), bag(y)
        return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))
    paired = dict(alignment.align(theirs, ours, likeness, 0.3))
    for i, table in enumerate(theirs):
        if i not in paired:
            score.add("cells", all(v[0] in beside for line in table for v in line.values()), f"table {i + 1} of LaTeXML: {' | '.join(v[0] for v in table[0].values())[:100]}",
                      sum(len(r) for r in table))
            continue
        mine = ours[paired[i]]
        rows = dict(alignment.align(table, mine, lambda x, y: len(set(v[0] for v in x.values()) & set(v[0] for v in y.values())) /
                                    max(1, len(x)), 0.2))
        for r, row in enumerate(table):
            for c, value in row.items():
                other = mine[rows[r]].get(c) if r in rows else None
                score.add("cells", other == value, f"{doc['tables'][paired[i]]['id']} row {r + 1} column {c + 1}: ours {other}, LaTeXML {value}")


def compare_figures(truth, doc, score):
    ours = {re.sub(r"[^a-z0-9_-]", "-", os.path.splitext(os.path.basename(f["path"]))[0].lower()) for fig in doc["figures"] for f in fig["files"]}
    named = " ".join(w["message"] for w in doc["warnings"] if "not in the source" in w["message"])
    said = " ".join([named] + [b["latex"] + b["text"] for b in doc["blocks"]])
    for name in truth.figures():
        base = os.path.basename(name)
        stems = {re.sub(r"[^a-z0-9_-]", "-", x.lower())[:80] for x in (base, os.path.splitext(base)[0])}  # as files are named
        ok = any(o.endswith("-" + stem) or o == stem or o.endswith(stem) for o in ours for stem in stems) or base in said
        score.add("fig", ok, name)


def compare_captions(truth, doc, score):
    ours = []
    for kind in ("figures", "tables", "algorithms"):
        for x in doc[kind]:
            ours.append((x["number"], plain(x["caption"])))
            for part in x.get("subfigures", []):
                ours.append(("", plain(part)))
    blocks = {b["id"]: b for b in doc["blocks"]}
    ours += [(b["number"], plain(b["text"])) for b in blocks.values() if b["type"] in ("code", "figure", "table", "algorithm")]
    for caption in truth.captions():
        words = [w for w, _ in caption["words"]]
        best, number = 0.0, ""
        for n, mine in ours:
            share = sum((Counter(words) & Counter(mine)).values()) / max(1, len(words), 0.8 * len(mine))
            if (share, n == caption["number"]) > (best, number == caption["number"]):
                best, number = share, n
        part = re.fullmatch(r".*[a-z]", caption["number"]) or not caption["number"]
        if words:
            score.add("caption", best >= 0.8 and (part or number == caption["number"]),
                      f"{caption['kind']} {caption['number']}: {best:.2f} as {number}: {' '.join(words)[:80]}")


def compare(name, path, options, facts, exceptions):
    doc, seconds, size = read(options.program, path, options.repeat)
    score = Score(name, exceptions)
    files, only = latexml.sources_of(path)
    main = facts.get(name, {}).get("main") or only or latexml.main_file_of(files)
    score.add("main", doc["source"]["main_file"] == main, f"ours {doc['source']['main_file']}, expected {main}")
    truth = latexml.load(path, main, options.limit)
    for step in (compare_equations, compare_references, compare_words, compare_algorithms, compare_tables, compare_figures,
                 compare_captions):
        step(truth, doc, score)
    return score, seconds, size


def row(name, right, all_, seconds, size):
    cells = [f"{right[c] / all_[c] * 100:6.1f} {all_[c]:>5}" if all_[c] else f"{'-':>6} {'':>5}" for c in COLUMNS]
    return f"{name[:26]:<26} " + "  ".join(cells) + f"  {seconds[0] * 1000:6.1f} {seconds[1] * 1000:6.1f} {size / 1e6:6.1f}"


def load_json(name, default):
    path = os.path.join(HERE, name)
    if not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "release", "apps", "paper2code", "paper2code"))
    parser.add_argument("--only", help="papers whose name contains this")
    parser.add_argument("--limit", type=int, default=600, help="seconds that LaTeXML may take for a paper (600)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of the reader, for its time (3)")
    parser.add_argument("--show", action="store_true", help="every disagreement")
    parser.add_argument("--check", action="store_true", help="exit code 1 when a target is missed")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    facts, exceptions = load_json("latex_facts.json", {}), load_json("latex_exceptions.json", [])
    print(f"{'share in % and count of':<26} " + "  ".join(f"{c:>12}" for c in COLUMNS) + "      ms  tools     MB")
    right, all_, times, sizes, report = Counter(), Counter(), [], [], {}
    for folder in options.folder:
        for name, path in papers_in(folder):
            if options.only and options.only not in name:
                continue
            try:
                score, seconds, size = compare(name, path, options, facts, exceptions)
            except latexml.Failed as e:
                print(f"{name[:26]:<26} no ground truth: {e}")
                continue
            print(row(name, score.right, score.all, seconds, size), flush=True)
            if options.show:
                for column, message in score.wrong:
                    print(f"    {column:<8} {message}")
            right.update(score.right)
            all_.update(score.all)
            times.append(seconds)
            sizes.append(size)
            report[name] = {"right": score.right, "all": score.all, "seconds": seconds, "bytes": size, "wrong": score.wrong,
                            "excepted": score.excepted}
    if not times:
        sys.exit("no LaTeX paper there")
    print(row("pooled (time, memory: max)", right, all_, (max(t[0] for t in times), max(t[1] for t in times)), max(sizes)))
    excepted = sum(len(r["excepted"]) for r in report.values())
    missed = [c for c, least in TARGETS.items() if all_[c] and right[c] / all_[c] < least]
    missed += ["ms"] if max(t[0] for t in times) > 0.05 else []
    missed += ["MB"] if max(sizes) > 200e6 else []
    print(f"exceptions left out: {excepted}; targets missed: {', '.join(missed) or 'none'}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({"papers": report, "pooled": {"right": right, "all": all_}, "missed": missed}, f, indent=1, ensure_ascii=False)
    sys.exit(1 if options.check and missed else 0)


if __name__ == "__main__":
    main()
