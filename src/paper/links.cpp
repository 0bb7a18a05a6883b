// Finds web addresses.
#include "paper/links.h"

#include <algorithm>

#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxUrlBytes = 500;
constexpr std::size_t kMaxUrlsOfText = 200;
constexpr std::size_t kMaxUrls = 2'000;

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [text](std::string_view part) { return contains(text, part); });
}

}  // namespace

std::vector<std::string> urls_in(std::string_view text) {
  std::vector<std::string> urls;
  std::size_t at = 0;
  while (urls.size() < kMaxUrlsOfText && (at = text.find("http", at)) != std::string_view::npos) {
    std::string_view rest = text.substr(at);
    at += 4;
    if (!rest.starts_with("http://") && !rest.starts_with("https://")) continue;
    std::string_view url = rest.substr(0, rest.find_first_of(" \t\r\n<>\"{}|\\^`"));
    while (!url.empty() && std::string_view(".,;:!?'])*").find(url.back()) != std::string_view::npos) {
      // A closing bracket belongs to the address when the address opened it.
      if (url.back() == ')' && contains(url, "(")) break;
      url.remove_suffix(1);
    }
    const std::size_t host = url.find("//") + 2;
    if (url.size() <= host + 3 || url.size() > kMaxUrlBytes || !contains(url.substr(host), ".")) continue;
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.emplace_back(url);
  }
  return urls;
}

std::string url_kind(std::string_view url, std::string_view context) {
  const std::string address = to_lower(url);
  const std::string around = to_lower(context);
  if (has_any(address, {"github.com/", "gitlab.com/", "bitbucket.org/", "codeberg.org/",
                        "anonymous.4open.science", "sourceforge.net/"})) {
    return "code";
  }
  if (contains(address, "huggingface.co/datasets") ||
      has_any(address, {"kaggle.com/", "zenodo.org/", "figshare.com/", "archive.ics.uci.edu", "physionet.org",
                        "openml.org"})) {
    return "data";
  }
  if (contains(address, "huggingface.co/") || contains(address, "modelscope.cn/")) return "model";
  if (has_any(address, {".github.io", "sites.google.com"})) return "project";
  if (has_any(address, {"doi.org", "arxiv.org"})) return "other";
  if (has_any(around, {"our code", "code is available", "source code", "implementation is available",
                       "code available"}))
    return "code";
  if (has_any(around, {"dataset", "data set", "data are available"})) return "data";
  return "other";
}

void collect_urls(PaperDoc& doc) {
  const auto known = [&doc](const std::string& url) {
    return std::any_of(doc.urls.begin(), doc.urls.end(),
                       [&url](const PaperUrl& entry) { return entry.url == url; });
  };
  for (const Block& block : doc.blocks) {
    if (block.type == BlockType::references) continue;
    for (const std::string& url : urls_in(block.text)) {
      if (doc.urls.size() < kMaxUrls && !known(url))
        doc.urls.push_back({url, url_kind(url, block.text), block.id});
    }
  }
}

}  // namespace p2c::paper
