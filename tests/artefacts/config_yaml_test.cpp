// The rendered YAML read by a real YAML 1.1 loader, where a python3 with PyYAML is installed, and by our own
// strict reading of the lines otherwise.
#include <gtest/gtest.h>

#include <array>
#include <regex>

#include "artefacts/config.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"

namespace p2c::artefacts {
namespace {

ConfigEntry entry(std::string key, std::string type, Json value) {
  return {
      std::move(key), std::move(type), std::move(value), nullptr, nullptr, nullptr, "", "", "default", ""};
}

// Dumps the document with a type beside every value: {"lr": ["float", 1e-05]}.
constexpr const char* kLoader = R"(
import json, sys, yaml
def tag(v):
    if isinstance(v, dict): return {("" if isinstance(k, str) else "?") + str(k): tag(x) for k, x in v.items()}
    if isinstance(v, list): return ["list", [tag(x) for x in v]]
    return [type(v).__name__, v if isinstance(v, (int, float, str, type(None))) else str(v)]
print(json.dumps(tag(yaml.safe_load(open(sys.argv[1], encoding="utf-8").read()))))
)";

bool python_has_yaml() {
  static const bool has = [] {
    try {
      ProcessOptions spec;
      spec.argv = {"python3", "-c", "import yaml"};
      return run_process(spec).exit_code == 0;
    } catch (const Error&) {
      return false;
    }
  }();
  return has;
}

Json load_with_python(const std::string& yaml) {
  const TempDir dir;
  write_file_atomic(dir.path() / "c.yaml", yaml);
  write_file_atomic(dir.path() / "load.py", kLoader);
  ProcessOptions spec;
  spec.argv = {"python3", (dir.path() / "load.py").string(), (dir.path() / "c.yaml").string()};
  const auto result = run_process(spec);
  EXPECT_EQ(result.exit_code, 0) << result.err << yaml;
  return result.exit_code == 0 ? parse_json(result.out, "loader") : Json();
}

Json expected(const Json& value, const std::string& type) {
  if (value.is_null()) return {"NoneType", nullptr};
  if (value.is_array()) {
    Json items = Json::array();
    for (const auto& item : value) items.push_back(expected(item, ""));
    return {"list", items};
  }
  if (type == "float" || value.is_number_float())
    return type == "int" ? Json{"int", value} : Json{"float", value};
  if (value.is_boolean()) return {"bool", value};
  if (value.is_number()) return {"int", value};
  return {"str", value};
}

const std::vector<ConfigEntry>& nasty_entries() {
  static const std::vector<ConfigEntry> entries = [] {
    std::vector<ConfigEntry> list;
    int n = 0;
    const auto add = [&](std::string type, Json value) {
      list.push_back(entry("k" + std::to_string(n++), std::move(type), std::move(value)));
    };
    for (const double x :
         {1e-5, 1.0, 10.0, 0.1, -2.5e-8, 1e22, 123456789.125, 5e-324, 1.7976931348623157e308, 0.0, 1e16})
      add("float", x);
    add("float", 10);
    for (const std::int64_t x : {10L, 0L, -3L, 9223372036854775807L}) add("int", x);
    add("int", 10.0);
    add("bool", true);
    add("bool", false);
    for (const char* text : {"on",          "Off",
                             "yes",         "NO",
                             "y",           "n",
                             "true",        "False",
                             "null",        "NULL",
                             "~",           "",
                             " ",           " padded ",
                             "1.10",        "010",
                             "0x1f",        "0o7",
                             "1e-5",        "1e5",
                             "1_000",       "10",
                             "1.0",         ".5",
                             "-",           "- a",
                             "2024-01-01",  "2024-01-01 10:00:00",
                             "1:20",        "12:30:45",
                             ":",           "a: b",
                             "a:",          "#",
                             "a #b",        "'",
                             "\"",          "\\",
                             "\\beta_1",    "a\nb",
                             "tab\there",   "%",
                             "@x",          "`x`",
                             "!tag",        "&a",
                             "*a",          "{a}",
                             "[a]",         "a, b",
                             "<<",          "=",
                             "---",         "...",
                             "? a",         "| x",
                             "> x",         ".inf",
                             "-.inf",       ".nan",
                             "nan",         "inf",
                             "Adam",        "relu",
                             "gelu_new",    "data/esol.csv",
                             "v1.2",        "héllo",
                             "日本",        "🙂",
                             "\u2028",      "\ufeffx",
                             "\x01",        "\x7f",
                             "\u0085",      "\r",
                             "nbsp\u00a0x", "{{x}}",
                             "${HOME}"}) {
      add("str", text);
    }
    add("list", Json::array());
    add("list", Json::array({64, 128}));
    add("list", Json::array({0.9, 0.98, 1e-9, 1.0}));
    add("list", Json::array({"on", "1e-5", "a, b", "]", "plain", nullptr, true, Json::array({1, "x"})}));
    add("str", nullptr);
    add("float", nullptr);
    return list;
  }();
  return entries;
}

TEST(RenderYaml, NastyValuesKeepValueAndTypeInARealLoader) {
  if (!python_has_yaml())
    GTEST_SKIP() << "no python3 with PyYAML; the form of the lines is checked by the next test";
  const Config config{1, nasty_entries()};
  for (const char* profile : {"smoke", "small", "paper"}) {
    const Json loaded = load_with_python(render_yaml(config, profile));
    ASSERT_EQ(loaded.size(), config.entries.size());
    for (const auto& e : config.entries)
      EXPECT_EQ(loaded.at(e.key), expected(e.value, e.type)) << e.key << " " << e.value;
  }
}

// The same without a loader: each scalar has a form that YAML 1.1 and 1.2 resolve alike.
TEST(RenderYaml, EveryScalarHasAnUnambiguousForm) {
  const std::regex form(
      R"re(^k\d+: (-?\d+|-?\d+\.\d+(e[-+]\d+)?|true|false|null|[A-Za-z][A-Za-z0-9_./-]*|"([^"\\\x01-\x1f]|\\["\\ntr]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})*"|\[.*\])$)re");
  const std::regex reserved("^k\\d+: (y|n|yes|no|on|off|~)$", std::regex::icase);
  const std::string yaml = render_yaml({1, nasty_entries()}, "paper");
  std::size_t values = 0;
  for (const auto line : split_lines(yaml)) {
    if (line.empty() || line[0] == '#') continue;
    const std::string text(line);
    EXPECT_TRUE(std::regex_match(text, form)) << text;
    EXPECT_FALSE(std::regex_match(text, reserved)) << text;
    ++values;
  }
  EXPECT_EQ(values, nasty_entries().size());
}

TEST(RenderYaml, DottedKeysNestAndGroupsStayTogether) {
  Config config{
      1,
      {entry("seed", "int", 1), entry("optimizer.lr", "float", 1e-3), entry("model.on.off", "int", 2),
       entry("optimizer.name", "str", "adam"), entry("optimizer.betas", "list", Json::array({0.9, 0.999}))}};
  config.entries[1].doc = "Step size.\n# not a comment: x";
  config.entries[1].unit = "per step";
  config.entries[1].status = "specified";
  config.entries[1].req = "R-017";
  config.entries[1].smoke = 0.01;
  EXPECT_EQ(render_yaml(config, "smoke"),
            R"(# Profile "smoke": tiny sizes and few steps on synthetic data, to see that everything runs.
# Every key stands in all profiles; [R-...] names the requirement a value comes from.

# default
seed: 1

optimizer:
  # Step size. # not a comment: x (per step); specified; the paper profile has 0.001 [R-017]
  lr: 0.01
  # default
  name: adam
  # default
  betas: [0.9, 0.999]

model:
  "on":
    # default
    "off": 2
)");
  if (python_has_yaml()) {
    const Json loaded = load_with_python(render_yaml(config, "paper"));
    EXPECT_EQ(loaded.at("optimizer").at("lr"), (Json{"float", 1e-3}));
    EXPECT_EQ(loaded.at("model").at("on").at("off"), (Json{"int", 2}));
  }
}

TEST(RenderYaml, AProfileWithoutItsOwnValueHasTheBaseValue) {
  Config config{1, {entry("a", "int", 1), entry("b", "int", 2)}};
  config.entries[0].smoke = 3;
  EXPECT_TRUE(contains(render_yaml(config, "smoke"), "\na: 3\n"));
  EXPECT_TRUE(contains(render_yaml(config, "small"), "\na: 1\n"));
  EXPECT_TRUE(contains(render_yaml(config, "smoke"), "\nb: 2\n"));
}

TEST(RenderYaml, KeysThatLookLikeNumbersStayStrings) {
  const std::string yaml =
      render_yaml({1, {entry("blocks.1.width", "int", 8), entry("1e5", "int", 2)}}, "paper");
  EXPECT_TRUE(contains(yaml, "\n  \"1\":\n")) << yaml;
  EXPECT_TRUE(contains(yaml, "\n\"1e5\": 2\n")) << yaml;
}

TEST(RenderYaml, NoEntriesAreAnEmptyMapping) {
  EXPECT_TRUE(render_yaml({}, "paper").ends_with("\n{}\n"));
}

TEST(RenderYaml, HostileCommentsStayComments) {
  Config config{1, {entry("a", "int", 1)}};
  config.entries[0].doc = "x\r\nb: 2\u0085c: 3\u2028d: 4\x01\xff";
  const std::string yaml = render_yaml(config, "paper");
  EXPECT_EQ(split_lines(yaml).size(), 5u) << yaml;
  if (python_has_yaml()) {
    EXPECT_EQ(load_with_python(yaml).size(), 1u);
  }
}

void expect_refused(std::vector<ConfigEntry> entries, const std::string& part) {
  try {
    render_yaml({1, std::move(entries)}, "paper");
    ADD_FAILURE() << "accepted: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_TRUE(contains(error.what(), part)) << error.what();
  }
}

TEST(RenderYaml, RefusesWhatCannotBeWritten) {
  expect_refused({entry("a", "int", 1), entry("a.b", "int", 1)}, "below another key");
  expect_refused({entry("a.b", "int", 1), entry("a", "int", 1)}, "other keys are below it");
  expect_refused({entry("a.b", "int", 1), entry("a.b", "int", 2)}, "twice");
  for (const char* key : {"", "a.", ".a", "a..b", "a b", "a:b", "é"})
    expect_refused({entry(key, "int", 1)}, "not a name");
  expect_refused({entry("a.b.c.d.e.f.g.h.i", "int", 1)}, "too many levels");
  expect_refused({entry("a", "int", 1.5)}, "declared type");
  expect_refused({entry("a", "int", "1")}, "declared type");
  expect_refused({entry("a", "bool", 1)}, "declared type");
  expect_refused({entry("a", "float", "1e-5")}, "declared type");
  expect_refused({entry("a", "str", 1)}, "declared type");
  expect_refused({entry("a", "list", 1)}, "declared type");
  expect_refused({entry("a", "list", Json::array({Json::object()}))}, "scalars and lists");
  expect_refused({entry("a", "tensor", 1)}, "unknown type");
  expect_refused({entry("a", "float", std::numeric_limits<double>::infinity())}, "finite");
  Json deep = Json::array();
  for (int i = 0; i < 20; ++i) deep = Json::array({deep});
  expect_refused({entry("a", "list", deep)}, "too deeply");
  EXPECT_THROW(render_yaml({}, "huge"), Error);
}

}  // namespace
}  // namespace p2c::artefacts
