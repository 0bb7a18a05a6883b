// Looks at the pictures of a paper and copies them into the output.
#include "paper/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel.h"
#include "base/text.h"
#include "paper/captions.h"
#include "paper/pdf/poppler.h"
#include "paper/pdf/words.h"
#include "paper/xml_scan.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPictureBytes = 64u << 20;
constexpr std::size_t kMaxTextLines = 400;  // labels kept of one picture
constexpr std::size_t kMaxLabelBytes = 300;
constexpr int kJobs = 2;               // poppler children at a time
constexpr int kMaxPixels = 1'000'000;  // a side longer than this is a broken header

struct Picture {
  std::string format;
  int width = 0, height = 0;
  std::vector<std::string> labels;
  std::string problem;  // one sentence when it could not be looked at
};

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

int side(std::uint32_t pixels) {
  return pixels > static_cast<std::uint32_t>(kMaxPixels) ? 0 : static_cast<int>(pixels);
}

void measure_png(std::string_view bytes, Picture& picture) {
  if (bytes.size() < 24) return;
  picture.width = side(big_endian(bytes, 16, 4));
  picture.height = side(big_endian(bytes, 20, 4));
}

// The frame header (SOF0..15 without the three that are none) holds the size.
void measure_jpeg(std::string_view bytes, Picture& picture) {
  std::size_t at = 2;
  while (at + 9 < bytes.size()) {
    if (static_cast<unsigned char>(bytes[at]) != 0xff) return;
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xff) {
      ++at;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
      picture.height = side(big_endian(bytes, at + 5, 2));
      picture.width = side(big_endian(bytes, at + 7, 2));
      return;
    }
    at += 2 + big_endian(bytes, at + 2, 2);
  }
}

void add_label(Picture& picture, std::string_view text) {
  std::string label = collapse_whitespace(strip_control(utf8_prefix(text, kMaxLabelBytes)));
  if (!label.empty() && picture.labels.size() < kMaxTextLines) picture.labels.push_back(std::move(label));
}

void read_pdf_picture(const fs::path& file, const CancelToken& cancel, Picture& picture) {
  PopplerOptions options;
  options.wall = std::chrono::seconds(20);
  options.output_bytes = 16u << 20;
  options.cancel = cancel;
  const PopplerResult result =
      run_poppler({"pdftotext", "-q", "-bbox-layout", "-f", "1", "-l", "1"}, file, {"-"}, options);
  const std::vector<PdfPage> pages = parse_bbox_layout(result.out);
  if (!result.ok() || pages.empty()) {
    picture.problem = "its text could not be read by pdftotext";
    return;
  }
  picture.width = static_cast<int>(std::lround(pages.front().width));
  picture.height = static_cast<int>(std::lround(pages.front().height));
  for (const PdfLine& line : pages.front().lines) add_label(picture, line_text(line));
}

void read_svg_picture(std::string_view bytes, Picture& picture) {
  XmlScanner scanner(bytes);
  XmlEvent event;
  std::string text;
  bool inside = false;
  while (scanner.next(event)) {
    const bool is_text = event.name == "text" || event.name == "svg:text";
    if (event.kind == XmlEvent::Kind::text) {
      if (inside) text += event.text;
    } else if (is_text && event.kind == XmlEvent::Kind::start) {
      inside = true;
      text.clear();
    } else if (is_text) {
      if (inside) add_label(picture, text);
      inside = false;
    }
  }
}

Picture look_at(const fs::path& root, const std::string& path, const CancelToken& cancel) {
  Picture picture;
  try {
    const fs::path file = confine(root, path);
    const std::string bytes = read_file(file, kMaxPictureBytes);
    picture.format = picture_format(bytes);
    if (picture.format == "png") measure_png(bytes, picture);
    if (picture.format == "jpg") measure_jpeg(bytes, picture);
    if (picture.format == "svg") read_svg_picture(bytes, picture);
    if (picture.format == "pdf") read_pdf_picture(file, cancel, picture);
    if (picture.format.empty()) picture.problem = "it is not a picture of a known kind";
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    picture.problem = error.message();
  }
  return picture;
}

// Letters, digits, '.', '_' and '-' of the name's last part; the rest becomes '-'.
std::string safe_name(const std::string& path, const std::string& format) {
  const fs::path name = fs::path(path).filename();
  std::string stem;
  for (char c : name.stem().string().substr(0, 80)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    stem += plain ? c : '-';
  }
  std::string extension = to_lower(name.extension().string());
  if (!format.empty()) extension = "." + format;
  const bool known = extension == ".pdf" || extension == ".png" || extension == ".jpg" ||
                     extension == ".svg" || extension == ".eps";
  return stem + (known ? extension : ".bin");
}

}  // namespace

std::string picture_format(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "png";
  if (bytes.starts_with("\xff\xd8\xff")) return "jpg";
  if (contains(bytes.substr(0, 1024), "%PDF-")) return "pdf";
  if (bytes.starts_with("%!PS") || bytes.starts_with("\xc5\xd0\xd3\xc6"))
    return "eps";  // the latter: DOS EPS binary header
  if (contains(bytes.substr(0, 4096), "<svg")) return "svg";
  return {};
}

void inspect_figures(PaperDoc& doc, const fs::path& root, const CancelToken& cancel) {
  struct Place {
    std::size_t figure, file;
  };
  std::vector<Place> places;
  for (std::size_t f = 0; f < doc.figures.size(); ++f) {
    for (std::size_t i = 0; i < doc.figures[f].files.size(); ++i) places.push_back({f, i});
  }
  std::vector<Picture> pictures(places.size());
  parallel_for(places.size(), kJobs, [&](std::size_t i) {
    cancel.check();
    pictures[i] = look_at(root, doc.figures[places[i].figure].files[places[i].file].path, cancel);
  });
  std::vector<bool> had_text;
  for (const Figure& figure : doc.figures) had_text.push_back(!figure.text_inside.empty());
  for (std::size_t i = 0; i < places.size(); ++i) {
    Figure& figure = doc.figures[places[i].figure];
    FigureFile& file = figure.files[places[i].file];
    const Picture& picture = pictures[i];
    if (!picture.format.empty()) file.format = picture.format;
    if (picture.width > 0) file.width = picture.width;
    if (picture.height > 0) file.height = picture.height;
    if (!had_text[places[i].figure]) {
      figure.text_inside.insert(figure.text_inside.end(), picture.labels.begin(), picture.labels.end());
    }
    if (!picture.problem.empty()) {
      doc.warnings.push_back(
          {file.path, fmt::format("the picture of {} was not read: {}", figure.id, picture.problem)});
    }
  }
  for (Figure& figure : doc.figures) {
    if (figure.role == "other") figure.role = figure_role(figure);
  }
}

void export_figures(PaperDoc& doc, const fs::path& root, const fs::path& figures_dir,
                    const CancelToken& cancel) {
  for (Figure& figure : doc.figures) {
    std::set<std::string> taken;
    for (FigureFile& file : figure.files) {
      cancel.check();
      std::string bytes;
      try {
        bytes = read_file(confine(root, file.path), kMaxPictureBytes);
      } catch (const Error&) {
        continue;  // inspect_figures has warned of it
      }
      std::string name = figure.id + "-" + safe_name(file.path, file.format);
      for (int copy = 2; !taken.insert(name).second; ++copy) {
        name = fmt::format("{}-{}-{}", figure.id, copy, safe_name(file.path, file.format));
      }
      write_file_atomic(figures_dir / name, bytes);
      file.path = name;
    }
  }
}

bool is_exported(const Figure& figure, const FigureFile& file) {
  return file.path.starts_with(figure.id + "-") && file.path.find('/') == std::string::npos;
}

}  // namespace p2c::paper
