#include "verify/checks/requirements_text.h"

#include <algorithm>

#include "base/text.h"
#include "verify/checks/tables.h"

namespace p2c::verify {
namespace {

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_version(std::string_view text) {
  if (text.empty() || text.size() > 60) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_name_char(c) || c == '*' || c == '+' || c == '!'; });
}

std::string_view skip_blank(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

bool read_bounds(std::string_view text, std::vector<VersionBound>& bounds) {
  text = trim(text);
  if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
  if (trim(text).empty()) return true;
  for (const std::string& part : split(text, ',')) {
    std::string_view bound = trim(part);
    std::string op;
    for (const std::string_view candidate : {"===", "==", ">=", "<=", "!=", "~=", ">", "<"}) {
      if (bound.starts_with(candidate)) {
        op = candidate;
        break;
      }
    }
    if (op.empty()) return false;
    bound = trim(bound.substr(op.size()));
    if (!is_version(bound)) return false;
    bounds.push_back({op, std::string(bound)});
  }
  return true;
}

// "1.2.*" -> "1.3": the first version after a wildcard or a compatible release.
std::string next_after(std::string_view version, bool drop_last) {
  std::vector<std::string> parts = split(version, '.');
  if (drop_last && parts.size() > 1) parts.pop_back();
  while (!parts.empty() && parts.back() == "*") parts.pop_back();
  if (parts.empty()) return "";
  const std::string& last = parts.back();
  if (last.empty() || last.size() > 8 || !std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; })) return "";
  parts.back() = std::to_string(std::stol(last) + 1);
  return join(parts, ".");
}

}  // namespace

std::vector<RequirementLine> read_requirements(std::string_view text) {
  std::vector<RequirementLine> lines;
  int number = 0;
  for (std::string_view raw : split_lines(text)) {
    ++number;
    // A '#' starts a comment at the start or after a blank; in a URL it does not.
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '#' && (i == 0 || raw[i - 1] == ' ' || raw[i - 1] == '\t')) {
        raw = raw.substr(0, i);
        break;
      }
    }
    raw = trim(raw);
    if (raw.empty()) continue;
    RequirementLine line;
    line.line = number;
    line.text = std::string(raw);
    std::string_view rest = raw;
    std::size_t n = 0;
    while (n < rest.size() && is_name_char(rest[n])) ++n;
    const std::string name(rest.substr(0, n));
    rest = skip_blank(rest.substr(n));
    if (rest.starts_with('[')) {
      const std::size_t end = rest.find(']');
      if (end == std::string_view::npos) {
        lines.push_back(std::move(line));
        continue;
      }
      line.extras = std::string(rest.substr(0, end + 1));
      rest = skip_blank(rest.substr(end + 1));
    }
    if (const std::size_t semicolon = rest.find(';'); semicolon != std::string_view::npos) {
      line.marker = std::string(trim(rest.substr(semicolon + 1)));
      rest = rest.substr(0, semicolon);
    }
    const bool named = !name.empty() && name.front() != '-' && name.front() != '.';
    if (named && read_bounds(rest, line.bounds)) line.name = name;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string upper_bound(const std::vector<VersionBound>& bounds, bool* inclusive) {
  std::string highest;
  bool is_inclusive = true;
  const auto take = [&](const std::string& version, bool including) {
    if (version.empty()) return;
    const int order = highest.empty() ? -1 : compare_versions(version, highest);
    if (order < 0 || (order == 0 && !including)) {
      highest = version;
      is_inclusive = including;
    }
  };
  for (const auto& bound : bounds) {
    if ((bound.op == "==" || bound.op == "===") && !bound.version.ends_with("*")) take(bound.version, true);
    if (bound.op == "==" && bound.version.ends_with("*")) take(next_after(bound.version, false), false);
    if (bound.op == "~=") take(next_after(bound.version, true), false);
    if (bound.op == "<=") take(bound.version, true);
    if (bound.op == "<") take(bound.version, false);
  }
  if (inclusive != nullptr) *inclusive = is_inclusive;
  return highest;
}

bool allows_from(const std::vector<VersionBound>& bounds, std::string_view first) {
  bool inclusive = true;
  const std::string highest = upper_bound(bounds, &inclusive);
  if (highest.empty()) return true;
  const int order = compare_versions(highest, first);
  return inclusive ? order >= 0 : order > 0;
}

std::string python_of(const CheckInput& input) {
  if (input.plan == nullptr) return "3.11";
  const std::string& text = input.plan->python;
  const std::size_t at = text.find("3.");
  if (at == std::string::npos) return "3.11";
  std::string minor;
  for (std::size_t i = at + 2; i < text.size() && text[i] >= '0' && text[i] <= '9' && minor.size() < 3; ++i) minor += text[i];
  // The environment is made with Python 3.11 or later, whatever an older bound allows.
  return minor.empty() || compare_versions("3." + minor, "3.11") < 0 ? "3.11" : "3." + minor;
}

}  // namespace p2c::verify
