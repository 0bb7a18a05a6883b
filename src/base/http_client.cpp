#include "base/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "base/sigpipe.h"
#include "base/text.h"

namespace p2c {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kMaxHeaderBytes = 256u << 10;  // of one reply; real ones stay below 16 KiB
constexpr milliseconds kMaxWait{100};                // how long a cancel request may go unseen

struct CurlDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};

struct EasyHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiHandle {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyHandle>;
using Multi = std::unique_ptr<CURLM, MultiHandle>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;
using Url = std::unique_ptr<CURLU, CurlDeleter>;

void initialise_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw Error(ErrorCode::internal, "libcurl cannot be initialised");
  });
}

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, CurlDeleter> owner(text);
  return text;
}

Url parse_url(const std::string& text) {
  Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    throw Error(ErrorCode::usage, "this is no URL",
                {.subject = text.substr(0, 200), .expected = "http://... or https://..."});
  }
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    throw Error(ErrorCode::usage, "only http and https are fetched",
                {.subject = text.substr(0, 200), .found = scheme});
  }
  return url;
}

// What may be shown of a URL: neither user and password nor a query, which may hold a key.
std::string shown_url(CURLU* url) {
  const std::string port = url_part(url, CURLUPART_PORT);
  return url_part(url, CURLUPART_SCHEME) + "://" + url_part(url, CURLUPART_HOST) +
         (port.empty() ? "" : ":" + port) + url_part(url, CURLUPART_PATH);
}

bool is_loopback(std::string host) {
  host = to_lower(host);
  if (host.ends_with('.')) host.pop_back();
  if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host == "::1") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

// State of one exchange (one redirect step), shared with libcurl's callbacks. Exceptions may not pass through
// C, so they wait here.
struct Exchange {
  const HttpRequest* request = nullptr;
  HttpResponse* response = nullptr;
  CURL* handle = nullptr;
  std::size_t body_bytes = 0;
  std::size_t header_bytes = 0;
  curl_off_t uploaded = 0;
  bool body_too_large = false, headers_too_large = false;
  std::exception_ptr failure;
  Clock::time_point last_byte;
};

bool is_success(long status) {
  return status >= 200 && status < 300;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view line(data, size * count);
  exchange.last_byte = Clock::now();
  exchange.header_bytes += line.size();
  if (exchange.header_bytes > kMaxHeaderBytes) {
    exchange.headers_too_large = true;
    return 0;
  }
  try {
    if (line.starts_with("HTTP/")) {
      exchange.response->headers
          .clear();  // those before belong to an interim reply (100 Continue) or to a proxy
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      exchange.response->headers[to_lower(trim(line.substr(0, colon)))] =
          std::string(trim(line.substr(colon + 1)));
    }
  } catch (...) {
    exchange.failure = std::current_exception();
    return 0;
  }
  return line.size();
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view piece(data, size * count);
  exchange.last_byte = Clock::now();
  if (piece.size() > exchange.request->max_body_bytes - exchange.body_bytes) {
    exchange.body_too_large = true;
    return 0;
  }
  exchange.body_bytes += piece.size();
  try {
    long status = 0;
    curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
    if (!exchange.request->on_data || !is_success(status)) {
      exchange.response->body += piece;
    } else if (!exchange.request->on_data(piece)) {
      exchange.response->stopped = true;
      return 0;
    }
  } catch (...) {
    exchange.failure = std::current_exception();
    return 0;
  }
  return piece.size();
}

// Sending a large body counts as life too.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t uploaded) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (uploaded != exchange.uploaded) exchange.last_byte = Clock::now();
  exchange.uploaded = uploaded;
  return exchange.request->cancel.requested() ? 1 : 0;
}

HeaderList header_list(const HttpRequest& request, bool with_secrets) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());  // now part of the longer list
    list.reset(longer);
  };
  bool has_expect = false;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = to_lower(name);
    if (name.find_first_of(std::string_view("\r\n:\0", 4)) != std::string::npos || name.empty() ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      throw Error(ErrorCode::usage, "a request header holds a line break or colon",
                  {.subject = name.substr(0, 80)});
    }
    if (!with_secrets &&
        (lower == "authorization" || lower == "cookie" || lower == "api-key" || lower == "x-api-key")) {
      continue;
    }
    has_expect = has_expect || lower == "expect";
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  if (!has_expect)
    add("Expect:");  // waiting for "100 Continue" costs a second with servers that do not know it
  return list;
}

[[noreturn]] void fail(CURLcode code, CURLU* url, const char* detail, const HttpRequest& request) {
  const std::string shown = shown_url(url);
  const std::string host = url_part(url, CURLUPART_HOST);
  const std::string reason = detail[0] != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OUT_OF_MEMORY:
      throw std::bad_alloc();
    case CURLE_UNSUPPORTED_PROTOCOL:  // the scheme was checked before; this is a reply without a status line
    case CURLE_WEIRD_SERVER_REPLY:
      throw Error(ErrorCode::network, "what answers there does not speak HTTP: " + reason,
                  {.subject = shown, .hint = "Check the port, and whether it is http or https."});
    case CURLE_URL_MALFORMAT:
      throw Error(ErrorCode::usage, "this URL cannot be fetched: " + reason, {.subject = shown});
    case CURLE_COULDNT_RESOLVE_HOST:
      throw Error(ErrorCode::network, "the host name is not known",
                  {.subject = shown,
                   .found = host,
                   .hint = "Check the spelling of the address and the network connection."});
    case CURLE_COULDNT_RESOLVE_PROXY:
      throw Error(ErrorCode::network, "the proxy's name is not known: " + reason,
                  {.subject = shown, .hint = "Check the variables http_proxy, https_proxy and all_proxy."});
    case CURLE_COULDNT_CONNECT:
      throw Error(ErrorCode::network, "cannot connect: " + reason,
                  {.subject = shown,
                   .hint = is_loopback(host)
                               ? "Is the server started, and on this port?"
                               : "Check the address and port, the network connection and proxy settings."});
    case CURLE_OPERATION_TIMEDOUT: {
      if (request.total_timeout.count() > 0) {
        throw Error(ErrorCode::timeout, "no complete reply in time: " + reason, {.subject = shown});
      }
      throw Error(
          ErrorCode::network, "cannot connect in time: " + reason,
          {.subject = shown, .hint = "Check the address, the network connection and proxy settings."});
    }
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      throw Error(
          ErrorCode::network, "no trusted TLS connection: " + reason,
          {.subject = shown,
           .hint = "Is it https at all? Check the date of this machine and the package ca-certificates."});
    default:
      throw Error(ErrorCode::network, "the exchange broke off: " + reason,
                  {.subject = shown, .hint = "Trying again may help."});
  }
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

void configure(CURL* handle, const HttpRequest& request, CURLU* url, Exchange& exchange, char* error_buffer,
               curl_slist* headers, const std::string& method, bool with_body) {
  set(handle, CURLOPT_CURLU, url);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_ERRORBUFFER, error_buffer);
  set(handle, CURLOPT_HTTPHEADER, headers);
  set(handle, CURLOPT_USERAGENT, "paper2code");
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  set(handle, CURLOPT_HEADERFUNCTION, on_header);
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  set(handle, CURLOPT_WRITEFUNCTION, on_body);
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  set(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  set(handle, CURLOPT_XFERINFODATA, static_cast<void*>(&exchange));
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_ACCEPT_ENCODING, request.accept_encoding ? "" : nullptr);
  set(handle, CURLOPT_HTTP_CONTENT_DECODING, request.accept_encoding ? 1L : 0L);
  // Proxies come from the environment, but a server on this machine is never asked for through one.
  if (is_loopback(url_part(url, CURLUPART_HOST))) set(handle, CURLOPT_NOPROXY, "*");
  if (method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else {
    set(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  if (with_body) {
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
}

// Runs the exchange in this thread; the loop looks at the clock and at the cancel flag at least every
// kMaxWait.
CURLcode perform(CURL* easy, Exchange& exchange, std::optional<Clock::time_point> deadline, CURLU* url) {
  const Multi multi(curl_multi_init());
  if (!multi) throw std::bad_alloc();
  if (curl_multi_add_handle(multi.get(), easy) != CURLM_OK)
    throw Error(ErrorCode::internal, "libcurl takes no handle");
  struct Removal {
    CURLM* multi;
    CURL* easy;
    ~Removal() { curl_multi_remove_handle(multi, easy); }
  } removal{multi.get(), easy};

  const HttpRequest& request = *exchange.request;
  while (true) {
    int running = 0;
    {
      const SigpipeGuard guard;  // the TLS library writes with write(2)
      if (curl_multi_perform(multi.get(), &running) != CURLM_OK)
        throw Error(ErrorCode::internal, "libcurl failed");
    }
    if (running == 0) break;
    request.cancel.check();
    const Clock::time_point now = Clock::now();
    if (deadline && now >= *deadline) {
      throw Error(ErrorCode::timeout,
                  fmt::format("no complete reply within {} ms", request.total_timeout.count()),
                  {.subject = shown_url(url)});
    }
    curl_off_t connected = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
    if (connected == 0) {
      exchange.last_byte = now;  // connecting has a limit of its own
    } else if (request.idle_timeout.count() > 0 && now - exchange.last_byte >= request.idle_timeout) {
      throw Error(
          ErrorCode::timeout, fmt::format("no byte came for {} ms", request.idle_timeout.count()),
          {.subject = shown_url(url), .hint = "The server is overloaded or hangs; trying again may help."});
    }
    milliseconds wait = kMaxWait;
    if (deadline) wait = std::min(wait, std::chrono::ceil<milliseconds>(*deadline - now));
    curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  throw Error(ErrorCode::internal, "libcurl ended an exchange without a result");
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool same_origin(CURLU* a, CURLU* b) {
  const auto port = [](CURLU* url) {
    const std::string text = url_part(url, CURLUPART_PORT);
    return !text.empty()                                ? text
           : url_part(url, CURLUPART_SCHEME) == "https" ? std::string("443")
                                                        : std::string("80");
  };
  return url_part(a, CURLUPART_SCHEME) == url_part(b, CURLUPART_SCHEME) && port(a) == port(b) &&
         to_lower(url_part(a, CURLUPART_HOST)) == to_lower(url_part(b, CURLUPART_HOST));
}

// Where a redirect leads: the location resolved against the URL that answered. Null when it is no URL we
// would fetch.
Url redirect_target(CURLU* base, const std::string& location) {
  Url target(curl_url_dup(base));
  if (!target) throw std::bad_alloc();
  if (curl_url_set(target.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return nullptr;
  const std::string scheme = url_part(target.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return nullptr;
  return target;
}

}  // namespace

HttpResponse http_request(const HttpRequest& request) {
  initialise_library();
  request.cancel.check();
  const Clock::time_point start = Clock::now();
  std::optional<Clock::time_point> deadline;
  if (request.total_timeout.count() > 0) deadline = start + request.total_timeout;

  Url url = parse_url(request.url);
  const Url first_url(curl_url_dup(url.get()));
  std::string method = request.method;
  bool with_body = !request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  for (int redirects = 0;; ++redirects) {
    HttpResponse response;
    Exchange exchange;
    exchange.request = &request;
    exchange.response = &response;
    const Easy handle(curl_easy_init());
    if (!handle) throw std::bad_alloc();
    exchange.handle = handle.get();
    exchange.last_byte = Clock::now();
    char error_buffer[CURL_ERROR_SIZE] = "";
    // A key is sent to the server it was meant for and to no other.
    const HeaderList headers = header_list(request, same_origin(url.get(), first_url.get()));
    configure(handle.get(), request, url.get(), exchange, error_buffer, headers.get(), method, with_body);

    const CURLcode code = perform(handle.get(), exchange, deadline, url.get());
    if (exchange.failure) std::rethrow_exception(exchange.failure);
    request.cancel.check();
    if (exchange.body_too_large || exchange.headers_too_large) {
      throw Error(
          ErrorCode::limit,
          exchange.body_too_large ? "the reply is too large" : "the reply's headers are too large",
          {.subject = shown_url(url.get()),
           .expected = fmt::format("at most {} bytes",
                                   exchange.body_too_large ? request.max_body_bytes : kMaxHeaderBytes)});
    }
    if (code != CURLE_OK && !response.stopped) fail(code, url.get(), error_buffer, request);
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &response.status);
    response.final_url = url_part(url.get(), CURLUPART_URL);
    response.elapsed = std::chrono::duration_cast<milliseconds>(Clock::now() - start);

    const auto location = response.headers.find("location");
    if (!is_redirect(response.status) || location == response.headers.end() ||
        redirects >= request.max_redirects) {
      return response;
    }
    Url target = redirect_target(url.get(), location->second);
    if (!target || !request.on_redirect || !request.on_redirect(url_part(target.get(), CURLUPART_URL)))
      return response;
    // RFC 9110, section 15.4: 303 asks for GET; so, by custom, do 301 and 302 after POST.
    if (response.status == 303 ? method != "HEAD"
                               : (response.status != 307 && response.status != 308 && method == "POST")) {
      method = "GET";
      with_body = false;
    }
    url = std::move(target);
  }
}

long retry_after_seconds(const HttpResponse& response) {
  const auto header = response.headers.find("retry-after");
  if (header == response.headers.end()) return -1;
  const std::string_view value = trim(header->second);
  if (value.empty()) return -1;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    long seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    return error == std::errc() && end == value.data() + value.size() ? seconds : -1;
  }
  const std::time_t when = curl_getdate(std::string(value).c_str(), nullptr);
  if (when == -1) return -1;
  // Counted from the server's own clock when it says what that shows.
  std::time_t now = std::time(nullptr);
  if (const auto date = response.headers.find("date"); date != response.headers.end()) {
    if (const std::time_t theirs = curl_getdate(date->second.c_str(), nullptr); theirs != -1) now = theirs;
  }
  return when > now ? static_cast<long>(when - now) : 0;
}

}  // namespace p2c
