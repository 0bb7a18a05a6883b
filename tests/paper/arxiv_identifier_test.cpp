// arXiv identifiers: every month, every form people write.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "paper/arxiv/identifier.h"

namespace p2c::paper {
namespace {

std::string read(std::string_view text) {
  const auto id = parse_arxiv_id(text);
  return id ? versioned(*id) : "none";
}

TEST(ArxivIdentifier, NewFormOfEveryMonth) {
  for (int year = 0; year <= 99; ++year) {
    for (int month = 0; month <= 99; ++month) {
      const int yymm = year * 100 + month;
      const std::string four = fmt::format("{:04}.1234", yymm), five = fmt::format("{:04}.12345", yymm);
      const bool is_month = month >= 1 && month <= 12;
      EXPECT_EQ(parse_arxiv_id(four).has_value(), is_month && yymm >= 704 && yymm <= 1412) << four;
      EXPECT_EQ(parse_arxiv_id(five).has_value(), is_month && yymm >= 1501) << five;
      EXPECT_FALSE(parse_arxiv_id(fmt::format("{:04}.123", yymm)).has_value());
      EXPECT_FALSE(parse_arxiv_id(fmt::format("{:04}.123456", yymm)).has_value());
    }
  }
}

TEST(ArxivIdentifier, OldFormOfEveryMonth) {
  for (int year = 0; year <= 99; ++year) {
    for (int month = 0; month <= 99; ++month) {
      const std::string id = fmt::format("hep-th/{:02}{:02}001", year, month);
      const bool is_month = month >= 1 && month <= 12;
      const bool in_use = year >= 91 || year < 7 || (year == 7 && month <= 3);
      EXPECT_EQ(parse_arxiv_id(id).has_value(), is_month && in_use) << id;
    }
  }
}

TEST(ArxivIdentifier, SubjectClassIsDropped) {
  EXPECT_EQ(read("math.GT/0309136"), "math/0309136");
  EXPECT_EQ(read("math.GT/0309136v2"), "math/0309136v2");
  EXPECT_EQ(read("hep-th/9901001v3"), "hep-th/9901001v3");
  EXPECT_EQ(read("cond-mat/0211034"), "cond-mat/0211034");
  EXPECT_EQ(read("q-bio/0401001"), "q-bio/0401001");
  EXPECT_EQ(read("math.gt/0309136"), "none");
  EXPECT_EQ(read("math.GTX/0309136"), "none");
  EXPECT_EQ(read("MATH/0309136"), "none");
  EXPECT_EQ(read("/0309136"), "none");
  EXPECT_EQ(read("-/0309136"), "none");
  EXPECT_EQ(read("math/030913"), "none");
  EXPECT_EQ(read("math/03091361"), "none");
}

TEST(ArxivIdentifier, Versions) {
  EXPECT_EQ(read("1509.09292v1"), "1509.09292v1");
  EXPECT_EQ(read("1509.09292v12"), "1509.09292v12");
  EXPECT_EQ(read("1509.09292V2"), "1509.09292v2");
  EXPECT_EQ(parse_arxiv_id("1509.09292")->version, 0);
  EXPECT_EQ(parse_arxiv_id("1509.09292v7")->version, 7);
  for (std::string_view bad : {"1509.09292v", "1509.09292v0", "1509.09292v-1", "1509.09292v1.5",
                               "1509.09292va", "1509.09292v01", "1509.09292v12345", "1509.09292vv1"}) {
    EXPECT_EQ(read(bad), "none") << bad;
  }
}

TEST(ArxivIdentifier, EveryHostAndPath) {
  for (std::string_view scheme : {"https://", "http://", "HTTPS://", ""}) {
    for (std::string_view host : {"arxiv.org", "www.arxiv.org", "export.arxiv.org", "ArXiv.org", "ar5iv.org",
                                  "ar5iv.labs.arxiv.org", "alphaxiv.org", "www.alphaxiv.org"}) {
      for (std::string_view path : {"abs", "pdf", "html", "src", "e-print", "format"}) {
        for (std::string_view tail : {"", ".pdf", "/", "?context=cs.LG", "#S1", ".pdf?download=1#page=2"}) {
          const std::string url = fmt::format("{}{}/{}/1509.09292v2{}", scheme, host, path, tail);
          EXPECT_EQ(read(url), "1509.09292v2") << url;
          const std::string old = fmt::format("{}{}/{}/math.GT/0309136{}", scheme, host, path, tail);
          EXPECT_EQ(read(old), "math/0309136") << old;
        }
      }
    }
  }
}

TEST(ArxivIdentifier, PrefixesDoisAndPunctuation) {
  for (std::string_view text :
       {"arXiv:1509.09292", "ARXIV:1509.09292", "arxiv: 1509.09292", " 1509.09292 ", "1509.09292.",
        "1509.09292,", "(1509.09292)", "[arXiv:1509.09292]", "\"1509.09292\"",
        "<https://arxiv.org/abs/1509.09292>", "https://arxiv.org/abs/1509.09292).",
        "10.48550/arXiv.1509.09292", "10.48550/ARXIV.1509.09292", "doi:10.48550/arXiv.1509.09292",
        "https://doi.org/10.48550/arXiv.1509.09292", "http://dx.doi.org/10.48550/arxiv.1509.09292",
        "1509.09292;", "\t1509.09292\n"}) {
    EXPECT_EQ(read(text), "1509.09292") << text;
  }
}

TEST(ArxivIdentifier, EverythingElseIsRefused) {
  for (std::string_view text : {"",
                                " ",
                                "paper.pdf",
                                "1509.09292.tex",
                                "./1509.09292",
                                "a1509.09292",
                                "1509.09292/main.tex",
                                "1509,09292",
                                "https://example.org/abs/1509.09292",
                                "https://arxiv.org.evil.org/abs/1509.09292",
                                "https://evil.org/arxiv.org/abs/1509.09292",
                                "ftp://arxiv.org/abs/1509.09292",
                                "https://arxiv.org/list/cs.LG/recent",
                                "https://arxiv.org/",
                                "https://arxiv.org",
                                "https://arxiv.org/abs/",
                                "10.1000/182",
                                "https://doi.org/10.1000/182",
                                "arXiv:",
                                "v1",
                                "hep-th",
                                "0",
                                "1509.",
                                ".09292",
                                "１５０９.09292"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
  EXPECT_EQ(read(std::string(10'000, '1')), "none");
  EXPECT_EQ(read(std::string_view("1509.09292\0v1", 13)), "none");
}

TEST(ArxivIdentifier, FileNames) {
  EXPECT_EQ(file_stem({"math/0309136", 2}), "math_0309136v2");
  EXPECT_EQ(file_stem({"1509.09292", 0}), "1509.09292");
}

}  // namespace
}  // namespace p2c::paper
