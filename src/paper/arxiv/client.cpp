// Fetches papers from arXiv.
#include "paper/arxiv/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "base/archive.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/text.h"
#include "paper/arxiv/gate.h"
#include "paper/sniff.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::string_view kUserAgent = "paper2code/0.1 (reads single papers on request)";
constexpr std::size_t kMaxMetadataBytes = 4u << 20;
constexpr std::size_t kMaxPackageBytes = 200u << 20;
constexpr std::chrono::hours kMetadataAge{24};
constexpr std::chrono::hours kDeniedFor{24};
constexpr int kMaxRedirects = 5;
constexpr std::string_view kLocalHint = "A local file of the paper works without a network.";

// "https://host:port" of an address.
std::string_view origin_of(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host == std::string_view::npos) return {};
  return url.substr(0, url.find('/', host + 3));
}

// Only https to arxiv.org and its hosts, or the very server that was named as base.
bool may_follow(std::string_view url, std::string_view base_url) {
  if (origin_of(url) == origin_of(base_url)) return true;
  std::string_view origin = origin_of(url);
  if (!origin.starts_with("https://")) return false;
  origin.remove_prefix(8);
  return origin == "arxiv.org" || origin.ends_with(".arxiv.org");
}

HttpResponse get_once(const std::string& url, std::size_t max_bytes, const ArxivOptions& options) {
  HttpRequest request;
  request.url = url;
  request.headers["User-Agent"] = std::string(kUserAgent);
  request.max_body_bytes = max_bytes;
  request.max_redirects = kMaxRedirects;
  request.on_redirect = [&options](std::string_view target) { return may_follow(target, options.base_url); };
  request.accept_encoding = false;  // the gzip of a source package is its content, not a transport
  request.idle_timeout = std::chrono::seconds(60);
  request.total_timeout = std::chrono::minutes(10);
  request.cancel = options.cancel;
  const ArxivGate gate(options.cache_dir, options.spacing, options.cancel);
  try {
    return http_request(request);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::network && error.code() != ErrorCode::timeout) throw;
    throw Error(error.code(), "arXiv cannot be reached: " + error.message(),
                {.subject = url, .hint = "Check the network and try again. " + std::string(kLocalHint)});
  }
}

// Where a 403 is remembered: the server that said so. Its age counts.
fs::path denied_file(const ArxivOptions& options) {
  return options.cache_dir / "arxiv" / "denied";
}

[[noreturn]] void throw_denied(const std::string& url, std::string found) {
  throw Error(ErrorCode::auth, "arXiv denies access",
              {.subject = url,
               .found = std::move(found),
               .hint = "Stop for today; going on is treated as an attack. " + std::string(kLocalHint)});
}

void check_not_denied(const std::string& url, const ArxivOptions& options) {
  std::error_code error;
  const auto written = fs::last_write_time(denied_file(options), error);
  if (error || fs::file_time_type::clock::now() - written > kDeniedFor) return;
  if (trim(read_file(denied_file(options), 4'096)) != origin_of(options.base_url)) return;
  throw_denied(url, "a refusal within the last 24 hours, so nothing was asked");
}

// Any answer but those of a busy or unwilling server, which are waited for or thrown.
HttpResponse get(const std::string& url, std::size_t max_bytes, const ArxivOptions& options) {
  check_not_denied(url, options);
  milliseconds backoff = options.first_backoff;
  for (int attempt = 1;; ++attempt) {
    HttpResponse response = get_once(url, max_bytes, options);
    if (response.status == 403) {
      write_file_atomic(denied_file(options), std::string(origin_of(options.base_url)) + "\n");
      throw_denied(url, "HTTP 403");
    }
    const bool busy = response.status == 429 || response.status >= 500;
    if (!busy) return response;
    const long asked = retry_after_seconds(response);
    const milliseconds wait =
        asked >= 0 ? milliseconds(std::chrono::seconds(std::min(asked, 1'000'000L))) : backoff;
    if (attempt >= options.tries || wait > options.longest_wait) {
      throw Error(
          response.status == 429 || response.status == 503 ? ErrorCode::rate_limited : ErrorCode::network,
          "arXiv is busy",
          {.subject = url,
           .found = fmt::format("HTTP {} after {} tries", response.status, attempt),
           .hint = asked > 0 ? fmt::format("Try again in {} s. {}", asked, kLocalHint)
                             : "Try again later. " + std::string(kLocalHint)});
    }
    sleep_cancellable(wait, options.cancel);
    backoff *= 2;
  }
}

fs::path papers_dir(const ArxivOptions& options) {
  return options.cache_dir / "arxiv";
}

std::optional<std::string> cached_metadata(const fs::path& file, bool of_any_age) {
  std::error_code error;
  const auto written = fs::last_write_time(file, error);
  if (error) return std::nullopt;
  const auto age = fs::file_time_type::clock::now() - written;
  if (!of_any_age && (age > kMetadataAge || age < -kMetadataAge)) return std::nullopt;
  return read_file(file, kMaxMetadataBytes);
}

// Whether a package is cut off or otherwise broken. One that is merely unsafe is whole.
bool is_damaged(const std::string& package) {
  const TempDir folder("p2c-arxiv");
  write_file_atomic(folder.path() / "package", package);
  try {
    unpack_archive(folder.path() / "package", folder.path() / "files");
  } catch (const Error& error) {
    if (error.code() == ErrorCode::bad_input) return true;
    if (error.code() != ErrorCode::unsafe_input && error.code() != ErrorCode::limit) throw;
  }
  return false;
}

// Source or PDF of exactly this version; nothing when it has none, with the reason.
std::optional<std::string> download(const std::string& url, bool pdf, const ArxivOptions& options,
                                    std::string& reason) {
  HttpResponse response = get(url, kMaxPackageBytes, options);
  if (response.status != 200) {
    reason = fmt::format("HTTP {}", response.status);
    return std::nullopt;
  }
  switch (sniff(std::string_view(response.body).substr(0, kSniffBytes))) {
    case Content::pdf:
      return std::move(response.body);
    case Content::gzip:
    case Content::tar:
    case Content::zip: {
      if (pdf) {
        reason = "no PDF came";
        return std::nullopt;
      }
      if (!is_damaged(response.body)) return std::move(response.body);
      // A transfer that broke must not be kept for ever; what comes damaged twice is so at arXiv.
      HttpResponse again = get(url, kMaxPackageBytes, options);
      if (again.status == 200 && again.body == response.body) {
        reason = "the package is damaged";
        return std::nullopt;
      }
      if (again.status == 200 && !is_damaged(again.body)) return std::move(again.body);
      throw Error(ErrorCode::network, "the source package arrived damaged twice",
                  {.subject = url, .hint = "Try again later. " + std::string(kLocalHint)});
    }
    case Content::tex:
    case Content::text:
      if (!pdf) return std::move(response.body);
      reason = "no PDF came";
      return std::nullopt;
    case Content::html:
      reason = "an HTML page came instead of a file";
      return std::nullopt;
    case Content::postscript:
      reason = "it is PostScript";
      return std::nullopt;
    case Content::empty:
      reason = "the file is empty";
      return std::nullopt;
    case Content::json:
    case Content::binary:
      reason = "it is of an unknown kind";
      return std::nullopt;
  }
  return std::nullopt;
}

struct Download {
  std::string bytes;
  std::vector<Warning> warnings;
};

std::optional<Download> download_version(const ArxivId& id, ArxivWanted wanted, const ArxivOptions& options) {
  Download download_result;
  const std::string place = "arXiv:" + versioned(id);
  std::string reason;
  if (wanted == ArxivWanted::source_or_pdf) {
    auto bytes = download(options.base_url + "/e-print/" + versioned(id), false, options, reason);
    if (bytes) {
      download_result.bytes = std::move(*bytes);
      if (sniff(std::string_view(download_result.bytes).substr(0, kSniffBytes)) == Content::pdf) {
        download_result.warnings.push_back({place, "the submission is a PDF without LaTeX source"});
      }
      return download_result;
    }
    download_result.warnings.push_back(
        {place, fmt::format("no LaTeX source ({}), the PDF was read instead", reason)});
  }
  auto bytes = download(options.base_url + "/pdf/" + versioned(id), true, options, reason);
  if (!bytes) return std::nullopt;
  download_result.bytes = std::move(*bytes);
  return download_result;
}

fs::path package_dir(const ArxivId& id, ArxivWanted wanted, const ArxivOptions& options) {
  return papers_dir(options) / (file_stem(id) + (wanted == ArxivWanted::pdf ? ".pdf-only" : ""));
}

// The record is written last, so a folder with one is complete.
std::optional<ArxivPackage> cached_package(const ArxivId& id, ArxivWanted wanted,
                                           const ArxivOptions& options) {
  const fs::path folder = package_dir(id, wanted, options);
  std::error_code error;
  if (!fs::exists(folder / "record.json", error)) return std::nullopt;
  const std::string subject = (folder / "record.json").string();
  const Json record = parse_json(read_file(folder / "record.json", 1u << 20), subject);
  ArxivPackage package{confine(folder, require_string(record, "file", subject)),
                       id,
                       optional_string(record, "retrieved_at"),
                       {}};
  if (!fs::exists(package.file, error)) return std::nullopt;
  for (const std::string& message : optional_strings(record, "warnings")) {
    package.warnings.push_back({"arXiv:" + versioned(id), message});
  }
  return package;
}

ArxivPackage keep(const ArxivId& id, ArxivWanted wanted, Download download_result,
                  const ArxivOptions& options) {
  const fs::path folder = package_dir(id, wanted, options);
  const bool pdf = sniff(std::string_view(download_result.bytes).substr(0, kSniffBytes)) == Content::pdf;
  const std::string name = file_stem(id) + (pdf ? ".pdf" : ".src");
  ArxivPackage package{folder / name, id, utc_now_iso8601(), std::move(download_result.warnings)};
  Json messages = Json::array();
  for (const Warning& warning : package.warnings) messages.push_back(warning.message);
  write_file_atomic(package.file, download_result.bytes);
  write_file_atomic(folder / "record.json", pretty_json(Json{{"id", id.id},
                                                             {"version", id.version},
                                                             {"file", name},
                                                             {"retrieved_at", package.retrieved_at},
                                                             {"warnings", std::move(messages)}}));
  return package;
}

}  // namespace

ArxivMetadata fetch_arxiv_metadata(const ArxivId& id, const ArxivOptions& options) {
  const fs::path file = papers_dir(options) / (file_stem(id) + ".atom");
  if (const auto cached = cached_metadata(file, false)) return parse_arxiv_atom(*cached, id);
  const std::string url =
      fmt::format("{}/api/query?id_list={}&max_results=1", options.base_url, versioned(id));
  HttpResponse response;
  try {
    response = get(url, kMaxMetadataBytes, options);
  } catch (const Error& error) {
    const bool away = error.code() == ErrorCode::network || error.code() == ErrorCode::timeout ||
                      error.code() == ErrorCode::rate_limited;
    const auto old = away ? cached_metadata(file, true) : std::nullopt;
    if (!old) throw;
    ArxivMetadata metadata = parse_arxiv_atom(*old, id);
    metadata.warnings.push_back({"arXiv:" + versioned(metadata.id),
                                 "arXiv could not be reached; metadata older than a day were used, so there "
                                 "may be a newer version"});
    return metadata;
  }
  if (sniff(std::string_view(response.body).substr(0, kSniffBytes)) == Content::html) {
    throw Error(ErrorCode::network, "arXiv's API answered with an HTML page",
                {.subject = url,
                 .found = fmt::format("HTTP {}", response.status),
                 .hint = "Try again later. " + std::string(kLocalHint)});
  }
  // A malformed identifier is answered with status 400 and an error entry.
  if (response.status != 200 && response.status != 400) {
    throw Error(
        response.status == 404 ? ErrorCode::not_found : ErrorCode::network, "arXiv's API gave no metadata",
        {.subject = url, .found = fmt::format("HTTP {}", response.status), .hint = std::string(kLocalHint)});
  }
  ArxivMetadata metadata = parse_arxiv_atom(response.body, id);
  write_file_atomic(file, response.body);
  return metadata;
}

ArxivPackage fetch_arxiv_package(const ArxivId& id, ArxivWanted wanted, const ArxivOptions& options) {
  std::vector<Warning> withdrawn;
  for (ArxivId version = id; version.version >= 1; --version.version) {
    auto package = cached_package(version, wanted, options);
    if (!package) {
      if (auto fresh = download_version(version, wanted, options))
        package = keep(version, wanted, std::move(*fresh), options);
    }
    if (package) {
      package->warnings.insert(package->warnings.begin(), withdrawn.begin(), withdrawn.end());
      return std::move(*package);
    }
    withdrawn.push_back(
        {"arXiv:" + versioned(version), "this version has neither source nor PDF; it may be withdrawn"});
  }
  throw Error(
      ErrorCode::not_found, "arXiv has neither source nor PDF of this paper",
      {.subject = "arXiv:" + versioned(id), .hint = "It may be withdrawn; look at its page on arxiv.org."});
}

}  // namespace p2c::paper
