// HTTP requests over libcurl: bounded, cancellable, streaming.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/cancel.h"

namespace p2c {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // http or https only
  std::map<std::string, std::string> headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds total_timeout{0};       // 0: none
  std::chrono::milliseconds idle_timeout{120'000};  // no byte for this long: Error(timeout)
  std::size_t max_body_bytes = 64u << 20;           // past it: Error(limit)
  int max_redirects = 0;                            // followed only while on_redirect allows
  std::function<bool(std::string_view url)> on_redirect;
  // Called with each piece of a 2xx body as it arrives; return false to stop early (no error, `stopped` set).
  std::function<bool(std::string_view piece)> on_data;
  bool accept_encoding = true;  // false: ask for identity and do not decode
  CancelToken cancel;
};

struct HttpResponse {
  long status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; last wins
  std::string body;                            // empty for the pieces given to on_data
  std::string final_url;
  bool stopped = false;
  std::chrono::milliseconds elapsed{0};
};

// Any HTTP status is a response, not an error. Errors: network (with what failed and a hint), timeout, limit,
// cancelled, usage for another scheme. Thread-safe; each call uses its own handle.
HttpResponse http_request(const HttpRequest& request);

// Seconds to wait from a Retry-After header (delta seconds or HTTP date), or -1 when there is none that can
// be read.
long retry_after_seconds(const HttpResponse& response);

}  // namespace p2c
