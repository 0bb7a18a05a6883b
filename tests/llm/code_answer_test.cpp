// Files and edits out of answers as models write them.
#include "llm/code_answer.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "llm/answer_text.h"

namespace p2c::llm {
namespace {

TEST(CodeAnswer, FenceWithPathOnItsInfoLine) {
  for (const char* info :
       {"python models/a.py", "python:models/a.py", "models/a.py", "python title=\"models/a.py\"",
        "py file=models/a.py", "python {models/a.py}", "./models/a.py"}) {
    const ExtractedCode code = extract_code("Here it is.\n\n```" + std::string(info) + "\nx = 1\n```\nDone.");
    EXPECT_TRUE(code.found && !code.truncated && !code.elided) << info;
    EXPECT_EQ(code.path, "models/a.py") << info;
    EXPECT_EQ(code.code, "x = 1\n") << info;
  }
}

TEST(CodeAnswer, PathFromAHeadingOrAComment) {
  for (const char* heading : {"## models/a.py", "**`models/a.py`**", "File: models/a.py",
                              "1. `models/a.py`:", "### File: `models/a.py`"}) {
    EXPECT_EQ(extract_code(std::string(heading) + "\n\n```python\nx = 1\n```\n").path, "models/a.py")
        << heading;
  }
  const ExtractedCode code = extract_code("```python\n# models/a.py\nx = 1\n```\n");
  EXPECT_EQ(code.path, "models/a.py");
  EXPECT_EQ(code.code, "# models/a.py\nx = 1\n");  // a comment may stay
  EXPECT_EQ(extract_code("We use version 2.1 of it.\n```python\nx = 1\n```\n").path, "");
}

TEST(CodeAnswer, SentinelPair) {
  const ExtractedCode code = extract_code("<<<FILE README.md\n# Title\n\n```bash\nls\n```\n>>>END\n");
  EXPECT_TRUE(code.found && !code.truncated);
  EXPECT_EQ(code.path, "README.md");
  EXPECT_EQ(code.code, "# Title\n\n```bash\nls\n```\n");
  const ExtractedCode fenced = extract_code("<<<FILE a.py\n```python\nx = 1\n```\n>>>END");
  EXPECT_EQ(fenced.code, "x = 1\n");
  EXPECT_EQ(extract_code("```\n<<<FILE a.py\nx = 1\n>>>END\n```").code, "x = 1\n");
}

TEST(CodeAnswer, TheLargestBlockWins) {
  const ExtractedCode code = extract_code(
      "Run `x`:\n```bash\npip install x\n```\n```python a.py\nimport x\nimport y\nprint(x, "
      "y)\n```\n```\nok\n```\n");
  EXPECT_EQ(code.path, "a.py");
}

TEST(CodeAnswer, InnerFencesOfAMarkdownFileStay) {
  const ExtractedCode code = extract_code("```markdown README.md\n# T\n```bash\nls\n```\nend\n```\n");
  EXPECT_FALSE(code.truncated);
  EXPECT_EQ(code.code, "# T\n```bash\nls\n```\nend\n");
  const ExtractedCode docstring = extract_code("```python a.py\n'''\n```python\nf()\n```\n'''\nx = 1\n```");
  EXPECT_EQ(docstring.code, "'''\n```python\nf()\n```\n'''\nx = 1\n");
  const ExtractedCode longer = extract_code("````python a.py\n```\nx = 1\n```\ny = 2\n````");
  EXPECT_NE(longer.code.find("y = 2"), std::string::npos);
}

TEST(CodeAnswer, OpenBlockIsTruncated) {
  EXPECT_TRUE(extract_code("```python a.py\nx = 1\ny =").truncated);
  EXPECT_TRUE(extract_code("<<<FILE a.py\nx = 1\n").truncated);
  EXPECT_EQ(extract_code("```python a.py\nx = 1\ny =").code, "x = 1\ny =\n");
}

TEST(CodeAnswer, NothingFound) {
  for (const char* text : {"", "I cannot.", "```\n```", "```python\n\n\n```", "inline `code` only",
                           "<think>```python\nx\n```"}) {
    EXPECT_FALSE(extract_code(text).found) << text;
  }
}

TEST(CodeAnswer, ElisionMarksAreSeen) {
  for (const char* line :
       {"# ... rest unchanged ...", "    # ... existing code ...", "// rest of the code remains",
        "# (rest of the file unchanged)...", "# …", "... existing code ...", "# ... (omitted for brevity)",
        "<!-- rest of file -->", "# unchanged", "# rest of the class ...", "# remaining code unchanged",
        "    # ..."}) {
    EXPECT_TRUE(is_elision(line)) << line;
    EXPECT_TRUE(extract_code("```python a.py\nx = 1\n" + std::string(line) + "\ny = 2\n```").elided) << line;
  }
  for (const char* line : {"...", "    ...", "x = ...", "# the remaining dimensions are padded",
                           "# same as before, but with bias and dropout", "print('...')",
                           "# loop over the rest of the layers", "# compute a, b, ..., remaining z here",
                           "raise NotImplementedError", "# shapes (N, D), ... as in the paper"}) {
    EXPECT_FALSE(is_elision(line)) << line;
  }
}

TEST(CodeAnswer, LineEndsTabsAndFinalNewline) {
  EXPECT_EQ(extract_code("```python a.py\r\nx = 1\r\n\r\ny = 2  \r\n\r\n\r\n```").code, "x = 1\n\ny = 2  \n");
  EXPECT_EQ(extract_code("```python a.py\nif x:\n\ty = 1\n        z = 2\n```").code,
            "if x:\n    y = 1\n        z = 2\n");
  EXPECT_EQ(extract_code("```python a.py\nif x:\n\ty = 1\n\tz = 2\n```").code, "if x:\n\ty = 1\n\tz = 2\n");
  EXPECT_EQ(extract_code("```make Makefile\na:\n\tls\n  x\n```").code, "a:\n\tls\n  x\n");
}

TEST(CodeAnswer, LineNumberGuttersAreRemoved) {
  EXPECT_EQ(extract_code("```python a.py\n 9 | x = 1\n10 | \n11 | if x:\n12 |     y = 2\n```").code,
            "x = 1\n\nif x:\n    y = 2\n");
  EXPECT_EQ(extract_code("```python a.py\n1\tx = 1\n2\ty = 2\n3\tz = 3\n```").code, "x = 1\ny = 2\nz = 3\n");
  // Numbers that do not count up, and data files, stay.
  EXPECT_EQ(extract_code("```python a.py\n1: x\n3: y\n2: z\n```").code, "1: x\n3: y\n2: z\n");
  EXPECT_EQ(extract_code("```yaml a.yaml\n0: a\n1: b\n2: c\n```").code, "0: a\n1: b\n2: c\n");
}

TEST(CodeAnswer, HeadingsAndStrayFencesAreRemoved) {
  EXPECT_EQ(extract_code("<<<FILE a.py\n## a.py\n\nx = 1\n>>>END").code, "x = 1\n");
  EXPECT_EQ(extract_code("<<<FILE a.py\n```\nx = 1\n>>>END").code, "x = 1\n");
  EXPECT_EQ(extract_code("```python\nmodels/a.py\nx = 1\n```").path, "models/a.py");
  EXPECT_EQ(extract_code("```python a.py\n\"\"\"a.py\"\"\"\nx = 1\n```").code, "\"\"\"a.py\"\"\"\nx = 1\n");
  EXPECT_EQ(extract_code("```text .gitignore\n*.pyc\nbuild.log\n```").code, "*.pyc\nbuild.log\n");
}

TEST(CodeAnswer, UnsafePathsAreNotTaken) {
  for (const char* path :
       {"../a.py", "/etc/passwd.txt", "a/../../b.py", "C:\\x.py", "a//b.py", "-rf.py", "a b.py"}) {
    EXPECT_FALSE(looks_like_path(path)) << path;
  }
  EXPECT_EQ(extract_code("<<<FILE ../../x.py\ny = 1\n>>>END").path, "");
  for (const char* path :
       {"a.py", "Makefile", "pkg/sub/__init__.py", "reproduce.sh", ".gitignore", "a-b_c/d.e.yaml"}) {
    EXPECT_TRUE(looks_like_path(path)) << path;
  }
}

// ---- edits ----

TEST(Edits, AllKinds) {
  const ExtractedEdits out = extract_edits(
      "I fix it.\n<<<EDIT models/a.py\n<<<OLD\nx = 1\n<<<NEW\nx = 2\ny = 3\n>>>END\n\n<<<FILE b.py\nz = "
      "1\n>>>END\n<<<DELETE old/c.py>>>\n");
  ASSERT_TRUE(out.problems.empty()) << out.problems[0];
  ASSERT_EQ(out.edits.size(), 3u);
  EXPECT_EQ(out.edits[0].path, "models/a.py");
  EXPECT_EQ(out.edits[0].old_text, "x = 1\n");
  EXPECT_EQ(out.edits[0].new_text, "x = 2\ny = 3\n");
  EXPECT_TRUE(out.edits[1].whole_file);
  EXPECT_EQ(out.edits[1].new_text, "z = 1\n");
  EXPECT_TRUE(out.edits[2].remove);
  EXPECT_EQ(out.edits[2].path, "old/c.py");
}

TEST(Edits, SeveralPairsFencesAndEmptyReplacement) {
  const ExtractedEdits out = extract_edits(
      "```\n<<<EDIT "
      "a.py\n<<<OLD\n```python\na\n```\n<<<NEW\n```python\nb\n```\n<<<OLD\nc\n<<<NEW\n>>>END\n```\n");
  ASSERT_TRUE(out.problems.empty()) << out.problems[0];
  ASSERT_EQ(out.edits.size(), 2u);
  EXPECT_EQ(out.edits[0].old_text, "a\n");
  EXPECT_EQ(out.edits[0].new_text, "b\n");
  EXPECT_EQ(out.edits[1].new_text, "");
}

TEST(Edits, MalformedBlocksAreProblemsAndNoEdits) {
  const std::pair<const char*, const char*> cases[] = {
      {"<<<EDIT a.py\n<<<OLD\nx\n<<<NEW\ny\n", "not closed"},
      {"<<<EDIT a.py\n<<<OLD\nx\n>>>END", "no <<<NEW"},
      {"<<<EDIT a.py\n<<<NEW\nx\n>>>END", "without <<<OLD"},
      {"<<<EDIT a.py\n>>>END", "no <<<OLD"},
      {"<<<EDIT a.py\n<<<OLD\n\n<<<NEW\nx\n>>>END", "empty <<<OLD"},
      {"<<<EDIT ../a.py\n<<<OLD\nx\n<<<NEW\ny\n>>>END", "usable relative path"},
      {"<<<EDIT\n<<<OLD\nx\n<<<NEW\ny\n>>>END", "usable relative path"},
      {"<<<FILE a.py\nx = 1\n", "not closed"},
      {"<<<FILE a.py\nx = 1\n# ... rest unchanged ...\n>>>END", "leaves parts out"},
      {"<<<EDIT a.py\n<<<OLD\nx\n<<<NEW\n# ... existing code ...\n>>>END", "leaves parts out"},
      {"<<<DELETE /etc/x.py>>>", "usable relative path"}};
  for (const auto& [answer, phrase] : cases) {
    const ExtractedEdits out = extract_edits(answer);
    EXPECT_TRUE(out.edits.empty()) << answer;
    ASSERT_FALSE(out.problems.empty()) << answer;
    EXPECT_NE(out.problems[0].find(phrase), std::string::npos) << out.problems[0];
  }
}

TEST(Edits, ABrokenBlockDoesNotHideTheNextOne) {
  const ExtractedEdits out =
      extract_edits("<<<EDIT a.py\n<<<OLD\nx\n<<<EDIT b.py\n<<<OLD\nx\n<<<NEW\ny\n>>>END");
  ASSERT_EQ(out.edits.size(), 1u);
  EXPECT_EQ(out.edits[0].path, "b.py");
  EXPECT_EQ(out.problems.size(), 1u);
}

TEST(Edits, NumberOfEditsIsLimited) {
  std::string answer;
  for (int i = 0; i < 300; ++i) answer += "<<<DELETE a.py>>>\n";
  const ExtractedEdits out = extract_edits(answer);
  EXPECT_EQ(out.edits.size(), 200u);
  EXPECT_EQ(out.problems.size(), 1u);
}

// Random concatenations of the marks: nothing crashes, found code ends in one newline.
TEST(CodeAnswer, AnyMixOfMarksIsRead) {
  const std::vector<std::string> parts = {"```",
                                          "```python a.py",
                                          "~~~",
                                          "\n",
                                          "\n",
                                          "x = 1\n",
                                          "<<<FILE a.py\n",
                                          ">>>END\n",
                                          "<<<EDIT b.py\n",
                                          "<<<OLD\n",
                                          "<<<NEW\n",
                                          "<<<DELETE c.py>>>\n",
                                          "\t",
                                          "1 | ",
                                          "## a.py\n",
                                          "# ...\n",
                                          "\r",
                                          "<think>",
                                          "</think>"};
  std::mt19937 random(3);
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 30; n > 0; --n) text += parts[random() % parts.size()];
    const ExtractedCode code = extract_code(text);
    if (code.found) {
      ASSERT_TRUE(code.code.ends_with("\n") && !code.code.ends_with("\n\n")) << text;
    }
    for (const EditBlock& edit : extract_edits(text).edits) ASSERT_TRUE(looks_like_path(edit.path)) << text;
  }
}

}  // namespace
}  // namespace p2c::llm
