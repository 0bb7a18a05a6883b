// Parses the fragments poppler prints.
#include "paper/pdf/fragments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "paper/xml_scan.h"

namespace p2c::paper {
namespace {

constexpr double kMaxCoordinate = 100'000;
constexpr std::size_t kMaxSheets = 2'000;
constexpr std::size_t kMaxFonts = 20'000;
constexpr int kMaxOutlineDepth = 6;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || !std::isfinite(value) || std::abs(value) > kMaxCoordinate)
    return std::nullopt;
  return value;
}

bool has_any(const std::string& text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&text](std::string_view part) { return contains(text, part); });
}

struct Font {
  double size = 0;
  std::string name;
  bool bold = false, italic = false, maths = false;
};

// "ABCDEF+Name" is the subset "Name".
std::string without_subset(std::string_view family) {
  const bool subset =
      family.size() > 7 && family[6] == '+' &&
      std::all_of(family.begin(), family.begin() + 6, [](char c) { return c >= 'A' && c <= 'Z'; });
  return std::string(subset ? family.substr(7) : family);
}

Font read_font(const XmlEvent& event, double zoom) {
  Font font;
  font.size = number(event.attribute("size")).value_or(0) / zoom;
  font.name = without_subset(event.attribute("family")).substr(0, 100);
  const std::string name = to_lower(font.name);
  font.bold = has_any(name, {"bold", "-medi", "black", "heavy", "demi", "cmbx", "sfbx", "cmssbx", "-bd"}) ||
              (name.ends_with("-b") || name.ends_with("-bi"));
  font.italic = has_any(name, {"ital", "oblique", "slant", "cmti", "sfti"});
  // The families by their names: Computer and Latin Modern, AMS symbols, Times and Adobe maths, OpenType
  // maths.
  font.maths = has_any(
      name, {"cmmi",        "cmsy",         "cmex",           "cmbsy",    "cmmib",   "msam", "msbm",  "eufm",
             "eufb",        "stmary",       "lmmath",         "txmi",     "txsy",    "txex", "rtxmi", "ntxmi",
             "ntxsy",       "pxsy",         "pxmi",           "pxex",     "newtxmi", "rsfs", "wasy",  "bbm",
             "cambriamath", "cambria math", "stixmath",       "asana",    "mathjax", "mtmi", "mtsy",  "mtex",
             "esint",       "yhmath",       "libertinusmath", "xitsmath", "-math"});
  return font;
}

struct Accent {
  std::string_view spacing, combining;
};
constexpr std::array<Accent, 8> kAccents{{{"´", "\u0301"},
                                          {"`", "\u0300"},
                                          {"ˆ", "\u0302"},
                                          {"˜", "\u0303"},
                                          {"¨", "\u0308"},
                                          {"ˇ", "\u030c"},
                                          {"˘", "\u0306"},
                                          {"˚", "\u030a"}}};

struct Composed {
  std::string_view letter, acute, grave, circumflex, tilde, diaeresis, caron, breve, ring;
};
// Empty where Unicode or print has no such letter; rows for the letters European names use.
constexpr std::array<Composed, 29> kComposed{
    {{"a", "á", "à", "â", "ã", "ä", "ǎ", "ă", "å"}, {"e", "é", "è", "ê", "ẽ", "ë", "ě", "ĕ", ""},
     {"i", "í", "ì", "î", "ĩ", "ï", "ǐ", "ĭ", ""},  {"ı", "í", "ì", "î", "ĩ", "ï", "ǐ", "ĭ", ""},
     {"o", "ó", "ò", "ô", "õ", "ö", "ǒ", "ŏ", ""},  {"u", "ú", "ù", "û", "ũ", "ü", "ǔ", "ŭ", "ů"},
     {"y", "ý", "", "ŷ", "", "ÿ", "", "", ""},      {"c", "ć", "", "ĉ", "", "", "č", "", ""},
     {"n", "ń", "ǹ", "", "ñ", "", "ň", "", ""},     {"s", "ś", "", "ŝ", "", "", "š", "", ""},
     {"z", "ź", "", "", "", "", "ž", "", ""},       {"r", "ŕ", "", "", "", "", "ř", "", ""},
     {"g", "ǵ", "", "ĝ", "", "", "ǧ", "ğ", ""},     {"l", "ĺ", "", "", "", "", "ľ", "", ""},
     {"d", "", "", "", "", "", "ď", "", ""},        {"t", "", "", "", "", "", "ť", "", ""},
     {"A", "Á", "À", "Â", "Ã", "Ä", "Ǎ", "Ă", "Å"}, {"E", "É", "È", "Ê", "Ẽ", "Ë", "Ě", "Ĕ", ""},
     {"I", "Í", "Ì", "Î", "Ĩ", "Ï", "Ǐ", "Ĭ", ""},  {"O", "Ó", "Ò", "Ô", "Õ", "Ö", "Ǒ", "Ŏ", ""},
     {"U", "Ú", "Ù", "Û", "Ũ", "Ü", "Ǔ", "Ŭ", "Ů"}, {"Y", "Ý", "", "Ŷ", "", "Ÿ", "", "", ""},
     {"C", "Ć", "", "Ĉ", "", "", "Č", "", ""},      {"N", "Ń", "Ǹ", "", "Ñ", "", "Ň", "", ""},
     {"S", "Ś", "", "Ŝ", "", "", "Š", "", ""},      {"Z", "Ź", "", "", "", "", "Ž", "", ""},
     {"R", "Ŕ", "", "", "", "", "Ř", "", ""},       {"G", "", "", "Ĝ", "", "", "Ǧ", "Ğ", ""},
     {"D", "", "", "", "", "", "Ď", "", ""}}};

std::string_view composed(std::size_t accent, std::string_view letter) {
  for (const Composed& row : kComposed) {
    if (row.letter != letter) continue;
    const std::array<std::string_view, 8> forms{row.acute,     row.grave, row.circumflex, row.tilde,
                                                row.diaeresis, row.caron, row.breve,      row.ring};
    return forms[accent];
  }
  return {};
}

std::size_t code_point_length(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return std::min(length, text.size());
}

// Ligatures opened, soft hyphens (which some producers use as hyphens) made plain, odd spaces collapsed.
std::string clean_text(std::string_view raw) {
  std::string text = repair_utf8(raw);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kForms{{{"ﬀ", "ff"},
                                                                                        {"ﬁ", "fi"},
                                                                                        {"ﬂ", "fl"},
                                                                                        {"ﬃ", "ffi"},
                                                                                        {"ﬄ", "ffl"},
                                                                                        {"ﬅ", "st"},
                                                                                        {"ﬆ", "st"},
                                                                                        {"\u00ad", "-"},
                                                                                        {"‐", "-"}}};
  for (const auto& [from, to] : kForms) {
    if (contains(text, from)) text = replace_all(std::move(text), from, to);
  }
  return collapse_whitespace(strip_control(compose_accents(text)));
}

}  // namespace

std::string compose_accents(std::string_view text) {
  std::string result;
  std::size_t i = 0;
  while (i < text.size()) {
    bool done = false;
    for (std::size_t a = 0; a < kAccents.size() && !done; ++a) {
      const std::string_view mark = kAccents[a].spacing;
      if (!text.substr(i).starts_with(mark) || i + mark.size() >= text.size()) continue;
      const std::string_view rest = text.substr(i + mark.size());
      const std::string_view letter = rest.substr(0, code_point_length(rest));
      const std::string_view whole = composed(a, letter);
      if (whole.empty()) continue;
      result += whole;
      i += mark.size() + letter.size();
      done = true;
    }
    if (!done) result += text[i++];
  }
  return result;
}

PdfPieces parse_pdf_xml(std::string_view xml, double zoom) {
  PdfPieces pieces;
  std::map<std::string, Font, std::less<>> fonts;
  XmlScanner scanner(xml);
  XmlEvent event;
  PdfFragment fragment;
  bool in_text = false, in_item = false, bold = false, italic = false;
  std::string text;
  std::size_t count = 0;
  int outline_depth = 0, item_page = 0;
  while (scanner.next(event)) {
    const bool start = event.kind == XmlEvent::Kind::start;
    if (event.kind == XmlEvent::Kind::text) {
      if (in_text || in_item) text += event.text;
    } else if (event.name == "page" && start) {
      if (pieces.sheets.size() >= kMaxSheets) break;
      pieces.sheets.push_back({number(event.attribute("width")).value_or(0) / zoom,
                               number(event.attribute("height")).value_or(0) / zoom,
                               {}});
    } else if (event.name == "fontspec" && start) {
      if (fonts.size() < kMaxFonts) fonts[std::string(event.attribute("id"))] = read_font(event, zoom);
    } else if (event.name == "text" && start) {
      const auto top = number(event.attribute("top")), left = number(event.attribute("left"));
      const auto width = number(event.attribute("width")), height = number(event.attribute("height"));
      in_text = top && left && width && height;
      if (!in_text) continue;
      fragment = {};
      fragment.box = {*left / zoom, *top / zoom, (*left + std::max(0.0, *width)) / zoom,
                      (*top + std::max(0.0, *height)) / zoom};
      text.clear();
      bold = italic = false;
      if (const auto font = fonts.find(event.attribute("font")); font != fonts.end()) {
        fragment.size = font->second.size;
        fragment.font = font->second.name;
        fragment.bold = font->second.bold;
        fragment.italic = font->second.italic;
        fragment.maths = font->second.maths;
      }
    } else if (event.name == "b" && start) {
      bold = true;
    } else if (event.name == "i" && start) {
      italic = true;
    } else if (event.name == "text" && in_text) {
      in_text = false;
      fragment.text = clean_text(text);
      fragment.bold = fragment.bold || bold;
      fragment.italic = fragment.italic || italic;
      const double width = fragment.box.x1 - fragment.box.x0;
      const bool rotated = width < 0.5 && fragment.text.size() > 2;
      if (fragment.size <= 0) fragment.size = fragment.box.y1 - fragment.box.y0;
      if (fragment.text.empty() || rotated || pieces.sheets.empty() || fragment.size <= 0.5) continue;
      if (count >= kMaxPdfFragments || pieces.sheets.back().fragments.size() >= kMaxPageFragments) {
        ++pieces.left_out;
        continue;
      }
      pieces.sheets.back().fragments.push_back(std::move(fragment));
      ++count;
    } else if (event.name == "outline") {
      outline_depth += start ? 1 : -1;
    } else if (event.name == "item" && start) {
      in_item = true;
      text.clear();
      item_page = static_cast<int>(number(event.attribute("page")).value_or(0));
    } else if (event.name == "item" && in_item) {
      in_item = false;
      std::string title = clean_text(text);
      if (!title.empty() && pieces.outline.size() < kMaxOutlineItems) {
        pieces.outline.push_back(
            {std::move(title), std::clamp(outline_depth, 1, kMaxOutlineDepth), item_page});
      }
    }
  }
  return pieces;
}

Box united(const Box& a, const Box& b) {
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

Box box_of(const std::vector<PdfFragment>& fragments) {
  Box box = fragments.front().box;
  for (const PdfFragment& fragment : fragments) box = united(box, fragment.box);
  return box;
}

double largest_size(const std::vector<PdfFragment>& fragments) {
  double size = 0;
  for (const PdfFragment& fragment : fragments) size = std::max(size, fragment.size);
  return size;
}

}  // namespace p2c::paper
