#include "smolvlm/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <queue>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "smolvlm/word_split.h"

namespace p2c::smolvlm {
namespace {

constexpr std::size_t kMaxJson = 64u << 20;
constexpr std::int64_t kMaxId = 1'000'000;
constexpr std::size_t kMaxTokenBytes = 4'096;

// GPT-2 spells every byte as a printable character: itself where it is one, else U+0100 and on, in order.
std::array<std::string, 256> byte_spelling() {
  std::array<std::string, 256> out;
  int next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    const int c = printable ? byte : next++;
    std::string& text = out[static_cast<std::size_t>(byte)];
    if (c < 0x80) {
      text = static_cast<char>(c);
    } else {
      text = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    }
  }
  return out;
}

// Bytes a token in that spelling stands for; what is no spelling of a byte stands for itself (added tokens).
std::string bytes_of(std::string_view token) {
  static const std::unordered_map<std::string, char> bytes = [] {
    std::unordered_map<std::string, char> map;
    const auto spelling = byte_spelling();
    for (std::size_t byte = 0; byte < 256; ++byte) map[spelling[byte]] = static_cast<char>(byte);
    return map;
  }();
  std::string out;
  for (std::size_t at = 0; at < token.size();) {
    const std::size_t length = static_cast<unsigned char>(token[at]) < 0x80 ? 1 : 2;
    const auto it = bytes.find(std::string(token.substr(at, length)));
    if (it == bytes.end()) return std::string(token);
    out += it->second;
    at += length;
  }
  return out;
}

[[noreturn]] void refuse(std::string what, std::string found, std::string expected = {}) {
  throw Error(ErrorCode::bad_input, std::move(what), {.subject = "tokenizer", .found = std::move(found), .expected = std::move(expected)});
}

std::uint64_t pair_key(TokenId a, TokenId b) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32 | static_cast<std::uint32_t>(b);
}

void place(TokenizerParts& parts, std::int64_t id, std::string token) {
  if (id < 0 || id >= kMaxId) refuse("a token's id is out of range", fmt::format("{}", id), fmt::format("0 to {}", kMaxId - 1));
  if (token.size() > kMaxTokenBytes) refuse("a token is too long", fmt::format("{} bytes", token.size()));
  const auto index = static_cast<std::size_t>(id);
  if (parts.tokens.size() <= index) parts.tokens.resize(index + 1);
  if (!parts.tokens[index].empty() && parts.tokens[index] != token) refuse("two tokens have one id", fmt::format("{}", id));
  parts.tokens[index] = std::move(token);
}

// Digits one by one, then GPT-2's byte level: alone or as a sequence.
void check_pre_tokenizer(const Json& json) {
  bool digits = false, bytes = false;
  const auto look = [&](const Json& step) {
    const std::string type = optional_string(step, "type");
    if (type == "Digits" && step.value("individual_digits", false)) {
      digits = true;
    } else if (type == "ByteLevel" && !step.value("add_prefix_space", true) && step.value("use_regex", true)) {
      bytes = true;
    } else {
      refuse("a step of its pre-tokenizer is not known", type.empty() ? "no type" : type, "Digits one by one, then ByteLevel without prefix space");
    }
  };
  if (optional_string(json, "type") == "Sequence") {
    for (const Json& step : json.value("pretokenizers", Json::array())) look(step);
  } else if (json.is_object()) {
    look(json);
  }
  if (!digits || !bytes) refuse("its pre-tokenizer is not SmolLM2's", "", "Digits one by one, then ByteLevel");
}

TokenizerParts parts_of(const Json& json) {
  const Json model = json.value("model", Json::object());
  if (!model.is_object() || optional_string(model, "type", "BPE") != "BPE") refuse("its model is not BPE", optional_string(model, "type"));
  check_pre_tokenizer(json.value("pre_tokenizer", Json()));
  TokenizerParts parts;
  const Json vocabulary = model.value("vocab", Json::object());
  if (!vocabulary.is_object()) refuse("its vocabulary is no object", vocabulary.type_name());
  for (const auto& [token, id] : vocabulary.items()) {
    if (!id.is_number_integer()) refuse("a token's id is no number", token);
    place(parts, id.get<std::int64_t>(), token);
  }
  for (const Json& merge : model.value("merges", Json::array())) {
    if (merge.is_string()) {
      parts.merges.push_back(merge.get<std::string>());
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
      parts.merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
    } else {
      refuse("a merge is neither \"a b\" nor [\"a\", \"b\"]", merge.dump().substr(0, 40));
    }
  }
  for (const Json& row : json.value("added_tokens", Json::array())) {
    const std::string content = optional_string(row, "content");
    const std::int64_t id = optional_int(row, "id", -1);
    if (content.empty()) refuse("an added token has no text", fmt::format("id {}", id));
    place(parts, id, content);
    parts.added.push_back({content, static_cast<TokenId>(id), row.value("special", false)});
  }
  return parts;
}

}  // namespace

TokenizerParts parse_tokenizer_json(std::string_view text) {
  if (text.size() > kMaxJson) throw Error(ErrorCode::limit, "is too large", {.subject = "tokenizer.json", .found = fmt::format("{} bytes", text.size())});
  const Json json = parse_json(text, "tokenizer.json");
  try {
    return parts_of(json);
  } catch (const Json::exception& error) {  // a value of another type than the format says
    refuse("is not laid out as a tokenizer", error.what());
  }
}

Tokenizer::Tokenizer(const TokenizerParts& parts) : bytes_(parts.tokens.size()), special_(parts.tokens.size(), false), byte_ids_(256, -1) {
  for (std::size_t id = 0; id < parts.tokens.size(); ++id) {
    if (parts.tokens[id].empty()) continue;
    bytes_[id] = bytes_of(parts.tokens[id]);
    if (!ids_.try_emplace(parts.tokens[id], static_cast<TokenId>(id)).second) refuse("a token stands twice", parts.tokens[id]);
  }
  for (const TokenizerParts::Added& added : parts.added) {
    if (added.text.empty() || added.id < 0 || static_cast<std::size_t>(added.id) >= bytes_.size()) refuse("an added token is outside the vocabulary", added.text);
    bytes_[static_cast<std::size_t>(added.id)] = added.text;
    special_[static_cast<std::size_t>(added.id)] = added.special;
    added_[added.text.front()].push_back(added);
  }
  for (auto& [_, list] : added_) {
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.text.size() > b.text.size(); });
  }
  const auto spelling = byte_spelling();
  for (std::size_t byte = 0; byte < 256; ++byte) byte_ids_[byte] = find(spelling[byte]);
  std::int32_t rank = 0;
  for (const std::string& merge : parts.merges) {
    const std::size_t blank = merge.find(' ');
    if (blank == std::string::npos) refuse("a merge has no blank", merge);
    const TokenId left = find(merge.substr(0, blank)), right = find(merge.substr(blank + 1)), result = find(merge.substr(0, blank) + merge.substr(blank + 1));
    if (left < 0 || right < 0 || result < 0) refuse("a merge names a token the vocabulary lacks", merge);
    merges_.try_emplace(pair_key(left, right), Merge{rank++, result});
  }
}

TokenId Tokenizer::find(std::string_view token) const {
  const auto it = ids_.find(std::string(token));
  return it == ids_.end() ? -1 : it->second;
}

bool Tokenizer::is_special(TokenId id) const { return id >= 0 && static_cast<std::size_t>(id) < special_.size() && special_[static_cast<std::size_t>(id)]; }

std::string_view Tokenizer::bytes(TokenId id) const {
  return id >= 0 && static_cast<std::size_t>(id) < bytes_.size() ? std::string_view(bytes_[static_cast<std::size_t>(id)]) : std::string_view();
}

const TokenizerParts::Added* Tokenizer::added_at(std::string_view text) const {
  const auto it = added_.find(text.front());
  if (it == added_.end()) return nullptr;
  for (const auto& added : it->second) {
    if (text.starts_with(added.text)) return &added;
  }
  return nullptr;
}

// Merges the pair of lowest rank, the leftmost of equals, until none is left. A heap keeps long words at n log n; an entry whose symbols have
// changed since is passed over.
void Tokenizer::encode_word(std::string_view word, std::vector<TokenId>& out) const {
  struct Symbol {
    TokenId id;
    std::int32_t previous, next;
  };
  struct Candidate {
    std::int32_t rank, left;
    TokenId first, second, result;
    bool operator<(const Candidate& other) const { return rank != other.rank ? rank > other.rank : left > other.left; }
  };
  std::vector<Symbol> symbols;
  symbols.reserve(word.size());
  for (const char c : word) {
    const TokenId id = byte_ids_[static_cast<unsigned char>(c)];
    if (id < 0) continue;  // the reference drops bytes its vocabulary lacks
    const auto n = static_cast<std::int32_t>(symbols.size());
    symbols.push_back({id, n - 1, n + 1});
  }
  if (symbols.empty()) return;
  symbols.back().next = -1;
  std::priority_queue<Candidate> queue;
  const auto offer = [&](std::int32_t left) {
    if (left < 0 || symbols[static_cast<std::size_t>(left)].next < 0) return;
    const Symbol& a = symbols[static_cast<std::size_t>(left)];
    const Symbol& b = symbols[static_cast<std::size_t>(a.next)];
    const auto it = merges_.find(pair_key(a.id, b.id));
    if (it != merges_.end()) queue.push({it->second.rank, left, a.id, b.id, it->second.result});
  };
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(symbols.size()); ++i) offer(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    Symbol& a = symbols[static_cast<std::size_t>(best.left)];
    if (a.id != best.first || a.next < 0 || symbols[static_cast<std::size_t>(a.next)].id != best.second) continue;
    Symbol& b = symbols[static_cast<std::size_t>(a.next)];
    a.id = best.result;
    b.id = -1;
    a.next = b.next;
    if (a.next >= 0) symbols[static_cast<std::size_t>(a.next)].previous = best.left;
    offer(a.previous);
    offer(best.left);
  }
  for (std::int32_t i = 0; i >= 0; i = symbols[static_cast<std::size_t>(i)].next) out.push_back(symbols[static_cast<std::size_t>(i)].id);
}

void Tokenizer::encode_text(std::string_view text, std::vector<TokenId>& out) const {
  for (const std::string_view word : split_words(text)) encode_word(word, out);
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool marked) const { return encode({PromptPiece{std::string(text), marked}}); }

std::vector<TokenId> Tokenizer::encode(const std::vector<PromptPiece>& pieces) const {
  std::vector<TokenId> out;
  std::string plain;
  const auto flush = [&] {
    encode_text(plain, out);
    plain.clear();
  };
  for (const PromptPiece& piece : pieces) {
    if (!piece.marked) {
      plain += piece.text;
      continue;
    }
    std::string_view rest = piece.text;
    while (!rest.empty()) {
      const TokenizerParts::Added* added = added_at(rest);
      if (added == nullptr) {
        plain += rest.front();
        rest.remove_prefix(1);
        continue;
      }
      flush();
      out.push_back(added->id);
      rest.remove_prefix(added->text.size());
    }
  }
  flush();
  return out;
}

std::string Tokenizer::decode(const std::vector<TokenId>& ids, bool skip_special) const {
  std::string out;
  for (const TokenId id : ids) {
    if (!skip_special || !is_special(id)) out += bytes(id);
  }
  return repair_utf8(out);
}

std::string StreamDecoder::add(TokenId id) {
  if (skip_special_ && tokenizer_.is_special(id)) return {};
  waiting_ += tokenizer_.bytes(id);
  // An incomplete character at the end waits: at most three bytes that begin one.
  std::size_t keep = 0;
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, waiting_.size()); ++back) {
    const auto byte = static_cast<unsigned char>(waiting_[waiting_.size() - back]);
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (length > back) keep = back;
      break;
    }
  }
  std::string text = repair_utf8(std::string_view(waiting_).substr(0, waiting_.size() - keep));
  waiting_.erase(0, waiting_.size() - keep);
  return text;
}

std::string StreamDecoder::finish() {
  std::string text = repair_utf8(waiting_);
  waiting_.clear();
  return text;
}

}  // namespace p2c::smolvlm
