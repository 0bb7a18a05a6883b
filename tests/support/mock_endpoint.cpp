#include "mock_endpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "base/text.h"
#include "support.h"

namespace p2c::test {

MockEndpoint::MockEndpoint(std::vector<std::string> arguments) {
  start(arguments);
}

MockEndpoint::MockEndpoint(const Json& scenario) {
  const fs::path file = folder_.path() / "scenario.json";
  write_file_atomic(file, pretty_json(scenario));
  start({"--scenario", file.string()});
}

void MockEndpoint::start(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"python3", source_path("tests/support/mock_endpoint.py").string(),
                                    "--log", (folder_.path() / "log.jsonl").string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int to_child[2], from_child[2];
  // Close-on-exec, so that no other child of the test keeps the script alive.
  if (pipe2(to_child, O_CLOEXEC) != 0 || pipe2(from_child, O_CLOEXEC) != 0)
    throw std::runtime_error("pipe failed");
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    dup2(to_child[0], 0);
    dup2(from_child[1], 1);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  input_ = to_child[1];
  std::string line;
  char c = 0;
  while (line.size() < 16 && read(from_child[0], &c, 1) == 1 && c != '\n') line += c;
  close(from_child[0]);
  port_ = std::atoi(line.c_str());
  if (port_ <= 0) {
    // The destructor does not run for a half-made object.
    close(input_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    throw std::runtime_error("the mock endpoint did not start; is python3 there?");
  }
}

MockEndpoint::~MockEndpoint() {
  close(input_);
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string MockEndpoint::base_url(const std::string& query) const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/v1" + (query.empty() ? "" : "?" + query);
}

std::vector<Json> MockEndpoint::log() const {
  std::vector<Json> requests;
  const fs::path file = folder_.path() / "log.jsonl";
  if (!fs::exists(file)) return requests;
  const std::string text = read_file(file);
  for (std::string_view line : split_lines(text)) requests.push_back(parse_json(line, "mock log"));
  return requests;
}

}  // namespace p2c::test
