#include "verify/checks/check.h"

namespace p2c::verify {

const std::vector<Check>& all_checks() {
  static const std::vector<Check> checks = {
      {"F08", "every file parses and is whole", check_syntax},
      {"F08", "no placeholder stands for code", check_placeholders},
      {"F09", "every name is defined", check_names},
      {"F09", "calls fit the signatures of the repository", check_calls},
      {"F09", "methods take self, modules are initialised", check_classes},
      {"F03", "imports find their module and symbol", check_imports},
      {"F04", "no circular import", check_cycles},
      {"F05", "no file hides a package", check_shadowing},
      {"F06", "commands work from the root of the repository", check_run_directory},
      {"F01", "imported packages are listed", check_packages},
      {"F02", "listed packages can be installed", check_pins},
      {"F07", "no removed API", check_removed_apis},
      {"F10", "code and config agree", check_config_drift},
      {"F11", "YAML values have the type they look like", check_yaml_traps},
      {"F12", "no hyper-parameter as a literal in code", check_invented_values},
      {"F13", "units of config keys", check_units},
      {"F53", "commands fit the options of their programs", check_command_lines},
      {"F57", "no unsafe call", check_unsafe_calls},
  };
  return checks;
}

void add_error(Findings& findings, const char* check, const std::string& file, int line, std::string message,
               std::string suggestion, const char* fix) {
  findings.push_back({check, "error", file, line, std::move(message), std::move(suggestion), fix});
}

void add_warning(Findings& findings, const char* check, const std::string& file, int line, std::string message,
                 std::string suggestion, const char* fix) {
  findings.push_back({check, "warning", file, line, std::move(message), std::move(suggestion), fix});
}

}  // namespace p2c::verify
