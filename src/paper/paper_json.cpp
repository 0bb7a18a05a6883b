// paper.json: a Paper document as JSON and back (spec 3.1). The schema is schemas/paper.schema.json.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/error.h"
#include "paper/json_fields.h"
#include "paper/paper_doc.h"

namespace p2c::paper {
namespace {

constexpr std::array<std::pair<SourceKind, std::string_view>, 4> kSourceKinds{{
    {SourceKind::arxiv, "arxiv"},
    {SourceKind::pdf, "pdf"},
    {SourceKind::latex, "latex"},
    {SourceKind::markdown, "markdown"},
}};

constexpr std::array<std::pair<BlockType, std::string_view>, 14> kBlockTypes{{
    {BlockType::section, "section"},
    {BlockType::paragraph, "paragraph"},
    {BlockType::equation, "equation"},
    {BlockType::algorithm, "algorithm"},
    {BlockType::table, "table"},
    {BlockType::figure, "figure"},
    {BlockType::code, "code"},
    {BlockType::list, "list"},
    {BlockType::item, "item"},
    {BlockType::footnote, "footnote"},
    {BlockType::theorem, "theorem"},
    {BlockType::proof, "proof"},
    {BlockType::quote, "quote"},
    {BlockType::references, "references"},
}};

template <typename Names, typename Value>
std::string_view name_of(const Names& names, Value value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  throw Error(ErrorCode::internal, "an enumeration value without a name");
}

template <typename Names>
auto enum_of(const Names& names, const JsonFields& fields, std::string_view key) {
  const std::string text = fields.required_text(key);
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  std::string expected = "one of";
  for (const auto& entry : names) expected += fmt::format(" {}", entry.second);
  fields.fail(key, std::move(expected), text.substr(0, 40));
}

// Declared first: json_list finds them only when they are known where it is written.
Json json_of(const Block& value);
Json json_of(const Equation& value);
Json json_of(const AlgorithmLine& value);
Json json_of(const Algorithm& value);
Json json_of(const TableCell& value);
Json json_of(const Table& value);
Json json_of(const FigureFile& value);
Json json_of(const Figure& value);
Json json_of(const BibEntry& value);
Json json_of(const Symbol& value);
Json json_of(const PaperUrl& value);
Json json_of(const Macro& value);
Json json_of(const Warning& value);

template <typename Item>
Json json_list(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(json_of(item));
  return list;
}

Json json_of(const Source& source) {
  return {{"kind", to_string(source.kind)},
          {"arxiv_id", source.arxiv_id},
          {"version", source.version},
          {"sha256", source.sha256},
          {"retrieved_at", source.retrieved_at},
          {"main_file", source.main_file},
          {"files", source.files}};
}

Source read_source(const JsonFields& fields) {
  Source source;
  source.kind = enum_of(kSourceKinds, fields, "kind");
  source.arxiv_id = fields.text("arxiv_id");
  source.version = fields.integer<int>("version", 0);
  source.sha256 = fields.text("sha256");
  source.retrieved_at = fields.text("retrieved_at");
  source.main_file = fields.text("main_file");
  source.files = fields.texts("files");
  return source;
}

Json json_of(const Block& block) {
  Json json{{"id", block.id},         {"type", to_string(block.type)},
            {"parent", block.parent}, {"order", block.order},
            {"level", block.level},   {"number", block.number},
            {"title", block.title},   {"text", block.text},
            {"latex", block.latex},   {"labels", block.labels},
            {"refs", block.refs},     {"cites", block.cites},
            {"page", block.page}};
  json["bbox"] = nullptr;
  if (block.box) json["bbox"] = Json::array({block.box->x0, block.box->y0, block.box->x1, block.box->y1});
  json["span"] = {{"file", block.span.file}, {"start", block.span.start}, {"end", block.span.end}};
  json["appendix"] = block.appendix;
  return json;
}

std::optional<Box> read_box(const JsonFields& fields) {
  const Json* value = fields.find("bbox");
  if (value == nullptr) return std::nullopt;
  if (!value->is_array() || value->size() != 4) fields.fail("bbox", "four numbers", value->type_name());
  std::array<double, 4> sides{};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (!(*value)[i].is_number()) fields.fail("bbox", "four numbers", (*value)[i].type_name());
    sides[i] = (*value)[i].get<double>();
  }
  return Box{sides[0], sides[1], sides[2], sides[3]};
}

Block read_block(const JsonFields& fields) {
  Block block;
  block.id = fields.required_text("id");
  block.type = enum_of(kBlockTypes, fields, "type");
  block.parent = fields.text("parent");
  block.order = fields.integer<std::size_t>("order", 0);
  block.level = fields.integer<int>("level", 0);
  block.number = fields.text("number");
  block.title = fields.text("title");
  block.text = fields.text("text");
  block.latex = fields.text("latex");
  block.labels = fields.texts("labels");
  block.refs = fields.texts("refs");
  block.cites = fields.texts("cites");
  block.page = fields.integer<int>("page", 0);
  block.box = read_box(fields);
  if (const auto span = fields.optional_inner("span")) {
    block.span = {span->text("file"), span->integer<std::size_t>("start", 0),
                  span->integer<std::size_t>("end", 0)};
  }
  block.appendix = fields.flag("appendix");
  return block;
}

Json json_of(const Equation& equation) {
  return {{"id", equation.id},
          {"number", equation.number},
          {"env", equation.env},
          {"latex", equation.latex},
          {"latex_raw", equation.latex_raw},
          {"rows", equation.rows},
          {"row_numbers", equation.row_numbers},
          {"row_labels", equation.row_labels},
          {"label", equation.label},
          {"symbols", equation.symbols},
          {"lossy", equation.lossy}};
}

Equation read_equation(const JsonFields& fields) {
  Equation equation;
  equation.id = fields.required_text("id");
  equation.number = fields.text("number");
  equation.env = fields.text("env");
  equation.latex = fields.text("latex");
  equation.latex_raw = fields.text("latex_raw");
  equation.rows = fields.texts("rows");
  equation.row_numbers = fields.texts("row_numbers");
  equation.row_labels = fields.texts("row_labels");
  equation.label = fields.text("label");
  equation.symbols = fields.texts("symbols");
  equation.lossy = fields.flag("lossy");
  return equation;
}

Json json_of(const AlgorithmLine& line) {
  return {{"no", line.no},
          {"depth", line.depth},
          {"kind", line.kind},
          {"text", line.text},
          {"comment", line.comment}};
}

AlgorithmLine read_algorithm_line(const JsonFields& fields) {
  return {fields.integer<int>("no", 0), fields.integer<int>("depth", 0), fields.text("kind"),
          fields.text("text"), fields.text("comment")};
}

Json json_of(const Algorithm& algorithm) {
  return {{"id", algorithm.id},
          {"number", algorithm.number},
          {"caption", algorithm.caption},
          {"label", algorithm.label},
          {"inputs", algorithm.inputs},
          {"outputs", algorithm.outputs},
          {"lines", json_list(algorithm.lines)}};
}

Algorithm read_algorithm(const JsonFields& fields) {
  Algorithm algorithm;
  algorithm.id = fields.required_text("id");
  algorithm.number = fields.text("number");
  algorithm.caption = fields.text("caption");
  algorithm.label = fields.text("label");
  algorithm.inputs = fields.texts("inputs");
  algorithm.outputs = fields.texts("outputs");
  algorithm.lines = fields.list("lines", read_algorithm_line);
  return algorithm;
}

Json json_of(const TableCell& cell) {
  Json json{{"text", cell.text},       {"latex", cell.latex}, {"colspan", cell.colspan},
            {"rowspan", cell.rowspan}, {"bold", cell.bold},   {"underline", cell.underline}};
  if (cell.number) json["number"] = *cell.number;
  if (cell.plus_minus) json["pm"] = *cell.plus_minus;
  return json;
}

TableCell read_cell(const JsonFields& fields) {
  TableCell cell;
  cell.text = fields.text("text");
  cell.latex = fields.text("latex");
  cell.colspan = fields.integer<int>("colspan", 1, 1);
  cell.rowspan = fields.integer<int>("rowspan", 1, 1);
  cell.bold = fields.flag("bold");
  cell.underline = fields.flag("underline");
  cell.number = fields.number("number");
  cell.plus_minus = fields.number("pm");
  return cell;
}

Json json_of(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) rows.push_back(json_list(row));
  return {{"id", table.id},       {"number", table.number},           {"caption", table.caption},
          {"label", table.label}, {"header_rows", table.header_rows}, {"cells", std::move(rows)}};
}

Table read_table(const JsonFields& fields) {
  Table table;
  table.id = fields.required_text("id");
  table.number = fields.text("number");
  table.caption = fields.text("caption");
  table.label = fields.text("label");
  table.header_rows = fields.integer<int>("header_rows", 0);
  const Json* rows = fields.find("cells");
  if (rows == nullptr) return table;
  if (!rows->is_array()) fields.fail("cells", "a list of rows", rows->type_name());
  for (std::size_t r = 0; r < rows->size(); ++r) {
    const Json& row = (*rows)[r];
    if (!row.is_array()) fields.fail(fmt::format("cells[{}]", r), "a list of cells", row.type_name());
    std::vector<TableCell>& cells = table.rows.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c) {
      cells.push_back(read_cell(JsonFields(row[c], fields.inner_place(fmt::format("cells[{}][{}]", r, c)))));
    }
  }
  return table;
}

Json json_of(const FigureFile& file) {
  return {{"path", file.path}, {"format", file.format}, {"w", file.width}, {"h", file.height}};
}

FigureFile read_figure_file(const JsonFields& fields) {
  return {fields.required_text("path"), fields.text("format"), fields.integer<int>("w", 0),
          fields.integer<int>("h", 0)};
}

Json json_of(const Figure& figure) {
  return {{"id", figure.id},
          {"number", figure.number},
          {"caption", figure.caption},
          {"label", figure.label},
          {"files", json_list(figure.files)},
          {"subfigures", figure.subfigures},
          {"tikz", figure.tikz},
          {"text_inside", figure.text_inside},
          {"role", figure.role},
          {"cited_in", figure.cited_in}};
}

Figure read_figure(const JsonFields& fields) {
  Figure figure;
  figure.id = fields.required_text("id");
  figure.number = fields.text("number");
  figure.caption = fields.text("caption");
  figure.label = fields.text("label");
  figure.files = fields.list("files", read_figure_file);
  figure.subfigures = fields.texts("subfigures");
  figure.tikz = fields.text("tikz");
  figure.text_inside = fields.texts("text_inside");
  if (fields.find("role") != nullptr) figure.role = fields.text("role");
  figure.cited_in = fields.texts("cited_in");
  return figure;
}

Json json_of(const BibEntry& entry) {
  return {{"key", entry.key},     {"label", entry.label},       {"raw", entry.raw},
          {"title", entry.title}, {"authors", entry.authors},   {"year", entry.year},
          {"venue", entry.venue}, {"arxiv_id", entry.arxiv_id}, {"doi", entry.doi},
          {"urls", entry.urls}};
}

BibEntry read_bib_entry(const JsonFields& fields) {
  BibEntry entry;
  entry.key = fields.required_text("key");
  entry.label = fields.text("label");
  entry.raw = fields.text("raw");
  entry.title = fields.text("title");
  entry.authors = fields.texts("authors");
  entry.year = fields.text("year");
  entry.venue = fields.text("venue");
  entry.arxiv_id = fields.text("arxiv_id");
  entry.doi = fields.text("doi");
  entry.urls = fields.texts("urls");
  return entry;
}

Json json_of(const Symbol& symbol) {
  return {{"symbol", symbol.symbol},
          {"meaning", symbol.meaning},
          {"first_block", symbol.first_block},
          {"shape", symbol.shape},
          {"domain", symbol.domain}};
}

Symbol read_symbol(const JsonFields& fields) {
  return {fields.required_text("symbol"), fields.text("meaning"), fields.text("first_block"),
          fields.text("shape"), fields.text("domain")};
}

Json json_of(const PaperUrl& url) {
  return {{"url", url.url}, {"kind", url.kind}, {"block", url.block}};
}

PaperUrl read_url(const JsonFields& fields) {
  PaperUrl url;
  url.url = fields.required_text("url");
  if (fields.find("kind") != nullptr) url.kind = fields.text("kind");
  url.block = fields.text("block");
  return url;
}

Json json_of(const Macro& macro) {
  return {{"name", macro.name}, {"arguments", macro.arguments}, {"body", macro.body}};
}

Macro read_macro(const JsonFields& fields) {
  return {fields.required_text("name"), fields.integer<int>("arguments", 0), fields.text("body")};
}

Json json_of(const Warning& warning) {
  return {{"place", warning.place}, {"message", warning.message}};
}

Warning read_warning(const JsonFields& fields) {
  return {fields.text("place"), fields.required_text("message")};
}

}  // namespace

std::string_view to_string(SourceKind kind) {
  return name_of(kSourceKinds, kind);
}
std::string_view to_string(BlockType type) {
  return name_of(kBlockTypes, type);
}

Json to_json(const PaperDoc& doc) {
  Json json;
  json["schema_version"] = kPaperSchemaVersion;
  json["source"] = json_of(doc.source);
  json["title"] = doc.title;
  json["authors"] = doc.authors;
  json["abstract"] = doc.abstract;
  json["date"] = doc.date;
  json["categories"] = doc.categories;
  json["license"] = doc.license;
  json["comment"] = doc.comment;
  json["journal_ref"] = doc.journal_ref;
  json["doi"] = doc.doi;
  json["blocks"] = json_list(doc.blocks);
  json["equations"] = json_list(doc.equations);
  json["algorithms"] = json_list(doc.algorithms);
  json["tables"] = json_list(doc.tables);
  json["figures"] = json_list(doc.figures);
  json["bibliography"] = json_list(doc.bibliography);
  json["symbols"] = json_list(doc.symbols);
  json["urls"] = json_list(doc.urls);
  json["macros"] = json_list(doc.macros);
  json["warnings"] = json_list(doc.warnings);
  return json;
}

PaperDoc paper_doc_from_json(const Json& json) {
  const JsonFields fields(json, "paper.json");
  const Json& version = fields.required("schema_version");
  if (version != Json(kPaperSchemaVersion)) {
    throw Error(ErrorCode::version, "the paper document is of another version",
                {.subject = "paper.json",
                 .found = version.dump().substr(0, 40),
                 .expected = std::to_string(kPaperSchemaVersion),
                 .hint = "Read the paper again with this program, or use the program that wrote the file."});
  }
  PaperDoc doc;
  doc.source = read_source(fields.inner("source"));
  doc.title = fields.required_text("title");
  doc.authors = fields.texts("authors");
  doc.abstract = fields.text("abstract");
  doc.date = fields.text("date");
  doc.categories = fields.texts("categories");
  doc.license = fields.text("license");
  doc.comment = fields.text("comment");
  doc.journal_ref = fields.text("journal_ref");
  doc.doi = fields.text("doi");
  fields.required("blocks");
  doc.blocks = fields.list("blocks", read_block);
  doc.equations = fields.list("equations", read_equation);
  doc.algorithms = fields.list("algorithms", read_algorithm);
  doc.tables = fields.list("tables", read_table);
  doc.figures = fields.list("figures", read_figure);
  doc.bibliography = fields.list("bibliography", read_bib_entry);
  doc.symbols = fields.list("symbols", read_symbol);
  doc.urls = fields.list("urls", read_url);
  doc.macros = fields.list("macros", read_macro);
  doc.warnings = fields.list("warnings", read_warning);
  return doc;
}

}  // namespace p2c::paper
