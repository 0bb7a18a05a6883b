#include "verify/repair_prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/resource.h"
#include "base/text.h"
#include "verify/checks/repo_view.h"
#include "verify/install_lines.h"

namespace p2c::verify {
namespace {

constexpr int kAround = 15;                 // lines before and after the innermost frame (spec 11.3)
constexpr std::size_t kFailuresInFull = 4;  // of one ticket; the rest by name
constexpr std::size_t kMaxAnswerBytes = 24'000;
constexpr std::size_t kMaxDiffBytes = 6'000;
constexpr double kUsableShare = 0.6;  // of the window; the rest is for the answer and for wrong estimates

using Values = std::map<std::string, std::string>;

std::map<std::string, std::string> prompt_parts() {
  std::map<std::string, std::string> parts;
  std::string part;
  for (const std::string_view line : split_lines(resource("prompts/repair_ticket.md"))) {
    if (line.starts_with("=== ")) {
      part = std::string(trim(line.substr(4)));
    } else {
      parts[part].append(line).push_back('\n');
    }
  }
  for (auto& [name, text] : parts) text = std::string(trim(text));
  return parts;
}

// Values are inserted as they are; holes inside of them are not looked for.
std::string fill(std::string_view text, const Values& values) {
  std::string out;
  while (true) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out.append(text);
    const auto value = values.find(std::string(text.substr(open + 2, close - open - 2)));
    if (value == values.end())
      throw Error(ErrorCode::internal, "a repair prompt asks for a value nobody gives",
                  {.subject = std::string(text.substr(open, close - open + 2))});
    out.append(text.substr(0, open)).append(value->second);
    text.remove_prefix(close + 2);
  }
}

std::string fence(const std::string& path, std::string_view text) {
  const char* language = path.ends_with(".py")                               ? "python"
                         : path.ends_with(".yaml") || path.ends_with(".yml") ? "yaml"
                                                                             : "";
  std::string marks = "```";  // longer than any run of back-ticks inside
  while (contains(text, marks)) marks += '`';
  return fmt::format("{}{}\n{}{}{}\n", marks, language, text,
                     text.ends_with('\n') || text.empty() ? "" : "\n", marks);
}

std::string list(const std::vector<std::string>& items, std::string_view separator = ", ") {
  return join(items, separator);
}

// A part of the question that may be left out when the window is small; higher rank goes first.
struct Part {
  std::string name;  // how the note calls it when it is left out
  std::string text;
  int rank = 0;  // 0: never left out
};

class QuestionMaker {
 public:
  QuestionMaker(const RepairTicket& ticket, const RepairContext& context,
                const std::vector<FailedAttempt>& attempts)
      : ticket_(ticket), context_(context), attempts_(attempts), parts_(prompt_parts()) {}

  llm::Question make() {
    llm::Question question;
    question.label = {"verify", "G4", ticket_.ticket.id, 0};
    question.system = parts_.at("system");
    question.prefix =
        fill(parts_.at("prefix"),
             {{"title", context_.paper == nullptr ? "(unknown)" : collapse_whitespace(context_.paper->title)},
              {"files", file_list()}});
    add_frame();
    add_files();
    add_specs();
    add_evidence();
    add_cards();
    add_versions();
    const Values fixed = {
        {"id", ticket_.ticket.id}, {"kind", ticket_.ticket.kind}, {"evidence", ticket_.ticket.evidence},
        {"failing", failing()},    {"must_keep", must_keep()},    {"attempts", earlier_attempts()}};
    const auto budget = static_cast<std::int64_t>(kUsableShare * static_cast<double>(context_.window_tokens));
    std::vector<std::string> dropped;
    while (true) {
      Values values = fixed;
      values["material"] = material(dropped);
      question.question = fill(parts_.at("question"), values);
      const std::int64_t tokens = llm::estimate_tokens(question.system) +
                                  llm::estimate_tokens(question.prefix) +
                                  llm::estimate_tokens(question.question);
      if (tokens <= budget || !drop_one(dropped)) break;
    }
    question.expected_tokens = 3'000;
    return question;
  }

 private:
  std::string file_list() const {
    std::string text;
    for (const auto& [path, content] : context_.files) {
      const artefacts::PlannedFile* planned = context_.plan == nullptr ? nullptr : context_.plan->find(path);
      const std::string purpose = planned == nullptr ? "" : collapse_whitespace(planned->purpose);
      text +=
          purpose.empty() ? "- " + path + "\n" : fmt::format("- {}: {}\n", path, utf8_prefix(purpose, 160));
    }
    return std::string(trim(text));
  }

  std::string failing() const {
    std::string text;
    if (!ticket_.findings.empty()) {
      text += "# What the checks found\n";
      for (const auto& finding : ticket_.findings) {
        text += fmt::format("- {}{} [{}] {}{}\n", finding.file,
                            finding.line > 0 ? fmt::format(" line {}", finding.line) : "", finding.check,
                            finding.message,
                            finding.suggestion.empty() ? "" : " Suggestion: " + finding.suggestion);
      }
      text += '\n';
    }
    const std::size_t lines = failing_output_lines(context_.window_tokens);
    std::size_t shown = 0;
    for (const Failure& failure : ticket_.failures) {
      if (shown == kFailuresInFull) break;
      // The budget of lines is for all outputs together; the first, which is the earliest to fail, gets the
      // largest share.
      const std::size_t share = shown == 0 && ticket_.failures.size() > 1
                                    ? lines / 2
                                    : lines / std::min(ticket_.failures.size(), kFailuresInFull);
      text += fmt::format("# Failing: {}\n{}\n",
                          failure.check.starts_with("T:") ? failure.check.substr(2) : failure.check,
                          failure.summary);
      if (!failure.error.text.empty())
        text += fence("", last_lines(failure.error.text, std::max<std::size_t>(share, 10)));
      text += '\n';
      ++shown;
    }
    if (ticket_.failures.size() > shown) {
      text += "Failing with the same cause, not shown:";
      for (std::size_t i = shown; i < ticket_.failures.size(); ++i) text += " " + ticket_.failures[i].check;
      text += "\n\n";
    }
    return std::string(trim(text)) + "\n";
  }

  static std::string last_lines(std::string_view text, std::size_t count) {
    const auto lines = split_lines(text);
    if (lines.size() <= count) return std::string(text);
    std::string result = fmt::format("[{} earlier lines left out]\n", lines.size() - count);
    for (std::size_t i = lines.size() - count; i < lines.size(); ++i) result.append(lines[i]).push_back('\n');
    return result;
  }

  // The innermost frame with the lines around it, numbered: the place to look at first.
  void add_frame() {
    std::set<std::string> shown;
    for (const Failure& failure : ticket_.failures) {
      const ErrorFrame* frame = failure.error.innermost();
      if (frame == nullptr) continue;
      const auto file = context_.files.find(frame->file);
      if (file == context_.files.end() || frame->line <= 0 ||
          !shown.insert(fmt::format("{}:{}", frame->file, frame->line)).second)
        continue;
      const auto lines = split_lines(file->second);
      const int first = std::max(1, frame->line - kAround),
                last = std::min(static_cast<int>(lines.size()), frame->line + kAround);
      std::string text;
      for (int n = first; n <= last; ++n)
        text += fmt::format("{}{:>5} | {}\n", n == frame->line ? ">" : " ", n,
                            lines[static_cast<std::size_t>(n) - 1]);
      material_.push_back(
          {"",
           fmt::format("# The place: {} line {}{}\n{}", frame->file, frame->line,
                       frame->function.empty() ? "" : " in " + frame->function, fence("", text)),
           0});
      if (shown.size() == 2) break;
    }
  }

  void add_files() {
    int rank = 0;
    for (const std::string& path : ticket_.ticket.files) {
      const auto file = context_.files.find(path);
      const std::string text = file == context_.files.end() ? std::string() : file->second;
      // The first file is what the ticket is about; the others can be shown as cards.
      material_.push_back({path + " in full", fmt::format("# File {} as it is\n{}", path, fence(path, text)),
                           rank++ == 0 ? 0 : 2});
    }
  }

  const artefacts::FileSpec* spec_of(const std::string& path) const {
    if (context_.specs == nullptr) return nullptr;
    for (const auto& spec : *context_.specs) {
      if (spec.path == path) return &spec;
    }
    return nullptr;
  }

  void add_specs() {
    for (const std::string& path : subjects()) {
      const artefacts::FileSpec* spec = spec_of(path);
      if (spec == nullptr) continue;
      std::string text = fmt::format("# What {} has to do\n{}\n", path, spec->summary);
      for (const auto& symbol : spec->symbols) {
        text += fmt::format("- {}{}{}{}\n", symbol.signature.empty() ? symbol.name : symbol.signature,
                            symbol.returns.empty() ? "" : " returns " + symbol.returns,
                            symbol.raises.empty() ? "" : ", raises " + symbol.raises,
                            symbol.doc.empty() ? "" : ": " + symbol.doc);
      }
      for (const auto& step : spec->steps) {
        std::vector<std::string> ids = step.reqs;
        for (const std::string& id : {step.eq, step.alg_line}) {
          if (!id.empty()) ids.push_back(id);
        }
        text += fmt::format("{}. {}{}\n", step.n, step.text, ids.empty() ? "" : " [" + list(ids) + "]");
      }
      for (const auto& shape : spec->shapes)
        text += fmt::format("- shape at {}: {} {} {}\n", shape.at, shape.name, shape.dims, shape.dtype);
      for (const auto& numeric : spec->numerics) {
        text += fmt::format("- {} = {}{}\n", numeric.item, canonical_json(numeric.value),
                            numeric.req.empty() ? "" : " [" + numeric.req + "]");
      }
      for (const std::string& invariant : spec->invariants) text += "- always: " + invariant + "\n";
      for (const std::string& forbidden : spec->forbids) text += "- never: " + forbidden + "\n";
      if (!spec->config_keys.empty()) text += "- configuration keys: " + list(spec->config_keys) + "\n";
      if (!spec->notes.empty()) text += "- note: " + spec->notes + "\n";
      material_.push_back({"the specification of " + path, text, 0});
    }
  }

  // Files that are about the method: the ticket's without tests, and what its tests test.
  std::vector<std::string> subjects() const {
    std::vector<std::string> result;
    for (const std::string& path : ticket_.ticket.files) {
      if (!is_test_file(path)) result.push_back(path);
    }
    if (result.empty()) {
      for (const std::string& path : ticket_.ticket.files) {
        for (const std::string& subject : files_under_test(path, context_.files, context_.facts))
          result.push_back(subject);
      }
    }
    return result;
  }

  // The paper's own words: requirements with their quotes, and every equation, algorithm or table they or the
  // steps stand on.
  void add_evidence() {
    std::set<std::string> wanted, blocks;
    for (const std::string& path : subjects()) {
      if (const auto* planned = context_.plan == nullptr ? nullptr : context_.plan->find(path))
        wanted.insert(planned->owns.begin(), planned->owns.end());
      if (const auto* spec = spec_of(path)) {
        for (const auto& step : spec->steps) {
          wanted.insert(step.reqs.begin(), step.reqs.end());
          if (!step.eq.empty()) blocks.insert(step.eq);
          if (!step.alg_line.empty()) blocks.insert(step.alg_line.substr(0, step.alg_line.find(':')));
        }
      }
    }
    add_tagged(blocks, wanted);
    std::string text;
    if (context_.requirements != nullptr) {
      for (const auto& requirement : context_.requirements->requirements) {  // in their order
        if (!wanted.contains(requirement.id)) continue;
        text += fmt::format("- {} [{}, importance {}, {}] {}\n", requirement.id, requirement.kind,
                            requirement.importance, requirement.status, requirement.statement);
        if (!requirement.choice.empty())
          text += fmt::format("  decided: {} ({})\n", requirement.choice, requirement.basis);
        for (const auto& evidence : requirement.evidence) {
          text += fmt::format("  {}: \"{}\"\n", evidence.block, evidence.quote);
          blocks.insert(evidence.block);
        }
        for (const std::string& forbidden : requirement.forbid) text += "  not allowed: " + forbidden + "\n";
      }
    }
    if (!text.empty()) material_.push_back({"requirements", "# What the paper asks of it\n" + text, 0});
    if (context_.paper == nullptr) return;
    std::string formal, prose;
    for (const paper::Block& block : context_.paper->blocks) {  // document order
      if (!blocks.contains(block.id)) continue;
      const bool is_formal = block.type == paper::BlockType::equation ||
                             block.type == paper::BlockType::algorithm ||
                             block.type == paper::BlockType::table;
      (is_formal ? formal : prose) += paper::emit_block(*context_.paper, block) + "\n";
    }
    if (!formal.empty())
      material_.push_back({"equations", "# Equations, algorithms and tables of the paper\n" + formal, 0});
    if (!prose.empty())
      material_.push_back({"the paper's paragraphs", "# The paragraphs they stand in\n" + prose, 3});
  }

  // Ids in square brackets in the failing tests' own lines: "[E3, R-007]".
  void add_tagged(std::set<std::string>& blocks, std::set<std::string>& wanted) const {
    for (const std::string& path : ticket_.ticket.files) {
      const auto file = context_.files.find(path);
      if (!is_test_file(path) || file == context_.files.end()) continue;
      const std::string& text = file->second;
      for (std::size_t open = text.find('['); open != std::string::npos; open = text.find('[', open + 1)) {
        const std::size_t close = text.find(']', open);
        if (close == std::string::npos || close - open > 80) continue;
        for (const std::string& part : split(text.substr(open + 1, close - open - 1), ',')) {
          const std::string id(trim(part));
          if (id.starts_with("R-")) wanted.insert(id);
          if (context_.paper != nullptr && id.size() < 20) {
            const std::string block = id.substr(0, id.find(':'));
            if (context_.paper->find_equation(block) != nullptr ||
                context_.paper->find_algorithm(block) != nullptr)
              blocks.insert(block);
          }
        }
      }
    }
  }

  // Interfaces of what the files import; with earlier attempts the bodies, since the fault may lie there.
  void add_cards() {
    const std::set<std::string> shown(ticket_.ticket.files.begin(), ticket_.ticket.files.end());
    std::set<std::string> dependencies;
    for (const std::string& path : ticket_.ticket.files) {
      for (const std::string& imported : local_imports(path, context_.files, context_.facts)) {
        if (!shown.contains(imported)) dependencies.insert(imported);
      }
    }
    for (const std::string& path : dependencies) {
      const auto facts = context_.facts.find(path);
      const auto file = context_.files.find(path);
      if (facts == context_.facts.end() || file == context_.files.end() || trim(file->second).empty())
        continue;
      const std::string card =
          fmt::format("# Interface of {}\n{}", path, fence(path, python::interface_card(facts->second)));
      if (attempts_.empty() || !facts->second.parsed) {
        material_.push_back({"the interface of " + path, card, 4});
      } else {
        material_.push_back({"the body of " + path,
                             fmt::format("# File {} that it uses\n{}", path, fence(path, file->second)), 4});
      }
    }
    // Configuration is code too when a key or a size is in question.
    const bool about_config = ticket_.cause_class == "config" || contains(ticket_.ticket.evidence, "config");
    const auto smoke = context_.files.find("configs/smoke.yaml");
    if (about_config && smoke != context_.files.end() && !shown.contains("configs/smoke.yaml")) {
      material_.push_back(
          {"configs/smoke.yaml",
           "# File configs/smoke.yaml as it is\n" + fence("configs/smoke.yaml", smoke->second), 3});
    }
  }

  // Versions only of packages that the failure names: others would make the question differ from machine to
  // machine for nothing.
  void add_versions() {
    std::string text;
    for (const std::string& package : context_.evaluation.packages) {
      const std::size_t equals = package.find("==");
      const std::string name = to_lower(package.substr(0, equals));
      for (const Failure& failure : ticket_.failures) {
        if (!contains(to_lower(failure.error.message), "'" + name)) continue;
        text += "- " + package + "\n";
        break;
      }
    }
    if (!text.empty()) material_.push_back({"", "# Installed versions\n" + text, 0});
  }

  std::string must_keep() const {
    if (ticket_.ticket.must_keep.empty()) return "Every check and test that passes now.\n";
    std::string text = "Every check and test that passes now, among them:\n";
    for (const std::string& item : ticket_.ticket.must_keep) text += "- " + item + "\n";
    return text;
  }

  std::string earlier_attempts() const {
    std::string text;
    for (const FailedAttempt& attempt : attempts_) {
      text += "# An earlier attempt was taken back\n";
      if (!attempt.change.empty()) text += fence("", std::string(utf8_prefix(attempt.change, kMaxDiffBytes)));
      text += "Why: " + attempt.reason + "\nThe cause is another one, or lies deeper.\n";
    }
    return text;
  }

  std::string material(const std::vector<std::string>& dropped) const {
    std::string text;
    for (const Part& part : material_) text += part.text + "\n";
    if (!dropped.empty()) text += "Left out for length: " + list(dropped) + ".\n";
    return text;
  }

  // Leaves out the last part of the highest rank. A file in full becomes its interface first.
  bool drop_one(std::vector<std::string>& dropped) {
    auto worst = material_.end();
    for (auto it = material_.begin(); it != material_.end(); ++it) {
      if (it->rank > 0 && (worst == material_.end() || it->rank >= worst->rank)) worst = it;
    }
    if (worst == material_.end()) return false;
    dropped.push_back(worst->name);
    material_.erase(worst);
    return true;
  }

  const RepairTicket& ticket_;
  const RepairContext& context_;
  const std::vector<FailedAttempt>& attempts_;
  std::map<std::string, std::string> parts_;
  std::vector<Part> material_;
};

}  // namespace

std::size_t failing_output_lines(std::int64_t window_tokens) {
  return window_tokens >= 100'000 ? 200 : window_tokens >= 32'000 ? 80 : 30;
}

llm::Question repair_question(const RepairTicket& ticket, const RepairContext& context,
                              const std::vector<FailedAttempt>& attempts) {
  return QuestionMaker(ticket, context, attempts).make();
}

llm::Question ask_again(const llm::Question& question, const std::string& answer,
                        const std::vector<std::string>& problems) {
  std::string list;
  for (const std::string& problem : problems) list += "- " + problem + (problem.ends_with('\n') ? "" : "\n");
  llm::Question again = question;
  again.label.attempt = question.label.attempt + 1;
  again.question +=
      "\n\n" + fill(prompt_parts().at("again"),
                    {{"answer", std::string(utf8_prefix(answer, kMaxAnswerBytes))}, {"problems", list}});
  return again;
}

}  // namespace p2c::verify
