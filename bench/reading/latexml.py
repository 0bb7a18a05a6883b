#!/usr/bin/env python3
"""What LaTeXML understands of a LaTeX paper: an independent ground truth for the readers.

  bench/reading/latexml.py [--main FILE] [--json FILE] PAPER      PAPER: a folder of LaTeX sources or one .tex file

As a module: load(paper) -> Document, with equations(), headings(), words(), references(), algorithms(), tables(), figures(),
captions() and bibliography(). The XML is made once and kept in build/bench/latexml/<sha-256 of sources and this file>.xml, with
LaTeXML's own messages beside it; LATEXML_CACHE names another folder, --limit the seconds one paper may take.

What LaTeXML gets is a copy of the sources, changed where it would fail or run for minutes over something it does not show:
  - TikZ and pgfplots pictures are cut out, and the packages behind them replaced by empty ones, as is lipsum;
  - a file without \\documentclass (a class line that a flattening tool lost) is given the class article;
  - natbib, booktabs, cleveref and other usual packages are loaded where their commands are used and the class or style that
    would load them is missing (CLASS_PACKAGES), and shorthands such as \\eg defined where the paper does not;
  - a file's missing class or style is not replaced: LaTeXML goes on with article and calls unknown commands errors.
Formulas are kept as TeX and not parsed (--noparse). Algorithm lines come from LaTeXML for algorithmic, algorithmicx and
algorithm2e where its binding makes a listing; algorithm_lines_by_hand() counts commands in the source where it does not.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.environ.get("LATEXML_CACHE", os.path.join(ROOT, "build", "bench", "latexml"))
SOURCES = (".tex", ".ltx", ".bbl", ".bib", ".cls", ".sty", ".clo", ".def", ".cfg")
NS = "{http://dlmf.nist.gov/LaTeXML}"

# Packages without content of their own that LaTeXML loads for minutes, as empty ones.
STUBS = {
    "lipsum": r"DefMacro('\lipsum OptionalMatch:* [][]', ''); DefMacro('\setlipsum{}', '');",
    "tikz": r"DefMacro('\usetikzlibrary{}', ''); DefMacro('\tikzset{}', ''); DefMacro('\tikz[]{}', '');",
    "pgfplots": r"DefMacro('\pgfplotsset{}', ''); DefMacro('\usepgfplotslibrary{}', ''); DefMacro('\usetikzlibrary{}', '');"
                r"DefMacro('\tikzset{}', '');",
    "pgfplotstable": "",
    # Loaded before every paper: a hundred errors are no reason to stop when every unknown command is one.
    "p2cbench": r"AssignValue('MAX_ERRORS' => 100000, 'global');",
}
PICTURES = ("tikzpicture", "pgfpicture", "forest", "tikzcd", "axis")


class Failed(Exception):
    """LaTeXML is missing, ran out of time or gave no document."""


def strip_comments(text):
    """Source text without its comments; the line stays."""
    return re.sub(r"(?<!\\)((?:\\\\)*)%.*", r"\1", text)


def sources_of(paper):
    """{relative path: bytes} of everything LaTeXML may read, and the main file if the paper is one file."""
    if os.path.isfile(paper):
        with open(paper, "rb") as f:
            return {os.path.basename(paper): f.read()}, os.path.basename(paper)
    files = {}
    for place, folders, names in os.walk(paper):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(SOURCES):
                with open(os.path.join(place, name), "rb") as f:
                    files[os.path.relpath(os.path.join(place, name), paper)] = f.read()
    return files, None


def main_file_of(files):
    """The file with a class and \\begin{document}; of several the largest. Good enough for papers; --main overrides."""
    def weight(name):
        text = strip_comments(files[name].decode("utf-8", "replace"))
        return ("\\documentclass" in text or "\\documentstyle" in text, "\\begin{document}" in text, len(text))
    names = [name for name in files if name.lower().endswith((".tex", ".ltx"))]
    if not names:
        raise Failed("no .tex file")
    return max(names, key=weight)


# Packages that classes and styles of conferences load for their papers: {package: (its names, what uses it)}.
CLASS_PACKAGES = {
    "amsmath": ("amsmath|mathtools|empheq", "begin\\{(align|gather|split|multline)|eqref|text"),
    "graphicx": ("graphicx?|epsfig", "includegraphics"),
    "xcolor": ("x?color", "definecolor|textcolor|color"),
    "natbib": ("natbib", "cite[pt]"),
    "booktabs": ("booktabs", "toprule|midrule"),
    "multirow": ("multirow", "multirow"),
    "makecell": ("makecell", "makecell|thead"),
    "comment": ("comment|verbatim", "begin\\{comment"),
    "url": ("url|hyperref", "url"),
    "enumitem": ("enumitem|paralist|enumerate", r"begin\{(?:itemize|enumerate|description)\}\[\w+"),
    "hyperref": ("hyperref", "hypersetup|href|autoref"),
}

# What the missing styles of large conferences define, for papers that do not define it themselves.
SHORTHANDS = {"eg": "e.g.", "Eg": "E.g.", "ie": "i.e.", "Ie": "I.e.", "cf": "cf.", "etc": "etc.", "vs": "vs.", "wrt": "w.r.t.",
              "etal": "et al.", "onedot": "."}


def lacks(whole, package, commands):
    """Whether the sources use commands of a package that none of them loads."""
    return re.search(r"\\(%s)\b" % commands, whole) and \
        not re.search(r"\\usepackage[^{}]*\{(?:[^{}]*,)?\s*(%s)\s*[,}]" % package, whole)


def prepared(text, is_main, whole):
    """Source text as LaTeXML gets it, see the top of this file; `whole` is everything the paper says, without comments."""
    for name in PICTURES:
        innermost = re.compile(r"\\begin\{%s\}(?:(?!\\begin\{%s\}).)*?\\end\{%s\}" % (name, name, name), re.S)
        while innermost.search(text):
            text = innermost.sub("", text)
    if is_main and "\\documentclass" not in strip_comments(text) and "\\documentstyle" not in strip_comments(text):
        text = "\\documentclass{article}\n" + text
    if is_main:
        added = "".join("\\providecommand{\\%s}{%s}" % item for item in SHORTHANDS.items())
        if lacks(whole, "cleveref", "[cC]ref"):
            added += "\\usepackage{cleveref}"
        text = text.replace("\\begin{document}", added + "\\begin{document}", 1)
    return text


def xml_of(paper, main=None, limit=600):
    """Path of LaTeXML's document for the paper, made now if it is not in the cache."""
    files, only = sources_of(paper)
    main = main or only or main_file_of(files)
    digest = hashlib.sha256()
    with open(os.path.abspath(__file__), "rb") as f:
        # Only what shapes LaTeXML's input and command line makes an old document invalid.
        digest.update(f.read().split(b"\ndef dump")[0].split(b"\nclass Document")[0])
    for name in [main, *sorted(files)]:
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    os.makedirs(CACHE, exist_ok=True)
    target = os.path.join(CACHE, digest.hexdigest() + ".xml")
    if os.path.exists(target):
        return target
    if not shutil.which("latexml"):
        raise Failed("latexml is not installed (Debian package latexml)")
    folder = tempfile.mkdtemp(prefix="p2c-latexml-")
    whole = "".join(strip_comments(data.decode("utf-8", "replace")) for name, data in files.items() if name.endswith(".tex"))
    try:
        for name, data in files.items():
            place = os.path.join(folder, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            if name.lower().endswith((".tex", ".ltx")):
                try:
                    text = data.decode("utf-8-sig")
                except UnicodeDecodeError:
                    text = data.decode("cp1252", "replace")
                data = prepared(text, name == main, whole).encode()
            with open(place, "wb") as f:
                f.write(data)
        for name, body in STUBS.items():
            with open(os.path.join(folder, name + ".sty.ltxml"), "w", encoding="ascii") as f:
                f.write("package LaTeXML::Package::Pool; use strict; use warnings; use LaTeXML::Package;\n%s\n1;\n" % body)
        made = os.path.join(folder, "latexml-result.xml")
        command = ["latexml", "--quiet", "--nocomments", "--noparse", "--inputencoding=utf8", "--path=" + folder,
                   "--preload=p2cbench.sty", "--destination=" + made, main]
        for package, (name, uses) in CLASS_PACKAGES.items():
            if lacks(whole, name, uses):
                command.insert(-1, f"--preload={package}.sty")
        with open(target[:-4] + ".log", "w", encoding="utf-8") as log:
            try:
                subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=limit, check=False)
            except subprocess.TimeoutExpired:
                raise Failed(f"LaTeXML took more than {limit} s") from None
        for name in os.listdir(folder):
            if name.endswith(".latexml.log"):
                shutil.copy(os.path.join(folder, name), target[:-4] + ".log")
        if not os.path.exists(made):
            raise Failed(f"LaTeXML gave no document, see {target[:-4]}.log")
        shutil.move(made, target)
        return target
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def words_of(text):
    """Comparable words of a text: letters and digits, compatibility forms and case folded, no punctuation."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def kind_of(element):
    return element.tag.replace(NS, "")


class Document:
    """One LaTeXML document. Lists are in document order."""

    # Not running text: formulas, what the writer did not write, and what is listed on its own.
    OUTSIDE = {"Math", "cite", "tag", "tags", "ERROR", "toctitle", "toccaption", "tabular", "bibliography", "graphics", "verbatim",
               "listing", "equation", "equationgroup", "figure", "table", "float", "note", "caption", "picture", "resource",
               "creator", "index", "TOC", "date", "keywords", "classification", "acknowledgements-none", "rdf", "svg", "block-none"}
    INLINE = {"text", "emph", "ref", "anchor", "del", "acronym", "term", "rule", "bibref", "glossaryref", "inline-block"}

    def __init__(self, path):
        self.path = path
        self.root = ET.parse(path).getroot()
        self.parent = {child: parent for parent in self.root.iter() for child in parent}
        self._number_parts()
        self.numbers, self.titles = {}, {}
        for element in self.root.iter():
            for label in element.get("labels", "").split():  # blanks in a label have become underscores
                self.numbers[label] = self._number(element)
                title = element.find(NS + "title")
                self.titles[label] = self._text(title) if title is not None else ""

    def _number_parts(self):
        """Parts of a float carry the number of the last float ("0(b)"), as its own caption comes after theirs: "1b" is printed."""
        self.part_numbers = {}
        for element in self.root.iter():
            outer = self._inside(element, {"figure", "table", "float"}) if kind_of(element) in ("figure", "table") else None
            letter = re.search(r"\(?([a-z])\)?$", self._number(element)) if outer is not None else None
            if letter and self._number(outer):
                self.part_numbers[element] = self._number(outer) + letter.group(1)
            elif outer is not None and self._number(outer) and self.parts_of(outer) > 1:
                place = [e for e in outer.iter() if kind_of(e) == kind_of(element) and e is not outer].index(element)
                self.part_numbers[element] = self._number(outer) + chr(ord("a") + place % 26)

    @staticmethod
    def parts_of(outer):
        return sum(kind_of(e) in ("figure", "table") for e in outer.iter()) - 1

    def _number(self, element):
        if element in self.part_numbers:
            return self.part_numbers[element]
        for tag in element.findall(f"{NS}tags/{NS}tag"):
            if tag.get("role") == "refnum":
                return "".join(tag.itertext()).strip()
        return ""

    def _inside(self, element, kinds):
        while element in self.parent:
            element = self.parent[element]
            if kind_of(element) in kinds:
                return element
        return None

    def _reference(self, ref):
        """What a reference to a label shows: (label, number or title); (label, None) for an unknown label."""
        label = ref.get("labelref", "")
        shown = self.titles.get(label) if "title" in (ref.get("show") or "") else self.numbers.get(label)
        return label.removeprefix("LABEL:"), shown

    def _text(self, element, outside=None, refs=True):
        """Text of an element; references appear as \\0number\\0 so that words() can mark them."""
        outside = self.OUTSIDE if outside is None else outside
        out = [element.text or ""]
        for child in element:
            kind = kind_of(child)
            if kind == "ref" and (child.get("labelref") or "").startswith("LABEL:restatable:"):
                pass  # LaTeXML's "See Theorem 2" where the theorem is printed again
            elif kind == "ref" and child.get("labelref"):
                out.append("\0%s\0" % (self._reference(child)[1] or "") if refs else (self._reference(child)[1] or ""))
            elif kind not in outside and not re.search("ltx_phantom|ltx_markedasmath", child.get("class") or ""):
                inner = self._text(child, outside, refs)
                out.append(inner if kind in self.INLINE else " " + inner + " ")
            elif kind in ("Math", "cite"):
                out.append(" ")
            elif kind != "note":
                out.append(" ")
            out.append(child.tail or "")
        return "".join(out)

    @staticmethod
    def marked_words(text):
        """[(word, is part of a reference)]"""
        out, place = [], 0
        spans = []
        for i, part in enumerate(text.split("\0")):
            if i % 2 == 1:
                spans.append((place, place + len(part)))
            place += len(part)
        joined = text.replace("\0", "")
        folded = unicodedata.normalize("NFKC", joined).casefold()
        if len(folded) != len(joined):  # places would move: look at each character on its own
            pieces = [unicodedata.normalize("NFKC", c).casefold() for c in joined]
            starts = [0]
            for piece in pieces:
                starts.append(starts[-1] + len(piece))
            folded = "".join(pieces)
            spans = [(starts[a], starts[b]) for a, b in spans]
        for match in re.finditer(r"[^\W_]+", folded):
            out.append((match.group(), any(a < match.end() and match.start() < b for a, b in spans)))
        return out

    def equations(self):
        """[{number, tex}], one for each row that LaTeXML keeps apart, number "" for none."""
        out = []
        for element in self.root.iter(NS + "equation"):
            if self._inside(element, {"tabular", "bibliography"}) is not None:
                continue
            group = self._inside(element, {"equationgroup"})
            # A MathFork holds the row whole, then its columns as branches; formulas inside \\text stand in the whole.
            maths = [m for m in element.iter(NS + "Math") if self._inside(m, {"MathBranch", "XMText", "Math"}) is None]
            # LaTeXML makes rows of an aligned or split inside an equation, known by the group's name: S1.E4, not S1.EGx4.
            group_id = group.get("{http://www.w3.org/XML/1998/namespace}id", "") if group is not None else ""
            single = re.search(r"(^|\.)Ex?\d+[a-z]?$", group_id)
            inner = self._number(group) if single else ""
            if single and out and out[-1]["of"] is group:
                out[-1]["tex"] += " " + " ".join(m.get("tex", "") for m in maths)
                out[-1]["number"] = out[-1]["number"] or self._number(element)
                continue
            out.append({"of": group, "number": inner or self._number(element), "tex": " ".join(m.get("tex", "") for m in maths),
                        "group": group_id})
        for e in out:
            del e["of"]
        return out

    def headings(self):
        """[{level, number, title}], level 1 for a section."""
        levels = {"part": 0, "chapter": 0, "section": 1, "appendix": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4,
                  "subparagraph": 5}
        out = []
        for element in self.root.iter():
            title = element.find(NS + "title") if kind_of(element) in levels else None
            if title is not None:
                out.append({"level": levels[kind_of(element)], "number": self._number(element),
                            "title": re.sub(r"\s+", " ", self._text(title, refs=False)).strip()})
        return out

    def words(self):
        """Running text of abstract and body, headings among it: [(word, is part of a reference)]."""
        return self.marked_words(" ".join(self._text(child) for child in self.root
                                          if kind_of(child) not in self.OUTSIDE | {"title", "subtitle"}))

    def notes(self):
        """Footnotes: [[(word, is part of a reference)]]."""
        return [self.marked_words(self._text(note)) for note in self.root.iter(NS + "note")
                if note.get("role") in ("footnote", "footnotetext", "endnote") and self._inside(note, {"creator", "tabular"}) is None]

    def references(self):
        """[(label, number or None for a label that nothing carries)] of every reference in the text."""
        return [self._reference(ref) for ref in self.root.iter(NS + "ref") if ref.get("labelref") and
                not ref.get("labelref").startswith("LABEL:restatable:") and
                self._inside(ref, {"toccaption", "toctitle"}) is None]

    def algorithms(self):
        """[{number, lines: [text]}] of every float that holds a listing of pseudo-code."""
        out = []
        for listing in self.root.iter(NS + "listing"):
            if "lstlisting" in (listing.get("class") or "") or listing.get("data"):
                continue
            lines = [line for line in listing.iter(NS + "listingline")]
            texts = [re.sub(r"\s+", " ", self._cell(line)).strip() for line in lines]
            float_ = self._inside(listing, {"float", "figure"})
            out.append({"number": self._number(float_) if float_ is not None else "", "lines": [t for t in texts if t]})
        return out

    def tables(self):
        """[{rows: [[{text, colspan, rowspan}]]}] of every outermost tabular; formulas in a cell as their TeX."""
        out = []
        for tabular in self.root.iter(NS + "tabular"):
            if self._inside(tabular, {"tabular", "creator", "equation", "Math"}) is not None:
                continue
            rows = []
            for tr in (e for e in tabular.iter(NS + "tr") if self._inside(e, {"tabular"}) is tabular):
                rows.append([{"text": re.sub(r"\s+", " ", self._cell(td)).strip(), "colspan": int(td.get("colspan", "1")),
                              "rowspan": int(td.get("rowspan", "1"))} for td in tr.findall(NS + "td")])
            out.append({"rows": rows})
        return out

    def _cell(self, element):
        out = [element.text or ""]
        for child in element:
            kind = kind_of(child)
            if kind == "Math":
                out.append(" " + child.get("tex", "") + " ")
            elif kind == "bibref":
                out.append(child.get("bibrefs", "").replace(",", " "))
            elif kind == "ref" and child.get("labelref"):
                out.append(self._reference(child)[1] or "")
            elif kind not in ("tags", "tag", "ERROR", "note") and "ltx_phantom" not in (child.get("class") or ""):
                out.append(self._cell(child) if kind in self.INLINE else " " + self._cell(child) + " ")
            out.append(child.tail or "")
        return "".join(out)

    def figures(self):
        """Files of all pictures: [name as written]."""
        return [g.get("graphic", "") for g in self.root.iter(NS + "graphics")]

    def captions(self):
        """[{kind, number, words: [(word, is part of a reference)]}] of floats."""
        out = []
        for caption in self.root.iter(NS + "caption"):
            owner = self.parent[caption]
            out.append({"kind": kind_of(owner), "number": self._number(owner), "words": self.marked_words(self._text(caption))})
        return out

    def bibliography(self):
        """[{key, words}] of printed entries; empty when the list would come from a .bib file (LaTeXML needs a second step)."""
        return [{"key": item.get("key", ""), "words": words_of(" ".join(item.itertext()))} for item in self.root.iter(NS + "bibitem")]


def load(paper, main=None, limit=600):
    return Document(xml_of(paper, main, limit))


def dump(document):
    plain = lambda marked: [word for word, _ in marked]
    return {"equations": document.equations(), "headings": document.headings(), "words": plain(document.words()),
            "notes": [plain(n) for n in document.notes()], "references": document.references(),
            "algorithms": document.algorithms(), "tables": document.tables(), "figures": document.figures(),
            "captions": [{**c, "words": plain(c["words"])} for c in document.captions()], "bibliography": document.bibliography()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paper")
    parser.add_argument("--main", help="the main file, where the choice is wrong")
    parser.add_argument("--limit", type=int, default=600, help="seconds (600)")
    parser.add_argument("--json", metavar="FILE", help="write everything found")
    options = parser.parse_args()
    try:
        document = load(options.paper, options.main, options.limit)
    except Failed as e:
        sys.exit(f"latexml.py: {options.paper}: {e}")
    facts = dump(document)
    for name, value in facts.items():
        print(f"{name:<14} {len(value)}")
    print(document.path)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump(facts, f, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
