// Cuts figures out of pages with poppler's pdftocairo.
#include "paper/pdf/pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/files.h"
#include "base/parallel.h"
#include "base/text.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

constexpr int kDpi = 150;
constexpr std::size_t kMaxPictures = 200;
constexpr double kMaxPixels = 12e6;             // of one picture; larger ones get fewer dots
constexpr std::size_t kMaxSvgBytes = 1u << 20;  // of a drawn page; larger ones are kept as pixels alone
constexpr std::uint64_t kMaxFileBytes = 48ull << 20;
constexpr std::uint64_t kMaxAllBytes = 300ull << 20;  // of all pictures of a paper

class Cutter {
 public:
  Cutter(PdfDocument& document, const fs::path& pdf, const std::set<int>& image_pages, const fs::path& target,
         const ReadingTime& time, const CancelToken& cancel)
      : document_(document),
        pdf_(pdf),
        image_pages_(image_pages),
        target_(target),
        time_(time),
        cancel_(cancel) {}

  void cut_all() {
    PaperDoc& doc = document_.doc;
    const std::size_t count = std::min({document_.pictures.size(), doc.figures.size(), kMaxPictures});
    std::vector<std::string> problems(count);
    parallel_for(count, page_jobs(), [&](std::size_t i) { problems[i] = cut(i); });
    for (std::size_t i = 0; i < count; ++i) {
      if (!problems[i].empty())
        doc.warnings.push_back({fmt::format("page {}", document_.pictures[i].page), problems[i]});
    }
  }

 private:
  PopplerOptions options() const {
    PopplerOptions result;
    result.wall = time_.left(std::chrono::seconds(20));
    result.output_bytes = kMaxSvgBytes + 1;
    result.memory_bytes = page_memory();
    result.file_bytes = kMaxFileBytes;
    result.cancel = cancel_;
    return result;
  }

  // What went wrong with figure i, or empty.
  std::string cut(std::size_t i) {
    const PdfDocument::Picture& picture = document_.pictures[i];
    Figure& figure = document_.doc.figures[i];
    if (picture.page == 0) return {};
    const Box area{std::max(0.0, picture.area.x0 - 4), std::max(0.0, picture.area.y0), picture.area.x1 + 4,
                   picture.area.y1};
    const double width = area.x1 - area.x0, height = area.y1 - area.y0;
    if (!(width > 1) || !(height > 1)) return {};
    const double per_point = std::min(kDpi / 72.0, std::sqrt(kMaxPixels / (width * height)));
    const auto pixels = [per_point](double points) {
      return static_cast<int>(std::lround(points * per_point));
    };
    const bool photo = image_pages_.contains(picture.page);
    const std::string page = std::to_string(picture.page);
    const fs::path made = folder_.path() / std::to_string(i);
    std::vector<std::string> command{"pdftocairo", photo ? "-jpeg" : "-png"};
    if (photo) command.insert(command.end(), {"-jpegopt", "quality=90"});
    command.insert(command.end(),
                   {"-singlefile", "-r", fmt::format("{:.4f}", 72 * per_point), "-f", page, "-l", page, "-x",
                    std::to_string(pixels(area.x0)), "-y", std::to_string(pixels(area.y0)), "-W",
                    std::to_string(pixels(width)), "-H", std::to_string(pixels(height))});
    const PopplerResult result = run_poppler(command, pdf_, {made.string()}, options());
    const std::string format = photo ? "jpg" : "png";
    if (!result.ok() ||
        !keep(made.string() + "." + format, figure, picture.page, format, pixels(width), pixels(height))) {
      return fmt::format("the picture of {} could not be cut out of the page{}", figure.id,
                         result.timed_out ? ": the time for this PDF was over" : "");
    }
    if (!photo) keep_drawing(figure, picture.page, area);
    return {};
  }

  bool keep(const fs::path& made, Figure& figure, int page, const std::string& format, int width,
            int height) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(made, error);
    if (error || !take_bytes(size)) return false;
    const std::string name = fmt::format("{}-page{}.{}", figure.id, page, format);
    write_file_atomic(target_ / name, read_file(made));
    fs::remove(made, error);
    figure.files.push_back({name, format, width, height});
    return true;
  }

  // The drawing itself, which stays sharp and keeps its words.
  void keep_drawing(Figure& figure, int page, const Box& area) {
    const std::string number = std::to_string(page);
    const PopplerResult result =
        run_poppler({"pdftocairo", "-svg", "-f", number, "-l", number}, pdf_, {"-"}, options());
    if (!result.ok() || result.out.size() > kMaxSvgBytes || contains(result.out, "<image")) return;
    const std::string svg = cut_svg(result.out, area);
    if (svg.empty() || !take_bytes(svg.size())) return;
    const std::string name = fmt::format("{}-page{}.svg", figure.id, page);
    write_file_atomic(target_ / name, svg);
    figure.files.push_back({name, "svg", static_cast<int>(std::lround(area.x1 - area.x0)),
                            static_cast<int>(std::lround(area.y1 - area.y0))});
  }

  bool take_bytes(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    if (bytes_ + size > kMaxAllBytes) return false;
    bytes_ += size;
    return true;
  }

  PdfDocument& document_;
  const fs::path& pdf_;
  const std::set<int>& image_pages_;
  const fs::path& target_;
  const ReadingTime& time_;
  const CancelToken& cancel_;
  const TempDir folder_{"p2c-cut"};
  std::mutex mutex_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

std::string cut_svg(std::string_view svg, const Box& box) {
  const std::size_t start = svg.find("<svg");
  const std::size_t end = start == std::string_view::npos ? start : svg.find('>', start);
  if (end == std::string_view::npos || !contains(svg.substr(start, end - start), "viewBox=")) return {};
  const double width = box.x1 - box.x0, height = box.y1 - box.y0;
  std::string result(svg.substr(0, start));
  result += fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
      "width=\"{0:.2f}pt\" "
      "height=\"{1:.2f}pt\" viewBox=\"{2:.2f} {3:.2f} {0:.2f} {1:.2f}\" version=\"1.2\">",
      width, height, box.x0, box.y0);
  result += svg.substr(end + 1);
  return result;
}

void cut_pictures(PdfDocument& document, const fs::path& pdf, const std::set<int>& image_pages,
                  const fs::path& folder, const ReadingTime& time, const CancelToken& cancel) {
  Cutter(document, pdf, image_pages, folder, time, cancel).cut_all();
}

}  // namespace p2c::paper
