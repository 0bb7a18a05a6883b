// Hand-made wheels, so that tests install packages without a network.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/files.h"
#include "base/process.h"

namespace p2c::test {

// Writes <name>-<version>-py3-none-any.whl into `folder`. `files` are its modules by path, e.g.
// "toy/__init__.py".
inline void write_wheel(const std::filesystem::path& folder, const std::string& name,
                        const std::string& version, const std::map<std::string, std::string>& files,
                        const std::string& extra_metadata = {}) {
  const TempDir tree("p2c-wheel");
  const std::string info = name + "-" + version + ".dist-info";
  std::string record;
  for (const auto& [path, text] : files) {
    write_file_atomic(tree.path() / path, text);
    record += path + ",,\n";
  }
  write_file_atomic(tree.path() / info / "METADATA",
                    "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n" + extra_metadata);
  write_file_atomic(tree.path() / info / "WHEEL",
                    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
  write_file_atomic(tree.path() / info / "RECORD",
                    record + info + "/METADATA,,\n" + info + "/WHEEL,,\n" + info + "/RECORD,,\n");
  std::filesystem::create_directories(folder);
  ProcessOptions zip;
  zip.argv = {"python3", "-c",
              "import os, sys, zipfile\n"
              "with zipfile.ZipFile(sys.argv[1], 'w') as z:\n"
              "    for base, _, names in os.walk('.'):\n"
              "        for n in names: z.write(os.path.join(base, n))\n",
              (folder / (name + "-" + version + "-py3-none-any.whl")).string()};
  zip.working_directory = tree.path();
  if (const ProcessResult result = run_process(zip); !result.ok()) throw std::runtime_error(result.err);
}

}  // namespace p2c::test
