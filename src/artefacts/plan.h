// The repository before it is written: files, symbols, data contract, order (spec 3.4, plan.json).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

struct EntryPoint {
  std::string name;     // train, evaluate, ...
  std::string path;     // "fingerprints/train.py"
  std::string command;  // "python -m fingerprints.train --config configs/smoke.yaml"
  std::string purpose;
  std::string profile;  // the profile its command uses: smoke, small, paper
  template <class V>
  void fields(V& v) { v("name", name); v("path", path); v("command", command); v("purpose", purpose); v("profile", profile); }
};

struct PlannedSymbol {
  std::string name;       // "NeuralFingerprint" or "NeuralFingerprint.forward"
  std::string kind;       // class, function, method, constant
  std::string signature;  // Python: "def softmax_write(r: Tensor, w: Tensor) -> Tensor"
  std::string doc;
  std::string returns;
  template <class V>
  void fields(V& v) { v("name", name); v("kind", kind); v("signature", signature); v("doc", doc); v("returns", returns); }
};

struct PlannedFile {
  std::string path;
  std::string kind = "module";     // module, script, config, test, doc
  std::string purpose;
  std::vector<std::string> owns;   // requirement ids
  std::vector<PlannedSymbol> symbols;
  std::vector<std::string> depends_on;  // paths of planned files
  int est_lines = 100;
  int order = 0;                   // Kahn order
  template <class V>
  void fields(V& v) {
    v("path", path); v("kind", kind); v("purpose", purpose); v("owns", owns); v("symbols", symbols); v("depends_on", depends_on);
    v("est_lines", est_lines); v("order", order);
  }
};

struct DataContract {
  std::string name, dtype, shape;  // shape symbolic: "[B, T, d_model]"
  std::string producer;            // file path or symbol
  std::vector<std::string> consumers;
  std::string meaning;
  template <class V>
  void fields(V& v) {
    v("name", name); v("dtype", dtype); v("shape", shape); v("producer", producer); v("consumers", consumers); v("meaning", meaning);
  }
};

struct Dimension {
  std::string meaning;
  Json paper, smoke;  // integers or null
  template <class V>
  void fields(V& v) { v("meaning", meaning); v("paper", paper); v("smoke", smoke); }
};

struct DatasetPlan {
  std::string name, req, source_hint, licence;
  std::vector<std::string> splits;
  std::string schema;               // columns or arrays
  std::string synthetic_generator;  // file that makes a synthetic stand-in
  template <class V>
  void fields(V& v) {
    v("name", name); v("req", req); v("source_hint", source_hint); v("licence", licence); v("splits", splits); v("schema", schema);
    v("synthetic_generator", synthetic_generator);
  }
};

struct Experiment {
  std::string id;
  std::vector<std::string> reqs;
  std::string dataset, model, metric, command, paper_value, tolerance, cost_estimate;
  template <class V>
  void fields(V& v) {
    v("id", id); v("reqs", reqs); v("dataset", dataset); v("model", model); v("metric", metric); v("command", command);
    v("paper_value", paper_value); v("tolerance", tolerance); v("cost_estimate", cost_estimate);
  }
};

struct Package {
  std::string pip, import_name, constraint, why;
  bool optional = false;
  template <class V>
  void fields(V& v) { v("pip", pip); v("import_name", import_name); v("constraint", constraint); v("why", why); v("optional", optional); }
};

struct Risk {
  std::string text;
  std::vector<std::string> reqs;
  template <class V>
  void fields(V& v) { v("text", text); v("reqs", reqs); }
};

struct Plan {
  int schema_version = 1;
  std::string framework = "pytorch";  // pytorch, jax, hf
  std::string python = ">=3.11";
  std::string package;                // name of the package directory
  std::vector<EntryPoint> entry_points;
  std::vector<PlannedFile> files;     // in build order
  std::vector<DataContract> data_contract;
  std::map<std::string, Dimension> dims;
  std::vector<DatasetPlan> datasets;
  std::vector<Experiment> experiments;
  std::vector<Package> packages;
  std::vector<Risk> risks, open_questions;
  std::vector<std::string> warnings;  // what code repaired after the gates
  template <class V>
  void fields(V& v) {
    v("schema_version", schema_version); v("framework", framework); v("python", python); v("package", package);
    v("entry_points", entry_points); v("files", files); v("data_contract", data_contract); v("dims", dims); v("datasets", datasets);
    v("experiments", experiments); v("packages", packages); v("risks", risks); v("open_questions", open_questions);
    v("warnings", warnings);
  }
  const PlannedFile* find(const std::string& path) const {
    for (const auto& f : files) if (f.path == path) return &f;
    return nullptr;
  }
};

}  // namespace p2c::artefacts
