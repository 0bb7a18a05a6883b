// Reads a PDF through poppler's programs.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "base/text.h"
#include "paper/figures.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/poppler.h"
#include "paper/reader.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr double kZoom = 3;     // poppler rounds places to whole pixels: a third of a point
constexpr int kMaxPages = 400;  // of a paper; more is a book, and the rest is left out
constexpr int kPictureDpi = 150;
constexpr int kPictureJobs = 2;
constexpr std::size_t kMaxPictures = 200;
constexpr std::size_t kFewWordsPerPage = 8;  // stamps on scanned pages
constexpr double kMaxUnmappedShare = 0.3;    // of the letters

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')).substr(0, 200));
}

// The value behind "Key:" in pdfinfo's output, or empty.
std::string info_value(std::string_view info, std::string_view key) {
  for (std::string_view line : split_lines(info)) {
    if (line.starts_with(key)) return std::string(trim(line.substr(key.size())));
  }
  return {};
}

struct PdfInfo {
  int pages = 0;
  std::string title;
};

// Errors: bad_input for encrypted and broken files, timeout.
PdfInfo look_into(const fs::path& pdf, const CancelToken& cancel) {
  PopplerOptions options;
  options.wall = std::chrono::seconds(30);
  options.output_bytes = 1u << 20;
  options.cancel = cancel;
  const PopplerResult result = run_poppler({"pdfinfo"}, pdf, {}, options);
  const std::string subject = pdf.string();
  if (contains(result.err, "Incorrect password")) {
    throw Error(ErrorCode::bad_input, "the PDF is encrypted and needs a password",
                {.subject = subject,
                 .hint = "Save a copy without password, e.g. qpdf --password=... --decrypt in.pdf out.pdf."});
  }
  if (result.timed_out)
    throw Error(ErrorCode::timeout, "pdfinfo did not end",
                {.subject = subject, .hint = "The PDF is broken or hostile; get the file again."});
  PdfInfo info;
  const std::string pages = info_value(result.out, "Pages:");
  std::from_chars(pages.data(), pages.data() + pages.size(), info.pages);
  if (!result.ok() || info.pages <= 0) {
    throw Error(ErrorCode::bad_input, "the PDF is broken or cut off",
                {.subject = subject,
                 .found = first_line(result.err),
                 .hint = "Get the file again, or repair it: qpdf in.pdf out.pdf."});
  }
  info.title = collapse_whitespace(repair_utf8(info_value(result.out, "Title:")));
  return info;
}

PdfPieces read_pieces(const fs::path& pdf, const CancelToken& cancel) {
  const TempDir folder("p2c-pdf");  // for whatever the program may leave in its working directory
  PopplerOptions options;
  options.wall = std::chrono::seconds(120);
  options.output_bytes = 128u << 20;
  options.working_directory = folder.path();
  options.cancel = cancel;
  const PopplerResult result =
      run_poppler({"pdftohtml", "-xml", "-i", "-stdout", "-fontfullname", "-nodrm", "-zoom",
                   fmt::format("{}", kZoom), "-l", std::to_string(kMaxPages)},
                  pdf, {}, options);
  if (result.timed_out)
    throw Error(ErrorCode::timeout, "reading the PDF took too long",
                {.subject = pdf.string(), .hint = "Give the LaTeX source instead."});
  if (result.too_much_output)
    throw Error(ErrorCode::limit, "the PDF holds too much text for a paper",
                {.subject = pdf.string(), .hint = "Give the paper alone."});
  PdfPieces pieces = parse_pdf_xml(result.out, kZoom);
  if (pieces.sheets.empty()) {
    throw Error(ErrorCode::bad_input, "no page of the PDF could be read",
                {.subject = pdf.string(),
                 .found = first_line(result.err),
                 .hint = "Get the file again, or repair it: qpdf in.pdf out.pdf."});
  }
  return pieces;
}

struct TextCount {
  std::size_t letters = 0, words = 0, unmapped = 0;
};

TextCount count_text(const PdfPieces& pieces) {
  TextCount count;
  for (const PdfSheet& sheet : pieces.sheets) {
    for (const PdfFragment& fragment : sheet.fragments) {
      const std::string& text = fragment.text;
      count.letters += count_code_points(text);
      count.words += static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
      for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        const auto a = static_cast<unsigned char>(text[i]), b = static_cast<unsigned char>(text[i + 1]),
                   c = static_cast<unsigned char>(text[i + 2]);
        const bool replacement = a == 0xef && b == 0xbf && c == 0xbd;
        const bool private_use = a == 0xee || (a == 0xef && b <= 0xa3);
        if (replacement || private_use) ++count.unmapped;
      }
    }
  }
  return count;
}

// Errors: no_text for scans and for fonts without a way back to letters.
void require_text(const PdfPieces& pieces, const std::string& subject) {
  const TextCount count = count_text(pieces);
  const std::size_t pages = pieces.sheets.size();
  if (count.letters == 0 || (pages >= 3 && count.words < kFewWordsPerPage * pages)) {
    throw Error(ErrorCode::no_text, "the PDF has no text, it looks like a scan",
                {.subject = subject,
                 .found = fmt::format("{} words on {} pages", count.words, pages),
                 .hint = "It needs OCR first, e.g. ocrmypdf in.pdf out.pdf."});
  }
  if (static_cast<double>(count.unmapped) > kMaxUnmappedShare * static_cast<double>(count.letters)) {
    throw Error(
        ErrorCode::no_text, "the letters of the PDF cannot be told from its fonts",
        {.subject = subject,
         .hint = "It needs OCR first, e.g. ocrmypdf --force-ocr in.pdf out.pdf, or give the LaTeX source."});
  }
}

int pixels(double points) {
  return static_cast<int>(std::lround(points * kPictureDpi / 72));
}

// Pictures are cut out of the pages: what stands there may be of many pieces.
void cut_pictures(PdfDocument& document, const fs::path& pdf, const ReadOptions& options) {
  PaperDoc& doc = document.doc;
  const std::size_t count = std::min({document.pictures.size(), doc.figures.size(), kMaxPictures});
  const TempDir folder("p2c-cut");
  std::vector<std::string> problems(count);
  parallel_for(count, kPictureJobs, [&](std::size_t i) {
    const PdfDocument::Picture& picture = document.pictures[i];
    if (picture.page == 0) return;
    const int x = std::max(0, pixels(picture.area.x0 - 4)), y = std::max(0, pixels(picture.area.y0));
    const int width = pixels(picture.area.x1 - picture.area.x0 + 8),
              height = pixels(picture.area.y1 - picture.area.y0);
    if (width <= 0 || height <= 0 || width > 10'000 || height > 10'000) return;
    PopplerOptions poppler;
    poppler.wall = std::chrono::seconds(30);
    poppler.output_bytes = 1u << 20;
    poppler.cancel = options.cancel;
    const std::string page = std::to_string(picture.page), name = fmt::format("page{}", picture.page);
    const fs::path target = folder.path() / fmt::format("{}", i);
    const PopplerResult result =
        run_poppler({"pdftocairo", "-png", "-singlefile", "-r", std::to_string(kPictureDpi), "-f", page, "-l",
                     page, "-x", std::to_string(x), "-y", std::to_string(y), "-W", std::to_string(width),
                     "-H", std::to_string(height)},
                    pdf, {target.string()}, poppler);
    const fs::path made = target.string() + ".png";
    std::error_code error;
    if (!result.ok() || !fs::exists(made, error)) {
      problems[i] = fmt::format("the picture of {} could not be cut out of the page", doc.figures[i].id);
      return;
    }
    const std::string file = fmt::format("{}-{}.png", doc.figures[i].id, name);
    write_file_atomic(options.figures_dir / file, read_file(made));
    doc.figures[i].files.push_back({file, "png", width, height});
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (!problems[i].empty())
      doc.warnings.push_back({fmt::format("page {}", document.pictures[i].page), problems[i]});
  }
}

}  // namespace

PaperDoc read_pdf(const fs::path& pdf, const ReadOptions& options) {
  options.cancel.check();
  const std::string bytes_hash = sha256_hex(read_file(pdf));
  const PdfInfo info = look_into(pdf, options.cancel);
  PdfPieces pieces = read_pieces(pdf, options.cancel);
  require_text(pieces, pdf.string());
  const std::string name = pdf.filename().string();
  PdfDocument document = build_pdf_document(std::move(pieces), name);
  PaperDoc& doc = document.doc;
  if (doc.title.empty()) doc.title = info.title.empty() ? pdf.stem().string() : info.title;
  if (info.pages > kMaxPages)
    doc.warnings.push_back(
        {name, fmt::format("only the first {} of {} pages were read", kMaxPages, info.pages)});
  if (!options.figures_dir.empty()) cut_pictures(document, pdf, options);
  doc.source.kind = SourceKind::pdf;
  doc.source.sha256 = bytes_hash;
  doc.source.main_file = name;
  doc.source.files = {name};
  return std::move(doc);
}

}  // namespace p2c::paper
