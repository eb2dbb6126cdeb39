// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The few requests to rtnetlink that are neither ioctls nor in libbpf.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sfc::netlink {

/// Makes a pair of connected devices, both up, with this MTU. `sender` can send at once, its peer a little later. It
/// gets this index and the peer the next one, or any if that is 0.
void makeVethPair(const std::string& sender, const std::string& peer, unsigned mtu, unsigned ifindex = 0);
/// No error if there is no such device.
void removeLink(unsigned ifindex);
/// A device and how it is connected with others.
struct Neighbourhood {
  unsigned ifindex = 0;
  std::string kind;          // "veth", "bridge", "vlan", ...; empty for hardware
  unsigned master = 0;       // the bridge or bond that takes its packets
  unsigned linked = 0;       // a veth's other end, or the device below a VLAN device
  bool linked_here = false;  // that one is in this network namespace
  uint64_t sent = 0;         // packets
};

/// All devices of this network namespace.
std::vector<Neighbourhood> neighbourhoods();
/// Whether the device has a clsact qdisc.
bool hasClsact(unsigned ifindex);
/// Whether any filter hangs on the device's clsact qdisc, on either side.
bool hasFilters(unsigned ifindex);

}  // namespace sfc::netlink
