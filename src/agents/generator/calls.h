// The Generator's calls; generator.cpp is their order. Internal to the Generator.
#pragma once

#include <string>
#include <vector>

#include "agents/generator/generator.h"
#include "python/source_facts.h"

namespace p2c::agents::generator {

// G1: the source of every planned file, in topological order. `files` holds what the tool wrote itself and receives them.
void write_sources(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis,
                   const GeneratorOptions& options, llm::Caller& caller, GeneratorResult& result);

// G2: one test file a source file whose specification asks for tests. Never shows a body.
void write_tests(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis,
                 const GeneratorOptions& options, llm::Caller& caller, GeneratorResult& result);

// "pkg/data/loader.py" -> "tests/test_data_loader.py"
std::string test_path_of(const std::string& path);

// Does the source declare what the specification promised, with the promised parameters? Sentences, empty when it does.
std::vector<std::string> check_declarations(const artefacts::FileSpec& spec, const artefacts::PlannedFile& planned,
                                            const python::SourceFacts& facts);
// Is it a test file worth running? `interfaces` are the facts of the package's files by path.
std::vector<std::string> check_tests(const python::SourceFacts& facts, const std::string& code,
                                     const std::map<std::string, python::SourceFacts>& interfaces, const std::string& package);

}  // namespace p2c::agents::generator
