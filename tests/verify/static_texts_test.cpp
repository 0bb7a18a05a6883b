// The small readers under the static checks: requirements, YAML, shell commands, versions, tables, loading a repository.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "verify/auto_fix.h"
#include "verify/checks/commands.h"
#include "verify/checks/requirements_text.h"
#include "verify/checks/tables.h"
#include "verify/checks/yaml_text.h"
#include "verify/static_checks.h"

namespace p2c::verify {
namespace {

TEST(Requirements, AreReadLineByLine) {
  const auto lines = read_requirements(
      "# head\nnumpy>=1.24 # why\njax[cpu] >= 0.4, <0.6\ntorch\n-r other.txt\nhttps://x.org/a.whl#egg=a\n"
      "scipy (>=1.0)\ntomli; python_version < '3.11'\nbad >> 3\n\n");
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[0].name, "numpy");
  EXPECT_EQ(lines[0].line, 2);
  EXPECT_EQ(lines[0].text, "numpy>=1.24");
  EXPECT_EQ(lines[1].extras, "[cpu]");
  ASSERT_EQ(lines[1].bounds.size(), 2u);
  EXPECT_EQ(lines[1].bounds[1].op, "<");
  EXPECT_EQ(lines[2].name, "torch");
  EXPECT_EQ(lines[3].name, "");
  EXPECT_EQ(lines[4].name, "");
  EXPECT_EQ(lines[5].bounds.size(), 1u);
  EXPECT_EQ(lines[6].marker, "python_version < '3.11'");
  EXPECT_EQ(lines[7].name, "");
}

TEST(Requirements, BoundsAllowAVersionOrNot) {
  const auto allows = [](const std::string& requirement, const char* first) {
    return allows_from(read_requirements(requirement).at(0).bounds, first);
  };
  EXPECT_TRUE(allows("a", "2.0"));
  EXPECT_TRUE(allows("a>=1", "2.0"));
  EXPECT_TRUE(allows("a==2.0", "2.0"));
  EXPECT_FALSE(allows("a==1.9.9", "2.0"));
  EXPECT_FALSE(allows("a<2.0", "2.0"));
  EXPECT_TRUE(allows("a<=2.0", "2.0"));
  EXPECT_FALSE(allows("a~=1.4", "2.0"));
  EXPECT_FALSE(allows("a~=1.4.2", "1.5"));
  EXPECT_TRUE(allows("a~=1.4", "1.9"));
  EXPECT_FALSE(allows("a==1.*", "2.0"));
  EXPECT_TRUE(allows("a==2.*", "2.3"));
  EXPECT_TRUE(allows("a!=2.0", "2.0"));
}

TEST(Versions, CompareByTheirNumbers) {
  EXPECT_EQ(compare_versions("1.10", "1.9"), 1);
  EXPECT_EQ(compare_versions("1.0", "1"), 0);
  EXPECT_EQ(compare_versions("2.0rc1", "2.0"), 0);
  EXPECT_EQ(compare_versions("0.9.9", "1"), -1);
  EXPECT_EQ(compare_versions("", "0"), 0);
  EXPECT_EQ(compare_versions("99999999999999999999.1", "1"), 1);
}

TEST(Tables, KnowPackages) {
  EXPECT_EQ(distribution_of("sklearn.svm"), "scikit-learn");
  EXPECT_EQ(distribution_of("cv2"), "opencv-python");
  EXPECT_EQ(distribution_of("torch.nn"), "torch");
  EXPECT_EQ(distribution_of("google.protobuf.message"), "protobuf");
  EXPECT_EQ(distribution_of("no_such_thing"), std::nullopt);
  EXPECT_EQ(corrected_distribution("sklearn"), "scikit-learn");
  EXPECT_EQ(corrected_distribution("numpy"), "");
  EXPECT_EQ(normalised_distribution("Ruamel._-Yaml"), "ruamel-yaml");
  EXPECT_TRUE(is_standard_library("__future__"));
  EXPECT_EQ(first_version_for("NumPy", "3.12"), "1.26.0");
  EXPECT_EQ(first_version_for("numpy", "2.7"), "");
  EXPECT_EQ(customary_import("np"), "import numpy as np");
  EXPECT_EQ(customary_import("about"), "");
  EXPECT_FALSE(is_shadowed_standard_module("test"));
}

// A wrong table would do harm in silence: what it says to write must itself be known and not removed.
TEST(Tables, AreConsistent) {
  ASSERT_GT(removed_names().size(), 100u);
  for (const auto& [name, removed] : removed_names()) {
    EXPECT_FALSE(removed.package.empty()) << name;
    EXPECT_FALSE(removed.since.empty()) << name;
    EXPECT_FALSE(removed.replace.empty()) << name;
    const std::string top = name.substr(0, name.find('.'));
    EXPECT_TRUE(is_standard_library(top) ? removed.package == "python" : distribution_of(top).has_value()) << name;
    if (!removed.is_auto || removed.is_builtin) continue;
    EXPECT_EQ(removed.replace.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."), std::string::npos)
        << name << " is replaced by what is no name: " << removed.replace;
    const std::string written = name.substr(0, name.rfind('.') + 1) + removed.replace;
    EXPECT_FALSE(removed_names().contains(written)) << name << " is replaced by a removed name";
  }
  for (const auto& removed : removed_keywords()) EXPECT_TRUE(distribution_of(removed.call).has_value()) << removed.call;
}

TEST(Yaml, NestedKeysAndValues) {
  const YamlText yaml = read_yaml(
      "# head\na: 1  # one\nb:\n  c: \"x # y\"\n\n  d:\n      e: true\n  f: [1,\n    2]\nlist:\n- 1\n- k: 2\nempty:\n'q r': 3\n"
      "text: |\n  not: a key\nlast: {x: 1}\n");
  EXPECT_TRUE(yaml.is_plain);
  std::vector<std::string> keys;
  for (const YamlLine& line : yaml.lines) {
    keys.push_back(line.key + (line.is_mapping ? "/" : line.is_open ? "*" : "=" + line.value));
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"a=1", "b/", "b.c=\"x # y\"", "b.d/", "b.d.e=true", "b.f*", "list*", "empty=",
                                            "q r=3", "text*", "last*"}));
  EXPECT_EQ(yaml.lines[0].value_at, 3u);
}

TEST(Yaml, WhatIsNotPlainSaysSo) {
  EXPECT_FALSE(read_yaml("base: &b\n  a: 1\nc:\n  <<: *b\n").is_plain);
  EXPECT_FALSE(read_yaml("a: 1\n---\nb: 2\n").is_plain);
  EXPECT_FALSE(read_yaml("just text\n").is_plain);
  EXPECT_EQ(read_yaml("a:\n\tb: 1\n").tab_line, 2);
  EXPECT_TRUE(read_yaml("").is_plain);
  EXPECT_TRUE(read_yaml("---\na: 1\n").is_plain);
}

TEST(Yaml, HostileTextsEnd) {
  std::string deep;
  for (int i = 0; i < 2'000; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(read_yaml(deep).is_plain);
  std::string wide;
  for (int i = 0; i < 100'000; ++i) wide += "k:\n";
  EXPECT_EQ(read_yaml(wide).lines.size(), 100'000u);
}

TEST(ShellWords, EndAtTheFirstOperator) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(shell_words("python -m a.b --x 'y z' 2>&1 | tee log"), (Words{"python", "-m", "a.b", "--x", "y z"}));
  EXPECT_EQ(shell_words("a \"b\"c && d"), (Words{"a", "bc"}));
  EXPECT_EQ(shell_words("a # comment"), (Words{"a"}));
  EXPECT_EQ(shell_words("a b#c > out"), (Words{"a", "b#c"}));
  EXPECT_EQ(shell_words(""), Words{});
  EXPECT_EQ(shell_words("\"open"), (Words{"open"}));
}

TEST(ReplaceName, TakesWholeNamesOnly) {
  std::string line = "np.float(np.float32, xnp.float, a.np.float) + np.float";
  EXPECT_EQ(replace_name(line, "np.float", "float"), 2);
  EXPECT_EQ(line, "float(np.float32, xnp.float, a.np.float) + float");
}

TEST(LoadRepo, LeavesOutWhatIsNoText) {
  const TempDir dir;
  write_file_atomic(dir.path() / "a.py", "x = 1\n");
  write_file_atomic(dir.path() / ".hidden/b.py", "x = 1\n");
  write_file_atomic(dir.path() / "pkg/__pycache__/a.pyc", "x");
  write_file_atomic(dir.path() / "weights.bin", std::string("\0\1", 2));
  write_file_atomic(dir.path() / "data.csv", std::string(3u << 20, '1'));
  write_file_atomic(dir.path() / "configs/a.yaml", "a: 1\n");
  const RepoFiles files = load_repo(dir.path());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_TRUE(files.contains("a.py"));
  EXPECT_TRUE(files.contains("configs/a.yaml"));
}

TEST(LoadRepo, ATooLongProgramIsALimit) {
  const TempDir dir;
  write_file_atomic(dir.path() / "a.py", std::string((2u << 20) + 1, '\n'));
  try {
    load_repo(dir.path());
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::limit);
  }
}

}  // namespace
}  // namespace p2c::verify
