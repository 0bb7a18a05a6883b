// F08: comments, dots and empty bodies that stand where code should be.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

// Said only of code that was left out.
constexpr std::array kElisions = {"rest of the code",          "rest of code",     "rest of the file",
                                  "rest of the implementation", "your code here",   "code goes here",
                                  "implementation goes here",   "omitted for brevity", "to be implemented",
                                  "not implemented yet",        "implementation omitted", "add your code",
                                  "replace with actual implementation", "placeholder implementation"};
// After leading dots these say the same.
constexpr std::array kAfterDots = {"rest", "existing", "unchanged", "same", "remaining", "other", "omitted", "previous", "implement"};

enum class Comment { fine, open_end, elision };

Comment judge(std::string_view comment) {
  while (comment.starts_with('#')) comment.remove_prefix(1);
  const std::string text = to_lower(trim(comment));
  if (text == "..." || text == "\xe2\x80\xa6") return Comment::elision;
  if (std::any_of(kElisions.begin(), kElisions.end(), [&](const char* part) { return contains(text, part); })) {
    return Comment::elision;
  }
  if (text.starts_with("...") || text.starts_with("\xe2\x80\xa6") || text.starts_with("[...")) {
    if (std::any_of(kAfterDots.begin(), kAfterDots.end(), [&](const char* part) { return contains(text, part); })) {
      return Comment::elision;
    }
  }
  for (const std::string_view word : {"todo", "fixme", "xxx"}) {
    if (!text.starts_with(word)) continue;
    const std::string_view after = std::string_view(text).substr(word.size());
    if (!after.empty() && after.front() != ':' && after.front() != ' ' && after.front() != '(') continue;
    return contains(after, "implement") ? Comment::elision : Comment::open_end;
  }
  return Comment::fine;
}

void judge_comment(const std::string& path, int line, std::string_view comment, Findings& findings) {
  const std::string shown(utf8_prefix(trim(comment), 80));
  switch (judge(comment)) {
    case Comment::elision:
      add_error(findings, "F08", path, line, fmt::format("a comment stands for code: {}", shown), "Write the code.");
      break;
    case Comment::open_end:
      add_warning(findings, "F08", path, line, fmt::format("left open: {}", shown), "Do it or remove the comment.");
      break;
    case Comment::fine:
      break;
  }
}

const python::Definition* class_of(const python::SourceFacts& facts, const std::string& method) {
  const std::size_t dot = method.rfind('.');
  if (dot == std::string::npos) return nullptr;
  for (const auto& definition : facts.definitions) {
    if (definition.kind == "class" && definition.name == method.substr(0, dot)) return &definition;
  }
  return nullptr;
}

// Some local class derives from the owner of `method` and defines it, so that the base may leave it open.
bool is_overridden(const RepoView& view, const std::string& path, const python::Definition& owner, const std::string& method) {
  for (const auto& [other_path, other] : view.input().facts) {
    for (const auto& definition : other.definitions) {
      if (definition.kind != "class" || definition.bases.empty() || &definition == &owner) continue;
      const bool has = std::any_of(other.definitions.begin(), other.definitions.end(), [&](const python::Definition& d) {
        return d.name == definition.name + "." + method;
      });
      if (!has) continue;
      for (const std::string& base : definition.bases) {
        const std::string top = base.substr(0, base.find('.'));
        std::string resolved = base;
        for (const auto& alias : other.definitions) {
          if (alias.kind == "import_alias" && alias.name == top) resolved = alias.value + base.substr(top.size());
        }
        const Callable found = view.find(other_path, resolved);
        if (found.definition == &owner && found.path == path) return true;
      }
    }
  }
  return false;
}

bool is_planned(const RepoView& view, const std::string& path, const std::string& symbol) {
  const artefacts::PlannedFile* file = view.input().plan == nullptr ? nullptr : view.input().plan->find(path);
  if (file == nullptr) return false;
  return std::any_of(file->symbols.begin(), file->symbols.end(), [&](const auto& s) { return s.name == symbol; });
}

// `raise NotImplementedError("only odd kernels")` explains a limit; without words, or with "implement", it is a gap.
bool explains_itself(const python::SourceFacts& facts, const std::string& symbol) {
  return std::any_of(facts.calls.begin(), facts.calls.end(), [&](const python::Call& call) {
    if (call.in_symbol != symbol || call.resolved != "builtins.NotImplementedError" || call.positional == 0) return false;
    return call.literal_args.empty() || !contains(to_lower(call.literal_args[0]), "implement");
  });
}

void judge_stub(const RepoView& view, const std::string& path, const python::SourceFacts& facts,
                const python::Definition& stub, Findings& findings) {
  if (!stub.decorators.empty() || stub.stub_form == "...") return;  // dots are reported by line
  const std::string name = stub.name.substr(stub.name.rfind('.') + 1);
  if (is_test_file(path) && !name.starts_with("test_")) return;  // a fake that does nothing is what a test may want
  if (name.starts_with("__") && name.ends_with("__") && stub.stub_form == "pass") return;
  if (const python::Definition* owner = class_of(facts, stub.name)) {
    const bool is_interface = std::any_of(owner->bases.begin(), owner->bases.end(), [](const std::string& base) {
      const std::string last = base.substr(base.rfind('.') + 1);
      return last == "Protocol" || last == "ABC" || last.starts_with("Protocol[") || contains(base, "metaclass=");
    });
    if (is_interface || is_overridden(view, path, *owner, name)) return;
  }
  const std::string what = stub.stub_form == "docstring" ? "only a docstring" : "only '" + stub.stub_form + "'";
  const std::string message = fmt::format("the body of {} is {}", stub.name, what);
  const bool gap = stub.stub_form == "NotImplementedError" && !explains_itself(facts, stub.name);
  if (!is_test_file(path) && (gap || is_planned(view, path, stub.name))) {
    add_error(findings, "F08", path, stub.line, message, "Write the body.");
  } else {
    add_warning(findings, "F08", path, stub.line, message, "Write the body or remove the definition.");
  }
}

}  // namespace

void check_placeholders(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    for (const auto& [line, comment] : facts.comments) judge_comment(path, line, comment, findings);
    for (const int line : facts.ellipsis_lines) {
      if (is_test_file(path)) {
        add_warning(findings, "F08", path, line, "'...' stands where code should be", "Write the code.");
      } else {
        add_error(findings, "F08", path, line, "'...' stands where code should be", "Write the code.");
      }
    }
    for (const auto& definition : facts.definitions) {
      const bool is_function = definition.kind == "function" || definition.kind == "method";
      if (is_function && definition.is_stub) judge_stub(view, path, facts, definition, findings);
    }
  }
  for (const auto& [path, text] : view.input().files) {
    if (!path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".sh")) continue;
    int number = 0;
    for (const std::string_view line : split_lines(text)) {
      ++number;
      if (trim(line).starts_with('#')) judge_comment(path, number, trim(line), findings);
    }
  }
}

}  // namespace p2c::verify
