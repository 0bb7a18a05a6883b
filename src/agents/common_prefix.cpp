#include "agents/common_prefix.h"

#include <fmt/format.h>

#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "agents/provided.h"

namespace p2c::agents {

std::string config_overview(const artefacts::Config& config) {
  std::string out;
  for (const auto& entry : config.entries) {
    out += fmt::format("{}: {} = {} | {}", entry.key, entry.type, entry.value.dump(), (entry.smoke.is_null() ? entry.value : entry.smoke).dump());
    if (!entry.unit.empty()) out += " " + entry.unit;
    if (!entry.doc.empty()) out += "  # " + entry.doc;
    if (!entry.req.empty()) out += " [" + entry.req + "]";
    out += '\n';
  }
  return out.empty() ? "(none)" : out;
}

std::string common_prefix(const paper::PaperDoc& paper, const artefacts::Requirements& requirements, const artefacts::Plan& plan,
                          const artefacts::Config& config) {
  std::string contract;
  for (const auto& row : plan.data_contract) {
    contract += fmt::format("{}: {} {} from {}: {}\n", row.name, row.dtype, row.shape, row.producer, row.meaning);
  }
  return render_part("common", "prefix",
                     {{"title", paper.title},
                      {"abstract", paper.abstract},
                      {"requirements", requirement_lines(requirements, true)},
                      {"package", plan.package},
                      {"framework", framework_name(plan.framework)},
                      {"files", files_overview(plan, true)},
                      {"provided", provided_cards(plan.package, plan.framework)},
                      {"contract", contract.empty() ? "(none)" : contract},
                      {"config", config_overview(config)}});
}

}  // namespace p2c::agents
