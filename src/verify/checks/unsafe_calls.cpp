// F57: calls that generated code has no business with.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

using python::Call;

struct Rule {
  const char* why;
  const char* instead;
  bool is_error = true;
};

// By resolved name. "" in front of a dot never occurs: variables do not resolve.
const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> table = {
      {"os.system", {"runs a shell", "Use Python itself, or subprocess.run with a list."}},
      {"os.popen", {"runs a shell", "Use Python itself, or subprocess.run with a list."}},
      {"subprocess.getoutput", {"runs a shell", "Use subprocess.run with a list."}},
      {"subprocess.getstatusoutput", {"runs a shell", "Use subprocess.run with a list."}},
      {"pickle.load", {"runs code that the file holds", "Use numpy.savez, JSON or torch.save with weights_only=True."}},
      {"pickle.loads", {"runs code that the bytes hold", "Use JSON."}},
      {"pickle.Unpickler", {"runs code that the file holds", "Use JSON."}},
      {"dill.load", {"runs code that the file holds", "Use numpy.savez or JSON."}},
      {"dill.loads", {"runs code that the bytes hold", "Use JSON."}},
      {"cloudpickle.load", {"runs code that the file holds", "Use numpy.savez or JSON."}},
      {"marshal.load", {"reads code", "Use JSON."}},
      {"marshal.loads", {"reads code", "Use JSON."}},
      {"shelve.open", {"runs code that the file holds", "Use JSON or SQLite."}},
      {"joblib.load", {"runs code that the file holds", "Use numpy.savez or JSON.", false}},
      {"pandas.read_pickle", {"runs code that the file holds", "Use CSV or Parquet."}},
      {"yaml.unsafe_load", {"runs code that the file names", "Use yaml.safe_load."}},
      {"yaml.full_load", {"may run code that the file names", "Use yaml.safe_load."}},
      {"builtins.compile", {"makes code from text", "Write the code.", false}},
      {"builtins.__import__", {"imports by text", "Use an import statement.", false}},
      {"ctypes.CDLL", {"loads native code", "Use a package.", false}},
      {"socket.socket", {"opens a network connection", "Work on local files.", false}},
      {"os.fork", {"starts a process by hand", "Use torch.multiprocessing or a DataLoader.", false}},
      {"os.kill", {"ends other processes", "Leave processes alone.", false}},
      {"os.chmod", {"changes permissions", "Leave permissions alone.", false}},
  };
  return table;
}

std::string literal_argument(const Call& call, std::size_t position, const std::string& keyword) {
  const auto it = call.literal_keywords.find(keyword);
  if (it != call.literal_keywords.end()) return it->second;
  return position < call.literal_args.size() ? call.literal_args[position] : "";
}

bool is_outside(const std::string& literal) {
  const auto path = string_literal(literal);
  if (!path) return false;
  if (path->starts_with("/dev/null") || path->starts_with("/tmp/")) return false;
  return path->starts_with('/') || path->starts_with('~') || path->starts_with("../");
}

void check_call(const std::string& path, const Call& call, Findings& findings) {
  const auto error = [&](std::string message, std::string suggestion, const char* fix = "ticket") {
    if (is_test_file(path)) {
      add_warning(findings, "F57", path, call.line, std::move(message), std::move(suggestion));
    } else {
      add_error(findings, "F57", path, call.line, std::move(message), std::move(suggestion), fix);
    }
  };
  const auto warning = [&](std::string message, std::string suggestion) {
    add_warning(findings, "F57", path, call.line, std::move(message), std::move(suggestion));
  };
  const auto keyword_is = [&](const char* keyword, const char* literal) {
    const auto it = call.literal_keywords.find(keyword);
    return it != call.literal_keywords.end() && it->second == literal;
  };
  const std::string& name = call.resolved;
  if (keyword_is("trust_remote_code", "True")) error("trust_remote_code=True runs code from the hub", "Leave it out.");
  if (const auto rule = rules().find(name); rule != rules().end()) {
    const std::string message = fmt::format("{} {}", call.callee, rule->second.why);
    if (rule->second.is_error) {
      error(message, rule->second.instead);
    } else {
      warning(message, rule->second.instead);
    }
  }
  if (name == "builtins.eval" || name == "builtins.exec") {
    const bool literal = !call.literal_args.empty() && !call.literal_args[0].empty();
    if (literal) {
      warning(fmt::format("{}() of a constant text", call.callee), "Write the code itself.");
    } else {
      error(fmt::format("{}() runs text as code", call.callee), "Use a dictionary of functions, or ast.literal_eval for values.");
    }
  }
  if (name == "torch.load" && keyword_is("weights_only", "False")) {
    error("torch.load(weights_only=False) runs code that the file holds", "Use weights_only=True and save plain state dictionaries.");
  }
  if (name == "numpy.load" && keyword_is("allow_pickle", "True")) {
    error("numpy.load(allow_pickle=True) runs code that the file holds", "Save plain arrays.");
  }
  if (name == "yaml.load") {
    const auto loader = call.name_keywords.find("Loader");
    const bool safe = loader != call.name_keywords.end() && !loader->second.ends_with("yaml.Loader") &&
                      !loader->second.ends_with("UnsafeLoader") && !loader->second.ends_with("FullLoader");
    if (loader == call.name_keywords.end() && call.positional == 1) {
      error("yaml.load() without a loader is an error in PyYAML 6", "Use yaml.safe_load().", "auto");
    } else if (loader != call.name_keywords.end() && !safe) {
      error(fmt::format("{} may run code that the file names", loader->second), "Use yaml.safe_load().");
    }
  }
  if (name.starts_with("subprocess.")) {
    if (keyword_is("shell", "True")) {
      error(fmt::format("{}(shell=True) runs a shell", call.callee), "Pass a list, or do it in Python.");
    } else if (!is_test_file(path)) {
      warning(fmt::format("{} starts another program", call.callee), "Do it in Python if it can be done.");
    }
  }
  const bool writes = name == "builtins.open" && [&] {
    const auto mode = string_literal(literal_argument(call, 1, "mode"));
    return mode && mode->find_first_of("wax+") != std::string::npos;
  }();
  static const std::set<std::string> changers = {"os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "os.makedirs",
                                                 "os.mkdir", "os.rename", "os.replace", "shutil.move"};
  if ((writes || changers.contains(name)) && is_outside(literal_argument(call, 0, "file"))) {
    error(fmt::format("{} changes {}, outside the repository", call.callee, call.literal_args.empty() ? "a file" : call.literal_args[0]),
          "Write below the output folder.");
  } else if (name == "shutil.rmtree" && !is_test_file(path)) {
    warning("shutil.rmtree removes a whole folder", "Remove single files that the program wrote.");
  }
}

}  // namespace

void check_unsafe_calls(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    for (const Call& call : facts.calls) check_call(path, call, findings);
  }
}

}  // namespace p2c::verify
