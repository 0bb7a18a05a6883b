// Scans and OCR, pictures, and programs that hang, print without end or eat memory and disk.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "paper/pdf/ocr.h"
#include "paper/pdf/pictures.h"
#include "paper/reader.h"
#include "support.h"
#include "tiny_pdf.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

TEST(Ocr, LinesOfHocr) {
  const std::vector<PdfFragment> fragments = parse_hocr(
      R"(<div class='ocr_page'><span class='ocr_line' title="bbox 100 200 700 240; baseline 0 -10; x_size 30">
      <span class='ocrx_word' title='bbox 100 205 200 235; x_wconf 96'>Graph</span>
      <span class='ocrx_word' title='bbox 210 205 330 235; x_wconf 30'>Networks&amp;co</span>
      <span class='ocrx_word' title='bbox 600 205 700 235'>far</span></span>
      <span class='ocr_line' title="bbox 100 300 700 330; x_size nan"><span class='ocrx_word' title='bbox 1 2 3'>x</span>
      <span class='ocrx_word' title='bbox 9 1 5 3'>backwards</span></span></div>)",
      0.5);
  ASSERT_EQ(fragments.size(), 2u);
  EXPECT_EQ(fragments[0].text, "Graph Networks&co");
  EXPECT_DOUBLE_EQ(fragments[0].box.x0, 50);
  EXPECT_DOUBLE_EQ(fragments[0].box.x1, 165);
  EXPECT_NEAR(fragments[0].baseline(), 115, 0.1);
  EXPECT_NEAR(fragments[0].size, 16.5, 0.1);
  EXPECT_EQ(fragments[1].text, "far");
  EXPECT_TRUE(parse_hocr("", 1).empty());
  EXPECT_TRUE(parse_hocr("<span class='ocrx_word' title='bbox 1 2 3 4'>no line</span>", 1).empty());
}

TEST(Ocr, SizesNearTheUsualOneAreIt) {
  PdfSheet sheet{600, 800, {}};
  for (const double size : {9.6, 10.0, 10.2, 10.4, 14.0}) {
    PdfFragment& fragment = sheet.fragments.emplace_back();
    fragment.size = size;
    fragment.box = {0, 100, 10, 110};
    fragment.text = size > 12 ? "Title" : "running text of the page";
  }
  settle_sizes({&sheet});
  for (std::size_t i = 1; i < 4; ++i) EXPECT_DOUBLE_EQ(sheet.fragments[i].size, sheet.fragments[0].size);
  EXPECT_DOUBLE_EQ(sheet.fragments[4].size, 14.0);
  EXPECT_NEAR(sheet.fragments[4].baseline(), 108, 0.1);
}

TEST(Pictures, PagesAsSvgAreCutByTheirViewBox) {
  const std::string svg = cut_svg(
      "<?xml?>\n<svg width=\"600pt\" viewBox=\"0 0 600 800\"><path d=\"M 1 2\"/></svg>", {100, 50, 300, 150});
  EXPECT_TRUE(contains(svg, "viewBox=\"100.00 50.00 200.00 100.00\""));
  EXPECT_TRUE(contains(svg, "width=\"200.00pt\""));
  EXPECT_TRUE(svg.ends_with("><path d=\"M 1 2\"/></svg>"));
  EXPECT_EQ(cut_svg("<svg width=\"1\">", {0, 0, 1, 1}), "");
  EXPECT_EQ(cut_svg("no picture", {0, 0, 1, 1}), "");
}

std::string text_page() {
  test::PdfPageTexts page{{150, 720, "A Paper About Things", 17, test::PdfFont::bold}};
  page.push_back({72, 680, "1", 12, test::PdfFont::bold});
  page.push_back({90, 680, "Introduction", 12, test::PdfFont::bold});
  test::add_lines(
      page, 72, 655,
      {"Recent work on things has shown that they can be described by a small number of parameters whose",
       "values are spread over many places. This paragraph of the introduction ends with this line."});
  test::add_lines(
      page, 72, 615,
      {"A second paragraph stands below the first one and is long enough to be taken for running text by",
       "any reader at all, which is what it has been written for."});
  page.push_back({72, 420, "Figure 1: What things look like when nobody is there to see them."});
  return test::make_pdf({page});
}

class PdfLimitsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (find_program("pdftohtml").empty()) GTEST_SKIP() << "poppler-utils is not installed";
    fs::create_directories(tools());
    for (const char* tool : {"pdfinfo", "pdftohtml", "pdfimages", "pdftocairo", "pdftoppm"})
      fs::create_symlink(find_program(tool), tools() / tool);
  }
  fs::path tools() const { return folder_.path() / "tools"; }
  const fs::path& folder() const { return folder_.path(); }
  // A program of that name that does something else; PATH holds it before the system's own.
  void fake(const std::string& name, const std::string& script) {
    fs::remove(tools() / name);
    write_file_atomic(tools() / name, "#!/bin/sh\n" + script + "\n");
    fs::permissions(tools() / name, fs::perms::owner_all);
  }
  PaperDoc read(const std::string& bytes, const ReadOptions& options = {}) {
    write_file_atomic(folder() / "paper.pdf", bytes);
    return read_pdf(folder() / "paper.pdf", options);
  }
  ErrorCode error_code(const std::string& bytes, const ReadOptions& options = {}) {
    try {
      read(bytes, options);
    } catch (const Error& error) {
      message_ = error.what();
      return error.code();
    }
    return ErrorCode::internal;
  }
  std::string path() const { return tools().string() + ":/usr/bin:/bin"; }
  std::string message_;

 private:
  TempDir folder_{"p2c-limits-test"};
};

// A page of text as the picture a scanner makes of it.
std::string scan_of(const std::string& pdf, const fs::path& folder) {
  write_file_atomic(folder / "text.pdf", pdf);
  ProcessOptions draw;
  draw.argv = {"pdftoppm",
               "-gray",
               "-singlefile",
               "-r",
               "150",
               (folder / "text.pdf").string(),
               (folder / "scan").string()};
  run_process(draw);
  const std::string pgm = read_file(folder / "scan.pgm");  // "P5\nwidth height\n255\n" and the pixels
  const int width = 1275, height = 1650;
  const auto size = static_cast<std::size_t>(width) * height;
  EXPECT_TRUE(pgm.starts_with("P5\n1275 1650\n255\n"));
  return test::make_scan(width, height,
                         std::string_view(pgm).substr(pgm.size() - std::min(size, pgm.size())));
}

TEST_F(PdfLimitsTest, ScansAreReadByOcr) {
  if (find_program("tesseract").empty()) GTEST_SKIP() << "tesseract-ocr is not installed";
  const PaperDoc doc = read(scan_of(text_page(), folder()));
  EXPECT_EQ(doc.title, "A Paper About Things");
  std::string text;
  for (const Block& block : doc.blocks) text += block.title + "\n" + block.text + "\n";
  EXPECT_TRUE(contains(text, "Introduction")) << text;
  EXPECT_TRUE(contains(text, "described by a small number of parameters")) << text;
  ASSERT_FALSE(doc.warnings.empty());
  EXPECT_TRUE(contains(doc.warnings[0].message, "OCR"));
}

TEST_F(PdfLimitsTest, WithoutTesseractScansNameIt) {
  const std::string scan = scan_of(text_page(), folder());
  const p2c::test::ScopedEnv env("PATH", tools().string());
  EXPECT_EQ(error_code(scan), ErrorCode::no_text);
  EXPECT_TRUE(contains(message_, "tesseract-ocr")) << message_;
}

TEST_F(PdfLimitsTest, OcrThatFailsIsSaid) {
  fake("tesseract", "exit 1");
  const std::string scan = scan_of(text_page(), folder());
  const p2c::test::ScopedEnv env("PATH", path());
  EXPECT_EQ(error_code(scan), ErrorCode::no_text);
}

TEST_F(PdfLimitsTest, ProgramsThatHangAreKilledWithTheirChildren) {
  fake("pdftohtml", fmt::format("sleep 600 & echo $! > {}; sleep 600", (folder() / "child").string()));
  const p2c::test::ScopedEnv env("PATH", path());
  ReadOptions options;
  options.pdf_time = std::chrono::milliseconds(1'500);
  const auto start = Clock::now();
  EXPECT_EQ(error_code(text_page(), options), ErrorCode::timeout);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(15));
  const int child = std::stoi(read_file(folder() / "child"));
  // Killed with its group; init may still have to reap it.
  const auto gone = [child] {
    std::error_code error;
    return kill(child, 0) != 0 ||
           contains(fs::read_symlink(fmt::format("/proc/{}/exe", child), error).string(), "sleep") == false;
  };
  for (int i = 0; i < 200 && !gone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(gone());
}

TEST_F(PdfLimitsTest, ProgramsThatPrintWithoutEndAreStopped) {
  fake("pdftohtml", "yes '<text>more and more and more and more and more</text>'");
  const p2c::test::ScopedEnv env("PATH", path());
  EXPECT_EQ(error_code(text_page()), ErrorCode::limit);
}

TEST_F(PdfLimitsTest, ProgramsThatEatMemoryAreStopped) {
  // tail keeps what has no line end: two gigabytes, if it may.
  fake("pdftohtml", "head -c 2000000000 /dev/zero | tail -n 1 | wc -c > " + (folder() / "kept").string());
  const p2c::test::ScopedEnv env("PATH", path());
  EXPECT_EQ(error_code(text_page()), ErrorCode::bad_input);
  EXPECT_FALSE(fs::exists(folder() / "kept") && read_file(folder() / "kept").starts_with("2000000000"));
}

TEST_F(PdfLimitsTest, PicturesThatFillTheDiskAreNotKept) {
  fake("pdftocairo",
       "for last; do :; done; case \"$*\" in *-png*) head -c 900000000 /dev/zero > \"$last.png\";; esac");
  const p2c::test::ScopedEnv env("PATH", path());
  ReadOptions options;
  options.figures_dir = folder() / "figures";
  const PaperDoc doc = read(text_page(), options);
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_TRUE(doc.figures[0].files.empty());
  EXPECT_TRUE(std::any_of(doc.warnings.begin(), doc.warnings.end(), [](const Warning& warning) {
    return contains(warning.message, "could not be cut out");
  }));
}

TEST_F(PdfLimitsTest, PicturesTakeNoLongerThanTheRest) {
  fake("pdftocairo", "sleep 600");
  const p2c::test::ScopedEnv env("PATH", path());
  ReadOptions options;
  options.figures_dir = folder() / "figures";
  options.pdf_time = std::chrono::milliseconds(2'500);
  const auto start = Clock::now();
  const PaperDoc doc = read(text_page(), options);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(15));
  EXPECT_EQ(doc.title, "A Paper About Things");
  EXPECT_FALSE(doc.warnings.empty());
}

}  // namespace
}  // namespace p2c::paper
