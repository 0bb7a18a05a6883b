// A forgiving pull scanner for the XML that poppler, arXiv and SVG files give: elements, attributes and text,
// in order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace p2c::paper {

struct XmlEvent {
  enum class Kind { start, end, text };
  Kind kind = Kind::text;
  std::string name;  // element name with its prefix as written, e.g. "arxiv:comment"; empty for text
  std::vector<std::pair<std::string, std::string>> attributes;  // of a start, values decoded, first 64
  std::string text;                                             // decoded; white space as written

  // The value of an attribute, or empty.
  std::string_view attribute(std::string_view attribute_name) const;
};

// Reads without recursion and keeps no tree; errors in the input end up as text or are skipped. Comments,
// processing instructions and document types are skipped, the five named entities and numbers decoded, others
// kept as written. <a/> gives a start and an end. The input must outlive the scanner.
class XmlScanner {
 public:
  explicit XmlScanner(std::string_view input) : input_(input) {}
  // False at the end of the input. Each call consumes at least one byte or gives a pending end.
  bool next(XmlEvent& event);
  std::size_t position() const { return position_; }

 private:
  bool read_markup(XmlEvent& event);
  void skip_past(std::string_view end);

  std::string_view input_;
  std::size_t position_ = 0;
  bool pending_end_ = false;
  std::string pending_name_;
};

// Entities of a text or an attribute value decoded.
std::string decode_xml(std::string_view text);

}  // namespace p2c::paper
