// An HTTP server on 127.0.0.1 whose every byte the test decides: for well-behaved replies and for broken
// ones.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace p2c::test {

// One accepted connection, on which exactly one request has been read; it is closed when the handler returns.
class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}
  // False when the client is gone.
  bool send(std::string_view bytes);
  // Waits until the client closes its end, or until `milliseconds` are over. True when it closed.
  bool wait_for_close(int milliseconds);
  // Closes with a reset instead of an orderly end.
  void reset();

 private:
  int fd_;
};

class LoopbackServer {
 public:
  // Called for each request, on a thread of its own, with head and body as they came (limited to 64 MiB).
  using Handler = std::function<void(const std::string& request, Connection& connection)>;

  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();  // ends all connections, waits for the handlers
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const;
  std::string url(const std::string& path = "/") const;  // "http://127.0.0.1:<port><path>"
  std::vector<std::string> requests() const;             // those read so far, in the order of their arrival

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A whole reply: status line, Content-Length, "Connection: close", `headers` (each "Name: value\r\n"), body.
std::string http_reply(int status, std::string_view body, std::string_view headers = {});

}  // namespace p2c::test
