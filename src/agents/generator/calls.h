// The Generator's calls; generator.cpp is their order. Internal to the Generator.
#pragma once

#include <string>
#include <vector>

#include "agents/generator/generator.h"
#include "python/source_facts.h"

namespace p2c::agents::generator {

// What every G1 and G2 call of a run shares.
struct WritingContext {
  const paper::PaperDoc& paper;
  const PlannerResult& planned;
  const AnalyzerResult& analysis;
  const GeneratorOptions& options;
  llm::Caller& caller;
  std::string prefix;                // common_prefix()
  const FilesByPath& templates;      // what the tool writes itself
};

// G1: the source of one planned file. `files` holds the templates and every file it depends on, directly or not, and no other:
// so that the answer to a prompt never depends on what happened to be finished.
llm::CodeAnswer write_source(const WritingContext& context, const artefacts::PlannedFile& file, const FilesByPath& files);

// G2: the tests of one written file; `files` as above plus the file itself. Never shows a body.
llm::CodeAnswer write_test(const WritingContext& context, const artefacts::PlannedFile& file, const FilesByPath& files);

// "pkg/data/loader.py" -> "tests/test_data_loader.py"
std::string test_path_of(const std::string& path);

// Does the source declare what the specification promised, with the promised parameters? Sentences, empty when it does.
std::vector<std::string> check_declarations(const artefacts::FileSpec& spec, const artefacts::PlannedFile& planned,
                                            const python::SourceFacts& facts);
// Is it a test file worth running? `interfaces` are the facts of the package's files by path.
std::vector<std::string> check_tests(const python::SourceFacts& facts, const std::string& code,
                                     const std::map<std::string, python::SourceFacts>& interfaces, const std::string& package);

}  // namespace p2c::agents::generator
