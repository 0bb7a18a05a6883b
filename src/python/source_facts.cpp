#include "python/source_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/process.h"
#include "base/resource.h"
#include "base/text.h"
#include "python/facts_cache.h"
#include "python/facts_json.h"
#include "python/parser_worker.h"

namespace p2c::python {
namespace {

constexpr std::size_t kMaxAllBytes = 64u << 20;
constexpr std::chrono::milliseconds kWallLimit{20'000};
constexpr std::uint64_t kMemoryLimit = 1u << 30;
// Facts repeat names of the text a few times; 50,000 items a list bound them further.
constexpr std::size_t kOutputLimit = 256u << 20;
// Children started for one set of files: one, and one more after each file that kills or stalls its child.
constexpr int kMaxChildren = 20;

const std::string& script() {
  static const std::string text = std::string(resource("source_scopes.py")) + "\n\n" +
                                  std::string(resource("source_values.py")) + "\n\n" +
                                  std::string(resource("source_facts.py"));
  return text;
}

struct ChildResult {
  FactsOutput output;
  ProcessResult process;
};

// -I: no PYTHON* variables, no current directory; -S: no site packages, whose .pth files run code.
std::vector<std::string> command() { return {"python3", "-I", "-S", "-B", "-c", script()}; }

// The answer of the process that stays, when it has a whole one: nearly always.
std::optional<FactsOutput> ask_for_facts(const std::string& request) {
  WorkerOptions options;
  options.argv = command();
  options.argv.emplace_back("serve");
  options.address_space = kMemoryLimit;
  const std::optional<std::string> lines = ask_worker(options, request);
  if (!lines) return std::nullopt;
  FactsOutput output = read_facts_output(*lines);
  if (!output.done || !output.too_old.empty()) return std::nullopt;
  return output;
}

ChildResult run_child(const Json& request) {
  ProcessOptions options;
  options.argv = command();
  options.input = request.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (std::optional<FactsOutput> output = ask_for_facts(options.input)) return {*std::move(output), {}};
  options.limits.wall = kWallLimit;
  options.limits.cpu_seconds = 2 * static_cast<std::uint64_t>(kWallLimit.count()) / 1000;
  options.limits.address_space = kMemoryLimit;
  options.limits.file_bytes = 1;  // it writes no file
  options.limits.output_bytes = kOutputLimit;
  ChildResult child;
  try {
    child.process = run_process(options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::environment, "Python is not installed",
                {.subject = "python3", .expected = "Python 3.9 or later", .hint = "Install it: apt install python3."});
  }
  child.output = read_facts_output(child.process.out);
  if (!child.output.too_old.empty()) {
    throw Error(ErrorCode::environment, "Python is too old",
                {.subject = "python3", .found = child.output.too_old, .expected = "3.9 or later"});
  }
  return child;
}

FactsCache& cache() {
  static FactsCache facts;
  return facts;
}

std::string why_it_ended(const ProcessResult& process) {
  if (process.timed_out) return fmt::format("not read within {} s", kWallLimit.count() / 1000);
  if (process.output_limit_hit) return "too many names and calls to read";
  if (process.signal != 0) return fmt::format("the parser was ended by signal {}", process.signal);
  return fmt::format("the parser failed with exit code {}", process.exit_code);
}

SourceFacts unreadable(const std::string& path, std::string why) {
  SourceFacts facts;
  facts.path = path;
  facts.syntax_error = std::move(why);
  return facts;
}

}  // namespace

std::map<std::string, SourceFacts> read_sources(const std::map<std::string, std::string>& text_by_path) {
  std::map<std::string, SourceFacts> result;
  std::vector<const std::pair<const std::string, std::string>*> waiting;
  std::size_t all_bytes = 0;
  for (const auto& item : text_by_path) {
    const auto& [path, text] = item;
    if (text.size() > kMaxSourceBytes) {
      throw Error(ErrorCode::limit, "a Python file is too long",
                  {.subject = path, .found = fmt::format("{} bytes", text.size()),
                   .expected = fmt::format("at most {}", kMaxSourceBytes)});
    }
    all_bytes += text.size();
    if (!is_valid_utf8(text)) {
      result[path] = unreadable(path, "not UTF-8 text");
    } else if (std::optional<SourceFacts> known = cache().find(path, text)) {
      result[path] = *std::move(known);
    } else {
      waiting.push_back(&item);
    }
  }
  if (all_bytes > kMaxAllBytes) {
    throw Error(ErrorCode::limit, "the Python files are too long together",
                {.found = fmt::format("{} bytes", all_bytes), .expected = fmt::format("at most {}", kMaxAllBytes)});
  }
  for (int children = 0; !waiting.empty(); ++children) {
    Json files = Json::array();
    for (const auto* item : waiting) files.push_back(Json::array({item->first, item->second}));
    const ChildResult child = run_child(Json{{"files", std::move(files)}});
    std::erase_if(waiting, [&](const auto* item) {
      const auto it = child.output.files.find(item->first);
      if (it == child.output.files.end()) return false;
      cache().keep(item->first, item->second, it->second);
      result[item->first] = it->second;
      return true;
    });
    if (waiting.empty()) break;
    if (child.output.files.empty() && child.process.exit_code > 0 && children == 0 && !child.output.done) {
      // It fell over before it read anything: no file's fault.
      const std::string err = strip_control(utf8_prefix(trim(child.process.err), 500));
      throw Error(ErrorCode::environment, "Python could not read source files",
                  {.subject = "python3", .found = why_it_ended(child.process), .hint = err});
    }
    // Files are answered in order, each at once: the first without an answer is the one that ended the child, unless
    // time or output just ran out on many good files.
    const bool ran_out = child.process.timed_out || child.process.output_limit_hit;
    if (!(ran_out && !child.output.files.empty())) {
      const std::string& guilty = waiting.front()->first;
      result[guilty] = unreadable(guilty, why_it_ended(child.process));
      waiting.erase(waiting.begin());
    }
    if (children + 1 < kMaxChildren) continue;
    for (const auto* item : waiting) result[item->first] = unreadable(item->first, "not read: too many files failed");
    waiting.clear();
  }
  return result;
}

std::map<std::string, SourceFacts> facts_of_repository(const std::map<std::string, std::string>& files) {
  std::map<std::string, std::string> sources;
  for (const auto& [path, text] : files) {
    if (path.ends_with(".py")) sources.emplace(path, text);
  }
  return sources.empty() ? std::map<std::string, SourceFacts>() : read_sources(sources);
}

std::vector<Definition> parse_signatures(const std::vector<std::string>& signatures) {
  if (signatures.empty()) return {};
  std::vector<std::string> bounded;
  for (const std::string& text : signatures) {
    bounded.push_back(text.size() > 10'000 ? std::string() : repair_utf8(text));  // longer is no signature
  }
  const ChildResult child = run_child(Json{{"files", Json::array()}, {"signatures", bounded}});
  if (child.output.signatures.size() != signatures.size()) {
    throw Error(ErrorCode::environment, "Python could not read signatures",
                {.subject = "python3", .found = why_it_ended(child.process)});
  }
  return child.output.signatures;
}

const std::vector<std::string>& standard_library_modules() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const std::string_view line : split_lines(resource("data/standard_library.txt"))) {
      if (!line.empty()) list.emplace_back(line);
    }
    return list;
  }();
  return names;
}

}  // namespace p2c::python
