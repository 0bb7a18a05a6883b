// Headings as plain text: the printed number split from the title, levels, and the titles that mean
// something.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace p2c::paper {

struct Heading {
  std::string number;  // "3.2", "A.1", "IV"; empty when unnumbered
  std::string title;
  int level = 1;          // from the number; 1 without one
  bool lettered = false;  // the number starts with a letter: an appendix, or a subsection below Roman numbers
  bool roman = false;     // a Roman number of two or more letters, or "I", "V", "X"
};

// Splits "3.2. Title", "A.1 Title", "IV. TITLE", "Appendix B: Title". A lone letter counts as a number when a
// period follows it ("A. Proofs") or when `letters` allows it without ("A Proofs"), since "A Simple Method"
// is a title.
Heading split_heading(std::string_view text, bool letters);

// Titles without their number, in any case, a final colon or period ignored.
bool is_abstract_title(std::string_view title);
bool is_references_title(std::string_view title);
bool is_appendix_title(std::string_view title);  // "Appendix", "Supplementary Material", "Appendices"
// Introduction, Related Work, Method, Experiments, Conclusion ...: a short line of this is a heading even
// unnumbered.
bool is_known_title(std::string_view title);

// Hands out section levels while a document is read: knows whether letters mean an appendix or IEEE
// subsections.
class HeadingLevels {
 public:
  // The level of the heading that comes next; `fallback` for unnumbered ones.
  int level_of(const Heading& heading, int fallback);
  // A heading "A" begins an appendix unless the paper numbers its sections in Roman.
  bool begins_appendix(const Heading& heading) const;

 private:
  bool roman_ = false;
  int last_ = 0;
};

}  // namespace p2c::paper
