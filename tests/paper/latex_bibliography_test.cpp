// Reference lists in all the forms they come in (spec 8.5).
#include <gtest/gtest.h>

#include "paper/latex/bibliography.h"
#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

TEST(LatexBibliography, BibFiles) {
  const std::vector<BibRecord> records = parse_bib(
      "@comment{x} @string{nips = {Advances in {NIPS}}}\n@Article{k1,\n title = {A {B}ig \"title\"},\n "
      "author = \"Doe, Jane and {Barnes and Noble} and others\",\n journal = nips # { 3},\n year = 2014,\n"
      " note = {arXiv:1412.6980}}\n@misc(k2, title={T}, eprint={2001.00001}, "
      "archivePrefix={arXiv})\n@book{broken, title = {no end\n@misc{k3, title={X}}");
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].key, "k1");
  EXPECT_EQ(*records[0].field("journal"), "Advances in {NIPS} 3");
  EXPECT_EQ(records[3].key, "k3");
  Names names;
  const BibEntry entry = to_entry(records[0], names);
  EXPECT_EQ(entry.title, "A Big \"title\"");
  EXPECT_EQ(entry.authors, (std::vector<std::string>{"Jane Doe", "Barnes and Noble", "et al."}));
  EXPECT_EQ(entry.year, "2014");
  EXPECT_EQ(entry.arxiv_id, "1412.6980");
  EXPECT_EQ(to_entry(records[1], names).arxiv_id, "2001.00001");
}

TEST(LatexBibliography, CitedEntriesInOrderOfCitation) {
  const std::string bib = "@misc{a, title={A}}@misc{b, title={B}}@misc{c, title={C}}";
  const auto read = [&](const std::string& body) {
    return read_files({{"main.tex", "\\documentclass{article}\\begin{document}" + body +
                                        "\\bibliography{refs}\\end{document}"},
                       {"refs.bib", bib}});
  };
  const PaperDoc doc = read("x \\cite{c,a} \\cite{zz}");
  ASSERT_EQ(doc.bibliography.size(), 2u);
  EXPECT_EQ(doc.bibliography[0].key, "c");
  EXPECT_EQ(doc.bibliography[1].key, "a");
  EXPECT_EQ(doc.blocks.back().id, "R");
  EXPECT_EQ(doc.blocks.back().type, BlockType::references);
  EXPECT_TRUE(warned(doc, "zz"));
  EXPECT_EQ(read("x \\nocite{*}").bibliography.size(), 3u);
}

TEST(LatexBibliography, BibtexBbl) {
  const PaperDoc doc =
      read_files({{"main.tex",
                   "\\documentclass{article}\\begin{document}x \\cite{k}\\bibliography{refs}\\end{document}"},
                  {"main.bbl",
                   "\\begin{thebibliography}{10}\n\\providecommand{\\natexlab}[1]{#1}\n\\bibitem[Kingma and "
                   "Ba(2014)]{k}\nDiederik Kingma and Jimmy Ba.\n\\newblock Adam: A method.\n"
                   "\\newblock \\emph{arXiv preprint arXiv:1412.6980}, 2014.\n\n\\bibitem{j}\nOne line, no "
                   "blocks. 2001.\n\\end{thebibliography}"}});
  ASSERT_EQ(doc.bibliography.size(), 2u);
  const BibEntry& entry = doc.bibliography[0];
  EXPECT_EQ(entry.key, "k");
  EXPECT_EQ(entry.label, "Kingma and Ba(2014)");
  EXPECT_EQ(entry.title, "Adam: A method");
  EXPECT_EQ(entry.authors, (std::vector<std::string>{"Diederik Kingma", "Jimmy Ba"}));
  EXPECT_EQ(entry.arxiv_id, "1412.6980");
  EXPECT_EQ(entry.year, "2014");
  EXPECT_EQ(doc.bibliography[1].label, "[2]");
  EXPECT_EQ(doc.blocks.back().id, "R");
}

TEST(LatexBibliography, BiblatexBbl) {
  const PaperDoc doc = read_files(
      {{"main.tex", "\\documentclass{article}\\begin{document}x\\printbibliography\\end{document}"},
       {"main.bbl",
        "% $ biblatex bbl format version 3.1 "
        "$\n\\datalist[entry]{none}\n\\entry{W:2018}{article}{}\n\\name{author}{2}{}{%\n{{hash=1}{%\nfamily={"
        "Wen},\nfamilyi={W\\bibinitperiod},\ngiven={T.\\bibnamedelimi "
        "X.},\n}}%\n{{hash=2}{%\nfamily={Zhang},\ngiven={Z},\n}}%\n}\n"
        "\\field{title}{Deep "
        "\\emph{Nets}}\n\\field{journaltitle}{IEEE}\n\\field{year}{2018}\n\\verb{doi}\n\\verb "
        "10.1109/X.2018\n\\endverb\n\\endentry\n\\enddatalist"}});
  ASSERT_EQ(doc.bibliography.size(), 1u);
  EXPECT_EQ(doc.bibliography[0].key, "W:2018");
  EXPECT_EQ(doc.bibliography[0].authors, (std::vector<std::string>{"T. X. Wen", "Z Zhang"}));
  EXPECT_EQ(doc.bibliography[0].title, "Deep Nets");
  EXPECT_EQ(doc.bibliography[0].doi, "10.1109/X.2018");
  EXPECT_EQ(doc.bibliography[0].venue, "IEEE");
}

TEST(LatexBibliography, InlineList) {
  const PaperDoc doc = read_body(
      "x\\begin{thebibliography}{9}\\bibitem{a} A. Author, Title of it, 1999. "
      "\\url{https://doi.org/10.1000/xyz123}\\end{thebibliography}");
  ASSERT_EQ(doc.bibliography.size(), 1u);
  EXPECT_EQ(doc.bibliography[0].key, "a");
  EXPECT_EQ(doc.bibliography[0].doi, "10.1000/xyz123");
  EXPECT_EQ(doc.blocks.back().id, "R");
}

TEST(LatexBibliography, NoListNoBlock) {
  const PaperDoc doc = read_body("x \\cite{a} \\bibliography{missing}");
  EXPECT_TRUE(doc.bibliography.empty());
  EXPECT_EQ(doc.find_block("R"), nullptr);
}

TEST(LatexBibliography, AddressesOfBiblatexLists) {
  const std::vector<BibRecord> records = parse_biblatex_bbl(
      "\\entry{k}{article}{}\\name{author}{1}{}{{{hash=a}{family={Lee},given={Ann}}}}\\field{title}{T}"
      "\\verb{urlraw}\n\\verb https://example.org/a_b\n\\endverb\\endentry");
  ASSERT_EQ(records.size(), 1u);
  ASSERT_NE(records[0].field("url"), nullptr);
  EXPECT_EQ(*records[0].field("url"), "https://example.org/a_b");
}

}  // namespace
}  // namespace p2c::paper::latex
