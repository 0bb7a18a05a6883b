// Byte-level BPE as SmolLM2's checkpoints define it: text to token ids and back.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "smolvlm/prompt.h"

namespace p2c::smolvlm {

using TokenId = std::int32_t;

// A vocabulary in its parts, wherever they were read from.
struct TokenizerParts {
  std::vector<std::string> tokens;    // by id, in GPT-2's spelling of bytes; empty: no token has this id
  std::vector<std::string> merges;    // "a b", best first
  struct Added {
    std::string text;
    TokenId id = 0;
    bool special = true;  // left out of decoded text on request
  };
  std::vector<Added> added;           // matched as a whole before anything else
};

// tokenizer.json of Hugging Face `tokenizers`. Errors: bad_input for another kind of model than BPE, for a pre-tokenizer other than
// digits one by one followed by GPT-2's byte level, for ids that are negative, doubled or beyond 1,000,000, or merges that name no token;
// limit beyond 64 MiB.
TokenizerParts parse_tokenizer_json(std::string_view json);

// Immutable after construction; every function may be called from many threads at once.
class Tokenizer {
 public:
  // Errors: bad_input as above.
  explicit Tokenizer(const TokenizerParts& parts);

  // Ids of a text. With `marked` the added tokens are matched in it (leftmost, then longest); without, it is text to the last letter.
  std::vector<TokenId> encode(std::string_view text, bool marked) const;
  // Ids of a prompt: added tokens are matched in marked pieces only, and text between two of them is cut into words across pieces, as if it
  // were one string.
  std::vector<TokenId> encode(const std::vector<PromptPiece>& pieces) const;

  // Bytes of one token, which may be a part of a character; empty for an id that is none.
  std::string_view bytes(TokenId id) const;
  // Text of ids; bytes that are no UTF-8 become U+FFFD.
  std::string decode(const std::vector<TokenId>& ids, bool skip_special) const;

  // Id of an added or ordinary token by its text in GPT-2's spelling, or -1.
  TokenId find(std::string_view token) const;
  bool is_special(TokenId id) const;
  std::size_t size() const { return bytes_.size(); }

 private:
  struct Merge {
    std::int32_t rank;
    TokenId result;
  };
  void encode_text(std::string_view text, std::vector<TokenId>& out) const;
  void encode_word(std::string_view word, std::vector<TokenId>& out) const;
  // Longest added token at the start of `text`, or nullptr.
  const TokenizerParts::Added* added_at(std::string_view text) const;

  std::vector<std::string> bytes_;
  std::vector<bool> special_;
  std::unordered_map<std::string, TokenId> ids_;
  std::unordered_map<std::uint64_t, Merge> merges_;
  std::vector<TokenId> byte_ids_;  // 256; -1 where the vocabulary lacks the byte
  std::map<char, std::vector<TokenizerParts::Added>> added_;  // by first byte, longest first
};

// Turns ids into text as they come: bytes of a character that is not complete yet wait.
class StreamDecoder {
 public:
  StreamDecoder(const Tokenizer& tokenizer, bool skip_special) : tokenizer_(tokenizer), skip_special_(skip_special) {}
  std::string add(TokenId id);  // the text that became certain
  std::string finish();         // what waits, as U+FFFD where it is no character

 private:
  const Tokenizer& tokenizer_;
  bool skip_special_;
  std::string waiting_;
};

}  // namespace p2c::smolvlm
