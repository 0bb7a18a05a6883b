#include "verify/tickets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "verify/checks/repo_view.h"
#include "verify/ledger.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxFiles = 4;   // shown in full
constexpr std::size_t kMaxNamed = 12;  // tests named in the evidence
constexpr std::size_t kMaxMustKeep = 30;

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// Critique kinds of spec 3.11 by check.
std::string kind_of(const std::string& check) {
  if (check == "F08") return "missing";
  if (check == "F03" || check == "F04" || check == "F06" || check == "F09" || check == "F66")
    return "interface";
  if (check == "F10" || check == "F11" || check == "F12" || check == "F13" || check == "F53")
    return "inconsistent";
  return "lint";
}

void add_unique(std::vector<std::string>& list, const std::string& item) {
  if (!item.empty() && std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

std::string test_file_of(const Failure& failure) {
  return failure.check.starts_with("T:") ? failure.check.substr(2, failure.check.find("::") - 2)
                                         : std::string();
}

// The innermost frame that is not in a test, or null.
const ErrorFrame* cause_frame(const Failure& failure) {
  for (auto it = failure.error.frames.rbegin(); it != failure.error.frames.rend(); ++it) {
    if (!is_test_file(it->file)) return &*it;
  }
  return nullptr;
}

class TicketMaker {
 public:
  TicketMaker(const Evaluation& evaluation, const RepoFiles& files, const FactsByPath& facts,
              const artefacts::Plan* plan)
      : evaluation_(evaluation), files_(files), facts_(facts), plan_(plan) {}

  std::vector<RepairTicket> make() {
    from_findings();
    const std::size_t static_count = tickets_.size();
    std::stable_sort(tickets_.begin(), tickets_.end(),
                     [&](const auto& a, const auto& b) { return build_order(a) < build_order(b); });
    index_.clear();
    for (std::size_t i = 0; i < static_count; ++i) index_[tickets_[i].key] = i;
    for (const Failure& failure : evaluation_.failures) from_failure(failure);
    for (RepairTicket& ticket : tickets_) complete(ticket);
    return std::move(tickets_);
  }

 private:
  int build_order(const RepairTicket& ticket) const {
    const artefacts::PlannedFile* file =
        plan_ == nullptr ? nullptr : plan_->find(ticket.ticket.files.front());
    return file == nullptr ? 1'000'000 : file->order;
  }

  RepairTicket& ticket_for(const std::string& key) {
    const auto [it, fresh] = index_.emplace(key, tickets_.size());
    if (fresh) {
      tickets_.emplace_back();
      tickets_.back().key = key;
    }
    return tickets_[it->second];
  }

  void from_findings() {
    std::map<std::string, std::vector<artefacts::Finding>> by_file;
    std::vector<std::string> order;
    for (const artefacts::Finding& finding : evaluation_.findings) {
      if (finding.severity != "error") continue;
      if (!by_file.contains(finding.file)) order.push_back(finding.file);
      by_file[finding.file].push_back(finding);
    }
    for (const std::string& file : order) {
      std::set<std::string> checks;
      for (const auto& finding : by_file[file]) checks.insert(finding.check);
      RepairTicket& ticket = ticket_for("S:" + file + ":" + join({checks.begin(), checks.end()}, "+"));
      ticket.findings = by_file[file];
      ticket.ticket.check = ticket.findings.front().check;
      ticket.ticket.kind = kind_of(ticket.ticket.check);
      ticket.ticket.files = {file};
      ticket.cause_class = cause_class(ticket.ticket.check, "", ticket.findings.front().message);
      std::string evidence;
      for (const auto& finding : ticket.findings) {
        evidence += fmt::format("{}{}{} [{}] {}", evidence.empty() ? "" : "\n", file,
                                finding.line > 0 ? fmt::format(":{}", finding.line) : "", finding.check,
                                finding.message);
      }
      ticket.ticket.evidence = evidence;
    }
  }

  void from_failure(const Failure& failure) {
    const ErrorFrame* frame = cause_frame(failure);
    const std::string& exception = failure.error.exception;
    const std::string test_file = test_file_of(failure);
    std::string key;
    if (frame != nullptr) {
      key = fmt::format("R:{}@{}:{}", exception, frame->file, frame->function);
    } else if (!test_file.empty()) {
      key = fmt::format("T:{}@{}", exception, test_file);
    } else {
      key = fmt::format("R:{}@{}", exception, failure.check);
    }
    RepairTicket& ticket = ticket_for(key);
    if (ticket.failures.empty()) {
      ticket.ticket.check = failure.check;
      ticket.ticket.kind = "runtime";
      ticket.cause_class = cause_class(failure.check, exception, failure.error.message);
    }
    ticket.failures.push_back(failure);
    auto& files = ticket.ticket.files;
    if (frame != nullptr) {
      add_unique(files, frame->file);
      // Who calls it is often at fault: the next other file outwards.
      for (auto it = failure.error.frames.rbegin(); it != failure.error.frames.rend(); ++it) {
        if (it->file != frame->file && files.size() < 2 && !is_test_file(it->file))
          add_unique(files, it->file);
      }
    }
    if (!test_file.empty()) {
      if (frame == nullptr) {
        for (const std::string& file : files_under_test(test_file, files_, facts_)) add_unique(files, file);
      }
      add_unique(files, test_file);
    }
    if (failure.check == "L2:environment") add_unique(files, "requirements.txt");
    if (failure.check == "L2:config") {
      for (const auto& [path, text] : files_) {
        if (path.starts_with("configs/") && contains(failure.error.text, path)) add_unique(files, path);
      }
      if (files.empty()) add_unique(files, "configs/smoke.yaml");
    }
    if (files.empty()) add_program_file(failure, files);
  }

  // A failure without any frame, e.g. a run that wrote no metrics: the program itself.
  void add_program_file(const Failure& failure, std::vector<std::string>& files) const {
    const std::string name =
        failure.check.substr(std::min(failure.check.size(), failure.check.find(':') + 1));
    for (const Program& program : programs_of(plan_, files_, facts_)) {
      if (program.name == name) add_unique(files, program.file);
    }
  }

  void complete(RepairTicket& ticket) const {
    auto& files = ticket.ticket.files;
    std::erase_if(
        files, [&](const std::string& file) { return !files_.contains(file) && file != "requirements.txt"; });
    if (files.size() > kMaxFiles) files.resize(kMaxFiles);
    if (plan_ != nullptr) {
      for (const std::string& file : files) {
        if (const auto* planned = plan_->find(file)) {
          for (const std::string& req : planned->owns) add_unique(ticket.ticket.reqs, req);
        }
      }
    }
    if (!ticket.failures.empty()) ticket.ticket.evidence = evidence_of(ticket);
    // What already works with these files and has to go on working.
    std::set<std::string> touched;
    for (const std::string& file : files) {
      if (!is_test_file(file)) touched.insert(file);
    }
    const auto dependents = dependents_of(
        touched.empty() ? std::set<std::string>(files.begin(), files.end()) : touched, files_, facts_);
    for (const auto& test : evaluation_.tests) {
      if (ticket.ticket.must_keep.size() >= kMaxMustKeep) break;
      const std::string file = test.name.substr(0, test.name.find("::"));
      if (test.outcome == "passed" && (!dependents || dependents->contains(file)))
        ticket.ticket.must_keep.push_back(test.name);
    }
  }

  static std::string evidence_of(const RepairTicket& ticket) {
    const Failure& first = ticket.failures.front();
    std::string evidence = first.summary;
    if (!first.error.exception.empty()) {
      const std::string message(utf8_prefix(first.error.message, 600));
      evidence += fmt::format("\n{}{}{}", first.error.exception, message.empty() ? "" : ": ", message);
    }
    if (const ErrorFrame* frame = first.error.innermost()) {
      evidence += fmt::format("\nat {}:{}{}", frame->file, frame->line,
                              frame->function.empty() ? "" : " in " + frame->function);
    }
    if (ticket.failures.size() > 1) {
      evidence += fmt::format("\nthe same cause in {} checks:", ticket.failures.size());
      for (std::size_t i = 0; i < std::min(ticket.failures.size(), kMaxNamed); ++i)
        evidence += " " + ticket.failures[i].check;
      if (ticket.failures.size() > kMaxNamed) evidence += " and more";
    }
    return evidence;
  }

  const Evaluation& evaluation_;
  const RepoFiles& files_;
  const FactsByPath& facts_;
  const artefacts::Plan* plan_;
  std::vector<RepairTicket> tickets_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace

std::vector<std::string> files_under_test(const std::string& test_file, const RepoFiles& files,
                                          const FactsByPath& facts) {
  std::string stem = base_name(test_file);
  stem = stem.substr(0, stem.rfind(".py"));
  if (stem.starts_with("test_")) stem = stem.substr(5);
  if (stem.ends_with("_test")) stem = stem.substr(0, stem.size() - 5);
  std::vector<std::string> imports;
  for (const std::string& path : local_imports(test_file, files, facts)) {
    const std::string name = base_name(path);
    if (!is_test_file(path) && name != "__init__.py") imports.push_back(path);
  }
  // "pkg/data/loader.py" is tested by test_loader.py or test_data_loader.py.
  std::vector<std::string> named, others;
  for (const std::string& path : imports) {
    const std::string dotted = replace_all(path.substr(0, path.rfind(".py")), "/", "_");
    const std::string own = base_name(path).substr(0, base_name(path).rfind(".py"));
    const bool match = own == stem || dotted.ends_with("_" + stem);
    if (match)
      named.push_back(path);
    else if (own != "config" && own != "runtime")
      others.push_back(path);
  }
  std::vector<std::string> result = named.empty() ? others : named;
  if (result.size() > 2) result.resize(2);
  return result;
}

std::vector<RepairTicket> make_tickets(const Evaluation& evaluation, const RepoFiles& files,
                                       const FactsByPath& facts, const artefacts::Plan* plan) {
  return TicketMaker(evaluation, files, facts, plan).make();
}

}  // namespace p2c::verify
