// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/netlink.h"

#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include "runtime/failure.h"
#include "runtime/linux/fd.h"

namespace sfc::netlink {
namespace {

/// A request under construction: a header, a fixed part, and attributes that may nest.
class Message {
public:
  template <typename Fixed>
  Message(uint16_t type, uint16_t flags, const Fixed& fixed) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
    header.nlmsg_seq = 1;
    append(&header, sizeof(header));
    append(&fixed, sizeof(fixed));
  }

  template <typename Fixed>
  void appendFixed(const Fixed& fixed) {
    append(&fixed, sizeof(fixed));
  }

  void add(uint16_t type, const void* value, size_t size) {
    const rtattr header{static_cast<uint16_t>(sizeof(rtattr) + size), type};
    append(&header, sizeof(header));
    append(value, size);
  }

  void add(uint16_t type, const std::string& text) { add(type, text.c_str(), text.size() + 1); }

  /// Begins an attribute that holds others; ends with close().
  size_t open(uint16_t type) {
    const size_t at = bytes_.size();
    const rtattr header{0, type};
    append(&header, sizeof(header));
    return at;
  }

  void close(size_t at) {
    const auto length = static_cast<uint16_t>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &length, sizeof(length));
  }

  const std::vector<char>& finish() {
    const auto length = static_cast<uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &length, sizeof(length));
    return bytes_;
  }

private:
  void append(const void* from, size_t size) {
    const auto* begin = static_cast<const char*>(from);
    bytes_.insert(bytes_.end(), begin, begin + size);
    bytes_.resize((bytes_.size() + 3) & ~size_t{3});
  }

  std::vector<char> bytes_;
};

struct Reply {
  int error = 0;       // errno of an error or acknowledgement
  unsigned items = 0;  // other messages
};

Reply exchange(Message message, const std::function<void(nlmsghdr&)>& each = {}) {
  const Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  const auto& bytes = message.finish();
  if (!socket || ::send(socket.get(), bytes.data(), bytes.size(), 0) < 0) {
    throw Failure(ErrorKind::Kernel, "cannot talk to rtnetlink: {}", std::strerror(errno));
  }
  Reply reply;
  alignas(nlmsghdr) std::array<char, 32768> buffer{};
  while (true) {
    const ssize_t received = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (received < 0) throw Failure(ErrorKind::Kernel, "cannot talk to rtnetlink: {}", std::strerror(errno));
    auto left = static_cast<unsigned>(received);
    for (auto* item = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(item, left); item = NLMSG_NEXT(item, left)) {
      if (item->nlmsg_type == NLMSG_DONE) return reply;
      if (item->nlmsg_type == NLMSG_ERROR) {
        reply.error = -static_cast<const nlmsgerr*>(NLMSG_DATA(item))->error;
        return reply;
      }
      ++reply.items;
      if (each) each(*item);
    }
  }
}

void addLinkAttributes(Message& message, const std::string& name, uint32_t mtu) {
  message.add(IFLA_IFNAME, name);
  message.add(IFLA_MTU, &mtu, sizeof(mtu));
}

/// Keeps the kernel from sending neighbour discovery of its own through a device. It does nothing without IPv6.
void silence(const std::string& name) {
  Message message(RTM_NEWLINK, NLM_F_ACK, ifinfomsg{});
  message.add(IFLA_IFNAME, name);
  const size_t families = message.open(IFLA_AF_SPEC);
  const size_t ipv6 = message.open(AF_INET6);
  constexpr uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
  message.add(IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
  message.close(ipv6);
  message.close(families);
  exchange(std::move(message));
}

/// One end of a pair comes up only when the other exists.
void setUp(const std::string& name) {
  ifinfomsg link{};
  link.ifi_flags = link.ifi_change = IFF_UP;
  Message message(RTM_NEWLINK, NLM_F_ACK, link);
  message.add(IFLA_IFNAME, name);
  if (const Reply reply = exchange(std::move(message)); reply.error != 0) {
    throw Failure(ErrorKind::Kernel, "cannot set {} up: {}", name, std::strerror(reply.error));
  }
}

uint32_t numberIn(const rtattr& attribute) {
  uint32_t number = 0;
  std::memcpy(&number, RTA_DATA(&attribute), std::min(sizeof(number), RTA_PAYLOAD(&attribute)));
  return number;
}

void forEach(rtattr* first, size_t size, const std::function<void(rtattr&)>& action) {
  auto left = static_cast<int>(size);
  for (rtattr* attribute = first; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) action(*attribute);
}

std::string kindIn(rtattr& info) {
  std::string kind;
  forEach(static_cast<rtattr*>(RTA_DATA(&info)), RTA_PAYLOAD(&info), [&](rtattr& attribute) {
    if (attribute.rta_type != IFLA_INFO_KIND) return;
    kind = static_cast<const char*>(RTA_DATA(&attribute));  // which ends with a zero
  });
  return kind;
}

Neighbourhood readLink(nlmsghdr& item) {
  auto* link = static_cast<ifinfomsg*>(NLMSG_DATA(&item));
  Neighbourhood found;
  found.ifindex = static_cast<unsigned>(link->ifi_index);
  bool elsewhere = false;
  forEach(IFLA_RTA(link), IFLA_PAYLOAD(&item), [&](rtattr& attribute) {
    switch (attribute.rta_type) {
      case IFLA_MASTER:
        found.master = numberIn(attribute);
        break;
      case IFLA_LINK:
        found.linked = numberIn(attribute);
        break;
      case IFLA_LINK_NETNSID:
        elsewhere = true;
        break;
      case IFLA_LINKINFO:
        found.kind = kindIn(attribute);
        break;
      case IFLA_STATS64: {
        rtnl_link_stats64 stats{};
        std::memcpy(&stats, RTA_DATA(&attribute), std::min(sizeof(stats), RTA_PAYLOAD(&attribute)));
        found.sent = stats.tx_packets;
        break;
      }
      default:
        break;
    }
  });
  found.linked_here = found.linked != 0 && !elsewhere;
  return found;
}

}  // namespace

std::vector<Neighbourhood> neighbourhoods() {
  std::vector<Neighbourhood> links;
  exchange(Message(RTM_GETLINK, NLM_F_DUMP, ifinfomsg{}), [&](nlmsghdr& item) { links.push_back(readLink(item)); });
  return links;
}

void makeVethPair(const std::string& sender, const std::string& peer, unsigned mtu, unsigned ifindex) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(ifindex);
  Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, link);
  addLinkAttributes(message, sender, mtu);
  const size_t info = message.open(IFLA_LINKINFO);
  message.add(IFLA_INFO_KIND, "veth");
  const size_t data = message.open(IFLA_INFO_DATA);
  const size_t other = message.open(VETH_INFO_PEER);
  if (ifindex != 0) link.ifi_index = static_cast<int>(ifindex + 1);
  message.appendFixed(link);
  addLinkAttributes(message, peer, mtu);
  message.close(other);
  message.close(data);
  message.close(info);
  if (const Reply reply = exchange(std::move(message)); reply.error != 0) {
    throw Failure(ErrorKind::Kernel, "cannot make a pair of veth devices: {}", std::strerror(reply.error));
  }
  silence(peer);
  silence(sender);
  // The second one up finds a carrier and is ready when this returns; the first one is made ready by a work queue.
  setUp(peer);
  setUp(sender);
}

void removeLink(unsigned ifindex) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(ifindex);
  const Reply reply = exchange(Message(RTM_DELLINK, NLM_F_ACK, link));
  if (reply.error == 0 || reply.error == ENODEV) return;
  throw Failure(ErrorKind::Kernel, "cannot delete device {}: {}", ifindex, std::strerror(reply.error));
}

bool hasClsact(unsigned ifindex) {
  tcmsg request{};
  request.tcm_family = AF_UNSPEC;
  request.tcm_ifindex = static_cast<int>(ifindex);
  request.tcm_parent = TC_H_CLSACT;
  return exchange(Message(RTM_GETQDISC, NLM_F_ACK, request)).items != 0;
}

bool hasFilters(unsigned ifindex) {
  for (const uint32_t side : {TC_H_MIN_INGRESS, TC_H_MIN_EGRESS}) {
    tcmsg request{};
    request.tcm_family = AF_UNSPEC;
    request.tcm_ifindex = static_cast<int>(ifindex);
    request.tcm_parent = TC_H_MAKE(TC_H_CLSACT, side);
    if (exchange(Message(RTM_GETTFILTER, NLM_F_DUMP, request)).items != 0) return true;
  }
  return false;
}

}  // namespace sfc::netlink
