// A small document with something of everything, for tests of JSON and text forms.
#pragma once

#include "paper/paper_doc.h"

namespace p2c::paper::test {

inline Block block(std::string id, BlockType type, std::string parent, std::string text) {
  Block result;
  result.id = std::move(id);
  result.type = type;
  result.parent = std::move(parent);
  result.text = std::move(text);
  return result;
}

inline Block section(std::string id, std::string parent, int level, std::string number, std::string title) {
  Block result = block(std::move(id), BlockType::section, std::move(parent), "");
  result.level = level;
  result.number = std::move(number);
  result.title = std::move(title);
  return result;
}

inline TableCell cell(std::string text) {
  TableCell result;
  result.text = std::move(text);
  return result;
}

// Every field of every structure is set somewhere.
inline PaperDoc sample_doc() {
  PaperDoc doc;
  doc.source = {SourceKind::arxiv, "1509.09292",           2, std::string(64, 'a'), "2026-01-31T12:34:56Z",
                "main.tex",        {"main.tex", "a/b.tex"}};
  doc.title = "On Things";
  doc.abstract = "We study things.";
  doc.date = "2015-09-30";
  doc.license = "CC BY 4.0";
  doc.comment = "9 pages";
  doc.journal_ref = "NIPS 2015";
  doc.doi = "10.1000/things";
  doc.authors = {"Ann Author", "Bob Writer"};
  doc.categories = {"cs.LG", "stat.ML"};

  doc.blocks.push_back(section("S1", "", 1, "1", "Introduction"));
  Block first = block("P1.1", BlockType::paragraph, "S1", "Things cost $x_i$ and  more,\nsee Equation (1).");
  first.latex = "Things cost $x_i$ and more, see Equation~\\eqref{eq:cost}.";
  first.labels = {"par:first"};
  first.refs = {"E1"};
  first.cites = {"smith2010"};
  first.page = 3;
  first.box = Box{1.5, 2.5, 300.25, 40};
  first.span = {"main.tex", 10, 90};
  doc.blocks.push_back(first);
  doc.blocks.push_back(block("P1.2", BlockType::list, "S1", ""));
  doc.blocks.push_back(block("I1.2.1", BlockType::item, "P1.2", "one thing"));
  doc.blocks.push_back(block("I1.2.2", BlockType::item, "P1.2", "another thing"));
  doc.blocks.push_back(section("S1.1", "S1", 2, "1.1", "Model"));
  Block equation = block("E1", BlockType::equation, "S1.1", "");
  equation.number = "1";
  equation.latex = "y = x_i";
  doc.blocks.push_back(equation);
  doc.blocks.push_back(block("A1", BlockType::algorithm, "S1.1", ""));
  doc.blocks.push_back(block("T1", BlockType::table, "S1.1", ""));
  doc.blocks.push_back(block("F1", BlockType::figure, "S1.1", ""));
  Block code = block("C1", BlockType::code, "S1.1", "def f(x):\n\n    return x\n");
  code.title = "python";
  doc.blocks.push_back(code);
  Block theorem = block("P1.1.1", BlockType::theorem, "S1.1", "All things are equal.");
  theorem.title = "Theorem";
  theorem.number = "1";
  doc.blocks.push_back(theorem);
  doc.blocks.push_back(block("P1.1.2", BlockType::proof, "S1.1", "Obvious."));
  doc.blocks.push_back(block("P1.1.3", BlockType::quote, "S1.1", "Less is more."));
  doc.blocks.push_back(block("P1.1.4", BlockType::footnote, "S1.1", "Equal work."));
  doc.blocks.push_back(block("P1.1.5", BlockType::paragraph, "S1.1", " \n\t "));
  doc.blocks.push_back(block("R", BlockType::references, "", ""));
  Block appendix = section("S2", "", 1, "A", "Details");
  appendix.appendix = true;
  doc.blocks.push_back(appendix);
  Block hidden = block("P2.1", BlockType::paragraph, "S2", "The learning rate was 0.1.");
  hidden.appendix = true;
  doc.blocks.push_back(hidden);
  for (std::size_t i = 0; i < doc.blocks.size(); ++i) doc.blocks[i].order = i;

  Equation e;
  e.id = "E1";
  e.number = "1";
  e.env = "align";
  e.latex = "y = x_i";
  e.latex_raw = "y &= \\x_i";
  e.rows = {"y = x_i"};
  e.row_numbers = {"1"};
  e.row_labels = {"eq:cost"};
  e.label = "eq:cost";
  e.symbols = {"y", "x_i"};
  e.lossy = true;
  doc.equations = {e};

  Algorithm a;
  a.id = "A1";
  a.number = "1";
  a.caption = "Training";
  a.label = "alg:train";
  a.inputs = {"data $D$"};
  a.outputs = {"weights $w$"};
  a.lines = {{1, 0, "for", "for each $x$ in $D$ do", ""},
             {2, 1, "stmt", "$w \\gets w - 1$", "update"},
             {3, 0, "end", "end for", ""}};
  doc.algorithms = {a};

  Table t;
  t.id = "T1";
  t.number = "1";
  t.caption = "Results";
  t.label = "tab:results";
  t.header_rows = 1;
  TableCell wide = cell("Accuracy");
  wide.colspan = 2;
  TableCell best = cell("0.9 ± 0.1");
  best.latex = "\\textbf{0.9} $\\pm$ 0.1";
  best.bold = true;
  best.number = 0.9;
  best.plus_minus = 0.1;
  TableCell second = cell("a|b");
  second.underline = true;
  second.rowspan = 2;
  t.rows = {{cell("Model"), wide}, {cell("ours"), best, second}};
  doc.tables = {t};

  Figure f;
  f.id = "F1";
  f.number = "1";
  f.caption = "The model";
  f.label = "fig:model";
  f.files = {{"figs/model.pdf", "pdf", 300, 200}};
  f.subfigures = {"left part"};
  f.tikz = "\\draw (0,0);";
  f.text_inside = {"Encoder", "Decoder"};
  f.role = "architecture";
  f.cited_in = {"P1.1"};
  doc.figures = {f};

  doc.bibliography = {{"smith2010",
                       "[1]",
                       "J. Smith. All about things. Journal of Things, 2010.",
                       "All about things",
                       {"J. Smith"},
                       "2010",
                       "Journal of Things",
                       "1001.00001",
                       "10.1/2",
                       {"https://example.org/things"}}};
  doc.symbols = {{"x_i", "cost of thing i", "P1.1", "scalar", "real"}};
  doc.urls = {{"https://github.com/a/things", "code", "P1.1"}};
  doc.macros = {{"\\x", 0, "x"}};
  doc.warnings = {{"main.tex:12", "unknown command \\foo"}};
  return doc;
}

}  // namespace p2c::paper::test
