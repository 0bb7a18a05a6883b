// What stays of failing output: the repository's frames, the exception, nothing that differs between runs.
#include "verify/error_record.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "verify/matchers.h"

namespace p2c::verify {
namespace {

using test::has;
using test::lacks;

const std::set<std::string> kFiles = {"pkg/model.py", "pkg/train.py", "tests/test_a.py", "tests/test_b.py",
                                      "tests/test_c.py"};

std::string stable_line(std::string_view line) {
  std::string text = stable_text(line);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

TEST(StableText, DropsWhatDiffersBetweenRuns) {
  EXPECT_EQ(stable_line("<Net object at 0x7f3a2b4c5d6e>"), "<Net object at 0xADDRESS>");
  EXPECT_EQ(stable_line("mask 0xff kept"), "mask 0xff kept");
  EXPECT_EQ(stable_line("took 3.21s, 12 ms, 4 seconds"), "took <duration>, <duration>, <duration>");
  EXPECT_EQ(stable_line("at 12:34:56.789 on 2026-01-31"), "at <time> on <date>");
  EXPECT_EQ(stable_line("2026-01-31T12:34:56Z ok"), "<date>T<time>Z ok");
  EXPECT_EQ(stable_line("wrote /tmp/tmpab12/x.pt)"), "wrote /tmp/<temporary>)");
  EXPECT_EQ(stable_line("File \"/work/pkg/model.py\", line 3"), "File \"pkg/model.py\", line 3");
  EXPECT_EQ(stable_line("/home/u/.cache/p/e/12ab/lib/python3.11/site-packages/torch/nn.py:12: UserWarning"),
            "/site-packages/torch/nn.py:12: UserWarning");
  EXPECT_EQ(stable_line("/usr/lib/python3.11/json/decoder.py"), "<python>/json/decoder.py");
  EXPECT_EQ(stable_line("worker (pid 1234) died, pid=77"), "worker (pid <number>) died, pid=<number>");
  EXPECT_EQ(stable_line("\x1b[31mred\x1b[0m"), "red");
  EXPECT_EQ(stable_line("first\rsecond\r"), "second");
  EXPECT_EQ(stable_text(" 42%|####      | 42/100 [00:01<00:02, 31.1it/s]\n"), "");
}

TEST(StableText, RoundsFloatsAndNothingElse) {
  EXPECT_EQ(stable_line("0.12345678 -1.23456789e-05 123456.789 1e10 0.5 2.0 1.5e-5"),
            "0.1235 -1.235e-05 1.235e+05 1e10 0.5 2.0 1.5e-5");
  EXPECT_EQ(stable_line("torch 2.13.0+cpu, 123456 items, x1.2345678, v10.20.30"),
            "torch 2.13.0+cpu, 123456 items, x1.2345678, v10.20.30");
  EXPECT_EQ(stable_line("shape (3, 4) line 33, 1000000007"), "shape (3, 4) line 33, 1000000007");
  EXPECT_EQ(stable_line("(0.30000000000000004)"), "(0.3)");
}

TEST(StableText, IsStableItself) {
  for (const char* text :
       {"took 3.21s at 0x7f3a2b4c5d6e 0.123456789 /tmp/x 2026-01-31T12:34:56",
        "/x/site-packages/torch/nn.py:1: /lib/python3.11/json", "1.23456e5 1..2 1.2.3.4 5e 5e+ .5 5. 0x"}) {
    EXPECT_EQ(stable_text(stable_text(text)), stable_text(text));
  }
}

constexpr const char* kTraceback = R"(Some warning line
Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "/work/pkg/train.py", line 40, in main
    loss = model(batch)
           ^^^^^^^^^^^^
  File "/env/lib/python3.11/site-packages/torch/nn/modules/module.py", line 1500, in _call_impl
    return forward_call(*args)
           ^^^^^^^^^^^^^^^^^^^
  File "/work/pkg/model.py", line 12, in forward
    return self.linear(x)
  File "/env/lib/python3.11/site-packages/torch/nn/modules/linear.py", line 100, in forward
    return F.linear(input, self.weight)
RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x7 and 3x4)
)";

TEST(ErrorRecord, KeepsTheFramesOfTheRepository) {
  const ErrorRecord record = read_error(kTraceback, kFiles);
  EXPECT_EQ(record.exception, "RuntimeError");
  EXPECT_EQ(record.message, "mat1 and mat2 shapes cannot be multiplied (2x7 and 3x4)");
  ASSERT_EQ(record.frames.size(), 2u);
  EXPECT_EQ(record.innermost()->file, "pkg/model.py");
  EXPECT_EQ(record.innermost()->line, 12);
  EXPECT_EQ(record.innermost()->function, "forward");
  EXPECT_EQ(record.text,
            "Some warning line\nTraceback (most recent call last):\n  [frames outside the repository]\n"
            "  File \"pkg/train.py\", line 40, in main\n    loss = model(batch)\n"
            "  [frames outside the repository]\n  File \"pkg/model.py\", line 12, in forward\n    return "
            "self.linear(x)\n"
            "  [frames outside the repository]\nRuntimeError: mat1 and mat2 shapes cannot be multiplied (2x7 "
            "and 3x4)\n");
}

TEST(ErrorRecord, TakesTheLastOfChainedExceptions) {
  const ErrorRecord record = read_error(
      "Traceback (most recent call last):\n  File \"/work/pkg/model.py\", line 3, in f\n    "
      "d['k']\nKeyError: 'k'\n\n"
      "During handling of the above exception, another exception occurred:\n\n"
      "Traceback (most recent call last):\n  File \"/work/pkg/train.py\", line 9, in main\n    "
      "f()\npkg.errors.ConfigError: no key 'k'\n",
      kFiles);
  EXPECT_EQ(record.exception, "ConfigError");
  ASSERT_EQ(record.frames.size(), 1u);
  EXPECT_EQ(record.innermost()->file, "pkg/train.py");
}

TEST(ErrorRecord, KeepsFramesWhenTheLastTracebackHasNone) {
  const ErrorRecord record = read_error(
      "Traceback (most recent call last):\n  File \"/work/pkg/model.py\", line 3, in f\n    x\nValueError: "
      "a\n\n"
      "The above exception was the direct cause of the following exception:\n\n"
      "Traceback (most recent call last):\n  File \"/usr/lib/python3.11/runpy.py\", line 9, in g\n    "
      "y\nRuntimeError: b\n",
      kFiles);
  EXPECT_EQ(record.exception, "RuntimeError");
  ASSERT_NE(record.innermost(), nullptr);
  EXPECT_EQ(record.innermost()->file, "pkg/model.py");
}

TEST(ErrorRecord, ReadsSyntaxErrorsAndMessagesOfManyLines) {
  const ErrorRecord syntax = read_error(
      "  File \"/work/pkg/model.py\", line 5\n    def f(:\n          ^\nSyntaxError: invalid syntax\n",
      kFiles);
  EXPECT_EQ(syntax.exception, "SyntaxError");
  EXPECT_EQ(syntax.innermost()->line, 5);
  const ErrorRecord many = read_error(
      "Traceback (most recent call last):\n  File \"/work/tests/test_a.py\", line 6, in test_a\n    assert\n"
      "AssertionError: \nNot equal to tolerance rtol=1e-05, atol=0\n\nMismatched elements: 1 / 2\n",
      kFiles);
  EXPECT_EQ(many.exception, "AssertionError");
  EXPECT_TRUE(has(many.message, "Not equal to tolerance rtol=1e-05"));
  EXPECT_TRUE(has(many.text, "Mismatched elements"));
}

TEST(ErrorRecord, ReadsPytestsShortFormAndStackDumps) {
  const ErrorRecord short_form = read_error(
      "ImportError while importing test module '/work/tests/test_b.py'.\nTraceback:\n"
      "/opt/python/lib/python3.11/importlib/__init__.py:126: in import_module\n    return _bootstrap\n"
      "tests/test_b.py:1: in <module>\n    import nothere\nE   ModuleNotFoundError: No module named "
      "'nothere'\n",
      kFiles);
  EXPECT_EQ(short_form.exception, "ModuleNotFoundError");
  ASSERT_EQ(short_form.frames.size(), 1u);
  EXPECT_EQ(short_form.innermost()->file, "tests/test_b.py");
  EXPECT_TRUE(lacks(short_form.text, "_bootstrap"));

  const ErrorRecord dump = read_error(
      "Timeout (0:02:00)!\nThread 0x00007fce233d6b80 (most recent call first):\n  File "
      "\"/work/pkg/model.py\", line 4 in loop\n"
      "  File \"/work/tests/test_c.py\", line 9 in test_hang\n  File "
      "\"/env/lib/python3.11/site-packages/_pytest/python.py\", line 187 in x\n",
      kFiles);
  EXPECT_EQ(dump.exception, "");
  ASSERT_EQ(dump.frames.size(), 2u);
  EXPECT_EQ(dump.innermost()->file, "pkg/model.py");
}

TEST(ErrorRecord, KeepsTheEndAndCutsLongLines) {
  std::string output;
  for (int i = 0; i < 500; ++i) output += "line " + std::to_string(i) + "\n";
  output += std::string(5'000, 'x') + "\n";
  const ErrorRecord record = read_error(output, kFiles, {.lines = 30, .line_bytes = 50});
  EXPECT_TRUE(record.text.starts_with("[471 earlier lines left out]\nline 471\n"));
  EXPECT_TRUE(has(record.text, std::string(50, 'x') + " [line cut]\n"));
  EXPECT_EQ(read_error("", kFiles).text, "");
  EXPECT_EQ(read_error("\xff\xfe\x00", kFiles).exception, "");
}

}  // namespace
}  // namespace p2c::verify
