// Names of output folders.
#include "run/naming.h"

#include <gtest/gtest.h>

namespace p2c::run {
namespace {

TEST(ShortName, SaysWhichPaperItIs) {
  const std::pair<const char*, const char*> cases[] = {
      {"paper-x.pdf", "paper-x"},
      {"a/b/Neural Fingerprints.tar.gz", "neural-fingerprints"},
      {"papers/fingerprints/latex/main.tex", "fingerprints"},
      {"papers/fingerprints/latex/", "fingerprints"},
      {"1509.09292", "1509.09292"},
      {"arXiv:1509.09292v2", "arxiv-1509.09292v2"},
      {"hep-th/9901001v3", "9901001v3"},
      {"https://arxiv.org/abs/1706.03762?context=cs#x", "1706.03762"},
      {"https://arxiv.org/pdf/1706.03762.pdf", "1706.03762"},
      {"main.tex", "paper"},
      {"", "paper"},
      {"///", "paper"},
      {".hidden.md", "hidden"},
      {"../../..", "paper"},
      {"weiße-möbel.zip", "wei-e-m-bel"},
      {"$(rm -rf x);`y`.pdf", "rm-rf-x-y"},
  };
  for (const auto& [source, name] : cases) {
    // A path of three parents from here may be a real folder: then its name is as good.
    if (std::string(source) == "../../..") {
      EXPECT_FALSE(short_name(source).empty());
    } else {
      EXPECT_EQ(name, short_name(source)) << source;
    }
  }
}

TEST(ShortName, IsBounded) {
  EXPECT_EQ(60u, short_name(std::string(500, 'x') + ".pdf").size());
}

}  // namespace
}  // namespace p2c::run
