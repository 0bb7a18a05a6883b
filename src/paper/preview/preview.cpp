// The page: outline, blocks with their places, references, what was skipped.
#include "paper/preview/preview.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/base64.h"
#include "base/error.h"
#include "base/files.h"
#include "base/markup.h"
#include "base/resource.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/text_template.h"
#include "paper/figures.h"
#include "paper/pdf/poppler.h"
#include "paper/preview/formula_html.h"
#include "paper/preview/katex.h"
#include "paper/preview/places.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPicture = 8u << 20;
constexpr std::size_t kMaxWarnings = 200;
constexpr int kMaxSpan = 100;

std::string h(std::string_view text) {
  return html_escape(text);
}

// "Table 3", or "Table (T3)" for one without a number.
std::string numbered(std::string_view kind, const std::string& number, const std::string& id) {
  return number.empty() ? fmt::format("{} ({})", kind, id) : fmt::format("{} {}", kind, number);
}

class Page {
 public:
  Page(const PaperDoc& doc, const PreviewOptions& options) : doc_(doc), options_(options), places_(doc, options.sources_dir, options.cancel) {
    for (const Block& block : doc.blocks) ids_.insert(block.id);
    for (const BibEntry& entry : doc.bibliography) keys_.insert(entry.key);
  }

  std::string render() {
    std::string blocks;
    for (const Block& block : doc_.blocks) {
      options_.cancel.check();
      if (block.type != BlockType::references) blocks += block_row(block);
    }
    const Katex katex = load_katex(options_.katex_dir);
    const std::string script = katex.script + "\n" + std::string(resource("preview/data/preview.js"));
    std::string notes;
    if (!katex.found()) notes += "<p class=\"note warn\">Formulas are shown as TeX: KaTeX was not found (Debian package libjs-katex).</p>";
    if (left_out_ > 0) notes += fmt::format("<p class=\"note warn\">{} pictures were left out of this page for its size; they are in figures/.</p>", left_out_);
    return fill_names(resource("preview/data/preview.html"),
                      {{"title", h(doc_.title.empty() ? "Untitled paper" : doc_.title)},
                       {"authors", h(join(doc_.authors, ", "))},
                       {"source", source_line()},
                       {"abstract", doc_.abstract.empty() ? "" : "<p class=\"abstract\">" + text_html(doc_.abstract) + "</p>"},
                       {"counts", counts()},
                       {"notes", notes},
                       {"warnings", warnings()},
                       {"outline", outline()},
                       {"blocks", blocks},
                       {"references", references()},
                       {"style", katex.style + std::string(resource("preview/data/preview.css")) + places_.style()},
                       {"script", script},
                       {"script_hash", "sha256-" + sha256_base64(script)}},
                      "preview/data/preview.html");
  }

 private:
  std::string source_line() const {
    std::vector<std::string> parts{std::string(to_string(doc_.source.kind))};
    if (!doc_.source.arxiv_id.empty()) parts.push_back("arXiv:" + doc_.source.arxiv_id);
    if (!doc_.source.main_file.empty()) parts.push_back("main file " + doc_.source.main_file);
    if (doc_.source.files.size() > 1) parts.push_back(fmt::format("{} files", doc_.source.files.size()));
    return h(join(parts, " · "));
  }

  std::string counts() const {
    const auto of = [&](BlockType type) { return std::count_if(doc_.blocks.begin(), doc_.blocks.end(), [&](const Block& b) { return b.type == type; }); };
    std::string out;
    const auto add = [&](auto number, std::string_view what) { out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", what, number); };
    add(of(BlockType::section), "sections");
    add(of(BlockType::paragraph), "paragraphs");
    add(doc_.equations.size(), "equations");
    add(std::count_if(doc_.equations.begin(), doc_.equations.end(), [](const Equation& e) { return !e.number.empty(); }), "of them numbered");
    add(doc_.algorithms.size(), "algorithms");
    add(doc_.tables.size(), "tables");
    add(doc_.figures.size(), "figures");
    add(doc_.bibliography.size(), "references");
    add(doc_.warnings.size(), "warnings");
    return out;
  }

  std::string warnings() const {
    if (doc_.warnings.empty()) return "<p class=\"note\">Nothing was skipped or guessed.</p>";
    std::string rows;
    for (std::size_t i = 0; i < std::min(doc_.warnings.size(), kMaxWarnings); ++i) {
      rows += fmt::format("<li><b>{}</b> {}</li>", h(doc_.warnings[i].place), h(doc_.warnings[i].message));
    }
    if (doc_.warnings.size() > kMaxWarnings) rows += fmt::format("<li>and {} more, in paper.json</li>", doc_.warnings.size() - kMaxWarnings);
    return fmt::format("<details class=\"warnings\"><summary>{} skipped or guessed</summary><ul>{}</ul></details>", doc_.warnings.size() == 1 ? "1 thing was" : fmt::format("{} things were", doc_.warnings.size()), rows);
  }

  std::string outline() const {
    std::string out = "<ul>";
    const auto link = [&](const Block& block, int level, const std::string& text, std::string_view kind) {
      out += fmt::format("<li class=\"{} l{}\"><a href=\"#{}\">{}</a></li>", kind, std::clamp(level, 0, 6), h(block.id), text);
    };
    int level = 0;
    for (const Block& block : doc_.blocks) {
      switch (block.type) {
        case BlockType::section:
          level = block.level;
          link(block, level, h(block.number) + " " + text_html(block.title) + (block.appendix && block.level == 1 ? " <small>appendix</small>" : ""), "s");
          break;
        case BlockType::equation: {
          const Equation* e = doc_.find_equation(block.id);
          if (e != nullptr && !e->number.empty()) link(block, level + 1, h("Equation " + e->number), "o");
          break;
        }
        case BlockType::algorithm:
          link(block, level + 1, h(numbered("Algorithm", block.number, block.id)), "o");
          break;
        case BlockType::table:
          link(block, level + 1, h(numbered("Table", block.number, block.id)), "o");
          break;
        case BlockType::figure:
          link(block, level + 1, h(numbered("Figure", block.number, block.id)), "o");
          break;
        default:
          break;
      }
    }
    if (!doc_.bibliography.empty()) out += "<li class=\"s l1\"><a href=\"#references\">References</a></li>";
    return out + "</ul>";
  }

  std::string id_links(const Block& block) const {
    std::vector<std::string> links;
    for (const std::string& ref : block.refs) {
      links.push_back(ids_.contains(ref) ? fmt::format("<a href=\"#{0}\">{0}</a>", h(ref)) : fmt::format("<span class=\"lost\" title=\"not resolved\">{}?</span>", h(ref)));
    }
    for (const std::string& key : block.cites) {
      links.push_back(keys_.contains(key) ? fmt::format("<a href=\"#cite-{0}\">[{0}]</a>", h(key)) : fmt::format("<span class=\"lost\" title=\"not in the references\">[{}]?</span>", h(key)));
    }
    return links.empty() ? "" : "<p class=\"links\">refers to " + join(links, ", ") + "</p>";
  }

  std::string algorithm(const Block& block) const {
    const Algorithm* a = doc_.find_algorithm(block.id);
    if (a == nullptr) return "<p>" + text_html(block.text) + "</p>";
    std::string out = fmt::format("<p class=\"caption\"><b>{}</b> {}</p>", h(numbered("Algorithm", a->number, block.id)), text_html(a->caption));
    for (const std::string& input : a->inputs) out += "<p class=\"io\"><b>Input</b> " + text_html(input) + "</p>";
    for (const std::string& output : a->outputs) out += "<p class=\"io\"><b>Output</b> " + text_html(output) + "</p>";
    out += "<table class=\"algorithm\">";
    for (const AlgorithmLine& line : a->lines) {
      out += fmt::format("<tr><td class=\"no\">{}</td><td style=\"padding-left:{}em\" class=\"{}\">{}{}</td></tr>", line.no, std::clamp(line.depth, 0, 20) * 3 / 2.0,
                         h(line.kind), text_html(line.text), line.comment.empty() ? "" : " <i>" + text_html(line.comment) + "</i>");
    }
    return out + "</table>";
  }

  std::string table(const Block& block) const {
    const Table* t = doc_.find_table(block.id);
    if (t == nullptr) return "<p>" + text_html(block.text) + "</p>";
    std::string out = fmt::format("<p class=\"caption\"><b>{}</b> {}</p><div class=\"scroll\"><table class=\"data\">", h(numbered("Table", t->number, block.id)), text_html(t->caption));
    int r = 0;
    for (const auto& row : t->rows) {
      out += "<tr>";
      for (const TableCell& cell : row) {
        std::string attributes;
        if (cell.colspan > 1) attributes += fmt::format(" colspan=\"{}\"", std::min(cell.colspan, kMaxSpan));
        if (cell.rowspan > 1) attributes += fmt::format(" rowspan=\"{}\"", std::min(cell.rowspan, kMaxSpan));
        std::string text = text_html(cell.text);
        if (cell.bold) text = "<b>" + text + "</b>";
        if (cell.underline) text = "<u>" + text + "</u>";
        out += fmt::format("<{0}{1}>{2}</{0}>", r < t->header_rows ? "th" : "td", attributes, text);
      }
      out += "</tr>";
      ++r;
    }
    return out + "</table></div>";
  }

  // <img> of an exported picture; what a browser cannot show is drawn by poppler first.
  std::string picture(const FigureFile& file) {
    if (options_.figures_dir.empty()) return {};
    try {
      fs::path path = confine(options_.figures_dir, file.path);
      std::string format = file.format;
      const TempDir folder("p2c-picture");
      if (format == "pdf") {
        PopplerOptions poppler;
        poppler.wall = std::chrono::seconds(20);
        poppler.output_bytes = 1u << 20;
        poppler.cancel = options_.cancel;
        run_poppler({"pdftocairo", "-png", "-singlefile", "-l", "1", "-scale-to", "900"}, path, {(folder.path() / "p").string()}, poppler);
        path = folder.path() / "p.png";
        format = "png";
      }
      const std::string type = format == "png" ? "image/png" : format == "jpg" ? "image/jpeg" : format == "svg" ? "image/svg+xml" : "";
      if (type.empty()) return {};
      const std::string bytes = read_file(path, kMaxPicture);
      if (used_ + bytes.size() * 4 / 3 > kMaxPreviewBytes / 2) return ++left_out_, std::string();
      used_ += bytes.size() * 4 / 3;
      return fmt::format("<img alt=\"{}\" src=\"data:{};base64,{}\">", h(file.path), type, base64(bytes));
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      return {};
    }
  }

  std::string figure(const Block& block) {
    const Figure* f = doc_.find_figure(block.id);
    if (f == nullptr) return "<p>" + text_html(block.text) + "</p>";
    std::string out = "<div class=\"pictures\">";
    for (const FigureFile& file : f->files) {
      const std::string image = picture(file);
      out += image.empty() ? fmt::format("<span class=\"lost\">{} (not shown)</span>", h(file.path)) : image;
    }
    if (f->files.empty() && f->tikz.empty()) out += "<span class=\"lost\">no file</span>";
    out += "</div>";
    if (!f->tikz.empty()) out += "<details><summary>TikZ source</summary><pre>" + h(utf8_prefix(f->tikz, 20'000)) + "</pre></details>";
    out += fmt::format("<p class=\"caption\"><b>{}</b> {}</p>", h(numbered("Figure", f->number, block.id)), text_html(f->caption));
    if (!f->subfigures.empty()) {
      out += "<ul class=\"parts\">";
      for (const std::string& part : f->subfigures) out += "<li>" + text_html(part) + "</li>";
      out += "</ul>";
    }
    if (f->role != "other" && !f->role.empty()) out += "<p class=\"links\">taken for: " + h(f->role) + "</p>";
    return out;
  }

  std::string content(const Block& block) {
    switch (block.type) {
      case BlockType::section: {
        const int level = std::clamp(block.level + 1, 2, 6);
        return fmt::format("<h{0}>{1} {2}</h{0}>", level, h(block.number), text_html(block.title));
      }
      case BlockType::equation:
        return equation_html(block, doc_.find_equation(block.id));
      case BlockType::algorithm:
        return algorithm(block);
      case BlockType::table:
        return table(block);
      case BlockType::figure:
        return figure(block);
      case BlockType::code:
        return "<pre>" + h(block.text) + "</pre>";
      case BlockType::item:
        return fmt::format("<p class=\"item\">{} {}</p>", block.number.empty() ? "•" : h(block.number), text_html(block.text));
      case BlockType::list:
        return {};
      default:
        break;
    }
    std::string head;
    if (block.type != BlockType::paragraph) head = std::string(to_string(block.type)) + (block.number.empty() ? "" : " " + block.number);
    if (!block.title.empty()) head += (head.empty() ? "" : ": ") + block.title;
    return (head.empty() ? "" : "<p class=\"kind\">" + text_html(head) + "</p>") + "<p>" + text_html(block.text) + "</p>";
  }

  std::string block_row(const Block& block) {
    const std::string body = content(block);
    if (body.empty()) return {};
    const std::string place = places_.name(block);
    std::string source = places_.excerpt(block);
    if (used_ + source.size() > kMaxPreviewBytes / 2) source.clear();
    used_ += source.size();
    return fmt::format(
        "<article id=\"{0}\" class=\"is-{1}{5}\"><div class=\"read\"><a class=\"id\" href=\"#{0}\">{0}</a>{2}{3}</div>"
        "<div class=\"from\"><p class=\"place\">{4}</p>{6}</div></article>\n",
        h(block.id), to_string(block.type), body, id_links(block), h(place), block.appendix ? " appendix" : "", source);
  }

  std::string references() const {
    if (doc_.bibliography.empty()) return {};
    std::string rows;
    for (const BibEntry& entry : doc_.bibliography) {
      std::string text = entry.title.empty() ? h(entry.raw) : fmt::format("{}. <b>{}</b>. {} {}", h(join(entry.authors, ", ")), h(entry.title), h(entry.venue), h(entry.year));
      if (!entry.arxiv_id.empty()) text += " arXiv:" + h(entry.arxiv_id);
      if (!entry.doi.empty()) text += " doi:" + h(entry.doi);
      rows += fmt::format("<li id=\"cite-{0}\"><span class=\"id\">{0}</span> {1}</li>", h(entry.key), text);
    }
    return "<section id=\"references\"><h2>References</h2><ol>" + rows + "</ol></section>";
  }

  const PaperDoc& doc_;
  const PreviewOptions& options_;
  Places places_;
  std::set<std::string> ids_, keys_;
  std::size_t used_ = 0;
  int left_out_ = 0;
};

}  // namespace

std::string render_preview(const PaperDoc& doc, const PreviewOptions& options) {
  return Page(doc, options).render();
}

}  // namespace p2c::paper
