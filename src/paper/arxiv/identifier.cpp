// Reads arXiv identifiers.
#include "paper/arxiv/identifier.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace p2c::paper {
namespace {

// Identifiers and their URLs are short; anything longer is something else.
constexpr std::size_t kMaxLength = 300;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

int two_digits(std::string_view text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

bool has_month(std::string_view yymm) {
  const int month = two_digits(yymm.substr(2));
  return month >= 1 && month <= 12;
}

// Removes "v12" from the end and gives 12; 0 without one, -1 when what follows the v is no version.
int take_version(std::string_view& text) {
  const std::size_t v = text.find_last_of("vV");
  if (v == std::string_view::npos || v == 0 || !is_digit(text[v - 1])) return 0;
  const std::string_view digits = text.substr(v + 1);
  if (!all_digits(digits) || digits.size() > 4 || digits.front() == '0') return -1;
  text = text.substr(0, v);
  int version = 0;
  for (char c : digits) version = version * 10 + (c - '0');
  return version;
}

// YYMM.NNNN from April 2007 to December 2014, YYMM.NNNNN after that.
bool is_new_form(std::string_view id) {
  if (id.size() < 9 || id.size() > 10 || id[4] != '.') return false;
  if (!all_digits(id.substr(0, 4)) || !all_digits(id.substr(5)) || !has_month(id)) return false;
  const int yymm = two_digits(id) * 100 + two_digits(id.substr(2));
  return yymm >= 704 && (id.size() == 9) == (yymm <= 1412);
}

// archive[.SC]/YYMMNNN up to March 2007; gives the canonical form or nothing. Years 91 to 99 and 00 to 07.
std::optional<std::string> old_form(std::string_view id) {
  const std::size_t slash = id.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string_view archive = id.substr(0, slash);
  const std::string_view number = id.substr(slash + 1);
  if (number.size() != 7 || !all_digits(number) || !has_month(number)) return std::nullopt;
  const int year = two_digits(number);
  const int month = two_digits(number.substr(2));
  if (year < 91 && (year > 7 || (year == 7 && month > 3))) return std::nullopt;
  if (archive.size() > 3 && archive[archive.size() - 3] == '.') {
    if (!is_upper(archive[archive.size() - 2]) || !is_upper(archive.back())) return std::nullopt;
    archive.remove_suffix(3);
  }
  const bool letters =
      !archive.empty() && archive.front() != '-' && archive.back() != '-' &&
      std::all_of(archive.begin(), archive.end(), [](char c) { return is_lower(c) || c == '-'; });
  if (!letters || archive.size() > 12) return std::nullopt;
  return std::string(archive) + "/" + std::string(number);
}

std::optional<ArxivId> bare_id(std::string_view text) {
  std::string_view rest = text;
  const int version = take_version(rest);
  if (version < 0) return std::nullopt;
  if (is_new_form(rest)) return ArxivId{std::string(rest), version};
  if (auto old = old_form(rest)) return ArxivId{std::move(*old), version};
  return std::nullopt;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!starts_with_nocase(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || !starts_with_nocase(text.substr(text.size() - suffix.size()), suffix))
    return false;
  text.remove_suffix(suffix.size());
  return true;
}

// "abs/ID", "pdf/ID.pdf" and their like; `text` is the URL behind the host's slash.
std::optional<ArxivId> id_of_path(std::string_view text) {
  for (std::string_view folder :
       {"abs/", "pdf/", "html/", "src/", "e-print/", "format/", "overview/", "papers/"}) {
    if (take_prefix(text, folder)) {
      while (!text.empty() && text.back() == '/') text.remove_suffix(1);
      take_suffix(text, ".pdf");
      return bare_id(text);
    }
  }
  return std::nullopt;
}

std::optional<ArxivId> id_of_url(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string host = to_lower(text.substr(0, slash));
  std::string_view path = text.substr(slash + 1);
  path = path.substr(0, path.find_first_of("?#"));
  if (host == "doi.org" || host == "dx.doi.org") {
    return take_prefix(path, "10.48550/arXiv.") ? bare_id(path) : std::nullopt;
  }
  static constexpr std::array<std::string_view, 8> kHosts{
      "arxiv.org",     "www.arxiv.org",        "export.arxiv.org", "ar5iv.org",
      "www.ar5iv.org", "ar5iv.labs.arxiv.org", "alphaxiv.org",     "www.alphaxiv.org"};
  if (std::find(kHosts.begin(), kHosts.end(), host) == kHosts.end()) return std::nullopt;
  return id_of_path(path);
}

}  // namespace

std::optional<ArxivId> parse_arxiv_id(std::string_view text) {
  text = trim(text);
  if (text.size() > kMaxLength) return std::nullopt;
  while (!text.empty() && std::string_view(".,;:!?)]}>\"'").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  while (!text.empty() && std::string_view("([{<\"'").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  if (take_prefix(text, "https://") || take_prefix(text, "http://")) return id_of_url(text);
  if (take_prefix(text, "doi:")) text = trim(text);
  if (take_prefix(text, "10.48550/arXiv.")) return bare_id(text);
  if (take_prefix(text, "arXiv:")) return bare_id(trim(text));
  if (auto id = bare_id(text)) return id;
  return id_of_url(text);  // "arxiv.org/abs/..." without a scheme
}

std::string versioned(const ArxivId& id) {
  return id.version > 0 ? id.id + "v" + std::to_string(id.version) : id.id;
}

std::string file_stem(const ArxivId& id) {
  return replace_all(versioned(id), "/", "_");
}

}  // namespace p2c::paper
