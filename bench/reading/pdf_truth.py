"""The truth about a PDF from the LaTeX of the same paper as LaTeXML understands it, or from counts made by hand."""
import re
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import latexml

LEVELS = {"part": 1, "chapter": 1, "section": 1, "appendix": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4,
          "subparagraph": 5, "bibliography": 1}
# What stands inside a paragraph of the source but elsewhere on the page, or is no text.
NO_TEXT = {"Math", "note", "cite", "ref", "bibref", "ERROR", "tags", "tag", "figure", "table", "float", "equation",
           "equationgroup", "tabular", "graphics", "indexmark", "picture", "listing", "verbatim", "toctitle",
           "resource", "rule", "pagination"}
FLOATS = {"figure": "figure", "table": "table", "float": "algorithm"}


@dataclass
class Heading:
    level: int
    number: str
    title: str
    appendix: bool = False


@dataclass
class Truth:
    source: str
    counts: dict = None
    headings: list = field(default_factory=list)
    bold_starts: set = field(default_factory=set)  # plain text of bold beginnings of paragraphs
    pieces: list = field(default_factory=list)  # headings and paragraphs in the order of the source
    equation_numbers: list = field(default_factory=list)
    captions: list = field(default_factory=list)  # (kind, number, text or None)
    references: object = None  # list of texts, or how many, or None when nothing is known
    titles: list = None  # of the entries that a .bib file gives, where references is None
    cited: set = field(default_factory=set)  # keys

    def words(self, words_of):
        return [word for piece in self.pieces for word in words_of(piece)]


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if c.isalnum())


def name_of(element):
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def maths_text(tex):
    """A short formula of a title as letters: Greek ones by their name."""
    def letter(match):
        name = match.group(1)
        case = "CAPITAL" if name[0].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {case} LETTER {name.removeprefix('var').upper()}")
        except KeyError:
            return name if name in ("tanh", "log", "exp", "max", "min", "sin", "cos") else ""
    return re.sub(r"[{}_^$ ]", "", re.sub(r"\\([A-Za-z]+)", letter, tex))


def text_of(element, with_maths=False):
    """The text of an element without notes, citations, floats and, unless asked for, formulas."""
    parts = [element.text or ""]
    for child in element:
        name = name_of(child)
        if name == "ERROR" and "cite" in (child.text or ""):
            # A citation command of a package that is not loaded: its keys stand behind it as text.
            parts.append(re.sub(r"^\S+", "", child.tail or ""))
            continue
        if name == "Math" and with_maths:
            parts.append(maths_text(child.get("tex", "")))
        elif name == "break":
            parts.append(" ")
        elif name == "ref" and with_maths:
            parts.append(child.get("number", ""))
        elif name and name not in NO_TEXT:
            parts.append(text_of(child, with_maths))
        elif name == "Math":
            parts.append(" ")
        parts.append(child.tail or "")
    return "".join(parts)


def without_labels(text):
    """LaTeXML prints the key of a \\label that a class it lacks redefines."""
    return re.sub(r"\s*(fig|tab|table|sec|alg|eq|app|supp|assump|thm):[\w:.\u02d9-]*\s*$", "", text)


def number_in(element):
    for tags in element:
        if name_of(tags) != "tags":
            continue
        for tag in tags:
            if tag.get("role") == "refnum":
                return " ".join("".join(tag.itertext()).split()).strip("().")
    return ""


def child_named(element, name):
    return next((c for c in element if name_of(c) == name), None)


class Walker:
    def __init__(self, truth):
        self.truth = truth

    def walk(self, element, in_float=False, in_list=False):
        name = name_of(element)
        truth = self.truth
        if name in LEVELS:
            title = child_named(element, "title")
            if title is not None and name != "bibliography":
                text = without_labels(" ".join(text_of(title, True).split()).strip())
                level = LEVELS[name]
                # IEEE's classes print the last part of "IV-A1" alone.
                number = re.sub(r"^[IVX]+-(?:[A-Z](?=\d))?", "", number_in(element))
                truth.headings.append(Heading(level, number, text.rstrip(".:"), name == "appendix"))
                truth.pieces.append(text)
        if name in FLOATS and not in_float:
            self.add_float(element, FLOATS[name])
            in_float = True
        if name == "equation" or name == "equationgroup":
            number = number_in(element)
            if number and not (name == "equationgroup" and any(number_in(c) for c in element)):
                truth.equation_numbers.append(number)
        if name == "bibitem":
            parts = [text_of(block, True) for block in element if name_of(block) == "bibblock"]
            if truth.references is None:
                truth.references = []
            truth.references.append(" ".join(" ".join(parts).split()))
            return
        if name == "bibref":
            truth.cited.update(key.strip() for key in element.get("bibrefs", "").split(","))
        if name == "p" and not in_float:
            text = " ".join(text_of(element).split())
            if text:
                truth.pieces.append(text)
            first = next(iter(element), None)
            if first is not None and not (element.text or "").strip() and first.get("font") == "bold":
                truth.bold_starts.add(plain(text_of(first, True)))
        if name in ("note", "Math", "tabular", "creator", "tags"):
            return
        for child in element:
            if name_of(child) not in ("title", "caption", "toctitle", "toccaption"):
                self.walk(child, in_float)

    def add_float(self, element, kind):
        if "listing" in element.get("class", "") or "listing" in element.get("labels", ""):
            kind = "code"
        number = number_in(element)
        captions = [c for c in element.iter() if name_of(c) == "caption"]
        own = child_named(element, "caption")
        if own is None and number and captions:
            own = captions[-1]
        if own is None:
            # Two figures side by side in one environment have a caption each.
            for child in element.iter():
                if child is not element and name_of(child) in FLOATS and child_named(child, "caption") is not None \
                        and re.fullmatch(r"[A-Z]?[\d.]+", number_in(child)):
                    self.add_float(child, FLOATS[name_of(child)])
            return
        if number:
            self.truth.captions.append((kind, number, without_labels(" ".join(text_of(own).split()))))


def bib_titles(source, cited):
    """Titles of the cited entries of the .bib files under a folder."""
    titles = []
    for bib in sorted(source.rglob("*.bib")):
        for entry in re.split(r"\n\s*@", "\n" + bib.read_text(encoding="utf-8", errors="replace")):
            head = re.match(r"\w+\s*\{\s*([^,\s]+)\s*,", entry)
            title = re.search(r"(?i)\btitle\s*=\s*", entry)
            if head is None or title is None or head.group(1) not in cited:
                continue
            rest, depth, text = entry[title.end():], 0, ""
            for c in rest:
                depth += (c == "{") - (c == "}")
                if (c == "," and depth == 0) or (c == "}" and depth < 0) or (c == "\"" and depth == 0 and text):
                    break
                text += c if c not in '{}"' else ("" if c != "\"" else " ")
            titles.append(" ".join(re.sub(r"\\[a-zA-Z]+|\\.", "", text).split()))
    return titles


def without_comments(source, folder):
    """A copy of the sources without comment environments, whose package a missing class may have loaded."""
    shutil.copytree(source, folder, copy_function=shutil.copyfile)
    for path in folder.rglob("*.tex"):
        data = path.read_bytes()
        path.write_bytes(re.sub(rb"(?s)\\begin\{comment\}.*?\\end\{comment\}", b"", data))
    return str(folder)


def of_paper(paper, counts):
    """The truth about a folder with latex/, or from counts; None when there is neither."""
    source = paper / "latex"
    if not source.is_dir():
        if counts is None:
            return None
        truth = Truth("counts made by hand", counts)
        truth.equation_numbers = counts["equations"]
        truth.captions = [(kind, n, None) for kind in ("figure", "table", "algorithm") for n in counts[kind + "s"]]
        truth.references = counts["references"]
        return truth
    truth = Truth("LaTeXML")
    with tempfile.TemporaryDirectory() as folder:
        document = latexml.load(without_comments(source, Path(folder) / "latex"))
    for element in document.root.iter():
        if name_of(element) == "ref" and element.get("labelref"):
            element.set("number", document.numbers.get(element.get("labelref"), ""))
    Walker(truth).walk(document.root)
    if truth.references is None:
        # The list of references is made from a .bib file, or the sources lack it.
        truth.titles = bib_titles(source, truth.cited)
        if not truth.titles and counts is not None and "references" in counts:
            truth.references = counts["references"]
            truth.source += ", references counted by hand"
    truth.counts = None
    listed = truth.references is not None or truth.titles
    if listed and not any(plain(h.title) in ("references", "bibliography") for h in truth.headings):
        end = next((i for i, h in enumerate(truth.headings) if h.appendix), len(truth.headings))
        truth.headings.insert(end, Heading(1, "", "References"))
    return truth
