// Conditionals (spec 8.1).
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

TEST(LatexConditionals, IffalseIsDroppedWithNesting) {
  EXPECT_EQ(text_of("a \\iffalse x \\ifnum1<2 y \\else z \\fi w \\else kept \\fi b"), "a kept b");
  EXPECT_EQ(text_of("a \\iftrue x \\else y \\fi b"), "a x b");
}

TEST(LatexConditionals, FlagsTakeTheirLastSetting) {
  const std::string preamble = "\\newif\\ifdraft\\newif\\iflong\\longtrue";
  EXPECT_EQ(text_of("\\ifdraft d\\else f\\fi{} \\iflong l\\fi{} \\longfalse\\iflong no\\fi", preamble),
            "f l");
  EXPECT_EQ(text_of("\\ifdraft d\\fi", preamble + "\\drafttrue"), "d");
}

TEST(LatexConditionals, NumbersAndCases) {
  EXPECT_EQ(text_of("\\ifnum 3>2 yes\\else no\\fi{} \\ifodd 4 odd\\else even\\fi{} \\ifcase 1 zero\\or "
                    "one\\or two\\else many\\fi"),
            "yes even one");
  EXPECT_EQ(text_of("\\ifnum\\n=5 five\\fi", "\\def\\n{5}"), "five");
}

TEST(LatexConditionals, Ifx) {
  EXPECT_EQ(text_of("\\ifx\\a\\b same\\else other\\fi{} \\ifx\\a\\c same\\else other\\fi",
                    "\\def\\a{1}\\def\\b{1}\\def\\c{2}"),
            "same other");
  EXPECT_EQ(text_of("\\ifdefined\\a yes\\fi\\ifdefined\\nope no\\fi", "\\def\\a{1}"), "yes");
}

TEST(LatexConditionals, BracedTests) {
  EXPECT_EQ(text_of("\\ifdefempty{\\e}{empty}{full} \\ifdefempty{\\f}{empty}{full}", "\\def\\e{}\\def\\f{x}"),
            "empty full");
  EXPECT_EQ(text_of("\\ifthenelse{\\equal{a}{a}}{same}{other} \\iftoggle{t}{on}{off}",
                    "\\newtoggle{t}\\toggletrue{t}"),
            "same on");
  EXPECT_EQ(text_of("\\ifthenelse{\\boolean{b}}{on}{off}", "\\newboolean{b}\\setboolean{b}{true}"), "on");
}

TEST(LatexConditionals, MissingFiKeepsTheText) {
  const PaperDoc doc = read_body("before\n\n\\iffalse after\n\nmore");
  EXPECT_EQ(texts(doc, BlockType::paragraph), (std::vector<std::string>{"before", "after", "more"}));
  EXPECT_TRUE(warned(doc, "without \\fi"));
}

TEST(LatexConditionals, CommentEnvironmentIsDropped) {
  EXPECT_EQ(text_of("a \\begin{comment} \\section{x} $ { \\end{comment} b"), "a b");
  EXPECT_EQ(text_of("a \\begin{secret} { \\end{secret} b", "\\excludecomment{secret}"), "a b");
}

}  // namespace
}  // namespace p2c::paper::latex
