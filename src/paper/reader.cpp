// From what a person names to a PaperDoc: what it is, which reader takes it, and whether a paper came out.
#include "paper/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "base/archive.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "paper/arxiv/client.h"
#include "paper/arxiv/identifier.h"
#include "paper/figures.h"
#include "paper/sniff.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAcceptedForms =
    "Give a LaTeX folder, a .tex, .tar.gz, .zip, .pdf or .md file, or an arXiv identifier such as 1509.09292 "
    "or its URL.";
// An e-print may be a gzipped tar in a gzip; deeper than this it is a toy.
constexpr int kMaxPackageDepth = 3;
constexpr std::size_t kMinParagraphs = 2;

std::string extension_of(const fs::path& path) {
  return to_lower(path.extension().string());
}

bool is_markdown_name(const fs::path& path) {
  const std::string extension = extension_of(path);
  return extension == ".md" || extension == ".markdown";
}

bool is_tex_name(const fs::path& path) {
  const std::string extension = extension_of(path);
  return extension == ".tex" || extension == ".ltx";
}

[[noreturn]] void throw_unreadable(const std::string& subject, std::string found) {
  throw Error(ErrorCode::bad_input, "not something a paper can be read from",
              {.subject = subject, .found = std::move(found), .hint = std::string(kAcceptedForms)});
}

InputKind classify_file(const fs::path& path) {
  const std::string subject = path.string();
  const bool pdf_name = extension_of(path) == ".pdf";
  switch (sniff(read_head(path))) {
    case Content::empty:
      if (pdf_name) {
        throw Error(ErrorCode::no_text, "the PDF is empty",
                    {.subject = subject, .hint = "Get the file again."});
      }
      throw_unreadable(subject, "an empty file");
    case Content::gzip:
    case Content::tar:
    case Content::zip:
      return InputKind::archive;
    case Content::pdf:
      return InputKind::pdf;
    case Content::postscript:
      throw Error(ErrorCode::bad_input, "PostScript is not read",
                  {.subject = subject, .hint = "Convert it first: ps2pdf file.ps file.pdf."});
    case Content::html:
      throw_unreadable(subject, "an HTML page");
    case Content::json:
    case Content::binary:
      throw_unreadable(subject,
                       pdf_name ? "a file named .pdf without a PDF header" : "a file of another kind");
    case Content::tex:
      return is_markdown_name(path) ? InputKind::markdown : InputKind::latex_file;
    case Content::text:
      break;
  }
  if (is_markdown_name(path)) return InputKind::markdown;
  if (is_tex_name(path)) return InputKind::latex_file;
  throw_unreadable(subject,
                   pdf_name ? "a file named .pdf without a PDF header" : "plain text without LaTeX commands");
}

// Fewer than two blocks of prose: a cover sheet, a figure, a slip of the hand.
void require_paper(PaperDoc& doc, std::string_view source, const ReadOptions& options) {
  std::size_t paragraphs = trim(doc.abstract).empty() ? 0 : 1;
  for (const Block& block : doc.blocks) {
    const bool prose = block.type == BlockType::paragraph || block.type == BlockType::item ||
                       block.type == BlockType::theorem || block.type == BlockType::quote;
    if (prose && !trim(block.text).empty()) ++paragraphs;
  }
  if (paragraphs >= kMinParagraphs) return;
  if (options.accept_short && paragraphs > 0) {
    doc.warnings.push_back({doc.source.main_file, "one paragraph of text: this does not look like a paper"});
    return;
  }
  throw Error(ErrorCode::bad_input, "this does not look like a paper",
              {.subject = std::string(source),
               .found = paragraphs == 0 ? "no paragraph of text" : "one paragraph of text",
               .expected = "sections with paragraphs",
               .hint = "Check that it is the paper itself and not a cover page, a figure or slides."});
}

// Copies of what was read, below kMaxKept in all; a place that cannot be shown is no reason to fail.
void keep_sources(const PaperDoc& doc, const fs::path& root, const ReadOptions& options) {
  if (options.sources_dir.empty()) return;
  constexpr std::uintmax_t kMaxKept = 100u << 20;
  std::uintmax_t kept = 0;
  for (const std::string& file : doc.source.files) {
    std::error_code error;
    const fs::path from = root / file, to = confine(options.sources_dir, file);
    const std::uintmax_t size = fs::file_size(from, error);
    if (error || (kept += size) > kMaxKept) continue;
    fs::create_directories(to.parent_path(), error);
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  }
}

PaperDoc read_pdf_file(const fs::path& pdf, const ReadOptions& options) {
  PaperDoc doc = read_pdf(pdf, options);
  keep_sources(doc, pdf.parent_path(), options);
  return doc;
}

void handle_figures(PaperDoc& doc, const fs::path& root, const ReadOptions& options) {
  keep_sources(doc, root, options);
  inspect_figures(doc, root, options.cancel);
  if (!options.figures_dir.empty()) export_figures(doc, root, options.figures_dir, options.cancel);
}

// A folder of a submission: LaTeX when there is any, else its only PDF, else its only Markdown file.
PaperDoc read_folder(const fs::path& root, const std::string& subject, const ReadOptions& options) {
  const std::vector<std::string> files = list_files(root);
  std::vector<std::string> pdfs, markdowns;
  for (const std::string& file : files) {
    if (is_tex_name(file)) {
      PaperDoc doc = read_latex(root, {}, options);
      handle_figures(doc, root, options);
      return doc;
    }
    if (extension_of(file) == ".pdf") pdfs.push_back(file);
    if (is_markdown_name(file)) markdowns.push_back(file);
  }
  if (pdfs.size() == 1) return read_pdf_file(root / pdfs.front(), options);
  if (pdfs.empty() && markdowns.size() == 1) {
    PaperDoc doc = read_markdown(root / markdowns.front(), options);
    handle_figures(doc, (root / markdowns.front()).parent_path(), options);
    return doc;
  }
  std::vector<std::string> names(
      files.begin(), files.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(files.size(), 5)));
  throw Error(ErrorCode::bad_input, "no LaTeX main file inside",
              {.subject = subject,
               .found = files.empty() ? "no files"
                                      : fmt::format("{} files: {}{}", files.size(), join(names, ", "),
                                                    files.size() > 5 ? ", ..." : ""),
               .expected = "a .tex file with \\documentclass",
               .hint = "Give the folder or archive that holds the paper's .tex files."});
}

// A source package as it came: archive, gzipped file, single TeX file or PDF, told by its bytes (spec 7.3).
PaperDoc read_package(const fs::path& file, const std::string& subject, const ReadOptions& options,
                      int depth = 0) {
  options.cancel.check();
  switch (sniff(read_head(file))) {
    case Content::pdf:
      return read_pdf_file(file, options);
    case Content::tex:
    case Content::text: {
      const TempDir folder("p2c-source");
      fs::copy_file(file, folder.path() / "main.tex");
      PaperDoc doc = read_latex(folder.path(), "main.tex", options);
      handle_figures(doc, folder.path(), options);
      return doc;
    }
    case Content::gzip:
    case Content::tar:
    case Content::zip:
      break;
    case Content::empty:
      throw_unreadable(subject, "an empty file");
    case Content::postscript:
      throw Error(ErrorCode::bad_input, "the submission is PostScript only, which is not read",
                  {.subject = subject, .hint = "Convert it first: ps2pdf file.ps file.pdf."});
    case Content::html:
      throw_unreadable(subject, "an HTML page");
    case Content::json:
    case Content::binary:
      throw_unreadable(subject, "a file of another kind");
  }
  if (depth >= kMaxPackageDepth) {
    throw Error(ErrorCode::unsafe_input, "archives inside archives",
                {.subject = subject, .hint = "Unpack it by hand first."});
  }
  const TempDir folder("p2c-source");
  const ArchiveResult unpacked = unpack_archive(file, folder.path() / "files");
  const bool single = unpacked.files.size() == 1 && !is_tex_name(unpacked.files.front());
  PaperDoc doc = single ? read_package(confine(folder.path() / "files", unpacked.files.front()), subject,
                                       options, depth + 1)
                        : read_folder(folder.path() / "files", subject, options);
  for (const std::string& warning : unpacked.warnings)
    doc.warnings.push_back({fs::path(subject).filename().string(), warning});
  return doc;
}

fs::path cache_dir_of(const ReadOptions& options) {
  if (!options.cache_dir.empty()) return options.cache_dir;
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return fs::path(cache) / "paper2code";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return fs::path(home) / ".cache/paper2code";
  throw Error(ErrorCode::usage, "there is no place for downloads",
              {.expected = "HOME or XDG_CACHE_HOME", .hint = "Set HOME, or name a cache folder."});
}

void take_metadata(PaperDoc& doc, const ArxivMetadata& metadata) {
  if (!metadata.title.empty()) doc.title = metadata.title;
  if (!metadata.authors.empty()) doc.authors = metadata.authors;
  if (!metadata.abstract.empty()) doc.abstract = metadata.abstract;
  doc.categories = metadata.categories;
  doc.date = metadata.updated.substr(0, 10);
  doc.comment = metadata.comment;
  doc.journal_ref = metadata.journal_ref;
  doc.doi = metadata.doi;
}

void report(const ReadOptions& options, const std::string& target, std::string message) {
  if (options.events == nullptr) return;
  options.events->emit({.time = {},
                        .stage = "ingest",
                        .target = target,
                        .kind = "progress",
                        .data = Json{{"message", std::move(message)}}});
}

PaperDoc read_arxiv(const ArxivId& id, const ReadOptions& options) {
  ArxivOptions arxiv;
  if (const char* url = std::getenv("PAPER2CODE_ARXIV_URL"); url != nullptr && *url != '\0')
    arxiv.base_url = url;
  if (!options.arxiv_base_url.empty()) arxiv.base_url = options.arxiv_base_url;
  arxiv.cache_dir = cache_dir_of(options);
  arxiv.spacing = options.arxiv_spacing;
  arxiv.cancel = options.cancel;
  report(options, "arXiv:" + versioned(id), "asking for its metadata");
  const ArxivMetadata metadata = fetch_arxiv_metadata(id, arxiv);
  const std::string name = "arXiv:" + versioned(metadata.id);
  report(options, name, "getting its source");
  ArxivPackage package = fetch_arxiv_package(metadata.id, ArxivWanted::source_or_pdf, arxiv);
  PaperDoc doc;
  try {
    doc = read_package(package.file, name, options);
    require_paper(doc, name, {});  // the PDF may hold more
  } catch (const Error& error) {
    const bool pdf_is_next = sniff(read_head(package.file)) != Content::pdf;
    if (!pdf_is_next || (error.code() != ErrorCode::bad_input && error.code() != ErrorCode::unsafe_input))
      throw;
    report(options, name, "getting its PDF");
    package = fetch_arxiv_package(package.id, ArxivWanted::pdf, arxiv);
    doc = read_package(package.file, name, options);
    package.warnings.push_back(
        {name, "the source could not be read (" + error.message() + "), the PDF was read instead"});
  }
  doc.source.kind = SourceKind::arxiv;
  doc.source.arxiv_id = package.id.id;
  doc.source.version = package.id.version;
  doc.source.retrieved_at = package.retrieved_at;
  take_metadata(doc, metadata);
  doc.warnings.insert(doc.warnings.begin(), package.warnings.begin(), package.warnings.end());
  doc.warnings.insert(doc.warnings.begin(), metadata.warnings.begin(), metadata.warnings.end());
  return doc;
}

PaperDoc read_kind(InputKind kind, std::string_view source, const ReadOptions& options) {
  const fs::path path(source);
  switch (kind) {
    case InputKind::latex_dir:
      return read_folder(path, std::string(source), options);
    case InputKind::latex_file: {
      const fs::path root = path.has_parent_path() ? path.parent_path() : fs::path(".");
      PaperDoc doc = read_latex(root, path.filename().string(), options);
      handle_figures(doc, root, options);
      return doc;
    }
    case InputKind::archive:
      return read_package(path, std::string(source), options);
    case InputKind::pdf:
      return read_pdf_file(path, options);
    case InputKind::markdown: {
      PaperDoc doc = read_markdown(path, options);
      handle_figures(doc, path.has_parent_path() ? path.parent_path() : fs::path("."), options);
      return doc;
    }
    case InputKind::arxiv:
      return read_arxiv(*parse_arxiv_id(source), options);
  }
  throw Error(ErrorCode::internal, "an input kind without a reader");
}

}  // namespace

InputKind classify_source(std::string_view source) {
  const std::string subject(source);
  if (trim(source).empty()) {
    throw Error(ErrorCode::usage, "no paper was named", {.hint = std::string(kAcceptedForms)});
  }
  std::error_code error;
  const bool nul = subject.find('\0') != std::string::npos;
  const fs::file_status status =
      nul ? fs::file_status(fs::file_type::not_found) : fs::status(fs::path(subject), error);
  if (fs::is_directory(status)) return InputKind::latex_dir;
  if (fs::is_regular_file(status)) return classify_file(subject);
  if (fs::exists(status)) throw_unreadable(subject, "neither a file nor a folder");
  if (parse_arxiv_id(source)) return InputKind::arxiv;
  throw Error(ErrorCode::not_found, "no such file or folder, and no arXiv identifier",
              {.subject = subject.substr(0, 200), .hint = std::string(kAcceptedForms)});
}

PaperDoc read_paper(std::string_view source, const ReadOptions& options) {
  PaperDoc doc = read_kind(classify_source(source), source, options);
  options.cancel.check();
  require_paper(doc, source, options);
  return doc;
}

}  // namespace p2c::paper
