// Source lines and pieces of pages.
#include "paper/preview/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/error.h"
#include "base/files.h"
#include "base/markup.h"
#include "base/text.h"
#include "paper/pdf/poppler.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr int kDpi = 80;
constexpr double kScale = kDpi / 72.0;  // pixels a point
constexpr std::size_t kMaxSource = 8u << 20, kMaxPicture = 1u << 20;

}  // namespace

std::size_t Places::Text::line_of(std::size_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(line_starts.begin(), line_starts.end(), offset) - line_starts.begin());
}

Places::Places(const PaperDoc& doc, const fs::path& sources_dir, const CancelToken& cancel) {
  if (sources_dir.empty()) return;
  for (const std::string& file : doc.source.files) {
    cancel.check();
    try {
      const fs::path path = confine(sources_dir, file);
      if (file.ends_with(".pdf") || doc.source.kind == SourceKind::pdf) {
        draw_pages(path, cancel);
        continue;
      }
      Text text{read_file(path, kMaxSource), {0}};
      for (std::size_t i = 0; i < text.bytes.size(); ++i) {
        if (text.bytes[i] == '\n') text.line_starts.push_back(i + 1);
      }
      texts_[file] = std::move(text);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;  // else: the place is named and not shown
    }
  }
}

void Places::draw_pages(const fs::path& pdf, const CancelToken& cancel) {
  const TempDir folder("p2c-pages");
  PopplerOptions poppler;
  poppler.cancel = cancel;
  poppler.output_bytes = 1u << 20;
  run_poppler({"pdftoppm", "-jpeg", "-jpegopt", "quality=70", "-r", std::to_string(kDpi), "-l", std::to_string(kMaxPages)}, pdf,
              {(folder.path() / "page").string()}, poppler);
  for (const std::string& name : list_files(folder.path())) {
    // "page-07.jpg"
    const std::size_t dash = name.find('-'), dot = name.find('.');
    if (dash == std::string::npos || dot == std::string::npos) continue;
    const int page = std::atoi(name.substr(dash + 1, dot - dash - 1).c_str());
    const fs::path path = folder.path() / name;
    if (page < 1 || fs::file_size(path) > kMaxPicture) continue;
    pages_[page] = true;
    style_ += fmt::format(".p{}{{background-image:url(data:image/jpeg;base64,{})}}\n", page, base64(read_file(path)));
  }
}

std::string Places::name(const Block& block) const {
  if (block.page > 0) return fmt::format("page {}", block.page);
  if (block.span.file.empty() || block.span.end <= block.span.start) return {};
  const auto it = texts_.find(block.span.file);
  if (it == texts_.end()) return fmt::format("{}, bytes {} to {}", block.span.file, block.span.start, block.span.end);
  const std::size_t first = it->second.line_of(block.span.start), last = it->second.line_of(block.span.end - 1);
  return first == last ? fmt::format("{}, line {}", block.span.file, first)
                       : fmt::format("{}, lines {} to {}", block.span.file, first, last);
}

std::string Places::excerpt(const Block& block) const {
  if (block.page > 0 && block.box && pages_.contains(block.page)) {
    const double x = std::max(0.0, block.box->x0 - 4), y = std::max(0.0, block.box->y0 - 3);
    const double width = std::clamp(block.box->x1 + 4 - x, 1.0, 2000.0), height = std::clamp(block.box->y1 + 3 - y, 1.0, 2000.0);
    return fmt::format("<div class=\"cut p{}\" style=\"width:{:.0f}px;height:{:.0f}px;background-position:-{:.0f}px -{:.0f}px\"></div>", block.page,
                       width * kScale, height * kScale, x * kScale, y * kScale);
  }
  const auto it = texts_.find(block.span.file);
  if (it == texts_.end() || block.span.end > it->second.bytes.size() || block.span.start >= block.span.end) return {};
  std::string_view text = std::string_view(it->second.bytes).substr(block.span.start, block.span.end - block.span.start);
  const bool cut = text.size() > kMaxExcerpt;
  if (cut) text = utf8_prefix(text, kMaxExcerpt);
  return fmt::format("<pre>{}{}</pre>", html_escape(trim(text)), cut ? "\n(more)" : "");
}

}  // namespace p2c::paper
