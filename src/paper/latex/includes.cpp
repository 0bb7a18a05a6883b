// How files enter the expansion: \input and its relatives, packages, bibliographies (spec 8.3).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/expander.h"

namespace p2c::paper::latex {

namespace {

constexpr int kMaxTimesRead = 40;  // a file that is input more often is a loop in disguise

// Index after \begin{document} and index of \end{document} in a file's own tokens; {0, size} without them.
std::pair<std::size_t, std::size_t> document_body(const TokenList& tokens, const Names& names) {
  std::size_t begin = 0, end = tokens.size();
  constexpr std::string_view kDocument = "document";
  for (std::size_t i = 0; i + kDocument.size() + 2 < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::control || tokens[i + 1].kind != TokenKind::begin_group) continue;
    const std::string& name = names.text(tokens[i].value);
    if (name != "begin" && name != "end") continue;
    bool is_document = true;
    for (std::size_t k = 0; k < kDocument.size() && is_document; ++k) {
      is_document = tokens[i + 2 + k].value == static_cast<unsigned char>(kDocument[k]);
    }
    if (!is_document || tokens[i + 2 + kDocument.size()].kind != TokenKind::end_group) continue;
    if (name == "begin" && begin == 0) begin = i + 3 + kDocument.size();
    if (name == "end") {
      end = i;
      break;
    }
  }
  return {begin, end};
}

}  // namespace

std::shared_ptr<const TokenList> Expander::tokens_of(const std::string& path, bool style) {
  if (const auto found = tokenized_.find(path); found != tokenized_.end()) return found->second;
  const SourceFile* file = sources_.load(path);
  if (file == nullptr) return nullptr;
  find_verbatim_environments(*file, tokenize_options_);
  TokenizeOptions options = tokenize_options_;
  options.at_is_letter = style;
  auto tokens = std::make_shared<const TokenList>(tokenize(*file, names_, options));
  work_limit_ += kWorkPerSourceToken * tokens->size();
  tokenized_[path] = tokens;
  files_.push_back(path);
  return tokens;
}

std::string Expander::including_folder() const {
  return open_files_.empty() ? std::string() : folder_of(open_files_.back());
}

bool Expander::push_file(const std::string& path, bool body_only, const Token& at) {
  if (std::find(open_files_.begin(), open_files_.end(), path) != open_files_.end()) {
    warn(at, fmt::format("{} includes itself; the inner include was left out", path));
    return false;
  }
  if (open_files_.size() >= kMaxIncludeDepth) {
    warn(at, fmt::format("{} is included deeper than {} files; it was left out", path, kMaxIncludeDepth));
    return false;
  }
  if (++times_read_[path] > kMaxTimesRead) {
    if (times_read_[path] == kMaxTimesRead + 1)
      warn(at, fmt::format("{} is included too often; later includes were left out", path));
    return false;
  }
  const auto tokens = tokens_of(path, false);
  if (!tokens) return false;
  Frame frame;
  frame.tokens = tokens;
  frame.end = tokens->size();
  frame.is_file = true;
  if (body_only) std::tie(frame.pos, frame.end) = document_body(*tokens, names_);
  open_files_.push_back(path);
  frames_.push_back(std::move(frame));
  return true;
}

// \includestandalone[..]{name}: the picture itself when its source is there, else a picture file of that
// name.
void Expander::include_standalone(const Token& token) {
  TokenList options;
  read_optional(options);
  const std::string name = expand_string(read_argument());
  const std::string path = sources_.resolve(name, {".tex", ""}, main_folder_, including_folder());
  if (!path.empty() && push_file(path, true, token)) return;
  TokenList graphics = tokenize_text("\\includegraphics{" + name + "}", names_);
  for (Token& part : graphics) {
    part.file = token.file;
    part.start = token.start;
    part.end = token.end;
    part.depth = kNoExpand;
  }
  push_tokens(std::move(graphics));
}

void Expander::include(const Token& token) {
  const std::string command = names_.text(token.value);
  std::string folder;
  if (command == "import" || command == "subimport" || command == "includefrom" || command == "inputfrom" ||
      command == "subincludefrom") {
    folder = expand_string(read_argument());
    if (!folder.empty() && folder.back() != '/') folder += '/';
  }
  Token first;
  skip_spaces();
  if (!peek(first)) return;
  std::string name;
  if (first.kind == TokenKind::begin_group) {
    name = expand_string(read_argument());
  } else {  // \input name
    TokenList letters;
    while (peek(first) && letters.size() < 300 &&
           (first.kind == TokenKind::character || first.kind == TokenKind::subscript ||
            first.kind == TokenKind::control)) {
      next(first);
      letters.push_back(first);
    }
    name = expand_string(std::move(letters));
  }
  name = folder + std::string(trim(name));
  const bool always_tex = command == "include" || command == "includefrom" || command == "subincludefrom";
  std::vector<std::string_view> extensions;
  if (always_tex) {
    extensions = {".tex", ""};
  } else if (!extension_of(name).empty()) {
    extensions = {"", ".tex", ".ltx"};
  } else {
    extensions = {".tex", "", ".ltx"};
  }
  const std::string path = sources_.resolve(name, extensions, main_folder_, including_folder());
  if (command == "InputIfFileExists" || command == "IfFileExists") {
    TokenList yes = read_argument();
    TokenList no = read_argument();
    push_tokens(path.empty() ? std::move(no) : std::move(yes));
    if (command == "InputIfFileExists" && !path.empty()) push_file(path, false, token);
    return;
  }
  if (path.empty()) {
    warn(token, fmt::format("\\{}{{{}}}: no such file in the source", command, name));
    return;
  }
  if (definitions_only_) return read_definitions(path, in_style_);
  push_file(path, command == "subfile" || command == "subfileinclude", token);
}

void Expander::end_input() {
  // Everything above the innermost file frame came out of that file.
  while (frames_.size() > floor_ && !frames_.back().is_file) frames_.pop_back();
  if (frames_.size() > floor_) frames_.back().pos = frames_.back().end;
}

void Expander::use_package(const Token& token) {
  const std::string command = names_.text(token.value);
  TokenList options, date;
  read_optional(options);
  const std::string list = expand_string(read_argument());
  read_optional(date);
  const bool is_class = command == "documentclass" || command == "LoadClass" || command == "documentstyle";
  if (command == "documentclass" || command == "documentstyle") {
    document_class_ = list + "," + plain_string(options, 0, options.size(), names_);
  }
  for (const std::string& package : split(list, ',')) {
    for (const std::string& option : split(plain_string(options, 0, options.size(), names_), ',')) {
      if (!trim(option).empty() && package_options_.size() < 2'000)
        package_options_.push_back(fmt::format("{}:{}", trim(package), trim(option)));
    }
  }
  for (const std::string& part : split(list, ',')) {
    load_style(std::string(trim(part)), is_class ? ".cls" : ".sty");
    package_words(trim(part));
  }
}

void Expander::load_style(const std::string& name, std::string_view extension) {
  if (name.empty()) return;
  const std::string path = sources_.resolve(name, {extension}, main_folder_, including_folder());
  if (path.empty() || times_read_[path]++ > 0) return;
  read_definitions(path, true);
}

void Expander::bibliography(const Token& token) {
  const std::string command = names_.text(token.value);
  TokenList options;
  read_optional(options);
  if (command == "bibliography" || command == "addbibresource") {
    for (const std::string& part : split(expand_string(read_argument()), ',')) {
      if (!trim(part).empty()) bibliographies_.emplace_back(trim(part));
    }
  }
  if (command == "addbibresource" || definitions_only_) return;
  // LaTeX reads the .bbl here; so does the reader, once.
  const auto dot = main_file_.rfind('.');
  const std::string stem = dot == std::string::npos ? main_file_ : main_file_.substr(0, dot);
  std::string bbl = sources_.resolve(stem, {".bbl"}, "", "");
  if (bbl.empty()) {
    const auto is_bbl = [](const std::string& path) { return extension_of(path) == "bbl"; };
    if (std::count_if(sources_.paths().begin(), sources_.paths().end(), is_bbl) == 1) {
      bbl = *std::find_if(sources_.paths().begin(), sources_.paths().end(), is_bbl);
    }
  }
  if (!bbl.empty() && times_read_[bbl] == 0) {
    const SourceFile* file = sources_.load(bbl);
    if (file != nullptr && contains(file->bytes, "\\entry{")) {
      ++times_read_[bbl];
      files_.push_back(bbl);
      biblatex_bbl_ = bbl;
    } else if (push_file(bbl, false, token)) {
      return;
    }
  }
  emit(token);
}

void Expander::graphics_path(const Token&) {
  const TokenList argument = expand_list(read_argument());
  std::string folder;
  int depth = 0;
  for (const Token& token : argument) {
    if (token.kind == TokenKind::begin_group) {
      ++depth;
      folder.clear();
    } else if (token.kind == TokenKind::end_group) {
      --depth;
      if (graphics_folders_.size() < 100) graphics_folders_.push_back(std::string(trim(folder)));
    } else if (depth > 0) {
      folder += plain_string({token}, 0, 1, names_);
    }
  }
}

}  // namespace p2c::paper::latex
