#include "llm/lenient_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "llm/latex_escapes.h"
#include "llm/lenient_lexemes.h"

namespace p2c::llm {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::size_t kKeyLookahead = 200;   // bytes in which a key's closing quote is looked for
constexpr std::size_t kMaxNumberBytes = 64;  // longer digit runs are text
constexpr std::size_t kMaxBareBytes = 4'000;

constexpr std::string_view kMendComment = "comment dropped";
constexpr std::string_view kMendTrailingComma = "trailing comma dropped";
constexpr std::string_view kMendExtraComma = "superfluous comma dropped";
constexpr std::string_view kMendMissingComma = "missing comma added";
constexpr std::string_view kMendSingleQuotes = "single-quoted string read";
constexpr std::string_view kMendTypographic = "typographic quotes read as string delimiters";
constexpr std::string_view kMendBareKey = "unquoted key read";
constexpr std::string_view kMendBareText = "unquoted text read as a string";
constexpr std::string_view kMendPythonWord = "Python constant read";
constexpr std::string_view kMendNan = "NaN or Infinity read as null";
constexpr std::string_view kMendRawBreak = "raw line break or tab inside a string kept";
constexpr std::string_view kMendInvalidEscape = "invalid escape: its backslash was kept";
constexpr std::string_view kMendLatex = "escape turned back into a LaTeX command";
constexpr std::string_view kMendSurrogate = "half a surrogate pair or U+0000 replaced";
constexpr std::string_view kMendDuplicate = "duplicate key: the last value was taken";
constexpr std::string_view kMendInnerQuote = "unescaped quote inside a string kept";
constexpr std::string_view kMendBracket = "missing closing bracket added";
constexpr std::string_view kMendNoValue = "missing value read as null";
constexpr std::string_view kMendKeyOnly = "key without a value left out";
constexpr std::string_view kMendSkipped = "unreadable characters skipped";
constexpr std::string_view kMendDepth = "nested more than 100 levels deep: the rest was left out";

enum class Status { ok, cut, failed };
enum class Place {
  key,
  member,
  element
};  // where a string stands: decides what may follow its closing quote

class Parser {
 public:
  Parser(std::string_view text, std::size_t begin, MendLog& log) : text_(text), pos_(begin), log_(log) {}
  std::size_t position() const { return pos_; }

  Status value(Json& out, Place place, int depth) {
    skip();
    if (at_end()) return Status::cut;
    const char c = text_[pos_];
    if (c == '{' || c == '[') {
      if (depth >= kMaxDepth) {
        log_.note(kMendDepth, pos_);
        pos_ = text_.size();
        return Status::cut;
      }
      return c == '{' ? object(out, depth) : array(out, depth);
    }
    if (quote_at(text_, pos_).bytes > 0) {
      std::string text;
      const Status status = string(text, place);
      out = std::move(text);
      return status;
    }
    return bare(out);
  }

 private:
  bool at_end() const { return pos_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0'; }
  std::size_t skip_blanks(std::size_t place) const {
    while (place < text_.size() && is_blank(text_[place])) ++place;
    return place;
  }
  bool comment_at(std::size_t place) const {
    if (place >= text_.size()) return false;
    if (text_[place] == '#') return true;
    return text_[place] == '/' && place + 1 < text_.size() &&
           (text_[place + 1] == '/' || text_[place + 1] == '*');
  }

  // Blanks and comments.
  void skip() {
    while (true) {
      pos_ = skip_blanks(pos_);
      if (!comment_at(pos_)) return;
      log_.note(kMendComment, pos_);
      const bool block = text_[pos_] == '/' && peek(1) == '*';
      const std::size_t end = block ? text_.find("*/", pos_ + 2) : text_.find('\n', pos_);
      pos_ = end == std::string_view::npos ? text_.size() : end + (block ? 2 : 1);
    }
  }

  void skip_unreadable() {
    log_.note(kMendSkipped, pos_);
    log_.set_doubtful();
    ++pos_;
  }

  Status object(Json& out, int depth) {
    out = Json::object();
    // Members go behind the ordered map's own lookup, which is linear; the index keeps many keys from costing
    // n².
    auto& members = static_cast<Json::object_t::Container&>(out.get_ref<Json::object_t&>());
    std::unordered_map<std::string, std::size_t> index;
    auto put = [&](std::string key, Json value, std::size_t at) {
      const auto [found, fresh] = index.try_emplace(key, members.size());
      if (fresh) {
        members.emplace_back(std::move(key), std::move(value));
      } else {
        log_.note(kMendDuplicate, at);
        members[found->second].second = std::move(value);
      }
    };
    ++pos_;
    ++open_objects_;
    const Status status = members_of(put, depth);
    --open_objects_;
    return status;
  }

  template <typename Put>
  Status members_of(Put& put, int depth) {
    bool after_value = false, after_comma = false;
    while (true) {
      skip();
      if (at_end()) return Status::cut;
      const char c = text_[pos_];
      if (c == '}') {
        if (after_comma) log_.note(kMendTrailingComma, pos_);
        ++pos_;
        return Status::ok;
      }
      if (c == ',') {
        if (!after_value || after_comma) log_.note(kMendExtraComma, pos_);
        after_comma = true;
        ++pos_;
        continue;
      }
      if (c == ']' && open_arrays_ > 0) {  // belongs to a list further out
        log_.note(kMendBracket, pos_);
        return Status::ok;
      }
      const std::size_t key_at = pos_;
      std::string key;
      if (quote_at(text_, pos_).bytes > 0) {
        if (string(key, Place::key) == Status::cut) return Status::cut;
      } else if (is_word(c)) {
        while (!at_end() && is_word(text_[pos_])) ++pos_;
        key = text_.substr(key_at, pos_ - key_at);
        log_.note(kMendBareKey, key_at);
      } else {
        skip_unreadable();
        continue;
      }
      if (after_value && !after_comma) log_.note(kMendMissingComma, key_at);
      after_comma = false;
      skip();
      if (at_end()) return Status::cut;
      if (text_[pos_] != ':') {
        log_.note(kMendKeyOnly, key_at);
        log_.set_doubtful();
        after_value = true;
        continue;
      }
      ++pos_;
      skip();
      if (at_end()) return Status::cut;
      Json item;
      if (text_[pos_] == ',' || text_[pos_] == '}') {
        log_.note(kMendNoValue, pos_);
      } else {
        const Status status = value(item, Place::member, depth + 1);
        if (status == Status::failed) {
          skip_unreadable();
          continue;
        }
        if (status == Status::cut) {
          // A half-read text or number is worth nothing; a list or object keeps its complete items.
          if (item.is_structured()) put(std::move(key), std::move(item), key_at);
          return Status::cut;
        }
      }
      put(std::move(key), std::move(item), key_at);
      after_value = true;
    }
  }

  Status array(Json& out, int depth) {
    out = Json::array();
    ++pos_;
    ++open_arrays_;
    const Status status = elements_of(out, depth);
    --open_arrays_;
    return status;
  }

  Status elements_of(Json& out, int depth) {
    bool after_value = false, after_comma = false;
    while (true) {
      skip();
      if (at_end()) return Status::cut;
      const char c = text_[pos_];
      if (c == ']') {
        if (after_comma) log_.note(kMendTrailingComma, pos_);
        ++pos_;
        return Status::ok;
      }
      if (c == ',') {
        if (!after_value || after_comma) log_.note(kMendExtraComma, pos_);
        after_comma = true;
        ++pos_;
        continue;
      }
      if (c == '}' && open_objects_ > 0) {  // belongs to an object further out
        log_.note(kMendBracket, pos_);
        return Status::ok;
      }
      const std::size_t item_at = pos_;
      Json item;
      const Status status = value(item, Place::element, depth + 1);
      if (status == Status::cut) return Status::cut;  // an unfinished item is dropped
      if (status == Status::failed) {
        skip_unreadable();
        continue;
      }
      if (after_value && !after_comma) log_.note(kMendMissingComma, item_at);
      after_value = true;
      after_comma = false;
      out.push_back(std::move(item));
    }
  }

  // A number, a constant, or text without quotes up to the end of the item.
  Status bare(Json& out) {
    const std::size_t at = pos_;
    std::size_t end = pos_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '+')) ++end;
    const std::string_view word = text_.substr(at, end - at);
    if (word.empty()) return Status::failed;
    const std::size_t next = skip_blanks(end);
    const bool ends_here = next >= text_.size() || text_[next] == ',' || text_[next] == '}' ||
                           text_[next] == ']' || comment_at(next) ||
                           text_.substr(end, next - end).find('\n') != std::string_view::npos;
    if (end == text_.size()) {
      pos_ = end;
      return Status::cut;  // "12" at the very end may be half of "123"
    }
    if (ends_here || is_constant(word)) {
      pos_ = end;
      if (word == "true" || word == "True") out = true;
      if (word == "false" || word == "False") out = false;
      if (is_python_word(word)) log_.note(kMendPythonWord, at);
      if (is_not_a_number(word)) log_.note(kMendNan, at);
      if (is_constant(word)) return Status::ok;
      if (word.size() <= kMaxNumberBytes) out = number_from(word);
      if (!out.is_null()) return Status::ok;
    } else {
      const std::size_t limit = std::min(text_.size(), at + kMaxBareBytes);
      while (end < limit && std::string_view(",}]\n\r").find(text_[end]) == std::string_view::npos) ++end;
      if (end == text_.size()) {
        pos_ = end;
        return Status::cut;
      }
    }
    std::string_view text = text_.substr(at, end - at);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    // Cutting at the byte limit may have split a character: drop the broken tail.
    while (!text.empty() && end == at + kMaxBareBytes && (static_cast<unsigned char>(text.back()) & 0x80)) {
      text.remove_suffix(1);
    }
    log_.note(kMendBareText, at);
    log_.set_doubtful();
    out = std::string(text);
    pos_ = end;
    return Status::ok;
  }

  // At a quote: is there a key, that is, a short string and a colon?
  bool key_follows(std::size_t place) const {
    const Quote quote = quote_at(text_, place);
    if (quote.bytes == 0) {
      std::size_t end = place;
      while (end < text_.size() && end < place + kKeyLookahead && is_word(text_[end])) ++end;
      if (end == place) return false;
      end = skip_blanks(end);
      return end >= text_.size() || text_[end] == ':';
    }
    const std::size_t limit = std::min(text_.size(), place + kKeyLookahead);
    for (std::size_t i = place + quote.bytes; i < limit; ++i) {
      if (text_[i] == '\\') {
        ++i;
        continue;
      }
      const Quote close = quote_at(text_, i);
      if (!can_close(quote, close)) continue;
      const std::size_t next = skip_blanks(i + close.bytes);
      return next >= text_.size() || text_[next] == ':';
    }
    return true;  // cannot tell: assume well-formed text
  }

  // Whether the quote that ends at `after` closes its string: only where JSON can go on. Otherwise it is a
  // quotation mark the model forgot to escape. Valid JSON always passes.
  bool closes(std::size_t after, Place place) const {
    const std::size_t next = skip_blanks(after);
    if (next >= text_.size()) return true;
    const char c = text_[next];
    const bool new_line = text_.substr(after, next - after).find('\n') != std::string_view::npos;
    if (place == Place::key) return c == ':' || c == ',' || c == '}' || new_line;
    if (c == '}' || c == ']' || c == ':') return true;
    if (comment_at(next)) return next > after || c == '/';
    if (c == ',') return goes_on(skip_blanks(next + 1), place);
    if (new_line && (c == '{' || c == '[')) return true;
    if (place == Place::member) return key_follows(next) && (new_line || quote_at(text_, next).bytes > 0);
    return quote_at(text_, next).bytes > 0 && next > after;
  }

  // After a comma: can the next member or element start here?
  bool goes_on(std::size_t place, Place where) const {
    if (place >= text_.size()) return true;
    const char c = text_[place];
    if (c == '}' || c == ']' || c == ',' || comment_at(place)) return true;
    if (where == Place::member) return key_follows(place);
    if (c == '{' || c == '[' || is_digit(c) || c == '-' || quote_at(text_, place).bytes > 0) return true;
    std::size_t end = place;
    while (end < text_.size() && end < place + 16 && is_letter(text_[end])) ++end;
    return is_constant(text_.substr(place, end - place));
  }

  Status string(std::string& out, Place place) {
    const Quote open = quote_at(text_, pos_);
    if (open.typographic) {
      log_.note(kMendTypographic, pos_);
    } else if (open.plain != '"') {
      log_.note(kMendSingleQuotes, pos_);
    }
    pos_ += open.bytes;
    const std::size_t start = pos_;
    while (!at_end()) {
      const char c = text_[pos_];
      if (c == '\\') {
        if (pos_ + 1 >= text_.size()) break;
        escape(out, open, pos_ > start ? text_[pos_ - 1] : '\0');
        continue;
      }
      const Quote quote = quote_at(text_, pos_);
      if (can_close(open, quote)) {
        if (closes(pos_ + quote.bytes, place)) {
          pos_ += quote.bytes;
          return Status::ok;
        }
        if (open.plain == '"') log_.note(kMendInnerQuote, pos_);
        out += text_.substr(pos_, quote.bytes);
        pos_ += quote.bytes;
        continue;
      }
      if (const char letter = control_letter(c); letter != 0) {
        if (control_is_latex(c, text_.substr(pos_ + 1))) {
          log_.note(kMendLatex, pos_);
          out += '\\';
          out += letter;
        } else {
          if (letter == 'n' || letter == 't' || letter == 'r') log_.note(kMendRawBreak, pos_);
          out += c;
        }
      } else if (c == '\0') {
        log_.note(kMendSurrogate, pos_);
        append_utf8(out, 0xFFFD);
      } else {
        out += c;
      }
      ++pos_;
    }
    pos_ = text_.size();
    return Status::cut;
  }

  // At a backslash that is not the last byte.
  void escape(std::string& out, const Quote& open, char before) {
    const std::size_t at = pos_;
    const char c = text_[pos_ + 1];
    if (std::string_view("bfnrt").find(c) != std::string_view::npos) {
      pos_ += 2;
      if (escape_is_latex(text_.substr(at + 1), before)) {
        log_.note(kMendLatex, at);
        out += '\\';
        out += c;
        return;
      }
      out += c == 'b' ? '\b' : c == 'f' ? '\f' : c == 'n' ? '\n' : c == 'r' ? '\r' : '\t';
      return;
    }
    if (c == '"' || c == '\\' || c == '/' || c == '\'' || c == open.plain) {
      // \' is no JSON escape, but models write it for an apostrophe far more often than for a LaTeX accent.
      if (c == '\'' && open.plain != '\'') log_.note(kMendInvalidEscape, at);
      out += c;
      pos_ += 2;
      return;
    }
    if (c == 'u') {
      const int code = hex4(text_.substr(pos_ + 2));
      if (code >= 0) {
        pos_ += 6;
        code_point(out, static_cast<unsigned>(code), at);
        return;
      }
    }
    log_.note(kMendInvalidEscape, at);
    out += '\\';
    ++pos_;
  }

  void code_point(std::string& out, unsigned code, std::size_t at) {
    if (code >= 0xD800 && code < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
      const int low = hex4(text_.substr(pos_ + 2));
      if (low >= 0xDC00 && low < 0xE000) {
        pos_ += 6;
        append_utf8(out, 0x10000 + ((code - 0xD800) << 10) + (static_cast<unsigned>(low) - 0xDC00));
        return;
      }
    }
    const char control = code < 0x20 ? static_cast<char>(code) : '\0';
    if (control_letter(control) != 0 && control != '\n' && control_is_latex(control, text_.substr(pos_))) {
      log_.note(kMendLatex, at);
      out += '\\';
      out += control_letter(control);
      return;
    }
    if (code == 0 || (code >= 0xD800 && code < 0xE000)) {
      log_.note(kMendSurrogate, at);
      code = 0xFFFD;
    }
    append_utf8(out, code);
  }

  std::string_view text_;
  std::size_t pos_;
  MendLog& log_;
  int open_objects_ = 0, open_arrays_ = 0;
};

}  // namespace

void MendLog::note(std::string_view kind, std::size_t offset) {
  for (const auto& [known, place] : kinds_) {
    if (known == kind) return;
  }
  kinds_.emplace_back(kind, offset);
}

std::vector<std::string> MendLog::sentences() const {
  std::vector<std::string> out;
  for (const auto& [kind, offset] : kinds_) out.push_back(fmt::format("{} (first at byte {})", kind, offset));
  return out;
}

LenientParse parse_lenient(std::string_view text, std::size_t begin, std::size_t end) {
  LenientParse result;
  Parser parser(text.substr(0, end), begin, result.mended);
  const Status status = parser.value(result.value, Place::element, 0);
  result.found = status == Status::ok || (status == Status::cut && result.value.is_structured());
  result.complete = status == Status::ok;
  result.end = parser.position();
  return result;
}

bool looks_like_json(std::string_view text, std::size_t place) {
  const bool object = text[place] == '{';
  std::size_t i = place + 1;
  const std::size_t limit = std::min(text.size(), place + 2'000);
  while (i < limit && is_blank(text[i])) ++i;
  if (i >= text.size()) return true;
  const char c = text[i];
  if (c == '#' || (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')))
    return true;
  if (quote_at(text, i).bytes > 0) return true;
  std::size_t end = i;
  while (end < limit && is_word(text[end])) ++end;
  const std::string_view word = text.substr(i, end - i);
  if (!object) {
    return c == '{' || c == '[' || c == ']' || is_digit(c) || (c == '-' && word.size() > 1) ||
           is_constant(word);
  }
  if (c == '}') return true;
  while (end < limit && is_blank(text[end])) ++end;
  return !word.empty() && (end >= text.size() || text[end] == ':');
}

}  // namespace p2c::llm
