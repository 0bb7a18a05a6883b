// Figures: their files, captions and parts.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxTikzBytes = 60'000;

}  // namespace

// \epsfig{file=a.eps,width=..} and the like name the file in an option.
std::string DocumentBuilder::graphics_name(const std::string& command, std::string argument) const {
  if (command != "epsfig" && command != "psfig") return argument;
  for (const std::string& part : split(argument, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string::npos) continue;
    const std::string key(trim(part.substr(0, equals)));
    if (key == "file" || key == "figure") return std::string(trim(part.substr(equals + 1)));
  }
  return argument;
}

std::vector<FigureFile> DocumentBuilder::figure_files(const std::string& name, std::size_t at) {
  static const std::vector<std::string_view> extensions = {
      "",     ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".ps",  ".svg",
      ".mps", ".PDF", ".PNG", ".JPG", ".JPEG", ".EPS", ".gif", ".pdf_tex"};
  std::string folder;
  if (at < s_.tokens.size() && s_.tokens[at].file < sources_.loaded())
    folder = folder_of(sources_.file(s_.tokens[at].file).path);
  const std::string path =
      sources_.resolve(name, extensions, facts_.main_folder, folder, facts_.graphics_folders);
  FigureFile file;
  file.path = path.empty() ? collapse_whitespace(name) : path;
  file.format = extension_of(file.path);
  if (file.format == "jpeg") file.format = "jpg";
  if (file.format == "ps") file.format = "eps";
  if (path.empty()) warn(at, fmt::format("figure file {} is not in the source", collapse_whitespace(name)));
  return {file};
}

// Words in a TikZ or pgfplots picture: nodes, legend entries, axis labels.
void DocumentBuilder::picture_texts(Range range, std::vector<std::string>& texts) {
  constexpr std::size_t kMaxTexts = 200, kMaxTextBytes = 300;
  const auto add = [&](Range content) {
    Mentions mentions;
    std::string text = write(content, mentions);
    if (text.empty() || text.size() > kMaxTextBytes || texts.size() >= kMaxTexts) return;
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  };
  const auto keyword_ends_at = [&](std::size_t i, std::string_view word) {  // the characters before token i
    if (i < range.begin + word.size()) return false;
    for (std::size_t k = 0; k < word.size(); ++k) {
      const Token& token = s_.tokens[i - word.size() + k];
      if (token.kind != TokenKind::character || token.value != static_cast<unsigned char>(word[k]))
        return false;
    }
    return i == range.begin + word.size() || !is_letter(s_.tokens[i - word.size() - 1].value) ||
           s_.tokens[i - word.size() - 1].kind != TokenKind::character;
  };
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Token& token = s_.tokens[i];
    const bool node =
        (token.kind == TokenKind::control && name_at(i) == "node") || keyword_ends_at(i, "node");
    if (node) {
      // Options in [..], a name in (..) and a place stand before the text; a ';' ends the path.
      std::size_t k = token.kind == TokenKind::control ? i + 1 : i;
      const std::size_t last = std::min(range.end, k + 400);
      while (k < last && s_.tokens[k].kind != TokenKind::begin_group && !is_character(s_, k, last, ';')) {
        const Argument option = is_character(s_, k, last, '[') ? option_at(s_, k, last) : Argument{};
        k = option.present ? option.after : k + 1;
      }
      if (k < last && s_.tokens[k].kind == TokenKind::begin_group) add(inside(s_, k, range.end));
    } else if (token.kind == TokenKind::control &&
               (name_at(i) == "addlegendentry" || name_at(i) == "legend")) {
      add(group_at(s_, option_at(s_, i + 1, range.end).after, range.end).content);
    } else if (is_character(s_, i, range.end, '=')) {
      for (const std::string_view key : {"xlabel", "ylabel", "title", "label"}) {
        if (!keyword_ends_at(i, key)) continue;
        const Argument value = group_at(s_, i + 1, range.end);
        if (value.present) add(value.content);
      }
    }
  }
}

void DocumentBuilder::emit_figure(const std::vector<FloatElement>& elements, Range whole, bool numbered) {
  using Kind = FloatElement::Kind;
  Mentions mentions;
  Range caption_range{};
  const std::string caption = caption_of(elements, mentions, &caption_range);
  if (numbered) counters_.step("figure");
  blocks_.figure();
  const std::size_t index = doc_.blocks.size() - 1;
  const std::size_t detail = doc_.figures.size() - 1;
  place(index, whole);
  const std::string id = doc_.blocks[index].id;
  const std::string number = numbered ? counters_.printed("figure") : std::string();
  {
    Figure& figure = doc_.figures[detail];
    figure.number = number;
    figure.caption = caption;
    doc_.blocks[index].number = number;
    doc_.blocks[index].text = caption;
  }
  note(index, mentions);
  std::vector<std::string> parts;
  for (const FloatElement& element : elements) {
    if (element.kind == Kind::image) {
      for (FigureFile& file : figure_files(element.name, element.at)) {
        auto& files = doc_.figures[detail].files;
        const bool known = std::any_of(files.begin(), files.end(),
                                       [&](const FigureFile& other) { return other.path == file.path; });
        if (!known && files.size() < 200) files.push_back(std::move(file));
      }
    } else if (element.kind == Kind::picture) {
      std::string& tikz = doc_.figures[detail].tikz;
      const std::string source = to_tex(s_.tokens, element.range.begin, element.range.end, names_);
      if (tikz.size() + source.size() <= kMaxTikzBytes) tikz += (tikz.empty() ? "" : "\n") + source;
      picture_texts(element.range, doc_.figures[detail].text_inside);
    } else if (element.kind == Kind::sub_caption) {
      Mentions inner;
      std::string text = write(element.range, inner);
      note(index, inner);
      if (!text.empty()) parts.push_back(std::move(text));
    }
  }
  const LabelTarget target{id, number, "figure", "", caption};
  bind_float_labels(elements, target);
  for (const std::string& label : mentions.labels)
    bind(label, target, whole.begin);  // \caption{.. \label{x}}
  if (!doc_.blocks[index].labels.empty()) doc_.figures[detail].label = doc_.blocks[index].labels.front();
  footnotes(mentions.footnotes, id);
  emit_inner(elements, id, &parts);
  doc_.figures[detail].subfigures = std::move(parts);
}

// \captionof or \caption outside a float: belongs to the picture or table right before it, or stands alone.
void DocumentBuilder::loose_caption(const std::string& type, Range range) {
  const std::size_t before = loose_figure_;
  flush_paragraph();
  Mentions mentions;
  const std::string text = write(range, mentions);
  LabelTarget target;
  if (type == "table" && before != kNone && before < doc_.blocks.size() &&
      doc_.blocks[before].type == BlockType::table) {
    counters_.step("table");
    Table& table = doc_.tables.back();
    table.caption = text;
    table.number = doc_.blocks[before].number = counters_.printed("table");
    doc_.blocks[before].text = text;
    note(before, mentions);
    target = {table.id, table.number, "table", "", text};
  } else if (type == "figure" && before != kNone && before < doc_.blocks.size() &&
             doc_.blocks[before].type == BlockType::figure) {
    counters_.step("figure");
    Figure& figure = doc_.figures.back();
    figure.caption = text;
    figure.number = doc_.blocks[before].number = counters_.printed("figure");
    doc_.blocks[before].text = text;
    note(before, mentions);
    target = {figure.id, figure.number, "figure", "", text};
  } else if (type == "figure" || type == "table") {
    const bool figure = type == "figure";
    counters_.step(type);
    if (figure) {
      blocks_.figure().caption = text;
      doc_.figures.back().number = counters_.printed(type);
    } else {
      blocks_.table().caption = text;
      doc_.tables.back().number = counters_.printed(type);
    }
    const std::size_t index = doc_.blocks.size() - 1;
    place(index, range);
    doc_.blocks[index].text = text;
    doc_.blocks[index].number = counters_.printed(type);
    note(index, mentions);
    target = {doc_.blocks[index].id, doc_.blocks[index].number, type, "", text};
  } else {
    const std::size_t index = new_block(BlockType::paragraph, range);
    doc_.blocks[index].text = text;
    note(index, mentions);
    return;
  }
  for (const std::string& label : mentions.labels) bind(label, target, range.begin);
  loose_target_ = target;  // a \label that follows
}

}  // namespace p2c::paper::latex
