// Turns a main file into one flat run of tokens: includes read in, conditionals decided, user macros expanded
// (spec 8.1, 8.3, 8.4). What the document builder understands passes through untouched.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/cancel.h"
#include "paper/latex/macro.h"
#include "paper/latex/source_tree.h"
#include "paper/latex/token.h"
#include "paper/latex/tokenizer.h"
#include "paper/paper_doc.h"

namespace p2c::paper::latex {

inline constexpr int kMaxIncludeDepth = 30;
inline constexpr int kMaxMacroDepth = 40;
inline constexpr std::size_t kWorkPerSourceToken =
    24;  // tokens read or made for each token of the source, on average at most

class Expander {
 public:
  Expander(SourceTree& sources, Names& names, const CancelToken& cancel);

  // Expands one main file to its \end{document}. May be called again for a supplement; macros and flags are
  // kept.
  void run(const std::string& main_file);
  // Defines what a style or class file or a file of metadata defines; prints nothing.
  void read_definitions(const std::string& path, bool is_style);
  // The body of a document of its own, as an appendix of the main one.
  void run_supplement(const std::string& path);
  // A file the main file does not include, put before everything read so far.
  void read_front_matter(const std::string& path);
  const TokenList& output() const { return output_; }
  TokenList take_output() { return std::move(output_); }

  // Files in the order they were read.
  const std::vector<std::string>& files() const { return files_; }
  // User macros in order of definition.
  std::vector<Macro> macros() const;
  std::vector<Warning> take_warnings() { return std::move(warnings_); }
  const std::vector<std::string>& bibliographies() const {
    return bibliographies_;
  }  // \bibliography, \addbibresource
  const std::string& biblatex_bbl() const {
    return biblatex_bbl_;
  }  // a .bbl in biblatex's form, to be read as data
  const std::vector<std::string>& graphics_folders() const { return graphics_folders_; }
  const std::string& document_class() const { return document_class_; }
  const std::string& main_folder() const { return main_folder_; }
  const std::vector<std::string>& package_options() const {
    return package_options_;
  }  // "algpseudocode:noend"
  bool reached_limit() const { return exhausted_; }

 private:
  struct Frame {
    std::shared_ptr<const TokenList> tokens;
    std::size_t pos = 0;
    std::size_t end = 0;
    bool is_file = false;
    std::string folder;  // of a file frame
  };
  struct OpenEnvironment {
    std::uint32_t name;
    TokenList end;
  };
  using Handler = void (Expander::*)(const Token&);

  // --- input stack (expander.cpp)
  bool next(Token& token);
  bool peek(Token& token);
  void skip_spaces();
  void push_tokens(TokenList tokens);
  void push_back(const Token& token);
  void emit(const Token& token);
  void expand_until(std::size_t frames);
  void handle(const Token& token);
  void other_primitive(const Token& token);
  void drop_arguments(const std::string& name);
  void expand_once(const Token& token);
  void csname(const Token& token);
  TokenList read_argument();           // {..} without its braces, or one token
  bool read_group(TokenList& out);     // after '{': up to its partner
  bool read_optional(TokenList& out);  // [..] when it follows
  bool read_star();
  std::string read_name();                    // {name} or \name, as text without backslash
  std::uint32_t read_control_name(bool& ok);  // {\name} or \name
  TokenList expand_list(TokenList tokens);    // expanded apart from the main output
  std::string expand_string(TokenList tokens);
  bool work(std::size_t amount);  // false once the budget is spent
  void warn(const Token& at, std::string message);
  std::string place(const Token& at) const;

  // --- macros (definitions.cpp)
  bool expand_macro(const Token& call, const MacroDefinition& macro);
  bool read_parameters(const Token& call, const MacroDefinition& macro, std::vector<TokenList>& arguments);
  TokenList substitute(const TokenList& body, const std::vector<TokenList>& arguments, const Token& call);
  void new_command(const Token& token);
  void tex_def(const Token& token);
  void tex_let(const Token& token);
  void math_operator(const Token& token);
  void paired_delimiter(const Token& token);
  void document_command(const Token& token);
  void new_environment(const Token& token);
  void new_if(const Token& token);

  // --- what packages bring (package_macros.cpp)
  void define_block(MacroDefinition macro, std::string_view command, TokenList text, const Token& at);
  void algorithm_blocks(const Token& token);
  void hidden_algorithm_lines(const Token& token);
  void new_box(const Token& token);
  void package_words(std::string_view package);

  void define(MacroDefinition macro, bool global, const Token& at);
  void begin_environment(const Token& token);
  void end_environment(const Token& token);
  std::vector<Parameter> latex_parameters();
  std::vector<Parameter> xparse_parameters(const TokenList& specification);

  // --- conditionals (conditionals.cpp)
  bool is_if(std::uint32_t name) const;
  bool conditional(const Token& token);  // true when the token was one
  void take_branch(bool truth, const Token& at);
  enum class Skip { at_fi, at_else, at_or, not_found };
  void skip_branch(bool stop_at_else, const Token& at);
  Skip skip_to(bool stop_at_else, bool stop_at_or, const Token& at);
  void choose_case(const Token& at);
  bool is_undefined(const Token& token) const;
  bool decide_ifthenelse(const TokenList& test, const Token& at);
  bool decide(const std::string& name, const Token& at);
  std::optional<long> read_number();
  bool braced_conditional(const std::string& name, const Token& at);

  // --- files (includes.cpp)
  void include(const Token& token);
  void include_standalone(const Token& token);
  void use_package(const Token& token);
  void load_style(const std::string& name, std::string_view extension);
  void bibliography(const Token& token);
  void graphics_path(const Token& token);
  bool push_file(const std::string& path, bool body_only, const Token& at);
  void end_input();
  std::shared_ptr<const TokenList> tokens_of(const std::string& path, bool style);
  std::string including_folder() const;

  SourceTree& sources_;
  Names& names_;
  CancelToken cancel_;
  MacroTable macros_;
  std::unordered_map<std::uint32_t, EnvironmentDefinition> environments_;
  std::unordered_map<std::uint32_t, bool> flags_;  // \newif switches by name ("draft" of \ifdraft)
  std::unordered_set<std::string> flag_ids_;
  std::unordered_map<std::uint32_t, Handler> handlers_;
  std::vector<Frame> frames_;
  std::size_t floor_ = 0;  // frames below belong to the expansion outside
  Token last_;             // last token read that came from a file
  std::vector<OpenEnvironment> open_environments_;
  std::vector<std::string> files_;
  std::vector<std::string> open_files_;
  std::unordered_map<std::string, std::shared_ptr<const TokenList>> tokenized_;
  std::unordered_map<std::string, int> times_read_;
  std::vector<Macro> recorded_;
  std::vector<Warning> warnings_;
  std::vector<std::string> bibliographies_, graphics_folders_, package_options_;
  std::string biblatex_bbl_, document_class_, main_folder_, main_file_;
  TokenizeOptions tokenize_options_;
  TokenList output_;
  TokenList* sink_ = nullptr;  // where emit() writes; output_ unless a sub-expansion runs
  std::size_t work_done_ = 0, work_limit_ = 0;
  std::size_t failed_skips_ = 0;
  int nesting_ = 0;  // of expand_list
  int live_ifs_ = 0;
  bool depth_warned_ = false, in_style_ = false, exhausted_ = false, ended_ = false, global_prefix_ = false,
       definitions_only_ = false;
  std::uint32_t n_begin_, n_end_, n_fi_, n_else_, n_or_, n_endscope_, n_endcsname_, n_novalue_, n_true_,
      n_false_;
};

}  // namespace p2c::paper::latex
