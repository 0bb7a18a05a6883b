// F08: comments, dots and empty bodies that stand where code should be.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

// At the start of a comment these say that code was left out.
constexpr std::array kRests = {"rest of the code", "rest of code", "rest of the file", "rest of the implementation",
                               "rest of the function", "rest of the class", "existing code", "remaining code"};
// Wherever they stand.
constexpr std::array kElisions = {"your code here", "code goes here", "implementation goes here", "omitted for brevity",
                                  "implementation omitted", "add your code",
                                  "replace with actual implementation", "placeholder implementation"};
// After leading dots these say the same.
constexpr std::array kAfterDots = {"rest",  "existing", "unchanged", "same",      "remaining",
                                   "other", "omitted",  "previous",  "implement", "implementation"};

constexpr int kMaxStubs = 200;  // judged in one file; each looks through all classes of the repository

enum class Comment { fine, open_end, elision };

std::string first_word(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == ':' || text.front() == '(' || text.front() == '[')) text.remove_prefix(1);
  std::size_t n = 0;
  while (n < text.size() && text[n] >= 'a' && text[n] <= 'z') ++n;
  return std::string(text.substr(0, n));
}

// `alone`: no comment stands in the line above or below, nor code before it; dots that go on a sentence are fine.
Comment judge(std::string_view comment, bool alone) {
  while (comment.starts_with('#')) comment.remove_prefix(1);
  const std::string text = to_lower(trim(comment));
  if (alone && (text == "..." || text == "\xe2\x80\xa6")) return Comment::elision;
  if (std::any_of(kElisions.begin(), kElisions.end(), [&](const char* part) { return contains(text, part); })) {
    return Comment::elision;
  }
  std::string_view start = text;
  while (!start.empty() && (start.front() == '.' || start.front() == '(' || start.front() == '[' || start.front() == ' ')) start.remove_prefix(1);
  if (start.starts_with("the ")) start.remove_prefix(4);
  if (std::any_of(kRests.begin(), kRests.end(), [&](const char* part) { return start.starts_with(part); })) return Comment::elision;
  for (const std::string_view dots : {"...", "\xe2\x80\xa6", "[...", "(..."}) {
    if (!alone || !text.starts_with(dots)) continue;
    const std::string word = first_word(std::string_view(text).substr(dots.size()));
    if (std::find(kAfterDots.begin(), kAfterDots.end(), word) != kAfterDots.end()) return Comment::elision;
  }
  for (const std::string_view word : {"todo", "fixme", "xxx"}) {
    if (!text.starts_with(word)) continue;
    std::string_view after = std::string_view(text).substr(word.size());
    if (!after.empty() && after.front() != ':' && after.front() != ' ' && after.front() != '(') continue;
    while (after.starts_with(':') || after.starts_with(' ')) after.remove_prefix(1);
    // "TODO: implement this" says that nothing is there; "TODO: implement pruning" may be about something more.
    for (const std::string_view gap : {"implement", "implement this", "implement me", "implement here", "implementation", "write this"}) {
      if (after == gap || after == std::string(gap) + ".") return Comment::elision;
    }
    return Comment::open_end;
  }
  return text == "to be implemented" || text == "not implemented yet" ? Comment::open_end : Comment::fine;
}

void judge_comment(const std::string& path, int line, std::string_view comment, bool alone, Findings& findings) {
  const std::string shown(utf8_prefix(trim(comment), 80));
  switch (judge(comment, alone)) {
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

// Comments of a file with a line to themselves and none next to them.
std::set<int> lonely_comments(const std::vector<std::string_view>& lines, const std::vector<std::pair<int, std::string>>& comments) {
  const auto is_comment = [&](int number) {
    return number >= 1 && static_cast<std::size_t>(number) <= lines.size() && trim(lines[static_cast<std::size_t>(number) - 1]).starts_with('#');
  };
  std::set<int> lonely;
  for (const auto& [line, text] : comments) {
    if (is_comment(line) && !is_comment(line - 1) && !is_comment(line + 1)) lonely.insert(line);
  }
  return lonely;
}

const python::Definition* class_of(const RepoView& view, const std::string& path, const std::string& method) {
  const std::size_t dot = method.rfind('.');
  if (dot == std::string::npos) return nullptr;
  for (const python::Definition* definition : view.named(path, method.substr(0, dot))) {
    if (definition->kind == "class") return definition;
  }
  return nullptr;
}

// Some local class derives from the owner of `method` and defines it, so that the base may leave it open.
bool is_overridden(const RepoView& view, const python::Definition& owner, const std::string& method) {
  for (const auto& [path, facts] : view.input().facts) {
    for (const auto& definition : facts.definitions) {
      if (definition.kind != "class" || definition.bases.empty() || &definition == &owner) continue;
      if (!view.named(path, definition.name + "." + method).empty() && view.derives_from(path, definition, owner)) return true;
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

// Decorators under which an empty body is still a gap; others may use it in their own way.
bool is_plain_decorator(const std::string& decorator) {
  const std::string name = decorator.substr(0, decorator.find('('));
  const std::string last = name.substr(name.rfind('.') + 1);
  return last == "no_grad" || last == "inference_mode" || last == "staticmethod" || last == "classmethod" || last == "property";
}

// Classes whose open methods are an interface: abstract ones, and those of a base that asks for a refusal.
bool may_leave_open(const RepoView& view, const std::string& path, const python::Definition& owner) {
  const std::string name = owner.name.substr(owner.name.rfind('.') + 1);
  for (const char* word : {"Abstract", "Base", "Interface", "Mixin"}) {
    if (name.starts_with(word) || name.ends_with(word) || name.starts_with(std::string("_") + word)) return true;
  }
  static const std::set<std::string> plain = {"torch.nn.Module", "flax.linen.Module", "torch.utils.data.Dataset", "equinox.Module"};
  for (const std::string& base : view.outer_bases(path, owner)) {
    if (!plain.contains(base)) return true;
  }
  return std::any_of(owner.bases.begin(), owner.bases.end(), [](const std::string& base) { return contains(base, "metaclass="); });
}

// A base does have the method: an empty one here takes it away on purpose.
bool refuses_inherited(const RepoView& view, const std::string& path, const python::Definition& owner, const std::string& method) {
  for (std::size_t i = 0; i < owner.bases.size(); ++i) {
    const Callable base = view.find_base(path, owner, i);
    bool open = false;
    if (base.definition == nullptr || base.definition->kind != "class") continue;
    const Callable inherited = view.find_method(base.path, *base.definition, method, &open);
    if (inherited.definition != nullptr && !inherited.definition->is_stub) return true;
  }
  return false;
}

void judge_stub(const RepoView& view, const std::string& path, const python::SourceFacts& facts,
                const python::Definition& stub, Findings& findings) {
  if (!std::all_of(stub.decorators.begin(), stub.decorators.end(), is_plain_decorator)) return;
  const std::string name = stub.name.substr(stub.name.rfind('.') + 1);
  if (is_test_file(path) && !name.starts_with("test_")) return;  // a fake that does nothing is what a test may want
  if (name.starts_with("__") && name.ends_with("__")) return;
  bool is_interface = false;
  if (const python::Definition* owner = class_of(view, path, stub.name)) {
    if (is_overridden(view, *owner, name)) return;
    is_interface = may_leave_open(view, path, *owner) || refuses_inherited(view, path, *owner, name);
  }
  const std::string what = stub.stub_form == "docstring" ? "only a docstring" : "only '" + stub.stub_form + "'";
  const std::string message = fmt::format("the body of {} is {}", stub.name, what);
  const bool gap = stub.stub_form == "..." || (stub.stub_form == "NotImplementedError" && !explains_itself(facts, stub.name));
  if (!is_test_file(path) && ((gap && !is_interface) || is_planned(view, path, stub.name))) {
    add_error(findings, "F08", path, stub.line, message, "Write the body.");
  } else if (!is_interface) {
    add_warning(findings, "F08", path, stub.line, message, "Write the body or remove the definition.");
  }
}

}  // namespace

void check_placeholders(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    const auto text = view.input().files.find(path);
    const auto lines = text == view.input().files.end() ? std::vector<std::string_view>{} : split_lines(text->second);
    const std::set<int> lonely = lonely_comments(lines, facts.comments);
    for (const auto& [line, comment] : facts.comments) judge_comment(path, line, comment, lonely.contains(line), findings);
    for (const int line : facts.ellipsis_lines) {
      if (is_test_file(path)) {
        add_warning(findings, "F08", path, line, "'...' stands where code should be", "Write the code.");
      } else {
        add_error(findings, "F08", path, line, "'...' stands where code should be", "Write the code.");
      }
    }
    int stubs = 0;
    for (const auto& definition : facts.definitions) {
      const bool is_function = definition.kind == "function" || definition.kind == "method";
      if (is_function && definition.is_stub && ++stubs <= kMaxStubs) judge_stub(view, path, facts, definition, findings);
    }
  }
  for (const auto& [path, text] : view.input().files) {
    if (!path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".sh")) continue;
    int number = 0;
    for (const std::string_view line : split_lines(text)) {
      ++number;
      if (trim(line).starts_with('#')) judge_comment(path, number, trim(line), false, findings);
    }
  }
}

}  // namespace p2c::verify
