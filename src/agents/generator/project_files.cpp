// G3: every file of the generated repository that needs no model (spec 4.3).
#include <set>

#include "agents/generator/generator.h"
#include "agents/generator/project_parts.h"
#include "agents/generator/templates.h"
#include "base/error.h"
#include "base/resource.h"
#include "base/text.h"

namespace p2c::agents {

namespace {

// Docstring text: one line, nothing that could end the string.
std::string docstring(const std::string& text) {
  return replace_all(replace_all(collapse_whitespace(strip_control(repair_utf8(text))), "\\", "\\\\"), "\"",
                     "'");
}

// The package's folders, from the paths of its planned files: "pkg", "pkg/models".
std::set<std::string> package_folders(const artefacts::Plan& plan) {
  std::set<std::string> folders = {plan.package};
  for (const auto& file : plan.files) {
    if (!file.path.starts_with(plan.package + "/") || !file.path.ends_with(".py")) continue;
    for (auto slash = file.path.find('/', plan.package.size()); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
      folders.insert(file.path.substr(0, slash));
    }
  }
  return folders;
}

}  // namespace

FilesByPath project_files(const paper::PaperDoc& paper, const PlannerResult& planned,
                          const AnalyzerResult& analysis) {
  const artefacts::Plan& plan = planned.plan;
  if (plan.package.empty())
    throw Error(ErrorCode::gate, "the plan names no package", {"plan.json", {}, {}, {}});
  // The Analyzer's lists hold the Planner's requirements and keys, and what it found besides.
  const artefacts::Requirements& requirements =
      analysis.requirements.requirements.empty() ? planned.requirements : analysis.requirements;

  const artefacts::Config& config = analysis.config.entries.empty() ? planned.config : analysis.config;

  FilesByPath files;
  for (const char* profile : {"smoke", "small", "paper"}) {
    files["configs/" + std::string(profile) + ".yaml"] = artefacts::render_yaml(config, profile);
  }
  files["requirements.txt"] = requirements_text(plan);
  files["README.md"] = readme_text(paper, requirements, plan, analysis.decisions);
  files["REPRODUCTION.md"] = reproduction_text(paper, requirements, plan, config, analysis);
  files["reproduce.sh"] = reproduce_script(plan);
  files[".gitignore"] = std::string(resource("generator/templates/gitignore"));
  for (const auto& [path, text] : provided_modules(plan.package, plan.framework))
    files[plan.package + "/" + path] = text;
  files["tests/conftest.py"] =
      fill_template("conftest.py", {{"package", replace_all(plan.package, "/", ".")}});

  for (const auto& folder : package_folders(plan)) {
    const std::string path = folder + "/__init__.py";
    if (plan.find(path)) continue;  // planned with content of its own
    const std::string what =
        folder == plan.package ? "Implementation of \"" + paper.title + "\"" : "Part of " + plan.package;
    files[path] = "\"\"\"" + docstring(what) + ".\"\"\"\n";
  }
  return files;
}

}  // namespace p2c::agents
