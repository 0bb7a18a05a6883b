// The shape of the source tree: who may include whom, a README in every layer, files of a readable length.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "support.h"

namespace p2c {
namespace {

constexpr std::size_t kMaxLines = 800;

using Layers = std::set<std::string>;

// apps -> run -> {agents, verify} -> {artefacts, llm, python, paper} -> base; artefacts may include paper.
// Beside it: apps -> smolvlm -> {media, weights} -> {tensor} -> base.
const std::map<std::string, Layers>& may_include() {
  static const Layers middle{"artefacts", "llm", "python", "paper", "base"};
  static const auto with = [](Layers layers, std::initializer_list<std::string> more) {
    layers.insert(more);
    return layers;
  };
  static const std::map<std::string, Layers> allowed{
      {"base", {"base"}},
      {"tensor", {"tensor", "base"}},
      {"weights", {"weights", "tensor", "base"}},
      {"media", {"media", "base"}},
      {"smolvlm", {"smolvlm", "media", "weights", "tensor", "base"}},
      {"python", {"python", "base"}},
      {"paper", {"paper", "base"}},
      {"llm", {"llm", "base"}},
      {"artefacts", {"artefacts", "paper", "base"}},
      {"agents", with(middle, {"agents"})},
      {"verify", with(middle, {"verify"})},
      {"run", with(middle, {"agents", "verify", "run"})},
  };
  return allowed;
}

// All layers, for those at the top: programs, and tests that look at the whole.
Layers everything() {
  Layers layers;
  for (const auto& [name, below] : may_include()) layers.insert(below.begin(), below.end());
  return layers;
}

std::vector<std::string> quoted_includes(const std::string& text) {
  static const std::regex pattern(R"re(^[ \t]*#[ \t]*include[ \t]*"([^"]+)")re");
  std::vector<std::string> includes;
  for (const std::string_view line : split_lines(text)) {
    std::match_results<std::string_view::const_iterator> match;
    if (std::regex_search(line.begin(), line.end(), match, pattern)) includes.push_back(match[1].str());
  }
  return includes;
}

// What a file may include, by its place; `path` is relative to the root of the repository.
Layers allowed_for(const std::string& path) {
  const std::vector<std::string> parts = split(path, '/');
  if (parts[0] == "src" || parts[0] == "tests") {
    const auto it = may_include().find(parts.size() > 2 ? parts[1] : "");
    if (it != may_include().end()) return it->second;
    if (parts[0] == "src") return {};
    if (parts.size() > 2 && (parts[1] == "support" || parts[1] == "layout")) return {"base"};
  }
  return everything();
}

// Sentences about what is wrong with the includes of one file. `exists` answers for paths relative to the
// root.
std::vector<std::string> violations(const std::string& path, const std::string& text,
                                    const std::function<bool(const std::string&)>& exists) {
  std::vector<std::string> found;
  const bool in_src = path.starts_with("src/");
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const Layers allowed = allowed_for(path);
  for (const std::string& include : quoted_includes(text)) {
    if (contains("/" + include + "/", "/../")) {
      found.push_back(path + " includes \"" + include + "\" with ..");
    } else if (exists("src/" + include)) {
      const std::string layer = include.substr(0, include.find('/'));
      if (!allowed.contains(layer)) found.push_back(path + " may not include \"" + include + "\"");
    } else if (in_src) {
      found.push_back(path + " includes \"" + include + "\", which is no layer/file.h under src/");
    } else if (!exists(folder + include) && !exists("tests/" + include) &&
               !exists("tests/support/" + include)) {
      found.push_back(path + " includes \"" + include + "\", which is nowhere");
    }
  }
  return found;
}

bool is_source(const std::string& path) {
  return path.ends_with(".cpp") || path.ends_with(".h") || path.ends_with(".py") || path.ends_with(".cmake");
}

std::vector<std::string> sources_under(const std::string& folder) {
  std::vector<std::string> sources;
  const fs::path root = test::source_path(folder);
  if (!fs::is_directory(root)) return sources;
  for (const std::string& path : list_files(root)) {
    if (!is_source(path) || contains(path, "corpus/") || contains(path, "/data/") ||
        contains(path, "goldens/"))
      continue;
    sources.push_back(folder + "/" + path);
  }
  return sources;
}

std::string source_text(const std::string& path) {
  return read_file(test::source_path(path));
}

TEST(IncludeDirection, IsKeptEverywhere) {
  const auto exists = [](const std::string& path) { return fs::is_regular_file(test::source_path(path)); };
  std::size_t files = 0;
  for (const char* folder : {"src", "apps", "tests"}) {
    for (const std::string& path : sources_under(folder)) {
      ++files;
      for (const std::string& sentence : violations(path, source_text(path), exists))
        ADD_FAILURE() << sentence;
    }
  }
  EXPECT_GT(files, 20u) << "the scan found hardly any files";
}

TEST(IncludeDirection, RulesCatchWhatTheyShould) {
  const std::set<std::string> files{"src/base/json.h",           "src/paper/document.h",
                                    "src/run/store.h",           "src/verify/sandbox.h",
                                    "src/agents/planner/plan.h", "apps/paper2code/commands.h",
                                    "tests/support/support.h"};
  const auto exists = [&](const std::string& path) { return files.contains(path); };
  const auto count = [&](const std::string& path, const std::string& include) {
    return violations(path, "#include \"" + include + "\"\n", exists).size();
  };
  EXPECT_EQ(count("src/base/a.cpp", "base/json.h"), 0u);
  EXPECT_EQ(count("src/base/a.cpp", "paper/document.h"), 1u);
  EXPECT_EQ(count("src/artefacts/a.h", "paper/document.h"), 0u);
  EXPECT_EQ(count("src/llm/a.h", "paper/document.h"), 1u);
  EXPECT_EQ(count("src/agents/a.cpp", "verify/sandbox.h"), 1u);
  EXPECT_EQ(count("src/verify/a.cpp", "agents/planner/plan.h"), 1u);
  EXPECT_EQ(count("src/run/a.cpp", "agents/planner/plan.h"), 0u);
  EXPECT_EQ(count("src/paper/latex/a.cpp", "run/store.h"), 1u);
  EXPECT_EQ(count("src/base/a.cpp", "json.h"), 1u);  // not from src/
  EXPECT_EQ(count("src/base/a.cpp", "../paper/document.h"), 1u);
  EXPECT_EQ(count("src/other/a.cpp", "base/json.h"), 1u);  // a layer nobody knows
  EXPECT_EQ(count("apps/paper2code/main.cpp", "commands.h"), 0u);
  EXPECT_EQ(count("apps/paper2code/main.cpp", "run/store.h"), 0u);
  EXPECT_EQ(count("apps/paper2code/main.cpp", "missing.h"), 1u);
  EXPECT_EQ(count("tests/paper/a_test.cpp", "support.h"), 0u);
  EXPECT_EQ(count("tests/paper/a_test.cpp", "run/store.h"), 1u);
  EXPECT_EQ(count("tests/end_to_end/a_test.cpp", "run/store.h"), 0u);
  EXPECT_EQ(quoted_includes("  #  include \"a/b.h\"  // why\n#include <c.h>\n// #include \"d.h\"\n"),
            std::vector<std::string>{"a/b.h"});
}

TEST(Folders, EveryLayerIsKnownAndHasAReadme) {
  std::size_t layers = 0;
  for (const auto& entry : fs::directory_iterator(test::source_path("src"))) {
    if (!entry.is_directory()) continue;
    ++layers;
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(may_include().contains(name)) << "src/" << name << " has no place in the include direction";
    EXPECT_TRUE(fs::is_regular_file(entry.path() / "README.md")) << "src/" << name << " has no README.md";
  }
  EXPECT_EQ(layers, may_include().size());
}

TEST(Files, AreNotLongerThanTheLimit) {
  for (const char* folder : {"src", "apps", "tests", "bench", "tools", "cmake"}) {
    for (const std::string& path : sources_under(folder)) {
      EXPECT_LE(count_lines(source_text(path)), kMaxLines) << path << " is too long: split it by its nouns";
    }
  }
}

TEST(Files, HeadersOpenWithWhatTheyAreFor) {
  for (const char* folder : {"src", "apps", "tests"}) {
    for (const std::string& path : sources_under(folder)) {
      if (!path.ends_with(".h")) continue;
      const std::string text = source_text(path);
      EXPECT_TRUE(text.starts_with("// ")) << path << " does not say what it is for";
      EXPECT_TRUE(contains(text, "#pragma once")) << path;
    }
  }
}

}  // namespace
}  // namespace p2c
