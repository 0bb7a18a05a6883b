// Main file and includes (spec 8.2, 8.3).
#include <gtest/gtest.h>

#include "base/error.h"
#include "paper/latex/main_file.h"
#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

const std::string kPaper = "\\documentclass{article}\\begin{document}\\maketitle Text\\end{document}";

std::string chosen(Files files) {
  SourceTree sources(std::move(files));
  return choose_main_file(sources).main;
}

TEST(LatexMainFile, ScoresDecide) {
  EXPECT_EQ(chosen({{"intro.tex", "\\section{A}"}, {"main.tex", kPaper}}), "main.tex");
  EXPECT_EQ(chosen({{"supplement.tex", kPaper}, {"x.tex", kPaper}}), "x.tex");
  EXPECT_EQ(chosen({{"a.tex", kPaper}, {"b.tex", kPaper + "\\input{a}"}}), "b.tex");
  EXPECT_EQ(chosen({{"fig.tex", "\\documentclass{standalone}\\begin{document}x\\end{document}"},
                    {"p.tex", kPaper}}),
            "p.tex");
  EXPECT_EQ(chosen({{"old/main.tex", kPaper}, {"x.tex", kPaper}}), "x.tex");
  EXPECT_EQ(chosen({{"a.tex", kPaper}, {"b.tex", kPaper}, {"b.bbl", ""}}), "b.tex");
  EXPECT_EQ(
      chosen({{"a.tex", "%\\documentclass{article}\n\\begin{document}x\\end{document}"}, {"b.tex", kPaper}}),
      "b.tex");
}

TEST(LatexMainFile, ReadmeOfThePackageWins) {
  EXPECT_EQ(
      chosen(
          {{"00README.json",
            R"({"sources":[{"usage":"include","filename":"a.tex"},{"usage":"toplevel","filename":"b.tex"}]})"},
           {"a.tex", kPaper},
           {"b.tex", "\\section{x}"}}),
      "b.tex");
  EXPECT_EQ(
      chosen({{"00README.XXX", "a.tex ignore\nb.tex toplevelfile\n"}, {"a.tex", kPaper}, {"b.tex", kPaper}}),
      "b.tex");
  EXPECT_EQ(chosen({{"00README.json", "{broken"}, {"a.tex", kPaper}}), "a.tex");
}

TEST(LatexMainFile, NoneIsOneClearError) {
  try {
    chosen({{"a.tex", "just text"}, {"b.txt", "x"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_TRUE(contains(error.what(), "a.tex"));
  }
}

TEST(LatexMainFile, SupplementBecomesTheAppendix) {
  const PaperDoc doc = read_files(
      {{"main.tex",
        "\\documentclass{article}\\title{T}\\begin{document}\\maketitle\\section{One} Text\\end{document}"},
       {"supplement.tex", "\\documentclass{article}\\begin{document}\\section{More} Extra\\end{document}"}});
  ASSERT_EQ(texts(doc, BlockType::paragraph), (std::vector<std::string>{"Text", "Extra"}));
  EXPECT_TRUE(doc.blocks.back().appendix);
  EXPECT_EQ(doc.blocks[2].number, "A");
}

TEST(LatexIncludes, NamesAreFoundTheWayTexDoes) {
  const PaperDoc doc =
      read_files({{"main.tex",
                   "\\documentclass{article}\\begin{document}\\input{sec/a}\\input sec/b "
                   "\\include{c}\\import{dir/}{d}\\input{\"e e\"}\\input{SEC/F}\\end{document}"},
                  {"sec/a.tex", "A "},
                  {"sec/b.tex", "B "},
                  {"c.tex", "C "},
                  {"dir/d.tex", "D "},
                  {"e e.tex", "E "},
                  {"sec/f.tex", "F"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"A B C D E F"});
}

TEST(LatexIncludes, RootFirstThenMainFolderThenIncluder) {
  const PaperDoc doc = read_files(
      {{"paper/main.tex", "\\documentclass{article}\\begin{document}\\input{x}\\input{y}\\end{document}"},
       {"x.tex", "root "},
       {"paper/x.tex", "main "},
       {"paper/y.tex", "y"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"root y"});
}

TEST(LatexIncludes, SubfilesGiveOnlyTheirBody) {
  const PaperDoc doc = read_files(
      {{"main.tex", "\\documentclass{article}\\begin{document}A \\subfile{s} C\\end{document}"},
       {"s.tex",
        "\\documentclass[main]{subfiles}\\newcommand{\\x}{no}\\begin{document}B\\end{document} junk"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"A B C"});
}

TEST(LatexIncludes, MissingFilesAndEndinput) {
  const PaperDoc doc = read_files({{"main.tex",
                                    "\\documentclass{article}\\begin{document}A \\input{nope} \\input{b} "
                                    "\\IfFileExists{b.tex}{yes}{no}\\end{document} never"},
                                   {"b.tex", "B \\endinput not this"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"A B yes"});
  EXPECT_TRUE(warned(doc, "nope"));
}

TEST(LatexIncludes, SpansNameTheIncludedFile) {
  const PaperDoc doc =
      read_files({{"main.tex", "\\documentclass{article}\\begin{document}\\input{b}\\end{document}"},
                  {"b.tex", "Inner text."}});
  EXPECT_EQ(doc.blocks.back().span.file, "b.tex");
  EXPECT_EQ(doc.blocks.back().span.end, 11u);
  EXPECT_EQ(doc.source.files, (std::vector<std::string>{"main.tex", "b.tex"}));
  EXPECT_EQ(doc.source.main_file, "main.tex");
  EXPECT_EQ(doc.source.sha256.size(), 64u);
}

TEST(LatexIncludes, PathsCannotLeaveTheSource) {
  SourceTree sources(Files{{"a.tex", "x"}, {"d/b.tex", "y"}});
  EXPECT_EQ(sources.resolve("../a", {".tex"}, "", "d/"), "a.tex");
  EXPECT_EQ(sources.resolve("../../etc/passwd", {""}, "", "d/"), "");
  EXPECT_EQ(sources.resolve("/a.tex", {""}, "", ""), "");
}

TEST(LatexIncludes, StrayMetadataIsReadWhenTheClassIsMissing) {
  const PaperDoc doc =
      read_files({{"main.tex", "\\documentclass{journal}\\begin{document}\\maketitle Text\\end{document}"},
                  {"metadata.tex", "\\def\\theTitle{A Title}\\title{\\theTitle}\\author{Ada Lovelace}"}});
  EXPECT_EQ(doc.title, "A Title");
  EXPECT_EQ(doc.authors, std::vector<std::string>{"Ada Lovelace"});
}

}  // namespace
}  // namespace p2c::paper::latex
