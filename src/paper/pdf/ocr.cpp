// Runs tesseract on pages and reads its hOCR.
#include "paper/pdf/ocr.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "base/files.h"
#include "base/parallel.h"
#include "base/process.h"
#include "base/text.h"
#include "paper/xml_scan.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr int kPixels = 2600;  // of the longer side of a page: 240 dpi on A4
constexpr int kJobs = 2;
constexpr std::size_t kMaxWordsOfPage = 20'000;
constexpr double kSizeOfHeight = 1.1;  // font size over the height of lines that tesseract tells
constexpr double kSnap = 0.13;         // sizes this near to the usual one are it

// The numbers behind a word of an hOCR title: "bbox 10 20 30 40; x_size 12".
template <std::size_t N>
std::optional<std::array<double, N>> numbers_of(std::string_view title, std::string_view name) {
  std::size_t at = title.find(std::string(name) + " ");
  if (at == std::string_view::npos) return std::nullopt;
  at += name.size();
  std::array<double, N> values{};
  for (double& value : values) {
    while (at < title.size() && title[at] == ' ') ++at;
    const auto result = std::from_chars(title.data() + at, title.data() + title.size(), value);
    if (result.ec != std::errc() || !std::isfinite(value) || std::abs(value) > 100'000) return std::nullopt;
    at = static_cast<std::size_t>(result.ptr - title.data());
  }
  return values;
}

struct OcrLine {
  double baseline = 0, slope = 0, x0 = 0, size = 0;  // pixels
};

}  // namespace

bool has_ocr() {
  return !find_program("tesseract").empty();
}

std::vector<PdfFragment> parse_hocr(std::string_view hocr, double scale) {
  std::vector<PdfFragment> fragments;
  XmlScanner scanner(hocr);
  XmlEvent event;
  OcrLine line;
  std::optional<std::array<double, 4>> word;
  std::string text;
  bool new_line = true;
  std::size_t words = 0;
  while (scanner.next(event) && words < kMaxWordsOfPage) {
    if (event.kind == XmlEvent::Kind::text) {
      if (word) text += event.text;
      continue;
    }
    if (event.kind == XmlEvent::Kind::start) {
      const std::string_view kind = event.attribute("class"), title = event.attribute("title");
      if (kind == "ocrx_word") {
        word = numbers_of<4>(title, "bbox");
        text.clear();
      } else if (kind == "ocr_line" || kind == "ocr_header" || kind == "ocr_textfloat" ||
                 kind == "ocr_caption") {
        const auto box = numbers_of<4>(title, "bbox");
        const auto size = numbers_of<1>(title, "x_size");
        const auto baseline = numbers_of<2>(title, "baseline");
        if (!box) continue;
        line.size = kSizeOfHeight * (size ? (*size)[0] : (*box)[3] - (*box)[1]);
        line.x0 = (*box)[0];
        line.slope = baseline ? (*baseline)[0] : 0;
        line.baseline = (*box)[3] + (baseline ? (*baseline)[1] : -0.2 * line.size);
        new_line = true;
      }
      continue;
    }
    if (event.name != "span" || !word) continue;
    const std::string content = collapse_whitespace(strip_control(repair_utf8(text)));
    const auto [x0, y0, x1, y1] = *word;
    word.reset();
    ++words;
    if (content.empty() || line.size <= 1 || x1 <= x0) continue;
    if (!new_line && !fragments.empty() && x0 * scale - fragments.back().box.x1 < line.size * scale) {
      fragments.back().text += " " + content;
      fragments.back().box.x1 = x1 * scale;
      continue;
    }
    PdfFragment& fragment = fragments.emplace_back();
    fragment.size = line.size * scale;
    const double baseline = (line.baseline + line.slope * (x0 - line.x0)) * scale,
                 height = 0.9 * fragment.size;
    fragment.box = {x0 * scale, baseline - 0.8 * height, x1 * scale, baseline + 0.2 * height};
    fragment.font = kOcrFont;
    fragment.text = content;
    new_line = false;
  }
  return fragments;
}

void settle_sizes(std::vector<PdfSheet*> sheets) {
  std::map<double, std::size_t> letters;
  for (const PdfSheet* sheet : sheets) {
    for (const PdfFragment& fragment : sheet->fragments)
      letters[std::round(fragment.size * 4) / 4] += fragment.text.size();
  }
  // The usual size is where most letters are within the tolerance of it.
  double usual = 0;
  std::size_t most = 0;
  for (const auto& [size, count] : letters) {
    std::size_t near = 0;
    for (const auto& [other, other_count] : letters) {
      if (std::abs(other - size) < 0.5 * kSnap * size) near += other_count;
    }
    if (near > most) {
      most = near;
      usual = size;
    }
  }
  for (PdfSheet* sheet : sheets) {
    for (PdfFragment& fragment : sheet->fragments) {
      const double size =
          std::abs(fragment.size - usual) < kSnap * usual ? usual : std::round(fragment.size * 2) / 2;
      const double baseline = fragment.baseline();
      fragment.size = std::max(1.0, size);
      fragment.box.y0 = baseline - 0.72 * fragment.size;
      fragment.box.y1 = baseline + 0.18 * fragment.size;
    }
  }
}

std::vector<int> read_by_ocr(const fs::path& pdf, const std::vector<int>& pages, PdfPieces& pieces,
                             const ReadingTime& time, const CancelToken& cancel) {
  const TempDir folder("p2c-ocr");
  std::vector<char> done(pages.size(), 0);
  parallel_for(pages.size(), kJobs, [&](std::size_t i) {
    const auto page = static_cast<std::size_t>(pages[i]);
    if (page == 0 || page > pieces.sheets.size()) return;
    PdfSheet& sheet = pieces.sheets[page - 1];
    PopplerOptions options;
    options.wall = time.left(std::chrono::seconds(20));
    options.memory_bytes = 420ull << 20;
    options.file_bytes = 48ull << 20;
    options.output_bytes = 4u << 20;
    options.working_directory = folder.path();
    options.cancel = cancel;
    const std::string number = std::to_string(page);
    const fs::path picture = folder.path() / ("page" + number + ".png");
    const PopplerResult drawn = run_poppler({"pdftoppm", "-png", "-gray", "-singlefile", "-scale-to",
                                             std::to_string(kPixels), "-f", number, "-l", number},
                                            pdf, {(folder.path() / ("page" + number)).string()}, options);
    std::error_code error;
    if (!drawn.ok() || !fs::exists(picture, error)) return;
    options.wall = time.left(std::chrono::seconds(30));
    const PopplerResult read =
        run_poppler({"tesseract"}, picture, {"stdout", "-l", "eng", "--psm", "1", "hocr"}, options);
    fs::remove(picture, error);
    if (!read.ok()) return;
    sheet.fragments = parse_hocr(read.out, std::max(sheet.width, sheet.height) / kPixels);
    done[i] = 1;
  });
  std::vector<int> result;
  std::vector<PdfSheet*> sheets;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (done[i] == 0) continue;
    result.push_back(pages[i]);
    sheets.push_back(&pieces.sheets[static_cast<std::size_t>(pages[i] - 1)]);
  }
  settle_sizes(std::move(sheets));
  return result;
}

}  // namespace p2c::paper
