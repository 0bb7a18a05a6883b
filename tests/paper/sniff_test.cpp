// What a file is, by its bytes.
#include "paper/sniff.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace p2c::paper {
namespace {

// A tar header block: a name, zeros, and the checksum where `magic` decides whether "ustar" is there too.
std::string tar_header(bool magic, bool checksum) {
  std::string header(512, '\0');
  header.replace(0, 8, "main.tex");
  if (magic) header.replace(257, 5, "ustar");
  if (checksum) {
    header.replace(148, 8, "        ");
    unsigned sum = 0;
    for (char c : header) sum += static_cast<unsigned char>(c);
    char text[9];
    std::snprintf(text, sizeof text, "%06o", sum);
    header.replace(148, 6, text, 6);
    header[154] = '\0';
  }
  return header;
}

TEST(Sniff, EveryKind) {
  EXPECT_EQ(sniff(""), Content::empty);
  EXPECT_EQ(sniff(" \n\t"), Content::empty);
  EXPECT_EQ(sniff("\xef\xbb\xbf"), Content::empty);
  EXPECT_EQ(sniff("\x1f\x8b\x08"), Content::gzip);
  EXPECT_EQ(sniff("PK\x03\x04rest"), Content::zip);
  EXPECT_EQ(sniff(tar_header(true, false)), Content::tar);
  EXPECT_EQ(sniff(tar_header(false, true)), Content::tar);
  EXPECT_EQ(sniff(tar_header(false, false)), Content::binary);
  EXPECT_EQ(sniff("%PDF-1.5\n"), Content::pdf);
  EXPECT_EQ(sniff(std::string("junk\x01\n") + "%PDF-1.5"), Content::pdf);
  EXPECT_EQ(sniff("%!PS-Adobe-3.0"), Content::postscript);
  EXPECT_EQ(sniff("<!DOCTYPE html><p>"), Content::html);
  EXPECT_EQ(sniff("\n  <HTML lang=en>"), Content::html);
  EXPECT_EQ(sniff("<?xml version='1.0'?>\n<html xmlns='x'>"), Content::html);
  EXPECT_EQ(sniff("{\"sources\": []}"), Content::json);
  EXPECT_EQ(sniff("% a comment\n\\documentclass{article}"), Content::tex);
  EXPECT_EQ(sniff("%&latex\nhello"), Content::tex);
  EXPECT_EQ(sniff("\\input main"), Content::tex);
  EXPECT_EQ(sniff("# A title\n\nText"), Content::text);
  EXPECT_EQ(sniff("\xff\xd8\xff\xe0 JFIF \x01"), Content::binary);
}

TEST(Sniff, HeadIsBounded) {
  const TempDir folder("p2c-sniff");
  write_file_atomic(folder.path() / "big", std::string(200'000, 'x'));
  EXPECT_EQ(read_head(folder.path() / "big").size(), kSniffBytes);
  EXPECT_EQ(read_head(folder.path() / "big", 10).size(), 10u);
  EXPECT_THROW(read_head(folder.path() / "absent"), Error);
}

}  // namespace
}  // namespace p2c::paper
