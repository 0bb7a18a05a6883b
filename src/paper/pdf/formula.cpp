// Builds TeX from glyph places.
#include "paper/pdf/formula.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "base/text.h"

namespace p2c::paper {
namespace {

using Fragments = std::vector<PdfFragment>;

constexpr double kSmall = 0.85;
constexpr double kSameBaseline = 0.35;
constexpr double kRowDistance = 0.95;  // of the size: rows of a formula are farther apart
constexpr int kMaxDepth = 4;
constexpr std::size_t kMaxFragments = 2'000;  // of one formula; more is no formula

constexpr std::pair<std::string_view, std::string_view> kSymbols[] = {
    {"α", "\\alpha"},     {"β", "\\beta"},       {"γ", "\\gamma"},      {"δ", "\\delta"},
    {"ϵ", "\\epsilon"},   {"ε", "\\varepsilon"}, {"ζ", "\\zeta"},       {"η", "\\eta"},
    {"θ", "\\theta"},     {"ϑ", "\\vartheta"},   {"ι", "\\iota"},       {"κ", "\\kappa"},
    {"λ", "\\lambda"},    {"µ", "\\mu"},         {"μ", "\\mu"},         {"ν", "\\nu"},
    {"ξ", "\\xi"},        {"π", "\\pi"},         {"ρ", "\\rho"},        {"σ", "\\sigma"},
    {"τ", "\\tau"},       {"υ", "\\upsilon"},    {"ϕ", "\\phi"},        {"φ", "\\varphi"},
    {"χ", "\\chi"},       {"ψ", "\\psi"},        {"ω", "\\omega"},      {"Γ", "\\Gamma"},
    {"Δ", "\\Delta"},     {"∆", "\\Delta"},      {"Θ", "\\Theta"},      {"Λ", "\\Lambda"},
    {"Ξ", "\\Xi"},        {"Π", "\\Pi"},         {"Σ", "\\Sigma"},      {"Φ", "\\Phi"},
    {"Ψ", "\\Psi"},       {"Ω", "\\Omega"},      {"∇", "\\nabla"},      {"∂", "\\partial"},
    {"⋃", "\\bigcup"},    {"⋂", "\\bigcap"},     {"⋀", "\\bigwedge"},   {"⋁", "\\bigvee"},
    {"∐", "\\coprod"},    {"∮", "\\oint"},       {"∑", "\\sum"},        {"∏", "\\prod"},
    {"∫", "\\int"},       {"∞", "\\infty"},      {"∈", "\\in"},         {"∉", "\\notin"},
    {"⊂", "\\subset"},    {"⊆", "\\subseteq"},   {"∪", "\\cup"},        {"∩", "\\cap"},
    {"∀", "\\forall"},    {"∃", "\\exists"},     {"≤", "\\leq"},        {"≥", "\\geq"},
    {"≠", "\\neq"},       {"≈", "\\approx"},     {"≡", "\\equiv"},      {"∼", "\\sim"},
    {"∝", "\\propto"},    {"≪", "\\ll"},         {"≫", "\\gg"},         {"→", "\\rightarrow"},
    {"←", "\\leftarrow"}, {"↦", "\\mapsto"},     {"⇒", "\\Rightarrow"}, {"⇔", "\\Leftrightarrow"},
    {"×", "\\times"},     {"·", "\\cdot"},       {"⋅", "\\cdot"},       {"∗", "*"},
    {"⊙", "\\odot"},      {"⊗", "\\otimes"},     {"⊕", "\\oplus"},      {"∘", "\\circ"},
    {"◦", "\\circ"},      {"±", "\\pm"},         {"∓", "\\mp"},         {"−", "-"},
    {"–", "-"},           {"∥", "\\|"},          {"‖", "\\|"},          {"∣", "|"},
    {"⟨", "\\langle"},    {"⟩", "\\rangle"},     {"⌊", "\\lfloor"},     {"⌋", "\\rfloor"},
    {"⌈", "\\lceil"},     {"⌉", "\\rceil"},      {"…", "\\ldots"},      {"⋯", "\\cdots"},
    {"⋮", "\\vdots"},     {"⊤", "\\top"},        {"⊥", "\\perp"},       {"†", "\\dagger"},
    {"′", "'"},           {"ℓ", "\\ell"},        {"ℝ", "\\mathbb{R}"},  {"√", "\\sqrt"},
    {"{", "\\{"},         {"}", "\\}"},          {"#", "\\#"},          {"%", "\\%"},
    {"&", "\\&"},
};

constexpr std::string_view kOperators[] = {"log",  "exp", "max", "min", "sin", "cos", "tan",
                                           "tanh", "ln",  "lim", "sup", "inf", "det", "arg",
                                           "dim",  "ker", "gcd", "Pr",  "deg", "sinh"};

struct Accent {
  std::string_view mark, command;
};
constexpr Accent kAccents[] = {{"\u0304", "\\bar"}, {"\u0302", "\\hat"},  {"\u0303", "\\tilde"},
                               {"\u0307", "\\dot"}, {"\u0308", "\\ddot"}, {"\u20d7", "\\vec"}};

// The combining accent a text starts with.
const Accent* accent_at(std::string_view text) {
  for (const Accent& accent : kAccents) {
    if (text.starts_with(accent.mark)) return &accent;
  }
  return nullptr;
}

std::size_t code_point_length(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return std::min(length, text.size());
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Joins two pieces of TeX so that a control word does not run into a letter.
void append_tex(std::string& tex, std::string_view piece) {
  if (piece.empty()) return;
  std::size_t word = tex.size();
  while (word > 0 && is_ascii_letter(tex[word - 1])) --word;
  const bool control_word = word > 0 && word < tex.size() && tex[word - 1] == '\\';
  if (control_word && is_ascii_letter(piece.front())) tex += ' ';
  tex += piece;
}

bool is_extensible(const PdfFragment& fragment) {
  return contains(to_lower(fragment.font), "ex") && fragment.maths;
}

// The size of the formula's letters: the largest that more than a few are set in, since scripts may outnumber
// them.
double letter_size(const Fragments& fragments) {
  std::map<double, double> letters;
  double all = 0;
  for (const PdfFragment& fragment : fragments) {
    if (is_extensible(fragment)) continue;
    const auto weight = static_cast<double>(count_code_points(fragment.text));
    letters[std::round(fragment.size * 10) / 10] += weight;
    all += weight;
  }
  double size = fragments.front().size;
  for (const auto& [value, count] : letters) {
    if (count > 0.12 * all) size = value;
  }
  return size;
}

double left_of(const Fragments& fragments) {
  double x = HUGE_VAL;
  for (const PdfFragment& fragment : fragments) x = std::min(x, fragment.box.x0);
  return x;
}

double right_of(const Fragments& fragments) {
  double x = -HUGE_VAL;
  for (const PdfFragment& fragment : fragments) x = std::max(x, fragment.box.x1);
  return x;
}

std::string fragment_tex(const PdfFragment& fragment) {
  if (!fragment.tex.empty()) return fragment.tex;
  const bool upright = !fragment.maths || fragment.font.starts_with("CMR") ||
                       fragment.font.starts_with("CMBX") || fragment.font.starts_with("LMRoman") ||
                       fragment.font.starts_with("SFRM");
  return tex_of_text(fragment.text, !upright);
}

std::string row_tex(Fragments fragments, int depth);

// Pieces above and below one stretch of the row.
struct Stack {
  Fragments upper, lower;
  double x0 = 0, x1 = 0;
};

// One thing of a row in order of x.
struct Item {
  double x = 0;
  std::string tex;
  char script = '\0';  // '_' or '^': belongs to the item before
};

std::string stack_tex(const Stack& stack, int depth) {
  const std::string upper = row_tex(stack.upper, depth + 1), lower = row_tex(stack.lower, depth + 1);
  if (upper.empty()) return "_{" + lower + "}";
  if (lower.empty()) return "^{" + upper + "}";
  return "\\frac{" + upper + "}{" + lower + "}";
}

// The baseline most of the width stands on, among letters of full size.
double main_baseline(const Fragments& fragments, double size) {
  std::map<double, double> widths;
  for (const PdfFragment& fragment : fragments) {
    if (fragment.size < kSmall * size || is_extensible(fragment)) continue;
    const double bonus = contains(fragment.text, "=") ? 3 * size : 0;  // fractions hang on their equals sign
    widths[std::round(fragment.baseline() * 2) / 2] += fragment.box.x1 - fragment.box.x0 + bonus;
  }
  double baseline = fragments.front().baseline(), best = 0;
  for (const auto& [value, width] : widths) {
    double near = 0;
    for (const auto& [other, other_width] : widths) {
      if (std::abs(other - value) < 0.2 * size) near += other_width;
    }
    if (near > best) {
      best = near;
      baseline = value;
    }
  }
  return baseline;
}

// Fragments off the row, gathered where they overlap in x.
std::vector<Stack> gather_stacks(Fragments off_row, double baseline, double size) {
  std::sort(off_row.begin(), off_row.end(),
            [](const PdfFragment& a, const PdfFragment& b) { return a.box.x0 < b.box.x0; });
  std::vector<Stack> stacks;
  for (PdfFragment& fragment : off_row) {
    if (stacks.empty() || fragment.box.x0 > stacks.back().x1 + 0.35 * size)
      stacks.push_back({{}, {}, fragment.box.x0, fragment.box.x1});
    Stack& stack = stacks.back();
    stack.x1 = std::max(stack.x1, fragment.box.x1);
    const bool above = fragment.baseline() < baseline;
    (above ? stack.upper : stack.lower).push_back(std::move(fragment));
  }
  return stacks;
}

// A root over the item behind it and that item's scripts; `i` moves to the last one taken.
std::string root_tex(const std::vector<Item>& items, std::size_t& i) {
  std::string inside, lower, upper;
  if (i + 1 < items.size() && items[i + 1].script == '\0') inside = items[++i].tex;
  for (; i + 1 < items.size() && items[i + 1].script != '\0'; ++i)
    append_tex(items[i + 1].script == '_' ? lower : upper, items[i + 1].tex);
  if (!lower.empty()) inside += "_{" + lower + "}";
  if (!upper.empty()) inside += "^{" + upper + "}";
  return "\\sqrt{" + inside + "}";
}

std::string join_items(std::vector<Item> items) {
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.x < b.x; });
  std::string tex;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].script == '\0') {
      append_tex(tex, items[i].tex == "\\sqrt" ? root_tex(items, i) : items[i].tex);
      continue;
    }
    // Lowered and raised letters between two items of the row may come mixed: x_t^2.
    std::string lower, upper;
    for (; i < items.size() && items[i].script != '\0'; ++i)
      append_tex(items[i].script == '_' ? lower : upper, items[i].tex);
    --i;
    if (tex.empty()) tex += "{}";
    if (!lower.empty()) tex += "_{" + lower + "}";
    if (!upper.empty()) tex += "^{" + upper + "}";
  }
  return tex;
}

std::string row_tex(Fragments fragments, int depth) {
  if (fragments.empty()) return {};
  const double size = letter_size(fragments);
  const double baseline = main_baseline(fragments, size);
  std::vector<Item> items;
  Fragments off_row, small;
  for (PdfFragment& fragment : fragments) {
    const bool full = fragment.size >= kSmall * size;
    const bool on_row = std::abs(fragment.baseline() - baseline) <= kSameBaseline * size;
    if (is_extensible(fragment) || (full && on_row) || depth >= kMaxDepth) {
      items.push_back({fragment.box.x0, fragment_tex(fragment), '\0'});
    } else if (full) {
      off_row.push_back(std::move(fragment));
    } else {
      small.push_back(std::move(fragment));
    }
  }
  // Small letters belong to a stack they touch, else to the row.
  for (PdfFragment& fragment : small) {
    const bool stacked = std::any_of(off_row.begin(), off_row.end(), [&](const PdfFragment& other) {
      return fragment.box.x0 < other.box.x1 + 0.4 * size && fragment.box.x1 > other.box.x0 - 0.4 * size &&
             std::abs(fragment.baseline() - other.baseline()) < 0.6 * size;
    });
    const double shift = fragment.baseline() - baseline;
    if (stacked) {
      off_row.push_back(std::move(fragment));
    } else {
      items.push_back({fragment.box.x0, fragment_tex(fragment), shift > 0 ? '_' : '^'});
    }
  }
  for (Stack& stack : gather_stacks(std::move(off_row), baseline, size))
    items.push_back({stack.x0, stack_tex(stack, depth), '\0'});
  return join_items(std::move(items));
}

bool has_relation(const std::string& text) {
  for (std::string_view sign : {"=", "≤", "≥", "≈", "∼", "∝", "≡", "<", ">", "→", "←", "∈"}) {
    if (contains(text, sign)) return true;
  }
  return false;
}

// Baselines of rows: clusters of full-size letters that are not above or below a wider one right beside them.
std::vector<double> row_baselines(const Fragments& fragments, double size) {
  struct Cluster {
    double baseline = 0, x0 = 0, x1 = 0, width = 0;
    bool relation = false;  // holds a sign that stands on the row's own line
    bool subordinate = false;
  };
  std::map<double, Fragments> by_baseline;
  for (const PdfFragment& fragment : fragments) {
    if (fragment.size < kSmall * size || is_extensible(fragment)) continue;
    auto near = by_baseline.lower_bound(fragment.baseline() - kSameBaseline * size);
    if (near == by_baseline.end() || near->first > fragment.baseline() + kSameBaseline * size) {
      near = by_baseline.emplace(fragment.baseline(), Fragments()).first;
    }
    near->second.push_back(fragment);
  }
  std::vector<Cluster> clusters;
  for (const auto& [baseline, members] : by_baseline) {
    Cluster& cluster = clusters.emplace_back();
    cluster.baseline = baseline;
    cluster.x0 = left_of(members);
    cluster.x1 = right_of(members);
    for (const PdfFragment& fragment : members) {
      cluster.width += fragment.box.x1 - fragment.box.x0;
      cluster.relation = cluster.relation || has_relation(fragment.text);
    }
  }
  for (Cluster& cluster : clusters) {
    cluster.subordinate = std::any_of(clusters.begin(), clusters.end(), [&](const Cluster& other) {
      const double distance = std::abs(other.baseline - cluster.baseline);
      if (distance <= 0 || distance >= 1.1 * size) return false;
      if (other.relation != cluster.relation) {
        // Rows are a line apart: what is nearer than that to a row with "=" is half of a fraction.
        if (other.relation && distance < kRowDistance * size) return true;
        if (cluster.relation && distance < kRowDistance * size) return false;
      }
      return other.width > cluster.width && cluster.x0 > other.x0 - size && cluster.x1 < other.x1 + size;
    });
  }
  std::vector<double> rows;
  for (const Cluster& cluster : clusters) {
    if (!cluster.subordinate) rows.push_back(cluster.baseline);
  }
  return rows;
}

}  // namespace

std::string tex_of_text(std::string_view text, bool maths_font) {
  std::string tex;
  std::size_t i = 0;
  while (i < text.size()) {
    std::string piece;
    if (is_ascii_letter(text[i])) {
      std::size_t end = i;
      while (end < text.size() && is_ascii_letter(text[end])) ++end;
      // A letter with an accent stands for itself.
      if (end - i > 1 && accent_at(text.substr(end)) != nullptr) --end;
      const std::string_view word = text.substr(i, end - i);
      if (std::find(std::begin(kOperators), std::end(kOperators), word) != std::end(kOperators)) {
        piece = "\\" + std::string(word);
      } else {
        piece = word.size() > 1 && !maths_font ? "\\mathrm{" + std::string(word) + "}" : std::string(word);
      }
      i = end;
    } else {
      const auto found = std::find_if(std::begin(kSymbols), std::end(kSymbols), [&](const auto& symbol) {
        return text.substr(i).starts_with(symbol.first);
      });
      const std::size_t length =
          found != std::end(kSymbols) ? found->first.size() : code_point_length(text.substr(i));
      piece = found != std::end(kSymbols) ? std::string(found->second) : std::string(text.substr(i, length));
      i += length;
    }
    if (const Accent* accent = accent_at(text.substr(i))) {
      piece = std::string(accent->command) + "{" + piece + "}";
      i += accent->mark.size();
    }
    append_tex(tex, piece);
  }
  return tex;
}

std::vector<std::string> linear_tex(const std::vector<PdfFragment>& fragments, std::vector<double>* places) {
  std::vector<std::string> rows;
  if (fragments.empty() || fragments.size() > kMaxFragments) return rows;
  const double size = letter_size(fragments);
  const std::vector<double> baselines = row_baselines(fragments, size);
  std::vector<Fragments> of_row(std::max<std::size_t>(1, baselines.size()));
  for (const PdfFragment& fragment : fragments) {
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < baselines.size(); ++i) {
      const double distance = std::abs(baselines[i] - fragment.baseline());
      if (distance < std::abs(baselines[nearest] - fragment.baseline())) nearest = i;
    }
    of_row[nearest].push_back(fragment);
  }
  for (std::size_t i = 0; i < of_row.size(); ++i) {
    std::string tex = row_tex(std::move(of_row[i]), 0);
    if (tex.empty()) continue;
    rows.push_back(std::move(tex));
    if (places != nullptr) places->push_back(baselines.empty() ? fragments.front().baseline() : baselines[i]);
  }
  return rows;
}

}  // namespace p2c::paper
