// What a Python file says, by CPython's own parser in a child process that never executes the file.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace p2c::python {

struct Param {
  std::string name, annotation, default_value;  // source text; empty when absent
  std::string kind;  // positional_only, positional, var_positional, keyword_only, var_keyword
};

// Definitions inside functions are left out: nothing outside can name them. A name bound twice (if/else) is there twice.
struct Definition {
  std::string name;         // qualified in the file: "Encoder.forward"
  std::string kind;         // class, function, method, constant (any variable of a module or class), import_alias
  int line = 0, end_line = 0;  // 1-based, decorators included in line
  std::vector<Param> params;   // functions and methods (self included)
  std::string returns;         // annotation (of a constant: its own)
  std::string doc;             // first line of the docstring
  std::vector<std::string> bases, decorators;
  std::string value;           // constants: source text, cut to 120 characters; import_alias: what it stands for
  bool is_stub = false;        // body only pass / ... / docstring / raise NotImplementedError
  std::string stub_form;       // of a stub: "pass", "...", "docstring", "NotImplementedError"
  int body_statements = 0;
};

struct Import {
  std::string module;       // "torch.nn"; empty for "from . import x"
  int level = 0;            // leading dots of a relative import
  std::vector<std::string> names;    // imported names; empty for "import module"; "*" for star
  std::vector<std::string> as_names; // local names, same length as names (or one for "import m as x")
  int line = 0;
  bool type_checking = false;  // inside `if TYPE_CHECKING:`
  bool in_function = false;    // function-level
  bool guarded = false;        // inside try/except ImportError, or behind a find_spec() test
  bool in_main_guard = false;  // inside `if __name__ == "__main__":`
};

struct Call {
  std::string callee;       // dotted source text: "torch.load", "self.encoder"; "?" for what is no name
  // With import aliases resolved: "numpy.float"; "builtins.open"; "..data.load" for a relative import (its dots kept);
  // the plain name for a definition of this file; empty when the root is a variable or parameter.
  std::string resolved;
  int line = 0;
  int positional = 0;       // count; -1 when *args are passed
  std::vector<std::string> keywords;   // "**" when a mapping is unpacked
  std::vector<std::string> literal_args;  // source text of arguments that are literals, "" otherwise (positional order)
  std::map<std::string, std::string> literal_keywords;
  std::map<std::string, std::string> name_keywords;  // keywords whose value is a (dotted) name: {"type": "bool"}
  std::string in_symbol;    // qualified name of the enclosing definition, "" at module level
  bool in_main_guard = false;
  bool is_statement = false;  // the result is thrown away
  bool guarded = false;       // inside a try with a handler that may catch what a wrong call raises
  // Class of the receiver when it is a variable or self-attribute assigned once, from one constructor: for
  // `net = models.Net()` and `net.fit(x)` "models.Net" (resolved like `resolved`); empty when not known.
  std::string receiver;
};

struct NameProblem {
  std::string name, message;
  int line = 0;
};

struct ConfigRead {
  std::string base;         // "cfg", "config", "self.cfg" ...
  std::vector<std::string> path;  // ["optimizer", "lr"]; empty when the whole value is passed on
  int line = 0;
  bool has_default = false; // .get(key, default), getattr with default, `in` and hasattr tests
  std::string default_value;  // literal default, source text
  bool rooted = false;      // base holds what load_config() gave in this scope: path starts at the root
  bool whole = false;       // the value itself is passed on, so that keys below may be read elsewhere
  bool is_write = false;    // assigned, not read
  bool typed = false;       // base is a parameter annotated `Config`
  std::string method;       // method called on what the path gives: "items" for cfg.model.items(), "get" for cfg.get("a")
};

// `self.x = value` in a method.
struct AttributeAssignment {
  std::string name;         // "x"
  std::string resolved;     // callee of the value when it is a call, resolved as in Call; else empty
  std::string in_symbol;    // "Encoder.__init__"
  int line = 0;
};

struct SourceFacts {
  std::string path;
  bool parsed = false;
  std::string syntax_error; // message when not parsed
  int syntax_line = 0;
  std::vector<Import> imports;
  std::vector<Definition> definitions;
  std::vector<Call> calls;
  std::vector<NameProblem> undefined;   // names read but bound nowhere (scope analysis, builtins known)
  std::vector<NameProblem> useless;     // statements without effect: `loss.backward` without its call
  std::vector<ConfigRead> config_reads;
  std::vector<AttributeAssignment> attribute_assignments;
  std::vector<std::string> exports;     // __all__
  std::vector<std::pair<int, std::string>> attributes;  // dotted attribute chains with aliases resolved, by line
  bool has_main_guard = false;
  std::vector<int> ellipsis_lines;      // bare `...` statements outside stubs of Protocol/overload/abstract methods
  std::vector<std::pair<int, std::string>> comments;    // line, text
};

inline constexpr std::size_t kMaxSourceBytes = 2u << 20;

// Facts of the .py files among a repository's files.
std::map<std::string, SourceFacts> facts_of_repository(const std::map<std::string, std::string>& files);

// Facts of many files in one request to a child process; what was read before is remembered. Keys are the paths given. Limits: 2 MiB a file, 20 s, 1 GiB of memory.
// A file the parser refuses, crashes on, or does not finish has `parsed` false and a syntax_error; the others are read.
// Thread-safe. Errors: environment when no python3 >= 3.9 is installed; limit (a file too long; all files over 64 MiB).
std::map<std::string, SourceFacts> read_sources(const std::map<std::string, std::string>& text_by_path);

// Interface card (spec 5.2): imports, class and def lines with types and one-line docs, module constants.
std::string interface_card(const SourceFacts& facts);

// "def f(a: int, b=1) -> str" or "class A(nn.Module)": parsed by the same parser; nullopt-like Definition with empty name
// when it is no signature. One result a signature, in order.
std::vector<Definition> parse_signatures(const std::vector<std::string>& signatures);

// Names of the standard library's top-level modules (Python 3.11).
const std::vector<std::string>& standard_library_modules();

}  // namespace p2c::python
