// The arXiv client against a server that plays arXiv, well-behaved and not.
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <mutex>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "loopback_server.h"
#include "paper/arxiv/client.h"
#include "paper/arxiv/gate.h"
#include "paper/reader.h"

namespace p2c::paper {
namespace {

using p2c::test::Connection;
using p2c::test::http_reply;
using p2c::test::LoopbackServer;
using std::chrono::milliseconds;

constexpr std::string_view kTex =
    "\\documentclass{article}\\title{From TeX}\\begin{document}\\maketitle\n\\section{One}\nFirst paragraph "
    "of text.\n\nSecond paragraph of text.\n\\end{document}\n";

std::string atom(std::string_view id, std::string_view title = "Convolutional  Networks\n  on Graphs") {
  return fmt::format(R"(<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title><id>http://arxiv.org/api/x</id>
<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>
<entry><id>http://arxiv.org/abs/{}</id><updated>2015-11-03T12:15:23Z</updated><published>2015-09-30T20:00:00Z</published>
<title>{}</title><summary>  We introduce &lt;a&gt; network
 that works. </summary>
<author><name>David Duvenaud</name><arxiv:affiliation xmlns:arxiv="http://arxiv.org/schemas/atom">Harvard</arxiv:affiliation></author>
<author><name>Dougal Maclaurin</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1/x</arxiv:doi>
<arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">9 pages, 5 figures</arxiv:comment>
<arxiv:journal_ref xmlns:arxiv="http://arxiv.org/schemas/atom">NIPS 2015</arxiv:journal_ref>
<link title="pdf" href="http://arxiv.org/pdf/{}" rel="related"/>
<category term="stat.ML" scheme="x"/><category term="cs.LG" scheme="x"/>
<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.LG"/></entry></feed>)",
                     id, title, id);
}

std::string path_of(const std::string& request) {
  const std::size_t start = request.find(' ') + 1;
  return request.substr(start, request.find(' ', start) - start);
}

// Answers by path; 404 for others.
class FakeArxiv {
 public:
  using Answer = std::function<std::string()>;
  FakeArxiv()
      : server_([this](const std::string& request, Connection& connection) {
          const std::string path = path_of(request);
          Answer answer;
          {
            const std::lock_guard lock(mutex_);
            const auto found = answers_.find(path);
            if (found != answers_.end()) answer = found->second;
          }
          connection.send(answer ? answer() : http_reply(404, "<html>not here</html>"));
        }) {}

  void on(const std::string& path, std::string reply) {
    on(path, [reply] { return reply; });
  }
  void on(const std::string& path, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(answer);
  }
  void on_query(const std::string& id, std::string reply) {
    on("/api/query?id_list=" + id + "&max_results=1", std::move(reply));
  }

  ArxivOptions options() const {
    ArxivOptions options;
    options.base_url = server_.url("");
    options.cache_dir = cache_.path();
    options.spacing = milliseconds(0);
    options.first_backoff = milliseconds(5);
    return options;
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> result;
    for (const std::string& request : server_.requests()) result.push_back(path_of(request));
    return result;
  }
  const LoopbackServer& server() const { return server_; }
  const fs::path& cache() const { return cache_.path(); }

 private:
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  TempDir cache_{"p2c-arxiv-test"};
  LoopbackServer server_;
};

std::string gzipped(std::string_view text) {
  std::string out(4'096, '\0');
  std::size_t size = 0;
  struct archive* writer = archive_write_new();
  archive_write_add_filter_gzip(writer);
  archive_write_set_format_raw(writer);
  EXPECT_EQ(archive_write_open_memory(writer, out.data(), out.size(), &size), ARCHIVE_OK);
  struct archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "main.tex");
  archive_entry_set_filetype(entry, AE_IFREG);
  EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
  EXPECT_EQ(archive_write_data(writer, text.data(), text.size()), static_cast<la_ssize_t>(text.size()));
  archive_entry_free(entry);
  EXPECT_EQ(archive_write_close(writer), ARCHIVE_OK);
  archive_write_free(writer);
  out.resize(size);
  return out;
}

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(ArxivAtom, EveryField) {
  const ArxivMetadata metadata = parse_arxiv_atom(atom("1509.09292v2"), {"1509.09292", 0});
  EXPECT_EQ(versioned(metadata.id), "1509.09292v2");
  EXPECT_EQ(metadata.title, "Convolutional Networks on Graphs");
  EXPECT_EQ(metadata.abstract, "We introduce <a> network that works.");
  EXPECT_EQ(metadata.authors, (std::vector<std::string>{"David Duvenaud", "Dougal Maclaurin"}));
  EXPECT_EQ(metadata.categories, (std::vector<std::string>{"cs.LG", "stat.ML"}));
  EXPECT_EQ(metadata.updated, "2015-11-03T12:15:23Z");
  EXPECT_EQ(metadata.published, "2015-09-30T20:00:00Z");
  EXPECT_EQ(metadata.doi, "10.1/x");
  EXPECT_EQ(metadata.comment, "9 pages, 5 figures");
  EXPECT_EQ(metadata.journal_ref, "NIPS 2015");
}

TEST(ArxivAtom, ErrorsAndUnknownPapers) {
  const ArxivId asked{"1509.09292", 0};
  const auto code = [&asked](const std::string& text) {
    return code_of([&] { parse_arxiv_atom(text, asked); });
  };
  EXPECT_EQ(code("<feed><entry><id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</"
                 "title><summary>incorrect id</summary></entry></feed>"),
            ErrorCode::not_found);
  EXPECT_EQ(code("<feed><title>nothing</title></feed>"), ErrorCode::not_found);
  EXPECT_EQ(code("<feed><entry><id>http://arxiv.org/abs/1509.09292v1</id><title> </title></entry></feed>"),
            ErrorCode::not_found);
  EXPECT_EQ(code("no feed at all"), ErrorCode::bad_input);
  EXPECT_EQ(code(""), ErrorCode::bad_input);
}

TEST(ArxivClient, MetadataAreAskedOnceADay) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(200, atom("1509.09292v2")));
  EXPECT_EQ(fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()).id.version, 2);
  EXPECT_EQ(fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()).id.version, 2);
  EXPECT_EQ(arxiv.paths().size(), 1u);
  const fs::path file = arxiv.cache() / "arxiv" / "1509.09292.atom";
  ASSERT_TRUE(fs::exists(file));
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(25));
  fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options());
  EXPECT_EQ(arxiv.paths().size(), 2u);
}

TEST(ArxivClient, SaysWhoItIsAndTakesNoEncoding) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(200, atom("1509.09292v2")));
  fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options());
  const std::string request = to_lower(arxiv.server().requests().at(0));
  EXPECT_TRUE(contains(request, "user-agent: paper2code/"));
  EXPECT_FALSE(contains(request, "accept-encoding: gzip"));
}

TEST(ArxivClient, SourceIsCachedForEver) {
  FakeArxiv arxiv;
  arxiv.on("/e-print/1509.09292v2", http_reply(200, kTex));
  const ArxivPackage first =
      fetch_arxiv_package({"1509.09292", 2}, ArxivWanted::source_or_pdf, arxiv.options());
  EXPECT_EQ(read_file(first.file), kTex);
  EXPECT_TRUE(first.warnings.empty());
  const ArxivPackage again =
      fetch_arxiv_package({"1509.09292", 2}, ArxivWanted::source_or_pdf, arxiv.options());
  EXPECT_EQ(again.file, first.file);
  EXPECT_EQ(again.retrieved_at, first.retrieved_at);
  EXPECT_EQ(arxiv.paths(), (std::vector<std::string>{"/e-print/1509.09292v2"}));
}

TEST(ArxivClient, PdfWithTheReasonWhenThereIsNoSource) {
  FakeArxiv arxiv;
  arxiv.on("/e-print/1509.09292v2", http_reply(200, "<!DOCTYPE html><html>withdrawn or challenge</html>"));
  arxiv.on("/pdf/1509.09292v2", http_reply(200, "%PDF-1.4 small"));
  const ArxivPackage package =
      fetch_arxiv_package({"1509.09292", 2}, ArxivWanted::source_or_pdf, arxiv.options());
  EXPECT_TRUE(package.file.filename().string().ends_with(".pdf"));
  ASSERT_EQ(package.warnings.size(), 1u);
  EXPECT_TRUE(contains(package.warnings[0].message, "an HTML page came"));
  // The reason stays known when the file comes from the cache.
  const ArxivPackage cached =
      fetch_arxiv_package({"1509.09292", 2}, ArxivWanted::source_or_pdf, arxiv.options());
  ASSERT_EQ(cached.warnings.size(), 1u);
  EXPECT_EQ(cached.warnings[0].message, package.warnings[0].message);
}

TEST(ArxivClient, WithdrawnVersionsAreSteppedDown) {
  FakeArxiv arxiv;
  arxiv.on("/e-print/1509.09292v1", http_reply(200, kTex));
  const ArxivPackage package =
      fetch_arxiv_package({"1509.09292", 3}, ArxivWanted::source_or_pdf, arxiv.options());
  EXPECT_EQ(package.id.version, 1);
  ASSERT_EQ(package.warnings.size(), 2u);
  EXPECT_TRUE(contains(package.warnings[0].message, "withdrawn"));
  EXPECT_EQ(arxiv.paths(),
            (std::vector<std::string>{"/e-print/1509.09292v3", "/pdf/1509.09292v3", "/e-print/1509.09292v2",
                                      "/pdf/1509.09292v2", "/e-print/1509.09292v1"}));
}

TEST(ArxivClient, NothingAtAllIsNotFound) {
  FakeArxiv arxiv;
  EXPECT_EQ(code_of([&] {
              fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
            }),
            ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()); }), ErrorCode::network);
}

TEST(ArxivClient, HtmlInsteadOfMetadataIsRefused) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(200, "<html>please wait</html>"));
  EXPECT_EQ(code_of([&] { fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()); }), ErrorCode::network);
  EXPECT_FALSE(fs::exists(arxiv.cache() / "arxiv" / "1509.09292.atom"));
}

TEST(ArxivClient, MalformedIdentifierIsNotFound) {
  FakeArxiv arxiv;
  arxiv.on_query(
      "1509.09292",
      http_reply(400,
                 "<feed><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title></entry></feed>"));
  EXPECT_EQ(code_of([&] { fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()); }), ErrorCode::not_found);
}

TEST(ArxivClient, BusyServerIsWaitedFor) {
  FakeArxiv arxiv;
  int calls = 0;
  arxiv.on("/api/query?id_list=1509.09292&max_results=1", [&calls]() -> std::string {
    return ++calls < 3 ? http_reply(503, "busy", "Retry-After: 0\r\n")
                       : http_reply(200, atom("1509.09292v2"));
  });
  EXPECT_EQ(fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()).id.version, 2);
  EXPECT_EQ(calls, 3);
}

TEST(ArxivClient, GivesUpAfterThreeTries) {
  FakeArxiv arxiv;
  int calls = 0;
  arxiv.on("/api/query?id_list=1509.09292&max_results=1", [&calls] {
    ++calls;
    return http_reply(429, "slow down");
  });
  EXPECT_EQ(code_of([&] {
              fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options());
            }),
            ErrorCode::rate_limited);
  EXPECT_EQ(calls, 3);
}

TEST(ArxivClient, LongRetryAfterIsToldAtOnce) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(503, "busy", "Retry-After: 86400\r\n"));
  EXPECT_EQ(code_of([&] {
              fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options());
            }),
            ErrorCode::rate_limited);
  EXPECT_EQ(arxiv.paths().size(), 1u);
}

TEST(ArxivClient, DeniedAccessStopsAtOnce) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(403, "Access denied"));
  EXPECT_EQ(code_of([&] { fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()); }), ErrorCode::auth);
  EXPECT_EQ(arxiv.paths().size(), 1u);
}

TEST(ArxivClient, DeniedAccessHoldsForADay) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(403, "Access denied"));
  arxiv.on("/e-print/1509.09292v1", http_reply(200, kTex));
  const auto metadata = [&] { fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()); };
  const auto package = [&] {
    fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
  };
  EXPECT_EQ(code_of(metadata), ErrorCode::auth);
  EXPECT_EQ(code_of(metadata), ErrorCode::auth);
  EXPECT_EQ(code_of(package), ErrorCode::auth);
  EXPECT_EQ(arxiv.paths().size(), 1u);  // the two others asked for nothing
  const fs::path denied = arxiv.cache() / "arxiv" / "denied";
  fs::last_write_time(denied, fs::file_time_type::clock::now() - std::chrono::hours(25));
  EXPECT_NO_THROW(package());
  EXPECT_EQ(arxiv.paths().size(), 2u);
}

TEST(ArxivClient, OldMetadataServeWithoutANetwork) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(200, atom("1509.09292v2")));
  EXPECT_TRUE(fetch_arxiv_metadata({"1509.09292", 0}, arxiv.options()).warnings.empty());
  const fs::path file = arxiv.cache() / "arxiv" / "1509.09292.atom";
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(25));
  ArxivOptions away = arxiv.options();
  away.base_url = "http://127.0.0.1:1";
  const ArxivMetadata old = fetch_arxiv_metadata({"1509.09292", 0}, away);
  EXPECT_EQ(old.id.version, 2);
  ASSERT_EQ(old.warnings.size(), 1u);
  EXPECT_TRUE(contains(old.warnings[0].message, "could not be reached"));
  // What was never asked for is still missing, and the error names the way out.
  try {
    fetch_arxiv_metadata({"1509.00001", 0}, away);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_TRUE(contains(error.what(), "arXiv cannot be reached")) << error.what();
  }
}

TEST(ArxivClient, EveryKindOfPackageByItsBytes) {
  struct Case {
    std::string bytes, extension, warning;
  };
  const std::vector<Case> cases = {
      {std::string(kTex), ".src", ""},
      {gzipped(kTex), ".src", ""},
      {"%&latex\n" + std::string(kTex), ".src", ""},
      {"%PDF-1.5 x", ".pdf", "PDF without LaTeX source"},
      {"%!PS-Adobe-3.0\n", ".pdf", "PostScript"},
      {"<!DOCTYPE html><html>withdrawn</html>", ".pdf", "HTML page"},
      {"\n\n  <html>challenge</html>", ".pdf", "HTML page"},
      {"", ".pdf", "empty"},
      {R"({"sources": []})", ".pdf", "unknown kind"},
      {std::string("\x7f"
                   "ELF\0\1\2",
                   7),
       ".pdf", "unknown kind"},
  };
  for (const Case& c : cases) {
    FakeArxiv arxiv;
    arxiv.on("/e-print/1509.09292v1", http_reply(200, c.bytes, "Content-Type: application/gzip\r\n"));
    arxiv.on("/pdf/1509.09292v1", http_reply(200, "%PDF-1.5 rest"));
    const ArxivPackage package =
        fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
    EXPECT_EQ(package.file.extension(), c.extension) << c.bytes;
    ASSERT_EQ(package.warnings.empty(), c.warning.empty()) << c.bytes;
    if (!c.warning.empty()) {
      EXPECT_TRUE(contains(package.warnings[0].message, c.warning)) << package.warnings[0].message;
    }
  }
}

TEST(ArxivClient, ABrokenTransferIsNotKept) {
  FakeArxiv arxiv;
  const std::string whole = gzipped(kTex);
  int calls = 0;
  arxiv.on("/e-print/1509.09292v1",
           [&] { return http_reply(200, ++calls == 1 ? whole.substr(0, whole.size() / 2) : whole); });
  const ArxivPackage package =
      fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(read_file(package.file, 1u << 20), whole);
  EXPECT_TRUE(package.warnings.empty());
}

TEST(ArxivClient, APackageThatIsDamagedThereGivesThePdf) {
  FakeArxiv arxiv;
  const std::string half = gzipped(kTex).substr(0, 60);
  arxiv.on("/e-print/1509.09292v1", http_reply(200, half));
  arxiv.on("/pdf/1509.09292v1", http_reply(200, "%PDF-1.5 rest"));
  const ArxivPackage package =
      fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
  EXPECT_EQ(package.file.extension(), ".pdf");
  ASSERT_FALSE(package.warnings.empty());
  EXPECT_TRUE(contains(package.warnings[0].message, "damaged"));
}

TEST(ArxivClient, DifferentDamageTwiceIsAnErrorAndNothingIsKept) {
  FakeArxiv arxiv;
  const std::string whole = gzipped(kTex);
  std::size_t size = 50;
  arxiv.on("/e-print/1509.09292v1", [&] { return http_reply(200, whole.substr(0, size += 5)); });
  EXPECT_EQ(code_of([&] {
              fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
            }),
            ErrorCode::network);
  EXPECT_FALSE(fs::exists(arxiv.cache() / "arxiv" / "1509.09292v1"));
}

TEST(ArxivClient, ABodyShorterThanAnnouncedIsAnError) {
  FakeArxiv arxiv;
  arxiv.on("/e-print/1509.09292v1", [] {
    return std::string("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\nabc");
  });
  EXPECT_EQ(code_of([&] {
              fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options());
            }),
            ErrorCode::network);
  EXPECT_FALSE(fs::exists(arxiv.cache() / "arxiv" / "1509.09292v1"));
}

TEST(ArxivClient, RedirectsStayWithArxiv) {
  FakeArxiv arxiv;
  arxiv.on("/e-print/1509.09292v1", http_reply(302, "", "Location: /src/1509.09292v1\r\n"));
  arxiv.on("/src/1509.09292v1", http_reply(200, kTex));
  EXPECT_EQ(fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, arxiv.options()).id.version,
            1);

  LoopbackServer stranger(
      [](const std::string&, Connection& connection) { connection.send(http_reply(200, kTex)); });
  FakeArxiv other;
  other.on("/e-print/1509.09292v1", http_reply(302, "", "Location: " + stranger.url("/x") + "\r\n"));
  other.on("/pdf/1509.09292v1", http_reply(302, "", "Location: " + stranger.url("/x") + "\r\n"));
  EXPECT_NE(code_of([&] {
              fetch_arxiv_package({"1509.09292", 1}, ArxivWanted::source_or_pdf, other.options());
            }),
            ErrorCode::internal);
  EXPECT_TRUE(stranger.requests().empty());
}

TEST(ArxivClient, UnreachableServerSaysSo) {
  ArxivOptions options;
  options.base_url = "http://127.0.0.1:1";
  const TempDir cache("p2c-arxiv-test");
  options.cache_dir = cache.path();
  options.spacing = milliseconds(0);
  EXPECT_EQ(code_of([&] { fetch_arxiv_metadata({"1509.09292", 0}, options); }), ErrorCode::network);
}

TEST(ArxivGate, SpacesRequests) {
  const TempDir folder("p2c-gate-test");
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) const ArxivGate gate(folder.path(), milliseconds(60), {});
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(119));
}

TEST(ArxivGate, HoldsBackOtherProcesses) {
  const TempDir folder("p2c-gate-test");
  const fs::path mark = folder.path() / "entered";
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  // The child is made before the lock is taken: a lock lives on in a copy of its descriptor.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    if (read(ready[0], &byte, 1) == 1) {
      const ArxivGate other(folder.path(), milliseconds(100), {});
      std::ofstream(mark) << "x";
    }
    _exit(0);
  }
  auto gate = std::make_unique<ArxivGate>(folder.path(), milliseconds(0), CancelToken());
  ASSERT_EQ(write(ready[1], "x", 1), 1);
  usleep(150'000);
  EXPECT_FALSE(fs::exists(mark));
  const auto released = std::chrono::steady_clock::now();
  gate.reset();
  int status = 0;
  waitpid(child, &status, 0);
  close(ready[0]);
  close(ready[1]);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(fs::exists(mark));
  EXPECT_GE(std::chrono::steady_clock::now() - released, milliseconds(95));
}

TEST(ArxivGate, WaitingCanBeCancelled) {
  const TempDir folder("p2c-gate-test");
  { const ArxivGate gate(folder.path(), milliseconds(0), {}); }
  CancelToken cancel;
  cancel.request();
  EXPECT_EQ(code_of([&] { const ArxivGate gate(folder.path(), milliseconds(60'000), cancel); }),
            ErrorCode::cancelled);
}

TEST(ReadArxiv, MetadataWinOverTheSource) {
  FakeArxiv arxiv;
  arxiv.on_query("1509.09292", http_reply(200, atom("1509.09292v2")));
  arxiv.on("/e-print/1509.09292v2", http_reply(200, kTex));
  ReadOptions options;
  options.arxiv_base_url = arxiv.options().base_url;
  options.cache_dir = arxiv.cache();
  options.arxiv_spacing = milliseconds(0);
  const PaperDoc doc = read_paper("https://arxiv.org/abs/1509.09292", options);
  EXPECT_EQ(doc.source.kind, SourceKind::arxiv);
  EXPECT_EQ(doc.source.arxiv_id, "1509.09292");
  EXPECT_EQ(doc.source.version, 2);
  EXPECT_FALSE(doc.source.retrieved_at.empty());
  EXPECT_EQ(doc.title, "Convolutional Networks on Graphs");
  EXPECT_EQ(doc.categories.at(0), "cs.LG");
  EXPECT_EQ(doc.date, "2015-11-03");
  EXPECT_NE(doc.find_block("S1"), nullptr);
  // Equal input, equal document: a second reading takes the time of the first download.
  EXPECT_EQ(to_json(read_paper("1509.09292", options)), to_json(doc));
}

}  // namespace
}  // namespace p2c::paper
