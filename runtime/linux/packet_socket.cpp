// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/packet_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runtime/failure.h"

namespace sfc {
namespace {

constexpr size_t max_frame = 65536;
constexpr size_t addresses = 12;

}  // namespace

void insertTag(std::vector<uint8_t>& frame, uint16_t protocol, uint16_t control) {
  if (frame.size() < addresses) return;
  const std::array<uint8_t, 4> tag = {static_cast<uint8_t>(protocol >> 8), static_cast<uint8_t>(protocol),
                                      static_cast<uint8_t>(control >> 8), static_cast<uint8_t>(control)};
  frame.insert(frame.begin() + addresses, tag.begin(), tag.end());
}

PacketSocket::PacketSocket(unsigned ifindex) : fd_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)), ifindex_(ifindex) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(ifindex);
  const int on = 1;
  if (!fd_ || ::setsockopt(fd_.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) != 0 ||
      ::setsockopt(fd_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) != 0 ||
      ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    throw Failure(ErrorKind::Kernel, "cannot open a packet socket: {}{}", std::strerror(errno),
                  errno == EPERM ? "; run this as root, or with CAP_NET_RAW as well" : "");
  }
}

bool PacketSocket::send(std::span<const uint8_t> frame) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(ifindex_);
  const ssize_t sent =
      ::sendto(fd_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  return sent == static_cast<ssize_t>(frame.size());
}

std::optional<std::vector<uint8_t>> PacketSocket::receive(int timeout_ms) {
  pollfd waiting{fd_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, timeout_ms) <= 0) return std::nullopt;
  std::vector<uint8_t> frame(max_frame);
  iovec part{frame.data(), frame.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(tpacket_auxdata))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t received = ::recvmsg(fd_.get(), &message, 0);
  if (received < 0) throw Failure(ErrorKind::Kernel, "cannot receive packets: {}", std::strerror(errno));
  frame.resize(static_cast<size_t>(received));
  for (cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_PACKET || item->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata aux{};
    std::memcpy(&aux, CMSG_DATA(item), sizeof(aux));
    if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0) continue;
    insertTag(frame, (aux.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? aux.tp_vlan_tpid : ETH_P_8021Q,
              aux.tp_vlan_tci);
  }
  return frame;
}

}  // namespace sfc
