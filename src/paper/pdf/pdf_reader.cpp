// Reads a PDF through poppler's programs.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "base/text.h"
#include "paper/figures.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/ocr.h"
#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/pictures.h"
#include "paper/pdf/poppler.h"
#include "paper/pdf/rules.h"
#include "paper/reader.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr double kZoom = 3;     // poppler rounds places to whole pixels: a third of a point
constexpr int kMaxPages = 400;  // of a paper; more is a book, and the rest is left out
constexpr std::uint64_t kFirstMemory = 350ull << 20;   // of each program that reads the text, two at a time
constexpr std::uint64_t kSecondMemory = 200ull << 20;  // of the one that lists the images meanwhile
constexpr int kJobs = 3;
constexpr int kFewestPagesToShare = 6;  // of a paper whose text is read in two halves
constexpr std::size_t kMaxDrawnPages = 60;
constexpr int kFewImages = 4;               // of a page that is drawn all the same
constexpr std::ptrdiff_t kFewestMaths = 4;  // pieces of formulas on a page
constexpr int kFewestPixels = 100;  // of a picture's width and height: smaller ones are signs and rules
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
PdfInfo look_into(const fs::path& pdf, const ReadingTime& time, const CancelToken& cancel) {
  PopplerOptions options;
  options.wall = time.left(std::chrono::seconds(15));
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

// The pages from `first` to `last`, 1-based.
PdfPieces read_pieces(const fs::path& pdf, int first, int last, const ReadingTime& time,
                      const CancelToken& cancel) {
  const TempDir folder("p2c-pdf");  // for whatever the program may leave in its working directory
  PopplerOptions options;
  options.wall = time.left(std::chrono::seconds(40));
  options.output_bytes = 64u << 20;
  options.memory_bytes = kFirstMemory;
  options.working_directory = folder.path();
  options.cancel = cancel;
  const PopplerResult result =
      run_poppler({"pdftohtml", "-xml", "-i", "-stdout", "-fontfullname", "-nodrm", "-zoom",
                   fmt::format("{}", kZoom), "-f", std::to_string(first), "-l", std::to_string(last)},
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

// Puts the second half behind the `pages` pages of the first. Both tell the outline of the whole.
void append(PdfPieces& pieces, PdfPieces second, std::size_t pages) {
  if (second.sheets.empty()) return;
  pieces.sheets.resize(pages);  // pages that the program left out stay empty
  std::move(second.sheets.begin(), second.sheets.end(), std::back_inserter(pieces.sheets));
  pieces.left_out += second.left_out;
  if (pieces.outline.empty()) pieces.outline = std::move(second.outline);
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
                 .hint = has_ocr() ? "It needs OCR first, e.g. ocrmypdf in.pdf out.pdf."
                                   : "Install tesseract, which reads scans: apt-get install tesseract-ocr."});
  }
  if (static_cast<double>(count.unmapped) > kMaxUnmappedShare * static_cast<double>(count.letters)) {
    throw Error(
        ErrorCode::no_text, "the letters of the PDF cannot be told from its fonts",
        {.subject = subject,
         .hint = "It needs OCR first, e.g. ocrmypdf --force-ocr in.pdf out.pdf, or give the LaTeX source."});
  }
}

// Pages that hold pictures which could be a page or a photo, and how many, as pdfimages lists them; empty
// when it cannot.
std::map<int, int> count_images(const fs::path& pdf, const ReadingTime& time, const CancelToken& cancel) {
  PopplerOptions options;
  options.wall = time.left(std::chrono::seconds(10));
  options.output_bytes = 4u << 20;
  options.memory_bytes = kSecondMemory;
  options.cancel = cancel;
  const PopplerResult result =
      run_poppler({"pdfimages", "-list", "-l", std::to_string(kMaxPages)}, pdf, {}, options);
  std::map<int, int> pages;
  for (std::string_view line : split_lines(result.out)) {
    // page, number, kind, width, height
    std::vector<std::string> words;
    for (std::string& word : split(collapse_whitespace(line), ' ')) words.push_back(std::move(word));
    if (words.size() < 5 || words[2] != "image") continue;
    const auto number = [&words](std::size_t i) {
      int value = 0;
      std::from_chars(words[i].data(), words[i].data() + words[i].size(), value);
      return value;
    };
    if (number(0) > 0 && number(3) >= kFewestPixels && number(4) >= kFewestPixels) ++pages[number(0)];
  }
  return pages;
}

// Pages whose rules matter: bars of fractions and roots. Photos make the drawing of a page slow.
std::vector<int> pages_with_formulas(const PdfPieces& pieces, const std::map<int, int>& images) {
  std::vector<int> pages;
  for (std::size_t i = 0; i < pieces.sheets.size() && pages.size() < kMaxDrawnPages; ++i) {
    const std::vector<PdfFragment>& fragments = pieces.sheets[i].fragments;
    const auto maths =
        std::count_if(fragments.begin(), fragments.end(), [](const PdfFragment& f) { return f.maths; });
    const int page = static_cast<int>(i + 1);
    const auto found = images.find(page);
    if (maths >= kFewestMaths && (found == images.end() || found->second <= kFewImages))
      pages.push_back(page);
  }
  return pages;
}

// Pages without letters that hold a picture: scans.
std::vector<int> scanned_pages(const PdfPieces& pieces, const std::map<int, int>& images) {
  std::vector<int> pages;
  for (std::size_t i = 0; i < pieces.sheets.size(); ++i) {
    std::size_t words = 0;
    for (const PdfFragment& fragment : pieces.sheets[i].fragments)
      words += static_cast<std::size_t>(std::count(fragment.text.begin(), fragment.text.end(), ' ')) + 1;
    const int page = static_cast<int>(i + 1);
    if (words < kFewWordsPerPage && images.contains(page)) pages.push_back(page);
  }
  return pages;
}

std::string list_of(const std::vector<int>& pages) {
  std::string text;
  for (std::size_t i = 0; i < pages.size() && i < 20; ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(pages[i]);
  return text + (pages.size() > 20 ? ", ..." : "");
}

// Reads what is a picture by OCR when that is installed; the warnings say what was done and what was not.
std::vector<Warning> read_scans(const fs::path& pdf, const std::vector<int>& pages, PdfPieces& pieces,
                                const ReadingTime& time, const CancelToken& cancel) {
  std::vector<Warning> warnings;
  if (pages.empty()) return warnings;
  const std::string name = pdf.filename().string();
  const std::string which = fmt::format("page{} {}", pages.size() == 1 ? "" : "s", list_of(pages));
  if (!has_ocr()) {
    warnings.push_back(
        {name, fmt::format("{}: a picture without text, which was not read, since tesseract is not "
                           "installed (apt-get install tesseract-ocr)",
                           which)});
    return warnings;
  }
  const std::vector<int> read = read_by_ocr(pdf, pages, pieces, time, cancel);
  if (!read.empty()) {
    warnings.push_back(
        {name, fmt::format("page{} {}: a picture without text, read by OCR (tesseract); expect wrong "
                           "letters, above all in formulas",
                           read.size() == 1 ? "" : "s", list_of(read))});
  }
  if (read.size() < pages.size()) {
    std::vector<int> left;
    std::set_difference(pages.begin(), pages.end(), read.begin(), read.end(), std::back_inserter(left));
    warnings.push_back({name, fmt::format("page{} {}: a picture without text that OCR could not read{}",
                                          left.size() == 1 ? "" : "s", list_of(left),
                                          time.over() ? " within the time for one PDF" : "")});
  }
  return warnings;
}

}  // namespace

PaperDoc read_pdf(const fs::path& pdf, const ReadOptions& options) {
  options.cancel.check();
  const std::string bytes_hash = sha256_hex(read_file(pdf));
  const ReadingTime time(options.pdf_time);
  const PdfInfo info = look_into(pdf, time, options.cancel);
  // Both halves of the text and the list of images at the same time.
  const int last = std::min(info.pages, kMaxPages), middle = last >= kFewestPagesToShare ? last / 2 : last;
  PdfPieces pieces, second;
  std::map<int, int> images;
  parallel_for(3, kJobs, [&](std::size_t i) {
    if (i == 0) {
      pieces = read_pieces(pdf, 1, middle, time, options.cancel);
    } else if (i == 1 && middle < last) {
      second = read_pieces(pdf, middle + 1, last, time, options.cancel);
    } else if (i == 2) {
      images = count_images(pdf, time, options.cancel);
    }
  });
  append(pieces, std::move(second), static_cast<std::size_t>(middle));
  read_rules(pdf, pages_with_formulas(pieces, images), pieces, time, options.cancel);
  std::vector<Warning> warnings =
      read_scans(pdf, scanned_pages(pieces, images), pieces, time, options.cancel);
  require_text(pieces, pdf.string());
  const std::string name = pdf.filename().string();
  PdfDocument document = build_pdf_document(std::move(pieces), name);
  PaperDoc& doc = document.doc;
  if (doc.title.empty()) doc.title = info.title.empty() ? pdf.stem().string() : info.title;
  if (info.pages > kMaxPages)
    doc.warnings.push_back(
        {name, fmt::format("only the first {} of {} pages were read", kMaxPages, info.pages)});
  doc.warnings.insert(doc.warnings.begin(), warnings.begin(), warnings.end());
  std::set<int> image_pages;
  for (const auto& [page, count] : images) image_pages.insert(page);
  if (!options.figures_dir.empty())
    cut_pictures(document, pdf, image_pages, options.figures_dir, time, options.cancel);
  doc.source.kind = SourceKind::pdf;
  doc.source.sha256 = bytes_hash;
  doc.source.main_file = name;
  doc.source.files = {name};
  return std::move(doc);
}

}  // namespace p2c::paper
