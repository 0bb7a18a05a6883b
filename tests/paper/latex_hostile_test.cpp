// Hostile and broken sources: bounded time, no crash, nothing dropped without a word (spec 8.7).
#include <gtest/gtest.h>

#include <chrono>

#include "base/cancel.h"
#include "base/error.h"
#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

std::string repeat(std::string_view text, std::size_t bytes) {
  std::string out;
  out.reserve(bytes + text.size());
  while (out.size() < bytes) out += text;
  return out;
}

constexpr std::size_t kMegabyte = 1'000'000;

// Each piece repeated. A linear pass takes milliseconds for this size, a quadratic one minutes.
TEST(LatexHostile, RepeatedOpenersAreLinear) {
  const char* pieces[] = {"{",
                          "}",
                          "$",
                          "${",
                          "\\begin{figure}",
                          "\\begin{itemize}",
                          "\\begin{verbatim}",
                          "\\iffalse ",
                          "\\if x",
                          "\\textbf{",
                          "\\section{",
                          "[",
                          "\\item ",
                          "\\footnote{",
                          "\\frac{",
                          "\\verb|",
                          "\\lstinline{",
                          "\\def\\a{",
                          "\\begin{",
                          "\\end{x}",
                          "\\cite{a}",
                          "\\label{a}",
                          "\\ref{a}",
                          "&",
                          "\\\\",
                          "#1",
                          "^{",
                          "\\(",
                          "\\[",
                          "$$",
                          "\\begin{equation}a",
                          "\\begin{tabular}{l}",
                          "\\caption{",
                          "\\node",
                          "\\href{",
                          "\\multirow{2}{*}{",
                          "\\scalebox{1}{$",
                          "\\newcommand{\\x}{",
                          "\\begin{tabular}{l}\\multicolumn{2}{c}{",
                          "\\begin{algorithmic}\\If{",
                          "\\expandafter",
                          "\\input{nope}",
                          "\\begin{theorem}",
                          "\\subfigure[",
                          "\\csname "};
  for (const char* piece : pieces) {
    const auto start = std::chrono::steady_clock::now();
    const PaperDoc doc = read_body(repeat(piece, kMegabyte / 10));
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(seconds, 8.0) << piece;
  }
}

TEST(LatexHostile, AMegabyteOfBraces) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(
      texts(read_body("Text " + repeat("{", kMegabyte)), BlockType::paragraph).at(0).starts_with("Text"));
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 20.0);
}

TEST(LatexHostile, MacroBombsStopAtTheBudget) {
  std::string bomb = "\\def\\a{xxxxxxxxxx}";
  for (char c = 'b'; c <= 'p'; ++c) {
    bomb += std::string("\\def\\") + c + c + "{";
    for (int i = 0; i < 10; ++i)
      bomb += c == 'b' ? "\\a" : std::string("\\") + static_cast<char>(c - 1) + static_cast<char>(c - 1);
    bomb += "}";
  }
  const PaperDoc doc = read_body("Before.\n\n\\pp\n\nAfter.", bomb);
  EXPECT_TRUE(warned(doc, "limit"));
  EXPECT_EQ(texts(doc, BlockType::paragraph).front(), "Before.");
  EXPECT_EQ(texts(doc, BlockType::paragraph).back(), "After.");
}

TEST(LatexHostile, EndlessMacrosEnd) {
  for (const char* definition : {"\\def\\a{\\b}\\def\\b{\\a}", "\\def\\a#1{#1#1}\\def\\b{\\a\\a}",
                                 "\\def\\a{\\csname a\\endcsname}", "\\def\\a{\\expandafter\\a\\a}",
                                 "\\newenvironment{e}{\\begin{f}}{\\end{f}}\\newenvironment{f}{\\begin{e}}{"
                                 "\\end{e}}\\def\\a{\\begin{e}}",
                                 "\\def\\a{x\\input{main}\\a}"}) {
    const PaperDoc doc = read_body("Before.\n\n\\a\\b\\a\\a \\a{\\a}\n\nAfter.", definition);
    EXPECT_EQ(texts(doc, BlockType::paragraph).front(), "Before.") << definition;
  }
}

TEST(LatexHostile, SelfIncludingFiles) {
  const PaperDoc doc = read_files(
      {{"main.tex", "\\documentclass{article}\\begin{document}A \\input{main} \\input{b}\\end{document}"},
       {"b.tex", "B \\input{c} "},
       {"c.tex", "C \\input{b} D"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"A B C D"});
  EXPECT_TRUE(warned(doc, "includes itself"));
}

TEST(LatexHostile, DeepIncludesStop) {
  Files files = {
      {"main.tex", "\\documentclass{article}\\begin{document}start \\input{f0} end\\end{document}"}};
  for (int i = 0; i < 60; ++i)
    files.emplace_back("f" + std::to_string(i) + ".tex", "x \\input{f" + std::to_string(i + 1) + "} ");
  const PaperDoc doc = read_files(std::move(files));
  EXPECT_TRUE(warned(doc, "deeper than 30"));
  EXPECT_TRUE(texts(doc, BlockType::paragraph).at(0).ends_with("end"));
}

TEST(LatexHostile, DeepNestingDoesNotOverflowTheStack) {
  for (const char* open :
       {"\\textbf{", "\\footnote{", "\\href{u}{", "\\begin{itemize}\\item ", "\\begin{center}",
        "\\begin{figure}\\begin{minipage}{1cm}", "\\begin{tabular}{l}", "\\parbox{1cm}{", "\\texorpdfstring{",
        "\\textsuperscript{", "\\ensuremath{", "$\\scalebox{1}{$", "\\begin{quote}",
        "\\begin{algorithm}\\For{c}{", "\\num{", "\\'{"}) {
    const std::string opener(open);
    std::string close;
    for (std::size_t at = opener.find("\\begin{"); at != std::string::npos;
         at = opener.find("\\begin{", at + 1)) {
      close = "\\end" + opener.substr(at + 6, opener.find('}', at) - at - 5) + close;
    }
    std::string body;
    for (int i = 0; i < 3'000; ++i) body += opener;
    body += "core";
    for (int i = 0; i < 3'000; ++i) body += close.empty() ? "}" : close;
    EXPECT_NO_THROW(read_body("Before.\n\n" + body + "\n\nAfter.")) << open;
  }
}

// Also where a note begins counting anew.
TEST(LatexHostile, NestedCitationNotesDoNotOverflowTheStack) {
  std::string body;
  for (int i = 0; i < 3'000; ++i) body += "\\citep[{";
  for (int i = 0; i < 3'000; ++i) body += "}]{key}";
  EXPECT_NO_THROW(read_body("Before.\n\n" + body + "\n\nAfter."));
}

TEST(LatexHostile, UnbalancedBracesKeepTheText) {
  const PaperDoc doc = read_body(
      "\\section{A}One \\textbf{two three.\n\nFour } five } six.\n\n\\foo{seven\n\neight\\section{B}nine",
      "\\newcommand{\\foo}[1]{<#1>}");
  const std::vector<std::string> all = texts(doc, BlockType::paragraph);
  std::string joined;
  for (const std::string& text : all) joined += text + " ";
  for (const char* word : {"One", "two", "three", "Four", "five", "six", "seven", "eight", "nine"})
    EXPECT_TRUE(contains(joined, word)) << word;
  EXPECT_NE(doc.find_block("S2"), nullptr);
  EXPECT_FALSE(doc.warnings.empty());
}

TEST(LatexHostile, BytesThatAreNoText) {
  std::string bytes;
  for (int i = 0; i < 2'000; ++i) bytes += static_cast<char>(i * 7 % 256);
  EXPECT_NO_THROW(read_body(bytes));
  EXPECT_NO_THROW(read_body(std::string(1000, '\0')));
  EXPECT_NO_THROW(read_body("\xC3 \xE2\x82 \xF0\x9F \xFF"));
}

TEST(LatexHostile, EmptyAndHeadlessDocuments) {
  EXPECT_TRUE(read_body("").blocks.empty());
  const PaperDoc doc = read_files({{"main.tex", "\\section{A} text only"}}, "main.tex");
  EXPECT_EQ(doc.blocks.size(), 2u);
  EXPECT_THROW(read_files({{"main.tex", "x"}}, "other.tex"), Error);
}

TEST(LatexHostile, Cancels) {
  SourceTree sources(Files{{"main.tex", "\\documentclass{article}\\begin{document}" +
                                            repeat("word ", kMegabyte) + "\\end{document}"}});
  CancelToken cancel;
  cancel.request();
  EXPECT_THROW(read_sources(sources, {}, cancel), Error);
}

}  // namespace
}  // namespace p2c::paper::latex
