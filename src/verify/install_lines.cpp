#include "verify/install_lines.h"

#include <array>
#include <cctype>

#include "base/error.h"
#include "base/text.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxBytes = 64 << 10;
constexpr std::size_t kMaxLine = 300;

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

std::string without_blanks(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' && c != '\t') result += c;
  }
  return result;
}

// ">=1.24,<3,!=2.0.1": operators and versions, separated by commas.
bool is_specifier(std::string_view text) {
  constexpr std::array<std::string_view, 8> operators = {"===", "==", ">=", "<=", "~=", "!=", ">", "<"};
  while (!text.empty()) {
    bool found = false;
    for (const std::string_view op : operators) {
      if (!text.starts_with(op)) continue;
      text.remove_prefix(op.size());
      found = true;
      break;
    }
    if (!found) return false;
    std::size_t n = 0;
    while (n < text.size() && (is_name_char(text[n]) || text[n] == '*' || text[n] == '+' || text[n] == '!'))
      ++n;
    if (n == 0) return false;
    text.remove_prefix(n);
    if (text.empty()) return true;
    if (text[0] != ',' || text.size() == 1) return false;
    text.remove_prefix(1);
  }
  return true;
}

[[noreturn]] void refuse(std::string_view line, std::string message) {
  throw Error(ErrorCode::unsafe_input, std::move(message),
              {.subject = "requirements.txt",
               .found = strip_control(repair_utf8(line.substr(0, 120))),
               .expected = "a package name with versions, e.g. numpy>=1.24",
               .hint = {}});
}

InstallLine parse_line(std::string_view line) {
  if (line.size() > kMaxLine) refuse(line, "this line is too long to be a requirement");
  std::size_t n = 0;
  while (n < line.size() && is_name_char(line[n])) ++n;
  InstallLine result;
  result.name = install_name(line.substr(0, n));
  if (n == 0 || !std::isalnum(static_cast<unsigned char>(line[0])) ||
      !std::isalnum(static_cast<unsigned char>(line[n - 1]))) {
    refuse(line, "this line is no requirement by name");
  }
  std::string_view rest = trim(line.substr(n));
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) refuse(line, "this line is no requirement by name");
    result.extras = without_blanks(rest.substr(0, close + 1));
    for (const char c : result.extras.substr(1, result.extras.size() - 2)) {
      if (!is_name_char(c) && c != ',') refuse(line, "this line is no requirement by name");
    }
    rest = trim(rest.substr(close + 1));
  }
  result.specifier = without_blanks(rest);
  if (!is_specifier(result.specifier)) refuse(line, "only names and versions may be installed");
  return result;
}

}  // namespace

std::string install_name(std::string_view name) {
  std::string result;
  for (const char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (!separator) {
      result += c;
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  return result;
}

std::vector<InstallLine> parse_install_lines(std::string_view text) {
  if (text.size() > kMaxBytes)
    throw Error(ErrorCode::limit, "larger than 64 KiB", {.subject = "requirements.txt"});
  std::vector<InstallLine> result;
  for (std::string_view line : split_lines(text)) {
    if (const std::size_t hash = line.find('#');
        hash != std::string_view::npos && (hash == 0 || line[hash - 1] == ' ' || line[hash - 1] == '\t')) {
      line = line.substr(0, hash);
    }
    line = trim(line);
    if (line.empty()) continue;
    if (result.size() >= kMaxInstallLines)
      throw Error(ErrorCode::limit, "more than 200 packages", {.subject = "requirements.txt"});
    result.push_back(parse_line(line));
  }
  return result;
}

}  // namespace p2c::verify
