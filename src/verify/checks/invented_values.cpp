// F12, F13: hyper-parameters written into code, units of config keys that contradict their names.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

// Values a paper states; other keywords (dim, bias, eps with its library default) are choices of code.
bool is_hyper_parameter(const std::string& keyword) {
  static const std::set<std::string> names = {"lr", "learning_rate", "weight_decay", "momentum", "betas", "b1", "b2", "alpha", "gamma",
                                              "dropout", "rate", "label_smoothing", "max_norm", "num_layers", "nhead"};
  return names.contains(keyword);
}

bool is_neutral(const std::string& literal) {
  return literal == "0" || literal == "0.0" || literal == "1" || literal == "1.0" || literal == "None" || literal == "True" ||
         literal == "False" || literal.starts_with('\'') || literal.starts_with('"');
}

bool is_optimizer_or_loss(const std::string& resolved) {
  static constexpr std::array prefixes = {"torch.optim.", "optax.", "torch.nn.CrossEntropyLoss", "torch.nn.Dropout",
                                          "torch.nn.utils.clip_grad", "transformers.get_"};
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const char* prefix) { return resolved.starts_with(prefix); });
}

}  // namespace

void check_invented_values(const RepoView& view, Findings& findings) {
  if (view.input().config == nullptr) return;  // nothing says which values are on record
  for (const auto& [path, facts] : view.input().facts) {
    if (is_test_file(path)) continue;
    for (const auto& call : facts.calls) {
      if (!is_optimizer_or_loss(call.resolved)) continue;
      for (const auto& [keyword, literal] : call.literal_keywords) {
        if (!is_hyper_parameter(keyword) || is_neutral(literal)) continue;
        add_warning(findings, "F12", path, call.line, fmt::format("{}={} of {} is written into the code", keyword, literal, call.callee),
                    "Read it from the config, where its requirement or decision is on record.", "ticket");
      }
    }
  }
}

void check_units(const RepoView& view, Findings& findings) {
  if (view.input().config == nullptr) return;
  // Units that a name may promise and that are often confused.
  static const std::array<std::string, 4> units = {"epoch", "step", "token", "percent"};
  for (const auto& entry : view.input().config->entries) {
    const std::string unit = to_lower(entry.unit);
    const std::string last = entry.key.substr(entry.key.rfind('.') + 1);
    for (const std::string& word : units) {
      if (!last.ends_with("_" + word + "s") && last != word + "s") continue;
      for (const std::string& other : units) {
        if (other != word && (unit == other || unit == other + "s")) {
          add_warning(findings, "F13", "configs", 0, fmt::format("the key {} says {}s and its unit says {}", entry.key, word, entry.unit),
                      "Make name, unit and use agree.", "ticket");
        }
      }
    }
  }
}

}  // namespace p2c::verify
