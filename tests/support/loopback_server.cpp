#include "loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace p2c::test {
namespace {

constexpr std::size_t kMaxRequestBytes = 64u << 20;

// Length of the body as the head of a request states it; 0 without.
std::size_t content_length(const std::string& head) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t at = lower.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::strtoull(lower.c_str() + at + 17, nullptr, 10);
}

std::string read_request(int fd) {
  std::string request;
  char buffer[16 * 1024];
  std::size_t wanted = std::string::npos;
  while (request.size() < std::min(wanted, kMaxRequestBytes)) {
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) return {};
    request.append(buffer, static_cast<std::size_t>(n));
    if (const std::size_t end = request.find("\r\n\r\n");
        wanted == std::string::npos && end != std::string::npos) {
      wanted = end + 4 + content_length(request.substr(0, end + 2));
    }
  }
  return request;
}

}  // namespace

bool Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool Connection::wait_for_close(int milliseconds) {
  pollfd wait{fd_, POLLIN, 0};
  char byte;
  return ::poll(&wait, 1, milliseconds) > 0 && ::recv(fd_, &byte, 1, 0) <= 0;
}

void Connection::reset() {
  const linger hard{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

struct LoopbackServer::State {
  Handler handler;
  int listener = -1;
  int port = 0;
  std::atomic<bool> stopping{false};
  mutable std::mutex mutex;  // guards the three below
  std::vector<std::string> requests;
  std::set<int> open;
  std::vector<std::thread> workers;
  std::thread acceptor;

  void serve(int fd) {
    const std::string request = read_request(fd);
    if (!request.empty()) {
      {
        const std::lock_guard lock(mutex);
        requests.push_back(request);
      }
      Connection connection(fd);
      handler(request, connection);
    }
    const std::lock_guard lock(mutex);
    open.erase(fd);
    ::close(fd);
  }

  void accept_all() {
    while (true) {
      const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0 || stopping) {
        if (fd >= 0) ::close(fd);
        if (stopping) return;
        continue;
      }
      const std::lock_guard lock(mutex);
      open.insert(fd);
      workers.emplace_back([this, fd] { serve(fd); });
    }
  }
};

LoopbackServer::LoopbackServer(Handler handler) : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (state_->listener < 0 || ::bind(state_->listener, generic, length) != 0 ||
      ::listen(state_->listener, 64) != 0 || ::getsockname(state_->listener, generic, &length) != 0) {
    throw std::runtime_error("no loopback socket");
  }
  state_->port = ntohs(address.sin_port);
  state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  state_->stopping = true;
  ::shutdown(state_->listener, SHUT_RDWR);
  state_->acceptor.join();
  ::close(state_->listener);
  {
    const std::lock_guard lock(state_->mutex);
    for (const int fd : state_->open) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& worker : state_->workers) worker.join();
}

int LoopbackServer::port() const {
  return state_->port;
}

std::string LoopbackServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(state_->port) + path;
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::string http_reply(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace p2c::test
