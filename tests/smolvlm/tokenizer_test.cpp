#include "smolvlm/tokenizer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "smolvlm/word_split.h"

namespace p2c::smolvlm {
namespace {

std::string golden(const std::string& name) { return read_file(std::filesystem::path(P2C_SOURCE_DIR) / "tests/goldens/tokenizer" / name); }

const Tokenizer& tokenizer() {
  static const Tokenizer instance(parse_tokenizer_json(golden("tokenizer.json")));
  return instance;
}

const Json& cases() {
  static const Json instance = parse_json(golden("cases.json"), "cases.json");
  return instance;
}

TEST(Tokenizer, EqualsTheReferenceOnEveryText) {
  ASSERT_GT(cases()["texts"].size(), 300u);
  for (const Json& row : cases()["texts"]) {
    const auto text = row["text"].get<std::string>();
    const auto ids = row["ids"].get<std::vector<TokenId>>();
    EXPECT_EQ(tokenizer().encode(text, true), ids) << text;
    EXPECT_EQ(tokenizer().decode(ids, false), row["decoded"].get<std::string>());
    EXPECT_EQ(tokenizer().decode(ids, true), row["without_special"].get<std::string>());
  }
}

TEST(Tokenizer, DecodesAnyIdsAsTheReferenceDoes) {
  for (const Json& row : cases()["random_ids"]) {
    EXPECT_EQ(tokenizer().decode(row["ids"].get<std::vector<TokenId>>(), false), row["decoded"].get<std::string>());
  }
}

TEST(Tokenizer, PiecesAreCutAsOneText) {
  for (const Json& row : cases()["texts"]) {
    const auto text = row["text"].get<std::string>();
    if (contains(text, "<")) continue;
    for (const std::size_t cut : {text.size() / 3, text.size() / 2}) {
      EXPECT_EQ(tokenizer().encode({{text.substr(0, cut), false}, {text.substr(cut), true}}), tokenizer().encode(text, false));
    }
  }
}

TEST(Tokenizer, UnmarkedTextCannotNameASpecialToken) {
  const TokenId image = tokenizer().find("<image>");
  ASSERT_GE(image, 0);
  for (const TokenId id : tokenizer().encode("a<image><end_of_utterance>", false)) EXPECT_FALSE(tokenizer().is_special(id));
  EXPECT_EQ(tokenizer().decode(tokenizer().encode("a<image>b", false), true), "a<image>b");
  EXPECT_EQ(tokenizer().encode({{"<image>", true}, {"<image>", false}}).front(), image);
}

TEST(StreamDecoder, AddsUpToTheWholeTextAndNeverCutsACharacter) {
  for (const Json& row : cases()["texts"]) {
    StreamDecoder stream(tokenizer(), false);
    std::string text;
    for (const TokenId id : row["ids"].get<std::vector<TokenId>>()) {
      const std::string piece = stream.add(id);
      EXPECT_TRUE(is_valid_utf8(piece));
      text += piece;
    }
    EXPECT_EQ(text + stream.finish(), row["decoded"].get<std::string>());
  }
}

TEST(Tokenizer, DropsBytesTheVocabularyLacks) {
  EXPECT_TRUE(tokenizer().encode("\xf5", false).empty());
  EXPECT_EQ(tokenizer().encode("a\xf5", false), tokenizer().encode("a", false));
}

TEST(SplitWords, CoversTheTextWithoutLosingAByte) {
  for (const std::string& text : {std::string("a\xff\xfe b"), std::string("\xc3"), std::string("\xe6\x97 x\xf0\x9f\x91"), std::string(1, '\0')}) {
    std::string joined;
    for (const std::string_view word : split_words(text)) {
      EXPECT_FALSE(word.empty());
      joined += word;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST(TokenizerJson, RefusesWhatItWouldGetWrong) {
  const std::string pre = R"("pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]})";
  const auto json = [&](const std::string& model) { return "{" + pre + R"(,"model":)" + model + "}"; };
  EXPECT_NO_THROW(Tokenizer(parse_tokenizer_json(json(R"({"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]})"))));
  EXPECT_NO_THROW(Tokenizer(parse_tokenizer_json(json(R"({"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]})"))));
  for (const char* model :
       {R"({"type":"Unigram","vocab":{},"merges":[]})", R"({"type":"BPE","vocab":{"a":-1},"merges":[]})", R"({"type":"BPE","vocab":{"a":99999999999},"merges":[]})",
        R"({"type":"BPE","vocab":{"a":0,"b":0},"merges":[]})", R"({"type":"BPE","vocab":{"a":"x"},"merges":[]})", R"({"type":"BPE","vocab":{"a":0},"merges":["a b"]})",
        R"({"type":"BPE","vocab":{"a":0},"merges":["ab"]})", R"({"type":"BPE","vocab":{"a":0},"merges":[["a"]]})", R"({"type":"BPE","vocab":[],"merges":[]})", "7"}) {
    EXPECT_THROW(Tokenizer(parse_tokenizer_json(json(model))), Error) << model;
  }
  EXPECT_THROW(parse_tokenizer_json(R"({"model":{"type":"BPE","vocab":{},"merges":[]}})"), Error);
  EXPECT_THROW(parse_tokenizer_json(R"({"pre_tokenizer":{"type":"Whitespace"},"model":{"type":"BPE","vocab":{},"merges":[]}})"), Error);
  for (const char* other : {"{", "5", "[]", R"({"model":7})", R"({"pre_tokenizer":{"type":"Sequence","pretokenizers":[1]},"model":{}})",
                            R"({"pre_tokenizer":{"type":"Digits","individual_digits":"yes"},"model":{}})"}) {
    EXPECT_THROW(parse_tokenizer_json(other), Error) << other;
  }
}

TEST(Tokenizer, LongWordsTakeNoLongerThanTheyMust) {
  const std::string text(1 << 20, 'a');
  const auto ids = tokenizer().encode(text, false);
  EXPECT_EQ(tokenizer().decode(ids, false), text);
}

}  // namespace
}  // namespace p2c::smolvlm
