// Starts tests/support/mock_endpoint.py, the OpenAI-compatible endpoint with faults, for the length of a
// test.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/files.h"
#include "base/json.h"

namespace p2c::test {

class MockEndpoint {
 public:
  // `arguments` as in the script's help, without --log. Throws std::runtime_error when it does not start.
  explicit MockEndpoint(std::vector<std::string> arguments = {});
  // With a scenario: {"steps": [...], "rules": [...], "default": {...}}.
  explicit MockEndpoint(const Json& scenario);
  ~MockEndpoint();
  MockEndpoint(const MockEndpoint&) = delete;
  MockEndpoint& operator=(const MockEndpoint&) = delete;

  int port() const { return port_; }
  // "http://127.0.0.1:<port>/v1", with "?<query>" when given, e.g. base_url("fault=429&times=1").
  std::string base_url(const std::string& query = "") const;
  // The requests so far: {"n", "sha", "path", "authorized", "key_sha", "body", "fault"}.
  std::vector<Json> log() const;

 private:
  void start(const std::vector<std::string>& arguments);

  TempDir folder_{"mock"};
  pid_t pid_ = -1;
  int input_ = -1;  // its standard input; closing it ends the script
  int port_ = 0;
};

}  // namespace p2c::test
