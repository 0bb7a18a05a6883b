// Pictures: kinds, sizes, words inside, copies in the output.
#include "paper/figures.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "tiny_pdf.h"

namespace p2c::paper {
namespace {

using Strings = std::vector<std::string>;

std::string png(int width, int height) {
  std::string bytes = "\x89PNG\r\n\x1a\n";
  bytes += std::string("\0\0\0\rIHDR", 8);
  for (int value : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xff);
  }
  return bytes + std::string(20, '\0');
}

// An application segment before the frame header, as cameras write.
std::string jpeg(int width, int height) {
  std::string bytes("\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x11\x08", 13);
  for (int value : {height, width}) {
    bytes += static_cast<char>(value >> 8);
    bytes += static_cast<char>(value & 0xff);
  }
  return bytes + std::string(20, '\0');
}

PaperDoc with_files(const Strings& paths) {
  PaperDoc doc;
  Figure figure;
  figure.id = "F1";
  figure.caption = "The network architecture";
  for (const std::string& path : paths) figure.files.push_back({path, "", 0, 0});
  doc.figures.push_back(figure);
  return doc;
}

TEST(Figures, KindsByBytes) {
  EXPECT_EQ(picture_format(png(1, 1)), "png");
  EXPECT_EQ(picture_format(jpeg(1, 1)), "jpg");
  EXPECT_EQ(picture_format("%PDF-1.4"), "pdf");
  EXPECT_EQ(picture_format("%!PS-Adobe-3.0 EPSF"), "eps");
  EXPECT_EQ(picture_format("<?xml version='1.0'?><svg width='3'>"), "svg");
  EXPECT_EQ(picture_format("hello"), "");
}

TEST(Figures, SizesAndWordsInside) {
  if (find_program("pdftotext").empty()) GTEST_SKIP() << "poppler-utils is not installed";
  const TempDir folder("p2c-figures");
  write_file_atomic(folder.path() / "a.png", png(640, 480));
  write_file_atomic(folder.path() / "sub/b.jpg", jpeg(300, 200));
  write_file_atomic(folder.path() / "c.pdf",
                    test::make_pdf({{{100, 700, "Encoder block"}, {100, 500, "Decoder"}}}));
  write_file_atomic(
      folder.path() / "d.svg",
      "<svg><style>x{}</style><text x='1'>Soft<tspan>max</tspan> &amp; sum</text><text> </text></svg>");
  PaperDoc doc = with_files({"a.png", "sub/b.jpg", "c.pdf", "d.svg"});
  inspect_figures(doc, folder.path(), {});
  const auto& files = doc.figures[0].files;
  EXPECT_EQ(files[0].width, 640);
  EXPECT_EQ(files[0].height, 480);
  EXPECT_EQ(files[1].format, "jpg");
  EXPECT_EQ(files[1].width, 300);
  EXPECT_EQ(files[2].width, 612);
  EXPECT_EQ(doc.figures[0].text_inside, (Strings{"Encoder block", "Decoder", "Softmax & sum"}));
  EXPECT_EQ(doc.figures[0].role, "architecture");
  EXPECT_TRUE(doc.warnings.empty());
}

TEST(Figures, TextKnownBeforeStays) {
  const TempDir folder("p2c-figures");
  write_file_atomic(folder.path() / "d.svg", "<svg><text>other</text></svg>");
  PaperDoc doc = with_files({"d.svg"});
  doc.figures[0].text_inside = {"from TikZ"};
  inspect_figures(doc, folder.path(), {});
  EXPECT_EQ(doc.figures[0].text_inside, (Strings{"from TikZ"}));
}

TEST(Figures, WhatCannotBeReadIsAWarning) {
  const TempDir folder("p2c-figures");
  write_file_atomic(folder.path() / "x.png", "not a picture");
  PaperDoc doc = with_files({"absent.png", "x.png", "../../etc/passwd"});
  inspect_figures(doc, folder.path(), {});
  EXPECT_EQ(doc.warnings.size(), 3u);
  EXPECT_EQ(doc.warnings[0].place, "absent.png");
  export_figures(doc, folder.path(), folder.path() / "out", {});
  EXPECT_EQ(doc.figures[0].files[0].path, "absent.png");
  EXPECT_EQ(doc.figures[0].files[2].path, "../../etc/passwd");
}

TEST(Figures, BrokenHeadersHaveNoSize) {
  const TempDir folder("p2c-figures");
  write_file_atomic(folder.path() / "cut.png", std::string_view(png(5, 5)).substr(0, 18));
  write_file_atomic(folder.path() / "loop.jpg",
                    std::string("\xff\xd8\xff\xe0\x00\x00\xff\xe0\x00\x00\xff\xe0", 12));
  write_file_atomic(folder.path() / "huge.png", png(2'000'000'000, 1));
  PaperDoc doc = with_files({"cut.png", "loop.jpg", "huge.png"});
  inspect_figures(doc, folder.path(), {});
  for (const FigureFile& file : doc.figures[0].files) EXPECT_EQ(file.width, 0) << file.path;
}

TEST(Figures, CopiesGetSafeNamesOfTheirOwn) {
  const TempDir folder("p2c-figures");
  write_file_atomic(folder.path() / "a/plot one.png", png(1, 1));
  write_file_atomic(folder.path() / "b/plot one.png", png(2, 2));
  PaperDoc doc = with_files({"a/plot one.png", "b/plot one.png"});
  inspect_figures(doc, folder.path(), {});
  export_figures(doc, folder.path(), folder.path() / "out", {});
  const Figure& figure = doc.figures[0];
  EXPECT_EQ(figure.files[0].path, "F1-plot-one.png");
  EXPECT_EQ(figure.files[1].path, "F1-2-plot-one.png");
  EXPECT_EQ(read_file(folder.path() / "out/F1-2-plot-one.png"), png(2, 2));
  EXPECT_TRUE(is_exported(figure, figure.files[0]));
  EXPECT_FALSE(is_exported(figure, {"a/F1-x.png", "png", 0, 0}));
}

TEST(Figures, CancelledLookingStops) {
  PaperDoc doc = with_files({"a.png"});
  CancelToken cancel;
  cancel.request();
  EXPECT_THROW(inspect_figures(doc, "/tmp", cancel), Error);
}

}  // namespace
}  // namespace p2c::paper
