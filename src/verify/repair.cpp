#include "verify/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/line_diff.h"
#include "base/text.h"
#include "verify/checks/repo_view.h"
#include "verify/install_lines.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kNamed = 5;

// Files that code writes and the model must not change: they are the same in every repository and known to
// work.
std::set<std::string> fixed_files(const artefacts::Plan* plan) {
  std::set<std::string> fixed = {"tests/conftest.py", "conftest.py", "provenance.jsonl",
                                 "pytest.ini",        "tox.ini",     "setup.cfg"};
  if (plan != nullptr && !plan->package.empty()) {
    for (const char* name : {"/config.py", "/runtime.py"}) {
      if (plan->find(plan->package + name) == nullptr) fixed.insert(plan->package + name);
    }
  }
  return fixed;
}

std::string diff_of(const RepoFiles& before, const RepoFiles& after, const std::set<std::string>& touched) {
  std::string text;
  for (const std::string& path : touched) {
    const auto old_file = before.find(path), new_file = after.find(path);
    text += unified_diff(old_file == before.end() ? "" : old_file->second,
                         new_file == after.end() ? "" : new_file->second, path, 2);
  }
  return text;
}

std::string describe(const artefacts::Finding& finding) {
  return fmt::format("{}{} [{}] {}", finding.file, finding.line > 0 ? fmt::format(":{}", finding.line) : "",
                     finding.check, finding.message);
}

// A finding without its line: it is the same one when lines above it come or go.
std::string identity(const artefacts::Finding& finding) {
  return finding.check + "\n" + finding.file + "\n" + finding.message;
}

std::size_t count_for(const std::vector<RepairTicket>& tickets, const std::string& key) {
  for (const RepairTicket& ticket : tickets) {
    if (ticket.key == key) return ticket.size();
  }
  return 0;
}

bool ends_repair(ErrorCode code) {
  return code == ErrorCode::budget || code == ErrorCode::missing_recording;
}
bool spoils_attempt(ErrorCode code) {
  return code == ErrorCode::model_bad_answer || code == ErrorCode::model_cut_off ||
         code == ErrorCode::model_refused;
}

}  // namespace

std::vector<std::string> regressions(const Evaluation& before, const Evaluation& after) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < before.levels.size() && i < after.levels.size(); ++i) {
    if (before.levels[i].state == "passed" && after.levels[i].state != "passed") {
      result.push_back(fmt::format("{} passed before and now does not: {}", before.levels[i].level,
                                   after.levels[i].reason));
    }
  }
  std::map<std::string, std::string> now;
  for (const auto& test : after.tests) now[test.name] = test.outcome;
  const bool tests_ran = after.levels.size() == 5 && after.level(4).state != "not_attempted";
  for (const auto& test : before.tests) {
    if (test.outcome != "passed") continue;
    const auto it = now.find(test.name);
    if (it == now.end()) {
      result.push_back(fmt::format("{} passed before and now {}", test.name,
                                   tests_ran ? "does not run any more" : "cannot run"));
    } else if (it->second != "passed") {
      result.push_back(fmt::format("{} passed before and is now {}", test.name, it->second));
    }
  }
  // Programs: one that fails now and did not before.
  std::set<std::string> failing;
  for (const Failure& failure : before.failures) failing.insert(failure.check);
  const bool ran_before = before.levels.size() == 5 && before.level(2).state != "not_attempted";
  for (const Failure& failure : after.failures) {
    const bool is_program = failure.check.starts_with("L2:");
    if (is_program && ran_before && !failing.contains(failure.check)) result.push_back(failure.summary);
    // A smoke run that was blocked before may fail now without being worse.
    if (failure.check.starts_with("L3:") && ran_before && !failing.contains(failure.check) &&
        !failing.contains("L2:" + failure.check.substr(3))) {
      result.push_back(failure.summary);
    }
  }
  return result;
}

Repairer::Repairer(const VerifyInput& input, Workspace& workspace, Ledger& ledger, llm::Caller& caller,
                   Evaluate evaluate, EventSink& events, const CancelToken& cancel)
    : input_(input),
      workspace_(workspace),
      ledger_(ledger),
      caller_(caller),
      evaluate_(std::move(evaluate)),
      events_(events),
      cancel_(cancel) {}

void Repairer::tell(const std::string& target, const std::string& message, bool warning) const {
  events_.emit({{}, "verify", target, warning ? "warning" : "progress", {{"message", message}}});
}

artefacts::Ticket& Repairer::record_of(const RepairTicket& ticket) {
  const auto [it, fresh] = memory_.try_emplace(ticket.key);
  if (fresh) {
    it->second.index = outcome_.tickets.size();
    outcome_.tickets.push_back(ticket.ticket);
    outcome_.tickets.back().id = fmt::format("K-{:02}", outcome_.tickets.size());
  }
  return outcome_.tickets[it->second.index];
}

RepairOutcome Repairer::run(Evaluation& evaluation, int max_rounds) {
  bool repaired = false;
  for (int round = 1; round <= max_rounds; ++round) {
    cancel_.check();
    std::vector<RepairTicket> tickets =
        make_tickets(evaluation, workspace_.state().files, workspace_.state().facts, input_.plan);
    if (tickets.empty()) break;
    std::vector<std::string> open;
    for (const RepairTicket& ticket : tickets) {
      const artefacts::Ticket& record = record_of(ticket);
      if (record.attempts < kAttemptsPerTicket && !ticket.ticket.files.empty() &&
          open.size() < kTicketsPerRound)
        open.push_back(ticket.key);
    }
    if (open.empty()) break;
    outcome_.rounds = round;
    tell(fmt::format("round {}", round),
         fmt::format("round {} of {}: {} tickets", round, max_rounds, open.size()));
    bool changed = false;
    try {
      for (const std::string& key : open) {
        cancel_.check();
        // An earlier repair of this round may have settled it, or moved its lines.
        tickets = make_tickets(evaluation, workspace_.state().files, workspace_.state().facts, input_.plan);
        const auto it = std::find_if(tickets.begin(), tickets.end(),
                                     [&](const RepairTicket& ticket) { return ticket.key == key; });
        if (it == tickets.end()) {
          outcome_.tickets[memory_.at(key).index].state = "fixed";
          continue;
        }
        changed = work_on(*it, evaluation, round) || changed;
        repaired = repaired || changed;
      }
    } catch (const Error& error) {
      if (!ends_repair(error.code()) || (error.code() == ErrorCode::missing_recording && !repaired)) throw;
      outcome_.findings.push_back({"repair", "warning", "", 0,
                                   fmt::format("repair ended early: {}", error.what()), error.detail().hint,
                                   "none"});
      tell(fmt::format("round {}", round), outcome_.findings.back().message, true);
      max_rounds = round;  // the state is confirmed below and then reported
    }
    if (!changed) continue;
    // Only parts ran after each repair; the whole decides what is reported.
    evaluation = evaluate_(workspace_.state(), fmt::format("round{}-", round), nullptr, nullptr);
  }
  // What no longer shows is fixed, whatever settled it.
  const auto left = make_tickets(evaluation, workspace_.state().files, workspace_.state().facts, input_.plan);
  for (const auto& [key, memory] : memory_) {
    artefacts::Ticket& ticket = outcome_.tickets[memory.index];
    ticket.state = count_for(left, key) == 0               ? "fixed"
                   : ticket.attempts >= kAttemptsPerTicket ? "failed"
                                                           : "open";
  }
  for (const RepairTicket& ticket : left) record_of(ticket);
  return std::move(outcome_);
}

std::vector<std::string> Repairer::problems_of(const std::string& answer, const RepairTicket& ticket,
                                               EditedRepo& edited) const {
  const llm::ExtractedEdits extracted = llm::extract_edits(answer);
  std::vector<std::string> problems = extracted.problems;
  if (extracted.edits.empty() && problems.empty())
    problems.emplace_back("There is no edit block in the answer.");
  if (!problems.empty()) return problems;
  const RepoFiles& files = workspace_.state().files;
  edited = apply_edits(files, extracted.edits, fixed_files(input_.plan));
  if (!edited.problems.empty()) return edited.problems;
  problems = weakened_tests(files, edited.files);
  for (std::string& problem : changed_paper_values(files, edited.files))
    problems.push_back(std::move(problem));
  const bool touches_tests = std::any_of(edited.touched.begin(), edited.touched.end(),
                                         [](const std::string& path) { return is_test_file(path); });
  const bool about_tests = std::all_of(ticket.findings.begin(), ticket.findings.end(),
                                       [](const auto& finding) { return is_test_file(finding.file); }) &&
                           ticket.failures.empty();
  if (touches_tests && !about_tests && !contains(answer, "TEST CHANGED:")) {
    problems.emplace_back(
        "A test is changed, but no line beginning with TEST CHANGED: says which test was wrong and why by "
        "the paper.");
  }
  if (edited.touched.contains("requirements.txt")) {
    try {
      const auto text = edited.files.find("requirements.txt");
      if (text != edited.files.end()) parse_install_lines(text->second);
    } catch (const Error& error) {
      problems.push_back(std::string("requirements.txt: ") + error.message());
    }
  }
  return problems;
}

std::optional<EditedRepo> Repairer::ask_for_edits(const RepairTicket& ticket, const Evaluation& evaluation,
                                                  const Memory& memory, std::string& reason) {
  const RepoState& state = workspace_.state();
  const RepairContext context{
      state.files,         state.facts,  evaluation,   input_.plan,
      input_.requirements, input_.specs, input_.paper, caller_.model().context_tokens()};
  llm::Question question = repair_question(ticket, context, memory.failed);
  question.label.attempt = 2 * static_cast<int>(memory.failed.size());
  for (int turn = 0; turn < 2; ++turn) {
    const std::string answer = caller_.ask_text(question);
    if (const std::size_t cannot = answer.find("CANNOT:");
        cannot != std::string::npos && llm::extract_edits(answer).edits.empty()) {
      reason = "the model sees no repair: " +
               collapse_whitespace(utf8_prefix(std::string_view(answer).substr(cannot + 7), 400));
      return std::nullopt;
    }
    EditedRepo edited;
    const std::vector<std::string> problems = problems_of(answer, ticket, edited);
    if (problems.empty()) return edited;
    reason = "the edits could not be used: " + join(problems, " ");
    tell(ticket.ticket.id, reason, true);
    if (turn == 0) question = ask_again(question, answer, problems);
  }
  return std::nullopt;
}

std::string Repairer::gate(const RepoState& next) const {
  std::map<std::string, int> known;
  for (const auto& finding : workspace_.state().findings) {
    if (finding.severity == "error") ++known[identity(finding)];
  }
  std::vector<std::string> added;
  for (const auto& finding : next.findings) {
    if (finding.severity == "error" && known[identity(finding)]-- <= 0 && added.size() < kNamed)
      added.push_back(describe(finding));
  }
  return added.empty() ? std::string() : "the change brings new errors: " + join(added, "; ");
}

// One attempt at one ticket. True when the repository changed.
bool Repairer::work_on(const RepairTicket& found, Evaluation& evaluation, int round) {
  artefacts::Ticket& record = record_of(found);
  Memory& memory = memory_.at(found.key);
  RepairTicket ticket = found;
  ticket.ticket.id = record.id;
  ++record.attempts;
  record.evidence = ticket.ticket.evidence;
  record.files = ticket.ticket.files;
  record.must_keep = ticket.ticket.must_keep;
  tell(record.id,
       fmt::format("{} attempt {}: {}", record.id, record.attempts, split(record.evidence, '\n').front()));

  std::string reason;
  std::optional<EditedRepo> edited;
  try {
    edited = ask_for_edits(ticket, evaluation, memory, reason);
  } catch (const Error& error) {
    if (!spoils_attempt(error.code())) throw;
    reason = error.what();
  }
  const auto give_up = [&](const std::string& change) {
    memory.failed.push_back({change, reason});
    tell(record.id, record.id + " not repaired: " + reason, true);
    return false;
  };
  if (!edited) return give_up({});

  const RepoState before = workspace_.state();
  const std::string change = diff_of(before.files, edited->files, edited->touched);
  RepoState next = workspace_.examine(edited->files);
  std::vector<AppliedFix> fixes;
  next = workspace_.auto_fixed(std::move(next), fixes);  // e.g. a package the new lines import
  reason = gate(next);
  if (!reason.empty()) return give_up(change);

  const std::set<std::string> touched = workspace_.adopt(next);
  Evaluation result =
      evaluate_(workspace_.state(), fmt::format("round{}-{}-{}-", round, record.id, ++evaluations_),
                &evaluation, &touched);
  std::vector<std::string> lost = regressions(evaluation, result);
  const std::size_t was = ticket.size();
  const std::size_t is = count_for(
      make_tickets(result, workspace_.state().files, workspace_.state().facts, input_.plan), ticket.key);
  if (!lost.empty() || is >= was) {
    if (lost.empty()) {
      reason = "the failure stayed the same";
    } else {
      if (lost.size() > kNamed) lost.resize(kNamed);
      reason = "something that worked broke: " + join(lost, "; ");
    }
    workspace_.adopt(before);
    return give_up(change);
  }

  Ledger::Change entry{round,
                       "model",
                       {ticket.ticket.check, ticket.cause_class,
                        std::string(utf8_prefix(split(record.evidence, '\n').front(), 300))},
                       evaluation.highest(),
                       result.highest(),
                       record.reqs};
  ledger_.record(edited->files, entry);
  if (!fixes.empty()) {
    const auto& finding = fixes.front().finding;
    ledger_.record(workspace_.state().files,
                   {round,
                    "tool",
                    {finding.check, cause_class(finding.check, "", finding.message), finding.message},
                    entry.level_before,
                    entry.level_after,
                    {}});
  }
  evaluation = std::move(result);
  if (is == 0) record.state = "fixed";
  tell(record.id, fmt::format("{} {}: {} lines of {}", record.id, is == 0 ? "repaired" : "better",
                              count_changed_lines(before.files, workspace_.state().files).changed,
                              join({touched.begin(), touched.end()}, ", ")));
  return true;
}

}  // namespace p2c::verify
