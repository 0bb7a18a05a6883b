// paper2code read: the paper as paper.json, paper.md and figures/.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/error.h"
#include "base/files.h"
#include "command.h"
#include "output.h"
#include "paper/outputs.h"
#include "paper/preview/preview.h"
#include "paper/reader.h"
#include "run/naming.h"

namespace p2c::cli {
namespace {

struct ReadCommand {
  std::string source;
  std::filesystem::path directory;
  bool preview = false;
  OutputOptions output;
};

constexpr const char* kText =
    "paper.json is the Paper document: numbered blocks, equations, algorithms, tables, figures, references; "
    "paper.md is the\n"
    "same for people; figures/ holds the pictures. --preview adds preview.html, one page with everything that was "
    "understood\n"
    "beside the place it was read from. No model is asked.\n"
    "\nExamples:\n"
    "  paper2code read paper.tar.gz\n"
    "  paper2code read arXiv:1706.03762 -o attention";

// A new folder, an empty one, or one that an earlier reading filled; its pictures go, since they may be another paper's.
void require_own_folder(const std::filesystem::path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) return;
  if (!std::filesystem::is_directory(directory, error)) {
    throw Error(ErrorCode::bad_input, "exists and is no folder", {.subject = directory.string(), .hint = "Give another one with -o."});
  }
  if (std::filesystem::is_empty(directory, error) || error) return;
  if (!std::filesystem::exists(directory / "paper.json", error)) {
    throw Error(ErrorCode::bad_input, "holds other things than a paper", {.subject = directory.string(), .hint = "Give a new folder with -o."});
  }
  remove_tree(directory / "figures");
}

int read(const ReadCommand& command) {
  Output output(command.output);
  const CancelToken cancel;
  cancel_on_signals(cancel);
  const std::filesystem::path directory =
      command.directory.empty() ? std::filesystem::path(run::short_name(command.source) + "-paper")
                                : command.directory;
  require_own_folder(directory);
  paper::ReadOptions options;
  options.figures_dir = directory / "figures";
  options.accept_short = true;
  options.events = &output.events();
  options.cancel = cancel;
  std::optional<TempDir> sources;
  if (command.preview) options.sources_dir = sources.emplace("p2c-sources").path();
  const paper::PaperDoc doc = paper::read_paper(command.source, options);
  if (command.preview) {
    paper::PreviewOptions preview;
    preview.sources_dir = options.sources_dir;
    preview.figures_dir = options.figures_dir;
    preview.cancel = cancel;
    write_file_atomic(directory / "preview.html", paper::render_preview(doc, preview));
  }
  paper::write_paper_outputs(doc, directory);
  output.finish_progress();
  std::size_t sections = 0;
  for (const paper::Block& block : doc.blocks) sections += block.type == paper::BlockType::section ? 1 : 0;
  output.line("title    " + doc.title);
  output.line(
      fmt::format("content  {} sections, {} equations, {} algorithms, {} tables, {} figures, {} references",
                  sections, doc.equations.size(), doc.algorithms.size(), doc.tables.size(),
                  doc.figures.size(), doc.bibliography.size()));
  if (!doc.warnings.empty()) output.line(fmt::format("warnings {} (in paper.json)", doc.warnings.size()));
  output.line("written  " + (directory / "paper.json").string() + ", paper.md" + (command.preview ? ", preview.html" : "") +
              (std::filesystem::exists(options.figures_dir) ? ", figures/" : ""));
  output.result(Json{{"directory", directory.string()},
                     {"title", doc.title},
                     {"sections", sections},
                     {"equations", doc.equations.size()},
                     {"algorithms", doc.algorithms.size()},
                     {"tables", doc.tables.size()},
                     {"figures", doc.figures.size()},
                     {"references", doc.bibliography.size()},
                     {"warnings", doc.warnings.size()}});
  return 0;
}

}  // namespace

void add_read(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<ReadCommand>();
  CLI::App* command = app.add_subcommand("read", "Read a paper into paper.json, paper.md and figures/");
  command->add_option("SOURCE", options->source, kSourceHelp)->required();
  command
      ->add_option("-o,--output", options->directory,
                   "Folder to write to (default: named after the source, e.g. fingerprints-paper)")
      ->type_name("DIR");
  command->add_flag("--preview", options->preview, "Also write preview.html: what was read, to look at in a browser");
  add_output_options(*command, options->output);
  command->footer(
      footer(kText,
             "  0  read\n  2  wrong use\n  3  no such file\n  4  not a paper\n  5  a document without text\n"
             "  6  an unsafe archive\n  7  larger than a limit\n  8, 9  writing failed, the disk is full\n"
             "  10  arXiv cannot be reached\n  23  stopped by Ctrl-C"));
  command->callback([options, &chosen] { chosen = [options] { return read(*options); }; });
}

}  // namespace p2c::cli
