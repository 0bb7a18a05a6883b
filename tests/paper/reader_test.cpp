// From what a person names to a document: what it is, archives, and one clear error for each bad input.
#include "paper/reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "paper/outputs.h"
#include "support.h"
#include "tiny_pdf.h"

namespace p2c::paper {
namespace {

constexpr std::string_view kTex =
    "\\documentclass{article}\\title{A Title}\\begin{document}\\maketitle\n\\section{One}\nFirst paragraph "
    "of text.\n\nSecond paragraph of text.\n"
    "\\begin{figure}\\includegraphics{pic}\\caption{A picture}\\end{figure}\n\\end{document}\n";

struct Entry {
  std::string name, content;
  std::string link;  // symbolic link target
};

// A tar.gz or zip with exactly these entries, however unsafe.
void make_archive(const fs::path& path, const std::vector<Entry>& entries, bool zip = false) {
  archive* out = archive_write_new();
  if (zip) {
    archive_write_set_format_zip(out);
  } else {
    archive_write_set_format_pax_restricted(out);
    archive_write_add_filter_gzip(out);
  }
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  for (const Entry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.name.c_str());
    archive_entry_set_perm(header, 0644);
    if (entry.link.empty()) {
      archive_entry_set_filetype(header, AE_IFREG);
      archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
    } else {
      archive_entry_set_filetype(header, AE_IFLNK);
      archive_entry_set_symlink(header, entry.link.c_str());
    }
    archive_write_header(out, header);
    if (entry.link.empty()) archive_write_data(out, entry.content.data(), entry.content.size());
    archive_entry_free(header);
  }
  archive_write_close(out);
  archive_write_free(out);
}

class ReaderTest : public testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view content) {
    write_file_atomic(folder_.path() / name, content);
    return (folder_.path() / name).string();
  }
  std::string packed(const std::string& name, const std::vector<Entry>& entries, bool zip = false) {
    make_archive(folder_.path() / name, entries, zip);
    return (folder_.path() / name).string();
  }
  const fs::path& folder() const { return folder_.path(); }

 private:
  TempDir folder_{"p2c-reader-test"};
};

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing was thrown");
}

Error read_error(const std::string& source) {
  return error_of([&source] { read_paper(source); });
}

TEST_F(ReaderTest, ClassifiesByFileSystemAndBytes) {
  EXPECT_EQ(classify_source(folder().string()), InputKind::latex_dir);
  EXPECT_EQ(classify_source(file("a.tex", kTex)), InputKind::latex_file);
  EXPECT_EQ(classify_source(file("plain.tex", "Just words.")), InputKind::latex_file);
  EXPECT_EQ(classify_source(file("noname", kTex)), InputKind::latex_file);
  EXPECT_EQ(classify_source(file("a.md", "# T\n\n\\begin{x}")), InputKind::markdown);
  EXPECT_EQ(classify_source(file("misnamed.tex", "%PDF-1.4")), InputKind::pdf);
  EXPECT_EQ(classify_source(file("a.tar.gz", "\x1f\x8b\x08")), InputKind::archive);
  EXPECT_EQ(classify_source("1509.09292"), InputKind::arxiv);
  EXPECT_EQ(classify_source("https://arxiv.org/abs/1509.09292v2"), InputKind::arxiv);
  // What exists wins over what it might mean.
  fs::create_directory(folder() / "1509.09292");
  const fs::path before = fs::current_path();
  fs::current_path(folder());
  EXPECT_EQ(classify_source("1509.09292"), InputKind::latex_dir);
  fs::current_path(before);
}

TEST_F(ReaderTest, BadSourcesAreToldApart) {
  const auto code = [](const std::string& source) {
    return error_of([&] { classify_source(source); }).code();
  };
  EXPECT_EQ(code("/no/such/file.pdf"), ErrorCode::not_found);
  EXPECT_EQ(code("https://example.org/paper.pdf"), ErrorCode::not_found);
  EXPECT_EQ(code(std::string(10'000, 'x')), ErrorCode::not_found);
  EXPECT_EQ(code(std::string("a\0b", 3)), ErrorCode::not_found);
  EXPECT_EQ(code(""), ErrorCode::usage);
  EXPECT_EQ(code("   "), ErrorCode::usage);
  EXPECT_EQ(code(file("empty.pdf", "")), ErrorCode::no_text);
  EXPECT_EQ(code(file("empty.tex", " \n")), ErrorCode::bad_input);
  EXPECT_EQ(code(file("page.pdf", "<!DOCTYPE html>")), ErrorCode::bad_input);
  EXPECT_EQ(code(file("word.pdf", "no header here")), ErrorCode::bad_input);
  EXPECT_EQ(code(file("x.ps", "%!PS-Adobe")), ErrorCode::bad_input);
  EXPECT_EQ(code(file("x.png", "\x89PNG\r\n\x1a\n")), ErrorCode::bad_input);
  EXPECT_EQ(code(file("notes.txt", "plain words")), ErrorCode::bad_input);
  ASSERT_EQ(mkfifo((folder() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(code((folder() / "pipe").string()), ErrorCode::bad_input);
}

TEST_F(ReaderTest, ErrorsNameTheSourceAndAHint) {
  for (const std::string& source :
       {std::string("/no/such/file.pdf"), file("word.pdf", "no header here"), file("empty.pdf", "")}) {
    const Error error = error_of([&] { classify_source(source); });
    EXPECT_EQ(error.detail().subject, source);
    EXPECT_FALSE(error.detail().hint.empty());
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST_F(ReaderTest, ReadsFolderFileAndArchivesAlike) {
  file("tree/main.tex", kTex);
  const PaperDoc from_folder = read_paper((folder() / "tree").string());
  EXPECT_EQ(from_folder.title, "A Title");
  EXPECT_EQ(from_folder.source.kind, SourceKind::latex);
  EXPECT_TRUE(from_folder.source.retrieved_at.empty());
  const std::string blocks = to_json(from_folder)["blocks"].dump();
  EXPECT_EQ(to_json(read_paper((folder() / "tree/main.tex").string()))["blocks"].dump(), blocks);
  EXPECT_EQ(to_json(read_paper(packed("p.tar.gz", {{"main.tex", std::string(kTex), ""}})))["blocks"].dump(),
            blocks);
  EXPECT_EQ(
      to_json(read_paper(packed("p.zip", {{"main.tex", std::string(kTex), ""}}, true)))["blocks"].dump(),
      blocks);
}

TEST_F(ReaderTest, EqualInputGivesEqualBytes) {
  const std::string archive =
      packed("p.tar.gz", {{"main.tex", std::string(kTex), ""}, {"pic.png", "\x89PNG\r\n\x1a\n", ""}});
  EXPECT_EQ(pretty_json(to_json(read_paper(archive))), pretty_json(to_json(read_paper(archive))));
}

TEST_F(ReaderTest, SingleGzippedTexFile) {
  const fs::path path = folder() / "1509.09292v1";
  archive* out = archive_write_new();
  archive_write_set_format_raw(out);
  archive_write_add_filter_gzip(out);
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  archive_entry* header = archive_entry_new();
  archive_entry_set_pathname(header, "data");
  archive_entry_set_filetype(header, AE_IFREG);
  archive_write_header(out, header);
  archive_write_data(out, kTex.data(), kTex.size());
  archive_entry_free(header);
  archive_write_close(out);
  archive_write_free(out);
  EXPECT_EQ(read_paper(path.string()).title, "A Title");
}

TEST_F(ReaderTest, ArchiveWithOnlyAPdfIsReadAsPdf) {
  test::PdfPageTexts page{{150, 700, "A Printed Title", 17, test::PdfFont::bold}};
  double y = test::add_lines(
      page, 72, 600,
      {"This line of running text is long enough to count as prose in a column of text of this page.",
       "A second line follows it with as many words as the first one so that both are read together."});
  y = test::add_lines(
      page, 72, y - 20,
      {"Another paragraph begins here after some white space and goes on for a whole line of the page.",
       "It has a second line too so that the reader sees how far lines are apart in this document."});
  const std::string archive = packed("p.tar.gz", {{"paper.pdf", test::make_pdf({page}), ""}});
  const PaperDoc doc = read_paper(archive);
  EXPECT_EQ(doc.source.kind, SourceKind::pdf);
  EXPECT_EQ(doc.title, "A Printed Title");
}

TEST_F(ReaderTest, NoMainFileIsOneClearError) {
  file("empty_tree/readme.txt", "nothing");
  Error error = read_error((folder() / "empty_tree").string());
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_TRUE(contains(error.what(), "no LaTeX main file"));
  EXPECT_TRUE(contains(error.what(), "readme.txt"));

  file("style_tree/macros.tex", "\\newcommand{\\x}{y}");
  error = read_error((folder() / "style_tree").string());
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_FALSE(error.detail().hint.empty());

  error = read_error(packed("docs.zip", {{"word/document.xml", "<x/>", ""}, {"a.txt", "x", ""}}, true));
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
}

TEST_F(ReaderTest, UnsafeArchivesAreRefused) {
  EXPECT_EQ(
      read_error(packed("up.tar.gz", {{"main.tex", std::string(kTex), ""}, {"../evil.tex", "x", ""}})).code(),
      ErrorCode::unsafe_input);
  EXPECT_EQ(
      read_error(packed("abs.tar.gz", {{"main.tex", std::string(kTex), ""}, {"/tmp/evil.tex", "x", ""}}))
          .code(),
      ErrorCode::unsafe_input);
  EXPECT_EQ(
      read_error(packed("link.tar.gz", {{"main.tex", std::string(kTex), ""}, {"etc", "", "/etc"}})).code(),
      ErrorCode::unsafe_input);
  EXPECT_EQ(read_error(packed("bomb.tar.gz", {{"main.tex", std::string(40u << 20, 'a'), ""}})).code(),
            ErrorCode::limit);
  EXPECT_EQ(read_error(file("cut.tar.gz", std::string("\x1f\x8b\x08\x00garbage", 11))).code(),
            ErrorCode::bad_input);
}

TEST_F(ReaderTest, LittleTextIsNoPaper) {
  const Error error = read_error(file("short.md", "# Title\n\nOne paragraph.\n"));
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_TRUE(contains(error.what(), "does not look like a paper"));
}

TEST_F(ReaderTest, CancelledReadingStops) {
  ReadOptions options;
  options.cancel.request();
  EXPECT_EQ(error_of([&] { read_paper(file("a.tex", kTex), options); }).code(), ErrorCode::cancelled);
}

TEST_F(ReaderTest, OutputsAreWrittenWhole) {
  const PaperDoc doc = read_paper(file("a.tex", kTex));
  write_paper_outputs(doc, folder() / "out" / "deep");
  EXPECT_EQ(read_file(folder() / "out/deep/paper.md"), emit_markdown(doc));
  const PaperDoc again =
      paper_doc_from_json(parse_json(read_file(folder() / "out/deep/paper.json"), "paper.json"));
  EXPECT_EQ(to_json(again), to_json(doc));
}

}  // namespace
}  // namespace p2c::paper
