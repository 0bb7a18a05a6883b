// paper.json: nothing is lost, the schema fits, and broken files are told apart.
#include <gtest/gtest.h>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/error.h"
#include "base/files.h"
#include "paper/paper_doc.h"
#include "sample_doc.h"
#include "support.h"

namespace p2c::paper {
namespace {

// First complaint of the schema, or empty.
std::string complaint(const Json& value) {
  const auto schema_json =
      nlohmann::json::parse(read_file(p2c::test::source_path("schemas/paper.schema.json")));
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  const nlohmann::json plain = nlohmann::json::parse(value.dump());
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(plain), &results)) return {};
  valijson::ValidationResults::Error error;
  std::string text = "invalid";
  while (results.popError(error)) {
    text += "; ";
    for (const std::string& part : error.context) text += part;
    text += " " + error.description;
  }
  return text;
}

Error error_of(const Json& json) {
  try {
    paper_doc_from_json(json);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing was thrown");
}

TEST(PaperJson, NothingIsLost) {
  const Json json = to_json(test::sample_doc());
  const PaperDoc again = paper_doc_from_json(parse_json(pretty_json(json), "paper.json"));
  EXPECT_EQ(pretty_json(to_json(again)), pretty_json(json));
  EXPECT_EQ(again.blocks[1].box->x1, 300.25);
  EXPECT_EQ(again.tables[0].rows[1][1].plus_minus, 0.1);
  EXPECT_FALSE(again.tables[0].rows[0][0].number.has_value());
  EXPECT_EQ(again.algorithms[0].lines[1].comment, "update");
  EXPECT_TRUE(again.blocks.back().appendix);
  EXPECT_EQ(again.symbols[0].domain, "real");
}

TEST(PaperJson, FitsTheSchema) {
  EXPECT_EQ(complaint(to_json(test::sample_doc())), "");
  EXPECT_EQ(complaint(to_json(PaperDoc{})), "");
}

TEST(PaperJson, SchemaNamesEveryField) {
  // A field written by to_json that the schema lacks fails FitsTheSchema; one the schema has and to_json
  // lacks fails here.
  const Json schema = parse_json(read_file(p2c::test::source_path("schemas/paper.schema.json")), "schema");
  const Json json = to_json(test::sample_doc());
  for (const auto& [key, value] : schema["properties"].items()) EXPECT_TRUE(json.contains(key)) << key;
  const std::vector<std::pair<std::string, Json>> parts{{"source", json["source"]},
                                                        {"block", json["blocks"][1]},
                                                        {"span", json["blocks"][1]["span"]},
                                                        {"equation", json["equations"][0]},
                                                        {"algorithm", json["algorithms"][0]},
                                                        {"algorithm_line", json["algorithms"][0]["lines"][0]},
                                                        {"table", json["tables"][0]},
                                                        {"cell", json["tables"][0]["cells"][1][1]},
                                                        {"figure", json["figures"][0]},
                                                        {"figure_file", json["figures"][0]["files"][0]},
                                                        {"reference", json["bibliography"][0]},
                                                        {"symbol", json["symbols"][0]},
                                                        {"url", json["urls"][0]},
                                                        {"macro", json["macros"][0]},
                                                        {"warning", json["warnings"][0]}};
  EXPECT_EQ(parts.size(), schema["definitions"].size());
  for (const auto& [name, part] : parts) {
    for (const auto& [key, value] : schema["definitions"][name]["properties"].items())
      EXPECT_TRUE(part.contains(key)) << name << "." << key;
  }
}

TEST(PaperJson, SchemaRefusesStrangers) {
  Json json = to_json(test::sample_doc());
  json["blocks"][0]["colour"] = "red";
  EXPECT_NE(complaint(json), "");
  json = to_json(test::sample_doc());
  json["blocks"][0]["type"] = "poem";
  EXPECT_NE(complaint(json), "");
}

TEST(PaperJson, OptionalFieldsMayBeAbsent) {
  const Json json = parse_json(R"({"schema_version": 1, "source": {"kind": "pdf"}, "title": "T",
      "blocks": [{"id": "P0.1", "type": "paragraph", "bbox": null}]})",
                               "test");
  const PaperDoc doc = paper_doc_from_json(json);
  EXPECT_EQ(doc.source.kind, SourceKind::pdf);
  ASSERT_EQ(doc.blocks.size(), 1u);
  EXPECT_FALSE(doc.blocks[0].box.has_value());
  EXPECT_EQ(complaint(json), "");
}

TEST(PaperJson, MissingAndMistypedFieldsAreNamed) {
  Json json = to_json(test::sample_doc());
  json["blocks"][3].erase("id");
  Error error = error_of(json);
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_EQ(error.detail().subject, "paper.json blocks[3].id");

  json = to_json(test::sample_doc());
  json["tables"][0]["cells"][1][0]["bold"] = "yes";
  error = error_of(json);
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_EQ(error.detail().subject, "paper.json tables[0].cells[1][0].bold");

  const std::vector<std::pair<std::string, Json>> wrong{{"/source", 3},
                                                        {"/source/kind", "scroll"},
                                                        {"/title", nullptr},
                                                        {"/authors", "Ann"},
                                                        {"/authors/0", 1},
                                                        {"/blocks", Json::object()},
                                                        {"/blocks/0", "text"},
                                                        {"/blocks/0/order", -1},
                                                        {"/blocks/0/level", 1.5},
                                                        {"/blocks/0/level", 99999999999},
                                                        {"/blocks/0/page", 18446744073709551615ull},
                                                        {"/blocks/1/bbox", Json::array({1, 2, 3})},
                                                        {"/blocks/1/bbox", Json::array({1, 2, 3, "4"})},
                                                        {"/blocks/1/span/start", "0"},
                                                        {"/tables/0/cells/0", 1},
                                                        {"/tables/0/cells/0/0/colspan", 0},
                                                        {"/figures/0/files/0/w", -5},
                                                        {"/algorithms/0/lines", "1: x"},
                                                        {"/warnings/0", Json::array()}};
  for (const auto& [pointer, value] : wrong) {
    json = to_json(test::sample_doc());
    json[Json::json_pointer(pointer)] = value;
    EXPECT_EQ(error_of(json).code(), ErrorCode::bad_input) << pointer << " = " << value.dump();
  }
  EXPECT_EQ(error_of(Json::array()).code(), ErrorCode::bad_input);
}

TEST(PaperJson, AnotherVersionIsToldApart) {
  Json json = to_json(test::sample_doc());
  json["schema_version"] = 2;
  EXPECT_EQ(error_of(json).code(), ErrorCode::version);
  json.erase("schema_version");
  EXPECT_EQ(error_of(json).code(), ErrorCode::bad_input);
}

TEST(PaperJson, EveryNameIsReadBack) {
  for (int kind = 0; kind <= static_cast<int>(SourceKind::markdown); ++kind) {
    PaperDoc doc;
    doc.source.kind = static_cast<SourceKind>(kind);
    EXPECT_EQ(paper_doc_from_json(to_json(doc)).source.kind, doc.source.kind);
  }
  for (int type = 0; type <= static_cast<int>(BlockType::references); ++type) {
    PaperDoc doc;
    doc.blocks.push_back(test::block("X", static_cast<BlockType>(type), "", ""));
    EXPECT_EQ(paper_doc_from_json(to_json(doc)).blocks[0].type, doc.blocks[0].type);
  }
}

}  // namespace
}  // namespace p2c::paper
