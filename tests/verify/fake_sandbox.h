// A sandbox that runs nothing: answers come from a function.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "verify/sandbox.h"

namespace p2c::test {

class FakeSandbox : public verify::Sandbox {
 public:
  // What the program prints and how it ends; files it leaves for collection, by path under /work.
  struct Answer {
    int exit_code = 0;
    std::string out, err;
    std::map<std::string, std::string> files;
    bool timed_out = false;
  };
  using Behaviour = std::function<Answer(const verify::SandboxJob&)>;

  explicit FakeSandbox(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}

  verify::SandboxResult run(const verify::SandboxJob& job) override {
    ++runs;
    jobs.push_back(job.argv);
    const Answer answer = behaviour_(job);
    verify::SandboxResult result;
    result.process.exit_code = answer.timed_out ? -1 : answer.exit_code;
    result.process.signal = answer.timed_out ? 9 : 0;
    result.process.timed_out = answer.timed_out;
    result.process.out = answer.out;
    result.process.err = answer.err;
    for (const auto& [path, text] : answer.files) {
      result.created.push_back(path);
      for (const std::string& wanted : job.collect) {
        if ((path == wanted || path.starts_with(wanted + "/")) && !job.collect_into.empty())
          write_file_atomic(job.collect_into / path, text);
      }
    }
    return result;
  }
  std::string describe() const override { return "fake sandbox"; }

  int runs = 0;
  std::vector<std::vector<std::string>> jobs;

 private:
  Behaviour behaviour_;
};

}  // namespace p2c::test
