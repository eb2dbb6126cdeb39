// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/udp_sender.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "runtime/failure.h"

namespace sfc {
namespace {

struct Target {
  std::string host;
  std::string port;
};

Target parse(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Failure(ErrorKind::Usage, "'{}' is not of the form HOST:PORT", text);
  const std::string port = text.substr(colon + 1);
  unsigned number = 0;
  const char* end = port.data() + port.size();
  const auto [stopped, error] = std::from_chars(port.data(), end, number);
  if (error != std::errc() || stopped != end || number == 0 || number > 65535)
    throw Failure(ErrorKind::Usage, "'{}': a port is a number from 1 to 65535", text);
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {host, port};
}

struct AddressFree {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

}  // namespace

UdpSender::UdpSender(const std::string& target) {
  const Target parsed = parse(target);
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(parsed.host.c_str(), parsed.port.c_str(), &hints, &found))
    throw Failure(ErrorKind::NotFound, "{}: {}", target, ::gai_strerror(error));
  const std::unique_ptr<addrinfo, AddressFree> list(found);
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    socket_ = Fd(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol));
    if (socket_ && ::connect(socket_.get(), one->ai_addr, one->ai_addrlen) == 0) return;
  }
  throw Failure(ErrorKind::Kernel, "cannot send to {}: {}", target, std::strerror(errno));
}

bool UdpSender::send(BytesView datagram) {
  return ::send(socket_.get(), datagram.data(), datagram.size(), 0) == static_cast<ssize_t>(datagram.size());
}

}  // namespace sfc
