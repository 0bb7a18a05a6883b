// Untrusted text inside Markdown and HTML.
#include "base/markup.h"

#include <gtest/gtest.h>

namespace p2c {
namespace {

TEST(HtmlEscape, EntitiesForEverythingThatCouldBeMarkup) {
  EXPECT_EQ(html_escape("<a href=\"x\" title='y'>&"), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(html_escape("a\nb\tc"), "a\nb\tc");
  EXPECT_EQ(html_escape(std::string_view("a\0b\x1b[31mc\xff", 10)).find('\x1b'), std::string::npos);
  EXPECT_EQ(html_escape("\xff"), "\xef\xbf\xbd");
}

TEST(MarkdownEscape, NoTagLinkImageOrCodeSpanBegins) {
  EXPECT_EQ(markdown_escape("<b>x</b> & y"), "&lt;b&gt;x&lt;/b&gt; &amp; y");
  EXPECT_EQ(markdown_escape("[click](javascript:x)"), "[click\\](javascript:x)");
  EXPECT_EQ(markdown_escape("![img](http://x/y.png)"), "\\![img\\](http://x/y.png)");
  EXPECT_EQ(markdown_escape("[a][b] and [c]: d"), "[a\\][b] and [c\\]: d");
  EXPECT_EQ(markdown_escape("`code`"), "\\`code\\`");
  EXPECT_EQ(markdown_escape("two\n# lines\r\n"), "two # lines");
}

TEST(MarkdownEscape, TexStaysReadable) {
  EXPECT_EQ(markdown_escape("$\\alpha_{i} [B, T]$"), "$\\alpha_{i} [B, T]$");
  EXPECT_EQ(markdown_escape("|x|"), "|x|");
  EXPECT_EQ(markdown_cell("|x|"), "\\|x\\|");
}

TEST(MarkdownCode, HoldsAnyBackTicks) {
  EXPECT_EQ(markdown_code("a b"), "`a b`");
  EXPECT_EQ(markdown_code("a`b``c"), "```a`b``c```");
  EXPECT_EQ(markdown_code("`a"), "`` `a ``");
  EXPECT_EQ(markdown_code("a|b\nc"), "`a\\|b c`");
  EXPECT_EQ(markdown_code(" \n"), "");
}

TEST(MarkdownAnchor, IsWhatGitHubMakes) {
  EXPECT_EQ(markdown_anchor("What the paper leaves open"), "what-the-paper-leaves-open");
  EXPECT_EQ(markdown_anchor("3.2 Loss & co."), "32-loss--co");
}

}  // namespace
}  // namespace p2c
