// HTTP exchanges against a server on this machine, good ones and every way to break one.
#include "base/http_client.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "loopback_server.h"
#include "support.h"

namespace p2c {
namespace {

using std::chrono::milliseconds;
using test::Connection;
using test::http_reply;
using test::LoopbackServer;

LoopbackServer::Handler always(std::string reply) {
  return [reply = std::move(reply)](const std::string&, Connection& connection) { connection.send(reply); };
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

Error error_of(const HttpRequest& request) {
  try {
    http_request(request);
  } catch (const Error& e) {
    return e;
  }
  return Error(ErrorCode::internal, "no error");
}

// Path of a request, e.g. "/a".
std::string path_of(const std::string& request) {
  return split(request, ' ').at(1);
}

TEST(Http, GivesStatusHeadersAndBody) {
  const LoopbackServer server(always(http_reply(200, "hello", "X-One: 1\r\nX-ONE: 2\r\nEmpty:\r\n")));
  const HttpResponse response = http_request(get(server.url("/p?q=1")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.headers.at("x-one"), "2");
  EXPECT_EQ(response.headers.at("empty"), "");
  EXPECT_EQ(response.final_url, server.url("/p?q=1"));
  EXPECT_FALSE(response.stopped);
  EXPECT_EQ(path_of(server.requests().at(0)), "/p?q=1");
}

TEST(Http, SendsMethodHeadersAndBody) {
  const LoopbackServer server(always(http_reply(200, "{}")));
  HttpRequest request = get(server.url());
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer k"}, {"X-Empty", ""}};
  request.body = std::string("{\"a\":\0}", 7) + std::string(100'000, 'x');
  http_request(request);
  request.method = "PUT";
  request.body.clear();
  http_request(request);
  request.method = "HEAD";
  EXPECT_EQ(http_request(request).body, "");
  const auto sent = server.requests();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_TRUE(sent[0].starts_with("POST / HTTP/1.1\r\n"));
  EXPECT_TRUE(contains(sent[0], "\r\nContent-Type: application/json\r\n"));
  EXPECT_TRUE(contains(sent[0], "\r\nAuthorization: Bearer k\r\n"));
  EXPECT_TRUE(contains(sent[0], "\r\nX-Empty:\r\n"));
  EXPECT_FALSE(contains(sent[0], "Expect:"));
  EXPECT_TRUE(contains(sent[0], std::string("\r\n\r\n{\"a\":\0}xxx", 14)));
  EXPECT_TRUE(sent[1].starts_with("PUT / HTTP/1.1\r\n"));
  EXPECT_TRUE(contains(sent[1], "Content-Length: 0"));
  EXPECT_TRUE(sent[2].starts_with("HEAD / HTTP/1.1\r\n"));
}

TEST(Http, RefusesHeadersThatWouldSplit) {
  const LoopbackServer server(always(http_reply(200, "")));
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"A", "x\r\nB: y"}, {"A\r\nB", "x"}, {"A:", "x"}, {"", "x"}, {"Key", "secret\n"}}) {
    HttpRequest request = get(server.url());
    request.headers[name] = value;
    const Error error = error_of(request);
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_FALSE(contains(error.what(), "secret"));
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(Http, TakesAnyStatusAsAReply) {
  for (const int status : {204, 304, 400, 401, 404, 429, 500, 503}) {
    const LoopbackServer server(always(http_reply(status, status == 204 || status == 304 ? "" : "why")));
    const HttpResponse response = http_request(get(server.url()));
    EXPECT_EQ(response.status, status);
  }
}

TEST(Http, StreamsOnlyGoodBodies) {
  std::string pieces;
  const auto collect = [&](std::string_view piece) {
    pieces += piece;
    return true;
  };
  const LoopbackServer good([](const std::string&, Connection& c) {
    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n");
    std::this_thread::sleep_for(milliseconds(30));
    c.send("2\r\nde\r\n0\r\n\r\n");
  });
  HttpRequest request = get(good.url());
  request.on_data = collect;
  EXPECT_EQ(http_request(request).body, "");
  EXPECT_EQ(pieces, "abcde");
  pieces.clear();
  const LoopbackServer bad(always(http_reply(500, "trouble")));
  request.url = bad.url();
  EXPECT_EQ(http_request(request).body, "trouble");
  EXPECT_EQ(pieces, "");
}

TEST(Http, StopsWhenTheListenerHasEnough) {
  const LoopbackServer server([](const std::string&, Connection& c) {
    c.send("HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n");
    while (c.send(std::string(1000, 'x')))
      std::this_thread::sleep_for(milliseconds(1));  // never ends by itself
  });
  HttpRequest request = get(server.url());
  std::size_t bytes = 0;
  request.on_data = [&](std::string_view piece) { return (bytes += piece.size()) < 5000; };
  const HttpResponse response = http_request(request);
  EXPECT_TRUE(response.stopped);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("x-a"), "b");
  EXPECT_GE(bytes, 5000u);
}

TEST(Http, PassesOnWhatTheListenerThrows) {
  const LoopbackServer server(always(http_reply(200, "abc")));
  HttpRequest request = get(server.url());
  request.on_data = [](std::string_view) -> bool { throw std::runtime_error("mine"); };
  EXPECT_THROW(http_request(request), std::runtime_error);
}

TEST(Http, BoundsTheBody) {
  const LoopbackServer exact(always(http_reply(200, "12345")));
  HttpRequest request = get(exact.url());
  request.max_body_bytes = 5;
  EXPECT_EQ(http_request(request).body, "12345");
  request.max_body_bytes = 4;
  EXPECT_EQ(error_of(request).code(), ErrorCode::limit);
  request.on_data = [](std::string_view) { return true; };
  EXPECT_EQ(error_of(request).code(), ErrorCode::limit);  // streamed ones too
}

std::string gzip(const std::string& text) {
  std::string packed(text.size() + 1024, '\0');
  std::size_t used = 0;
  ::archive* writer = archive_write_new();
  archive_write_add_filter_gzip(writer);
  archive_write_set_format_raw(writer);
  archive_write_open_memory(writer, packed.data(), packed.size(), &used);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_pathname(entry, "f");
  archive_write_header(writer, entry);
  archive_write_data(writer, text.data(), text.size());
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  packed.resize(used);
  return packed;
}

TEST(Http, DecodesOnlyWhenAskedAndCountsWhatComesOut) {
  const std::string packed = gzip(std::string(5'000'000, 'a'));
  const LoopbackServer server(always(http_reply(200, packed, "Content-Encoding: gzip\r\n")));
  HttpRequest request = get(server.url());
  EXPECT_EQ(http_request(request).body.size(), 5'000'000u);
  request.max_body_bytes = 1'000'000;  // the 5 kB on the wire would fit
  EXPECT_EQ(error_of(request).code(), ErrorCode::limit);
  request.accept_encoding = false;
  EXPECT_EQ(http_request(request).body, packed);
  EXPECT_TRUE(contains(server.requests()[0], "Accept-Encoding:"));
  EXPECT_FALSE(contains(server.requests()[2], "Accept-Encoding:"));
}

TEST(Http, BoundsTheHeaders) {
  const LoopbackServer server([](const std::string&, Connection& c) {
    c.send("HTTP/1.1 200 OK\r\n");
    while (c.send("X-Endless: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  const Error error = error_of(get(server.url()));
  EXPECT_TRUE(error.code() == ErrorCode::limit || error.code() == ErrorCode::network) << error.what();
}

TEST(Http, EndsWhenNoByteComes) {
  const LoopbackServer server([](const std::string&, Connection& c) {
    c.send("HTTP/1.1 200 OK\r\n\r\nfirst");
    c.wait_for_close(10'000);
  });
  HttpRequest request = get(server.url());
  request.idle_timeout = milliseconds(200);
  const Stopwatch watch;
  EXPECT_EQ(error_of(request).code(), ErrorCode::timeout);
  EXPECT_LT(watch.elapsed().count(), 5000);
}

TEST(Http, SlowButLivelyRepliesAreNotIdle) {
  const LoopbackServer server([](const std::string&, Connection& c) {
    c.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    for (int i = 0; i < 8; ++i) {
      std::this_thread::sleep_for(milliseconds(100));
      c.send("x");
    }
  });
  HttpRequest request = get(server.url());
  request.idle_timeout = milliseconds(500);
  EXPECT_EQ(http_request(request).body, "xxxxxxxx");
}

TEST(Http, EndsAtTheTotalTimeout) {
  const LoopbackServer server([](const std::string&, Connection& c) {
    c.send("HTTP/1.1 200 OK\r\n\r\n");
    while (c.send("x")) std::this_thread::sleep_for(milliseconds(20));
  });
  HttpRequest request = get(server.url());
  request.total_timeout = milliseconds(300);
  const Stopwatch watch;
  EXPECT_EQ(error_of(request).code(), ErrorCode::timeout);
  EXPECT_GE(watch.elapsed().count(), 290);
  EXPECT_LT(watch.elapsed().count(), 5000);
}

TEST(Http, IsCancelled) {
  const LoopbackServer server([](const std::string&, Connection& c) { c.wait_for_close(10'000); });
  const HttpRequest request = get(server.url());
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(100));
    request.cancel.request();
  });
  const Stopwatch watch;
  EXPECT_EQ(error_of(request).code(), ErrorCode::cancelled);
  EXPECT_LT(watch.elapsed().count(), 3000);
  other.join();
}

TEST(Http, SaysWhatToDoAboutAnUnreachableHost) {
  int port = 0;
  {
    const LoopbackServer server(always(""));
    port = server.port();
  }
  const Error refused = error_of(get("http://127.0.0.1:" + std::to_string(port) + "/v1"));
  EXPECT_EQ(refused.code(), ErrorCode::network);
  EXPECT_TRUE(contains(refused.what(), "Is the server started"));
  EXPECT_TRUE(contains(refused.what(), std::to_string(port)));
  const Error unknown = error_of(get("http://no-such-host.invalid/"));
  EXPECT_EQ(unknown.code(), ErrorCode::network);
  EXPECT_FALSE(unknown.detail().hint.empty());
}

TEST(Http, NamesBrokenExchanges) {
  for (const char* reply :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "\x16\x03\x01 no http"}) {
    const LoopbackServer server(always(reply));
    EXPECT_EQ(error_of(get(server.url())).code(), ErrorCode::network) << reply;
  }
  const LoopbackServer reset([](const std::string&, Connection& c) { c.reset(); });
  EXPECT_EQ(error_of(get(reset.url())).code(), ErrorCode::network);
  const LoopbackServer plain(always(http_reply(200, "")));
  HttpRequest tls = get("https://127.0.0.1:" + std::to_string(plain.port()) + "/");
  tls.connect_timeout = milliseconds(300);  // the server waits for the end of a request that never comes
  EXPECT_EQ(error_of(tls).code(), ErrorCode::network);
}

TEST(Http, FetchesNothingElse) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1", "",
                          "http://", "dict://x"}) {
    EXPECT_EQ(error_of(get(url)).code(), ErrorCode::usage) << url;
  }
}

TEST(Http, NeverShowsSecretsInErrors) {
  const LoopbackServer server(always(""));
  HttpRequest request =
      get("http://user:passw0rd@127.0.0.1:" + std::to_string(server.port()) + "/x?key=s3cret");
  request.headers["Authorization"] = "Bearer t0ken";
  const std::string line = error_of(request).what();
  for (const char* secret : {"passw0rd", "s3cret", "t0ken"}) EXPECT_FALSE(contains(line, secret)) << line;
}

TEST(Http, FollowsRedirectsOnlyWhenAllowed) {
  const LoopbackServer server([](const std::string& request, Connection& c) {
    const std::string path = path_of(request);
    if (path == "/a") c.send(http_reply(302, "", "Location: /b?x\r\n"));
    if (path == "/b?x") c.send(http_reply(301, "", "Location: c\r\n"));
    if (path == "/c") c.send(http_reply(200, "here"));
    if (path == "/loop") c.send(http_reply(302, "", "Location: /loop\r\n"));
    if (path == "/file") c.send(http_reply(302, "", "Location: file:///etc/passwd\r\n"));
  });
  HttpRequest request = get(server.url("/a"));
  EXPECT_EQ(http_request(request).status, 302);  // by default none
  request.max_redirects = 5;
  EXPECT_EQ(http_request(request).status, 302);  // nobody to allow it
  std::vector<std::string> asked;
  request.on_redirect = [&](std::string_view url) {
    asked.emplace_back(url);
    return true;
  };
  const HttpResponse response = http_request(request);
  EXPECT_EQ(response.body, "here");
  EXPECT_EQ(response.final_url, server.url("/c"));
  EXPECT_EQ(asked, (std::vector<std::string>{server.url("/b?x"), server.url("/c")}));
  request.max_redirects = 1;
  EXPECT_EQ(http_request(request).status, 301);
  request.max_redirects = 5;
  request.url = server.url("/loop");
  EXPECT_EQ(http_request(request).status, 302);
  request.url = server.url("/file");
  EXPECT_EQ(http_request(request).status, 302);
  request.url = server.url("/a");
  request.on_redirect = [](std::string_view url) { return !contains(url, "/c"); };
  EXPECT_EQ(http_request(request).status, 301);
}

TEST(Http, KeepsMethodAndKeysWhereTheyBelong) {
  const LoopbackServer other(always(http_reply(200, "other")));
  const LoopbackServer first([&](const std::string& request, Connection& c) {
    const std::string path = path_of(request);
    if (path == "/302") c.send(http_reply(302, "", "Location: /done\r\n"));
    if (path == "/307") c.send(http_reply(307, "", "Location: /done\r\n"));
    if (path == "/away") c.send(http_reply(307, "", "Location: " + other.url("/away") + "\r\n"));
    if (path == "/done") c.send(http_reply(200, "done"));
  });
  HttpRequest request = get(first.url("/302"));
  request.method = "POST";
  request.body = "data";
  request.headers["authorization"] = "Bearer k";
  request.max_redirects = 3;
  request.on_redirect = [](std::string_view) { return true; };
  http_request(request);
  EXPECT_TRUE(first.requests().back().starts_with("GET /done "));
  EXPECT_FALSE(first.requests().back().ends_with("data"));
  EXPECT_TRUE(contains(first.requests().back(), "Bearer k"));
  request.url = first.url("/307");
  http_request(request);
  EXPECT_TRUE(first.requests().back().starts_with("POST /done "));
  EXPECT_TRUE(first.requests().back().ends_with("\r\n\r\ndata"));
  request.url = first.url("/away");
  EXPECT_EQ(http_request(request).body, "other");
  EXPECT_FALSE(
      contains(other.requests().back(), "Bearer k"));  // the port differs: not who the key was meant for
}

TEST(Http, UsesProxiesButNotForThisMachine) {
  const LoopbackServer proxy(always(http_reply(200, "from the proxy")));
  const LoopbackServer server(always(http_reply(200, "direct")));
  const test::ScopedEnv set("http_proxy", proxy.url("")), all("all_proxy", proxy.url("")),
      none("no_proxy", std::nullopt), none_upper("NO_PROXY", std::nullopt);
  EXPECT_EQ(http_request(get(server.url())).body, "direct");
  EXPECT_EQ(http_request(get("http://localhost:" + std::to_string(server.port()) + "/")).body, "direct");
  EXPECT_EQ(http_request(get("http://example.invalid/x")).body, "from the proxy");
  EXPECT_TRUE(proxy.requests().at(0).starts_with("GET http://example.invalid/x "));
}

TEST(Http, RunsOnManyThreads) {
  const LoopbackServer server(
      [](const std::string& request, Connection& c) { c.send(http_reply(200, path_of(request))); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string path = "/" + std::to_string(t * 100 + i);
        EXPECT_EQ(http_request(get(server.url(path))).body, path);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

long retry_after(const std::string& value, const std::string& date = {}) {
  HttpResponse response;
  response.headers["retry-after"] = value;
  if (!date.empty()) response.headers["date"] = date;
  return retry_after_seconds(response);
}

TEST(RetryAfter, ReadsSecondsAndDates) {
  EXPECT_EQ(retry_after_seconds(HttpResponse()), -1);
  EXPECT_EQ(retry_after("120"), 120);
  EXPECT_EQ(retry_after(" 0 "), 0);
  EXPECT_EQ(retry_after(""), -1);
  EXPECT_EQ(retry_after("-5"), -1);
  EXPECT_EQ(retry_after("soon"), -1);
  EXPECT_EQ(retry_after("99999999999999999999"), -1);
  EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:29:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT"), 90);
  EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), 0);  // past
}

}  // namespace
}  // namespace p2c
