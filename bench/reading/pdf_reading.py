#!/usr/bin/env python3
"""Holds what `paper2code read paper.pdf` makes of a paper against the LaTeX of the same paper.

The truth comes from LaTeXML (see latexml.py beside this file), never from paper2code's own LaTeX reader; where a
paper has no LaTeX, or LaTeX without its references, from counts made by hand (pdf_counts.json). Real differences
between the PDF and the LaTeX, and mistakes of LaTeXML, stand with their reason in pdf_exceptions.json.

What is measured, for each paper and pooled:
  headings     recall and precision; a heading counts when its title, printed number and level are right.
               Run-in headings (\\paragraph) count too; a bold start of a paragraph may be taken for one.
  order        paragraphs and headings found again that stand in the right order (longest increasing run)
  words        words of headings and running text kept in order, of those of the LaTeX; formulas and citations
               are left out on the side of the LaTeX
  extra        words of the PDF's running text that the LaTeX does not have there (no target: citations and words
               in formulas are among them)
  equations    printed numbers of display formulas found on a formula block that is not empty
  captions     figures, tables and algorithms with the right number and at least 90 % of the caption's words
  references   entries of the bibliography found as an entry of their own: 70 % of the words, and at most half as
               many again; where LaTeX takes them from a .bib file, 90 % of the title's words; else their number
  seconds, MB  wall time of the whole program and peak memory of it and its children together
"""
import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import pdf_truth  # noqa: E402

HERE = Path(__file__).resolve().parent
TARGETS = {"heading_recall": 0.95, "heading_precision": 0.95, "words": 0.98, "equations": 0.95, "captions": 0.98,
           "references": 0.97}
MOST_SECONDS, MOST_MEGABYTES, PAGES_OF_LIMIT = 1.5, 200, 15

LEADER = re.compile(r"[_^]\{[^{}]*\}")


def plain(text):
    """Letters and digits only, small, ligatures and accents taken apart: two spellings of a title are one."""
    text = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in text if c.isalnum())


def words_of(text):
    """Words of at least two letters; a hyphen parts words, so that only wrong joins and splits differ."""
    for _ in range(3):
        text = LEADER.sub("", text)
    text = unicodedata.normalize("NFKC", text.replace("\u2019", "").replace("'", ""))
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return [w.lower() for w in re.findall(r"[^\W\d_]{2,}", text)]


def matched(a, b):
    """Pairs of equal words in order."""
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return matcher.get_opcodes(), sum(block.size for block in matcher.get_matching_blocks())


class Reading:
    """What paper2code made of a PDF."""

    def __init__(self, folder):
        doc = json.loads((folder / "paper.json").read_text(encoding="utf-8"))
        self.doc = doc
        self.headings, self.stream, self.pieces = [], [], []
        if doc["abstract"]:
            self.add(doc["abstract"])
        for block in doc["blocks"]:
            if block["type"] == "section":
                if not block["title"]:
                    continue
                self.headings.append((block["level"], block["number"], block["title"]))
                self.add(block["title"])
            elif block["type"] == "references":
                self.headings.append((1, block["number"], block["title"]))
            elif block["type"] in ("paragraph", "item", "theorem", "proof", "quote"):
                self.add(block["title"] + " " + block["text"])
        self.numbers = []
        for equation in doc["equations"]:
            numbers = [n for n in equation["row_numbers"] if n] or [n for n in [equation["number"]] if n]
            numbers += [n for n in [equation["number"]] if n and n not in numbers]
            if equation["latex"].strip():
                self.numbers += numbers
        self.captions = [(kind, item["number"], item["caption"])
                         for kind in ("figure", "table", "algorithm") for item in doc[kind + "s"]]
        self.captions += [("code", b["number"], b["title"]) for b in doc["blocks"] if b["type"] == "code"]
        self.references = [entry["raw"] for entry in doc["bibliography"]]

    def add(self, text):
        words = words_of(text)
        if words:
            self.pieces.append((len(self.stream), words))
            self.stream += words


class Peak(threading.Thread):
    """Samples the resident memory of a process and all its descendants, added up."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.kilobytes, self.done = pid, 0, threading.Event()

    @staticmethod
    def of(pid):
        total = 0
        try:
            with open(f"/proc/{pid}/statm") as f:
                total += int(f.read().split()[1]) * 4
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children") as f:
                    for child in f.read().split():
                        total += Peak.of(int(child))
        except (OSError, ValueError, IndexError):
            pass
        return total

    def run(self):
        while not self.done.wait(0.004):
            self.kilobytes = max(self.kilobytes, self.of(self.pid))


def read(program, pdf, folder):
    start = time.monotonic()
    child = subprocess.Popen([program, "read", str(pdf), "-o", str(folder), "--quiet"], stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL)
    peak = Peak(child.pid)
    peak.start()
    error = child.communicate()[1].decode(errors="replace").strip()
    peak.done.set()
    peak.join()
    if child.returncode != 0:
        raise RuntimeError(f"{program} read {pdf}: {error}")
    return time.monotonic() - start, peak.kilobytes / 1024


def longest_increasing(values):
    best = []
    for value in values:
        low, high = 0, len(best)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if best[middle] <= value else (low, middle)
        best[low:low + 1] = [value]
    return len(best)


class Comparison:
    """The measures of one paper as pairs (right, of how many), and the disagreements as lines of text."""

    def __init__(self, reading, truth, exceptions):
        self.reading, self.truth = reading, truth
        self.measures, self.notes = {}, []
        self.allowed = [(e["kind"], plain(e.get("text", ""))) for e in exceptions]
        self.headings()
        if truth.counts is None:
            self.words()
            self.order()
        self.equations()
        self.captions()
        self.references()

    def excepted(self, kind, text):
        return any(k == kind and t == plain(text) for k, t in self.allowed)

    def note(self, kind, text):
        self.notes.append(f"{kind}: {text}")

    def headings(self):
        found = [(level, number, plain(title), title) for level, number, title in self.reading.headings]
        if self.truth.counts is not None:
            self.count_headings(found)
            return
        wanted = [(h.level, h.number, plain(h.title), h.title) for h in self.truth.headings
                  if not self.excepted("heading", h.title)]
        found = [h for h in found if not self.excepted("heading of the PDF", h[3])]
        # Where the references stand depends on how the list was made; the heading counts by itself.
        listed = [[h for h in side if h[2] in ("references", "bibliography")] for side in (wanted, found)]
        wanted, found = ([h for h in side if h not in listed[k]] for k, side in enumerate((wanted, found)))
        opcodes = difflib.SequenceMatcher(None, [h[:3] for h in wanted], [h[:3] for h in found],
                                          autojunk=False).get_opcodes()
        right, wrong = min(len(listed[0]), len(listed[1])), max(0, len(listed[1]) - len(listed[0]))
        for tag, a0, a1, b0, b1 in opcodes:
            if tag == "equal":
                right += a1 - a0
                continue
            for h in wanted[a0:a1]:
                self.note("heading missed", f"level {h[0]} {h[1]} {h[3]}")
            for h in found[b0:b1]:
                if not h[1] and h[0] >= 4 and h[2] in self.truth.bold_starts:
                    continue
                wrong += 1
                self.note("heading too many", f"level {h[0]} {h[1]} {h[3]}")
        self.measures["heading_recall"] = (right, len(wanted) + len(listed[0]))
        self.measures["heading_precision"] = (right, right + wrong)

    def count_headings(self, found):
        counts = self.truth.counts
        wanted = [("numbered", n) for n in counts["numbered_headings"]]
        levels = {n: n.count(".") + 1 for n in counts["numbered_headings"]}
        got = [("numbered", number) for level, number, _, _ in found
               if number and level == levels.get(number, level)]
        right = sum(block.size for block in difflib.SequenceMatcher(None, wanted, got, autojunk=False)
                    .get_matching_blocks())
        for name, level_of in (("unnumbered_headings", lambda level: level < 4),
                               ("run_in_headings", lambda level: level >= 4)):
            there = sum(1 for level, number, _, _ in found if not number and level_of(level))
            right += min(there, counts[name])
            if there != counts[name]:
                self.note(name, f"{there}, by hand {counts[name]}")
        for _, number in wanted:
            if ("numbered", number) not in got:
                self.note("heading missed", number)
        total = len(wanted) + counts["unnumbered_headings"] + counts["run_in_headings"]
        self.measures["heading_recall"] = (right, total)
        self.measures["heading_precision"] = (right, len(found))

    def words(self):
        truth, found = self.truth.words(words_of), self.reading.stream
        opcodes, same = matched(truth, found)
        extra = 0
        for tag, a0, a1, b0, b1 in opcodes:
            if tag == "equal":
                continue
            if a1 > a0:
                left, right = " ".join(truth[a0:a1][:40]), " ".join(found[b0:b1][:40])
                if self.excepted("words", left):
                    truth_left_out = a1 - a0
                    same += truth_left_out
                    continue
                self.note("words", f"...{' '.join(truth[max(0, a0 - 3):a0])} [{left}] -> [{right}]")
            extra += b1 - b0
            if b1 - b0 >= 4 and a1 == a0:
                self.note("extra words", f"...{' '.join(found[max(0, b0 - 3):b0])} [{' '.join(found[b0:b1][:40])}]")
        self.measures["words"] = (same, len(truth))
        self.measures["extra"] = (extra, len(found))

    def order(self):
        places, found = [], 0
        stream = self.reading.stream
        index = {}
        for i in range(len(stream) - 4):
            index.setdefault(tuple(stream[i:i + 5]), []).append(i)
        total = 0
        for text in self.truth.pieces:
            words = words_of(text)
            if len(words) < 8:
                continue
            total += 1
            hits = [index.get(tuple(words[k:k + 5]), []) for k in range(0, min(len(words) - 4, 40))]
            single = [h[0] - k for k, h in enumerate(hits) if len(h) == 1]
            if single:
                found += 1
                places.append(single[len(single) // 2])
        self.measures["order"] = (longest_increasing(places), max(1, found))
        if found < total:
            self.note("paragraphs not found", f"{total - found} of {total}")

    def equations(self):
        wanted = list(self.truth.equation_numbers)
        for exception in self.allowed:
            if exception[0] == "equation" and exception[1] in wanted:
                wanted.remove(exception[1])
        rest, right = list(self.reading.numbers), 0
        for number in wanted:
            if number in rest:
                rest.remove(number)
                right += 1
            else:
                self.note("equation missed", f"({number})")
        for number in rest:
            self.note("equation number of the PDF alone", f"({number})")
        self.measures["equations"] = (right, len(wanted))

    def captions(self):
        right = total = 0
        rest = list(self.reading.captions)
        for kind, number, text in self.truth.captions:
            if self.excepted("caption", f"{kind} {number}"):
                continue
            total += 1
            wanted = words_of(text or "")
            best = next((c for c in rest if c[0] == kind and c[1] == number), None)
            if best is None:
                self.note("caption missed", f"{kind} {number} {' '.join(wanted[:8])}")
                continue
            rest.remove(best)
            same = matched(wanted, words_of(best[2]))[1]
            if not wanted or (same >= 0.9 * len(wanted) and len(words_of(best[2])) <= 1.3 * len(wanted) + 8):
                right += 1
            else:
                self.note("caption differs", f"{kind} {number}: [{text}] -> [{best[2]}]")
        for kind, number, text in rest:
            self.note("caption of the PDF alone", f"{kind} {number} {text[:60]}")
        self.measures["captions"] = (right, total)

    def references(self):
        if self.truth.titles:
            rest = [words_of(raw) for raw in self.reading.references]
            right = 0
            for title in self.truth.titles:
                words = words_of(title)
                best = max(rest, key=lambda entry: matched(words, entry)[1], default=[])
                if matched(words, best)[1] >= 0.9 * len(words):
                    rest.remove(best)
                    right += 1
                else:
                    self.note("reference missed", title)
            self.measures["references"] = (right, len(self.truth.titles))
            return
        if self.truth.references is None:
            return
        if isinstance(self.truth.references, int):
            there = len(self.reading.references)
            right = min(there, self.truth.references) - max(0, there - self.truth.references)
            self.measures["references"] = (max(0, right), self.truth.references)
            if there != self.truth.references:
                self.note("references", f"{there}, by hand {self.truth.references}")
            return
        right = 0
        rest = [words_of(raw) for raw in self.reading.references]
        for text in self.truth.references:
            words = words_of(text)
            best, most = None, 0
            for entry in rest:
                same = len(set(words) & set(entry))
                if same > most:
                    best, most = entry, same
            if best is not None and most >= 0.7 * len(set(words)) and len(best) <= 1.5 * len(words) + 4:
                rest.remove(best)
                right += 1
            else:
                self.note("reference missed", f"[{text[:90]}] best [{' '.join(best or [])[:90]}]")
        self.measures["references"] = (right, len(self.truth.references))


COLUMNS = ["heading_recall", "heading_precision", "order", "words", "extra", "equations", "captions", "references"]


def share(pair):
    return "-" if not pair or pair[1] == 0 else f"{100 * pair[0] / pair[1]:.1f}"


def row(name, measures, seconds, megabytes, pages):
    cells = [f"{share(measures.get(c)):>6} {'' if not measures.get(c) else '%d/%d' % measures[c]:<11}"
             for c in COLUMNS]
    return f"{name[:26]:<26} " + " ".join(cells) + f" {seconds:>6} {megabytes:>5} {pages:>5}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of papers, each a folder with paper.pdf and latex/")
    parser.add_argument("--paper2code", default="paper2code", help="the program to measure (default: from PATH)")
    parser.add_argument("--paper", action="append", help="only this sub-folder; may be repeated")
    parser.add_argument("--json", type=Path, help="write all figures and disagreements to this file")
    parser.add_argument("--details", action="store_true", help="print every disagreement")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--counts", type=Path, default=HERE / "pdf_counts.json", help="counts made by hand")
    parser.add_argument("--exceptions", type=Path, default=HERE / "pdf_exceptions.json",
                        help="known differences, with reasons")
    options = parser.parse_args()
    counts = json.loads(options.counts.read_text()) if options.counts.exists() else {}
    exceptions = json.loads(options.exceptions.read_text()) if options.exceptions.exists() else {}
    papers = sorted(p.parent for p in options.folder.glob("*/paper.pdf"))
    papers = [p for p in papers if not options.paper or p.name in options.paper]
    if not papers:
        parser.error(f"{options.folder} holds no */paper.pdf")
    pooled, results, missed = {}, {}, []
    print(f"{'paper':<26} " + " ".join(f"{c:<18}" for c in COLUMNS) + f" {'s':>6} {'MB':>5} {'pages':>5}")
    for paper in papers:
        truth = pdf_truth.of_paper(paper, counts.get(paper.name))
        if truth is None:
            print(f"{paper.name}: neither LaTeX nor counts, left out", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            seconds, megabytes = read(options.paper2code, paper / "paper.pdf", folder)
            reading = Reading(Path(folder))
        comparison = Comparison(reading, truth, exceptions.get(paper.name, []))
        pages = max([b["page"] for b in reading.doc["blocks"]] or [0])
        for name, (right, total) in comparison.measures.items():
            old = pooled.get(name, (0, 0))
            pooled[name] = (old[0] + right, old[1] + total)
        print(row(paper.name, comparison.measures, f"{seconds:.2f}", f"{megabytes:.0f}", pages))
        if options.details:
            for note in comparison.notes:
                print("    " + note)
        allowed = MOST_SECONDS * max(1.0, pages / PAGES_OF_LIMIT)
        if seconds > allowed:
            missed.append(f"{paper.name}: {seconds:.2f} s")
        if megabytes > MOST_MEGABYTES:
            missed.append(f"{paper.name}: {megabytes:.0f} MB")
        results[paper.name] = {"measures": comparison.measures, "seconds": round(seconds, 3),
                               "megabytes": round(megabytes, 1), "pages": pages, "notes": comparison.notes,
                               "exceptions": exceptions.get(paper.name, []), "truth": truth.source}
    print(row("all", pooled, "", "", ""))
    for name, target in TARGETS.items():
        right, total = pooled.get(name, (0, 0))
        if total and right < target * total:
            missed.append(f"{name}: {share((right, total))} %, target {100 * target:.0f} %")
    for line in missed:
        print("missed " + line)
    if options.json:
        options.json.write_text(json.dumps({"papers": results, "pooled": pooled, "missed": missed}, indent=1))
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
