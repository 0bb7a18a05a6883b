// What the Analyzer decided: section map, decisions, one specification a file (spec 3.6 to 3.8).
#pragma once

#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

struct SectionEntry {
  std::string section;  // block id
  std::string summary;
  std::vector<std::string> reqs, decisions, files, symbols, equations;
  std::vector<std::string> uncovered;             // block ids with implementable content not yet in a requirement
  std::string uncovered_reason;                   // why they may stay uncovered
  template <class V>
  void fields(V& v) {
    v("section", section); v("summary", summary); v("reqs", reqs); v("decisions", decisions); v("files", files);
    v("symbols", symbols); v("equations", equations); v("uncovered", uncovered); v("uncovered_reason", uncovered_reason);
  }
};
struct SectionMap {
  int schema_version = 1;
  std::vector<SectionEntry> sections;
  template <class V>
  void fields(V& v) { v("schema_version", schema_version); v("sections", sections); }
};

struct Decision {
  std::string id;  // "D-01"
  std::string question;
  std::vector<std::string> options;
  std::string choice;
  std::string basis;  // paper, citation, convention, default
  std::string rationale;
  std::vector<std::string> reqs;
  double confidence = 0.5;  // 0..1
  std::vector<std::string> affects;  // file paths
  std::string reversible_by;         // config key
  template <class V>
  void fields(V& v) {
    v("id", id); v("question", question); v("options", options); v("choice", choice); v("basis", basis); v("rationale", rationale);
    v("reqs", reqs); v("confidence", confidence); v("affects", affects); v("reversible_by", reversible_by);
  }
};
struct Decisions {
  int schema_version = 1;
  std::vector<Decision> decisions;
  template <class V>
  void fields(V& v) { v("schema_version", schema_version); v("decisions", decisions); }
};

struct SpecImport {
  std::string module;
  std::vector<std::string> names;
  std::string why;
  template <class V>
  void fields(V& v) { v("module", module); v("names", names); v("why", why); }
};
struct SpecParam {
  std::string name, type, shape, default_value, config_key;
  template <class V>
  void fields(V& v) { v("name", name); v("type", type); v("shape", shape); v("default", default_value); v("config_key", config_key); }
};
struct SpecSymbol {
  std::string name, signature;
  std::vector<SpecParam> params;
  std::string returns, raises, doc;
  template <class V>
  void fields(V& v) {
    v("name", name); v("signature", signature); v("params", params); v("returns", returns); v("raises", raises); v("doc", doc);
  }
};
struct SpecStep {
  int n = 0;
  std::string text;
  std::vector<std::string> reqs;
  std::string eq;        // equation id
  std::string alg_line;  // "A2:7"
  template <class V>
  void fields(V& v) { v("n", n); v("text", text); v("reqs", reqs); v("eq", eq); v("alg_line", alg_line); }
};
struct SpecShape {
  std::string at, name, dims, dtype;
  template <class V>
  void fields(V& v) { v("at", at); v("name", name); v("dims", dims); v("dtype", dtype); }
};
struct SpecNumeric {
  std::string item;
  Json value;
  std::string req;
  template <class V>
  void fields(V& v) { v("item", item); v("value", value); v("req", req); }
};
struct SpecTest {
  std::string name;
  std::string kind;  // shape, grad, equation, property, smoke
  std::string arrange, assertion, tolerance;
  template <class V>
  void fields(V& v) { v("name", name); v("kind", kind); v("arrange", arrange); v("assert", assertion); v("tolerance", tolerance); }
};

struct FileSpec {
  int schema_version = 1;
  std::string path, summary;
  std::vector<SpecImport> imports;
  std::vector<SpecSymbol> symbols;
  std::vector<SpecStep> steps;
  std::vector<SpecShape> shapes;
  std::vector<SpecNumeric> numerics;
  std::vector<std::string> config_keys;
  std::string state;
  std::vector<std::string> invariants;
  std::vector<SpecTest> tests;
  std::vector<std::string> forbids;
  std::string notes;
  template <class V>
  void fields(V& v) {
    v("schema_version", schema_version); v("path", path); v("summary", summary); v("imports", imports); v("symbols", symbols);
    v("steps", steps); v("shapes", shapes); v("numerics", numerics); v("config_keys", config_keys); v("state", state);
    v("invariants", invariants); v("tests", tests); v("forbids", forbids); v("notes", notes);
  }
};

}  // namespace p2c::artefacts
