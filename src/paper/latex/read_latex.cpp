// One LaTeX source to a PaperDoc: main file, expansion, blocks, bibliography (spec 8).
#include "paper/latex/read_latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "paper/latex/bibliography.h"
#include "paper/latex/builder.h"
#include "paper/latex/expander.h"
#include "paper/latex/main_file.h"
#include "paper/links.h"
#include "paper/reader.h"

namespace p2c::paper {

namespace latex {

namespace {

constexpr std::size_t kMinMacroAbstract = 200;  // bytes of a macro that may stand in for a missing abstract

// Entries of .bib files or a biblatex .bbl: those cited, in order of citation; all with \nocite{*}, or when
// nothing is cited but a list is printed.
void add_database_entries(SourceTree& sources, const Expander& expander,
                          const std::vector<std::string>& cited, Names& names, PaperDoc& doc) {
  std::vector<BibRecord> records;
  const auto read = [&](const std::string& path) {
    const SourceFile* file = path.empty() ? nullptr : sources.load(path);
    if (file == nullptr) return false;
    std::vector<BibRecord> more = extension_of(path) == "bbl"
                                      ? parse_biblatex_bbl(source_text(*file, 0, file->bytes.size()))
                                      : parse_bib(source_text(*file, 0, file->bytes.size()));
    records.insert(records.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    doc.source.files.push_back(path);
    return true;
  };
  const bool from_bbl = !expander.biblatex_bbl().empty() && read(expander.biblatex_bbl());
  if (!from_bbl) {
    std::unordered_set<std::string> seen;
    for (const std::string& name : expander.bibliographies()) {
      const std::string path = sources.resolve(name, {"", ".bib"}, expander.main_folder(), "");
      if (path.empty()) {
        doc.warnings.push_back({"", fmt::format("bibliography {} is not in the source", name)});
      } else if (seen.insert(path).second) {
        read(path);
      }
    }
    if (expander.bibliographies().empty()) {
      std::vector<std::string> bibs;
      for (const std::string& path : sources.paths()) {
        if (extension_of(path) == "bib") bibs.push_back(path);
      }
      if (bibs.size() == 1) read(bibs[0]);
    }
  }
  std::unordered_map<std::string, const BibRecord*> by_key;
  for (const BibRecord& record : records) by_key.emplace(record.key, &record);
  const bool all = from_bbl || std::find(cited.begin(), cited.end(), "*") != cited.end();
  std::unordered_set<std::string> added;
  const auto add = [&](const BibRecord& record) {
    if (doc.bibliography.size() < 5'000 && added.insert(record.key).second)
      doc.bibliography.push_back(to_entry(record, names));
  };
  if (all) {
    for (const BibRecord& record : records) add(record);
    if (from_bbl) {
      for (std::size_t i = 0; i < doc.bibliography.size(); ++i)
        doc.bibliography[i].label = fmt::format("[{}]", i + 1);
    }
    return;
  }
  std::size_t missing = 0;
  std::string examples;
  for (const std::string& key : cited) {
    const auto found = by_key.find(key);
    if (found != by_key.end()) {
      add(*found->second);
    } else if (!records.empty() && ++missing <= 10) {
      examples += (examples.empty() ? "" : ", ") + key;
    }
  }
  if (missing > 0)
    doc.warnings.push_back(
        {"", fmt::format("{} cited key(s) are not in the bibliography: {}", missing, examples)});
}

// The class file that would read them is missing: files beside the paper that define its title.
void read_stray_metadata(SourceTree& sources, Expander& expander, const std::string& main_file) {
  for (const std::string& path : sources.paths()) {
    if (extension_of(path) != "tex" || path == main_file) continue;
    const auto& read = expander.files();
    if (std::find(read.begin(), read.end(), path) != read.end()) continue;
    const SourceFile* file = sources.load(path);
    if (file->bytes.size() > (1u << 20) || !contains(file->bytes, "\\title") ||
        contains(file->bytes, "\\documentclass") || contains(file->bytes, "\\section"))
      continue;
    expander.read_front_matter(path);
    return;
  }
}

bool has_control(const TokenList& tokens, const Names& names, std::string_view wanted) {
  return std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) {
    return t.kind == TokenKind::control && names.text(t.value) == wanted;
  });
}

}  // namespace

PaperDoc read_sources(SourceTree& sources, std::string_view main_file, const CancelToken& cancel) {
  PaperDoc doc;
  doc.source.kind = SourceKind::latex;
  MainFiles files;
  if (main_file.empty()) {
    files = choose_main_file(sources);
  } else {
    files.main = std::string(main_file);
    if (!sources.has(files.main)) {
      throw Error(ErrorCode::not_found, "no such file in the source",
                  {.subject = files.main, .found = {}, .expected = {}, .hint = {}});
    }
  }
  doc.source.main_file = files.main;
  Names names;
  Expander expander(sources, names, cancel);
  expander.run(files.main);
  for (const std::string& supplement : files.supplements) expander.run_supplement(supplement);
  const bool titled =
      has_control(expander.output(), names, "title") || has_control(expander.output(), names, "icmltitle");
  if (!titled) read_stray_metadata(sources, expander, files.main);

  SourceFacts facts;
  facts.document_class = expander.document_class();
  facts.main_folder = expander.main_folder();
  facts.graphics_folders = expander.graphics_folders();
  facts.package_options = expander.package_options();
  doc.macros = expander.macros();
  const Stream stream = match_structure(expander.take_output(), names);
  cancel.check();
  DocumentBuilder builder(stream, names, sources, facts, doc);
  builder.build();
  cancel.check();
  if (doc.abstract.empty()) {
    for (const Macro& macro : doc.macros) {
      if (macro.arguments != 0 || macro.body.size() < kMinMacroAbstract ||
          !contains(to_lower(macro.name), "abstract"))
        continue;
      doc.abstract = bib_text(macro.body, names);
      doc.warnings.push_back(
          {"",
           fmt::format("the abstract was taken from {}, which nothing in the source prints", macro.name)});
      break;
    }
  }
  doc.source.files = expander.files();
  if (doc.bibliography.empty()) add_database_entries(sources, expander, builder.cited_keys(), names, doc);
  if (!doc.bibliography.empty()) builder.add_references_block(std::nullopt);
  builder.finish();
  if (doc.bibliography.empty() && !builder.cited_keys().empty()) {
    doc.warnings.push_back({"", fmt::format("{} cited key(s) have no entry: the source holds no bibliography (.bbl or .bib)", builder.cited_keys().size())});
  }
  if (doc.bibliography.empty()) {
    std::erase_if(doc.blocks, [](const Block& block) { return block.type == BlockType::references; });
  }
  for (std::size_t i = 0; i < doc.blocks.size(); ++i) doc.blocks[i].order = i;
  collect_urls(doc);
  std::vector<Warning> warnings = expander.take_warnings();
  doc.warnings.insert(doc.warnings.begin(), std::make_move_iterator(warnings.begin()),
                      std::make_move_iterator(warnings.end()));

  std::string all;
  for (const std::string& path : doc.source.files) {
    if (const SourceFile* file = sources.load(path)) all += file->bytes;
  }
  doc.source.sha256 = sha256_hex(all);
  return doc;
}

}  // namespace latex

PaperDoc read_latex(const std::filesystem::path& root, std::string_view main_file,
                    const ReadOptions& options) {
  latex::SourceTree sources(root);
  return latex::read_sources(sources, main_file, options.cancel);
}

}  // namespace p2c::paper
