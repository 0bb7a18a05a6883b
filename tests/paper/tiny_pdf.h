// Small PDFs made by hand: text in the standard fonts at given places.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace p2c::paper::test {

enum class PdfFont { roman, bold, italic };

struct PdfText {
  double x = 0, y = 0;  // of the baseline, points from the bottom left
  std::string text;     // ASCII without brackets and backslashes
  double size = 10;
  PdfFont font = PdfFont::roman;
};

using PdfPageTexts = std::vector<PdfText>;

// The file of numbered objects; the first is the catalogue.
inline std::string pdf_of_objects(const std::vector<std::string>& objects) {
  std::string pdf = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", pdf.size());
    pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const std::size_t start = pdf.size();
  pdf += fmt::format(
      "xref\n0 {}\n0000000000 65535 f \n{}trailer << /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
      objects.size() + 1, table, objects.size() + 1, start);
  return pdf;
}

// Letter-sized pages, Times in three cuts, with a correct cross-reference table.
inline std::string make_pdf(const std::vector<PdfPageTexts>& pages) {
  std::vector<std::string> objects;
  const auto add = [&objects](std::string body) {
    objects.push_back(std::move(body));
    return objects.size();  // numbers start at 1
  };
  std::string kids;
  for (std::size_t i = 0; i < pages.size(); ++i) kids += fmt::format("{} 0 R ", 6 + 2 * i);
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(fmt::format("<< /Type /Pages /Kids [{}] /Count {} >>", kids, pages.size()));
  for (std::string_view name : {"Times-Roman", "Times-Bold", "Times-Italic"}) {
    add(fmt::format("<< /Type /Font /Subtype /Type1 /BaseFont /{} >>", name));
  }
  for (const PdfPageTexts& page : pages) {
    std::string content;
    for (const PdfText& text : page) {
      content += fmt::format("BT /F{} {} Tf {} {} Td ({}) Tj ET\n", static_cast<int>(text.font), text.size,
                             text.x, text.y, text.text);
    }
    const std::size_t stream = objects.size() + 2;
    add(
        fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R "
                    "/Resources << /Font << /F0 3 0 R /F1 4 0 R /F2 5 0 R >> >> >>",
                    stream));
    add(fmt::format("<< /Length {} >>\nstream\n{}endstream", content.size(), content));
  }
  return pdf_of_objects(objects);
}

// One Letter-sized page that is a grey picture and nothing else, as scanners make it: `pixels` row by row.
inline std::string make_scan(int width, int height, std::string_view pixels) {
  const std::string content = "q 612 0 0 792 0 0 cm /I Do Q";
  const std::vector<std::string> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 5 0 "
      "R >> >> >>",
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", content.size(), content),
      fmt::format("<< /Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray "
                  "/BitsPerComponent 8 "
                  "/Length {} >>\nstream\n{}\nendstream",
                  width, height, pixels.size(), pixels)};
  return pdf_of_objects(objects);
}

// Lines of running text from the top of a column downwards; 66 letters of Times 10 fill about 300 points.
inline double add_lines(PdfPageTexts& page, double x, double y, const std::vector<std::string>& lines,
                        double leading = 12) {
  for (const std::string& line : lines) {
    page.push_back({x, y, line});
    y -= leading;
  }
  return y;
}

}  // namespace p2c::paper::test
