// The Generator: files, tests, project files and provenance (spec 4.3).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agents/analyzer/analyzer.h"
#include "artefacts/trace.h"

namespace p2c::agents {

using FilesByPath = std::map<std::string, std::string>;

// Static checks of one just-written file against the files so far: sentences, empty when clean. Given by the caller of
// generate(), since checks live in another layer.
using FileGate = std::function<std::vector<std::string>(const FilesByPath& files, const std::string& path)>;

struct GeneratorOptions {
  int jobs = 1;
  FileGate gate;           // may be empty
  std::string licence_header;  // first comment of each source file; may be empty
};

struct GeneratorResult {
  FilesByPath files;       // the whole repository
  std::vector<artefacts::ProvenanceRegion> provenance;
  std::vector<std::string> warnings;   // files emitted although a gate still complained, with what
};

// G1 as soon as what a file imports is written, G2 as soon as the file is written, both in parallel; G3 by code.
GeneratorResult generate(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis,
                         const GeneratorOptions& options, llm::Caller& caller);

// G3: everything written by code, by path: configs/*.yaml, requirements.txt, README.md, REPRODUCTION.md, reproduce.sh,
// <package>/__init__.py files, <package>/config.py, <package>/runtime.py, tests/conftest.py, .gitignore, LICENSE is left to the user.
FilesByPath project_files(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis);

// The Python modules project_files() writes itself: path relative to the package -> source. Their interface cards go into
// prompts so that generated files use them: config.py (load_config) and runtime.py (set_seed, get_device, write_metrics).
FilesByPath provided_modules(const std::string& package, const std::string& framework);

// Regions of all .py and .yaml files from their definitions and their tags "[R-001, E3, A2:7, D-04]" in comments and
// docstrings; a definition without tags inherits those of its class or file. `origin` for files written by code: "template".
std::vector<artefacts::ProvenanceRegion> trace_provenance(const FilesByPath& files, const FilesByPath& template_files);
// One JSON object a line.
std::string provenance_jsonl(const std::vector<artefacts::ProvenanceRegion>& regions);

}  // namespace p2c::agents
